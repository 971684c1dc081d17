//! Any bytes → the PDF engine: nothing panics, overflows or goes on without end.
//!
//! The engine is taken in by its path, without the rest of the program: it builds in seconds, and shows that it could
//! leave as a crate.

#![no_main]
#![allow(dead_code, unused_imports, missing_docs, reason = "the module's own callers are not here")]

#[path = "../../src/extract/pdf/mod.rs"]
mod pdf;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = pdf::Limits {
        stream_bytes_max: 1 << 20,
        document_bytes_max: 4 << 20,
        structure_bytes_max: 4 << 20,
        values_max: 200_000,
        page_operators_max: 20_000,
        pages_max: 20,
        ..pdf::Limits::default()
    };
    if let Ok(file) = pdf::open(bytes, &limits) {
        file.metadata();
        file.content();
    }
});
