//! Names that the lexicon knows, in runs of capitalised words: as a whole, in either order, with initials between, in a genitive, and by their parts.
//!
//! A part that is no ordinary word goes wherever it stands. One that is a word as well (`Mark`, `Page`, `Klein` where a sentence begins) needs
//! something beside it that makes it a name: another part, an initial, a genitive.

use schemas::pii::PiiClass;

use super::gazetteer::Known;
use super::hits::Hit;
use super::name_free::says;
use super::name_rules::is_company_behind;
use super::name_shape::{capitalised_end, is_particle};
use super::names::{RUN_MAX, Run, is_in_header};
use super::words::Lists;
use crate::canonical::name_form_into;
use crate::fold::cut;
use crate::worker::Worker;

/// Words of the longest name that is looked up as a whole.
const NAME_WORDS_MAX: usize = 4;
/// Letters of the shortest word whose last `s` may be a genitive.
const GENITIVE_CHARS_MIN: usize = 5;

/// What the lexicon and the lists say of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Nothing.
    Other,
    /// A single letter.
    Initial,
    /// A word of bank logs that is a name, too.
    Common,
    /// A known name that is an ordinary word, too.
    Weak,
    /// A known value.
    Strong(PiiClass),
}

impl Part {
    const NAME: Self = Self::Strong(PiiClass::Name);

    fn is_known(self) -> bool {
        matches!(self, Self::Weak | Self::Strong(_))
    }
}

/// The words of a run, those behind a comma included, and what is known of each.
struct Parts {
    words: [(usize, usize); RUN_MAX],
    parts: [Part; RUN_MAX],
    len: usize,
    /// The first word behind a comma; `len` when there is none.
    comma: usize,
}

impl Parts {
    /// The nearest word before or behind number `at` that is no initial, and whether initials stand between.
    fn beside(&self, at: usize, step: isize) -> (Part, bool) {
        let (mut at, mut initial) = (at, false);
        while let Some(next) = at.checked_add_signed(step).filter(|&next| next < self.len) {
            if self.parts[next] != Part::Initial {
                return (self.parts[next], initial);
            }
            (at, initial) = (next, true);
        }
        (Part::Other, initial)
    }
}

