//! The thin binary: arguments, exit code.

use std::process::ExitCode;

/// Readers are read on one thread and let go on another, a hundred thousand at a time: the system's allocator takes a
/// third of that work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    overblik::cli::main(std::env::args_os())
}
