//! Words as BERT cuts them before it looks for pieces (`BasicTokenizer` of google-research/bert): at blanks, every punctuation mark and every ideograph by itself,
//! letters made small and accents taken away where the model wants it.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// A word, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// As the vocabulary is asked for it.
    pub(super) text: String,
}

/// The words of a text.
pub(super) fn words(text: &str, lower_case: bool) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match kind(c) {
            Kind::Nothing => {}
            Kind::Blank => open = false,
            Kind::Alone => {
                words.push(Word { start: at, end, text: written(c, lower_case) });
                open = false;
            }
            Kind::Letter => match words.last_mut().filter(|_| open) {
                Some(word) => {
                    word.end = end;
                    word.text.push_str(&written(c, lower_case));
                }
                None => {
                    words.push(Word { start: at, end, text: written(c, lower_case) });
                    open = true;
                }
            },
        }
    }
    // Accents that stand alone.
    words.retain(|word| !word.text.is_empty());
    words
}

enum Kind {
    /// Not there: control characters and what stands for broken text.
    Nothing,
    Blank,
    /// A word of its own.
    Alone,
    Letter,
}

fn kind(c: char) -> Kind {
    if matches!(c, '\t' | '\n' | '\r') || c.general_category() == GeneralCategory::SpaceSeparator {
        return Kind::Blank;
    }
    // The ASCII signs that Unicode calls symbols count as well: `$`, `+`, `=`.
    if c.is_ascii_punctuation() || c.general_category_group() == GeneralCategoryGroup::Punctuation || is_ideograph(c) {
        return Kind::Alone;
    }
    match c.general_category() {
        GeneralCategory::Control | GeneralCategory::Format => Kind::Nothing,
        _ if matches!(c, '\0' | '\u{FFFD}') => Kind::Nothing,
        _ => Kind::Letter,
    }
}

/// The blocks of CJK ideographs, without kana and hangul, which are written with blanks or cut by the vocabulary.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2A6DF}' | '\u{2A700}'..='\u{2CEAF}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

fn written(c: char, lower_case: bool) -> String {
    if !lower_case {
        return c.to_string();
    }
    c.to_lowercase().nfd().filter(|c| c.general_category() != GeneralCategory::NonspacingMark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, lower_case: bool, expected: &[&str]) {
        let found = words(text, lower_case);
        assert_eq!(found.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), expected, "{text}");
        assert!(found.iter().all(|word| text.is_char_boundary(word.start) && text.is_char_boundary(word.end) && word.start < word.end));
        assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }

    #[test]
    fn punctuation_and_ideographs_stand_alone() {
        check("Unwanted,running", false, &["Unwanted", ",", "running"]);
        check("Zorvath's fee: $5+tax", false, &["Zorvath", "'", "s", "fee", ":", "$", "5", "+", "tax"]);
        check("«Zorvath» – l’ami", false, &["«", "Zorvath", "»", "–", "l", "’", "ami"]);
        check("ah\u{535A}\u{63A8}zz", false, &["ah", "\u{535A}", "\u{63A8}", "zz"]);
        check("", true, &[]);
    }

    #[test]
    fn blanks_part_and_control_characters_are_not_there() {
        check(" \tHeLLo!how  \n Are yoU?  ", true, &["hello", "!", "how", "are", "you", "?"]);
        check("a\u{A0}b\u{3000}c\u{200B}d\0e\u{FFFD}f\u{AD}g", false, &["a", "b", "cdefg"]);
    }

    #[test]
    fn accents_go_only_with_capitals() {
        check("HÄLLo José ß Łódź ĐỖ", true, &["hallo", "jose", "ß", "łodz", "đo"]);
        check("HÄLLo José", false, &["HÄLLo", "José"]);
        check("e\u{301}a \u{301} x", true, &["ea", "x"]);
    }

    #[test]
    fn spans_are_those_of_the_text() {
        let text = "Öd Ñu";
        let found = words(text, true);
        assert_eq!(found.iter().map(|word| text.get(word.start..word.end).unwrap()).collect::<Vec<_>>(), ["Öd", "Ñu"]);
        assert_eq!(found[0].text, "od");
    }
}
