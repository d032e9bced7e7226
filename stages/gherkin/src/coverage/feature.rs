//! Reads feature files that somebody else wrote.
//!
//! A line at a time, as the official parsers do, without a tree and without recursion: time is linear in the file and in the tests it expands to,
//! memory is one feature's background and one scenario. What a line is depends on its first word and on where it stands. A file that the
//! official parsers refuse is refused, since no runner takes it: keywords where none may be, rows of another width, an open doc string.
//! (The crate `gherkin` was looked at: it brings 40 crates, a parser with backtracking and a tree of the whole file under the seal.)

use schemas::limits::{TEST_COLUMNS_MAX, TEST_STEPS_MAX, TEST_TEXT_BYTES_MAX};
use schemas::record::TestFileProblem;

use super::dialect::{Dialect, Heading};

/// A step behind its keyword.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) text: String,
    /// First line of its doc string.
    pub(super) doc: Option<String>,
}

/// A test: a scenario, or a row of an outline's examples put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test<'f> {
    /// Name of its feature.
    pub(super) feature: &'f str,
    /// Of a row: with its cells put into it, as most runners name it.
    pub(super) name: String,
    /// As the file writes it: pytest-bdd names all rows so.
    pub(super) outline: &'f str,
    /// Tags of its feature, its rule, itself and its examples, without `@`.
    pub(super) tags: Vec<&'f str>,
    /// Those of the backgrounds first.
    pub(super) steps: Vec<Step>,
}

/// Why a file is not read further: the problem, and the line from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) what: TestFileProblem,
    pub(super) line: u32,
}

/// Shows each test of a feature file to `see`, which says whether there is room for another one.
///
/// # Errors
/// Why it was not read to its end.
pub(super) fn parse<'f>(text: &'f str, see: &mut dyn FnMut(&Test<'f>) -> bool) -> Result<(), Problem> {
    let mut parser = Parser {
        dialect: Dialect::english(),
        place: Place::Start,
        feature: "",
        in_rule: false,
        tags: Default::default(),
        pending: Vec::new(),
        backgrounds: Default::default(),
        scenario: None,
        doc: None,
        argument: Argument::None,
        steps_left: TEST_STEPS_MAX,
        see,
    };
    let mut number = 0;
    for line in text.trim_start_matches('\u{feff}').lines() {
        number += 1;
        parser.line(line).map_err(|what| Problem { what, line: number })?;
    }
    parser.end().map_err(|what| Problem { what, line: number })
}

/// Where the parser stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the feature.
    Start,
    /// In the description of a feature or rule.
    Description,
    /// In the description of a background or scenario, before its first step.
    Before,
    /// Among steps.
    Steps,
    /// In the description of examples.
    BeforeExamples,
    /// In the table of examples.
    Rows,
}

#[derive(Default)]
struct Examples<'f> {
    tags: Vec<&'f str>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

struct Scenario<'f> {
    tags: Vec<&'f str>,
    name: &'f str,
    steps: Vec<Step>,
    examples: Vec<Examples<'f>>,
}

/// What the last step has below it: one thing at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Argument {
    None,
    Doc,
    /// A table of rows with so many cells.
    Table(usize),
}

/// An open doc string: what closes it, and whether a line of it was seen.
struct Doc {
    fence: &'static str,
    seen: bool,
}

struct Parser<'f, 's> {
    dialect: Dialect,
    place: Place,
    feature: &'f str,
    in_rule: bool,
    /// Tags of the feature and of the rule.
    tags: [Vec<&'f str>; 2],
    /// Tags that wait for what comes next.
    pending: Vec<&'f str>,
    /// Backgrounds of the feature and of the rule; `Some` once there is one.
    backgrounds: [Option<Vec<Step>>; 2],
    scenario: Option<Scenario<'f>>,
    doc: Option<Doc>,
    argument: Argument,
    /// Steps the file may still have.
    steps_left: usize,
    see: &'s mut dyn FnMut(&Test<'f>) -> bool,
}

type Read = Result<(), TestFileProblem>;

