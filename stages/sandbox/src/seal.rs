//! A program whose bytes cannot change any more.
//!
//! The file is copied to anonymous memory, the memory is sealed, and only then may anyone look: a digest of the sealed bytes is a digest
//! of what will run, whatever happens to the file meanwhile. Dynamic programs, scripts and anything else that is not a static ELF file
//! are refused: a loader would need to open and execute files.

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;

use crate::memory::{self, Use};

/// Largest program that is sealed.
const PROGRAM_BYTES_MAX: u64 = 256 << 20;

/// A static program in sealed memory.
#[derive(Debug)]
pub struct SealedProgram {
    name: String,
    memory: File,
    bytes: u64,
}

/// Why a program is not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The file cannot be read.
    #[error("read the program {name}")]
    Read {
        /// The program.
        name: String,
        /// The cause.
        source: std::io::Error,
    },
    /// Memory cannot be had or sealed; under `vm.memfd_noexec=2` the kernel refuses programs in memory.
    #[error("seal the program {name} in memory (vm.memfd_noexec=2 forbids it)")]
    Memory {
        /// The program.
        name: String,
        /// The cause.
        source: std::io::Error,
    },
    /// It is not a program that can run without opening files.
    #[error("seal the program {name}: it is {what}; build it with -C target-feature=+crt-static")]
    NotStatic {
        /// The program.
        name: String,
        /// What it is.
        what: &'static str,
    },
}

/// Copies a program to memory and seals it.
///
/// ```no_run
/// let file = std::fs::File::open("target/x86_64-unknown-linux-gnu/dist/ingest")?;
/// let program = sandbox::seal::seal("ingest", &file)?;
/// let digest_of = program.bytes()?; // hash these bytes, compare with the signed manifest, then launch
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the file cannot be read, is no static program, or memory cannot be sealed.
pub fn seal(name: &str, file: &File) -> Result<SealedProgram, SealError> {
    let read = |source| SealError::Read { name: name.to_owned(), source };
    let no_memory = |source| SealError::Memory { name: name.to_owned(), source };
    let mut memory = memory::anonymous(name, Use::Program).map_err(no_memory)?;
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let got = match file.read_at(&mut buffer, bytes) {
            Ok(0) => break,
            Ok(got) => got,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(read(error)),
        };
        bytes += got as u64;
        if bytes > PROGRAM_BYTES_MAX {
            return Err(SealError::NotStatic { name: name.to_owned(), what: "larger than 256 MiB" });
        }
        memory.write_all(&buffer[..got]).map_err(no_memory)?;
    }
    memory::seal(&memory, Use::Program).map_err(no_memory)?;
    let program = SealedProgram { name: name.to_owned(), memory, bytes };
    check_static(&program.bytes().map_err(no_memory)?).map_err(|what| SealError::NotStatic { name: name.to_owned(), what })?;
    Ok(program)
}

impl SealedProgram {
    /// The name it was sealed under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The sealed bytes: what a digest must be computed on.
    ///
    /// # Errors
    /// When the memory cannot be mapped.
    pub fn bytes(&self) -> std::io::Result<crate::files::Map> {
        crate::files::map_private(&self.memory, self.bytes)
    }

    /// Reads sealed bytes at an offset, as many as fit.
    ///
    /// # Errors
    /// When the memory cannot be read.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        self.memory.read_at(buffer, offset)
    }
}

impl AsFd for SealedProgram {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.memory.as_fd()
    }
}

/// Says what a file is when it is not a static ELF program for this machine (System V ABI, chapters 4 and 5).
pub(crate) fn check_static(bytes: &[u8]) -> Result<(), &'static str> {
    const PROGRAM_INTERPRETER: u32 = 3;
    const STACK: u32 = 0x6474_e551;
    const EXECUTABLE: u32 = 1;
    let half = |at: usize| bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let word = |at: usize| bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let long = |at: usize| bytes.get(at..at + 8).map(|b| u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]));
    if bytes.starts_with(b"#!") {
        return Err("a script");
    }
    if bytes.get(..6) != Some(b"\x7fELF\x02\x01") {
        return Err("not a 64-bit ELF program");
    }
    let machine = if cfg!(target_arch = "x86_64") { 62 } else { 183 };
    if !matches!(half(16), Some(2 | 3)) || half(18) != Some(machine) {
        return Err("not a program for this processor");
    }
    let (Some(table), Some(size), Some(count)) = (long(32), half(54), half(56)) else { return Err("a truncated ELF program") };
    for entry in 0..usize::from(count) {
        let at = usize::try_from(table).ok().and_then(|table| table.checked_add(entry * usize::from(size))).filter(|at| *at < bytes.len());
        let (Some(kind), Some(flags)) = (at.and_then(word), at.and_then(|at| word(at + 4))) else { return Err("a truncated ELF program") };
        if kind == PROGRAM_INTERPRETER {
            return Err("a dynamic program");
        }
        if kind == STACK && flags & EXECUTABLE != 0 {
            return Err("a program with an executable stack");
        }
    }
    if count == 0 { Err("an ELF file without segments") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::check_static;

    fn elf(kind: u32, flags: u32) -> Vec<u8> {
        let mut bytes = vec![0; 64 + 56];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[16] = 2;
        bytes[18] = if cfg!(target_arch = "x86_64") { 62 } else { 183 };
        bytes[32] = 64;
        bytes[54] = 56;
        bytes[56] = 1;
        bytes[64..68].copy_from_slice(&kind.to_le_bytes());
        bytes[68..72].copy_from_slice(&flags.to_le_bytes());
        bytes
    }

    fn check(bytes: &[u8], expected: Result<(), &str>) {
        assert_eq!(check_static(bytes), expected);
    }

    #[test]
    fn only_static_programs_pass() {
        check(&elf(1, 5), Ok(()));
        check(&elf(3, 4), Err("a dynamic program"));
        check(&elf(0x6474_e551, 7), Err("a program with an executable stack"));
        check(b"#!/bin/sh\n", Err("a script"));
        check(b"", Err("not a 64-bit ELF program"));
        check(b"PK\x03\x04", Err("not a 64-bit ELF program"));
    }

    #[test]
    fn hostile_headers_do_not_panic() {
        let whole = elf(1, 5);
        for cut in 0..whole.len() {
            let _ = check_static(&whole[..cut]);
        }
        for at in 0..64 {
            for value in [0xff, 0x7f, 0x80] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let _ = check_static(&bytes);
            }
        }
        let mut far = whole;
        far[32..40].copy_from_slice(&u64::MAX.to_le_bytes());
        check(&far, Err("a truncated ELF program"));
    }
}
