//! Steps of HTTP journeys: earlier calls are given, the last one is sent, its status is expected.

use schemas::record::EventCategory;

use super::Setting;
use crate::candidate::Trail;
use crate::model::{Call, Step};
use crate::vocabulary::{Act, HttpAct};

/// The user that scenarios sign in as: a name in the test data.
pub(crate) const CUSTOMER: &str = "customer";

pub(crate) fn steps(setting: &Setting<'_>, trail: &Trail) -> Vec<Step> {
    let acts: Vec<&Act> = trail.acts.iter().map(|act| setting.vocabulary.act(*act)).collect();
    let (target, before) = acts.split_last().expect("a trail is never empty");
    let access = access(setting, target, before);
    let mut steps = vec![Step::ApiAvailable];
    let mut signed_in = false;
    if access == Access::Anonymous {
        steps.push(Step::NotSignedIn);
    } else if access == Access::User && !before.iter().any(|act| act.signs_in()) {
        steps.push(Step::SignedIn(CUSTOMER));
        signed_in = true;
    }
    for act in before {
        if act.signs_in() {
            if access == Access::User && !signed_in {
                steps.push(Step::SignedIn(CUSTOMER));
                signed_in = true;
            }
        } else if let Some(http) = act.http() {
            steps.push(Step::Received(http.status, call(act, http, access)));
        }
    }
    if let Some(http) = target.http() {
        steps.push(Step::Send(call(target, http, access)));
        steps.push(Step::Status(http.status));
    }
    steps
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
