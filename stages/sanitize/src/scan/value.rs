//! Where the value of a pair begins and ends: in quotes, between tags, up to a sign, or over the words of a name.

use schemas::pii::PiiClass;

use super::key::{HEADERS, is_key};
use super::value_groups::grouped_end;
use crate::detect::over_dashed;

/// Bytes a value may have; the rest is searched like any text.
pub(super) const VALUE_BYTES_MAX: usize = 4096;

/// A value found behind a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    /// In quotes, or between tags: where it ends is certain.
    pub(super) delimited: bool,
    /// Behind `: ` in what may be prose.
    pub(super) prose: bool,
}

/// Where the value behind the sign at `at` begins: signs like `=>` and `:=`, blanks passed.
pub(super) fn value_start(bytes: &[u8], at: usize) -> usize {
    let mut start = at + 1;
    if bytes[at] == b'>' {
        return start;
    }
    if matches!(bytes.get(start), Some(b'>' | b'=')) {
        start += 1;
    }
    let blanks = bytes[start.min(bytes.len())..].iter().take(4).take_while(|&&byte| byte == b' ').count();
    let start = over_length(bytes, start + blanks);
    over_wrapper(bytes, over_bind(bytes, start))
}

/// Behind the number of a bind variable of Oracle's: `'DNI' :2='12345678Z'`.
fn over_bind(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let bound = (1..=2).contains(&digits) && rest.get(digits) == Some(&b'=') && matches!(rest.get(digits + 1), Some(b'\'' | b'"'));
    if bound { start + digits + 1 } else { start }
}

/// Behind the length that Oracle's audit trail writes before a value: `DATABASE USER:[8] 'KMEYER01'`.
fn over_length(bytes: &[u8], start: usize) -> usize {
    let Some(rest) = bytes.get(start..).and_then(|rest| rest.strip_prefix(b"[")) else { return start };
    let digits = rest.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    let Some(behind) = rest[digits..].strip_prefix(b"]").filter(|_| digits > 0) else { return start };
    let blank = usize::from(behind.first() == Some(&b' '));
    let slashes = behind[blank..].iter().take(4).take_while(|&&byte| byte == b'\\').count();
    if matches!(behind.get(blank + slashes), Some(b'\'' | b'"')) { start + digits + 2 + blank } else { start }
}

/// What the name of a wrapper is written with.
const IN_WRAPPER: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'.');
        byte += 1;
    }
    table
};

/// Where the quoted value begins in what programs write around it: `Some("x")`, `string(13) "x"`, `to_date('x', ...)`, `b'x'`, `N'x'`.
fn over_wrapper(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return start;
    }
    let word = rest.iter().take(24).take_while(|&&byte| IN_WRAPPER[usize::from(byte)]).count();
    let quote = |at: usize| matches!(rest.get(at), Some(b'"' | b'\''));
    if word == 1 && quote(1) {
        return start + 1;
    }
    // `dob = DATE '1979-11-02'`
    if quote(word + 1)
        && rest.get(word) == Some(&b' ')
        && [&b"date"[..], b"timestamp", b"time"].iter().any(|known| known.eq_ignore_ascii_case(&rest[..word]))
    {
        return start + word + 1;
    }
    if rest.get(word) != Some(&b'(') {
        return start;
    }
    let len = rest[word + 1..].iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
    let behind = word + 1 + len;
    match (len, quote(word + 1), rest.get(behind..behind + 2)) {
        (0, true, _) => start + word + 1,
        (1.., _, Some(b") ")) if quote(behind + 2) => start + behind + 2,
        _ => start,
    }
}

