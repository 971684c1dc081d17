//! The events of a run, for the progress display and for `--events`.

use crate::text::DocName;
use serde::Serialize;

/// Something that happened. Written by `--events` as one JSON object a line, its kind under `event`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A stage began.
    StageStarted {
        /// `acquire`, `extract`, `index` or `report`.
        stage: &'static str,
        /// The number of steps, where it is known.
        total: Option<u64>,
    },
    /// One step of the current stage is done.
    Progress {
        /// The stage.
        stage: &'static str,
        /// Steps done.
        done: u64,
        /// Steps known so far.
        total: u64,
    },
    /// A source has read a location.
    Acquired {
        /// The document, or what else the source has there.
        location: DocName,
        /// `new`, `changed`, `unchanged`, `vanished` or `failed`.
        outcome: &'static str,
    },
    /// A document was left out.
    Rejected {
        /// The document, or what else the source has there.
        location: DocName,
        /// The stage that rejected it.
        stage: &'static str,
        /// Why.
        reason: String,
        /// What can be done.
        hint: String,
    },
    /// Something that the user should know; the run goes on.
    Warning {
        /// The message.
        text: String,
    },
    /// A stage ended.
    StageFinished {
        /// The stage.
        stage: &'static str,
        /// Steps done.
        done: u64,
        /// Wall-clock time.
        seconds: f64,
    },
}
