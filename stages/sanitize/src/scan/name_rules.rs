//! Which capitalised words are a name though no lexicon knows them: those that something announces, and those that the lists of names know so well
//! that nothing need announce them.
//!
//! What a title or a role announces goes to the lexicon, too; what was recognised by weaker signs does not, so that one mistake stays one.

use schemas::pii::PiiClass;

use super::gazetteer::Known;
use super::hits::Hit;
use super::name_cues::Cue;
use super::name_free::says;
use super::name_look_back::{Announced, Before, announced};
use super::name_parts::{ends_amid, is_amid_small_words};
use super::name_shape::{Kind, Part, Parts, is_name_shaped, is_word_by_ending};
use super::names::Run;
use super::words::Lists;
use crate::fold::cut;
use crate::worker::Worker;

impl Worker<'_> {
    /// Finds a name in the run.
    pub(super) fn unknown_names(&self, text: &str, run: &Run) -> Option<FoundName> {
        if let Some(found) = trading_as(text, run) {
            return Some(found);
        }
        let mut behind_cue = true;
        for at in 0..run.len {
            let (start, end) = run.words[at];
            if behind_cue
                && let Some(before) = announced(text, start)
                && let Some((first, last)) = span_behind(text, before, start)
            {
                return Some(FoundName { start: first, end: last, sure: matches!(before.by, Announced::Title | Announced::Role) });
            }
            behind_cue = at + 1 < run.len && Cue::of(cut(text, start, end)) != Cue::NONE;
        }
        let (first, last) = super::name_free::span(text, run)?;
        // `krbtgt/CORP.EXAMPLE, Preauthentication`: the end of a name of a host.
        let before = text.as_bytes()[..first].strip_suffix(b".").unwrap_or_default();
        if before.len() > 1 && before[before.len() - 2..].iter().all(u8::is_ascii_uppercase) {
            return None;
        }
        // `SHA MIR=260203`: capitals up to a sign are the name of a field.
        let word = cut(text, first, last).rsplit(' ').next().unwrap_or_default();
        if text.as_bytes().get(last) == Some(&b'=') && word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        Some(FoundName { start: first, end: last, sure: false })
    }

    /// Replaces a name that was found; returns where to go on, none when the policy keeps it.
    pub(super) fn take_name(&mut self, text: &str, FoundName { start, end, sure }: FoundName, base: usize) -> Option<usize> {
        let end = over_suffix(text, end);
        let value = cut(text, start, end);
        let made = if sure { self.make_value(PiiClass::Name, value) } else { self.make(PiiClass::Name, value) };
        self.hits.push(base, Hit { start, end, made: made? });
        Some(end)
    }
}

/// Who trades under a name of a business, in capitals: `MEHTA R S T/A SUNRISE CARS`.
fn trading_as(text: &str, run: &Run) -> Option<FoundName> {
    let (&(at, behind), words) = run.words[..run.len].split_last()?;
    if cut(text, at, behind) != "T" || !text.as_bytes()[behind..].starts_with(b"/A ") {
        return None;
    }
    let (mut start, mut family) = (None, false);
    for &(from, to) in words.iter().rev().take(4) {
        let word = cut(text, from, to);
        let initial = to - from == 1;
        let named = !initial && word.chars().all(|c| c.is_uppercase() || matches!(c, '-' | '\'')) && !super::names::is_common(&word.to_lowercase());
        if !initial && (!named || family && !super::names::is_only_name(word)) {
            break;
        }
        family |= named;
        start = Some(from);
    }
    let (start, end) = (start.filter(|_| family)?, words.last()?.1);
    if !cut(text, start, end).contains(' ') {
        return None;
    }
    Some(FoundName { start, end, sure: false })
}

/// A name that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundName {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Announced by a title or a role.
    pub(super) sure: bool,
}

/// What was counted of the parts of a name.
#[derive(Default)]
struct Count {
    /// Words.
    words: usize,
    /// Words that the lists know as names, and those of them that are no ordinary words.
    listed: usize,
    sure: usize,
    /// Given names that are no ordinary words.
    given: usize,
    particles: usize,
    initials: usize,
    unknown: usize,
    capitals: usize,
    /// Where the last word ends.
    end: usize,
}

