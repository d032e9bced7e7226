//! Approvals of a reveal: one small signed file by each of two people, for one vault, one token, one reason and a limited time.
//!
//! `{"approval":{"version":2,"vault":...,"token":...,"reason":...,"expires_at":...,"approver":...},"signature":...}`: the signature is ed25519 over
//! `logminer token approval 2`, a line feed and the text of `approval` as it stands in the file, which is what this program writes and nothing else. An approver
//! is a public key that the vault's journal names: `token init` writes those of the configuration (`vault_approvers`) into it, and only approvers change them.
//! The private half stays with the person. An approval is good for one reveal: the journal keeps the id of each that was used, before the value is printed. A copy of
//! a whole vault has its id and knows of no use but its own.
//!
//! A change of the approvers is approved in the same way; its subject stands in the place of the token.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use schemas::ids::Digest;
use schemas::limits::{APPROVAL_BYTES_MAX, APPROVAL_DAYS_MAX};

use super::journal::State;
use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::keys::{PublicKey, Signer};
use crate::names::shown;

const DOMAIN: &str = "logminer token approval 2\n";
const VERSION: u32 = 2;
/// Approvals that a reveal needs.
pub const NEEDED: usize = 2;
/// Least bytes of a reason.
pub const REASON_BYTES_MIN: usize = 4;
/// Most bytes of a reason: the audit log holds it whole.
pub const REASON_BYTES_MAX: usize = 512;

/// What is approved.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    version: u32,
    /// Id of the vault.
    pub vault: String,
    /// The token.
    pub token: String,
    /// Why its value is to be seen.
    pub reason: String,
    /// When the approval ends, UTC.
    pub expires_at: String,
    /// The approver's public key in hexadecimal.
    pub approver: String,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalFile {
    approval: Approval,
    signature: String,
}

/// Why approvals do not suffice: a code for the audit log, and a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Fewer than two files.
    TooFew,
    /// Two of one key.
    SameApprover,
    /// No file of the form, or not as this program writes it.
    Unreadable,
    /// The key is not among the approvers.
    UnknownApprover,
    /// The signature is not the key's.
    BadSignature,
    /// Its time is over.
    Expired,
    /// It is valid for longer than an approval may be.
    TooLong,
    /// It is for another vault.
    OtherVault,
    /// It is for another token.
    OtherToken,
    /// It is for another reason.
    OtherReason,
    /// There are fewer than two approvers to ask.
    TooFewApprovers,
    /// It was used for a reveal or change before.
    Used,
}

impl Refusal {
    /// The code in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooFew => "too_few_approvals",
            Self::SameApprover => "same_approver_twice",
            Self::Unreadable => "approval_unreadable",
            Self::UnknownApprover => "approver_unknown",
            Self::BadSignature => "signature_wrong",
            Self::Expired => "approval_expired",
            Self::TooLong => "approval_valid_too_long",
            Self::OtherVault => "approval_of_another_vault",
            Self::OtherToken => "approval_of_another_token",
            Self::OtherReason => "approval_of_another_reason",
            Self::TooFewApprovers => "too_few_approvers",
            Self::Used => "approval_used",
        }
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::TooFew => "two approvals are needed; give --approval twice",
            Self::SameApprover => "two approvals are of one key; another approver has to sign",
            Self::Unreadable => "an approval is no file that `logminer token approve` wrote",
            Self::UnknownApprover => "an approval is of a key that is none of the vault's approvers",
            Self::BadSignature => "the signature of an approval is wrong",
            Self::Expired => "an approval has expired; ask for a new one",
            Self::TooLong => "an approval is valid for longer than 7 days",
            Self::OtherVault => "an approval is for another vault",
            Self::OtherToken => "an approval is for another token",
            Self::OtherReason => "an approval is for another reason than --reason says",
            Self::TooFewApprovers => "the vault names fewer than two approvers; `logminer token approvers` names them",
            Self::Used => "an approval was used before, and each is good for one time; ask for a new one",
        }
    }
}

/// An approval that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Good {
    /// The approver's public key in hexadecimal.
    pub approver: String,
    /// What it is known by once it is used: the digest of what was signed.
    pub id: Digest,
}

/// Who may approve in which vault, and what was used.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Id of the vault.
    pub vault: &'a str,
    /// Public keys of the approvers in hexadecimal.
    pub approvers: &'a BTreeSet<String>,
    /// Ids of approvals that are used up.
    pub used: &'a BTreeSet<Digest>,
}

impl<'a> Standing<'a> {
    /// What a vault's journal says.
    #[must_use]
    pub fn of(state: &'a State) -> Self {
        Self { vault: &state.vault, approvers: &state.approvers, used: &state.used }
    }
}

