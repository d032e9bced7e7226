//! Checks on time: sessions and locks that end, orders that are carried out on their day, evenings and weekends.

use schemas::record::EventCategory;

use super::{Check, Checker, Plan};
use crate::model::{Call, Method, Step};
use crate::scenario::http::{Access, CUSTOMER, needs_user};
use crate::vocabulary::{Act, HttpAct};

/// Seconds around the usual ends of sessions, locks and open requests: just before and just after each.
const PAUSES: [u32; 4] = [299, 301, 599, 601];
pub(super) const LONG_PAUSES: [u32; 4] = [899, 901, 1799, 1801];
/// Seconds after which what was made is looked at again: a reading call in the middle keeps the session.
const AGES: [u32; 3] = [598, 899, 901];
/// Days after which what was changed is looked at again: the next one, four weeks, two months.
const DAYS_LATER: [u32; 3] = [1, 28, 58];
/// Hours after which a call is made for the first time: the evening, and the weekend after a working day's morning.
const OTHER_HOURS: [u32; 2] = [8, 96];
impl<'s> Checker<'s> {
    /// What a change leads to days later, and the change at another time of the day and the week.
    pub(super) fn at_other_times(&self, act: &Act, http: &HttpAct, request: &Call, doing: &str, access: Access) -> Vec<Plan> {
        let noted: Vec<Step> = self.reads_about(&http.path).into_iter().map(Step::Noted).collect();
        let mut plans = Vec::new();
        if let Some(Step::Noted(read)) = noted.first() {
            let made = || noted.iter().cloned().chain([Step::Received(http.status, request.clone())]);
            let look = || [Step::SignedIn(CUSTOMER), Step::Send(read.clone()), Step::ChangesAccepted];
            for days in DAYS_LATER {
                let steps = self.begun(access, http).into_iter().chain(made()).chain([Step::Pause(days * 86_400)]).chain(look()).collect();
                plans.push(Plan { check: Check::Later, name: format!("{doing} as it shows {days} days later"), steps });
            }
        }
        let is_transaction = act.category == EventCategory::Transaction;
        for hours in OTHER_HOURS.into_iter().filter(|_| is_transaction) {
            let pause = std::iter::once(Step::Pause(hours * 3_600));
            let steps = std::iter::once(Step::ApiAvailable).chain(pause).chain(self.begun(access, http).into_iter().skip(1));
            let steps = steps.chain([Step::Send(request.clone()), Step::AnswerAccepted]).collect();
            plans.push(Plan { check: Check::OtherTime, name: format!("{doing} {hours} hours later than usual"), steps });
        }
        plans
    }

    /// The call after a time in which nothing was done.
    pub(super) fn after_pauses(&self, http: &HttpAct, request: &Call, doing: &str, access: Access) -> Vec<Plan> {
        let made = self.acts.needed_before(http);
        let begun = self.begun(access, http);
        let plan = |seconds: u32, pause: Vec<Step>| {
            let tail = pause.into_iter().chain([Step::Send(request.clone()), Step::AnswerAccepted]);
            Plan { check: Check::Pause, name: format!("{doing} {seconds} seconds later"), steps: begun.iter().cloned().chain(tail).collect() }
        };
        if made.is_empty() {
            // One reading call stands for all: sessions end for each alike.
            let is_first = http.method == Method::Get && self.first_read().is_some_and(|first| first == http);
            let pauses = PAUSES.into_iter().filter(|_| is_first);
            return pauses.map(|seconds| plan(seconds, vec![Step::Pause(seconds)])).collect();
        }
        let member = self.first_read().map(|first| Call { method: Method::Get, path: first.path.about_the_same_as(&http.path), data: None });
        let aged = |seconds: u32| {
            let kept = member.clone().map(|member| Step::Received(200, member));
            plan(seconds, std::iter::once(Step::Pause(seconds / 2)).chain(kept).chain([Step::Pause(seconds - seconds / 2)]).collect())
        };
        AGES.into_iter().map(aged).collect()
    }

    /// The first reading call of a signed-in user that answers 200.
    fn first_read(&self) -> Option<&'s HttpAct> {
        let is_read = |act: &&&'s Act| needs_user(act) && !act.unusual && act.http().is_some_and(|http| self.acts.needed_before(http).is_empty());
        self.calls.iter().filter(is_read).filter_map(|act| act.http()).find(|http| http.method == Method::Get && http.status == 200)
    }
}
