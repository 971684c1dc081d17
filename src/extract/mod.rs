//! Stage 2: bytes → [`Document`](crate::text::Document) or a rejection. Pure.

pub mod pdf;
pub mod pdf_document;
