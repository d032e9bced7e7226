//! The names' days as files for `ingest`, with the truth beside them.

use std::collections::BTreeMap;

use super::form::{FORMS, Form};
use super::persons::Person;
use super::sentences::{Kind, Sentences};
use super::{Half, Set, ordinary};
use crate::fidelity::prng::Prng;
use crate::fidelity::views::{Views, fold};

/// Tries to find a person and a sentence that does not hold the name by chance.
const TRIES_MAX: usize = 24;
/// Mentions of a form in a half of a day, for each value of a cell of the other classes.
const MENTIONS_PER_LINE: usize = 6;

/// A record and its truth.
pub struct Line {
    /// Which half it is of.
    pub half: Half,
    /// How the name is written; none where nobody is named.
    pub form: Option<&'static Form>,
    /// The file it stands in.
    pub file: String,
    /// Where the record begins in it.
    pub offset: u64,
    /// The sentence.
    pub text: String,
    /// What must not be readable, in small letters.
    pub tells: Vec<String>,
    /// Words with a capital that say nothing of anybody and must stay, in small letters.
    pub words: Vec<String>,
}

/// A day.
#[derive(Default)]
pub struct Day {
    /// Contents by relative path.
    pub files: BTreeMap<String, String>,
    /// The records that are scored.
    pub lines: Vec<Line>,
    /// Number of records, those of fields included.
    pub records: u64,
}

/// Plants a day of a set; those of `Free` and `Strict` are equal.
#[must_use]
pub fn plant(seed: u64, lines_per_cell: usize, set: Set) -> Day {
    let mut day = Day::default();
    let place = if set == Set::Known { "known" } else { "free" };
    for half in Half::ALL {
        for form in FORMS.iter().filter(|form| form.free || set == Set::Known) {
            for nth in 0..lines_per_cell * MENTIONS_PER_LINE {
                day.mention(seed, place, half, form, nth, set == Set::Known);
            }
        }
        for (nth, text) in ordinary::lines(half).iter().enumerate() {
            let mut prng = Prng::new(seed, &["names, ordinary", place, half.id(), &nth.to_string()]);
            let kind = if prng.once_in(2) { Kind::Log } else { Kind::Message };
            let (file, offset) = day.append(kind, text, &mut prng);
            day.lines.push(Line { half, form: None, file, offset, text: (*text).to_owned(), tells: Vec::new(), words: capitalised(text) });
        }
    }
    day
}

impl Day {
    fn mention(&mut self, seed: u64, place: &str, half: Half, form: &'static Form, nth: usize, known: bool) {
        let sentences = Sentences::of(form.frame, half);
        for attempt in 0..TRIES_MAX {
            let mut prng = Prng::new(seed, &["names", place, half.id(), form.id, &nth.to_string(), &attempt.to_string()]);
            let person = Person::drawn(half, &mut prng);
            let written = (form.write)(&person, &mut prng);
            let (kind, sentence) = sentences[prng.below(sentences.len())];
            let text = sentence.replace("{N}", &written.text);
            let without = sentence.replace("{N}", " ");
            if written.tells.is_empty() || !readable(&written.tells, &Views::of(&text)) || readable(&written.tells, &Views::of(&without)) {
                continue;
            }
            if known {
                self.field(&person, &mut prng);
            }
            let (file, offset) = self.append(kind, &text, &mut prng);
            let words = capitalised(&without);
            return self.lines.push(Line { half, form: Some(form), file, offset, text, tells: written.tells, words });
        }
    }

    /// A record that names a person in a field.
    fn field(&mut self, person: &Person, prng: &mut Prng) {
        let Person { given, family } = person;
        let members = match prng.below(7) {
            0 => format!(r#""customer_name":"{given} {family}""#),
            1 => format!(r#""customer":{{"name":"{given} {family}","tier":"B"}}"#),
            2 => format!(r#""first_name":"{given}","last_name":"{family}""#),
            3 => format!(r#""accountHolder":"{given} {family}""#),
            4 => format!(r#""beneficiary":{{"firstName":"{given}","surname":"{family}"}}"#),
            5 => format!(r#""payee_name":"{family}, {given}""#),
            _ => format!(r#""full_name":"{}""#, format!("{given} {family}").to_uppercase()),
        };
        let at = clock(prng);
        let text = format!(r#"{{"timestamp":"2026-11-20T{at}Z","level":"INFO","message":"profile loaded",{members}}}"#);
        self.push("fields.jsonl", &text);
    }

    fn append(&mut self, kind: Kind, text: &str, prng: &mut Prng) -> (String, u64) {
        let at = clock(prng);
        match kind {
            Kind::Log => {
                let thread = prng.between(1, 24);
                let logger = prng.pick(&["c.b.core.Router", "c.b.party.Store", "o.b.batch.Step", "c.b.mail.Sender"]);
                self.push("service.log", &format!("2026-11-20 {} INFO [exec-{thread}] {logger} - {text}", at.replace('.', ",")))
            }
            Kind::Message => {
                self.push("notes.jsonl", &format!(r#"{{"timestamp":"2026-11-20T{at}Z","level":"INFO","channel":"ops","message":{}}}"#, quoted(text)))
            }
            Kind::Trace => {
                let number = prng.between(10, 400);
                let trace = format!(
                    "request failed\njava.lang.IllegalStateException: {text}\n\tat com.bank.party.Registry.find(Registry.java:{number})\n\tat com.bank.core.Dispatcher.run(Dispatcher.java:61)"
                );
                self.push("traces.jsonl", &format!(r#"{{"timestamp":"2026-11-20T{at}Z","level":"ERROR","message":{}}}"#, quoted(&trace)))
            }
        }
    }

    fn push(&mut self, file: &str, text: &str) -> (String, u64) {
        let content = self.files.entry(format!("names/{file}")).or_default();
        let offset = content.len() as u64;
        content.push_str(text);
        content.push('\n');
        self.records += 1;
        (format!("names/{file}"), offset)
    }
}

fn clock(prng: &mut Prng) -> String {
    format!("{:02}:{:02}:{:02}.{:03}", prng.below(24), prng.below(60), prng.below(60), prng.below(1000))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether any of these can be read: at the beginning of a word, with no more than two letters behind it.
#[must_use]
pub fn readable(tells: &[String], views: &Views) -> bool {
    let in_layer = |layer: &String| {
        let layer = bare(layer);
        tells.iter().any(|tell| {
            let tell = bare(&fold(tell));
            layer.match_indices(tell.as_str()).any(|(at, _)| {
                let before = layer.get(..at).and_then(|head| head.chars().next_back());
                let behind = layer.get(at + tell.len()..).map_or(0, |rest| rest.chars().take_while(|c| c.is_alphabetic()).take(3).count());
                !before.is_some_and(char::is_alphabetic) && behind <= 2
            })
        })
    };
    views.folded.iter().any(in_layer)
}

/// Without the marks over letters that a capital can lose: a text in capitals is read as well.
fn bare(text: &str) -> String {
    text.replace('\u{307}', "").replace('ß', "ss")
}

/// Words of three letters and more that begin with a capital, in small letters.
fn capitalised(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphabetic());
    words.filter(|word| word.chars().count() >= 3 && word.starts_with(char::is_uppercase)).map(str::to_lowercase).collect()
}
