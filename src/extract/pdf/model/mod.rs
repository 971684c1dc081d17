//! What the engine gives: pages of blocks, their places, and the limits and errors of reading; which letters
//! are read from right to left.
//!
//! Depends on nothing else of the engine.

pub(crate) mod direction;
mod geometry;
mod limits;
mod page;

pub use geometry::Rect;
pub(crate) use geometry::{IDENTITY, Matrix, multiply};
pub use limits::{Error, Limits};
pub use page::{
    Block, BlockKind, BlockSource, Content, Line, Overleaf, PdfNotice, PdfPage, ScannedLine, ScannedPage,
    ScannedWord, Word,
};
