//! The command line program: arguments in, exit code out. All else is in the library.

use std::process::ExitCode;

/// A night allocates tens of millions of short texts.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ordskifte::cli::run()
}
