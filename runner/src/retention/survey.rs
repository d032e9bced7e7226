//! What lies in a runs folder, and what of it is due.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use schemas::exit::Exit;

use super::{BUILDING, RAW_FOLDERS, REMOVING, Tombstone};
use crate::failure::Failure;
use crate::keys::PublicKey;
use crate::lock::Lock;
use crate::manifest::{MANIFEST, Manifest};
use crate::pipeline::Pipeline;
use crate::store::Store;

/// How long what is kept. `None`: for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// The day to count from, days since 1970-01-01.
    pub today: i32,
    /// Days until raw data is shredded.
    pub raw_days: Option<u32>,
    /// Days until everything but the release is removed.
    pub runs_days: Option<u32>,
    /// Days until an unfinished run is removed.
    pub unfinished_days: Option<u32>,
    /// The latest run is not spared.
    pub include_latest: bool,
}

/// What is to be done with a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Shred its raw data.
    ShredRaw,
    /// Remove all of it but the release.
    KeepRelease,
    /// Remove it.
    Remove,
    /// Nothing, although its time is over.
    Spare,
}

/// A folder whose time is over.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Item {
    /// Name in the runs folder.
    pub folder: String,
    /// Logical date.
    pub date: String,
    /// What is to be done.
    pub act: Act,
    /// Why it is spared.
    pub why: Option<String>,
    /// Files that go.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A folder as it was found.
struct Folder {
    name: String,
    date: String,
    manifest: Option<Manifest>,
    noted: Option<Tombstone>,
    /// Retention began to remove files and did not come to the end.
    cut_short: bool,
    /// Why nothing may be done with it, whatever the rules.
    spared: Option<String>,
    /// Spared only as long as the rules do not name it.
    sheltered: Option<&'static str>,
    raw: Vec<(u64, u64)>,
}

/// Days since 1970-01-01 of a date YYYY-MM-DD.
#[must_use]
pub fn day_of(date: &str) -> Option<i32> {
    let parsed = date.parse::<jiff::civil::Date>().ok().filter(|parsed| parsed.to_string() == date)?;
    jiff::civil::date(1970, 1, 1).until(parsed).ok().map(|span| span.get_days())
}

/// Everything whose time is over, by name.
///
/// # Errors
/// When the runs folder cannot be read.
pub fn survey(runs: &Path, key: &PublicKey, rules: &Rules) -> Result<Vec<Item>, Failure> {
    let folders = folders(runs, key, rules)?;
    let mut acts: BTreeMap<&str, Act> = folders.iter().filter_map(|folder| Some((folder.name.as_str(), due(folder, rules)?))).collect();
    let mut why: BTreeMap<&str, String> = folders
        .iter()
        .filter(|folder| acts.contains_key(folder.name.as_str()))
        .filter_map(|folder| Some((folder.name.as_str(), spared(folder)?)))
        .collect();
    follow_links(&folders, &mut acts, &mut why);
    keep_releases(runs, &folders, &mut acts, &why)?;
    let mut items = Vec::new();
    for folder in &folders {
        let Some(&act) = acts.get(folder.name.as_str()) else { continue };
        let why = why.remove(folder.name.as_str());
        let act = if why.is_some() { Act::Spare } else { act };
        let (files, bytes) = amount(&runs.join(&folder.name), folder.manifest.as_ref(), act);
        items.push(Item { folder: folder.name.clone(), date: folder.date.clone(), act, why, files, bytes });
    }
    Ok(items)
}

