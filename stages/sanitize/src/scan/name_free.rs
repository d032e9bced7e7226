//! Names that nothing announces: a given name that is no ordinary word, beside another word that looks like a name.

use super::name_cues::Cue;
use super::name_known::begins_sentence;
use super::name_parts::{ends_amid, is_amid_small_words, with_initial, words_around_comma};
use super::name_rules::{given_behind_comma, is_company_behind, is_phrase};
use super::name_shape::{Kind, Part, Parts, is_name_shaped, is_word_by_ending, kind_of};
use super::name_weak::{self, is_followed_by_verb, is_plural};
use super::names::Run;
use super::words::Lists;
use crate::fold::cut;

/// What stands before a name that is a place or a brand: `San Diego`, `Calle Antonio Lopez`.
const BEFORE_PLACES: &[&str] = &[
    "san", "santa", "saint", "st", "sankt", "port", "fort", "mount", "lake", "los", "las", "rue", "via", "calle", "rua", "hotel", "platz", "piazza",
    "avenida",
];

/// What stands before the town of a branch of a bank.
const BEFORE_BRANCHES: &[&str] = &[
    "agence de",
    "agence du",
    "succursale de",
    "sucursal de",
    "oficina de",
    "agencia de",
    "agência de",
    "filiale di",
    "agenzia di",
    "Filiale",
    "Niederlassung",
    "oddział",
    "kantoor",
];

/// What is done to programs.
const BEFORE_PROGRAMS: &[&str] = &["ouvrir", "installer", "redémarrer", "reiniciar", "riavviare", "launch", "relaunch", "reinstall"];

/// Whether the town of a branch begins at `start`, or a program to which something is done: `l'agence de Clermont-Ferrand`.
fn is_of_house(text: &str, start: usize) -> bool {
    let head = cut(text, 0, start).strip_suffix(' ').unwrap_or_default();
    BEFORE_BRANCHES.iter().chain(BEFORE_PROGRAMS).any(|words| head.ends_with(words))
}

/// What people name after themselves.
const DEVICES: &[&str] = &[" iPhone", " iPad", " MacBook", " Galaxy", " Pixel", " Handy", " Telefon", " Laptop", " PC"];

/// What persons do at the beginning of a sentence.
const VERBS: &str =
    "called said says asked asks wants wanted told will has would did does confirmed reported rang requested phoned emailed paid replied approved mentioned thinks needs verified signed agreed accepted moved came comes kommt kam schreibt schrieb viene vino vient écrit
hat ruft rief möchte wünscht bittet sagt sagte meldet meldete bestätigt appelle demande souhaite confirme conteste llama llamó pide solicita dice
chiama chiede belt belde vraagt dzwoni dzwonił prosi ligou pediu ringde ringte ringede";

/// The first name in a run.
pub(super) fn span(text: &str, run: &Run) -> Option<(usize, usize)> {
    let mut at = 0;
    while at < run.len {
        let (start, end) = run.words[at];
        let word = cut(text, start, end);
        // Hyphens part words of a run, but not of a name.
        if at > 0 && text.as_bytes().get(start - 1) == Some(&b'-') {
            at += 1;
            continue;
        }
        // `K. Adewole`
        if end - start <= 2
            && text.as_bytes().get(end) == Some(&b'.')
            && let Some(span) = behind_initials(text, start)
        {
            // `Serdar H. Karagöz`
            let before = at.checked_sub(1).map(|before| run.words[before]).filter(|&(from, to)| {
                let word = cut(text, from, to);
                let named = matches!(kind_of(word), Kind::Name { .. } | Kind::Unknown) && is_name_shaped(word);
                named && cut(text, to, start) == " " && is_free(text, from) && !(kind_of(word) == Kind::Unknown && begins_sentence(text, from))
            });
            return Some((before.map_or(span.0, |before| before.0), span.1));
        }
        // `with G Zimmerling at`
        if word.chars().count() == 1
            && let Some(&(next, last)) = run.words[..run.len].get(at + 1)
            && cut(text, end, next) == " "
            && matches!(kind_of(cut(text, next, last)), Kind::Name { .. } | Kind::Unknown)
            && is_name_shaped(cut(text, next, last))
            && is_amid_small_words(text, start, last)
        {
            return Some((start, last));
        }
        // `Hildegards iPhone`
        if word.ends_with('s') && DEVICES.iter().any(|device| cut(text, end, text.len()).starts_with(device)) && is_genitive(word) {
            return Some((start, end));
        }
        let dashed = text.as_bytes().get(end) == Some(&b'-');
        let kind = kind_of(word);
        if (dashed || matches!(kind, Kind::Name { .. }))
            && let Some((start, end)) = name_at(text, start)
            && (!is_of_house(text, start) || cut(text, start, end).contains(' '))
        {
            return Some((from_names_before(text, run, at, start), end));
        }
        if kind == Kind::Unknown
            && let Some(end) = unknown_at(text, (start, end))
        {
            return Some((start, end));
        }
        if let Some(found) =
            name_weak::alone(text, (start, end), kind).filter(|&(start, end)| !is_of_house(text, start) || cut(text, start, end).contains(' '))
        {
            return Some(found);
        }
        at += 1;
    }
    None
}

