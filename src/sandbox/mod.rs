//! Child processes that run jobs on untrusted bytes: bytes in, the bytes of an outcome back, or the reason why there is none.
//!
//! The parent ([`Pool`]) starts the program again as its own child, hands it one job after the other over a pipe, and
//! replaces it when it dies. The child ([`serve`]) limits its own memory and processor time and gives up files and
//! network before it reads the first byte. This module does not know what a job does: that is a function of the caller.
//!
//! A file that only another program can read is converted first ([`Converter`]), by a child with limits and without network.

mod child;
mod confine;
mod converter;
mod frame;
mod pool;

pub use child::{ChildSettings, serve};
pub use confine::{Confinement, Enforcement};
pub use converter::{ConversionError, Converter, ConverterSettings, SupervisorSettings, supervise};
pub use pool::{Limits, Loss, Pool};
