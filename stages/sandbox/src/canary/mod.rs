//! Proves, before the first step of a run, that the sandbox holds on this machine, now.
//!
//! A sealed program is launched exactly as steps are and tries what must be refused ([`probes`]). A kernel without a feature, a container
//! with odd rules or a bug of ours then shows as a property that does not hold, whatever version numbers say.
//!
//! Most refusals end the process, so one process per probe would be needed to see them all. Instead the probes run in one launch whose
//! filter is compiled from the same table by the same code and differs in a single constant: the default answers with an error number
//! that no kernel function uses ([`crate::filter::OBSERVED_ERRNO`]) instead of killing. Three more launches under the unchanged filter
//! prove that the default does kill: before the lock-down, after it, and for the 32-bit call gate. A unit test holds the two compiled
//! filters together. The launches also do what a step must be able to do; a sandbox in which nothing works proves nothing.

pub mod probes;
pub mod program;

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use crate::filter::Fallback;
use crate::launch::{Bonus, End, Launch, Limits, Wait, landlock_abi};
use crate::layer::Layer;
use crate::memory::{anonymous, report_memory, sealed_memory};
use crate::seal::SealedProgram;

use probes::{Expected, PROBES};

/// What the canary reads as its input and writes as its output.
pub(crate) const CONTENT: &[u8] = b"the canary sings";
const REPORT_BYTES_MAX: usize = 64 << 10;
const TIME_MAX: Duration = Duration::from_secs(10);

/// One thing the canary tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The layer that has to answer.
    pub layer: Layer,
    /// The property it belongs to, as named in overrides.
    pub property: &'static str,
    /// What was tried.
    pub probe: &'static str,
    /// The error number that came back; 0 when it succeeded, [`NOT_TRIED`] when the canary did not get there.
    pub errno: i32,
    /// Whether that is what must happen.
    pub held: bool,
}

/// The error number of a probe the canary never answered.
pub const NOT_TRIED: i32 = -1;

/// What the canary saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanaryReport {
    /// Every probe, in order.
    pub proofs: Vec<Proof>,
    /// The kernel's release.
    pub kernel: String,
    /// What doubles the required layers here.
    pub bonus: Bonus,
}

/// Why no step may run: the reason behind exit code 30.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("prove the sandbox property {property} ({probe}): layer {layer}, error {errno}")]
pub struct Refusal {
    /// The layer.
    pub layer: Layer,
    /// The property that does not hold.
    pub property: &'static str,
    /// The probe that showed it.
    pub probe: &'static str,
    /// The kernel's error number, or 0.
    pub errno: i32,
    /// The kernel's release.
    pub kernel: String,
    /// The kernel's Landlock version.
    pub landlock_abi: u32,
}

impl Refusal {
    /// The reason as one line of JSON.
    ///
    /// ```
    /// use sandbox::{canary::Refusal, layer::Layer};
    /// let refusal = Refusal { layer: Layer::Seccomp, property: "no_network", probe: "socket_unix", errno: 0, kernel: "6.1".into(), landlock_abi: 4 };
    /// assert_eq!(refusal.to_json(), r#"{"layer":"seccomp","property":"no_network","probe":"socket_unix","errno":0,"kernel":"6.1","abi":4}"#);
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let Self { layer, property, probe, errno, landlock_abi, .. } = self;
        let kernel: String = self.kernel.chars().filter(|c| c.is_ascii_alphanumeric() || "._-+~".contains(*c)).collect();
        format!(r#"{{"layer":"{layer}","property":"{property}","probe":"{probe}","errno":{errno},"kernel":"{kernel}","abi":{landlock_abi}}}"#)
    }
}

impl CanaryReport {
    /// Passes when every property holds, or is named in `allowed` (`--unsafe-allow`).
    ///
    /// # Errors
    /// The first probe that went wrong in a property that is not allowed to.
    pub fn check(&self, allowed: &[&str]) -> Result<(), Refusal> {
        match self.proofs.iter().find(|proof| !proof.held && !allowed.contains(&proof.property)) {
            None => Ok(()),
            Some(proof) => Err(refusal(proof.layer, proof.property, proof.probe, proof.errno)),
        }
    }
}