/// The name that begins at `at` behind an announcement.
fn span_behind(text: &str, before: Before, at: usize) -> Option<(usize, usize)> {
    let parts = Parts::of(text, at);
    let first = parts.all().first()?;
    if Cue::of(cut(text, first.start, first.end)).any(Cue::TITLE) {
        return None;
    }
    let strong = matches!(before.by, Announced::Title | Announced::Role | Announced::Greeting);
    let count = count_parts(text, parts.all(), before.by);
    if count.words == 0 {
        // `Ms Della Rovere`
        return lone_word(text, before, parts.all().iter().find(|part| part.kind != Kind::Particle).unwrap_or(first));
    }
    // `Roe, Jane`, `Garmendia Ruiz, Íñigo`; behind a role the given name may be any.
    let behind_comma = given_behind_comma(text, count.end).or_else(|| any_behind_comma(text, count.end, strong));
    if let Some(end) = behind_comma.filter(|_| count.words <= 3) {
        return Some((before.start, end));
    }
    let weak = matches!(before.by, Announced::Weak | Announced::Hint | Announced::Of | Announced::Far);
    if weak && is_phrase(cut(text, first.start, count.end)) {
        return None;
    }
    let enough = match before.by {
        // `Mr Y` is nobody's name.
        Announced::Title if count.words == 1 && count.initials == 0 && count.end - first.start == 1 => false,
        Announced::Title => count.capitals == 0 || count.listed > 0 || count.words > 1 || count.initials > 0,
        Announced::Greeting if count.words == 1 => {
            count.sure > 0
                || count.listed > 0 && ends_greeting(text, count.end)
                || (count.unknown > 0 && count.capitals == 0 && (ends_greeting(text, count.end) || is_amid_small_words(text, first.start, count.end)))
        }
        Announced::Role | Announced::Far if count.words == 1 => {
            let word = cut(text, first.start, count.end);
            let labelled = before.signed && !is_cased(word) && word.chars().count() <= 8;
            let sure = count.sure > 0 && (count.capitals == 0 || before.signed || count.particles + count.initials > 0);
            let helped = count.particles + count.initials > 0 && count.unknown > 0 && (count.capitals == 0 || count.initials > 0);
            // `client Fisher rejected the offer`
            let done = matches!(before.by, Announced::Role) && has_done(text, count.end);
            let said = count.listed == 1 && count.capitals == 0 && first.kind != Kind::Common && (done || says(text, count.end));
            // `conseiller P. Marchand`
            let helped = helped || count.initials > 0 && count.listed > 0 && count.capitals == 0;
            (sure || labelled || helped || said) && is_alone(text, count.end)
        }
        Announced::Greeting => count.listed + count.unknown > 0 && count.capitals < count.words || count.listed > 0,
        Announced::Role if count.capitals == count.words => count.listed > 0 || before.signed && count.unknown == count.words,
        Announced::Role => count.listed + count.unknown > 0,
        Announced::Far => count.listed > 0 || count.capitals == 0 && (before.signed || count.unknown == count.words),
        Announced::Weak if count.words == 1 => {
            let initial = count.initials > 0 && count.sure + usize::from(count.capitals == 0) * count.unknown > 0;
            (count.sure > 0 && count.capitals == 0 || initial) && is_alone(text, count.end)
        }
        Announced::Weak => (count.capitals == 0 || count.sure > 0) && count.sure + count.unknown > 0 && !is_company_behind(text, count.end),
        Announced::Hint if count.words == 1 => count.sure > 0 && count.capitals == 0 && is_alone(text, count.end),
        Announced::Of if count.words == 1 => count.given > 0 && count.capitals == 0 && is_alone(text, count.end),
        Announced::Hint | Announced::Of => count.sure > 0 && !is_company_behind(text, count.end),
    };
    enough.then_some((before.start, count.end))
}

