//! Customers in SWIFT FIN messages (SWIFT Standards MT, fields 50a ordering customer and 59a beneficiary): `:50K:/12345678` and up to four lines of name
//! and address. Other fields are searched like any text; banks (52a-58a) are no persons.

use schemas::pii::PiiClass;

use super::hits::Hit;
use crate::fold::cut;
use crate::worker::Worker;

/// Lines of a customer field: an account and four lines.
const LINES_MAX: usize = 5;
/// Bytes before a field that are searched for others of its message.
const MESSAGE_BYTES: usize = 512;
/// Bytes of the details of a booking.
const DETAILS_BYTES_MAX: usize = 800;
/// Characters of a line; SWIFT allows 35.
const LINE_BYTES_MAX: usize = 160;

impl Worker<'_> {
    /// Handles the customer field whose first colon is at `at`; returns where to go on, none when it is no such field.
    #[cold]
    #[inline(never)]
    pub(crate) fn swift_customer(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let tag = bytes.get(at + 1..at + 5)?;
        let starts = at == 0 || matches!(bytes[at - 1], b'\n' | b'\r' | b'n' | b' ' | b'"' | b'\'' | b'|' | b'{' | b':');
        let content = match tag {
            [b'5', b'0' | b'9', b':', _] => at + 4,
            [b'5', b'0' | b'9', b'A' | b'F' | b'H' | b'K', b':'] => at + 5,
            _ => return None,
        };
        // `field :50H: line 3 too long` speaks of the field.
        if matches!(bytes.get(content..content + 2), Some([b' ', b'a'..=b'z'])) {
            return None;
        }
        // A message whose line feeds were dropped: the tag touches what is before it, and others stand around.
        let run_on = || bytes[at.saturating_sub(MESSAGE_BYTES)..at].windows(4).any(|tag| matches!(tag, b":20:" | b":32A" | b":50K" | b":23B"));
        if !starts && !run_on() {
            return None;
        }
        let quoted = at > 0 && bytes[at - 1] == b'\'';
        // Messages in one line have a blank where a line feed was.
        let (mut from, mut named, mut piped) = (content, false, false);
        for number in 0..LINES_MAX {
            let account = number == 0 && bytes.get(from) == Some(&b'/');
            let (end, mut next) = line(bytes, from, account, quoted);
            // Logs write a bar where the line feed behind the account was, and then behind each line.
            piped = bytes.get(end) == Some(&b'|') && (account || piped);
            if piped {
                next = Some(end + 1);
            }
            let end = (from..=end).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(from);
            // Option A names the party by its bank's code.
            if !account && !named && tag[2] == b'A' && is_bank_code(&bytes[from..end]) {
                return Some(end);
            }
            let unnumbered = if named { PiiClass::Address } else { PiiClass::Name };
            self.swift_line(text, from, end, if account { PiiClass::Account } else { unnumbered }, base);
            named |= !account;
            let next = next.map(|next| next + if account { bytes[next..].iter().take_while(|&&byte| byte == b' ').count() } else { 0 });
            match next {
                Some(next) if !matches!(bytes.get(next), None | Some(b':' | b'-' | b'}')) => from = next,
                Some(next) => return Some(next),
                None => return Some(end),
            }
        }
        Some(from)
    }

    /// Notes the customer in a field whose tag is a name, `F50K=/12345678//ROE JANE//1 HIGH STREET F57A=`, its lines parted by two strokes: the sign is at
    /// `at`.
    #[inline]
    pub(super) fn swift_tagged(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        if !matches!(bytes[at.saturating_sub(1)], b'0' | b'9' | b'A' | b'F' | b'H' | b'K') || bytes.get(at + 1) != Some(&b'/') {
            return;
        }
        let tag = bytes[..at].strip_suffix(b"0").or_else(|| bytes[..at].strip_suffix(b"9")).or_else(|| match &bytes[..at] {
            [head @ .., b'0' | b'9', b'A' | b'F' | b'H' | b'K'] => Some(head),
            _ => None,
        });
        let Some(head) = tag.and_then(|head| head.strip_suffix(b"5")) else { return };
        // A number alone may be any field's.
        let option = bytes[at - 1].is_ascii_uppercase();
        let (head, field) = head.strip_suffix(b"F").map_or((head, false), |head| (head, true));
        if (option || field) && !head.last().is_some_and(u8::is_ascii_alphanumeric) {
            self.swift_strokes(text, at + 1);
        }
    }

    #[cold]
    #[inline(never)]
    fn swift_strokes(&mut self, text: &str, start: usize) {
        let bytes = text.as_bytes();
        let reach = &bytes[start..bytes.len().min(start + LINES_MAX * LINE_BYTES_MAX)];
        let is_next = |rest: &[u8]| {
            let tag = rest.strip_prefix(b"F").unwrap_or(rest);
            matches!(tag, [b'0'..=b'9', b'0'..=b'9', b'=' | b':', ..] | [b'0'..=b'9', b'0'..=b'9', b'A'..=b'Z', b'=' | b':', ..])
        };
        let ends = |at: usize| matches!(reach[at], b'"' | b'|' | b'\n' | b'{' | b'}') || reach[at] == b' ' && is_next(&reach[at + 1..]);
        let end = start + (0..reach.len()).find(|&at| ends(at)).unwrap_or(reach.len());
        let Some(field) = text.get(start..end) else { return };
        let Some(field) = field.strip_prefix('/').filter(|field| field.contains("//")) else { return };
        let account = field.split("//").next().unwrap_or_default();
        if account.bytes().filter(u8::is_ascii_digit).count() < 5 {
            return;
        }
        let mut from = start + 1;
        for (number, line) in field.split("//").take(LINES_MAX).enumerate() {
            let class = match number {
                0 => PiiClass::Account,
                1 => PiiClass::Name,
                _ => PiiClass::Address,
            };
            // Lines are in capitals, 35 characters at most; prose may follow the last.
            let long = line.char_indices().nth(36).map_or(line.len(), |(at, _)| at);
            let small = line.as_bytes().windows(2).position(|pair| pair[0] == b' ' && pair[1].is_ascii_lowercase()).unwrap_or(line.len());
            self.note_cell(class, text, (from, from + cut(line, 0, small.min(long)).trim_end().len()));
            from += line.len() + 2;
        }
    }

    /// Handles the account of a statement (field 25) whose first colon is at `at`: `:25:COBADEFF/0482917733`.
    #[cold]
    #[inline(never)]
    pub(crate) fn swift_account(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let content = match bytes.get(at + 1..at + 5)? {
            [b'2', b'5', b':', _] => at + 4,
            [b'2', b'5', b'P', b':'] => at + 5,
            _ => return None,
        };
        let rest = bytes.get(content..)?;
        let len = rest.iter().take(40).take_while(|&&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-')).count();
        let start = content + memchr::memrchr(b'/', &rest[..len]).map_or(0, |slash| slash + 1);
        let end = content + len;
        if bytes[start..end].iter().filter(|byte| byte.is_ascii_digit()).count() < 5 || self.hits.floor(base) > start {
            return None;
        }
        if let Some(made) = self.make_value(PiiClass::Account, cut(text, start, end)) {
            self.hits.push(base, Hit { start, end, made });
        }
        Some(end)
    }

    /// Notes the party in the details of a booking (field 86) that begin at `at`: `?31` its account, `?32` and `?33` its name, as German banks write them,
    /// and `/NAME/` of others.
    #[cold]
    #[inline(never)]
    pub(crate) fn swift_details(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let reach = &bytes[at..bytes.len().min(at + DETAILS_BYTES_MAX)];
        let end = at + reach.windows(2).position(|pair| pair[0] <= b' ' && matches!(pair[1], b':' | b'-')).unwrap_or(reach.len());
        let mut from = at;
        while let Some(found) = memchr::memchr2(b'?', b'/', &bytes[from..end]) {
            let sign = from + found;
            from = sign + 1;
            let rest = &bytes[sign..end];
            let (start, class) = match rest {
                [b'?', b'3', b'1', ..] => (sign + 3, PiiClass::Account),
                [b'?', b'3', b'2' | b'3', ..] => (sign + 3, PiiClass::Name),
                _ if rest.starts_with(b"/NAME/") => (sign + 6, PiiClass::Name),
                _ if rest.starts_with(b"/IBAN/") => (sign + 6, PiiClass::Iban),
                _ if rest.starts_with(b"/ADDR/") => (sign + 6, PiiClass::Address),
                _ => continue,
            };
            let len = bytes[start..end].iter().position(|&byte| byte == bytes[sign] || byte < b' ').unwrap_or(end - start);
            if text.is_char_boundary(start + len) && len > 2 {
                self.note_cell(class, text, (start, start + len));
            }
            from = start + len;
        }
    }

    /// Hides one line; `class` is what it holds when it has no number of its own.
    fn swift_line(&mut self, text: &str, from: usize, end: usize, class: PiiClass, base: usize) {
        let (class, start) = match numbered(cut(text, from, end)) {
            _ if class == PiiClass::Account => (class, from + 1),
            // Option F numbers its lines: 1 name, 2 address, 3 country and town, 4 birth date, 6-8 identifiers.
            Some(b'1') => (PiiClass::Name, from + 2),
            Some(b'2' | b'3') => (PiiClass::Address, from + 2),
            Some(b'4') => (PiiClass::BirthDate, from + 2),
            Some(_) => (PiiClass::NationalId, from + 2),
            None => (class, from),
        };
        let value = cut(text, start, end).trim_end();
        if value.is_empty() || self.is_token(value) {
            return;
        }
        if let Some(made) = self.make_value(class, value) {
            self.hits.push(base, Hit { start, end: start + value.len(), made });
        }
    }
}