/// What is to be approved.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The token, or what [`subject_of`] says.
    pub token: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// What the approval of other approvers stands for in the place of a token.
#[must_use]
pub fn subject_of(approvers: &BTreeSet<String>) -> String {
    format!("approvers {}", Digest::of_parts(approvers.iter().map(String::as_bytes)))
}

impl Approval {
    /// An approval of a reveal.
    ///
    /// # Errors
    /// [`Exit::Usage`](schemas::exit::Exit::Usage) for a reason that says nothing or a time that is too long.
    pub fn new(vault: &str, subject: Subject<'_>, minutes: u64, now: Timestamp, signer: &Signer) -> Result<Self, Failure> {
        let Subject { token, reason } = subject;
        check_reason(reason)?;
        if minutes == 0 || minutes > APPROVAL_DAYS_MAX * 24 * 60 {
            return Err(Failure::usage(format!("approve a reveal: an approval is valid for 1 minute to {APPROVAL_DAYS_MAX} days")));
        }
        let expires = i64::try_from(minutes).ok().and_then(|minutes| now.checked_add(SignedDuration::from_mins(minutes)).ok());
        let expires = expires.ok_or_else(|| Failure::usage("approve a reveal: its end is out of range"))?;
        let expires = Timestamp::from_second(expires.as_second()).unwrap_or(expires);
        Ok(Self {
            version: VERSION,
            vault: vault.to_owned(),
            token: token.to_owned(),
            reason: reason.to_owned(),
            expires_at: expires.to_string(),
            approver: signer.public().to_hex(),
        })
    }

    fn text(&self) -> String {
        serde_json::to_string(self).expect("an approval holds texts and a number")
    }

    /// The signed file.
    #[must_use]
    pub fn signed(&self, signer: &Signer) -> Vec<u8> {
        let text = self.text();
        let signature = hex::encode(&signer.sign(format!("{DOMAIN}{text}").as_bytes()));
        format!("{{\"approval\":{text},\"signature\":\"{signature}\"}}\n").into_bytes()
    }
}

/// A reason that an auditor can follow.
///
/// # Errors
/// [`Exit::Usage`](schemas::exit::Exit::Usage).
pub fn check_reason(reason: &str) -> Result<(), Failure> {
    let sound = reason.trim().len() >= REASON_BYTES_MIN && reason.len() <= REASON_BYTES_MAX && !reason.chars().any(char::is_control);
    if sound {
        Ok(())
    } else {
        Err(Failure::usage(format!("take the reason: it has {REASON_BYTES_MIN} to {REASON_BYTES_MAX} bytes on one line, such as a ticket")))
    }
}

/// Checks that two approvers have approved this reveal, with approvals that were not used before. Each file that is given must be good: one that is not is a
/// mistake or an attempt, and either is worth a refusal.
///
/// # Errors
/// The first [`Refusal`].
pub fn check(files: &[&Path], standing: Standing<'_>, subject: Subject<'_>, now: Timestamp) -> Result<Vec<Good>, Refusal> {
    let approvers: Vec<PublicKey> = standing.approvers.iter().filter_map(|key| PublicKey::from_hex(key)).collect();
    if approvers.len() < NEEDED {
        return Err(Refusal::TooFewApprovers);
    }
    let mut found: Vec<Good> = Vec::new();
    for path in files {
        let bytes = disk::read_small(path, APPROVAL_BYTES_MAX).map_err(|_| Refusal::Unreadable)?;
        let good = check_file(&bytes, &approvers, standing.vault, subject, now)?;
        if standing.used.contains(&good.id) {
            return Err(Refusal::Used);
        }
        if found.iter().any(|other| other.approver == good.approver) {
            return Err(Refusal::SameApprover);
        }
        found.push(good);
    }
    if found.len() < NEEDED { Err(Refusal::TooFew) } else { Ok(found) }
}

