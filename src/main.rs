//! The thin binary: arguments, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    overblik::cli::main(std::env::args_os())
}
