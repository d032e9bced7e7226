//! Names in front of values in text: `key=value`, `"key":"value"`, `Key: value`, `<key>value</key>`. The field policy decides about the value.

use schemas::pii::PiiClass;

use super::brackets::bracketed_key;
use super::driver::Scope;
use super::hits::Hit;
use super::value_groups::grouped_end;
use crate::fields::{Rule, Shape, is_count, label_ending, tree};
use crate::fold::cut;
use crate::token::token_len;
use crate::worker::Worker;

/// Bytes a key may have.
const KEY_BYTES_MAX: usize = 64;
/// Bytes of an opening tag that are looked at.
const TAG_BYTES_MAX: usize = 256;
/// Bytes a value may have; the rest is searched like any text.
const VALUE_BYTES_MAX: usize = 4096;

/// A value found behind a name.
#[derive(Debug, Clone, Copy)]
struct Value {
    start: usize,
    end: usize,
    /// In quotes, or between tags: where it ends is certain.
    delimited: bool,
    /// Behind `: ` in what may be prose.
    prose: bool,
}

impl Worker<'_> {
    /// Handles the sign at `at` (`=`, `:` or `>`); returns where to go on.
    pub(crate) fn pair(&mut self, text: &str, at: usize, base: usize, _scope: Scope) -> usize {
        let bytes = text.as_bytes();
        let sign = bytes[at];
        if at > 0
            && sign != b'>'
            && bytes[at - 1].is_ascii_digit()
            && let Some(on) = self.numbered(text, at, base)
        {
            return on;
        }
        let Some((key_start, node, rule, prose)) = self.key_of(text, at) else { return at + 1 };
        // What was replaced already names nothing.
        let is_token = memchr::memchr_iter(b'[', &bytes[key_start..at])
            .any(|open| token_len(&self.engine.keys.key_id, &bytes[key_start + open..]).is_some());
        if is_token || self.hits.floor(base) > key_start {
            return at + 1;
        }
        let start = value_start(bytes, at);
        match rule {
            Rule::Keep | Rule::Untouched if !prose => {
                self.note_trace_in_text(node, text, start);
                after_measure(bytes, start).unwrap_or(at + 1)
            }
            Rule::Class(class) => self.class_behind_key(text, (key_start, at), start, node, (class, None), prose, base),
            Rule::Shaped(class, shape) => self.class_behind_key(text, (key_start, at), start, node, (class, Some(shape)), prose, base),
            _ => at + 1,
        }
    }

    /// The key before the sign at `at`: where it begins, its node, its rule, and whether it may be prose.
    fn key_of(&mut self, text: &str, at: usize) -> Option<(usize, tree::NodeId, Rule, bool)> {
        let (bytes, sign) = (text.as_bytes(), text.as_bytes()[at]);
        if sign != b'>'
            && let Some((start, name)) = bracketed_key(text, at)
        {
            let node = self.text_node(&name)?;
            return Some((start, node, self.paths.node(node).rule, false));
        }
        let (start, end, quoted) = key_before(bytes, at)?;
        let prose = sign == b':' && !quoted;
        let found = self.key_node(text, start, end, prose);
        let (node, from) = (found.map(|(node, _)| node), found.map_or(start, |(_, from)| from));
        if sign == b'>' {
            let (node, rule) = self.class_of_tag(text, at, (start, end), node)?;
            return Some((start, node, rule, prose));
        }
        let rule = node.map(|node| self.paths.node(node).rule);
        let spoken = prose && !matches!(bytes.get(value_start(bytes, at)), Some(b'"' | b'\'' | b'['));
        if Self::is_open(rule)
            && !spoken
            && let Some(class) = self.class_beside(text, start, cut(text, start, end))
        {
            return Some((start, tree::TEXT, Rule::Class(class), prose));
        }
        let below = if prose && node.is_none_or(|node| !self.tells_class(node)) { self.node_by_indent(text, start, cut(text, start, end)) } else { None };
        below.filter(|&below| node.is_none() || self.tells_class(below)).or(node).map(|node| (from, node, self.paths.node(node).rule, prose))
    }

    /// The node of the key: of the two or three words before a colon when these are a name, else of the last.
    fn key_node(&mut self, text: &str, start: usize, end: usize, prose: bool) -> Option<(tree::NodeId, usize)> {
        let bytes = text.as_bytes();
        if prose {
            let mut from = start;
            for _ in 0..2 {
                if from < 2 || bytes[from - 1] != b' ' || !is_key(bytes[from - 2]) {
                    break;
                }
                from = bytes[..from - 1]
                    .iter()
                    .rev()
                    .take(KEY_BYTES_MAX)
                    .position(|&byte| !is_key(byte))
                    .map_or_else(|| (from - 1).saturating_sub(KEY_BYTES_MAX), |back| from - 1 - back);
                let node = self.text_node(cut(text, from, end)).filter(|&node| matches!(self.paths.node(node).rule, Rule::Class(_)));
                if let Some(node) = node {
                    return Some((node, from));
                }
            }
        }
        let key = cut(text, start, end);
        if key.is_empty() {
            return None;
        }
        let node = self.text_node(key).or_else(|| label_ending(key).and_then(|ending| self.text_node(ending)));
        let silent = node.is_none_or(|node| self.paths.node(node).rule == Rule::Scan);
        let found = match if silent && !prose { object_around(bytes, start) } else { None } {
            Some((from, to)) => {
                let mut path = self.take_buffer();
                path.push_str(cut(text, from, to));
                path.push('.');
                path.push_str(key);
                let below = self.text_node(&path);
                self.return_buffer(path);
                below.or(node)
            }
            None => node,
        };
        found.map(|node| (node, start))
    }

    #[expect(clippy::too_many_arguments, reason = "the place in the text and the decision, all small")]
    fn class_behind_key(&mut self, text: &str, (key, at): (usize, usize), start: usize, node: tree::NodeId, (class, shape): (PiiClass, Option<Shape>), prose: bool, base: usize) -> usize {
        let bytes = text.as_bytes();
        let class = if class == PiiClass::Name && is_login_label(cut(text, key, at)) { PiiClass::User } else { class };
        if bytes.get(start) == Some(&b'[') {
            if let Some(len) = token_len(&self.engine.keys.key_id, &bytes[start..]) {
                return if class == PiiClass::Secret { self.tail_of_secret(text, start + len, base) } else { start + len };
            }
            return self.list_behind_key(text, start, class, shape, base);
        }
        if class == PiiClass::Secret
            && let Some(end) = bracket_end(bytes, start)
        {
            // Nothing below a secret is worth a risk.
            if let Some(made) = self.make_value(class, cut(text, start, end)) {
                self.hits.push(base, Hit { start, end, made });
            }
            return end;
        }
        if class == PiiClass::Secret && bytes[start.min(bytes.len())..].starts_with(b"${") {
            // The name of a variable.
            return bracket_end(bytes, start + 1).unwrap_or(at + 1);
        }
        let in_url = key > 0 && matches!(bytes[key - 1], b'&' | b'?');
        if prose && bytes.get(start) == Some(&b'\n') && class != PiiClass::Secret {
            self.items_below(text, start, class, shape);
            return start;
        }
        let Some(value) = value_at(bytes, at, start, class, prose, in_url) else { return at + 1 };
        let value = without_next_label(text, value, class);
        let raw = cut(text, value.start, value.end);
        if self.is_token(raw) {
            return value.end;
        }
        // `<field name="ssn">`: the name of a field is nobody's.
        if class == PiiClass::Name && value.delimited && bytes[at] == b'=' && cut(text, key, at).eq_ignore_ascii_case("name") && is_identifier(raw) && self.text_node(raw).is_some() {
            return value.end;
        }
        if shape.is_some_and(|shape| !shape.fits(raw)) || is_count(&self.paths.decision(node).name, raw) || !plausible(class, raw, value, cut(text, key, at)) {
            return at + 1;
        }
        if let Some(made) = self.make_value(class, raw) {
            self.hits.push(base, Hit { start: value.start, end: value.end, made });
            self.note_role_in_text(node, made);
        }
        value.end
    }

    /// What touches a token that stands for a secret is a part of it: `password=[SECRET]x9`.
    fn tail_of_secret(&mut self, text: &str, at: usize, base: usize) -> usize {
        let end = at + text.as_bytes()[at..].iter().take_while(|&&byte| byte > b' ' && !is_delimiter(byte)).count();
        let tail = cut(text, at, end).trim_end_matches(['.', ':']);
        let end = at + tail.len();
        if let Some(made) = tail.bytes().any(|byte| byte.is_ascii_alphanumeric()).then(|| self.make_value(PiiClass::Secret, tail)).flatten() {
            self.hits.push(base, Hit { start: at, end, made });
        }
        end
    }

    /// `"emails": ["a", "b"]` in text that is not JSON as a whole: each item is of the class.
    fn list_behind_key(&mut self, text: &str, start: usize, class: PiiClass, shape: Option<Shape>, base: usize) -> usize {
        let bytes = text.as_bytes();
        let reach = &bytes[start..bytes.len().min(start + VALUE_BYTES_MAX)];
        // A list of objects or lists is searched like any text.
        let Some(close) = reach.iter().skip(1).position(|&byte| matches!(byte, b']' | b'[' | b'{')).map(|at| at + 1) else { return start + 1 };
        if reach[close] != b']' {
            return start + 1;
        }
        let mut from = start + 1;
        for at in (start + 1..=start + close).filter(|&at| matches!(reach[at - start], b',' | b']')) {
            let item = cut(text, from, at);
            let inner = item.trim_matches([' ', '"', '\'', '\\']);
            let offset = from + (item.len() - item.trim_start_matches([' ', '"', '\'', '\\']).len());
            if !inner.is_empty()
                && shape.is_none_or(|shape| shape.fits(inner))
                && !self.is_token(inner)
                && let Some(made) = self.make_value(class, inner)
            {
                self.hits.push(base, Hit { start: offset, end: offset + inner.len(), made });
            }
            from = at + 1;
        }
        start + close
    }
}

