//! Checks: what a call that production makes must also do, beyond its status on one path.
//!
//! Each asserts a promise that every such call makes (nobody may read without signing in, a repeated request counts once, a refused one
//! changes nothing) or compares with an answer that a person accepted on the test system, since no response body is ever mined. Which
//! checks a call gets follows from its method, path, status and category alone, never from how often it was seen: the same behaviour gives
//! the same scenarios every night. Values come from the test data; numbers at their edges from its `limits`.

mod kind;
mod time;

use schemas::ids::StableId;
use schemas::record::EventCategory;

use super::acts::Acts;
use super::http::{Access, CUSTOMER, call, needs_user};
use super::{Draft, Setting, Source, mark_needs};
use crate::model::{Call, Line, Method, Path, Scenario, Slug, Step, Tag, singular};
use crate::vocabulary::{Act, HttpAct};
use crate::words;
use kind::Check;
use time::LONG_PAUSES;

/// Calls at most that are checked.
const CALLS_MAX: usize = 400;
/// Reading calls that are looked at before and after a changing one at most: those about the same things first.
const READS_MAX: usize = 6;
/// Words of paths that approve something: a second factor, four eyes.
const APPROVALS: [&str; 8] = ["mfa", "otp", "sca", "tan", "step-up", "challenge", "verify", "approve"];
/// The data set with an amount that needs an approval.
pub(crate) const HIGH_VALUE: &str = "high-value";
/// Requests in a row of one scenario about repetition.
const TIMES: u32 = 5;
/// Requests at most until a limit on them is reached.
const UNTIL_MAX: u32 = 20;

/// A check's scenario, with what its file is named after.
pub(crate) struct CheckScenario {
    /// What is checked.
    pub(crate) check: &'static str,
    /// The family of the call.
    pub(crate) family: Slug,
    /// Hash of the family's full name.
    pub(crate) family_id: StableId,
    /// The scenario.
    pub(crate) draft: Draft,
}

/// The checks of all calls that enough customers share.
pub(crate) fn checks(setting: &Setting<'_>) -> Vec<CheckScenario> {
    let checker = Checker::new(setting);
    let mut found = Vec::new();
    for act in &checker.calls {
        if let Some(http) = act.http() {
            checker.add(act, http, &mut found);
        }
    }
    found
}

struct Checker<'s> {
    setting: &'s Setting<'s>,
    acts: Acts<'s>,
    /// Shared calls, in the order of their keys.
    calls: Vec<&'s Act>,
}

/// Whether two calls are about the same thing: their paths begin alike, or share a word.
fn is_related(a: &Path, b: &Path) -> bool {
    let words = |path: &Path| path.telling_words().into_iter().map(singular).collect::<Vec<_>>();
    let (of_a, of_b) = (words(a), words(b));
    a.shares_a_thing(b) || of_a.iter().any(|word| of_b.contains(word))
}

struct Plan {
    check: Check,
    name: String,
    steps: Vec<Step>,
}

impl<'s> Checker<'s> {
    fn new(setting: &'s Setting<'s>) -> Self {
        let acts = Acts::new(setting);
        let mut calls = acts.shared(|act| act.http().is_some());
        // Of more than the bound, money comes first.
        calls.sort_by_key(|act| (act.category != EventCategory::Transaction, act.key.clone()));
        calls.truncate(CALLS_MAX);
        calls.sort_by(|a, b| a.key.cmp(&b.key));
        Self { setting, acts, calls }
    }

