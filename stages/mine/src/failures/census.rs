//! Counting what goes wrong and what follows what, to find the problems of a night.

use std::cmp::Reverse;

use schemas::limits::{FAILURE_PROBLEMS_MAX, STEP_NAMES_MAX};
use schemas::policy::MinePolicy;
use schemas::record::FailureKind;
use stage_runtime::StepError;

use super::names::Names;
use super::prefix::names_in;
use super::problem::{Problem, complete_until_us, is_complete};
use super::store::Store;
use super::walk::{FAILED, TIMED_OUT, Walk};

/// Failing steps below which nothing is looked for.
const FAILING_MIN: u64 = 20;
/// Share of a name's steps that go wrong, in percent, from which on the name itself says that something failed.
const ALWAYS_WRONG_PERCENT: u64 = 98;

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
    /// The same after a last step that went wrong.
    wrong_judged: Vec<u64>,
    wrong_follows: Vec<u64>,
    /// Journeys that begin with the name, that end with it, and that hold it; by pair: that begin with the first and hold the second.
    begins: Vec<u64>,
    ends: Vec<u64>,
    holds: Vec<u64>,
    begins_and_holds: Vec<u64>,
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
            judged: one.clone(),
            follows: two.clone(),
            distance: two.clone(),
            wrong_judged: one.clone(),
            wrong_follows: two.clone(),
            begins: one.clone(),
            ends: one.clone(),
            holds: one,
            begins_and_holds: two.clone(),
            next: two,
        }
    }

    fn lists(&mut self) -> [&mut Vec<u64>; 13] {
        [
            &mut self.steps,
            &mut self.failed,
            &mut self.timed_out,
            &mut self.judged,
            &mut self.follows,
            &mut self.distance,
            &mut self.wrong_judged,
            &mut self.wrong_follows,
            &mut self.begins,
            &mut self.ends,
            &mut self.holds,
            &mut self.begins_and_holds,
            &mut self.next,
        ]
    }

    fn merge(&mut self, mut other: Self) {
        for (mine, theirs) in self.lists().into_iter().zip(other.lists()) {
            mine.iter_mut().zip(theirs).for_each(|(sum, count)| *sum += *count);
        }
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
        self.add_end(walk, complete_until_us);
    }

    /// From the end: which names come after the last step of each name.
    fn add_followers(&mut self, walk: &Walk<'_>, complete_until_us: i64) {
        if !is_complete(walk, complete_until_us) {
            return;
        }
        // By name, of those that were met: the nearest step of it.
        let (mut met, mut nearest) = (0_u64, [0; STEP_NAMES_MAX]);
        for (at, step) in walk.steps.iter().enumerate().rev() {
            let (name, wrong) = (usize::from(step.name), step.went_wrong());
            if met >> name & 1 == 0 {
                let (judged, follows) = if wrong { (&mut self.wrong_judged, &mut self.wrong_follows) } else { (&mut self.judged, &mut self.follows) };
                judged[name] += 1;
                for other in names_in(met) {
                    follows[name * self.names + other] += 1;
                    self.distance[name * self.names + other] += (nearest[other] - at) as u64;
                }
            }
            if wrong {
                break;
            }
            met |= 1 << name;
            nearest[name] = at;
        }
    }

    fn add_end(&mut self, walk: &Walk<'_>, complete_until_us: i64) {
        let (Some(first), Some(last)) = (walk.steps.first(), walk.steps.last()) else { return };
        if last.went_wrong() || !is_complete(walk, complete_until_us) {
            return;
        }
        let first = usize::from(first.name);
        self.begins[first] += 1;
        self.ends[usize::from(last.name)] += 1;
        for name in names_in(walk.head.names) {
            self.holds[name] += 1;
            self.begins_and_holds[first * self.names + name] += 1;
        }
    }

    /// The name that most often comes right before this one.
    fn usual_before(&self, name: usize) -> Option<usize> {
        let count = |before: &usize| self.next[before * self.names + name];
        (0..self.names).filter(|before| *before != name && count(before) >= FAILING_MIN).max_by_key(|before| (count(before), Reverse(*before)))
    }

    fn problems(&self, names: &Names, follows_percent: u64) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut push = |how, at: usize, other: usize, failing, steps, gone_wrong| {
            let told = !names.is_mixed(at as u8) && !names.is_mixed(other as u8);
            if told && failing >= FAILING_MIN && failing < steps {
                problems.push(Problem { how, at: at as u8, gone_wrong, other: other as u8, steps, failing });
            }
        };
        for name in 0..self.names {
            let steps = self.steps[name];
            let always = (self.failed[name] + self.timed_out[name]) * 100 >= steps * ALWAYS_WRONG_PERCENT;
            let reversal = names.is_reversal(name as u8);
            if reversal || always {
                let how = match () {
                    () if reversal => FailureKind::Reversed,
                    () if self.timed_out[name] > self.failed[name] => FailureKind::Timeout,
                    () => FailureKind::Failure,
                };
                if let Some(before) = self.usual_before(name) {
                    push(how, before, name, steps, self.steps[before], false);
                }
            } else {
                push(FailureKind::Failure, name, name, self.failed[name], steps, false);
                push(FailureKind::Timeout, name, name, self.timed_out[name], steps, false);
            }
            self.push_absent(name, names, follows_percent, &mut push);
        }
        problems.sort_by_key(|problem| (Reverse(problem.failing), problem.at, problem.other, problem.how));
        problems.truncate(FAILURE_PROBLEMS_MAX);
        problems
    }

    /// Where the absence of a name is a failure: at the end of journeys that it usually ends, else after the nearest step that nearly always
    /// brings it about; and after the step that usually goes wrong before it.
    fn push_absent(&self, name: usize, names: &Names, follows_percent: u64, push: &mut impl FnMut(FailureKind, usize, usize, u64, u64, bool)) {
        let most = |some: u64, all: u64| all >= 10 * FAILING_MIN && some * 100 >= all * follows_percent;
        if most(self.ends[name], self.holds[name]) {
            for first in (0..self.names).filter(|first| *first != name) {
                let (all, with) = (self.begins[first], self.begins_and_holds[first * self.names + name]);
                if most(with, all) {
                    push(FailureKind::Abandoned, first, name, all - with, all, false);
                }
            }
            return;
        }
        for (judged, follows, gone_wrong) in [(&self.judged, &self.follows, false), (&self.wrong_judged, &self.wrong_follows, true)] {
            let pair = |before: usize| before * self.names + name;
            let expected = |before: &usize| *before != name && !names.is_mixed(*before as u8) && most(follows[pair(*before)], judged[*before]);
            let distance =
                |before: usize| self.distance[pair(before)] * 1_000 / (self.follows[pair(before)] + self.wrong_follows[pair(before)]).max(1);
            if let Some(before) = (0..self.names).filter(expected).min_by_key(|before| (distance(*before), *before)) {
                push(FailureKind::Missing, before, name, judged[before] - follows[pair(before)], judged[before], gone_wrong);
            }
        }
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
        |_, _| true,
        || Counts::new(names.len()),
        |counts, walk| counts.add(walk, until),
        |counts| {
            sum.merge(counts);
            Ok(())
        },
    )?;
    Ok(sum.problems(names, u64::from(policy.follows_percent)))
}
