//! Another program, run on one untrusted file under limits.
//!
//! It runs as a child of a supervisor, which is this program with a hidden command. The supervisor limits itself and so
//! every process that it starts: memory, processor time, size of files, no network, and only the files of the system and those in
//! the folder of the run. It ends the whole group of processes when its standard input ends, so that no process remains
//! when the parent is killed.

use super::confine::confine_converter;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process_group, setrlimit};
use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A larger result of a program is refused. A choice: the size of the largest frame that a parsing child takes.
pub(super) const OUTPUT_BYTES_MAX: u64 = 1 << 30;
/// The interval at which a running process is polled.
const POLL: Duration = Duration::from_millis(10);
/// The file in the folder of a run where the supervisor writes the processor time of the program in milliseconds. Another program
/// that forges it has its time counted wrongly, and gains nothing.
const CPU_FILE: &str = "cpu_ms";
/// The exit code of a supervisor whose program used up its processor time.
const EXIT_TIME: i32 = 3;

/// Why there is no converted file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConversionError {
    /// It took too long.
    #[error("converting took longer than {seconds} s")]
    Time {
        /// The limit.
        seconds: u64,
    },
    /// The program failed or gave no file.
    #[error("the converter gave no document: {0}")]
    Failed(String),
}

/// How a program ended.
#[derive(Debug)]
pub(super) struct Run {
    /// What it wrote to its output and its errors.
    pub(super) result: Result<String, ConversionError>,
    /// The processor time of all its processes.
    pub(super) cpu: Duration,
}

/// An installed program and its limits.
#[derive(Debug, Clone)]
pub(super) struct External {
    supervisor: PathBuf,
    program: PathBuf,
    memory_mb: u64,
    time_s: u64,
}

impl External {
    /// The program of that name or path; `None` when it is not installed. `supervisor` is the path of this program.
    pub(super) fn find(supervisor: PathBuf, program: &Path, memory_mb: u64, time_s: u64) -> Option<External> {
        found(program).map(|program| External { supervisor, program, memory_mb, time_s })
    }

