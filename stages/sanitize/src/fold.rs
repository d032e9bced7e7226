//! Notations of one text: Unicode look-alikes of ASCII, percent encoding, JSON escapes. Detectors see folded text; spans are mapped
//! back to the original.

/// First code points of runs of ten decimal digits (Unicode category Nd).
const DIGIT_ZEROS: [u32; 22] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810,
    0x19D0, 0x1A80, 0xA8D0, 0xABF0,
];

enum Fold {
    Keep,
    Drop,
    To(char),
}

fn fold_char(c: char) -> Fold {
    let code = u32::from(c);
    match code {
        0..=0x9F => Fold::Keep,
        0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 => Fold::To(' '),
        0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0xFEFF => Fold::Drop,
        0x2010..=0x2015 | 0x2043 | 0x2212 | 0xFE58 | 0xFE63 => Fold::To('-'),
        0x2018 | 0x2019 | 0x02BC => Fold::To('\''),
        0x201A..=0x201F | 0xAB | 0xBB | 0x2039 | 0x203A => Fold::To('"'),
        // Signs and pictures are no letters of the word beside them.
        0xA1..=0xA9
        | 0xAC
        | 0xAE..=0xB1
        | 0xB4
        | 0xB6..=0xB8
        | 0xBF
        | 0xD7
        | 0xF7
        | 0x2016..=0x2027
        | 0x2030..=0x205E
        | 0x2190..=0x2BFF
        | 0x3001..=0x3003
        | 0x3008..=0x301F
        | 0x1F000..=0x1FAFF => Fold::To(';'),
        0xFF01..=0xFF5E => Fold::To(char::from((code - 0xFEE0) as u8)),
        0x1D7CE..=0x1D7FF => Fold::To(char::from(b'0' + ((code - 0x1D7CE) % 10) as u8)),
        0x0660..=0xABF9 => DIGIT_ZEROS
            .iter()
            .find(|&&zero| (zero..zero + 10).contains(&code))
            .map_or(Fold::Keep, |zero| Fold::To(char::from(b'0' + (code - zero) as u8))),
        _ => Fold::Keep,
    }
}

/// Whether folding would change the text.
pub(crate) fn needs_fold(text: &str) -> bool {
    (!text.is_ascii() && text.chars().any(|c| !matches!(fold_char(c), Fold::Keep))) || has_entity(text)
}

/// Longest entity of HTML or XML that is read, with its signs: `&#x1F600;`.
const ENTITY_BYTES_MAX: usize = 10;
/// Named entities: those of XML, and the letters that names have (ISO 8859-1).
#[rustfmt::skip]
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", ' '), ("commat", '@'), ("colon", ':'), ("period", '.'), ("lowbar", '_'), ("hyphen", '-'), ("plus", '+'), ("equals", '='), ("sol", '/'),
    ("Agrave", 'À'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Atilde", 'Ã'), ("Auml", 'Ä'), ("Aring", 'Å'), ("AElig", 'Æ'), ("Ccedil", 'Ç'), ("Egrave", 'È'), ("Eacute", 'É'), ("Ecirc", 'Ê'), ("Euml", 'Ë'), ("Igrave", 'Ì'), ("Iacute", 'Í'), ("Icirc", 'Î'), ("Iuml", 'Ï'),
    ("ETH", 'Ð'), ("Ntilde", 'Ñ'), ("Ograve", 'Ò'), ("Oacute", 'Ó'), ("Ocirc", 'Ô'), ("Otilde", 'Õ'), ("Ouml", 'Ö'), ("Oslash", 'Ø'), ("Ugrave", 'Ù'), ("Uacute", 'Ú'), ("Ucirc", 'Û'), ("Uuml", 'Ü'), ("Yacute", 'Ý'), ("THORN", 'Þ'), ("szlig", 'ß'), ("agrave", 'à'),
    ("aacute", 'á'), ("acirc", 'â'), ("atilde", 'ã'), ("auml", 'ä'), ("aring", 'å'), ("aelig", 'æ'), ("ccedil", 'ç'), ("egrave", 'è'), ("eacute", 'é'), ("ecirc", 'ê'), ("euml", 'ë'), ("igrave", 'ì'), ("iacute", 'í'), ("icirc", 'î'), ("iuml", 'ï'), ("eth", 'ð'),
    ("ntilde", 'ñ'), ("ograve", 'ò'), ("oacute", 'ó'), ("ocirc", 'ô'), ("otilde", 'õ'), ("ouml", 'ö'), ("oslash", 'ø'), ("ugrave", 'ù'), ("uacute", 'ú'), ("ucirc", 'û'), ("uuml", 'ü'), ("yacute", 'ý'), ("thorn", 'þ'), ("yuml", 'ÿ'), ("Scaron", 'Š'), ("scaron", 'š'),
    ("Lstrok", 'Ł'), ("lstrok", 'ł'), ("Zcaron", 'Ž'), ("zcaron", 'ž'), ("Ccaron", 'Č'), ("ccaron", 'č'), ("cacute", 'ć'), ("nacute", 'ń'), ("sacute", 'ś'), ("eogon", 'ę'), ("aogon", 'ą'), ("OElig", 'Œ'), ("oelig", 'œ'),
];

fn has_entity(text: &str) -> bool {
    memchr::memchr_iter(b'&', text.as_bytes()).any(|at| entity_at(text, at).is_some())
}

