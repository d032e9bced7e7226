//! One word alone that is somebody's by what stands around it: a listed surname, a word of no list, or a name that is an ordinary word as well.
//!
//! A capital amid small letters says that a word is a name, and nothing of whose. The words beside it do: `super::name_said`. The less a word says of
//! itself, the more must be said. **A capital on a word of no list is not enough**: German writes all nouns so, and every program has products.

use super::name_cues::Cue;
use super::name_free::{BEFORE_THINGS, is_free, is_placed, word_before};
use super::name_known::begins_sentence;
use super::name_parts::is_amid_small_words;
use super::name_rules::{given_behind_comma, is_company_behind};
use super::name_said::{is_addressed, is_done_to_persons, is_file, is_matter, is_of_person, is_opener, is_said_of_persons, is_verb};
use super::name_shape::{Kind, Part, Parts, is_name_shaped, is_particle, is_word_by_ending, kind_of};
use super::names::is_word;
use crate::fold::cut;

/// How much a word says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// A name that is an ordinary word as well.
    Ordinary,
    /// On no list.
    Unknown,
    /// A name and no ordinary word.
    Listed,
}

/// Letters of the shortest word, and of the shortest that nothing but a list knows.
const CHARS_MIN: usize = 3;
const UNANNOUNCED_CHARS_MIN: usize = 4;
/// Letters of the first hump of a name (`McRoe`, `DeRoe`); a longer one begins a word of programs.
const HUMP_CHARS_MAX: usize = 2;
/// Particles before a name, and bytes of the longest.
const PARTICLES_MAX: usize = 3;
const PARTICLE_BYTES_MAX: usize = 5;

/// Particles that begin a surname and no sentence.
const OWN_PARTICLES: &[&str] = &["Van", "Von", "Della", "Del", "Dal", "Al", "Bin", "Ibn", "Ter", "Ten", "Mac", "D", "O"];
/// Particles that are articles as well and begin no surname of small particles.
const ARTICLE_PARTICLES: &[&str] =
    &["der", "den", "das", "des", "vom", "zum", "zur", "la", "le", "lo", "li", "el", "al", "do", "du", "da", "tot", "af"];
/// Words of small letters before things that have a genitive.
const ARTICLES: &[&str] = &["the", "a", "an", "this", "that", "each", "every", "our", "your", "its", "their", "any", "no", "some", "my"];
/// Of the words before places and things, those that stand before a listed surname as often.
const BESIDE_NAMES: &[&str] = &["of", "on", "with", "and", "or", "as"];

/// The name of one word whose first word stands at `start..end` and is of this kind; its particles go with it.
pub(super) fn alone(text: &str, (start, end): (usize, usize), kind: Kind) -> Option<(usize, usize)> {
    if !may_be_alone(text, start, end, kind) {
        return None;
    }
    let parts = Parts::of(text, start);
    let all = parts.all();
    let at = all.iter().position(|part| part.kind != Kind::Particle)?;
    let part = all[at];
    // What has another word behind it is no name of one word.
    if at + 1 != all.len() || at > 0 && begins_sentence(text, start) && !OWN_PARTICLES.contains(&cut(text, all[0].start, all[0].end)) {
        return None;
    }
    let small = if at == 0 { before_particles(text, start) } else { start };
    let helped = at > 0 || small < start;
    if text.as_bytes().get(part.end) == Some(&b',')
        && (helped || is_word_by_ending(cut(text, part.start, part.end)))
        && let Some(end) = given_behind_comma(text, part.end)
        && is_free(text, start)
        && is_amid_small_words(text, small, end)
    {
        // `DE LA FUENTE, RODRIGO`, `avec de la Fuente, Rodrigo`, `by Zimmerling, Ulrike`
        return Some((small, end));
    }
    let strength = strength(text, &part, helped)?;
    if !is_free(text, start) || is_placed(text, start) || is_company_behind(text, part.end) || is_glued(text, part.end) {
        return None;
    }
    // `told de la Fuente`
    if small < start && is_somebody(text, small, part.end, strength) {
        return Some((small, part.end));
    }
    let ordinary = part.kind == Kind::Word && at == 0;
    (!ordinary && is_somebody(text, start, part.end, strength)).then_some((start, part.end))
}

