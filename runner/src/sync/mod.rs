//! A night's features into a team's own folder, without losing what people changed there.
//!
//! Three versions of each file meet: what was generated last (its digest is in `features.lock`), what the night generated, and what lies in the folder.
//! When only one side changed, that side is taken; when both did, the person's file stays and the night's is put beside it (`NAME.new`).
//! [`plan`] decides and touches nothing, [`apply`] does it, [`lockfile`] is what is remembered, [`folder`] the only door to the folder.
//!
//! What it refuses: to write over anything that is not what it wrote (line ends aside), to follow a symbolic link, to leave the folder, and to go back to an
//! older night unasked.

pub mod apply;
pub mod blocks;
pub mod data;
pub mod folder;
pub mod line_ends;
pub mod lockfile;
pub mod plan;

use std::collections::BTreeMap;
use std::path::Path;

use schemas::limits::BUNDLE_FILE_BYTES_MAX;

use crate::failure::Failure;
use crate::manifest::Manifest;

/// The output whose files are brought over.
const BUNDLE: &str = "features";
/// Where its files lie in a run.
const RELEASE: &str = "release/";

/// What a night generated, by the path it has in a team's folder.
pub type Generated = BTreeMap<String, Vec<u8>>;

/// The files of a published run that a team keeps: features, step libraries, their README. What changes from night to night by nature
/// (`features.json`, summaries) is read where it lies.
///
/// # Errors
/// [`schemas::exit::Exit::DigestMismatch`] when a file is missing or was changed, [`schemas::exit::Exit::Usage`] when the run has no features.
pub fn generated(run: &Path, manifest: &Manifest) -> Result<Generated, Failure> {
    let mut files = Generated::new();
    for file in manifest.files.iter().filter(|file| file.bundle == BUNDLE) {
        let Some(name) = file.file.strip_prefix(RELEASE).and_then(name_in_folder) else { continue };
        let bytes = manifest.read_file(run, &file.file, BUNDLE_FILE_BYTES_MAX as u64, "the features")?;
        files.insert(name, line_ends::line_feeds(bytes));
    }
    if files.is_empty() {
        return Err(Failure::usage(format!("bring the features of the run {} over: it has none", manifest.id)));
    }
    Ok(files)
}

