//! Which groups of anomalies people have looked at: `baseline.json` in the runs folder.
//!
//! A decision is about a profile (how often each event occurs in a journey), which is the same from night to night. It holds from the night after
//! the one it was made on: that one, run again, is what it was. An accepted profile is listed no more; a rejected one is listed as confirmed,
//! however surprising it is. The last decision about a profile counts, and all are kept: who, why, when, and what was seen.
//!
//! The file is one signed document, written anew and atomically; every decision is in the audit log with the digest of the file it made.
//! A file that was changed, or signed with another key, ends a run before its first step.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::container::Container;
use schemas::ids::Digest;
use schemas::limits::BASELINE_DECISIONS_MAX;
use schemas::record::{AnomalyGroup, Record};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::keys::{PublicKey, Signer};
use crate::manifest::Manifest;
use crate::names::shown;
use crate::signed::Document;

/// Name of the file in a runs folder.
pub const BASELINE: &str = "baseline.json";
/// The parameter a step is told decisions by.
pub const BASELINE_PARAMETER: &str = "baseline";

const VERSION: u32 = 1;
const DOCUMENT: Document = Document { file: BASELINE, field: "baseline", version: VERSION };
const GROUPS_BYTES_MAX: u64 = 256 << 20;

/// What was decided about a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// It is ordinary.
    Accepted,
    /// It is an anomaly indeed.
    Rejected,
    /// What was decided before no longer holds.
    Forgotten,
}

impl Decided {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Forgotten => "forgotten",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The profile, 16 hexadecimal digits.
    pub profile: String,
    /// What was decided.
    pub decided: Decided,
    /// Logical date of the run in which it was seen; the decision holds for later ones.
    pub night: String,
    /// That run.
    pub run: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, by the host's clock, UTC.
    pub at: String,
    /// What was unusual, as the run said it.
    pub explanation: String,
}

/// All decisions, in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    /// The decisions.
    pub decisions: Vec<Decision>,
}

impl Default for Baseline {
    fn default() -> Self {
        Self { version: VERSION, decisions: Vec::new() }
    }
}

impl Baseline {
    /// The decisions of a runs folder; none when none was made.
    ///
    /// # Errors
    /// [`schemas::exit::Exit::DigestMismatch`] when the file was changed or signed with another key, [`schemas::exit::Exit::SchemaMismatch`] when it is of another version.
    pub fn read(runs: &Path, key: &PublicKey) -> Result<Self, Failure> {
        DOCUMENT.read(runs, key)
    }

    /// Writes the decisions and returns the digest of the file.
    ///
    /// # Errors
    /// When there are too many, or the file cannot be written.
    pub fn write(&self, runs: &Path, signer: &Signer) -> Result<Digest, Failure> {
        if self.decisions.len() > BASELINE_DECISIONS_MAX {
            return Err(Failure::usage(format!(
                "keep one more decision: there are {BASELINE_DECISIONS_MAX}, which is the most; move {} away and begin anew",
                shown(&runs.join(BASELINE))
            )));
        }
        DOCUMENT.write(self, runs, signer)
    }

    /// The last decision about each profile, of those that hold on `date`; on any when there is none.
    #[must_use]
    pub fn holding(&self, date: Option<&str>) -> BTreeMap<&str, &Decision> {
        let holds = |decision: &&Decision| date.is_none_or(|date| decision.night.as_str() < date);
        let mut last = BTreeMap::new();
        self.decisions.iter().filter(holds).for_each(|decision| _ = last.insert(decision.profile.as_str(), decision));
        last.retain(|_, decision| decision.decided != Decided::Forgotten);
        last
    }

    /// What a step of this date is told: `+PROFILE` for an accepted one, `-PROFILE` for a rejected one, by profile; none when nothing holds.
    #[must_use]
    pub fn parameter(&self, date: &str) -> Option<String> {
        let sign = |decision: &Decision| if decision.decided == Decided::Accepted { '+' } else { '-' };
        let told: Vec<String> = self.holding(Some(date)).into_values().map(|decision| format!("{}{}", sign(decision), decision.profile)).collect();
        (!told.is_empty()).then(|| told.join(" "))
    }
}

/// A group of anomalies of a published run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The profile, 16 hexadecimal digits.
    pub profile: String,
    /// Journeys.
    pub journeys: u64,
    /// Distinct customers.
    pub customers: u64,
    /// What is unusual.
    pub explanation: String,
    /// Whether it was rejected before.
    pub confirmed: bool,
}

