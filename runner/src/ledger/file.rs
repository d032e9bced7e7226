//! The two files: opened without following links, checked for owners and links, locked, synced.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags};
use schemas::ids::Digest;
use schemas::limits::LEDGER_BYTES_MAX;

use super::LedgerError;

/// The anchor: the newest entry that may have been acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Anchor {
    pub(super) sequence: u64,
    pub(super) head: Digest,
}

impl Anchor {
    /// Reads an anchor; it must be byte for byte what this program writes.
    pub(super) fn from_text(text: &str) -> Result<Self, LedgerError> {
        let anchor: Self = serde_json::from_str(text).map_err(|_| LedgerError::AnchorDamaged)?;
        if anchor.to_line() == text { Ok(anchor) } else { Err(LedgerError::AnchorDamaged) }
    }

    pub(super) fn to_line(self) -> String {
        format!("{{\"sequence\":{},\"head\":\"{}\"}}\n", self.sequence, self.head)
    }
}

/// Opens `path` without following a link; none when there is nothing.
pub(super) fn open_checked(path: &Path, file: &'static str, write: bool) -> Result<Option<File>, LedgerError> {
    let flags = OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | if write { OFlags::RDWR | OFlags::APPEND } else { OFlags::RDONLY };
    let opened = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(fd) => File::from(fd),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(rustix::io::Errno::LOOP) => return Err(LedgerError::Unsafe { file, why: "it is a symbolic link" }),
        Err(errno) => return Err(LedgerError::io("open the budget ledger")(errno.into())),
    };
    check_file(&opened, file)?;
    Ok(Some(opened))
}

fn check_file(opened: &File, file: &'static str) -> Result<(), LedgerError> {
    let stat = rustix::fs::fstat(opened).map_err(|errno| LedgerError::io("inspect the budget ledger")(errno.into()))?;
    let unsafe_because = |why| Err(LedgerError::Unsafe { file, why });
    if rustix::fs::FileType::from_raw_mode(stat.st_mode) != rustix::fs::FileType::RegularFile {
        return unsafe_because("it is no regular file");
    }
    if stat.st_nlink != 1 {
        return unsafe_because("it has another hard link, or none");
    }
    if stat.st_mode & 0o022 != 0 {
        return unsafe_because("others may write to it; chmod go-w it");
    }
    Ok(())
}

/// The ledger must be this user's: somebody else's file could be changed under us. Readers may be anybody.
pub(super) fn check_owner(opened: &File) -> Result<(), LedgerError> {
    let stat = rustix::fs::fstat(opened).map_err(|errno| LedgerError::io("inspect the budget ledger")(errno.into()))?;
    if stat.st_uid == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(LedgerError::Unsafe { file: "ledger", why: "it belongs to another user" })
}

/// Takes the exclusive lock, or says that somebody has it. The lock ends with the file.
pub(super) fn lock(file: &File) -> Result<(), LedgerError> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(LedgerError::Locked),
        Err(errno) => Err(LedgerError::io("lock the budget ledger")(errno.into())),
    }
}

/// Makes the ledger file, readable and writable by its owner alone, or opens the one that is there; its content decides.
pub(super) fn create(path: &Path) -> Result<File, LedgerError> {
    let flags = OFlags::CREATE | OFlags::RDWR | OFlags::APPEND | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    match rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR) {
        Ok(fd) => {
            let file = File::from(fd);
            check_file(&file, "ledger")?;
            Ok(file)
        }
        Err(rustix::io::Errno::LOOP) => Err(LedgerError::Unsafe { file: "ledger", why: "it is a symbolic link" }),
        Err(errno) => Err(LedgerError::io("create the budget ledger")(errno.into())),
    }
}

/// All bytes of the ledger, up to its bound.
pub(super) fn read_all(file: &mut File) -> Result<Vec<u8>, LedgerError> {
    let mut bytes = Vec::new();
    file.take(LEDGER_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(LedgerError::io("read the budget ledger"))?;
    if bytes.len() as u64 > LEDGER_BYTES_MAX { Err(LedgerError::TooLarge(LEDGER_BYTES_MAX)) } else { Ok(bytes) }
}

/// Reads the anchor; none when there is none.
pub(super) fn read_anchor(path: &Path) -> Result<Option<Anchor>, LedgerError> {
    let Some(file) = open_checked(path, "anchor", false)? else { return Ok(None) };
    let mut text = String::new();
    file.take(1024).read_to_string(&mut text).map_err(|_| LedgerError::AnchorDamaged)?;
    Anchor::from_text(&text).map(Some)
}

/// Replaces the anchor: new file, sync, rename, sync of the directory. Where that fails, the new file goes again: the next writer may not need one.
pub(super) fn write_anchor(path: &Path, anchor: Anchor) -> Result<(), LedgerError> {
    let new = sibling(path);
    let written = (|| {
        let flags = OFlags::CREATE | OFlags::TRUNC | OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let mut file = File::from(rustix::fs::open(&new, flags, Mode::RUSR | Mode::WUSR)?);
        file.write_all(anchor.to_line().as_bytes())?;
        sync(&file)?;
        std::fs::rename(&new, path)
    })();
    if let Err(error) = written {
        let _ = std::fs::remove_file(&new);
        return Err(LedgerError::io("write the budget anchor")(error));
    }
    sync_dir(path)
}

/// Syncs a file or a directory: the one place where the ledger asks the disk to keep what it was given.
pub(super) fn sync(file: &File) -> std::io::Result<()> {
    #[cfg(test)]
    failing::reached(file)?;
    file.sync_all()
}

/// Syncs the directory a path is in, so that its name is durable.
pub(super) fn sync_dir(path: &Path) -> Result<(), LedgerError> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir).and_then(|dir| sync(&dir)).map_err(LedgerError::io("sync the budget ledger's directory"))
}

fn sibling(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// Makes a sync of this thread fail, in tests only.
#[cfg(test)]
pub(super) mod failing {
    use std::cell::Cell;

    thread_local! {
        static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
        static SYNCED: Cell<Vec<u64>> = const { Cell::new(Vec::new()) };
    }

    /// Inodes that were synced since it was last asked, in order.
    pub(in super::super) fn synced() -> Vec<u64> {
        SYNCED.take()
    }

    /// So many syncs succeed, the one after them fails, and those after that succeed again, as Linux does. None: all succeed.
    pub(in super::super) fn after(syncs: Option<u32>) {
        LEFT.set(syncs);
    }

    /// Whether the sync that was to fail was reached.
    pub(in super::super) fn has_failed() -> bool {
        LEFT.get().is_none()
    }

    pub(super) fn reached(file: &std::fs::File) -> std::io::Result<()> {
        let mut synced = SYNCED.take();
        synced.push(std::os::unix::fs::MetadataExt::ino(&file.metadata()?));
        SYNCED.set(synced);
        match LEFT.get() {
            Some(0) => {
                LEFT.set(None);
                Err(std::io::Error::from_raw_os_error(rustix::io::Errno::IO.raw_os_error()))
            }
            left => {
                LEFT.set(left.map(|left| left - 1));
                Ok(())
            }
        }
    }
}