/// Where a name ends that begins with a word of no list: `Hathersage, Harriet`, `Hathersage Harriet`, `Hathersage's card`.
fn unknown_at(text: &str, (start, end): (usize, usize)) -> Option<usize> {
    // What follows tells nearly always that it is none, and costs least.
    let (amid, follows) = match text.as_bytes().get(end..) {
        Some([b',', ..] | [b'\'', b's', ..]) => (false, true),
        Some([b' ', next, ..]) => (next.is_ascii_lowercase(), next.is_ascii_alphabetic() || *next >= 0x80),
        rest => (true, matches!(rest, Some([] | [b'.' | b'?' | b'!', ..]))),
    };
    if !follows {
        return None;
    }
    let word = cut(text, start, end);
    let shaped = is_name_shaped(word) && word.chars().count() >= 4;
    if amid && (!shaped || begins_sentence(text, start)) {
        return None;
    }
    if !shaped && word.chars().count() < 4 || is_placed(text, start) || !is_free(text, start) {
        return None;
    }
    let rest = text.get(end..)?;
    if shaped && rest.starts_with("'s ") {
        return Some(end);
    }
    let parts = Parts::of(text, start);
    let all = parts.all();
    if let Some(end) = behind_family(text, all) {
        return Some(end);
    }
    if let Some(end) = with_initial(text, all) {
        return Some(end);
    }
    let given = all.get(1).filter(|part| matches!(part.kind, Kind::Name { given: true, word: false }));
    if begins_sentence(text, start) {
        // `Hathersage Harriet was here`
        let first = given.filter(|given| shaped && !given.capitals && all.len() == 2 && is_followed_by_verb(text, given.end))?;
        return (!is_company_behind(text, first.end)).then_some(first.end);
    }
    if let [unknown, name] = all
        && unknown.capitals
        && name.capitals
        && matches!(name.kind, Kind::Name { word: false, .. })
        && has_vowels(text, unknown)
        && is_amid_small_words(text, unknown.start, name.end)
    {
        return Some(name.end);
    }
    let foreign = word.chars().any(|c| !c.is_ascii() && !"äöüßÄÖÜ'\u{2019}".contains(c));
    if shaped && foreign && all.len() == 1 && all[0].end == end && is_mentioned(text, &all[0]) {
        return Some(end);
    }
    let told = TELLING.contains(&word_before(text, start)) && is_amid_small_words(text, start, end);
    if shaped && told && all.len() == 1 {
        return Some(end);
    }
    if let Some(end) = given_and_initial(text, all).filter(|_| shaped) {
        return Some(end);
    }
    if let Some(end) = strangers(text, all) {
        return Some(end);
    }
    let given = given?;
    (shaped && !given.capitals && !is_company_behind(text, given.end)).then_some(given.end)
}

/// Words of address that a list has as names.
const PRONOUNS: &[&str] = &["Sie", "Ihr", "Ihre", "Ihnen", "Usted", "Lei", "Ella"];

/// What is done to persons alone.
const TELLING: &[&str] = &["asked", "told", "thanked", "met", "informed", "emailed", "phoned", "rang", "visited", "fragte", "bat", "informierte"];

/// Where `Jane R.` ends amid small letters.
fn given_and_initial(text: &str, all: &[Part]) -> Option<usize> {
    let [name, initial] = all else { return None };
    let dotted = initial.kind == Kind::Initial && cut(text, initial.start, initial.end).ends_with('.') && initial.end - initial.start <= 3;
    let shaped = !name.capitals && matches!(name.kind, Kind::Name { .. } | Kind::Unknown) && is_name_shaped(cut(text, name.start, name.end));
    (dotted && shaped && is_amid_small_words(text, name.start, initial.end)).then_some(initial.end)
}

