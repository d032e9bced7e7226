//! Fuzz target of the look at a program. `cargo xtask fuzz sandbox` runs it for longer.

use fuzz::{Target, shape};

use crate::seal::check_static;

/// A static program of two segments, one of them after the file's middle.
fn elf() -> Vec<u8> {
    let mut bytes = vec![0; 64 + 2 * 56];
    bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
    bytes[16] = 2;
    bytes[18] = if cfg!(target_arch = "x86_64") { 62 } else { 183 };
    bytes[32] = 64;
    bytes[54] = 56;
    bytes[56] = 2;
    bytes[64] = 1;
    bytes[120..124].copy_from_slice(&0x6474_e551_u32.to_le_bytes());
    bytes
}

/// No panic, and no program with a loader or an executable stack passes: whoever passes has only segments that were looked at.
#[test]
fn elf_header() {
    let tokens: &[&[u8]] = &[
        b"\x7fELF\x02\x01",
        b"#!/bin/sh\n",
        b"\x03\0\0\0",
        b"\x51\xe5\x74\x64",
        b"\xff\xff",
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\0\0\0\0\0\0\0\x80",
    ];
    Target::new("sandbox-elf", tokens).seed(&elf()).check(|input| {
        let verdict = check_static(input);
        if verdict.is_ok() {
            let field = |at: usize| u64::from(u16::from_le_bytes([input[at], input[at + 1]]));
            let table = u64::from_le_bytes(input[32..40].try_into().expect("8 bytes"));
            for entry in 0..field(56) {
                let at = usize::try_from(table + entry * field(54)).expect("inside the file");
                assert_ne!(input[at..at + 4], [3, 0, 0, 0], "a program with a loader passes");
            }
        }
        shape(&verdict)
    });
}
