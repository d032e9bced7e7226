//! `logminer token rotate`: a new token key, and links between old and new tokens.
//!
//! In this order, each step durable before the next: the new key lies beside the old one as `token_new.key`; the vault has the links; the old key gets the name
//! `token-<its name in tokens>.key`; the new one takes its place; the audit log has the event; the new key loses its name `token_new.key`. Cut short anywhere, the
//! same command goes on, and once the new key is in its place makes no second rotation.

use std::collections::BTreeMap;

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::job::{JobSpec, Secrets};
use schemas::policy::Policy;
use schemas::record::RecordKind;
use serde_json::json;

use super::token_args::TokenRotateOptions;
use super::{prepare, token};
use crate::audit::details;
use crate::disk;
use crate::engine::{Engine, Job};
use crate::failure::Failure;
use crate::keys::{Keys, TOKEN_FILE_VARIABLE, TOKEN_VARIABLE};
use crate::names::shown;
use crate::prove;
use crate::report::{grouped, print_line};
use crate::resources::Budget;
use crate::vault::rotate::{KeyNames, Links, Rotated};
use crate::vault::{ROLE, Vault};

const STEP: &str = "sanitize.rotate";
const NEW: &str = "token_new";
/// Minutes a part of the vault may take.
const TIMEOUT_MINUTES: u64 = 30;

pub(super) fn run(options: &TokenRotateOptions) -> Result<Exit, Failure> {
    if [TOKEN_FILE_VARIABLE, TOKEN_VARIABLE].iter().any(|name| std::env::var_os(name).is_some()) {
        let why =
            format!("it comes from {TOKEN_FILE_VARIABLE} or {TOKEN_VARIABLE}, which this program cannot replace; put it into the key folder first");
        return Err(Failure::new(Exit::KeyRefused, format!("rotate the token key: {why}")));
    }
    let policy = prepare::policy(&options.policy)?;
    let keys = Keys::open(&options.places.keys, policy.profile)?;
    let _no_runs = token::no_runs(&options.places)?;
    let mut vault = Vault::write(&options.vault.places())?;
    let rotated = if let Some(rotated) = swapped(&keys, &vault)? {
        rotated
    } else {
        let engine = prepare::engine(&options.places, &policy, TIMEOUT_MINUTES, Budget::of_flags(Some(1), None)?)?;
        prove::sandbox(&engine)?;
        keys.add(NEW)?;
        let secrets = keys.secrets(&["token", NEW, ROLE].map(str::to_owned))?;
        options.places.audit().append(AuditAction::VaultChangeBegun, details([("change", "rotate".into())]))?;
        let rotated = vault.rotate(|entries| link(&engine, &secrets, entries))?;
        swap(&keys, &rotated.keys.old)?;
        rotated
    };
    let labels = [
        ("from", rotated.keys.old.clone().into()),
        ("links", rotated.links.into()),
        ("map", rotated.map.digest.to_string().into()),
        ("to", rotated.keys.new.clone().into()),
        ("unlinked", rotated.unlinked.into()),
    ];
    options.places.audit().append(AuditAction::TokenRotated, details(labels))?;
    let new = keys.file(NEW);
    std::fs::remove_file(&new).map_err(|error| Failure::io(format!("remove {}", shown(&new)), error))?;
    print(options, &keys, &rotated);
    Ok(Exit::Done)
}

/// Runs the sealed step over a part of the vault, from memory to memory and an unnamed file.
fn link(engine: &Engine, secrets: &Secrets, entries: &[u8]) -> Result<Links, Failure> {
    let spec = JobSpec {
        step: STEP.to_owned(),
        logical_day: 0,
        shard: 0,
        shards: 1,
        partition: 0,
        partitions: 1,
        threads: 1,
        policy: Policy::default(),
        sources: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        scratch: Vec::new(),
        parameters: BTreeMap::new(),
        evaluation: false,
    };
    let mut job = Job::new(spec, secrets.clone());
    let memory = sandbox::memory::sealed_memory("entries", entries).map_err(|error| Failure::io("seal entries of the vault", error))?;
    job.input("entries", RecordKind::VaultEntry, memory)?;
    // It holds tokens alone and has no name, so a killed process leaves nothing.
    let file = tempfile::tempfile().map_err(|error| Failure::io("make a file for links", error))?;
    let written = file.try_clone().map_err(|error| Failure::io("make a file for links", error))?;
    job.output("links", RecordKind::TokenLink, Digest::of(b"links"), 1, file);
    let ran = engine.run(STEP, &job, || {})?;
    let map = sandbox::files::map(&written).map_err(|error| Failure::io("map links", error))?;
    let output = ran.report.outputs.iter().find(|output| output.name == "links").map(|output| output.summary.digest);
    let name = |fact: &str| ran.report.facts.get(fact).cloned().ok_or_else(|| Failure::internal("take links: the step did not name its keys"));
    if output != Some(Digest::of(&map)) {
        return Err(Failure::new(Exit::StageCrashed, "take links: they are not what the step reported"));
    }
    Ok(Links { bytes: map.to_vec(), keys: KeyNames { old: name("old_key")?, new: name("new_key")? } })
}

