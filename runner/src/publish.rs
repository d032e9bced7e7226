//! Publishing: everything of the run in one folder, bundles unpacked, the manifest last, one rename.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Policy;
use schemas::record::RecordKind;

use crate::audit::details;
use crate::bundle::{Unpacked, unpack};
use crate::disk;
use crate::failure::Failure;
use crate::intoto;
use crate::keys::Signer;
use crate::last_look::Search;
use crate::manifest::{self, Manifest};
use crate::names::shown;
use crate::plan::{Plan, is_raw};
use crate::retention::shred::shred_folder;
use crate::retention::{RAW_FOLDERS, Tombstone};
use crate::run::{Results, Runner};
use crate::run_lock::RunLock;
use crate::session::Session;
use crate::sources::{SourceList, StatId};
use crate::survey::digest_raw;
use crate::verify;

/// Where a run says which source number is which file.
pub const SOURCE_MAP: &str = "spool/sources.json";
/// The same of existing tests.
pub const TESTS_MAP: &str = "spool/tests.json";

/// A published run.
#[derive(Debug)]
pub struct Published {
    /// Its folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// Whether it was there before: then no byte was changed.
    pub unchanged: bool,
}

/// What only the caller knows of the run.
pub struct Circumstances {
    /// Signs the manifest.
    pub signer: Signer,
    /// Sandbox layers and the canary's verdict.
    pub sandbox: serde_json::Value,
    /// When the run began, by the host's clock.
    pub started_at: jiff::Timestamp,
    /// The metrics as they will be written, but for the end of the run.
    pub metrics: String,
    /// Searches what this program writes for readers.
    pub search: Box<Search>,
}