/// Checks one file.
pub(crate) fn check_file(bytes: &[u8], approvers: &[PublicKey], vault: &str, subject: Subject<'_>, now: Timestamp) -> Result<Good, Refusal> {
    let file: ApprovalFile = serde_json::from_slice(bytes).map_err(|_| Refusal::Unreadable)?;
    let text = file.approval.text();
    let canonical = format!("{{\"approval\":{text},\"signature\":\"{}\"}}\n", file.signature);
    if canonical.as_bytes() != bytes || file.approval.version != VERSION {
        return Err(Refusal::Unreadable);
    }
    let approver = approvers.iter().find(|key| key.to_hex() == file.approval.approver).ok_or(Refusal::UnknownApprover)?;
    // One text for one signature: capital digits would be another file that says the same.
    let signature = hex::decode(&file.signature).filter(|bytes| hex::encode(bytes) == file.signature).ok_or(Refusal::BadSignature)?;
    if !approver.verifies(format!("{DOMAIN}{text}").as_bytes(), &signature) {
        return Err(Refusal::BadSignature);
    }
    let expires: Timestamp = file.approval.expires_at.parse().map_err(|_| Refusal::Unreadable)?;
    if expires <= now {
        return Err(Refusal::Expired);
    }
    let days = SignedDuration::from_hours(24 * APPROVAL_DAYS_MAX.cast_signed());
    if now.checked_add(days).is_ok_and(|latest| expires > latest) {
        return Err(Refusal::TooLong);
    }
    if file.approval.vault != vault {
        return Err(Refusal::OtherVault);
    }
    if file.approval.token != subject.token {
        return Err(Refusal::OtherToken);
    }
    if file.approval.reason != subject.reason {
        return Err(Refusal::OtherReason);
    }
    Ok(Good { id: Digest::of(format!("{DOMAIN}{text}").as_bytes()), approver: file.approval.approver })
}

/// Reads the public keys of approvers.
///
/// # Errors
/// [`Exit::KeyRefused`](schemas::exit::Exit::KeyRefused) when one cannot be read.
pub fn approvers(paths: &[std::path::PathBuf]) -> Result<BTreeSet<String>, Failure> {
    paths.iter().map(|path| PublicKey::read(path).map(|key| key.to_hex())).collect()
}

/// Whether a text is a token, so that nobody pastes a value where a token belongs: it would stand in the audit log.
///
/// # Errors
/// [`Exit::Usage`](schemas::exit::Exit::Usage).
pub fn check_token(token: &str) -> Result<(), Failure> {
    let inner = token.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).and_then(|inner| inner.rsplit_once('_'));
    let sound = inner.is_some_and(|(class, tail)| {
        schemas::pii::PiiClass::from_label(class).is_some() && tail.len() == 19 && tail.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
    });
    if sound {
        Ok(())
    } else {
        Err(Failure::usage(
            "take the token: it is not of the form [CLASS_...] with 19 characters after the class, as clean records hold them, in quotes for the shell",
        ))
    }
}

/// Whether a text is the id of a vault.
///
/// # Errors
/// [`Exit::Usage`](schemas::exit::Exit::Usage).
pub fn check_vault(id: &str) -> Result<(), Failure> {
    let sound = id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if sound {
        Ok(())
    } else {
        Err(Failure::usage("take the vault's id: it has 32 hexadecimal digits in small letters, as `logminer token verify` says it"))
    }
}

