//! What changed between the templates of a night and those known before.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::StableId;
use schemas::record::Severity;

use super::cover::Index;

/// A template of a night or of the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// Canonical text.
    pub text: String,
    /// First night, days since 1970-01-01.
    pub first_day: i32,
    /// Last night.
    pub last_day: i32,
    /// Nights.
    pub nights: u32,
    /// Lines of the last night.
    pub count: u64,
    /// Greatest severity of the last night.
    pub severity: Severity,
}

/// Templates by id.
pub(super) type Templates = BTreeMap<StableId, Known>;

/// The changes; every template stands in one list at most.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Never seen before, and no part of what follows.
    pub new: Vec<StableId>,
    /// Seen before, but not in the last night.
    pub returned: Vec<StableId>,
    /// Seen in the last night and not in this one.
    pub vanished: Vec<StableId>,
    /// Templates of this night, each with those of the last night that are gone and that it covers.
    pub merged: BTreeMap<StableId, Vec<StableId>>,
    /// Templates of the last night, each with new ones that it covers.
    pub split: BTreeMap<StableId, Vec<StableId>>,
}

/// Compares `tonight` with what was known.
pub(super) fn compare(known: &Templates, tonight: &Templates) -> Changes {
    let Some(last_day) = known.values().map(|template| template.last_day).max() else { return Changes::default() };
    let last_night: Vec<(StableId, &Known)> = known.iter().filter(|(_, was)| was.last_day == last_day).map(|(id, was)| (*id, was)).collect();
    let mut vanished: Vec<StableId> = last_night.iter().map(|(id, _)| *id).filter(|id| !tonight.contains_key(id)).collect();
    let mut new: Vec<StableId> = tonight.keys().filter(|id| !known.contains_key(id)).copied().collect();
    let returned = tonight.keys().filter(|id| known.get(id).is_some_and(|was| was.last_day < last_day)).copied().collect();
    let mut changes = Changes { returned, ..Changes::default() };

    let wide: Vec<StableId> = tonight.keys().copied().collect();
    let index = Index::new(tonight.values().map(|template| template.text.as_str()).collect());
    for id in &vanished {
        if let Some(into) = index.covering(&known[id].text) {
            changes.merged.entry(wide[into]).or_default().push(*id);
        }
    }
    let index = Index::new(last_night.iter().map(|(_, was)| was.text.as_str()).collect());
    for id in new.iter().filter(|id| !changes.merged.contains_key(id)) {
        if let Some(from) = index.covering(&tonight[id].text) {
            changes.split.entry(last_night[from].0).or_default().push(*id);
        }
    }
    let explained: BTreeSet<StableId> = [&changes.merged, &changes.split]
        .into_iter()
        .flat_map(|changes| changes.iter().flat_map(|(one, many)| many.iter().chain([one])))
        .copied()
        .collect();
    vanished.retain(|id| !explained.contains(id));
    new.retain(|id| !explained.contains(id));
    Changes { new, vanished, ..changes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(day: i32, texts: &[&str]) -> Templates {
        let known = |text: &&str| Known { text: (*text).to_owned(), first_day: day, last_day: day, nights: 1, count: 1, severity: Severity::Info };
        texts.iter().map(|text| (StableId::of(text.as_bytes()), known(text))).collect()
    }

    fn ids(texts: &[&str]) -> Vec<StableId> {
        templates(0, texts).into_keys().collect()
    }

    #[test]
    fn each_change_is_named_once() {
        let mut known = templates(7, &["stays as it is", "goes for good", "user a has come", "user b has come", "door <*> was opened"]);
        known.extend(templates(5, &["was here once"]));
        let tonight =
            templates(8, &["stays as it is", "comes to stay", "user <*> has come", "door one was opened", "door two was opened", "was here once"]);
        let changes = compare(&known, &tonight);
        assert_eq!(changes.new, ids(&["comes to stay"]));
        assert_eq!(changes.returned, ids(&["was here once"]));
        assert_eq!(changes.vanished, ids(&["goes for good"]));
        assert_eq!(changes.merged, BTreeMap::from([(ids(&["user <*> has come"])[0], ids(&["user a has come", "user b has come"]))]));
        assert_eq!(changes.split, BTreeMap::from([(ids(&["door <*> was opened"])[0], ids(&["door one was opened", "door two was opened"]))]));
    }

    #[test]
    fn the_first_night_has_nothing_to_compare_with() {
        assert_eq!(compare(&Templates::new(), &templates(8, &["a b c"])), Changes::default());
    }
}
