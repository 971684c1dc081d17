//! `--page N`: a page of a PDF as it is shown: its words where they stand, or its picture.

use super::outcome::{CommandError, CommandOutcome};
use crate::pipeline::{PageView, replace};
use crate::text::Rejection;
use std::io::Write;
use std::path::Path;

/// Writes the picture to `png`, or the rest of the view to `out` as JSON.
pub(super) fn write_page(
    view: Result<PageView, Rejection>,
    png: Option<&Path>,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let view = view.map_err(|Rejection { reason, hint, .. }| CommandError::new(reason, Some(hint)))?;
    match png {
        Some(path) => replace(path, &view.png)?,
        None => {
            let json = serde_json::to_string_pretty(&view).expect("a view has only string keys");
            writeln!(out, "{json}")?;
        }
    }
    for notice in &view.notices {
        writeln!(super::terminal::stderr(), "warning: {notice}")?;
    }
    Ok(if view.notices.is_empty() { CommandOutcome::Done } else { CommandOutcome::NeedsAttention })
}
