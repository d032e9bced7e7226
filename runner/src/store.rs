//! The store of results: `runs/.store/<skip key>.json` says which published files a step's equal run would write. A hit is believed
//! only after its files were looked at again; a damaged one is computed anew, and said.

use std::path::{Path, PathBuf};

use schemas::ids::Digest;
use schemas::record::RecordKind;
use schemas::report::StageReport;

use crate::disk;
use crate::failure::Failure;
use crate::manifest::Override;
use crate::plan::is_raw;
use crate::sources::StatId;

/// Name of the store's folder in the runs folder.
pub const FOLDER: &str = ".store";
const ENTRY_BYTES_MAX: u64 = 16 << 20;
const VERSION: u32 = 2;

/// What a step used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Usage {
    /// Time from start to end, microseconds.
    pub wall_us: u64,
    /// CPU time in user mode, microseconds.
    pub user_us: u64,
    /// CPU time in the kernel, microseconds.
    pub system_us: u64,
    /// Greatest anonymous resident memory seen, bytes (sampled).
    pub rss_anon_peak_bytes: u64,
    /// Bytes that storage had to give; what the page cache had is not among them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub read_bytes: u64,
    /// Bytes that were written for storage.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub written_bytes: u64,
    /// Threads it was given.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub threads: u16,
    /// Its limit of private memory, bytes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub memory_limit_bytes: u64,
    /// How often it was started until it ended well.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
}

/// What a number of an earlier version would be: entries and manifests of then are read, and written again, byte for byte.
fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}

/// One output of a stored result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StoredFile {
    /// Name of the output.
    pub name: String,
    /// Number of the record kind.
    pub kind: u16,
    /// Path in the run folder.
    pub file: String,
    /// Digest of the whole file.
    pub digest: Digest,
    /// Length in bytes.
    pub bytes: u64,
    /// Records.
    pub records: u64,
    /// Identity of the file: raw ones are recognised by it, since nobody but `sanitize` reads them.
    pub stat: StatId,
}

/// A stored result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// Version of this structure.
    pub version: u32,
    /// The skip key.
    pub key: Digest,
    /// Task, for people.
    pub task: String,
    /// Folders in the runs folder that may hold the files.
    pub homes: Vec<String>,
    /// Outputs.
    pub files: Vec<StoredFile>,
    /// The step's report.
    pub report: StageReport,
    /// What it used when it ran.
    pub usage: Usage,
    /// Sandbox properties that were given up when it ran. No part of the key: records are the same.
    #[serde(default)]
    pub overrides: Vec<Override>,
}

/// What the store knows of a key.
#[derive(Debug)]
pub enum Lookup {
    /// Sound files lie in this home.
    Hit(Box<Entry>, String),
    /// Nothing.
    Miss,
    /// There was a result, but this file of it is damaged or gone.
    Damaged(String),
}

/// The store of a runs folder.
#[derive(Debug, Clone)]
pub struct Store {
    runs: PathBuf,
    folder: PathBuf,
}

impl Store {
    /// The store of a runs folder.
    #[must_use]
    pub fn of(runs: &Path) -> Self {
        Self { runs: runs.to_owned(), folder: runs.join(FOLDER) }
    }

    /// Looks up a key and checks the files behind it.
    #[must_use]
    pub fn lookup(&self, key: Digest) -> Lookup {
        let Ok(bytes) = disk::read_small(&self.path(key), ENTRY_BYTES_MAX) else { return Lookup::Miss };
        let Some(entry) =
            unsealed(&bytes).and_then(|text| serde_json::from_slice::<Entry>(text).ok()).filter(|entry| entry.version == VERSION && entry.key == key)
        else {
            return Lookup::Damaged(format!("{FOLDER}/{key}.json"));
        };
        let mut damaged = None;
        for home in &entry.homes {
            if home.contains('/') || !self.runs.join(home).is_dir() {
                continue;
            }
            match seen(&self.runs.join(home), &entry.files) {
                Ok(files) => return Lookup::Hit(Box::new(Entry { files, ..entry.clone() }), home.clone()),
                Err(file) => damaged = Some(format!("{home}/{file}")),
            }
        }
        damaged.map_or(Lookup::Miss, Lookup::Damaged)
    }

