//! Entries and their one textual form.

use schemas::ids::Digest;
use schemas::privacy::{AttoDelta, Charge, NanoRho};

use super::{LedgerError, LedgerPolicy};

const DISCOVERY: &[u8] = b"logminer discovery 1";
const DOMAIN: &[u8] = b"logminer ledger entry 1";

/// What a release is of: the same three digests again are the same release, which is replayed and not drawn again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryId {
    /// Digest of the input (the run's input manifest).
    pub input: Digest,
    /// Digest of the policy as the step that draws sees it: its `[report]`. What shapes the input is in the digest of the input.
    pub policy: Digest,
    /// Digest of what is asked (metrics, bounds, or the text of a query).
    pub query: Digest,
}

impl QueryId {
    /// The discovery of a logical day: the same whatever the data are, so that late records do not discover a second time.
    #[must_use]
    pub fn discovery(logical_day: i32, policy: Digest) -> Self {
        Self { input: Digest::of(&logical_day.to_le_bytes()), policy, query: Digest::of(DISCOVERY) }
    }

    /// Whether it is of a discovery.
    #[must_use]
    pub fn is_discovery(&self) -> bool {
        self.query == Digest::of(DISCOVERY)
    }
}

/// Which part of the cap a spend is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// The nightly report.
    Schedule,
    /// Questions asked by people.
    Query,
    /// Discovery of new keys, and second reports of one night after a loss.
    Spare,
}

/// Why a reserve ended without a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LostReason {
    /// The process died and no staged report was found.
    NoStagedReport,
    /// The step that draws the noise failed.
    StepFailed,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// The first entry.
    Genesis {
        /// Policy.
        policy: LedgerPolicy,
    },
    /// A changed policy, or a new period. What was spent before stays in the chain.
    Policy {
        /// Policy from here on.
        policy: LedgerPolicy,
        /// Whether a new period begins on this entry's logical day.
        renew: bool,
        /// Why, in the operator's words.
        reason: String,
    },
    /// Budget taken, before any noise is drawn.
    Reserve {
        /// Share of the cap.
        share: Share,
        /// What for.
        query: QueryId,
        /// rho.
        nano_rho: NanoRho,
        /// Delta of thresholds.
        atto_delta: AttoDelta,
    },
    /// The report of a reserve is staged and may be published.
    Commit {
        /// Sequence of the RESERVE entry.
        reserve: u64,
        /// Digest of the report.
        report: Digest,
        /// Noise and price of each metric.
        charges: Vec<Charge>,
    },
    /// A reserve without a report. The spend stays.
    Lost {
        /// Sequence of the RESERVE entry.
        reserve: u64,
        /// Why.
        reason: LostReason,
    },
    /// Entries of a newer copy are gone. What they may have spent until this entry's day is charged in full.
    Recharged {
        /// Hashes of entries that are known to have been in it.
        lacks: Vec<Digest>,
        /// rho charged for them.
        nano_rho: NanoRho,
        /// Delta charged for them.
        atto_delta: AttoDelta,
        /// Spends that they may have been, each of them a night of whatever day; 0 where the entry's day bounds them.
        #[serde(default, skip_serializing_if = "is_zero")]
        spends: u64,
        /// Why, in the operator's words.
        reason: String,
    },
    /// A torn append, past the anchored entry, was cut off.
    Torn {
        /// Bytes cut off.
        bytes: u64,
        /// Their digest.
        digest: Digest,
    },
}

/// A ledger of before there was this number reads, and is hashed, as it was written.
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// Position, from 0.
    pub sequence: u64,
    /// Hash of the entry before; zeros in the first.
    pub previous: Digest,
    /// Logical day, days since 1970-01-01: of a RESERVE and what ends it the day whose logs are charged, in any order within the period;
    /// of a POLICY entry the day from which it holds, never before the greatest day so far.
    pub logical_day: i32,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    entry: Entry,
    hash: Digest,
}

impl Entry {
    /// The line, its line feed included, and the entry's hash.
    pub(super) fn to_line(&self) -> (String, Digest) {
        let text = serde_json::to_string(self).expect("entries hold no maps with foreign keys and no floats");
        let hash = Digest::of_parts([DOMAIN, text.as_bytes()]);
        (format!("{{\"entry\":{text},\"hash\":\"{hash}\"}}\n"), hash)
    }

    /// Reads a line without its line feed; it must be byte for byte what [`Entry::to_line`] writes.
    pub(super) fn from_line(line: &[u8], sequence: u64) -> Result<(Self, Digest), LedgerError> {
        let damaged = |why| LedgerError::Damaged { sequence, why };
        let parsed: Line = serde_json::from_slice(line).map_err(|_| damaged("it is no entry"))?;
        let (text, hash) = parsed.entry.to_line();
        if hash != parsed.hash {
            return Err(damaged("its hash does not match"));
        }
        if text.as_bytes().strip_suffix(b"\n") != Some(line) {
            return Err(damaged("it is not in the form this program writes"));
        }
        Ok((parsed.entry, hash))
    }
}
