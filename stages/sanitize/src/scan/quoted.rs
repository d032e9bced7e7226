//! Values in quotes behind a word that names them (`payee name 'Ilse Vandenbroucke'`, `IDENTIFIED BY "x"`), or named behind them (`Duplicate entry 'x' for key
//! 'customer.ssn'`), and the arguments of Redis commands (`"SETEX" "otp:1" "300" "771204"`).

use schemas::pii::PiiClass;

use super::names::{is_common, is_given, is_only_name, is_word};
use super::users::is_file_ending;
use crate::detect::{is_no_user, is_object_name};
use crate::fields::{Rule, is_full_name};
use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// Bytes of a quoted value.
const VALUE_BYTES_MAX: usize = 160;
/// Bytes before a secret answer that are searched for its question, and of the answer.
const ANSWER_REACH_BYTES: usize = 80;
/// Bytes behind a refused value in which the chain to its property ends.
const CHAIN_REACH_BYTES: usize = 400;
/// Words after which the value's name stands before: `got 'x'`.
const GOT_WORDS: &[&str] =
    &["got", "received", "value", "was", "input", "string", "found", "given", "from", "entry", "text", "wert", "valeur", "valor"];
/// Words between a value and the name that follows it: `for key`, `in column`.
const LINKS: &[&str] = &["for", "in", "of", "on", "at", "für", "pour", "para"];
const COLUMN_WORDS: &[&str] = &["key", "column", "field", "property", "attribute", "parameter", "constraint", "element", "index", "spalte", "feld"];
/// Users that are programs.
#[rustfmt::skip]
const TECHNICAL_USERS: &[&str] = &[
    "root", "admin", "administrator", "system", "guest", "postgres", "oracle", "mysql", "sa", "sys", "anonymous", "service", "app", "default", "nobody", "daemon", "www-data", "test", "public", "dbo", "local", "user", "users", "role", "group", "session", "replication", "kafka", "nginx", "git", "jenkins", "ansible", "elastic", "redis", "hdfs", "batch", "scheduler",
];

/// What stands between a value that was refused and the name of what it was to be.
const REFUSALS: &[&str] = &[
    " is not a valid ",
    " is no valid ",
    " is not a correct ",
    " is an invalid ",
    " was not in a correct format for ",
    " is not in a correct format for ",
    " is not valid for ",
    " is invalid for ",
    " was not recognized as a valid ",
    " was not recognized as valid ",
    " as a ",
    " as ",
    " while parsing ",
    " could not be parsed as ",
    " cannot be parsed as ",
    " ist keine gültige ",
    " n'est pas un ",
    " no es un ",
];
/// Words before a login in quotes, which other things stand behind as well.
const LOGIN_WORDS: &[&str] = &["entity", "peer", "profile", "principal", "identity"];

/// What stands between two values of one field: the one that was and the one that is.
const COMPARED: [&str; 9] = [" vs ", " vs. ", " => ", " -> ", " → ", " != ", " <> ", " to ", " instead of "];
/// Words between a field's name and the value it had: `surname corrected: 'Roe' => 'Doe'`.
const CHANGES: &[&str] = &[
    "corrected",
    "changed",
    "updated",
    "amended",
    "modified",
    "replaced",
    "mismatch",
    "differs",
    "was",
    "is",
    "before",
    "old",
    "geändert",
    "korrigiert",
];

/// Words of a query between a column and a text.
const OPERATORS: [&str; 5] = ["like", "ilike", "rlike", "regexp", "containing"];

/// Names of what somebody wrote for the payee to read.
const REFERENCES: [&str; 12] =
    ["ref", "reference", "remittance", "narrative", "memo", "concepto", "causale", "motif", "verwendungszweck", "zweck", "omschrijving", "descricao"];

