//! The lock of the features: a scenario that an earlier night wrote keeps its bytes, and one whose behaviour is gone is reported before it goes.
//!
//! Carried from night to night as `known_scenario`. A known scenario whose behaviour was seen again is printed as it was, with the name it had,
//! even where this night would word it otherwise (`outdated` in the report; the first night without the carried state words all anew). One that
//! was not seen stays for [`KNOWN_SCENARIO_DAYS_MAX`] days, so that neither a quiet night nor a group at the threshold of customers takes it
//! away and brings it back. Only what was released once is kept: the lock adds no statement about anybody.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::StableId;
use schemas::limits::{KNOWN_SCENARIO_DAYS_MAX, KNOWN_SCENARIOS_MAX};
use schemas::record::{KnownScenario, KnownScenarioRecord};
use serde_json::{Value, json};
use stage_runtime::{StepContext, StepError};

use crate::candidate::Risk;
use crate::model::{Kept, Line, Scenario, Tag, body};
use crate::scenario::{Draft, Source};
use crate::suite::Suite;

/// A scenario of an earlier night.
#[derive(Debug, Clone)]
struct Known {
    file: String,
    feature: String,
    name: String,
    tags: String,
    text: String,
    calls: String,
    first_day: i32,
    last_day: i32,
    nights: u32,
}

/// The scenarios that earlier nights wrote.
pub(crate) struct Lock {
    known: BTreeMap<StableId, Known>,
    day: i32,
    changes: Changes,
}

/// What is different tonight.
#[derive(Default)]
struct Changes {
    new: Vec<StableId>,
    outdated: Vec<StableId>,
    vanished: Vec<StableId>,
    removed: Vec<StableId>,
}

