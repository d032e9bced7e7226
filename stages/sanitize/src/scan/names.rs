//! Runs of capitalised words in free text: those that the lexicon knows as names. What is a name to look at is found in `name_rules`; what the lexicon knows is in `name_known`.

use schemas::pii::PiiClass;

use super::driver::Scope;
use super::gazetteer::Known;
use super::login_shape::is_element;
use super::name_rules::FoundName;
use super::name_shape::{WORD_BYTES_MAX, bare_end, capitalised_end};
use super::words::Lists;
use crate::canonical::name_form_into;
use crate::fold::cut;
use crate::worker::Worker;

/// Words of one run that are looked at together.
pub(super) const RUN_MAX: usize = 8;

/// Words that a name is widened by.
const WIDER_MAX: usize = 2;

/// Marks a word that was seen as a name with a capital, among the remembered.
const PROPER: u8 = 0x80;

/// Whether a word is a name only with a second cue, or never.
pub(crate) fn is_ordinary(word: &str) -> bool {
    Lists::of(word).is_ordinary()
}

/// Whether a word is one of a dictionary, in any language that is known.
pub(crate) fn is_word(word: &str) -> bool {
    Known::of(word).is_word()
}

/// Whether a word is a name and no ordinary word.
pub(crate) fn is_only_name(word: &str) -> bool {
    Known::of(word).only_name()
}

/// Whether a word is a given name, and maybe a word as well.
pub(crate) fn is_given(word: &str) -> bool {
    Known::of(word).is_given()
}

/// Whether a word is a name, too, in the plural or a genitive as well; months and the like are on that list, but nobody's.
pub(crate) fn is_also_name(word: &str) -> bool {
    let stem = word.strip_suffix(['s', 'S']).filter(|stem| stem.chars().count() >= 4);
    [Some(word), stem].into_iter().flatten().any(|word| Known::of(word).is_name() || Lists::of(word).on(Lists::AMBIGUOUS))
}

/// Whether a word (or any word of a text) is ordinary in bank logs.
pub(crate) fn is_common(text: &str) -> bool {
    text.split(' ').any(|word| Lists::of(word).on(Lists::COMMON))
}

/// Whether a single word under a name's field is one of programs and standards and nobody's name: `AccountStatementController`, `DEUTDEFF`, `PIN`, `Age`.
pub(crate) fn is_technical(word: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "Controller",
        "Service",
        "Handler",
        "Exception",
        "Error",
        "Manager",
        "Dispatcher",
        "Factory",
        "Impl",
        "Repository",
        "Client",
        "Listener",
        "Filter",
        "Validator",
        "Processor",
        "Adapter",
        "Provider",
        "Job",
        "Task",
        "Worker",
        "Request",
        "Response",
    ];
    const LABELS: [&str; 14] = ["pin", "age", "bic", "iban", "cvv", "cvc", "otp", "sms", "api", "atm", "kyc", "aml", "sepa", "swift"];
    if LABELS.iter().any(|label| label.eq_ignore_ascii_case(word)) {
        return true;
    }
    let bytes = word.as_bytes();
    let known = Known::of(word);
    let shouted = bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    // A bank's code: four letters, a country, a place, maybe a branch.
    let bank = shouted && matches!(bytes.len(), 8 | 11) && bytes[..6].iter().all(u8::is_ascii_uppercase);
    let humps = bytes.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    let class = humps >= 1 && ENDINGS.iter().any(|ending| word.ends_with(ending)) || humps >= 3;
    class || !known.is_name() && (bank || (shouted && bytes.len() <= 4) || known.is_word() || Lists::of(word).is_ordinary())
}

/// Whether a word is a part of a header's name: `X-Customer-Age: 57`.
pub(super) fn is_in_header(bytes: &[u8], start: usize, end: usize) -> bool {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let before = bytes[..start].iter().rev().take(48).take_while(|byte| part(byte)).count();
    let behind = bytes[end..].iter().take(48).take_while(|byte| part(byte)).count();
    matches!(bytes[start - before..].first_chunk(), Some([b'X' | b'x', b'-'])) && matches!(bytes.get(end + behind), Some(b':' | b'='))
}

/// Whether a name is a company's.
pub(crate) fn is_company(form: &str) -> bool {
    form.split(' ').any(|word| Lists::of(word).on(Lists::COMPANY))
}

