//! `logminer policy try`: one file of raw logs through the steps up to clean records, sealed and sandboxed as in a run, in a folder that is
//! removed. What is printed is counted or printed from clean records alone. Each step is noted in the audit log, as one by hand is.
//!
//! The file is sanitized twice: once with every value as a token, which says what there is; once as the policy says. What is missing the second
//! time was left as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::pii::PiiClass;
use schemas::policy::{Policy, SanitizePolicy};
use schemas::record::{Clean, Scalar, write_json_lines};
use serde_json::json;

use super::args::StepOptions;
use super::config_args::PolicyTryOptions;
use super::{prepare, step};
use crate::engine::Engine;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::model::Model;
use crate::names::shown;
use crate::pipeline::Pipeline;
use crate::report::{grouped, print_line};
use crate::resources::Budget;
use crate::session::open_published;

/// Minutes one step may take.
const TIMEOUT_MINUTES: u64 = 30;

/// What became of the values of one class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tally {
    tokens: u64,
    distinct: BTreeSet<String>,
    dropped: u64,
    written: u64,
}

impl Tally {
    fn all(&self) -> u64 {
        self.tokens + self.dropped + self.written
    }
}

type Tallies = BTreeMap<&'static str, Tally>;

pub(super) fn run(options: &PolicyTryOptions) -> Result<Exit, Failure> {
    let policy = prepare::policy(&options.policy)?;
    Model::find(options.model.as_deref(), &policy)?;
    let keys = Keys::open(&options.places.keys, policy.profile)?;
    let engine = prepare::engine(&options.places, &policy, TIMEOUT_MINUTES, Budget::of_flags(None, None)?)?;
    let folder = folder(&options.places.runs)?;
    let chain = Chain { engine, keys, pipeline: Pipeline::embedded()?, folder: folder.path().to_owned(), options };
    chain.read(&policy)?;
    // What there is: the same fields and countries, nothing kept, every operator the default.
    let found = SanitizePolicy { keep_fields: Vec::new(), operators: BTreeMap::new(), field_operators: BTreeMap::new(), ..policy.sanitize.clone() };
    let before = chain.sanitize(&Policy { sanitize: found, ..policy.clone() }, 0)?;
    let after = chain.sanitize(&policy, options.show)?;
    print(options, &before, &after);
    Ok(Exit::Done)
}

/// A folder for raw records: where runs keep theirs if there is one, so that it is as well guarded, and gone when this ends.
fn folder(runs: &Path) -> Result<tempfile::TempDir, Failure> {
    let parent = if runs.is_dir() { runs.to_owned() } else { std::env::temp_dir() };
    tempfile::Builder::new()
        .prefix(".policy-try-")
        .tempdir_in(&parent)
        .map_err(|error| Failure::io(format!("make a folder in {}", shown(&parent)), error))
}

/// What came out of one pass.
struct Passed {
    records: u64,
    quarantined: u64,
    tallies: Tallies,
    lines: Vec<String>,
}

/// The steps, one after the other.
struct Chain<'a> {
    engine: Engine,
    keys: Keys,
    pipeline: Pipeline,
    folder: PathBuf,
    options: &'a PolicyTryOptions,
}

impl Chain<'_> {
    fn read(&self, policy: &Policy) -> Result<(), Failure> {
        self.step(policy, "ingest.survey", &[], &["source"])?;
        self.step(policy, "ingest.read", &["source"], &["raw", "reject_read"])
    }

    fn sanitize(&self, policy: &Policy, show: usize) -> Result<Passed, Failure> {
        self.step(policy, "sanitize.collect", &["raw"], &["lexicon_part"])?;
        self.step(policy, "sanitize.lexicon", &["lexicon_part"], &["lexicon"])?;
        self.step(policy, "sanitize.apply", &["raw", "lexicon"], &["clean", "canary", "reject_apply", "replaced"])?;
        let read = |name: &str| self.with_container(name, |container| Ok(container.records()));
        let quarantined = read("reject_read")? + read("reject_apply")?;
        self.with_container("clean", |container| {
            Ok(Passed { records: container.records(), quarantined, tallies: tallies(container)?, lines: lines(container, show)? })
        })
    }

    fn step(&self, policy: &Policy, name: &str, reads: &[&str], writes: &[&str]) -> Result<(), Failure> {
        let pair = |name: &&str| format!("{name}={}", self.folder.join(name).display());
        let sources = if name.starts_with("ingest.") { vec![self.options.file.clone()] } else { Vec::new() };
        let model = self.options.model.as_ref().filter(|_| self.pipeline.step(name).is_some_and(|step| step.model));
        let options = StepOptions {
            name: name.to_owned(),
            inputs: reads.iter().map(pair).chain(model.map(|model| format!("{}={}", schemas::ner::INPUT, model.display()))).collect(),
            outputs: writes.iter().map(pair).collect(),
            sources,
            parameters: Vec::new(),
            partition: 0,
            evaluation: true,
            report: None,
            places: self.options.places.clone(),
            policy: self.options.policy.clone(),
            date: None,
            threads: None,
            memory: None,
            step_timeout_minutes: TIMEOUT_MINUTES,
        };
        for write in writes {
            let _ = std::fs::remove_file(self.folder.join(write));
        }
        let at = step::At { engine: &self.engine, keys: &self.keys, policy, pipeline: &self.pipeline };
        step::run_for("policy try", &at, &options).map(drop)
    }

    fn with_container<T>(&self, name: &str, look: impl FnOnce(&Container<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let file = open_published(&self.folder.join(name))?;
        let map = sandbox::files::map(&file).map_err(|error| Failure::io(format!("map {name}"), error))?;
        look(&Container::open(&map).map_err(|error| Failure::container(name, error))?)
    }
}

