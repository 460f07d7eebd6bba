//! The thin binary: arguments, exit code.

use std::process::ExitCode;

/// Letters are made on several threads at once, and in the system's allocator these wait for one another.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    overblik::cli::main(std::env::args_os())
}