/// Where two or three words of no list end that stand amid small letters: nothing but a name is of no language's dictionary twice in a row.
fn strangers(text: &str, all: &[Part]) -> Option<usize> {
    let shaped = |part: &&Part| {
        let word = cut(text, part.start, part.end);
        let fits = matches!(part.kind, Kind::Unknown | Kind::Name { word: false, .. }) && is_name_shaped(word) && word.chars().count() >= 4;
        fits && !part.capitals && Cue::of(word) == Cue::NONE
    };
    let first = all.first()?;
    // `eine Beschwerde von Roe`
    if first.kind == Kind::Unknown && all.get(1)?.kind == Kind::Particle {
        return None;
    }
    let count = all.iter().take_while(|part| shaped(part) || matches!(part.kind, Kind::Particle | Kind::Initial)).count();
    let (words, last) = (all[..count].iter().filter(shaped).count(), all.get(count.checked_sub(1)?)?);
    let amid = is_amid_small_words(text, first.start, last.end);
    // `bitte Jane Roes Anschrift prüfen`
    let genitive = || cut(text, last.start, last.end).ends_with('s') && word_before(text, first.start).starts_with(char::is_lowercase);
    let ends = if count == all.len() { amid } else { matches!(all[count].kind, Kind::Word | Kind::Common) && genitive() };
    // Offices and companies get and send money as well: `Zahlung von Telekom Deutschland`.
    let listed = all[..count].iter().any(|part| matches!(part.kind, Kind::Name { .. }));
    let paid = !listed && BEFORE_PAYERS.contains(&word_before(text, first.start));
    (!paid && (2..=3).contains(&words) && !matches!(last.kind, Kind::Particle | Kind::Initial) && ends).then_some(last.end)
}

/// Whether nothing is glued to the word that begins here: no part of a path, a class or a key.
pub(super) fn is_free(text: &str, start: usize) -> bool {
    !cut(text, 0, start).ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '$' | '@' | '#'))
}

/// Where a name begins that goes on to the left: `HERRERA FUENTES LORENA`.
fn from_names_before(text: &str, run: &Run, at: usize, start: usize) -> usize {
    let mut from = start;
    for &(before, end) in run.words[..at].iter().rev() {
        let touches = cut(text, end, from) == " ";
        if !touches || !matches!(kind_of(cut(text, before, end)), Kind::Name { word: false, .. }) {
            break;
        }
        from = before;
    }
    from
}

fn name_at(text: &str, start: usize) -> Option<(usize, usize)> {
    let parts = Parts::of(text, start);
    let all = parts.all();
    let first = all.first()?;
    let Kind::Name { given, word } = first.kind else { return None };
    let sure = !word;
    if is_placed(text, start) || BEFORE_PLACES.iter().any(|place| cut(text, first.start, first.end).eq_ignore_ascii_case(place)) {
        return None;
    }
    if let Some(end) = behind_family(text, all).or_else(|| given_and_initial(text, all)) {
        return Some((first.start, end));
    }
    if let Some(end) = with_initial(text, all) {
        return Some((first.start, end));
    }
    if let Some(end) = words_around_comma(text, first) {
        return Some((first.start, end));
    }
    // `Jane R.`
    if let Some(initial) = all.get(1).filter(|next| given && sure && next.kind == Kind::Initial && cut(text, next.start, next.end).ends_with('.'))
        && all
            .get(2)
            .is_none_or(|next| !matches!(next.kind, Kind::Name { .. } | Kind::Unknown) && !is_word_by_ending(cut(text, next.start, next.end)))
    {
        return Some((first.start, initial.end));
    }
    if all.iter().filter(|part| is_word(part)).count() < 2 {
        return single(text, first, given && sure);
    }
    let count = taken(text, all, stands_in_field(text, start));
    let Some(last) = count.checked_sub(1).and_then(|last| all.get(last)) else { return single(text, first, given && sure) };
    let person = !is_company_behind(text, last.end) && !is_phrase(cut(text, first.start, last.end));
    person.then_some((first.start, last.end))
}

/// Where the given name ends behind a surname of several words and a comma: `Garmendia Ruiz, Íñigo`.
fn behind_family(text: &str, all: &[Part]) -> Option<usize> {
    let family = all.iter().take_while(|part| matches!(part.kind, Kind::Name { .. } | Kind::Unknown | Kind::Particle)).last()?;
    given_behind_comma(text, family.end)
}

