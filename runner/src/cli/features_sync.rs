//! `logminer features sync`: a night's features in a team's folder, and what to say about them in a pull request.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::limits::BUNDLE_FILE_BYTES_MAX;
use serde_json::json;

use super::features_args::SyncOptions;
use crate::disk;
use crate::failure::Failure;
use crate::keys::PublicKey;
use crate::manifest::{MANIFEST, Manifest, SIGNATURE};
use crate::names::shown;
use crate::report::print_line;
use crate::scenarios::{Decided, Listed, Scenarios, listed};
use crate::sync::apply::apply;
use crate::sync::folder::Folder;
use crate::sync::generated;
use crate::sync::lockfile::{LOCK, Lockfile, Night};
use crate::sync::plan::{Action, Item, Plan};
use crate::tests_given::MISSING_ONLY_PARAMETER;

/// The night's own summary, in a run.
const SUMMARY: &str = "release/feature-changes.md";
/// Mode of the summary.
const SUMMARY_MODE: u32 = 0o644;

pub(super) fn run(options: &SyncOptions) -> Result<Exit, Failure> {
    let key = PublicKey::read(&options.places.keys.join("signing.pub"))?;
    let manifest = Manifest::read(&options.run, &key)?;
    let generated = generated(&options.run, &manifest)?;
    refuse_rest_alone(&manifest)?;
    refuse_nested(options)?;
    let folder = Folder::open(&options.into)?;
    refuse_summary(options, &folder)?;
    let plan = Plan::make(&folder, &generated, &Night::of(&manifest), &Lockfile::read(&folder)?)?;
    refuse_going_back(options, &plan)?;
    let changes = plan.would_change()?;
    let summary = options.summary.as_ref().map(|path| Ok::<_, Failure>((path, summary(options, &manifest, &key, &plan)?))).transpose()?;
    // First, so that nothing is brought over that nobody is told of: where it cannot be written, the folder stays as it is.
    if let Some((path, text)) = summary {
        disk::write_atomic(path, text.as_bytes(), SUMMARY_MODE)?;
    }
    if !options.check {
        apply(&folder, &plan)?;
    }
    tell(options, &manifest, &plan, changes);
    Ok(if options.check && changes { Exit::WouldChange } else { Exit::Done })
}

/// A run of `--missing-only` holds what existing tests lack. Taken for all that there is, it would take the tests it was compared with away.
fn refuse_rest_alone(manifest: &Manifest) -> Result<(), Failure> {
    let parameter = format!("parameters.{MISSING_ONLY_PARAMETER}");
    if manifest.tasks.iter().any(|task| task.key_parts.contains_key(&parameter)) {
        return Err(Failure::usage(format!(
            "take over the features of {}: it was made with --missing-only and lacks what is tested already; sync a run without it, or copy its features by hand",
            manifest.id
        )));
    }
    Ok(())
}

/// An older night would take back what a newer one brought.
fn refuse_going_back(options: &SyncOptions, plan: &Plan) -> Result<(), Failure> {
    match plan.goes_back_behind()? {
        Some(Night { run, .. }) if !options.older => Err(Failure::usage(format!(
            "bring the run {} over: it is older than {run}, whose features lie in {}; name a newer one, or give --older to go back to it",
            shown(&options.run),
            shown(&options.into)
        ))),
        _ => Ok(()),
    }
}

/// Runs are published once and never change: no folder below them is a team's.
fn refuse_nested(options: &SyncOptions) -> Result<(), Failure> {
    refuse_in_runs(options, &resolved(&options.into))
}

fn refuse_in_runs(options: &SyncOptions, path: &Path) -> Result<(), Failure> {
    let of_run = resolved(&options.run).parent().map(Path::to_owned);
    let of_another = path.ancestors().find(|folder| folder.join(MANIFEST).is_file() && folder.join(SIGNATURE).is_file());
    let places = [Some(options.places.runs.clone()), of_run, of_another.map(Path::to_owned)];
    let inside = places.into_iter().flatten().find(|place| path.starts_with(resolved(place)));
    inside.map_or(Ok(()), |place| {
        Err(Failure::usage(format!("write to {}: it lies inside {}, where nothing changes after it was published", shown(path), shown(&place))))
    })
}

