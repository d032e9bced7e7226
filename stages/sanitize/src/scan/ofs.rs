//! Messages of Temenos T24's Open Financial Service: `CUSTOMER,INPUT/I/PROCESS//0,USER/PASSWORD/COMPANY,100724,NAME.1:1:1=JANE ROE,...`: application, options
//! (version, function, kind of processing, and numbers), who signs on, the record, its fields with the numbers of their values. An enquiry has no options:
//! `ENQUIRY.SELECT,,USER/PASSWORD,ENQUIRY.NAME,CUSTOMER.NO:EQ=100724`.
//!
//! Here are the sign-on, the record and the fields with numbers or an operand; other fields are pairs like any.

use schemas::pii::PiiClass;

use super::hits::Hit;
use crate::fields::{Rule, Why, is_count};
use crate::fold::cut;
use crate::token::token_len;
use crate::worker::{Worker, is_placeholder};

/// Bytes of the options, of an application and of a part of the sign-on.
const OPTIONS_BYTES_MAX: usize = 64;
const PART_BYTES_MAX: usize = 64;
/// Bytes of a field's name, and of its value.
const FIELD_BYTES_MAX: usize = 48;
const VALUE_BYTES_MAX: usize = 256;
/// Bytes of the numbers of a value, `12:10`, or of an operand.
const NUMBERS_BYTES_MAX: usize = 8;
/// Functions: input, see, authorise, delete, reverse, verify, history, copy, print.
const FUNCTIONS: &[u8] = b"ISADRVHCPEQ";
/// Operands of an enquiry's selection.
const OPERANDS: &[&str] = &["EQ", "NE", "LT", "LE", "GT", "GE", "LK", "UL", "RG", "NR"];
/// Applications whose records have the number of somebody for an id, or of what is theirs.
#[rustfmt::skip]
const RECORDS: &[(PiiClass, &[&str])] = &[
    (PiiClass::Customer, &["CUSTOMER", "CUSTOMER.ACCOUNT", "CUSTOMER.SECURITY", "CUSTOMER.DEFAULT", "CUSTOMER.POSITION", "CUSTOMER.LIMIT", "LIMIT", "BENEFICIARY", "MB.CUSTOMER", "PROSPECT", "PERSON.ENTITY"]),
    (PiiClass::Account, &["ACCOUNT", "ACCOUNT.CLOSURE", "ACCOUNT.STATEMENT", "ACCOUNT.DEBIT.INT", "ACCOUNT.CREDIT.INT", "ACCT.INACTIVE.RESET", "ALTERNATE.ACCOUNT", "AZ.ACCOUNT", "STANDING.ORDER", "POSTING.RESTRICT.ACCOUNT", "AC.LOCKED.EVENTS.ACCOUNT"]),
    (PiiClass::Card, &["CARD.ISSUE", "CARD.REPLACE"]),
    (PiiClass::User, &["USER", "EB.EXTERNAL.USER"]),
];
/// Fields that are named as nowhere else.
#[rustfmt::skip]
const FIELDS: &[(PiiClass, &[&str])] = &[
    (PiiClass::Name, &["SHORT.NAME", "NAME.1", "NAME.2", "GIVEN.NAMES", "FAMILY.NAME", "PREVIOUS.NAME", "MAIDEN.NAME", "ACCOUNT.TITLE.1", "ACCOUNT.TITLE.2", "SHORT.TITLE", "ORDERING.CUST", "ORDERING.CUSTOMER", "BEN.CUSTOMER", "BEN.NAME", "PAYEE.NAME", "JOINT.NAME", "EMPLOYERS.CONTACT"]),
    (PiiClass::Address, &["STREET", "ADDRESS", "TOWN.COUNTRY", "POST.CODE", "TOWN", "BEN.ADDRESS", "EMPLOYERS.ADD", "PERM.ADDRESS", "HOME.ADDRESS"]),
    (PiiClass::Account, &["DEBIT.ACCT.NO", "CREDIT.ACCT.NO", "ACCOUNT.NUMBER", "ACCOUNT.NO", "BEN.ACCT.NO", "ALT.ACCT.ID", "ACCOUNT.1", "ACCOUNT.2", "CPTY.ACCT.NO", "CHARGES.ACCT.NO", "INTEREST.LIQU.ACCT"]),
    (PiiClass::Customer, &["CUSTOMER", "CUSTOMER.NO", "CUSTOMER.ID", "CUSTOMER.CODE", "DEBIT.CUSTOMER", "CREDIT.CUSTOMER", "JOINT.HOLDER", "MNEMONIC", "REL.CUSTOMER", "CUST.NO"]),
    (PiiClass::Phone, &["PHONE.1", "PHONE", "SMS.1", "SMS", "FAX.1", "FAX", "OFF.PHONE", "TEL.MOBILE", "CONTACT.PHONE"]),
    (PiiClass::Email, &["EMAIL.1", "EMAIL"]),
    (PiiClass::BirthDate, &["DATE.OF.BIRTH", "BIRTH.INCORP.DATE"]),
    (PiiClass::NationalId, &["LEGAL.ID", "TAX.ID", "PASSPORT.NO", "NATIONAL.ID", "SOCIAL.SECURITY.NO"]),
    (PiiClass::User, &["INPUTTER", "AUTHORISER", "SIGN.ON.NAME"]),
];

