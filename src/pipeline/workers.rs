//! The parent's side of the parsing children: hands out documents, enforces the time limit, tells a bad document from a
//! bad moment.

use super::worker::{Reply, read_frame, write_frame};
use crate::text::{Limit, Rejection};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Limits of a parsing child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkerLimits {
    /// Address space of a child, in MiB.
    pub memory_mb: u64,
    /// Wall-clock time for one document, in seconds.
    pub time_s: u64,
    /// Documents that one child parses before it is replaced, so that nothing can pile up in it.
    pub documents_per_child: u32,
}

impl Default for WorkerLimits {
    fn default() -> WorkerLimits {
        WorkerLimits { memory_mb: 2_048, time_s: 20, documents_per_child: 200 }
    }
}

/// Children that wait for work; as many as threads have asked at once.
pub struct Workers {
    program: PathBuf,
    limits: WorkerLimits,
    idle: Mutex<Vec<Worker>>,
}

impl Workers {
    /// Children are made when they are needed, by running `program` with the hidden command `parse-worker`.
    pub fn new(program: PathBuf, limits: WorkerLimits) -> Workers {
        Workers { program, limits, idle: Mutex::new(Vec::new()) }
    }

    /// What a child makes of `bytes`. A document whose child dies gets a second try in a child of its own; one that
    /// kills this too is rejected with the reason of its death.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn parse(&self, bytes: &[u8]) -> io::Result<Reply> {
        let mut worker = match self.take_idle() {
            Some(worker) => worker,
            None => self.start()?,
        };
        if let Ok(reply) = worker.ask(bytes, self.limits) {
            self.give_back(worker);
            return Ok(reply);
        }
        let mut alone = self.start()?;
        match alone.ask(bytes, self.limits) {
            Ok(reply) => {
                self.give_back(alone);
                Ok(reply)
            }
            Err(death) => Ok(Reply::Rejected(death.rejection(self.limits))),
        }
    }

    fn take_idle(&self) -> Option<Worker> {
        self.idle.lock().expect("no thread panics while it holds the lock").pop()
    }

    fn give_back(&self, worker: Worker) {
        if worker.answered < self.limits.documents_per_child {
            self.idle.lock().expect("no thread panics while it holds the lock").push(worker);
        }
    }

    fn start(&self) -> io::Result<Worker> {
        // The processor time of a whole life: every document may use all of its wall-clock time.
        let cpu_s = self.limits.time_s.saturating_mul(u64::from(self.limits.documents_per_child));
        let mut command = Command::new(&self.program);
        command
            .args(["parse-worker", "--memory-mb", &self.limits.memory_mb.to_string()])
            .args(["--cpu-s", &cpu_s.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // A group of its own: Ctrl-C in the terminal reaches the parent, who lets the children finish.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Worker::new(command.spawn()?)
    }
}

/// Why a child gave no answer.
enum Death {
    /// It took longer than the limit.
    Time,
    /// It ended, with this status and these last words.
    Ended(Option<ExitStatus>, String),
}

impl Death {
    fn rejection(self, limits: WorkerLimits) -> Rejection {
        match self {
            Death::Time => Rejection::new(
                format!("parsing took longer than {} s", limits.time_s),
                "raise worker.time_s in ordskifte.toml, or open and save the file with another program",
            )
            .with_limit(Limit::Time { seconds: limits.time_s }),
            Death::Ended(_, words) if words.contains("memory allocation of") => Rejection::new(
                format!("parsing needs more than {} MiB of memory", limits.memory_mb),
                "raise worker.memory_mb in ordskifte.toml, or open and save the file with another program",
            )
            .with_limit(Limit::Memory { mebibytes: limits.memory_mb }),
            Death::Ended(_, words) if words.contains("overflowed its stack") => Rejection::new(
                "parsing overflowed the stack: the file is nested too deeply",
                "open and save the file with another program",
            ),
            Death::Ended(status, words) => {
                let status = status.map_or("unknown status".to_owned(), |status| status.to_string());
                let last = words.lines().find(|line| !line.trim().is_empty()).unwrap_or("").to_owned();
                Rejection::new(
                    format!("the parser died ({status}) {last}").trim_end().to_owned(),
                    "open and save the file with another program; please report it as a bug",
                )
            }
        }
    }
}

/// Whether the `limit` that a document ran into has another value in `limits`, so that it may be tried again.
pub(super) fn has_other_value(limit: Limit, limits: WorkerLimits) -> bool {
    match limit {
        Limit::Time { seconds } => seconds != limits.time_s,
        Limit::Memory { mebibytes } => mebibytes != limits.memory_mb,
    }
}

/// A child process and the threads that listen to it.
struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    replies: Receiver<Reply>,
    last_words: Option<JoinHandle<String>>,
    answered: u32,
}

impl Worker {
    fn new(mut child: Child) -> io::Result<Worker> {
        let stdin = child.stdin.take();
        let mut stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let stderr = child.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (sender, replies) = channel();
        thread::spawn(move || {
            while let Ok(Some(frame)) = read_frame(&mut stdout) {
                let Ok(reply) = serde_json::from_slice(&frame) else { return };
                if sender.send(reply).is_err() {
                    return;
                }
            }
        });
        let last_words = thread::spawn(move || {
            let mut kept = Vec::new();
            let mut stderr = stderr;
            // The rest is read and forgotten, so that a talkative child does not block.
            let _ = (&mut stderr).take(4_096).read_to_end(&mut kept);
            let _ = io::copy(&mut stderr, &mut io::sink());
            String::from_utf8_lossy(&kept).into_owned()
        });
        Ok(Worker { child, stdin, replies, last_words: Some(last_words), answered: 0 })
    }

    fn ask(&mut self, bytes: &[u8], limits: WorkerLimits) -> Result<Reply, Death> {
        self.answered += 1;
        let stdin = self.stdin.as_mut().expect("stdin is closed only when the worker is dropped");
        if write_frame(stdin, bytes).is_err() {
            return Err(self.death());
        }
        match self.replies.recv_timeout(Duration::from_secs(limits.time_s)) {
            Ok(reply) => Ok(reply),
            Err(RecvTimeoutError::Timeout) => Err(Death::Time),
            Err(RecvTimeoutError::Disconnected) => Err(self.death()),
        }
    }

    fn death(&mut self) -> Death {
        let _ = self.child.kill();
        let status = self.child.wait().ok();
        let words = self.last_words.take().and_then(|thread| thread.join().ok());
        Death::Ended(status, words.unwrap_or_default())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // An idle child ends when its stdin does; one that hangs must be killed. Either way it is waited for.
        self.stdin.take();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raised_limit_gives_a_rejected_document_another_try() {
        let (low, high) = (WorkerLimits::default(), WorkerLimits { time_s: 60, ..WorkerLimits::default() });
        let limit = Death::Time.rejection(low).limit.unwrap();
        assert!(has_other_value(limit, high) && !has_other_value(limit, low));
    }
}
