//! Glyphs of all pages → pages of blocks in reading order: lines, furniture, columns, paragraphs, hyphens.

mod blocks;
mod columns;
mod furniture;
mod gutters;
mod hyphen;
mod lines;
mod pages;
mod roles;
mod sheet;

pub(crate) use lines::Detail;
pub use pages::Pages;
pub(crate) use sheet::Sheet;
