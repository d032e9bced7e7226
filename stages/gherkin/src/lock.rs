//! The lock of the features: a scenario that an earlier night wrote keeps its bytes, and one whose behaviour is gone is reported before it goes.
//!
//! Carried from night to night as `known_scenario`. A known scenario whose behaviour was seen again is printed as it was, with the name it had,
//! even where this night would word it otherwise (`outdated` in the report; the first night without the carried state words all anew). One that
//! was not seen stays for [`KNOWN_SCENARIO_DAYS_MAX`] days, so that neither a quiet night nor a group at the threshold of customers takes it
//! away and brings it back; one that a person has reviewed stays, and is reported, until that person lets it go. A muted one is forgotten with its
//! wording. Only what was released once is kept: the lock adds no statement about anybody.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::StableId;
use schemas::limits::{KNOWN_SCENARIO_DAYS_MAX, KNOWN_SCENARIOS_MAX};
use schemas::record::{KnownScenario, KnownScenarioRecord};
use stage_runtime::{StepContext, StepError};

use crate::candidate::Risk;
use crate::changes::{Changes, Entry, of_suite};
use crate::decided::Decided;
use crate::model::{Kept, Line, Scenario, Tag, body};
use crate::scenario::{Draft, Source};
use crate::suite::{Removed, Suite};

/// What is said in place of a reason and of a number of customers.
const EARLIER: &str = "an earlier release had it";
const UNSEEN: &str = "not enough lately";

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
    found: Found,
}

/// What is different tonight.
#[derive(Default)]
struct Found {
    new: Vec<StableId>,
    outdated: Vec<StableId>,
    vanished: Vec<StableId>,
    removed: Vec<StableId>,
    muted: Vec<Removed>,
}

impl Lock {
    /// Reads the carried state; the first night has none.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let known = read_known(context, "known")?;
        Ok(Self { known, day: context.job().logical_day, found: Found::default() })
    }

    /// Puts the known scenarios into tonight's suite.
    pub(crate) fn hold(&mut self, suite: &mut Suite, decided: &Decided) {
        self.found.muted = decided.mute(suite);
        let mut seen = BTreeSet::new();
        for draft in suite.files.iter_mut().flat_map(|file| &mut file.drafts) {
            seen.insert(draft.id);
            let Some((known, text)) = self.known.get(&draft.id).and_then(|known| Some((known, Kept::new(&known.text)?))) else {
                self.found.new.push(draft.id);
                continue;
            };
            let tags = tags_of(known);
            if body(&draft.scenario) != known.text || draft.scenario.tags != tags {
                self.found.outdated.push(draft.id);
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
        for (id, known) in self.known.iter().filter(|(id, _)| !seen.contains(id) && !decided.is_muted(**id)) {
            let stays = decided.is_reviewed(*id) || self.day.saturating_sub(known.last_day) <= KNOWN_SCENARIO_DAYS_MAX;
            let kept = Kept::new(&known.text).filter(|_| stays);
            let Some(text) = kept else {
                self.found.removed.push(*id);
                continue;
            };
            self.found.vanished.push(*id);
            suite.put(&known.file, &known.feature, vanished(*id, known, text));
        }
    }

    /// Writes what the next night is given.
    pub(crate) fn write(&self, context: &mut StepContext, suite: &Suite, decided: &Decided) -> Result<(), StepError> {
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
            // What a person reviewed is forgotten last.
            let place = |(id, known): (&StableId, &Known)| (!decided.is_reviewed(*id), Reverse(known.last_day), *id);
            let mut order: Vec<_> = next.iter().map(place).collect();
            order.sort_unstable();
            order.drain(KNOWN_SCENARIOS_MAX..).for_each(|(.., id)| drop(next.remove(&id)));
        }
        write_known(context, "known_scenario", &next)
    }

    /// What is new, outdated, vanished, removed and muted.
    pub(crate) fn changes(&self, suite: &Suite, decided: &Decided) -> Changes {
        let written = of_suite(suite);
        let entry = |id: &StableId| {
            let known = self.known.get(id);
            let days = known.map(|known| self.day.saturating_sub(known.last_day));
            let entry = written.get(id).cloned().or_else(|| Some(known?.entry(*id))).unwrap_or_default();
            Entry { last_seen_days_ago: days, reviewed: decided.is_reviewed(*id), ..entry }
        };
        let list = |ids: &[StableId]| ids.iter().map(entry).collect::<Vec<Entry>>();
        let Found { new, outdated, vanished, removed, muted } = &self.found;
        let overdue = |id: &&StableId| self.known.get(id).is_some_and(|known| self.day.saturating_sub(known.last_day) > KNOWN_SCENARIO_DAYS_MAX);
        let overdue: Vec<StableId> = vanished.iter().filter(overdue).copied().collect();
        Changes {
            first_night: self.known.is_empty(),
            scenarios: written.len(),
            new: list(new),
            outdated: list(outdated),
            vanished: list(vanished),
            overdue: list(&overdue),
            removed: list(removed),
            muted: muted.iter().map(Entry::of_removed).collect(),
            left_out: 0,
        }
    }

    /// Whether an earlier night wrote it.
    pub(crate) fn knows(&self, id: StableId) -> bool {
        self.known.contains_key(&id)
    }
}

