//! Any bytes → a document or a rejection, within the limits, without a panic.
//!
//! On stable Rust, with a C++ compiler, from the folder `fuzz`:
//!
//! ```text
//! RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
//!     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
//!     -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions" \
//!     cargo run --release --target x86_64-unknown-linux-gnu --bin pdf -- -max_len=100000 -timeout=20 -rss_limit_mb=2048 corpus ../corpus/documents
//! ```
//!
//! With `--target` the flags do not reach build scripts, which could not be linked with them. New inputs land
//! in `corpus`; what fails, in this folder as `crash-…`, `timeout-…` or `oom-…`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ordskifte::{extract, text::MediaType};

fuzz_target!(|bytes: &[u8]| {
    let _ = extract::document(bytes, MediaType::Pdf);
});
