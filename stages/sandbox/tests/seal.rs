//! What runs is what was sealed, and only static programs are.
#![expect(clippy::disallowed_methods, reason = "tests stand on the runner's side")]

mod common;

use std::fs::File;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, Ordering};

use sandbox::launch::{End, Launch, Limits, Wait};
use sandbox::layer::Layer;
use sandbox::seal::{SealError, seal};

fn refused(file: &File, what: &str) {
    match seal("program", file) {
        Err(SealError::NotStatic { what: found, .. }) => assert_eq!(found, what),
        other => panic!("{other:?}"),
    }
}

#[test]
fn dynamic_programs_scripts_and_junk_are_refused() {
    refused(&File::open("/proc/self/exe").expect("this test"), "a dynamic program");
    let folder = tempfile::tempdir().expect("folder");
    let with = |bytes: &[u8]| {
        std::fs::write(folder.path().join("file"), bytes).expect("written");
        File::open(folder.path().join("file")).expect("opened")
    };
    refused(&with(b"#!/bin/sh\necho\n"), "a script");
    refused(&with(b""), "not a 64-bit ELF program");
    refused(&with(&[0x7f; 4096]), "not a 64-bit ELF program");
    let whole = common::probe().bytes().expect("mapped").to_vec();
    refused(&with(&whole[..100]), "a truncated ELF program");
    assert!(matches!(seal("program", &File::open("/").expect("a folder")), Err(SealError::Read { .. })));
}

#[test]
fn sealed_bytes_cannot_change() {
    let program = common::probe();
    let before = program.bytes().expect("mapped").to_vec();
    let path = format!("/proc/self/fd/{}", std::os::fd::AsFd::as_fd(program).as_raw_fd());
    for write in [true, false] {
        let opened = std::fs::OpenOptions::new().read(!write).write(write).open(&path);
        if let Ok(mut file) = opened {
            assert!(file.write_all(b"x").is_err());
            assert!(file.set_len(1).is_err());
            assert!(rustix::fs::fchmod(&file, rustix::fs::Mode::RWXU).is_err() || program.bytes().is_ok());
            assert!(rustix::fs::fcntl_add_seals(&file, rustix::fs::SealFlags::FUTURE_WRITE).is_err());
        }
    }
    assert!(*program.bytes().expect("mapped") == *before);
}

/// Moments at which a swapped file is sealed.
const ROUNDS: u32 = 1_000;

/// Ends the writer when the rounds are over, however they end.
struct Ends<'d>(&'d AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The file is overwritten, in place, while it is sealed again and again: a program passes only if its sealed bytes are the listed ones,
/// and then it is the listed program that runs. (Other ways to swap, and the exit code, are the runner's tests.)
#[test]
fn a_swapped_file_never_runs_under_the_old_digest() {
    let listed = common::probe().bytes().expect("mapped").to_vec();
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("stage");
    std::fs::write(&path, &listed).expect("written");
    let done = AtomicBool::new(false);
    let (mut ran, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        // Also when a round fails: the scope waits for the writer.
        let _ends = Ends(&done);
        scope.spawn(|| {
            let mut other = listed.clone();
            let at = other.len() / 2;
            other[at] ^= 0xFF;
            while !done.load(Ordering::Relaxed) {
                for bytes in [&other, &listed] {
                    std::os::unix::fs::FileExt::write_all_at(&File::options().write(true).open(&path).expect("opened"), bytes, 0).expect("swapped");
                }
            }
        });
        // On a machine that does other things the race needs some more rounds to be one.
        for round in 0.. {
            if round >= ROUNDS && ran > 0 && refused > 0 || round > 20 * ROUNDS {
                break;
            }
            let program = seal("stage", &File::open(&path).expect("opened")).expect("static");
            if *program.bytes().expect("mapped") == *listed {
                ran += 1;
                let launch = Launch { program: &program, descriptors: vec![None], limits: Limits::default(), drop_to: Some((65_534, 65_534)) };
                // An empty job is answered with 2 by the listed program.
                assert_eq!(launch.spawn().expect("starts").wait(&Wait::default()).expect("waits").end, End::Exited(2));
            } else {
                refused += 1;
            }
        }
    });
    assert!(ran > 0 && refused > 0, "the race was run: {ran} listed, {refused} swapped");
}

#[test]
fn root_must_name_another_user() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    for drop_to in [None, Some((0, 65_534)), Some((65_534, 0))] {
        let launch = Launch { program: common::probe(), descriptors: Vec::new(), limits: Limits::default(), drop_to };
        assert_eq!(launch.spawn().expect_err("root").layer, Layer::Identity);
    }
}
