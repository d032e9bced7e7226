//! `ingest.read`: the records of a shard's ranges.
//!
//! Outputs `raw` and `reject_read`, both in the order of their places. One thread reads, checks, decompresses and divides; the others parse
//! batches of about a mebibyte. What a record becomes depends on the record alone, so neither threads nor shards change it.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemas::exit::Exit;
use schemas::job::SourceFile;
use schemas::limits::SOURCE_UNIT_BYTES;
use schemas::metric::Counter;
use schemas::record::{Raw, Reject, RejectReason, Source, SourceFormat, SourceRecord};
use stage_runtime::{SourceReader, Spares, StepContext, StepError, map_ordered};

use crate::bytes::{Bytes, UNIT, Units, changed};
use crate::fields::FieldMap;
use crate::format::csv::Rows;
use crate::format::json_document::Values;
use crate::format::lines::Lines;
use crate::line_run::LineRun;
use crate::parse::{self, Parsed};
use crate::sniff::Sniff;
use crate::span_run::{Divider, SpanRun};
use crate::time::TimeContext;
use crate::work::Item;

/// Bytes of work in one batch.
const BATCH_BYTES: usize = 1 << 20;

/// Runs the step.
pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let job = context.job();
    let surveyed = survey_of(context)?;
    let mut sources = Vec::new();
    for reader in context.take_sources() {
        let survey = surveyed.get(&reader.info.source).cloned();
        let survey = survey.ok_or_else(|| StepError::new(Exit::Internal, format!("find source {} in the survey", reader.info.source)))?;
        context.report.add(Counter::BytesIn, range_bytes(&reader.info, &survey));
        sources.push((Arc::new(reader), survey));
    }
    sources.sort_by_key(|(_, survey)| survey.source);
    let map = FieldMap::new(&job.policy.ingest, job.logical_day);
    let mut raw = context.output::<Raw>("raw")?;
    let mut rejects = context.output::<Reject>("reject_read")?;
    let batches = Batches { sources: sources.into_iter(), open: None, map: &map, failed: false };
    let spares = Spares::default();
    let report = &mut context.report;
    map_ordered(
        batches,
        |batch| parse::parse(batch?, &map, &spares),
        |parsed: Parsed| {
            report.add(Counter::RecordsIn, parsed.records + parsed.rejects.len() as u64);
            report.add(Counter::RecordsOut, parsed.records);
            report.add(Counter::RecordsWithoutTime, parsed.without_time);
            for block in parsed.blocks {
                spares.give(raw.write_block(block)?);
            }
            for reject in parsed.rejects {
                report.reject(reject.reason, 1);
                rejects.push(0, &reject, None)?;
            }
            Ok(())
        },
    )?;
    raw.finish(context)?;
    rejects.finish(context)
}

fn survey_of(context: &StepContext) -> Result<BTreeMap<u32, Arc<SourceRecord>>, StepError> {
    let wanted: std::collections::BTreeSet<u32> = context.job().sources.iter().map(|source| source.source).collect();
    let input = context.input("source")?;
    let container = input.open::<Source>()?;
    let mut surveyed = BTreeMap::new();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<Source>(number, &mut scratch)?.records() {
            let record = record?;
            if wanted.contains(&record.source) {
                surveyed.insert(record.source, Arc::new(record));
            }
        }
    }
    Ok(surveyed)
}

/// Stored bytes that are this shard's.
fn range_bytes(info: &SourceFile, survey: &SourceRecord) -> u64 {
    match (owns(info, survey), survey.splittable) {
        (true, true) => info.range_end.min(survey.bytes) - info.range_start,
        (true, false) => survey.bytes,
        (false, _) => 0,
    }
}

/// Whether any of a source is this shard's: a range of it, or all of it when it cannot be split and the range begins it.
fn owns(info: &SourceFile, survey: &SourceRecord) -> bool {
    let end = if survey.splittable { info.range_end.min(survey.bytes) } else { info.range_end };
    info.range_start < end && (survey.splittable || info.range_start == 0)
}

/// The shard's sources as batches of items.
struct Batches<'m> {
    sources: std::vec::IntoIter<(Arc<SourceReader>, Arc<SourceRecord>)>,
    open: Option<Run>,
    map: &'m FieldMap,
    failed: bool,
}

