//! Templates of log lines, without `sanitize`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use schemas::ids::{RecordRef, StableId};
use schemas::record::{Clean, CleanRecord, Event, Severity, Template};

use super::Bench;

/// Input and output.
#[derive(clap::Args)]
pub(super) struct Options {
    /// A log line a line.
    #[arg(long)]
    input: PathBuf,
    /// Gets `group TAB template` for each line, in order.
    #[arg(long)]
    output: PathBuf,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let lines = super::lines(&options.input)?;
    let bench = Bench::new()?;
    bench.write::<Clean>("clean", |out| {
        for (number, line) in lines.iter().enumerate() {
            // One session for all, so that every line becomes an event.
            out.push(&CleanRecord {
                at: RecordRef { source: 0, offset: number as u64 },
                time_ns: None,
                severity: Severity::Unknown,
                session: "evaluation",
                customer: "",
                trace: "",
                message: line,
                fields: Vec::new(),
            })?;
        }
        Ok(())
    })?;
    bench.step("mine.skeleton", &["clean"], &["skeleton", "event_type_part"], &[])?;
    bench.step("mine.templates", &["skeleton", "event_type_part"], &["template", "event_type"], &[])?;
    bench.step("mine.assign", &["clean", "template", "event_type"], &["event", "sighting", "finding_part"], &[])?;
    let mut texts: BTreeMap<StableId, String> = BTreeMap::new();
    bench.read::<Template>("template", |template| {
        texts.insert(template.id, template.text.to_owned());
        Ok(())
    })?;
    let mut of_line: Vec<Option<StableId>> = vec![None; lines.len()];
    bench.read::<Event>("event", |event| {
        let slot = usize::try_from(event.at.offset).ok().and_then(|at| of_line.get_mut(at)).context("an event refers to no line")?;
        *slot = Some(event.template);
        Ok(())
    })?;
    let mut out = String::new();
    for (number, id) in of_line.iter().enumerate() {
        let id = id.with_context(|| format!("line {} became no event", number + 1))?;
        let text = texts.get(&id).with_context(|| format!("line {} has a template that is not in the list", number + 1))?;
        writeln!(out, "{id}\t{}", text.replace(['\n', '\r', '\t'], " "))?;
    }
    std::fs::write(&options.output, out).with_context(|| format!("write {}", options.output.display()))
}
