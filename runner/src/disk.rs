//! Writing so that a reader sees all or nothing: temporary file, fsync, rename, fsync of the folder.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;

use crate::failure::Failure;
use crate::names::shown;

/// Mode of published files.
pub const FILE_MODE: u32 = 0o440;
/// Mode of published files with raw text, and of keys.
pub const RAW_FILE_MODE: u32 = 0o400;
/// Mode of folders.
pub const DIR_MODE: u32 = 0o750;
/// Mode of folders with raw text, and of key folders.
pub const RAW_DIR_MODE: u32 = 0o700;

/// Suffix of files that are not finished.
pub const PART_SUFFIX: &str = ".part";
/// The same of files that are replaced as a whole, in folders of people too: no name that somebody gives a file of their own. It ends with [`PART_SUFFIX`].
const OWN_PART_SUFFIX: &str = ".logminer.part";

/// Makes a folder with its parents, each of them durable: a synced file in a folder whose own name is lost is lost too.
///
/// # Errors
/// When it cannot be made.
pub fn make_dir(path: &Path, mode: u32) -> Result<(), Failure> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    make_dir(parent, mode)?;
    match std::fs::DirBuilder::new().mode(mode).create(path) {
        // Another process was faster.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made.map_err(|error| Failure::io(format!("make the folder {}", shown(path)), error))?,
    }
    sync_dir(parent)
}

/// The mode of a folder of a run: `raw` is for its owner alone.
#[must_use]
pub fn folder_mode(folder: &Path) -> u32 {
    if folder.file_name().is_some_and(|name| name == "raw") { RAW_DIR_MODE } else { DIR_MODE }
}

/// Makes what was written to a folder durable.
///
/// # Errors
/// When the folder cannot be synced.
pub fn sync_dir(path: &Path) -> Result<(), Failure> {
    // The parent of a bare file name is empty: the current folder.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| Failure::io(format!("sync the folder {}", shown(path)), error))
}

/// Replaces a small file as a whole.
///
/// # Errors
/// When it cannot be written; the old file then stands.
pub fn write_atomic(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| Failure::io(format!("write {}", shown(path)), error);
    let mut part = path.as_os_str().to_owned();
    part.push(OWN_PART_SUFFIX);
    let part = Path::new(&part);
    let written = (|| {
        let _ = std::fs::remove_file(part);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(part, path)
    })();
    if let Err(error) = written {
        let _ = std::fs::remove_file(part);
        return Err(wrong(error));
    }
    path.parent().map_or(Ok(()), sync_dir)
}

/// Moves a finished folder to its published name, which must not exist.
///
/// # Errors
/// [`Exit::Internal`] when the name is taken; others as the system says.
pub fn publish_dir(from: &Path, to: &Path) -> Result<(), Failure> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        Err(rustix::io::Errno::EXIST) => return Err(Failure::internal(format!("publish {}: it exists", shown(to)))),
        // File systems without NOREPLACE: a rename onto a folder that is not empty fails, and the run lock keeps other runners out.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if !to.exists() => {
            std::fs::rename(from, to).map_err(|error| Failure::io(format!("publish {}", shown(to)), error))?;
        }
        Err(error) => return Err(Failure::io(format!("publish {}", shown(to)), error)),
    }
    to.parent().map_or(Ok(()), sync_dir)
}

/// Points a symbolic link at `target` by one rename. Runs of different dates may do so at the same time, so the temporary name is the
/// target's own; one target is pointed at by one process at a time.
///
/// # Errors
/// When the link cannot be made.
pub fn point_link(link: &Path, target: &Path) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| Failure::io(format!("point {} at {}", shown(link), shown(target)), error);
    if std::fs::read_link(link).is_ok_and(|old| old == target) {
        return Ok(());
    }
    let mut part = link.as_os_str().to_owned();
    part.push(".");
    part.push(target);
    part.push(PART_SUFFIX);
    let part = Path::new(&part);
    let _ = std::fs::remove_file(part);
    if let Err(error) = std::os::unix::fs::symlink(target, part).and_then(|()| std::fs::rename(part, link)) {
        let _ = std::fs::remove_file(part);
        return Err(wrong(error));
    }
    link.parent().map_or(Ok(()), sync_dir)
}

