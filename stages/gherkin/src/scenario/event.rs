//! Steps of journeys that are no HTTP calls: events before are observed, the last one must follow.

use crate::candidate::Trail;
use crate::model::{EventName, Step};
use crate::vocabulary::{ActKind, Vocabulary};

/// Seconds within which an event must follow. Fixed: an observed duration would be a number about customers.
pub(crate) const FOLLOWS_WITHIN_S: u32 = 60;

pub(crate) fn steps(vocabulary: &Vocabulary, trail: &Trail) -> Vec<Step> {
    let name = |act: &u32| -> Option<EventName> {
        match &vocabulary.act(*act).kind {
            ActKind::Event(name) => Some(name.clone()),
            ActKind::Http(_) => None,
        }
    };
    let mut names: Vec<EventName> = trail.acts.iter().filter_map(name).collect();
    let target = names.pop();
    names.into_iter().map(Step::EventObserved).chain(target.map(|name| Step::EventFollows(name, FOLLOWS_WITHIN_S))).collect()
}
