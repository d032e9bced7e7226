//! The run's event types as a test sees them: HTTP calls, and events that are observed.
//!
//! Event types that are the same call (method, path, status) are one act here, whatever their names. What has no portable form
//! (a route that is no plain path, an event name of 10 kB) is no act: nothing can be written about it.

use std::collections::BTreeMap;

use schemas::ids::StableId;
use schemas::record::{EventCategory, EventType, EventTypeRecord, Outcome};
use stage_runtime::{InputBytes, StepError};

use crate::model::{EventName, Method, Path, Slug, is_plural};

/// A variable part of a template.
const VARIABLE: &str = "<*>";
/// A success is the usual answer of a call when all others together are no more than one in so many.
const USUAL_SHARE: u64 = 4;

/// An HTTP call with its answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HttpAct {
    pub(crate) method: Method,
    pub(crate) path: Path,
    pub(crate) status: u16,
}

impl HttpAct {
    /// Whether the answer was a refusal or a fault.
    pub(crate) const fn failed(&self) -> bool {
        self.status >= 400
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ActKind {
    Http(HttpAct),
    Event(EventName),
}

/// A thing that happens in a journey.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) kind: ActKind,
    pub(crate) category: EventCategory,
    pub(crate) failed: bool,
    /// The event types behind it, number and id: the trace back to what was mined.
    pub(crate) event_types: Vec<(u32, StableId)>,
    /// Whether the same call also succeeds with another status, and this one is not clearly the usual: then only data of the team's
    /// makes it answer so.
    pub(crate) unusual: bool,
    count: u64,
    /// Stable text, the same every night: part of the signatures of scenarios.
    pub(crate) key: String,
    /// What it is about, in words (`accounts`), and the file it belongs to.
    pub(crate) family: Slug,
    /// Hash of the family's full name: two names may have one slug.
    pub(crate) family_id: StableId,
    /// What it is about most closely (`balance`).
    pub(crate) subject: String,
}

impl Act {
    /// The call, when it is one.
    pub(crate) const fn http(&self) -> Option<&HttpAct> {
        match &self.kind {
            ActKind::Http(http) => Some(http),
            ActKind::Event(_) => None,
        }
    }

    /// Events that are it.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// Whether it ends a session: nothing after it is done as that user.
    pub(crate) fn signs_out(&self) -> bool {
        let Some(http) = self.http().filter(|http| !http.failed()) else { return false };
        let words = http.path.telling_words();
        let last: String = words.last().copied().unwrap_or_default().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let last = last.to_ascii_lowercase();
        let ends = ["logout", "logoff", "signout", "signoff"].contains(&last.as_str());
        ends || (http.method == Method::Delete && ["session", "sessions", "token", "tokens"].contains(&last.as_str()))
    }

    /// Whether it is a sign-in that worked.
    pub(crate) fn signs_in(&self) -> bool {
        self.category == EventCategory::Login && !self.failed && self.http().is_some_and(|http| http.method == Method::Post)
    }
}

/// All acts of the run.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    acts: Vec<Act>,
    /// Act of each event type number.
    by_event: Vec<Option<u32>>,
    /// Acts of each step as `mine` names them, sorted.
    by_step: BTreeMap<String, Vec<u32>>,
    /// Of each act the first that is the same call, whatever the answer; of an event itself.
    call: Vec<u32>,
}