/// Gives `to` the content of the published file `from`: a second name where the file system can, a copy made by the kernel else.
///
/// # Errors
/// When neither works.
pub fn link_or_copy(from: &Path, to: &Path, mode: u32) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| Failure::io(format!("reuse {}", shown(from)), error);
    let _ = std::fs::remove_file(to);
    if std::fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    let mut part = to.as_os_str().to_owned();
    part.push(PART_SUFFIX);
    let part = Path::new(&part);
    let _ = std::fs::remove_file(part);
    let copied = (|| {
        std::fs::copy(from, part)?;
        std::fs::set_permissions(part, Permissions::from_mode(mode))?;
        File::open(part)?.sync_all()?;
        std::fs::rename(part, to)
    })();
    copied.map_err(|error| {
        let _ = std::fs::remove_file(part);
        wrong(error)
    })
}

/// A SHA-256 digest in hexadecimal, for tools that do not know BLAKE3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sha256(pub String);

impl Sha256 {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(crate::hex::encode(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref()))
    }
}

/// Digest and length of a file that holds no raw text.
///
/// # Errors
/// When it cannot be read.
pub fn digest_file(path: &Path) -> Result<(Digest, u64), Failure> {
    let mut hasher = blake3::Hasher::new();
    let bytes = read_through(path, |piece| {
        hasher.update(piece);
    })?;
    Ok((Digest(*hasher.finalize().as_bytes()), bytes))
}

/// SHA-256 digest of a file that holds no raw text.
///
/// # Errors
/// When it cannot be read.
pub fn sha256_file(path: &Path) -> Result<Sha256, Failure> {
    let mut sha256 = ring::digest::Context::new(&ring::digest::SHA256);
    read_through(path, |piece| sha256.update(piece))?;
    Ok(Sha256(crate::hex::encode(sha256.finish().as_ref())))
}

/// Both digests and the length, in one reading.
///
/// # Errors
/// When it cannot be read.
pub fn digest_file_twice(path: &Path) -> Result<(Digest, Sha256, u64), Failure> {
    let mut hasher = blake3::Hasher::new();
    let mut sha256 = ring::digest::Context::new(&ring::digest::SHA256);
    let bytes = read_through(path, |piece| {
        hasher.update(piece);
        sha256.update(piece);
    })?;
    Ok((Digest(*hasher.finalize().as_bytes()), Sha256(crate::hex::encode(sha256.finish().as_ref())), bytes))
}

fn read_through(path: &Path, mut each: impl FnMut(&[u8])) -> Result<u64, Failure> {
    let wrong = |error: std::io::Error| Failure::io(format!("read {}", shown(path)), error);
    let mut file = File::open(path).map_err(wrong)?;
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(read) => {
                each(&buffer[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(wrong(error)),
        }
    }
}

/// Reads a small file of the runner's own, refusing one that is over `bytes_max`.
///
/// # Errors
/// When it cannot be read or is too large ([`Exit::DigestMismatch`]: nobody but the runner writes it).
pub fn read_small(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let wrong = |error: std::io::Error| Failure::io(format!("read {}", shown(path)), error);
    let mut bytes = Vec::new();
    File::open(path).map_err(wrong)?.take(bytes_max + 1).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 > bytes_max {
        return Err(Failure::new(Exit::DigestMismatch, format!("read {}: it is over {bytes_max} bytes", shown(path))));
    }
    Ok(bytes)
}

/// Removes what dead processes left half-written directly in a folder. Only for who knows that nobody is writing there.
///
/// # Errors
/// When something cannot be removed.
pub fn remove_parts(folder: &Path) -> Result<(), Failure> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.as_os_str().as_encoded_bytes().ends_with(PART_SUFFIX.as_bytes()) {
            std::fs::remove_file(&path).map_err(|error| Failure::io(format!("remove {}", shown(&path)), error))?;
        }
    }
    Ok(())
}

