//! `logminer verify`: is this run what was signed?

use schemas::exit::Exit;
use serde_json::json;

use super::args::VerifyOptions;
use super::prepare;
use crate::audit::Audit;
use crate::budget::Place;
use crate::failure::Failure;
use crate::keys::PublicKey;
use crate::manifest::Manifest;
use crate::names::shown;
use crate::report::print_line;
use crate::resources::Budget;
use crate::retention::Tombstone;
use crate::survey::digest_raw;
use crate::verify::{Raw, check_files_left};

pub(super) fn run(options: &VerifyOptions) -> Result<Exit, Failure> {
    if !options.run.is_dir() {
        return Err(Failure::usage(format!("verify {}: it is no folder", shown(&options.run))));
    }
    let key_path = options.public_key.clone().unwrap_or_else(|| options.places.keys.join("signing.pub"));
    let key = PublicKey::read(&key_path)?;
    let manifest = Manifest::read(&options.run, &key)?;
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
    let mut problems = check_files_left(&options.run, &manifest, removed.as_ref(), raw)?;
    // The log of the runs folder the run lies in, wherever that was moved to.
    if let Some(runs) = std::fs::canonicalize(&options.run).ok().as_deref().and_then(std::path::Path::parent) {
        problems.extend(Audit::of(runs).verify().err().map(|failure| failure.message));
        Place::of(runs, options.places.ledger.as_deref(), options.places.ledger_anchor.as_deref()).summary()?;
    }
    let exit = if problems.is_empty() { Exit::Done } else { Exit::DigestMismatch };
    let files = manifest.tasks.iter().map(|task| task.outputs.len()).sum::<usize>() + manifest.files.len();
    if options.json {
        let value = json!({ "run": manifest.id, "exit": exit.code(), "files": files, "problems": problems, "raw_digested": !options.no_raw, "removed": removed });
        print_line(&value.to_string());
    } else if problems.is_empty() {
        let raw = if options.no_raw { "; files with raw text were checked by length only" } else { "" };
        let left = files - removed.as_ref().map_or(0, |note| note.files.len());
        let removed = removed.map(|note| format!("; {}", note.sentence())).unwrap_or_default();
        print_line(&format!("run {}: signature, chain and {left} files are as published{raw}{removed}", manifest.id));
    }
    if let Some(first) = problems.first() {
        let more = if problems.len() > 1 { format!(" (and {} more; --json lists them)", problems.len() - 1) } else { String::new() };
        return Err(Failure::new(Exit::DigestMismatch, format!("verify the run {}: {first}{more}", manifest.id)));
    }
    Ok(exit)
}