impl Lock {
    /// Reads the carried state; the first night has none.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let mut known = BTreeMap::new();
        for input in context.inputs("known") {
            let container = input.open::<KnownScenario>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<KnownScenario>(number, &mut scratch)?.records() {
                    let KnownScenarioRecord { id, file, feature, name, tags, text, calls, first_day, last_day, nights } = record?;
                    let [file, feature, name, tags, text, calls] = [file, feature, name, tags, text, calls].map(str::to_owned);
                    known.insert(id, Known { file, feature, name, tags, text, calls, first_day, last_day, nights });
                }
            }
        }
        Ok(Self { known, day: context.job().logical_day, changes: Changes::default() })
    }

    /// Puts the known scenarios into tonight's suite.
    pub(crate) fn hold(&mut self, suite: &mut Suite) {
        let mut seen = BTreeSet::new();
        for draft in suite.files.iter_mut().flat_map(|file| &mut file.drafts) {
            seen.insert(draft.id);
            let Some((known, text)) = self.known.get(&draft.id).and_then(|known| Some((known, Kept::new(&known.text)?))) else {
                self.changes.new.push(draft.id);
                continue;
            };
            let tags = tags_of(known);
            if body(&draft.scenario) != known.text || draft.scenario.tags != tags {
                self.changes.outdated.push(draft.id);
                draft.kept_calls = known.calls.clone();
                draft.scenario.kept = Some(text);
                draft.scenario.tags = tags;
            }
            draft.scenario.name = Line::new(&known.name);
            draft.name_is_known = true;
        }
        for file in &mut suite.files {
            let known = file.drafts.iter().find_map(|draft| self.known.get(&draft.id).filter(|known| known.file == file.path));
            file.known_name = known.map(|known| Line::new(&known.feature));
        }
        for (id, known) in self.known.iter().filter(|(id, _)| !seen.contains(id)) {
            let kept = Kept::new(&known.text).filter(|_| self.day.saturating_sub(known.last_day) <= KNOWN_SCENARIO_DAYS_MAX);
            let Some(text) = kept else {
                self.changes.removed.push(*id);
                continue;
            };
            self.changes.vanished.push(*id);
            suite.put(&known.file, &known.feature, vanished(*id, known, text));
        }
    }

    /// Writes what the next night is given.
    pub(crate) fn write(&self, context: &mut StepContext, suite: &Suite) -> Result<(), StepError> {
        let mut next: BTreeMap<StableId, Known> = BTreeMap::new();
        for file in &suite.files {
            for draft in &file.drafts {
                let before = self.known.get(&draft.id);
                let known = match before {
                    Some(before) if draft.source == Source::Vanished => before.clone(),
                    _ => Known {
                        file: file.path.clone(),
                        feature: file.feature.name.as_str().to_owned(),
                        name: draft.scenario.name.as_str().to_owned(),
                        tags: draft.scenario.tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(" "),
                        text: body(&draft.scenario),
                        calls: draft.calls(),
                        first_day: before.map_or(self.day, |before| before.first_day),
                        last_day: self.day,
                        nights: before.map_or(1, |before| before.nights.saturating_add(u32::from(before.last_day != self.day))),
                    },
                };
                next.insert(draft.id, known);
            }
        }
        if next.len() > KNOWN_SCENARIOS_MAX {
            let mut order: Vec<(Reverse<i32>, StableId)> = next.iter().map(|(id, known)| (Reverse(known.last_day), *id)).collect();
            order.sort_unstable();
            order.drain(KNOWN_SCENARIOS_MAX..).for_each(|(_, id)| drop(next.remove(&id)));
        }
        let mut output = context.output::<KnownScenario>("known_scenario")?;
        for (id, known) in &next {
            let Known { file, feature, name, tags, text, calls, first_day, last_day, nights } = known;
            let (first_day, last_day, nights) = (*first_day, *last_day, *nights);
            output.push(0, &KnownScenarioRecord { id: *id, file, feature, name, tags, text, calls, first_day, last_day, nights }, None)?;
        }
        output.finish(context)
    }

    /// What is new, outdated, vanished and removed, for `feature-changes.json`.
    pub(crate) fn report(&self, suite: &Suite) -> Value {
        let written: BTreeMap<StableId, (&str, &str)> = suite
            .files
            .iter()
            .flat_map(|file| file.drafts.iter().map(move |draft| (draft.id, (draft.scenario.name.as_str(), file.path.as_str()))))
            .collect();
        let shown = |id: &StableId| {
            let known = self.known.get(id);
            let (name, file) = written.get(id).copied().or_else(|| known.map(|known| (known.name.as_str(), known.file.as_str()))).unwrap_or_default();
            let days = known.map(|known| self.day.saturating_sub(known.last_day));
            json!({ "id": format!("scn-{}", id.letters()), "name": name, "file": file, "last_seen_days_ago": days })
        };
        let list = |ids: &[StableId]| Value::Array(ids.iter().map(shown).collect());
        let Changes { new, outdated, vanished, removed } = &self.changes;
        json!({
            "first_night": self.known.is_empty(),
            "kept_days_max": KNOWN_SCENARIO_DAYS_MAX,
            "counts": {
                "scenarios": written.len(), "new": new.len(), "unchanged": written.len() - new.len() - vanished.len(),
                "outdated": outdated.len(), "vanished": vanished.len(), "removed": removed.len(),
            },
            "new": list(new), "outdated": list(outdated), "vanished": list(vanished), "removed": list(removed),
        })
    }
}

fn tags_of(known: &Known) -> Vec<Tag> {
    known.tags.split(' ').filter_map(Tag::known).collect()
}

fn vanished(id: StableId, known: &Known, text: Kept) -> Draft {
    let scenario = Scenario { tags: tags_of(known), name: Line::new(&known.name), description: Vec::new(), steps: Vec::new(), kept: Some(text) };
    let risk = [Risk::High, Risk::Medium].into_iter().find(|risk| known.tags.contains(&format!("risk-{}", risk.name()))).unwrap_or(Risk::Low);
    Draft {
        id,
        scenario,
        source: Source::Vanished,
        risk,
        reason: "an earlier night saw it".to_owned(),
        customers: "not seen tonight".to_owned(),
        event_types: Vec::new(),
        kept_calls: known.calls.clone(),
        name_is_known: true,
    }
}