/// The properties an override may name: every one that is a refusal. That the canary runs and that steps can work is not for discussion.
#[must_use]
pub fn properties() -> Vec<&'static str> {
    let mut names: Vec<_> = explain().map(|(property, ..)| property).filter(|name| !["canary_runs", "steps_work"].contains(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Everything the canary tries: property, probe, layer, and what must come of it.
pub fn explain() -> impl Iterator<Item = (&'static str, &'static str, Layer, &'static str)> {
    let probes = PROBES.iter().map(|probe| (probe.property, probe.name, probe.layer, probe.expected.words()));
    probes.chain(KILLS.iter().map(|kill| (kill.property, kill.probe, Layer::Seccomp, "be killed")))
}

/// A launch under the unchanged filter that must end in a kill.
struct Kill {
    mode: &'static str,
    property: &'static str,
    probe: &'static str,
}

const KILLS: &[Kill] = &[
    Kill { mode: "kill_start", property: "killed_on_violation", probe: "socket_before_lock_down" },
    Kill { mode: "kill_work", property: "killed_on_violation", probe: "socket_after_lock_down" },
    #[cfg(target_arch = "x86_64")]
    Kill { mode: "kill_int80", property: "killed_on_violation", probe: "int_0x80" },
];

/// Runs the canary; a few milliseconds.
///
/// ```no_run
/// use sandbox::{canary, launch::NOBODY, seal::seal};
/// let program = seal("canary", &std::fs::File::open("stages/canary")?)?; // after checking its digest
/// let refused = canary::run(&program, Some(NOBODY)).and_then(|report| report.check(&[])).err();
/// if let Some(refusal) = refused {
///     eprintln!("{}", refusal.to_json()); // and exit 30
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the canary cannot be launched at all: a required layer is missing.
pub fn run(program: &SealedProgram, drop_to: Option<(u32, u32)>) -> Result<CanaryReport, Refusal> {
    let observed = launch(program, "observe", drop_to, Fallback::Observe)?;
    let mut proofs = judge(&observed);
    for kill in KILLS {
        let outcome = launch(program, kill.mode, drop_to, Fallback::Kill)?;
        let reached = outcome.report == format!("{}\n", program::REACHED);
        // Without 32-bit emulation in the kernel the gate is a fault.
        let killed = matches!(outcome.end, End::Killed(libc::SIGSYS)) || kill.mode == "kill_int80" && outcome.end == End::Killed(libc::SIGSEGV);
        proofs.push(Proof { layer: Layer::Seccomp, property: kill.property, probe: kill.probe, errno: 0, held: reached && killed });
    }
    Ok(CanaryReport { proofs, kernel: kernel(), bonus: observed.bonus })
}

struct Outcome {
    bonus: Bonus,
    end: End,
    report: String,
    output_written: bool,
    input_unchanged: bool,
}

fn launch(program: &SealedProgram, mode: &str, drop_to: Option<(u32, u32)>, fallback: Fallback) -> Result<Outcome, Refusal> {
    let setup = |error: std::io::Error| refusal(Layer::Descriptors, "canary_runs", "memory", error.raw_os_error().unwrap_or(0));
    let job = sealed_memory("job", format!("{mode} {}", std::process::id()).as_bytes()).map_err(setup)?;
    let report = report_memory(REPORT_BYTES_MAX).map_err(setup)?;
    let (source, input) = read_only_input().map_err(setup)?;
    let output = anonymous("output", crate::memory::Use::Data).map_err(setup)?;
    let launch = Launch {
        program,
        descriptors: vec![Some(job.as_fd()), Some(report.as_fd()), None, Some(input.as_fd()), Some(output.as_fd())],
        limits: Limits::default(),
        drop_to,
    };
    let child = launch.spawn_with(fallback).map_err(|error| Refusal::from(&error))?;
    let bonus = child.bonus();
    let wait = Wait { timeout: Some(TIME_MAX), grace: Duration::ZERO, ..Wait::default() };
    let finished = child.wait(&wait).map_err(setup)?;
    let written = content_of(&output).map_err(setup)?;
    let kept = content_of(&source).map_err(setup)?;
    let report = String::from_utf8_lossy(&report.written().map_err(setup)?).into_owned();
    Ok(Outcome { bonus, end: finished.end, report, output_written: written == CONTENT, input_unchanged: kept == CONTENT })
}

/// What a file of the canary begins with: its content, and one byte more when it is longer.
fn content_of(file: &File) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; CONTENT.len() + 1];
    loop {
        match file.read_at(&mut bytes, 0) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            got => {
                bytes.truncate(got?);
                return Ok(bytes);
            }
        }
    }
}

/// An input as steps get it: nothing but the descriptor's read-only mode protects it.
fn read_only_input() -> std::io::Result<(File, File)> {
    let mut source = anonymous("input", crate::memory::Use::Data)?;
    source.write_all(CONTENT)?;
    let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&source));
    let input = rustix::fs::open(path, rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC, rustix::fs::Mode::empty())?;
    Ok((source, input.into()))
}

