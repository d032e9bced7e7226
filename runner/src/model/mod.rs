//! The model of names that a run is given (`--model`): a file that `logminer model pack` made, named by the policy with its digest.
//!
//! Policy and flag must be of one mind. A model that nobody put into the policy changes what is hidden without an owner; a policy whose model is not there would
//! leave names readable that it promises to hide. The file lies outside the runs; its digest is an input of `sanitize.collect` like any other, so it is part of
//! that step's key and of the manifest.

mod config;
mod pack;

use std::path::{Path, PathBuf};

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Policy;
use schemas::record::RecordKind;

pub use pack::{Packed, pack};

use crate::disk;
use crate::failure::Failure;
use crate::names::shown;
use crate::pipeline::Step;
use crate::session::{InputFileOf, open_published};
use crate::sources::StatId;

/// What the path of a model in a manifest begins with: it lies in no run.
const ELSEWHERE: &str = "model:";

/// The packed model of a run.
#[derive(Debug, Clone)]
pub struct Model {
    path: PathBuf,
    digest: Digest,
    stat: StatId,
}

impl Model {
    /// The model of the flag, checked against the policy; none where neither names one.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when one names a model and the other does not, [`Exit::DigestMismatch`] when the file is another than the policy's,
    /// [`Exit::SchemaMismatch`] when it is no packed model.
    pub fn find(path: Option<&Path>, policy: &Policy) -> Result<Option<Self>, Failure> {
        let refused = |what: String| Err(Failure::new(Exit::KeyRefused, what));
        let (path, wanted) = match (path, policy.sanitize.ner_model) {
            (None, None) => return Ok(None),
            (Some(path), Some(wanted)) => (path, wanted),
            (None, Some(wanted)) => {
                return refused(format!("follow the policy: sanitize.ner_model names the model {wanted}; give its file with --model"));
            }
            (Some(path), None) => {
                return refused(format!("use the model {}: the policy names none; `logminer model pack` says what to write there", shown(path)));
            }
        };
        let file = open_published(path)?;
        let meta = file.metadata().map_err(|error| Failure::io(format!("look at {}", shown(path)), error))?;
        let stat = StatId::of(&meta);
        let (digest, _) = disk::digest_file(path)?;
        if digest != wanted {
            let what = format!("use the model {}: its digest is {digest}, and the policy's sanitize.ner_model is {wanted}", shown(path));
            return Err(Failure::new(Exit::DigestMismatch, what));
        }
        let map = sandbox::files::map(&file).map_err(|error| Failure::io(format!("map {}", shown(path)), error))?;
        if !Container::open(&map).is_ok_and(|container| container.header().kind == RecordKind::Bundle) {
            return Err(Failure::new(Exit::SchemaMismatch, format!("use the model {}: it is none; make it with `logminer model pack`", shown(path))));
        }
        Ok(Some(Self { path: path.to_owned(), digest, stat }))
    }

    /// Bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.stat.bytes
    }

    /// The input of a step that is given the model.
    #[must_use]
    pub fn input(&self, step: &Step) -> Option<InputFileOf> {
        let input = || InputFileOf {
            name: schemas::ner::INPUT.to_owned(),
            kind: RecordKind::Bundle,
            path: self.path.clone(),
            digest: self.digest,
            stat: self.stat,
        };
        step.model.then(input)
    }
}

/// How a manifest names a model: by its file's name, since it lies in no folder of this bank's nights.
#[must_use]
pub fn named_in_manifest(path: &Path) -> String {
    format!("{ELSEWHERE}{}", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Whether an input of a manifest is a model.
#[must_use]
pub fn is_model(file: &str) -> bool {
    file.strip_prefix(ELSEWHERE).is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/models/tiny")
    }

    fn policy(digest: Option<Digest>) -> Policy {
        let mut policy = Policy::default();
        policy.sanitize.ner_model = digest;
        policy
    }

    #[test]
    fn policy_and_flag_must_name_the_same_model() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("names.model");
        let packed = pack(&folder(), &out).unwrap();
        let found = Model::find(Some(&out), &policy(Some(packed.digest))).unwrap().unwrap();
        assert_eq!((found.digest, found.bytes()), (packed.digest, packed.bytes));
        assert!(Model::find(None, &policy(None)).unwrap().is_none());
        let check = |path: Option<&Path>, digest: Option<Digest>, exit: Exit, says: &str| {
            let failure = Model::find(path, &policy(digest)).expect_err(says);
            assert_eq!((failure.exit, failure.sentence().contains(says)), (exit, true), "{}", failure.sentence());
        };
        check(Some(&out), None, Exit::KeyRefused, "the policy names none");
        check(None, Some(packed.digest), Exit::KeyRefused, "give its file with --model");
        check(Some(&out), Some(Digest::of(b"another")), Exit::DigestMismatch, "its digest is");
        let other = dir.path().join("vocab.txt");
        std::fs::copy(folder().join("vocab.txt"), &other).unwrap();
        let digest = Digest::of(&std::fs::read(&other).unwrap());
        check(Some(&other), Some(digest), Exit::SchemaMismatch, "vocab.txt");
        check(Some(&dir.path().join("gone")), Some(digest), Exit::Usage, "gone");
    }

    #[test]
    fn a_model_is_named_without_its_place() {
        let name = named_in_manifest(Path::new("/home/ada/models/names.model"));
        assert_eq!(name, "model:names.model");
        assert!(is_model(&name));
        assert!(!is_model("model:") && !is_model("model:a/b") && !is_model("raw/model.lmq") && !is_model("../model:x"));
    }
}