/// `--check` promises to leave the folder alone, and no summary stands in the place of what is brought over.
fn refuse_summary(options: &SyncOptions, folder: &Folder) -> Result<(), Failure> {
    let Some(summary) = &options.summary else { return Ok(()) };
    refuse_no_file(summary)?;
    let parent = summary.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = parent.canonicalize().map_err(|error| Failure::io(format!("write the summary {}", shown(summary)), error))?;
    refuse_in_runs(options, &parent)?;
    let Ok(below) = parent.strip_prefix(folder.root()) else { return Ok(()) };
    let is_ours = ["features", "steps"].iter().any(|ours| below.starts_with(ours)) || summary.file_name().is_some_and(|name| name == LOCK);
    let why = if is_ours {
        "that is where features are brought to"
    } else if options.check {
        "with --check the folder is left as it is"
    } else {
        return Ok(());
    };
    Err(Failure::usage(format!("write the summary {}: {why}; name a file elsewhere", shown(summary))))
}

/// A summary takes the place of a file, and of nothing else: known before anything is brought over, or it would be brought over without one.
fn refuse_no_file(summary: &Path) -> Result<(), Failure> {
    let wrong = |what: &str| Failure::usage(format!("write the summary {}: it is {what}; name a file", shown(summary)));
    let names_folder = summary.as_os_str().as_encoded_bytes().ends_with(b"/");
    match std::fs::symlink_metadata(summary) {
        Ok(there) if there.is_dir() => Err(wrong("a folder")),
        Ok(there) if there.is_symlink() => Err(wrong("a symbolic link")),
        Ok(there) if !there.is_file() => Err(wrong("no regular file")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && names_folder => Err(wrong("a folder")),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::io(format!("write the summary {}", shown(summary)), error)),
        _ => Ok(()),
    }
}

fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn counts(plan: &Plan) -> BTreeMap<Action, usize> {
    let mut counts = BTreeMap::new();
    plan.items.iter().for_each(|item| *counts.entry(item.action).or_default() += 1);
    counts
}

fn tell(options: &SyncOptions, manifest: &Manifest, plan: &Plan, changes: bool) {
    let told: Vec<&Item> = plan.items.iter().filter(|item| item.action != Action::Unchanged).collect();
    if options.json {
        let unchanged = plan.items.len() - told.len();
        let result = json!({ "run": manifest.id, "into": shown(&options.into), "check": options.check, "would_change": changes, "unchanged": unchanged, "files": told });
        print_line(&result.to_string());
        return;
    }
    for item in &told {
        print_line(&format!("{:<10} {}{}", word(item.action), item.file, remark(item)));
    }
    let counted: Vec<String> = counts(plan).into_iter().map(|(action, count)| format!("{count} {}", word(action))).collect();
    let said = if options.check { "the folder was left as it is; of" } else { "of" };
    print_line(&format!("{said} {} files {}; {}", plan.items.len(), counted.join(", "), shown(&options.into)));
}

fn word(action: Action) -> &'static str {
    match action {
        Action::Unchanged => "unchanged",
        Action::Added => "added",
        Action::Updated => "updated",
        Action::Removed => "removed",
        Action::Kept | Action::KeptAlone => "kept",
        Action::Deleted => "deleted",
        Action::Conflict => "conflict",
        Action::Waiting => "waiting",
        Action::Blocked => "blocked",
        Action::Settled => "settled",
        Action::Lacks => "lacks",
        Action::Unreadable => "unreadable",
    }
}

