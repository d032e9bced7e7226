//! Scenarios: from a chosen path or a finding to steps, with what `features.json` tells about them.

mod event;
mod finding;
mod http;

use schemas::ids::StableId;
use schemas::record::EventCategory;

pub(crate) use finding::{FindingScenario, Limits, findings, kebab_rule};

use crate::candidate::{Candidate, Origin, Risk};
use crate::collect::{Customers, family_of};
use crate::model::{Line, Scenario, Step, Tag};
use crate::vocabulary::{Act, Vocabulary};
use crate::words;

/// A scenario with what the manifest says about it.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) id: StableId,
    pub(crate) scenario: Scenario,
    pub(crate) kind: &'static str,
    pub(crate) risk: Risk,
    pub(crate) reason: String,
    pub(crate) customers: String,
    pub(crate) event_types: Vec<StableId>,
}

/// Facts of the run that scenarios refer to.
pub(crate) struct Setting<'v> {
    pub(crate) vocabulary: &'v Vocabulary,
    pub(crate) customers: &'v Customers,
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
            Origin::Variant => format!("Seen: {customers} walked this path in production."),
            Origin::Edge => format!("Seen: {customers} did this in production; their whole journeys differ."),
        };
        let mut description = vec![Line::new(&seen), Line::new(&format!("Risk: {}, {reason}.", candidate.risk.name()))];
        let mut tags = base_tags(candidate.id, candidate.risk, family_of(self.vocabulary, &candidate.trail));
        mark_needs(&steps, &mut tags, &mut description);
        let kind = match (target.failed, candidate.trail.origin) {
            (true, _) => "failing",
            (false, Origin::Variant) => "common",
            (false, Origin::Edge) => "transition",
        };
        let event_types = self.event_types(candidate.trail.acts.iter().map(|act| self.vocabulary.act(*act)));
        let name = Line::new(&words::scenario_name("", self.vocabulary, &candidate.trail.acts));
        let scenario = Scenario { tags, name, description, steps };
        Draft { id: candidate.id, scenario, kind, risk: candidate.risk, reason, customers, event_types }
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
    tags.sort();
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