impl<'f> Parser<'f, '_> {
    fn line(&mut self, line: &'f str) -> Read {
        let trimmed = line.trim();
        if self.doc.is_some() {
            self.inside_doc(trimmed);
            return Ok(());
        }
        if trimmed.starts_with('#') {
            return self.comment(trimmed);
        }
        if trimmed.is_empty() {
            return Ok(());
        }
        if trimmed.starts_with('@') {
            return self.tag_line(trimmed);
        }
        if let Some((heading, name)) = self.dialect.heading(trimmed) {
            return self.heading(heading, cut(name));
        }
        if !self.pending.is_empty() {
            return Err(TestFileProblem::Grammar);
        }
        match self.place {
            Place::Before | Place::Steps => self.in_steps(trimmed),
            Place::BeforeExamples | Place::Rows if trimmed.starts_with('|') => self.row(trimmed),
            Place::Description | Place::BeforeExamples => Ok(()),
            Place::Start | Place::Rows => Err(TestFileProblem::Grammar),
        }
    }

    /// A comment, or the language of the file.
    fn comment(&mut self, line: &str) -> Read {
        let code = line.strip_prefix('#').map(str::trim_start).and_then(|rest| rest.strip_prefix("language")).map(str::trim_start);
        if let Some(code) = code.and_then(|rest| rest.strip_prefix(':')).filter(|_| self.place == Place::Start) {
            self.dialect = Dialect::of(code.trim()).ok_or(TestFileProblem::UnknownLanguage)?;
        }
        Ok(())
    }

    fn tag_line(&mut self, line: &'f str) -> Read {
        for word in line.split_whitespace().take_while(|word| !word.starts_with('#')) {
            let tags = word.strip_prefix('@').ok_or(TestFileProblem::Grammar)?;
            self.pending.extend(tags.split('@'));
        }
        if self.pending.iter().any(|tag| tag.is_empty()) {
            return Err(TestFileProblem::Grammar);
        }
        if self.pending.len() > TEST_COLUMNS_MAX { Err(TestFileProblem::TooMany) } else { Ok(()) }
    }

    fn heading(&mut self, heading: Heading, name: &'f str) -> Read {
        let tags = std::mem::take(&mut self.pending);
        if (heading == Heading::Feature) != (self.place == Place::Start) {
            return Err(TestFileProblem::Grammar);
        }
        match heading {
            Heading::Feature => {
                (self.feature, self.tags[0], self.place) = (name, tags, Place::Description);
            }
            Heading::Rule => {
                self.close()?;
                (self.in_rule, self.tags[1], self.backgrounds[1], self.place) = (true, tags, None, Place::Description);
            }
            Heading::Background => {
                let level = usize::from(self.in_rule);
                if !tags.is_empty() || self.place != Place::Description || self.backgrounds[level].is_some() {
                    return Err(TestFileProblem::Grammar);
                }
                (self.backgrounds[level], self.place) = (Some(Vec::new()), Place::Before);
            }
            Heading::Scenario => {
                self.close()?;
                (self.scenario, self.place) = (Some(Scenario { tags, name, steps: Vec::new(), examples: Vec::new() }), Place::Before);
            }
            Heading::Examples => {
                let scenario = self.scenario.as_mut().ok_or(TestFileProblem::Grammar)?;
                scenario.examples.push(Examples { tags, ..Examples::default() });
                self.place = Place::BeforeExamples;
            }
        }
        Ok(())
    }

    /// A step, its argument, or a description before the first one.
    fn in_steps(&mut self, line: &'f str) -> Read {
        if let Some(text) = self.dialect.step(line) {
            self.steps_left = self.steps_left.checked_sub(1).ok_or(TestFileProblem::TooMany)?;
            let step = Step { text: cut(text).to_owned(), doc: None };
            self.open_steps().ok_or(TestFileProblem::Grammar)?.push(step);
            (self.place, self.argument) = (Place::Steps, Argument::None);
            return Ok(());
        }
        let fence = ["\"\"\"", "```"].into_iter().find(|fence| line.starts_with(fence));
        match (self.place, fence) {
            (Place::Steps, Some(fence)) => {
                if std::mem::replace(&mut self.argument, Argument::Doc) != Argument::None {
                    return Err(TestFileProblem::Grammar);
                }
                self.open_steps().and_then(|steps| steps.last_mut()).ok_or(TestFileProblem::Grammar)?.doc = Some(String::new());
                self.doc = Some(Doc { fence, seen: false });
                Ok(())
            }
            (Place::Steps, None) if line.starts_with('|') => {
                let width = cells(line)?.len();
                let before = std::mem::replace(&mut self.argument, Argument::Table(width));
                if before == Argument::None || before == Argument::Table(width) { Ok(()) } else { Err(TestFileProblem::Grammar) }
            }
            (Place::Steps, None) => Err(TestFileProblem::Grammar),
            _ => Ok(()),
        }
    }

    fn inside_doc(&mut self, line: &str) {
        let Some(doc) = &mut self.doc else { return };
        let (fence, seen) = (doc.fence, std::mem::replace(&mut doc.seen, true));
        if line.starts_with(fence) {
            self.doc = None;
        } else if !seen && let Some(step) = self.open_steps().and_then(|steps| steps.last_mut()) {
            step.doc = Some(cut(line).to_owned());
        }
    }

    /// The steps of the open scenario, else of the open background.
    fn open_steps(&mut self) -> Option<&mut Vec<Step>> {
        if let Some(scenario) = &mut self.scenario {
            return Some(&mut scenario.steps);
        }
        let level = usize::from(self.in_rule);
        self.backgrounds[level].as_mut()
    }

    fn row(&mut self, line: &str) -> Read {
        let cells = cells(line)?;
        let examples = self.scenario.as_mut().and_then(|scenario| scenario.examples.last_mut()).ok_or(TestFileProblem::Grammar)?;
        if self.place == Place::BeforeExamples {
            (examples.columns, self.place) = (cells, Place::Rows);
        } else if cells.len() == examples.columns.len() {
            self.steps_left = self.steps_left.checked_sub(1).ok_or(TestFileProblem::TooMany)?;
            examples.rows.push(cells);
        } else {
            return Err(TestFileProblem::Grammar);
        }
        Ok(())
    }

    /// Ends the open scenario: its tests are shown.
    fn close(&mut self) -> Read {
        let Some(scenario) = self.scenario.take() else { return Ok(()) };
        if scenario.examples.is_empty() {
            return self.show(&scenario, &[], |text| text.to_owned());
        }
        for examples in &scenario.examples {
            for row in &examples.rows {
                self.show(&scenario, &examples.tags, |text| filled(text, &examples.columns, row))?;
            }
        }
        Ok(())
    }

    fn show(&mut self, scenario: &Scenario<'f>, tags: &[&'f str], fill: impl Fn(&str) -> String) -> Read {
        // A scenario without steps has none of its background either, as the official compiler has it.
        let background = self.backgrounds.iter().flatten().flatten().filter(|_| !scenario.steps.is_empty());
        let own = scenario.steps.iter().map(|step| Step { text: fill(&step.text), doc: step.doc.as_deref().map(&fill) });
        let steps: Vec<Step> = background.cloned().chain(own).collect();
        self.steps_left = self.steps_left.checked_sub(steps.len()).ok_or(TestFileProblem::TooMany)?;
        let tags = self.tags.iter().flatten().chain(&scenario.tags).chain(tags).copied().collect();
        let test = Test { feature: self.feature, name: fill(scenario.name), outline: scenario.name, tags, steps };
        if (self.see)(&test) { Ok(()) } else { Err(TestFileProblem::TooMany) }
    }

    fn end(&mut self) -> Read {
        if self.doc.is_some() || !self.pending.is_empty() {
            return Err(TestFileProblem::Grammar);
        }
        self.close()
    }
}

