//! Values bound to the places of a statement: `where email = ? ... params: ['jane@example.com']`, `-- PARAMETERS: [..]` (TypeORM), `args=(..)` (Django),
//! `Parameters: Jane(String)` (MyBatis), `@p0='Roe' ... set [Surname] = @p0` (Entity Framework), `$1 = '..'` (PostgreSQL). The column beside the place, or
//! at the same number in the list of an `insert`, says what the value is.

use crate::fields::{Rule, Shape};
use crate::fold::cut;
use crate::token::token_len;
use crate::worker::{Worker, is_placeholder};

/// Bytes on either side of a parameter that are searched for its use, and of a list for its statement.
const STATEMENT_BYTES_MAX: usize = 2048;
/// Bytes of a list of values.
const LIST_BYTES_MAX: usize = 4096;
/// Values of a list.
const VALUES_MAX: usize = 40;
/// Uses of a parameter that are looked at.
const USES_MAX: usize = 8;
/// Words in front of a list of values.
const LIST_WORDS: [&str; 8] = ["parameters", "params", "args", "arguments", "bindings", "binds", "bind", "values"];

impl Worker<'_> {
    /// Notes the values of the list behind the sign at `at`, when a word for one stands before it and a statement with places before that.
    #[inline]
    pub(super) fn bound_values(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let word = bytes[..at].strip_suffix(b"\"").or_else(|| bytes[..at].strip_suffix(b"'")).unwrap_or(&bytes[..at]);
        if matches!(word.last(), Some(b's' | b'S' | b'd' | b'D')) && matches!(bytes.get(at + 1), Some(b' ' | b'[' | b'(')) {
            self.bound_list(text, at, word.len());
        }
    }

    #[cold]
    #[inline(never)]
    fn bound_list(&mut self, text: &str, at: usize, word_end: usize) {
        let head = cut(text, 0, word_end);
        let len = head.bytes().rev().take(12).take_while(u8::is_ascii_alphabetic).count();
        let word = cut(text, word_end - len, word_end);
        // `parameters: $1 = 'x'` says itself what is what, and what was replaced is no list.
        let open = at + 1 + cut(text, at + 1, text.len()).bytes().take(4).take_while(|&byte| byte == b' ').count();
        let rest = text.as_bytes().get(open..).unwrap_or_default();
        if rest.first() == Some(&b'$') || token_len(&self.engine.keys, rest).is_some() {
            return;
        }
        if !LIST_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) || self.wasted > 2 * text.len() {
            return;
        }
        // A text of nothing but lists would look through the same statement for each.
        self.wasted += STATEMENT_BYTES_MAX / 4;
        let from = (head.len().saturating_sub(STATEMENT_BYTES_MAX)..=head.len()).find(|&from| text.is_char_boundary(from)).unwrap_or(0);
        let statement = cut(text, from, word_end - len);
        let Some(places) = places(statement) else { return };
        let items = items(text, at + 1);
        let skipped = places.len().saturating_sub(items.len());
        for (number, &(start, end)) in items.iter().enumerate() {
            let raw = cut(text, start, end);
            // `$2` says itself which value it is; the others stand in their order.
            let numbered = places.iter().rev().find(|place| place.number == Some(number + 1));
            let place = if places.iter().any(|place| place.number.is_some()) { numbered } else { places.get(skipped + number) };
            let Some(column) = place.and_then(|place| column_of(statement, place.at)) else { continue };
            let rule = self.rule_of_label(column).map(|rule| rule.of_value(raw));
            if let Some(Rule::Class(class)) = rule
                && !is_placeholder(raw)
                && !is_digest(raw)
            {
                self.note_cell(class, text, (start, end));
            }
        }
    }

    /// The class of the parameter `marker` whose value stands at `at`, by the column it is compared with or set to, before or behind.
    #[cold]
    #[inline(never)]
    pub(super) fn class_of_parameter(&mut self, text: &str, at: usize, marker: &str) -> Option<schemas::pii::PiiClass> {
        let from = (at.saturating_sub(STATEMENT_BYTES_MAX)..=at).find(|&from| text.is_char_boundary(from))?;
        let to = (at..=text.len().min(at + STATEMENT_BYTES_MAX)).rev().find(|&to| text.is_char_boundary(to))?;
        let window = cut(text, from, to);
        let uses = window.match_indices(marker).map(|(use_at, _)| use_at).filter(|&use_at| from + use_at != at).take(USES_MAX);
        let whole = |&use_at: &usize| window.as_bytes().get(use_at + marker.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        let columns: Vec<&str> = uses.filter(whole).filter_map(|use_at| column_of(window, use_at)).collect();
        columns.into_iter().find_map(|column| match self.rule_of_label(column) {
            Some(Rule::Class(class) | Rule::Shaped(class, Shape::Digits | Shape::Identifier)) => Some(class),
            _ => None,
        })
    }
}