/// Whether a given name speaks in a transcript: `[10:41:07] Aisling: hello`.
fn is_speaker(text: &str, (start, end): (usize, usize)) -> bool {
    let timed = |head: &str| {
        let clock = |len: usize| {
            let head = head.strip_suffix("] ")?.as_bytes();
            let (open, clock) = head.get(head.len().checked_sub(len + 1)?..)?.split_first()?;
            Some(*open == b'[' && clock.iter().all(|byte| byte.is_ascii_digit() || *byte == b':'))
        };
        clock(5) == Some(true) || clock(8) == Some(true)
    };
    let word = cut(text, start, end);
    text.as_bytes()[end..].starts_with(b": ") && is_given(word) && is_only_name(word) && timed(cut(text, 0, start))
}

/// A run of capitalised words, one blank or dash apart.
pub(super) struct Run {
    pub(super) words: [(usize, usize); RUN_MAX],
    pub(super) len: usize,
}

impl Run {
    fn collect(text: &str, start: usize) -> Self {
        let mut run = Self { words: [(0, 0); RUN_MAX], len: 0 };
        let mut at = start;
        while run.len < RUN_MAX {
            let Some(end) = capitalised_end(text, at) else { break };
            run.words[run.len] = (at, bare_end(text, at, end));
            run.len += 1;
            let mut next = end;
            if text.as_bytes().get(next) == Some(&b'.') && end - at <= 4 {
                next += 1;
            }
            if !matches!(text.as_bytes().get(next), Some(b' ' | b'-')) {
                break;
            }
            at = next + 1;
        }
        // `Jane Roe Ssn=536...`: the last one names what follows.
        if run.len > 1 && text.as_bytes().get(run.words[run.len - 1].1) == Some(&b'=') {
            run.len -= 1;
        }
        run
    }

    /// The words that end before a place.
    fn until(&self, place: usize) -> Self {
        Self { words: self.words, len: self.words[..self.len].iter().take_while(|(_, end)| *end <= place).count() }
    }

    /// The name with the words before it that are names and nothing else. Words behind a name are as often nouns of another language.
    fn widened(&self, text: &str, found: FoundName) -> FoundName {
        let mut wide = found;
        let before = self.words[..self.len].iter().rev().filter(|(_, end)| *end < found.start);
        for &(start, end) in before.take(WIDER_MAX).take_while(|&&(start, end)| is_only_name(cut(text, start, end))) {
            // One blank or dash between.
            if end + 1 != wide.start {
                break;
            }
            wide.start = start;
        }
        wide
    }

    /// Whether these are single letters and nobody's initials: more than anybody has, one alone, or one amid an abbreviation.
    fn is_letters(&self, text: &[u8]) -> bool {
        let byte = |at: usize| text.get(at).copied().unwrap_or(0);
        match self.words[..self.len] {
            [(start, end)] if end - start == 1 => match byte(end) {
                b'.' => start > 0 && byte(start - 1) == b'.' && byte(end + 1).is_ascii_alphabetic() && byte(end + 2) == b'.',
                next => next.is_ascii() && !next.is_ascii_alphanumeric() && !matches!(next, b' ' | b'\''),
            },
            ref words => words.len() == RUN_MAX && words.iter().all(|(start, end)| end - start == 1),
        }
    }
}