impl Runner<'_> {
    /// Publishes a finished run, or finds that it was published before.
    ///
    /// # Errors
    /// When counts do not add up, a bundle is unsafe, a replaced value is readable in what this program writes, the disk fails, or an equal run was
    /// published and has been changed since.
    pub fn publish(&self, results: &mut Results, circumstances: &Circumstances) -> Result<Published, Failure> {
        let session = self.session;
        self.feed_vault(results)?;
        let run_key = run_key(&session.plan, results, &session.policy);
        let id = format!("{}-{}", session.date, run_key.to_string().chars().take(12).collect::<String>());
        let target = session.runs.join(&id);
        if target.exists() {
            return self.published_before(results, target, &id, circumstances);
        }
        self.hold()?;
        let building = session.runs.join(session.building());
        disk::make_dir(&building, disk::DIR_MODE)?;
        self.gather(results, &building)?;
        remove_strays(results, &building)?;
        let mut files = unpack_all(session, results, &building)?;
        files.push(write_map(&session.sources, SOURCE_MAP, &building)?);
        if !session.tests.files.sources.is_empty() {
            files.push(write_map(&session.tests.files, TESTS_MAP, &building)?);
        }
        let manifest = self.describe(results, files, circumstances, id.clone(), run_key)?;
        let text = manifest::canonical_json(&manifest)?;
        let digest = Digest::of(&text).to_string();
        let sha256 = verify::sha256_of_files(&building, &manifest)?;
        let statement = intoto::payload(&manifest, &text, &sha256)?;
        let proven = circumstances.sandbox.as_object().is_some_and(|proof| !proof.is_empty());
        let written: [(&str, &[u8]); 3] =
            [(manifest::MANIFEST, &text), (intoto::ATTESTATION, &statement), (crate::metrics::FILE, circumstances.metrics.as_bytes())];
        (circumstances.search)(self, results, proven, &written)?;
        intoto::write(&building, &statement, &circumstances.signer)?;
        manifest.write(&building, &circumstances.signer)?;
        for folder in ["spool", "raw", "clean", "mined", "internal", "release"] {
            if building.join(folder).is_dir() {
                disk::sync_dir(&building.join(folder))?;
            }
        }
        disk::sync_dir(&building)?;
        // The store learns the new home first, so that whenever this is cut short one of the two homes is right.
        for done in results.values() {
            let mut entry = done.entry.clone();
            entry.homes.retain(|home| *home != id && *home != session.building());
            entry.homes.insert(0, session.building());
            entry.homes.insert(0, id.clone());
            self.store.put(&entry)?;
        }
        self.hold()?;
        // Before the rename, so that there is no moment in which a run is visible and the log does not know it.
        self.note_run(AuditAction::Publishing, &id, &digest)?;
        disk::publish_dir(&building, &target)?;
        self.check_renamed(&building, &target)?;
        self.point_latest(&id)?;
        self.note_run(AuditAction::Published, &id, &digest)?;
        Ok(Published { folder: target, manifest, unchanged: false })
    }

    /// An equal run is there: its folder is what this one would be, so nothing is written but the link to it. When a result lies
    /// elsewhere all the same, a file of that folder was not recognised: raw ones are then digested too.
    fn published_before(&self, results: &Results, folder: PathBuf, id: &str, circumstances: &Circumstances) -> Result<Published, Failure> {
        self.lock.as_ref().map_or(Ok(()), RunLock::check)?;
        let key = circumstances.signer.public();
        let (manifest, text) = Manifest::read_with_text(&folder, &key)?;
        let removed = Tombstone::read(&folder, &key)?;
        let elsewhere: Vec<_> = results.values().filter(|done| done.home != id).collect();
        let digests = match elsewhere.is_empty() {
            true => None,
            false => Some(digest_raw(&self.session.engine, &folder, &manifest, self.session.threads)?),
        };
        let raw = digests.as_ref().map_or(verify::Raw::ByLength, verify::Raw::ByDigest);
        let problems = verify::check_run(&folder, &manifest, &text, &key, removed.as_ref(), raw)?.problems;
        if let Some(problem) = problems.first() {
            return Err(Failure::new(
                Exit::DigestMismatch,
                format!("keep the published run {id}: {problem}; move the folder away to have it made again, or restore it"),
            ));
        }
        // What retention has removed was made once more to come to this end; it goes again with the building folder.
        let gone = |done: &&crate::run::Done| {
            let is_gone = |file: &crate::store::StoredFile| removed.as_ref().is_some_and(|note| note.files.contains(&file.file));
            done.entry.files.iter().any(is_gone)
        };
        for done in elsewhere.into_iter().filter(|done| !gone(done)) {
            let mut entry = done.entry.clone();
            entry.homes = vec![id.to_owned()];
            for file in &mut entry.files {
                let path = folder.join(&file.file);
                file.stat = StatId::of(&std::fs::symlink_metadata(&path).map_err(|error| Failure::io(format!("look at {}", shown(&path)), error))?);
            }
            self.store.put(&entry)?;
        }
        let building = self.session.runs.join(self.session.building());
        if removed.is_some() {
            RAW_FOLDERS.iter().try_for_each(|raw| shred_folder(&building.join(raw)).map(|_| ()))?;
        }
        disk::remove_dir(&building)?;
        if removed.is_some() {
            self.store.prune()?;
        }
        self.point_latest(id)?;
        let digest = Digest::of(&text).to_string();
        self.audit.flush()?;
        if !self.audit.has_published(id)? {
            // The process that published it died before it could say so.
            self.note_run(AuditAction::Published, id, &digest)?;
        }
        self.note_run(AuditAction::Unchanged, id, &digest)?;
        Ok(Published { folder, manifest, unchanged: true })
    }

    /// What got the name of the run is the folder that was built and signed. Another one in its place (it would not pass `verify`) is taken back before
    /// `latest` leads a reader to it.
    fn check_renamed(&self, building: &Path, target: &Path) -> Result<(), Failure> {
        if self.lock.as_ref().is_none_or(|lock| lock.built_in(target)) {
            return Ok(());
        }
        let _ = disk::publish_dir(target, building);
        let name = shown(building);
        Err(Failure::new(
            Exit::DigestMismatch,
            format!("publish {}: {name} was replaced while the run was published; find out by whom, and move {name} away", shown(target)),
        ))
    }

    fn note_run(&self, action: AuditAction, run: &str, manifest: &str) -> Result<(), Failure> {
        let date = self.session.date.clone();
        self.audit.append(action, details([("date", date.into()), ("manifest", manifest.into()), ("run", run.into())]))
    }

    /// A run for auditors holds no release, so readers are not led to it.
    fn point_latest(&self, id: &str) -> Result<(), Failure> {
        if self.session.plan.is_for_auditors() {
            return Ok(());
        }
        disk::point_link(&self.session.runs.join("latest"), Path::new(id))
    }

    /// Gives every file that lies in another home a name in this run.
    fn gather(&self, results: &mut Results, building: &Path) -> Result<(), Failure> {
        let home = self.session.building();
        for done in results.values_mut().filter(|done| done.home != home) {
            for file in &mut done.entry.files {
                let (from, to) = (self.session.runs.join(&done.home).join(&file.file), building.join(&file.file));
                let raw = RecordKind::from_number(file.kind).is_none_or(is_raw);
                if let Some(folder) = to.parent() {
                    disk::make_dir(folder, disk::folder_mode(folder))?;
                }
                disk::link_or_copy(&from, &to, if raw { disk::RAW_FILE_MODE } else { disk::FILE_MODE })?;
                // A second name changes the inode's times, by which raw files are recognised.
                let meta = std::fs::symlink_metadata(&to).map_err(|error| Failure::io(format!("look at {}", shown(&to)), error))?;
                file.stat = StatId::of(&meta);
            }
        }
        Ok(())
    }
}

