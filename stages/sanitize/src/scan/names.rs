//! Names in free text: behind a title or a role, or known to the lexicon.

use schemas::pii::PiiClass;

use super::driver::Scope;
use super::hits::Hit;
use super::value::is_particle;
use super::words::Lists;
use crate::canonical::name_form_into;
use crate::detect::prefix;
use crate::fold::cut;
use crate::worker::Worker;

/// Words of one run that are looked at together.
const RUN_MAX: usize = 8;
/// Longest word that is looked up.
const WORD_BYTES_MAX: usize = 40;
/// Words of the longest name that is looked up as a whole.
const NAME_WORDS_MAX: usize = 4;

/// Marks a word that was seen as a name with a capital, among the remembered.
const PROPER: u8 = 0x80;

/// Whether a word is a name only with a second cue, or never.
pub(super) fn is_ordinary(word: &str) -> bool {
    Lists::of(word).is_ordinary()
}

/// Whether a word (or any word of a text) is ordinary in bank logs.
pub(crate) fn is_common(text: &str) -> bool {
    text.split(' ').any(|word| Lists::of(word).on(Lists::COMMON))
}

/// Whether a name is a company's.
pub(crate) fn is_company(form: &str) -> bool {
    form.split(' ').any(|word| Lists::of(word).on(Lists::COMPANY))
}

/// A run of capitalised words, one blank or dash apart.
struct Run {
    words: [(usize, usize); RUN_MAX],
    len: usize,
}

impl Run {
    fn collect(text: &str, start: usize) -> Self {
        let mut run = Self { words: [(0, 0); RUN_MAX], len: 0 };
        let mut at = start;
        while run.len < RUN_MAX {
            let Some(end) = capitalised_end(text, at) else { break };
            // A possessive is the name's, and no part of it.
            let bare = if end - at > 3 && matches!(cut(text, end - 2, end), "'s" | "'S") { end - 2 } else { end };
            run.words[run.len] = (at, bare);
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
        run
    }
}

/// End of the word of letters that begins at `at` with a capital, apostrophes inside it included.
fn capitalised_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    // Scripts without case have no capitals: every word of theirs may be a name.
    if !(first.is_uppercase() || (first.is_alphabetic() && !first.is_lowercase())) {
        return None;
    }
    let bytes = rest.as_bytes();
    let mut len = 0;
    while let Some(&byte) = bytes.get(len) {
        let inside = byte.is_ascii_alphabetic() || byte >= 0x80 || (byte == b'\'' && bytes.get(len + 1).is_some_and(u8::is_ascii_alphabetic));
        if !inside {
            break;
        }
        len += 1;
    }
    let glued = bytes.get(len).is_some_and(u8::is_ascii_digit);
    let credential = bytes.get(len) == Some(&b' ') && rest.get(..len).is_some_and(|word| prefix::ends_run(word.as_bytes()));
    (len > 0 && len <= WORD_BYTES_MAX && !glued && !credential).then_some(at + len)
}