/// The cells of a row, unescaped.
fn cells(line: &str) -> Result<Vec<String>, TestFileProblem> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = line.chars().skip(1);
    while let Some(c) = chars.next() {
        match c {
            '|' => {
                cells.push(cut(cell.trim()).to_owned());
                cell.clear();
                if cells.len() > TEST_COLUMNS_MAX {
                    return Err(TestFileProblem::TooMany);
                }
            }
            '\\' => match chars.next() {
                Some('n') => cell.push('\n'),
                Some(c @ ('|' | '\\')) => cell.push(c),
                Some(c) => cell.extend(['\\', c]),
                None => cell.push('\\'),
            },
            c => cell.push(c),
        }
    }
    // What stands behind the last bar is no cell.
    if cells.is_empty() { Err(TestFileProblem::Grammar) } else { Ok(cells) }
}

/// A text with `<column>` replaced by the row's cell, cut at its bound.
fn filled(text: &str, columns: &[String], row: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        let named = behind.split_once('>').and_then(|(name, behind)| Some((columns.iter().position(|column| column == name)?, behind)));
        match named {
            Some((column, behind)) => {
                out.push_str(row.get(column).map_or("", String::as_str));
                rest = behind;
            }
            None => {
                out.push('<');
                rest = behind;
            }
        }
        if out.len() > TEST_TEXT_BYTES_MAX {
            return cut(&out).to_owned();
        }
    }
    out.push_str(rest);
    cut(&out).to_owned()
}