/// A source being read.
enum Run {
    Lines(Box<LineRun>),
    Spans(Box<SpanRun>),
    One(Option<Item>),
}

impl Iterator for Batches<'_> {
    type Item = Result<Vec<Item>, StepError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let batch = self.batch();
        self.failed = batch.is_err();
        batch.transpose()
    }
}

impl Batches<'_> {
    fn batch(&mut self) -> Result<Option<Vec<Item>>, StepError> {
        let mut items = Vec::new();
        let mut bytes = 0;
        while bytes < BATCH_BYTES {
            match self.item()? {
                Some(item) => {
                    bytes += item.len();
                    items.push(item);
                }
                None => break,
            }
        }
        Ok((!items.is_empty()).then_some(items))
    }

    fn item(&mut self) -> Result<Option<Item>, StepError> {
        loop {
            let item = match &mut self.open {
                Some(Run::Lines(run)) => run.next()?,
                Some(Run::Spans(run)) => run.next(self.map)?,
                Some(Run::One(item)) => item.take(),
                None => None,
            };
            if item.is_some() {
                return Ok(item);
            }
            match self.sources.next() {
                Some((reader, survey)) => self.open = open(&reader, &survey, self.map.time_context())?,
                None => return Ok(None),
            }
        }
    }
}

/// Begins to read a source, when any of it is this shard's.
fn open(reader: &Arc<SourceReader>, survey: &Arc<SourceRecord>, time: &TimeContext) -> Result<Option<Run>, StepError> {
    let info = &reader.info;
    let source = info.source;
    if info.bytes != survey.bytes {
        return Err(changed(source));
    }
    if !info.range_start.is_multiple_of(SOURCE_UNIT_BYTES) {
        return Err(StepError::new(Exit::Internal, format!("read source {source}: its range does not begin with a unit")));
    }
    if !owns(info, survey) || survey.format == SourceFormat::Empty {
        return Ok(None);
    }
    if survey.format == SourceFormat::Binary {
        return Ok(Some(Run::One(Some(Item::reject(source, 0, survey.bytes, RejectReason::Binary)))));
    }
    let sniff = sniff(reader, survey, time)?;
    let bytes_from = |unit: usize| Bytes::new(Units::new(Arc::clone(reader), Arc::clone(survey), unit), &sniff, unit);
    // A byte-order mark of UTF-16 never reaches the buffer, that of UTF-8 is stepped over in it.
    let mark_len = if sniff.charset == schemas::record::Charset::Utf8 { sniff.mark_len } else { 0 };
    let divider = match sniff.format {
        SourceFormat::Csv => Divider::Csv { delimiter: sniff.delimiter, rows: Rows::new(sniff.delimiter), header: None },
        SourceFormat::JsonArray => Divider::Json(Values::new(sniff.wrapper_len.is_some())),
        format => {
            let lines = Lines { rule: sniff.rule, time: *time };
            let range_end = if survey.splittable { info.range_end } else { u64::MAX };
            let first = usize::try_from(info.range_start / SOURCE_UNIT_BYTES).unwrap_or(usize::MAX);
            let run = match first.checked_sub(1) {
                Some(before) if survey.splittable => LineRun::from_middle(source, format, bytes_from(before), lines, info.range_start, range_end),
                _ => LineRun::from_start(source, format, bytes_from(0), lines, mark_len, range_end),
            };
            return Ok(Some(Run::Lines(Box::new(run))));
        }
    };
    let start = mark_len + sniff.wrapper_len.unwrap_or(0);
    Ok(Some(Run::Spans(Box::new(SpanRun::new(source, sniff.format, bytes_from(0), divider, start)))))
}

/// Sniffs the first unit again, as the survey did: details that its record does not hold.
fn sniff(reader: &Arc<SourceReader>, survey: &Arc<SourceRecord>, time: &TimeContext) -> Result<Sniff, StepError> {
    let mut head = Vec::with_capacity(UNIT);
    if let Some(check) = Units::new(Arc::clone(reader), Arc::clone(survey), 0).read(&mut head)? {
        check.make(&head)?;
    }
    let sniff = Sniff::of(&head, &reader.info.extension, time);
    let same = sniff.format == survey.format && sniff.compression == survey.compression && sniff.charset == survey.charset;
    if same { Ok(sniff) } else { Err(StepError::new(Exit::SchemaMismatch, format!("read source {}: the survey saw another format", survey.source))) }
}
