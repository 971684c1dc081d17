//! The parent process: sends jobs to children, enforces the time limit, and finds out why a child gave no result.

use super::confine::Confinement;
use super::frame::{Frame, read_frame, write_frame};
use rustix::process::Signal;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Limits of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Address space of a child, in MiB.
    pub memory_mb: u64,
    /// Processor time for one document, in seconds.
    pub time_s: u64,
    /// Documents that one child parses before it is replaced, so that leaked memory stays small.
    pub documents_per_child: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { memory_mb: 2_048, time_s: 20, documents_per_child: 200 }
    }
}

impl Limits {
    /// Processor time for one job.
    fn job(&self) -> Duration {
        Duration::from_secs(self.time_s)
    }

    /// Processor time of a child's whole life. A child is replaced when it has less left than one job may use.
    fn life(&self) -> Duration {
        4 * self.job()
    }

    /// Wall-clock time for one job. It ends only a child that waits for ever: even on a machine with ten times as many busy
    /// processes as processors, a job gets its processor time.
    fn patience(&self) -> Duration {
        (10 * self.job()).max(Duration::from_secs(60))
    }
}

/// Why a job has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Loss {
    /// It used more processor time than the limit, or did not answer within the wall-clock limit.
    Time,
    /// It needed more memory than the limit.
    Memory,
    /// The child was killed from outside: by the kernel when the machine had no memory left, or by a user.
    Killed,
    /// It used up the stack.
    Stack,
    /// It made a system call that only an attack makes.
    ForbiddenCall,
    /// The child ended in another way: its exit status and the end of its stderr.
    Crash(String),
}

/// Children that wait for jobs, at most one for each thread that has sent a job at the same time.
///
/// On Linux a child ends with the thread that started it.
pub(crate) struct Pool {
    program: PathBuf,
    arguments: Vec<OsString>,
    limits: Limits,
    patience: Duration,
    idle: Mutex<Vec<Worker>>,
}

impl Pool {
    /// A pool that starts children when they are needed, by running `program` with `arguments` and the options
    /// `--memory-mb`, `--life-s` and `--parent`.
    pub(crate) fn new(program: PathBuf, arguments: Vec<OsString>, limits: Limits) -> Pool {
        Pool { program, arguments, limits, patience: limits.patience(), idle: Mutex::new(Vec::new()) }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// The confinement of the children.
    ///
    /// # Errors
    /// When no child can be started.
    pub(crate) fn confinement(&self) -> io::Result<Confinement> {
        let worker = self.idle_or_new()?;
        let confinement = worker.confinement;
        self.give_back(worker);
        Ok(confinement)
    }

    /// The result of a job in a child; the bytes of the job are those of all `parts`.
    ///
    /// A job whose child dies is tried again in a new child when the result can be different: earlier jobs may have used up the
    /// memory of the first child. Both tries together have the time of one.
    ///
    /// # Errors
    /// When no child can be started.
    pub(crate) fn run(&self, parts: &[&[u8]]) -> io::Result<Result<Vec<u8>, Loss>> {
        let started = Instant::now();
        let mut worker = self.idle_or_new()?;
        let is_new = worker.n_jobs == 0;
        let loss = match worker.ask(parts, self.limits.job(), self.patience) {
            Ok(outcome) => {
                self.give_back(worker);
                return Ok(Ok(outcome));
            }
            Err(loss) => loss,
        };
        if loss == Loss::Time || (is_new && loss != Loss::Killed) {
            return Ok(Err(loss));
        }
        let left = self.limits.job().saturating_sub(started.elapsed());
        if left.is_zero() {
            return Ok(Err(Loss::Time));
        }
        let mut worker = self.start()?;
        let outcome = worker.ask(parts, left, self.patience);
        if outcome.is_ok() {
            self.give_back(worker);
        }
        Ok(outcome)
    }

    fn idle_or_new(&self) -> io::Result<Worker> {
        let idle = self.idle.lock().expect("no thread panics while it holds the lock").pop();
        idle.map_or_else(|| self.start(), Ok)
    }

    fn give_back(&self, worker: Worker) {
        let has_time = worker.cpu_used + self.limits.job() <= self.limits.life();
        if has_time && worker.n_jobs < self.limits.documents_per_child {
            self.idle.lock().expect("no thread panics while it holds the lock").push(worker);
        }
    }

    fn start(&self) -> io::Result<Worker> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .args(["--memory-mb", &self.limits.memory_mb.to_string()])
            // Two seconds more than the jobs may use, because the kernel rounds the limit of each job up.
            .args(["--life-s", &(self.limits.life().as_secs() + 2).to_string()])
            .args(["--parent", &std::process::id().to_string()])
            // The allocator would reserve 1 GiB at the start, before the limit of memory holds.
            .env("MIMALLOC_ARENA_RESERVE", "0")
            // A backtrace is read from files, which a child cannot open.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A process group of its own: Ctrl-C in the terminal is sent to the parent only, which lets the children finish.
            .process_group(0);
        Worker::new(command.spawn()?, self.patience)
    }
}

