//! `logminer verify`: is this run what was signed?

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use serde_json::json;

use super::args::VerifyOptions;
use super::prepare;
use crate::audit::{check_audit, details};
use crate::budget::Place;
use crate::failure::Failure;
use crate::keys::PublicKey;
use crate::manifest::Manifest;
use crate::names::shown;
use crate::report::print_line;
use crate::resources::Budget;
use crate::retention::Tombstone;
use crate::survey::digest_raw;
use crate::verify::{Found, Raw, check_run};

pub(super) fn run(options: &VerifyOptions) -> Result<Exit, Failure> {
    if !options.run.is_dir() {
        return Err(Failure::usage(format!("verify {}: it is no folder", shown(&options.run))));
    }
    let key = PublicKey::read(&options.public_key.clone().unwrap_or_else(|| options.places.keys.join("signing.pub")))?;
    let (manifest, text) = Manifest::read_with_text(&options.run, &key)?;
    let removed = Tombstone::read(&options.run, &key)?;
    let digests = match options.no_raw {
        true => None,
        false => {
            let budget = Budget::of_flags(None, None)?;
            let engine = prepare::engine(&options.places, &manifest.policy_text, 360, budget)?;
            Some(digest_raw(&engine, &options.run, &manifest, budget.threads)?)
        }
    };
    let raw = digests.as_ref().map_or(Raw::ByLength, Raw::ByDigest);
    let Found { mut problems, unseen } = check_run(&options.run, &manifest, &text, &key, removed.as_ref(), raw)?;
    if let Some(runs) = runs_folder(options) {
        let log = check_audit(&options.places.audit_of(&runs), &manifest, &text)?;
        if log.is_empty() {
            note(options, &runs, &manifest, problems.is_empty());
            Place::of(&runs, options.places.ledger.as_deref(), options.places.ledger_anchor.as_deref()).summary()?;
        }
        problems.extend(log);
    }
    let exit = if problems.is_empty() { Exit::Done } else { Exit::DigestMismatch };
    let files = manifest.tasks.iter().map(|task| task.outputs.len()).sum::<usize>() + manifest.files.len();
    if options.json {
        let value = json!({
            "run": manifest.id, "exit": exit.code(), "files": files, "problems": problems, "raw_digested": !options.no_raw,
            "attested": manifest.version > 1, "audited": !options.no_audit, "overrides": manifest.overrides, "unseen": unseen, "removed": removed,
        });
        print_line(&value.to_string());
    } else if problems.is_empty() {
        let raw = match (options.no_raw, unseen.len()) {
            (false, _) => String::new(),
            (true, 0) => "; files with raw text were checked by length only".to_owned(),
            (true, count) => format!("; {count} files beside raw text are closed to this user and were not looked at"),
        };
        let audit = if options.no_audit { "" } else { ", audit log" };
        let attested = if manifest.version > 1 { ", attestation" } else { "" };
        let left = files - removed.as_ref().map_or(0, |note| note.files.len());
        let removed = removed.map(|note| format!("; {}", note.sentence())).unwrap_or_default();
        print_line(&format!("run {}: signature{attested}, chain{audit} and {left} files are as published{raw}{removed}", manifest.id));
    }
    if let Some(first) = problems.first() {
        let more = if problems.len() > 1 { format!(" (and {} more; --json lists them)", problems.len() - 1) } else { String::new() };
        return Err(Failure::new(Exit::DigestMismatch, format!("verify the run {}: {first}{more}", manifest.id)));
    }
    Ok(exit)
}

/// The runs folder the run lies in, wherever that was moved to.
fn runs_folder(options: &VerifyOptions) -> Option<PathBuf> {
    let run = std::fs::canonicalize(&options.run).ok().filter(|_| !options.no_audit)?;
    run.parent().map(Path::to_owned)
}

/// Leaves a trace for the next auditor, where this user is the one who writes the log; others only look, and need not be able to write.
fn note(options: &VerifyOptions, runs: &Path, manifest: &Manifest, sound: bool) {
    let owner = std::fs::metadata(runs.join("audit.jsonl")).map(|meta| meta.uid());
    if owner.is_ok_and(|owner| owner == rustix::process::geteuid().as_raw()) {
        let exit = if sound { Exit::Done } else { Exit::DigestMismatch };
        let labels = details([("exit", exit.code().into()), ("run", manifest.id.clone().into())]);
        let _ = options.places.audit_of(runs).hurried().append(AuditAction::Verified, labels);
    }
}