fn folders(runs: &Path, key: &PublicKey, rules: &Rules) -> Result<Vec<Folder>, Failure> {
    let entries = std::fs::read_dir(runs).map_err(|error| Failure::io(format!("list {}", crate::names::shown(runs)), error))?;
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let latest = std::fs::read_link(runs.join("latest")).ok();
    let mut folders = Vec::new();
    for name in names {
        let path = runs.join(&name);
        if !std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_dir()) {
            continue;
        }
        let mut folder = Folder {
            name: name.clone(),
            date: String::new(),
            manifest: None,
            noted: None,
            cut_short: false,
            spared: None,
            sheltered: None,
            raw: raw_inodes(&path),
        };
        if let Some(date) = name.strip_prefix(BUILDING) {
            date.clone_into(&mut folder.date);
            folder.sheltered = rules.unfinished_days.is_none().then_some("is unfinished (--unfinished-days)");
        } else if name.starts_with(REMOVING) {
            folder.date = name.chars().skip(REMOVING.len()).take(10).collect();
        } else if path.join(MANIFEST).is_file() {
            // The name says the date as well, for a run that cannot be trusted.
            folder.date = name.chars().take(10).collect();
            match Manifest::read(&path, key).and_then(|manifest| Ok((manifest, Tombstone::read(&path, key)?))) {
                Ok((manifest, noted)) => {
                    folder.date.clone_from(&manifest.date);
                    folder.cut_short = noted.as_ref().is_some_and(|noted| noted.files.iter().any(|file| path.join(file).exists()));
                    (folder.manifest, folder.noted) = (Some(manifest), noted);
                }
                Err(failure) => folder.spared = Some(failure.message),
            }
            let is_latest = latest.as_deref() == Some(Path::new(&name));
            folder.sheltered = (is_latest && !rules.include_latest).then_some("is the latest run (--include-latest)");
        } else {
            continue;
        }
        if Lock::is_held(&runs.join(format!(".lock-{}", folder.date))) {
            folder.spared = Some("somebody is at work on its date".to_owned());
        }
        folders.push(folder);
    }
    Ok(folders)
}

fn spared(folder: &Folder) -> Option<String> {
    folder.spared.clone().or_else(|| folder.sheltered.map(|why| format!("it {why}")))
}

/// What the rules say of a folder by itself.
fn due(folder: &Folder, rules: &Rules) -> Option<Act> {
    if folder.name.starts_with(REMOVING) {
        return Some(Act::Remove);
    }
    let age = i64::from(rules.today) - i64::from(day_of(&folder.date)?);
    let over = |days: Option<u32>| days.is_some_and(|days| age >= i64::from(days));
    if folder.name.starts_with(BUILDING) {
        return over(rules.unfinished_days).then_some(Act::Remove);
    }
    let pruned = folder.noted.as_ref().is_some_and(|noted| noted.run_removed_on.is_some());
    match (folder.cut_short, pruned) {
        (true, true) => Some(Act::Remove),
        (true, false) => Some(Act::ShredRaw),
        (false, false) if over(rules.runs_days) => Some(Act::Remove),
        (false, _) => (over(rules.raw_days) && !folder.raw.is_empty()).then_some(Act::ShredRaw),
    }
}

/// Raw files with a second name in another run: all of these runs go, or none does.
fn follow_links<'a>(folders: &'a [Folder], acts: &mut BTreeMap<&'a str, Act>, why: &mut BTreeMap<&'a str, String>) {
    let mut sharing: BTreeMap<(u64, u64), Vec<&Folder>> = BTreeMap::new();
    for folder in folders {
        folder.raw.iter().for_each(|&inode| sharing.entry(inode).or_default().push(folder));
    }
    loop {
        let before = (acts.len(), why.len());
        for together in sharing.values().filter(|together| together.len() > 1) {
            if !together.iter().any(|folder| acts.contains_key(folder.name.as_str())) {
                continue;
            }
            for folder in together {
                let name = folder.name.as_str();
                acts.entry(name).or_insert(Act::ShredRaw);
                if let Some(reason) = spared(folder) {
                    why.entry(name).or_insert(reason);
                }
            }
            let Some(keeper) = together.iter().map(|folder| folder.name.as_str()).find(|name| why.contains_key(name)) else { continue };
            for folder in together {
                why.entry(&folder.name).or_insert_with(|| format!("{keeper} has the same raw files and is spared"));
            }
        }
        if before == (acts.len(), why.len()) {
            return;
        }
    }
}