/// A child process and the threads that read from it.
struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: Receiver<Frame>,
    stderr_head: Option<JoinHandle<String>>,
    confinement: Confinement,
    /// The number of jobs that it has received.
    n_jobs: u32,
    /// The processor time that it had used at its last answer.
    cpu_used: Duration,
}

impl Worker {
    /// Waits for the first frame of `child`, which reports its confinement.
    fn new(mut child: Child, patience: Duration) -> io::Result<Worker> {
        let stdin = child.stdin.take();
        let mut stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let stderr = child.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (sender, answers) = channel();
        thread::spawn(move || {
            while let Ok(Some(frame)) = read_frame(&mut stdout) {
                if sender.send(frame).is_err() {
                    return;
                }
            }
        });
        let stderr_head = Some(thread::spawn(move || head(stderr)));
        let confinement = Confinement::UNKNOWN;
        let mut worker =
            Worker { child, stdin, answers, stderr_head, confinement, n_jobs: 0, cpu_used: Duration::ZERO };
        let first = worker
            .answer(patience)
            .map_err(|loss| io::Error::other(format!("it ended at once: {loss:?}")))?;
        worker.confinement = serde_json::from_slice(&first)?;
        Ok(worker)
    }

    /// Gives the child a job and waits for its answer.
    fn ask(&mut self, parts: &[&[u8]], cpu: Duration, patience: Duration) -> Result<Vec<u8>, Loss> {
        self.n_jobs += 1;
        let mut stdin = self.stdin.take().expect("stdin is closed only when the worker is dropped");
        // In a thread of its own, because a child that does not read would block this thread for ever.
        thread::scope(|scope| {
            let writer = scope.spawn(move || {
                let cpu_ms = u64::try_from(cpu.as_millis()).unwrap_or(u64::MAX);
                write_frame(&mut stdin, cpu_ms, parts).map(|()| stdin)
            });
            let answer = self.answer(patience)?;
            self.stdin = writer.join().ok().and_then(Result::ok);
            // An answer to an incomplete job is not used.
            if self.stdin.is_some() { Ok(answer) } else { Err(self.loss(None)) }
        })
    }

    /// The next frame. When there is none, the child is dead, so a thread that still writes to it is not blocked.
    fn answer(&mut self, patience: Duration) -> Result<Vec<u8>, Loss> {
        match self.answers.recv_timeout(patience) {
            Ok((cpu_ms, bytes)) => {
                self.cpu_used = Duration::from_millis(cpu_ms);
                Ok(bytes)
            }
            Err(RecvTimeoutError::Timeout) => {
                let _ = self.child.kill();
                Err(Loss::Time)
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = self.end();
                Err(self.loss(status))
            }
        }
    }

    /// How the child ended. `None` when it closed its output without ending; it is then killed.
    fn end(&mut self) -> Option<ExitStatus> {
        // An ending process closes its pipes some microseconds before it can be waited for, on a loaded machine earlier.
        let deadline = Instant::now() + Duration::from_secs(2);
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        None
    }

