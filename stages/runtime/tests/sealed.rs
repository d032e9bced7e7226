//! A real stage under the real sandbox: what it answers when it works, fails, panics, or is started by hand.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests stand on the runner's side")]

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use sandbox::launch::{End, FIRST_FD, Finished, Launch, Limits, NOBODY, Wait};
use sandbox::memory::{report_memory, sealed_memory};
use sandbox::seal::{SealedProgram, seal};
use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::job::{FIRST_FILE_FD, InputFile, JOB_FD, JobSpec, OutputFile, REPORT_FD, SECRETS_FD, Secret, Secrets};
use schemas::metric::Counter;
use schemas::policy::Policy;
use schemas::record::{Bundle, BundleFile, RecordKind};
use schemas::report::StageReport;

fn stage_path() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("static");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "stage-runtime", "--example", "faulty", "--target", "x86_64-unknown-linux-gnu"])
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTFLAGS", "-C target-feature=+crt-static")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .status()
            .expect("cargo runs");
        assert!(status.success(), "the stage builds");
        target.join("x86_64-unknown-linux-gnu/debug/examples/faulty")
    })
}

fn stage() -> &'static SealedProgram {
    static STAGE: OnceLock<SealedProgram> = OnceLock::new();
    STAGE.get_or_init(|| seal("faulty", &File::open(stage_path()).expect("built")).expect("static"))
}

struct Answer {
    finished: Finished,
    report: StageReport,
    output: Vec<u8>,
}

impl Answer {
    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.finished.stderr).into_owned()
    }
}

/// Runs a step with one input and one output, the way the runner does.
fn run(step: &str, secrets: &[u8], change: impl FnOnce(&mut JobSpec)) -> Answer {
    assert_eq!([JOB_FD, REPORT_FD, SECRETS_FD, FIRST_FILE_FD], [FIRST_FD, FIRST_FD + 1, FIRST_FD + 2, FIRST_FD + 3]);
    let folder = tempfile::tempdir().expect("folder");
    let (input_path, output_path) = (folder.path().join("in"), folder.path().join("out"));
    let original = original();
    std::fs::write(&input_path, &original).expect("written");
    let (input, output) = (File::open(&input_path).expect("opened"), File::create(&output_path).expect("created"));
    let mut job = JobSpec {
        step: format!("faulty.{step}"),
        logical_day: 20_000,
        shard: 0,
        shards: 1,
        partition: 0,
        partitions: 1,
        threads: 2,
        policy: Policy::default(),
        sources: Vec::new(),
        inputs: vec![InputFile { name: "original".to_owned(), kind: RecordKind::Bundle, fd: FIRST_FILE_FD, bytes: original.len() as u64 }],
        outputs: vec![OutputFile {
            name: "copy".to_owned(),
            kind: RecordKind::Bundle,
            fd: FIRST_FILE_FD + 1,
            file_id: Digest::of(b"test"),
            partitions: 1,
        }],
        scratch: Vec::new(),
        parameters: std::collections::BTreeMap::new(),
        evaluation: false,
    };
    change(&mut job);
    let job = sealed_memory("job", &schemas::codec::encode(&job).expect("encodes")).expect("memory");
    let secrets = sealed_memory("secrets", secrets).expect("memory");
    let report = report_memory(1 << 20).expect("memory");
    let descriptors: [BorrowedFd<'_>; 5] = [job.as_fd(), report.as_fd(), secrets.as_fd(), input.as_fd(), output.as_fd()];
    let launch = Launch { program: stage(), descriptors: descriptors.map(Some).into(), limits: Limits::default(), drop_to: Some(NOBODY) };
    let finished = launch.spawn().expect("starts").wait(&Wait::default()).expect("waits");
    let report = schemas::codec::decode(&report.written().expect("readable")).unwrap_or_default();
    Answer { finished, report, output: std::fs::read(output_path).expect("read") }
}

fn original() -> Vec<u8> {
    let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), Digest::of(b"test"), 1).expect("one partition");
    for part in 0..20 {
        let mut block = BlockBuilder::new(0);
        for number in 0..100 {
            let (path, bytes) = (format!("{part}/{number}"), vec![b'x'; number]);
            block.push(&BundleFile { path: &path, bytes: &bytes }, None).expect("within limits");
        }
        writer.write(block).expect("memory does not fail");
    }
    writer.finish().expect("memory does not fail").0
}

fn check_failure(answer: &Answer, exit: Exit, error: &str) {
    assert_eq!((answer.finished.end, answer.report.exit), (End::Exited(exit.code().into()), exit), "{}", answer.stderr());
    assert_eq!((answer.report.error.as_str(), answer.stderr()), (error, format!("failed to {error}\n")));
}

#[test]
fn a_step_copies_records_over_threads() {
    let answer = run("copy", b"", |_| ());
    assert_eq!((answer.finished.end, answer.stderr().as_str()), (End::Exited(0), ""));
    assert_eq!(answer.report.outputs[0].name, "copy");
    let copy = Container::open(&answer.output).expect("whole");
    copy.verify().expect("whole");
    assert_eq!(copy.records(), 2_000);
}

#[test]
fn failures_arrive_with_their_exit_code() {
    check_failure(&run("fail", b"", |_| ()), Exit::KeyRefused, "use the token key: it is too short");
    check_failure(&run("forget", b"", |_| ()), Exit::Internal, "finish the output copy");
    check_failure(&run("dance", b"", |_| ()), Exit::Usage, "run the step: faulty has none of that name");
    check_failure(&run("copy", b"", |job| job.step = "mine.copy".to_owned()), Exit::Usage, "run the step: faulty has none of that name");
    let twice = "read the job: a descriptor is named twice";
    check_failure(&run("copy", b"", |job| job.outputs[0].fd = FIRST_FILE_FD), Exit::Internal, twice);
    check_failure(&run("copy", b"", |job| job.outputs[0].fd = 2), Exit::Internal, twice);
    check_failure(&run("copy", b"", |job| job.outputs[0].fd = 99), Exit::Internal, "open descriptor 99: uncategorized error");
    check_failure(&run("copy", b"junk", |_| ()), Exit::SchemaMismatch, "read the secrets: runner and stage differ in version");
}

#[test]
fn secrets_arrive() {
    let secrets = Secrets(vec![Secret { role: "token".to_owned(), bytes: vec![7; 32] }]);
    let answer = run("ask", &schemas::codec::encode(&secrets).expect("encodes"), |_| ());
    assert_eq!((answer.report.exit, answer.report.get(Counter::RecordsIn)), (Exit::Done, 32));
    assert_eq!(run("ask", b"", |_| ()).report.exit, Exit::KeyRefused);
}

/// A panic says where, never what, on whatever thread it happens, and ends the step with the code of a crash.
#[test]
fn a_panic_tells_the_place_only() {
    for step in ["panic", "panic_in_pool"] {
        let answer = run(step, b"", |_| ());
        assert_eq!(answer.finished.end, End::Exited(Exit::StageCrashed.code().into()), "{}", answer.stderr());
        let text = answer.stderr();
        assert!(text.starts_with("a bug in this stage: it panicked at stages/runtime/examples/faulty.rs:"), "{text}");
        assert!(!text.contains("4111") && !text.contains("card"), "{text}");
    }
}

#[test]
fn a_stage_started_by_hand_exits_with_30() {
    let output = Command::new(stage_path()).output().expect("runs");
    assert_eq!(output.status.code(), Some(Exit::SandboxRefused.code().into()));
    assert!(String::from_utf8_lossy(&output.stderr).contains("only inside the sandbox that `logminer` makes"));
}