/// Fields that end like those of somebody, and are not.
const KEPT: &[&str] = &["LEGAL.DOC.NAME", "LEGAL.ISS.AUTH", "CO.CODE", "COMPANY.NAME", "VERSION.NAME", "FILE.NAME"];

/// Bytes behind a record within which the reply may stand.
const REPLY_REACH_BYTES: usize = 2048;

impl Worker<'_> {
    /// Notes who signs on and which record is meant in the message whose options end at the comma at `at`.
    #[inline]
    pub(super) fn ofs(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        // `PROCESS,`, `VALIDATE,`, `//0,`, `/,`, `/A,`, and the second comma of `ENQUIRY.SELECT,,`.
        let may = match bytes[..at] {
            [.., b'S', b'S'] | [.., b'T', b'E'] | [.., b'/'] | [.., b'/', b'A'..=b'Z' | b'0'..=b'9'] => true,
            [.., b'T', b','] => bytes[..at].ends_with(b"SELECT,"),
            _ => false,
        };
        if may && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
            self.ofs_message(text, at);
        }
    }

    #[cold]
    #[inline(never)]
    fn ofs_message(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        // A head that the log cut says by its operation that a user follows.
        let operation = [&b"/PROCESS"[..], b"/VALIDATE"].iter().any(|word| bytes[..at].ends_with(word));
        let Some(application) = application(text, at).or(operation.then_some("")) else { return };
        let part = |from: usize, stop: &[u8]| {
            let rest = bytes.get(from..).unwrap_or_default();
            from + rest.iter().take(PART_BYTES_MAX).take_while(|byte| **byte > b' ' && !stop.contains(byte) && !matches!(byte, b'"' | b'\'')).count()
        };
        // A password may hold any sign but these.
        let user = part(at + 1, b"/,");
        if bytes.get(user) != Some(&b'/') || user < at + 2 {
            return;
        }
        let password = part(user + 1, b"/,");
        let company = if bytes.get(password) == Some(&b'/') { part(password + 1, b",") } else { password };
        if !text.is_char_boundary(user) || !text.is_char_boundary(password) || !operation && !matches!(bytes.get(company), Some(b',') | None) {
            return;
        }
        for (class, span) in [(PiiClass::User, (at + 1, user)), (PiiClass::Secret, (user + 1, password))] {
            let value = cut(text, span.0, span.1);
            if !value.is_empty() && !is_placeholder(value) {
                self.note_cell(class, text, span);
            }
        }
        let class = RECORDS.iter().find(|(_, names)| names.contains(&application)).map(|&(class, _)| class);
        let end = part(company + 1, b",/");
        let record = cut(text, company + 1, end);
        if let Some(class) =
            class.filter(|_| bytes.get(company) == Some(&b',') && !record.contains('=') && record.len() >= 3 && !is_placeholder(record))
        {
            let digits = record.bytes().filter(u8::is_ascii_digit).count();
            if digits >= 3 || class == PiiClass::User {
                self.note_cell(class, text, (company + 1, end));
                // `-> 100724//1`: the reply begins with the record.
                let rest = &bytes[end..bytes.len().min(end + REPLY_REACH_BYTES)];
                if let Some(reply) = memchr::memmem::find(rest, [record.as_bytes(), b"//"].concat().as_slice()) {
                    let start = end + reply;
                    if !bytes[start - 1].is_ascii_alphanumeric() {
                        self.note_cell(class, text, (start, start + record.len()));
                    }
                }
            }
        }
    }

    /// Handles the field with the number of its value, or with an operand, whose first sign is at `at`: `SHORT.NAME:1:1=ROE J`,
    /// `CUSTOMER.NO:EQ=100724`; returns where to go on.
    #[inline]
    pub(super) fn ofs_field(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let named = at > 1 && (bytes[at - 1].is_ascii_uppercase() || bytes[at - 1].is_ascii_digit());
        if bytes[at] == b'=' {
            return if named { self.ofs_value(text, (at, at), base) } else { None };
        }
        let numbers = bytes.get(at + 1..)?;
        let len =
            numbers.iter().take(NUMBERS_BYTES_MAX).take_while(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || **byte == b':').count();
        if named && numbers.get(len) == Some(&b'=') { self.ofs_value(text, (at, at + 1 + len), base) } else { None }
    }

    #[cold]
    #[inline(never)]
    fn ofs_value(&mut self, text: &str, (colon, at): (usize, usize), base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let len = bytes[..colon].iter().rev().take(FIELD_BYTES_MAX).take_while(|byte| is_of_name(**byte)).count();
        let (name, numbers) = (cut(text, colon - len, colon), cut(text, (colon + 1).min(at), at));
        let numbered = numbers.split(':').all(|part| part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit()));
        let sound = (numbered && numbers.bytes().filter(|&byte| byte == b':').count() <= 1) || OPERANDS.contains(&numbers);
        // The first word of a name may have been taken for somebody's.
        let begins = name.as_bytes().first().is_some_and(|first| first.is_ascii_uppercase() || *first == b'.');
        // Without numbers a field is a pair like any, unless its name is T24's own.
        let own = colon < at || name.contains('.') && FIELDS.iter().any(|(_, names)| names.contains(&name));
        if name.len() < 2 || !begins || !sound || !own {
            return None;
        }
        let start = at + 1;
        let quoted = bytes.get(start) == Some(&b'"');
        let start = start + usize::from(quoted);
        let rest = cut(text, start, floor(text, start + VALUE_BYTES_MAX));
        let value = cut(rest, 0, value_len(rest, quoted)).trim_end();
        if value.is_empty()
            || value.starts_with(' ')
            || is_placeholder(value)
            || token_len(&self.engine.keys, value.as_bytes()).is_some()
            || self.hits.floor(base) > start
        {
            return Some(start);
        }
        match self.ofs_rule(name, value).map(|rule| rule.of_value(value)) {
            Some(Rule::Class(class) | Rule::Own(Some(class), _)) if !is_count(&crate::fields::normalise(name), value) => {
                if let Some(made) = self.make_value(class, value) {
                    self.hits.push(base, Hit { start, end: start + value.len(), made });
                }
                Some(start + value.len())
            }
            _ => Some(start),
        }
    }

    /// What the name of a field says: the policy and the names of all, and those of T24.
    fn ofs_rule(&mut self, name: &str, value: &str) -> Option<Rule> {
        if KEPT.contains(&name) {
            return None;
        }
        let known = FIELDS.iter().find(|(_, names)| names.contains(&name)).map(|&(class, _)| class);
        // `ORDERING.CUST` has the name of somebody or a number.
        let known = known.map(|class| if class == PiiClass::Name && !value.chars().any(char::is_alphabetic) { PiiClass::Customer } else { class });
        let node = self.text_node(name);
        let said = |worker: &Self, node| matches!(worker.paths.decision(node).why, Why::Fields | Why::KeepFields);
        match node.map(|node| (self.paths.node(node).rule, said(self, node))) {
            Some((rule @ (Rule::Untouched | Rule::Own(..)), _) | (rule, true)) => Some(rule),
            rule => known.map(Rule::Class).or(rule.map(|(rule, _)| rule)),
        }
    }
}