impl Worker<'_> {
    /// Handles the run of capitalised words that begins at `at` (its first word ends at `end`); returns where to go on.
    pub(super) fn names(&mut self, text: &str, at: usize, end: usize, base: usize, scope: Scope) -> usize {
        let run = Run::collect(text, at);
        if run.len == 0 {
            return end;
        }
        if !scope.strong_only
            && let Some(on) = self.behind_cue(text, &run, base)
        {
            return on;
        }
        self.known_names(text, &run, base);
        run.words[run.len - 1].1.max(end)
    }

    fn behind_cue(&mut self, text: &str, run: &Run, base: usize) -> Option<usize> {
        let word = |at: usize| cut(text, run.words[at].0, run.words[at].1);
        let (cue, first) = match (title_or_role(word(0)), before(text, run.words[0].0).and_then(title_or_role)) {
            (Some(cue), _) if run.len > 1 => (cue, 1),
            (None, Some(cue)) => (cue, 0),
            _ => return None,
        };
        let taken = (first..run.len).take(NAME_WORDS_MAX).take_while(|&at| !is_common(word(at))).count();
        let capitals = (first..first + taken).all(|at| word(at).bytes().all(|byte| byte.is_ascii_uppercase()));
        let enough = match cue {
            Cue::Title => taken >= 1,
            Cue::Role => (2..=3).contains(&taken) && !capitals && (first..first + taken).all(|at| is_name_shaped(word(at))),
        };
        if !enough || (cue == Cue::Title && word(first).chars().count() < 2) {
            return None;
        }
        let (start, mut end) = (run.words[first].0, run.words[first + taken - 1].1);
        if first + taken == run.len {
            end = over_particles(text, end);
        }
        let made = self.make_value(PiiClass::Name, cut(text, start, end))?;
        self.hits.push(base, Hit { start, end, made });
        Some(end)
    }

    fn known_names(&mut self, text: &str, run: &Run, base: usize) {
        if self.engine.lexicon.is_empty() {
            return;
        }
        let mut known = [None; RUN_MAX];
        for (known, &(start, end)) in known.iter_mut().zip(&run.words).take(run.len) {
            *known = self.known(cut(text, start, end), 1);
        }
        let mut at = 0;
        while at < run.len {
            let whole = (2..=NAME_WORDS_MAX.min(run.len - at)).rev().find_map(|count| {
                let near = known[at..at + count].iter().any(Option::is_some);
                let span = cut(text, run.words[at].0, run.words[at + count - 1].1);
                if near { self.known(span, count as u8).map(|class| (count, class)) } else { None }
            });
            let beside = |i: usize| known.get(i).is_some_and(|class| *class == Some(PiiClass::Name));
            let (count, class) = match (whole, known[at]) {
                (Some(found), _) => found,
                (None, Some(class))
                    if !Lists::of(cut(text, run.words[at].0, run.words[at].1)).on(Lists::AMBIGUOUS)
                        || beside(at + 1)
                        || (at > 0 && beside(at - 1)) =>
                {
                    (1, class)
                }
                _ => {
                    self.known_humps(text, run.words[at].0, run.words[at].1, base);
                    at += 1;
                    continue;
                }
            };
            let (start, end) = (run.words[at].0, run.words[at + count - 1].1);
            if let Some(made) = self.make(class, cut(text, start, end)) {
                self.hits.push(base, Hit { start, end, made });
                self.by_lexicon += 1;
            }
            at += count;
        }
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Title,
    Role,
}

fn title_or_role(word: &str) -> Option<Cue> {
    let lists = Lists::of(word);
    if lists.on(Lists::TITLE) {
        return Some(Cue::Title);
    }
    lists.on(Lists::ROLE).then_some(Cue::Role)
}

/// The word before `at`, one blank (or `. `) between.
fn before(text: &str, at: usize) -> Option<&str> {
    let head = cut(text, 0, at).strip_suffix(' ')?;
    let head = head.strip_suffix(['.', ':']).unwrap_or(head);
    let len = head.bytes().rev().take(16).take_while(|&byte| byte.is_ascii_alphabetic() || byte >= 0x80).count();
    (len > 0 && len < 16).then(|| cut(head, head.len() - len, head.len()))
}

/// One capital, then small letters (or an apostrophe and another hump): `McRoe`, `O'Neil`.
fn is_name_shaped(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    word.chars().count() >= 2 && capitals <= 2 && word.chars().any(char::is_lowercase)
}

/// Extends a name over `van der Berg`.
fn over_particles(text: &str, end: usize) -> usize {
    let mut at = end;
    let mut passed = false;
    for _ in 0..3 {
        let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(' ')) else { break };
        let len = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        if len == 0 || !is_particle(&rest.as_bytes()[..len]) {
            break;
        }
        at += 1 + len;
        passed = true;
    }
    match text.get(at..).and_then(|rest| rest.strip_prefix(' ')) {
        Some(_) if passed => capitalised_end(text, at + 1).unwrap_or(end),
        _ => end,
    }
}