/// What a key in text is written with.
const IN_KEY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte as u8, b'_' | b'-' | b'.' | b'@');
        byte += 1;
    }
    table
};
fn is_key(byte: u8) -> bool {
    IN_KEY[usize::from(byte)]
}

/// The key that ends before the sign at `at`: (start, end, in quotes).
fn key_before(bytes: &[u8], at: usize) -> Option<(usize, usize, bool)> {
    let mut end = at;
    if end > 0 && bytes[end - 1] == b' ' && bytes[at] != b'>' {
        end -= 1;
    }
    let quote = *bytes.get(end.checked_sub(1)?)?;
    if matches!(quote, b'"' | b'\'') && bytes[at] != b'>' {
        end -= 1;
        while end > 0 && bytes[end - 1] == b'\\' {
            end -= 1;
        }
        let start = back(bytes, end, |byte| byte == quote || byte < b' ')?;
        return (start > 0 && bytes[start - 1] == quote).then_some((start, end, true));
    }
    if bytes[at] == b'>'
        && let Some(name) = tag_with_attributes(bytes, at)
    {
        return Some(name);
    }
    let start = back(bytes, end, |byte| !is_key(byte))?;
    if bytes[at] == b'>' {
        // An opening tag, its prefix left out: `<ns:Name>`.
        let open = if start > 0 && bytes[start - 1] == b':' { back(bytes, start - 1, |byte| !is_key(byte))? } else { start };
        return (open > 0 && bytes[open - 1] == b'<').then_some((start, end, true));
    }
    // A space before a colon is prose, and clock times are no names.
    let value_touches = bytes.get(at + 1).is_some_and(|&byte| byte > b' ' && byte != b':');
    let sound = bytes[start..end].iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80) && (end == at || bytes[at] == b'=' || value_touches);
    sound.then_some((start, end, false))
}

