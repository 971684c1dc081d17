//! Child processes that run jobs on untrusted bytes. A job is bytes; its result is bytes or the reason why there are none.
//!
//! The parent ([`Pool`]) starts the program again as its own child, sends it one job after another over a pipe, and
//! replaces it when it dies. The child ([`serve`]) limits its own memory and processor time and gives up access to files and
//! network before it reads the first byte. What a job does is a function of the caller.
//!
//! A file that only another program can read is converted first ([`Converter`]), and pictures of pages are read by OCR
//! ([`OcrEngine`]), by children with limits and without network.

mod child;
mod confine;
mod converter;
mod external;
mod frame;
mod ocr_engine;
mod pool;

pub use child::ChildSettings;
pub(crate) use child::serve;
pub use confine::{Confinement, Enforcement};
pub use converter::{Converter, ConverterSettings};
pub(crate) use external::{ConversionError, SupervisorSettings, supervise};
pub(crate) use ocr_engine::OCR_DPI;
pub use ocr_engine::{OcrEngine, OcrMode, OcrSettings};
pub use pool::Limits;
pub(crate) use pool::{Loss, Pool};
