//! The program `pullcheck`.

use std::process::ExitCode;

fn main() -> ExitCode {
    pullcheck::main()
}
