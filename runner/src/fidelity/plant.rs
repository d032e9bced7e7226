//! Planting: every class in every carrier, every kind of look-alike in every common carrier, as files for `ingest` with the truth beside
//! them.

use std::collections::{BTreeMap, BTreeSet};

use schemas::pii::Locale;

use super::carrier::{Ask, CARRIERS, Carrier, Home, Line};
use super::class::{Class, all};
use super::look_alike::KINDS;
use super::prng::Prng;
use super::score::intact;
use super::value::{Proof, Value};
use super::views::Views;

/// Tries to find a value that fits its carrier and that its surroundings do not hold by chance.
const TRIES_MAX: usize = 24;
/// Values that are planted in every carrier, for the consistency of tokens.
const SHARED_VALUES: usize = 2;
/// Numbers that stand under several classes.
const TWINS: usize = 8;
/// The classes they stand under.
const TWIN_CLASSES: [&str; 5] = ["account", "customer-id", "us-ssn-plain", "phone-national", "device-id"];

/// What is planted.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// Everything follows from it.
    pub seed: u64,
    /// Values in each cell.
    pub lines_per_cell: usize,
    /// Locale packs whose classes are planted.
    pub locales: &'a BTreeSet<Locale>,
}

/// What a planted record is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Must not be readable.
    Personal,
    /// The same, and one of the values that every carrier holds: its token is compared.
    Shared(usize),
    /// A number that stands under several classes: their tokens must have nothing in common.
    Twin,
    /// Must stay as it is.
    LookAlike,
}

/// A planted record and its truth.
pub struct Planted {
    /// Class or kind.
    pub class: &'static Class,
    /// Carrier.
    pub carrier: &'static Carrier,
    /// What it is for.
    pub role: Role,
    /// Name of the file.
    pub file: String,
    /// Where the record begins in it.
    pub offset: u64,
    /// The record as it stands in the file.
    pub text: String,
    /// The value as it stands there.
    pub written: String,
    /// What the value is, whatever the notation.
    pub canonical: String,
    /// How to tell that it can be read.
    pub proof: Proof,
}

/// Files by name, and the truth.
#[derive(Default)]
pub struct Garden {
    /// Contents by relative path.
    pub files: BTreeMap<String, String>,
    /// Planted records.
    pub planted: Vec<Planted>,
    /// Number of records, those included that only make a value known.
    pub records: u64,
}

/// The classes of a plan: those of locale packs only where the pack is on.
#[must_use]
pub fn classes(locales: &BTreeSet<Locale>) -> Vec<&'static Class> {
    all().into_iter().filter(|class| class.locale.is_none_or(|locale| locales.contains(&locale))).collect()
}

/// Plants.
#[must_use]
pub fn plant(plan: Plan<'_>) -> Garden {
    let mut garden = Garden::default();
    for class in classes(plan.locales) {
        for (place, carrier) in CARRIERS.iter().enumerate() {
            for line in 0..plan.lines_per_cell {
                garden.sow(plan.seed, class, carrier, place * plan.lines_per_cell + line, &Role::Personal);
            }
            for shared in 0..SHARED_VALUES {
                garden.sow(plan.seed, class, carrier, shared, &Role::Shared(shared));
            }
        }
    }
    garden.sow_twins(plan.seed);
    for kind in KINDS {
        for (place, carrier) in CARRIERS.iter().enumerate().filter(|(_, carrier)| carrier.look_alikes) {
            for line in 0..plan.lines_per_cell {
                garden.sow(plan.seed, kind, carrier, place * plan.lines_per_cell + line, &Role::LookAlike);
            }
        }
    }
    garden
}

