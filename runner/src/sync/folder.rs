//! The folder of a team: files are read and written in it by name, and nowhere else. No symbolic link is followed below it. Whatever line ends its files have
//! on disk, behind this door they are line feeds.

use std::fs::File;
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::limits::BUNDLE_FILE_BYTES_MAX;

use super::line_ends;
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;

/// Bytes of a file: those of the longest that is generated, with a carriage return before each of its line feeds.
const FILE_BYTES_MAX: u64 = 2 * BUNDLE_FILE_BYTES_MAX as u64;
/// Mode of files that people and their tools work on; the umask narrows it.
const FILE_MODE: u32 = 0o644;
/// Mode of folders.
const DIR_MODE: u32 = 0o755;

/// An existing folder, held by one process at a time.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// The lock on the folder itself: nothing is left in it.
    _held: File,
}

impl Folder {
    /// Opens it.
    ///
    /// # Errors
    /// [`Exit::Usage`] when it is no folder, [`Exit::Locked`] when another process is at it.
    pub fn open(root: &Path) -> Result<Self, Failure> {
        let wrong = |error: std::io::Error| Failure::io(format!("open the folder {}", shown(root)), error);
        let root = root.canonicalize().map_err(wrong)?;
        if !root.is_dir() {
            return Err(Failure::usage(format!("open the folder {}: it is a file", shown(&root))));
        }
        let held = File::open(&root).map_err(wrong)?;
        match rustix::fs::flock(&held, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { root, _held: held }),
            Err(rustix::io::Errno::AGAIN) => {
                Err(Failure::new(Exit::Locked, format!("write to {}: another process is at it; wait for it to end", shown(&root))))
            }
            Err(error) => Err(Failure::io(format!("lock the folder {}", shown(&root)), error)),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file, with line feeds for line ends; none when there is none.
    ///
    /// # Errors
    /// [`Exit::Usage`] when something on the way is a symbolic link or no folder, or it is no regular file or too large.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.read_as_it_is(name)?.map(line_ends::line_feeds))
    }

    fn read_as_it_is(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.root.join(name);
        let refused = |at: &Path, what: &str| Failure::usage(format!("use {}: {} is {what}; move it away", shown(&path), shown(at)));
        let mut at = self.root.clone();
        let parts: Vec<&str> = name.split('/').collect();
        for (place, part) in parts.iter().enumerate() {
            at.push(part);
            let meta = match std::fs::symlink_metadata(&at) {
                Ok(meta) => meta,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(Failure::io(format!("look at {}", shown(&at)), error)),
            };
            if meta.is_symlink() {
                return Err(refused(&at, "a symbolic link"));
            }
            match (place + 1 == parts.len(), meta.is_dir(), meta.is_file()) {
                (false, true, _) | (true, _, true) => {}
                (false, ..) => return Err(refused(&at, "no folder")),
                (true, ..) => return Err(refused(&at, "no file")),
            }
            if meta.is_file() && meta.len() > FILE_BYTES_MAX {
                return Err(refused(&at, "larger than any file that is generated"));
            }
        }
        std::fs::read(&path).map(Some).map_err(|error| Failure::io(format!("read {}", shown(&path)), error))
    }

    /// Replaces a file as a whole, if it is still what it was when it was looked at. It keeps its line ends where they are all of one kind.
    ///
    /// # Errors
    /// [`Exit::TransientIo`] when somebody has changed it meanwhile; as the system says when it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8], was: Option<Digest>) -> Result<(), Failure> {
        self.check_unchanged(name, was)?;
        let path = self.root.join(name);
        if let Some(folder) = path.parent() {
            disk::make_dir(folder, DIR_MODE)?;
        }
        let before = self.check_unchanged(name, was)?;
        disk::write_atomic(&path, &before.map_or_else(|| bytes.to_vec(), |before| line_ends::like(bytes, &before)), FILE_MODE)
    }

    /// Removes a file, if it is still what it was.
    ///
    /// # Errors
    /// As [`Folder::write`].
    pub fn remove(&self, name: &str, was: Digest) -> Result<(), Failure> {
        self.check_unchanged(name, Some(was))?;
        let path = self.root.join(name);
        std::fs::remove_file(&path).map_err(|error| Failure::io(format!("remove {}", shown(&path)), error))?;
        path.parent().map_or(Ok(()), disk::sync_dir)
    }

    /// What is there, as it is on disk.
    fn check_unchanged(&self, name: &str, was: Option<Digest>) -> Result<Option<Vec<u8>>, Failure> {
        let bytes = self.read_as_it_is(name)?;
        if bytes.clone().map(|bytes| Digest::of(&line_ends::line_feeds(bytes))) == was {
            return Ok(bytes);
        }
        let path = shown(&self.root.join(name));
        Err(Failure::new(Exit::TransientIo, format!("write {path}: somebody has changed it right now; it was left alone, run the command again")))
    }
}
