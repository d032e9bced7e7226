//! Values with the name of a field in front and no sign of a pair between: a segment of a path (`/sessions/9f2c.../status`), the words of an exception
//! (`invalid sid 5572F7...`, `no entry for pwd hgcgb-wzvwx-50`), the detail of a constraint (`Key (user_id)=(jroe77)`) and the list of a query
//! (`e.user_name IN ('jroe77', 'akim')`). The field policy says what the name means.

use schemas::pii::PiiClass;

use super::hits::Hit;
use super::key::KEY_BYTES_MAX;
use super::login_shape::{initials_and_family, is_two_names};
use super::value::header_len;
use crate::fields::Rule;
use crate::fold::cut;
use crate::token::token_len;
use crate::worker::{Worker, is_placeholder};

/// Bytes of a detail or a list that are looked at.
const REACH_BYTES: usize = 2048;
/// Columns of a constraint and values of a list that are looked at.
const VALUES_MAX: usize = 32;
/// What follows the detail of a constraint in PostgreSQL's messages.
const DETAIL_ENDS: &[&str] = &[") already exists", ") is not present", ") is still referenced", ") conflicts with", ") is duplicated", ")=("];

impl Worker<'_> {
    /// The class and the end of the value at `at`, `len` bytes as far as the shape of a reference goes, when a name before it tells.
    pub(super) fn named_before(&mut self, text: &str, at: usize, len: usize) -> Option<(PiiClass, usize)> {
        let bytes = text.as_bytes();
        match bytes.get(at.checked_sub(1)?)? {
            b'/' => self.path_segment(text, at),
            b' ' => self.word_named_before(text, at, len),
            _ => None,
        }
    }

    /// `/user-id/fkuipers8640/`: the segment before names this one.
    fn path_segment(&mut self, text: &str, at: usize) -> Option<(PiiClass, usize)> {
        let bytes = text.as_bytes();
        let name =
            bytes[..at - 1].iter().rev().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        let start = at - 1 - name;
        if name < 2 || start == 0 || bytes[start - 1] != b'/' || !bytes[start].is_ascii_alphabetic() {
            return None;
        }
        let len = bytes[at..].iter().take(128).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~')).count();
        let ends = bytes
            .get(at + len)
            .is_none_or(|&byte| byte <= b' ' || matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b',' | b';' | b')' | b']' | b'<'));
        let value = cut(text, at, at + len);
        if !ends || is_day(value) {
            return None;
        }
        let class = self.class_of_word(cut(text, start, start + name), value)?;
        let (digits, letters) = (digits(value), value.bytes().filter(u8::is_ascii_alphabetic).count());
        let fits = match class {
            PiiClass::User => digits >= 2 && letters >= 3 || initials_and_family(value).is_some() || is_two_names(value),
            PiiClass::Secret => digits >= 3,
            PiiClass::Card => digits >= 12,
            PiiClass::Session | PiiClass::Device | PiiClass::Customer => digits >= 4,
            PiiClass::Account | PiiClass::Phone | PiiClass::Iban | PiiClass::Ssn | PiiClass::NationalId => digits >= 6,
            _ => false,
        };
        fits.then_some((class, at + len))
    }

    /// `invalid sid 5572F7224AADF870`: random characters behind a word that names a session, a device, a customer or a secret.
    fn word_named_before(&mut self, text: &str, at: usize, len: usize) -> Option<(PiiClass, usize)> {
        let bytes = text.as_bytes();
        let value = cut(text, at, at + len);
        let (digits, letters) = (digits(value), value.bytes().filter(u8::is_ascii_alphabetic).count());
        if len < 8 || digits < 2 || letters < 2 || is_day(value) {
            return None;
        }
        let name =
            bytes[..at - 1].iter().rev().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        // Those two have a shape of their own, which detectors look at.
        if name < 3 || [&b"pin"[..], b"vin"].iter().any(|known| known.eq_ignore_ascii_case(&bytes[at - 1 - name..at - 1])) {
            return None;
        }
        let class = self.class_of_word(cut(text, at - 1 - name, at - 1), value)?;
        let fits = match class {
            PiiClass::Session | PiiClass::Device => digits >= 4 && len >= 10,
            PiiClass::Customer => digits >= 5,
            PiiClass::Secret => len >= 12,
            _ => false,
        };
        fits.then_some((class, at + len))
    }

    /// The class of a value behind a name.
    fn class_of_word(&mut self, name: &str, value: &str) -> Option<PiiClass> {
        let node = self.text_node(name)?;
        match self.paths.node(node).rule.of_value(value) {
            Rule::Class(class) if !is_placeholder(value) => Some(class),
            _ => None,
        }
    }

    /// Handles the `=` at `at` of `Key (tenant, user_id)=(12, jroe77) already exists`; returns where to go on, none when it is none.
    pub(super) fn constraint(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        if let Some(on) = self.cookie(text, at, base) {
            return Some(on);
        }
        if at == 0 || bytes[at - 1] != b')' || bytes.get(at + 1) != Some(&b'(') || self.hits.floor(base) > at {
            return None;
        }
        let open = memchr::memrchr(b'(', &bytes[at.saturating_sub(256)..at])? + at.saturating_sub(256);
        let from = at + 2;
        let reach = (bytes.len().min(from + REACH_BYTES)..=bytes.len()).find(|&end| text.is_char_boundary(end))?;
        let rest = cut(text, from, reach);
        let end = DETAIL_ENDS.iter().filter_map(|sign| rest.find(sign)).min().or_else(|| rest.find(')'))?;
        let names: Vec<&str> = cut(text, open + 1, at - 1).split(", ").take(VALUES_MAX).collect();
        let values: Vec<&str> = if names.len() == 1 { vec![cut(rest, 0, end)] } else { cut(rest, 0, end).split(", ").collect() };
        let mut start = from;
        // With commas inside the values nobody can tell whose they are: the class is that of the first that has one.
        let torn = names.len() != values.len();
        for (index, value) in values.into_iter().take(VALUES_MAX).enumerate() {
            let name = names.get(index).map_or("", |name| name.trim_matches('"'));
            let name = name.strip_prefix("lower(").unwrap_or(name);
            let name = name.split_once("::").map_or(name, |(name, _)| name).trim_matches([')', '(', '"']);
            let class = if torn { names.iter().find_map(|name| self.class_of_word(name, value)) } else { self.class_of_word(name, value) };
            if let Some(class) = class.filter(|_| !value.is_empty() && !self.is_token(value))
                && let Some(made) = self.make_value(class, value)
            {
                self.hits.push(base, Hit { start, end: start + value.len(), made });
            }
            start += value.len() + 2;
        }
        Some(from)
    }

    /// Handles the `=` at `at` of the first part of a cookie behind its word: `invalid Cookie theme=dark; SID=...`. The whole cookie is a secret.
    #[inline(never)]
    fn cookie(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let name = bytes[..at]
            .iter()
            .rev()
            .take(KEY_BYTES_MAX)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            .count();
        let start = at - name;
        let head = bytes[..start].strip_suffix(b" ")?;
        let word = head.len().checked_sub(6)?;
        if name == 0
            || !head[word..].eq_ignore_ascii_case(b"cookie")
            || self.hits.floor(base) > start
            || token_len(&self.engine.keys, &bytes[at + 1..]).is_some()
        {
            return None;
        }
        let end = start + header_len(&bytes[start..]);
        let value = cut(text, start, end);
        if !value.bytes().any(|byte| byte.is_ascii_digit()) || value.len() < name + 9 {
            return None;
        }
        let made = self.make_value(PiiClass::Secret, value)?;
        self.hits.push(base, Hit { start, end, made });
        Some(end)
    }

    /// Handles the quote at `at` when it opens a list: `e.user_name IN ('jroe77', 'akim')`.
    #[cold]
    #[inline(never)]
    pub(super) fn query_list(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let Some(head) = bytes[..at].strip_suffix(b"(") else { return };
        let Some(head) = [&b" in "[..], b" in", b" any ", b" any"].iter().find_map(|word| {
            let cut = head.len().checked_sub(word.len())?;
            head[cut..].eq_ignore_ascii_case(word).then_some(&head[..cut])
        }) else {
            return;
        };
        let head = head.strip_suffix(b" =").or_else(|| head.strip_suffix(b" NOT")).or_else(|| head.strip_suffix(b" not")).unwrap_or(head);
        let quote = |byte: &u8| matches!(byte, b'"' | b'`' | b']');
        let end = head.len() - usize::from(head.last().is_some_and(quote));
        let name = head[..end].iter().rev().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let name = cut(text, end - name, end);
        let mut start = at;
        for _ in 0..VALUES_MAX {
            if bytes.get(start) != Some(&b'\'') {
                return;
            }
            let reach = &bytes[start + 1..bytes.len().min(start + 1 + REACH_BYTES)];
            let Some(len) = memchr::memchr2(b'\'', b'\n', reach) else { return };
            let value = cut(text, start + 1, start + 1 + len);
            if let Some(class) = self.class_of_word(name, value) {
                self.note_cell(class, text, (start + 1, start + 1 + len));
            }
            start += len + 2;
            let Some(rest) = bytes.get(start..) else { return };
            let blanks = if rest.starts_with(b", ") { 2 } else { usize::from(rest.starts_with(b",")) };
            if blanks == 0 {
                return;
            }
            start += blanks;
        }
    }
}

