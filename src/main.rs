//! The command line program: arguments in, exit code out. All else is in the library.

use std::process::ExitCode;

/// A night with 100 new documents in 4,000 takes 8 % less processor time than with the allocator of the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ordskifte::cli::run()
}
