//! The child process: it sets its own limits, gives up access to files and network, then runs jobs until its parent closes the
//! pipe.

use super::confine::confine;
use super::frame::{read_frame, write_frame};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::io;

/// The arguments that a child is started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildSettings {
    pub(crate) memory_mb: u64,
    /// Processor time of its whole life, in seconds.
    pub(crate) life_s: u64,
    /// Process id of the parent. The child ends when its parent is another process.
    pub(crate) parent: u32,
}

/// Reads jobs from standard input and writes the results of `job` to standard output, until the input ends.
///
/// The first frame that is written reports the confinement of the child. No job is read before it.
///
/// # Errors
/// When a limit cannot be set, or the parent has ended.
pub(crate) fn serve(settings: &ChildSettings, job: &dyn Fn(&[u8]) -> Vec<u8>) -> io::Result<()> {
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

/// Makes the kernel kill this process when its parent dies. On other systems than Linux the process ends later: at the end of
/// standard input or at the limit of processor time.
fn die_with_parent(parent: u32) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    // The parent may have died before the call above.
    if std::os::unix::process::parent_id() != parent {
        return Err(io::Error::other("the parent is gone"));
    }
    Ok(())
}

/// Lowers the soft and the hard limit of `resource`.
fn limit(resource: Resource, value: u64) -> io::Result<()> {
    let highest = getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    Ok(setrlimit(resource, Rlimit { current: Some(highest), maximum: Some(highest) })?)
}

/// Lets this process use `cpu_ms` milliseconds of processor time from now on; then the kernel sends it SIGXCPU.
///
/// The kernel counts in whole seconds, so the limit may be up to one second higher.
fn allow_cpu(cpu_ms: u64) -> io::Result<()> {
    let wanted = cpu_used_ms().saturating_add(cpu_ms).div_ceil(1_000);
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })?)
}

/// The processor time that this process has used, in milliseconds.
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
