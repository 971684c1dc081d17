//! Ctrl-C: the first ends a refresh cleanly, the second at once; the next refresh gives what an undisturbed one gives.
//!
//! The program writes its events to a named pipe that the test stops reading, so that it is certainly in the middle of its work
//! when it is interrupted.

use crate::support::{Corpus, program};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

/// With names of so many letters, the events of all documents are more than a pipe holds (64 KiB).
const DOCUMENTS: usize = 260;
const NAME_LETTERS: usize = 230;

fn documents() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..DOCUMENTS {
        let name = format!("{number:03}-{}.html", "a".repeat(NAME_LETTERS));
        let year = 2000 + number % 20;
        let text =
            format!("<html lang=\"nb\"><h1>Rapport {year}</h1><p>Samskaping i kommune {number}.</p></html>");
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A refresh in the middle of its work: it has extracted a document and waits for a reader of its events.
struct Refresh {
    child: Child,
    stderr: BufReader<ChildStderr>,
    events: BufReader<File>,
}

impl Refresh {
    fn begun(corpus: &Corpus) -> Refresh {
        let pipe = corpus.path("events");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut child = Command::new(program())
            .args(["refresh", "--threads", "2", "--corpus"])
            .arg(corpus.path(""))
            .arg("--events")
            .arg(&pipe)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut events = BufReader::new(File::open(&pipe).unwrap());
        let mut event = String::new();
        while !event.contains("\"event\":\"progress\",\"stage\":\"extract\"") {
            event.clear();
            assert!(events.read_line(&mut event).unwrap() > 0, "no document was extracted");
        }
        fs::remove_file(pipe).unwrap();
        Refresh { child, stderr, events }
    }

    /// Presses Ctrl-C and waits until the program has noticed it.
    fn interrupt(&mut self) {
        self.send_interrupt();
        let mut line = String::new();
        while !line.contains("press Ctrl-C again") {
            line.clear();
            assert!(self.stderr.read_line(&mut line).unwrap() > 0, "it did not notice");
        }
    }

    fn send_interrupt(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    }

    /// Reads the events to their end. Returns how the program ended, and the rest of its messages.
    fn end(mut self) -> (ExitStatus, String) {
        let (mut events, mut messages) = (Vec::new(), String::new());
        self.events.read_to_end(&mut events).unwrap();
        self.stderr.read_to_string(&mut messages).unwrap();
        (self.child.wait().unwrap(), messages)
    }
}

/// Interrupts a refresh of `folder`, then refreshes again: the reports are those of an undisturbed refresh.
fn the_next_run_is_as_if_undisturbed(folder: &Path, interrupted: impl FnOnce(Refresh)) {
    let corpus = Corpus::of_folder(folder);
    interrupted(Refresh::begun(&corpus));
    assert!(!corpus.path("data/reports").exists());
    let undisturbed = Corpus::of_folder(folder);
    for corpus in [&corpus, &undisturbed] {
        assert_eq!(corpus.run(&["refresh", "--quiet"]).code, 0);
    }
    assert_eq!(corpus.reports(), undisturbed.reports());
    assert_eq!(corpus.run(&["verify"]).code, 0);
}

#[test]
fn the_first_ctrl_c_ends_a_refresh_cleanly_and_the_next_goes_on() {
    let folder = documents();
    the_next_run_is_as_if_undisturbed(folder.path(), |mut refresh| {
        refresh.interrupt();
        let (status, messages) = refresh.end();
        assert_eq!(status.code(), Some(2));
        assert!(messages.contains("error: interrupted\nhint: what was done is kept"), "{messages}");
    });
}

#[test]
fn the_second_ctrl_c_ends_a_refresh_at_once_and_nothing_is_lost() {
    let folder = documents();
    the_next_run_is_as_if_undisturbed(folder.path(), |mut refresh| {
        refresh.interrupt();
        refresh.send_interrupt();
        // Nobody reads its events, so it cannot go on.
        assert_eq!(refresh.child.wait().unwrap().code(), Some(2));
    });
}
