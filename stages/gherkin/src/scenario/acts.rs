//! Acts that enough customers share, for scenarios that are about one call and no path.

use schemas::record::EventCategory;

use super::Setting;
use super::http::{Access, CUSTOMER, call};
use crate::model::{Call, Method, Step};
use crate::vocabulary::{Act, HttpAct};

/// The run's acts.
pub(super) struct Acts<'s> {
    setting: &'s Setting<'s>,
}

impl<'s> Acts<'s> {
    pub(super) const fn new(setting: &'s Setting<'s>) -> Self {
        Self { setting }
    }

    /// Acts that enough customers share, most shared first.
    pub(super) fn shared(&self, wanted: impl Fn(&Act) -> bool) -> Vec<&'s Act> {
        let all = self.setting.vocabulary.acts().map(|(_, act)| (self.setting.customers.of_act(act), act));
        let mut acts: Vec<(u64, &Act)> = all.filter(|(customers, act)| *customers >= self.setting.floor() && wanted(act)).collect();
        acts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.key.cmp(&b.1.key)));
        acts.into_iter().map(|(_, act)| act).collect()
    }

    /// Calls of a category that were accepted and change something; those that made a thing first.
    pub(super) fn accepted(&self, category: EventCategory) -> impl Iterator<Item = &'s Act> {
        let mut acts = self.shared(|act| act.category == category && !act.failed && act.http().is_some_and(|http| !http.method.reads()));
        acts.sort_by_key(|act| act.http().is_none_or(|http| http.status != 201));
        acts.into_iter()
    }

    /// Steps up to and including one call, with what it needs.
    pub(super) fn send(&self, act: &Act) -> Vec<Step> {
        let access = if self.setting.sign_in.is_some() { Access::User } else { Access::Unknown };
        let mut steps = vec![Step::ApiAvailable];
        if access == Access::User {
            steps.push(Step::SignedIn(CUSTOMER));
        }
        steps.extend(act.http().into_iter().filter(|_| access == Access::User).flat_map(|http| self.needed_before(http)));
        steps.extend(act.http().map(|http| Step::Send(call(act, http, access))));
        steps
    }

    /// Earlier calls that bring about what a call needs: the one that nearly always goes before it, the one that makes the thing its path is
    /// about (whose id is saved), and the one that its last word takes back (`freeze` before `unfreeze`).
    pub(super) fn needed_before(&self, http: &HttpAct) -> Vec<Step> {
        let path = &http.path;
        let is_told = |act: &&Act| self.setting.customers.of_act(act) >= self.setting.floor() && !act.unusual;
        let calls = || self.setting.changing.iter().filter_map(|act| self.setting.vocabulary.act(*act).http());
        let received = |http: &HttpAct| {
            let call = Call { method: http.method, path: http.path.about_the_same_as(path), data: None };
            Step::Received(http.status, call)
        };
        let mut steps = Vec::new();
        for http in calls().filter(|http| http.method == Method::Post) {
            if let Some(alias) = http.path.alias_of_member(path) {
                steps.extend([received(http), Step::SavedId(alias)]);
            }
        }
        steps.extend(calls().find(|http| http.path.is_taken_back_by(path)).map(received));
        let step = self.usual_before(http).filter(is_told).and_then(Act::http).map(received);
        steps.extend(step.filter(|step| !steps.contains(step)));
        steps
    }

    fn usual_before(&self, http: &HttpAct) -> Option<&'s Act> {
        let number = self.setting.changing.iter().find(|act| self.setting.vocabulary.act(**act).http() == Some(http))?;
        let before = self.setting.before.get(number)?;
        Some(self.setting.vocabulary.act(*before))
    }
}
