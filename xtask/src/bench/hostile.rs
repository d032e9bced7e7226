//! Inputs made to be slow: a megabyte of one repeated byte, of two in turn, or of what makes a rule look around, each through the sealed `sanitize.apply`,
//! against a megabyte of ordinary log. The cost must stay linear: nothing may be looked at again and again because more of the same follows.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use schemas::container::{BlockBuilder, ContainerWriter};
use schemas::ids::{Digest, RecordRef};
use schemas::record::{Lexicon, Raw, RawFormat, RawRecord, RawText, Severity};
use serde::Deserialize;

use crate::{logminer, say, synth_days, tree};

/// Bytes of one input.
const INPUT_BYTES: usize = 1 << 20;
/// What a hostile input may cost, in times of an ordinary one.
const RATIO_MAX: f64 = 3.0;
/// The same where each repetition asks a rule: no log is so dense, and what is not linear costs a hundred times and more.
const DENSE_RATIO_MAX: f64 = 12.0;
/// What has made a rule look too far at least once: keys of shaped values, objects, statements, leaders, titles, columns, bound values.
#[rustfmt::skip]
const DENSE: [&str; 26] = [
    "CN=", "CN:", "sub=", "who=", "user=CN=", "X{id=5 ", "{id=5 ", "INSERT INTO ", "DEAR INSERT JANE INSERT ", "a....: ", ". . : ", "Mr Mr ",
    "ROE  JANE  ", "hdr=[A;B] val=[", "\"a\" vs \"b\" ", "CN=Roe\\, Jane,", "Jane|", "F50K=/12345//A//",
    "select a=? params: ['x','y',", "0244718209  ROE J  ", "surname=:a a=x ", "payee: Ann Lee; ", "ROE J T/A ", "(cn=ann lee", "P014 [", "4A616E6520526F65",
];
/// Runs of each input.
const REPETITIONS: usize = 4;
/// Slowest inputs that are shown.
const SHOWN: usize = 10;

#[derive(Deserialize)]
struct Report {
    usage: Usage,
}

#[derive(Deserialize)]
struct Usage {
    user_us: u64,
}

/// Measures all of them and prints the slowest.
///
/// # Errors
/// When a step fails, or one input costs more than it may.
pub(super) fn run() -> Result<()> {
    let dir = tempfile::Builder::new().prefix("hostile-").tempdir_in(tree::target()).context("make a temporary directory")?;
    let keys = dir.path().join("keys");
    logminer::command().args(["keygen", "--development", "--keys"]).arg(&keys).run_quietly()?;
    let lexicon = dir.path().join("lexicon.lmq");
    write::<Lexicon>(&lexicon, |_| Ok(()))?;
    let ordinary = cost(dir.path(), &keys, &ordinary(dir.path())?)?;
    say(format_args!("ordinary log: {:.1} ms a MB of CPU", ordinary * 1e3));
    for (what, patterns, most) in
        [("bytes and pairs", patterns(), RATIO_MAX), ("beginnings of rules", DENSE.map(String::from).to_vec(), DENSE_RATIO_MAX)]
    {
        let mut costs = Vec::new();
        for pattern in patterns {
            let text: String = pattern.chars().cycle().take(INPUT_BYTES / pattern.len() * pattern.chars().count()).collect();
            costs.push((cost(dir.path(), &keys, &text)? / ordinary, pattern));
        }
        costs.sort_by(|a, b| b.0.total_cmp(&a.0));
        say(format_args!("{} repeated {what}; the slowest, in times of ordinary log (at most {most}):", costs.len()));
        costs.iter().take(SHOWN).for_each(|(ratio, pattern)| say(format_args!("  {ratio:>6.2}  {pattern:?}")));
        let (ratio, pattern) = &costs[0];
        anyhow::ensure!(*ratio <= most, "repeated {pattern:?} takes {ratio:.1} times as long as ordinary log");
    }
    Ok(())
}

/// Every sign of ASCII, a few of others, and pairs of those that the scanner looks at.
fn patterns() -> Vec<String> {
    let single = (0x20_u8..0x7F).map(char::from).chain(['\t', '\n', 'é', '0', '\u{200b}', '\u{a0}', '１', '中']).map(String::from);
    let signs = ["1", "a", "A", "@", ".", "-", "=", ":", "{\"", "[", "%4", "<", "/", "\\", " "];
    let pairs = signs.iter().enumerate().flat_map(|(at, first)| signs[at + 1..].iter().map(move |second| format!("{first}{second}")));
    single.chain(pairs).collect()
}

fn ordinary(dir: &Path) -> Result<String> {
    let day = dir.join("day");
    synth_days::write(&synth_days::Options { records: 3_000, seed: 1, customers: None, out: day.clone() })?;
    let mut text = String::new();
    for name in ["core.log", "payments.log"] {
        text.push_str(&fs::read_to_string(day.join("logs").join(name))?);
    }
    let text = text.repeat(INPUT_BYTES / text.len().max(1) + 1);
    let end = (0..=INPUT_BYTES).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    Ok(text.get(..end).unwrap_or_default().to_owned())
}

/// CPU seconds of `sanitize.apply` for a text of one megabyte, the best of several: one alone may cost twice as much on a machine that others use.
fn cost(dir: &Path, keys: &Path, text: &str) -> Result<f64> {
    write::<Raw>(&dir.join("raw.lmq"), |block| {
        let record = |text| RawRecord {
            at: RecordRef { source: 0, offset: 0 },
            time_ns: None,
            severity: Severity::Unknown,
            format: RawFormat::Text,
            message_path: "",
            text: RawText::new(text),
        };
        Ok(block.push(&record(text), None)?)
    })?;
    let mut best = f64::MAX;
    for _ in 0..REPETITIONS {
        let file = |name: &str| format!("{name}={}", dir.join(format!("{name}.lmq")).display());
        logminer::command()
            .args(["step", "sanitize.apply", "--threads", "1", "--in", &file("raw"), "--in", &file("lexicon"), "--out", &file("clean")])
            .args(["--out", &file("canary"), "--out", &file("reject_apply"), "--out", &file("replaced"), "--report"])
            .arg(dir.join("report.json"))
            .arg("--keys")
            .arg(keys)
            .run_quietly()?;
        let report: Report = serde_json::from_slice(&fs::read(dir.join("report.json"))?).context("read the report of the step")?;
        best = best.min(report.usage.user_us as f64 / 1e6);
    }
    Ok(best)
}

fn write<R: schemas::record::Record>(path: &Path, fill: impl FnOnce(&mut BlockBuilder<R>) -> Result<()>) -> Result<()> {
    let file = fs::File::create(path).with_context(|| format!("create {}", path.display()))?;
    let mut writer = ContainerWriter::new(std::io::BufWriter::new(file), Digest::of(b"hostile"), 1)?;
    let mut block = BlockBuilder::new(0);
    fill(&mut block)?;
    writer.write(block)?;
    writer.finish()?;
    Ok(())
}
