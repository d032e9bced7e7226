//! The scenarios of a feature file, told apart by their ids: to say which ones a person edited. Tags do not count: one that all scenarios share stands on
//! the feature, so a new scenario may move it.

use std::collections::BTreeMap;

use schemas::ids::Digest;

/// What an id's tag begins with.
const TAG: &str = "@scn-";

/// Digest of each scenario (name, description, steps) by id (`scn-...`). Text that is no feature has none.
#[must_use]
pub fn digests(text: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(text);
    let (mut found, mut current): (BTreeMap<String, String>, Option<(String, String)>) = (BTreeMap::new(), None);
    let mut id_before = None;
    let mut close = |block: Option<(String, String)>| {
        if let Some((id, body)) = block {
            found.insert(id, Digest::of(body.trim_end().as_bytes()).to_string());
        }
    };
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with('@') {
            close(current.take());
            // A file of one scenario has all its tags on the feature.
            id_before = trimmed.split_whitespace().find(|tag| tag.starts_with(TAG)).map(|tag| tag.trim_start_matches('@').to_owned()).or(id_before);
        } else if trimmed.starts_with("Scenario:") {
            close(current.take());
            current = id_before.take().map(|id| (id, String::new()));
        }
        if let Some((_, body)) = &mut current {
            body.push_str(trimmed);
            body.push('\n');
        }
    }
    close(current);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios_are_told_apart_by_their_ids() {
        let text = "@generated @scn-aa\nFeature: F\n  Paths.\n\n  Scenario: one\n    Why: x.\n\n    Given a\n";
        let moved =
            "@generated\nFeature: F\n\n  @scn-aa\n  Scenario: one\n    Why: x.\n\n    Given a\n\n  @risk-low @scn-bb\n  Scenario: two\n    Given b\n";
        let (alone, together) = (digests(text.as_bytes()), digests(moved.as_bytes()));
        assert_eq!(alone.keys().collect::<Vec<_>>(), ["scn-aa"]);
        assert_eq!(together.keys().collect::<Vec<_>>(), ["scn-aa", "scn-bb"]);
        assert_eq!(alone["scn-aa"], together["scn-aa"], "tags do not count");
        assert_ne!(digests(moved.replace("Given a", "Given A").as_bytes())["scn-aa"], together["scn-aa"]);
        assert!(digests(b"\xff no feature").is_empty());
    }
}