fn digits(value: &str) -> usize {
    value.bytes().filter(u8::is_ascii_digit).count()
}

/// Whether a value begins with a day: `2026-03-01`.
fn is_day(value: &str) -> bool {
    value.as_bytes().get(..10).is_some_and(|day| {
        day.iter().enumerate().all(|(place, byte)| if matches!(place, 4 | 7) { matches!(byte, b'-' | b'.' | b'_') } else { byte.is_ascii_digit() })
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn segments_of_paths() {
        check("GET /v1/jsessionid/CB7E23D4FF94C24C/status 200", &["CB7E23D4"], &["/status 200"]);
        check("PUT /internal/mobile-device-id/dev-4a7cc53093b6 409", &["4a7cc53093b6"], &[]);
        check("DELETE https://api.bank.example/device-uuid/50aee739-0114-fb0b-0ec6-72c9b2e20d2b 204", &["50aee739", "72c9b2e20d2b"], &["204"]);
        check("GET /v1/user-id/fkuipers8640/limits", &["fkuipers8640"], &["/limits"]);
        check("GET /v1/pan/6759-7321-9302-8551-46/status", &["6759", "8551"], &["/status"]);
        for text in [
            "GET /v2/users/settings-v2/page",
            "GET /v1/sessions/2026-11-20/list",
            "GET /v1/orders/ord-2024-000123/lines",
            "GET /v1/token/v2 200",
            "POST /v1/payments/7f3d9c21aa04/confirm",
        ] {
            check(text, &[], &[text]);
        }
    }

    #[test]
    fn words_of_exceptions() {
        check("java.lang.IllegalArgumentException: invalid sid 5572F7224AADF8706C3E9935", &["5572F722"], &["invalid sid"]);
        check("NotFoundException: no entry for pwd hgcgb-wzvwx-50", &["hgcgb", "wzvwx"], &["no entry for pwd"]);
        check("invalid Cookie theme=dark; BANKSID=G8vS2iBPOW7h6FJk; lang=en\n\tat x", &["BANKSID", "G8vS2i"], &["invalid Cookie", "at x"]);
        check("no entry for deviceId dev-ace9bba032dc", &["ace9bba032dc"], &[]);
        for text in ["trace 4bf92f3577b34da6a3ce929d0e0e4736", "token v2-2024 is on"] {
            check(text, &[], &[text]);
        }
    }

    #[test]
    fn details_of_constraints() {
        check("DETAIL: Key (api_key)=(HFsxDvVQXRMJAEILzTAOVykF) already exists.", &["HFsxDvVQ"], &["Key (api_key)=(", ") already exists."]);
        check("Key (tenant, user_id)=(retail, zgondek4653) already exists.", &["zgondek4653"], &["retail"]);
        check("Key (street_address)=(Flat 12, 168 Lalbagh Fort Road, Ooty - 160250) already exists.", &["160250", "Flat 12"], &["already exists"]);
        let text = "Key (order_id)=(4711) is not present in table \"orders\".";
        check(text, &[], &[text]);
    }

    #[test]
    fn lists_of_queries() {
        check("WHERE e.user_name IN ('haddadk4119', 'mroe77') FOR UPDATE", &["haddadk4119", "mroe77"], &["FOR UPDATE"]);
        check("WHERE e.\"jsessionid\" in ('AF282D716F1C80FF0CF32654')", &["AF282D71"], &[]);
        let text = "WHERE e.status IN ('NEW', 'BOOKED')";
        check(text, &[], &[text]);
    }
}
