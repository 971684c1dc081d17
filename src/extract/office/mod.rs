//! Office files → documents: Word (DOCX, DOCM, templates), OpenDocument text, EPUB; what other office files are.

mod docx;
mod epub;
mod odt;
mod ole;
mod package;
mod section;
mod styles;
mod symbols;
mod xml;

pub(super) use docx::read as read_docx;
pub(super) use epub::read as read_epub;
pub(super) use odt::read as read_odt;
pub(super) use ole::{is_ole, low_value, needs_converter, refuse as refuse_ole};
pub(super) use package::{OfficeFormat, format};
