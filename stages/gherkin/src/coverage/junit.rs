//! Results as JUnit XML, as cucumber, behave, pytest and most other runners write them.
//!
//! The reader pulls one element after another and keeps one test case. Entities of a document's own are never expanded, and nothing outside is
//! ever asked for: there is nothing that could. Of a test case count its names, whether it holds `skipped`, `failure` or `error`, and ids of generated
//! scenarios wherever they stand in it (behave prints the tags).

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use schemas::ids::StableId;
use schemas::record::TestOutcome;

use super::dialect;
use super::feature::cut;
use super::results::{IDS_MAX, ids_in};

/// What `status` of a case says that did not run.
const NOT_RUN: [&str; 7] = ["undefined", "pending", "skipped", "ambiguous", "notrun", "disabled", "untested"];
/// Types of a failure that is an undefined step, behind the last dot or colon (behave, cucumber, pytest-bdd).
const UNDEFINED_TYPES: [&str; 6] =
    ["undefined", "pending", "undefinedstep", "undefinedstepexception", "pendingexception", "stepdefinitionnotfounderror"];
/// How the message of one begins. No single word does: `undefined is not a function` is a failure, and so is what a test says of a pending payment.
const UNDEFINED_MESSAGES: [&str; 7] = [
    "a test step is undefined",
    "a test step is pending",
    "undefined step",
    "undefined dynamic step",
    "undefined. implement with",
    "the scenario has undefined",
    "the scenario has pending",
];
/// How a line that a runner printed of a step ends (cucumber: `Given x ....... undefined`; behave: `Given x ... undefined in 0.000s`), and whether
/// the step is undefined then.
const STEP_ENDS: [(&str, bool); 3] = [("undefined", true), ("pending", true), ("failed", false)];
/// Elements inside each other at most.
const DEPTH_MAX: usize = 64;

/// A test case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    /// Names of the suites it is in and of its class.
    pub(super) belongs_to: String,
    pub(super) name: String,
    pub(super) ids: Vec<StableId>,
    pub(super) outcome: TestOutcome,
}

/// What is known of the open test case.
#[derive(Default)]
struct Open {
    class: String,
    name: String,
    ids: Vec<StableId>,
    failed: bool,
    not_run: bool,
    /// Of the first step that a runner printed as failed or undefined: whether it is undefined.
    printed_undefined: Option<bool>,
}

/// What came of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// It is XML of another kind.
    Other,
    /// It is read to its end.
    Done,
    /// It is not well formed, from this line on.
    Broken(u32),
    /// There was no room for more.
    Full,
}

/// Shows each test case of a file to `see`, which says whether there is room for another one.
pub(super) fn parse(text: &str, see: &mut dyn FnMut(&Case) -> bool) -> Read {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut state = State { suites: Vec::new(), open: None, depth: 0, is_junit: false };
    loop {
        let event = reader.read_event();
        let broken = || Read::Broken(line_of(text, reader.buffer_position().max(reader.error_position())));
        match event {
            Err(_) => return broken(),
            Ok(Event::Eof) if state.depth > 0 => return broken(),
            Ok(Event::Eof) => return if state.is_junit { Read::Done } else { Read::Other },
            Ok(Event::Start(element)) => {
                if !state.begin(&element) {
                    return Read::Other;
                }
                if state.depth > DEPTH_MAX {
                    return broken();
                }
            }
            Ok(Event::End(element)) => {
                if state.end(element.local_name().as_ref()).is_some_and(|case| !see(&case)) {
                    return Read::Full;
                }
            }
            Ok(Event::Text(said)) => state.hear(&said.into_inner()),
            Ok(Event::CData(said)) => state.hear(&said.into_inner()),
            Ok(_) => {}
        }
    }
}

struct State {
    /// Names of the open suites.
    suites: Vec<String>,
    open: Option<Open>,
    depth: usize,
    is_junit: bool,
}