/// Whether a word stands so that it may be such a name: nearly all are sent away by what touches them.
fn may_be_alone(text: &str, start: usize, end: usize, kind: Kind) -> bool {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).map_or(b' ', |at| bytes[at]);
    if before.is_ascii_alphanumeric() || matches!(before, b'.' | b'_' | b'-' | b'/' | b'$' | b'@' | b'#') {
        return false;
    }
    let rest = bytes.get(end..).unwrap_or_default();
    // `Della Rovere`, `DE LA FUENTE`
    if let [b' ' | b'-', next, ..] = rest
        && (next.is_ascii_uppercase() || *next >= 0x80)
        && is_particle_in_any_case(cut(text, start, end))
    {
        return true;
    }
    // Class names, products and abbreviations have more capitals.
    let shouted = matches!(bytes.get(start + 1..start + 3), Some([a, b]) if a.is_ascii_uppercase() && b.is_ascii_uppercase());
    let known = matches!(kind, Kind::Name { .. } | Kind::Unknown);
    let helped = |from: &[u8]| known || kind == Kind::Word && (from.starts_with(b",") || before_particles(text, start) < start);
    match rest {
        [b',', b' ', next, ..] if next.is_ascii_uppercase() || *next >= 0x80 => helped(rest),
        _ if shouted => false,
        [b' ', next, ..] => (next.is_ascii_lowercase() || *next >= 0x80) && helped(&rest[1..]),
        [] | [b',' | b'.' | b'?' | b'!' | b'\n' | b';' | b')' | b':' | b'\'', ..] => helped(rest.get(1..).unwrap_or_default()),
        [b'-', ..] => known,
        _ => false,
    }
}

/// Whether a word is a particle in any case of ASCII letters.
fn is_particle_in_any_case(word: &str) -> bool {
    let mut small = [0; PARTICLE_BYTES_MAX];
    let Some(small) = small.get_mut(..word.len()) else { return false };
    small.copy_from_slice(word.as_bytes());
    small.make_ascii_lowercase();
    std::str::from_utf8(small).is_ok_and(is_particle)
}

/// What the word says of itself; none when it is written or listed as no name is.
fn strength(text: &str, part: &Part, behind_particle: bool) -> Option<Strength> {
    let word = cut(text, part.start, part.end);
    let chars = word.chars().count();
    // `L'image`
    let elided = matches!(word.as_bytes(), [_, b'\'', next, ..] if next.is_ascii_lowercase());
    if part.capitals || elided || chars < CHARS_MIN || !is_name_shaped(word) || has_humps(word) || Cue::of(word) != Cue::NONE {
        return None;
    }
    let strength = match part.kind {
        Kind::Name { word: false, .. } if !is_plural(word) && is_name_throughout(word) => Strength::Listed,
        Kind::Unknown if chars >= UNANNOUNCED_CHARS_MIN && !is_plural(word) => Strength::Unknown,
        Kind::Name { .. } => Strength::Ordinary,
        Kind::Word if behind_particle || is_word_by_ending(word) => Strength::Ordinary,
        _ => return None,
    };
    Some(if behind_particle { strength.max(Strength::Unknown) } else { strength })
}

/// Whether a word is two of a program: `PayFlow`, but not `McRoe`.
fn has_humps(word: &str) -> bool {
    word.split('-').any(|part| {
        let last = part.char_indices().rfind(|(_, c)| c.is_uppercase()).map_or(0, |(at, _)| at);
        cut(part, 0, last).chars().filter(|c| c.is_lowercase()).count() > HUMP_CHARS_MAX
    })
}

/// Whether a word is an ordinary one in the plural, which is on no list by itself.
pub(super) fn is_plural(word: &str) -> bool {
    ["s", "es", "n", "en"].iter().any(|end| word.strip_suffix(end).is_some_and(|stem| stem.len() >= 3 && is_word(stem)))
}

/// Whether all parts between dashes may be names: `Mühlbauer-Lenz`, but not `Zeiger-Hotspot`.
fn is_name_throughout(word: &str) -> bool {
    let named =
        |part: &str| part.starts_with(char::is_uppercase) && matches!(kind_of(part), Kind::Name { .. } | Kind::Unknown) && part.len() >= CHARS_MIN;
    !word.contains('-') || word.split('-').all(named)
}

/// Where the particles in small letters begin that stand before a word.
fn before_particles(text: &str, start: usize) -> usize {
    let (mut from, mut first) = (start, "");
    for _ in 0..PARTICLES_MAX {
        let Some(head) = cut(text, 0, from).strip_suffix([' ', '\'']) else { break };
        let len: usize = head.chars().rev().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
        let word = cut(head, head.len() - len, head.len());
        let elided = word == "d" && cut(text, 0, from).ends_with('\'');
        if !is_particle(word) && !elided {
            break;
        }
        (from, first) = (head.len() - len, word);
    }
    if ARTICLE_PARTICLES.contains(&first) { start } else { from }
}

