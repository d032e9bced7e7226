//! A suite: the features of one bundle, named, sorted and unique.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::StableId;
use serde::Serialize;

use crate::model::{Feature, Line, Slug, Tag, render};
use crate::scenario::Draft;
use crate::words::capitalised;

/// Letters of a family's hash in its file name.
const FILE_HASH_LETTERS: usize = 8;
/// Letters of a scenario's id that tell two scenarios of one name apart.
const NAME_HASH_LETTERS: usize = 6;

/// What files are about.
pub(crate) mod about {
    pub(crate) const JOURNEYS: &str = "Paths that production walks, kept working.";
    pub(crate) const CHECKS: &str = "What every call of production must also do: nobody reads without a sign-in, a repeated request counts once.";
    pub(crate) const FINDINGS: &str = "Controls that a rule found missing in production.";
    pub(crate) const FAILURES: &str = "Paths that production fails on more often than others, and the answer that is right.";
    pub(crate) const SUSPECTS: &str = "Paths that are unlike the others: look at them before keeping them.";

    /// What a released file of this name is about.
    pub(super) fn of_path(path: &str) -> &'static str {
        let kinds = [("features/check-", CHECKS), ("features/finding-", FINDINGS), ("features/failure-", FAILURES)];
        kinds.into_iter().find(|(beginning, _)| path.starts_with(beginning)).map_or(JOURNEYS, |(_, about)| about)
    }
}

/// One feature file to be.
#[derive(Debug)]
pub(crate) struct File {
    /// Path in the bundle.
    pub(crate) path: String,
    pub(crate) feature: Feature,
    pub(crate) drafts: Vec<Draft>,
    /// The feature's name in an earlier night.
    pub(crate) known_name: Option<Line>,
}

impl File {
    pub(crate) fn text(&self) -> String {
        render(&self.feature)
    }

    /// Puts its drafts into the feature; tags that all of them share go up.
    fn print_drafts(&mut self) {
        self.feature.tags.clear();
        self.feature.scenarios = self.drafts.iter().map(|draft| draft.scenario.clone()).collect();
        self.feature.hoist_tags();
    }
}

/// The features of one bundle.
#[derive(Debug, Default)]
pub(crate) struct Suite {
    pub(crate) files: Vec<File>,
}

/// A scenario that was taken out.
pub(crate) struct Removed {
    pub(crate) draft: Draft,
    /// The file it was in.
    pub(crate) file: String,
    /// The name of its feature.
    pub(crate) family: String,
}

/// What a file is about.
pub(crate) struct Heading<'a> {
    /// Folder in the bundle, with its slash.
    pub(crate) folder: &'a str,
    pub(crate) slug: &'a Slug,
    /// Hash of the full name behind the slug.
    pub(crate) id: StableId,
    /// Name of the feature.
    pub(crate) name: String,
    /// Why it exists.
    pub(crate) description: &'a str,
}

impl Suite {
    /// Adds a file. Drafts come best first and are printed in the order of their ids, so that ranks may change without a diff.
    pub(crate) fn add(&mut self, heading: &Heading<'_>, mut drafts: Vec<Draft>) {
        if drafts.is_empty() {
            return;
        }
        drafts.sort_by_key(|draft| draft.id);
        drafts.dedup_by_key(|draft| draft.id);
        let hash: String = heading.id.letters().chars().take(FILE_HASH_LETTERS).collect();
        let path = format!("{}{}-{hash}.feature", heading.folder, heading.slug);
        let name = Line::new(&capitalised(&heading.name));
        let description = vec![Line::new(heading.description)];
        self.files.push(File { path, feature: Feature { tags: Vec::new(), name, description, scenarios: Vec::new() }, drafts, known_name: None });
    }

    /// Adds a draft of an earlier night to its file, which is made if tonight has none.
    pub(crate) fn put(&mut self, path: &str, feature: &str, draft: Draft) {
        if let Some(file) = self.files.iter_mut().find(|file| file.path == path) {
            let place = file.drafts.partition_point(|other| other.id < draft.id);
            file.drafts.insert(place, draft);
            return;
        }
        let name = Line::new(feature);
        // As on the nights before: a file whose every path is missed for a night is the same file.
        let description = vec![Line::new(about::of_path(path))];
        let feature = Feature { tags: Vec::new(), name: name.clone(), description, scenarios: Vec::new() };
        self.files.push(File { path: path.to_owned(), feature, drafts: vec![draft], known_name: Some(name) });
    }