impl Count {
    /// Whether nothing but a given name was counted, which is not in capitals.
    fn is_given_alone(&self) -> bool {
        self.words == 1 && self.given == 1 && self.capitals == 0
    }
}

/// Whether particles stand before a part: one is enough behind what announces a name surely.
fn is_behind_particles(parts: &[Part], at: usize, strong: bool) -> bool {
    parts[..at].iter().rev().take_while(|part| part.kind == Kind::Particle).count() >= if strong { 1 } else { 2 }
}

/// Goes over the parts as long as they can belong to a name.
fn count_parts(text: &str, parts: &[Part], by: Announced) -> Count {
    let mut count = Count::default();
    let strong = matches!(by, Announced::Title | Announced::Role | Announced::Greeting);
    for (at, part) in parts.iter().enumerate() {
        let word = cut(text, part.start, part.end);
        let takes = match part.kind {
            Kind::Initial => {
                // `Ivanchenko V.P.`: behind a family name they belong to it.
                if count.words > 0 && word.ends_with('.') {
                    count.end = part.end;
                }
                count.initials += 1;
                continue;
            }
            Kind::Particle => {
                count.particles += 1;
                continue;
            }
            // `Dear Mr Bill Sterling`, but not `customer Bill Payment`.
            Kind::Common => {
                let next = parts.get(at + 1).map(|next| next.kind);
                // `il conto di Philip Page`
                let last = !matches!(next, Some(Kind::Name { .. } | Kind::Unknown)) && Lists::of(word).on(Lists::AMBIGUOUS);
                if last && count.is_given_alone() && !part.capitals {
                    (count.words, count.listed, count.end) = (2, count.listed + 1, part.end);
                    break;
                }
                strong && count.words == 0 && Known::of(word).is_given() && matches!(next, Some(Kind::Name { .. } | Kind::Unknown | Kind::Particle))
            }
            // `Customer Anna Blossom`
            Kind::Word if by == Announced::Title && count.words == 0 => {
                // `Dr. Faustus Oyelami`
                let next = parts.get(at + 1).map(|next| next.kind);
                !part.capitals && is_name_shaped(word) && Cue::of(word) == Cue::NONE && matches!(next, Some(Kind::Name { .. } | Kind::Unknown))
            }
            // `titulaire Enguerrand de Montfort`, `carte de Jane de la Fuente`
            Kind::Word if count.words > 0 && is_behind_particles(parts, at, strong) => {
                (strong && part.capitals) || !part.capitals && is_name_shaped(word)
            }
            Kind::Word if count.is_given_alone() && !part.capitals && is_word_by_ending(word) => is_name_shaped(word),
            // `MRS LUCIANA ORAFO`
            Kind::Word if by == Announced::Title && count.words == 1 && count.given == 1 && count.capitals == 1 && part.capitals => word.len() >= 4,
            Kind::Word => (strong || by == Announced::Weak) && count.is_given_alone() && !part.capitals,
            Kind::Name { .. } => true,
            Kind::Unknown => part.capitals || is_name_shaped(word),
        };
        if !takes {
            break;
        }
        count.words += 1;
        count.listed += usize::from(matches!(part.kind, Kind::Name { .. } | Kind::Common));
        count.sure += usize::from(matches!(part.kind, Kind::Name { word: false, .. }));
        count.given += usize::from(matches!(part.kind, Kind::Name { given: true, word: false }));
        count.unknown += usize::from(part.kind == Kind::Unknown);
        count.capitals += usize::from(part.capitals && word.len() > 1);
        count.end = part.end;
        if part.kind == Kind::Word && count.words > 1 {
            break;
        }
    }
    count
}

/// Whether a word is of a script that has capitals.
fn is_cased(word: &str) -> bool {
    word.chars().any(|c| c.is_uppercase() || c.is_lowercase())
}

