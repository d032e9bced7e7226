//! The step `tests`: files of existing tests, and a run over a test system's logs, as walks over this run's event types.
//!
//! Files are untrusted, so they are read here, behind the sandbox, and nowhere else. No text of them is written: ids of our own scenarios, numbers
//! of event types, counts. A file that no runner would take is counted with the reason and tests nothing.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::StableId;
use schemas::limits::{TEST_EVENTS_MAX, TEST_EVENTS_TOTAL_MAX, TEST_FILE_BYTES_MAX, TESTS_MAX};
use schemas::metric::Counter;
use schemas::record::{TestFile, TestFileKind, TestFileProblem, TestFileRecord, TestOutcome, Tested, TestedRecord};
use stage_runtime::{SourceReader, StepContext, StepError};

use super::feature::{self, Problem};
use super::matcher::Matcher;
use super::results::{IDS_MAX, Results, id_of_tag, name_key};
use super::walk::Walk;
use super::{cucumber, junit, runs};
use crate::vocabulary::Vocabulary;

/// What some editors and runners write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Runs the step.
pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let vocabulary = Vocabulary::read(&context.input("event_type")?)?;
    let matcher = Matcher::new(&vocabulary);
    let sources = context.take_sources();
    let mut reading =
        Reading { matcher: &matcher, results: Results::default(), gathered: Gathered::default(), ran: Vec::new(), written: BTreeSet::new() };
    // Results come first: they say which of the tests count.
    for pass in [Reading::results_file, Reading::feature_file] {
        for source in &sources {
            pass(&mut reading, source)?;
        }
    }
    reading.only_ran();
    let mut gathered = reading.gathered;
    runs::add(context, u32::try_from(sources.len()).unwrap_or(u32::MAX), &matcher, &mut gathered)?;
    gathered.write(context)
}

/// Keys of the names of feature and scenario.
type Names = (StableId, StableId);

/// What is read so far.
struct Reading<'m> {
    matcher: &'m Matcher,
    results: Results,
    gathered: Gathered,
    /// Scenarios that stand in results: names of feature and scenario, and the test.
    ran: Vec<(Names, TestedRecord)>,
    /// Names of feature and scenario of tests that are files.
    written: BTreeSet<Names>,
}

impl Reading<'_> {
    fn results_file(&mut self, source: &SourceReader) -> Result<(), StepError> {
        let kind = match source.info.extension.as_str() {
            "xml" => TestFileKind::Junit,
            "json" => TestFileKind::CucumberJson,
            _ => return Ok(()),
        };
        let mut record = empty_record(source.info.source, kind);
        match text_of(source)? {
            Ok(text) if kind == TestFileKind::Junit => self.junit(&text, &mut record),
            Ok(text) => self.cucumber(&text, &mut record),
            Err(problem) => record.problem = Some(problem),
        }
        self.gathered.files.insert(record.file, record);
        Ok(())
    }

    fn junit(&mut self, text: &str, record: &mut TestFileRecord) {
        let results = &mut self.results;
        let read = junit::parse(text, &mut |case| {
            record.results = record.results.saturating_add(1);
            results.add(&case.belongs_to, &case.name, &case.ids, case.outcome)
        });
        match read {
            junit::Read::Done => {}
            junit::Read::Other => record.kind = TestFileKind::Other,
            junit::Read::Broken(line) => (record.problem, record.line) = (Some(TestFileProblem::Xml), line),
            junit::Read::Full => record.problem = Some(TestFileProblem::TooMany),
        }
    }

    fn cucumber(&mut self, text: &str, record: &mut TestFileRecord) {
        // Every second JSON file of a project is something else.
        if !text.trim_start().starts_with('[') || !text.contains("\"elements\"") {
            record.kind = TestFileKind::Other;
            return;
        }
        let ran = match cucumber::parse(text) {
            Ok(ran) => ran,
            Err(Problem { what, line }) => {
                (record.problem, record.line) = (Some(what), line);
                return;
            }
        };
        for ran in ran {
            record.results = record.results.saturating_add(1);
            let walk = Walk::of(self.matcher, &ran.steps);
            let names = (name_key(&ran.feature), name_key(&ran.name));
            let test = TestedRecord { file: record.file, test: 0, ids: ran.ids, outcome: ran.outcome, events: walk.events };
            let has_room = self.ran.len() < TESTS_MAX && self.results.add(&ran.feature, &ran.name, &test.ids, ran.outcome);
            if !has_room || !self.gathered.hold(test.events.len()) {
                record.problem = Some(TestFileProblem::TooMany);
                return;
            }
            self.ran.push((names, test));
        }
    }

    fn feature_file(&mut self, source: &SourceReader) -> Result<(), StepError> {
        if source.info.extension != "feature" {
            return Ok(());
        }
        let mut record = empty_record(source.info.source, TestFileKind::Feature);
        match text_of(source)? {
            Ok(text) => self.feature(&text, &mut record),
            Err(problem) => record.problem = Some(problem),
        }
        self.gathered.files.insert(record.file, record);
        Ok(())
    }

    fn feature(&mut self, text: &str, record: &mut TestFileRecord) {
        let mut tests: Vec<Read> = Vec::new();
        let (results, matcher, gathered) = (&mut self.results, self.matcher, &mut self.gathered);
        let read = feature::parse(text, &mut |test| {
            let mut ids: Vec<StableId> = test.tags.iter().filter_map(|tag| id_of_tag(tag)).take(IDS_MAX).collect();
            ids.sort_unstable();
            ids.dedup();
            let (walk, outcome) = (Walk::of(matcher, &test.steps), results.of(test, &ids));
            let has_room = gathered.tests.len() + tests.len() < TESTS_MAX && gathered.hold(walk.events.len());
            // A tag covers no scenario when nothing stands below it.
            if test.steps.is_empty() {
                ids.clear();
            }
            if has_room {
                let names = [&test.name, test.outline].map(|name| (name_key(test.feature), name_key(name)));
                tests.push(Read { names, ids, outcome, walk, steps: test.steps.len() });
            }
            has_room
        });
        if let Err(Problem { what, line }) = read {
            (record.problem, record.line) = (Some(what), line);
            if what != TestFileProblem::TooMany {
                gathered.events -= tests.iter().map(|test| test.walk.events.len()).sum::<usize>();
                return;
            }
        }
        for Read { names, ids, outcome, walk, steps } in tests {
            self.written.extend(names);
            record.steps = record.steps.saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
            record.steps_known = record.steps_known.saturating_add(walk.known);
            record.calls_unknown = record.calls_unknown.saturating_add(walk.unknown);
            self.gathered.events -= walk.events.len();
            self.gathered.push_of(record, ids, outcome, walk.events);
        }
    }

    /// Adds the tests that stand in results and in no file.
    fn only_ran(&mut self) {
        for (names, test) in std::mem::take(&mut self.ran) {
            self.gathered.events -= test.events.len();
            if self.written.contains(&names) {
                continue;
            }
            if let Some(mut record) = self.gathered.files.remove(&test.file) {
                self.gathered.push_of(&mut record, test.ids, test.outcome, test.events);
                self.gathered.files.insert(record.file, record);
            }
        }
    }
}