    /// Takes scenarios out, and files that hold none then.
    pub(crate) fn take(&mut self, wanted: impl Fn(StableId) -> bool) -> Vec<Removed> {
        let mut taken = Vec::new();
        for file in &mut self.files {
            let gone = file.drafts.extract_if(.., |draft| wanted(draft.id));
            taken.extend(gone.map(|draft| Removed { draft, file: file.path.clone(), family: file.feature.name.as_str().to_owned() }));
        }
        self.files.retain(|file| !file.drafts.is_empty());
        taken
    }

    /// Makes names unique, moves shared tags up, sorts by path. Names of earlier nights stay.
    pub(crate) fn finish(mut self) -> Self {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for draft in self.drafts() {
            // A known name is taken: whoever comes later gets letters.
            *counts.entry(draft.scenario.name.as_str().to_owned()).or_default() += 1;
        }
        let mut feature_names: BTreeSet<String> = self.files.iter().filter_map(|file| Some(file.known_name.as_ref()?.as_str().to_owned())).collect();
        for file in &mut self.files {
            for draft in file.drafts.iter_mut().filter(|draft| !draft.name_is_known) {
                if counts.get(draft.scenario.name.as_str()).is_some_and(|count| *count > 1) {
                    let hash: String = draft.id.letters().chars().take(NAME_HASH_LETTERS).collect();
                    draft.scenario.name = Line::new(&format!("{} ({hash})", draft.scenario.name.as_str()));
                }
            }
            if let Some(known) = &file.known_name {
                file.feature.name = known.clone();
            } else if !feature_names.insert(file.feature.name.as_str().to_owned()) {
                let hash: String = StableId::of(file.path.as_bytes()).letters().chars().take(NAME_HASH_LETTERS).collect();
                file.feature.name = Line::new(&format!("{} ({hash})", file.feature.name.as_str()));
            }
            file.print_drafts();
        }
        self
    }

    /// Leaves some scenarios out of a finished suite; the others stay as they are, in the files that still have one.
    pub(crate) fn leave_out(&mut self, is_left_out: impl Fn(StableId) -> bool) -> Vec<Removed> {
        let left_out = self.take(is_left_out);
        self.files.iter_mut().for_each(File::print_drafts);
        left_out
    }

    /// All drafts.
    pub(crate) fn drafts(&self) -> impl Iterator<Item = &Draft> {
        self.files.iter().flat_map(|file| &file.drafts)
    }

    /// All tags, sorted.
    pub(crate) fn tags(&self) -> BTreeSet<&Tag> {
        self.drafts().flat_map(|draft| &draft.scenario.tags).collect()
    }
}

/// How many scenarios wait for something that only a team has. One may wait for two things.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Needs {
    pub(crate) scenarios: usize,
    pub(crate) nothing: usize,
    pub(crate) data: usize,
    pub(crate) event_log: usize,
    pub(crate) control_missing: usize,
    pub(crate) failure_sequence: usize,
    pub(crate) accepted: usize,
    pub(crate) clock: usize,
    /// Scenarios of each data set.
    pub(crate) data_sets: BTreeMap<String, usize>,
}

impl Needs {
    pub(crate) fn of(suite: &Suite) -> Self {
        let mut needs = Self::default();
        for draft in suite.drafts() {
            let has = |tag: &'static str| draft.scenario.tags.contains(&Tag::word(tag));
            let (data, event_log, control_missing) = (has("needs-data"), has("needs-event-log"), has("control-missing"));
            let failure_sequence = has("failure-sequence");
            let (accepted, clock) = (has("needs-accepted"), has("needs-clock"));
            needs.scenarios += 1;
            needs.nothing += usize::from(![data, event_log, control_missing, failure_sequence, accepted, clock].contains(&true));
            needs.accepted += usize::from(accepted);
            needs.clock += usize::from(clock);
            needs.data += usize::from(data);
            needs.event_log += usize::from(event_log);
            needs.control_missing += usize::from(control_missing);
            needs.failure_sequence += usize::from(failure_sequence);
            let calls = draft.calls();
            let names: BTreeSet<&str> = calls.lines().filter_map(|call| call.split(' ').nth(2)).collect();
            for name in names {
                *needs.data_sets.entry(name.to_owned()).or_default() += 1;
            }
        }
        needs
    }
}