impl Worker<'_> {
    /// Replaces what is known in a run; returns where the last replacement ends. `named` says that a name follows the run.
    pub(super) fn known_names(&mut self, text: &str, run: &Run, named: bool, base: usize) -> usize {
        if self.engine.lexicon.is_empty() {
            return 0;
        }
        let mut all = Parts { words: run.words, parts: [Part::Other; RUN_MAX], len: run.len, comma: run.len };
        for at in 0..run.len {
            (all.parts[at], all.words[at].1) = self.part(text, run.words[at]);
        }
        if all.parts[run.len - 1] != Part::Other && !named {
            self.behind_comma(text, &mut all);
        }
        let mut reached = 0;
        let mut at = 0;
        while at < all.len {
            let found = self.whole(text, &all, at).or_else(|| self.alone(text, &all, at, named).map(|class| (1, class)));
            let Some((count, class)) = found else {
                if all.parts[at] == Part::Other && all.comma > at {
                    self.known_humps(text, all.words[at].0, all.words[at].1, base);
                }
                at += 1;
                continue;
            };
            let (start, end) = (all.words[at].0, all.words[at + count - 1].1);
            if count == 1 && is_in_header(text.as_bytes(), start, end) {
                at += 1;
                continue;
            }
            if let Some(made) = self.make(class, cut(text, start, end)) {
                self.hits.push(base, Hit { start, end, made });
                self.by_lexicon += 1;
                reached = end;
            }
            at += count;
        }
        reached
    }

    /// What is known of a word, and where it ends without the `s` of a genitive.
    fn part(&mut self, text: &str, (start, end): (usize, usize)) -> (Part, usize) {
        let word = cut(text, start, end);
        let mut chars = word.chars();
        if chars.next().is_some() && chars.next().is_none() {
            let dotted = text.as_bytes().get(end) == Some(&b'.');
            return (if dotted || !matches!(word, "A" | "I") { Part::Initial } else { Part::Other }, end);
        }
        let lists = Lists::of(word);
        if lists.on(Lists::COMMON) {
            return (if lists.on(Lists::NAMED) { Part::Common } else { Part::Other }, end);
        }
        let mut end = end;
        let known = self.known(word, 1).or_else(|| {
            // A class of a program may well be called so.
            if cut(text, 0, start).ends_with(['.', '_', '/', '$', '#']) {
                return None;
            }
            let stem = word.strip_suffix(['s', 'S']).filter(|stem| word.chars().count() >= GENITIVE_CHARS_MIN && !stem.ends_with(['s', 'S']))?;
            let class = self.known(stem, 1).filter(|class| *class == PiiClass::Name)?;
            end -= 1;
            Some(class)
        });
        let part = match known {
            None => Part::Other,
            Some(PiiClass::Name) if lists.on(Lists::AMBIGUOUS) || (begins_sentence(text, start) && is_wordlike(word)) => Part::Weak,
            Some(class) => Part::Strong(class),
        };
        (part, end)
    }

    /// Adds the words behind a comma: `ROE, JANE`.
    #[cold]
    #[inline(never)]
    fn behind_comma(&mut self, text: &str, all: &mut Parts) {
        let end = all.words[all.len - 1].1;
        let Some(rest) = text.get(end..) else { return };
        let Some(sign) = [", ", ","].into_iter().find(|sign| rest.starts_with(*sign)) else { return };
        let mut at = end + sign.len();
        while all.len < RUN_MAX
            && all.len < all.comma + 2
            && let Some(end) = capitalised_end(text, at)
        {
            let (part, bare) = self.part(text, (at, end));
            (all.words[all.len], all.parts[all.len]) = ((at, bare), part);
            all.len += 1;
            if text.as_bytes().get(end) != Some(&b' ') {
                break;
            }
            at = end + 1;
        }
    }

    /// The longest name that is known as a whole and begins with word number `at`: its words and its class.
    fn whole(&mut self, text: &str, all: &Parts, at: usize) -> Option<(usize, PiiClass)> {
        let parts = &all.parts[at..all.len];
        if parts.len() < 2 || parts[0] == Part::Other && !parts[1].is_known() {
            return None;
        }
        (2..=(NAME_WORDS_MAX + 1).min(parts.len())).rev().find_map(|count| {
            let of_name = parts[..count].iter().filter(|part| **part != Part::Initial);
            let near = of_name.clone().any(|part| part.is_known()) || of_name.clone().all(|part| *part == Part::Common);
            let words = of_name.count();
            if !near || parts[count - 1] == Part::Initial || !(2..=NAME_WORDS_MAX).contains(&words) {
                return None;
            }
            let (before, behind) = match all.comma {
                comma if comma > at && comma < at + count => (at..comma, comma..at + count),
                _ => (at..at + count, 0..0),
            };
            let mut form = std::mem::take(&mut self.form);
            form.clear();
            let mut words = 0;
            for index in behind.chain(before).filter(|&index| all.parts[index] != Part::Initial) {
                if words > 0 {
                    form.push(' ');
                }
                words += name_form_into(cut(text, all.words[index].0, all.words[index].1), &mut form);
            }
            let class = self.known_form(form.as_bytes(), words);
            self.form = form;
            class.map(|class| (count, class))
        })
    }

    /// The class of word number `at` when it is a known name by itself, or by what stands beside it.
    fn alone(&mut self, text: &str, all: &Parts, at: usize, named: bool) -> Option<PiiClass> {
        let (start, end) = all.words[at];
        let ((before, initial), (behind, letter)) = (all.beside(at, -1), all.beside(at, 1));
        let before_name = named && at + 1 == all.len;
        let strong = before == Part::NAME || behind == Part::NAME || before_name;
        match all.parts[at] {
            Part::Other | Part::Initial => None,
            Part::Strong(PiiClass::Name) => {
                let helped = strong || before == Part::Weak || behind == Part::Weak || initial || letter;
                (helped || !is_company_behind(text, end)).then_some(PiiClass::Name)
            }
            Part::Strong(class) => Some(class),
            Part::Weak => {
                let genitive = text.get(end..).is_some_and(|rest| rest.starts_with("'s "));
                let helped = strong || before == Part::Weak || behind == Part::Weak || initial || letter || genitive;
                let speaks = || !Lists::of(cut(text, start, end)).on(Lists::AMBIGUOUS) && says(text, end);
                (helped || speaks()).then_some(PiiClass::Name)
            }
            Part::Common => {
                let helped = strong || initial || letter && text.as_bytes().get(all.words[at + 1].1) == Some(&b'.');
                if !helped {
                    return None;
                }
                let mut form = std::mem::take(&mut self.form);
                form.clear();
                name_form_into(cut(text, start, end), &mut form);
                let class = self.known_form(form.as_bytes(), 1);
                self.form = form;
                class
            }
        }
    }
}