impl Worker<'_> {
    /// Notes the given name that begins what somebody wrote to a payment, in the quotes that open at `at`: `ref='JANE RENT MAR'`.
    #[inline(never)]
    fn payer_in_reference(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let first = bytes[at + 1..].iter().take(24).take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
        if first < 3 || bytes.get(at + 1 + first) != Some(&b' ') {
            return;
        }
        let head = cut(text, 0, at - 1).trim_end_matches('"');
        let len = head.bytes().rev().take(20).take_while(u8::is_ascii_alphabetic).count();
        let key = cut(head, head.len() - len, head.len());
        let name = cut(text, at + 1, at + 1 + first);
        if REFERENCES.iter().any(|known| known.eq_ignore_ascii_case(key)) && is_given(name) && is_only_name(name) {
            self.note_cell(PiiClass::Name, text, (at + 1, at + 1 + first));
        }
    }

    /// Notes the answer in quotes to the question that lets somebody in: `security question "first pet" answered "Biscuit"`, `secret answer "bluebird"`.
    #[cold]
    #[inline(never)]
    fn secret_answer(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let before = bytes[at.saturating_sub(ANSWER_REACH_BYTES)..at].to_ascii_lowercase();
        let asked =
            [&b"question"[..], b"secret", b"security", b"frage", b"sicherheits"].iter().any(|word| memchr::memmem::find(&before, word).is_some());
        let reach = bytes.len().min(at + 1 + ANSWER_REACH_BYTES);
        if asked && let Some(len) = memchr::memchr(bytes[at], &bytes[at + 1..reach]).filter(|&len| len > 1) {
            self.note_cell(PiiClass::Secret, text, (at + 1, at + 1 + len));
        }
    }

    /// Handles the quote at `at`: notes the value that it opens when a name stands before or behind it.
    pub(super) fn quoted(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        self.copied_value(text, at);
        if at > 3 && matches!(bytes[at - 1], b'=' | b':') {
            self.payer_in_reference(text, at);
        }
        if at > 4 && bytes[at] == b'\'' && bytes[at - 1] == b'(' {
            self.query_list(text, at);
        }
        if at > 5
            && matches!(bytes[at - 1], b',' | b' ')
            && let Some((class, end)) = self.second_of_pair(text, at)
        {
            self.note_cell(class, text, (at + 1, end));
            return;
        }
        if at < 3 || bytes[at - 1] != b' ' && bytes[at - 1] != b'(' {
            return;
        }
        if [&b"answer "[..], b"answered ", b"answer: ", b"antwort ", b"antwort: "].iter().any(|word| {
            let head = &bytes[..at];
            head.len() >= word.len() && head[head.len() - word.len()..].eq_ignore_ascii_case(word)
        }) {
            self.secret_answer(text, at);
        }
        let reach = bytes.len().min(at + 1 + VALUE_BYTES_MAX);
        let close = if bytes[at] == b'[' { b']' } else { bytes[at] };
        let Some(len) = memchr::memchr2(close, b'\n', &bytes[at + 1..reach]) else { return };
        let mut end = at + 1 + len;
        // `surname 'd'Aubrac'`
        if close == b'\'' && bytes.get(end + 1).is_some_and(|byte| byte.is_ascii_uppercase()) && len <= 2 {
            let Some(more) = memchr::memchr2(close, b'\n', &bytes[end + 1..reach.max(end + 1)]) else { return };
            end += 1 + more;
        }
        let after = bytes.get(end + 1).copied().unwrap_or(b' ');
        let raw = cut(text, at + 1, end);
        // A token's own bracket: `[[CARD_...]]`.
        if bytes[at] == b'[' && bytes.get(at + 1) == Some(&b'[') {
            return;
        }
        if bytes[end] != close || raw.trim().is_empty() || after.is_ascii_alphanumeric() || is_placeholder(raw) {
            return;
        }
        // `'BANK\[USER_...]'`
        if raw.rsplit_once('\\').is_some_and(|(_, user)| self.is_token(user)) {
            return;
        }
        let before = bytes[at - 2];
        let class =
            if bytes[at - 1] == b' ' && (before.is_ascii_alphanumeric() || before >= 0x80) { self.class_of_words(text, at - 1, raw) } else { None };
        let class = class.or_else(|| if before == b':' { self.class_of_column_before(text, at - 2) } else { None });
        let class = class.or_else(|| if bytes[at - 1] == b' ' { self.class_of_other_value(text, at, raw) } else { None });
        let class =
            class.or_else(|| self.class_behind(text, end + 1)).or_else(|| if before == b'"' { self.class_of_redis(text, at, end) } else { None });
        let class = class
            .or_else(|| self.class_of_refusal(text, end + 1, raw))
            .or_else(|| is_login_in_quotes(text, at, raw).then_some(PiiClass::User))
            .or_else(|| (is_initials_and_family(raw) || is_family_and_initials(raw)).then_some(PiiClass::Name));
        let class = class.or_else(|| self.class_of_chain(text, at, end + 1));
        let class = class.filter(|class| *class != PiiClass::Secret || !is_object_name(&bytes[..at], raw.as_bytes(), &bytes[end + 1..]));
        if let Some(class) = class {
            self.note_cell(class, text, (at + 1, end));
        }
    }

    /// The class of a value that a change speaks of, the quote of which is at `at`: the first of two behind the field and a word for what was done, or
    /// the second: `surname corrected: 'Roe' => 'Doe'`, `LastName "Roe" vs "Doe"`.
    #[cold]
    #[inline(never)]
    fn class_of_other_value(&mut self, text: &str, at: usize, raw: &str) -> Option<PiiClass> {
        let head = cut(text, 0, at);
        let quote = char::from(*text.as_bytes().get(at)?);
        let first = COMPARED.iter().find_map(|sign| head.strip_suffix(sign)?.strip_suffix(quote)).map(|head| head.rfind(quote).unwrap_or(0));
        let head = match first {
            Some(open) if head.len() - open <= VALUE_BYTES_MAX => cut(text, 0, open),
            Some(_) => return None,
            None => head,
        };
        let words = head.strip_suffix(' ')?;
        let words = words.strip_suffix(':').unwrap_or(words);
        let changed = CHANGES.iter().find_map(|word| words.strip_suffix(word)?.strip_suffix(' '));
        // `surname changed from 'Roe' to 'Doe'`
        let from =
            words.strip_suffix(" from").map(|words| CHANGES.iter().find_map(|word| words.strip_suffix(word)?.strip_suffix(' ')).unwrap_or(words));
        let named = match (changed.or(from), first) {
            (Some(named), _) => named,
            (None, Some(_)) => words,
            (None, None) => return None,
        };
        if named.is_empty() || named.ends_with([' ', '.', '\'', '"']) { None } else { self.class_of_words(text, named.len(), raw) }
    }

    /// The class of the property at the end of the chain behind a value that Jackson refused: `from String "30/02/1971": ... (through reference chain:
    /// Person["dateOfBirth"])`.
    fn class_of_chain(&mut self, text: &str, at: usize, behind: usize) -> Option<PiiClass> {
        if !text.as_bytes()[..at].ends_with(b"String ") || text.as_bytes().get(behind) != Some(&b':') {
            return None;
        }
        let reach = (behind..=text.len().min(behind + CHAIN_REACH_BYTES)).rev().find(|&to| text.is_char_boundary(to))?;
        let (_, chain) = cut(text, behind, reach).split_once("reference chain: ")?;
        let chain = chain.split([')', '\n']).next()?;
        let (_, property) = chain.trim_end_matches([']', '"', '\\']).rsplit_once('"')?;
        self.class_of_label(property)
    }

    /// The class of the second of two quoted texts in a bracket of their own, and where it ends: `('password', 'x')`, `["login","x"]`.
    fn second_of_pair(&mut self, text: &str, at: usize) -> Option<(PiiClass, usize)> {
        let bytes = text.as_bytes();
        let quote = bytes[at];
        let head = cut(text, 0, at).trim_end_matches(' ').strip_suffix(',')?.strip_suffix(char::from(quote))?;
        let from = (head.len().saturating_sub(41)..head.len()).rev().find(|&from| bytes[from] == quote)?;
        let close = match from.checked_sub(1).map(|open| bytes[open])? {
            b'(' => b')',
            b'[' => b']',
            _ => return None,
        };
        let len = memchr::memchr2(quote, b'\n', &bytes[at + 1..bytes.len().min(at + 1 + VALUE_BYTES_MAX)])?;
        let end = at + 1 + len;
        let label = cut(head, from + 1, head.len());
        let raw = cut(text, at + 1, end);
        if bytes[end] != quote
            || bytes.get(end + 1) != Some(&close)
            || raw.is_empty()
            || raw.starts_with("--")
            || is_placeholder(raw)
            || self.class_of_key(raw).is_some()
        {
            return None;
        }
        let class = self.class_of_key(label)?;
        (class == PiiClass::Secret || is_value_of(class, label, raw)).then_some((class, end))
    }

    /// The class that a refusal names behind a value which ended before `at`: `'020 7946' is not a valid phone number`.
    fn class_of_refusal(&mut self, text: &str, at: usize, raw: &str) -> Option<PiiClass> {
        let rest = cut(text, at, text.len());
        let what = REFUSALS.iter().find_map(|refusal| rest.strip_prefix(refusal))?;
        let what = what.trim_start_matches(['\'', '"', '`']);
        // The longest name first: `phone number` says more than `phone`.
        let ends =
            what.char_indices().take(40).filter(|(_, c)| !c.is_alphanumeric() && *c != '_').map(|(end, _)| end).chain([what.len().min(40)]).take(3);
        let mut found = None;
        for end in ends {
            let name = cut(what, 0, end);
            found = self.class_of_label(name).or(found);
        }
        // Prose says of much what it is taken as.
        let taken = rest.starts_with(" as ")
            && matches!(found, Some(PiiClass::Name | PiiClass::Address | PiiClass::User | PiiClass::Secret | PiiClass::Customer));
        found.filter(|&class| !taken && is_value_of(class, "", raw))
    }

    /// Handles the verb `PASS` at `at`: what follows a password's verb in a dialogue with a file server is one.
    #[cold]
    #[inline(never)]
    pub(super) fn ftp_password(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let line = &bytes[at.saturating_sub(96)..at];
        let line = memchr::memrchr(b'\n', line).map_or(line, |end| &line[end + 1..]);
        let verb = memchr::memmem::find(line, b"USER ").is_some()
            || line.ends_with(b"> ")
            || line.ends_with(b"---> ")
            || memchr::memmem::find(line, b"FTP").is_some();
        let len = bytes[at + 5..].iter().take(64).take_while(|&&byte| byte > b' ' && !matches!(byte, b'"' | b'\'')).count();
        if verb && len >= 3 && text.is_char_boundary(at + 5 + len) && !is_placeholder(cut(text, at + 5, at + 5 + len)) {
            self.note_cell(PiiClass::Secret, text, (at + 5, at + 5 + len));
        }
    }

    /// The class that the words which end at `end` give to a quoted value.
    fn class_of_words(&mut self, text: &str, end: usize, raw: &str) -> Option<PiiClass> {
        let word = |end: usize| {
            let len = text.as_bytes()[..end]
                .iter()
                .rev()
                .take(40)
                .take_while(|&&byte| byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b'.'))
                .count();
            end - len
        };
        let (mut last, mut end, mut raw) = (word(end), end, raw);
        if !text.is_char_boundary(last) {
            return None;
        }
        // `last_name ILIKE 'Roe%'`
        if OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(cut(text, last, end))) && last > 0 && text.as_bytes()[last - 1] == b' ' {
            (end, raw) = (last - 1, raw.trim_matches('%'));
            // `upper(c.last_name) like`
            end -= usize::from(text.as_bytes()[end - 1] == b')');
            last = word(end);
            if !text.is_char_boundary(last) {
                return None;
            }
        }
        let label = cut(text, last, end);
        let mut class = None;
        if last > 1 && text.as_bytes()[last - 1] == b' ' {
            let first = word(last - 1);
            class = if first < last - 1 && text.is_char_boundary(first) { self.class_of_key(cut(text, first, end)) } else { None };
        }
        let class = class.or_else(|| self.class_of_key(label));
        if let Some(class) = class {
            return is_value_of(class, label, raw).then_some(class);
        }
        if GOT_WORDS.iter().any(|known| known.eq_ignore_ascii_case(label)) { self.class_beside(text, last, "value") } else { None }
    }

    fn class_of_key(&mut self, key: &str) -> Option<PiiClass> {
        let node = self.text_node(key)?;
        match self.paths.node(node).rule {
            Rule::Class(class) | Rule::Own(Some(class), _) => Some(class),
            _ => None,
        }
    }

    /// The class that stands behind a value which ended before `at`: ` for key 'customer.ssn'`.
    fn class_behind(&mut self, text: &str, at: usize) -> Option<PiiClass> {
        let rest = cut(text, at, text.len()).strip_prefix(' ')?;
        // `object 'loginForm' on field 'password': rejected value [x]`
        if rest.starts_with("on field ") && rest.contains("': rejected value ") {
            return None;
        }
        let (link, rest) = rest.split_once(' ').filter(|(link, _)| link.len() <= 5 && LINKS.contains(link))?;
        let _ = link;
        let (word, rest) = rest.split_once(' ').filter(|(word, _)| word.len() <= 10)?;
        if !COLUMN_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            return None;
        }
        self.class_of_path(rest.trim_start_matches(['"', '\'', '`', '[']))
    }

    /// The class of the column that a message names before its value: `Column 'last_name' too long: 'x'`, whose colon is at `at`.
    fn class_of_column_before(&mut self, text: &str, at: usize) -> Option<PiiClass> {
        let from = (at.saturating_sub(96)..at).find(|&from| text.is_char_boundary(from))?;
        let head = cut(text, from, at);
        let (head, said) = head.rsplit_once(['\'', '"', '`'])?;
        let (head, name) = head.rsplit_once(['\'', '"', '`'])?;
        let word = head.trim_end().rsplit(' ').next()?.trim_start_matches(['[', '(']);
        let column = COLUMN_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
        if column && said.len() <= 32 { self.class_of_path(name) } else { None }
    }

    /// The class of the last argument of a command that sets a key: `"SETEX" "otp:88" "300" "771204"`.
    fn class_of_redis(&mut self, text: &str, at: usize, end: usize) -> Option<PiiClass> {
        let from = (at.saturating_sub(200)..at).find(|&from| text.is_char_boundary(from))?;
        let head = cut(text, from, at);
        let command = ["\"SET\" \"", "\"SETEX\" \"", "\"PSETEX\" \"", "\"GETSET\" \"", "\"SETNX\" \"", "\"set\" \"", "\"setex\" \""]
            .iter()
            .find_map(|verb| head.rfind(verb).map(|at| at + verb.len()))?;
        let last = !matches!(text.as_bytes().get(end + 1..end + 3), Some(b" \""));
        let key = cut(head, command, head.len());
        let key = cut(key, 0, key.find([':', '"'])?);
        if last { self.class_of_key(key) } else { None }
    }
}