impl Garden {
    fn sow(&mut self, seed: u64, class: &'static Class, carrier: &'static Carrier, nth: usize, role: &Role) {
        let Some((line, value)) = grown(seed, class, carrier, nth, role) else { return };
        if let Some(known_by) = &line.known_by {
            self.append("known.jsonl", None, known_by);
        }
        let folder = match role {
            Role::Personal => "planted",
            Role::Shared(_) => "shared",
            Role::LookAlike | Role::Twin => "look-alikes",
        };
        let (file, header) = match &line.home {
            Home::Json => (format!("{folder}/{}.jsonl", carrier.id), None),
            Home::Log => (format!("{folder}/{}.log", carrier.id), None),
            Home::Pairs => (format!("{folder}/{}-pairs.log", carrier.id), None),
            Home::Csv(header) => (format!("{folder}/{}-{}.csv", carrier.id, class.id), Some(header.as_str())),
        };
        let offset = self.append(&file, header, &line.text);
        self.planted.push(Planted {
            class,
            carrier,
            role: role.clone(),
            file,
            offset,
            text: line.text,
            written: line.written,
            canonical: value.canonical,
            proof: line.proof.unwrap_or(value.proof),
        });
    }

    fn sow_twins(&mut self, seed: u64) {
        let (classes, Some(carrier)) = (all(), CARRIERS.first()) else { return };
        for twin in 0..TWINS {
            let digits = Prng::new(seed, &["twin", &twin.to_string()]).of("12345678", 9);
            for class in classes.iter().filter(|class| TWIN_CLASSES.contains(&class.id)) {
                let key = class.keys.first().copied().unwrap_or_default();
                let text = format!("{{\"timestamp\":\"2026-11-20T12:00:00.000Z\",\"level\":\"INFO\",\"{key}\":\"{digits}\"}}");
                let file = "twins.jsonl".to_owned();
                let offset = self.append(&file, None, &text);
                let (role, proof, canonical) = (Role::Twin, Proof::of_run(&digits), digits.clone());
                self.planted.push(Planted { class, carrier, role, file, offset, text, written: digits.clone(), canonical, proof });
            }
        }
    }

    fn append(&mut self, file: &str, header: Option<&str>, text: &str) -> u64 {
        let content = self.files.entry(file.to_owned()).or_default();
        if let Some(header) = header.filter(|_| content.is_empty()) {
            content.push_str(header);
            content.push('\n');
        }
        let offset = content.len() as u64;
        content.push_str(text);
        content.push('\n');
        self.records += 1;
        offset
    }
}

/// A record whose value can be read in it, and would not be read in it by chance if it were gone.
fn grown(seed: u64, class: &'static Class, carrier: &'static Carrier, nth: usize, role: &Role) -> Option<(Line, Value)> {
    for attempt in 0..TRIES_MAX {
        let (nth_text, attempt_text) = (nth.to_string(), attempt.to_string());
        // A shared value is drawn for the class alone, so that every carrier draws the same.
        let (place, group) = match role {
            Role::Shared(number) => ("shared", *number),
            _ => (carrier.id, nth),
        };
        let group_text = group.to_string();
        let fixed = if matches!(role, Role::Shared(_)) { "0" } else { attempt_text.as_str() };
        let mut of_value = Prng::new(seed, &["value", class.id, place, &group_text, fixed]);
        of_value.nth = nth;
        let value = (class.make)(&mut of_value);
        let mut prng = Prng::new(seed, &["line", class.id, carrier.id, &nth_text, &attempt_text, if place == "shared" { "shared" } else { "" }]);
        let form = prng.one(&value.forms);
        let (key, word) = (prng.pick(class.keys), prng.pick(class.words));
        let at_ms = prng.between(0, 86_399_999);
        let mut ask = Ask { class, value: &value, form, key, word, prng, at_ms };
        // This value may not fit the carrier (a number with a leading zero); the next may.
        let Some(line) = (carrier.plant)(&mut ask) else { continue };
        let sound = if *role == Role::LookAlike { stands_once(&line, &value) } else { sound(&line, &value) };
        if sound {
            return Some((line, value));
        }
    }
    None
}

/// A look-alike that would be missed if it were gone.
fn stands_once(line: &Line, value: &Value) -> bool {
    let stands_in = |text: &str| intact(&value.canonical, &line.written, &Views::of(text));
    stands_in(&line.text) && !stands_in(&line.text.replace(&line.written, ""))
}

fn sound(line: &Line, value: &Value) -> bool {
    let proof = line.proof.as_ref().unwrap_or(&value.proof);
    proof.readable(&Views::of(&line.text)) && !proof.readable(&Views::of(&line.text.replace(&line.written, "")))
}