impl Vocabulary {
    /// Reads the event types.
    pub(crate) fn read(input: &InputBytes) -> Result<Self, StepError> {
        let container = input.open::<EventType>()?;
        let mut vocabulary = Self::default();
        let mut known = BTreeMap::new();
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            let block = container.block::<EventType>(number, &mut scratch)?;
            for record in block.records() {
                vocabulary.add(&record?, &mut known);
            }
        }
        vocabulary.mark_unusual();
        vocabulary.find_calls();
        Ok(vocabulary)
    }

    fn find_calls(&mut self) {
        let mut first: BTreeMap<(Method, &Path), u32> = BTreeMap::new();
        let call_of = |(number, act): (u32, &'_ Act)| (number, act.http().map(|http| (http.method, http.path.clone())));
        let calls: Vec<_> = (0..).zip(&self.acts).map(call_of).collect();
        self.call = calls
            .iter()
            .map(|(number, call)| call.as_ref().map_or(*number, |(method, path)| *first.entry((*method, path)).or_insert(*number)))
            .collect();
        for acts in self.by_step.values_mut() {
            acts.sort_unstable();
            acts.dedup();
        }
    }

    /// A call that succeeds in two ways cannot be asked for both: plain data gives the status that is clearly the usual one. Where none
    /// is, plain data gives neither.
    fn mark_unusual(&mut self) {
        let mut totals: BTreeMap<(Method, Path), u64> = BTreeMap::new();
        for (count, http) in self.acts.iter().filter_map(|act| act.http().filter(|http| !http.failed()).map(|http| (act.count, http))) {
            let total = totals.entry((http.method, http.path.clone())).or_default();
            *total = total.saturating_add(count);
        }
        for act in &mut self.acts {
            let total = act.http().filter(|http| !http.failed()).and_then(|http| totals.get(&(http.method, http.path.clone())));
            act.unusual = total.is_some_and(|total| act.count < total - total / USUAL_SHARE);
        }
    }

    fn add(&mut self, record: &EventTypeRecord<'_>, known: &mut BTreeMap<ActKind, u32>) {
        let act = act_of(record).map(|act| {
            let number = *known.entry(act.kind.clone()).or_insert_with(|| {
                self.acts.push(act);
                self.acts.len() as u32 - 1
            });
            let known = &mut self.acts[number as usize];
            known.event_types.push((record.number, record.id));
            known.count = known.count.saturating_add(record.count);
            // One event name may tell of both endings: then the name alone is no failure.
            known.failed &= known.http().is_some() || record.outcome == Outcome::Failure;
            if known.category == EventCategory::Other {
                known.category = record.category;
            }
            self.by_step.entry(record.step_name()).or_default().push(number);
            number
        });
        let place = record.number as usize;
        if self.by_event.len() <= place {
            self.by_event.resize(place + 1, None);
        }
        self.by_event[place] = act;
    }

    /// The act of an event type.
    pub(crate) fn act_of_event(&self, event: u32) -> Option<u32> {
        self.by_event.get(event as usize).copied().flatten()
    }

    /// The call of an act, whatever its answer: the number of an act that stands for it. None for an event.
    pub(crate) fn call_of(&self, act: u32) -> Option<u32> {
        self.act(act).http().and(self.call.get(act as usize).copied())
    }

    /// The usual way in which the call of an act goes well.
    pub(crate) fn success_of(&self, act: u32) -> Option<u32> {
        let call = self.call_of(act)?;
        let good = self.acts().filter(|(number, act)| !act.failed && self.call_of(*number) == Some(call));
        good.max_by_key(|(number, act)| (act.count, std::cmp::Reverse(*number))).map(|(number, _)| number)
    }

    /// Acts of a step that `mine` names, in order of number.
    pub(crate) fn acts_of_step(&self, name: &str) -> &[u32] {
        self.by_step.get(name).map_or(&[], Vec::as_slice)
    }

    /// The most frequent act of a step that went well, or wrong.
    pub(crate) fn usual_of_step(&self, name: &str, failed: bool) -> Option<u32> {
        let acts = self.acts_of_step(name).iter().filter(|number| self.act(**number).failed == failed);
        acts.max_by_key(|number| (self.act(**number).count, std::cmp::Reverse(**number))).copied()
    }

    /// An act.
    pub(crate) fn act(&self, number: u32) -> &Act {
        &self.acts[number as usize]
    }

    /// Event types, those without an act too.
    pub(crate) fn event_types(&self) -> usize {
        self.by_event.len()
    }

    /// All acts, in order of number.
    pub(crate) fn acts(&self) -> impl Iterator<Item = (u32, &Act)> {
        (0..).zip(&self.acts)
    }
}

fn act_of(record: &EventTypeRecord<'_>) -> Option<Act> {
    let kind = if record.method.is_empty() && record.route.is_empty() {
        ActKind::Event(EventName::new(record.name)?)
    } else {
        // A call without a usable status says that it was made, not what it does: there is nothing to expect of it.
        let status = Some(record.status).filter(|status| (200..600).contains(status))?;
        ActKind::Http(HttpAct { method: Method::new(record.method)?, path: Path::new(record.route)?, status })
    };
    let (family, subject) = match &kind {
        ActKind::Http(http) => names_of_path(&http.path),
        ActKind::Event(_) => names_of_event(record.name),
    };
    let family = if record.category == EventCategory::Login { "sign-in".to_owned() } else { family };
    let failed = match &kind {
        ActKind::Http(http) => http.failed(),
        ActKind::Event(_) => record.outcome == Outcome::Failure,
    };
    let key = match &kind {
        ActKind::Http(http) => format!("{} {} {}", http.method.name(), http.path.as_str(), http.status),
        ActKind::Event(EventName::Quoted(name) | EventName::Json(name)) => format!("event {name}"),
    };
    Some(Act {
        category: record.category,
        failed,
        event_types: Vec::new(),
        unusual: false,
        count: 0,
        key,
        family_id: StableId::of(family.as_bytes()),
        family: Slug::new(&family, "events"),
        subject,
        kind,
    })
}

