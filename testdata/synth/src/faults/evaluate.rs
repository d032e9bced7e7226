//! Evaluates conditions over the journeys of a log.

use std::fmt;

use super::bank::{Bank, Journey, OUTCOMES, event_name};
use super::clause::{Clause, Comparison, Condition, How, Outcome};
use super::truth::Fault;

/// Steps of journeys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Steps(
    /// Place of the journey and of its step, sorted; the end of a journey stands behind its last event.
    Vec<(u32, u32)>,
);

impl Steps {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// None.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are in both.
    #[must_use]
    pub fn common(&self, other: &Self) -> usize {
        self.0.iter().filter(|step| other.0.binary_search(step).is_ok()).count()
    }

    /// Those that are in both.
    #[must_use]
    pub fn both(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|step| other.0.binary_search(step).is_ok()).copied().collect())
    }
}

/// A condition that cannot be evaluated, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(&'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refused {}

impl Bank {
    /// The steps at `outcome` for which `condition` holds.
    ///
    /// # Errors
    ///
    /// A clause makes no sense, or is on how the step ended.
    pub fn select(&self, outcome: &Outcome, condition: &Condition) -> Result<Steps, Refused> {
        let tests: Vec<Test> = condition.all.iter().map(|clause| self.test(clause)).collect::<Result<_, _>>()?;
        let name = self.label(&outcome.event).name;
        Ok(self.steps(|place| {
            let step = if outcome.how.is_at_end() { place.is_end() } else { !place.is_end() && place.name() == name };
            step && tests.iter().all(|test| place.holds(test, name.filter(|_| outcome.how == How::Missing)))
        }))
    }

    /// The steps at which `fault` could show, and those at which it, or something that looks like it, does.
    ///
    /// # Errors
    ///
    /// The truth is not one that this generator writes.
    pub fn outcomes(&self, fault: &Fault) -> Result<(Steps, Steps), Refused> {
        let among = fault.among.clone().unwrap_or(Condition { all: Vec::new() });
        let domain = self.select(&fault.outcome, &among)?;
        let name = self.label(&fault.outcome.event).name;
        let reversal = fault.reversal.as_ref().and_then(|event| self.label(event).name);
        let failing = self.steps(|place| match fault.outcome.how {
            How::Failure | How::Timeout => place.name() == name && !place.is_end() && place.failed(),
            How::Missing | How::Abandoned => place.is_end() && place.journey.events.iter().all(|event| Some(event.name) != name),
            How::Reversed => !place.is_end() && place.name() == name && !place.failed() && place.is_reversed(reversal),
        });
        let failing = failing.both(&domain);
        Ok((domain, failing))
    }

    /// The steps that `truth/steps.csv` lists: session and place.
    ///
    /// # Errors
    ///
    /// The log has no such session.
    pub fn listed<'a>(&self, rows: impl Iterator<Item = (&'a str, u32)>) -> Result<Steps, Refused> {
        let places: std::collections::HashMap<&str, u32> =
            self.journeys.iter().zip(0..).map(|(journey, place)| (journey.session.as_str(), place)).collect();
        let place = |(session, step)| Some((*places.get(session)?, step));
        let mut steps = rows.map(place).collect::<Option<Vec<_>>>().ok_or(Refused("the truth names a session that the log does not have"))?;
        steps.sort_unstable();
        Ok(Steps(steps))
    }

    fn steps(&self, wanted: impl Fn(&Place<'_>) -> bool) -> Steps {
        let mut steps = Vec::new();
        for (journey, number) in self.journeys.iter().zip(0..) {
            for step in 0..=journey.events.len() {
                if wanted(&Place { bank: self, journey, number, step }) {
                    steps.push((number, step as u32));
                }
            }
        }
        Steps(steps)
    }

    /// The event a label means: behind the name may stand a call, or that it failed.
    fn label(&self, label: &str) -> Label {
        let failed_only = label.trim_end().ends_with("(failed)");
        Label { name: self.names.find(&name_in(label)), failed_only }
    }

    fn test(&self, clause: &Clause) -> Result<Test, Refused> {
        Ok(match clause {
            Clause::Count { at_least: 0, .. } => return Err(Refused("a count of at least 0 is no condition")),
            Clause::Count { event, at_least } => Test::Count(self.label(event), *at_least as usize),
            Clause::After { event } => Test::After(self.label(event), true),
            Clause::NotAfter { event } => Test::After(self.label(event), false),
            Clause::DirectlyAfter { event } => Test::DirectlyAfter(self.label(event)),
            Clause::Sequence { events } if events.is_empty() => return Err(Refused("a sequence of no events is no condition")),
            Clause::Sequence { events } => Test::Sequence(events.iter().map(|event| self.label(event)).collect()),
            Clause::Within { event, seconds } => Test::Within(self.label(event), seconds.saturating_mul(1000), true),
            Clause::NotWithin { event, seconds } => Test::Within(self.label(event), seconds.saturating_mul(1000), false),
            Clause::Field { name, .. } if OUTCOMES.contains(&name.as_str()) => return Err(Refused("a condition on how the step ended is none")),
            Clause::Field { name, op, value } => {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Test::Field(self.fields.find(name), self.values.texts.iter().map(|text| compare(text, *op, &value)).collect())
            }
            Clause::Hour { from, to } if *from > 23 || *to > 24 => return Err(Refused("an hour is 0 to 24")),
            Clause::Hour { from, to } => Test::Hour(*from, *to),
            Clause::Concurrent => Test::Concurrent,
        })
    }
}

