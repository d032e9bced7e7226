//! Anonymous memory that is handed to a step: sealed for the job and its secrets, of fixed size for the report.

use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, Mode, SealFlags};

/// `MFD_NOEXEC_SEAL` and `MFD_EXEC` of linux/memfd.h (since 6.3; older kernels refuse both, and behave as with `MFD_EXEC`).
const NOEXEC_SEAL: MemfdFlags = MemfdFlags::from_bits_retain(0x8);
const EXEC: MemfdFlags = MemfdFlags::from_bits_retain(0x10);
/// `F_SEAL_EXEC` of linux/fcntl.h (since 6.3): the mode's execute bits stay.
const SEAL_EXEC: SealFlags = SealFlags::from_bits_retain(0x20);

/// What anonymous memory is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Program,
    Data,
}

/// How often, and how far apart, sealing is tried: a second in all.
const SEAL_TRIES: u32 = 50;
const SEAL_WAIT: std::time::Duration = std::time::Duration::from_millis(20);

pub(crate) fn anonymous(name: &str, purpose: Use) -> std::io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let new = if purpose == Use::Program { EXEC } else { NOEXEC_SEAL };
    match rustix::fs::memfd_create(name, flags | new) {
        Err(rustix::io::Errno::INVAL) => Ok(rustix::fs::memfd_create(name, flags)?.into()),
        created => Ok(created?.into()),
    }
}

pub(crate) fn seal(memory: &File, purpose: Use) -> std::io::Result<()> {
    let seals = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    if purpose == Use::Data {
        return Ok(add_seals(memory, seals)?);
    }
    // Execute without read: the kernel then keeps the memory of an unprivileged process closed to others of the same user.
    rustix::fs::fchmod(memory, Mode::XUSR | Mode::XGRP | Mode::XOTH)?;
    match add_seals(memory, seals | SEAL_EXEC) {
        Err(rustix::io::Errno::INVAL) => Ok(add_seals(memory, seals)?),
        sealed => Ok(sealed?),
    }
}

/// Adds seals. Against writing the kernel adds them only while nobody holds a page of the memory, which on a busy machine its own compaction does for
/// a moment: a night is not given up for that.
fn add_seals(memory: &File, seals: SealFlags) -> rustix::io::Result<()> {
    let mut tries = 1;
    loop {
        match rustix::fs::fcntl_add_seals(memory, seals) {
            Err(rustix::io::Errno::BUSY) if tries < SEAL_TRIES => std::thread::sleep(SEAL_WAIT),
            sealed => return sealed,
        }
        tries += 1;
    }
}

/// Bytes in memory that nobody can change: a job, secrets. Read position 0.
///
/// ```
/// use std::io::Read;
/// let mut memory = sandbox::memory::sealed_memory("job", b"what to do")?;
/// let mut text = String::new();
/// memory.read_to_string(&mut text)?;
/// assert_eq!(text, "what to do");
/// assert!(std::io::Write::write(&mut memory, b"x").is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When memory cannot be had or sealed.
pub fn sealed_memory(name: &str, bytes: &[u8]) -> std::io::Result<File> {
    let mut memory = anonymous(name, Use::Data)?;
    memory.write_all(bytes)?;
    memory.rewind()?;
    seal(&memory, Use::Data)?;
    Ok(memory)
}

/// Memory of fixed size that a step writes its report to.
#[derive(Debug)]
pub struct ReportMemory {
    memory: File,
}

/// Memory for a report of at most `bytes_max` bytes; a longer one fails in the step that writes it.
///
/// # Errors
/// When memory cannot be had.
pub fn report_memory(bytes_max: usize) -> std::io::Result<ReportMemory> {
    let memory = anonymous("report", Use::Data)?;
    // Untouched pages cost nothing, and a sealed size cannot grow, so the kernel keeps the bound.
    memory.set_len(bytes_max as u64)?;
    rustix::fs::fcntl_add_seals(&memory, SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    Ok(ReportMemory { memory })
}

impl ReportMemory {
    /// What the step has written: everything before its write position.
    ///
    /// # Errors
    /// When the memory cannot be read.
    pub fn written(&self) -> std::io::Result<Vec<u8>> {
        let bytes_max = self.memory.metadata()?.len();
        let bytes = (&self.memory).stream_position()?.min(bytes_max);
        let mut report = vec![0; usize::try_from(bytes).map_err(|_| std::io::ErrorKind::FileTooLarge)?];
        self.memory.read_exact_at(&mut report, 0)?;
        Ok(report)
    }
}

impl AsFd for ReportMemory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.memory.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_memory_refuses_change() {
        let memory = sealed_memory("job", b"abc").expect("memory");
        assert!(memory.write_at(b"x", 0).is_err());
        assert!(memory.set_len(1).is_err() && memory.set_len(9).is_err());
    }

    /// What the kernel does to a page for a moment, a mapping for writing does for as long as it lives.
    #[test]
    #[expect(unsafe_code, reason = "a mapping for writing is what keeps a seal away")]
    fn sealing_waits_for_who_holds_a_page_and_gives_up_in_the_end() {
        let held_for = |held: std::time::Duration| {
            let memory = anonymous("job", Use::Data).expect("memory");
            memory.set_len(4096).expect("room");
            // SAFETY: nobody else has this memory, and nothing reads the mapping.
            let mapping = unsafe { memmap2::MmapMut::map_mut(&memory) }.expect("a mapping");
            std::thread::scope(|scope| {
                scope.spawn(move || {
                    std::thread::sleep(held);
                    drop(mapping);
                });
                seal(&memory, Use::Data)
            })
        };
        assert!(held_for(SEAL_WAIT * 3).is_ok());
        let refused = held_for(SEAL_WAIT * (SEAL_TRIES + 50)).expect_err("held for too long");
        assert_eq!(refused.raw_os_error(), Some(rustix::io::Errno::BUSY.raw_os_error()));
    }

    #[test]
    fn report_memory_holds_what_was_written_and_no_more() {
        let report = report_memory(8).expect("memory");
        assert_eq!(report.written().expect("readable"), b"");
        (&report.memory).write_all(b"abc").expect("fits");
        assert_eq!(report.written().expect("readable"), b"abc");
        assert!((&report.memory).write_all(b"defghi").is_err());
        (&report.memory).seek(std::io::SeekFrom::Start(u64::MAX >> 2)).expect("a hostile position");
        assert_eq!(report.written().expect("bounded").len(), 8);
    }
}
