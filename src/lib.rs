//! ordskifte: how the words of policy change.

pub mod text;

pub mod acquire;
pub mod extract;
pub mod language;

pub mod index;

pub mod codebook;
pub mod search;
pub mod trend;

pub mod report;
