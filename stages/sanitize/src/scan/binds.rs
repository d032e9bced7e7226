//! Values bound to the placeholders of a statement: `where email = ? ... params: ['jane@example.com']`, `-- PARAMETERS: [..]` (TypeORM), `args=(..)`
//! (Django), `Parameters: Jane(String)` (MyBatis), `@p0='Roe' ... set [Surname] = @p0` (Entity Framework), `$1 = '..'` (PostgreSQL). The column beside the
//! placeholder, or at the same number in the list of an `insert`, says what the value is.

use schemas::pii::PiiClass;

use super::plausible::plausible;
use super::value::Value;
use crate::fields::{Rule, Shape, is_full_name};
use crate::fold::cut;
use crate::hash::fast_hash;
use crate::token::token_len;
use crate::worker::Worker;

/// Bytes on either side of a parameter that are searched for its use, and of a list for its statement.
const STATEMENT_BYTES_MAX: usize = 2048;
/// Bytes of statements that are searched for each byte of a text, and whatever its length.
const SEARCHED_PER_BYTE: usize = 4;
const SEARCHED_MIN: usize = 16 << 10;
/// The same for values that stand beside their numbers, each of which looks for its statement.
const SEARCHED_BOUND_MIN: usize = 128 << 10;
/// Statements before a list of values that are looked at.
const STATEMENTS_MAX: usize = 4;
/// Bytes of a list of values.
const LIST_BYTES_MAX: usize = 4096;
/// Values of a list.
const VALUES_MAX: usize = 40;
/// Uses of a parameter that are looked at.
const USES_MAX: usize = 8;
/// Bytes before a placeholder that are searched for the words of a statement.
const STATEMENT_REACH_BYTES: usize = 256;
/// Digits of the number of a placeholder.
const PLACEHOLDER_DIGITS_MAX: usize = 2;
/// Functions around a placeholder that are looked through.
const CALLS_MAX: u8 = 3;
/// Words in front of a list of values in brackets; only the first also stands before one without.
const LIST_WORDS: [&str; 7] = ["parameters", "params", "args", "bindings", "binds", "bind", "values"];

