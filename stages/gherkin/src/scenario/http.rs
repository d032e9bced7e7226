//! Steps of HTTP journeys: earlier calls are given, the last one is sent, its status is expected.

use schemas::record::EventCategory;

use super::Setting;
use super::acts::Acts;
use crate::candidate::Trail;
use crate::model::{Call, Method, Step};
use crate::vocabulary::{Act, HttpAct};

/// The user that scenarios sign in as: a name in the test data.
pub(crate) const CUSTOMER: &str = "customer";

pub(crate) fn steps(setting: &Setting<'_>, trail: &Trail) -> Vec<Step> {
    let acts: Vec<&Act> = trail.acts.iter().map(|act| setting.vocabulary.act(*act)).collect();
    let (target, before) = acts.split_last().expect("a trail is never empty");
    let mut session = Session::new(access(setting, target, before));
    if session.access == Access::Anonymous && !before.iter().any(|act| act.signs_in() || needs_user(act)) {
        session.steps.push(Step::NotSignedIn);
    } else if session.access == Access::User && !before.iter().any(|act| act.signs_in()) {
        session.sign_in();
    }
    for (place, act) in before.iter().enumerate() {
        if act.signs_in() {
            if setting.sign_in.is_some() || session.access == Access::User {
                session.sign_in();
            }
        } else if let Some(http) = act.http() {
            session.steps.extend(needed(setting, http, &session));
            session.receive(act, http, setting.sign_in.is_some());
            session.steps.extend(saved_id(http, acts[place + 1..].iter().filter_map(|later| later.http())));
        }
    }
    if let Some(http) = target.http() {
        let needed = needed(setting, http, &session);
        if !needed.is_empty() && !session.signed_in {
            session.sign_in();
        }
        session.steps.extend(needed);
        session.send(target, http);
    }
    session.steps
}

/// What must be there before a call and no earlier step of the scenario brings about: a path may begin in the middle of a session.
fn needed(setting: &Setting<'_>, http: &HttpAct, session: &Session) -> Vec<Step> {
    if session.access != Access::User || matches!(http.status, 401 | 403 | 404) {
        return Vec::new();
    }
    let needed = Acts::new(setting).needed_before(http);
    let is_done = |step: &Step| {
        match step {
        Step::Received(status, call) => session.steps.iter().any(|done| matches!(done, Step::Received(done_status, done) if done_status == status && done.method == call.method && done.path.about_the_same_as(&call.path) == call.path)),
        step => session.steps.contains(step),
    }
    };
    needed.into_iter().filter(|step| !is_done(step)).collect()
}

/// Saves the id of what a call made, when a later one asks for it.
fn saved_id<'a>(http: &HttpAct, mut later: impl Iterator<Item = &'a HttpAct>) -> Option<Step> {
    let makes = http.method == Method::Post && !http.failed();
    later.find_map(|later| http.path.alias_of_member(&later.path).filter(|_| makes && later.status != 404)).map(Step::SavedId)
}

/// The steps so far, and whether a user is signed in after them.
struct Session {
    steps: Vec<Step>,
    access: Access,
    signed_in: bool,
}

impl Session {
    fn new(access: Access) -> Self {
        Self { steps: vec![Step::ApiAvailable], access, signed_in: false }
    }

    /// Signs in, as often as production did: who signs in again begins a new session.
    fn sign_in(&mut self) {
        let step = Step::SignedIn(CUSTOMER);
        if self.steps.last() != Some(&step) {
            self.steps.push(step);
        }
        self.signed_in = true;
    }

    /// An earlier call. A path may begin in the middle of a session, or go on after its end: then the sign-in that is missing from it
    /// is added.
    fn receive(&mut self, act: &Act, http: &HttpAct, can_sign_in: bool) {
        if !self.signed_in && can_sign_in && needs_user(act) {
            self.sign_in();
        }
        let access = match (self.signed_in, self.access) {
            (true, _) => Access::User,
            (false, Access::Unknown) => Access::Unknown,
            (false, _) => Access::Anonymous,
        };
        self.steps.push(Step::Received(http.status, call(act, http, access)));
        self.signed_in &= !act.signs_out();
    }

    /// The call under test.
    fn send(&mut self, act: &Act, http: &HttpAct) {
        match self.access {
            Access::Anonymous if self.signed_in || !self.steps.contains(&Step::NotSignedIn) => self.steps.push(Step::NotSignedIn),
            Access::User if !self.signed_in => self.sign_in(),
            _ => {}
        }
        self.steps.push(Step::Send(call(act, http, self.access)));
        self.steps.push(Step::Status(http.status));
    }
}

/// Whether a call is one of a signed-in user: it is about somebody's things, or ends a session.
pub(crate) fn needs_user(act: &Act) -> bool {
    let Some(http) = act.http().filter(|http| http.status != 401) else { return false };
    let is_personal = matches!(act.category, EventCategory::DataAccess | EventCategory::Transaction) || !http.path.aliases().is_empty();
    act.category != EventCategory::Login && (is_personal || act.signs_out())
}

/// Who makes the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The logs show no sign-in: nothing is known.
    Unknown,
    /// A signed-in user.
    User,
    /// Nobody.
    Anonymous,
}

fn access(setting: &Setting<'_>, target: &Act, before: &[&Act]) -> Access {
    let was_signed_in = before.iter().any(|act| act.signs_in() || (!act.failed && act.category != EventCategory::Login));
    let refused_as_nobody = target.http().is_some_and(|http| http.status == 401) && !was_signed_in;
    if target.category == EventCategory::Login || refused_as_nobody {
        Access::Anonymous
    } else if setting.sign_in.is_some() || before.iter().any(|act| act.signs_in()) {
        Access::User
    } else {
        Access::Unknown
    }
}

/// The call that makes the system answer so: failures need an id that exists nowhere, no sign-in, or data that only the team has.
pub(crate) fn call(act: &Act, http: &HttpAct, access: Access) -> Call {
    let unknown = http.path.of_unknown().filter(|_| http.status == 404);
    let is_explained = unknown.is_some() || (http.status == 401 && access == Access::Anonymous && act.category != EventCategory::Login);
    let data = (act.unusual || (http.failed() && !is_explained)).then(|| data_name(http));
    Call { method: http.method, path: unknown.unwrap_or_else(|| http.path.clone()), data }
}

/// The name of a call's data set: `post-accounts-transfers-422`.
fn data_name(http: &HttpAct) -> String {
    let words: Vec<String> =
        std::iter::once(http.method.name()).chain(http.path.telling_words()).map(kebab).filter(|word| !word.is_empty()).collect();
    format!("{}-{}", words.join("-"), http.status)
}

fn kebab(word: &str) -> String {
    let spaced: String = word.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join("-")
}