fn is_word(part: &Part) -> bool {
    !matches!(part.kind, Kind::Initial | Kind::Particle)
}

/// Whether the run is the value of a field: `OLD=HOLLOWAY PRUDENCE`.
fn stands_in_field(text: &str, start: usize) -> bool {
    matches!(text.as_bytes().get(start.wrapping_sub(1)), Some(b'=' | b'"' | b'\'' | b';' | b'|' | b'>' | b'/'))
}

/// How many parts make a name; the first one is a name already, maybe an ordinary word as well.
fn taken(text: &str, all: &[Part], in_field: bool) -> usize {
    let Kind::Name { given, word } = all[0].kind else { return 0 };
    let second = all.iter().skip(1).position(is_word).map_or(0, |at| at + 1);
    if second == 0 {
        return 0;
    }
    let (sure, next) = (!word, all[second]);
    let shaped = is_name_shaped(cut(text, next.start, next.end));
    let capitals = all[0].capitals || next.capitals;
    let fits = match next.kind {
        // `Anna Price`, `ANNA KOVACS`, `Kovacs Anna`
        Kind::Name { given: other_given, word: other_word } => {
            sure && given && (!capitals || !other_word)
                || sure && other_given && (!other_word || in_field && capitals)
                || given && !sure && !other_word && !capitals
                || given && (!capitals || all[0].capitals && next.capitals) && is_amid_small_words(text, all[0].start, next.end)
                // `bonifico a Bianchi Lucia`
                || !given && other_given && !other_word && !capitals && second == 1 && !begins_sentence(text, all[0].start)
                || given && all[0].capitals && next.capitals && begins_sentence(text, all[0].start) && ends_amid(text, next.end)
        }
        // `HANNAH OYELOWO`, but no code.
        // `Rose Page`
        Kind::Common => {
            let listed = Lists::of(cut(text, next.start, next.end)).on(Lists::AMBIGUOUS);
            let written = !capitals && shaped || all[0].capitals && next.capitals;
            given && listed && written && is_amid_small_words(text, all[0].start, next.end)
        }
        // `Philip Cooks Konto`
        // `Rose Kleins Konto`
        Kind::Word | Kind::Unknown if given && !capitals && all.len() > second + 1 && is_genitive(cut(text, next.start, next.end)) => shaped,
        // `Fiammetta Della Rovere`
        Kind::Word
            if sure
                && given
                && all[second - 1].kind == Kind::Particle
                && cut(text, all[second - 1].start, next.end).starts_with(char::is_uppercase) =>
        {
            shaped || capitals
        }
        // `Ingeborg de la Fuente`
        Kind::Word if sure && given && !capitals && second > 2 && all[second - 2].kind == Kind::Particle => shaped && ends_amid(text, next.end),
        // `with Rose Hathersage`
        Kind::Unknown if given && !sure && !capitals && second == 1 && !PRONOUNS.contains(&cut(text, all[0].start, all[0].end)) => {
            let paid = BEFORE_PAYERS.contains(&word_before(text, all[0].start));
            shaped
                && !paid
                && next.end - next.start >= 4
                && !is_plural(cut(text, next.start, next.end))
                && is_amid_small_words(text, all[0].start, next.end)
        }
        Kind::Word if sure && given && !capitals && is_genitive(cut(text, next.start, next.end)) => shaped,
        Kind::Word if sure && given => (shaped || next.end - next.start >= 6) && is_word_by_ending(cut(text, next.start, next.end)),
        Kind::Unknown => sure && given && if capitals { next.capitals && next.end - next.start >= 5 && has_vowels(text, &next) } else { shaped },
        _ => false,
    };
    if !fits {
        return 0;
    }
    // `José Luís Hathersage`: a given name has its own `s`.
    let genitive = cut(text, next.start, next.end).ends_with('s') && !matches!(next.kind, Kind::Name { given: true, .. });
    let more = all.iter().enumerate().skip(second + 1).take_while(|&(at, part)| match part.kind {
        // `Jane Roes Geburtsdatum`
        Kind::Unknown if genitive => false,
        Kind::Initial | Kind::Particle => true,
        // `Iracema Magalhães Pinto`
        Kind::Name { word, .. } => !word || part.end == all[all.len() - 1].end && ends_amid(text, part.end),
        // `María José de la Fuente`
        Kind::Word => {
            !capitals && !part.capitals && ends_amid(text, part.end) && all[at - 1].kind == Kind::Particle && all[at - 2].kind == Kind::Particle
        }
        Kind::Unknown => !capitals && !part.capitals && is_name_shaped(cut(text, part.start, part.end)),
        _ => false,
    });
    more.filter(|(_, part)| is_word(part)).last().map_or(second + 1, |(at, _)| at + 1)
}