/// Whether a text in quotes is a login by its shape alone (`'w.grabowski'`), or behind a word for one (`entity 'mwhitlock'`).
fn is_login_in_quotes(text: &str, at: usize, raw: &str) -> bool {
    let small = |text: &str| text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let stranger = |word: &str| small(word) && (!is_word(word) || is_only_name(word)) && !is_no_user(word.as_bytes());
    let initial = raw.split_once('.').is_some_and(|(first, family)| first.len() == 1 && first.as_bytes()[0].is_ascii_lowercase() && stranger(family));
    let before = cut(text, 0, at).trim_end();
    let said = || LOGIN_WORDS.iter().any(|word| before.ends_with(word));
    let whole = text.as_bytes().get(at + 1 + raw.len() + 1).is_none_or(|&byte| !matches!(byte, b'(' | b':' | b'.' | b'='));
    // `Unknown column 't.kontonr'`, `open 'p.yaml'`
    let column = || COLUMN_WORDS.iter().any(|word| before.ends_with(word)) || raw.rsplit('.').next().is_some_and(is_file_ending);
    whole && (initial && !column() || said() && stranger(raw.rsplit(['.', '_']).next().unwrap_or(raw)) && raw.len() <= 32 && is_login_text(raw))
}

/// `OKONKWO-PELHAM L`: a family of capitals that is no word, and initials.
fn is_family_and_initials(raw: &str) -> bool {
    let Some((family, initials)) = raw.split_once(' ') else { return false };
    let letter = |part: &str| part.trim_end_matches('.').len() == 1 && part.as_bytes()[0].is_ascii_uppercase();
    let parts = || family.split('-');
    initials.split(' ').count() <= 2
        && initials.split(' ').all(letter)
        && (4..=40).contains(&family.len())
        && family.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
        && parts().all(|part| part.len() >= 3 && (is_only_name(part) || !is_word(part)))
        && (parts().count() > 1 || is_only_name(family))
}

