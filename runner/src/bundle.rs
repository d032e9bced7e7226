//! Unpacking bundles: files a step made, under names that are checked here again.

use std::collections::BTreeSet;
use std::path::Path;

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::limits::{BUNDLE_FILE_BYTES_MAX, BUNDLE_FILES_MAX};
use schemas::record::Bundle;

use crate::disk;
use crate::failure::Failure;

/// In the name of every file with exact numbers (`dp: false`); what is so named is unpacked into `internal/` alone.
pub const AUDIT: &str = ".audit.";

/// One unpacked file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unpacked {
    /// Path in the run folder.
    pub file: String,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Length in bytes.
    pub bytes: u64,
    /// The output it came in; empty for what the runner itself wrote.
    pub bundle: String,
}

/// Unpacks every file of the bundle `name` into `run/folder`. `taken` holds the paths of earlier bundles.
///
/// # Errors
/// [`Exit::CorruptInput`] for an unsafe or repeated name, [`Exit::Internal`] for too many or too large files: steps keep to these limits; nothing outside `run/folder` is touched.
pub fn unpack(bytes: &[u8], name: &str, run: &Path, folder: &str, taken: &mut BTreeSet<String>) -> Result<Vec<Unpacked>, Failure> {
    let container = Container::open(bytes).map_err(|error| Failure::container(name, error))?;
    if container.records() > BUNDLE_FILES_MAX as u64 {
        return Err(over(name, "it holds too many files"));
    }
    let mut unpacked = Vec::new();
    let mut scratch = Vec::new();
    let mut folders = BTreeSet::new();
    for number in 0..container.block_count() {
        let block = container.block::<Bundle>(number, &mut scratch).map_err(|error| Failure::container(name, error))?;
        for record in block.records() {
            let record = record.map_err(|error| Failure::container(name, error))?;
            if !record.path_is_safe() {
                return Err(refused(name, "a file in it has an unsafe name"));
            }
            if record.bytes.len() > BUNDLE_FILE_BYTES_MAX {
                return Err(over(name, "a file in it is too large"));
            }
            if folder != "internal" && record.path.contains(AUDIT) {
                return Err(refused(name, "a file in it holds exact numbers for auditors, which stay in internal/"));
            }
            let file = format!("{folder}/{}", record.path);
            if !taken.insert(file.clone()) {
                return Err(refused(name, "two files have one name"));
            }
            let path = run.join(&file);
            if let Some(parent) = path.parent() {
                disk::make_dir(parent, disk::DIR_MODE)?;
                folders.insert(parent.to_owned());
            }
            write(&path, record.bytes)?;
            unpacked.push(Unpacked { file, digest: Digest::of(record.bytes), bytes: record.bytes.len() as u64, bundle: name.to_owned() });
        }
    }
    folders.iter().try_for_each(|folder| disk::sync_dir(folder))?;
    Ok(unpacked)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let written = (|| {
        // The folder is being built, so the name is free; `create_new` also refuses a file where another's folder should be.
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(disk::FILE_MODE).open(path)?;
        file.write_all(bytes)?;
        file.sync_data()
    })();
    written.map_err(|error| Failure::io(format!("unpack {}", crate::names::shown(path)), error))
}

fn refused(name: &str, why: &str) -> Failure {
    Failure::new(Exit::CorruptInput, format!("unpack the bundle {name}: {why}"))
}

fn over(name: &str, why: &str) -> Failure {
    Failure::internal(format!("unpack the bundle {name}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::container::{BlockBuilder, ContainerWriter};
    use schemas::record::BundleFile;

    fn bundle(paths: &[&str]) -> Vec<u8> {
        let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), Digest::of(b"test"), 1).unwrap();
        let mut block = BlockBuilder::new(0);
        for path in paths {
            block.push(&BundleFile { path, bytes: b"hello" }, None).unwrap();
        }
        writer.write(block).unwrap();
        writer.finish().unwrap().0
    }

    fn check(paths: &[&str]) -> Result<Vec<Unpacked>, Failure> {
        let dir = tempfile::tempdir().unwrap();
        unpack(&bundle(paths), "features", dir.path(), "release", &mut BTreeSet::new())
    }

    #[test]
    fn files_are_unpacked_with_their_digests() {
        let files = check(&["features/a.feature", "steps/js/b.js"]).unwrap();
        assert_eq!(files[0].file, "release/features/a.feature");
        assert_eq!(files[1].digest, Digest::of(b"hello"));
    }

    #[test]
    fn exact_numbers_stay_inside() {
        let dir = tempfile::tempdir().unwrap();
        let to = |folder| unpack(&bundle(&["exact-report.audit.json"]), "exact_report", dir.path(), folder, &mut BTreeSet::new());
        assert_eq!(to("internal").unwrap()[0].file, "internal/exact-report.audit.json");
        for folder in ["release", "a.part"] {
            assert_eq!(to(folder).expect_err("refused").exit, Exit::CorruptInput);
        }
        assert!(!dir.path().join("release").exists());
    }

    /// A step keeps to the limits by itself: one that did not has a bug, and no input is to blame.
    #[test]
    fn a_bundle_over_its_limits_is_a_bug_of_the_step() {
        let dir = tempfile::tempdir().unwrap();
        let check = |files: &[(&str, usize)]| {
            let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), Digest::of(b"test"), 1).unwrap();
            for (path, bytes) in files {
                let mut block = BlockBuilder::new(0);
                block.push(&BundleFile { path, bytes: &vec![b'a'; *bytes] }, None).unwrap();
                writer.write(block).unwrap();
            }
            unpack(&writer.finish().unwrap().0, "features", dir.path(), "release", &mut BTreeSet::new()).map(|files| files.len())
        };
        assert_eq!(check(&[("most", BUNDLE_FILE_BYTES_MAX)]).unwrap(), 1);
        assert_eq!(check(&[("over", BUNDLE_FILE_BYTES_MAX + 1)]).expect_err("too large").exit, Exit::Internal);
        let names: Vec<String> = (0..=BUNDLE_FILES_MAX).map(|number| number.to_string()).collect();
        let files: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 0)).collect();
        assert_eq!(check(&files).expect_err("too many").exit, Exit::Internal);
    }

    #[test]
    fn unsafe_and_repeated_names_are_refused() {
        for paths in [&["../a"][..], &["/etc/a"], &["a//b"], &["a b"], &[""], &["a", "a"]] {
            assert_eq!(check(paths).expect_err("refused").exit, Exit::CorruptInput, "{paths:?}");
        }
        assert!(check(&["a", "a/b"]).is_err());
    }
}