/// Whether a word is a name with the `s` of a genitive.
fn is_genitive(word: &str) -> bool {
    word.strip_suffix('s').is_some_and(|stem| stem.chars().count() >= 4 && matches!(kind_of(stem), Kind::Name { .. }))
}

/// One word alone: a family name with its given name behind a comma, or a given name in a place where only persons stand.
fn single(text: &str, part: &Part, only_given: bool) -> Option<(usize, usize)> {
    if let Kind::Name { word: false, .. } = part.kind
        && let Some(end) = given_behind_comma(text, part.end)
    {
        return Some((part.start, end));
    }
    if let Kind::Name { word: false, .. } = part.kind
        && let Some(start) = initials_before(text, part)
    {
        return Some((start, part.end));
    }
    if part.capitals {
        return None;
    }
    let (head, rest) = (cut(text, 0, part.start), text.get(part.end..)?);
    let listed = matches!(part.kind, Kind::Name { word: false, .. });
    if listed && (rest.starts_with("'s ") || is_mentioned(text, part)) {
        return Some((part.start, part.end));
    }
    if listed && part.end - part.start >= 4 && (begins(text, part) && says(text, part.end) || is_matter(text, part)) {
        return Some((part.start, part.end));
    }
    if !only_given {
        return None;
    }
    let mentioned = head.strip_suffix('@').is_some_and(|head| !head.ends_with(|c: char| c.is_alphanumeric()));
    let bracketed = head.ends_with('(') && rest.starts_with(')') && cut(head, 0, head.len() - 1).ends_with(' ');
    let paired = [" and ", " & ", " und ", " et ", " y ", " e ", " + ", " i ", " en ", " och "].iter().any(|and| {
        let after = rest.starts_with(and) && is_given(text, part.end + and.len());
        let before = head.ends_with(and) && {
            let stem = cut(head, 0, head.len() - and.len());
            let len: usize = stem.chars().rev().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
            len > 0 && is_given(text, stem.len() - len)
        };
        after || before
    });
    let speaks = || {
        (head.is_empty() || head.ends_with([';', '>', '|']) || head.ends_with(". ") || head.ends_with(": ") || head.ends_with("- "))
            && says(text, part.end)
    };
    (begins(text, part) || mentioned || bracketed || paired || speaks()).then_some((part.start, part.end))
}

/// Whether a listed name says whose a matter is: `the Hendricks case`, `Akte Hendricks`.
fn is_matter(text: &str, part: &Part) -> bool {
    const BEHIND: [&str; 9] = ["case", "file", "matter", "estate", "heirs", "family", "dossier", "household", "complaint"];
    const BEFORE: [&str; 11] = ["Akte", "Fall", "Sache", "Familie", "dossier", "Dossier", "expediente", "Expediente", "famille", "familia", "zaak"];
    let rest = cut(text, part.end, text.len()).strip_prefix(' ').unwrap_or_default();
    let next = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    let before = word_before(text, part.start);
    BEFORE.contains(&before) || BEHIND.contains(&next) && before == "the"
}

/// Words after which whoever pays or is paid stands.
const BEFORE_PAYERS: &[&str] = &[
    "von", "vom", "an", "bei", "to", "from", "by", "at", "till", "til", "från", "fra", "de", "chez", "a", "à", "da", "do", "od", "dla", "par", "por",
    "para", "per", "van", "aan", "naar", "in", "with",
];

/// Words after which a single name is a place's or a thing's.
pub(super) const BEFORE_THINGS: &[&str] = &[
    "in", "at", "near", "nach", "aus", "bei", "à", "en", "a", "an", "the", "to", "w", "em", "no", "na", "te", "im", "am", "der", "die", "das", "le",
    "la", "les", "el", "il", "lo", "de", "het", "o", "um", "do", "da", "from", "of", "via", "by", "di", "del", "della", "dal", "al", "ai", "nel",
    "sul", "dans", "sur", "vers", "zu", "zur", "zum", "ab", "bis", "vom", "van", "und", "and", "or", "oder", "et", "y", "e", "i", "on", "with", "as",
    "into", "als", "auf", "unter", "über", "um", "ohne", "gegen", "seit", "za", "do", "z", "ze",
];