fn name_in(label: &str) -> String {
    event_name(label.split([' ', '(']).next().unwrap_or_default())
}

/// Whether two labels mean the same event, whatever stands behind the names.
#[must_use]
pub fn is_same_event(a: &str, b: &str) -> bool {
    name_in(a) == name_in(b)
}

/// Numbers as numbers; versions, which are numbers with dots, part by part; other texts as texts.
fn compare(text: &str, op: Comparison, value: &str) -> bool {
    let parts = |text: &str| text.split('.').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
    let number = |text: &str| text.parse::<f64>().ok();
    let order = match (number(text), number(value), parts(text), parts(value)) {
        (Some(a), Some(b), ..) => a.total_cmp(&b),
        (.., Some(a), Some(b)) => a.cmp(&b),
        _ => text.cmp(value),
    };
    match op {
        Comparison::Equal => order.is_eq(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Below => order.is_lt(),
    }
}

/// An event, or only a failed one; no name: one that never happened.
#[derive(Clone, Copy)]
struct Label {
    name: Option<u32>,
    failed_only: bool,
}

/// A clause with the numbers of this bank.
enum Test {
    Count(Label, usize),
    After(Label, bool),
    DirectlyAfter(Label),
    Sequence(Vec<Label>),
    Within(Label, u64, bool),
    /// Field, and which values are meant.
    Field(Option<u32>, Vec<bool>),
    Hour(u32, u32),
    Concurrent,
}

/// A step in its journey.
struct Place<'a> {
    bank: &'a Bank,
    journey: &'a Journey,
    number: u32,
    step: usize,
}

impl Place<'_> {
    fn is_end(&self) -> bool {
        self.step == self.journey.events.len()
    }

    fn name(&self) -> Option<u32> {
        self.journey.events.get(self.step).map(|event| event.name)
    }

    fn failed(&self) -> bool {
        self.journey.events.get(self.step).is_some_and(|event| event.failed)
    }

    /// Of the end: when the last event was.
    fn at(&self) -> u64 {
        let events = &self.journey.events;
        events.get(self.step).or(events.last()).map_or(0, |event| event.at)
    }

    fn is(&self, place: usize, label: Label) -> bool {
        let event = &self.journey.events[place];
        Some(event.name) == label.name && (!label.failed_only || event.failed)
    }

    /// `missing`: the event that the end stands for.
    fn holds(&self, test: &Test, missing: Option<u32>) -> bool {
        let events = &self.journey.events;
        let past = 0..self.step;
        match test {
            Test::Count(label, at_least) => {
                // That the step itself failed is no condition for its failing.
                let itself = !self.is_end() && !label.failed_only && self.is(self.step, *label);
                past.filter(|&place| self.is(place, *label)).count() + usize::from(itself) >= *at_least
            }
            Test::After(label, wanted) => past.into_iter().any(|place| self.is(place, *label)) == *wanted,
            Test::DirectlyAfter(label) => {
                let before_run = past.clone().rev().find(|&place| Some(events[place].name) != self.name());
                past.last().into_iter().chain(before_run).any(|place| self.is(place, *label))
            }
            Test::Sequence(labels) => self.follows(labels, missing),
            Test::Within(label, ms, wanted) => {
                let latest = past.rev().find(|&place| self.is(place, *label));
                latest.is_some_and(|place| (self.at() - events[place].at <= *ms) == *wanted)
            }
            Test::Field(field, values) => self.value(*field).is_some_and(|value| values[value as usize]),
            Test::Hour(from, to) => {
                let hour = (self.at() / 3_600_000 % 24) as u32;
                if from <= to { (*from..*to).contains(&hour) } else { hour >= *from || hour < *to }
            }
            Test::Concurrent => self.bank.of_customer[self.journey.customer as usize].iter().any(|&other| {
                let events = &self.bank.journeys[other as usize].events;
                other != self.number && events[0].at < self.at() && events[events.len() - 1].at >= self.at()
            }),
        }
    }

    fn follows(&self, labels: &[Label], missing: Option<u32>) -> bool {
        let (&last, before) = labels.split_last().expect("a sequence has events");
        let before = match (self.is_end(), last.name) {
            (false, name) if name == self.name() => before,
            (false, _) => return false,
            (true, name) if name.is_some() && name == missing => before,
            (true, _) => labels,
        };
        let mut left = before.iter();
        let mut next = left.next();
        for place in 0..self.step {
            let Some(label) = next else { break };
            if self.is(place, *label) {
                next = left.next();
            }
        }
        next.is_none()
    }

    /// The step's value, or else the latest before it, or else the first behind it.
    fn value(&self, field: Option<u32>) -> Option<u32> {
        let events = &self.journey.events;
        let of = |place: usize| events[place].fields.iter().find(|(name, _)| Some(*name) == field).map(|(_, value)| *value);
        let until = (self.step + 1).min(events.len());
        (0..until).rev().find_map(of).or_else(|| (until..events.len()).find_map(of))
    }

    /// The step is taken back before it happens again.
    fn is_reversed(&self, reversal: Option<u32>) -> bool {
        let behind = &self.journey.events[self.step + 1..];
        behind.iter().take_while(|event| Some(event.name) != self.name()).any(|event| Some(event.name) == reversal)
    }
}

#[cfg(test)]
mod tests;
