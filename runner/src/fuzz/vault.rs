//! Files of the token vault that come from outside or from a copy: approvals, the journal, the erasure key.

use fuzz::{Target, shape};

use crate::keys::Keys;
use crate::vault::Places;
use crate::vault::approval::{Approval, Subject, check_file};
use crate::vault::erasure::{ErasureKey, Leaf};
use crate::vault::journal::lines;

const JSON: &[&[u8]] = &[
    b"{\"approval\":{\"version\":2,\"vault\":\"",
    b"\"token\":\"",
    b"\"reason\":\"",
    b"\"expires_at\":\"2026-11-20T08:00:00Z\"",
    b"\"signature\":\"",
    b"{\"entry\":{\"sequence\":0,\"previous\":\"",
    b"\"kind\":\"appended\"",
    b"\"kind\":\"forgotten\",\"leaves\":[\"",
    b"\"segments\":[]",
    b"\"hash\":\"",
    b"}\n",
    b"\\u0000",
    b"\xff",
    b"18446744073709551615",
];

/// No file but one that an approver has signed approves.
#[test]
fn approval() {
    let dir = tempfile::tempdir().unwrap();
    let signer = Keys::generate(dir.path(), true).unwrap().signer().unwrap();
    let now = "2026-11-20T08:00:00Z".parse().unwrap();
    let (vault, subject) = ("0123456789abcdef0123456789abcdef", Subject { token: "[CARD_ABCDEFGHIJKLMNOPQRS]", reason: "ticket 4711" });
    let signed = Approval::new(vault, subject, 60, now, &signer).unwrap().signed(&signer);
    let approvers = [signer.public()];
    Target::new("runner-approval", JSON).executions(500).bytes_max(1_024).seed(&signed).check(|input| {
        let outcome = check_file(input, &approvers, vault, subject, now);
        assert!(outcome.is_err() || input == signed, "a file that nobody signed approves");
        shape(&outcome.err().map(crate::vault::approval::Refusal::code))
    });
}

#[test]
fn journal() {
    let dir = tempfile::tempdir().unwrap();
    let places = Places { vault: dir.path().join("tokens"), erasure: dir.path().join("erasure") };
    places.create().unwrap();
    drop(crate::vault::Vault::adopt(&places, "ticket 1").unwrap());
    let seed = std::fs::read(places.vault.join("journal.jsonl")).unwrap();
    Target::new("runner-vault-journal", JSON).executions(500).seed(&seed).check(|input| match lines(input, "journal.jsonl") {
        Ok((state, length, hashes)) => {
            assert!(length <= input.len() as u64 && state.next == hashes.len() as u64);
            shape(&(state.next, state.segments.len(), state.forgotten.len()))
        }
        Err(failure) => shape(&failure.message.len()),
    });
}

/// What is read is what would be written, and answers for every leaf.
#[test]
fn erasure_key() {
    let mut key = ErasureKey::generate([7; 16]).unwrap();
    let whole = key.to_bytes();
    key.puncture(Leaf::of("a"));
    let tokens: &[&[u8]] = &[b"LMERASE1", b"\x00", b"\x50", b"\xff\xff\xff\xff"];
    Target::new("runner-erasure-key", tokens).executions(500).seed(&whole).seed(&key.to_bytes()).check(|input| {
        let Some(read) = ErasureKey::from_bytes(input) else { return shape(&input.len().min(64)) };
        assert_eq!(read.to_bytes(), input);
        shape(&["a", "b", "c"].map(|owner| read.key(Leaf::of(owner)).is_some()))
    });
}