/// The character of the entity that begins at `at`, and its length: `&auml;`, `&#64;`, `&#x40;`.
fn entity_at(text: &str, at: usize) -> Option<(char, usize)> {
    let rest = text.as_bytes().get(at + 1..)?;
    let len = memchr::memchr(b';', &rest[..rest.len().min(ENTITY_BYTES_MAX)])?;
    let name = text.get(at + 1..at + 1 + len)?;
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())?
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((c, len + 2))
}

/// Appends the folded text to `out`; `map` gets, for each byte of it and for its end, the offset in the original.
pub(crate) fn fold_into(text: &str, out: &mut String, map: &mut Vec<u32>) {
    let mut passed = 0;
    for (offset, c) in text.char_indices() {
        if offset < passed {
            continue;
        }
        let entity = if c == '&' { entity_at(text, offset) } else { None };
        passed = entity.map_or(0, |(_, len)| offset + len);
        let c = entity.map_or(c, |(c, _)| c);
        let folded = match fold_char(c) {
            Fold::Keep => c,
            Fold::Drop => continue,
            Fold::To(to) => to,
        };
        out.push(folded);
        map.extend(std::iter::repeat_n(offset as u32, folded.len_utf8()));
    }
    map.push(text.len() as u32);
}

/// The value of `%XX` at `at`. `%B` in front of a card number begins track 1 of a magnetic stripe and encodes nothing.
pub(crate) fn percent_at(bytes: &[u8], at: usize) -> Option<u8> {
    let track = bytes.get(at..at + 14).is_some_and(|head| head.starts_with(b"%B") && head[2..].iter().all(u8::is_ascii_digit));
    if track {
        return None;
    }
    match bytes.get(at..at + 3)? {
        [b'%', high, low] => Some((char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?) as u8),
        _ => None,
    }
}

/// Appends the percent-decoded text. What is not valid UTF-8 afterwards becomes U+FFFD.
pub(crate) fn percent_decode_into(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(byte) = percent_at(bytes, at) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    out.push_str(&String::from_utf8_lossy(&decoded));
}

/// Appends the text of a JSON string body without its escapes. A lone surrogate or a bad escape becomes U+FFFD.
pub(crate) fn unescape_into(body: &str, out: &mut String) {
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(cut(rest, 0, at));
        let used = unescape_one(rest.as_bytes().get(at + 1..).unwrap_or_default(), out);
        rest = cut(rest, at + 1 + used, rest.len());
    }
    out.push_str(rest);
}

/// Handles what follows a backslash; says how many bytes it took.
fn unescape_one(after: &[u8], out: &mut String) -> usize {
    let simple = match after.first() {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(&c @ (b'"' | b'\\' | b'/')) => char::from(c),
        Some(b'u') => {
            let Some(first) = hex4(after, 1) else {
                out.push('\u{FFFD}');
                return 1;
            };
            let second = if (0xD800..0xDC00).contains(&first) && after.get(5..7) == Some(b"\\u") { hex4(after, 7) } else { None };
            if let Some(low) = second.filter(|low| (0xDC00..0xE000).contains(low)) {
                out.push(char::from_u32(0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)).unwrap_or('\u{FFFD}'));
                return 11;
            }
            out.push(char::from_u32(first).unwrap_or('\u{FFFD}'));
            return 5;
        }
        _ => {
            out.push('\u{FFFD}');
            return 0;
        }
    };
    out.push(simple);
    1
}

fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |value, &byte| Some(value * 16 + char::from(byte).to_digit(16)?))
}

/// `text[from..to]`, empty when that is no piece of the text: a wrong offset then loses text, it never leaks nor panics.
pub(crate) fn cut(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let (mut out, mut map) = (String::new(), Vec::new());
        fold_into(text, &mut out, &mut map);
        assert_eq!(map.len(), out.len() + 1);
        assert!(map.iter().all(|&at| text.is_char_boundary(at as usize)));
        out
    }

    #[test]
    fn look_alikes_become_ascii() {
        assert_eq!(folded("４１１１\u{a0}1111‑1111\u{200b}1111"), "4111 1111-11111111");
        assert_eq!(folded("٤١١١ ४१११ 𝟒𝟏𝟏𝟏"), "4111 4111 4111");
        assert_eq!(folded("ｊａｎｅ＠ｘ．ｃｏｍ O’Brien"), "jane@x.com O'Brien");
        assert_eq!(folded("Zoë 日本"), "Zoë 日本");
        assert!(!needs_fold("Zoë 日本") && needs_fold("a\u{feff}"));
    }

    #[test]
    fn entities_are_characters() {
        assert_eq!(folded("M&ouml;ller &#64; x&#x2e;y &lt;a&gt; &nbsp;b"), "Möller @ x.y <a>  b");
        assert_eq!(folded("a&b; ?x=1&copy=2 &unknown; &#; &"), "a&b; ?x=1&copy=2 &unknown; &#; &");
        assert!(needs_fold("&#64;") && !needs_fold("a=1&b=2"));
    }

    #[test]
    fn percent_and_escapes() {
        let mut out = String::new();
        percent_decode_into("a%40b%2ec%zz%", &mut out);
        assert_eq!(out, "a@b.c%zz%");
        out.clear();
        unescape_into(r#"a\"b\u00e9\ud83d\ude00\n\ud800x\q\u12"#, &mut out);
        assert_eq!(out, "a\"bé😀\n\u{FFFD}x\u{FFFD}q\u{FFFD}12");
    }
}