/// The beginning of a text that is looked at.
pub(super) fn cut(text: &str) -> &str {
    if text.len() <= TEST_TEXT_BYTES_MAX {
        return text;
    }
    let end = (0..=TEST_TEXT_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, tags and texts of a test.
    type Shown = (String, String, String);

    /// Each test; or the problem and its line.
    fn read(text: &str) -> Result<Vec<Shown>, (TestFileProblem, u32)> {
        let mut tests = Vec::new();
        let outcome = parse(text, &mut |test| {
            let steps: Vec<String> = test
                .steps
                .iter()
                .map(|step| format!("{}{}", step.text, step.doc.as_deref().map_or(String::new(), |doc| format!(" [{doc}]"))))
                .collect();
            tests.push((test.name.clone(), test.tags.join(" "), steps.join("; ")));
            true
        });
        outcome.map(|()| tests).map_err(|problem| (problem.what, problem.line))
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(name, tags, steps)| ((*name).to_owned(), (*tags).to_owned(), (*steps).to_owned())).collect();
        assert_eq!(read(text), Ok(expected));
    }

    #[test]
    fn background_rule_and_outline_are_put_together() {
        check(
            "# a comment\n@f\nFeature: x\n  Given is only told here\n  Background: b\n    told\n    Given a\n\n  @s @t # why\n  Scenario: one\n    When b\n      | x | y |\n    # between\n    Then c\n\n               @r\n  Rule: z\n    Background:\n      Given d\n    Example: two\n      * e\n    Scenario Outline: three <x>\n      Given <x> and <y>\n      \"\"\"json\n      {\"v\": <x>}\n      Scenario: no heading\n      \"\"\"\n    @ex\n    Examples: some\n      told\n      | x | z |\n      | 1 | a\\|b |\n      | 2 |   |\n",
            &[
                ("one", "f s t", "a; b; c"),
                ("two", "f r", "a; d; e"),
                ("three 1", "f r ex", "a; d; 1 and <y> [{\"v\": 1}]"),
                ("three 2", "f r ex", "a; d; 2 and <y> [{\"v\": 2}]"),
            ],
        );
    }

    #[test]
    fn other_languages_are_read() {
        check("# language: de\nFunktionalität: x\n  Szenario: eins\n    Angenommen a\n    Wenn b\n", &[("eins", "", "a; b")]);
        check("#language:fr\r\nFonctionnalité: x\r\n  Scénario: un\r\n    Soit a\r\n", &[("un", "", "a")]);
        assert_eq!(read("# language: tlx\nFeature: x\n"), Err((TestFileProblem::UnknownLanguage, 1)));
    }

    #[test]
    fn what_no_runner_takes_is_refused_with_its_line() {
        use TestFileProblem::{Grammar, TooMany};
        for (text, line) in [
            ("Scenario: x\n", 1),
            ("not gherkin\n", 1),
            ("Feature: x\nFeature: y\n", 2),
            ("Feature: x\nScenario: y\nGiven a\nnothing\n", 4),
            ("Feature: x\nScenario: y\nBackground:\n", 3),
            ("Feature: x\nBackground:\nBackground:\n", 3),
            ("Feature: x\n@a b\nScenario: y\n", 2),
            ("Feature: x\n@a\nBackground:\n", 3),
            ("Feature: x\nScenario: y\nGiven a\n\"\"\"\nopen\n", 5),
            ("Feature: x\nScenario: y\nGiven a\n\"\"\"\n\"\"\"\n\"\"\"\n\"\"\"\n", 6),
            ("Feature: x\nScenario: y\nGiven <a>\nExamples:\n|a|b|\n|1|\n", 6),
            ("Feature: x\nScenario: y\nGiven a\n|a|b|\n# z\n|1|\n", 6),
            ("Feature: x\nScenario: y\nGiven a\n|a|\n\"\"\"\nb\n\"\"\"\n", 5),
            ("Feature: x\nScenario: y\nGiven a\n\"\"\"\nb\n\"\"\"\n|a|\n", 7),
            ("Feature: x\nBackground:\nGiven a\n|a|\n|1|2|\n", 5),
            ("Feature: x\nExamples:\n", 2),
            ("Feature: x\nScenario: y\n@tag", 3),
        ] {
            assert_eq!(read(text), Err((Grammar, line)), "{text}");
        }
        assert_eq!(read(&format!("Feature: x\nScenario: y\nGiven a\n{}\n", "|a".repeat(400))), Err((TooMany, 4)));
        let many = format!("Feature: x\nScenario: y\nGiven <a>\nExamples:\n|a|\n{}", "|1|\n".repeat(TEST_STEPS_MAX + 1));
        assert_eq!(read(&many).map(|tests| tests.len()).map_err(|(what, _)| what), Err(TooMany));
        check("Feature: x\nScenario: y\nGiven a\n|a|b|\n\n|1|2|\nWhen b\n|c|\nThen c\n```\n|\n```\n", &[("y", "", "a; b; c [|]")]);
        assert_eq!(read(""), Ok(Vec::new()));
    }
}