/// Places and companies of two words that the lists take for a person.
#[rustfmt::skip]
const PHRASES: &[&str] = &[
    "morgan stanley", "charles schwab", "merrill lynch", "goldman sachs", "julius baer", "wells fargo", "dow jones", "credit suisse", "hong kong", "costa rica",
    "santo domingo", "kuala lumpur", "abu dhabi", "addis ababa", "tel aviv", "phnom penh", "sri lanka", "sierra leone", "burkina faso", "el salvador",
    "ralph lauren", "calvin klein", "tommy hilfiger", "hugo boss", "jack daniels", "tim hortons", "harley davidson", "estee lauder", "max mara", "michael kors",
    "louis vuitton", "yves rocher", "jimmy choo", "christian dior", "pierre cardin", "leroy merlin", "johnson johnson", "procter gamble", "ernst young",
    "santa claus", "carl zeiss", "robert bosch", "oscar mayer", "henry schein", "tom tailor", "hong leong", "ping an", "ana aeroporto", "la caixa", "san marino",
];

/// Whether the words are no person's name, whatever the lists say.
pub(super) fn is_phrase(words: &str) -> bool {
    words.len() <= 16 && PHRASES.iter().any(|phrase| phrase.eq_ignore_ascii_case(words))
}

/// `Frau Sommer`: a title makes even an ordinary word a name.
fn lone_word(text: &str, before: Before, part: &Part) -> Option<(usize, usize)> {
    let word = cut(text, part.start, part.end);
    let ordinary = part.kind == Kind::Word || part.kind == Kind::Common && Lists::of(word).on(Lists::AMBIGUOUS);
    let fits = before.by == Announced::Title && ordinary && !part.capitals && is_name_shaped(word) && Cue::of(word) == Cue::NONE;
    (fits && is_alone(text, part.end)).then_some((before.start, part.end))
}

/// Whether nothing is glued to the word that ends here: `Tomcat/9`, `kafka.Consumer`, `Redis(`.
fn is_alone(text: &str, end: usize) -> bool {
    let bytes = text.as_bytes();
    match bytes.get(end) {
        Some(b'.' | b'-' | b':' | b'/') => bytes.get(end + 1).is_none_or(|&byte| byte <= b' '),
        Some(b'(' | b'_' | b'=' | b'@' | b'[' | b'{' | b'\\') => false,
        _ => true,
    }
}

/// Whether somebody has done something, in the languages whose verbs need no list for it: `Rossi ha cambiato`, `Petit a appelé`.
fn has_done(text: &str, end: usize) -> bool {
    const HAVE: [&str; 12] = [" ha ", " a ", " è ", " has ", " had ", " heeft ", " har ", " hat ", " fue ", " foi ", " belde ", " belt "];
    text.get(end..).is_some_and(|rest| HAVE.iter().any(|word| rest.strip_prefix(word).is_some_and(|rest| rest.starts_with(char::is_lowercase))))
}

/// `Hello Zbyszka, ...`
fn ends_greeting(text: &str, end: usize) -> bool {
    matches!(text.as_bytes().get(end), None | Some(b',' | b'!' | b'\n' | b'<' | b'"'))
}

/// End of the given name in `Family, Given`.
pub(super) fn given_behind_comma(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let sign = [", ", ",", "', '", "\", \"", "_"].into_iter().find(|sign| rest.starts_with(*sign))?;
    let parts = Parts::of(text, end + sign.len());
    let first = parts.all().first()?;
    let given = matches!(first.kind, Kind::Name { given: true, word: false });
    (given && !is_key(text, first.end)).then(|| {
        let more = parts.all()[1..].iter().take_while(|part| match part.kind {
            Kind::Initial => true,
            // `heirs Daniel Roe, Mary Keller of`: the next one in a list.
            Kind::Name { word, .. } => !word || !part.capitals && ends_amid(text, part.end),
            _ => false,
        });
        over_bare_initial(text, more.last().map_or(first.end, |part| part.end))
    })
}

/// Passes the initial of a second given name that has no dot: `Family, Given M`.
fn over_bare_initial(text: &str, end: usize) -> usize {
    match text.as_bytes().get(end..) {
        Some([b' ', initial, rest @ ..]) if initial.is_ascii_uppercase() && !matches!(initial, b'A' | b'I') => {
            if rest.first().is_none_or(|byte| matches!(byte, b' ' | b',' | b';' | b'"' | b'\'' | b'|' | b')' | b'\n')) { end + 2 } else { end }
        }
        _ => end,
    }
}