/// The name of the object that is printed around the key at `start`: `Account(number=1`, `Customer{id=5`.
fn object_around(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let from = start.saturating_sub(TAG_BYTES_MAX);
    let window = bytes.get(from..start)?;
    let open = memchr::memrchr3(b'(', b'{', b'\n', window)?;
    if memchr::memchr2(b')', b'}', &window[open..]).is_some() {
        return None;
    }
    let open = from + open;
    let end = open - usize::from(open > 0 && bytes[open] == b'{' && bytes[open - 1] == b' ');
    let len = bytes[..end].iter().rev().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let named = matches!(bytes[open], b'(' | b'{') && len > 1;
    named.then_some((end - len, end))
}

/// Where the key that ends at `end` begins: behind a byte that is none of it.
fn back(bytes: &[u8], end: usize, stop: impl Fn(u8) -> bool) -> Option<usize> {
    let reach = &bytes[end.saturating_sub(KEY_BYTES_MAX + 1)..end];
    let len = reach.iter().rev().position(|&byte| stop(byte)).unwrap_or(reach.len());
    (len > 0 && len <= KEY_BYTES_MAX).then_some(end - len)
}

/// The name of an opening tag with attributes that ends at `at`: `<ns:pin v='1'>`.
fn tag_with_attributes(bytes: &[u8], at: usize) -> Option<(usize, usize, bool)> {
    if !matches!(bytes.get(at.checked_sub(1)?), Some(b'"' | b'\'')) {
        return None;
    }
    let from = at.saturating_sub(TAG_BYTES_MAX);
    let open = from + memchr::memrchr(b'<', &bytes[from..at])?;
    if memchr::memchr(b'>', &bytes[open..at]).is_some() {
        return None;
    }
    let len = bytes[open + 1..at].iter().take(KEY_BYTES_MAX).take_while(|&&byte| is_key(byte) || byte == b':').count();
    let (start, end) = (open + 1, open + 1 + len);
    if len == 0 || bytes.get(end) != Some(&b' ') {
        return None;
    }
    let prefix = memchr::memrchr(b':', &bytes[start..end]).map_or(0, |colon| colon + 1);
    (start + prefix < end).then_some((start + prefix, end, true))
}

