//! Confinement of a child before it reads untrusted bytes: Landlock takes away files and network, seccomp all system calls but a
//! few, as far as the kernel supports them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

/// The confinements of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Landlock: no file, no TCP port, no signal to others.
    pub landlock: Enforcement,
    /// seccomp: the system calls of a computation, and no others.
    pub seccomp: Enforcement,
}

/// To what extent the kernel enforces a confinement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Enforcement {
    /// All of it.
    Full,
    /// The part that this kernel knows.
    Partial,
    /// Nothing: the kernel or the platform does not have it.
    Absent,
}

impl Enforcement {
    fn name(self) -> &'static str {
        match self {
            Enforcement::Full => "active",
            Enforcement::Partial => "active in part (older kernel)",
            Enforcement::Absent => "not available on this machine",
        }
    }
}

impl Confinement {
    /// The value before a child has reported its confinement.
    pub(super) const UNKNOWN: Confinement =
        Confinement { landlock: Enforcement::Absent, seccomp: Enforcement::Absent };
}

impl fmt::Display for Confinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "landlock {}, seccomp {}", self.landlock.name(), self.seccomp.name())
    }
}

/// Confines this thread permanently, and so a process that has one thread. Confinements that the kernel lacks are left out and
/// reported.
#[cfg(target_os = "linux")]
pub(super) fn confine() -> Confinement {
    // Landlock comes first: seccomp forbids the system calls that it needs.
    Confinement { landlock: give_up_files(), seccomp: give_up_calls() }
}

/// Only Linux has these confinements.
#[cfg(not(target_os = "linux"))]
pub(super) fn confine() -> Confinement {
    Confinement::UNKNOWN
}

/// The version of kernel 6.12. On an older kernel the crate uses what that kernel supports.
#[cfg(target_os = "linux")]
const NEWEST: landlock::ABI = landlock::ABI::V6;

#[cfg(target_os = "linux")]
fn give_up_files() -> Enforcement {
    use landlock::{Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
    let restrict = || {
        Ruleset::default()
            .handle_access(AccessFs::from_all(NEWEST))?
            .handle_access(AccessNet::from_all(NEWEST))?
            .scope(Scope::from_all(NEWEST))?
            .create()?
            .restrict_self()
    };
    match restrict().map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Enforcement::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Enforcement::Partial,
        Ok(RulesetStatus::NotEnforced) | Err(_) => Enforcement::Absent,
    }
}

/// Confines this thread and the programs that it starts: they may read the files of the system, read and write those in `folder`,
/// and use no network. Confinements that the kernel lacks are left out.
#[cfg(target_os = "linux")]
pub(super) fn confine_converter(folder: &Path, program: &Path) {
    use landlock::path_beneath_rules;
    use landlock::{Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, Scope};
    use std::path::PathBuf;
    // Programs, libraries, fonts and their caches, but not the home folders: otherwise a document could include the users' files.
    const SYSTEM: [&str; 14] = [
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/opt",
        "/etc",
        "/proc",
        "/sys",
        "/dev",
        "/var/cache",
        "/var/lib/libreoffice",
        "/var/spool/libreoffice",
    ];
    // A program that is installed elsewhere has its own files beside it.
    let resolved = program.canonicalize().unwrap_or_else(|_| program.to_owned());
    let beside = [program, &resolved].map(|path| path.parent().unwrap_or(path).to_owned());
    let read = SYSTEM.iter().map(PathBuf::from).chain(beside).filter(|path| path.exists());
    let restrict = || {
        Ruleset::default()
            .handle_access(AccessFs::from_all(NEWEST))?
            .handle_access(AccessNet::from_all(NEWEST))?
            .scope(Scope::from_all(NEWEST))?
            .create()?
            .add_rules(path_beneath_rules(read, AccessFs::from_read(NEWEST)))?
            .add_rules(path_beneath_rules(["/dev/null"], AccessFs::from_file(NEWEST)))?
            // LibreOffice ends when it cannot make the socket of its single instance there, wherever its temporary files are.
            .add_rules(path_beneath_rules(["/tmp"], AccessFs::MakeSock))?
            .add_rules(path_beneath_rules([folder], AccessFs::from_all(NEWEST)))?
            .restrict_self()
    };
    let _ = restrict();
    let filter = calls::network().and_then(|rules| {
        filter(
            rules,
            seccompiler::SeccompAction::Allow,
            seccompiler::SeccompAction::Errno(libc::EACCES as u32),
        )
    });
    let _ = filter.map(|filter| seccompiler::apply_filter(&filter));
}

/// Only Linux has these confinements.
#[cfg(not(target_os = "linux"))]
pub(super) fn confine_converter(_folder: &Path, _program: &Path) {}

/// Installs two filters; the kernel applies the stricter result. A call that only an attack makes kills the process, so that the
/// attack is reported. Any other call that is not needed fails with EPERM. Only the C library and the standard library make such
/// calls, for the number of processors or the name of a mapping, and continue without the answer. The parsers make no system
/// calls of their own, so a refusal cannot change their results.
#[cfg(target_os = "linux")]
fn give_up_calls() -> Enforcement {
    use seccompiler::SeccompAction::{Allow, Errno, KillProcess};
    let needed = calls::needed().and_then(|needed| filter(needed, Errno(libc::EPERM as u32), Allow));
    let attacks = filter(calls::attacks(), Allow, KillProcess);
    let (Some(needed), Some(attacks)) = (needed, attacks) else { return Enforcement::Absent };
    // The first filter must allow the call that installs the second.
    let applied = seccompiler::apply_filter(&attacks).and_then(|()| seccompiler::apply_filter(&needed));
    if applied.is_ok() { Enforcement::Full } else { Enforcement::Absent }
}