impl State {
    /// An element begins; false when the document is of another kind.
    fn begin(&mut self, element: &BytesStart<'_>) -> bool {
        self.depth += 1;
        match element.local_name().as_ref() {
            "testsuites" | "testsuite" => {
                self.is_junit = true;
                self.suites.push(attribute(element, "name"));
            }
            _ if !self.is_junit => return false,
            "testcase" => {
                let not_run = NOT_RUN.contains(&attribute(element, "status").to_lowercase().as_str());
                self.open = Some(Open { class: attribute(element, "classname"), name: attribute(element, "name"), not_run, ..Open::default() });
            }
            "skipped" => self.mark(|open| open.not_run = true),
            "failure" | "error" => {
                let not_run = is_undefined(&attribute(element, "type"), &attribute(element, "message"));
                self.mark(|open| if not_run { open.not_run = true } else { open.failed = true });
            }
            "property" => {
                let ids = ids_in(&attribute(element, "value"));
                self.mark(|open| open.ids.extend(&ids));
            }
            _ => {}
        }
        true
    }

    fn mark(&mut self, mark: impl FnOnce(&mut Open)) {
        if let Some(open) = &mut self.open {
            mark(open);
        }
    }

    /// What a runner printed of the case: ids, and steps of cucumber (`Given x ....... undefined`).
    fn hear(&mut self, said: &str) {
        self.mark(|open| {
            if open.ids.len() < IDS_MAX {
                open.ids.extend(ids_in(said));
            }
            open.printed_undefined = open.printed_undefined.or_else(|| said.lines().find_map(printed_step));
        });
    }

    /// An element ends; the case, when it was one.
    fn end(&mut self, name: &str) -> Option<Case> {
        self.depth = self.depth.saturating_sub(1);
        match name {
            "testsuites" | "testsuite" => {
                self.suites.pop();
                None
            }
            "testcase" => {
                let mut open = self.open.take()?;
                open.ids.extend(ids_in(&open.name));
                open.ids.sort_unstable();
                open.ids.dedup();
                open.ids.truncate(IDS_MAX);
                // What is printed only tells why a case failed.
                let outcome = match (open.failed, open.not_run || open.failed && open.printed_undefined == Some(true)) {
                    (_, true) => TestOutcome::NotRun,
                    (true, false) => TestOutcome::Failed,
                    (false, false) => TestOutcome::Passed,
                };
                let belongs_to = format!("{} {}", self.suites.join(" "), open.class);
                Some(Case { belongs_to: cut(&belongs_to).to_owned(), name: open.name, ids: open.ids, outcome })
            }
            _ => None,
        }
    }
}

/// Whether a failure is a step that nobody wrote.
fn is_undefined(kind: &str, message: &str) -> bool {
    let [kind, message] = [kind, message].map(|text| text.trim().to_lowercase());
    let is_type = |name: &str| UNDEFINED_TYPES.contains(&name.rsplit(['.', ':']).next().unwrap_or_default());
    // pytest puts the type before the message, with its modules.
    let thrown = message.split_once(": ").map(|(name, _)| name).filter(|name| name.contains('.') || name.ends_with("error"));
    let is_all = UNDEFINED_TYPES[..2].contains(&message.as_str());
    is_type(&kind) || is_all || thrown.is_some_and(is_type) || UNDEFINED_MESSAGES.iter().any(|begin| message.starts_with(begin))
}

/// Whether a printed line is of an undefined step or of a failed one; none for any other line.
fn printed_step(line: &str) -> Option<bool> {
    let (_, end) = line.rsplit_once("..")?;
    let end = end.trim();
    let (_, is_undefined) =
        STEP_ENDS.iter().find(|(word, _)| end.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(" in ")))?;
    dialect::begins_a_step(line.trim_start()).then_some(*is_undefined)
}

/// An attribute's value; empty when there is none, or one that cannot be read.
fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let value = element.try_get_attribute(name).ok().flatten();
    value.and_then(|value| value.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| cut(&value).to_owned())).unwrap_or_default()
}

