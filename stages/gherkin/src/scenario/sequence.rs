//! Scenarios of failure sequences: what production did before a step went wrong, and the answer that a right system gives then.
//!
//! A sequence says under which condition a step fails far more often than otherwise. The shortest journey that fails so holds much that has nothing to
//! do with it, so the scenario does what the condition says and no more: two transfers, then the third. Where it breaks is looked up in the variants
//! ([`Repetitions`]). What is asserted is not what production did (that would keep the fault) but what the same call answers otherwise; so the scenario is
//! red until the cause is gone, carries `@failure-sequence` and `@suspect`, and is left out of runs that must be green.
//!
//! A condition that calls cannot bring about (a field's value, an hour, an event that only a log shows) is told to the team alone: the journey is walked as
//! far as a scenario takes it, with a data set of the team's that brings the condition about. So is one whose number of repetitions is not known to be shared.

use schemas::ids::StableId;
use schemas::record::{FailureKind, SequenceRecord};
use serde::Deserialize;

use super::{Draft, Setting, Source, base_tags, http, mark_needs, risk_reason};
use crate::candidate::{ACTS_BEFORE_MAX, Origin, Trail};
use crate::collect::{family_of, risk_of};
use crate::model::{Line, Scenario, Slug, Step, Tag};
use crate::repetition::{Breaks, Repetitions};
use crate::words;

/// Share of failing calls from which the number of repetitions explains a failure by itself.
const NEARLY_ALWAYS: f64 = 0.9;
/// Letters of its id in the name of a data set.
const DATA_LETTERS: usize = 8;

/// The scenario of a failure sequence.
pub(crate) struct SequenceScenario {
    /// Whether it may leave.
    pub(crate) is_shared: bool,
    pub(crate) family: Slug,
    pub(crate) family_id: StableId,
    pub(crate) draft: Draft,
}

/// One clause of a condition, as `failures.json` writes it.
#[derive(Debug, Deserialize)]
struct Clause {
    clause: String,
    #[serde(default)]
    event: String,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    at_least: usize,
    #[serde(default)]
    seconds: u32,
}

/// What sequences are made scenarios with.
pub(crate) struct Sequences<'s> {
    pub(crate) released: &'s Setting<'s>,
    pub(crate) internal: &'s Setting<'s>,
    pub(crate) repetitions: &'s Repetitions,
    /// Whether numbers of journeys may be too small.
    pub(crate) may_lack_variants: bool,
}

/// A path to walk.
#[derive(Debug)]
struct Plan {
    /// Acts before the one under test.
    before: Vec<u32>,
    target: u32,
    /// What production showed in its place.
    failing: u32,
    /// Successes of the same call before it, where their number is what matters.
    repeats: usize,
    /// Seconds that pass before the call under test.
    pause: Option<u32>,
    /// Whether only a data set brings the condition about.
    needs_data: bool,
    /// Customers who certainly had it so, where nothing but shared behaviour is stated.
    customers: Option<u64>,
}

