//! What can go wrong where: the kinds of failing step that a night holds, and which steps of a journey are judged for each.
//!
//! A step is judged when it is at risk: not after the same step of the journey has gone wrong before, for then it is tried again, and the cause of
//! the first is the cause of the second. Whether something follows is judged once a journey, at the last step that should bring it about; not when
//! another step after it went wrong (that is the failure), and not so close to the end of the data that it may still come.

use schemas::policy::MinePolicy;
use schemas::record::FailureKind;

use super::store::Store;
use super::walk::{FAILED, Step, TIMED_OUT, Walk};

/// A kind of failing step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Problem {
    /// How it goes wrong.
    pub how: FailureKind,
    /// Name of the step that is judged; of a journey that is abandoned its first step.
    pub at: u8,
    /// Whether steps that went wrong are judged, for what should follow them.
    pub gone_wrong: bool,
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
        if self.how == FailureKind::Abandoned {
            judge_end(walk, self.at, self.other, complete_until_us, false, sink);
        } else if self.is_own() {
            self.judge_step(walk, sink);
        } else if self.how == FailureKind::Missing {
            if let Some(judged) = self.judge_follower(walk, complete_until_us) {
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

    /// Whether it is the end of journeys that is judged.
    pub(super) fn is_end(&self) -> bool {
        self.how == FailureKind::Abandoned
    }

    /// Name of the step that a condition speaks of: of an end the event that should have come.
    pub(super) fn step(&self) -> u8 {
        if self.is_end() { self.other } else { self.at }
    }

    /// Every step of a journey as a chance to abandon it.
    pub(super) fn judge_chances(&self, walk: &Walk<'_>, complete_until_us: i64, sink: impl FnMut(Judged)) {
        judge_end(walk, self.at, self.other, complete_until_us, true, sink);
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

    fn judge_follower(&self, walk: &Walk<'_>, complete_until_us: i64) -> Option<Judged> {
        let at = walk.steps.iter().rposition(|step| step.name == self.at && step.went_wrong() == self.gone_wrong)?;
        let after = &walk.steps[at + 1..];
        let failed = !after.iter().any(|step| step.name == self.other);
        let another_failure = failed && after.iter().any(Step::went_wrong);
        // The latest of the kind must be the latest of the name: what follows a repetition follows the repetition.
        let repeated = after.iter().any(|step| step.name == self.at);
        (!another_failure && !repeated && is_complete(walk, complete_until_us)).then_some(Judged { at, failed })
    }
}

/// Whether nothing can come after the journey's last step any more.
pub(super) fn is_complete(walk: &Walk<'_>, complete_until_us: i64) -> bool {
    walk.steps.iter().rev().find_map(Step::time).is_none_or(|last| last < complete_until_us)
}

/// A journey that begins with `first` is judged at its last step before `end`: whether that comes. With `chances`, every step is.
fn judge_end(walk: &Walk<'_>, first: u8, end: u8, complete_until_us: i64, chances: bool, mut sink: impl FnMut(Judged)) {
    let ended = walk.steps.iter().position(|step| step.name == end);
    let steps = ended.unwrap_or(walk.steps.len());
    let begins = walk.steps.first().is_some_and(|step| step.name == first);
    // A journey whose last step went wrong has failed, not been abandoned.
    let gone_wrong = ended.is_none() && walk.steps.last().is_some_and(Step::went_wrong);
    if begins && steps > 0 && !gone_wrong && is_complete(walk, complete_until_us) {
        for at in if chances { 0 } else { steps - 1 }..steps {
            sink(Judged { at, failed: ended.is_none() && at + 1 == steps });
        }
    }
}
