//! Glyphs of all pages → pages of blocks in reading order: lines, furniture, columns, paragraphs, hyphens.

mod blocks;
mod columns;
mod furniture;
mod gutters;
mod hyphen;
// The rule is the same for all formats. It is taken in by its path, and not given by the caller, so that the engine alone
// (in `fuzz/`, or as a crate) reads text as it does here.
#[allow(clippy::duplicate_mod, reason = "the engine is to stand alone, and the rule is to be written once")]
#[path = "../../../text/hyphens.rs"]
mod hyphens;
mod lines;
mod pages;
mod roles;
mod sheet;

pub(crate) use lines::Detail;
pub use pages::Pages;
pub(crate) use sheet::Sheet;
