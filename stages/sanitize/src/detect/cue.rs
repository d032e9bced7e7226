//! Names that stand right before a value: `passport no X1234567`, `NHS number: 943 476 5919`.
//!
//! Unlike the cues of `scan::context`, which count anywhere within forty bytes, these must stand next to the value: only fillers like `no`,
//! `number` or `is` and a few signs may come between.

/// Fillers between a name and its value.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "no", "nr", "num", "number", "nummer", "numero", "número", "numéro", "nbr", "id", "is", "was", "value", "card", "ref", "code", "document", "holder",
];
/// Fillers passed at most.
const FILLERS_MAX: usize = 3;
/// Bytes looked back at most.
const REACH_BYTES: usize = 64;

/// The first of `names` (lower case, one blank between words) that ends right before `at`.
pub(crate) fn behind<'n>(text: &[u8], at: usize, names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let from = at.saturating_sub(REACH_BYTES);
    let window = text.get(from..at)?;
    let window = memchr::memrchr(b'\n', window).map_or(window, |line| &window[line + 1..]);
    let mut end = window.len();
    for _ in 0..=FILLERS_MAX {
        end = before_signs(window, end)?;
        if let Some(name) = names.clone().find(|name| ends_with_name(&window[..end], name)) {
            return Some(name);
        }
        let word = last_word(window, end);
        if !FILLERS.iter().any(|filler| filler.as_bytes().eq_ignore_ascii_case(&window[word..end])) {
            return None;
        }
        end = word;
    }
    None
}

/// Where the word before `end` ends, at most four signs and blanks passed, one at least.
fn before_signs(window: &[u8], end: usize) -> Option<usize> {
    let signs = window[..end].iter().rev().take(5).take_while(|&&byte| is_sign(byte)).count();
    (signs > 0 && signs < 5 && signs < end).then_some(end - signs)
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b' ' | b':' | b'=' | b'#' | b'"' | b'\'' | b'(' | b'[' | b'.' | b'-' | b'_' | b'>' | b'/')
}

fn last_word(window: &[u8], end: usize) -> usize {
    window[..end].iter().rposition(|&byte| !is_name_byte(byte)).map_or(0, |before| before + 1)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether the words of `name` stand at the end of `window`, any one sign or none between them, and no letter before.
fn ends_with_name(window: &[u8], name: &str) -> bool {
    // Some hundred names are asked for behind every number and reference; one byte tells nearly all of them apart.
    let last = |bytes: &[u8]| bytes.last().map(u8::to_ascii_lowercase);
    if last(window) != last(name.as_bytes()) {
        return false;
    }
    let mut end = window.len();
    for word in name.rsplit(' ') {
        if end < window.len() && end > 0 && is_sign(window[end - 1]) {
            end -= 1;
        }
        let Some(start) = end.checked_sub(word.len()) else { return false };
        if !window[start..end].eq_ignore_ascii_case(word.as_bytes()) {
            return false;
        }
        end = start;
    }
    let camel = end > 0 && window[end - 1].is_ascii_lowercase() && window[end].is_ascii_uppercase();
    end == 0 || !is_name_byte(window[end - 1]) || camel
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, names: &[&str], expected: Option<&str>) {
        assert_eq!(behind(text.as_bytes(), text.len(), names.iter().copied()), expected, "{text}");
    }

    #[test]
    fn a_name_counts_with_fillers_only_between() {
        check("passport no. ", &["passport"], Some("passport"));
        check("NHS number: ", &["nhs"], Some("nhs"));
        check("taxId=", &["tax id"], Some("tax id"));
        check("tax_id is ", &["tax id"], Some("tax id"));
        check("customerPassport: ", &["passport"], Some("passport"));
        check("passport office ", &["passport"], None);
        check("spin ", &["pin"], None);
        check("pin", &["pin"], None);
        check("passport no\n", &["passport"], None);
    }
}
