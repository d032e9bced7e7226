//! Which words are shown, and texts with `<WORD>` in place of the others.

use schemas::limits::WORDS_MAX;
use schemas::words::{Words, humps};

use super::Units;
use crate::bounded::Bounded;
use crate::hash::FixedMap;
use crate::shape::VARIABLE;

/// What stands for a word that is not shown.
pub(crate) const HIDDEN: &str = "<WORD>";

/// What is shown.
pub(crate) struct Shown {
    vocabulary: Words,
    /// Whether a word of messages, in small letters, is had by enough. What is missing is not.
    words: FixedMap<Box<[u8]>, bool>,
    /// Whether every word is in `words`.
    complete: bool,
}

impl Shown {
    /// What can be shown of shapes with those who have them.
    pub(crate) fn of<'a>(shapes: impl Iterator<Item = (&'a str, &'a Units)>) -> Self {
        let vocabulary = Words::with([]);
        let mut words = Bounded::<Units>::new(WORDS_MAX);
        for (shape, units) in shapes {
            for (start, end) in spans(shape) {
                let word = shape.get(start..end).unwrap_or_default();
                if !vocabulary.has_all(word) {
                    let whole = word.to_lowercase();
                    humps(word).map(str::to_lowercase).filter(|hump| *hump != whole).for_each(|hump| words.add(hump.as_bytes(), units.clone()));
                    words.add(whole.as_bytes(), units.clone());
                }
            }
        }
        let (kept, overflow) = words.finish();
        let words = kept.into_iter().map(|(word, units)| (word, units.are_many())).collect();
        Self { vocabulary, words, complete: overflow.is_none() }
    }

    fn is_common(&self, word: &str) -> bool {
        self.words.get(word.to_lowercase().as_bytes()).copied().unwrap_or(false)
    }

    /// A text of messages with what is shown of it.
    pub(crate) fn text(&self, text: &str) -> String {
        let (mut shown, mut done) = (String::with_capacity(text.len()), 0);
        for (start, end) in spans(text) {
            let word = text.get(start..end).unwrap_or_default();
            if !self.vocabulary.has_all_or(word, |part| self.is_common(part)) {
                shown.push_str(text.get(done..start).unwrap_or_default());
                shown.push_str(HIDDEN);
                done = end;
            }
        }
        shown.push_str(text.get(done..).unwrap_or_default());
        shown
    }

    /// Whether a name may be shown that comes from a field, or from a message of one word: words of fields are shown, those of messages only when
    /// enough have them.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        let rare = |word: &str| match self.words.get(word.to_lowercase().as_bytes()) {
            Some(common) => !common,
            None => !self.complete,
        };
        let words = spans(name).filter_map(|(start, end)| name.get(start..end));
        words.filter(|word| !self.vocabulary.has_all(word)).all(|word| !rare(word))
    }
}

/// Where the words of a text are: runs of letters, variables left out.
fn spans(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let next = rest.chars().next()?;
            if rest.starts_with(VARIABLE) {
                at += VARIABLE.len();
            } else if rest.starts_with(HIDDEN) {
                at += HIDDEN.len();
            } else if next.is_alphabetic() {
                let length = rest.find(|c: char| !c.is_alphabetic() && c != '\'').unwrap_or(rest.len());
                at += length;
                return Some((at - length, at));
            } else {
                at += next.len_utf8();
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded::Merge;

    fn units(numbers: std::ops::Range<u64>) -> Units {
        let mut units = Units::none(5);
        for number in numbers {
            units.merge(Units { few: vec![number], ..Units::none(5) });
        }
        units
    }

    #[test]
    fn words_that_few_have_are_hidden() {
        let shapes = [
            ("Payment to Zwiebelfisch declined", units(0..9)),
            ("Call Wendeltraut back about <*>", units(0..4)),
            ("Visit of Larkspur on <*>", units(0..3)),
            ("Larkspur was here", units(3..6)),
            ("ZwiebelfischService is down", units(0..1)),
            ("Ask Li'l Käthe's", units(0..1)),
        ];
        let shown = Shown::of(shapes.iter().map(|(text, units)| (*text, units)));
        let texts: Vec<String> = shapes.iter().map(|(text, _)| shown.text(text)).collect();
        assert_eq!(
            texts,
            [
                "Payment to Zwiebelfisch declined",
                "Call <WORD> back about <*>",
                "Visit of Larkspur on <*>",
                "Larkspur was here",
                "ZwiebelfischService is down",
                "Ask <WORD> <WORD>"
            ],
            "customers of both shapes count for Larkspur"
        );
        assert_eq!(shown.text("[<*>] <*>:<WORD> declined"), "[<*>] <*>:<WORD> declined");
    }

    #[test]
    fn a_name_of_a_field_stays_and_a_word_of_messages_alone_does_not() {
        let shapes = [("Wendeltraut", units(0..2)), ("Zwiebelfisch", units(0..7))];
        let shown = Shown::of(shapes.iter().map(|(text, units)| (*text, units)));
        assert!(shown.has_name("pix_quirl_created") && shown.has_name("zwiebelfisch"));
        assert!(!shown.has_name("wendeltraut") && !shown.has_name("Wendeltraut_created"));
    }
}
