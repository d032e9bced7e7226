//! What announces a name: the words before it, from the nearest one back.

use super::gazetteer::Known;
use super::name_cues::Cue;
use super::name_shape::is_particle;
use crate::fold::cut;

/// Bytes that are looked at.
const REACH_BYTES: usize = 96;
/// Words that may stand between a role and its name.
const FILLERS_MAX: usize = 5;

/// Words before `de` and the like that make the name behind it a person's.
const ACCOUNTS: &[&str] =
    &["compte", "conto", "cuenta", "conta", "rekening", "konto", "chèque", "cheque", "assegno", "demande", "dossier", "solicitud", "pedido"];

/// How a name is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announced {
    Title,
    Greeting,
    Role,
    /// A role some words away.
    Far,
    Weak,
    Hint,
    /// `de`, which stands before places and things more often.
    Of,
}

/// The announcement before a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    pub(super) by: Announced,
    /// Where the name begins: particles before the word are its own.
    pub(super) start: usize,
    /// A colon, a quote or the like stands before the name.
    pub(super) signed: bool,
}

/// What announces the word at `at`.
pub(super) fn announced(text: &str, at: usize) -> Option<Before> {
    // Nearly always the nearest word is nothing of the kind, and one look says so.
    let nearest = nearest_word(text, at)?;
    if Cue::of(nearest) == Cue::NONE && !is_particle(nearest) {
        return None;
    }
    if is_of_constraint(text.as_bytes(), at) || is_label_of_value(&text.as_bytes()[at..]) {
        return None;
    }
    let mut from = at.saturating_sub(REACH_BYTES);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let window = cut(text, from, at);
    let window = window.rfind('\n').map_or(window, |line| cut(window, line + 1, window.len()));
    let head = without_particles(window);
    let start = at - (window.len() - head.len());
    let mut signs = signs_before(head)?;
    let (mut rest, mut weak, mut label, mut label_only) = (head, None, false, true);
    let signed = signs.strong;
    for passed in 0..=FILLERS_MAX {
        rest = cut(rest, 0, rest.len() - signs.len);
        let word = last_word(rest);
        if word.is_empty() {
            break;
        }
        let cue = Cue::of(word);
        rest = cut(rest, 0, rest.len() - word.len());
        // `c.b.in.pan.PanVerifier`
        let in_path = signs.dot && signs.len == 1 && rest.ends_with('.');
        if cue.any(Cue::LETTER) && signs.dot && !rest.ends_with(|c: char| c.is_alphanumeric() || c == '.') && !is_behind_given(rest)
            || cue.any(Cue::TITLE) && !signs.strong && !signs.comma && !in_path
        {
            return (passed == 0 || label_only).then_some(Before { by: Announced::Title, start, signed });
        }
        // `customer name: ` says more by its first word.
        let labels = passed == 0 && signs.strong && cue.any(Cue::LABEL);
        label |= labels;
        // `maiden name Pennyfeather`
        label_only &= cue.any(Cue::LABEL);
        // `le compte de ...`
        if passed > 0 && weak == Some(Announced::Of) && ACCOUNTS.contains(&word) {
            return Some(Before { by: Announced::Far, start, signed });
        }
        if cue.any(Cue::ROLE) {
            let by = if passed == 0 { Announced::Role } else { Announced::Far };
            return Some(Before { by, start, signed });
        }
        if cue.any(Cue::GREETING) {
            return (passed < 2).then_some(Before { by: Announced::Greeting, start, signed });
        }
        if passed == 0 {
            // `w/`, `c/o` and `by:` are as good as the word alone; `from, ` is not.
            let plain = !signs.comma && !signs.dot && (word.len() > 1 || !word.is_ascii() || signs.slash || signs.len == 1);
            weak = match () {
                () if plain && cue.any(Cue::WEAK) => Some(Announced::Weak),
                () if plain && cue.any(Cue::HINT) && is_particle(word) => Some(Announced::Of),
                () if plain && cue.any(Cue::HINT) && (word != "w" || signs.slash) => Some(Announced::Hint),
                () => None,
            };
        }
        if !cue.any(Cue::FILLER) {
            break;
        }
        let Some(next) = signs_before(rest).filter(|signs| !signs.strong && !signs.dot) else { break };
        signs = next;
    }
    let by = if label { Some(Announced::Role) } else { weak };
    by.map(|by| Before { by, start, signed })
}