/// Where the value behind the sign at `at` begins: signs like `=>` and `:=`, blanks passed.
fn value_start(bytes: &[u8], at: usize) -> usize {
    let mut start = at + 1;
    if bytes[at] == b'>' {
        return start;
    }
    if matches!(bytes.get(start), Some(b'>' | b'=')) {
        start += 1;
    }
    let blanks = bytes[start.min(bytes.len())..].iter().take(4).take_while(|&&byte| byte == b' ').count();
    over_wrapper(bytes, start + blanks)
}

/// Where the quoted value begins in what programs write around it: `Some("x")`, `string(13) "x"`, `to_date('x', ...)`, `b'x'`, `N'x'`.
fn over_wrapper(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let word = rest.iter().take(24).take_while(|&&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
    let quote = |at: usize| matches!(rest.get(at), Some(b'"' | b'\''));
    if word == 0 || !rest[0].is_ascii_alphabetic() {
        return start;
    }
    if word == 1 && quote(1) {
        return start + 1;
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
fn after_measure(bytes: &[u8], start: usize) -> Option<usize> {
    let start = start + usize::from(matches!(bytes.get(start), Some(b'"' | b'\'')));
    let rest = bytes.get(start..)?;
    let len = rest.iter().take(40).take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b':' | b'-' | b'+' | b'T' | b'Z')).count();
    let ends = rest.get(len).is_none_or(|&byte| !byte.is_ascii_alphanumeric() && byte < 0x80 && byte != b'@' && byte != b'%');
    let hides = std::str::from_utf8(&rest[..len]).is_ok_and(|text| crate::walk::class_of_measure(text).is_some());
    (len > 0 && len < 40 && ends && !hides).then_some(start + len)
}

fn value_at(bytes: &[u8], at: usize, start: usize, class: PiiClass, prose: bool, in_url: bool) -> Option<Value> {
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
    if class == PiiClass::Secret && is_header(bytes, at) {
        let end = start + header_len(rest);
        return whole(start, end);
    }
    // What opens a bracket is no value; what stands in it is looked at by itself.
    if class != PiiClass::Secret && class != PiiClass::Phone && matches!(rest.first(), Some(b'{' | b'(' | b'<')) {
        return None;
    }
    let stop = |at: usize, byte: u8| {
        byte <= b' ' || (is_delimiter(byte) && !(byte == b'\'' && is_apostrophe(rest, at)) && !(byte == b')' && class == PiiClass::Phone))
    };
    let mut end = start + rest.iter().enumerate().position(|(at, &byte)| stop(at, byte)).unwrap_or(rest.len());
    if class == PiiClass::Secret {
        end = start + secret_len(rest);
    }
    if class == PiiClass::Session {
        // A query or a fragment is no part of a session.
        end = start + bytes[start..end].iter().position(|&byte| matches!(byte, b'?' | b'#')).unwrap_or(end - start);
    } else if !in_url {
        end = grouped_end(&bytes[..reach], start, end, class);
    }
    // `customer=Hyacinth Dovecote`: a name where a number is usual.
    let named = class == PiiClass::Customer && !prose && is_capitalised(&bytes[start..end]);
    if class == PiiClass::Name && !prose {
        end = over_given_name(&bytes[..reach], end);
    }
    if named || (!in_url && matches!(class, PiiClass::Name | PiiClass::Address)) {
        end = more_words(&bytes[..reach], end, class == PiiClass::Address);
    }
    while end > start && matches!(bytes[end - 1], b'.' | b':') {
        end -= 1;
    }
    (end > start).then_some(Value { start, end, delimited: false, prose: prose && bytes.get(at + 1) == Some(&b' ') })
}

/// End of `Fleischhauer, Adelheid` in front of another key or the end: the family name ends at `end`.
fn over_given_name(bytes: &[u8], end: usize) -> usize {
    let Some(rest) = bytes.get(end..).and_then(|rest| rest.strip_prefix(b", ")) else { return end };
    let len = rest.iter().take(40).take_while(|&&byte| byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'-' | b'\'')).count();
    let capital = rest.first().is_some_and(|&byte| byte.is_ascii_uppercase() || byte >= 0x80);
    let next = rest.get(len + 1..).unwrap_or_default();
    let key = next.iter().take(40).take_while(|&&byte| is_key(byte)).count();
    let ends = rest.len() == len || (rest[len] == b' ' && next.get(key) == Some(&b'='));
    if capital && len > 1 && ends { end + 2 + len } else { end }
}

