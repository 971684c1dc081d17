//! ordskifte: how the words of policy change.

pub mod text;

pub mod acquire;
pub mod extract;
