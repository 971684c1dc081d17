//! The integration tests: one binary.

mod pdf;