/// End of a number or time behind the name of a technical field; none when something else stands there.
pub(super) fn after_measure(bytes: &[u8], start: usize) -> Option<usize> {
    let start = start + usize::from(matches!(bytes.get(start), Some(b'"' | b'\'')));
    let rest = bytes.get(start..)?;
    let len = rest.iter().take(40).take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b':' | b'-' | b'+' | b'T' | b'Z')).count();
    // `4111 1111 1111 1111`: a measure has no second group.
    let grouped = rest.get(len) == Some(&b' ') && rest.get(len + 1).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'(');
    let ends = rest.get(len).is_none_or(|&byte| !byte.is_ascii_alphanumeric() && byte < 0x80 && byte != b'@' && byte != b'%');
    // `HOST=10.91.14.7` may be an address.
    let dots = rest[..len].iter().filter(|&&byte| byte == b'.').count();
    // `status=536-22-8145, n=1`: the sign of the list is no part of it.
    let value = rest[..len].trim_ascii_end();
    let value = value.strip_suffix(b",").or_else(|| value.strip_suffix(b".")).unwrap_or(value);
    let dialled = value.first() == Some(&b'+') && value.contains(&b'-') && !value.contains(&b'.');
    let phone = dialled && value.len() >= crate::walk::PHONE_BYTES_MIN || grouped;
    let hides = dots == 3 || phone || std::str::from_utf8(value).is_ok_and(|text| crate::walk::class_of_measure(text).is_some());
    (len > 0 && len < 40 && ends && !hides).then_some(start + len)
}

pub(super) fn value_at(bytes: &[u8], at: usize, start: usize, class: PiiClass, prose: bool, in_url: bool) -> Option<Value> {
    let reach = bytes.len().min(start + VALUE_BYTES_MAX);
    let rest = bytes.get(start..reach)?;
    let whole = |start: usize, end: usize| (end > start).then_some(Value { start, end, delimited: true, prose: false });
    if bytes[at] == b'>' {
        if let Some(data) = rest.strip_prefix(b"<![CDATA[") {
            return whole(start + 9, start + 9 + memchr::memmem::find(data, b"]]>").unwrap_or(data.len()));
        }
        return whole(start, start + memchr::memchr(b'<', rest)?);
    }
    let slashes = rest.iter().take_while(|&&byte| byte == b'\\').count();
    if let Some(&quote @ (b'"' | b'\'')) = rest.get(slashes) {
        let body = start + slashes + 1;
        return whole(body, closing_quote(&bytes[..reach], body, quote, slashes));
    }
    // `dob=datetime.date(1961, 8, 23)`, `LocalDate.of(1961, 8, 23)`
    if class == PiiClass::BirthDate {
        let call = rest.iter().take(20).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'.').count();
        if call > 3
            && rest.get(call) == Some(&b'(')
            && let Some(len) = memchr::memchr(b')', &rest[..rest.len().min(call + 40)])
        {
            return whole(start + call + 1, start + len);
        }
    }
    if class == PiiClass::Secret && (is_header(bytes, at) || rest.starts_with(b"Basic ") || rest.starts_with(b"Bearer ")) {
        let len = header_len(rest);
        let set = bytes[..at].trim_ascii_end();
        let set = set.get(set.len().saturating_sub(10)..).is_some_and(|name| name.eq_ignore_ascii_case(b"set-cookie"));
        let end = start + if set { without_attributes(&rest[..len]) } else { len };
        return whole(start, end);
    }
    // `user={rsingh}`, `user=<rsingh>`
    if !matches!(class, PiiClass::Secret | PiiClass::Phone)
        && let Some((from, to)) = one_word_in_brackets(rest)
        // `session:{tenant}:{hash}`: the place for a value.
        && (class != PiiClass::Session || rest[from..to].iter().any(u8::is_ascii_digit))
    {
        return whole(start + from, start + to);
    }
    // What opens a bracket is no value; what stands in it is looked at by itself.
    if class != PiiClass::Secret && class != PiiClass::Phone && matches!(rest.first(), Some(b'{' | b'(' | b'<')) {
        return None;
    }
    // `phone=%2B49%20(0)171`
    let area = |at: usize| in_url && rest[..at].iter().rev().take(5).find(|byte| !byte.is_ascii_digit()) == Some(&b'(');
    // `?owner=Roe,%20Jane`
    let joint = |at: usize| in_url && rest[at] == b',' && rest.get(at + 1..at + 4) == Some(b"%20");
    let stops =
        |at: usize| !(joint(at) || rest[at] == b'\'' && is_apostrophe(rest, at) || rest[at] == b')' && (class == PiiClass::Phone || area(at)));
    let mut len = 0;
    while let Some(&byte) = rest.get(len)
        && !(MAY_STOP[usize::from(byte)] && stops(len))
    {
        len += 1;
    }
    // A line's end as a header's has it, written out: `PSU-IP-Address: 203.0.113.9\r\nAccept: */*`.
    if let Some(line) = memchr::memmem::find(&rest[..len], b"\\r\\n") {
        len = line;
    }
    let mut end = start + len;
    if class == PiiClass::Secret {
        end = start + secret_len(rest);
    }
    if class == PiiClass::Session {
        // A query or a fragment is no part of a session.
        end = start + bytes[start..end].iter().position(|&byte| matches!(byte, b'?' | b'#')).unwrap_or(end - start);
    } else if !in_url || class == PiiClass::Geo {
        end = grouped_end(&bytes[..reach], start, end, class);
    }
    // `customer=Hyacinth Dovecote`: a name where a number is usual.
    let named = class == PiiClass::Customer && (!prose || start == at + 1) && is_capitalised(&bytes[start..end]);
    if class == PiiClass::Name && !prose {
        end = over_given_name(&bytes[..reach], end);
    }
    // `owner=rferreira ObjMgrLog`: a login is one word.
    let first = &bytes[start..end];
    let login = class == PiiClass::Name && first.first().is_some_and(u8::is_ascii_lowercase) && !is_particle(first);
    if named || (!in_url && !login && matches!(class, PiiClass::Name | PiiClass::Address)) {
        end = more_words(&bytes[..reach], start, end, class == PiiClass::Address);
        if class == PiiClass::Address {
            end = over_dashed(&bytes[..reach], end);
        }
    }
    while end > start && matches!(bytes[end - 1], b'.' | b':') {
        end -= 1;
    }
    (end > start).then_some(Value { start, end, delimited: false, prose: prose && (bytes.get(at + 1) == Some(&b' ') || bytes[at] == b'-') })
}

