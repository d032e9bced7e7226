//! `features.lock`: what was generated last, so that an edit is told from an old file. It stands in a team's repository: people and merges may have changed
//! it, so every name in it is checked.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::record::BundleFile;
use serde::{Deserialize, Serialize};

use super::folder::Folder;
use crate::failure::Failure;
use crate::hex;
use crate::names::shown;

/// Name of the file.
pub const LOCK: &str = "features.lock";
const VERSION: u32 = 1;

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lockfile {
    version: u32,
    /// By path in the folder.
    pub files: BTreeMap<String, Locked>,
}

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Digest of what was generated last.
    pub digest: String,
    /// Digest of each of its scenarios.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scenarios: BTreeMap<String, String>,
    /// Digest of what lies beside it as `NAME.new`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// While files are written: the digest before, empty when there was no file. A command that was cut short takes neither for an edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

impl Default for Lockfile {
    fn default() -> Self {
        Self { version: VERSION, files: BTreeMap::new() }
    }
}

impl Lockfile {
    /// A lock on these files.
    #[must_use]
    pub fn of(files: BTreeMap<String, Locked>) -> Self {
        Self { files, ..Self::default() }
    }

    /// The lock of a folder; an empty one when there is none.
    ///
    /// # Errors
    /// [`Exit::CorruptInput`] when it is damaged, [`Exit::SchemaMismatch`] when it is of another version.
    pub fn read(folder: &Folder) -> Result<Self, Failure> {
        let Some(bytes) = folder.read(LOCK)? else { return Ok(Self::default()) };
        let path = shown(&folder.root().join(LOCK));
        let damaged = |what: &str| Failure::new(Exit::CorruptInput, format!("read {path}: {what}; restore it from the repository's history"));
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| damaged("it is damaged, or has the marks of a merge in it"))?;
        if value["version"].as_u64().is_some_and(|version| version != u64::from(VERSION)) {
            return Err(Failure::new(Exit::SchemaMismatch, format!("read {path}: it is of another version of this program")));
        }
        let lock: Self = serde_json::from_value(value).map_err(|_| damaged("it is damaged"))?;
        let is_ours = |name: &str| {
            let below = ["features/", "steps/"].iter().any(|folder| name.starts_with(folder));
            below && BundleFile { path: name, bytes: &[] }.path_is_safe()
        };
        let is_digest = |text: &str| text.len() == 64 && hex::decode(text).is_some();
        for (name, locked) in &lock.files {
            let digests = [&locked.beside, &locked.before].into_iter().flatten().chain(locked.scenarios.values()).filter(|text| !text.is_empty());
            if !is_ours(name) || !is_digest(&locked.digest) || !digests.into_iter().all(|text| is_digest(text)) {
                return Err(damaged("it names a file that is not generated, or holds no digest"));
            }
        }
        Ok(lock)
    }

    /// Its text.
    ///
    /// # Errors
    /// Never, as it has only text in it.
    pub fn text(&self) -> Result<Vec<u8>, Failure> {
        let mut text = serde_json::to_vec_pretty(self).map_err(|_| Failure::internal("write features.lock: it has no JSON form"))?;
        text.push(b'\n');
        Ok(text)
    }
}

impl Locked {
    /// Whether a file is what was generated last, or the time before while that was being replaced.
    #[must_use]
    pub fn is_ours(&self, digest: Option<Digest>) -> bool {
        let text = digest.map_or_else(String::new, |digest| digest.to_string());
        text == self.digest || self.before.as_ref() == Some(&text)
    }
}