/// Digest of the policy and all skip keys in order: equal for two runs exactly when every task is equal and the manifest states the same
/// policy. No step sees the thresholds for CI, yet a manifest that shows other ones would be wrong. What is made of drawn noise is left out: it
/// follows from the tasks before it, and would give the same night another name in another folder of runs.
#[must_use]
pub fn run_key(plan: &Plan, results: &Results, policy: &Policy) -> Digest {
    let policy = policy.digest();
    let certain = results.iter().filter(|(task, _)| !plan.is_made_of_noise(**task));
    Digest::of_parts(std::iter::once(policy.0.as_slice()).chain(certain.map(|(_, done)| done.entry.key.0.as_slice())))
}

/// Removes what an interrupted run with other inputs or another policy left in the folder.
fn remove_strays(results: &Results, building: &Path) -> Result<(), Failure> {
    let ours: BTreeSet<PathBuf> = results.values().flat_map(|done| &done.entry.files).map(|file| building.join(&file.file)).collect();
    for entry in walkdir::WalkDir::new(building).contents_first(true).into_iter().flatten() {
        let removed = match entry.file_type() {
            kind if kind.is_dir() => {
                let _ = std::fs::remove_dir(entry.path());
                Ok(())
            }
            _ if ours.contains(entry.path()) => Ok(()),
            _ => std::fs::remove_file(entry.path()),
        };
        removed.map_err(|error| Failure::io(format!("remove {}", shown(entry.path())), error))?;
    }
    Ok(())
}

/// The numbers of sources that findings, anomalies and rejects name, with their files: for the owner alone, in no bundle and no report.
fn write_map(list: &SourceList, file: &str, building: &Path) -> Result<Unpacked, Failure> {
    let text = list.map()?;
    disk::make_dir(&building.join("spool"), disk::DIR_MODE)?;
    disk::write_atomic(&building.join(file), &text, disk::RAW_FILE_MODE)?;
    Ok(Unpacked { file: file.to_owned(), digest: Digest::of(&text), bytes: text.len() as u64, bundle: String::new() })
}

fn unpack_all(session: &Session, results: &Results, building: &Path) -> Result<Vec<Unpacked>, Failure> {
    let mut files = Vec::new();
    let mut taken = BTreeSet::new();
    for folder in ["internal", "release"] {
        disk::make_dir(&building.join(folder), disk::DIR_MODE)?;
    }
    for (task, done) in results {
        for write in &session.plan.step(*task).writes {
            let Some(folder) = &write.unpack else { continue };
            let Some(file) = done.entry.files.iter().find(|file| file.name == write.name) else { continue };
            let path = building.join(&file.file);
            let opened = crate::session::open_published(&path)?;
            let map = sandbox::files::map(&opened).map_err(|error| Failure::io(format!("map {}", shown(&path)), error))?;
            files.extend(unpack(&map, &write.name, building, folder, &mut taken)?);
        }
    }
    files.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(files)
}
