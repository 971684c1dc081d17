//! Progress on stderr: a bar with rate and time left in a terminal, plain lines elsewhere; and the event log.

use crate::pipeline::Event;
use crate::text::visible;
use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a long stage gets a line where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows events and writes them to the event log.
pub(crate) struct Progress {
    is_quiet: bool,
    /// Warnings and rejections that a quiet run has not shown.
    held_back: Vec<String>,
    /// The bars of the stages, in a terminal.
    bars: Option<MultiProgress>,
    /// The stages that are running, by name: documents are extracted while sources are read.
    stages: BTreeMap<&'static str, RunningStage>,
    log: Option<BufWriter<File>>,
}

/// A stage that is running.
struct RunningStage {
    bar: Option<ProgressBar>,
    /// When it began, and when it last got a line of its own.
    started: Instant,
    last_line: Instant,
}

impl Progress {
    /// Also writes every event to the file `log`, if given. With `is_quiet` nothing is shown.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn new(is_quiet: bool, log: Option<&Path>) -> io::Result<Progress> {
        let log = log.map(File::create).transpose()?.map(BufWriter::new);
        let bars = io::stderr().is_terminal().then(MultiProgress::new);
        Ok(Progress { is_quiet, held_back: Vec::new(), bars, stages: BTreeMap::new(), log })
    }

    /// Shows one event. A failure to show it does not end the run.
    pub(crate) fn on_event(&mut self, event: &Event) {
        self.log(serde_json::to_value(event).expect("an event has only string keys"));
        if self.is_quiet {
            self.held_back.extend(warning(event));
            return;
        }
        match event {
            Event::StageStarted { stage, total } => self.start(stage, *total),
            Event::Progress { stage, done, total } => self.progress(stage, *done, *total),
            Event::Rejected { .. } | Event::Warning { .. } => {
                self.line(&warning(event).unwrap_or_default());
            }
            Event::StageFinished { stage, done, seconds } => self.finish(stage, *done, *seconds),
            Event::Acquired { .. } => {}
        }
    }

    /// Writes a line with the time into the log, if there is one.
    pub(crate) fn log(&mut self, mut line: serde_json::Value) {
        let Some(log) = &mut self.log else { return };
        line["time"] = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string().into();
        let _ = writeln!(log, "{}", visible(&line.to_string())).and_then(|()| log.flush());
    }

    /// Shows the warnings and rejections that a quiet run has held back.
    pub(crate) fn show_held_back(&mut self) {
        for line in std::mem::take(&mut self.held_back) {
            self.line(&line);
        }
    }

    fn progress(&mut self, stage: &'static str, done: u64, total: u64) {
        let Some(running) = self.stages.get_mut(stage) else { return };
        if let Some(bar) = &running.bar {
            bar.set_length(total);
            bar.set_position(done);
        } else if running.last_line.elapsed() >= LINE_EVERY && done > 0 {
            running.last_line = Instant::now();
            let line = line_of_progress(stage, done, total, running.started.elapsed().as_secs_f64());
            self.line(&line);
        }
    }

    fn start(&mut self, stage: &'static str, total: Option<u64>) {
        let now = Instant::now();
        let bar = self.bars.as_ref().map(|bars| bars.add(bar(stage, total)));
        self.stages.insert(stage, RunningStage { bar, started: now, last_line: now });
    }

    fn finish(&mut self, stage: &str, done: u64, seconds: f64) {
        if let Some(bar) = self.stages.remove(stage).and_then(|stage| stage.bar) {
            bar.finish_and_clear();
        }
        let rate = done as f64 / seconds.max(0.001);
        self.line(&format!("{stage:8} {done} in {seconds:.1} s ({rate:.0}/s)"));
    }

    fn line(&self, text: &str) {
        match self.bars.as_ref().filter(|_| !self.stages.is_empty()) {
            // A failure to show progress must not end the run.
            Some(bars) => drop(bars.println(visible(text))),
            None => {
                let _ = writeln!(super::terminal::stderr(), "{text}");
            }
        }
    }
}

fn bar(stage: &'static str, total: Option<u64>) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:8} {wide_bar} {pos}/{len}  {rate}  {eta} left");
    let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
        let _ = write!(out, "{:.0}/s", state.per_sec());
    };
    let bar = ProgressBar::new(total.unwrap_or(0));
    bar.set_style(style.expect("the template is right").with_key("rate", rate));
    bar.set_prefix(stage);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A stage after `seconds` in a line: the rate, and the time that is left at this rate.
fn line_of_progress(stage: &str, done: u64, total: u64, seconds: f64) -> String {
    let left = seconds / done as f64 * total.saturating_sub(done) as f64;
    format!("{stage:8} {done}/{total}, {:.0}/s, {left:.0} s left", done as f64 / seconds)
}

/// The message of a warning or a rejection. `None` for other events.
fn warning(event: &Event) -> Option<String> {
    match event {
        Event::Rejected { location, reason, .. } => Some(format!("rejected {location}: {reason}")),
        Event::Warning { text } => Some(format!("warning: {text}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_progress_has_the_rate_and_the_time_that_is_left() {
        assert_eq!(line_of_progress("extract", 50, 200, 10.0), "extract  50/200, 5/s, 30 s left");
        assert_eq!(line_of_progress("index", 8, 8, 4.0), "index    8/8, 2/s, 0 s left");
    }

    #[test]
    fn events_are_logged_as_lines_of_json_while_stages_overlap() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("events.jsonl");
        let mut progress = Progress::new(true, Some(&log)).unwrap();
        let events = [
            Event::StageStarted { stage: "acquire", total: None },
            Event::StageStarted { stage: "extract", total: None },
            Event::Progress { stage: "extract", done: 1, total: 2 },
            Event::StageFinished { stage: "acquire", done: 2, seconds: 0.5 },
            Event::Warning { text: "the disk is slow".to_owned() },
            Event::StageFinished { stage: "extract", done: 2, seconds: 1.0 },
        ];
        events.iter().for_each(|event| progress.on_event(event));
        let logged = std::fs::read_to_string(log).unwrap();
        let mut lines: Vec<serde_json::Value> =
            logged.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), events.len());
        let time = lines[2].as_object_mut().unwrap().remove("time").unwrap();
        assert!(time.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{time}");
        assert_eq!(
            lines[2],
            serde_json::json!({"event": "progress", "stage": "extract", "done": 1, "total": 2})
        );
        assert_eq!(progress.held_back, ["warning: the disk is slow"]);
    }

    #[test]
    fn a_stage_is_shown_until_it_ends() {
        let mut progress = Progress::new(false, None).unwrap();
        progress.on_event(&Event::StageStarted { stage: "acquire", total: None });
        progress.on_event(&Event::StageStarted { stage: "extract", total: Some(3) });
        assert_eq!(progress.stages.keys().copied().collect::<Vec<_>>(), ["acquire", "extract"]);
        progress.on_event(&Event::StageFinished { stage: "acquire", done: 3, seconds: 0.1 });
        assert_eq!(progress.stages.keys().copied().collect::<Vec<_>>(), ["extract"]);
    }
}