/// Whether something is glued to the end of a word: `Roe(`, `Roe.run`, `Roe/9`.
fn is_glued(text: &str, end: usize) -> bool {
    let bytes = text.as_bytes();
    match bytes.get(end) {
        Some(b'.' | b',' | b':' | b';' | b'?' | b'!' | b')') => bytes.get(end + 1).is_some_and(|&byte| byte > b' '),
        Some(b'\'') => !cut(text, end, text.len()).starts_with("'s "),
        Some(b' ' | b'\n') | None => false,
        _ => true,
    }
}

/// Whether what stands around these words makes them a person's name.
fn is_somebody(text: &str, start: usize, end: usize, strength: Strength) -> bool {
    let rest = cut(text, end, text.len());
    let listed = strength == Strength::Listed && end - start >= UNANNOUNCED_CHARS_MIN;
    if listed && is_addressed(rest) && (begins_sentence(text, start) || cut(text, 0, start).ends_with([':', '"', '\''])) {
        return true;
    }
    if begins_sentence(text, start) {
        return rest.strip_prefix(' ').is_some_and(is_said_of_persons) || listed && begins_as_name(text, start, end);
    }
    let before = word_before(text, start);
    // `Akte Roe bitte`
    let next = rest.strip_prefix(' ').unwrap_or_default();
    if is_file(before) && cut(text, 0, start).ends_with(' ') && (!rest.starts_with(' ') || next.starts_with(char::is_lowercase)) {
        return true;
    }
    if before.is_empty() || !is_amid_small_words(text, start, end) {
        return false;
    }
    // `told Roe to come`, `any news on Roe`, `the Roe case`, `we need Roe's signature`
    is_done_to_persons(before)
        || is_behind_person(text, start, before)
        || before == "the" && is_matter(first_word(next))
        || rest.starts_with("'s ") && !ARTICLES.contains(&before)
        || listed && (!BEFORE_THINGS.contains(&before) || BESIDE_NAMES.contains(&before))
}

/// Whether a preposition stands before a place, and before it a word of persons.
fn is_behind_person(text: &str, start: usize, preposition: &str) -> bool {
    let head = cut(text, 0, start).strip_suffix(' ').and_then(|head| head.strip_suffix(preposition)).and_then(|head| head.strip_suffix(' '));
    head.is_some_and(|head| is_of_person(head.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default(), preposition))
}

/// Whether a listed name begins a sentence as its subject: a verb or a word of a dictionary follows in small letters.
fn begins_as_name(text: &str, start: usize, end: usize) -> bool {
    let next = first_word(cut(text, end, text.len()).strip_prefix(' ').unwrap_or_default());
    let word = next.len() >= 2 && next.bytes().all(|byte| byte.is_ascii_lowercase()) && is_word(next);
    (is_verb(next) || word) && !is_opener(cut(text, start, end))
}

/// Whether a verb follows the words that end here.
pub(super) fn is_followed_by_verb(text: &str, end: usize) -> bool {
    is_verb(first_word(cut(text, end, text.len()).strip_prefix(' ').unwrap_or_default()))
}

/// The word of letters that a text begins with.
fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_marked, engine};

    fn check(lines: &[&str]) {
        check_marked(&engine(), lines);
    }

    #[test]
    fn what_is_said_of_persons_makes_a_word_a_name() {
        check(&[
            "the clerk phoned {Larkspurton} this morning",
            "a complaint from {Larkspurton} came in",
            "the {Wexcombe} estate is with the lawyers",
            "{Larkspurton} complained twice",
            "Nachlass {Wexcombe} ist offen",
            "we reminded {Baker} of the deadline",
            "no signature of {Fisher} on file",
            "as agreed in {Young}'s letter",
            "he spoke to {von Trossingen} yesterday",
            "{Okonkwo} paid in cash",
            "{Al-Rashidi} moved to Lisbon",
            "a note about {Okonkwo} and the fee",
        ]);
    }

    #[test]
    fn a_capital_alone_makes_no_name() {
        check(&[
            "restarted Zorbex twice, then gave up",
            "the Zorbex driver is old",
            "metrics go to Zorbex now",
            "Zorbex is deprecated",
            "der Saldo wird vom Druckerknecht gebucht",
            "Rückstellcode ist falsch",
            "drücken Sie den Rückstellcode bei Bedarf",
            "the Page's title is empty",
            "Views have no columns",
            "Price moved up",
            "Grant expired today",
            "called PayFlow and Zorbex.run() again",
            "a letter from Payments arrived",
            "Deze optie werkt niet",
            "Fant ikke filen",
            "told Zorbex/9 and Zorbex_main to stop",
        ]);
    }
}