/// Whether a folder directly holds something half-written.
#[must_use]
pub fn has_parts(folder: &Path) -> bool {
    let ends = |entry: &std::fs::DirEntry| entry.file_name().as_encoded_bytes().ends_with(PART_SUFFIX.as_bytes());
    std::fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(|entry| ends(&entry)))
}

/// Removes a folder with all it holds, if it is there.
///
/// # Errors
/// When it cannot be removed.
pub fn remove_dir(path: &Path) -> Result<(), Failure> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::io(format!("remove {}", shown(path)), error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        write_atomic(&path, b"one", FILE_MODE).unwrap();
        write_atomic(&path, b"two", FILE_MODE).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, FILE_MODE);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    /// What a killed process left is written over, and swept with the rest.
    #[test]
    fn a_half_written_file_has_a_name_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let [path, theirs, left] = ["a.json", "a.json.part", "a.json.logminer.part"].map(|name| dir.path().join(name));
        std::fs::write(&theirs, "somebody's own").unwrap();
        std::fs::write(&left, "half").unwrap();
        write_atomic(&path, b"one", FILE_MODE).unwrap();
        assert_eq!(
            (std::fs::read(&path).unwrap(), std::fs::read(&theirs).unwrap(), left.exists()),
            (b"one".to_vec(), b"somebody's own".to_vec(), false)
        );
        std::fs::write(&left, "half").unwrap();
        remove_parts(dir.path()).unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn a_published_folder_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        make_dir(&from, DIR_MODE).unwrap();
        make_dir(&to, DIR_MODE).unwrap();
        assert_eq!(publish_dir(&from, &to).expect_err("taken").exit, Exit::Internal);
        std::fs::remove_dir(&to).unwrap();
        publish_dir(&from, &to).unwrap();
        assert!(to.exists() && !from.exists());
    }

    #[test]
    fn the_folder_of_a_bare_name_is_the_current_one() {
        make_dir(Path::new("name").parent().unwrap(), DIR_MODE).unwrap();
        sync_dir(Path::new("name").parent().unwrap()).unwrap();
    }

    #[test]
    fn a_link_is_swapped() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("latest");
        point_link(&link, Path::new("a")).unwrap();
        point_link(&link, Path::new("b")).unwrap();
        assert_eq!(std::fs::read_link(&link).unwrap(), Path::new("b"));
    }

    #[test]
    fn links_of_two_runs_do_not_meet_and_leave_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("latest");
        // What a run that died between the two steps left is neither in the way nor taken for the link.
        std::os::unix::fs::symlink("b", dir.path().join("latest.b.part")).unwrap();
        std::thread::scope(|scope| {
            for target in ["a", "b"] {
                let link = &link;
                scope.spawn(move || (0..200).for_each(|_| point_link(link, Path::new(target)).unwrap()));
            }
        });
        assert!(["a", "b"].map(Path::new).contains(&std::fs::read_link(&link).unwrap().as_path()));
        assert!(!has_parts(dir.path()));
    }

    #[test]
    fn only_half_written_files_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.json"), "").unwrap();
        std::fs::write(dir.path().join("b.json.part"), "").unwrap();
        assert!(has_parts(dir.path()));
        remove_parts(dir.path()).unwrap();
        assert!(!has_parts(dir.path()) && dir.path().join("a.json").exists());
        remove_parts(&dir.path().join("missing")).unwrap();
    }

    #[test]
    fn digests_are_those_of_the_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, b"hello").unwrap();
        assert_eq!(digest_file(&path).unwrap(), (Digest::of(b"hello"), 5));
    }
}