impl Sequences<'_> {
    /// The scenario of a sequence; none when no step can provoke or notice it.
    pub(crate) fn scenario(&self, record: &SequenceRecord<'_>) -> Option<SequenceScenario> {
        let clauses: Vec<Clause> = serde_json::from_str(record.condition).ok()?;
        let plan = match record.how {
            FailureKind::Failure | FailureKind::Timeout => self.of_call(record, &clauses)?,
            FailureKind::Missing => self.of_missing(record, &clauses)?,
            FailureKind::Abandoned | FailureKind::Reversed => return None,
        };
        let acts = || plan.before.iter().chain([&plan.target, &plan.failing]);
        let all_shared = acts().all(|act| self.shared(*act));
        let customers_min = u64::from(self.released.customers_min);
        let is_shared = all_shared && record.customers.min(plan.customers.unwrap_or(0)) >= customers_min;
        let setting = if is_shared { self.released } else { self.internal };
        let trail = Trail { acts: plan.before.iter().copied().chain([plan.target]).collect(), origin: Origin::Variant };
        let family = family_of(setting.vocabulary, &trail);
        let draft = draft(setting, record, &plan, &trail);
        Some(SequenceScenario { is_shared, family: family.family.clone(), family_id: family.family_id, draft })
    }

    fn shared(&self, act: u32) -> bool {
        self.released.customers.of_act(self.released.vocabulary.act(act)) >= u64::from(self.released.customers_min)
    }

    /// A call that is refused, fails, or takes too long.
    fn of_call(&self, record: &SequenceRecord<'_>, clauses: &[Clause]) -> Option<Plan> {
        let vocabulary = self.internal.vocabulary;
        let path: Vec<u32> = record.path.iter().filter_map(|event| vocabulary.act_of_event(*event)).collect();
        let last = vocabulary.act_of_event(*record.path.last()?)?;
        let call = vocabulary.call_of(last)?;
        let target = vocabulary.success_of(last)?;
        let is_itself = |clause: &&Clause| clause.clause == "count" && vocabulary.acts_of_step(&clause.event).contains(&last);
        let earlier_min = clauses.iter().find(is_itself).map(|clause| clause.at_least.saturating_sub(1)).filter(|earlier| *earlier > 0);
        let breaks = earlier_min.and_then(|earlier| self.repetitions.breaks(call, earlier, u64::from(self.released.customers_min)));
        let repeats = breaks.map(|breaks| breaks.earlier).or(earlier_min).unwrap_or(0);
        let failing = breaks.map_or(last, |breaks| breaks.act);
        let customers = self.customers(record, earlier_min, breaks);
        let plan = Plan { before: vec![target; repeats], target, failing, repeats, pause: None, needs_data: false, customers };
        if breaks.is_some_and(|breaks| breaks.rate >= NEARLY_ALWAYS) {
            return Some(plan);
        }
        let place =
            |act: u32| path.iter().position(|other| vocabulary.call_of(*other).is_some() && vocabulary.call_of(*other) == vocabulary.call_of(act));
        let mut groups: Vec<(usize, Vec<u32>)> = Vec::new();
        let (mut pause, mut is_said) = (None, true);
        for clause in clauses.iter().filter(|clause| !is_itself(clause)) {
            let said = self.acts_of(clause);
            is_said &= said.is_some();
            if clause.clause == "not_within" {
                pause = Some(clause.seconds.saturating_add(1));
            }
            groups.extend(said.filter(|acts| !acts.is_empty()).map(|acts| (acts.first().and_then(|act| place(*act)).unwrap_or(usize::MAX), acts)));
        }
        if !is_said {
            // The journey itself, as much of it as a scenario takes.
            let calls: Vec<u32> = path.iter().copied().filter(|act| vocabulary.call_of(*act).is_some()).collect();
            let before = calls.split_last().map_or(&[][..], |(_, before)| before);
            let before = before.get(before.len().saturating_sub(ACTS_BEFORE_MAX)..).unwrap_or_default().to_vec();
            return Some(Plan { before, needs_data: true, customers: None, ..plan });
        }
        groups.push((place(target).unwrap_or(usize::MAX), plan.before.clone()));
        groups.sort_by_key(|(place, _)| *place);
        let before: Vec<u32> = groups.into_iter().flat_map(|(_, acts)| acts).collect();
        (!before.is_empty()).then_some(Plan { before, pause, ..plan })
    }

    /// Customers who certainly had the failure after so many repetitions: all that had it, less one for each journey that failed after another number.
    fn customers(&self, record: &SequenceRecord<'_>, earlier_min: Option<usize>, breaks: Option<Breaks>) -> Option<u64> {
        match (earlier_min, breaks) {
            (Some(least), Some(breaks)) if breaks.earlier != least => {
                let sure = record.customers.saturating_sub(breaks.failing_elsewhere).min(breaks.failing);
                Some(sure).filter(|_| !self.may_lack_variants)
            }
            _ => Some(record.customers),
        }
    }

    /// The calls that bring a clause about; none when calls cannot.
    fn acts_of(&self, clause: &Clause) -> Option<Vec<u32>> {
        let vocabulary = self.internal.vocabulary;
        let call = |name: &str| {
            let (name, failed) = name.strip_suffix(" (failed)").map_or((name, false), |name| (name, true));
            vocabulary.usual_of_step(name, failed).filter(|act| vocabulary.call_of(*act).is_some())
        };
        match clause.clause.as_str() {
            "count" => Some(vec![call(&clause.event)?; clause.at_least.min(ACTS_BEFORE_MAX)]),
            "after" | "directly_after" | "within" | "not_within" => Some(vec![call(&clause.event)?]),
            "sequence" => clause.events.split_last()?.1.iter().map(|name| call(name)).collect(),
            "not_after" => Some(Vec::new()),
            _ => None,
        }
    }

    /// An event that does not come, in a journey of events.
    fn of_missing(&self, record: &SequenceRecord<'_>, clauses: &[Clause]) -> Option<Plan> {
        let vocabulary = self.internal.vocabulary;
        let event = |name: &str| vocabulary.usual_of_step(name, false).filter(|act| vocabulary.call_of(*act).is_none());
        let target = event(record.event)?;
        let mut before: Vec<u32> = Vec::new();
        for clause in clauses {
            let names: Vec<&str> = match clause.clause.as_str() {
                "after" | "directly_after" | "within" => vec![clause.event.as_str()],
                "sequence" => clause.events.iter().map(String::as_str).collect(),
                "not_after" => Vec::new(),
                _ => return None,
            };
            for act in names.into_iter().map(event) {
                before.push(act?);
            }
        }
        let place = |act: u32| record.path.iter().position(|other| vocabulary.act_of_event(*other) == Some(act)).unwrap_or(usize::MAX);
        before.sort_by_key(|act| (place(*act), *act));
        before.dedup();
        before.truncate(ACTS_BEFORE_MAX);
        let plan = Plan { before, target, failing: target, repeats: 0, pause: None, needs_data: false, customers: Some(record.customers) };
        (!plan.before.is_empty()).then_some(plan)
    }
}