/// A test of a feature file.
struct Read {
    /// Of feature and scenario, of a row also as its outline is named.
    names: [Names; 2],
    ids: Vec<StableId>,
    outcome: TestOutcome,
    walk: Walk,
    steps: usize,
}

/// Tests and files, within their bounds.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) files: BTreeMap<u32, TestFileRecord>,
    tests: Vec<TestedRecord>,
    /// Events that are held.
    events: usize,
}

impl Gathered {
    /// Makes room for so many events; false when there is none.
    fn hold(&mut self, events: usize) -> bool {
        let has_room = self.events + events <= TEST_EVENTS_TOTAL_MAX;
        self.events += if has_room { events } else { 0 };
        has_room
    }

    /// Adds the next test of a file, or notes that there is no room for it.
    pub(super) fn push_of(&mut self, file: &mut TestFileRecord, ids: Vec<StableId>, outcome: TestOutcome, mut events: Vec<u32>) {
        events.truncate(TEST_EVENTS_MAX);
        if self.tests.len() >= TESTS_MAX || !self.hold(events.len()) {
            file.problem = Some(TestFileProblem::TooMany);
            return;
        }
        self.tests.push(TestedRecord { file: file.file, test: file.tests, ids, outcome, events });
        file.tests += 1;
    }

    /// Events that tests of a file walk.
    pub(super) fn events_of(&self, file: u32) -> BTreeSet<u32> {
        self.tests.iter().filter(|test| test.file == file).flat_map(|test| &test.events).copied().collect()
    }

    fn write(mut self, context: &mut StepContext) -> Result<(), StepError> {
        self.tests.sort_by_key(|test| (test.file, test.test));
        let of_tests = self.files.values().filter(|file| file.kind != TestFileKind::Other);
        context.report.add(Counter::TestFiles, of_tests.count() as u64);
        context.report.add(Counter::TestFilesBroken, self.files.values().filter(|file| file.problem.is_some()).count() as u64);
        context.report.add(Counter::Tests, self.tests.len() as u64);
        context.report.add(Counter::TestsNotRun, self.tests.iter().filter(|test| test.outcome == TestOutcome::NotRun).count() as u64);
        let mut output = context.output::<TestFile>("test_file")?;
        for file in self.files.values() {
            output.push(0, file, None)?;
        }
        output.finish(context)?;
        let mut output = context.output::<Tested>("tested")?;
        for test in &self.tests {
            output.push(0, test, None)?;
        }
        output.finish(context)
    }
}

/// A file of which nothing is known yet.
pub(super) const fn empty_record(file: u32, kind: TestFileKind) -> TestFileRecord {
    TestFileRecord { file, kind, problem: None, line: 0, tests: 0, results: 0, steps: 0, steps_known: 0, calls_unknown: 0 }
}

/// The text of a file, without a byte order mark.
fn text_of(source: &SourceReader) -> Result<Result<String, TestFileProblem>, StepError> {
    let Some(len) = usize::try_from(source.info.bytes).ok().filter(|_| source.info.bytes <= TEST_FILE_BYTES_MAX) else {
        return Ok(Err(TestFileProblem::TooLong));
    };
    let mut bytes = vec![0; len];
    let read = source.read_at(&mut bytes, 0)?;
    bytes.truncate(read);
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(String::from_utf8(bytes).map_err(|_| TestFileProblem::NotUtf8))
}
