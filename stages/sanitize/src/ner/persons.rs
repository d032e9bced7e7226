//! From what a network says of pieces to persons' names in a text.

use std::ops::Range;

use schemas::ner::Label;

use super::basic::Word;

/// Bytes of the longest span that is taken for a name.
const NAME_BYTES_MAX: usize = 96;

/// Windows over words, of so many pieces at most, each beginning in the middle of the one before: what stands at the end of one has its neighbours in the next.
pub(super) fn windows(pieces: &[Vec<u32>], room: usize) -> Vec<Range<usize>> {
    let mut windows = Vec::new();
    let mut start = 0;
    while start < pieces.len() {
        let (mut end, mut middle, mut taken) = (start, start, 0);
        while end < pieces.len() && (end == start || taken + pieces[end].len() <= room) {
            taken += pieces[end].len();
            end += 1;
            if 2 * taken <= room {
                middle = end;
            }
        }
        windows.push(start..end);
        if end == pieces.len() {
            break;
        }
        start = middle.max(start + 1);
    }
    windows
}

/// What is said of a word: it is a name when any of its pieces, in any window, is one. To hide too much is the lesser evil.
pub(super) fn of_pieces(before: Label, mut pieces: impl Iterator<Item = Label>) -> Label {
    let first = pieces.next().unwrap_or(Label::Other);
    let inside = pieces.fold(false, |any, label| any | (label != Label::Other));
    match (before, first) {
        (Label::Begin, _) | (_, Label::Begin) => Label::Begin,
        (Label::Other, Label::Other) if !inside => Label::Other,
        _ => Label::Inside,
    }
}

/// The spans of names: words in a row, a dash or an apostrophe between two of them included, signs at either end left out.
pub(super) fn spans(text: &str, words: &[Word], said: &[Label]) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut last: Option<usize> = None;
    for (number, (word, label)) in words.iter().zip(said).enumerate() {
        let sign = !word.text.contains(char::is_alphanumeric);
        if *label == Label::Other || sign {
            continue;
        }
        let goes_on = last.is_some_and(|last| {
            let between = words.get(last + 1..number).unwrap_or_default();
            let said_between = said.get(last + 1..number).unwrap_or_default();
            let joined = match between {
                [] => true,
                // `O'Zorvath`, `Zor-Vath`: one word to people.
                [sign] => matches!(sign.text.as_str(), "'" | "\u{2019}" | "-") && sign.start == words[last].end && sign.end == word.start,
                _ => false,
            };
            let by_model = said_between.iter().all(|label| *label == Label::Inside) && between.len() < 3;
            (joined || by_model) && (*label == Label::Inside || !between.is_empty() && joined)
        });
        match spans.last_mut().filter(|_| goes_on) {
            Some(span) => span.end = word.end,
            None => spans.push(word.start..word.end),
        }
        last = Some(number);
    }
    spans.retain(|span| span.len() <= NAME_BYTES_MAX && text.get(span.clone()).is_some_and(|name| name.contains(char::is_alphabetic)));
    spans
}

#[cfg(test)]
mod tests {
    use super::super::basic;
    use super::*;

    /// `*` marks the beginning of a name, `+` its going on.
    #[track_caller]
    fn check(marked: &str, expected: &[&str]) {
        let text: String = marked.chars().filter(|c| !matches!(c, '*' | '+')).collect();
        let words = basic::words(&text, false);
        let mut said = Vec::new();
        let mut label = Label::Other;
        for word in basic::words(marked, false) {
            match word.text.as_str() {
                "*" => label = Label::Begin,
                "+" => label = Label::Inside,
                _ => said.push(std::mem::replace(&mut label, Label::Other)),
            }
        }
        assert_eq!(said.len(), words.len());
        let found: Vec<&str> = spans(&text, &words, &said).into_iter().map(|span| text.get(span).unwrap()).collect();
        assert_eq!(found, expected, "{marked}");
    }

    #[test]
    fn words_in_a_row_are_one_name_and_a_beginning_parts_them() {
        check("paid by *Ilka +Zorvath today", &["Ilka Zorvath"]);
        check("*Ilka *Zorvath", &["Ilka", "Zorvath"]);
        check("+Ilka +Zorvath, *Brun", &["Ilka Zorvath", "Brun"]);
        check("nobody here", &[]);
    }

    #[test]
    fn signs_join_what_people_write_as_one_word() {
        check("*O'+Zorvath called", &["O'Zorvath"]);
        check("*Anna-*Lena", &["Anna-Lena"]);
        check("*J+. +Zorvath", &["J. Zorvath"]);
        check("*Zorvath+, +Ilka", &["Zorvath, Ilka"]);
        check("*Zorvath, +Ilka", &["Zorvath", "Ilka"]);
        check("+( +- 12", &[]);
    }

    #[test]
    fn a_span_without_end_is_no_name() {
        let text = format!("*{}", "Zo +".repeat(60));
        check(text.trim_end_matches('+'), &[]);
    }

    #[test]
    fn any_piece_makes_a_name_of_a_word() {
        use Label::{Begin, Inside, Other};
        assert_eq!(of_pieces(Other, [Other, Inside].into_iter()), Inside);
        assert_eq!(of_pieces(Other, [Begin, Other].into_iter()), Begin);
        assert_eq!(of_pieces(Inside, [Other].into_iter()), Inside);
        assert_eq!(of_pieces(Other, [Other, Other].into_iter()), Other);
        assert_eq!(of_pieces(Other, [].into_iter()), Other);
    }

    #[test]
    fn windows_overlap_and_hold_every_word() {
        let pieces: Vec<Vec<u32>> = (0..23).map(|number| vec![0; 1 + number % 3]).collect();
        let found = windows(&pieces, 8);
        assert_eq!((found[0].start, found.last().unwrap().end), (0, 23));
        assert!(found.windows(2).all(|pair| pair[0].start < pair[1].start && pair[1].start < pair[0].end));
        assert!(found.iter().all(|window| pieces[window.clone()].iter().map(Vec::len).sum::<usize>() <= 8));
        // A word with more pieces than there is room for stands in a window of its own, and is cut.
        assert_eq!(windows(&[vec![0; 99], vec![0]], 8), [0..1, 1..2]);
        assert!(windows(&[], 8).is_empty());
    }
}
