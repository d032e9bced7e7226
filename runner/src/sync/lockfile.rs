//! `features.lock`: what was generated last, so that an edit is told from an old file. It stands in a team's repository: people and merges may have changed
//! it, so every name in it is checked.
//!
//! It names the night that brought the last change, so that an older one is not taken for news. A night that brings none leaves it alone: where
//! nothing happened a repository has no difference.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::record::BundleFile;
use serde::{Deserialize, Serialize};

use super::data;
use super::folder::Folder;
use crate::failure::Failure;
use crate::hex;
use crate::manifest::Manifest;
use crate::names::shown;
use crate::retention::survey::day_of;

/// Name of the file.
pub const LOCK: &str = "features.lock";
/// 1 named no night; until 2 the digest of a file of values was that of its bytes.
const VERSION: u32 = 3;

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lockfile {
    version: u32,
    /// The night that brought the last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub night: Option<Night>,
    /// By path in the folder.
    pub files: BTreeMap<String, Locked>,
}

/// A run whose features are brought over. Later ones are greater: by logical date, of one date by when they were published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Night {
    /// Logical date.
    pub date: String,
    /// When it was published, by its host's clock.
    pub published_at: String,
    /// Its id.
    pub run: String,
}

impl Night {
    /// That of a run.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        Self { date: manifest.date.clone(), published_at: manifest.published_at.clone(), run: manifest.id.clone() }
    }

    /// What it is ordered by; none when it is no night.
    fn order(&self) -> Option<(i32, jiff::Timestamp)> {
        let is_run = self.run.strip_prefix(&self.date)?.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
        is_run.then_some((day_of(&self.date)?, self.published_at.parse().ok()?))
    }

    /// Whether it is older than another.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        self.order() < other.order()
    }
}

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Digest of what was generated last; of a file of values, of its names.
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
        Self { version: VERSION, night: None, files: BTreeMap::new() }
    }
}

impl Lockfile {
    /// The lock on these files, as a night leaves them: as it is when they are what they were.
    #[must_use]
    pub fn with(&self, files: BTreeMap<String, Locked>, night: &Night) -> Self {
        let is_same = files.len() == self.files.len() && files.iter().all(|(name, now)| self.says(name, now));
        if is_same { self.clone() } else { Self { version: VERSION, night: Some(night.clone()), files } }
    }

    /// Whether it says this of a file. Which names a file of values had, a lock of a version before does not know.
    fn says(&self, name: &str, now: &Locked) -> bool {
        let of_bytes = self.version < VERSION && data::values(name).is_some();
        self.files.get(name).is_some_and(|was| if of_bytes { *now == Locked { digest: now.digest.clone(), ..was.clone() } } else { now == was })
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
        if value["version"].as_u64().is_some_and(|version| !(1..=u64::from(VERSION)).contains(&version)) {
            return Err(Failure::new(Exit::SchemaMismatch, format!("read {path}: it is of another version of this program")));
        }
        let lock: Self = serde_json::from_value(value).map_err(|_| damaged("it is damaged"))?;
        let is_ours = |name: &str| {
            let below = ["features/", "steps/"].iter().any(|folder| name.starts_with(folder));
            below && BundleFile { path: name, bytes: &[] }.path_is_safe()
        };
        let is_digest = |text: &str| text.len() == 64 && hex::decode(text).is_some();
        if lock.night.as_ref().is_some_and(|night| night.order().is_none()) {
            return Err(damaged("it names a night that is none"));
        }
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