    fn add(&self, act: &Act, http: &HttpAct, found: &mut Vec<CheckScenario>) {
        let access = self.access(act, http);
        let begun = self.begun(access, http);
        let base = |check: Check, name: String, tail: Vec<Step>| Plan { check, name, steps: begun.iter().cloned().chain(tail).collect() };
        let request = call(act, http, access);
        let (status, ending, doing) = (Step::Status(http.status), words::ending(act), words::capitalised(&words::doing(act, http)));
        let answer = vec![Step::Send(request.clone()), status.clone(), Step::AnswerAccepted];
        let mut plans = vec![base(Check::Answer, format!("{ending} and its usual answer"), answer)];
        if !http.method.reads() && act.category != EventCategory::Login && !act.signs_out() {
            let reads = self.reads_about(&http.path);
            let noted: Vec<Step> = reads.into_iter().map(Step::Noted).collect();
            if !noted.is_empty() {
                let tail = [Step::Send(request.clone()), status.clone(), Step::ChangesAccepted];
                plans.push(base(Check::Changes, format!("{ending} and changes what it should"), noted.iter().cloned().chain(tail).collect()));
            }
            if !http.failed() {
                let first = Step::Received(http.status, request.clone());
                let tail = vec![Step::Repeat, Step::AnswerAccepted, Step::ChangesAccepted];
                let again = std::iter::once(first).chain(noted.iter().cloned()).chain(tail);
                let again = again.filter(|step| *step != Step::ChangesAccepted || !noted.is_empty()).collect();
                plans.push(base(Check::Idempotency, format!("{doing} that is repeated with its key counts once"), again));
                let given = [Step::Received(http.status, request.clone())].into_iter().chain(noted.iter().cloned());
                let tail = [Step::RepeatChanged, Step::AnswerAccepted].into_iter().chain((!noted.is_empty()).then_some(Step::ChangesAccepted));
                if http.method == Method::Post {
                    plans.push(base(Check::KeyConflict, format!("{doing} with the key of another request"), given.clone().chain(tail).collect()));
                }
                if access == Access::User {
                    let tail = [Step::SignedIn(CUSTOMER), Step::Repeat, Step::AnswerAccepted]
                        .into_iter()
                        .chain((!noted.is_empty()).then_some(Step::ChangesAccepted));
                    plans.push(base(
                        Check::KeyLater,
                        format!("{doing} that is repeated after signing in again counts once"),
                        given.chain(tail).collect(),
                    ));
                }
                let many = noted.iter().cloned().chain([Step::SendTimes(TIMES, request.clone()), Step::AnswerAccepted, Step::ChangesAccepted]);
                let many = many.filter(|step| *step != Step::ChangesAccepted || !noted.is_empty()).collect();
                plans.push(base(Check::Repetition, format!("{doing} works {TIMES} times in a row as often as it should"), many));
            }
        }
        if !http.failed() && !act.unusual {
            plans.extend(self.of_success(act, http, &request, &doing, access));
        }
        if !http.method.reads() && !http.failed() && !act.unusual && access == Access::User && !act.signs_out() {
            plans.extend(self.at_other_times(act, http, &request, &doing, access));
        }
        if let Some(before) = self.before_limit(http) {
            let tail = vec![Step::SendUntil(UNTIL_MAX, http.status, before.clone()), Step::Status(http.status), Step::AnswerAccepted];
            plans.push(base(Check::Limit, format!("{ending} when it is tried too often"), tail));
            for seconds in LONG_PAUSES {
                let until = Step::ReceivedUntil(UNTIL_MAX, http.status, before.clone());
                let plain = Call { data: None, ..request.clone() };
                let tail = vec![until, Step::Pause(seconds), Step::Send(plain), Step::AnswerAccepted];
                plans.push(base(Check::Pause, format!("{doing} {seconds} seconds after too many tries"), tail));
            }
        }
        found.extend(plans.into_iter().map(|plan| self.scenario(act, plan)));
    }

    /// Checks on what is about to succeed and must not under other circumstances.
    fn of_success(&self, act: &Act, http: &HttpAct, request: &Call, doing: &str, access: Access) -> Vec<Plan> {
        let begun = self.begun(access, http);
        let base = |check: Check, name: String, tail: Vec<Step>| Plan { check, name, steps: begun.iter().cloned().chain(tail).collect() };
        let other = |path: Path| Call { path, ..request.clone() };
        let mut plans = Vec::new();
        if http.method.has_body() {
            let tail = vec![Step::SendEdges(request.clone()), Step::AnswerAccepted];
            plans.push(base(Check::Edges, format!("{doing} is checked field by field"), tail));
        }
        if let Some(alias) = http.path.aliases().first() {
            let tail = vec![Step::SendPool(request.clone(), alias.clone()), Step::AnswerAccepted];
            plans.push(base(Check::Pool, format!("{doing} for every {} of the pool", alias.replace('_', " ")), tail));
        }
        if let Some(path) = http.path.of_unknown() {
            plans.push(base(
                Check::UnknownId,
                format!("{doing} of what does not exist"),
                vec![Step::Send(other(path)), Step::Refused, Step::AnswerAccepted],
            ));
        }
        if access != Access::User {
            return plans;
        }
        if let Some(path) = http.path.of_foreign() {
            plans.push(base(Check::ForeignId, format!("{doing} of somebody else is refused"), vec![Step::Send(other(path)), Step::Refused]));
        }
        let anonymous = vec![Step::ApiAvailable, Step::NotSignedIn, Step::Send(request.clone()), Step::Refused];
        plans.push(Plan { check: Check::SignedOut, name: format!("{doing} without a sign-in is refused"), steps: anonymous });
        if let Some((sign_out, call_out)) = self.sign_out().filter(|(sign_out, _)| sign_out.key != act.key) {
            let status = sign_out.http().map_or(200, |http| http.status);
            let tail = vec![Step::Received(status, call_out), Step::Send(request.clone()), Step::Refused];
            plans.push(base(Check::AfterSignOut, format!("{doing} after signing out is refused"), tail));
        }
        plans.extend(self.created(http, request, doing, access));
        plans.extend(self.after_others(act, http, request, doing, access));
        plans.extend(self.after_approval(act, http, request, doing, access));
        plans.extend(self.after_pauses(http, request, doing, access));
        plans
    }

