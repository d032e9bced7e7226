//! `logminer token init|approve|reveal|forget|verify`; `rotate` is in [`super::token_rotate`].

use std::path::{Path, PathBuf};

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::vault::VaultKey;
use serde_json::{Value, json};

use super::args::Places;
use super::token_args::{
    TokenApproveOptions, TokenCommand, TokenForgetOptions, TokenInitOptions, TokenOptions, TokenRevealOptions, TokenVerifyOptions,
};
use super::{prepare, token_rotate};
use crate::audit::details;
use crate::failure::Failure;
use crate::keys::{Keys, Signer};
use crate::names::shown;
use crate::report::{grouped, print_line};
use crate::vault::approval::{self, Approval, check_reason, check_token};
use crate::vault::reveal::Known;
use crate::vault::{ROLE, Vault};

/// `approvers`: public keys of the configuration. No flag names them, so whoever reveals does not choose who approves.
pub(super) fn run(options: &TokenOptions, approvers: &[PathBuf]) -> Result<Exit, Failure> {
    match &options.what {
        TokenCommand::Init(options) => init(options),
        TokenCommand::Approve(options) => approve(options),
        TokenCommand::Reveal(options) => reveal(options, approvers),
        TokenCommand::Rotate(options) => token_rotate::run(options),
        TokenCommand::Forget(options) => forget(options),
        TokenCommand::Verify(options) => verify(options),
    }
}

fn init(options: &TokenInitOptions) -> Result<Exit, Failure> {
    let keys = Keys::open(&options.places.keys, prepare::policy(&options.policy)?.profile)?;
    let made_key = keys.add(ROLE)?;
    keys.secret(ROLE)?;
    let places = options.vault.places();
    let vault = places.create()?;
    options.places.audit().append(AuditAction::VaultCreated, details([("vault", vault.clone().into())]))?;
    if options.json {
        print_line(&json!({ "vault": vault, "vault_path": places.vault, "vault_erasure": places.erasure, "made_vault_key": made_key }).to_string());
        return Ok(Exit::Done);
    }
    print_line(&format!("made an empty token vault in {}/ and its erasure key in {}/", shown(&places.vault), shown(&places.erasure)));
    if made_key {
        print_line(&format!("made {}: keep a copy offline, for without it no value can be revealed", shown(&keys.file(ROLE))));
    }
    print_line(&format!(
        "keep {}/ out of every snapshot and backup that outlives the term within which a customer has to be forgotten",
        shown(&places.erasure)
    ));
    Ok(Exit::Done)
}

fn approve(options: &TokenApproveOptions) -> Result<Exit, Failure> {
    check_token(&options.token)?;
    let signer = Signer::read(&options.key)?;
    let approval = Approval::new(&options.token, &options.reason, options.valid_minutes, jiff::Timestamp::now(), &signer)?;
    approval::write(&options.out, &approval, &signer)?;
    // An approver may sit at a machine that has no runs folder; the reveal is noted where the vault is.
    if options.places.runs.is_dir() {
        let labels = [
            ("approver", approval.approver.clone().into()),
            ("expires_at", approval.expires_at.clone().into()),
            ("reason", approval.reason.clone().into()),
            ("token", approval.token.clone().into()),
        ];
        options.places.audit().append(AuditAction::TokenApproved, details(labels))?;
    }
    if options.json {
        print_line(&json!({ "approval": approval, "file": options.out }).to_string());
    } else {
        print_line(&format!("wrote {}: valid until {}", shown(&options.out), approval.expires_at));
    }
    Ok(Exit::Done)
}

/// Why no value was printed.
struct Refused {
    code: &'static str,
    failure: Failure,
}

impl Refused {
    fn new(code: &'static str, exit: Exit, why: &str) -> Self {
        Self { code, failure: Failure::new(exit, format!("reveal the token: {why}")) }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self { code: "failed", failure }
    }
}

fn reveal(options: &TokenRevealOptions, approvers: &[PathBuf]) -> Result<Exit, Failure> {
    let opened = open(options, approvers);
    // What is no token may be anything, a value even: it is not repeated. Neither is a reason that is none.
    let token: Value = if check_token(&options.token).is_ok() { options.token.clone().into() } else { "none".into() };
    let reason: Value = if check_reason(&options.reason).is_ok() { options.reason.clone().into() } else { "none".into() };
    let audit = options.places.audit();
    match opened {
        Ok((value, owners, approvers)) => {
            let labels = [("approvers", approvers.join(" ").into()), ("reason", reason), ("token", token)];
            audit.append(AuditAction::TokenRevealed, details(labels))?;
            if options.json {
                print_line(&json!({ "token": options.token, "value": value, "owners": owners, "approvers": approvers }).to_string());
            } else {
                print_line(&value);
            }
            Ok(Exit::Done)
        }
        Err(Refused { code, failure }) => {
            let labels = [("code", code.into()), ("exit", failure.exit.code().into()), ("reason", reason), ("token", token)];
            audit.append(AuditAction::TokenRevealRefused, details(labels))?;
            Err(failure)
        }
    }
}

