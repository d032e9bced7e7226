//! Keywords of the 80 languages of Gherkin.
//!
//! `dialects.txt` is made of `gherkin-languages.json` of cucumber/gherkin (MIT licence), the list that every official parser reads. A line is a
//! language: its code, then the keywords of feature, background, rule, scenario, outline and examples, then those of steps, longest first. Fields
//! are divided by `|`, keywords by `;`. Where a language writes a blank behind a step's keyword, the blank is part of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const TABLE: &str = include_str!("dialects.txt");

/// What a line begins with, behind which a colon stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    Feature,
    Background,
    Rule,
    /// Scenario or outline: both may have examples.
    Scenario,
    Examples,
}

/// The keywords of a language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    headings: [(&'static str, Heading); 6],
    steps: &'static str,
}

impl Dialect {
    /// The language of a code such as `en` or `de`.
    pub(super) fn of(code: &str) -> Option<Self> {
        TABLE.lines().filter_map(|line| line.split_once('|')).find(|(known, _)| *known == code).and_then(|(_, rest)| Self::parse(rest))
    }

    /// English, the language of a file that names none.
    pub(super) fn english() -> Self {
        Self::of("en").expect("the table has English")
    }

    fn parse(rest: &'static str) -> Option<Self> {
        let mut fields = rest.split('|');
        let mut next = |heading| Some((fields.next()?, heading));
        let headings = [
            next(Heading::Feature)?,
            next(Heading::Background)?,
            next(Heading::Rule)?,
            next(Heading::Scenario)?,
            next(Heading::Scenario)?,
            next(Heading::Examples)?,
        ];
        Some(Self { headings, steps: fields.next()? })
    }

    /// The heading that a line is, and what stands behind its colon.
    pub(super) fn heading<'t>(&self, line: &'t str) -> Option<(Heading, &'t str)> {
        let behind = |keyword: &str| line.strip_prefix(keyword)?.strip_prefix(':').map(str::trim);
        self.headings.iter().find_map(|(keywords, heading)| keywords.split(';').find_map(behind).map(|rest| (*heading, rest)))
    }

    /// The text of a step behind its keyword.
    pub(super) fn step<'t>(&self, line: &'t str) -> Option<&'t str> {
        self.steps.split(';').find_map(|keyword| line.strip_prefix(keyword)).map(str::trim)
    }
}

/// Keywords of steps in all languages by their first letter, since a results file may hold millions of lines.
static STEPS: LazyLock<BTreeMap<char, BTreeSet<&'static str>>> = LazyLock::new(|| {
    let mut steps: BTreeMap<char, BTreeSet<&str>> = BTreeMap::new();
    for keyword in TABLE.lines().filter_map(|language| language.rsplit_once('|')).flat_map(|(_, keywords)| keywords.split(';')) {
        steps.entry(keyword.chars().next().unwrap_or_default()).or_default().insert(keyword);
    }
    steps
});

/// Whether a line begins as a step of any language does.
pub(super) fn begins_a_step(line: &str) -> bool {
    let keywords = line.chars().next().and_then(|first| STEPS.get(&first));
    keywords.is_some_and(|keywords| keywords.iter().any(|keyword| line.starts_with(keyword)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_language() {
        assert_eq!(TABLE.lines().count(), 80);
        for line in TABLE.lines() {
            let dialect = Dialect::of(line.split('|').next().unwrap()).unwrap();
            assert!(dialect.headings.iter().all(|(keywords, _)| keywords.split(';').all(|keyword| !keyword.is_empty())), "{line}");
            assert!(dialect.steps.split(';').count() > 4 && dialect.steps.split(';').all(|keyword| !keyword.is_empty()), "{line}");
        }
        assert!(Dialect::of("xx").is_none() && Dialect::of("").is_none());
    }

    #[test]
    fn keywords_are_those_of_the_language() {
        let german = Dialect::of("de").unwrap();
        assert_eq!(german.heading("Szenario: Anmeldung"), Some((Heading::Scenario, "Anmeldung")));
        assert_eq!(german.heading("Beispiele:"), Some((Heading::Examples, "")));
        assert_eq!(german.heading("Scenario Outline: x"), None);
        assert_eq!(german.step("Angenommen ich bin da"), Some("ich bin da"));
        let english = Dialect::english();
        assert_eq!(english.heading("Scenario Template: x"), Some((Heading::Scenario, "x")));
        assert_eq!((english.step("Given x"), english.step("Givenx"), english.heading("Scenario x")), (Some("x"), None, None));
        assert!(begins_a_step("Wenn x") && begins_a_step("* x") && !begins_a_step("payment 4711"));
    }
}