/// Writes a signed approval.
///
/// # Errors
/// When the file is there already or cannot be written.
pub fn write(path: &Path, approval: &Approval, signer: &Signer) -> Result<(), Failure> {
    if path.exists() {
        return Err(Failure::usage(format!("write the approval {}: it is there already", shown(path))));
    }
    disk::write_atomic(path, &approval.signed(signer), disk::FILE_MODE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    const TOKEN: &str = "[CARD_ABCDEFGHIJKLMNOPQRS]";
    const REASON: &str = "ticket 4711";
    const VAULT: &str = "0123456789abcdef0123456789abcdef";

    const SUBJECT: Subject<'static> = Subject { token: TOKEN, reason: REASON };

    struct Case {
        dir: tempfile::TempDir,
        signers: Vec<Signer>,
        now: Timestamp,
    }

    impl Case {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let signer = |name: &str| Keys::generate(&dir.path().join(format!("keys of {name}")), true).unwrap().signer().unwrap();
            let signers = ["ana", "ben", "eve"].map(signer).into_iter().collect();
            Self { dir, signers, now: "2026-11-20T08:00:00Z".parse().unwrap() }
        }

        /// A file of a signer, made so many minutes before or after now.
        fn file(&self, name: &str, signer: usize, token: &str, reason: &str, time: (u64, i64)) -> std::path::PathBuf {
            self.file_of(VAULT, name, signer, Subject { token, reason }, time)
        }

        fn file_of(&self, vault: &str, name: &str, signer: usize, subject: Subject<'_>, (minutes, made): (u64, i64)) -> std::path::PathBuf {
            let path = self.dir.path().join(name);
            let made = self.now.checked_add(SignedDuration::from_mins(made)).unwrap();
            let approval = Approval::new(vault, subject, minutes, made, &self.signers[signer]).unwrap();
            write(&path, &approval, &self.signers[signer]).unwrap();
            path
        }

        fn approvers(&self, signers: &[usize]) -> BTreeSet<String> {
            signers.iter().map(|&signer| self.signers[signer].public().to_hex()).collect()
        }

        fn check(&self, files: &[&Path]) -> Result<Vec<Good>, Refusal> {
            check(files, Standing { vault: VAULT, approvers: &self.approvers(&[0, 1]), used: &BTreeSet::new() }, SUBJECT, self.now)
        }
    }

    #[test]
    fn two_approvals_of_two_approvers_suffice_and_nothing_less() {
        let case = Case::new();
        let minutes = (60, 0);
        let (ana, ben) = (case.file("ana1", 0, TOKEN, REASON, minutes), case.file("ben1", 1, TOKEN, REASON, minutes));
        let good = case.check(&[&ana, &ben]).unwrap();
        assert_eq!([&good[0].approver, &good[1].approver], [&case.signers[0].public().to_hex(), &case.signers[1].public().to_hex()]);
        let (alone, both, used) = (case.approvers(&[0]), case.approvers(&[0, 1]), BTreeSet::from([good[1].id]));
        let with = |approvers, used| check(&[&ana, &ben], Standing { vault: VAULT, approvers, used }, SUBJECT, case.now);
        let again = case.file("ana2", 0, TOKEN, REASON, (30, 0));
        let refused = [
            (case.check(&[]), Refusal::TooFew),
            (case.check(&[&ana]), Refusal::TooFew),
            (case.check(&[&ana, &ana]), Refusal::SameApprover),
            (case.check(&[&ana, &again]), Refusal::SameApprover),
            (case.check(&[&ana, &case.file("eve", 2, TOKEN, REASON, minutes)]), Refusal::UnknownApprover),
            (case.check(&[&ana, &case.file("b1", 1, TOKEN, REASON, (60, -60))]), Refusal::Expired),
            (case.check(&[&ana, &case.file("b2", 1, TOKEN, REASON, (7 * 24 * 60, 5))]), Refusal::TooLong),
            (case.check(&[&ana, &case.file("b3", 1, "[CARD_ABCDEFGHIJKLMNOPQRT]", REASON, minutes)]), Refusal::OtherToken),
            (case.check(&[&ana, &case.file("b4", 1, TOKEN, "ticket 4712", minutes)]), Refusal::OtherReason),
            (case.check(&[&ana, &case.file_of(&VAULT.replace('f', "e"), "b5", 1, SUBJECT, minutes)]), Refusal::OtherVault),
            (case.check(&[&ana, case.dir.path()]), Refusal::Unreadable),
            (case.check(&[&ana, &ben, &case.dir.path().join("missing")]), Refusal::Unreadable),
            (with(&alone, &BTreeSet::new()), Refusal::TooFewApprovers),
            (with(&both, &used), Refusal::Used),
        ];
        for (number, (outcome, expected)) in refused.into_iter().enumerate() {
            assert_eq!(outcome, Err(expected), "{number}");
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_of_an_approval_is_refused() {
        let case = Case::new();
        let bytes = std::fs::read(case.file("ana", 0, TOKEN, REASON, (60, 0))).unwrap();
        let approvers = [case.signers[0].public(), case.signers[1].public()];
        let checked = |bytes: &[u8]| check_file(bytes, &approvers, VAULT, SUBJECT, case.now);
        assert!(checked(&bytes).is_ok());
        for bit in 0..8 * bytes.len() {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(checked(&changed).is_err(), "bit {bit}");
        }
        assert!((0..bytes.len()).all(|length| checked(&bytes[..length]).is_err()));
        assert!(checked(&[bytes.as_slice(), b" "].concat()).is_err());
    }

    #[test]
    fn only_tokens_are_tokens_and_reasons_say_something() {
        check_token(TOKEN).unwrap();
        check_token("[NATIONAL_ID_ABCDEFGHIJKLMNOPQR7]").unwrap();
        for wrong in [
            "",
            "4539661318609139",
            "[CARD]",
            "[CARD_ABC]",
            "[CARD_ABCDEFGHIJKLMNOPQRS",
            "[INFO_ABCDEFGHIJKLMNOPQRS]",
            "[CARD_ABCD:411111******1111]",
        ] {
            assert_eq!(check_token(wrong).unwrap_err().exit, schemas::exit::Exit::Usage, "{wrong}");
        }
        check_vault(VAULT).unwrap();
        assert!(["", "tokens", "0123456789ABCDEF0123456789ABCDEF", TOKEN].iter().all(|id| check_vault(id).is_err()));
        assert!(["", "x", "    ", "a\nb\nc\n", &"x".repeat(600)].iter().all(|reason| check_reason(reason).is_err()));
        let case = Case::new();
        assert!([0, 7 * 24 * 60 + 1].iter().all(|&minutes| Approval::new(VAULT, SUBJECT, minutes, case.now, &case.signers[0]).is_err()));
    }
}