/// Bytes of a value: up to its quote, or to the comma before the next field; elsewhere prose may follow. Responses have its numbers behind it, `AAA:1:1`.
fn value_len(rest: &str, quoted: bool) -> usize {
    let bytes = rest.as_bytes();
    // `O'NEIL` goes on.
    let inner = |at: usize| at > 0 && bytes[at - 1].is_ascii_alphanumeric() && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    let stops = |at: usize| match bytes[at] {
        b'"' => true,
        b'\'' => !quoted && !inner(at),
        b',' | b'<' | b'>' | b'|' | b';' => !quoted,
        byte => byte < b' ',
    };
    let end = (0..bytes.len()).find(|&at| stops(at)).unwrap_or(bytes.len());
    let certain = quoted || bytes.get(end) == Some(&b',') && bytes.get(end + 1).is_none_or(u8::is_ascii_uppercase);
    let value = cut(rest, 0, if certain { end } else { prose_at(cut(rest, 0, end)) });
    let bare = value.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':');
    let numbers = cut(value, bare.len(), value.len());
    // What stands before the numbers may end with digits itself.
    let len = if numbers.matches(':').count() >= 2 { bare.len() + numbers.find(':').unwrap_or(0) } else { value.len() };
    len.min(value.len())
}

/// The application of the message whose options end at `at`.
fn application(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let len = bytes[..at].iter().rev().take(OPTIONS_BYTES_MAX).take_while(|byte| is_of_name(**byte) || **byte == b'/').count();
    let options = cut(text, at - len, at);
    let comma = (at - len).checked_sub(1).filter(|&comma| bytes[comma] == b',')?;
    let name = bytes[..comma].iter().rev().take(PART_BYTES_MAX).take_while(|byte| is_of_name(**byte)).count();
    let application = cut(text, comma - name, comma);
    let mut parts = options.split('/').skip(1);
    let function =
        parts.next().is_some_and(|part| part.is_empty() && options.len() > 1 || part.len() == 1 && FUNCTIONS.contains(&part.as_bytes()[0]));
    let processed = parts.next().is_none_or(|part| matches!(part, "PROCESS" | "VALIDATE" | ""));
    let sound = if options.is_empty() { application == "ENQUIRY.SELECT" } else { function && processed };
    (sound && application.len() >= 4 && application.as_bytes()[0].is_ascii_uppercase()).then_some(application)
}

