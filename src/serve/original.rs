//! A page of a PDF as it looks, drawn by a parsing child, and the places of words on it.

use super::problem::Problem;
use super::state::{App, View};
use crate::pipeline::{PageView, Parsers, page_view};
use crate::query::is_slow_now;
use crate::text::Entry;
use std::sync::Arc;

/// Sharp at the greatest width that a page is shown in.
const WIDTH_PX: u32 = 1_400;

/// Page `number` of the document of `entry`.
pub(super) fn page(app: &App, view: &View, entry: &Entry, number: u32) -> Result<Arc<PageView>, Problem> {
    app.pages.get(entry.source_sha256, number, || {
        // A child draws it, which the clock of this thread does not see.
        is_slow_now()?;
        let parsers = Parsers::new(app.program.clone(), view.config.settings.worker);
        let drawn = page_view(&view.corpus(), &parsers, entry, number, WIDTH_PX)?;
        drawn.map_err(|rejection| Problem::not_found(rejection.reason).with_hint(rejection.hint))
    })
}