/// Whether a word is one of a dictionary, so that a capital at the beginning of a sentence says nothing.
fn is_wordlike(word: &str) -> bool {
    Known::of(word).is_word() || is_particle(word)
}

/// Whether a sentence begins here, and a capital says nothing.
pub(super) fn begins_sentence(text: &str, start: usize) -> bool {
    let head = cut(text, 0, start);
    let bare = head.trim_end_matches([' ', '"', '\t']);
    bare.is_empty() || (bare.len() < head.len() && bare.ends_with(['.', ':', '-', '!', '?', '\n', ']', ';', '>'])) || head.ends_with('\n')
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_marked, engine_after};

    fn check(records: &[&str], lines: &[&str]) {
        check_marked(&engine_after(records), lines);
    }

    #[test]
    fn a_known_name_is_found_in_every_writing() {
        check(
            &[
                r#"{"customer_name":"Quennell Larkspurton"}"#,
                r#"{"first_name":"Jörn","last_name":"Möwenthal"}"#,
                r#"{"payee_name":"O'Wexcombe, Idony"}"#,
            ],
            &[
                "file of {Quennell T. Larkspurton} closed",
                "{LARKSPURTON, QUENNELL} moved",
                "{Larkspurton}s Konto",
                "asked {quennell larkspurton} about it",
                "lock held by {qlarkspurton}",
                "lock held by {larkspurtonq}",
                "ticket {qlarkspurton}42 is on it",
                "see {q.larkspurton} and {quennell_larkspurton}",
                "{jmoewenthal} released it",
                "{jmowenthal} released it",
                "cannot open /home/{joern.moewenthal}/x",
                "{möwenthal} und {jörn möwenthal}",
                "told {iowexcombe} and {o'wexcombe} to come",
            ],
        );
    }

    #[test]
    fn a_known_name_that_is_a_word_needs_something_beside_it() {
        check(
            &[r#"{"customer_name":"Will Page"}"#, r#"{"customer_name":"Grace Fisher"}"#, r#"{"first_name":"Max","last_name":"Klein"}"#],
            &[
                "Page 3 of 12 rendered",
                "Grace period ends",
                "Max retries reached",
                "Klein und fein",
                "{Will Page}'s order",
                "{PAGE, WILL} moved",
                "told {G. Fisher} so",
                "{Fisher}'s order",
                "{grace fisher} called",
                "a max of three pages",
            ],
        );
    }

    #[test]
    fn names_of_fields_are_nobody() {
        // The variables of a template are no parts of a name.
        check(&[r#"{"name":"Refund To {Iban} Done"}"#], &["<Iban>x</Iban>", "the Iban of"]);
        check(&[r#"{"name":"numero_cpf","value":"1"}"#, r#"{"name":"ethereum wallet"}"#], &["see numero_cpf in", "an ethereum wallet of"]);
    }

    #[test]
    fn particles_companies_and_packages_are_nobody() {
        check(
            &[r#"{"customer_name":"Ilse von der Trossingen"}"#, r#"{"customer_name":"Ewald Korthaus"}"#, r#"{"customer_name":"Uli Lang"}"#],
            &["Der Kunde und von der Bank", "Korthaus Industries is rated", "{Korthaus} is late", "java.lang.Exception: no"],
        );
    }
}
