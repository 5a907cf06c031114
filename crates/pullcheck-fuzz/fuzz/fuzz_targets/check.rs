#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| pullcheck_fuzz::run("check", data));
