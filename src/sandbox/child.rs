//! The child's side: limits itself, gives up files and network, then answers jobs until its parent closes the pipe.

use super::confine::confine;
use super::frame::{read_frame, write_frame};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::io;

/// What a child is started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildSettings {
    /// Address space, in MiB.
    pub memory_mb: u64,
    /// Processor time of its whole life, in seconds.
    pub life_s: u64,
    /// Process id of the parent: the child ends when another process takes its place.
    pub parent: u32,
}

/// Answers jobs from standard input on standard output with what `job` makes of their bytes, until the input ends.
///
/// The first frame that is written says what the child is confined by; no job is read before.
///
/// # Errors
/// When a limit cannot be set, or the parent is gone.
pub fn serve(settings: &ChildSettings, job: &dyn Fn(&[u8]) -> Vec<u8>) -> io::Result<()> {
    die_with_parent(settings.parent)?;
    limit(Resource::As, settings.memory_mb.saturating_mul(1 << 20))?;
    limit(Resource::Core, 0)?;
    limit(Resource::Cpu, settings.life_s)?;
    let confinement = serde_json::to_vec(&confine())?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    write_frame(&mut output, cpu_used_ms(), &[&confinement])?;
    while let Some((cpu_ms, bytes)) = read_frame(&mut input)? {
        allow_cpu(cpu_ms)?;
        let outcome = job(&bytes);
        write_frame(&mut output, cpu_used_ms(), &[&outcome])?;
    }
    Ok(())
}

/// Makes the kernel kill this process when its parent dies. Elsewhere than on Linux the end of standard input and the limit of
/// processor time do it later.
fn die_with_parent(parent: u32) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    // The parent may have died before the call above.
    if std::os::unix::process::parent_id() != parent {
        return Err(io::Error::other("the parent is gone"));
    }
    Ok(())
}

/// Lowers a limit, softly and for good.
fn limit(resource: Resource, value: u64) -> io::Result<()> {
    let highest = getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    Ok(setrlimit(resource, Rlimit { current: Some(highest), maximum: Some(highest) })?)
}

/// Lets this process use `cpu_ms` milliseconds of processor time from now on; then the kernel sends it SIGXCPU.
///
/// The kernel counts in whole seconds, so that it may be up to a second more.
fn allow_cpu(cpu_ms: u64) -> io::Result<()> {
    let wanted = cpu_used_ms().saturating_add(cpu_ms).div_ceil(1_000);
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })?)
}

/// Processor time that this process has used, in milliseconds.
fn cpu_used_ms() -> u64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    (time.tv_sec as u64) * 1_000 + (time.tv_nsec as u64) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_job_gets_its_processor_time_from_where_the_process_is() {
        // An hour: this test changes the limit of the process that runs all unit tests.
        let before = cpu_used_ms();
        allow_cpu(3_600_000).unwrap();
        let limit = getrlimit(Resource::Cpu).current.unwrap();
        let after = cpu_used_ms();
        assert!(limit >= before.div_ceil(1_000) + 3_600 && limit <= after.div_ceil(1_000) + 3_600, "{limit}");
    }
}