impl Worker<'_> {
    /// Handles the run of capitalised words that begins at `at` (its first word ends at `end`); returns where to go on.
    pub(super) fn names(&mut self, text: &str, at: usize, end: usize, base: usize, scope: Scope) -> usize {
        // `%ASA-4-113019` numbers a message of a machine.
        if at > 0 && text.as_bytes()[at - 1] == b'%' && matches!(text.as_bytes()[end..], [b'-', b'0'..=b'9', ..]) {
            return end;
        }
        if is_element(text.as_bytes(), (at, end)) {
            return end;
        }
        let run = Run::collect(text, at);
        if run.len == 0 {
            // Small letters outside ASCII.
            self.known_humps(text, at, end, base);
            if text.as_bytes().get(end) == Some(&b' ') && !scope.strong_only && self.hits.floor(base) <= at {
                return self.small_name(text, at, end, base).unwrap_or(end);
            }
            return end;
        }
        if run.is_letters(text.as_bytes()) {
            return end;
        }
        if !scope.strong_only
            && run.len == 1
            && is_speaker(text, run.words[0])
            && let Some(on) = self.take_name(text, FoundName { start: run.words[0].0, end: run.words[0].1, sure: false }, base)
        {
            return on;
        }
        if !scope.strong_only
            && let Some(found) = self.unknown_names(text, &run)
        {
            let found = run.widened(text, found);
            // What stands before it in the run may be known.
            let before = run.until(found.start);
            if before.len > 0 {
                self.known_names(text, &before, true, base);
            }
            // `Roe, Jane`, of which only the first was found.
            let rest = if text.as_bytes().get(found.end) == Some(&b',') { self.known_names(text, &run, false, base) } else { 0 };
            if rest > found.end {
                return rest;
            }
            if let Some(on) = self.take_name(text, found, base) {
                return on;
            }
        }
        let reached = self.known_names(text, &run, false, base);
        // The last word of a run may begin a user's name: `PSU-ID pekka_virtanen`.
        let (start, last) = run.words[run.len - 1];
        let bytes = text.as_bytes();
        let joined = match bytes.get(last) {
            Some(b'_' | b'.') => bytes.get(last + 1).is_some_and(u8::is_ascii_alphanumeric),
            // An account of Windows.
            Some(b'-') => bytes[start..].starts_with(b"S-1-5-21-"),
            _ => false,
        };
        let passed = if joined && run.len > 1 { start } else { last };
        passed.max(end).max(reached)
    }

    /// The class under which the lexicon knows a name of so many words.
    pub(super) fn known(&mut self, text: &str, words: u8) -> Option<PiiClass> {
        if text.len() < 3 || text.len() > 4 * WORD_BYTES_MAX || Lists::of(text).on(Lists::COMMON) {
            return None;
        }
        let mut form = std::mem::take(&mut self.form);
        form.clear();
        let count = name_form_into(text, &mut form);
        let class = if count == words { self.known_form(form.as_bytes(), words) } else { None };
        self.form = form;
        class
    }

    /// The class under which the lexicon knows a form.
    pub(super) fn known_form(&mut self, form: &[u8], words: u8) -> Option<PiiClass> {
        let known = self.known_code(form, words) & !PROPER;
        known.checked_sub(1).and_then(|number| PiiClass::ALL.get(usize::from(number)).copied())
    }

    /// Whether the lexicon knows a word of small letters.
    pub(super) fn is_known(&mut self, word: &[u8]) -> bool {
        !self.engine.lexicon.is_empty() && self.known_code(word, 1) != 0
    }

    /// Whether a known word was seen as a name with a capital, or beside other names.
    pub(super) fn is_proper(&mut self, word: &str) -> bool {
        let mut form = std::mem::take(&mut self.form);
        form.clear();
        name_form_into(word, &mut form);
        let code = self.known_code(form.as_bytes(), 1);
        self.form = form;
        code & PROPER != 0
    }

    /// The number of the class, one more; 0 for what is not known.
    fn known_code(&mut self, form: &[u8], words: u8) -> u8 {
        let engine = self.engine;
        if !engine.lexicon.may_have(form.len()) || !engine.lexicon.may_begin(engine.keys.lexicon_first(form)) {
            return 0;
        }
        let find = || {
            let found = engine.lexicon.find(&engine.keys.lexicon_digest(form));
            found.map_or(0, |(class, proper)| (class as u8 + 1) | if proper { PROPER } else { 0 })
        };
        self.words.get_or(words, form, find)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_messages_of_machines_are_no_names() {
        let engine = crate::testing::engine_after(&[r#"{"customer_name":"Asa Larsson"}"#]);
        let scanned = |text| crate::testing::scan_text(&engine, text);
        assert_eq!(scanned("%ASA-4-113019: Session disconnected"), "%ASA-4-113019: Session disconnected");
        assert!(!scanned("told ASA of it").contains("ASA"));
    }

    #[test]
    fn any_number_of_particles_is_followed_so_far_only() {
        let engine = crate::testing::engine();
        for particle in ["'t ", "v. ", "v.d.", "von ", "de "] {
            let out = crate::testing::scan_text(&engine, &format!("Jane {}Roe", particle.repeat(40_000)));
            assert!(out.contains(particle.trim()), "{particle}");
        }
    }

    #[test]
    fn words_of_programs_and_standards_are_no_names() {
        for word in ["AccountStatementController", "DEUTDEFF", "COBADEFF500", "PIN", "Age", "PaymentRejectedException", "Transfer"] {
            assert!(is_technical(word), "{word}");
        }
        for word in ["Remedios", "MCDONALD", "McDonald", "FLANAGAN", "Kowalska", "DeShawn", "Jeong"] {
            assert!(!is_technical(word), "{word}");
        }
        assert!(is_in_header(b"X-Customer-Age: 57", 11, 14) && !is_in_header(b"Anna-Maria: 57", 5, 10));
    }
}
