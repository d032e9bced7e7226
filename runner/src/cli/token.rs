//! `logminer token init|approve|reveal|approvers|forget|verify`; `rotate` is in [`super::token_rotate`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::vault::VaultKey;
use serde_json::{Value, json};

use super::args::Places;
use super::token_args::{
    TokenApproveOptions, TokenApproversOptions, TokenCommand, TokenForgetOptions, TokenInitOptions, TokenOptions, TokenRevealOptions,
    TokenVerifyOptions,
};
use super::{prepare, token_rotate};
use crate::audit::details;
use crate::failure::Failure;
use crate::keys::{Keys, Signer};
use crate::names::shown;
use crate::report::{grouped, print_line};
use crate::vault::approval::{self, Approval, Standing, Subject, check_reason, check_token, check_vault};
use crate::vault::reveal::Known;
use crate::vault::{ROLE, Vault};

/// `approvers`: public keys of the configuration, which `init` writes into the vault. Nothing else looks at them: a configuration is chosen by whoever calls.
pub(super) fn run(options: &TokenOptions, approvers: &[PathBuf]) -> Result<Exit, Failure> {
    match &options.what {
        TokenCommand::Init(options) => init(options, approvers),
        TokenCommand::Approve(options) => approve(options),
        TokenCommand::Reveal(options) => reveal(options),
        TokenCommand::Approvers(options) => change_approvers(options),
        TokenCommand::Rotate(options) => token_rotate::run(options),
        TokenCommand::Forget(options) => forget(options),
        TokenCommand::Verify(options) => verify(options),
    }
}

fn init(options: &TokenInitOptions, approvers: &[PathBuf]) -> Result<Exit, Failure> {
    let approvers = approval::approvers(approvers)?;
    if approvers.len() == 1 {
        return Err(Failure::usage("make a token vault: vault_approvers names one approver, and every reveal needs two"));
    }
    let keys = Keys::open(&options.places.keys, prepare::policy(&options.policy)?.profile)?;
    let made_key = keys.add(ROLE)?;
    keys.secret(ROLE)?;
    let places = options.vault.places();
    let vault = places.create_for(&approvers)?;
    options.places.audit().append(AuditAction::VaultCreated, details([("approvers", joined(&approvers).into()), ("vault", vault.clone().into())]))?;
    if options.json {
        print_line(&json!({ "vault": vault, "approvers": approvers, "vault_path": places.vault, "vault_erasure": places.erasure, "made_vault_key": made_key }).to_string());
        return Ok(Exit::Done);
    }
    print_line(&format!("made the empty token vault {vault} in {}/ and its erasure key in {}/", shown(&places.vault), shown(&places.erasure)));
    if made_key {
        print_line(&format!("made {}: keep a copy offline, for without it no value can be revealed", shown(&keys.file(ROLE))));
    }
    match approvers.len() {
        0 => print_line("nobody may approve a reveal yet, so nothing can be revealed: name two or more by `logminer token approvers`"),
        count => print_line(&format!("{count} approvers may approve a reveal; `logminer token approvers` changes them, with the approval of two")),
    }
    print_line(&format!(
        "keep {}/ out of every snapshot and backup that outlives the term within which a customer has to be forgotten",
        shown(&places.erasure)
    ));
    Ok(Exit::Done)
}

