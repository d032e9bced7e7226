//! Which generated scenarios people have looked at: `scenarios.json` in the runs folder, kept like `baseline.json`.
//!
//! A decision is about a scenario's id, which stays while the behaviour stays. It holds from the night after the one it was made on: that one, run
//! again, is what it was. A muted scenario is not written; a reviewed one stays written, and reported, however long its behaviour is not seen. The
//! last decision about a scenario counts, and all are kept: who, why, when. Reasons and names stand in no release; that a scenario was reviewed or muted does.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::limits::{BUNDLE_FILE_BYTES_MAX, FEATURE_DECISIONS_MAX};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;
use crate::keys::{PublicKey, Signer};
use crate::manifest::Manifest;
use crate::names::shown;
use crate::signed::Document;

/// Name of the file in a runs folder.
pub const SCENARIOS: &str = "scenarios.json";
/// The parameter a step is told decisions by.
pub const SCENARIOS_PARAMETER: &str = "scenarios";

const VERSION: u32 = 1;
const DOCUMENT: Document = Document { file: SCENARIOS, field: "scenarios", version: VERSION };
/// What an id begins with.
const PREFIX: &str = "scn-";

/// What was decided about a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// Somebody has read it and wants it kept.
    Reviewed,
    /// It is not wanted.
    Muted,
    /// What was decided before no longer holds.
    Forgotten,
}

impl Decided {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reviewed => "reviewed",
            Self::Muted => "muted",
            Self::Forgotten => "given back",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The scenario: `scn-` and 16 letters.
    pub scenario: String,
    /// What was decided.
    pub decided: Decided,
    /// Logical date of the run in which it stood; the decision holds for later ones.
    pub night: String,
    /// That run.
    pub run: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, by the host's clock, UTC.
    pub at: String,
    /// The scenario's name.
    pub name: String,
}

/// All decisions, in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenarios {
    version: u32,
    /// The decisions.
    pub decisions: Vec<Decision>,
}

impl Default for Scenarios {
    fn default() -> Self {
        Self { version: VERSION, decisions: Vec::new() }
    }
}

impl Scenarios {
    /// The decisions of a runs folder; none when none was made.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when the file was changed or signed with another key, [`Exit::SchemaMismatch`] when it is of another version.
    pub fn read(runs: &Path, key: &PublicKey) -> Result<Self, Failure> {
        DOCUMENT.read(runs, key)
    }

    /// Writes the decisions and returns the digest of the file.
    ///
    /// # Errors
    /// When there are too many, or the file cannot be written.
    pub fn write(&self, runs: &Path, signer: &Signer) -> Result<Digest, Failure> {
        if self.decisions.len() > FEATURE_DECISIONS_MAX {
            return Err(Failure::usage(format!(
                "keep one more decision: there are {FEATURE_DECISIONS_MAX}, which is the most; move {} away and begin anew",
                shown(&DOCUMENT.path(runs))
            )));
        }
        DOCUMENT.write(self, runs, signer)
    }

    /// The last decision about each scenario, of those that hold on `date`; on any when there is none.
    #[must_use]
    pub fn holding(&self, date: Option<&str>) -> BTreeMap<&str, &Decision> {
        let holds = |decision: &&Decision| date.is_none_or(|date| decision.night.as_str() < date);
        let mut last = BTreeMap::new();
        self.decisions.iter().filter(holds).for_each(|decision| _ = last.insert(decision.scenario.as_str(), decision));
        last.retain(|_, decision| decision.decided != Decided::Forgotten);
        last
    }

    /// What a step of this date is told: `+LETTERS` for a reviewed scenario, `-LETTERS` for a muted one, by id; none when nothing holds.
    #[must_use]
    pub fn parameter(&self, date: &str) -> Option<String> {
        let sign = |decision: &Decision| if decision.decided == Decided::Reviewed { '+' } else { '-' };
        let letters = |decision: &Decision| decision.scenario.strip_prefix(PREFIX).unwrap_or(&decision.scenario).to_owned();
        let told: Vec<String> = self.holding(Some(date)).into_values().map(|decision| format!("{}{}", sign(decision), letters(decision))).collect();
        (!told.is_empty()).then(|| told.join(" "))
    }
}

/// A scenario of a published run, as `features.json` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// `scn-` and letters.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its file, in the run folder.
    pub file: String,
    /// Its risk.
    pub risk: String,
    /// Its kind.
    pub kind: String,
    /// Whether it is not written, as an existing test covers it (`--missing-only`).
    pub left_out: bool,
}

