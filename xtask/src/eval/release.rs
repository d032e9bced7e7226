//! Repeated releases of one set of contributions, for a statistical audit. The ledger is a throwaway one.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use schemas::ids::{StableId, TokenKey};
use schemas::record::{Contribution, ContributionRecord, EventCategory, EventType, EventTypeRecord, Finding, Metric, Outcome, Severity};

use super::Bench;

/// Input, mechanism and output.
#[derive(clap::Args)]
pub(super) struct Options {
    /// CSV with rows `customer,key` (a first row of exactly these words is a header).
    #[arg(long)]
    input: PathBuf,
    /// `dgauss` (discrete Gaussian), `dlaplace` (discrete Laplace), or `exponential` (a choice of `--l0` keys; a file holds the key's number).
    #[arg(long)]
    mechanism: String,
    /// Budget of one release in zCDP, a decimal.
    #[arg(long)]
    rho: String,
    /// Delta of one release, a decimal; 0: keys are public.
    #[arg(long)]
    delta: String,
    /// Keys one customer counts for.
    #[arg(long)]
    l0: u32,
    /// Independent releases.
    #[arg(long)]
    runs: u32,
    /// Directory; gets a file a key and params.json.
    #[arg(long)]
    output: PathBuf,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_path(&options.input).with_context(|| format!("read {}", options.input.display()))?;
    let mut rows = Vec::new();
    for (number, row) in reader.records().enumerate() {
        let row = row.with_context(|| format!("read row {} of the input", number + 1))?;
        let (customer, key) = (row.get(0).unwrap_or_default().trim(), row.get(1).unwrap_or_default().trim());
        if number > 0 || (customer, key) != ("customer", "key") {
            rows.push((TokenKey::of_token(customer), key.to_owned()));
        }
    }
    let keys: Vec<String> = rows.iter().map(|(_, key)| key.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let bench = Bench::new()?;
    bench.write::<Contribution>("contribution", |out| {
        for (unit, name) in &rows {
            let key = keys.binary_search(name).ok().context("every key is in the list")? as u64;
            out.push(&ContributionRecord { unit: *unit, metric: Metric::EventType, key })?;
        }
        Ok(())
    })?;
    bench.write::<Contribution>("finding_contribution", |_| Ok(()))?;
    bench.write::<Finding>("finding", |_| Ok(()))?;
    bench.write::<EventType>("event_type", |out| {
        for (number, name) in keys.iter().enumerate() {
            out.push(&EventTypeRecord {
                number: u32::try_from(number)?,
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
    })?;
    let parameters = [
        ("mechanism", options.mechanism.clone()),
        ("rho", options.rho.clone()),
        ("delta", options.delta.clone()),
        ("l0", options.l0.to_string()),
        ("runs", options.runs.to_string()),
    ];
    bench.step(
        "dp-report.release",
        &["contribution", "finding_contribution", "event_type", "finding"],
        &["release", "release_history", "report"],
        &parameters,
    )?;
    std::fs::create_dir_all(&options.output).with_context(|| format!("make {}", options.output.display()))?;
    bench.unpack("report", &options.output)
}
