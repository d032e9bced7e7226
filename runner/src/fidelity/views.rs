//! How a reader with patience looks at a text: as it is, and with percent-encoding, JSON and XML escapes and base64 undone, one within the
//! other; with all digits, blanks and dashes of Unicode made plain.
//!
//! Tokens (`[CLASS_...]`, `[CLASS]`) are cut out first: what looks like a digit of the value may be one of the token.

use schemas::pii::PiiClass;

/// How deep encodings within encodings are undone.
const DEPTH_MAX: usize = 4;
/// Shortest run that is tried as base64.
const BASE64_CHARS_MIN: usize = 8;
/// What stands where a token stood: joins with nothing.
const CUT: char = '\u{1}';

/// All looks at one text.
#[derive(Debug, Default)]
pub struct Views {
    /// With encodings undone; tokens still in.
    pub layers: Vec<String>,
    /// The layers as they are, tokens cut out.
    pub cut: Vec<String>,
    /// The same in lower case with plain digits, blanks and dashes.
    pub folded: Vec<String>,
    /// Letters and digits of the folded layers alone; a line end where a field ended or a token stood.
    pub squeezed: Vec<String>,
}

impl Views {
    /// Looks at a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut layers = Vec::new();
        undo(text, DEPTH_MAX, &mut layers);
        let cut: Vec<String> = layers.iter().map(|layer| without_tokens(layer)).collect();
        let folded: Vec<String> = cut.iter().map(|layer| fold(layer)).collect();
        let squeezed = folded.iter().map(|layer| squeeze(layer)).collect();
        Self { layers, cut, folded, squeezed }
    }

    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        self.layers.first().map_or("", String::as_str)
    }

    /// Tokens in any layer, each once: class and what names the value (empty when it was dropped).
    #[must_use]
    pub fn tokens(&self) -> Vec<(PiiClass, String)> {
        let mut found: Vec<(PiiClass, String)> = Vec::new();
        for layer in &self.layers {
            for (_, _, class, name) in tokens(layer) {
                if !found.iter().any(|(other, known)| *other == class && *known == name) {
                    found.push((class, name.to_owned()));
                }
            }
        }
        found
    }
}

/// Letters and digits alone, line ends kept.
#[must_use]
pub fn squeeze(text: &str) -> String {
    text.chars().map(|c| if c == CUT { '\n' } else { c }).filter(|c| c.is_alphanumeric() || *c == '\n').collect()
}

/// Lower case; digits of all scripts, full-width forms, blanks and dashes made plain; what has no width left out.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().filter(|c| !has_no_width(*c)).map(plain).flat_map(char::to_lowercase).collect()
}

fn has_no_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{61c}' | '\u{202a}'..='\u{202e}')
}

fn plain(c: char) -> char {
    /// Zeros of other scripts; nine more digits follow each (Unicode, general category Nd).
    const ZEROS: [u32; 14] = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xe50, 0x1d7ce, 0x1d7d8, 0x1d7f6];
    let code = u32::from(c);
    if (0xff01..=0xff5e).contains(&code) {
        return char::from_u32(code - 0xfee0).unwrap_or(c);
    }
    if let Some(zero) = ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)) {
        return char::from_digit(code - zero, 10).unwrap_or(c);
    }
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{2024}' | '\u{3002}' => '.',
        '\u{2019}' => '\'',
        other => other,
    }
}

/// Start, end, class and name of each token in a text.
fn tokens(text: &str) -> Vec<(usize, usize, PiiClass, &str)> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('[') {
        let Some(inside) = text.get(start + 1..).and_then(|rest| rest.split_once(']')).map(|(inside, _)| inside) else { continue };
        let harmless = inside.len() < 80 && inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let named = PiiClass::ALL.iter().rev().find_map(|&class| {
            let rest = inside.strip_prefix(class.label())?;
            if rest.is_empty() { Some((class, rest)) } else { rest.strip_prefix('_').map(|name| (class, name)) }
        });
        if let Some((class, name)) = named.filter(|_| harmless) {
            found.push((start, start + inside.len() + 2, class, name));
        }
    }
    found
}

