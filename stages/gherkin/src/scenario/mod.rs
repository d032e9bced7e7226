//! Scenarios: from a chosen path or a finding to steps, with what `features.json` tells about them.

mod acts;
mod check;
mod event;
mod finding;
mod http;
mod sequence;

use schemas::ids::StableId;
use schemas::record::EventCategory;

pub(crate) use check::{CheckScenario, checks};
pub(crate) use finding::{FindingScenario, Limits, findings, kebab_rule};
pub(crate) use sequence::{SequenceScenario, Sequences};

use crate::candidate::{Candidate, Origin, Risk};
use crate::collect::{Before, Customers, family_of};
use crate::model::{Call, Line, Scenario, Step, Tag};
use crate::vocabulary::{Act, Vocabulary};
use crate::words;

/// What an alias begins with whose value must belong to somebody else.
pub(crate) const FOREIGN: &str = "foreign_";

/// Where a scenario comes from. What is mined later becomes a source here, a file beside these, and a line in the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// A path that ends in success.
    Common,
    /// A path that ends in a refusal or a fault.
    Failing,
    /// Two acts that follow each other.
    Transition,
    /// A promise of one call.
    Check,
    /// A finding.
    Finding,
    /// A sequence that leads to a failure.
    Sequence,
    /// An anomalous path.
    Suspect,
    /// An earlier night: its behaviour was not seen tonight.
    Vanished,
}

impl Source {
    /// The kind in `features.json`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Failing => "failing",
            Self::Transition => "transition",
            Self::Check => "check",
            Self::Finding => "finding",
            Self::Sequence => "failure-sequence",
            Self::Suspect => "suspect",
            Self::Vanished => "vanished",
        }
    }
}

/// A scenario with what the manifest says about it.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) id: StableId,
    pub(crate) scenario: Scenario,
    pub(crate) source: Source,
    pub(crate) risk: Risk,
    pub(crate) reason: String,
    pub(crate) customers: String,
    pub(crate) event_types: Vec<StableId>,
    /// Calls of its steps, as [`Draft::calls`] gives them, when the steps themselves are of an earlier night.
    pub(crate) kept_calls: String,
    /// Whether its name is that of an earlier night: then it stays.
    pub(crate) name_is_known: bool,
}

impl Draft {
    /// The calls of its steps, a line each: method, path, data set.
    pub(crate) fn calls(&self) -> String {
        if self.scenario.kept.is_some() {
            return self.kept_calls.clone();
        }
        let line =
            |call: &Call| format!("{} {} {}", call.method.name(), call.path.as_str(), call.data.as_deref().unwrap_or_default()).trim_end().to_owned();
        let mut lines: Vec<String> = self.scenario.steps.iter().filter_map(Step::call).map(line).collect();
        lines.sort();
        lines.dedup();
        lines.join("\n")
    }
}

/// Facts of the run that scenarios refer to.
pub(crate) struct Setting<'v> {
    pub(crate) vocabulary: &'v Vocabulary,
    pub(crate) customers: &'v Customers,
    /// For each changing call the one that nearly always goes before it.
    pub(crate) before: &'v Before,
    /// Calls that change something and succeed, those that enough customers share, in order.
    pub(crate) changing: &'v [u32],
    /// The sign-in call that enough customers share.
    pub(crate) sign_in: Option<u32>,
    pub(crate) customers_min: u32,
    /// Whether exact numbers may be told (`internal/`).
    pub(crate) exact: bool,
}