/// The groups of a published run, as it lists them.
///
/// # Errors
/// [`schemas::exit::Exit::DigestMismatch`] when the file is missing or was changed, [`schemas::exit::Exit::Usage`] when the run has no groups.
pub fn groups(run: &Path, manifest: &Manifest) -> Result<Vec<Group>, Failure> {
    let written = manifest.tasks.iter().flat_map(|task| &task.outputs).find(|output| output.kind == AnomalyGroup::KIND.name());
    let Some(written) = written else {
        return Err(Failure::usage(format!("decide on anomalies of the run {}: it lists none that can be decided on", manifest.id)));
    };
    let bytes = manifest.read_file(run, &written.file, GROUPS_BYTES_MAX, "the anomalies")?;
    let damaged = |error| Failure::container(&written.file, error);
    let container = Container::open(&bytes).map_err(damaged)?;
    let (mut groups, mut scratch) = (Vec::new(), Vec::new());
    for number in 0..container.block_count() {
        for record in container.block::<AnomalyGroup>(number, &mut scratch).map_err(damaged)?.records() {
            let record = record.map_err(damaged)?;
            groups.push(Group {
                profile: record.profile.to_string(),
                journeys: record.journeys,
                customers: record.customers,
                explanation: record.explanation.to_owned(),
                confirmed: record.confirmed,
            });
        }
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use schemas::exit::Exit;
    use schemas::policy::Profile;

    fn decision(profile: &str, decided: Decided, night: &str) -> Decision {
        let text = |text: &str| text.to_owned();
        Decision {
            profile: text(profile),
            decided,
            night: text(night),
            run: format!("{night}-0123456789ab"),
            by: text("a.auditor"),
            reason: text("ticket 4711"),
            at: text("2026-11-21T08:00:00Z"),
            explanation: text("begins with logout"),
        }
    }

    fn baseline() -> Baseline {
        let decisions = vec![
            decision("00000000000000aa", Decided::Accepted, "2026-11-20"),
            decision("00000000000000bb", Decided::Rejected, "2026-11-20"),
            decision("00000000000000aa", Decided::Rejected, "2026-11-22"),
            decision("00000000000000bb", Decided::Forgotten, "2026-11-23"),
        ];
        Baseline { decisions, ..Baseline::default() }
    }

    #[test]
    fn a_decision_holds_from_the_night_after_and_the_last_one_counts() {
        let told = |date: &str| baseline().parameter(date);
        assert_eq!(told("2026-11-20"), None, "the night itself is what it was");
        assert_eq!(told("2026-11-21").as_deref(), Some("+00000000000000aa -00000000000000bb"));
        assert_eq!(told("2026-11-23").as_deref(), Some("-00000000000000aa -00000000000000bb"));
        assert_eq!(told("2026-11-24").as_deref(), Some("-00000000000000aa"));
    }

    #[test]
    fn what_was_signed_is_read_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        Keys::generate(&keys, true).unwrap();
        let signer = Keys::open(&keys, Profile::Development).unwrap().signer().unwrap();
        assert_eq!(Baseline::read(dir.path(), &signer.public()).unwrap(), Baseline::default());
        let digest = baseline().write(dir.path(), &signer).unwrap();
        assert_eq!(Baseline::read(dir.path(), &signer.public()).unwrap(), baseline());
        let path = dir.path().join(BASELINE);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(Digest::of(text.as_bytes()), digest);
        for (from, to) in [("accepted", "rejected"), ("4711", "4712"), ("2026-11-22", "2026-11-19"), ("{", " {"), ("ed25519", "none")] {
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
            assert_eq!(Baseline::read(dir.path(), &signer.public()).unwrap_err().exit, Exit::DigestMismatch, "{from}");
        }
        std::fs::write(&path, text.replace("\"version\":1", "\"version\":2")).unwrap();
        assert_eq!(Baseline::read(dir.path(), &signer.public()).unwrap_err().exit, Exit::SchemaMismatch);
        std::fs::write(&path, &text).unwrap();
        let other = dir.path().join("other");
        Keys::generate(&other, true).unwrap();
        let other = Keys::open(&other, Profile::Development).unwrap().signer().unwrap();
        assert_eq!(Baseline::read(dir.path(), &other.public()).unwrap_err().exit, Exit::DigestMismatch);
    }

    #[test]
    fn there_is_a_most() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        Keys::generate(&keys, true).unwrap();
        let signer = Keys::open(&keys, Profile::Development).unwrap().signer().unwrap();
        let one = decision("00000000000000aa", Decided::Accepted, "2026-11-20");
        let many = Baseline { decisions: vec![one; BASELINE_DECISIONS_MAX + 1], ..Baseline::default() };
        assert_eq!(many.write(dir.path(), &signer).unwrap_err().exit, Exit::Usage);
    }
}
