//! Making raw text unreadable.
//!
//! What can be promised is this: no name in the runs folder leads to the bytes any more, and other names of the same file, wherever they
//! are, lead to zeros or to nothing. On a plain file system (ext, xfs, tmpfs) the blocks are punched out first, so they are free (and
//! discarded, where the mount does that) even while somebody still holds the file open; elsewhere the file is cut to nothing. Bytes that
//! a copy-on-write file system, a snapshot, a backup or a disk's own spare cells keep are out of reach of any program: only encrypting
//! the volume, and forgetting its key, removes those. Overwriting is therefore not tried.

use std::fs::{File, OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{FallocateFlags, OFlags};

use crate::disk;
use crate::failure::Failure;
use crate::names::shown;

/// Magic numbers of file systems that write in place: ext2 to ext4, xfs, tmpfs.
const PLAIN: [rustix::fs::FsWord; 3] = [0xef53, 0x5846_5342, 0x0102_1994];

/// What was shredded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shredded {
    /// Names removed.
    pub files: u64,
    /// Bytes they held.
    pub bytes: u64,
    /// Files that still have a name elsewhere; it leads to zeros or to nothing.
    pub names_elsewhere: u64,
}

/// Shreds every file below `folder` and removes what remains of it. Nothing outside is touched; links are removed, not followed.
///
/// # Errors
/// When a file cannot be emptied or removed; those before it are gone.
pub fn shred_folder(folder: &Path) -> Result<Shredded, Failure> {
    let mut shredded = Shredded::default();
    if !folder.is_dir() {
        return Ok(shredded);
    }
    for entry in walkdir::WalkDir::new(folder).contents_first(true).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            Failure::io(format!("walk {}", shown(folder)), error.into_io_error().unwrap_or_else(|| std::io::Error::other("the folder changed")))
        })?;
        let path = entry.path();
        let kind = entry.file_type();
        if kind.is_dir() {
            disk::sync_dir(path)?;
            std::fs::remove_dir(path).map_err(|error| Failure::io(format!("remove {}", shown(path)), error))?;
            continue;
        }
        if kind.is_file() {
            let (bytes, names) = empty(path)?;
            shredded.bytes += bytes;
            shredded.names_elsewhere += u64::from(names > 1);
        }
        shredded.files += 1;
        std::fs::remove_file(path).map_err(|error| Failure::io(format!("remove {}", shown(path)), error))?;
    }
    folder.parent().map_or(Ok(()), disk::sync_dir)?;
    Ok(shredded)
}

/// Empties a file, whatever other names it has. Returns the bytes it held and how many names it has.
pub(crate) fn empty(path: &Path) -> Result<(u64, u64), Failure> {
    let wrong = |error: std::io::Error| Failure::io(format!("empty {}", shown(path)), error);
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
    // Published files are read-only for their owner too.
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(wrong)?;
    file.set_permissions(Permissions::from_mode(0o600)).map_err(wrong)?;
    let file = OpenOptions::new().write(true).custom_flags(flags).open(path).map_err(wrong)?;
    let meta = file.metadata().map_err(wrong)?;
    if !(is_plain(&file) && punch_out(&file, meta.len())) {
        file.set_len(0).map_err(wrong)?;
    }
    file.sync_all().map_err(wrong)?;
    Ok((meta.len(), meta.nlink()))
}

fn is_plain(file: &File) -> bool {
    rustix::fs::fstatfs(file).is_ok_and(|system| PLAIN.contains(&system.f_type))
}

fn punch_out(file: &File, bytes: u64) -> bool {
    bytes == 0 || rustix::fs::fallocate(file, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, 0, bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_to_the_bytes_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let raw = dir.path().join("raw");
        std::fs::create_dir_all(raw.join("deep")).unwrap();
        std::fs::write(raw.join("deep/a"), "4111111111111111").unwrap();
        std::fs::write(raw.join("b"), "card").unwrap();
        std::fs::set_permissions(raw.join("b"), Permissions::from_mode(0o400)).unwrap();
        let elsewhere = dir.path().join("elsewhere");
        std::fs::hard_link(raw.join("b"), &elsewhere).unwrap();
        let open = File::open(raw.join("deep/a")).unwrap();
        let outside = dir.path().join("outside");
        std::fs::write(&outside, "kept").unwrap();
        std::os::unix::fs::symlink(&outside, raw.join("link")).unwrap();

        assert_eq!(shred_folder(&raw).unwrap(), Shredded { files: 3, bytes: 20, names_elsewhere: 1 });
        assert!(!raw.exists());
        assert_eq!(std::fs::read_to_string(&outside).unwrap(), "kept");
        let zeros = |bytes: Vec<u8>| bytes.iter().all(|&byte| byte == 0);
        assert!(zeros(std::fs::read(&elsewhere).unwrap()));
        assert!(zeros(std::io::read_to_string(open).unwrap().into_bytes()));
    }

    #[test]
    fn a_folder_that_is_not_there_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(shred_folder(&dir.path().join("raw")).unwrap(), Shredded::default());
    }
}
