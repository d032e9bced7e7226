//! `coverage.json` and `coverage.html`: for the analysis team, exact.

use schemas::ids::StableId;
use schemas::metric::Counter;
use schemas::record::{TestFileKind, TestFileRecord, TestOutcome};
use serde_json::{Value, json};
use stage_runtime::{StepContext, StepError};

use super::measure::{Level, Measured, pairs};
use super::page;
use super::tested::{Tested, Trails};
use crate::bundle::Files;
use crate::candidate::Risk;
use crate::suite::{Removed, Suite};
use crate::vocabulary::Vocabulary;
use crate::words::scenario_name;

/// Paths that no test walks which are listed.
const PATHS_SHOWN_MAX: usize = 500;
/// Calls and transitions that are listed.
const ROWS_SHOWN_MAX: usize = 2_000;
/// Acts of a path that are listed.
const ACTS_SHOWN_MAX: usize = 64;
/// Files of tests that are listed: those with a problem first.
const FILES_SHOWN_MAX: usize = 1_000;

/// What is told of a night's coverage.
pub(super) struct Told<'n> {
    pub(super) vocabulary: &'n Vocabulary,
    pub(super) measured: &'n Measured,
    pub(super) tested: &'n Tested,
    /// Scenarios of this night, those that tests cover, and those that were left out.
    pub(super) scenarios: [u64; 3],
}

/// Measures, adds the two files, and takes the scenarios that exist already out of the suites where the job asks for it; returns those, of each suite.
pub(crate) fn add(
    context: &mut StepContext,
    files: &mut Files,
    vocabulary: &Vocabulary,
    tested: &Tested,
    trails: &Trails,
    suites: [&mut Suite; 2],
) -> Result<[Vec<Removed>; 2], StepError> {
    let measured = Measured::new(context, vocabulary, tested, trails)?;
    let [released, internal] = suites;
    let covered = tested.covered([released, internal], trails);
    let all = released.drafts().count() + internal.drafts().count();
    let known = released.drafts().chain(internal.drafts()).filter(|draft| covered.contains(&draft.id)).count();
    let removed = [tested.thin(released, &covered), tested.thin(internal, &covered)];
    let left_out = removed.iter().map(Vec::len).sum::<usize>() as u64;
    context.report.add(Counter::ScenariosTested, left_out);
    context.report.add(Counter::VariantsUntested, measured.paths_untested());
    context.report.add(Counter::CallsUntested, measured.acts_untested());
    let told = Told { vocabulary, measured: &measured, tested, scenarios: [all as u64, known as u64, left_out] };
    files.add_json("coverage.json", &told.json())?;
    files.add("coverage.html", page::page(&told))?;
    Ok(removed)
}

/// How much of something is tested, counted and by customers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) all: u64,
    pub(super) tested: u64,
    customers: u128,
    customers_tested: u128,
}

impl Share {
    pub(super) fn of(rows: impl Iterator<Item = (u64, bool)>) -> Self {
        let mut share = Self::default();
        for (customers, tested) in rows {
            share.all += 1;
            share.customers += u128::from(customers);
            share.tested += u64::from(tested);
            share.customers_tested += if tested { u128::from(customers) } else { 0 };
        }
        share
    }

    /// Thousandths of the customers' part, rounded down; none of nothing.
    pub(super) fn per_mille(self) -> Option<u64> {
        (self.customers_tested * 1_000).checked_div(self.customers).map(|share| u64::try_from(share).unwrap_or(1_000))
    }

    fn json(self) -> Value {
        json!({ "all": self.all, "tested": self.tested, "tested_by_customers_per_mille": self.per_mille() })
    }
}