/// A place of a statement.
struct Place {
    at: usize,
    /// Of `$2`.
    number: Option<usize>,
}

/// The places of the statement in a text: `?`, `%s`, `$1`, outside of quotes; none where there is no statement.
fn places(text: &str) -> Option<Vec<Place>> {
    let bytes = text.as_bytes();
    let verbs = ["select ", "insert into ", "update ", "delete from ", "merge into "];
    let begins = |at: usize| verbs.iter().any(|verb| bytes.get(at..at + verb.len()).is_some_and(|head| head.eq_ignore_ascii_case(verb.as_bytes())));
    let start = (0..bytes.len()).find(|&at| (at == 0 || !bytes[at - 1].is_ascii_alphanumeric()) && begins(at))?;
    let (mut places, mut at) = (Vec::new(), start);
    while at < bytes.len() {
        match bytes[at] {
            b'\'' => at += 1 + memchr::memchr(b'\'', &bytes[at + 1..]).unwrap_or(0),
            b'?' => places.push(Place { at, number: None }),
            b'%' if bytes.get(at + 1) == Some(&b's') => places.push(Place { at, number: None }),
            b'$' => {
                let digits = bytes[at + 1..].iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
                if let Ok(number) = cut(text, at + 1, at + 1 + digits).parse() {
                    places.push(Place { at, number: Some(number) });
                }
            }
            _ => {}
        }
        at += 1;
    }
    (!places.is_empty()).then_some(places)
}

/// The values of the list that begins at `from`: in brackets or parentheses, or up to the line's end, each with its type behind it then.
fn items(text: &str, from: usize) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from + bytes[from..].iter().take(4).take_while(|&&byte| byte == b' ').count();
    let close = match bytes.get(at) {
        Some(b'[') => b']',
        Some(b'(') => b')',
        _ => b'\n',
    };
    at += usize::from(close != b'\n');
    let limit = bytes.len().min(at + LIST_BYTES_MAX);
    let mut items = Vec::new();
    while at < limit && items.len() < VALUES_MAX {
        at += bytes[at..limit].iter().take_while(|&&byte| byte == b' ').count();
        let quote = bytes.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let (start, end) = match quote.and_then(|quote| memchr::memchr(quote, &bytes[at + 1..limit])) {
            Some(len) => (at + 1, at + 1 + len),
            None => {
                let len = bytes[at..limit].iter().position(|&byte| byte == b',' || byte == close).unwrap_or(limit - at);
                let value = bytes[at..at + len].trim_ascii_end();
                (at, at + if close == b'\n' { without_type(value) } else { value.len() })
            }
        };
        if !text.is_char_boundary(start) || !text.is_char_boundary(end) {
            break;
        }
        items.push((start, end));
        let behind = end + bytes[end..limit].iter().position(|&byte| byte == b',' || byte == close).unwrap_or(limit - end);
        if bytes.get(behind) != Some(&b',') {
            break;
        }
        at = behind + 1;
    }
    items
}