/// Signs that end an unquoted value.
fn is_delimiter(byte: u8) -> bool {
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
fn bracket_end(bytes: &[u8], start: usize) -> Option<usize> {
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
        if before <= slashes {
            return place - before;
        }
        at = place + 1;
    }
    bytes.len()
}

/// Headers whose value has several words.
fn is_header(bytes: &[u8], at: usize) -> bool {
    let line = &bytes[at.saturating_sub(24)..at];
    [&b"authorization"[..], b"cookie"].iter().any(|name| line.len() >= name.len() && line[line.len() - name.len()..].eq_ignore_ascii_case(name))
}

/// Length of a header's value: the words of `a=1; b=2`, or a scheme and its credential.
fn header_len(rest: &[u8]) -> usize {
    let mut end = 0;
    for i in 0..64 {
        let from = if i == 0 { 0 } else { end + 1 };
        let word = rest.get(from..).unwrap_or_default();
        let len = word.iter().position(|&byte| byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b'}')).unwrap_or(word.len());
        end = from + len;
        let scheme = i == 0 && word[..len].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') && len <= 20;
        let goes_on = scheme || matches!(word[..len].last(), Some(b';' | b','));
        if len == 0 || !goes_on || rest.get(end) != Some(&b' ') {
            break;
        }
    }
    end
}

