//! Doing what is due: first every decision is noted, then the files go.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::audit::AuditAction;
use serde_json::json;

use super::shred::{Shredded, shred_folder};
use super::survey::belongs_to_release;
use super::{Act, Item, RAW_FOLDERS, REMOVING, Rules, Tombstone};
use crate::audit::{Audit, details};
use crate::disk;
use crate::failure::Failure;
use crate::keys::Signer;
use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::names::shown;
use crate::run_lock::presence;
use crate::store::Store;

/// Does what [`survey`](super::survey()) found due and returns what was shredded. Dates that somebody began to work on meanwhile are
/// passed over.
///
/// # Errors
/// When a note cannot be written (nothing is removed then) or a file cannot be removed; the next call goes on.
pub fn apply(runs: &Path, audit: &Audit, signer: &Signer, rules: &Rules, items: &[Item]) -> Result<Shredded, Failure> {
    let _alone = Lock::take(&runs.join(".lock-retention"), "retention")?;
    let _present = presence(runs)?;
    let mut locks: BTreeMap<&str, Lock> = BTreeMap::new();
    let mut due = Vec::new();
    for item in items.iter().filter(|item| item.act != Act::Spare) {
        if !locks.contains_key(item.date.as_str()) {
            let Ok(lock) = Lock::take(&runs.join(format!(".lock-{}", item.date)), &format!("retention of {}", item.date)) else { continue };
            locks.insert(&item.date, lock);
        }
        due.push(item);
    }
    for item in &due {
        note(runs, signer, rules, item, audit)?;
    }
    let mut sum = Shredded::default();
    for item in &due {
        let shredded = remove(runs, item, &signer.public())?;
        sum.files += shredded.files;
        sum.bytes += shredded.bytes;
        sum.names_elsewhere += shredded.names_elsewhere;
    }
    if !due.is_empty() {
        Store::of(runs).prune()?;
    }
    Ok(sum)
}

/// The decision in the audit log, and in the run folder what will be missing from it.
fn note(runs: &Path, signer: &Signer, rules: &Rules, item: &Item, audit: &Audit) -> Result<(), Failure> {
    let (action, days) = match item.act {
        Act::ShredRaw => (AuditAction::RawShredded, rules.raw_days),
        _ if item.folder.starts_with('.') => (AuditAction::RunRemoved, rules.unfinished_days),
        _ => (AuditAction::RunRemoved, rules.runs_days),
    };
    let event = details([
        ("run", item.folder.clone().into()),
        ("date", item.date.clone().into()),
        ("act", json!(item.act)),
        ("files", item.files.into()),
        ("bytes", item.bytes.into()),
        ("days", json!(days)),
    ]);
    audit.append(action, event)?;
    if item.act == Act::Remove {
        return Ok(());
    }
    let folder = runs.join(&item.folder);
    let manifest = Manifest::read(&folder, &signer.public())?;
    let mut tombstone = match Tombstone::read(&folder, &signer.public())? {
        Some(noted) => noted,
        None => Tombstone::new(&folder, &manifest.id)?,
    };
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date().to_string();
    tombstone.raw_removed_on.get_or_insert_with(|| today.clone());
    if item.act == Act::KeepRelease {
        tombstone.run_removed_on.get_or_insert(today);
    }
    let containers = manifest.tasks.iter().flat_map(|task| &task.outputs).map(|output| &output.file);
    tombstone.files.extend(containers.chain(manifest.files.iter().map(|file| &file.file)).filter(|file| goes(item.act, &manifest, file)).cloned());
    tombstone.write(&folder, signer)
}

fn goes(act: Act, manifest: &Manifest, file: &str) -> bool {
    let raw = RAW_FOLDERS.iter().any(|raw| file.strip_prefix(raw).is_some_and(|rest| rest.starts_with('/')));
    raw || act == Act::KeepRelease && !belongs_to_release(manifest, file)
}

fn remove(runs: &Path, item: &Item, key: &crate::keys::PublicKey) -> Result<Shredded, Failure> {
    let folder = runs.join(&item.folder);
    let mut shredded = Shredded::default();
    for raw in RAW_FOLDERS {
        let one = shred_folder(&folder.join(raw))?;
        shredded.files += one.files;
        shredded.bytes += one.bytes;
        shredded.names_elsewhere += one.names_elsewhere;
    }
    match item.act {
        Act::KeepRelease => prune(&folder, &Manifest::read(&folder, key)?)?,
        Act::Remove => {
            if std::fs::read_link(runs.join("latest")).is_ok_and(|latest| latest == Path::new(&item.folder)) {
                std::fs::remove_file(runs.join("latest")).map_err(|error| Failure::io("remove the link latest", error))?;
            }
            remove_whole(runs, &item.folder)?;
        }
        Act::ShredRaw | Act::Spare => {}
    }
    Ok(shredded)
}

/// Readers see a run or none: it loses its name before it loses its files.
fn remove_whole(runs: &Path, name: &str) -> Result<(), Failure> {
    let leaving =
        if name.starts_with(REMOVING) { runs.join(name) } else { runs.join(format!("{REMOVING}{}", name.trim_start_matches(super::BUILDING))) };
    if leaving != runs.join(name) {
        disk::remove_dir(&leaving)?;
        std::fs::rename(runs.join(name), &leaving).map_err(|error| Failure::io(format!("remove {}", shown(Path::new(name))), error))?;
        disk::sync_dir(runs)?;
    }
    disk::remove_dir(&leaving)?;
    disk::sync_dir(runs)
}

/// Removes everything but the release.
fn prune(folder: &Path, manifest: &Manifest) -> Result<(), Failure> {
    for entry in walkdir::WalkDir::new(folder).min_depth(1).contents_first(true).into_iter().flatten() {
        let path = entry.path();
        let relative = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
        if entry.file_type().is_dir() {
            disk::sync_dir(path)?;
            // One that still holds something stays.
            let _ = std::fs::remove_dir(path);
        } else if !belongs_to_release(manifest, &relative) {
            std::fs::remove_file(path).map_err(|error| Failure::io(format!("remove {}", shown(path)), error))?;
        }
    }
    disk::sync_dir(folder)
}