/// What names of applications and fields are written with.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
}

/// Where prose begins in a value that nothing ends: at a word of small letters, or a pair.
fn prose_at(rest: &str) -> usize {
    let mut len = 0;
    for word in rest.split_inclusive(' ') {
        if len > 0 && (word.starts_with(|c: char| c.is_lowercase() || matches!(c, '(' | '[' | '-')) || word.contains('=')) {
            break;
        }
        len += word.len();
    }
    let value = cut(rest, 0, len).trim_end();
    if value.contains('[') { value.len() } else { value.trim_end_matches([')', ']', '}']).len() }
}

/// The boundary of a character at `at` or before.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, engine, scan_text};

    #[test]
    fn who_signs_on_and_the_record_are_hidden() {
        check(
            "OFS: CUSTOMER,BANK.INPUT/I/PROCESS,INPUTT07/Wyv3rn!88,139143,SECTOR:1:1=1001",
            &["INPUTT07", "Wyv3rn", "139143"],
            &["CUSTOMER,BANK.INPUT/I/PROCESS,", "SECTOR:1:1=1001"],
        );
        check(
            "ACCOUNT,SAMPLE/I/PROCESS//2,OPER03/Tz77kq/GB0010001,0048217733,CATEGORY=1001,CURRENCY=USD",
            &["OPER03", "Tz77kq", "0048217733"],
            &["/GB0010001,", "CATEGORY=1001,CURRENCY=USD"],
        );
        check("ACCOUNT,/A,OPER03/Tz77kq,0048217733", &["OPER03", "Tz77kq", "0048217733"], &["ACCOUNT,/A,"]);
        check(
            "FUNDS.TRANSFER,/I/VALIDATE/1/0,OPER03/******,FT26061KX7Q2,DEBIT.AMOUNT:1:1=1250.00",
            &["OPER03"],
            &["/******,FT26061KX7Q2,DEBIT.AMOUNT:1:1=1250.00"],
        );
        check(
            "ENQUIRY.SELECT,,OPER03/Tz77kq,CUSTOMER.DETAILS,CUSTOMER.NO:EQ=100724",
            &["OPER03", "Tz77kq", "100724"],
            &["CUSTOMER.DETAILS,CUSTOMER.NO:EQ="],
        );
    }

    #[test]
    fn fields_with_numbers_are_hidden_by_their_names() {
        check(
            "NAME.1:1:1=JANE ROE,SHORT.NAME:1:1=ROE J,STREET:1:1=12 MILL LANE,DATE.OF.BIRTH:1:1=19790412,DEBIT.ACCT.NO:1:1=0048217733,CURRENCY:1:1=USD,DEBIT.AMOUNT:1:1=1250.00",
            &["JANE", "ROE", "MILL", "19790412", "0048217733"],
            &["NAME.1:1:1=", "SHORT.NAME:1:1=", "CURRENCY:1:1=USD", "DEBIT.AMOUNT:1:1=1250.00"],
        );
        check(
            "1/OFS0417/1,ORDERING.CUST=JANE ROE,SHORT.TITLE=O'DEA SEAN:1:1,DEBIT.ACCT.NO=0048217733 rejected, see DOC.ID=17",
            &["JANE", "ROE", "DEA", "0048217733"],
            &["ORDERING.CUST=", ":1:1,DEBIT.ACCT.NO=", " rejected, see DOC.ID=17"],
        );
        check("LEGAL.DOC.NAME:1:1=PASSPORT,ORDERING.CUST:1:1=100724", &["100724"], &["LEGAL.DOC.NAME:1:1=PASSPORT,"]);
        check("PHONE.1:1=2025550147,EMAIL.1:1:1=jroe@x.org,SECTOR::=1001", &["2025550147", "jroe"], &["SECTOR::=1001"]);
    }

    #[test]
    fn other_paths_and_pairs_stay() {
        for text in [
            "A,B/C/D,usr/bin,12",
            "GET /A,/S,x",
            "rates,EUR/USD,GBP/USD,1.17",
            "T12:30:15=ok",
            "STAGE:1:1=done",
            "x,/A,",
            "MAP:EQ=3",
            "01,02/A,1/2,3",
            ",/A,a/b",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
