//! What can go wrong where: the kinds of failing step that a night holds, and which steps of a journey are judged for each.
//!
//! A step is judged when it is at risk: not after the same step of the journey has gone wrong before, for then it is tried again, and the cause of
//! the first is the cause of the second. Whether something follows is judged once a journey, at the last step that should bring it about; not when
//! another step after it went wrong (that is the failure), and not so close to the end of the data that it may still come.

use std::cmp::Reverse;

use schemas::limits::FAILURE_PROBLEMS_MAX;
use schemas::policy::MinePolicy;
use schemas::record::FailureKind;
use stage_runtime::StepError;

use super::names::Names;
use super::store::Store;
use super::walk::{FAILED, TIMED_OUT, Walk};

/// Failing steps below which nothing is looked for.
const FAILING_MIN: u64 = 20;
/// Share of a name's steps that go wrong, in percent, from which on the name itself says that something failed.
const ALWAYS_WRONG_PERCENT: u64 = 98;

/// A kind of failing step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Problem {
    /// How it goes wrong.
    pub how: FailureKind,
    /// Name of the step that is judged.
    pub at: u8,
    /// Name of the event that should follow, or that takes the step back, or that says that it failed; the step itself else.
    pub other: u8,
    /// Judged steps, at most.
    pub steps: u64,
    /// Failing ones.
    pub failing: u64,
}

/// How a judged step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judged {
    /// Its position in the journey.
    pub at: usize,
    /// Whether it failed.
    pub failed: bool,
}

/// The end of what is surely complete: a journey with a step after it may go on beyond the data.
pub(super) fn complete_until_us(store: &Store, policy: &MinePolicy) -> i64 {
    store.last_us.saturating_sub(i64::from(policy.journey_gap_minutes) * 60_000_000)
}

impl Problem {
    /// Whether the step itself goes wrong, rather than something after it.
    fn is_own(&self) -> bool {
        self.at == self.other
    }

    /// Hands over the judged steps of a journey.
    pub(super) fn judge(&self, walk: &Walk<'_>, complete_until_us: i64, mut sink: impl FnMut(Judged)) {
        if self.is_own() {
            self.judge_step(walk, sink);
        } else if matches!(self.how, FailureKind::Missing | FailureKind::Abandoned) {
            if let Some(judged) = judge_follower(walk, self.at, self.other, complete_until_us) {
                sink(judged);
            }
        } else {
            let reversed = self.how == FailureKind::Reversed;
            for (at, _) in walk.steps.iter().enumerate().filter(|(_, step)| step.name == self.at && !step.went_wrong()) {
                let mut after = walk.steps[at + 1..].iter().take_while(|step| step.name != self.at);
                let failed =
                    if reversed { after.any(|step| step.name == self.other) } else { after.next().is_some_and(|step| step.name == self.other) };
                sink(Judged { at, failed });
                if failed {
                    break;
                }
            }
        }
    }

    fn judge_step(&self, walk: &Walk<'_>, mut sink: impl FnMut(Judged)) {
        let (own, foreign) = if self.how == FailureKind::Timeout { (TIMED_OUT, FAILED) } else { (FAILED, TIMED_OUT) };
        for (at, step) in walk.steps.iter().enumerate().filter(|(_, step)| step.name == self.at) {
            // A time-out often has the status of a failure as well: it is a time-out.
            let failed = if self.how == FailureKind::Timeout { step.flags & own != 0 } else { step.flags & own != 0 && step.flags & foreign == 0 };
            if failed || !step.went_wrong() {
                sink(Judged { at, failed });
            }
            if step.went_wrong() {
                break;
            }
        }
    }
}

fn judge_follower(walk: &Walk<'_>, trigger: u8, follower: u8, complete_until_us: i64) -> Option<Judged> {
    let at = walk.steps.iter().rposition(|step| step.name == trigger)?;
    if walk.steps[at].went_wrong() {
        return None;
    }
    let after = &walk.steps[at + 1..];
    let failed = !after.iter().any(|step| step.name == follower);
    if failed && after.iter().any(super::walk::Step::went_wrong) {
        return None;
    }
    let last_us = walk.steps.iter().rev().find_map(super::walk::Step::time);
    (last_us.is_none_or(|last| last < complete_until_us)).then_some(Judged { at, failed })
}

/// Counts by name and pair of names.
#[derive(Clone)]
struct Counts {
    names: usize,
    steps: Vec<u64>,
    failed: Vec<u64>,
    timed_out: Vec<u64>,
    /// Journeys with a last step of this name that can be judged.
    judged: Vec<u64>,
    /// By pair: journeys in which the second comes after the last of the first, and the steps between.
    follows: Vec<u64>,
    distance: Vec<u64>,
    /// By pair: times the second directly follows an accepted first.
    next: Vec<u64>,
}

impl Counts {
    fn new(names: usize) -> Self {
        let (one, two) = (vec![0; names], vec![0; names * names]);
        Self {
            names,
            steps: one.clone(),
            failed: one.clone(),
            timed_out: one.clone(),
            judged: one,
            follows: two.clone(),
            distance: two.clone(),
            next: two,
        }
    }

