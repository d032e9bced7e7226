//! Entry detail records of ACH files (Nacha Operating Rules, appendix three): 94 characters in fixed columns, as programs log the record that failed:
//! `622021000021987650432        0000184250EMP00417       ROE JANE                0021000020004127`.

use schemas::pii::PiiClass;

use crate::detect::is_routing;
use crate::worker::Worker;

/// Columns of the record: the receiving bank, the account, the amount, the receiver's number, the receiver.
const BANK: std::ops::Range<usize> = 3..12;
const ACCOUNT: std::ops::Range<usize> = 12..29;
const AMOUNT: std::ops::Range<usize> = 29..39;
const NUMBER: std::ops::Range<usize> = 39..54;
const RECEIVER: std::ops::Range<usize> = 54..76;
const TRACE: std::ops::Range<usize> = 79..94;

/// Beginnings of numbers that are nobody's.
const REFERENCES: [&str; 8] = ["INV", "PAY", "REF", "PO", "BILL", "CK", "ORD", "TXN"];

/// Digits that a record of CFONB's statements begins with: its code and the bank.
pub(super) const CFONB_DIGITS: usize = 7;
/// Columns of one (Relevé de compte sur support informatique, CFONB 120): branch, currency, account, date.
const BRANCH: std::ops::Range<usize> = 11..16;
const CURRENCY: std::ops::Range<usize> = 16..19;
const FRENCH_ACCOUNT: std::ops::Range<usize> = 21..32;
const DAY: std::ops::Range<usize> = 34..40;

/// Digits that an entry of Bacs begins with: accounts of both sides, codes and the amount.
pub(super) const BACS_DIGITS: usize = 46;
/// Columns of one (Bacs Standard 18): the receiver's sort code and account, the transaction code, the originator's sort code and account, the receiver's name.
const TO: std::ops::Range<usize> = 0..14;
const CODE: std::ops::Range<usize> = 15..17;
const FROM: std::ops::Range<usize> = 17..31;
const RECEIVER_OF_BACS: std::ops::Range<usize> = 82..100;