/// Whether a given name ends before a letter, which then is its bearer's: `Jane M. Roe`.
fn is_behind_given(head: &str) -> bool {
    let word = last_word(head.trim_end_matches(' '));
    word.starts_with(char::is_uppercase) && Known::of(word).is_given()
}

/// The word before `at`, signs between passed.
fn nearest_word(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let from = at.saturating_sub(6);
    let end = from + bytes.get(from..at)?.iter().rposition(is_letter)? + 1;
    let from = end.saturating_sub(48);
    let start = bytes.get(from..end)?.iter().rposition(|byte| !is_letter(byte)).map_or(from, |before| from + before + 1);
    (end < at).then(|| text.get(start..end)).flatten()
}

/// The window without the particles at its end: `Mevr. van der `.
fn without_particles(window: &str) -> &str {
    let mut head = window;
    for _ in 0..3 {
        let bare = head.strip_suffix([' ', '-', '\'']).unwrap_or(head);
        let word = last_word(bare);
        let before = cut(bare, 0, bare.len() - word.len());
        // `de` and `von` may also be the announcement itself, which must stay.
        if bare.len() == head.len()
            || !is_particle(word) && word != "d"
            || !Cue::of(last_word(before.trim_end_matches([' ', '.']))).any(Cue::TITLE.with(Cue::ROLE)) && !is_particle(last_word(before.trim_end()))
        {
            break;
        }
        head = before;
    }
    head
}

/// The word of letters that ends a text.
fn last_word(text: &str) -> &str {
    let len: usize = text.chars().rev().take_while(|c| c.is_alphabetic() || matches!(u32::from(*c), 0x300..=0x36F)).map(char::len_utf8).sum();
    cut(text, text.len() - len, text.len())
}

/// Signs between a cue and what follows.
struct Signs {
    len: usize,
    /// Such as say that a value follows: `:`, `=`, quotes, brackets.
    strong: bool,
    dot: bool,
    comma: bool,
    slash: bool,
}

/// The signs that end a text; none when there is none, or one that parts what stands before from what follows.
fn signs_before(text: &str) -> Option<Signs> {
    let mut signs = Signs { len: 0, strong: false, dot: false, comma: false, slash: false };
    for byte in text.bytes().rev().take(6) {
        match byte {
            b' ' | b'_' | b'-' => {}
            b':' | b'=' | b'"' | b'\'' | b'(' | b'<' | b'>' | b'\\' | b'#' => signs.strong = true,
            b'.' => signs.dot = true,
            b',' => signs.comma = true,
            b'/' => signs.slash = true,
            b'@' => {}
            _ if byte.is_ascii_alphabetic() || byte >= 0x80 => break,
            _ => return None,
        }
        signs.len += 1;
    }
    (signs.len > 0 && signs.len < 6).then_some(signs)
}
/// Whether the text begins with the short name of somebody's value and its sign: `Dob: 1984-03-12` behind `Applicant`, `sid=b7Qx` behind `User`.
pub(crate) fn is_label_of_value(text: &[u8]) -> bool {
    const LABELS: [&str; 32] = [
        "dob",
        "sid",
        "ssn",
        "sin",
        "tin",
        "pin",
        "pan",
        "cvv",
        "cvc",
        "otp",
        "iban",
        "bic",
        "cif",
        "uid",
        "guid",
        "jsessionid",
        "phpsessid",
        "ip",
        "mac",
        "imei",
        "nino",
        "zip",
        "plz",
        "tel",
        "fax",
        "geb",
        "dni",
        "nif",
        "bsn",
        "msisdn",
        "jwt",
        "vin",
    ];
    let len = text.iter().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count();
    matches!(text.get(len), Some(b':' | b'=')) && LABELS.iter().any(|label| label.as_bytes().eq_ignore_ascii_case(&text[..len]))
}

/// Whether the word at `at` is a part of the name of a constraint or an index: `UQ_Party_Hetu`.
fn is_of_constraint(bytes: &[u8], at: usize) -> bool {
    const KINDS: [&[u8]; 6] = [b"UQ", b"PK", b"FK", b"IX", b"CK", b"IDX"];
    if at == 0 || bytes[at - 1] != b'_' {
        return false;
    }
    let len = bytes[..at].iter().rev().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let kind = bytes[at - len..at].split(|byte| *byte == b'_').next().unwrap_or_default();
    let quoted = bytes[..at - len].last().is_some_and(|byte| matches!(byte, b'\'' | b'"' | b'[' | b'.' | b'`'));
    quoted && KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind))
}
