//! Only static programs are sealed: what needs a loader or an interpreter, or is no program, is refused.

use std::fs;

use xtask::tree;

use super::common;
use super::support::stages_with;

const SEGMENT_INTERPRETER: u32 = 3;

/// Kind of the file (3: position independent) and kinds of its segments (System V ABI, chapters 4 and 5).
fn elf(bytes: &[u8]) -> (u16, Vec<u32>) {
    let half = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap());
    let table = usize::try_from(u64::from_le_bytes(bytes[32..40].try_into().unwrap())).unwrap();
    let segment = |number: u16| table + usize::from(number) * usize::from(half(54));
    let kind = |number: u16| u32::from_le_bytes(bytes[segment(number)..segment(number) + 4].try_into().unwrap());
    (half(16), (0..half(56)).map(kind).collect())
}

#[test]
fn every_sealed_program_is_static_and_position_independent() {
    common::sealed();
    for (_, name) in xtask::stage_build::PROGRAMS {
        let (kind, segments) = elf(&fs::read(tree::sealed().join("stages").join(name)).unwrap());
        assert_eq!(kind, 3, "{name} is position independent");
        assert!(!segments.is_empty() && !segments.contains(&SEGMENT_INTERPRETER), "{name} needs no loader");
    }
    let runner = fs::read(tree::sealed().join("logminer")).unwrap();
    assert!(elf(&runner).1.contains(&SEGMENT_INTERPRETER), "the check can tell: the runner is dynamic");
}

/// The seal refuses them already. (That the runner does so too, whoever has signed them, is a test of the runner.)
#[test]
fn programs_that_need_other_files_are_not_sealed() {
    let dynamic = fs::read(tree::sealed().join("logminer")).unwrap();
    for (what, bytes) in [("dynamic", dynamic.as_slice()), ("script", b"#!/bin/sh\nexit 0\n"), ("empty", b""), ("junk", &[0x7f; 4096])] {
        let folder = tempfile::tempdir().unwrap();
        let (code, said) = stages_with(folder.path(), &[("mine", bytes)]);
        assert!(code != 0 && said.contains("mine"), "{what}: exit {code}, {said}");
    }
}
