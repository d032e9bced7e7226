//! `gate[run]`, `gate_release[run]` and `gate_exact[run]`: everything that will be published and the digests of what was replaced in; a verdict out. They end the run when
//! a value is found.

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::pii::PiiClass;
use schemas::record::{Bundle, RecordKind, Verdict, VerdictRecord, see_texts};
use stage_runtime::{InputBytes, Pool, StepContext, StepError, map_ordered};

use crate::gate::canaries;
use crate::gate::search::Searcher;
use crate::lexicon::Lexicon;
use crate::secret::Keys;

/// The input that is not searched.
const KNOWN: &str = "replaced";
/// The input that holds what became of canaries.
const CANARIES: &str = "canary";
/// Places that are named when the gate fails.
const PLACES_MAX: usize = 5;

/// What was searched of one block, and where something was found.
#[derive(Default)]
struct Searched {
    records: u64,
    bytes: u64,
    found: Vec<(u32, PiiClass)>,
}

/// What was found in all of them.
#[derive(Default)]
struct Leaks {
    count: u64,
    places: Vec<String>,
}

/// Searches all inputs and writes the verdict under this name.
pub(crate) fn run(context: &mut StepContext, verdict: &str) -> Result<(), StepError> {
    let keys = Keys::derive(context.secret("token")?)?;
    let replaced = context.inputs(KNOWN);
    if replaced.is_empty() {
        return Err(StepError::new(Exit::Internal, "search what will be published: no step told what was replaced"));
    }
    let known = super::load(&replaced)?;
    let pool = Pool::default();
    let mut verdict = context.output::<Verdict>(verdict)?;
    let mut leaks = Leaks::default();
    for name in context.input_names().iter().filter(|name| *name != KNOWN) {
        let files = context.inputs(name);
        let mut row = VerdictRecord { artefact: name, files: files.len() as u32, records: 0, bytes: 0, found: 0 };
        let before = leaks.count;
        for (number, file) in files.iter().enumerate() {
            search(file, (&keys, &known), &pool, |container, block, searched| {
                row.records += searched.records;
                row.bytes += searched.bytes;
                for (record, class) in searched.found {
                    leaks.note(|| place((name, number), container, (block, record), &mut Searcher::new(&keys, &known)), class);
                }
            })?;
        }
        row.found = leaks.count - before;
        context.report.add(Counter::RecordsIn, row.records);
        context.report.add(Counter::BytesIn, row.bytes);
        verdict.push(0, &row, None)?;
    }
    verdict.finish(context)?;
    leaks.into_error()?;
    count_canaries(context, &keys)
}

/// Every canary that the runner says it planted must have become a token: one that is gone shows that records or tokens get lost.
fn count_canaries(context: &mut StepContext, keys: &Keys) -> Result<(), StepError> {
    let Some(planted) = context.parameter("canaries") else { return Ok(()) };
    let planted: u64 = planted.parse().map_err(|_| StepError::new(Exit::Internal, "count canaries: the number of those planted is no number"))?;
    let found = canaries::count(&context.inputs(CANARIES), keys)?;
    context.report.add(Counter::Canaries, found);
    if found == planted {
        return Ok(());
    }
    Err(StepError::new(
        Exit::GateFailed,
        format!(
            "pass the gate: {planted} canaries were planted and {found} came back as tokens, so that sanitizing cannot be trusted; nothing is published"
        ),
    ))
}

fn search<'k>(
    file: &InputBytes,
    (keys, known): (&'k Keys, &'k Lexicon),
    pool: &Pool<Searcher<'k>>,
    mut sink: impl FnMut(&Container<'_>, usize, Searched),
) -> Result<(), StepError> {
    let container = file.open_any()?;
    map_ordered(
        0..container.block_count(),
        |number| {
            pool.lend(
                || Searcher::new(keys, known),
                |searcher| {
                    let (mut searched, mut scratch) = (Searched::default(), Vec::new());
                    let records = see_texts(&container, number, &mut scratch, &mut |record, text| {
                        searched.bytes += text.len() as u64;
                        searched.found.extend(searcher.find(text).map(|class| (record, class)));
                    })?;
                    searched.records = records.into();
                    Ok((number, searched))
                },
            )
        },
        |(number, searched)| {
            sink(&container, number, searched);
            Ok(())
        },
    )
}

/// Where something was found: a file of a bundle by its name, unless that is where the value stands; a record by its number.
fn place((name, file): (&str, usize), container: &Container<'_>, (block, record): (usize, u32), searcher: &mut Searcher<'_>) -> String {
    let mut bundled = || {
        let mut scratch = Vec::new();
        let records = container.block::<Bundle>(block, &mut scratch).ok()?;
        let file = records.records().nth(record as usize)?.ok()?;
        (file.path_is_safe() && searcher.find(file.path.as_bytes()).is_none()).then(|| format!("{name}: {}", file.path))
    };
    let of_bundle = if container.header().kind == RecordKind::Bundle { bundled() } else { None };
    of_bundle.unwrap_or_else(|| format!("{name}: file {file}, block {block}, record {record}"))
}

impl Leaks {
    fn note(&mut self, place: impl FnOnce() -> String, class: PiiClass) {
        self.count += 1;
        if self.places.len() < PLACES_MAX {
            self.places.push(format!("{} ({})", place(), class.label().to_lowercase()));
        }
    }

    fn into_error(self) -> Result<(), StepError> {
        if self.count == 0 {
            return Ok(());
        }
        let more = if self.count > self.places.len() as u64 { ", and more" } else { "" };
        let message = format!(
            "pass the gate: texts that hold a value which was replaced elsewhere: {}, in {}{more}; nothing is published",
            self.count,
            self.places.join("; ")
        );
        Err(StepError::new(Exit::GateFailed, message))
    }
}
