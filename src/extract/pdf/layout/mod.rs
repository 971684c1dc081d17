//! Glyphs of all pages → pages of blocks in reading order: lines, furniture, columns, paragraphs, hyphens.

mod blocks;
mod columns;
mod furniture;
mod grid_rows;
mod gutters;
mod hyphen;
// The rule for hyphens is the same for all formats. The file is included by its path, so that the engine can be built alone (in
// `fuzz/`, or as a crate) and gives the same text.
#[allow(clippy::duplicate_mod, reason = "the engine is to stand alone, and the rule is to be written once")]
#[path = "../../../text/hyphens.rs"]
mod hyphens;
mod labels;
mod line_numbers;
mod lines;
mod marks;
mod pages;
mod roles;
mod runs;
mod scanned;
mod segment;
mod sheet;

pub(crate) use pages::MONTHS;
pub use pages::Pages;
pub(crate) use scanned::body_size as scanned_body_size;
pub(crate) use segment::Detail;
pub(crate) use sheet::Sheet;
