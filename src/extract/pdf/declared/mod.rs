//! What a file says about itself besides its content streams: metadata, outline, structure tree.

pub(crate) mod container;
pub(crate) mod metadata;
pub(crate) mod outline;
pub(crate) mod structure;

pub use container::Placeholder;
pub use metadata::Metadata;
pub use outline::OutlineEntry;
