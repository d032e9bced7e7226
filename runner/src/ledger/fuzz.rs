//! Fuzz targets of the ledger: its lines, its anchor, its rules.

use fuzz::{Target, shape};
use schemas::ids::Digest;
use schemas::policy::ReportPolicy;
use schemas::privacy::{AttoDelta, NanoRho};

use super::entry::{Body, Entry, QueryId, Share};
use super::file::Anchor;
use super::policy::LedgerPolicy;
use super::writer::verify;

const TOKENS: &[&[u8]] = &[
    b"{\"entry\":{\"sequence\":",
    b"\"previous\":\"",
    b"\"logical_day\":",
    b"\"kind\":\"reserve\"",
    b"\"kind\":\"commit\"",
    b"\"kind\":\"lost\"",
    b"\"kind\":\"torn\"",
    b"\"nano_rho\":",
    b"18446744073709551615",
    b"-1",
    b"\"share\":\"query\"",
    b"\"reserve\":0",
    b"},\"hash\":\"",
    b"\"}\n",
    b"\n",
    b"\\u0041",
    b" ",
];

/// A ledger of three entries.
fn ledger() -> (String, Anchor) {
    let digest = |text: &str| Digest::of(text.as_bytes());
    let policy = LedgerPolicy::from_report(&ReportPolicy::default()).expect("the default policy has a ledger");
    let query = QueryId { input: digest("input"), policy: digest("policy"), query: digest("query") };
    let bodies = [
        Body::Genesis { policy },
        Body::Reserve { share: Share::Schedule, query, nano_rho: NanoRho(1_000), atto_delta: AttoDelta(1_000) },
        Body::Torn { bytes: 7, digest: digest("torn") },
    ];
    let (mut text, mut head) = (String::new(), Digest([0; 32]));
    for (sequence, body) in bodies.into_iter().enumerate() {
        let (line, hash) = Entry { sequence: sequence as u64, previous: head, logical_day: 20_000, body }.to_line();
        text.push_str(&line);
        head = hash;
    }
    (text, Anchor { sequence: 2, head })
}

/// A line that is read is byte for byte the line that its entry writes.
#[test]
fn ledger_line() {
    let (mut text, _) = ledger();
    let lacks = vec![Digest::of(b"gone")];
    let body = Body::Recharged { lacks, nano_rho: NanoRho(5), atto_delta: AttoDelta(6), spends: 7, reason: "restored".to_owned() };
    text.push_str(&Entry { sequence: 3, previous: Digest([0; 32]), logical_day: 20_000, body }.to_line().0);
    let target = text.lines().fold(Target::new("runner-ledger-line", TOKENS).bytes_max(1_536), |target, line| target.seed(line.as_bytes()));
    target.repair(repair).check(|input| match Entry::from_line(input, 0) {
        Ok((entry, hash)) => {
            let (line, again) = entry.to_line();
            assert!(line.as_bytes().strip_suffix(b"\n") == Some(input) && hash == again);
            shape(&(input.len(), std::mem::discriminant(&entry.body)))
        }
        Err(error) => shape(&error.to_string().len()),
    });
}

/// A whole ledger: whatever verifies is a prefix of lines that the rules allow, and holds the anchored entry.
#[test]
fn ledger_file() {
    let (text, anchor) = ledger();
    assert!(verify(text.as_bytes(), anchor).is_ok());
    let genesis = Anchor { sequence: 0, head: verify(text.as_bytes(), anchor).expect("a sound ledger").state.heads[0] };
    Target::new("runner-ledger-file", TOKENS).bytes_max(2_560).executions(1_000).seed(text.as_bytes()).repair(repair).check(|input| {
        match verify(input, genesis) {
            Ok(verified) => {
                assert!(verified.length <= input.len() && input[..verified.length].ends_with(b"\n"));
                shape(&(verified.state.next_sequence, verified.length.min(64)))
            }
            Err(error) => shape(&error.to_string().len()),
        }
    });
}

#[test]
fn anchor() {
    let (_, anchor) = ledger();
    Target::new("runner-anchor", TOKENS).bytes_max(256).seed(anchor.to_line().as_bytes()).check(|input| {
        let Ok(text) = std::str::from_utf8(input) else { return 0 };
        Anchor::from_text(text).map_or(1, |anchor| shape(&anchor.sequence.min(64)))
    });
}

/// Hashes and links the lines again, as a forger would who cannot change the anchor.
fn repair(bytes: &mut Vec<u8>) {
    let mut out = Vec::new();
    let mut previous = Digest([0; 32]);
    for (sequence, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let entry =
            serde_json::from_slice::<serde_json::Value>(line).ok().and_then(|value| serde_json::from_value::<Entry>(value["entry"].clone()).ok());
        match entry {
            Some(entry) => {
                // The first entry stays as it is in every second input: the anchor names it.
                let (text, hash) = Entry { previous, sequence: sequence as u64, ..entry }.to_line();
                out.extend_from_slice(if line.ends_with(b"\n") { text.as_bytes() } else { text.trim_end().as_bytes() });
                previous = hash;
            }
            None => out.extend_from_slice(line),
        }
    }
    *bytes = out;
}
