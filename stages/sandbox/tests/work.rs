//! What a step may do works: the allowed twin of every refusal.
#![expect(clippy::disallowed_methods, reason = "tests stand on the runner's side")]

mod common;

use std::io::Read;
use std::os::fd::AsFd;

use sandbox::launch::{End, Launch, Limits, NOBODY, Wait};
use sandbox::memory::{report_memory, sealed_memory};

#[test]
fn a_step_reads_computes_on_threads_and_writes() {
    let folder = tempfile::tempdir().expect("folder");
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(folder.path().join("input"), &bytes).expect("written");
    let input = std::fs::File::open(folder.path().join("input")).expect("opened");
    let output = std::fs::File::create(folder.path().join("output")).expect("created");
    let (job, report) = (sealed_memory("job", b"work").expect("memory"), report_memory(1024).expect("memory"));
    let launch = Launch {
        program: common::probe(),
        descriptors: vec![Some(job.as_fd()), Some(report.as_fd()), None, Some(input.as_fd()), Some(output.as_fd())],
        limits: Limits::default(),
        drop_to: Some(NOBODY),
    };
    let finished = launch.spawn().expect("starts").wait(&Wait::default()).expect("waits");
    assert_eq!((finished.end, String::from_utf8_lossy(&finished.stderr).as_ref()), (End::Exited(0), ""));
    assert_eq!(report.written().expect("readable"), b"done");
    let mut sum = String::new();
    std::fs::File::open(folder.path().join("output")).expect("opened").read_to_string(&mut sum).expect("read");
    assert_eq!(sum, bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>().to_string());
}