    /// The command that runs this program as the supervisor of the other one with these arguments.
    fn supervisor(&self, folder: &Path, arguments: &[OsString]) -> Command {
        let mut supervisor = Command::new(&self.supervisor);
        supervisor
            .arg("convert-worker")
            .args(["--memory-mb", &self.memory_mb.to_string()])
            .args(["--time-s", &self.time_s.to_string()])
            .args([OsString::from("--folder"), folder.into()])
            .arg("--")
            .arg(&self.program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        supervisor
    }

    /// Runs the program with all its files in `folder`.
    pub(super) fn run(&self, folder: &Path, arguments: &[OsString]) -> io::Result<Run> {
        let started = Instant::now();
        let mut supervisor = self.supervisor(folder, arguments).spawn()?;
        let outputs = [
            supervisor.stdout.take().map(|pipe| read_in_thread(Box::new(pipe))),
            supervisor.stderr.take().map(|pipe| read_in_thread(Box::new(pipe))),
        ];
        let patience = Duration::from_secs(self.time_s.saturating_mul(10));
        let status = wait_until(&mut supervisor, Instant::now() + patience)?;
        // The end of its input makes the supervisor end the program.
        drop(supervisor.stdin.take());
        if status.is_none() {
            wait_until(&mut supervisor, Instant::now() + Duration::from_secs(5))?;
        }
        let _ = supervisor.kill();
        let _ = supervisor.wait();
        // A process that left the group may hold the pipe open.
        let read = |output: Receiver<String>| output.recv_timeout(Duration::from_secs(2)).ok();
        let log: String = outputs.into_iter().flatten().filter_map(read).collect();
        let seconds = self.time_s;
        let result = match status.map(|status| status.code()) {
            Some(Some(0)) => Ok(log),
            None | Some(Some(EXIT_TIME)) => Err(ConversionError::Time { seconds }),
            Some(_) => {
                // Each start of LibreOffice without Java writes a warning.
                let is_told = |line: &&str| !line.trim().is_empty() && !line.contains("javaldx");
                let line = log.lines().rfind(is_told).unwrap_or("it failed");
                Err(ConversionError::Failed(line.trim().to_owned()))
            }
        };
        let written = std::fs::read_to_string(folder.join(CPU_FILE)).ok().and_then(|ms| ms.parse().ok());
        Ok(Run { result, cpu: written.map_or_else(|| started.elapsed(), Duration::from_millis) })
    }
}

/// The path of `program`: itself when it is a path, or the first one of that name that the search path has.
fn found(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_owned());
    }
    if program.as_os_str().is_empty() {
        return None;
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Keeps the first 64 KiB and reads the rest, so that the program is not blocked.
fn read_in_thread(mut pipe: Box<dyn Read + Send>) -> Receiver<String> {
    let (sender, kept) = channel();
    thread::spawn(move || {
        let mut head = Vec::new();
        let _ = (&mut pipe).take(64 << 10).read_to_end(&mut head);
        let _ = io::copy(&mut pipe, &mut io::sink());
        let _ = sender.send(String::from_utf8_lossy(&head).into_owned());
    });
    kept
}

/// How `child` ended. `None` when it is still running at `deadline`.
fn wait_until(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// The arguments that a supervisor is started with.
#[derive(Debug, Clone)]
pub(crate) struct SupervisorSettings {
    /// Address space of each process, in MiB.
    pub(crate) memory_mb: u64,
    /// Processor time of each process, in seconds.
    pub(crate) time_s: u64,
    /// The only folder that the program may write to.
    pub(crate) folder: PathBuf,
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
}

/// Runs the program under limits until it or the standard input ends. Returns the exit code of this process.
///
/// # Errors
/// When a limit cannot be set, or the program cannot be started.
pub(crate) fn supervise(settings: &SupervisorSettings) -> io::Result<i32> {
    let (program, arguments) = settings.command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    limit(Resource::As, settings.memory_mb.saturating_mul(1 << 20))?;
    limit(Resource::Cpu, settings.time_s)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, OUTPUT_BYTES_MAX)?;
    confine_converter(&settings.folder, Path::new(program));
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(&settings.folder)
        .env("HOME", &settings.folder)
        .env("TMPDIR", &settings.folder)
        .env("LC_ALL", "C.UTF-8")
        // One thread for each process of tesseract: several pages are read at once instead.
        .env("OMP_THREAD_LIMIT", "1")
        // No display, whatever the desktop of the user.
        .env("SAL_USE_VCLPLUGIN", "svp")
        .env_remove("DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()?;
    let status = wait_for_either(&mut child)?;
    // This also ends processes that the program has started and not waited for.
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    let _ = child.wait();
    if let Some(ms) = cpu_ms_of_children() {
        // Without the file the time that has passed is counted.
        let _ = std::fs::write(settings.folder.join(CPU_FILE), ms.to_string());
    }
    let is_over_time = |status: ExitStatus| {
        let signals = [Signal::XCPU.as_raw(), Signal::KILL.as_raw()];
        // A shell that ran the program returns 128 plus the signal.
        status.signal().or(status.code().map(|code| code - 128)).is_some_and(|found| signals.contains(&found))
    };
    Ok(match status {
        Some(status) if is_over_time(status) => EXIT_TIME,
        Some(status) => i32::from(!status.success()),
        None => EXIT_TIME,
    })
}

/// How `child` ended. `None` when the standard input ended first: the parent has ended, or no longer waits.
fn wait_for_either(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    static IS_PARENT_GONE: AtomicBool = AtomicBool::new(false);
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        IS_PARENT_GONE.store(true, Ordering::Relaxed);
    });
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if IS_PARENT_GONE.load(Ordering::Relaxed) {
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// The processor time of the processes that this one has waited for. `None` where the kernel does not tell.
fn cpu_ms_of_children() -> Option<u64> {
    // USER_HZ, the unit of the kernel's statistics, is 100 on all architectures that Rust programs run on.
    const TICK_MS: u64 = 10;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // proc(5): the second field is the name of the program, which may have spaces and parentheses; cutime and cstime are the
    // 16th and 17th.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    Some((ticks(16)? + ticks(17)?) * TICK_MS)
}

fn limit(resource: Resource, value: u64) -> io::Result<()> {
    let highest = getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    Ok(setrlimit(resource, Rlimit { current: Some(highest), maximum: Some(highest) })?)
}