/// Scenarios of `internal/` that earlier nights wrote: only that they did. Rare paths come and go, so none is held and none is missed.
pub(crate) struct Seen {
    known: BTreeMap<StableId, Known>,
    day: i32,
}

impl Seen {
    /// Reads the carried state; the first night has none.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        Ok(Self { known: read_known(context, "seen")?, day: context.job().logical_day })
    }

    /// What is new among tonight's: neither seen lately nor released before.
    pub(crate) fn changes(&self, suite: &Suite, lock: &Lock, muted: &[Removed]) -> Changes {
        let written = of_suite(suite);
        let is_new = |id: &StableId| !self.known.contains_key(id) && !lock.knows(*id);
        let new = written.iter().filter(|(id, _)| is_new(id)).map(|(_, entry)| entry.clone()).collect();
        let muted = muted.iter().map(Entry::of_removed).collect();
        Changes { first_night: self.known.is_empty(), scenarios: written.len(), new, muted, ..Changes::default() }
    }

    /// Writes what the next night is given.
    pub(crate) fn write(mut self, context: &mut StepContext, suite: &Suite) -> Result<(), StepError> {
        let day = self.day;
        self.known.retain(|_, known| day.saturating_sub(known.last_day) <= KNOWN_SCENARIO_DAYS_MAX);
        for (id, entry) in of_suite(suite) {
            let before = self.known.get(&id);
            let first_day = before.map_or(day, |before| before.first_day);
            let nights = before.map_or(1, |before| before.nights.saturating_add(u32::from(before.last_day != day)));
            let [tags, text, calls] = [(); 3].map(|()| String::new());
            self.known
                .insert(id, Known { file: entry.file, feature: entry.family, name: entry.name, tags, text, calls, first_day, last_day: day, nights });
        }
        if self.known.len() > KNOWN_SCENARIOS_MAX {
            let mut order: Vec<_> = self.known.iter().map(|(id, known)| (Reverse(known.last_day), *id)).collect();
            order.sort_unstable();
            order.drain(KNOWN_SCENARIOS_MAX..).for_each(|(_, id)| drop(self.known.remove(&id)));
        }
        write_known(context, "seen_scenario", &self.known)
    }
}

impl Known {
    /// What is told of a scenario that is not written any more.
    fn entry(&self, id: StableId) -> Entry {
        Entry {
            id: format!("scn-{}", id.letters()),
            name: self.name.clone(),
            file: self.file.clone(),
            family: self.feature.clone(),
            kind: Source::Vanished.name(),
            risk: self.risk().name(),
            reason: EARLIER.to_owned(),
            customers: UNSEEN.to_owned(),
            ..Entry::default()
        }
    }

    fn risk(&self) -> Risk {
        let has = |risk: &Risk| self.tags.contains(&format!("risk-{}", risk.name()));
        [Risk::High, Risk::Medium].into_iter().find(has).unwrap_or(Risk::Low)
    }
}

fn read_known(context: &StepContext, name: &str) -> Result<BTreeMap<StableId, Known>, StepError> {
    let mut known = BTreeMap::new();
    for input in context.inputs(name) {
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
    Ok(known)
}

fn write_known(context: &mut StepContext, name: &str, known: &BTreeMap<StableId, Known>) -> Result<(), StepError> {
    let mut output = context.output::<KnownScenario>(name)?;
    for (id, known) in known {
        let Known { file, feature, name, tags, text, calls, first_day, last_day, nights } = known;
        let (first_day, last_day, nights) = (*first_day, *last_day, *nights);
        output.push(0, &KnownScenarioRecord { id: *id, file, feature, name, tags, text, calls, first_day, last_day, nights }, None)?;
    }
    output.finish(context)
}

fn tags_of(known: &Known) -> Vec<Tag> {
    known.tags.split(' ').filter_map(Tag::known).collect()
}

fn vanished(id: StableId, known: &Known, text: Kept) -> Draft {
    let scenario = Scenario { tags: tags_of(known), name: Line::new(&known.name), description: Vec::new(), steps: Vec::new(), kept: Some(text) };
    Draft {
        id,
        scenario,
        source: Source::Vanished,
        risk: known.risk(),
        reason: EARLIER.to_owned(),
        customers: UNSEEN.to_owned(),
        event_types: Vec::new(),
        kept_calls: known.calls.clone(),
        name_is_known: true,
    }
}