/// The line of a place, from 1.
fn line_of(text: &str, place: u64) -> u32 {
    let bytes = text.as_bytes().iter().take(usize::try_from(place).unwrap_or(usize::MAX));
    u32::try_from(bytes.filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, String, TestOutcome)>, Read) {
        let mut cases = Vec::new();
        let read = parse(text, &mut |case| {
            cases.push((case.belongs_to.trim().to_owned(), case.name.clone(), case.outcome));
            true
        });
        (cases, read)
    }

    #[track_caller]
    fn check(inside: &str, expected: TestOutcome) {
        let (cases, read) =
            read(&format!("<?xml version='1.0'?>\n<testsuite name='S'><testcase classname=\"C &amp; D\" name='N'>{inside}</testcase></testsuite>"));
        assert_eq!((cases, read), (vec![("S C & D".to_owned(), "N".to_owned(), expected)], Read::Done), "{inside}");
    }

    #[test]
    fn cases_end_as_their_elements_say() {
        check("", TestOutcome::Passed);
        check("<system-out>Given x ........ passed</system-out>", TestOutcome::Passed);
        check("<skipped/>", TestOutcome::NotRun);
        check("<skipped message='x'></skipped>", TestOutcome::NotRun);
        check("<failure type='AssertionError'>no</failure>", TestOutcome::Failed);
        check("<error/>", TestOutcome::Failed);
        check("<failure message='A test step is undefined'/>", TestOutcome::NotRun);
        check("<failure message='pytest_bdd.exceptions.StepDefinitionNotFoundError: Step definition is not found'/>", TestOutcome::NotRun);
        check("<failure/><system-out>Given x ... undefined in 0.000s</system-out>", TestOutcome::NotRun);
        check("<failure/><system-out>Given the word undefined ..... failed in 0.1s</system-out>", TestOutcome::Failed);
        check("<failure/><system-out><![CDATA[Given x ......undefined\n]]></system-out>", TestOutcome::NotRun);
        check("<failure type='undefined' message='Undefined Step: x'/>", TestOutcome::NotRun);
        check("<failure type='io.cucumber.junit.UndefinedStepException' message='x'/>", TestOutcome::NotRun);
    }

    #[test]
    fn what_failed_at_something_pending_or_undefined_did_run() {
        check("<failure message='expected BOOKED but was PENDING'/>", TestOutcome::Failed);
        check("<failure type='TypeError' message='Cannot read properties of undefined'/>", TestOutcome::Failed);
        check("<error message='undefined is not a function'/>", TestOutcome::Failed);
        check("<failure message='pending: 3 payments'/>", TestOutcome::Failed);
        check("<failure message='pending payments: 3'>the payment ... pending</failure>", TestOutcome::Failed);
        check("<failure message='no StepDefinitionNotFoundError was thrown'/>", TestOutcome::Failed);
        check("<system-out>Given x ... pending</system-out>", TestOutcome::Passed);
        check("<system-out>payment 4711 ..... pending</system-out>", TestOutcome::Passed);
        check("<failure/><system-out>payment 4711 ..... pending</system-out>", TestOutcome::Failed);
        check("<failure/><system-out>When x ... failed in 0.1s\nThen y ... undefined in 0.0s</system-out>", TestOutcome::Failed);
        check("<failure/><system-out>Angenommen x ... undefined</system-out>", TestOutcome::NotRun);
    }

    #[test]
    fn ids_are_found_where_runners_print_tags() {
        let id = StableId(77);
        let text = format!(
            "<testsuites><testsuite><testcase name='n'><system-out><![CDATA[@generated @scn-{}]]></system-out></testcase></testsuite></testsuites>",
            id.letters()
        );
        let mut ids: Vec<StableId> = Vec::new();
        assert_eq!(
            parse(&text, &mut |case| {
                ids.extend(&case.ids);
                true
            }),
            Read::Done
        );
        assert_eq!(ids, [id]);
    }

    #[test]
    fn hostile_xml_is_broken_or_another_kind_and_expands_nothing() {
        assert_eq!(read("<project/>").1, Read::Other);
        assert_eq!(read("").1, Read::Other);
        assert_eq!(read("<testsuite>\n<testcase name='a'>\n").1, Read::Broken(3));
        assert_eq!(read("<testsuite></testcase>").1, Read::Broken(1));
        assert!(matches!(read(&format!("<testsuite>{}", "<a>".repeat(DEPTH_MAX))).1, Read::Broken(1)));
        let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><testsuite><testcase name='&b;'>&b;</testcase></testsuite>";
        assert_eq!(read(bomb), (vec![(String::new(), String::new(), TestOutcome::Passed)], Read::Done));
        let mut shown = 0;
        let full = parse("<testsuite><testcase/><testcase/></testsuite>", &mut |_| {
            shown += 1;
            false
        });
        assert_eq!((full, shown), (Read::Full, 1));
    }
}
