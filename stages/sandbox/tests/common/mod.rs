//! Builds the programs of the tests once, as stages are built, and launches them; runs tests as root, as nobody and on emulated hosts.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, clippy::print_stdout, reason = "tests stand on the runner's side")]

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sandbox::launch::{Child, Finished, Launch, Limits, NOBODY, Wait};
use sandbox::memory::{report_memory, sealed_memory};
use sandbox::seal::{SealedProgram, seal};

/// Tells the test, run once more as somebody else, which descriptors hold the built programs.
const PROGRAMS_VARIABLE: &str = "SANDBOX_TEST_PROGRAMS";
/// Tells the test that it is to play another part.
pub(crate) const PART_VARIABLE: &str = "SANDBOX_TEST_PART";

/// The static programs of this package.
const PROGRAMS: [&str; 4] = ["examples/probe", "examples/matrix", "examples/emulate", "canary"];

/// A program of this package as it was built. All are built once, the way stages are.
pub(crate) fn built(name: &str) -> &'static File {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let handed_over = std::env::var(PROGRAMS_VARIABLE).unwrap_or_default();
        let paths: Vec<PathBuf> = match handed_over.as_str() {
            "" => build(),
            numbers => numbers.split(' ').map(|number| Path::new("/proc/self/fd").join(number)).collect(),
        };
        paths.into_iter().map(|path| File::open(path).expect("a built program opens")).collect()
    });
    &files[PROGRAMS.iter().position(|path| path.rsplit('/').next() == Some(name)).expect("a program of this package")]
}

fn build() -> Vec<PathBuf> {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("static");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "sandbox", "--bins", "--examples", "--profile", "dist", "--target", "x86_64-unknown-linux-gnu"])
        .args(["--config", "profile.dist.lto=false", "--config", "profile.dist.codegen-units=16"])
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the programs of this package build");
    PROGRAMS.map(|path| target.join("x86_64-unknown-linux-gnu/dist").join(path)).into()
}

/// The canary as it was built.
pub(crate) fn canary_file() -> &'static File {
    built("canary")
}

/// A file of a sealed program that anybody may run.
pub(crate) fn copy_of(program: &SealedProgram, folder: &Path) -> PathBuf {
    let path = folder.join(program.name());
    std::fs::write(&path, &*program.bytes().expect("mapped")).expect("copied");
    for path in [folder, &path] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("permitted");
    }
    path
}

/// Places descriptors at 3, 4, ... of a program started without the sandbox.
#[expect(unsafe_code, reason = "there is no safe way to pass descriptors by number")]
pub(crate) fn with_descriptors<const N: usize>(command: &mut Command, numbers: [i32; N]) {
    before_exec(command, move || {
        for (number, target) in numbers.into_iter().zip(3..) {
            // SAFETY: duplicates a descriptor that the parent keeps open.
            if unsafe { libc::dup2(number, target) } < 0 {
                return Err(std::io::Error::last_os_error());
            }
        }
        Ok(())
    });
}

/// Does something, by system calls only, in the child of a program started without the sandbox.
#[expect(unsafe_code, reason = "pre_exec is unsafe, as most closures are not fit for a forked child")]
pub(crate) fn before_exec(command: &mut Command, act: impl FnMut() -> std::io::Result<()> + Send + Sync + 'static) {
    // SAFETY: the closures of these tests make system calls only.
    unsafe { command.pre_exec(act) };
}

/// The sealed probe program.
pub(crate) fn probe() -> &'static SealedProgram {
    static PROBE: OnceLock<SealedProgram> = OnceLock::new();
    PROBE.get_or_init(|| seal("probe", built("probe")).expect("static"))
}

/// Runs a test, and when this is root, runs it once more as nobody in a process of its own.
pub(crate) fn as_root_and_as_nobody(name: &str, test: impl FnOnce()) {
    test();
    if rustix::process::geteuid().is_root() {
        let mut command = again(name);
        command.uid(NOBODY.0).gid(NOBODY.1);
        passes(command, &format!("as nobody, {name}"));
    }
}

/// This test program with one test, the built programs at hand as descriptors, as nobody may not be able to reach the paths.
pub(crate) fn again(name: &str) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.args([name, "--exact", "--nocapture"]).env(PROGRAMS_VARIABLE, handed_over());
    command
}

/// The same on a host that lacks something (see `examples/emulate`).
pub(crate) fn again_without(what: &str, name: &str) -> Command {
    static SELF: OnceLock<File> = OnceLock::new();
    let this_test = SELF.get_or_init(|| File::open("/proc/self/exe").expect("this test"));
    let program = |file: &File| {
        rustix::io::fcntl_setfd(file, rustix::io::FdFlags::empty()).expect("inherited");
        format!("/proc/self/fd/{}", file.as_raw_fd())
    };
    let mut command = Command::new(program(built("emulate")));
    command.arg(what).arg(program(this_test)).args([name, "--exact", "--nocapture"]).env(PROGRAMS_VARIABLE, handed_over());
    command
}

fn handed_over() -> String {
    let number = |path: &str| {
        let file = built(path.rsplit('/').next().unwrap_or(path));
        rustix::io::fcntl_setfd(file, rustix::io::FdFlags::empty()).expect("inherited");
        file.as_raw_fd().to_string()
    };
    PROGRAMS.map(number).join(" ")
}

/// Runs a test in another process and gives what it printed; it must pass.
pub(crate) fn passes(mut command: Command, name: &str) -> String {
    let output = command.output().expect("this test runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{name}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Starts a job of the probe with files from descriptor 6.
pub(crate) fn start(job: &str, files: &[BorrowedFd<'_>], limits: Limits) -> Child {
    let (job, report) = (sealed_memory("job", job.as_bytes()).expect("memory"), report_memory(1024).expect("memory"));
    let mut descriptors = vec![Some(job.as_fd()), Some(report.as_fd()), None];
    descriptors.extend(files.iter().map(|file| Some(*file)));
    Launch { program: probe(), descriptors, limits, drop_to: Some(NOBODY) }.spawn().expect("starts")
}

/// Runs a job of the probe without files to its end.
pub(crate) fn run(job: &str) -> Finished {
    start(job, &[], Limits::default()).wait(&Wait::default()).expect("waits")
}

/// What a finished step printed.
pub(crate) fn text(finished: &Finished) -> String {
    String::from_utf8_lossy(&finished.stderr).into_owned()
}

/// A section of docs/THREATS.md says what the code says; under `UPDATE=1` it is written.
pub(crate) fn section_is_current(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/THREATS.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let (before, rest) = page.split_once(&format!("<!-- {name} -->\n")).expect("the section begins");
    let (_, after) = rest.split_once("<!-- end -->").expect("the section ends");
    let current = format!("{before}<!-- {name} -->\n{text}<!-- end -->{after}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, current).expect("written");
    } else {
        assert!(page == current, "the section {name} of docs/THREATS.md differs from the code; UPDATE=1 cargo test -p sandbox writes it");
    }
}