/// Whether a single name stands amid prose, where its capital says something: words of small letters around it, and none before it that places follow.
fn is_mentioned(text: &str, part: &Part) -> bool {
    let before = word_before(text, part.start);
    part.end - part.start >= 4 && is_amid_small_words(text, part.start, part.end) && !BEFORE_THINGS.contains(&before)
}

/// The word of letters before a blank.
pub(super) fn word_before(text: &str, start: usize) -> &str {
    let bare = cut(text, 0, start).strip_suffix(' ').unwrap_or_default().trim_end_matches([':', ',']);
    bare.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or("")
}

/// Whether a given name begins a sentence that goes on in small letters: `Étienne is out`.
fn begins(text: &str, part: &Part) -> bool {
    let (head, rest) = (cut(text, 0, part.start), cut(text, part.end, text.len()));
    let first = head.is_empty() || head.ends_with([';', '>', '|', '\n']) || [". ", ": ", "- ", "! ", "? "].iter().any(|end| head.ends_with(end));
    let goes_on = matches!(rest.as_bytes(), [b' ', next, ..] if next.is_ascii_lowercase());
    first && goes_on && part.end - part.start >= 4
}

/// Whether the word that ends here does what persons do: `Jane called`.
pub(super) fn says(text: &str, end: usize) -> bool {
    let rest = text.get(end..).and_then(|rest| rest.strip_prefix(' '));
    rest.is_some_and(|rest| VERBS.split_whitespace().any(|verb| rest.strip_prefix(verb).is_some_and(|rest| rest.starts_with([' ', ',', '.']))))
}

/// Initials with dots, then a word that is no ordinary one.
fn behind_initials(text: &str, start: usize) -> Option<(usize, usize)> {
    let parts = Parts::of(text, start);
    let all = parts.all();
    let at = all.iter().position(is_word).filter(|&at| at > 0 && all[0].kind == Kind::Initial)?;
    let word = cut(text, all[at].start, all[at].end);
    let named = match all[at].kind {
        Kind::Name { word: named, .. } => !named || !all[at].capitals && is_amid_small_words(text, start, all[at].end),
        Kind::Unknown => !all[at].capitals && is_name_shaped(word) && word.chars().count() >= 4 && !is_plural(word),
        Kind::Word if all[at - 1].kind == Kind::Particle && cut(text, all[at - 1].start, all[at].end).starts_with(char::is_uppercase) => {
            is_name_shaped(word)
        }
        Kind::Word if is_word_by_ending(word) => !all[at].capitals && is_name_shaped(word) && is_amid_small_words(text, start, all[at].end),
        _ => false,
    };
    let free = !cut(text, 0, start).ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '$'));
    (named && free && !is_company_behind(text, all[at].end)).then_some((start, all[at].end))
}

/// Where initials begin that stand before the name: `J. Kowalski`, `D NAKAGAWA`.
fn initials_before(text: &str, part: &Part) -> Option<usize> {
    let head = cut(text, 0, part.start).strip_suffix(' ')?;
    let dotted = head.strip_suffix('.');
    let stem = dotted.unwrap_or(head);
    let letter = stem.chars().next_back().filter(|c| c.is_uppercase())?;
    let start = stem.len() - letter.len_utf8();
    let free = !cut(stem, 0, start).ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '\''));
    (free && (dotted.is_some() || part.capitals)).then_some(start)
}

fn has_vowels(text: &str, part: &Part) -> bool {
    let vowels = cut(text, part.start, part.end).chars().filter(|c| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y') || !c.is_ascii()).count();
    3 * vowels >= part.end - part.start - 1
}

fn is_given(text: &str, at: usize) -> bool {
    let parts = Parts::of(text, at);
    parts.all().first().is_some_and(|part| matches!(part.kind, Kind::Name { given: true, word: false }) && !part.capitals)
}

/// Whether the word before makes the name a place's.
pub(super) fn is_placed(text: &str, start: usize) -> bool {
    let head = cut(text, 0, start).trim_end_matches([' ', '.']);
    let len = head.bytes().rev().take(10).take_while(u8::is_ascii_alphabetic).count();
    let word = cut(head, head.len() - len, head.len());
    len < 10 && BEFORE_PLACES.iter().any(|place| word.eq_ignore_ascii_case(place)) && !Cue::of(word).any(Cue::TITLE)
}