/// Holds the canary's lines against the probes: a missing or foreign line is a probe that did not hold.
fn judge(outcome: &Outcome) -> Vec<Proof> {
    let mut lines = outcome.report.lines();
    let mut proofs: Vec<Proof> = PROBES
        .iter()
        .map(|probe| {
            let answer = lines.next().and_then(|line| line.split_once(' ')).filter(|(name, _)| *name == probe.name);
            let errno = answer.and_then(|(_, errno)| errno.parse().ok()).unwrap_or(NOT_TRIED);
            Proof { layer: probe.layer, property: probe.property, probe: probe.name, errno, held: probe.expected.met_by(errno) }
        })
        .collect();
    let ended = outcome.end == End::Exited(0) && lines.next().is_none();
    let end = if let End::Killed(signal) = outcome.end { signal } else { 0 };
    for (layer, probe, errno, held) in [
        (Layer::Execute, "ended_well", end, ended),
        (Layer::Descriptors, "output_written", 0, outcome.output_written),
        (Layer::Descriptors, "input_unchanged", 0, outcome.input_unchanged),
    ] {
        proofs.push(Proof { layer, property: "canary_runs", probe, errno, held });
    }
    proofs
}

impl Expected {
    fn met_by(self, errno: i32) -> bool {
        match self {
            Self::Succeeds => errno == 0,
            Self::Fails(expected) => errno == expected,
        }
    }
}

fn refusal(layer: Layer, property: &'static str, probe: &'static str, errno: i32) -> Refusal {
    Refusal { layer, property, probe, errno, kernel: kernel(), landlock_abi: landlock_abi() }
}

impl From<&crate::launch::LaunchError> for Refusal {
    /// A required layer could not be applied.
    fn from(error: &crate::launch::LaunchError) -> Self {
        refusal(error.layer, error.layer.property(), "launch", error.errno())
    }
}

impl From<&crate::seal::SealError> for Refusal {
    /// A program could not be sealed.
    fn from(error: &crate::seal::SealError) -> Self {
        use crate::seal::SealError;
        let errno = match error {
            SealError::Read { source, .. } | SealError::Memory { source, .. } => source.raw_os_error().unwrap_or(0),
            SealError::NotStatic { .. } => 0,
        };
        refusal(Layer::Seal, Layer::Seal.property(), "seal", errno)
    }
}

/// The kernel's release, as `uname -r`.
fn kernel() -> String {
    rustix::system::uname().release().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(report: String) -> Outcome {
        Outcome { bonus: Bonus::default(), end: End::Exited(0), report, output_written: true, input_unchanged: true }
    }

    fn perfect() -> String {
        let answer = |probe: &probes::Probe| match probe.expected {
            Expected::Succeeds => 0,
            Expected::Fails(errno) => errno,
        };
        PROBES.iter().map(|probe| format!("{} {}\n", probe.name, answer(probe))).collect()
    }

    fn unproven(outcome: &Outcome) -> usize {
        judge(outcome).iter().filter(|proof| !proof.held).count()
    }

    #[test]
    fn a_perfect_report_holds_and_any_other_does_not() {
        assert_eq!(unproven(&outcome(perfect())), 0);
        assert_eq!(unproven(&outcome(String::new())), PROBES.len());
        assert!(unproven(&outcome(format!("{}more 0\n", perfect()))) > 0);
        assert!(unproven(&outcome(perfect().replacen("socket_unix 3999", "socket_unix 0", 1))) == 1);
        assert!(unproven(&Outcome { end: End::Killed(31), ..outcome(perfect()) }) == 1);
        assert!(unproven(&Outcome { input_unchanged: false, ..outcome(perfect()) }) == 1);
    }

    #[test]
    fn an_override_covers_its_property_only() {
        let proofs = judge(&outcome(perfect().replacen("socket_unix 3999", "socket_unix 0", 1)));
        let report = CanaryReport { proofs, kernel: String::new(), bonus: Bonus::default() };
        assert_eq!(report.check(&[]).expect_err("a hole").property, "no_network");
        assert!(report.check(&["no_paths"]).is_err());
        assert!(report.check(&["no_network"]).is_ok());
        assert!(properties().contains(&"no_network"));
    }

    #[test]
    fn a_hostile_kernel_name_does_not_break_the_json() {
        let refusal = Refusal { kernel: "6\",\"x\\\n".to_owned(), ..refusal(Layer::Seccomp, "no_network", "socket_unix", 0) };
        assert!(refusal.to_json().contains(r#""kernel":"6x""#));
    }
}