fn tallies(container: &Container<'_>) -> Result<Tallies, Failure> {
    let wrong = |error| Failure::container("clean", error);
    let (mut tallies, mut scratch) = (Tallies::new(), Vec::new());
    for number in 0..container.block_count() {
        let block = container.block::<Clean>(number, &mut scratch).map_err(wrong)?;
        for record in block.records() {
            let record = record.map_err(wrong)?;
            count(record.message, &mut tallies);
            for field in &record.fields {
                count(block.name(field.path).unwrap_or_default(), &mut tallies);
                if let Scalar::Text(text) = field.value {
                    count(text, &mut tallies);
                }
            }
        }
    }
    Ok(tallies)
}

/// Counts what stands for values in a clean text: `[CARD]`, `[CARD_...]`, `[CARD_...:...]`.
fn count(text: &str, tallies: &mut Tallies) {
    for piece in text.split('[').skip(1) {
        let Some((inner, _)) = piece.split_once(']') else { continue };
        let fits = |class: &&PiiClass| {
            inner.strip_prefix(class.label()).is_some_and(|rest| rest.is_empty() || (rest.starts_with('_') && rest.len() > LEAST_TOKEN_LEN))
        };
        let Some(class) = PiiClass::ALL.iter().filter(fits).max_by_key(|class| class.label().len()) else { continue };
        let tally = tallies.entry(class.label()).or_default();
        match inner.len() == class.label().len() {
            true => tally.dropped += 1,
            false if inner.contains(':') => tally.written += 1,
            false => {
                tally.tokens += 1;
                tally.distinct.insert(inner.to_owned());
            }
        }
    }
}

/// Characters of a key's id and a code behind the label, at least: less is a word in brackets.
const LEAST_TOKEN_LEN: usize = 7;

fn lines(container: &Container<'_>, show: usize) -> Result<Vec<String>, Failure> {
    if show == 0 {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    write_json_lines(container, false, &mut out).map_err(|error| Failure::container("clean", error))?;
    Ok(String::from_utf8_lossy(&out).lines().take(show).map(str::to_owned).collect())
}

fn print(options: &PolicyTryOptions, before: &Passed, after: &Passed) {
    let none = Tally::default();
    let rows: Vec<(&str, u64, &Tally)> = PiiClass::ALL
        .iter()
        .map(|class| (class.label(), before.tallies.get(class.label()).map_or(0, Tally::all), after.tallies.get(class.label()).unwrap_or(&none)))
        .filter(|(_, found, tally)| *found > 0 || tally.all() > 0)
        .collect();
    let left = |found: u64, tally: &Tally| found.saturating_sub(tally.all());
    if options.json {
        for &(class, found, tally) in &rows {
            let row = json!({
                "class": class, "found": found, "tokens": tally.tokens, "distinct": tally.distinct.len(), "dropped": tally.dropped,
                "written": tally.written, "left": left(found, tally),
            });
            print_line(&row.to_string());
        }
        print_line(&json!({ "records": after.records, "quarantined": after.quarantined }).to_string());
        return after.lines.iter().for_each(|line| print_line(line));
    }
    print_line(&format!("{:<12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}", "class", "found", "tokens", "distinct", "dropped", "written", "left"));
    for &(class, found, tally) in &rows {
        let numbers = [tally.tokens, tally.distinct.len() as u64, tally.dropped, tally.written, left(found, tally)].map(grouped);
        let [tokens, distinct, dropped, written, left] = numbers;
        print_line(&format!("{class:<12} {:>9} {tokens:>9} {distinct:>9} {dropped:>9} {written:>9} {left:>9}", grouped(found)));
    }
    print_line(&format!("{} records clean, {} quarantined", grouped(after.records), grouped(after.quarantined)));
    after.lines.iter().for_each(|line| print_line(line));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_values_is_counted_by_class_and_kind() {
        let mut tallies = Tallies::new();
        count(
            "a [CARD_K7QABCDEFGHIJKLMNOP] [CARD_K7QABCDEFGHIJKLMNOP], tok.[CARD_K7QABCD:4111******1111]| [SECRET] [INFO] [CARD_x] [NATIONAL_ID]",
            &mut tallies,
        );
        let card = &tallies["CARD"];
        assert_eq!((card.tokens, card.distinct.len(), card.written, card.dropped, card.all()), (2, 1, 1, 0, 3));
        assert_eq!((tallies["SECRET"].dropped, tallies["NATIONAL_ID"].dropped, tallies.len()), (1, 1, 3));
    }
}