    fn loss(&mut self, status: Option<ExitStatus>) -> Loss {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let stderr = self.stderr_head.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        match status {
            Some(status) => loss_of(status, &stderr),
            None => Loss::Crash("it stopped answering".to_owned()),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // An idle child ends at the end of its stdin; one that hangs must be killed. In both cases it is waited for.
        self.stdin.take();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Why a child died that ended with `status` and wrote `stderr`.
fn loss_of(status: ExitStatus, stderr: &str) -> Loss {
    let is = |signal: Signal| status.signal() == Some(signal.as_raw());
    // The standard library aborts both for lack of memory and for lack of stack; only its message shows which.
    let aborts = is(Signal::ABORT);
    if is(Signal::XCPU) {
        Loss::Time
    } else if is(Signal::KILL) {
        Loss::Killed
    } else if is(Signal::SYS) {
        Loss::ForbiddenCall
    } else if aborts && stderr.contains("memory allocation of") {
        Loss::Memory
    } else if aborts && stderr.contains("overflowed its stack") {
        Loss::Stack
    } else {
        let line = stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
        Loss::Crash(format!("{status} {line}").trim_end().to_owned())
    }
}

/// The first bytes of `stderr`. The rest is read and dropped, so that a child that writes much is not blocked.
fn head(mut stderr: impl Read) -> String {
    const HEAD_BYTES: u64 = 4_096;
    let mut kept = Vec::new();
    let _ = (&mut stderr).take(HEAD_BYTES).read_to_end(&mut kept);
    let _ = io::copy(&mut stderr, &mut io::sink());
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    /// A pool whose children are the shell script `body`, and count themselves in the file `starts` beside it.
    fn pool_of(body: &str) -> (Pool, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let hello = serde_json::to_vec(&Confinement::UNKNOWN).unwrap();
        let mut frame = Vec::new();
        write_frame(&mut frame, 0, &[&hello]).unwrap();
        fs::write(folder.path().join("hello"), frame).unwrap();
        let program = folder.path().join("child.sh");
        let text =
            format!("#!/bin/sh\ncd {}\necho start >> starts\ncat hello\n{body}\n", folder.path().display());
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let limits = Limits { time_s: 1, ..Limits::default() };
        let pool = Pool { patience: Duration::from_millis(300), ..Pool::new(program, Vec::new(), limits) };
        (pool, folder)
    }

    /// Why the children that are the script `body` give no outcome, and how many were started.
    fn loss(body: &str) -> (Loss, usize) {
        let (pool, folder) = pool_of(body);
        // More than a pipe holds: nobody reads it.
        let loss = pool.run(&[&[0; 100_000]]).unwrap().unwrap_err();
        (loss, fs::read_to_string(folder.path().join("starts")).unwrap().lines().count())
    }

    #[test]
    fn a_child_that_waits_for_ever_is_ended_and_not_tried_again() {
        assert_eq!(loss("exec tail -f /dev/null"), (Loss::Time, 1));
    }

    #[test]
    fn a_child_over_its_processor_time_is_not_tried_again() {
        assert_eq!(loss("kill -XCPU $$"), (Loss::Time, 1));
    }

    #[test]
    fn a_child_that_is_killed_from_outside_gets_one_more_try() {
        assert_eq!(loss("kill -9 $$"), (Loss::Killed, 2));
    }

    #[test]
    fn a_new_child_that_dies_of_its_document_is_not_tried_again() {
        let memory = "echo memory allocation of 99 bytes failed >&2; kill -6 $$";
        assert_eq!(loss(memory), (Loss::Memory, 1));
        let stack = "echo \"thread 'main' has overflowed its stack\" >&2; kill -6 $$";
        assert_eq!(loss(stack), (Loss::Stack, 1));
        assert_eq!(loss("kill -SYS $$"), (Loss::ForbiddenCall, 1));
        let (crash, n) = loss("echo panicked at lexer.rs >&2; exit 101");
        assert_eq!((crash, n), (Loss::Crash("exit status: 101 panicked at lexer.rs".to_owned()), 1));
    }

    #[test]
    fn what_a_document_writes_to_stderr_does_not_pass_for_a_limit() {
        let (crash, _) = loss("echo memory allocation of words >&2; exit 101");
        assert!(matches!(crash, Loss::Crash(_)), "{crash:?}");
    }

    #[test]
    fn a_child_that_never_says_what_confines_it_is_an_error() {
        let (pool, _folder) = pool_of("");
        let broken = Pool { program: PathBuf::from("/bin/false"), ..pool };
        assert!(broken.run(&[]).is_err());
    }

    #[test]
    fn a_child_is_replaced_when_it_has_not_a_whole_job_left() {
        let limits = Limits::default();
        assert_eq!((limits.life(), limits.patience()), (Duration::from_secs(80), Duration::from_secs(200)));
        let quick = Limits { time_s: 1, ..limits };
        assert_eq!(quick.patience(), Duration::from_secs(60));
    }
}