    fn merge(&mut self, other: &Self) {
        let lists = |counts: &mut Self| {
            [
                &mut counts.steps,
                &mut counts.failed,
                &mut counts.timed_out,
                &mut counts.judged,
                &mut counts.follows,
                &mut counts.distance,
                &mut counts.next,
            ]
            .map(std::mem::take)
        };
        let mut other = other.clone();
        let [steps, failed, timed_out, judged, follows, distance, next] = {
            let (mut mine, theirs) = (lists(self), lists(&mut other));
            for (mine, theirs) in mine.iter_mut().zip(&theirs) {
                mine.iter_mut().zip(theirs).for_each(|(sum, count)| *sum += count);
            }
            mine
        };
        *self = Self { names: self.names, steps, failed, timed_out, judged, follows, distance, next };
    }

    fn add(&mut self, walk: &Walk<'_>, complete_until_us: i64) {
        for (at, step) in walk.steps.iter().enumerate() {
            let name = usize::from(step.name);
            self.steps[name] += 1;
            if step.flags & TIMED_OUT != 0 {
                self.timed_out[name] += 1;
            } else if step.flags & FAILED != 0 {
                self.failed[name] += 1;
            }
            if let Some(before) = at.checked_sub(1).map(|before| &walk.steps[before]).filter(|before| !before.went_wrong()) {
                self.next[usize::from(before.name) * self.names + name] += 1;
            }
        }
        self.add_followers(walk, complete_until_us);
    }

    /// From the end: which names come after the last step of each name.
    fn add_followers(&mut self, walk: &Walk<'_>, complete_until_us: i64) {
        let last_us = walk.steps.iter().rev().find_map(super::walk::Step::time);
        if last_us.is_some_and(|last| last >= complete_until_us) {
            return;
        }
        let mut nearest = vec![usize::MAX; self.names];
        for (at, step) in walk.steps.iter().enumerate().rev() {
            if step.went_wrong() {
                break;
            }
            let name = usize::from(step.name);
            if nearest[name] == usize::MAX {
                self.judged[name] += 1;
                for (other, place) in nearest.iter().enumerate().filter(|(_, place)| **place != usize::MAX) {
                    self.follows[name * self.names + other] += 1;
                    self.distance[name * self.names + other] += (place - at) as u64;
                }
            }
            nearest[name] = at;
        }
    }

    /// The name that most often comes right before this one.
    fn usual_before(&self, name: usize) -> Option<usize> {
        let count = |before: &usize| self.next[before * self.names + name];
        (0..self.names).filter(|before| *before != name && count(before) >= FAILING_MIN).max_by_key(|before| (count(before), Reverse(*before)))
    }

    fn problems(&self, names: &Names, follows_percent: u64) -> Vec<Problem> {
        let mut problems = Vec::new();
        for name in 0..self.names {
            let (at, steps) = (name as u8, self.steps[name]);
            let wrong = self.failed[name] + self.timed_out[name];
            let always = wrong * 100 >= steps * ALWAYS_WRONG_PERCENT;
            let mut push = |how, at: usize, other: usize, failing, steps| {
                if failing >= FAILING_MIN && failing < steps {
                    problems.push(Problem { how, at: at as u8, other: other as u8, steps, failing });
                }
            };
            if names.is_reversal(at) || always {
                let how = match () {
                    () if names.is_reversal(at) => FailureKind::Reversed,
                    () if self.timed_out[name] > self.failed[name] => FailureKind::Timeout,
                    () => FailureKind::Failure,
                };
                if let Some(before) = self.usual_before(name) {
                    push(how, before, name, steps, self.steps[before]);
                }
            } else {
                push(FailureKind::Failure, name, name, self.failed[name], steps);
                push(FailureKind::Timeout, name, name, self.timed_out[name], steps);
            }
            // Whose absence is a silent failure: it is expected after the nearest step that nearly always brings it about.
            let expected = |before: &usize| {
                let (judged, follows) = (self.judged[*before], self.follows[before * self.names + name]);
                *before != name && judged >= 10 * FAILING_MIN && follows * 100 >= judged * follows_percent
            };
            let distance = |before: &usize| {
                let pair = before * self.names + name;
                self.distance[pair] * 1_000 / self.follows[pair].max(1)
            };
            if let Some(before) = (0..self.names).filter(expected).min_by_key(|before| (distance(before), *before)) {
                let (judged, follows) = (self.judged[before], self.follows[before * self.names + name]);
                push(FailureKind::Missing, before, name, judged - follows, judged);
            }
        }
        problems.sort_by_key(|problem| (Reverse(problem.failing), problem.at, problem.other, problem.how));
        problems.truncate(FAILURE_PROBLEMS_MAX);
        problems
    }
}

/// The problems of a night, those with the most failing steps.
///
/// # Errors
/// When the scratch file cannot be read.
pub(super) fn find(store: &Store, names: &Names, policy: &MinePolicy) -> Result<Vec<Problem>, StepError> {
    let until = complete_until_us(store, policy);
    let mut sum = Counts::new(names.len());
    store.scan(
        || Counts::new(names.len()),
        |counts, walk| counts.add(walk, until),
        |counts| {
            sum.merge(&counts);
            Ok(())
        },
    )?;
    Ok(sum.problems(names, u64::from(policy.follows_percent)))
}