/// `A.K. THIRUMALAI`: initials and a word that is no other.
fn is_initials_and_family(raw: &str) -> bool {
    let Some((initials, family)) = raw.rsplit_once(' ') else { return false };
    let dotted = initials.len() <= 9
        && initials.split([' ', '.']).all(|part| part.len() <= 1 && part.bytes().all(|byte| byte.is_ascii_uppercase()))
        && initials.ends_with('.');
    dotted
        && family.chars().count() >= 4
        && family.starts_with(char::is_uppercase)
        && family.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\''))
        && (!is_word(family) || is_only_name(family))
}

fn is_login_text(raw: &str) -> bool {
    raw.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'))
}

/// Whether a quoted value can be of the class that the word before it names.
fn is_value_of(class: PiiClass, label: &str, raw: &str) -> bool {
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    match class {
        PiiClass::Name => {
            is_full_name(raw)
                || raw.strip_prefix("d'").unwrap_or(raw).chars().next().is_some_and(char::is_uppercase)
                    && digits == 0
                    && raw.chars().count() > 2
                    && !is_common(raw)
                    && (raw.chars().any(char::is_lowercase) || raw.len() > 3 && is_only_name(raw))
        }
        PiiClass::User => {
            !raw.contains(' ')
                && !TECHNICAL_USERS.iter().any(|known| known.eq_ignore_ascii_case(raw))
                && raw.len() >= 3
                && !raw.starts_with(['%', '$', '{', '/'])
        }
        // An unexpected token is a piece of code, and a small word is the state of a password.
        PiiClass::Secret => {
            !raw.bytes().all(|byte| byte.is_ascii_lowercase())
                && !label.to_ascii_lowercase().ends_with("token")
                && !raw.contains(' ')
                && raw.len() >= 3
        }
        PiiClass::Email => raw.contains('@'),
        PiiClass::Address => digits > 0 || raw.contains(' '),
        PiiClass::Ip | PiiClass::Mac => digits > 0 && raw.contains(['.', ':', '-']),
        PiiClass::Customer => digits >= 3 || is_full_name(raw),
        _ => digits >= 3,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    fn gone(text: &str, value: &str) {
        let out = scan_text(&engine(), text);
        assert!(!out.contains(value), "{value} in {out}");
        assert_eq!(scan_text(&engine(), &out), out);
    }

    #[test]
    fn names_before_and_behind() {
        gone("payee name 'Ilse Vandenbroucke' differs", "Vandenbroucke");
        gone("beneficiary \"Kwabena Owusu-Ansah\" already registered", "Kwabena");
        gone("login 'teller_guzman' opened till T07", "guzman");
        gone("ALTER USER etl_stage IDENTIFIED BY \"Qw_71x#Lm\" ACCOUNT UNLOCK", "Qw_71x");
        gone("Duplicate entry '88204417' for key 'customer.customer_no'", "88204417");
        gone("Incorrect date value: '1988-09-27' for column 'birth_date' at row 1", "1988");
        gone("Data too long: \"Ottilie Kranz-Meier\" for column \"full_name\"", "Ottilie");
        gone("FTP.NET USER OPS1 PASS K7RM2QZX 230 LOGON OK", "K7RM2QZX");
        gone("1772.11 [0 x] \"SETEX\" \"otp:9\" \"300\" \"771204\"", "771204");
        gone("column \"CORE\".\"PARTY\".\"FULL_NAME\" value='Maria Albuquerque' (actual: 49)", "Maria");
        gone("Applicant ssn: string does not match regex, input_value='892 77 5332' [type=x]", "892 77");
        gone("ssn\n  String should match [type=pattern, input_value='892 77 5332', input_type=str]", "892 77");
        gone("<attribute name=\"ssn\" value=\"892775332\"/>", "892775332");
        gone("field=passport value=K4418820", "K4418820");
        gone("CIFU0300I NAME CHANGE OLD=HOLLOWAY PRUDENCE NEW=WETHERBY PRUDENCE TRAN=CU03", "PRUDENCE");
        gone("email updated from=jroe2 to=jroe3", "jroe2");
        gone("INSERT INTO audit VALUES (9918204, 'w.grabowski', 'LIMIT_CHANGE')", "grabowski");
        gone("a/c 63118420 \"OKONKWO-PELHAM L\"", "OKONKWO");
        gone("embossing record 000123 \"A.K. THIRUMALAI\" svc 201", "THIRUMALAI");
        gone("AMQ8077W: entity 'mwhitlock' has insufficient authority", "mwhitlock");
        gone("Input string '(0)20 7946 0812' was not in a correct format for phone number.", "7946");
        gone("int() with base 10: '40-18-7729.01' while parsing account column (row 20418)", "7729");
        gone("could not execute statement [Column 'last_name' too long: 'Wickremasinghe-Hettiarachchi']; SQL state", "Hettiarachchi");
        gone("from String \"30/02/1971\": (through reference chain: PersonDto[\"dateOfBirth\"])", "1971");
        gone("[('user', 'x'), ('password', 'Harbor53$x')]", "Harbor53");
        gone("[[\"login\",\"kwexcombe\"],[\"mode\",\"x\"]]", "kwexcombe");
        gone("could not parse surname 'd'Aubrac-Lindner'", "Aubrac");
        gone("where upper(c.lastName) like 'WETHERBY%' and c.branch='0468'", "WETHERBY");
        gone("on field 'taxId': rejected value [12/345/67890]; codes", "67890");
    }

    #[test]
    fn quoted_words_stay() {
        for text in ["Unknown column 't.kontonr' in 'field list'", "cannot open 'p.yaml' or 'a.xlsx' now"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
        for text in [
            "PASS rate 0.98",
            "test PASS all of it",
            "user 'root' denied",
            "unexpected token '}' in JSON",
            "card 'BLOCKED' twice",
            "account 'savings' opened",
            "session 'closed' by peer",
            "name 'UNKNOWN' ignored",
            "key 'customer.id' missing",
            "job 'EOD_418' done",
            "plan \"TARIFF B\" and \"SERIES-C D\"",
            "status \"OPEN\" now",
            "value 'x1' for parameter 'mode'",
            "duplicate entry '17' for key 'PRIMARY'",
            "OLD=12 NEW=13",
            "limit changed OLD=100 NEW=200",
            "field=mode value=strict",
            "column \"AMOUNT\" value='12.50'",
            "got 'EOF' at line 3",
            "\"SET\" \"cache:1\" \"300\"",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