impl Told<'_> {
    /// Calls and events, transitions, paths.
    pub(super) fn shares(&self) -> [Share; 3] {
        let measured = self.measured;
        [
            Share::of(measured.acts.values().map(|done| (done.customers, done.tested))),
            Share::of(measured.transitions.values().map(|done| (done.customers, done.tested))),
            Share::of(measured.paths.iter().map(|path| (path.customers, path.level == Level::Whole))),
        ]
    }

    /// What a call or event is called.
    pub(super) fn label(&self, act: u32) -> String {
        let act = self.vocabulary.act(act);
        act.http().map_or_else(|| act.subject.clone(), |http| format!("{} {} {}", http.method.name(), http.path.as_str(), http.status))
    }

    /// Acts by customers, most first.
    pub(super) fn acts(&self) -> Vec<(u32, super::measure::Done)> {
        let mut acts: Vec<_> = self.measured.acts.iter().map(|(act, done)| (*act, *done)).collect();
        acts.sort_by(|a, b| b.1.customers.cmp(&a.1.customers).then_with(|| self.vocabulary.act(a.0).key.cmp(&self.vocabulary.act(b.0).key)));
        acts
    }

    /// Transitions by customers, most first.
    pub(super) fn transitions(&self) -> Vec<((u32, u32), super::measure::Done)> {
        let key = |pair: (u32, u32)| (&self.vocabulary.act(pair.0).key, &self.vocabulary.act(pair.1).key);
        let mut all: Vec<_> = self.measured.transitions.iter().map(|(pair, done)| (*pair, *done)).collect();
        all.sort_by(|a, b| b.1.customers.cmp(&a.1.customers).then_with(|| key(a.0).cmp(&key(b.0))));
        all
    }

    /// Paths of a risk, or all: how many there are of each level.
    pub(super) fn levels(&self, risk: Option<Risk>) -> [u64; 4] {
        let of = |level| self.measured.paths.iter().filter(|path| path.level == level && risk.is_none_or(|risk| path.risk == risk)).count() as u64;
        Level::ALL.map(of)
    }

    fn json(&self) -> Value {
        let [calls, transitions, paths] = self.shares();
        let levels =
            |risk| Value::Object(Level::ALL.iter().zip(self.levels(risk)).map(|(level, count)| (level.name().to_owned(), count.into())).collect());
        let by_risk: serde_json::Map<String, Value> =
            [Risk::High, Risk::Medium, Risk::Low].into_iter().map(|risk| (risk.name().to_owned(), levels(Some(risk)))).collect();
        let [scenarios, covered, left_out] = self.scenarios;
        json!({
            "format": 1,
            "tests": self.tests(),
            "calls": calls.json(),
            "transitions": transitions.json(),
            "paths": { "share": paths.json(), "levels": levels(None), "levels_by_risk": by_risk },
            "scenarios": { "all": scenarios, "tested": covered, "left_out": left_out, "missing_only": self.tested.missing_only },
            "untested_paths": self.untested_paths(),
            "untested_paths_left_out": (self.measured.paths_untested() as usize).saturating_sub(PATHS_SHOWN_MAX),
            "calls_listed": self.acts().iter().take(ROWS_SHOWN_MAX).map(|(act, done)| json!({ "call": self.label(*act), "customers_at_least": done.customers, "tested": done.tested })).collect::<Vec<_>>(),
            "transitions_listed": self.transitions().iter().take(ROWS_SHOWN_MAX).map(|(pair, done)| json!({
                "from": self.label(pair.0), "to": self.label(pair.1), "customers_at_least": done.customers, "tested": done.tested,
            })).collect::<Vec<_>>(),
        })
    }

    fn tests(&self) -> Value {
        let files = &self.tested.files;
        let of_kind = |kind| files.iter().filter(|file| file.kind == kind).count();
        let sum = |number: fn(&TestFileRecord) -> u32| files.iter().map(|file| u64::from(number(file))).sum::<u64>();
        let ended = |outcome| self.tested.outcomes.get(&outcome).copied().unwrap_or(0);
        let mut listed: Vec<&TestFileRecord> = files.iter().filter(|file| file.kind != TestFileKind::Other).collect();
        listed.sort_by_key(|file| (file.problem.is_none(), file.file));
        listed.truncate(FILES_SHOWN_MAX);
        json!({
            "feature_files": of_kind(TestFileKind::Feature), "junit_files": of_kind(TestFileKind::Junit), "cucumber_json_files": of_kind(TestFileKind::CucumberJson),
            "test_runs": of_kind(TestFileKind::Run), "passed_over": of_kind(TestFileKind::Other),
            "broken": files.iter().filter(|file| file.problem.is_some()).count(),
            "tests": self.tested.outcomes.values().sum::<u64>(), "results": sum(|file| file.results),
            "passed": ended(TestOutcome::Passed), "failed": ended(TestOutcome::Failed), "not_run": ended(TestOutcome::NotRun), "not_reported": ended(TestOutcome::NotReported),
            "steps": sum(|file| file.steps), "steps_known": sum(|file| file.steps_known), "calls_unknown": sum(|file| file.calls_unknown),
            "files": listed,
        })
    }

    fn untested_paths(&self) -> Vec<Value> {
        let untested = self.measured.paths.iter().filter(|path| path.level != Level::Whole).take(PATHS_SHOWN_MAX);
        let shown = |path: &super::measure::Path| {
            let missing: Vec<Value> = pairs(&path.acts)
                .filter(|pair| !self.measured.is_made(*pair))
                .take(ACTS_SHOWN_MAX)
                .map(|(from, to)| json!([self.label(from), self.label(to)]))
                .collect();
            json!({
                "name": self.name(path), "weight": path.weight(), "risk": path.risk.name(), "level": path.level.name(), "customers_at_least": path.customers,
                "journeys": path.journeys, "failures": path.failures, "acts": path.acts.len(),
                "path": path.acts.iter().take(ACTS_SHOWN_MAX).map(|act| self.label(*act)).collect::<Vec<_>>(),
                "missing_transitions": missing, "scenarios": ids(&path.scenarios), "variants": path.variants,
            })
        };
        untested.map(shown).collect()
    }

    /// A path in words: what is worst of it, what came before, how it goes on.
    pub(super) fn name(&self, path: &super::measure::Path) -> String {
        let name = scenario_name("", self.vocabulary, &path.acts[..=path.worst]);
        match path.acts.len() - path.worst - 1 {
            0 => name,
            1 => format!("{name}, then one more step"),
            more => format!("{name}, then {more} more steps"),
        }
    }
}

fn ids(ids: &[StableId]) -> Vec<String> {
    ids.iter().map(|id| format!("scn-{}", id.letters())).collect()
}