/// Family and subject of a path: the last collection in it (`transfers` of `/accounts/{id}/transfers/validate`), else its first word
/// that says something; and its last word.
fn names_of_path(path: &Path) -> (String, String) {
    let words = path.telling_words();
    let first = words.first().copied().unwrap_or("api");
    let family = words.iter().rev().find(|word| is_plural(word)).copied().unwrap_or(first);
    (family.to_owned(), words.last().copied().unwrap_or(first).to_owned())
}

/// Family and subject of an event: the first word of its name, and the name. What a template says of the logger (up to the last
/// ` - `) and its variables are passed over.
fn names_of_event(name: &str) -> (String, String) {
    let telling = name.rsplit(" - ").next().filter(|tail| tail.chars().any(char::is_alphabetic)).unwrap_or(name);
    let first = telling.split(|c: char| !c.is_alphanumeric()).find(|word| word.chars().any(char::is_alphabetic)).unwrap_or("events");
    (first.to_lowercase(), told_short(telling))
}

/// What a template says, without its variables: its first clause that has words, and no word that leads to nothing.
fn told_short(template: &str) -> String {
    let clauses = template.split([',', ';', ':', '(']).map(words_of_clause);
    let is_said = |clause: &String| clause.chars().any(char::is_alphabetic);
    if !template.contains(VARIABLE) {
        return template.to_owned();
    }
    clauses.into_iter().find(is_said).unwrap_or_else(|| template.to_owned())
}

fn words_of_clause(clause: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut after_variable = false;
    for word in clause.split_whitespace() {
        let is_variable = word.contains(VARIABLE);
        if is_variable {
            while words.last().is_some_and(|last| ["at", "by", "in", "of", "to", "with", "after", "within"].contains(last)) {
                words.pop();
            }
        } else if !(after_variable && ["ms", "s", "%", "bytes"].contains(&word)) {
            words.push(word);
        }
        after_variable = is_variable;
    }
    while words.last().is_some_and(|last| ["on", "for", "from", "at", "by", "in", "of", "to", "with", "is", "and"].contains(last)) {
        words.pop();
    }
    words.join(" ").trim_matches(['-', '=', '[', ']', '#']).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_names(route: &str, family: &str, subject: &str) {
        assert_eq!(names_of_path(&Path::new(route).unwrap()), (family.to_owned(), subject.to_owned()), "{route}");
    }

    #[test]
    fn a_family_is_the_last_collection() {
        check_names("/api/v1/accounts/{id}/balance", "accounts", "balance");
        check_names("/api/v1/accounts/{id}/transfers/validate", "transfers", "validate");
        check_names("/auth/mfa/verify", "auth", "verify");
        check_names("/api/v2/{id}", "api", "api");
    }

    #[test]
    fn events_are_named_by_their_first_word() {
        assert_eq!(names_of_event("transfer_event").0, "transfer");
        assert_eq!(names_of_event("<*> INFO [<*>] c.b.core.Risk - risk score <*>"), ("risk".to_owned(), "risk score".to_owned()));
        assert_eq!(names_of_event("-- ?").0, "events");
    }

    #[test]
    fn templates_are_told_without_their_variables() {
        for (template, expected) in [
            ("payment_accepted", "payment_accepted"),
            ("plain words, and a second clause", "plain words, and a second clause"),
            ("risk score <*>, rules <*>, took <*> ms", "risk score"),
            ("risk score <*> for customer <*>", "risk score for customer"),
            ("reserved <*> USD for transfer <*>", "reserved USD for transfer"),
            ("posted transfer <*> in <*> ms, entries <*>", "posted transfer"),
            ("posted debit of EUR <*> on <*>, order <*>", "posted debit of EUR"),
            ("counter booking <*> by <*> on account <*>", "counter booking on account"),
            ("limit of customer <*> exceeded by <*>", "limit of customer exceeded"),
            ("<*>: <*>, queue <*> drained", "queue drained"),
            ("<*> <*>", "<*> <*>"),
        ] {
            assert_eq!(told_short(template), expected);
        }
    }
}