impl Worker<'_> {
    /// Notes accounts and receiver of the entry of Bacs that begins at `at`: `7741033088721509977419900417788000000000164218CALDER PRINT   WAGES`.
    #[cold]
    pub(super) fn bacs_entry(&mut self, text: &str, at: usize) {
        let Some(record) = text.as_bytes().get(at..at + BACS_DIGITS) else { return };
        if !record.iter().all(u8::is_ascii_digit) {
            return;
        }
        let letter = text.as_bytes().get(at + BACS_DIGITS).is_some_and(u8::is_ascii_uppercase);
        if !letter || !matches!(&record[CODE], b"01" | b"17" | b"18" | b"19" | b"99") {
            return;
        }
        self.note_cell(PiiClass::Account, text, (at + TO.start, at + TO.end));
        self.note_cell(PiiClass::Account, text, (at + FROM.start, at + FROM.end));
        let end = text.len().min(at + RECEIVER_OF_BACS.end);
        let Some(column) = text.get(at + RECEIVER_OF_BACS.start..end) else { return };
        let column = column.split(['"', '\'', '\n', '[']).next().unwrap_or_default();
        let start = at + RECEIVER_OF_BACS.start + column.len() - column.trim_start().len();
        if column.trim().bytes().any(|byte| byte.is_ascii_alphabetic()) {
            self.note_cell(PiiClass::Name, text, (start, start + column.trim().len()));
        }
    }

    /// Notes the account in the record of a French statement that begins at `at`: `0430004    00821EUR2 0003018472PB1110325`.
    pub(super) fn cfonb_record(&mut self, text: &str, at: usize) {
        let Some(record) = text.as_bytes().get(at..at + DAY.end) else { return };
        let all = |columns: std::ops::Range<usize>, of: fn(&u8) -> bool| record[columns].iter().all(of);
        let shaped = matches!(record[1], b'1' | b'4' | b'5' | b'7')
            && all(BRANCH, u8::is_ascii_digit)
            && all(CURRENCY, u8::is_ascii_uppercase)
            && all(FRENCH_ACCOUNT, u8::is_ascii_alphanumeric)
            && all(DAY, u8::is_ascii_digit);
        if shaped && (at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric()) {
            self.note_cell(PiiClass::Account, text, (at + FRENCH_ACCOUNT.start, at + FRENCH_ACCOUNT.end));
        }
    }

    /// Notes what is personal in the entry that begins at `at`; its digits reach to the account at least.
    #[inline]
    pub(super) fn ach_entry(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        if matches!(bytes.get(at..at + 3), Some([b'6', b'2'..=b'5', b'2'..=b'9'])) && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric()) {
            self.ach(text, at);
        }
    }

    /// Notes bank and account of an entry whose columns a log has parted by blanks, the bank's number at `at`: `6 22 091000019 4471803266   0000125000`.
    #[inline]
    pub(super) fn spaced_entry(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        if at >= 5 && matches!(&bytes[at - 5..at], [b'6', b' ', b'2'..=b'5', b'2'..=b'9', b' ']) && is_routing(&bytes[at..at + 9]) {
            let start = at + 9 + bytes[at + 9..].iter().take(12).take_while(|&&byte| byte == b' ').count();
            let len = bytes[start..].iter().take(18).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
            if start > at + 9 && bytes[start..start + len].iter().filter(|byte| byte.is_ascii_digit()).count() >= 6 {
                self.note_cell(PiiClass::Account, text, (at, at + 9));
                self.note_cell(PiiClass::Account, text, (start, start + len));
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn ach(&mut self, text: &str, at: usize) {
        let Some(record) = text.as_bytes().get(at..at + AMOUNT.end).filter(|record| record.is_ascii()) else { return };
        let account = record[ACCOUNT].trim_ascii();
        let shaped = record[BANK].iter().chain(&record[AMOUNT]).all(u8::is_ascii_digit)
            && account.len() >= 4
            && account.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && is_routing(&record[BANK]);
        if !shaped {
            return;
        }
        let columns_follow = follows(text.as_bytes().get(at..).unwrap_or_default());
        for (class, columns) in [(PiiClass::Account, BANK), (PiiClass::Account, ACCOUNT), (PiiClass::Customer, NUMBER), (PiiClass::Name, RECEIVER)] {
            if columns.start >= NUMBER.start && !columns_follow {
                return;
            }
            let (from, to) = (at + columns.start, at + columns.end);
            let Some(column) = text.get(from..to.min(text.len())) else { return };
            // The record ends where the log cut it.
            let column = column.split(['"', '\'', '\n', '[']).next().unwrap_or_default();
            let value = column.trim();
            // The originator's number of the receiver, or of what is paid.
            let letters = value.bytes().take_while(u8::is_ascii_uppercase).count();
            let reference = columns == NUMBER && REFERENCES.contains(&value.get(..letters).unwrap_or_default());
            if !reference && value.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
                let start = from + column.len() - column.trim_start().len();
                self.note_cell(class, text, (start, start + value.len()));
            }
        }
    }
}

/// Whether the columns behind the amount are those of an entry: filled up from the left, and up to a trace number or to where the log cut the record.
fn follows(record: &[u8]) -> bool {
    let filled = |columns: std::ops::Range<usize>| {
        let column = record.get(columns.start..columns.end.min(record.len())).unwrap_or_default();
        column.iter().all(|&byte| byte == b' ') || column.first() != Some(&b' ')
    };
    let trace = record.get(TRACE).is_some_and(|trace| trace.iter().all(u8::is_ascii_digit));
    let end = record.iter().take(TRACE.end).position(|&byte| matches!(byte, b'"' | b'\'' | b'\n')).unwrap_or(record.len());
    filled(NUMBER) && filled(RECEIVER) && (trace || end <= TRACE.end)
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn accounts_and_receiver_of_an_entry_of_bacs_are_hidden() {
        crate::testing::check(
            "rec 7741033088721509977419900417788000000000164218CALDER PRINTWORKS WAGES W28         ADEBAYO-FINCH M J  ",
            &["774103", "30887215", "774199", "00417788", "ADEBAYO"],
            &["00000164218CALDER PRINTWORKS WAGES W28"],
        );
        crate::testing::check("sum 7741033088721509977419900417788000000000164218", &[], &["7741033088721509977419900417788000000000164218"]);
    }

    #[test]
    fn receivers_of_an_entry_are_hidden_by_their_columns() {
        for (text, gone) in [
            (
                "rec=\"622021000021987650432        0000184250EMP00417       ROE JANE                0021000020004127\" line 7",
                ["021000021987650432", "EMP00417", "ROE JANE"].as_slice(),
            ),
            ("622021302693961089560885     0000184250PAY008543", &["961089560885"]),
            ("R03 6270210000215582071436       0000118250", &["5582071436"]),
        ] {
            let out = scan_text(&engine(), text);
            assert!(gone.iter().all(|value| !out.contains(value)) && (out.contains("0000184250") || out.contains("0000118250")), "{out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
        for prose in ["rejected by gateway node-3 because of limit on batch", "Return code R03 for batch 44 trace 021000020004127"] {
            let out = scan_text(&engine(), &format!("R03 6270210000215582071436       0000118250 {prose}"));
            assert!(out.ends_with(&format!("0000118250 {prose}")), "{out}");
        }
        for other in [
            "offset 6270210000225582071436       0000118250",
            "622021302693961089560885",
            "722021302693961089560885     0000048233",
            "622021302693 12 items",
            "72702100002 rejected by gateway node-3 because of limit on batch",
        ] {
            assert_eq!(scan_text(&engine(), other), other);
        }
    }
}