impl Worker<'_> {
    /// Notes the values of the list behind the sign at `at`, when a word for one stands before it and a statement with placeholders before that.
    #[inline]
    pub(super) fn bound_values(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let word = bytes[..at].strip_suffix(b"\"").or_else(|| bytes[..at].strip_suffix(b"'")).unwrap_or(&bytes[..at]);
        if matches!(word.last(), Some(b's' | b'S' | b'd' | b'D')) && matches!(bytes.get(at + 1), Some(b' ' | b'[' | b'(')) {
            self.values_of_list(text, at, word.len());
        }
    }

    #[cold]
    #[inline(never)]
    fn values_of_list(&mut self, text: &str, at: usize, word_end: usize) {
        let head = cut(text, 0, word_end);
        let len = head.bytes().rev().take(12).take_while(u8::is_ascii_alphabetic).count();
        let word = cut(text, word_end - len, word_end);
        let open = at + 1 + text.as_bytes()[at + 1..].iter().take(4).take_while(|&&byte| byte == b' ').count();
        let rest = text.as_bytes().get(open..).unwrap_or_default();
        // `parameters: $1 = 'x'` says itself what is what; a dictionary has names; what was replaced is no list.
        let listed = matches!(rest, [b'[' | b'(', ..]) || word.eq_ignore_ascii_case(LIST_WORDS[0]) && !matches!(rest, [b'$' | b'{', ..] | []);
        if !listed || token_len(&self.engine.keys, rest).is_some() || !LIST_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            return;
        }
        let from = (head.len().saturating_sub(STATEMENT_BYTES_MAX)..=head.len()).find(|&from| text.is_char_boundary(from)).unwrap_or(0);
        let statement = cut(text, from, word_end - len);
        // A text of nothing but lists would look through the same statement for each.
        self.searched += statement.len();
        if self.searched > SEARCHED_MIN + SEARCHED_PER_BYTE * text.len() {
            return;
        }
        let Some(placeholders) = placeholders(statement) else { return };
        let items = self.items(text, open);
        // A statement before this one has placeholders, too. Of a list that was cut, nobody knows how many.
        let skipped = if items.len() == VALUES_MAX { 0 } else { placeholders.len().saturating_sub(items.len()) };
        let numbered = placeholders.iter().any(|placeholder| placeholder.number.is_some());
        for (number, &(start, end)) in items.iter().enumerate() {
            // `$2` says itself which value it is; the others stand in their order.
            let of_number = || placeholders.iter().rev().find(|placeholder| placeholder.number == Some(number + 1));
            let placeholder = if numbered { of_number() } else { placeholders.get(skipped + number) };
            let Some(column) = placeholder.and_then(|placeholder| column_of(statement, placeholder.at, CALLS_MAX)) else { continue };
            self.note_bound(text, (start, end), statement, column);
        }
    }

    /// Notes the value of the placeholder `number`, counted from 1, of the statement before the list whose item stands at `open`; whether it was noted.
    pub(super) fn bound_in_order(&mut self, text: &str, open: usize, number: usize, value: (usize, usize)) -> bool {
        let from = (open.saturating_sub(STATEMENT_BYTES_MAX)..=open).find(|&from| text.is_char_boundary(from)).unwrap_or(0);
        self.bound_searched += open - from;
        if number == 0 || self.bound_searched > SEARCHED_BOUND_MIN + SEARCHED_PER_BYTE * text.len() {
            return false;
        }
        let window = cut(text, from, open);
        let first = window.rfind("(1:").or_else(|| window.rfind("[1] as ["));
        let window = first.filter(|_| number > 1).map_or(window, |list| cut(window, 0, list));
        // The last statement that has so many placeholders: another may stand before it, and `do update set` within it.
        let starts = (0..window.len()).rev().filter(|&at| begins_statement(window.as_bytes(), at));
        for at in starts.take(STATEMENTS_MAX) {
            let statement = cut(window, at, window.len());
            let column = placeholders(statement)
                .filter(|found| found.iter().all(|placeholder| placeholder.number.is_none()))
                .and_then(|found| column_of(statement, found.get(number - 1)?.at, CALLS_MAX));
            if let Some(column) = column {
                return self.note_bound(text, value, statement, column);
            }
        }
        false
    }

    /// Notes a value of a column, when it can be what the column's name says.
    fn note_bound(&mut self, text: &str, (start, end): (usize, usize), statement: &str, column: &str) -> bool {
        let raw = cut(text, start, end);
        let Some(Rule::Class(class)) = self.rule_of_label(column).map(|rule| rule.of_value(raw)) else { return false };
        let value = Value { start, end, delimited: true, prose: false };
        let telling = raw.bytes().any(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80);
        // Flags, jobs and countries have names as well as people.
        let of_thing = class == PiiClass::Name && column.eq_ignore_ascii_case("name") && !(is_full_name(raw) && is_of_persons(statement));
        let fits = telling && !of_thing && !is_digest(raw) && plausible(class, raw, value, column);
        if fits {
            self.note_cell(class, text, (start, end));
        }
        fits
    }

    /// The values of the list that opens at `open`: in brackets or parentheses, or up to the line's end, each with its type behind it then.
    fn items(&self, text: &str, open: usize) -> Vec<(usize, usize)> {
        let bytes = text.as_bytes();
        let close = match bytes.get(open) {
            Some(b'[') => b']',
            Some(b'(') => b')',
            _ => b'\n',
        };
        let mut at = open + usize::from(close != b'\n');
        let limit = bytes.len().min(at + LIST_BYTES_MAX);
        let mut items = Vec::new();
        while items.len() < VALUES_MAX {
            at += bytes[at.min(limit)..limit].iter().take_while(|&&byte| byte == b' ').count();
            if at >= limit || bytes[at] == close {
                break;
            }
            let (start, end) = match bytes[at] {
                b'[' if let Some(len) = token_len(&self.engine.keys, &bytes[at..limit]) => (at, at + len),
                quote @ (b'"' | b'\'') if let Some(len) = quoted_len(&bytes[at + 1..limit], quote) => (at + 1, at + 1 + len),
                b'"' | b'\'' => break,
                _ => {
                    let len = value_len(&bytes[at..limit], close);
                    // What the limit cuts is no value.
                    if at + len == limit && limit < bytes.len() {
                        break;
                    }
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

    /// Notes the name of a placeholder and the class of its column: `last_name = %(n)s`.
    pub(super) fn note_named_bind(&mut self, placeholder: &str, class: PiiClass) {
        let name = placeholder.strip_prefix(':').or_else(|| placeholder.strip_prefix("%(")?.strip_suffix(")s"));
        if let Some(name) = name.filter(|_| self.named_binds.len() < VALUES_MAX) {
            self.named_binds.push((fast_hash(0, name.as_bytes()), class));
        }
    }

    /// The class of the value behind the sign at `at` in a dictionary of values, when a placeholder of the record has its name: `{'n': 'Roe'}`.
    pub(super) fn class_of_bound_pair(&self, text: &str, (start, end): (usize, usize), at: usize) -> Option<PiiClass> {
        if self.named_binds.is_empty() {
            return None;
        }
        let head = cut(text, 0, start).trim_end_matches(['"', '\'']);
        let class = self.class_of_named_bind(cut(text, start, end)).filter(|_| head.ends_with(['{', '[', '(']) || head.ends_with(", "))?;
        may_be_bound(class, text.get(at + 1..)?).then_some(class)
    }

    /// The class of the column that a placeholder of this name is compared with.
    fn class_of_named_bind(&self, name: &str) -> Option<PiiClass> {
        let hash = fast_hash(0, name.as_bytes());
        self.named_binds.iter().find(|(known, _)| *known == hash).map(|(_, class)| *class)
    }

    /// The rule of a key whose value `text` begins with: that of the placeholder of this name, where the key itself says nothing.
    #[cold]
    pub(crate) fn rule_of_named_bind(&self, key: &str, rule: Rule, text: &str) -> Rule {
        let class = self.class_of_named_bind(key).filter(|class| Self::is_open(Some(rule)) && may_be_bound(*class, text));
        class.map_or(rule, Rule::Class)
    }

    /// The class of the parameter `marker` whose value stands at `at`, by the column it is compared with or set to, before or behind.
    #[cold]
    #[inline(never)]
    pub(super) fn class_of_parameter(&mut self, text: &str, at: usize, marker: &str) -> Option<PiiClass> {
        let from = (at.saturating_sub(STATEMENT_BYTES_MAX)..=at).find(|&from| text.is_char_boundary(from))?;
        let to = (at..=text.len().min(at + STATEMENT_BYTES_MAX)).rev().find(|&to| text.is_char_boundary(to))?;
        let window = cut(text, from, to);
        let uses = window.match_indices(marker).map(|(use_at, _)| use_at).filter(|&use_at| from + use_at != at).take(USES_MAX);
        let whole = |&use_at: &usize| window.as_bytes().get(use_at + marker.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        let columns: Vec<&str> = uses.filter(whole).filter_map(|use_at| column_of(window, use_at, CALLS_MAX)).collect();
        columns.into_iter().find_map(|column| match self.rule_of_label(column) {
            Some(Rule::Class(class) | Rule::Shaped(class, Shape::Digits | Shape::Identifier)) => Some(class),
            _ => None,
        })
    }
}

/// Whether the value that a text begins with may be of a class: other values have the names of placeholders, too (`"t":12`).
fn may_be_bound(class: PiiClass, text: &str) -> bool {
    let text = text.trim_start_matches([' ', '"', '\'']);
    let Some(first) = text.chars().next() else { return false };
    match class {
        PiiClass::Name | PiiClass::Address => first.is_uppercase(),
        PiiClass::BirthDate => text.bytes().take(10).take_while(|byte| !byte.is_ascii_alphabetic()).filter(u8::is_ascii_digit).count() >= 6,
        _ => first.is_alphanumeric(),
    }
}

/// A placeholder of a statement.
struct Placeholder {
    at: usize,
    /// Of `$2`.
    number: Option<usize>,
}

/// Whether the verb of a statement stands at `at`.
fn begins_statement(bytes: &[u8], at: usize) -> bool {
    let verbs = ["select ", "insert into ", "update ", "delete from ", "merge into "];
    (at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
        && verbs.iter().any(|verb| bytes.get(at..at + verb.len()).is_some_and(|head| head.eq_ignore_ascii_case(verb.as_bytes())))
}

/// The placeholders of the statement in a text: `?`, `%s`, `$1`, outside of quotes; none where there is no statement.
fn placeholders(text: &str) -> Option<Vec<Placeholder>> {
    let bytes = text.as_bytes();
    let start = (0..bytes.len()).find(|&at| begins_statement(bytes, at))?;
    let (mut found, mut at) = (Vec::new(), start);
    while at < bytes.len() {
        match bytes[at] {
            b'\'' => at += 1 + memchr::memchr(b'\'', &bytes[at + 1..]).unwrap_or(0),
            b'?' => found.push(Placeholder { at, number: None }),
            b'%' if bytes.get(at + 1) == Some(&b's') => found.push(Placeholder { at, number: None }),
            b'$' => {
                let digits = bytes[at + 1..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
                if let Ok(number) = cut(text, at + 1, at + 1 + digits).parse() {
                    found.push(Placeholder { at, number: Some(number) });
                }
            }
            _ => {}
        }
        at += 1;
    }
    (!found.is_empty()).then_some(found)
}

/// Bytes of the placeholder that stands at `at` where a value would: `?`, `?1`, `$2`, `%s`, and in a statement `%(name)s`, `:name`, `@p0`; 0 when it is
/// none. Of a password any of these but `?` may be the first signs, unless a statement says otherwise.
pub(super) fn placeholder_len(text: &str, at: usize, class: PiiClass) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let count = |from: usize, of: fn(&u8) -> bool| rest.iter().skip(from).take(40).take_while(|byte| of(byte)).count();
    let digits = |from: usize| Some(count(from, u8::is_ascii_digit)).filter(|&digits| digits <= PLACEHOLDER_DIGITS_MAX);
    let word = |from: usize| count(from, |byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let (len, sure) = match rest {
        [b'?', ..] => (digits(1).map(|digits| 1 + digits), true),
        [b'$', b'0'..=b'9', ..] => (digits(1).map(|digits| 1 + digits), class != PiiClass::Secret),
        [b'%', b's' | b'd', ..] => (Some(2), class != PiiClass::Secret),
        [b'%', b'(', ..] => (Some(word(2)).filter(|&len| len > 0 && rest[2 + len..].starts_with(b")s")).map(|len| 4 + len), false),
        [b':', b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] => (Some(1 + word(1)), false),
        [b'@', b'p' | b'P', b'0'..=b'9', ..] => (digits(2).map(|digits| 2 + digits), false),
        _ => return 0,
    };
    let Some(len) = len else { return 0 };
    let behind = rest.get(len..).unwrap_or_default();
    let ends = behind.first().is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b')' | b';' | b'"' | b'\'' | b'\\'))
        || behind.starts_with(b"::");
    if ends && (sure || is_in_statement(text, at)) { len } else { 0 }
}

/// Whether words of a statement stand before `at`.
#[cold]
#[inline(never)]
fn is_in_statement(text: &str, at: usize) -> bool {
    const WORDS: [&[u8]; 7] = [b"select ", b"update ", b"insert into ", b"delete from ", b"merge into ", b" where ", b"match ("];
    let window = &text.as_bytes()[at.saturating_sub(STATEMENT_REACH_BYTES)..at];
    WORDS.iter().any(|word| window.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}

/// Bytes up to the quote that closes a value; two quotes, and one behind a backslash, are of the value.
fn quoted_len(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(quote, b'\\', &bytes[at..])?;
        match bytes.get(at + 1) {
            _ if bytes[at] == b'\\' => at += 2,
            Some(&next) if next == quote => at += 2,
            _ => return Some(at),
        }
        if at > bytes.len() {
            return None;
        }
    }
}

/// Bytes of a value without quotes: up to the comma or the end of the list outside of its own parentheses.
fn value_len(bytes: &[u8], close: u8) -> usize {
    let mut depth = 0_usize;
    let ends = |&byte: &u8| {
        match byte {
            b'(' => depth += 1,
            b')' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        byte == b'\n' || depth == 0 && (byte == b',' || byte == close)
    };
    bytes.iter().position(ends).unwrap_or(bytes.len())
}

/// A digest in hexadecimal, of 128 bits or more: `pan_hash`.
fn is_digest(raw: &str) -> bool {
    raw.len() >= 32 && raw.bytes().all(|byte| byte.is_ascii_hexdigit()) && raw.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether a statement is about a table of persons.
fn is_of_persons(statement: &str) -> bool {
    const PERSONS: [&str; 14] =
        ["customer", "client", "person", "party", "holder", "contact", "applicant", "payee", "benef", "kund", "klant", "user", "member", "employee"];
    let small = statement.to_ascii_lowercase();
    PERSONS.iter().any(|word| small.contains(word))
}

/// Bytes of a value in front of its type: `Jane Roe(String)`.
fn without_type(value: &[u8]) -> usize {
    match value.strip_suffix(b")").and_then(|head| memchr::memrchr(b'(', head)) {
        Some(open) if value[open + 1..value.len() - 1].iter().all(u8::is_ascii_alphanumeric) => open,
        _ => value.len(),
    }
}

/// The column that the placeholder at `at` of a statement is compared with or set to, or that stands at its number before `values`. Functions around it
/// are looked through, `calls` of them.
fn column_of(statement: &str, at: usize, calls: u8) -> Option<&str> {
    let before = cut(statement, 0, at).trim_end_matches([' ', '@', ':', 'N']);
    if before.ends_with(['(', ',']) {
        return column_of_list(statement, before.len(), calls);
    }
    let operand = before.trim_end_matches(['=', '<', '>', '!']);
    let compared = match operand.len() < before.len() {
        true => operand,
        false => [" like", " ilike", " between"].iter().find_map(|word| without_word(before, word)).or_else(|| {
            // `between ? and ?`
            let first = without_word(before, " and")?.trim_end();
            without_word(first.trim_end_matches(|c: char| !c.is_whitespace()).trim_end(), " between")
        })?,
    };
    last_name(compared)
}

/// A text without the word at its end, in letters of any case.
fn without_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let from = text.len().checked_sub(word.len())?;
    text.as_bytes()[from..].eq_ignore_ascii_case(word.as_bytes()).then(|| cut(text, 0, from))
}

/// The last name of a text, without its quotes and its type: `u."email"`, `[dbo].[Kund].[Efternamn]`, `lower(email)`, `"email"::text`.
fn last_name(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let text = text.rsplit_once("::").filter(|(_, kind)| kind.bytes().all(|byte| byte.is_ascii_alphanumeric())).map_or(text, |(name, _)| name);
    let name = text.trim_end_matches([' ', ')', ']', '"', '`']);
    name.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().filter(|name| !name.is_empty())
}

/// The parenthesis that is open at `end`, and the commas behind it.
fn open_before(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let (mut depth, mut commas) = (0_usize, 0);
    for at in (0..end).rev() {
        match bytes[at] {
            b')' => depth += 1,
            b'(' if depth == 0 => return Some((at, commas)),
            b'(' => depth -= 1,
            b',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    None
}

/// The column of a value within parentheses, by their number: `insert into t (a, b) values (?, ?), (?, ?)`; that before `in` for any; what a function's
/// result is compared with.
fn column_of_list(statement: &str, end: usize, calls: u8) -> Option<&str> {
    let bytes = statement.as_bytes();
    let (mut open, commas) = open_before(bytes, end)?;
    // Rows before this one.
    while let Some(row) = cut(statement, 0, open).trim_end().strip_suffix(',').map(str::trim_end).and_then(|head| head.strip_suffix(')')) {
        open = open_before(bytes, row.len())?.0;
    }
    let head = cut(statement, 0, open).trim_end();
    if let Some(column) = without_word(head, " in").or_else(|| without_word(head, " any")) {
        return last_name(column.trim_end_matches([' ', '=']));
    }
    if let Some(columns) = without_word(head, "values").or_else(|| without_word(head, "value")) {
        let columns = columns.trim_end().strip_suffix(')')?;
        let columns = cut(columns, columns.rfind('(')? + 1, columns.len());
        return last_name(columns.split(',').nth(commas)?);
    }
    // `surname = upper(?)`
    let function = head.bytes().rev().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if function == 0 || commas > 0 || calls == 0 { None } else { column_of(statement, head.len() - function, calls - 1) }
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    fn check(text: &str, gone: &[&str], kept: &[&str]) {
        let out = scan_text(&engine(), text);
        assert!(gone.iter().all(|value| !out.contains(value)), "{out}");
        assert!(kept.iter().all(|value| out.contains(value)), "{out}");
        assert_eq!(scan_text(&engine(), &out), out);
    }

    #[test]
    fn values_go_by_the_column_of_their_placeholder() {
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
            ("insert into client (id, surname) values (?,?),(?,?) params: [1,\"Roe\",2,\"Tolliver\"]", &["Roe", "Tolliver"]),
            ("select * from client where surname = ? params: ['O''Tolliver']", &["Tolliver"]),
            ("select * from client where surname = ? params: ['O\\'Tolliver']", &["Tolliver"]),
            ("select * from client where upper(surname) = upper(?) params: ['TOLLIVER']", &["TOLLIVER"]),
            ("select * from client where \"surname\"::text = ? params: ['Tolliver']", &["Tolliver"]),
            ("select * from t where birth = %s AND surname = %s; args=(datetime.date(1987, 10, 5), 'Tolliver')", &["Tolliver"]),
            ("select * from client where surname = ? params: [Tolliver]", &["Tolliver"]),
            ("insert into t (surname, email) values (?, ?) params: [Tolliver, x@example.com]", &["Tolliver", "x@example"]),
            ("select * from t where last_name = %(n)s and state = %(s)s -- {'n': 'Tolliver', 's': 'OPEN'}", &["Tolliver"]),
            ("select * from t where surname=:qq and state=:st binds: {qq=Tolliver, st=OPEN}", &["Tolliver"]),
            ("{\"sql\":\"select * from t where surname=:qq\",\"params\":{\"qq\":\"Tolliver\",\"n\":5}}", &["Tolliver"]),
            (
                "select * from t where surname = ? and birth between ? and ? params=[Tolliver, 1971-03-12, 1972-03-13]",
                &["Tolliver", "1971-03-12", "1972-03-13"],
            ),
        ] {
            check(text, gone, &[]);
        }
    }

    #[test]
    fn long_lists_are_told_from_their_beginning() {
        let columns: Vec<String> = (0..45).map(|number| format!("c{number}")).collect();
        let values: Vec<String> = (100..145).map(|number| number.to_string()).collect();
        let places = vec!["?"; 46].join(",");
        let text = format!("insert into client (surname,{}) values ({places}) params: ['Tolliver',{}]", columns.join(","), values.join(","));
        check(&text, &["Tolliver"], &["100,101", "143,144]"]);
        for blanks in [4094, 4095, 4096, 4097] {
            let out = scan_text(&engine(), &format!("select a from t where surname = ? params: [{}'Tolliver']", " ".repeat(blanks)));
            assert_eq!(scan_text(&engine(), &out), out);
        }
    }

    #[test]
    fn other_placeholders_and_lists_stay() {
        for text in [
            "SELECT id FROM job WHERE state = ? AND kind = ? -- PARAMETERS: [\"OPEN\",\"NIGHTLY\"]",
            "args=('Tolliver', 'OPEN')",
            "SELECT id FROM client WHERE name = ? AND id = ? AND password = :pw AND surname = $3 AND last_name = %(n)s AND city = @p4",
            "select * from t where state=:st binds: {st=OPEN, qq=Tolliver}",
            "{\"sql\":\"select a from t where birth_date=:b and city=:c and surname=:n\",\"b\":\"10ms\",\"c\":200,\"n\":5}",
            "SELECT 1 FROM t WHERE surname = ? params: []",
            "select * from t where surname = ? params: [null]",
            "update t set a = ? values: ",
            "select * from feature_flag where name = ? params: [\"enable_new_ui\"]",
            "insert into country (code, name, iso) values (?, ?, ?) params: [\"NO\",\"Norway\",\"NOR\"]",
            "select name from product where name = ? bind: [\"Savings Plus\"]",
            "select * from t where account_no in (?, ?) params: [10, 20]",
            "select * from t where phone like ? params: [\"%\"]",
            "update t set surname = ?; allowed values: A, B, C",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }

    #[test]
    fn a_word_for_a_list_switches_nothing_off() {
        check("call args: [3] body={\"customer\":{\"id\":\"A44718x\",\"ref\":\"Quarterm\"}}", &["A44718x"], &["[3]"]);
        check("jvm args: -Xmx2g {\"customer\":{\"id\":\"A44718x\"}}", &["A44718x"], &["-Xmx2g"]);
        check("params: 2 sql insert into client (id, surname) values (7, 'Tolliver')", &["Tolliver"], &["params: 2"]);
    }
}