fn draft(setting: &Setting<'_>, record: &SequenceRecord<'_>, plan: &Plan, trail: &Trail) -> Draft {
    let vocabulary = setting.vocabulary;
    let keys: Vec<&str> = trail.acts.iter().map(|act| vocabulary.act(*act).key.as_str()).collect();
    let condition = if plan.needs_data { record.condition } else { "" };
    let id = StableId::of(format!("sequence/1\n{}\n{condition}", keys.join("\n")).as_bytes());
    let failing = vocabulary.act(plan.failing);
    let (risk, reason) = (risk_of(vocabulary, &Trail { acts: vec![plan.failing], origin: Origin::Variant }), risk_reason(failing));
    let mut steps = if failing.http().is_some() { http::steps(setting, trail) } else { super::event::steps(vocabulary, trail) };
    adjust(&mut steps, plan, id);
    let status = failing.http().filter(|http| http.failed()).map_or_else(String::new, |http| format!(", with status {}", http.status));
    let mut description = vec![
        Line::new(&format!("Seen: production goes wrong here far more often than elsewhere{status}.")),
        Line::new("Why: what is expected is what the same step does otherwise; mute the scenario if the refusal is a rule."),
        Line::new(&format!("Risk: {}, {reason}.", risk.name())),
        Line::new("Fails: until the cause is gone; runs that must be green leave out @failure-sequence."),
    ];
    if setting.exact {
        description.extend(Line::wrapped("Seen", record.sentence));
    }
    let mut tags = base_tags(id, risk, family_of(vocabulary, trail));
    tags.extend(["failure-sequence", "suspect"].map(Tag::word));
    mark_needs(&steps, &mut tags, &mut description);
    let customers = setting.customers_text(plan.customers.map_or(record.customers, |sure| sure.min(record.customers)));
    let event_types = setting.event_types(trail.acts.iter().chain([&plan.failing]).map(|act| vocabulary.act(*act)));
    let scenario = Scenario { tags, name: Line::new(&name(setting, plan, trail)), description, steps, kept: None };
    Draft { id, scenario, source: Source::Sequence, risk, reason, customers, event_types, kept_calls: String::new(), name_is_known: false }
}

/// Lets time pass before the call under test, and gives it the data that brings the condition about.
fn adjust(steps: &mut Vec<Step>, plan: &Plan, id: StableId) {
    if let Some(place) = steps.iter().rposition(|step| matches!(step, Step::Send(_))) {
        if let (true, Some(Step::Send(call))) = (plan.needs_data, steps.get_mut(place)) {
            let letters: String = id.letters().chars().take(DATA_LETTERS).collect();
            call.data = Some(format!("sequence-{letters}"));
        }
        if let Some(seconds) = plan.pause {
            steps.insert(place, Step::Pause(seconds));
        }
    }
}

/// `Third transfer is accepted with status 201 after two transfers`; without a number `Transfer is still accepted ...`, as the path that goes well may
/// have a scenario of its own.
fn name(setting: &Setting<'_>, plan: &Plan, trail: &Trail) -> String {
    const ORDINALS: [&str; 8] = ["Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth"];
    let name = words::scenario_name("", setting.vocabulary, &trail.acts);
    let Some(ordinal) = plan.repeats.checked_sub(1).and_then(|place| ORDINALS.get(place)) else {
        let verbs = [" is accepted", " succeeds", " follows"].into_iter().find(|verb| name.contains(verb)).unwrap_or_default();
        let still = verbs.strip_prefix(" is").map_or_else(|| format!(" still{verbs}"), |verb| format!(" is still{verb}"));
        return words::fitting(&name.replacen(verbs, &still, 1));
    };
    let mut chars = name.chars();
    let first = chars.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    words::fitting(&format!("{ordinal} {first}{}", chars.as_str()))
}