fn without_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end, _, _) in tokens(text) {
        out.push_str(text.get(from..start).unwrap_or_default());
        out.push(CUT);
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

fn undo(text: &str, depth: usize, layers: &mut Vec<String>) {
    if layers.iter().any(|layer| layer == text) {
        return;
    }
    layers.push(text.to_owned());
    if depth == 0 {
        return;
    }
    let undone = [percent_decoded(text), unescaped(text), without_entities(text), base64_decoded(text)];
    undone.into_iter().flatten().for_each(|inner| undo(&inner, depth - 1, layers));
}

/// With `%41` undone, `+` left alone; none when there is nothing to undo.
fn percent_decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&byte| char::from(byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
    let (mut out, mut at, mut undone) = (Vec::with_capacity(bytes.len()), 0, false);
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                (at, undone) = (at + 3, true);
            }
            (byte, _, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    undone.then(|| String::from_utf8_lossy(&out).into_owned())
}

/// With the backslash escapes of JSON undone; none when there are none.
fn unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let digits: String = chars.clone().take(4).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(c) if digits.len() == 4 => {
                        out.push(c);
                        chars.nth(3);
                    }
                    _ => out.push('u'),
                }
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    Some(out)
}

fn without_entities(text: &str) -> Option<String> {
    const ENTITIES: [(&str, &str); 6] = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    let found = ENTITIES.iter().any(|(entity, _)| text.contains(entity));
    found.then(|| ENTITIES.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain)))
}

/// Every run that is base64 of text, replaced by the text; none when there is none.
fn base64_decoded(text: &str) -> Option<String> {
    let in_alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
    let (mut out, mut undone) = (String::new(), false);
    for piece in text.split_inclusive(|c: char| !in_alphabet(c)) {
        let run = piece.trim_end_matches(|c: char| !in_alphabet(c));
        // `payload=eyJ...`: the run may begin behind a name.
        let begin = run.trim_end_matches('=').rfind('=').map_or(0, |at| at + 1);
        let (name, run_only) = run.split_at(begin);
        match decoded_text(run_only).filter(|_| run_only.len() >= BASE64_CHARS_MIN) {
            Some(inner) => {
                out.extend([name, &inner, piece.get(run.len()..).unwrap_or_default()]);
                undone = true;
            }
            None => out.push_str(piece),
        }
    }
    undone.then_some(out)
}

/// The text a base64 run stands for, of either alphabet, padded or not; none when it is no readable text.
fn decoded_text(run: &str) -> Option<String> {
    let mut standard: String = run.trim_end_matches('=').replace('-', "+").replace('_', "/");
    if !standard.bytes().any(|byte| byte.is_ascii_uppercase()) || standard.len() % 4 == 1 {
        return None;
    }
    while !standard.len().is_multiple_of(4) {
        standard.push('=');
    }
    let text = String::from_utf8(crate::base64::decode(&standard)?).ok()?;
    let readable = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).count();
    (readable == text.chars().count()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, inside: &str) {
        assert!(Views::of(text).folded.iter().any(|layer| layer.contains(inside)), "{inside} in {text}");
    }

    #[test]
    fn encodings_within_encodings_are_undone() {
        check("q=name%3DZo%C3%AB", "name=zoë");
        check("q=%2541%2542", "ab");
        check(r#"{"m":"{\"card\":\"411\"}"}"#, "\"card\":\"411\"");
        check(r"\u0034\u0031 x", "41 x");
        check("&lt;Pan&gt;41&lt;/Pan&gt;", "<pan>41");
        check("Authorization: Basic YW5uYTpzZWNyZXQ=", "anna:secret");
        check("payload=eyJwYW4iOiI0MSJ9&x", "\"pan\":\"41\"");
    }

    #[test]
    fn notations_are_made_plain() {
        check("４１\u{200b}１１ ٤٢ ४३", "4111 42 43");
        check("12\u{2011}34\u{a0}56", "12-34 56");
        assert_eq!(squeeze(&fold("4111 1111-22")), "4111111122");
    }

    #[test]
    fn tokens_are_cut_out_and_listed() {
        let views = Views::of("card [CARD_4111111111111111] pin [SECRET] x %5BIBAN_ab%5D [NOTHING_1] [7]");
        assert!(views.folded.iter().all(|layer| !layer.contains("4111")));
        let found: Vec<String> = views.tokens().iter().map(|(class, name)| format!("{}:{name}", class.label())).collect();
        assert_eq!(found, ["CARD:4111111111111111", "SECRET:", "IBAN:ab"]);
        assert!(views.folded[0].contains("[nothing_1] [7]"));
    }

    #[test]
    fn digits_on_both_sides_of_a_token_do_not_join() {
        assert_eq!(Views::of("41[CARD_x]42").squeezed[0], "41\n42");
    }
}