/// Where the one word within a bracket at the start of `rest` lies.
fn one_word_in_brackets(rest: &[u8]) -> Option<(usize, usize)> {
    const WORD_BYTES: std::ops::RangeInclusive<usize> = 3..=64;
    let close = match rest.first()? {
        b'{' => b'}',
        b'(' => b')',
        b'<' => b'>',
        _ => return None,
    };
    let word = |&byte: &u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'.' | b'_' | b'-' | b'@' | b'$' | b'!');
    let len = rest[1..].iter().take(*WORD_BYTES.end() + 1).take_while(|byte| word(byte)).count();
    // A tag: `<user>`.
    let tag = close == b'>' && rest.get(len + 2).is_some_and(|&byte| byte > b' ' && !is_delimiter(byte));
    // `(202) 555-0143`
    let area = close == b')' && rest[1..=len].iter().all(u8::is_ascii_digit) && matches!(rest.get(len + 2), Some(b' ' | b'%' | b'-'));
    (WORD_BYTES.contains(&len) && rest.get(len + 1) == Some(&close) && !tag && !area).then_some((1, 1 + len))
}

/// End of `Fleischhauer, Adelheid` in front of another key or the end: the family name ends at `end`.
fn over_given_name(bytes: &[u8], end: usize) -> usize {
    let Some(rest) = bytes.get(end..).and_then(|rest| rest.strip_prefix(b", ")) else { return end };
    let len = rest.iter().take(40).take_while(|&&byte| byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'-' | b'\'')).count();
    let capital = rest.first().is_some_and(|&byte| byte.is_ascii_uppercase() || byte >= 0x80);
    let next = rest.get(len + 1..).unwrap_or_default();
    let key = next.iter().take(40).take_while(|&&byte| is_key(byte)).count();
    let ends = rest.len() == len || (rest[len] == b' ' && key > 0 && next.get(key) == Some(&b'='));
    if capital && len > 1 && ends { end + 2 + len } else { end }
}

/// What may end an unquoted value.
const MAY_STOP: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte <= b' ' as usize || is_delimiter(byte as u8);
        byte += 1;
    }
    table
};

/// Signs that end an unquoted value.
pub(super) const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'&' | b'|' | b')' | b']' | b'}' | b'<' | b'>' | b'"' | b'\'')
}

/// Whether the sign at `at` stands between letters: `O'Palat`.
fn is_apostrophe(rest: &[u8], at: usize) -> bool {
    at > 0 && rest[at - 1].is_ascii_alphabetic() && rest.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
}