/// The number of a line of option F: `1/JOHN DOE`.
#[cold]
#[inline(never)]
fn numbered(line: &str) -> Option<u8> {
    match line.as_bytes() {
        [digit @ b'1'..=b'8', b'/', ..] => Some(*digit),
        _ => None,
    }
}

/// Whether a field's tag stands here: `:52A:`.
fn is_tag(rest: &[u8]) -> bool {
    matches!(rest, [b':', b'0'..=b'9', b'0'..=b'9', b':', ..] | [b':', b'0'..=b'9', b'0'..=b'9', b'A'..=b'Z', b':', ..])
}

/// End of the line that begins at `from`, and where the next one begins. Line feeds may be written as `\n`.
fn line(bytes: &[u8], from: usize, account: bool, quoted: bool) -> (usize, Option<usize>) {
    let reach = &bytes[from..bytes.len().min(from + LINE_BYTES_MAX)];
    for (at, pair) in reach.iter().enumerate() {
        match pair {
            b'\n' => return (from + at - usize::from(at > 0 && reach[at - 1] == b'\r'), Some(from + at + 1)),
            b' ' if is_tag(&reach[at + 1..]) || account || matches!(reach.get(at + 1..at + 3), Some([b'1'..=b'8', b'/'])) => {
                return (from + at, Some(from + at + 1));
            }
            b':' if at > 0 && is_tag(&reach[at..]) => return (from + at, Some(from + at)),
            b'-' if reach.get(at + 1) == Some(&b'}') => return (from + at, Some(from + at)),
            b'\\' if matches!(reach.get(at + 1), Some(b'n')) => return (from + at, Some(from + at + 2)),
            b'\'' if quoted && reach.get(at + 1).is_none_or(|byte| matches!(byte, b' ' | b',' | b')' | b']')) => return (from + at, None),
            b'"' | b'|' | b'{' | b'}' => return (from + at, None),
            _ => {}
        }
    }
    (from + reach.len(), None)
}

