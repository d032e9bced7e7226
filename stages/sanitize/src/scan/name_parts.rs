//! Names whose parts tell by the way they stand together: a dotted initial amid them, a comma between two, small letters around.

use super::name_cues::Cue;
use super::name_free::word_before;
use super::name_known::begins_sentence;
use super::name_rules::is_company_behind;
use super::name_shape::{Kind, Part, Parts, is_name_shaped, is_word_by_ending};
use super::words::Lists;
use crate::fold::cut;

/// Where a name ends that has dotted initials amid it: `Jane A. Roe`, whatever words its parts are.
pub(super) fn with_initial(text: &str, all: &[Part]) -> Option<usize> {
    let first = all.first()?;
    let initials = all.iter().skip(1).take_while(|part| part.kind == Kind::Initial).count();
    let last = all.iter().skip(1 + initials).find(|part| part.kind != Kind::Particle)?;
    let word = |part: &Part| cut(text, part.start, part.end);
    let dotted = initials > 0 && all[1..=initials].iter().all(|part| word(part).ends_with('.'));
    let begins = matches!(first.kind, Kind::Name { .. } | Kind::Unknown) && first.end - first.start >= 3 && Cue::of(word(first)) == Cue::NONE;
    if !dotted || !begins || first.capitals != last.capitals || !(first.capitals || is_name_shaped(word(first)) && is_name_shaped(word(last))) {
        return None;
    }
    let (given, listed) = (matches!(first.kind, Kind::Name { given: true, .. }), matches!(first.kind, Kind::Name { .. }));
    let particle = all[initials + 1].kind == Kind::Particle;
    let ends = match last.kind {
        Kind::Name { word, .. } => listed || !word || is_amid_small_words(text, first.start, last.end),
        Kind::Unknown => listed || !begins_sentence(text, first.start),
        Kind::Common => given && Lists::of(word(last)).on(Lists::AMBIGUOUS) && is_amid_small_words(text, first.start, last.end),
        Kind::Word => given && (particle || is_word_by_ending(word(last))),
        _ => false,
    };
    (ends && !is_company_behind(text, last.end)).then_some(last.end)
}

/// Where a name ends whose words are ordinary ones and stand around a comma amid small words: `for Klein, Summer`.
pub(super) fn words_around_comma(text: &str, first: &Part) -> Option<usize> {
    let Kind::Name { .. } = first.kind else { return None };
    let end = text.get(first.end..)?.starts_with(", ").then_some(first.end + 2)?;
    let parts = Parts::of(text, end);
    let [given] = parts.all() else { return None };
    let named = matches!(given.kind, Kind::Name { given: true, .. }) && given.capitals == first.capitals;
    (named && is_amid_small_words(text, first.start, given.end)).then_some(given.end)
}

/// Whether a word of small letters stands before these words, and another or the end of the sentence behind them.
pub(super) fn is_amid_small_words(text: &str, start: usize, end: usize) -> bool {
    let before = word_before(text, start);
    ends_amid(text, end) && !before.is_empty() && before.chars().all(char::is_lowercase)
}

/// Whether small letters or the end of the sentence follow what ends here, its genitive passed.
pub(super) fn ends_amid(text: &str, end: usize) -> bool {
    let rest = cut(text, end, text.len());
    match rest.strip_prefix("'s").unwrap_or(rest).as_bytes() {
        [] | [b'?' | b'!' | b'.' | b','] | [b'\n' | b';' | b')', ..] | [b',' | b'.' | b'?' | b'!', b' ' | b'\n', ..] => true,
        [b' ', next, ..] => next.is_ascii_lowercase() || *next >= 0x80,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn parts_that_stand_as_those_of_a_name_are_one() {
        let engine = engine();
        for (text, gone) in [
            ("statement of Grace T. Cook sent", "Grace T. Cook"),
            ("statement of Hope F. Zorvath sent", "Hope F. Zorvath"),
            ("opened by Zorvath J. Okonkwo today", "Zorvath J. Okonkwo"),
            ("limit of Fiammetta D. Della Rovere raised", "Fiammetta D. Della Rovere"),
            ("papers for Fisher, Grace are here", "Fisher, Grace"),
            ("papers for FISHER, GRACE are here", "FISHER, GRACE"),
            ("papers for DELLA ROVERE, INGEBORG are here", "DELLA ROVERE, INGEBORG"),
            ("HOPE PRICE came by", "HOPE PRICE"),
            ("call from MARK BAKER at noon", "MARK BAKER"),
            ("bitte Rose Kleins Konto sperren", "Rose Kleins"),
            ("spoke with Rose Zorvath at noon", "Rose Zorvath"),
            ("card of Ingeborg de la Fuente lost", "Ingeborg de la Fuente"),
            ("Ms d'Aubigny wrote", "Aubigny"),
            ("Mr Page wrote", "Page"),
        ] {
            let out = scan_text(&engine, text);
            assert!(gone.split([' ', ',']).filter(|part| part.len() > 3).all(|part| !out.contains(part)), "{gone} in {out}");
            assert_eq!(scan_text(&engine, &out), out);
        }
        for text in [
            "see Appendix B. Totals follow",
            "Plan A. Then restart",
            "GRANT SELECT ON t",
            "MARK SWEEP took 3 ms",
            "rates for May, June and July",
            "Max Connections reached",
            "drücken Sie Zorbextaste und warten",
        ] {
            assert_eq!(scan_text(&engine, text), text);
        }
    }
}
