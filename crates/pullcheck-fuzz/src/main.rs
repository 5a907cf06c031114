//! Runs a target over files, without libFuzzer: `cargo run -p pullcheck-fuzz -- TARGET FILE…`.

use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let target = arguments.next().unwrap_or_default();
    for path in arguments {
        pullcheck_fuzz::run(&target, &fs::read(path)?);
    }
    Ok(())
}
