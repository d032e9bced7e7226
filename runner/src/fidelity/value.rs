//! A value with known truth: how it is written, what it is, and what of it must not be readable.

use super::views::{Views, fold, squeeze};

/// How to tell that a value can still be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// So many characters in a row of the letters and digits of the value (in lower case).
    Run {
        /// Letters and digits of the value.
        text: String,
        /// How many in a row are too many.
        least: usize,
    },
    /// Any of these, standing alone.
    Whole(Vec<String>),
    /// All of these, each standing alone.
    All(Vec<String>),
    /// Any of these, wherever.
    Contains(Vec<String>),
}

impl Proof {
    /// More than half of a number or code that is long enough to be told from chance; a short one as a whole.
    #[must_use]
    pub fn of_run(text: &str) -> Self {
        let squeezed = squeeze(&fold(text));
        let length = squeezed.chars().count();
        if length < 8 {
            return Self::whole([text, &squeezed]);
        }
        Self::Run { text: squeezed, least: (length / 2 + 1).max(6) }
    }

    /// A third of a secret, but no fewer than six characters.
    #[must_use]
    pub fn of_secret(text: &str) -> Self {
        let squeezed = squeeze(&fold(text));
        let length = squeezed.chars().count();
        if length < 6 {
            return Self::whole([text]);
        }
        Self::Run { text: squeezed, least: (length / 3).max(6) }
    }

    /// Any of these, standing alone.
    #[must_use]
    pub fn whole<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut folded: Vec<String> = texts.into_iter().map(fold).filter(|text| !text.is_empty()).collect();
        folded.dedup();
        Self::Whole(folded)
    }

    /// Whether the value can be read in what is left.
    #[must_use]
    pub fn readable(&self, views: &Views) -> bool {
        let alone = |text: &str| views.folded.iter().any(|layer| stands_alone(layer, text));
        match self {
            Self::Run { text, least } => {
                let windows = windows(text, *least);
                views.squeezed.iter().any(|layer| windows.iter().any(|window| layer.contains(*window)))
            }
            Self::Whole(texts) => texts.iter().any(|text| alone(text)),
            Self::All(texts) => texts.iter().all(|text| alone(text)),
            Self::Contains(texts) => views.folded.iter().any(|layer| texts.iter().any(|text| layer.contains(text.as_str()))),
        }
    }
}

fn windows(text: &str, length: usize) -> Vec<&str> {
    let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    borders.windows(length + 1).filter_map(|part| text.get(part[0]..*part.last()?)).collect()
}

/// Whether `text` stands in `layer` with no letter or digit beside it.
fn stands_alone(layer: &str, text: &str) -> bool {
    layer.match_indices(text).any(|(at, _)| {
        let before = layer.get(..at).and_then(|part| part.chars().next_back());
        let after = layer.get(at + text.len()..).and_then(|part| part.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Cuts a text into pieces of these lengths; what is left is the last piece.
#[must_use]
pub fn cut(text: &str, lengths: &[usize]) -> Vec<String> {
    let mut chars = text.chars();
    let mut pieces: Vec<String> = lengths.iter().map(|&length| chars.by_ref().take(length).collect()).collect();
    pieces.push(chars.collect());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// How a value may be spread over several places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Split {
    /// It is not.
    #[default]
    Never,
    /// Into two halves.
    Halves(String, String),
    /// Into fields that have names of their own.
    Fields(Vec<(&'static str, String)>),
}

/// A value.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is, whatever the notation.
    pub canonical: String,
    /// How it is usually written, one or more ways.
    pub forms: Vec<String>,
    /// Its usual groups; empty when it is written in one piece.
    pub groups: Vec<String>,
    /// How it may be spread.
    pub split: Split,
    /// What must not be readable.
    pub proof: Proof,
}

impl Value {
    /// A value written in one way only.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { canonical: text.clone(), proof: Proof::of_run(&text), forms: vec![text], groups: Vec::new(), split: Split::Never }
    }

    /// A number or code in groups of these lengths; written with `glue` between them and, when `compact`, without.
    #[must_use]
    pub fn grouped(text: &str, lengths: &[usize], glue: &str, compact: bool) -> Self {
        let groups = cut(text, lengths);
        let mut forms = vec![groups.join(glue)];
        if compact {
            forms.push(text.to_owned());
        }
        let proof = match Proof::of_run(text) {
            Proof::Whole(_) => Proof::whole(forms.iter().map(String::as_str).chain([text])),
            run => run,
        };
        Self { groups, forms, proof, ..Self::plain(text) }.halved()
    }

    /// A secret: less of it is too much.
    #[must_use]
    pub fn secret(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { proof: Proof::of_secret(&text), ..Self::plain(text) }
    }

    /// It may be spread over two fields.
    #[must_use]
    pub fn halved(mut self) -> Self {
        let length = self.canonical.chars().count();
        if length >= 8 {
            let first = self.canonical.chars().take(length / 2).collect();
            self.split = Split::Halves(first, self.canonical.chars().skip(length / 2).collect());
        }
        self
    }

    /// The value as a JSON number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<&str> {
        let text = self.canonical.as_str();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = text.len() <= 19 && numeric(whole) && numeric(rest) && (whole == "0" || !whole.starts_with('0'));
        fits.then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(proof: &Proof, text: &str, readable: bool) {
        assert_eq!(proof.readable(&Views::of(text)), readable, "{proof:?} in {text}");
    }

    #[test]
    fn half_a_number_is_a_leak_and_four_digits_are_none() {
        let proof = Value::grouped("4539661318609139", &[4, 4, 4, 4], " ", true).proof;
        for text in ["4539661318609139", "4539 6613 1860 9139", "x 61318609139", "4539%206613%201860%209139", "NDUzOTY2MTMxODYwOTEzOQ=="] {
            check(&proof, text, true);
        }
        for text in ["[CARD_4539661318609139]", "[CARD] 9139", "453966 139", ""] {
            check(&proof, text, false);
        }
    }

    #[test]
    fn short_values_count_only_where_they_stand_alone() {
        let proof = Value::plain("737").proof;
        check(&proof, "cvv=737", true);
        check(&proof, "cvv=７３７", true);
        check(&proof, "took 17370 us", false);
    }

    #[test]
    fn groups_and_halves_are_those_of_the_value() {
        let value = Value::grouped("123456789", &[3, 2, 4], "-", true);
        assert_eq!(value.forms, ["123-45-6789", "123456789"]);
        assert_eq!(value.split, Split::Halves("1234".to_owned(), "56789".to_owned()));
        assert_eq!(value.number(), Some("123456789"));
        for (text, number) in [("0123", false), ("0.5", true), ("-12.50", true), ("1.2.3", false), ("12,5", false), ("", false)] {
            assert_eq!(Value::plain(text).number().is_some(), number, "{text}");
        }
    }
}