/// Blanks that fill up the surname in a field of fixed width.
const FILL_MAX: usize = 24;

/// End of the given names and initials behind the blanks that fill up a surname in capitals: `ROE  JANE M`.
pub(super) fn given_behind_blanks(text: &str, start: usize, end: usize) -> Option<usize> {
    let family = cut(text, start, end);
    let blanks = text.as_bytes().get(end..)?.iter().take(FILL_MAX).take_while(|&&byte| byte == b' ').count();
    if blanks < 2 || family.len() < 2 || !family.chars().all(|c| c.is_uppercase() || matches!(c, '-' | '\'' | ' ')) {
        return None;
    }
    let parts = Parts::of(text, end + blanks);
    let named = |kind: &Kind| matches!(kind, Kind::Initial | Kind::Name { given: true, .. });
    let first = parts.all().first().filter(|first| first.capitals && matches!(first.kind, Kind::Name { given: true, .. }))?;
    let last = parts.all().iter().take_while(|part| named(&part.kind) && !is_key(text, part.end)).last()?;
    (!is_key(text, first.end)).then_some(last.end)
}

/// End of a name behind a comma that may be a word, too, or is of no list: `customer Koch, Rose`.
fn any_behind_comma(text: &str, end: usize, strong: bool) -> Option<usize> {
    let sign = [", ", ","].into_iter().find(|sign| text.get(end..).is_some_and(|rest| rest.starts_with(*sign)))?;
    let parts = Parts::of(text, end + sign.len());
    let first = parts.all().first()?;
    let word = cut(text, first.start, first.end);
    let named = match first.kind {
        Kind::Name { given, .. } => given,
        Kind::Common if strong => Known::of(word).is_given() && Lists::of(word).on(Lists::AMBIGUOUS),
        Kind::Unknown if strong => is_name_shaped(word) || first.capitals && word.chars().count() >= 4,
        _ => false,
    };
    let initials = parts.all()[1..].iter().take_while(|part| matches!(part.kind, Kind::Initial)).last();
    let end = over_bare_initial(text, initials.map_or(first.end, |last| last.end));
    (named && is_alone(text, end) && !is_key(text, end)).then_some(end)
}

/// Whether the word that ends here is the name of the next field or of a call: `GivenName = Jane, FamilyName = Roe`. What stands in a bracket behind a
/// blank is said of somebody: `"Roe, Jane (Retail)"`.
fn is_key(text: &str, end: usize) -> bool {
    text.get(end..).is_some_and(|rest| rest.starts_with('(') || rest.trim_start_matches(' ').starts_with(['=', ':']))
}

/// Whether the words that follow make a company of the name: `Ernst Huber GmbH`.
pub(super) fn is_company_behind(text: &str, end: usize) -> bool {
    let Some(rest) = text.get(end..).and_then(|rest| rest.trim_start_matches([' ', '&', ',']).get(..)) else { return false };
    let len = rest.bytes().take(24).take_while(|byte| byte.is_ascii_alphabetic()).count();
    len > 0 && Lists::of(cut(rest, 0, len)).on(Lists::COMPANY) && rest.as_bytes()[0].is_ascii_uppercase()
}

/// Passes `Jr.`, `III`.
fn over_suffix(text: &str, end: usize) -> usize {
    let Some(rest) = text.get(end..) else { return end };
    let bare = rest.strip_prefix(',').unwrap_or(rest);
    let Some(bare) = bare.strip_prefix(' ') else { return end };
    let found = ["Jr.", "Jr", "JR", "Sr.", "III", "II", "IV"]
        .iter()
        .find(|suffix| bare.strip_prefix(**suffix).is_some_and(|behind| !behind.starts_with(|c: char| c.is_alphanumeric())));
    found.map_or(end, |suffix| text.len() - bare.len() + suffix.len())
}