/// A rotation that was cut short once the new key was in its place: it keeps its second name until the audit log has the rotation.
fn swapped(keys: &Keys, vault: &Vault) -> Result<Option<Rotated>, Failure> {
    if !keys.file(NEW).exists() || keys.secret(NEW)? != keys.secret("token")? {
        return Ok(None);
    }
    let maps = &vault.state().maps;
    let (old, new, map) = maps.last().cloned().ok_or_else(|| {
        Failure::new(Exit::KeyRefused, format!("rotate the token key: {} is the key in use, and the vault has no rotation", shown(&keys.file(NEW))))
    })?;
    let links = maps.iter().filter(|(from, to, _)| (from, to) == (&old, &new)).map(|(_, _, map)| map.records).sum();
    Ok(Some(Rotated { keys: KeyNames { old, new }, links, unlinked: 0, map, before: true }))
}

/// Puts the new key in the place of the old one, which keeps a name of its own.
fn swap(keys: &Keys, old: &str) -> Result<(), Failure> {
    let (current, new, retired) = (keys.file("token"), keys.file(NEW), keys.file(&format!("token-{old}")));
    let wrong = |error: std::io::Error| Failure::io(format!("replace {}", shown(&current)), error);
    if !retired.exists() {
        std::fs::hard_link(&current, &retired).map_err(wrong)?;
    }
    let next = keys.file("token_next");
    let _ = std::fs::remove_file(&next);
    std::fs::hard_link(&new, &next).and_then(|()| std::fs::rename(&next, &current)).map_err(wrong)?;
    current.parent().map_or(Ok(()), disk::sync_dir)
}

fn print(options: &TokenRotateOptions, keys: &Keys, rotated: &Rotated) {
    let retired = keys.file(&format!("token-{}", rotated.keys.old));
    if options.json {
        let value = json!({
            "from": rotated.keys.old, "to": rotated.keys.new, "links": rotated.links, "unlinked": rotated.unlinked,
            "map": options.vault.places().vault.join("maps").join(&rotated.map.file), "retired": retired,
        });
        return print_line(&value.to_string());
    }
    print_line(&format!("token key {} is replaced by {}: {} tokens are linked", rotated.keys.old, rotated.keys.new, grouped(rotated.links)));
    if rotated.unlinked > 0 {
        print_line(&format!("{} tokens of forgotten customers have no link", grouped(rotated.unlinked)));
    }
    print_line(&format!("the old key is {}: destroy it when no night before today has to be run again", shown(&retired)));
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Arguments, Command};
    use crate::cli::token_args::TokenCommand;

    #[test]
    fn a_rotation_cut_short_after_the_swap_is_noted_and_not_made_again() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("runs")).unwrap();
        let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
        let place = |flag: &str, name: &str| [flag.to_owned(), dir.path().join(name).to_string_lossy().into_owned()];
        let places =
            [place("--runs", "runs"), place("--keys", "keys"), place("--vault-path", "tokens"), place("--vault-erasure", "erasure")].concat();
        let line = ["logminer", "token", "rotate"].map(str::to_owned).into_iter().chain(places);
        let Command::Token(options) = Arguments::try_parse_from(line).unwrap().command else { panic!("a token command") };
        let TokenCommand::Rotate(options) = options.what else { panic!("rotate") };
        options.vault.places().create().unwrap();
        keys.add(NEW).unwrap();
        let (old, new) = (keys.secret("token").unwrap(), keys.secret(NEW).unwrap());
        let names = || KeyNames { old: "ABC".to_owned(), new: "XYZ".to_owned() };
        let mut vault = Vault::write(&options.vault.places()).unwrap();
        assert!(swapped(&keys, &vault).unwrap().is_none(), "before the swap it goes on as ever");
        vault.rotate(|_| Ok(Links { bytes: Vec::new(), keys: names() })).unwrap();
        swap(&keys, "ABC").unwrap();
        drop(vault);
        // Killed here: no stage is needed to finish, and the key that is in use stays.
        run(&options).unwrap();
        assert!(keys.secret("token").unwrap() == new && std::fs::read(keys.file("token-ABC")).unwrap() == old);
        assert!(!keys.file(NEW).exists());
        let log = std::fs::read_to_string(dir.path().join("runs/audit.jsonl")).unwrap();
        assert_eq!(log.matches("\"token_rotated\"").count(), 1);
        assert_eq!(Vault::read(&options.vault.places()).unwrap().state().maps.len(), 1);
    }
}
