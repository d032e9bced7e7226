//! The score: what of the planted set can still be read, and which look-alikes are gone.

use std::collections::BTreeMap;

use super::plant::{Planted, Role};
use super::views::Views;

/// Examples that are kept of a cell.
const EXAMPLES_MAX: usize = 2;
/// Characters of an example.
const EXAMPLE_CHARS_MAX: usize = 420;

/// What came of the values of one class in one carrier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// Planted.
    pub planted: u64,
    /// Left readable; of look-alikes, destroyed.
    pub bad: u64,
    /// Whose record did not come out at all.
    pub quarantined: u64,
}

/// One line before and after.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Example {
    /// Class or kind.
    pub class: &'static str,
    /// Carrier.
    pub carrier: &'static str,
    /// The record as it was planted.
    pub planted: String,
    /// What is left of it.
    pub clean: String,
}

/// Class (or kind) and carrier.
pub type Place = (&'static str, &'static str);

/// Scores of one or more planted sets.
#[derive(Debug, Default)]
pub struct Score {
    /// Values that must not be readable.
    pub personal: BTreeMap<Place, Cell>,
    /// Look-alikes that must stay.
    pub look_alikes: BTreeMap<Place, Cell>,
    /// A few lines of each cell that is not as it should be.
    pub examples: BTreeMap<Place, Vec<Example>>,
    /// The same of look-alikes.
    pub look_alike_examples: BTreeMap<Place, Vec<Example>>,
}

impl Score {
    /// Takes a planted record and what is left of it.
    pub fn add(&mut self, planted: &Planted, clean: Option<&Views>) {
        let (bad, look_alike) = match planted.role {
            Role::Shared(_) | Role::Twin => return,
            Role::Personal => (clean.is_some_and(|views| planted.proof.readable(views)), false),
            Role::LookAlike => (!clean.is_some_and(|views| intact(&planted.canonical, &planted.written, views)), true),
        };
        let place = (planted.class.id, planted.carrier.id);
        let (cells, examples) =
            if look_alike { (&mut self.look_alikes, &mut self.look_alike_examples) } else { (&mut self.personal, &mut self.examples) };
        let cell = cells.entry(place).or_default();
        cell.planted += 1;
        cell.bad += u64::from(bad);
        cell.quarantined += u64::from(clean.is_none());
        let kept = examples.entry(place).or_default();
        if bad && kept.len() < EXAMPLES_MAX {
            let clean = clean.map_or_else(|| "(quarantined)".to_owned(), |views| short(views.text()));
            kept.push(Example { class: place.0, carrier: place.1, planted: short(&planted.text), clean });
        }
    }
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(EXAMPLE_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push_str(" ...");
    }
    short
}

/// Whether a look-alike stands in what is left: as it was written, decoded, or as the same number.
pub(super) fn intact(canonical: &str, written: &str, views: &Views) -> bool {
    let same_number = |layer: &String| {
        let number: Option<f64> = canonical.parse().ok();
        number.is_some_and(|number| layer.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').any(|run| run.parse() == Ok(number)))
    };
    views.cut.iter().any(|layer| layer.contains(canonical) || layer.contains(written) || same_number(layer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_alike_is_intact_as_text_or_as_the_same_number() {
        for (canonical, clean, expected) in [
            ("1700000000000", "took long\nat = 1700000000000", true),
            ("12.50", "amount = 12.5", true),
            ("1700000000000", "at = [PHONE_abc]", false),
            ("v1.2.3.4", "version v[IP_abc]", false),
            ("1'234.50", "amount 1%27234.50", true),
            ("12.50", "amount = 12.51", false),
        ] {
            assert_eq!(intact(canonical, canonical, &Views::of(clean)), expected, "{canonical} in {clean}");
        }
    }
}
