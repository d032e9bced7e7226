//! What a sanitizer left readable of a labelled set, and what it destroyed.
//!
//! A line of the set is `{"id","text","carrier","hide":[{"class","need","value","parts"}],"keep":[{"kind","value"}]}`. A hidden value is leaked when it, or
//! one of its parts, is readable in the output: as it stands, percent-decoded, or in decoded base64. A kept one is destroyed when it is not in the output any
//! more. Tokens are cut out first: a short number may stand in one by chance.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::say;

/// Least length of a run of base64 that is decoded.
const BASE64_BYTES_MIN: usize = 8;

#[derive(serde::Deserialize)]
struct Line {
    id: serde_json::Value,
    #[serde(default)]
    carrier: String,
    #[serde(default)]
    hide: Vec<Hidden>,
    #[serde(default)]
    keep: Vec<Kept>,
}

#[derive(serde::Deserialize)]
struct Hidden {
    class: String,
    need: String,
    #[serde(default)]
    kind: String,
    value: String,
    #[serde(default)]
    parts: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Kept {
    kind: String,
    value: String,
}

/// How many of how many.
#[derive(Default, Clone, Copy)]
struct Rate {
    bad: u64,
    all: u64,
}

impl Rate {
    fn count(&mut self, bad: bool) {
        self.bad += u64::from(bad);
        self.all += 1;
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>4} of {:>4}  {:>5.1} %", self.bad, self.all, 100.0 * self.bad as f64 / self.all.max(1) as f64)
    }
}

/// Compares the set with the outputs, in the order of its lines; `each` lists every leak and every destroyed look-alike.
pub(super) fn print(set: &Path, outputs: &[String], each: bool) -> Result<()> {
    let lines: Vec<Line> = super::lines(set)?
        .iter()
        .filter(|line| !line.trim().is_empty())
        .enumerate()
        .map(|(number, line)| serde_json::from_str(line).with_context(|| format!("read line {} of {} as a labelled text", number + 1, set.display())))
        .collect::<Result<_>>()?;
    anyhow::ensure!(
        lines.iter().any(|line| !line.hide.is_empty()),
        "{} has no labels: score a set whose lines have `hide` and `keep`",
        set.display()
    );
    let reader = Reader::new();
    let mut tables: [BTreeMap<String, Rate>; 4] = Default::default();
    for (line, output) in lines.iter().zip(outputs) {
        let forms = reader.forms(output);
        for hidden in &line.hide {
            let leaked = std::iter::once(&hidden.value).chain(&hidden.parts).any(|part| forms.iter().any(|form| form.contains(part.as_str())));
            let names = [format!("need {}", hidden.need), format!("{}/{}", hidden.class, hidden.need), line.carrier.clone()];
            names.into_iter().zip(&mut tables).for_each(|(name, table)| table.entry(name).or_default().count(leaked));
            if leaked && each {
                say(format_args!(
                    "LEAK {} {} {} {} in {}: {}\n     {output}",
                    line.id, hidden.need, hidden.class, hidden.kind, line.carrier, hidden.value
                ));
            }
        }
        for kept in &line.keep {
            let destroyed = !output.contains(&kept.value);
            tables[3].entry(kept.kind.clone()).or_default().count(destroyed);
            if destroyed && each {
                say(format_args!("GONE {} {}: {}\n     {output}", line.id, kept.kind, kept.value));
            }
        }
    }
    let [needs, classes, carriers, kinds] = &tables;
    let kept = kinds.values().fold(Rate::default(), |sum, rate| Rate { bad: sum.bad + rate.bad, all: sum.all + rate.all });
    for (title, table) in [("leaked, by class and need", classes), ("leaked, by carrier", carriers), ("destroyed look-alikes, by kind", kinds)] {
        say(format_args!("\n{title}; nothing of what is not listed"));
        table.iter().filter(|(_, rate)| rate.bad > 0).for_each(|(name, rate)| say(format_args!("  {name:<24} {rate}")));
    }
    say(format_args!(""));
    needs.iter().for_each(|(name, rate)| say(format_args!("leaked, {name:<16} {rate}")));
    say(format_args!("destroyed look-alikes    {kept}"));
    Ok(())
}

/// Reads an output as somebody would who looks for values in it.
struct Reader {
    engines: [GeneralPurpose; 2],
}

impl Reader {
    fn new() -> Self {
        let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
        Self { engines: [GeneralPurpose::new(&STANDARD, lenient), GeneralPurpose::new(&URL_SAFE, lenient)] }
    }

    /// The output without tokens, and what is in it percent-decoded and base64-decoded.
    fn forms(&self, output: &str) -> Vec<String> {
        let plain = without_tokens(output);
        let percent = percent_decoded(&plain);
        let in_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
        let mut forms = Vec::new();
        for run in percent.split(|c| !in_base64(c)).filter(|run| run.len() >= BASE64_BYTES_MIN) {
            // A letter too many at its end is none of it.
            let whole = run.get(..run.len() - usize::from(run.len() % 4 == 1)).unwrap_or_default();
            forms.extend(self.engines.iter().filter_map(|engine| Some(String::from_utf8_lossy(&engine.decode(whole).ok()?).into_owned())));
        }
        forms.extend([plain, percent]);
        forms
    }
}

/// The text with every `[CLASS]` and `[CLASS_TOKEN]` replaced by a sign that stands in no value.
fn without_tokens(text: &str) -> String {
    let mut out = String::new();
    for (number, part) in text.split('[').enumerate() {
        let token = part
            .find(']')
            .filter(|&end| end >= 2 && part.bytes().take(end).all(|byte| byte.is_ascii_uppercase() || byte == b'_' || (b'2'..=b'7').contains(&byte)));
        match token.filter(|_| number > 0) {
            Some(end) => out.push_str(&part.replacen(part.get(..=end).unwrap_or_default(), "\u{fffd}", 1)),
            None if number > 0 => out.extend(["[", part]),
            None => out.push_str(part),
        }
    }
    out
}

fn percent_decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| bytes[at] == b'%');
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_in_any_form_is_found() {
        let reader = Reader::new();
        let finds = |output: &str, value: &str| reader.forms(output).iter().any(|form| form.contains(value));
        assert!(finds("card 4111111111111111", "4111111111111111"));
        assert!(finds("q=jane%40example.com", "jane@example.com"));
        assert!(finds("Basic amFuZTpzZWNyZXQ=", "jane:secret"));
        assert!(!finds("pin [SECRET_AAA2345BBBBBBBBBBBBB]", "2345"));
    }
}
