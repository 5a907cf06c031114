//! The finished program cannot speak over a network: it asks the system for nothing that could.

#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::process::Command;

/// What every way to a network begins with.
const NETWORK: &[&str] = &["accept", "bind", "connect", "getaddrinfo", "sendto", "socket"];

/// The functions that a program takes from the system, without their versions.
fn imported(program: &str) -> Vec<String> {
    let output = Command::new("nm").args(["--dynamic", "--undefined-only", program]).output();
    let listing = String::from_utf8(output.unwrap().stdout).unwrap();
    let name = |line: &str| Some(line.split_whitespace().last()?.split('@').next()?.to_owned());
    listing.lines().filter_map(name).collect()
}

#[test]
fn no_function_of_a_network_is_imported() {
    let imported = imported(env!("CARGO_BIN_EXE_pullcheck"));
    assert!(imported.iter().any(|name| name == "read"), "{imported:?}");
    let network: Vec<_> = imported.iter().filter(|name| NETWORK.contains(&&***name)).collect();
    assert!(network.is_empty(), "{network:?}");
}