    /// Stores a result.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, entry: &Entry) -> Result<(), Failure> {
        disk::make_dir(&self.folder, disk::RAW_DIR_MODE)?;
        let bytes = serde_json::to_vec(entry).map_err(|_| Failure::internal("write a store entry"))?;
        disk::write_atomic(&self.path(entry.key), &sealed(bytes), 0o640)
    }

    /// Notes that the result of a release is staged under `key`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn point(&self, release: Digest, key: Digest) -> Result<(), Failure> {
        disk::make_dir(&self.folder, disk::RAW_DIR_MODE)?;
        disk::write_atomic(&self.pointer(release), key.to_string().as_bytes(), 0o640)
    }

    /// The key under which the result of a release is staged.
    #[must_use]
    pub fn pointed(&self, release: Digest) -> Option<Digest> {
        let bytes = disk::read_small(&self.pointer(release), 1024).ok()?;
        Digest::from_hex(std::str::from_utf8(&bytes).ok()?)
    }

    /// For each release, the folders in which its stored report lies intact.
    #[must_use]
    pub fn releases(&self) -> Vec<Vec<String>> {
        let homes = |key: Digest| {
            let entry = self.entry(key)?;
            Some(entry.homes.iter().filter(|home| entry.files.iter().all(|file| sound(&self.runs.join(home), file).is_some())).cloned().collect())
        };
        self.pointed_keys().into_iter().filter_map(homes).collect()
    }

    /// Forgets results whose files are gone, and folders that hold a result no more. Releases are never forgotten: that one was drawn,
    /// and must not be drawn again, is worth knowing when its report is lost.
    ///
    /// # Errors
    /// When an entry cannot be removed or written.
    pub fn prune(&self) -> Result<(), Failure> {
        let kept: std::collections::BTreeSet<Digest> = self.pointed_keys().into_iter().collect();
        for name in self.names() {
            let Some(key) = name.strip_suffix(".json").and_then(Digest::from_hex).filter(|key| !kept.contains(key)) else { continue };
            let Some(mut entry) = self.entry(key) else { continue };
            let count = entry.homes.len();
            entry.homes.retain(|home| entry.files.iter().all(|file| self.runs.join(home).join(&file.file).is_file()));
            if entry.homes.is_empty() {
                std::fs::remove_file(self.path(key)).map_err(|error| Failure::io("forget a stored result", error))?;
            } else if entry.homes.len() < count {
                self.put(&entry)?;
            }
        }
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(&self.folder).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    fn pointed_keys(&self) -> Vec<Digest> {
        self.names().iter().filter_map(|name| self.pointed(Digest::from_hex(name.strip_prefix("release-")?)?)).collect()
    }

    fn entry(&self, key: Digest) -> Option<Entry> {
        let bytes = disk::read_small(&self.path(key), ENTRY_BYTES_MAX).ok()?;
        serde_json::from_slice::<Entry>(&bytes).ok().filter(|entry| entry.version == VERSION && entry.key == key)
    }

    fn pointer(&self, release: Digest) -> PathBuf {
        self.folder.join(format!("release-{release}"))
    }

    fn path(&self, key: Digest) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

/// An entry of the current version.
#[must_use]
pub fn entry(key: Digest, task: String, home: String, files: Vec<StoredFile>, report: StageReport, usage: Usage) -> Entry {
    Entry { version: VERSION, key, task, homes: vec![home], files, report, usage, overrides: Vec::new() }
}

/// An entry's text with its digest on a second line. Its report and counters go into manifests, so a flipped bit must not pass for one.
fn sealed(mut text: Vec<u8>) -> Vec<u8> {
    let digest = Digest::of(&text);
    text.extend_from_slice(format!("\n{digest}\n").as_bytes());
    text
}

/// The text of a sealed entry; none when it is not what was sealed.
fn unsealed(bytes: &[u8]) -> Option<&[u8]> {
    let (text, digest) = bytes.strip_suffix(b"\n")?.split_at_checked(bytes.len().checked_sub(66)?)?;
    (digest.strip_prefix(b"\n")? == Digest::of(text).to_string().as_bytes()).then_some(text)
}

/// The files with the identity they had when they were found sound, or the name of the first that is not.
fn seen(home: &Path, files: &[StoredFile]) -> Result<Vec<StoredFile>, String> {
    files.iter().map(|file| sound(home, file).map(|stat| StoredFile { stat, ..file.clone() }).ok_or_else(|| file.file.clone())).collect()
}

/// The identity of the file in `home` when it is what the entry says: by digest, or by identity when it holds raw text.
#[must_use]
pub fn sound(home: &Path, file: &StoredFile) -> Option<StatId> {
    let path = home.join(&file.file);
    let meta = std::fs::symlink_metadata(&path).ok().filter(|meta| meta.is_file() && meta.len() == file.bytes)?;
    let stat = StatId::of(&meta);
    let same = match RecordKind::from_number(file.kind)? {
        kind if is_raw(kind) => stat == file.stat,
        _ => disk::digest_file(&path).is_ok_and(|(digest, _)| digest == file.digest),
    };
    same.then_some(stat)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        dir: tempfile::TempDir,
        store: Store,
        entry: Entry,
    }

    fn case(kind: RecordKind) -> Case {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home/clean");
        std::fs::create_dir_all(&home).unwrap();
        let path = home.join("clean.lmq");
        std::fs::write(&path, b"content").unwrap();
        let file = StoredFile {
            name: "clean".to_owned(),
            kind: kind.number(),
            file: "clean/clean.lmq".to_owned(),
            digest: Digest::of(b"content"),
            bytes: 7,
            records: 1,
            stat: StatId::of(&std::fs::metadata(&path).unwrap()),
        };
        let store = Store::of(dir.path());
        let entry = entry(Digest::of(b"key"), "a.b".to_owned(), "home".to_owned(), vec![file], StageReport::default(), Usage::default());
        store.put(&entry).unwrap();
        Case { dir, store, entry }
    }

    fn path(case: &Case) -> PathBuf {
        case.dir.path().join("home/clean/clean.lmq")
    }

    #[test]
    fn a_sound_result_is_a_hit() {
        for kind in [RecordKind::Clean, RecordKind::Raw] {
            let case = case(kind);
            let Lookup::Hit(entry, home) = case.store.lookup(case.entry.key) else { panic!("a hit") };
            assert_eq!((*entry, home.as_str()), (case.entry, "home"));
            assert!(matches!(case.store.lookup(Digest::of(b"other")), Lookup::Miss));
        }
    }

    #[test]
    fn a_changed_file_is_named_and_not_served() {
        for kind in [RecordKind::Clean, RecordKind::Raw] {
            let case = case(kind);
            std::fs::write(path(&case), b"CONTENT").unwrap();
            let Lookup::Damaged(name) = case.store.lookup(case.entry.key) else { panic!("damaged") };
            assert_eq!(name, "home/clean/clean.lmq");
        }
    }

    #[test]
    fn a_link_in_the_place_of_a_file_is_not_served() {
        let case = case(RecordKind::Clean);
        std::fs::rename(path(&case), case.dir.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(case.dir.path().join("elsewhere"), path(&case)).unwrap();
        assert!(matches!(case.store.lookup(case.entry.key), Lookup::Damaged(_)));
    }

    #[test]
    fn a_later_home_serves_when_the_first_is_gone() {
        let mut case = case(RecordKind::Clean);
        case.entry.homes.insert(0, ".building-x".to_owned());
        case.store.put(&case.entry).unwrap();
        assert!(matches!(case.store.lookup(case.entry.key), Lookup::Hit(_, home) if home == "home"));
        std::fs::remove_dir_all(case.dir.path().join("home")).unwrap();
        assert!(matches!(case.store.lookup(case.entry.key), Lookup::Miss));
    }

    #[test]
    fn what_an_earlier_version_measured_is_read_and_written_as_it_was() {
        let text = r#"{"wall_us":4,"user_us":3,"system_us":2,"rss_anon_peak_bytes":1}"#;
        let usage: Usage = serde_json::from_str(text).unwrap();
        assert_eq!((usage.wall_us, usage.attempts), (4, 0));
        assert_eq!(serde_json::to_string(&usage).unwrap(), text);
    }

    #[test]
    fn a_changed_counter_in_an_entry_is_not_served() {
        let case = case(RecordKind::Clean);
        let path = case.store.path(case.entry.key);
        let sound = std::fs::read_to_string(&path).unwrap();
        let changed = sound.replacen("\"records\":1", "\"records\":3", 1);
        assert_ne!(sound, changed);
        std::fs::write(&path, changed).unwrap();
        assert!(matches!(case.store.lookup(case.entry.key), Lookup::Damaged(_)));
    }

    #[test]
    fn a_damaged_entry_is_not_served() {
        let case = case(RecordKind::Clean);
        std::fs::write(case.store.path(case.entry.key), b"{").unwrap();
        assert!(matches!(case.store.lookup(case.entry.key), Lookup::Damaged(_)));
    }
}