/// Length of an unquoted secret. Passwords hold signs that end other values: such a sign counts only before a blank, the end, or the next pair.
fn secret_len(rest: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        if byte <= b' ' || matches!(byte, b'"' | b'&') {
            return at;
        }
        if is_delimiter(byte) && at > 0 {
            let behind = &rest[at + 1..];
            let word = behind.iter().position(|&byte| byte <= b' ' || is_delimiter(byte)).unwrap_or(behind.len());
            let pair = behind[..word].iter().skip(1).any(|byte| matches!(byte, b'=' | b':'));
            if word == 0 || pair || behind.starts_with(b"/") {
                return at;
            }
        }
        at += 1;
    }
    at
}

/// End of the bracket that opens at `start` on the same line, brackets counted.
pub(super) fn bracket_end(bytes: &[u8], start: usize) -> Option<usize> {
    let open = *bytes.get(start)?;
    let close = match open {
        b'{' => b'}',
        b'(' => b')',
        _ => return None,
    };
    let mut depth = 0_u32;
    for (at, &byte) in bytes.iter().enumerate().skip(start).take(VALUE_BYTES_MAX) {
        if byte == b'\n' {
            return Some(at);
        }
        depth += u32::from(byte == open);
        if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    Some(bytes.len().min(start + VALUE_BYTES_MAX))
}

fn is_capitalised(word: &[u8]) -> bool {
    matches!(word, [first, rest @ ..] if first.is_ascii_uppercase() && !rest.is_empty() && rest.iter().all(|byte| byte.is_ascii_lowercase() || *byte >= 0x80))
}

/// Where the quoted value ends: at the closing quote with as many backslashes, else at the line's end.
fn closing_quote(bytes: &[u8], body: usize, quote: u8, slashes: usize) -> usize {
    let mut at = body;
    while let Some(found) = memchr::memchr2(quote, b'\n', &bytes[at..]) {
        let place = at + found;
        if bytes[place] == b'\n' {
            return place;
        }
        let before = bytes[body..place].iter().rev().take_while(|&&byte| byte == b'\\').count();
        // A quote within a text of SQL is doubled: `'O''Flanagan'`.
        let letter = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
        if quote == b'\'' && before == 0 && bytes.get(place + 1) == Some(&b'\'') && place > body && letter(place - 1) && letter(place + 2) {
            at = place + 2;
            continue;
        }
        if before <= slashes {
            return place - before;
        }
        at = place + 1;
    }
    bytes.len()
}

/// Headers whose value has several words.
fn is_header(bytes: &[u8], at: usize) -> bool {
    let line = bytes[at.saturating_sub(24)..at].trim_ascii_end();
    HEADERS.iter().any(|name| line.len() >= name.len() && line[line.len() - name.len()..].eq_ignore_ascii_case(name))
}

/// Whether the end of a header's line begins here as text: `\r\n`, or `\n` before the name of the next one or the end. `CORP\nolan` is a user.
pub(super) fn is_written_end(rest: &[u8]) -> bool {
    let Some(next) = rest.strip_prefix(b"\\n") else { return rest.starts_with(b"\\r\\n") };
    let name = next.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    next.is_empty() || matches!(next.first(), Some(b'"' | b'\'')) || next[0].is_ascii_uppercase() && next.get(name) == Some(&b':')
}

/// Length of a cookie that is set, without its attributes (RFC 6265 4.1): `sid=a1b2; Path=/olb; Max-Age=900; HttpOnly`. The whole length where anything
/// else stands behind it.
fn without_attributes(cookie: &[u8]) -> usize {
    const ATTRIBUTES: [&[u8]; 9] = [b"path", b"domain", b"expires", b"max-age", b"secure", b"httponly", b"samesite", b"partitioned", b"priority"];
    const VALUE_BYTES_MAX: usize = 40;
    let Some(len) = memchr::memchr(b';', cookie) else { return cookie.len() };
    let known = |part: &[u8]| {
        let name = part.split(|&byte| byte == b'=').next().unwrap_or(part);
        part.len() <= name.len() + VALUE_BYTES_MAX && ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    let only_attributes = cookie[len + 1..].split(|&byte| byte == b';').map(<[u8]>::trim_ascii).all(|part| part.is_empty() || known(part));
    if only_attributes { len } else { cookie.len() }
}

/// Length of a header's value: the words of `a=1; b=2`, or a scheme and its credential.
pub(super) fn header_len(rest: &[u8]) -> usize {
    let mut end = 0;
    for i in 0..64 {
        let from = if i == 0 { 0 } else { end + 1 };
        let word = rest.get(from..).unwrap_or_default();
        let ends = |at: usize| word[at] <= b' ' || matches!(word[at], b'"' | b'\'' | b'<' | b'}') || is_written_end(&word[at..]);
        let len = (0..word.len()).find(|&at| ends(at)).unwrap_or(word.len());
        end = from + len;
        // These two have one credential: `{Authorization=Basic am9lOnB3ZA==, Accept=text/xml}`.
        let next = rest.get(end + 1..).unwrap_or_default();
        let name = next.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        if i == 1
            && [&b"basic "[..], b"bearer "].iter().any(|scheme| rest[..from].eq_ignore_ascii_case(scheme))
            && word[..len].last() == Some(&b',')
            && name > 0
            && matches!(next.get(name), Some(b'=' | b':'))
        {
            return end - 1;
        }
        let scheme = i == 0 && word[..len].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') && len <= 20;
        let goes_on = scheme || matches!(word[..len].last(), Some(b';' | b','));
        if len == 0 || !goes_on || rest.get(end) != Some(&b' ') {
            break;
        }
    }
    end
}

/// Extends a name or an address over the words that follow, up to the next key or a lower-case word.
fn more_words(bytes: &[u8], start: usize, mut end: usize, address: bool) -> usize {
    // Names in katakana have a blank between their parts.
    let katakana = |word: &[u8]| matches!(word, [0xE3, 0x82 | 0x83, ..]);
    let in_katakana = katakana(&bytes[start..]);
    for _ in 0..8 {
        let from = if bytes.get(end) == Some(&b',') && address { end + 1 } else { end };
        if bytes.get(from) != Some(&b' ') {
            break;
        }
        let word = &bytes[from + 1..];
        let len = word
            .iter()
            .position(|&byte| byte <= b' ' || matches!(byte, b',' | b';' | b'&' | b'|' | b'"' | b')' | b']' | b'}' | b'<'))
            .unwrap_or(word.len());
        let word = &word[..len];
        let Some(&first) = word.first() else { break };
        // A word of Chinese or Japanese begins no second part of a name.
        let joins = first.is_ascii_uppercase()
            || (0x80..0xE3).contains(&first)
            || (address && (first.is_ascii_digit() || is_word_of_street(word)))
            || is_particle(word)
            || (in_katakana && katakana(word));
        if !joins || word.iter().any(|&byte| matches!(byte, b'=' | b':')) {
            break;
        }
        end = from + 1 + len;
    }
    end
}

/// Small words inside addresses: `14 rue de la Paix`, `3 place du Marché`, `via dei Mille 8`.
fn is_word_of_street(word: &[u8]) -> bool {
    #[rustfmt::skip]
    const WORDS: [&[u8]; 56] = [
        b"rue", b"avenue", b"av.", b"bd", b"boulevard", b"place", b"chemin", b"impasse", b"route", b"quai", b"cours", b"passage", b"square", b"all\xc3\xa9e", b"allee", b"rond-point", b"via", b"viale", b"piazza", b"corso",
        b"vicolo", b"largo", b"calle", b"avenida", b"avda.", b"plaza", b"paseo", b"carrer", b"camino", b"rua", b"travessa", b"ulica", b"ul.", b"al.", b"plac", b"os.", b"straat", b"laan", b"weg", b"bis", b"ter",
        b"des", b"les", b"sur", b"delle", b"dei", b"degli", b"do", b"das", b"las", b"los", b"am", b"an", b"im", b"zum", b"zur",
    ];
    WORDS.contains(&word) || word.starts_with(b"d'") || word.starts_with(b"l'")
}

/// Small words inside names.
pub(super) fn is_particle(word: &[u8]) -> bool {
    matches!(
        word,
        b"van"
            | b"von"
            | b"de"
            | b"der"
            | b"den"
            | b"da"
            | b"di"
            | b"del"
            | b"della"
            | b"la"
            | b"le"
            | b"bin"
            | b"ibn"
            | b"al"
            | b"el"
            | b"dos"
            | b"du"
            | b"zu"
            | b"ten"
            | b"ter"
    )
}