/// Extends a name or an address over the words that follow, up to the next key or a lower-case word.
fn more_words(bytes: &[u8], mut end: usize, address: bool) -> usize {
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
        let joins = first.is_ascii_uppercase() || (0x80..0xE3).contains(&first) || (address && first.is_ascii_digit()) || is_particle(word);
        if !joins || word.iter().any(|&byte| matches!(byte, b'=' | b':')) {
            break;
        }
        end = from + 1 + len;
    }
    end
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

/// A name without the words in front of the next label: `Name: Jane Roe Account Domain: x`.
fn without_next_label(text: &str, value: Value, class: PiiClass) -> Value {
    let mut value = value;
    while class == PiiClass::Name
        && value.prose
        && let Some((head, word)) = cut(text, value.start, value.end).rsplit_once(' ')
        && super::names::is_common(&word.to_lowercase())
    {
        value.end = value.start + head.len();
    }
    value
}

fn is_identifier(raw: &str) -> bool {
    !raw.is_empty() && raw.len() <= KEY_BYTES_MAX && raw.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.'))
        || (raw.len() <= KEY_BYTES_MAX && raw.bytes().all(|byte| byte.is_ascii_alphanumeric()) && raw.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase()))
}

/// Labels of logins as Windows events have them; a bank's own are of persons.
fn is_login_label(label: &str) -> bool {
    ["account name", "user name", "logon account", "target user", "subject user", "logon user", "security id"].iter().any(|known| label.eq_ignore_ascii_case(known))
}

/// Whether a word is a login behind a label that asks for one: `Account Name: ysalinas`, as Windows events have it.
fn is_login(label: &str, raw: &str) -> bool {
    is_login_label(label) && raw.len() >= 4 && raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !super::names::is_common(&raw.to_lowercase())
}

/// Whether what stands behind a name can be its value. Prose (`account: locked`) is judged by shape.
fn plausible(class: PiiClass, raw: &str, value: Value, label: &str) -> bool {
    if crate::worker::is_placeholder(raw) {
        return false;
    }
    // Parameters of statements: `BirthDate=@b`.
    if let Some(parameter) = raw.strip_prefix(['@', ':']) && !value.delimited && class != PiiClass::Secret && parameter.len() <= 24 && !parameter.contains(['@', ':', '.', ' ']) && parameter.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    // The code of a branch or a machine is no place: `location=CPH-04`.
    if class == PiiClass::Geo && raw.len() <= 9 && raw.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')) && raw.as_bytes()[0].is_ascii_uppercase() {
        return false;
    }
    let digits = raw.bytes().filter(|byte| byte.is_ascii_digit() || *byte >= 0x80).count();
    if value.delimited || !value.prose {
        // `account=savings`, `card=blocked`: what is not in quotes and has no digit is the state of the thing, and no number.
        use PiiClass::{Account, BirthDate, Card, Ip, Mac, NationalId, Phone, Ssn};
        let word = raw.bytes().all(|byte| byte.is_ascii_lowercase());
        return value.delimited || digits > 0 || !word || !matches!(class, Account | BirthDate | Card | Ip | Mac | NationalId | Phone | Ssn);
    }
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    match class {
        PiiClass::Name => raw.chars().next().is_some_and(|first| first.is_alphabetic() && !first.is_lowercase()) && digits == 0 && !super::names::is_common(raw),
        PiiClass::Address => digits > 0 || raw.contains(' '),
        PiiClass::Email => raw.contains('@'),
        PiiClass::Secret => digits > 0 || raw.len() >= 16 || raw.bytes().any(|byte| byte.is_ascii_punctuation()),
        PiiClass::User => digits > 0 || raw.contains(['.', '_', '@', '\\']) || is_login(label, raw),
        PiiClass::Ip | PiiClass::Mac => digits > 0 && raw.contains(['.', ':', '-']),
        PiiClass::BirthDate | PiiClass::Geo => digits > 0,
        _ => digits >= 3,
    }
}
