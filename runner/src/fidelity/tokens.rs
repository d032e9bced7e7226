//! Tokens: one value is one token in every notation, two classes never share one, two runs give the same, another secret unrelated ones.

use std::collections::{BTreeMap, BTreeSet};

use schemas::pii::PiiClass;

use super::plant::{Planted, Role};
use super::score::Place;
use super::views::{Views, squeeze};

/// Examples of values with more than one token.
const EXAMPLES_MAX: usize = 40;

/// How one class fares in one carrier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct TokenCell {
    /// Values that have the token they have in most carriers.
    pub same: u64,
    /// Values that have another one, or several.
    pub other: u64,
    /// Values without a token: left readable, or quarantined.
    pub none: u64,
}

/// Values and their tokens over one or more planted sets.
#[derive(Debug, Default)]
pub struct Tokens {
    /// By class and carrier; classes that are dropped and not replaced have no cell.
    pub cells: BTreeMap<Place, TokenCell>,
    /// Different values of a set under one token.
    pub shared_by_values: u64,
    /// Names of tokens that stand under more than one class.
    pub shared_by_classes: u64,
    /// Tokens seen.
    pub seen: u64,
    /// A few tokens that stand for more than one value: the token and the values.
    pub shared_examples: Vec<(String, Vec<String>)>,
    /// A few values with more than one token: class, carrier, value as written, what stands there.
    pub examples: Vec<(&'static str, &'static str, String, String)>,
}

type Token = (PiiClass, String);
/// Class and canonical text.
type OfValue<'a> = (&'static str, &'a str);

/// What was found of a planted value.
struct Found<'a> {
    planted: &'a Planted,
    tokens: Vec<Token>,
    readable: bool,
}

impl Tokens {
    /// Takes a planted set and what is left of its records.
    pub fn add(&mut self, planted: &[(&Planted, Option<Views>)]) {
        let found: Vec<Found<'_>> = planted
            .iter()
            .filter(|(planted, _)| planted.role != Role::LookAlike)
            .map(|(planted, clean)| {
                let tokens = clean.as_ref().map(named).unwrap_or_default();
                Found { planted, tokens, readable: clean.as_ref().is_some_and(|views| planted.proof.readable(views)) }
            })
            .collect();
        let usual = usual_tokens(&found);
        for Found { planted, tokens, .. } in &found {
            if let (Role::Shared(_), true) = (&planted.role, planted.carrier.whole) {
                self.compare(planted, tokens, usual.get(&(planted.class.id, planted.canonical.as_str())));
            }
        }
        self.collisions(&found, &usual);
    }

    fn compare(&mut self, planted: &Planted, tokens: &[Token], usual: Option<&Token>) {
        let Some(usual) = usual else { return };
        let of_class: Vec<&Token> = tokens.iter().filter(|(class, _)| *class == usual.0).collect();
        let cell = self.cells.entry((planted.class.id, planted.carrier.id)).or_default();
        match (of_class.as_slice(), tokens) {
            ([one], _) if *one == usual => cell.same += 1,
            ([], []) => cell.none += 1,
            _ => {
                cell.other += 1;
                if self.examples.len() < EXAMPLES_MAX {
                    let stands = tokens.iter().map(|(class, name)| format!("[{}_{name}]", class.label())).collect::<Vec<_>>().join(" ");
                    self.examples.push((planted.class.id, planted.carrier.id, planted.written.clone(), stands));
                }
            }
        }
    }

    /// Records with one token, of the class that such values usually get, and no other trace of the value tell whose it is.
    fn collisions(&mut self, found: &[Found<'_>], usual: &BTreeMap<OfValue<'_>, Token>) {
        let labels: BTreeSet<(&str, PiiClass)> = usual.iter().map(|((class, _), (label, _))| (*class, *label)).collect();
        let mut values: BTreeMap<&Token, BTreeSet<(&str, &str)>> = BTreeMap::new();
        let mut classes: BTreeMap<&str, BTreeSet<PiiClass>> = BTreeMap::new();
        for Found { planted, tokens, readable } in found {
            for (class, name) in tokens {
                classes.entry(name).or_default().insert(*class);
            }
            let [token] = tokens.as_slice() else { continue };
            if planted.carrier.whole && !readable && labels.contains(&(planted.class.id, token.0)) {
                values.entry(token).or_default().insert((planted.class.id, planted.canonical.as_str()));
            }
        }
        // The same text in two classes of ours may be one class of theirs: only values that differ count.
        let plain = |value: &str| squeeze(&value.to_lowercase());
        for (token, values) in values {
            let texts: BTreeSet<String> = values.iter().map(|(_, value)| plain(value)).collect();
            if texts.len() > 1 {
                self.shared_by_values += 1;
                if self.shared_examples.len() < EXAMPLES_MAX {
                    let values = values.iter().map(|(class, value)| format!("{class}: {value}")).collect();
                    self.shared_examples.push((format!("[{}_{}]", token.0.label(), token.1), values));
                }
            }
        }
        self.shared_by_classes += classes.values().filter(|classes| classes.len() > 1).count() as u64;
        self.seen += classes.len() as u64;
    }
}

/// Names of all tokens of a text that name a value.
#[must_use]
pub fn named(views: &Views) -> Vec<Token> {
    views.tokens().into_iter().filter(|(_, name)| !name.is_empty()).collect()
}

/// The token that each value has most often; none for values that seldom have one, which are dropped or not found.
fn usual_tokens<'a>(found: &[Found<'a>]) -> BTreeMap<OfValue<'a>, Token> {
    let mut counts: BTreeMap<OfValue<'a>, (u64, BTreeMap<&Token, u64>)> = BTreeMap::new();
    for Found { planted, tokens, .. } in found.iter().filter(|found| matches!(found.planted.role, Role::Shared(_))) {
        let (records, of_value) = counts.entry((planted.class.id, planted.canonical.as_str())).or_default();
        *records += 1;
        tokens.iter().for_each(|token| *of_value.entry(token).or_default() += 1);
    }
    counts
        .into_iter()
        .filter_map(|(value, (records, counts))| {
            let (token, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
            (count * 4 >= records).then(|| (value, token.clone()))
        })
        .collect()
}