/// What a reader has to know about an item.
fn remark(item: &Item) -> String {
    let beside = format!("{}.new", item.file);
    let text = match item.action {
        Action::Unchanged | Action::Added | Action::Updated | Action::Removed => String::new(),
        Action::Kept => "edited by a person; the night has nothing new for it".to_owned(),
        Action::KeptAlone => "edited by a person, and no longer generated: it is the team's from now on".to_owned(),
        Action::Deleted => "deleted by a person; the night has nothing new for it".to_owned(),
        Action::Conflict => format!("a person changed it and so did the night, whose version is {beside}"),
        Action::Waiting => format!("{beside} still waits for a person"),
        Action::Blocked => format!("{beside} was edited too: deal with it, the night's version is in the run"),
        Action::Settled => format!("{beside} is no longer needed"),
        Action::Lacks => format!("names, or the bodies of calls, are missing, with their defaults in {beside}: {}", item.keys.join(", ")),
        Action::Unreadable => "it is no JSON object, so nobody knows what it lacks".to_owned(),
    };
    let edited = if item.edited.is_empty() { String::new() } else { format!(" (edited: {})", item.edited.join(", ")) };
    if text.is_empty() { edited } else { format!(": {text}{edited}") }
}

/// The night's summary with what happens in this folder, and what people decided.
fn summary(options: &SyncOptions, manifest: &Manifest, key: &PublicKey, plan: &Plan) -> Result<String, Failure> {
    let mut text = of_night(options, manifest)?;
    let told_of = text.clone();
    let named: BTreeMap<String, Listed> = listed(&options.run, manifest)?.into_iter().map(|scenario| (scenario.id.clone(), scenario)).collect();
    let edited: Vec<(&Item, &String)> = plan.items.iter().flat_map(|item| item.edited.iter().map(move |id| (item, id))).collect();
    if !edited.is_empty() {
        text.push_str("\n## Edited\n\nA person changed or took out what was generated; it was left alone.\n\n| risk | scenario | file | id |\n|---|---|---|---|\n");
        for (item, id) in edited {
            let (risk, name) = named.get(id).map_or(("", "no longer generated"), |scenario| (scenario.risk.as_str(), scenario.name.as_str()));
            text.push_str(&format!("| {risk} | {} | {} | `{id}` |\n", cell(name), item.file));
        }
    }
    let told: Vec<&Item> = plan.items.iter().filter(|item| item.action != Action::Unchanged).collect();
    if !told.is_empty() {
        text.push_str("\n## Files\n\n| file | what happened |\n|---|---|\n");
        for item in told {
            text.push_str(&format!("| {} | {}{} |\n", item.file, word(item.action), cell(&remark(item))));
        }
    }
    let scenarios = Scenarios::read(&options.places.runs, key)?;
    let muted = scenarios.holding(None).into_values().filter(|decision| decision.decided == Decided::Muted);
    // Ids of rare paths, and what was said of them, are not for everybody who reads the summary of a release.
    let muted: Vec<_> = muted.filter(|decision| told_of.contains(&decision.scenario)).collect();
    if !muted.is_empty() {
        text.push_str(
            "\n## Decided\n\nMuted scenarios are not written from the night after the decision on.\n\n| id | why | who | when |\n|---|---|---|---|\n",
        );
        for decision in muted {
            text.push_str(&format!("| `{}` | {} | {} | {} |\n", decision.scenario, cell(&decision.reason), cell(&decision.by), decision.at));
        }
    }
    Ok(text)
}

/// The summary as the night wrote it.
fn of_night(options: &SyncOptions, manifest: &Manifest) -> Result<String, Failure> {
    if manifest.digest_of(SUMMARY).is_none() {
        return Ok(format!("# Changes of the features\n\nThe run {} has no summary of its own.\n", manifest.id));
    }
    let bytes = manifest.read_file(&options.run, SUMMARY, BUNDLE_FILE_BYTES_MAX as u64, "the summary")?;
    String::from_utf8(bytes).map_err(|_| Failure::new(Exit::DigestMismatch, format!("read the summary of the run {}: it is no text", manifest.id)))
}

