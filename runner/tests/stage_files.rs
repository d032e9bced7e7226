//! The file of a stage: what is no static program is refused however well it is signed, and one that is swapped in every way and at any
//! moment is taken up as the signed program or not at all. Both are exit 31.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use runner::engine::Engine;
use runner::keys::Keys;
use runner::stages::{BINARIES, Stages};
use schemas::exit::Exit;
use schemas::policy::Profile;

/// Moments at which the runner looks.
const ROUNDS: u64 = 1_000;

/// The shortest static program by its headers, padded: long enough that copying it takes a while.
fn program(mark: u8) -> Vec<u8> {
    let mut bytes = vec![0; 64 + 56];
    bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
    (bytes[16], bytes[18]) = (2, if cfg!(target_arch = "x86_64") { 62 } else { 183 });
    (bytes[32], bytes[54], bytes[56], bytes[64]) = (64, 56, 1, 1);
    bytes.resize(3 << 20, mark);
    bytes
}

struct Swapper {
    path: PathBuf,
    listed: Vec<u8>,
    other: Vec<u8>,
    random: u64,
}

impl Swapper {
    /// One change, then a pause of up to a millisecond. The listed program comes back half of the time.
    fn swap(&mut self) {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let beside = self.path.with_extension("new");
        let outcome = match self.random % 8 {
            0..3 => std::fs::write(&beside, &self.listed).and_then(|()| std::fs::rename(&beside, &self.path)),
            3 => std::fs::write(&self.path, &self.listed),
            4 => std::fs::write(&beside, &self.other).and_then(|()| std::fs::rename(&beside, &self.path)),
            5 => std::fs::write(&self.path, &self.other),
            6 => std::fs::File::options().write(true).open(&self.path).and_then(|file| file.set_len(self.random % self.listed.len() as u64)),
            _ => std::fs::remove_file(&self.path),
        };
        // What was removed cannot be cut or removed again.
        let _ = outcome;
        std::thread::sleep(Duration::from_micros(self.random % 1_000));
    }
}

fn engine(stages: &Stages) -> Engine {
    Engine::new(stages.clone(), Arc::new(AtomicBool::new(false)), Duration::from_secs(1))
}

fn sealed_folder(folder: &Path, listed: &[u8]) -> Stages {
    let keys = Keys::generate(&folder.join("keys"), true).unwrap();
    for name in BINARIES {
        std::fs::write(folder.join(name), listed).unwrap();
    }
    runner::sealing::sign(folder, &keys.signer().unwrap(), true, 1).unwrap();
    Stages::open(folder, None, Profile::Development).unwrap()
}

#[test]
fn only_listed_bytes_are_taken_up_at_any_of_a_thousand_moments() {
    let folder = tempfile::tempdir().unwrap();
    let (listed, other) = (program(1), program(2));
    let stages = sealed_folder(folder.path(), &listed);
    let mut swapper = Swapper { path: folder.path().join("mine"), listed: listed.clone(), other, random: 0x2545_f491_4f6c_dd1d };
    let (done, swaps) = (AtomicBool::new(false), AtomicU64::new(0));
    let (mut taken, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                swapper.swap();
                swaps.fetch_add(1, Ordering::Relaxed);
            }
        });
        // On a machine that does other things the race needs some more rounds to be one.
        for round in 0.. {
            if round >= ROUNDS && taken > 0 && refused > 0 || round > 100 * ROUNDS {
                break;
            }
            match engine(&stages).sealed("mine") {
                Ok(program) => {
                    assert!(*program.bytes().unwrap() == *listed, "round {round}: other bytes were taken up");
                    taken += 1;
                }
                Err(failure) => {
                    assert_eq!(failure.exit, Exit::DigestMismatch, "round {round}: {}", failure.sentence());
                    refused += 1;
                }
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(taken > 0 && refused > 0, "the race was run: {taken} taken up, {refused} refused, {} swaps", swaps.load(Ordering::Relaxed));
}

/// Signed by the right key, as a build that went wrong might leave it: the built program says which stage it is and why, and runs nothing.
#[test]
fn what_needs_a_loader_an_interpreter_or_is_no_program_is_refused() {
    let dynamic = std::fs::read(env!("CARGO_BIN_EXE_logminer")).unwrap();
    let cases: [(&[u8], &str); 5] = [
        (&dynamic, "a dynamic program"),
        (b"#!/bin/sh\nexit 0\n", "a script"),
        (b"", "not a 64-bit ELF program"),
        (&[0x7f; 4096], "not a 64-bit ELF program"),
        (dynamic.get(..100).unwrap(), "a truncated ELF program"),
    ];
    for (bytes, what) in cases {
        let folder = tempfile::tempdir().unwrap();
        let stages = sealed_folder(folder.path(), bytes);
        let failure = engine(&stages).sealed("mine").expect_err(what);
        assert_eq!(failure.exit, Exit::DigestMismatch);
        std::fs::create_dir(folder.path().join("logs")).unwrap();
        std::fs::write(folder.path().join("logs/a.jsonl"), "{}\n").unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_logminer"))
            .args(["run", "--input", "logs", "--keys", "keys", "--stages", "."])
            .current_dir(folder.path())
            .env_remove("LOGMINER_HASH_SECRET")
            .env_remove("LOGMINER_HASH_SECRET_FILE")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(31), "{what}: {said}");
        assert!(said.contains(what) && said.contains("canary"), "{what}: {said}");
        assert!(!folder.path().join("runs/latest").exists());
    }
}
