//! Sanitizing of single texts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use schemas::ids::RecordRef;
use schemas::record::{Clean, Raw, RawFormat, RawRecord, RawText, Severity};

use super::Bench;

/// Input and output.
#[derive(clap::Args)]
pub(super) struct Options {
    /// JSON lines `{"id","text"}`, or raw lines with `--lines`.
    #[arg(long)]
    input: PathBuf,
    /// JSON lines `{"id","sanitized_text"}`, or sanitized lines.
    #[arg(long)]
    output: PathBuf,
    /// Raw lines in, sanitized lines out.
    #[arg(long)]
    lines: bool,
    /// Policy of the run [default: that of a bank].
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Score the outcome by the labels (`hide`, `keep`) of the input's lines.
    #[arg(long, conflicts_with = "lines")]
    score: bool,
    /// List every leak and every destroyed look-alike too.
    #[arg(long, requires = "score")]
    each: bool,
}

#[derive(serde::Deserialize)]
struct Text {
    id: serde_json::Value,
    text: String,
}

pub(super) fn run(options: &Options) -> Result<()> {
    let lines = super::lines(&options.input)?;
    let texts = if options.lines {
        lines.into_iter().map(|text| Text { id: serde_json::Value::Null, text }).collect()
    } else {
        let parse = |(number, line): (usize, &String)| serde_json::from_str(line).with_context(|| format!("read line {} of the input", number + 1));
        lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(parse).collect::<Result<Vec<Text>>>()?
    };
    let mut bench = Bench::new()?;
    bench.policy.clone_from(&options.policy);
    bench.write::<Raw>("raw", |out| {
        for (number, text) in texts.iter().enumerate() {
            out.push(&RawRecord {
                at: RecordRef { source: 0, offset: number as u64 },
                time_ns: None,
                severity: Severity::Unknown,
                format: RawFormat::Text,
                message_path: "",
                text: RawText::new(&text.text),
            })?;
        }
        Ok(())
    })?;
    bench.step("sanitize.collect", &["raw"], &["lexicon_part"], &[])?;
    bench.step("sanitize.lexicon", &["lexicon_part"], &["lexicon"], &[])?;
    bench.step("sanitize.apply", &["raw", "lexicon"], &["clean", "canary", "reject_apply", "replaced"], &[])?;
    let mut sanitized: BTreeMap<u64, String> = BTreeMap::new();
    bench.read::<Clean>("clean", |record| {
        sanitized.insert(record.at.offset, record.message.to_owned());
        Ok(())
    })?;
    let mut out = String::new();
    for (number, text) in texts.iter().enumerate() {
        // A quarantined text stays inside: it comes out empty.
        let clean = sanitized.get(&(number as u64)).map_or("", String::as_str);
        if options.lines {
            writeln!(out, "{}", clean.replace(['\n', '\r'], " "))?;
        } else {
            writeln!(out, "{}", serde_json::json!({ "id": text.id, "sanitized_text": clean }))?;
        }
    }
    std::fs::write(&options.output, out).with_context(|| format!("write {}", options.output.display()))?;
    if options.score {
        let outputs: Vec<String> = (0..texts.len() as u64).map(|number| sanitized.remove(&number).unwrap_or_default()).collect();
        super::score::print(&options.input, &outputs, options.each)?;
    }
    Ok(())
}