impl Setting<'_> {
    fn customers_text(&self, customers: u64) -> String {
        if self.exact { words::customers_exactly(customers) } else { words::customers_band(customers, self.customers_min) }
    }

    /// Fewest customers of anything that is told.
    pub(crate) fn floor(&self) -> u64 {
        if self.exact { 0 } else { u64::from(self.customers_min) }
    }

    /// Ids of the event types behind acts, sorted. One call may have rare names besides its common one: those stay untold.
    fn event_types<'a>(&self, acts: impl Iterator<Item = &'a Act>) -> Vec<StableId> {
        let is_told = |event: &u32| self.customers.of_event(*event) >= self.floor();
        let mut ids: Vec<StableId> = acts.flat_map(|act| &act.event_types).filter(|(event, _)| is_told(event)).map(|(_, id)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The scenario of a path.
    pub(crate) fn draft(&self, candidate: &Candidate) -> Draft {
        let target = self.vocabulary.act(candidate.trail.target());
        let steps = if target.http().is_some() { http::steps(self, &candidate.trail) } else { event::steps(self.vocabulary, &candidate.trail) };
        let reason = risk_reason(target);
        let customers = self.customers_text(candidate.customers);
        let seen = match candidate.trail.origin {
            Origin::Variant => "Seen: customers walk this path in production.",
            Origin::Edge => "Seen: customers do this in production; their whole journeys differ.",
        };
        let mut description = vec![Line::new(seen), Line::new(&format!("Risk: {}, {reason}.", candidate.risk.name()))];
        let mut tags = base_tags(candidate.id, candidate.risk, family_of(self.vocabulary, &candidate.trail));
        mark_needs(&steps, &mut tags, &mut description);
        let source = match (target.failed, candidate.trail.origin) {
            (true, _) => Source::Failing,
            (false, Origin::Variant) => Source::Common,
            (false, Origin::Edge) => Source::Transition,
        };
        let event_types = self.event_types(candidate.trail.acts.iter().map(|act| self.vocabulary.act(*act)));
        let name = Line::new(&words::scenario_name("", self.vocabulary, &candidate.trail.acts));
        let scenario = Scenario { tags, name, description, steps, kept: None };
        Draft {
            id: candidate.id,
            scenario,
            source,
            risk: candidate.risk,
            reason,
            customers,
            event_types,
            kept_calls: String::new(),
            name_is_known: false,
        }
    }
}

fn base_tags(id: StableId, risk: Risk, family: &Act) -> Vec<Tag> {
    vec![Tag::word("generated"), Tag::new("journey", family.family.as_str()), Tag::new("risk", risk.name()), Tag::of_id(id)]
}

/// Tags what only a team can supply, and says so.
fn mark_needs(steps: &[Step], tags: &mut Vec<Tag>, description: &mut Vec<Line>) {
    let mut names: Vec<&str> = steps.iter().filter_map(|step| step.call()?.data.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        tags.push(Tag::word("needs-data"));
        description.push(Line::new(&format!("Needs: the data set {} in test-data.json; skipped without it.", names.join(", "))));
    }
    let reads_log = |step: &Step| matches!(step, Step::EventObserved(_) | Step::EventFollows(..) | Step::LogHasNoCard | Step::LogIsComplete);
    if steps.iter().any(reads_log) {
        tags.push(Tag::word("needs-event-log"));
        description.push(Line::new("Needs: the file named by EVENT_LOG; skipped without it."));
    }
    if steps.iter().any(|step| matches!(step, Step::AnswerAccepted | Step::ChangesAccepted)) {
        tags.push(Tag::word("needs-accepted"));
        description.push(Line::new("Needs: answers that were accepted on the test system; skipped without them."));
    }
    if let Some(alias) = steps.iter().find_map(|step| if let Step::SendPool(_, alias) = step { Some(alias) } else { None }) {
        tags.push(Tag::word("needs-data"));
        description.push(Line::new(&format!("Needs: the pool {alias} in test-data.json; skipped without it.")));
    }
    if steps.iter().any(|step| matches!(step, Step::Pause(_))) {
        tags.push(Tag::word("needs-clock"));
        description.push(Line::new("Needs: the call that moves the system's clock, in test-data.json; skipped without it."));
    }
    if steps.iter().filter_map(Step::call).flat_map(|call| call.path.aliases()).any(|alias| alias.starts_with(FOREIGN)) {
        tags.push(Tag::word("needs-data"));
        description.push(Line::new("Needs: the id of somebody else's in test-data.json; skipped without it."));
    }
    tags.sort();
    tags.dedup();
}

fn risk_reason(target: &Act) -> String {
    let is_transaction = target.category == EventCategory::Transaction;
    let text = match target.http().map(|http| http.status) {
        Some(500..) => "the server failed here",
        _ if target.failed && is_transaction => "a transaction is refused here",
        _ if target.failed => "a request is refused here",
        _ if is_transaction => "money moves here",
        _ if target.category == EventCategory::Login => "access is granted here",
        Some(_) if target.http().is_some_and(|http| !http.method.reads()) => "data changes here",
        _ => "nothing changes here",
    };
    text.to_owned()
}
