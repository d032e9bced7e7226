//! Scenarios and features.

use schemas::ids::StableId;

use super::step::Step;
use super::text::{Kept, Line, Slug};

/// A tag, without its `@`: letters and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag(String);

impl Tag {
    /// A tag `prefix-rest`.
    #[must_use]
    pub fn new(prefix: &'static str, rest: &str) -> Self {
        Self(format!("{prefix}-{}", Slug::new(rest, "other")))
    }

    /// A tag that is one fixed word.
    #[must_use]
    pub fn word(word: &'static str) -> Self {
        Self(word.to_owned())
    }

    /// A tag of an earlier night.
    #[must_use]
    pub fn known(text: &str) -> Option<Self> {
        let tame = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        tame.then(|| Self(text.to_owned()))
    }

    /// The tag of a scenario's id.
    #[must_use]
    pub fn of_id(id: StableId) -> Self {
        Self(format!("scn-{}", id.letters()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Tags.
    pub tags: Vec<Tag>,
    /// Name, unique in the suite.
    pub name: Line,
    /// Why it exists, a sentence a line. Each begins with a fixed word of ours, never with text from a log, so that none can look
    /// like a keyword.
    pub description: Vec<Line>,
    /// Steps, keywords in order.
    pub steps: Vec<Step>,
    /// What is printed instead of description and steps: that of an earlier night.
    pub kept: Option<Kept>,
}

/// A feature: one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Tags that hold for all scenarios.
    pub tags: Vec<Tag>,
    /// Name.
    pub name: Line,
    /// Description, as that of a scenario.
    pub description: Vec<Line>,
    /// Scenarios, in order.
    pub scenarios: Vec<Scenario>,
}

impl Feature {
    /// Moves tags that all scenarios share to the feature, which linters ask for and which means the same to every runner.
    pub fn hoist_tags(&mut self) {
        let Some(first) = self.scenarios.first() else { return };
        let shared: Vec<Tag> = first.tags.iter().filter(|tag| self.scenarios.iter().all(|scenario| scenario.tags.contains(tag))).cloned().collect();
        for scenario in &mut self.scenarios {
            scenario.tags.retain(|tag| !shared.contains(tag));
        }
        self.tags.extend(shared);
        self.tags.sort();
        self.tags.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(tags: &[&'static str]) -> Scenario {
        Scenario {
            tags: tags.iter().map(|tag| Tag::word(tag)).collect(),
            name: Line::new("x"),
            description: Vec::new(),
            steps: Vec::new(),
            kept: None,
        }
    }

    #[test]
    fn shared_tags_go_to_the_feature() {
        let scenarios = vec![scenario(&["a", "b"]), scenario(&["b", "c"])];
        let mut feature = Feature { tags: vec![Tag::word("z")], name: Line::new("f"), description: Vec::new(), scenarios };
        feature.hoist_tags();
        assert_eq!(feature.tags, [Tag::word("b"), Tag::word("z")]);
        assert_eq!(feature.scenarios[0].tags, [Tag::word("a")]);
        assert_eq!(feature.scenarios[1].tags, [Tag::word("c")]);
    }
}