/// Text that is plain in a table of Markdown, whatever it holds.
fn cell(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || "|`<>[]*_\\&@".contains(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::args::{Arguments, Command};
    use super::super::features_args::{FeaturesCommand, FeaturesOptions};
    use super::*;
    use crate::bundle::Unpacked;
    use crate::keys::Keys;
    use clap::Parser;
    use schemas::ids::Digest;
    use std::fs;

    /// A runs folder with one published run, and a team's folder.
    struct Place {
        dir: tempfile::TempDir,
    }

    impl Place {
        /// The run has these files in `release/`.
        fn new(files: &[(&str, &str)]) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let signer = Keys::generate(&dir.path().join("keys"), true).unwrap().signer().unwrap();
            let mut manifest = crate::manifest::tests::sample();
            let run = dir.path().join("runs").join(&manifest.id);
            for (name, text) in files {
                let file = format!("release/{name}");
                let path = run.join(&file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, text).unwrap();
                let (digest, bytes) = (Digest::of(text.as_bytes()), text.len() as u64);
                manifest.files.push(Unpacked { file, digest, bytes, bundle: "features".to_owned() });
            }
            manifest.write(&run, &signer).unwrap();
            fs::create_dir(dir.path().join("team")).unwrap();
            Self { dir }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.dir.path().join(name)
        }

        /// Brings the run over, with a summary in this file.
        fn sync(&self, summary: &Path) -> Result<Exit, Failure> {
            let [runs, keys, team] = ["runs", "keys", "team"].map(|name| self.path(name));
            let run = runs.join(crate::manifest::tests::sample().id);
            let words = ["logminer", "features", "sync", "--into", "--runs", "--keys", "--summary"].map(Path::new);
            let [program, features, sync, into, runs_flag, keys_flag, summary_flag] = words;
            let line = [program, features, sync, &run, into, &team, runs_flag, &runs, keys_flag, &keys, summary_flag, summary];
            match Arguments::try_parse_from(line.map(Path::as_os_str)).unwrap().command {
                Command::Features(FeaturesOptions { command: FeaturesCommand::Sync(options) }) => super::run(&options),
                _ => panic!("not the command of the test"),
            }
        }
    }

    /// A night in which nothing was seen often enough: the step libraries are there, and no scenario.
    #[test]
    fn a_run_without_scenarios_has_a_summary() {
        for files in [&[("README.md", "x")][..], &[("README.md", "x"), ("features.json", r#"{"features":[]}"#)]] {
            let place = Place::new(files);
            let summary = place.path("summary.md");
            assert_eq!(place.sync(&summary).map_err(|failure| failure.to_string()), Ok(Exit::Done));
            assert!(fs::read_to_string(&summary).unwrap().contains("| steps/README.md | added |"));
        }
    }

    #[test]
    fn a_summary_takes_the_place_of_a_file_alone() {
        let place = Place::new(&[("README.md", "x")]);
        let [folder, link, fifo, socket, new] = ["folder", "link.md", "fifo", "socket", "new/"].map(|name| place.path(name));
        fs::create_dir(&folder).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        std::os::unix::fs::symlink("elsewhere.md", &link).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
        for summary in [&folder, &link, &fifo, &socket, &new] {
            let failure = place.sync(summary).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage, "{}: {failure}", summary.display());
            assert_eq!(fs::read_dir(place.path("team")).unwrap().count(), 0, "{}", summary.display());
        }
        assert_eq!((fs::read_dir(&folder).unwrap().count(), fs::read_link(&link).unwrap()), (0, "elsewhere.md".into()));
        let file = place.path("summary.md");
        fs::write(&file, "of yesterday").unwrap();
        let beside = place.path("summary.md.part");
        fs::write(&beside, "somebody's own").unwrap();
        assert_eq!(place.sync(&file).map_err(|failure| failure.to_string()), Ok(Exit::Done));
        assert!(fs::read_to_string(&file).unwrap().contains("| steps/README.md | added |"));
        assert_eq!(fs::read_to_string(&beside).unwrap(), "somebody's own");
    }
}