/// Whether a line is a bank's code: `DEUTDEFF`, `DEUTDEFF500`.
fn is_bank_code(line: &[u8]) -> bool {
    matches!(line.len(), 8 | 11)
        && line[..6].iter().all(u8::is_ascii_uppercase)
        && line[6..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, engine, scan_text};

    #[test]
    fn customers_of_a_payment_are_hidden() {
        check(
            ":20:REF0001\n:32A:261126EUR1250,00\n:50K:/12345678\nJOHN DOE\n1 HIGH STREET\nLONDON\n:59:/DE89370400440532013000\nMARIA MUSTER\n:71A:SHA\n-}",
            &["12345678\n", "JOHN DOE", "HIGH STREET", "LONDON", "MARIA MUSTER", "DE8937"],
            &["[ACCOUNT_", "[NAME_", "[ADDRESS_", "[IBAN_", ":71A:SHA", "261126EUR1250,00", "REF0001"],
        );
        check(":50F:/GB33BUKB20201555555555\\n1/JANE ROE\\n2/5 MILL LANE\\n3/GB/LEEDS\\n:59A:", &["JANE", "MILL", "LEEDS"], &["[IBAN_", "1/[NAME_"]);
        check(":59:MARIA MUSTER\nHAUPTSTR 1\n:70:rent", &["MARIA", "HAUPTSTR"], &[":70:rent"]);
    }

    #[test]
    fn messages_in_one_line_are_fields_too() {
        check(
            "{4::50K:/44-1882-07 HERRERA LORENA AV. PROVIDENCIA 1882 :52A:BCHICLRM :59:/DE89370400440532013000 MARIA MUSTER :70:/INV/2026-0417-}",
            &["44-1882", "HERRERA", "MARIA"],
            &["BCHICLRM", "2026-0417"],
        );
        check(":50F:/7718820441 1/PARK JI-HOON 2/27 TEHERAN-RO 3/KR/SEOUL :71A:OUR", &["7718820441", "PARK", "TEHERAN", "SEOUL"], &[":71A:OUR"]);
        check(
            ":86:166?00SEPA?20RENT MARCH?30BREMDE22?310099182734?32JANE ROE?33GBR?34997\n:62F:C260301EUR1,00",
            &["0099182734", "JANE ROE"],
            &["RENT MARCH", "?34997", "EUR1,00"],
        );
        check(":86:/TRTP/SEPA/NAME/JANE ROE/REMI/INV 2291/EREF/E1", &["JANE ROE"], &["INV 2291", "/EREF/E1"]);
        check("MT940 :25:COBADEFF/0482917733 :28C:00061/001", &["0482917733"], &["COBADEFF/", "00061/001"]);
    }

    #[test]
    fn a_quoted_message_ends_with_its_quote() {
        check("NAK ':50K:/12345678\\nJANE ROE\\nLEEDS' uetr=7b6f :32A:250311GBP9400,00", &["12345678", "JANE", "LEEDS"], &["' uetr=7b6f :32A:"]);
    }

    #[test]
    fn lines_may_be_parted_by_strokes() {
        check(
            "F20=X1 F50K=/12345678//ROE JANE//1 HIGH STREET//LEEDS F57A=CHASUS33 F59=/000771820556//MARIA MUSTER F71A=SHA",
            &["12345678", "ROE JANE", "HIGH STREET", "LEEDS", "000771820556", "MARIA"],
            &["CHASUS33", "F59=/", "F71A=SHA", "//"],
        );
        check("F50K=/12345678//ROE JANE//LEEDS and was sent in 31 ms", &["12345678", "ROE", "LEEDS"], &["and was sent in 31 ms"]);
        check("x50K=/var/log//x a59=/tmp//y 59=/srv//data//logs", &[], &["x50K=/var/log//x a59=/tmp//y 59=/srv//data//logs"]);
    }

    #[test]
    fn clock_times_and_ratios_are_no_fields() {
        for text in ["at 10:25:59 it ended", "at 10:50:59 it ended", "ratio 4:59:1", "12:59:00"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
