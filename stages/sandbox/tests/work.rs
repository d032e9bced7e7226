//! What a step may do works: the allowed twin of every refusal.
#![expect(clippy::disallowed_methods, reason = "tests stand on the runner's side")]

mod common;

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};

use sandbox::launch::{End, Launch, Limits, NOBODY, Wait};
use sandbox::memory::{report_memory, sealed_memory};

#[test]
fn a_step_reads_computes_on_threads_spills_and_writes() {
    common::as_root_and_as_nobody("a_step_reads_computes_on_threads_spills_and_writes", || {
        let folder = tempfile::tempdir().expect("folder");
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("input"), &bytes).expect("written");
        let input = File::open(at("input")).expect("opened");
        let output = File::create(at("output")).expect("created");
        let source = File::open(at("input")).expect("opened");
        let scratch = tempfile::tempfile_in(folder.path()).expect("scratch");
        let copy = File::create(at("copy")).expect("created");
        let (job, report) = (sealed_memory("job", b"work").expect("memory"), report_memory(1024).expect("memory"));
        let files = [&input, &output, &source, &scratch, &copy].map(|file| Some(file.as_fd()));
        let descriptors = [Some(job.as_fd()), Some(report.as_fd()), None].into_iter().chain(files).collect();
        let limits = Limits { memory_bytes: Some(256 << 20), file_bytes: Some(1 << 30), cpu_seconds: Some(60), ..Limits::default() };
        let launch = Launch { program: common::probe(), descriptors, limits, drop_to: Some(NOBODY) };
        let finished = launch.spawn().expect("starts").wait(&Wait::default()).expect("waits");
        assert_eq!((finished.end, common::text(&finished).as_str()), (End::Exited(0), ""));
        assert_eq!(report.written().expect("readable"), b"done");
        let sum = bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>().to_string();
        assert_eq!(std::fs::read_to_string(at("output")).expect("read"), sum);
        assert!(std::fs::read(at("copy")).expect("read") == bytes);
        assert_eq!(scratch.metadata().expect("there").len(), 0);
        assert!(finished.usage.resident_bytes_max > 100_000);
    });
}

/// As many descriptors as the widest step has, whatever their numbers are here.
#[test]
fn seven_hundred_descriptors_arrive_in_order() {
    common::as_root_and_as_nobody("seven_hundred_descriptors_arrive_in_order", || {
        let files: Vec<File> = (0..700_u32).map(|n| sealed_memory("source", &[(n % 7) as u8]).expect("memory")).collect();
        // Backwards, so that most sources have a number some other target needs.
        let sources: Vec<BorrowedFd<'_>> = files.iter().rev().map(AsFd::as_fd).collect();
        let (job, report) = (sealed_memory("job", b"sum").expect("memory"), report_memory(1024).expect("memory"));
        let descriptors = [job.as_fd(), report.as_fd(), job.as_fd()].into_iter().chain(sources).map(Some).collect();
        let launch = Launch { program: common::probe(), descriptors, limits: Limits::default(), drop_to: Some(NOBODY) };
        let finished = launch.spawn().expect("starts").wait(&Wait::default()).expect("waits");
        assert_eq!((finished.end, common::text(&finished).as_str()), (End::Exited(0), ""));
        let sum: u32 = (0..700).map(|n| n % 7).sum();
        assert_eq!(report.written().expect("readable"), format!("700 {sum}").into_bytes());
    });
}

/// The panic hook's and the allocator's way out works: the process ends by SIGABRT, not by the filter.
#[test]
fn a_bug_ends_in_an_abort() {
    assert_eq!(common::run("panic").end, End::Killed(libc::SIGABRT));
    let overflow = common::run("overflow");
    assert_eq!(overflow.end, End::Killed(libc::SIGABRT));
    assert!(common::text(&overflow).contains("has overflowed its stack"));
}