#[cfg(target_os = "linux")]
fn filter(
    rules: calls::Rules,
    otherwise: seccompiler::SeccompAction,
    on_match: seccompiler::SeccompAction,
) -> Option<seccompiler::BpfProgram> {
    let architecture = std::env::consts::ARCH.try_into().ok()?;
    seccompiler::SeccompFilter::new(rules, otherwise, on_match, architecture).ok()?.try_into().ok()
}

/// Numbers of system calls.
#[cfg(target_os = "linux")]
mod calls {
    use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};
    use std::collections::BTreeMap;

    pub(crate) type Rules = BTreeMap<i64, Vec<SeccompRule>>;

    /// The calls of a child that parses the sample corpus, panics, overflows its stack or runs out of memory, and
    /// what the C library calls in place of these on other kernels.
    const NEEDED: &[i64] = &[
        // the pipes
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        // memory
        libc::SYS_brk,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        // locks, signals, end
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_exit,
        libc::SYS_exit_group,
        // time, and the randomness of hash tables (which orders nothing that is written)
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_getrandom,
        // itself
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_getrusage,
    ];

    /// Network, programs and processes, other processes' memory, the kernel's own machinery.
    const ATTACKS: &[i64] = &[
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept4,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_clone,
        libc::SYS_clone3,
        libc::SYS_kill,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_mount,
        libc::SYS_setns,
        libc::SYS_unshare,
        libc::SYS_bpf,
        libc::SYS_io_uring_setup,
        libc::SYS_perf_event_open,
        libc::SYS_keyctl,
    ];

    /// The calls that are allowed. `None` when a condition cannot be made.
    pub(crate) fn needed() -> Option<Rules> {
        let mut rules = without_conditions(NEEDED);
        // Its own limits, which it sets before each job, and signals to itself (abort).
        let itself = |process: u64| {
            let condition =
                SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, process).ok()?;
            Some(vec![SeccompRule::new(vec![condition]).ok()?])
        };
        rules.insert(libc::SYS_prlimit64, itself(0)?);
        rules.insert(libc::SYS_tgkill, itself(u64::from(std::process::id()))?);
        Some(rules)
    }

    /// The calls that kill the process.
    pub(crate) fn attacks() -> Rules {
        without_conditions(ATTACKS)
    }

    /// Sockets of other kinds than those between processes of this machine, and calls that would go round a filter.
    pub(crate) fn network() -> Option<Rules> {
        let mut rules = without_conditions(&[
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_process_vm_writev,
            libc::SYS_io_uring_setup,
            libc::SYS_bpf,
            libc::SYS_mount,
            libc::SYS_unshare,
            libc::SYS_setns,
        ]);
        let unix = libc::AF_UNIX as u64;
        let other = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, unix).ok()?;
        rules.insert(libc::SYS_socket, vec![SeccompRule::new(vec![other]).ok()?]);
        Some(rules)
    }

    fn without_conditions(numbers: &[i64]) -> Rules {
        numbers.iter().map(|number| (*number, Vec::new())).collect()
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, ExitStatus};

    const PROBE: &str = "SANDBOX_PROBE";

    /// How this test program ends when it confines itself and then tries `deed`.
    fn ending_of(deed: &str) -> ExitStatus {
        let mut command = Command::new(std::env::current_exe().expect("a test program has a path"));
        command.args(["--exact", "sandbox::confine::tests::probe", "--nocapture"]).env(PROBE, deed);
        command.output().expect("a test program can run itself").status
    }

    /// Does nothing unless [`ending_of`] runs it in a process of its own.
    #[test]
    fn probe() {
        let Ok(deed) = std::env::var(PROBE) else { return };
        let is_confined = confine().seccomp == Enforcement::Full;
        let is_refused = match deed.as_str() {
            "compute" => (0..1_000_000u32).map(|n| n.to_string()).collect::<String>().len() == 5_888_890,
            "file" => std::fs::File::open("/etc/hostname").is_err() && std::fs::write("/tmp/x", "").is_err(),
            "network" => std::net::TcpListener::bind("127.0.0.1:0").is_err(),
            "program" => Command::new("/bin/true").status().is_err(),
            "thread" => std::thread::Builder::new().spawn(|| ()).is_err(),
            other => unreachable!("{other}"),
        };
        std::process::exit(if is_confined && is_refused { 0 } else { 1 });
    }

    #[test]
    fn a_confined_process_computes_and_opens_no_file() {
        assert_eq!(ending_of("compute").code(), Some(0));
        assert_eq!(ending_of("file").code(), Some(0));
    }

    #[test]
    fn a_confined_process_that_reaches_for_network_or_programs_is_killed() {
        for deed in ["network", "program", "thread"] {
            assert_eq!(ending_of(deed).signal(), Some(libc::SIGSYS), "{deed}");
        }
    }

    #[test]
    fn what_is_active_is_said_in_words() {
        let confinement = Confinement { landlock: Enforcement::Partial, seccomp: Enforcement::Absent };
        let wanted = "landlock active in part (older kernel), seccomp not available on this machine";
        assert_eq!(confinement.to_string(), wanted);
    }
}