/// A run that is to be removed keeps its release, unless the stored report is known to lie, intact, in a run that stays.
fn keep_releases<'a>(runs: &Path, folders: &'a [Folder], acts: &mut BTreeMap<&'a str, Act>, why: &BTreeMap<&str, String>) -> Result<(), Failure> {
    let pipeline = Pipeline::embedded()?;
    let spends = |manifest: &Manifest| {
        let by_step = manifest.tasks.iter().any(|task| pipeline.step(&task.step).is_some_and(|step| step.budget));
        by_step || manifest.tasks.iter().flat_map(|task| &task.outputs).any(|output| output.kind == "release")
    };
    let leaving: BTreeSet<&str> = acts.iter().filter(|(name, act)| **act == Act::Remove && !why.contains_key(*name)).map(|(name, _)| *name).collect();
    let releases = Store::of(runs).releases();
    for folder in folders.iter().filter(|folder| leaving.contains(folder.name.as_str())) {
        let Some(manifest) = folder.manifest.as_ref().filter(|manifest| spends(manifest)) else { continue };
        let mine: Vec<_> = releases.iter().filter(|homes| homes.contains(&manifest.id) || homes.contains(&folder.name)).collect();
        let elsewhere =
            !mine.is_empty() && mine.iter().all(|homes| homes.iter().any(|home| !home.starts_with('.') && !leaving.contains(home.as_str())));
        if !elsewhere {
            acts.insert(&folder.name, Act::KeepRelease);
        }
    }
    Ok(())
}

/// Whether a file of a run stays when everything but the release goes: the release, what the store knows of it, and every file at the
/// top (manifest, signatures, statements).
#[must_use]
pub fn belongs_to_release(manifest: &Manifest, file: &str) -> bool {
    let budget_step = |step: &str| Pipeline::embedded().ok().and_then(|pipeline| pipeline.step(step).map(|step| step.budget)).unwrap_or(false);
    let stored = manifest.tasks.iter().filter(|task| budget_step(&task.step)).flat_map(|task| &task.outputs).any(|output| output.file == file);
    stored || file.starts_with("release/") || !file.contains('/')
}

fn raw_inodes(folder: &Path) -> Vec<(u64, u64)> {
    let files = RAW_FOLDERS.iter().flat_map(|name| walkdir::WalkDir::new(folder.join(name))).flatten();
    files.filter_map(|entry| entry.metadata().ok().filter(std::fs::Metadata::is_file)).map(|meta| (meta.dev(), meta.ino())).collect()
}

/// Files that an act removes, and their bytes.
fn amount(path: &Path, manifest: Option<&Manifest>, act: Act) -> (u64, u64) {
    let goes = |relative: &str| match act {
        Act::Spare => false,
        Act::ShredRaw => RAW_FOLDERS.iter().any(|raw| relative.strip_prefix(raw).is_some_and(|rest| rest.starts_with('/'))),
        Act::KeepRelease => manifest.is_some_and(|manifest| !belongs_to_release(manifest, relative)),
        Act::Remove => true,
    };
    let mut amount = (0, 0);
    for entry in walkdir::WalkDir::new(path).into_iter().flatten().filter(|entry| !entry.file_type().is_dir()) {
        let relative = entry.path().strip_prefix(path).unwrap_or(entry.path()).to_string_lossy().into_owned();
        if goes(&relative) {
            amount = (amount.0 + 1, amount.1 + entry.metadata().map_or(0, |meta| meta.len()));
        }
    }
    amount
}