    /// The call after another change of the same or a related thing.
    fn after_others(&self, act: &Act, http: &HttpAct, request: &Call, doing: &str, access: Access) -> Vec<Plan> {
        let changes = |act: &Act| act.http().is_some_and(|http| !http.method.reads() && !http.failed()) && !act.unusual && !act.signs_out();
        // What takes another call back is only ever done right after that one.
        let takes_back = self.calls.iter().filter_map(|other| other.http()).any(|other| other.path.is_taken_back_by(&http.path));
        if !changes(act) || takes_back {
            return Vec::new();
        }
        let others = self.calls.iter().filter(|other| changes(other) && other.category != EventCategory::Login && other.key != act.key);
        let of = |other: &&'s Act| -> Option<Plan> {
            let before = other.http().filter(|before| is_related(&before.path, &http.path))?;
            let first = Call { path: before.path.about_the_same_as(&http.path), ..call(other, before, access) };
            let mut steps = self.begun(access, http);
            // What the other call is about may have to be made as well.
            let needed = self.begun(access, before).into_iter().filter(|step| !steps.contains(step)).collect::<Vec<_>>();
            steps.extend(needed);
            let first = Step::Received(before.status, first);
            // Making the same thing twice is another check.
            if steps.contains(&first) {
                return None;
            }
            steps.push(first);
            let noted: Vec<Step> = self.reads_about(&http.path).into_iter().map(Step::Noted).collect();
            let tail = [Step::Send(request.clone()), Step::AnswerAccepted].into_iter().chain((!noted.is_empty()).then_some(Step::ChangesAccepted));
            let steps = steps.into_iter().chain(noted.iter().cloned()).chain(tail).collect();
            Some(Plan { check: Check::Then, name: format!("{doing} right after {}", words::doing(other, before)), steps })
        };
        others.filter_map(of).collect()
    }

    /// What was made is read by the id in the answer.
    fn created(&self, http: &HttpAct, request: &Call, doing: &str, access: Access) -> Vec<Plan> {
        if http.method != Method::Post {
            return Vec::new();
        }
        let of = |act: &&'s Act| -> Option<Plan> {
            let member = act.http().filter(|member| member.method == Method::Get && !member.failed())?;
            let alias = http.path.alias_of_member(&member.path)?;
            let path = member.path.about_the_same_as(&http.path);
            let read = Call { method: Method::Get, path, data: None };
            let mut steps = self.begun(access, http);
            steps.extend([Step::Received(http.status, request.clone()), Step::SavedId(alias), Step::Send(read)]);
            steps.extend([Step::Status(member.status), Step::AnswerAccepted]);
            Some(Plan { check: Check::Created, name: format!("{doing} is there in {}", words::doing(act, member)), steps })
        };
        self.calls.iter().filter_map(of).collect()
    }

    /// The call that leads to a refusal because of too many of them: the one that is refused for another reason, else the accepted one.
    fn before_limit(&self, http: &HttpAct) -> Option<Call> {
        if !matches!(http.status, 423 | 429) {
            return None;
        }
        let same = |act: &&&Act| act.http().is_some_and(|other| other.method == http.method && other.path == http.path);
        let others = self.calls.iter().filter(same).filter_map(|act| Some((*act, act.http()?)));
        let ranked = others.filter(|(_, other)| other.status == 401 || !other.failed()).min_by_key(|(_, other)| other.status != 401);
        ranked.map(|(act, other)| call(act, other, self.access(act, other)))
    }

    /// Reading calls about the same things, closest first.
    fn reads_about(&self, path: &Path) -> Vec<Call> {
        let reads = self.calls.iter().filter_map(|act| Some((act, act.http()?)));
        let reads = reads.filter(|(act, http)| http.method == Method::Get && !http.failed() && !act.unusual && !act.signs_out());
        let mut reads: Vec<(std::cmp::Reverse<usize>, Path)> =
            reads.map(|(_, http)| (std::cmp::Reverse(http.path.shared_segments(path)), http.path.about_the_same_as(path))).collect();
        reads.sort();
        reads.dedup();
        // What this call makes has no id before it.
        reads.retain(|(_, read)| path.alias_of_member(read).is_none());
        reads.into_iter().take(READS_MAX).map(|(_, path)| Call { method: Method::Get, path, data: None }).collect()
    }

    /// A high amount with an approval, more than once: one approval is for one thing.
    fn after_approval(&self, act: &Act, http: &HttpAct, request: &Call, doing: &str, access: Access) -> Vec<Plan> {
        let approves = |http: &HttpAct| http.path.telling_words().iter().any(|word| APPROVALS.contains(word));
        let makes_money_move = act.category == EventCategory::Transaction && http.method == Method::Post && !approves(http) && request.data.is_none();
        let approvals = self.calls.iter().filter(|act| !act.unusual).filter_map(|act| act.http());
        let mut approvals: Vec<&HttpAct> = approvals.filter(|http| http.method == Method::Post && !http.failed() && approves(http)).collect();
        approvals.sort_by_key(|http| (self.acts.needed_before(http).len(), http.path.clone()));
        if !makes_money_move || approvals.is_empty() {
            return Vec::new();
        }
        let given = approvals.into_iter().map(|http| Step::Received(http.status, Call { method: http.method, path: http.path.clone(), data: None }));
        let high = Call { data: Some(HIGH_VALUE.to_owned()), ..request.clone() };
        let tail = given.chain([Step::SendTimes(2, high), Step::AnswerAccepted]);
        let steps = self.begun(access, http).into_iter().chain(tail).collect();
        vec![Plan { check: Check::Approval, name: format!("{doing} with a high amount after an approval"), steps }]
    }

    fn sign_out(&self) -> Option<(&'s Act, Call)> {
        let act = *self.calls.iter().find(|act| act.signs_out())?;
        Some((act, call(act, act.http()?, Access::User)))
    }

    fn access(&self, act: &Act, http: &HttpAct) -> Access {
        if act.category == EventCategory::Login || http.status == 401 {
            Access::Anonymous
        } else if self.setting.sign_in.is_some() && (needs_user(act) || http.failed()) {
            Access::User
        } else {
            Access::Unknown
        }
    }

    /// Who asks, and what must be there before: the path's things are made where production makes them, so that each scenario has its own.
    fn begun(&self, access: Access, http: &HttpAct) -> Vec<Step> {
        let who = match access {
            Access::Anonymous => Some(Step::NotSignedIn),
            Access::User => Some(Step::SignedIn(CUSTOMER)),
            Access::Unknown => self.setting.sign_in.is_some().then_some(Step::SignedIn(CUSTOMER)),
        };
        let made = (access == Access::User).then(|| self.acts.needed_before(http)).into_iter().flatten();
        std::iter::once(Step::ApiAvailable).chain(who).chain(made).collect()
    }

    fn scenario(&self, act: &Act, plan: Plan) -> CheckScenario {
        let texts: Vec<String> = plan.steps.iter().filter_map(|step| step.call().map(|call| call.path.as_str().to_owned())).collect();
        // What else is called or waited for tells the scenarios of one check apart; the reads that are noted do not.
        let subject: Vec<String> = match plan.check {
            Check::Created => texts.last().cloned().into_iter().collect(),
            Check::Then | Check::Pause | Check::Later | Check::OtherTime => {
                plan.steps.iter().filter(|step| matches!(step, Step::Received(..) | Step::Pause(_))).map(Step::text).collect()
            }
            _ => Vec::new(),
        };
        let id = StableId::of(format!("check/1\n{}\n{}\n{}", plan.check.name(), act.key, subject.join("\n")).as_bytes());
        let risk = plan.check.risk(act);
        let customers = self.setting.customers_text(self.setting.customers.of_act(act));
        let reason = plan.check.why().trim_end_matches('.').to_owned();
        let mut tags = vec![Tag::word("generated"), Tag::new("check", plan.check.name()), Tag::new("journey", act.family.as_str())];
        tags.extend([Tag::new("risk", risk.name()), Tag::of_id(id)]);
        let mut description = vec![Line::new(&format!("Why: {}", plan.check.why())), Line::new(&format!("Risk: {}.", risk.name()))];
        mark_needs(&plan.steps, &mut tags, &mut description);
        let scenario = Scenario { tags, name: Line::new(&words::fitting(&plan.name)), description, steps: plan.steps, kept: None };
        let event_types = self.setting.event_types(std::iter::once(act));
        let draft =
            Draft { id, scenario, source: Source::Check, risk, reason, customers, event_types, kept_calls: String::new(), name_is_known: false };
        CheckScenario { check: plan.check.name(), family: act.family.clone(), family_id: act.family_id, draft }
    }
}