fn approve(options: &TokenApproveOptions) -> Result<Exit, Failure> {
    let subject = match &options.token {
        Some(token) => {
            check_token(token)?;
            token.clone()
        }
        None => approval::subject_of(&approval::approvers(&options.approvers)?),
    };
    let vault = match &options.vault_id {
        Some(id) => {
            check_vault(id)?;
            id.clone()
        }
        None => options.vault.places().id().map_err(|failure| {
            Failure::new(failure.exit, format!("{}; or name it by --vault-id, which `logminer token verify` says", failure.sentence()))
        })?,
    };
    let signer = Signer::read(&options.key)?;
    let subject = Subject { token: &subject, reason: &options.reason };
    let approval = Approval::new(&vault, subject, options.valid_minutes, jiff::Timestamp::now(), &signer)?;
    approval::write(&options.out, &approval, &signer)?;
    // An approver may sit at a machine that has no runs folder; the reveal is noted where the vault is.
    if options.places.runs.is_dir() {
        let labels = [
            ("approver", approval.approver.clone().into()),
            ("expires_at", approval.expires_at.clone().into()),
            ("reason", approval.reason.clone().into()),
            ("token", approval.token.clone().into()),
            ("vault", approval.vault.clone().into()),
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

fn reveal(options: &TokenRevealOptions) -> Result<Exit, Failure> {
    let opened = open(options);
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
fn open(options: &TokenRevealOptions) -> Result<(String, Vec<String>, Vec<String>), Refused> {
    check_token(&options.token).map_err(|failure| Refused { code: "no_token", failure })?;
    check_reason(&options.reason).map_err(|failure| Refused { code: "no_reason", failure })?;
    // Alone with the vault: two reveals at once would both find the approvals unused.
    let mut vault = Vault::write(&options.vault.places())?;
    let files: Vec<&Path> = options.approval.iter().map(AsRef::as_ref).collect();
    let subject = Subject { token: &options.token, reason: &options.reason };
    let approved = approval::check(&files, Standing::of(vault.state()), subject, jiff::Timestamp::now())
        .map_err(|refusal| Refused::new(refusal.code(), Exit::KeyRefused, refusal.why()))?;
    let keys = Keys::open(&options.places.keys, prepare::policy(&options.policy)?.profile)?;
    let key = VaultKey::derive(&keys.secret(ROLE)?);
    match vault.value(&options.token, &key)? {
        Known::Value(value, owners) => {
            vault.use_up(&approved)?;
            Ok((value, owners, approved.into_iter().map(|good| good.approver).collect()))
        }
        Known::Forgotten => Err(Refused::new("forgotten", Exit::KeyRefused, "its customer was forgotten, and the key of its value is destroyed")),
        Known::Nothing => Err(Refused::new("unknown", Exit::Usage, "the vault has no such token; it never had, or the token went with its customer")),
    }
}

fn joined(approvers: &BTreeSet<String>) -> String {
    approvers.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn change_approvers(options: &TokenApproversOptions) -> Result<Exit, Failure> {
    check_reason(&options.reason)?;
    let approvers = approval::approvers(&options.approvers)?;
    if approvers.len() < approval::NEEDED {
        return Err(Failure::usage("name the approvers of the token vault: every reveal needs two, so at least two different keys are needed"));
    }
    let mut vault = Vault::write(&options.vault.places())?;
    if vault.state().approvers_cut {
        let why = "its journal was cut or put back and adopted, and what it lacks may have named some; restore the newest journal and head";
        return Err(Failure::new(Exit::KeyRefused, format!("name the approvers of the token vault: {why}")));
    }
    let files: Vec<&Path> = options.approval.iter().map(AsRef::as_ref).collect();
    let audit = options.places.audit();
    let approved = if vault.state().approvers.is_empty() {
        Vec::new()
    } else {
        let subject = approval::subject_of(&approvers);
        let subject = Subject { token: &subject, reason: &options.reason };
        let checked = approval::check(&files, Standing::of(vault.state()), subject, jiff::Timestamp::now());
        checked.map_err(|refusal| Failure::new(Exit::KeyRefused, format!("name the approvers of the token vault: {}", refusal.why())))?
    };
    let by = approved.iter().map(|good| good.approver.as_str()).collect::<Vec<_>>().join(" ");
    let labels = [
        ("approvers", joined(&approvers).into()),
        ("before", joined(&vault.state().approvers).into()),
        ("by", by.into()),
        ("change", "approvers".into()),
        ("reason", options.reason.clone().into()),
    ];
    audit.append(AuditAction::VaultChangeBegun, details(labels))?;
    vault.set_approvers(&approvers, &approved, &options.reason)?;
    audit.append(AuditAction::VaultApprovers, details([("approvers", joined(&approvers).into()), ("reason", options.reason.clone().into())]))?;
    if options.json {
        print_line(&json!({ "approvers": approvers }).to_string());
    } else {
        print_line(&format!("{} approvers may approve a reveal from here on, two for each", approvers.len()));
    }
    Ok(Exit::Done)
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
        ("unknown", forgotten.unknown.join(" ").into()),
    ];
    options.places.audit().append(AuditAction::TokenForgotten, details(labels))?;
    if options.json {
        print_line(&serde_json::to_string(&forgotten).map_err(|_| Failure::internal("print what was forgotten"))?);
        return Ok(Exit::Done);
    }
    for token in &forgotten.unknown {
        print_line(&format!("nothing was found under this token: {token}; nothing is taken in under it from here on"));
    }
    if forgotten.unknown.len() < options.customers.len() {
        print_line(&format!(
            "forgot {}: {} values, and {} that stood for nobody",
            forgotten.owners.iter().filter(|owner| !forgotten.unknown.contains(owner)).map(String::as_str).collect::<Vec<_>>().join(" "),
            grouped(forgotten.entries),
            grouped(forgotten.entries_of_groups)
        ));
    }
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
    let checked = Vault::verify(&places)?;
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
        print_line(&format!("the token vault {}", checked.vault));
        counts.iter().for_each(|(name, count)| print_line(&format!("{:>16}  {name}", grouped(*count))));
    }
    if !options.json && !checked.left.is_empty() {
        print_line(&format!("left by a writer that died, and removed by the next: {}", checked.left.join(" ")));
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

    struct Case {
        dir: tempfile::TempDir,
        signers: Vec<Signer>,
    }

    impl Case {
        /// A vault whose approvers are the first two of four people.
        fn new() -> Self {
            let case = Self::without_vault();
            let configured = [0, 1].map(|who| case.public(who));
            run(&case.options(&["init"]), &configured).unwrap();
            case
        }

        fn without_vault() -> Self {
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir(dir.path().join("runs")).unwrap();
            let keys = |name: &str| Keys::generate(&dir.path().join(name), true).unwrap();
            keys("keys");
            let signers = ["a", "b", "c", "d"].map(|name| keys(name).signer().unwrap()).into_iter().collect();
            Self { dir, signers }
        }

        fn options(&self, line: &[&str]) -> TokenOptions {
            options(self.dir.path(), line)
        }

        fn public(&self, who: usize) -> PathBuf {
            self.dir.path().join(["a", "b", "c", "d"][who]).join("signing.pub")
        }

        /// `what` with approvals of these people for a subject.
        fn with(&self, what: &[&str], subject: &str, reason: &str, people: &[usize]) -> Result<Exit, Failure> {
            let mut line: Vec<String> = what.iter().map(|&text| text.to_owned()).collect();
            line.extend(["--reason".to_owned(), reason.to_owned()]);
            for &who in people {
                let path = self.dir.path().join(format!("{who}-{}.approval", blake3::hash(format!("{subject}{reason}").as_bytes())));
                if !path.exists() {
                    let approval = Approval::new(
                        &self.vault().state().vault,
                        Subject { token: subject, reason },
                        60,
                        jiff::Timestamp::now(),
                        &self.signers[who],
                    )
                    .unwrap();
                    approval::write(&path, &approval, &self.signers[who]).unwrap();
                }
                line.extend(["--approval".to_owned(), path.to_string_lossy().into_owned()]);
            }
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            // Whatever the configuration says: it is chosen by the one who calls.
            run(&self.options(&line), &[2, 3].map(|who| self.public(who)))
        }

        fn vault(&self) -> Vault {
            let options = self.options(&["verify"]);
            let TokenCommand::Verify(verify) = &options.what else { panic!("verify") };
            Vault::read(&verify.vault.places()).unwrap()
        }

        fn refused(&self, outcome: Result<Exit, Failure>, why: &str) {
            let failure = outcome.unwrap_err();
            assert!(failure.exit == Exit::KeyRefused && failure.sentence().contains(why), "{}", failure.sentence());
        }
    }

    #[test]
    fn who_reveals_does_not_choose_who_approves() {
        let case = Case::new();
        let flag = ["logminer", "token", "reveal", TOKEN, "--reason", "ticket 4711", "--vault-approvers", "mine.pub"];
        assert_eq!(Arguments::try_parse_from(flag).unwrap_err().kind(), clap::error::ErrorKind::UnknownArgument);
        case.refused(case.with(&["reveal", TOKEN], TOKEN, "ticket 4711", &[2, 3]), "none of the vault's approvers");
        case.refused(case.with(&["reveal", TOKEN], TOKEN, "ticket 4711", &[0, 2]), "none of the vault's approvers");
        // The right ones: the vault is empty, so there is no value; and approvals that led to none are not used up.
        for _ in 0..2 {
            let failure = case.with(&["reveal", TOKEN], TOKEN, "ticket 4711", &[0, 1]).unwrap_err();
            assert!(failure.exit == Exit::Usage && failure.sentence().contains("no such token"), "{}", failure.sentence());
        }
    }

    /// An approval names its vault: read at its path, or by its id on a machine that has none.
    #[test]
    fn an_approval_is_for_one_vault() {
        let (case, other) = (Case::new(), Case::new());
        let approve = |case: &Case, out: &str, more: &[&str]| {
            let (key, out) = (other.dir.path().join("a/signing.key"), case.dir.path().join(out));
            let [key, path] = [&key, &out].map(|path| path.to_string_lossy().into_owned());
            let line = [["approve", TOKEN, "--reason", "ticket 4711", "--key", &key, "--out", &path].as_slice(), more].concat();
            run(&case.options(&line), &[]).map(|_| std::fs::read_to_string(out).unwrap())
        };
        let ids = [&case, &other].map(|case| case.vault().state().vault.clone());
        assert!(ids[0] != ids[1] && approve(&case, "1", &[]).unwrap().contains(&ids[0]));
        assert!(approve(&case, "2", &["--vault-id", &ids[1]]).unwrap().contains(&ids[1]));
        let nowhere = Case::without_vault();
        assert!(approve(&nowhere, "3", &["--vault-id", &ids[1]]).unwrap().contains(&ids[1]));
        let failure = approve(&nowhere, "4", &[]).unwrap_err();
        assert!(failure.exit == Exit::Usage && failure.sentence().contains("--vault-id"), "{}", failure.sentence());
        assert_eq!(approve(&case, "5", &["--vault-id", "tokens"]).unwrap_err().exit, Exit::Usage);
        // The same people may approve in both vaults, and what they signed for one is good for that one alone.
        let keys = [0, 1].map(|who| other.signers[who].public().to_hex());
        let signed = |name: &str, vault: &str, who: usize| {
            let approval =
                Approval::new(vault, Subject { token: TOKEN, reason: "ticket 4711" }, 60, jiff::Timestamp::now(), &other.signers[who]).unwrap();
            let path = other.dir.path().join(name);
            approval::write(&path, &approval, &other.signers[who]).unwrap();
            path.to_string_lossy().into_owned()
        };
        assert_eq!(other.vault().state().approvers, keys.into_iter().collect());
        let reveal = |files: [&str; 2]| {
            let line = ["reveal", TOKEN, "--reason", "ticket 4711", "--approval", files[0], "--approval", files[1]];
            run(&other.options(&line), &[])
        };
        let [ana, ben] = [signed("ana", &ids[1], 0), signed("ben", &ids[1], 1)];
        other.refused(reveal([&ana, &signed("ben of another", &ids[0], 1)]), "for another vault");
        assert!(reveal([&ana, &ben]).unwrap_err().sentence().contains("no such token"));
    }

    #[test]
    fn approvers_are_changed_by_two_of_them_alone() {
        let case = Case::new();
        let new: Vec<String> = [1, 2, 3].iter().map(|&who| case.public(who).to_string_lossy().into_owned()).collect();
        let subject = approval::subject_of(&approval::approvers(&[1, 2, 3].map(|who| case.public(who))).unwrap());
        let change = |people: &[usize], subject: &str, reason: &str| {
            let line: Vec<&str> = std::iter::once("approvers").chain(new.iter().map(String::as_str)).collect();
            case.with(&line, subject, reason, people)
        };
        let before = case.vault().state().approvers.clone();
        assert_eq!(before, approval::approvers(&[0, 1].map(|who| case.public(who))).unwrap());
        case.refused(change(&[], &subject, "people change"), "two approvals are needed");
        case.refused(change(&[2, 3], &subject, "people change"), "none of the vault's approvers");
        let others = approval::subject_of(&before);
        case.refused(change(&[0, 1], &others, "people change"), "for another token");
        assert_eq!(case.vault().state().approvers, before);
        change(&[0, 1], &subject, "people change").unwrap();
        assert_eq!(case.vault().state().approvers.len(), 3);
        // Not again by the same approvals, nor by who is one no more.
        case.refused(change(&[0, 1], &subject, "people change"), "none of the vault's approvers");
        change(&[1, 2], &subject, "again").unwrap();
        case.refused(change(&[1, 2], &subject, "again"), "used before");
        case.refused(case.with(&["reveal", TOKEN], TOKEN, "ticket 4711", &[0, 1]), "none of the vault's approvers");
        let failure = case.with(&["approvers", &new[0], &new[0]], &subject, "one is too few", &[1, 2]).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        let log = std::fs::read_to_string(case.dir.path().join("runs/audit.jsonl")).unwrap();
        assert!(log.contains("\"vault_approvers\""));
    }

    /// Cutting the journal to where nobody was named, and saying so, names nobody: not with the head of before, nor without one.
    #[test]
    fn adopting_a_cut_journal_names_no_approvers() {
        for (named_before, head_is_there, can_name) in [(true, true, false), (true, false, false), (false, true, true), (false, false, false)] {
            let case = Case::without_vault();
            run(&case.options(&["init"]), &[]).unwrap();
            let journal = case.dir.path().join("tokens/journal.jsonl");
            let cut = std::fs::read(&journal).unwrap();
            let name = |people: [usize; 2]| {
                let keys = people.map(|who| case.public(who).to_string_lossy().into_owned());
                case.with(&["approvers", &keys[0], &keys[1]], "", "who may approve", &[])
            };
            if named_before {
                name([0, 1]).unwrap();
            } else {
                run(&case.options(&["forget", "[CUSTOMER_ABCDEFGHIJKLMNOPQRS]", "--reason", "erasure request 815"]), &[]).unwrap();
            }
            std::fs::write(&journal, cut).unwrap();
            if !head_is_there {
                std::fs::remove_file(case.dir.path().join("erasure/vault.head")).unwrap();
            }
            assert_eq!(name([2, 3]).unwrap_err().exit, Exit::DigestMismatch);
            for _ in 0..2 {
                run(&case.options(&["verify", "--adopt", "a cut journal"]), &[]).unwrap();
            }
            if can_name {
                name([2, 3]).unwrap();
            } else {
                case.refused(name([2, 3]), "was cut or put back and adopted");
                assert!(case.vault().state().approvers.is_empty());
            }
        }
    }

    /// A vault that was made without approvers reveals nothing; they are named once, which the audit log says, and from then on by approval.
    #[test]
    fn a_vault_without_approvers_reveals_nothing() {
        let case = Case::without_vault();
        assert_eq!(run(&case.options(&["init"]), &[case.public(0)]).unwrap_err().exit, Exit::Usage, "one approver is none");
        run(&case.options(&["init"]), &[]).unwrap();
        case.refused(case.with(&["reveal", TOKEN], TOKEN, "ticket 4711", &[0, 1]), "fewer than two approvers");
        let new: Vec<String> = [0, 1].iter().map(|&who| case.public(who).to_string_lossy().into_owned()).collect();
        case.with(&["approvers", &new[0], &new[1]], "", "the first ones", &[]).unwrap();
        case.refused(case.with(&["approvers", &new[0], &new[1]], "", "the first ones", &[]), "two approvals are needed");
    }
}