/// A digest in hexadecimal, of 128 bits or more: `pan_hash`.
fn is_digest(raw: &str) -> bool {
    raw.len() >= 32 && raw.bytes().all(|byte| byte.is_ascii_hexdigit()) && raw.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Bytes of a value in front of its type: `Jane Roe(String)`.
fn without_type(value: &[u8]) -> usize {
    match value.strip_suffix(b")").and_then(|head| memchr::memrchr(b'(', head)) {
        Some(open) if value[open + 1..value.len() - 1].iter().all(u8::is_ascii_alphanumeric) => open,
        _ => value.len(),
    }
}

/// The column that the place at `at` of a statement is compared with or set to, or that stands at its number before `values`.
fn column_of(statement: &str, at: usize) -> Option<&str> {
    let before = cut(statement, 0, at).trim_end_matches([' ', '@', ':', 'N']);
    if before.ends_with(['(', ',']) {
        return column_of_list(statement, before.len());
    }
    let operand = before.trim_end_matches(['=', '<', '>', '!']);
    let compared = match operand.len() < before.len() {
        true => operand,
        false => [" like", " LIKE", " ilike", " ILIKE"].iter().find_map(|word| before.strip_suffix(word))?,
    };
    last_name(compared)
}

/// The last name of a text, without its quotes: `u."email"`, `[dbo].[Kund].[Efternamn]`, `lower(email)`.
fn last_name(text: &str) -> Option<&str> {
    let name = text.trim_end_matches([' ', ')', ']', '"', '`']);
    name.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().filter(|name| !name.is_empty())
}

/// The column of a value within parentheses, by their number: `insert into t (a, b) values (?, ?)`; that before `in` for any.
fn column_of_list(statement: &str, end: usize) -> Option<&str> {
    let bytes = statement.as_bytes();
    let (mut depth, mut commas, mut open) = (0_usize, 0_usize, None);
    for at in (0..end).rev() {
        match bytes[at] {
            b')' => depth += 1,
            b'(' if depth == 0 => {
                open = Some(at);
                break;
            }
            b'(' => depth -= 1,
            b',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    let head = cut(statement, 0, open?).trim_end();
    let word = |word: &str| head.len().checked_sub(word.len()).filter(|&from| bytes[from..head.len()].eq_ignore_ascii_case(word.as_bytes()));
    if let Some(from) = word(" in") {
        return last_name(cut(statement, 0, from));
    }
    let from = word("values").or_else(|| word("value"))?;
    let columns = cut(statement, 0, from).trim_end().strip_suffix(')')?;
    let columns = cut(columns, columns.rfind('(')? + 1, columns.len());
    last_name(columns.split(',').nth(commas)?)
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn values_go_by_the_column_of_their_place() {
        for (text, gone) in [
            (
                "query: SELECT * FROM \"client\" WHERE \"surname\" = $1 AND \"ssn\" = $2 -- PARAMETERS: [\"Tolliver\",\"219-44-8812\"]",
                ["Tolliver", "219-44-8812"].as_slice(),
            ),
            ("(0.002) SELECT id FROM crm WHERE last_name = %s AND state = %s; args=('Tolliver', 'OPEN')", &["Tolliver"]),
            ("insert into holder (id, surname, branch) values (?, ?, ?) {\"bindings\":[17,\"Tolliver\",\"0417\"],\"time\":1.2}", &["Tolliver"]),
            (
                "==>  Preparing: update kunde set nachname = ?, kundennummer = ? where id = ?\n==> Parameters: Tolliver(String), 44718802(Long), 3(Long)",
                &["Tolliver", "44718802"],
            ),
            (
                "[Parameters=[@p0='Tolliver' (Size = 80), @p1='2'], CommandType='Text'] UPDATE [dbo].[Kund] SET [Efternamn] = @p0, [RiskKlass] = @p1",
                &["Tolliver"],
            ),
            ("[Parameters=[@p0='2', @p1='Tolliver' (Size = 80)]] INSERT INTO [Kund] ([RiskKlass], [Efternamn]) VALUES (@p0, @p1)", &["Tolliver"]),
        ] {
            let out = scan_text(&engine(), text);
            assert!(gone.iter().all(|value| !out.contains(value)), "{out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
    }

    #[test]
    fn other_places_and_lists_stay() {
        for text in [
            "SELECT id FROM job WHERE state = ? AND kind = ? -- PARAMETERS: [\"OPEN\",\"NIGHTLY\"]",
            "args=('Tolliver', 'OPEN')",
            "SELECT 1 FROM t WHERE surname = ? params: []",
            "select * from t where surname = ? params: [null]",
            "update t set a = ? values: ",
        ] {
            let out = scan_text(&engine(), text);
            assert!(text.contains("Tolliver") || out == text, "{out}");
        }
    }
}