/// The value, whose it is, and who approved.
fn open(options: &TokenRevealOptions, approvers: &[PathBuf]) -> Result<(String, Vec<String>, Vec<String>), Refused> {
    check_token(&options.token).map_err(|failure| Refused { code: "no_token", failure })?;
    check_reason(&options.reason).map_err(|failure| Refused { code: "no_reason", failure })?;
    let approvers = approval::approvers(approvers).map_err(|failure| Refused { code: "approver_unreadable", failure })?;
    let files: Vec<&Path> = options.approval.iter().map(AsRef::as_ref).collect();
    let approved = approval::check(&files, &approvers, &options.token, &options.reason, jiff::Timestamp::now())
        .map_err(|refusal| Refused::new(refusal.code(), Exit::KeyRefused, refusal.why()))?;
    let keys = Keys::open(&options.places.keys, prepare::policy(&options.policy)?.profile)?;
    let key = VaultKey::derive(&keys.secret(ROLE)?);
    match Vault::read(&options.vault.places())?.value(&options.token, &key)? {
        Known::Value(value, owners) => Ok((value, owners, approved)),
        Known::Forgotten => Err(Refused::new("forgotten", Exit::KeyRefused, "its customer was forgotten, and the key of its value is destroyed")),
        Known::Nothing => Err(Refused::new("unknown", Exit::Usage, "the vault has no such token; it never had, or the token went with its customer")),
    }
}

fn forget(options: &TokenForgetOptions) -> Result<Exit, Failure> {
    check_reason(&options.reason)?;
    options.customers.iter().try_for_each(|token| check_token(token))?;
    let mut vault = Vault::write(&options.vault.places())?;
    // Before it is done: an event that followed would be lost with the process.
    let labels = [("change", "forget".into()), ("customers", options.customers.join(" ").into()), ("reason", options.reason.clone().into())];
    options.places.audit().append(AuditAction::VaultChangeBegun, details(labels))?;
    let forgotten = vault.forget(&options.customers)?;
    let labels = [
        ("customers", forgotten.owners.join(" ").into()),
        ("entries", forgotten.entries.into()),
        ("entries_of_groups", forgotten.entries_of_groups.into()),
        ("reason", options.reason.clone().into()),
    ];
    options.places.audit().append(AuditAction::TokenForgotten, details(labels))?;
    if options.json {
        print_line(&serde_json::to_string(&forgotten).map_err(|_| Failure::internal("print what was forgotten"))?);
        return Ok(Exit::Done);
    }
    print_line(&format!(
        "forgot {}: {} values, and {} that stood for nobody",
        forgotten.owners.join(" "),
        grouped(forgotten.entries),
        grouped(forgotten.entries_of_groups)
    ));
    if !forgotten.also_owners.is_empty() {
        print_line(&format!("likely the same person, and not forgotten: {}", forgotten.also_owners.join(" ")));
    }
    Ok(Exit::Done)
}

fn verify(options: &TokenVerifyOptions) -> Result<Exit, Failure> {
    let places = options.vault.places();
    if let Some(reason) = &options.adopt {
        check_reason(reason)?;
        options.places.audit().append(AuditAction::VaultChangeBegun, details([("change", "adopt".into()), ("reason", reason.clone().into())]))?;
        let vault = Vault::adopt(&places, reason)?;
        let labels = [("reason", reason.clone().into()), ("vault", vault.state().vault.clone().into())];
        options.places.audit().append(AuditAction::VaultAdopted, details(labels))?;
    }
    let checked = Vault::read(&places)?.check()?;
    let exit = if checked.problems.is_empty() { Exit::Done } else { Exit::DigestMismatch };
    let labels = [
        ("entries", checked.entries.into()),
        ("exit", exit.code().into()),
        ("problems", checked.problems.len().into()),
        ("vault", checked.vault.clone().into()),
    ];
    options.places.audit().append(AuditAction::VaultVerified, details(labels))?;
    if options.json {
        print_line(&serde_json::to_string(&checked).map_err(|_| Failure::internal("print what was checked"))?);
    } else {
        let counts = [
            ("entries", checked.entries),
            ("of them of nobody", checked.entries_of_groups),
            ("of them forgotten", checked.entries_forgotten),
            ("segments", checked.segments),
            ("bytes", checked.bytes),
            ("rotations", checked.rotations),
        ];
        counts.iter().for_each(|(name, count)| print_line(&format!("{:>16}  {name}", grouped(*count))));
    }
    match checked.problems.as_slice() {
        [] => Ok(Exit::Done),
        [problem, rest @ ..] => {
            let more = if rest.is_empty() { String::new() } else { format!("; and {} more", rest.len()) };
            Err(Failure::new(exit, format!("trust the token vault: {problem}{more}")))
        }
    }
}

