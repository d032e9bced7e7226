//! Reading what a run published: a file is believed only when it is what the manifest says.

use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;

use super::Manifest;
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;

impl Manifest {
    /// Digest of a published file, unpacked or written by a step, by its path in the run folder; none when it is no file of the run.
    #[must_use]
    pub fn digest_of(&self, file: &str) -> Option<Digest> {
        let unpacked = self.files.iter().find(|entry| entry.file == file).map(|entry| entry.digest);
        let written = || self.tasks.iter().flat_map(|task| &task.outputs).find(|output| output.file == file).map(|output| output.digest);
        unpacked.or_else(written)
    }

    /// Bytes of a published file of at most `bytes_max`, by its path in the run folder `run`. `what` says what of the run is read, for the message.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it is no file of the run, cannot be read, is too long, or is not what was published.
    pub fn read_file(&self, run: &Path, file: &str, bytes_max: u64, what: &str) -> Result<Vec<u8>, Failure> {
        let path = run.join(file);
        let wrong = |why: &str| Failure::new(Exit::DigestMismatch, format!("read {what} of the run {}: {} {why}", self.id, shown(&path)));
        let digest = self.digest_of(file).ok_or_else(|| wrong("is none of its files"))?;
        let bytes = disk::read_small(&path, bytes_max).map_err(|_| wrong("cannot be read"))?;
        if Digest::of(&bytes) == digest { Ok(bytes) } else { Err(wrong("was changed after it was published")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Unpacked;
    use crate::manifest::tests::sample;

    #[test]
    fn what_is_not_as_published_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str| Unpacked { file: name.to_owned(), digest: Digest::of(b"text"), bytes: 4, bundle: "features".to_owned() };
        let manifest = Manifest { files: ["a", "gone"].map(file).into(), ..sample() };
        let read = |name: &str, bytes_max| manifest.read_file(dir.path(), name, bytes_max, "the list");
        std::fs::write(dir.path().join("a"), "text").unwrap();
        std::fs::write(dir.path().join("foreign"), "text").unwrap();
        assert_eq!(read("a", 4).unwrap(), b"text");
        let check = |name: &str, bytes_max, why: &str| {
            let failure = read(name, bytes_max).expect_err(why);
            assert_eq!(failure.exit, Exit::DigestMismatch);
            let sentence = failure.sentence();
            assert!(sentence.starts_with("failed to read the list of the run 2026-01-02-abc: ") && sentence.ends_with(why), "{sentence}");
        };
        check("a", 3, "cannot be read");
        check("gone", 4, "cannot be read");
        check("foreign", 4, "is none of its files");
        std::fs::write(dir.path().join("a"), "texT").unwrap();
        check("a", 4, "was changed after it was published");
    }
}
