//! Inherited descriptors as files and read-only maps.

use std::fs::File;
use std::os::fd::{FromRawFd, OwnedFd};

/// A read-only map of a file that does not change any more.
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

/// Maps a file read-only. The file must not change or shrink while it is mapped: published files are immutable, and a scratch file is handed over by
/// the one who wrote it.
///
/// # Errors
/// When the file cannot be mapped.
#[expect(unsafe_code, reason = "maps are made here alone")]
pub fn map(file: &File) -> std::io::Result<Map> {
    let bytes = length(file)?;
    // SAFETY: inputs are published files, which are read-only and never written again (a cut one ends in SIGBUS, which the runner reports). Scratch files
    // have no name and one owner, who gives them up for the map.
    unsafe { memmap2::MmapOptions::new().len(bytes).map(file) }.map(Map)
}

/// Maps sealed memory, of which only private maps may be made.
#[expect(unsafe_code, reason = "maps are made here alone")]
pub(crate) fn map_private(file: &File, bytes: u64) -> std::io::Result<Map> {
    let bytes = usize::try_from(bytes).map_err(|_| std::io::ErrorKind::FileTooLarge)?;
    // SAFETY: the memory is sealed against writing and shrinking.
    unsafe { memmap2::MmapOptions::new().len(bytes).map_copy_read_only(file) }.map(Map)
}

/// By `fstat(2)`: the standard library and memmap2 ask by `statx` with a path, which the sandbox refuses.
fn length(file: &File) -> std::io::Result<usize> {
    let stat = rustix::fs::fstat(file)?;
    usize::try_from(stat.st_size).map_err(|_| std::io::ErrorKind::FileTooLarge.into())
}