/// The runs folder's lock, so that no run works with a key that is being replaced.
pub(super) fn no_runs(places: &Places) -> Result<Option<crate::lock::Lock>, Failure> {
    if !places.runs.is_dir() {
        return Ok(None);
    }
    crate::lock::Lock::take(&places.runs.join(".lock-runs"), "to replace the token key").map(Some)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Arguments, Command};

    const TOKEN: &str = "[CARD_ABCDEFGHIJKLMNOPQRS]";

    fn options(dir: &Path, line: &[&str]) -> TokenOptions {
        let place = |flag: &str, name: &str| [flag.to_owned(), dir.join(name).to_string_lossy().into_owned()];
        let places =
            [place("--runs", "runs"), place("--keys", "keys"), place("--vault-path", "tokens"), place("--vault-erasure", "erasure")].concat();
        let line = ["logminer", "token"].iter().chain(line).map(|&text| text.to_owned()).chain(places);
        let Command::Token(options) = Arguments::try_parse_from(line).unwrap().command else { panic!("a token command") };
        options
    }

    #[test]
    fn nobody_is_forgotten_whom_the_audit_log_does_not_have() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("runs/audit.jsonl");
        std::fs::create_dir_all(&log).unwrap();
        let line = ["forget", "[CUSTOMER_ABCDEFGHIJKLMNOPQRS]", "--reason", "erasure request 815"];
        let options = options(dir.path(), &line);
        let TokenCommand::Forget(forget) = &options.what else { panic!("forget") };
        let places = forget.vault.places();
        places.create().unwrap();
        let forgotten = || Vault::read(&places).unwrap().state().forgotten.len();
        assert!(run(&options, &[]).is_err());
        assert_eq!(forgotten(), 0);
        std::fs::remove_dir(&log).unwrap();
        run(&options, &[]).unwrap();
        let text = std::fs::read_to_string(&log).unwrap();
        let at = |action: &str| text.find(&format!("\"{action}\""));
        assert!(forgotten() == 1 && at("vault_change_begun").is_some() && at("vault_change_begun") < at("token_forgotten"));
    }

    #[test]
    fn who_reveals_does_not_choose_who_approves() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("runs")).unwrap();
        let flag = ["logminer", "token", "reveal", TOKEN, "--reason", "ticket 4711", "--vault-approvers", "mine.pub"];
        assert_eq!(Arguments::try_parse_from(flag).unwrap_err().kind(), clap::error::ErrorKind::UnknownArgument);
        let mine: Vec<Signer> = ["a", "b"].iter().map(|name| Keys::generate(&dir.path().join(name), true).unwrap().signer().unwrap()).collect();
        let mut line = ["reveal", TOKEN, "--reason", "ticket 4711"].map(str::to_owned).to_vec();
        for (number, signer) in mine.iter().enumerate() {
            let path = dir.path().join(format!("{number}.approval"));
            approval::write(&path, &Approval::new(TOKEN, "ticket 4711", 60, jiff::Timestamp::now(), signer).unwrap(), signer).unwrap();
            line.extend(["--approval".to_owned(), path.to_string_lossy().into_owned()]);
        }
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        let options = options(dir.path(), &line);
        let failure = run(&options, &[]).unwrap_err();
        assert!(failure.exit == Exit::KeyRefused && failure.sentence().contains("vault_approvers of the configuration"), "{}", failure.sentence());
        let others: Vec<PathBuf> = ["c", "d"]
            .iter()
            .map(|name| {
                Keys::generate(&dir.path().join(name), true).unwrap();
                dir.path().join(name).join("signing.pub")
            })
            .collect();
        assert!(run(&options, &others).unwrap_err().sentence().contains("vault_approvers does not name"));
    }
}