/// The README goes to the step libraries: a team's folder has one of its own.
fn name_in_folder(name: &str) -> Option<String> {
    if name == "README.md" {
        return Some("steps/README.md".to_owned());
    }
    (name.starts_with("features/") || name.starts_with("steps/")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::apply::apply;
    use super::folder::Folder;
    use super::lockfile::{LOCK, Lockfile, Night};
    use super::plan::{Action, Plan};
    use super::*;
    use schemas::exit::Exit;
    use schemas::ids::Digest;

    const FEATURE: &str = "features/transfers-a.feature";
    const DATA: &str = "steps/test-data.json";
    const BODIES: &str = "steps/bodies.json";

    fn feature(steps: &[(&str, &str)]) -> String {
        let mut text = "@generated\nFeature: Transfers\n".to_owned();
        for (id, step) in steps {
            text.push_str(&format!("\n  @scn-{id}\n  Scenario: {id}\n    Given {step}\n"));
        }
        text
    }

    fn night(files: &[(&str, &str)]) -> Generated {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn folder(&self) -> Folder {
            Folder::open(self.0.path()).unwrap()
        }

        fn plan(&self, night: &Generated) -> Result<Plan, Failure> {
            self.plan_of("2026-11-20", night)
        }

        fn plan_of(&self, date: &str, night: &Generated) -> Result<Plan, Failure> {
            let folder = self.folder();
            Plan::make(&folder, night, &on(date, 1), &Lockfile::read(&folder)?)
        }

        /// Brings a night over; actions that are none are left out.
        fn sync(&self, night: &Generated) -> Vec<(String, Action)> {
            self.sync_of("2026-11-20", night)
        }

        fn sync_of(&self, date: &str, night: &Generated) -> Vec<(String, Action)> {
            let plan = self.plan_of(date, night).unwrap();
            let folder = self.folder();
            apply(&folder, &plan).unwrap();
            let told = plan.items.iter().filter(|item| item.action != Action::Unchanged);
            told.map(|item| (item.file.clone(), item.action)).collect()
        }

        fn write(&self, path: &str, text: &str) {
            std::fs::write(self.0.path().join(path), text).unwrap();
        }

        fn read(&self, path: &str) -> Option<String> {
            std::fs::read_to_string(self.0.path().join(path)).ok()
        }

        fn all(&self) -> BTreeMap<String, Vec<u8>> {
            let files = walkdir::WalkDir::new(self.0.path()).into_iter().map(|entry| entry.unwrap());
            let files = files.filter(|entry| entry.file_type().is_file());
            files.map(|entry| (entry.path().display().to_string(), std::fs::read(entry.path()).unwrap())).collect()
        }
    }

    /// A run of a date, published in this minute of the night after.
    fn on(date: &str, minute: u32) -> Night {
        Night { date: date.to_owned(), published_at: format!("2026-12-01T03:{minute:02}:00Z"), run: format!("{date}-0123456789ab") }
    }

    fn one(path: &str, action: Action) -> Vec<(String, Action)> {
        vec![(path.to_owned(), action)]
    }

    #[test]
    fn what_one_side_changed_is_taken() {
        let place = Place::new();
        let first = night(&[(FEATURE, &feature(&[("aa", "a")]))]);
        assert_eq!(place.sync(&first), one(FEATURE, Action::Added));
        let before = place.all();
        assert_eq!(place.sync(&first), []);
        assert_eq!(place.all(), before, "the second time is no change");
        // The night changed.
        let second = night(&[(FEATURE, &feature(&[("aa", "a"), ("bb", "b")]))]);
        assert_eq!(place.sync(&second), one(FEATURE, Action::Updated));
        assert_eq!(place.read(FEATURE).unwrap().as_bytes(), second[FEATURE]);
        // A person changed.
        let edited = feature(&[("aa", "a"), ("bb", "what a person says")]);
        place.write(FEATURE, &edited);
        let plan = place.plan(&second).unwrap();
        assert_eq!((plan.items[0].action, plan.items[0].edited.as_slice()), (Action::Kept, &["scn-bb".to_owned()][..]));
        assert_eq!(place.sync(&second), one(FEATURE, Action::Kept));
        assert_eq!(place.read(FEATURE).unwrap(), edited);
        // Both did: the night's lies beside.
        let third = night(&[(FEATURE, &feature(&[("aa", "a"), ("bb", "b"), ("cc", "c")]))]);
        assert_eq!(place.sync(&third), one(FEATURE, Action::Conflict));
        assert_eq!(place.read(FEATURE).unwrap(), edited);
        assert_eq!(place.read(&format!("{FEATURE}.new")).unwrap().as_bytes(), third[FEATURE]);
        let before = place.all();
        assert_eq!(place.sync(&third), one(FEATURE, Action::Waiting), "it waits for a person");
        assert_eq!(place.all(), before);
        // The person takes it: what lay beside goes.
        place.write(FEATURE, std::str::from_utf8(&third[FEATURE]).unwrap());
        assert_eq!(place.sync(&third), one(FEATURE, Action::Settled));
        assert_eq!(place.read(&format!("{FEATURE}.new")), None);
    }

    #[test]
    fn an_older_night_is_told_from_news() {
        let place = Place::new();
        let [a, b] = ["a", "b"].map(|step| night(&[(FEATURE, &feature(&[("aa", step)]))]));
        place.sync_of("2026-11-20", &a);
        assert_eq!(place.sync_of("2026-11-21", &b), one(FEATURE, Action::Updated));
        let lock = place.read(LOCK);
        assert_eq!(place.sync_of("2026-11-22", &b), []);
        assert_eq!(place.read(LOCK), lock, "equal nights make no difference, in the lock neither");
        let behind = |plan: &Plan| plan.goes_back_behind().unwrap().cloned();
        assert_eq!(behind(&place.plan_of("2026-11-20", &a).unwrap()), Some(on("2026-11-21", 1)));
        assert_eq!(behind(&place.plan_of("2026-11-20", &b).unwrap()), None, "what changes nothing goes nowhere");
        assert_eq!(behind(&place.plan_of("2026-11-22", &a).unwrap()), None);
        // Of one date the run that was published last is the newest.
        let of_minute = |minute| {
            let folder = place.folder();
            Plan::make(&folder, &a, &on("2026-11-21", minute), &Lockfile::read(&folder).unwrap()).unwrap()
        };
        assert_eq!([0, 1, 2].map(|minute| behind(&of_minute(minute)).is_some()), [true, false, false]);
        // Cut short, the newer night is known all the same; gone back to on purpose, an older one is the last.
        let plan = place.plan_of("2026-11-23", &a).unwrap();
        apply::apply_first(&place.folder(), &plan, 1).unwrap();
        assert_eq!(behind(&place.plan_of("2026-11-22", &b).unwrap()), Some(on("2026-11-23", 1)));
        place.sync_of("2026-11-20", &b);
        assert_eq!(behind(&place.plan_of("2026-11-21", &a).unwrap()), None);
    }

    /// A lock of the version before names no night; it stays as it is until a night brings something.
    #[test]
    fn a_lock_of_version_1_is_read() {
        let place = Place::new();
        let [a, b] = ["a", "b"].map(|step| night(&[(FEATURE, &feature(&[("aa", step)]))]));
        place.sync(&a);
        let mut lock: serde_json::Value = serde_json::from_str(&place.read(LOCK).unwrap()).unwrap();
        lock["version"] = 1.into();
        lock.as_object_mut().unwrap().remove("night").unwrap();
        let version_1: Lockfile = serde_json::from_value(lock).unwrap();
        place.write(LOCK, std::str::from_utf8(&version_1.text().unwrap()).unwrap());
        assert!(!place.plan(&a).unwrap().would_change().unwrap());
        assert_eq!(place.plan_of("2026-11-01", &b).unwrap().goes_back_behind().unwrap(), None);
        place.sync_of("2026-11-21", &b);
        assert_eq!(Lockfile::read(&place.folder()).unwrap().night, Some(on("2026-11-21", 1)));
    }

    #[test]
    fn an_edited_file_beside_is_never_written_over() {
        let place = Place::new();
        let nights: Vec<Generated> = ["a", "b", "c"].map(|step| night(&[(FEATURE, &feature(&[("aa", step)]))])).into();
        place.sync(&nights[0]);
        place.write(FEATURE, "mine");
        assert_eq!(place.sync(&nights[1]), one(FEATURE, Action::Conflict));
        place.write(&format!("{FEATURE}.new"), "half merged");
        assert_eq!(place.sync(&nights[2]), one(FEATURE, Action::Blocked));
        assert_eq!(place.read(&format!("{FEATURE}.new")).unwrap(), "half merged");
        std::fs::remove_file(place.0.path().join(format!("{FEATURE}.new"))).unwrap();
        assert_eq!(place.sync(&nights[2]), one(FEATURE, Action::Conflict), "nothing of the night was lost");
    }

    #[test]
    fn removed_ones_go_unless_somebody_edited_them() {
        let other = "features/cards-b.feature";
        let first = night(&[(FEATURE, "a"), (other, "b")]);
        let place = Place::new();
        place.sync(&first);
        place.write(other, "mine");
        let second = night(&[("steps/README.md", "x")]);
        let expected =
            vec![(other.to_owned(), Action::KeptAlone), (FEATURE.to_owned(), Action::Removed), ("steps/README.md".to_owned(), Action::Added)];
        assert_eq!(place.sync(&second), expected);
        assert_eq!((place.read(other).as_deref(), place.read(FEATURE)), (Some("mine"), None));
        assert_eq!(place.sync(&second), [], "it is the person's from now on");
    }

    #[test]
    fn what_a_person_deleted_stays_deleted() {
        let place = Place::new();
        place.sync(&night(&[(FEATURE, "a")]));
        std::fs::remove_file(place.0.path().join(FEATURE)).unwrap();
        assert_eq!(place.sync(&night(&[(FEATURE, "a")])), one(FEATURE, Action::Deleted));
        assert_eq!(place.sync(&night(&[(FEATURE, "b")])), one(FEATURE, Action::Conflict));
        assert_eq!((place.read(FEATURE), place.read(&format!("{FEATURE}.new")).as_deref()), (None, Some("b")));
    }

    #[test]
    fn a_foreign_file_is_kept() {
        let place = Place::new();
        std::fs::create_dir(place.0.path().join("features")).unwrap();
        place.write(FEATURE, "not ours");
        assert_eq!(place.sync(&night(&[(FEATURE, "a")])), one(FEATURE, Action::Conflict));
        assert_eq!((place.read(FEATURE).as_deref(), place.read(&format!("{FEATURE}.new")).as_deref()), (Some("not ours"), Some("a")));
    }

    #[test]
    fn data_is_made_once_and_what_is_new_is_put_beside() {
        let place = Place::new();
        let first = night(&[(DATA, r#"{"values":{"account":"test-account"},"data":{"a-422":null}}"#)]);
        assert_eq!(place.sync(&first), one(DATA, Action::Added));
        let filled = r#"{ "values": { "account": "4711" }, "data": { "a-422": {} } }"#;
        place.write(DATA, filled);
        assert_eq!(place.sync(&first), []);
        let second = night(&[(DATA, r#"{"values":{"account":"test-account","card":"test-card"},"data":{"a-422":null,"b-500":null}}"#)]);
        assert_eq!(place.plan(&second).unwrap().items[0].keys, ["data.b-500", "values.card"]);
        assert_eq!(place.sync(&second), one(DATA, Action::Lacks));
        assert_eq!(place.read(DATA).unwrap(), filled);
        let beside: serde_json::Value = serde_json::from_str(&place.read(&format!("{DATA}.new")).unwrap()).unwrap();
        assert_eq!(beside, serde_json::json!({ "data": { "b-500": null }, "values": { "card": "test-card" } }));
        place.write(DATA, r#"{"values":{"account":"4711","card":"1"},"data":{"a-422":{},"b-500":{}}}"#);
        assert_eq!(place.sync(&second), one(DATA, Action::Settled));
        assert_eq!(place.read(&format!("{DATA}.new")), None);
        place.write(DATA, "{ not json");
        assert_eq!(place.sync(&second), one(DATA, Action::Unreadable));
        assert_eq!(place.read(DATA).unwrap(), "{ not json");
    }

    /// A night whose values are these; it has one feature, too.
    fn of_values(step: &str, values: &str, bodies: &str) -> Generated {
        night(&[(FEATURE, &feature(&[("aa", step)])), (DATA, &format!(r#"{{"values":{values}}}"#)), (BODIES, bodies)])
    }

    /// Defaults are learnt anew each night.
    #[test]
    fn other_defaults_are_no_news() {
        let place = Place::new();
        let first = of_values("a", r#"{"account":"1","card":"1"}"#, r#"{"POST /x":{"amount":1}}"#);
        let second = of_values("a", r#"{"card":2,"account":"2"}"#, r#"{"POST /x":{"amount":2,"currency":"EUR"}}"#);
        place.sync_of("2026-11-21", &first);
        let equal = |before: &BTreeMap<String, Vec<u8>>, action: Action| {
            for date in ["2026-11-20", "2026-11-22"] {
                let plan = place.plan_of(date, &second).unwrap();
                assert!(!plan.would_change().unwrap() && plan.goes_back_behind().unwrap().is_none(), "{date}: {action:?}");
                assert_eq!(plan.items.iter().find(|item| item.file == DATA).map(|item| item.action), Some(action));
                place.sync_of(date, &second);
                assert_eq!(place.all(), *before, "{date}: {action:?}");
            }
        };
        equal(&place.all(), Action::Unchanged);
        // Nor are they for a team that lacks a name, or the file.
        place.write(DATA, r#"{"values":{"account":"4711"}}"#);
        assert_eq!(place.sync_of("2026-11-21", &first), one(DATA, Action::Lacks));
        equal(&place.all(), Action::Lacks);
        for name in [DATA.to_owned(), format!("{DATA}.new")] {
            std::fs::remove_file(place.0.path().join(name)).unwrap();
        }
        assert_eq!(place.sync_of("2026-11-21", &first), one(DATA, Action::Deleted));
        equal(&place.all(), Action::Deleted);
        // A name is, and so is a body of a call that had none.
        for (values, bodies) in
            [(r#"{"account":"1","iban":"1"}"#, r#"{"POST /x":{"amount":1}}"#), (r#"{"account":"1","card":"1"}"#, r#"{"POST /x":{}}"#)]
        {
            assert!(place.plan(&of_values("a", values, bodies)).unwrap().would_change().unwrap(), "{values} {bodies}");
        }
    }

    /// Logs show the fields of a call later than the call.
    #[test]
    fn a_body_that_became_known_is_told() {
        let place = Place::new();
        let first = of_values("a", "{}", r#"{"POST /x":{},"POST /y":{},"POST /z":{}}"#);
        let second = of_values("a", "{}", r#"{"POST /x":{"amount":"${amount}"},"POST /y":{"amount":1},"POST /z":{}}"#);
        place.sync(&first);
        let filled = r#"{"POST /x":{},"POST /y":{"mine":1},"POST /z":{}}"#;
        place.write(BODIES, filled);
        assert_eq!(place.sync(&first), []);
        let plan = place.plan(&second).unwrap();
        let keys: Vec<&[String]> = plan.items.iter().filter(|item| item.file == BODIES).map(|item| item.keys.as_slice()).collect();
        assert_eq!(keys, [["POST /x".to_owned()]]);
        assert_eq!(place.sync(&second), one(BODIES, Action::Lacks));
        assert_eq!(place.read(BODIES).unwrap(), filled);
        let beside: serde_json::Value = serde_json::from_str(&place.read(&format!("{BODIES}.new")).unwrap()).unwrap();
        assert_eq!(beside, serde_json::json!({ "POST /x": { "amount": "${amount}" } }));
        place.write(BODIES, r#"{"POST /x":{"amount":5},"POST /y":{"mine":1},"POST /z":{}}"#);
        assert_eq!(place.sync(&second), one(BODIES, Action::Settled));
        // In other files an empty value is one.
        let empty = place.0.path().join(DATA);
        std::fs::write(&empty, r#"{"values":{"body":{}}}"#).unwrap();
        assert_eq!(place.sync(&of_values("a", r#"{"body":{"amount":1}}"#, r#"{"POST /z":{}}"#)), []);
    }

    /// A lock of version 2 has the digests of bytes, which say nothing of names; it stays as it is until a night brings something.
    #[test]
    fn a_lock_of_version_2_is_read() {
        let place = Place::new();
        let first = of_values("a", r#"{"account":"1"}"#, "{}");
        place.sync(&first);
        let mut lock: serde_json::Value = serde_json::from_str(&place.read(LOCK).unwrap()).unwrap();
        lock["version"] = 2.into();
        for path in [DATA, BODIES] {
            lock["files"][path]["digest"] = Digest::of(&first[path]).to_string().into();
        }
        let version_2: Lockfile = serde_json::from_value(lock).unwrap();
        place.write(LOCK, std::str::from_utf8(&version_2.text().unwrap()).unwrap());
        for night in [&first, &of_values("a", r#"{"account":"2"}"#, "{}")] {
            assert!(!place.plan(night).unwrap().would_change().unwrap());
        }
        std::fs::remove_file(place.0.path().join(DATA)).unwrap();
        assert_eq!(place.sync(&first), one(DATA, Action::Deleted));
        assert_eq!(Lockfile::read(&place.folder()).unwrap(), version_2);
        let second = of_values("b", r#"{"account":"1"}"#, "{}");
        assert_eq!(place.sync(&second), [(FEATURE.to_owned(), Action::Updated), (DATA.to_owned(), Action::Deleted)]);
        let lock: serde_json::Value = serde_json::from_str(&place.read(LOCK).unwrap()).unwrap();
        assert_eq!((&lock["version"], lock["files"][DATA]["digest"] == Digest::of(&second[DATA]).to_string()), (&3.into(), false));
    }

    #[test]
    fn links_and_folders_in_the_way_end_it_before_anything_is_written() {
        let elsewhere = tempfile::tempdir().unwrap();
        let target = elsewhere.path().join("target");
        std::fs::write(&target, "precious").unwrap();
        let two = night(&[("features/a.feature", "a"), (FEATURE, "b")]);
        for make in [
            |root: &Path, target: &Path| {
                std::fs::create_dir(root.join("features")).unwrap();
                std::os::unix::fs::symlink(target, root.join(FEATURE)).unwrap();
            },
            |root: &Path, target: &Path| std::os::unix::fs::symlink(target.parent().unwrap(), root.join("features")).unwrap(),
            |root: &Path, _: &Path| std::fs::create_dir_all(root.join(FEATURE)).unwrap(),
            |root: &Path, _: &Path| std::fs::write(root.join("features"), "a file").unwrap(),
            |root: &Path, target: &Path| std::os::unix::fs::symlink(target, root.join(LOCK)).unwrap(),
        ] {
            let place = Place::new();
            make(place.0.path(), &target);
            let before = place.all();
            assert_eq!(place.plan(&two).unwrap_err().exit, Exit::Usage);
            assert_eq!(place.all(), before);
        }
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lock_that_was_tampered_with_removes_nothing_outside() {
        let place = Place::new();
        for name in ["../precious", "/etc/passwd", "features/../../x", "features", "src/main.rs", "features/a b"] {
            let digest = Digest::of(b"x").to_string();
            place.write(LOCK, &serde_json::json!({ "version": 1, "files": { name: { "digest": digest } } }).to_string());
            assert_eq!(place.plan(&night(&[(FEATURE, "a")])).unwrap_err().exit, Exit::CorruptInput, "{name}");
        }
        for text in ["", "{", "<<<<<<< HEAD\n", r#"{"version":1}"#, r#"{"version":1,"files":{"features/a":{"digest":"zz"}}}"#] {
            place.write(LOCK, text);
            assert_eq!(place.plan(&night(&[(FEATURE, "a")])).unwrap_err().exit, Exit::CorruptInput, "{text}");
        }
        for (field, value) in [("date", "2026-11-31"), ("published_at", "yesterday"), ("run", "2026-11-20-\u{1b}[2J")] {
            let mut named = serde_json::to_value(on("2026-11-20", 1)).unwrap();
            named[field] = value.into();
            place.write(LOCK, &serde_json::json!({ "version": 2, "night": named, "files": {} }).to_string());
            assert_eq!(place.plan(&night(&[(FEATURE, "a")])).unwrap_err().exit, Exit::CorruptInput, "{field}");
        }
        place.write(LOCK, r#"{"version":4,"files":{}}"#);
        assert_eq!(place.plan(&night(&[(FEATURE, "a")])).unwrap_err().exit, Exit::SchemaMismatch);
    }

    /// Killed at any point, and done again, it ends where it would have.
    #[test]
    fn what_was_cut_short_is_finished() {
        let other = "features/cards-b.feature";
        let added = "features/logins-c.feature";
        let (first, second) = (night(&[(FEATURE, "a"), (other, "b")]), night(&[(FEATURE, "a2"), (added, "c")]));
        let expected = {
            let place = Place::new();
            place.sync(&first);
            place.sync(&second);
            place.read(LOCK)
        };
        for steps in 0..6 {
            let place = Place::new();
            place.sync(&first);
            let plan = place.plan(&second).unwrap();
            apply::apply_first(&place.folder(), &plan, steps).unwrap();
            let again: Vec<Action> = place.plan(&second).unwrap().items.iter().map(|item| item.action).collect();
            assert!(again.iter().all(|action| !matches!(action, Action::Conflict | Action::Deleted | Action::Kept)), "{steps}: {again:?}");
            // Another night comes before it is done again: still nobody has edited anything.
            place.sync(&second);
            assert_eq!((place.read(FEATURE).as_deref(), place.read(other), place.read(added).as_deref()), (Some("a2"), None, Some("c")));
            assert_eq!(place.read(LOCK), expected, "{steps}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_a_sentence() {
        use std::os::unix::fs::PermissionsExt;
        let place = Place::new();
        place.sync(&night(&[(FEATURE, "a")]));
        let folder = place.0.path().join("features");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
        let plan = place.plan(&night(&[(FEATURE, "b")])).unwrap();
        let done = apply(&place.folder(), &plan);
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        // Who may do everything (root in a container) is not refused.
        if let Err(failure) = done {
            assert_eq!(failure.exit, Exit::Usage);
            assert_eq!(place.read(FEATURE).as_deref(), Some("a"));
        }
        let expected = usize::from(place.read(FEATURE).as_deref() != Some("b"));
        assert_eq!(place.sync(&night(&[(FEATURE, "b")])).len(), expected);
        assert_eq!(Folder::open(&place.0.path().join("missing")).unwrap_err().exit, Exit::Usage);
    }

    /// A checkout with `autocrlf` on, and a repository that keeps such line ends.
    #[test]
    fn line_ends_of_a_checkout_are_no_edit() {
        let place = Place::new();
        let first = night(&[(FEATURE, &feature(&[("aa", "a")])), (DATA, "{\n}\n")]);
        place.sync(&first);
        let windows = |text: &str| text.replace('\n', "\r\n");
        for path in [FEATURE, DATA, LOCK] {
            place.write(path, &windows(&place.read(path).unwrap()));
        }
        let before = place.all();
        assert!(!place.plan(&first).unwrap().would_change().unwrap());
        assert_eq!((place.sync(&first), place.all()), (Vec::new(), before), "not a byte is changed");
        // What the night changed is written with the line ends that the file had.
        let second = feature(&[("aa", "a"), ("bb", "b")]);
        assert_eq!(place.sync(&night(&[(FEATURE, &second), (DATA, "{\n}\n")])), one(FEATURE, Action::Updated));
        assert_eq!(place.read(FEATURE).unwrap(), windows(&second));
        let lock = place.read(LOCK).unwrap();
        assert_eq!(lock, windows(&lock.replace("\r\n", "\n")));
        // An edit is one whatever the line ends, and both stay.
        let edited = windows(&second.replace("Given b", "Given what a person says"));
        place.write(FEATURE, &edited);
        let plan = place.plan(&night(&[(FEATURE, &second), (DATA, "{\n}\n")])).unwrap();
        assert_eq!((plan.items[0].action, plan.items[0].edited.as_slice()), (Action::Kept, &["scn-bb".to_owned()][..]));
        assert_eq!(place.sync(&night(&[(FEATURE, &feature(&[("aa", "c")])), (DATA, "{\n}\n")])), one(FEATURE, Action::Conflict));
        assert_eq!(place.read(FEATURE).unwrap(), edited);
    }

    #[test]
    fn an_edit_made_meanwhile_is_not_lost() {
        let place = Place::new();
        place.sync(&night(&[(FEATURE, "a")]));
        let plan = place.plan(&night(&[(FEATURE, "b")])).unwrap();
        place.write(FEATURE, "edited while it was planned");
        assert_eq!(apply(&place.folder(), &plan).unwrap_err().exit, Exit::TransientIo);
        assert_eq!(place.read(FEATURE).as_deref(), Some("edited while it was planned"));
        assert_eq!(place.sync(&night(&[(FEATURE, "b")])), one(FEATURE, Action::Conflict));
    }
}
