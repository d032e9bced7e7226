//! Anomaly scores of sessions, without `sanitize`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use schemas::ids::{RecordRef, StableId, TokenKey};
use schemas::record::{
    Event, EventCategory, EventType, EventTypeRecord, Finding, Journey, JourneyRecord, JourneyScore, Outcome, Severity, Sighting, Template,
};

use super::Bench;

/// Inputs and output.
#[derive(clap::Args)]
pub(super) struct Options {
    /// Sessions to learn from, one a line, as blank-separated event ids.
    #[arg(long)]
    train: PathBuf,
    /// Sessions to score; may be given more than once.
    #[arg(long, required = true)]
    score: Vec<PathBuf>,
    /// Gets `score TAB flag` for each session: train first (cross-fitted), then each score file in the order given.
    #[arg(long)]
    output: PathBuf,
    /// The train file holds anomalies too: fit with trimming.
    #[arg(long)]
    unlabelled: bool,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let mut sessions = read_sessions(&options.train)?;
    let train = sessions.len();
    for path in &options.score {
        sessions.extend(read_sessions(path)?);
    }
    let mut numbers: BTreeMap<String, u32> = sessions.iter().flatten().map(|id| (id.clone(), 0)).collect();
    for (number, slot) in numbers.values_mut().enumerate() {
        *slot = u32::try_from(number)?;
    }
    let bench = Bench::new()?;
    write_vocabulary(&bench, &numbers)?;
    bench.write::<Journey>("journey", |out| {
        for (number, session) in sessions.iter().enumerate() {
            let events: Vec<u32> = session.iter().map(|id| numbers[id]).collect();
            let variant = StableId::of(&events.iter().flat_map(|event| event.to_le_bytes()).collect::<Vec<u8>>());
            out.push(&JourneyRecord {
                key: TokenKey::of_token(&format!("session {number}")),
                part: 0,
                customer: None,
                first: RecordRef { source: 0, offset: number as u64 },
                start_ns: None,
                duration_ns: 0,
                variant,
                outcome: Outcome::Unknown,
                events,
                gaps_us: Vec::new(),
                events_left_out: 0,
            })?;
        }
        Ok(())
    })?;
    bench.write::<Sighting>("activity", |_| Ok(()))?;
    bench.write::<Sighting>("sighting", |_| Ok(()))?;
    bench.write::<Finding>("finding_part", |_| Ok(()))?;
    bench.write::<Template>("template", |_| Ok(()))?;
    bench.write::<Event>("event", |_| Ok(()))?;
    let parameters = [("train_journeys", train.to_string()), ("unlabelled", options.unlabelled.to_string())];
    bench.step(
        "mine.score",
        &["journey", "activity", "sighting", "finding_part", "event_type", "template"],
        &["variant", "edge", "anomaly", "finding", "assessed", "finding_contribution", "journey_score", "internal"],
        &parameters,
    )?;
    let mut out = String::new();
    let mut scored = 0;
    bench.read::<JourneyScore>("journey_score", |score| {
        scored += 1;
        Ok(writeln!(out, "{:.3}\t{}", score.millibits as f64 / 1000.0, u8::from(score.flagged))?)
    })?;
    ensure!(scored == sessions.len(), "{scored} scores came back for {} sessions", sessions.len());
    std::fs::write(&options.output, out).with_context(|| format!("write {}", options.output.display()))
}

fn read_sessions(path: &std::path::Path) -> Result<Vec<Vec<String>>> {
    let lines = super::lines(path)?;
    Ok(lines.iter().filter(|line| !line.trim().is_empty()).map(|line| line.split_whitespace().map(str::to_owned).collect()).collect())
}

fn write_vocabulary(bench: &Bench, numbers: &BTreeMap<String, u32>) -> Result<()> {
    bench.write::<EventType>("event_type", |out| {
        for (name, &number) in numbers {
            out.push(&EventTypeRecord {
                number,
                id: StableId::of(name.as_bytes()),
                name,
                category: EventCategory::Other,
                method: "",
                route: "",
                status: 0,
                severity: Severity::Unknown,
                outcome: Outcome::Unknown,
                count: 1,
            })?;
        }
        Ok(())
    })
}