impl Listed {
    /// From an entry of `features.json`, of the file at `file`.
    fn of(entry: &Value, file: String, left_out: bool) -> Self {
        let [id, name, risk, kind] = ["id", "name", "risk", "kind"].map(|field| text(&entry[field]));
        Self { id, name, file, risk, kind, left_out }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The scenarios of a published run, to be decided on.
///
/// # Errors
/// As [`listed`]; [`Exit::Usage`] when the run has none.
pub fn to_decide_on(run: &Path, manifest: &Manifest) -> Result<Vec<Listed>, Failure> {
    let found = listed(run, manifest)?;
    if found.is_empty() {
        return Err(Failure::usage(format!("decide on scenarios of the run {}: it lists none", manifest.id)));
    }
    Ok(found)
}

/// The scenarios of a published run, released ones first, those that existing tests made unnecessary last; none when it lists none.
///
/// # Errors
/// [`Exit::DigestMismatch`] when a list is missing or was changed.
pub fn listed(run: &Path, manifest: &Manifest) -> Result<Vec<Listed>, Failure> {
    let mut found = Vec::new();
    for folder in ["release", "internal"] {
        let name = format!("{folder}/features.json");
        if manifest.digest_of(&name).is_none() {
            continue;
        }
        let bytes = manifest.read_file(run, &name, BUNDLE_FILE_BYTES_MAX as u64, "the scenarios")?;
        let damaged = |_| Failure::new(Exit::DigestMismatch, format!("read the scenarios of the run {}: {name} is no JSON", manifest.id));
        let list: Value = serde_json::from_slice(&bytes).map_err(damaged)?;
        for feature in list["features"].as_array().into_iter().flatten() {
            let file = format!("{folder}/{}", text(&feature["file"]));
            let scenarios = feature["scenarios"].as_array().into_iter().flatten();
            found.extend(scenarios.map(|scenario| Listed::of(scenario, file.clone(), false)));
        }
        let left_out = list["left_out"].as_array().into_iter().flatten();
        found.extend(left_out.map(|scenario| Listed::of(scenario, text(&scenario["file"]), true)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use schemas::policy::Profile;

    fn decision(letter: char, decided: Decided, night: &str) -> Decision {
        let text = |text: &str| text.to_owned();
        Decision {
            scenario: format!("scn-{}", String::from(letter).repeat(16)),
            decided,
            night: text(night),
            run: format!("{night}-0123456789ab"),
            by: text("a.lead"),
            reason: text("ticket 4711"),
            at: text("2026-11-21T08:00:00Z"),
            name: text("Transfer is refused"),
        }
    }

    #[test]
    fn a_decision_holds_from_the_night_after_and_the_last_one_counts() {
        let decisions = vec![
            decision('a', Decided::Muted, "2026-11-20"),
            decision('b', Decided::Reviewed, "2026-11-20"),
            decision('a', Decided::Forgotten, "2026-11-22"),
        ];
        let scenarios = Scenarios { decisions, ..Scenarios::default() };
        let (a, b) = ("a".repeat(16), "b".repeat(16));
        assert_eq!(scenarios.parameter("2026-11-20"), None, "the night itself is what it was");
        assert_eq!(scenarios.parameter("2026-11-21"), Some(format!("-{a} +{b}")));
        assert_eq!(scenarios.parameter("2026-11-23"), Some(format!("+{b}")));
    }

    /// A run with `--missing-only` lists what it left out, so that it can be decided on.
    #[test]
    fn what_tests_cover_is_listed_too() {
        let dir = tempfile::tempdir().unwrap();
        let released = br#"{"features":[{"file":"features/a.feature","scenarios":[{"id":"scn-a","name":"A","risk":"high","kind":"path"}]}]}"#;
        let internal = br#"{"features":[],"left_out":[{"file":"release/features/b.feature","id":"scn-b","name":"B","risk":"low","kind":"path"}]}"#;
        let mut manifest = crate::manifest::tests::sample();
        for (folder, text) in [("release", released.as_slice()), ("internal", internal)] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
            let file = format!("{folder}/features.json");
            std::fs::write(dir.path().join(&file), text).unwrap();
            let (digest, bytes) = (Digest::of(text), text.len() as u64);
            manifest.files.push(crate::bundle::Unpacked { file, digest, bytes, bundle: String::new() });
        }
        let found = to_decide_on(dir.path(), &manifest).unwrap();
        let told: Vec<_> = found.iter().map(|scenario| (scenario.id.as_str(), scenario.file.as_str(), scenario.name.as_str())).collect();
        assert_eq!(told, [("scn-a", "release/features/a.feature", "A"), ("scn-b", "release/features/b.feature", "B")]);
    }

    /// Whoever reads a run without scenarios is not refused, whoever decides on them is.
    #[test]
    fn where_nothing_is_listed_nothing_can_be_decided_on() {
        let dir = tempfile::tempdir().unwrap();
        let manifest = crate::manifest::tests::sample();
        assert_eq!(listed(dir.path(), &manifest).unwrap(), []);
        assert_eq!(to_decide_on(dir.path(), &manifest).unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn what_was_signed_is_read_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        Keys::generate(&keys, true).unwrap();
        let signer = Keys::open(&keys, Profile::Development).unwrap().signer().unwrap();
        let scenarios = Scenarios { decisions: vec![decision('a', Decided::Muted, "2026-11-20")], ..Scenarios::default() };
        scenarios.write(dir.path(), &signer).unwrap();
        assert_eq!(Scenarios::read(dir.path(), &signer.public()).unwrap(), scenarios);
        let path = dir.path().join(SCENARIOS);
        let text = std::fs::read_to_string(&path).unwrap();
        for (from, to) in [("muted", "reviewed"), ("4711", "4712"), ("{", " {"), ("aaaa", "bbbb")] {
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
            assert_eq!(Scenarios::read(dir.path(), &signer.public()).unwrap_err().exit, Exit::DigestMismatch, "{from}");
        }
        std::fs::write(&path, text.replace("\"version\":1", "\"version\":2")).unwrap();
        assert_eq!(Scenarios::read(dir.path(), &signer.public()).unwrap_err().exit, Exit::SchemaMismatch);
        let many = Scenarios { decisions: vec![decision('a', Decided::Muted, "2026-11-20"); FEATURE_DECISIONS_MAX + 1], ..Scenarios::default() };
        assert_eq!(many.write(dir.path(), &signer).unwrap_err().exit, Exit::Usage);
    }
}
