//! The integration tests: one binary.

mod docx;
mod html;
mod record;