/// What retention ends with when it had to spare runs that cannot be trusted.
#[must_use]
pub fn distrusted(items: &[Item]) -> Option<Failure> {
    let item = items.iter().find(|item| item.why.as_ref().is_some_and(|why| why.starts_with("trust ")))?;
    let why = item.why.clone().unwrap_or_default();
    Some(Failure::new(Exit::DigestMismatch, format!("remove what is due of {}: failed to {why}", item.folder)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use crate::manifest::tests::sample;
    use crate::manifest::{OutputEntry, TaskEntry};
    use crate::retention::apply;
    use crate::store::Usage;
    use schemas::ids::Digest;

    struct Case {
        dir: tempfile::TempDir,
        keys: Keys,
    }

    impl Case {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let keys = Keys::generate(&dir.path().join(".keys"), true).unwrap();
            Self { dir, keys }
        }

        fn write(&self, file: &str, text: &str) {
            let path = self.dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }

        /// A published run with raw, clean and released files.
        fn run(&self, date: &str, name: &str) -> String {
            let id = format!("{date}-{name}");
            let mut manifest = sample();
            (manifest.id, manifest.date) = (id.clone(), date.to_owned());
            for (step, file, kind) in [
                ("ingest.survey", "spool/source.lmq", "source"),
                ("ingest.read", "raw/raw.lmq", "raw"),
                ("sanitize.apply", "clean/clean.lmq", "clean"),
                ("dp-report.release", "mined/release.lmq", "release"),
            ] {
                self.write(&format!("{id}/{file}"), kind);
                let output = OutputEntry {
                    name: kind.to_owned(),
                    kind: kind.to_owned(),
                    file: file.to_owned(),
                    digest: Digest::of(kind.as_bytes()),
                    bytes: kind.len() as u64,
                    records: 1,
                };
                manifest.tasks.push(TaskEntry {
                    step: step.to_owned(),
                    index: 0,
                    key: Digest::of(step.as_bytes()),
                    key_parts: BTreeMap::new(),
                    reused: false,
                    from: String::new(),
                    because: crate::manifest::Because::New,
                    changed: Vec::new(),
                    inputs: Vec::new(),
                    outputs: vec![output],
                    counters: BTreeMap::new(),
                    rejects: BTreeMap::new(),
                    facts: BTreeMap::new(),
                    usage: Usage::default(),
                });
            }
            self.write(&format!("{id}/release/report.json"), "{}");
            manifest.write(&self.dir.path().join(&id), &self.keys.signer().unwrap()).unwrap();
            id
        }

        fn due(&self, rules: &Rules) -> Vec<(String, Act)> {
            survey(self.dir.path(), &self.keys.public().unwrap(), rules).unwrap().into_iter().map(|item| (item.folder, item.act)).collect()
        }

        fn why(&self, rules: &Rules) -> String {
            let items = survey(self.dir.path(), &self.keys.public().unwrap(), rules).unwrap();
            items.into_iter().find_map(|item| item.why).unwrap_or_default()
        }

        fn apply(&self, rules: &Rules) -> u64 {
            let items = survey(self.dir.path(), &self.keys.public().unwrap(), rules).unwrap();
            apply(self.dir.path(), &crate::audit::Audit::of(self.dir.path()), &self.keys.signer().unwrap(), rules, &items).unwrap().files
        }

        fn is(&self, file: &str) -> bool {
            self.dir.path().join(file).exists()
        }
    }

    fn rules(today: &str) -> Rules {
        Rules { today: day_of(today).unwrap(), ..Rules::default() }
    }

    #[test]
    fn days_are_counted_from_the_logical_date() {
        let case = Case::new();
        let old = case.run("2026-11-01", "a");
        case.run("2026-11-10", "b");
        let raw = |days, today: &str| Rules { raw_days: Some(days), ..rules(today) };
        assert_eq!(case.due(&raw(14, "2026-11-14")), []);
        assert_eq!(case.due(&raw(14, "2026-11-15")), [(old, Act::ShredRaw)]);
        assert_eq!(case.due(&raw(0, "2026-11-10")).len(), 2);
        assert_eq!(case.due(&rules("2030-01-01")), []);
    }

    #[test]
    fn raw_data_goes_and_the_run_says_so() {
        let case = Case::new();
        let id = case.run("2026-11-01", "a");
        let rules = Rules { raw_days: Some(14), ..rules("2026-12-01") };
        assert_eq!(case.apply(&rules), 2);
        assert!(!case.is(&format!("{id}/raw")) && !case.is(&format!("{id}/spool")) && case.is(&format!("{id}/clean/clean.lmq")));
        let key = case.keys.public().unwrap();
        let folder = case.dir.path().join(&id);
        let note = Tombstone::read(&folder, &key).unwrap().unwrap();
        assert_eq!(note.files.iter().map(String::as_str).collect::<Vec<_>>(), ["raw/raw.lmq", "spool/source.lmq"]);
        let manifest = Manifest::read(&folder, &key).unwrap();
        let problems = |note| crate::verify::check_files_left(&folder, &manifest, note, crate::verify::Raw::ByLength).unwrap();
        // The report of these runs is no unpacked bundle, so it is foreign to their manifest.
        assert_eq!(problems(Some(&note)), ["release/report.json is not part of the run"]);
        assert_eq!(problems(None).len(), 5, "without the note it is theft");
        assert_eq!(case.due(&rules), [], "once");
        case.write(&format!("{id}/raw/raw.lmq"), "back");
        assert!(problems(Some(&note))[0].contains("raw/raw.lmq is here although retention removed it"));
        assert_eq!(case.due(&Rules { raw_days: None, ..rules }), [(id, Act::ShredRaw)], "what was cut short is finished");
        assert_eq!(crate::audit::Audit::of(case.dir.path()).verify().unwrap(), 1);
    }

    #[test]
    fn what_must_not_go_is_spared_with_a_reason() {
        let case = Case::new();
        let latest = case.run("2026-11-01", "a");
        std::os::unix::fs::symlink(&latest, case.dir.path().join("latest")).unwrap();
        let all = Rules { raw_days: Some(1), ..rules("2026-12-01") };
        assert!(case.why(&all).contains("latest run"));
        assert_eq!(case.due(&Rules { include_latest: true, ..all }), [(latest.clone(), Act::ShredRaw)]);
        let lock = Lock::take(&case.dir.path().join(".lock-2026-11-01"), "a run").unwrap();
        assert!(case.why(&Rules { include_latest: true, ..all }).contains("at work"));
        drop(lock);
        case.write(&format!("{latest}/manifest.json"), "{}");
        assert!(case.why(&Rules { include_latest: true, ..all }).contains("is not what was signed"));
        assert_eq!(case.apply(&all), 0);
        assert!(case.is(&format!("{latest}/raw/raw.lmq")));
    }

    #[test]
    fn every_name_of_a_raw_file_goes_or_none() {
        let case = Case::new();
        let (one, two) = (case.run("2026-11-01", "a"), case.run("2026-11-01", "b"));
        let link = |from: &str, to: &str| {
            let place = |id: &str| case.dir.path().join(id).join("raw/raw.lmq");
            std::fs::remove_file(place(to)).unwrap();
            std::fs::hard_link(place(from), place(to)).unwrap();
        };
        link(&one, &two);
        std::os::unix::fs::symlink(&two, case.dir.path().join("latest")).unwrap();
        let all = Rules { raw_days: Some(1), ..rules("2026-12-01") };
        assert_eq!(case.due(&all), [(one.clone(), Act::Spare), (two.clone(), Act::Spare)]);
        // A younger run goes with the older one whose bytes it shares.
        let young = case.run("2026-11-30", "c");
        link(&one, &young);
        let some = Rules { raw_days: Some(10), include_latest: true, ..all };
        assert_eq!(case.due(&some), [(one, Act::ShredRaw), (two, Act::ShredRaw), (young.clone(), Act::ShredRaw)]);
        case.apply(&some);
        assert!(!case.is(&format!("{young}/raw")) && case.is(&format!("{young}/retention.json")));
    }

    #[test]
    fn an_old_run_goes_but_for_its_release() {
        let case = Case::new();
        let id = case.run("2026-11-01", "a");
        let rules = Rules { runs_days: Some(30), ..rules("2026-12-01") };
        assert_eq!(case.due(&rules), [(id.clone(), Act::KeepRelease)]);
        case.apply(&rules);
        for (file, stays) in [
            ("raw/raw.lmq", false),
            ("clean/clean.lmq", false),
            ("mined/release.lmq", true),
            ("release/report.json", true),
            ("manifest.json", true),
            ("retention.sig", true),
        ] {
            assert_eq!(case.is(&format!("{id}/{file}")), stays, "{file}");
        }
        assert_eq!(case.due(&rules), [], "once");
        assert!(Tombstone::read(&case.dir.path().join(&id), &case.keys.public().unwrap()).unwrap().unwrap().sentence().contains("but the release"));
    }

    #[test]
    fn unfinished_runs_go_only_when_asked_and_removals_are_finished() {
        let case = Case::new();
        case.write(".building-2026-11-01/raw/raw.lmq", "raw");
        case.write(".removing-2026-10-01-a/clean/clean.lmq", "clean");
        let none = rules("2026-12-01");
        assert_eq!(case.due(&none), [(".removing-2026-10-01-a".to_owned(), Act::Remove)]);
        case.apply(&Rules { unfinished_days: Some(7), ..none });
        assert!(!case.is(".building-2026-11-01") && !case.is(".removing-2026-10-01-a") && !case.is(".removing-2026-11-01"));
    }
}
