//! What the `regex` crate does with the same input, as most sanitizers use it: ten patterns, each replaced in every line; and a `RegexSet` first, then
//! only the patterns that fit. Neither validates, looks at context, knows fields or makes tokens: this is the floor of what such a design costs.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use regex::{Regex, RegexSet};
use serde::{Deserialize, Serialize};

/// Bytes of input that are measured.
const SAMPLE_BYTES: usize = 16 << 20;

/// Digits and borders of words of ASCII: those of Unicode would keep the crate from its fast ways.
const PATTERNS: [(&str, &str); 10] = [
    ("card", r"(?-u:\b)(?:[0-9][ -]?){12,18}[0-9](?-u:\b)"),
    ("iban", r"(?-u:\b)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}(?-u:\b)"),
    ("email", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"),
    ("phone", r"\+[0-9]{1,3}[ -]?(?:[0-9][ -]?){6,13}[0-9]"),
    ("ssn", r"(?-u:\b)[0-9]{3}-[0-9]{2}-[0-9]{4}(?-u:\b)"),
    ("ip", r"(?-u:\b)(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?-u:\b)"),
    ("mac", r"(?-u:\b)(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?-u:\b)"),
    ("jwt", r"eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"),
    ("uuid", r"(?-u:\b)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?-u:\b)"),
    ("secret", r#"(?i)(?:password|passwd|secret|token|api_key)["']?\s*[:=]\s*["']?[^\s"',;]+"#),
];

/// Speed of one way of doing it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    /// What was done.
    pub name: String,
    /// MB/s of raw input for a CPU second.
    pub mb_s: f64,
}

/// Measures both ways over the files of a folder, with one thread.
pub(super) fn measure(logs: &Path) -> Result<Vec<Rival>> {
    let mut text = String::new();
    for entry in fs::read_dir(logs).with_context(|| format!("list {}", logs.display()))? {
        let content = fs::read_to_string(entry?.path())?;
        // Of each file its share: lines of one kind alone would say little.
        let share = content.char_indices().map(|(at, _)| at).find(|&at| at >= SAMPLE_BYTES / 4).unwrap_or(content.len());
        text.push_str(content.get(..share).unwrap_or_default());
        text.push('\n');
    }
    let patterns: Vec<Regex> = PATTERNS.iter().map(|(_, pattern)| Regex::new(pattern)).collect::<Result<_, _>>()?;
    let set = RegexSet::new(PATTERNS.iter().map(|(_, pattern)| pattern))?;
    let each = timed(&text, |line, out| replace(&patterns, 0..patterns.len(), line, out))?;
    let chosen = timed(&text, |line, out| replace(&patterns, set.matches(line).iter(), line, out))?;
    Ok(vec![
        Rival { name: "regex: ten replace_all a line".to_owned(), mb_s: each },
        Rival { name: "regex: RegexSet, then replace_all".to_owned(), mb_s: chosen },
    ])
}

fn replace(patterns: &[Regex], which: impl Iterator<Item = usize>, line: &str, out: &mut String) {
    let mut text = std::borrow::Cow::Borrowed(line);
    for number in which {
        if let std::borrow::Cow::Owned(replaced) = patterns[number].replace_all(&text, "[X]") {
            text = std::borrow::Cow::Owned(replaced);
        }
    }
    out.push_str(&text);
    out.push('\n');
}

fn timed(text: &str, mut sanitize: impl FnMut(&str, &mut String)) -> Result<f64> {
    let mut out = String::with_capacity(text.len() * 2);
    let before = thread_cpu_s()?;
    text.lines().for_each(|line| sanitize(line, &mut out));
    let spent = thread_cpu_s()? - before;
    anyhow::ensure!(out.contains("[X]"), "the patterns found nothing in the input");
    Ok(text.len() as f64 / 1e6 / spent.max(1e-9))
}

/// CPU time of this thread, seconds.
fn thread_cpu_s() -> Result<f64> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").context("read the thread's CPU time")?;
    let nanoseconds: f64 = stat.split(' ').next().unwrap_or_default().parse().context("read the thread's CPU time")?;
    Ok(nanoseconds / 1e9)
}
