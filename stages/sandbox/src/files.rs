//! Inherited descriptors as files and read-only maps.

use std::fs::File;
use std::os::fd::{FromRawFd, OwnedFd};

/// A read-only map of an immutable published file.
pub struct Map(memmap2::Mmap);

impl std::ops::Deref for Map {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Takes over an inherited descriptor as a file.
///
/// # Errors
/// When the descriptor is not open.
#[expect(unsafe_code, reason = "taking over inherited descriptors is what this crate is for")]
pub fn inherited(fd: i32) -> std::io::Result<File> {
    // SAFETY: fcntl(F_GETFD) only asks whether the descriptor is open.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the descriptor is open, and the job hands each descriptor over once; nobody else in this process owns it.
    Ok(File::from(unsafe { OwnedFd::from_raw_fd(fd) }))
}

/// Maps a file read-only. The file must not change or shrink while it is mapped: published files are immutable.
///
/// # Errors
/// When the file cannot be mapped.
#[expect(unsafe_code, reason = "maps are made here alone")]
pub fn map(file: &File) -> std::io::Result<Map> {
    // SAFETY: inputs are published files, which are read-only and never written again (a cut one ends in SIGBUS, which the runner reports).
    unsafe { memmap2::Mmap::map(file) }.map(Map)
}
