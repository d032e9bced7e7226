//! Small files of two kinds, with what must come of them: every record that killed the tool this project replaces
//! (`docs/PARITY.md`, "one odd record"), and a folder of formats that the bank day does not have.

use std::io::Result;
use std::path::Path;

use crate::customer::{Customer, Form, Kind, population};
use crate::options::Day;

/// A file and what a reader must make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddFile {
    /// Name, with the extension that names its format.
    pub name: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
    /// Records, the rejected ones included.
    pub records: u64,
    /// Records that the limits or the format refuse: counted with a reason, never fatal.
    pub rejected: u64,
    /// Personal values in it that must not survive.
    pub personal: Vec<String>,
}

impl OddFile {
    fn new(name: &'static str, bytes: impl Into<Vec<u8>>, records: u64) -> Self {
        Self { name, bytes: bytes.into(), records, rejected: 0, personal: Vec::new() }
    }

    fn rejecting(mut self, rejected: u64) -> Self {
        self.rejected = rejected;
        self
    }

    fn with_personal(mut self, values: &[&str]) -> Self {
        self.personal = values.iter().map(|value| (*value).to_owned()).collect();
        self
    }
}

/// Writes files into a folder that exists.
///
/// # Errors
///
/// A file cannot be written.
pub fn write_files(files: &[OddFile], folder: &Path) -> Result<()> {
    files.iter().try_for_each(|file| std::fs::write(folder.join(file.name), &file.bytes))
}

/// A card, an IBAN and a mail address that occur in the odd records.
const CARD: &str = "4000001234567899";
const IBAN: &str = "GB33BUKB20201555555555";
const EMAIL: &str = "otto.normal77@mailbox.example";

/// The odd records, a file each; where the oddity is one record, ordinary ones stand before and after it.
#[must_use]
pub fn odd_records() -> Vec<OddFile> {
    let mut files = odd_json();
    files.extend(odd_texts());
    files
}

fn among(name: &'static str, odd: &[u8]) -> OddFile {
    let first = br#"{"timestamp":"2026-11-20T08:00:00Z","message":"before"}"#;
    let last = br#"{"timestamp":"2026-11-20T08:00:02Z","message":"after"}"#;
    OddFile::new(name, [&first[..], b"\n", odd, b"\n", last, b"\n"].concat(), 3)
}

fn odd_json() -> Vec<OddFile> {
    let at = r#""timestamp":"2026-11-20T08:00:01Z""#;
    let line = |rest: String| format!("{{{at},{rest}}}").into_bytes();
    let reserved = ["redactions", "hashed_fields", "analysis"].map(|name| format!("{{{at},\"message\":\"x\",\"{name}\":\"{EMAIL}\"}}\n")).concat();
    let zones = ["Z", "+00:00", "Z", "+01:00"].iter().enumerate();
    let zones: String = zones
        .map(|(second, zone)| format!("{{\"timestamp\":\"2026-11-20T09:15:0{second}{zone}\",\"message\":\"paid\",\"iban\":\"{IBAN}\"}}\n"))
        .collect();
    let deep = format!("\"message\":\"deep\",\"a\":{}\"{EMAIL}\"{}", "[".repeat(2_000), "]".repeat(2_000));
    let duplicate = format!("\"message\":\"twice\",\"email\":\"x\",\"email\":\"{EMAIL}\",\"message\":\"card {CARD}\"");
    let mut latin = format!("{{{at},\"message\":\"x\",\"email\":\"{EMAIL}\",\"customer_name\":\"Otto M").into_bytes();
    latin.extend_from_slice(b"\xfcllerblum\"}");
    let letters = format!("{{\"message\":\"{}\"}}\n", "a".repeat(40_000));
    vec![
        among("numeric-key.jsonl", &line(format!("\"message\":\"x\",\"17\":{{\"account\":\"{CARD}\",\"0\":\"{EMAIL}\"}}")))
            .with_personal(&[CARD, EMAIL]),
        OddFile::new("reserved-names.jsonl", reserved, 3).with_personal(&[EMAIL]),
        OddFile::new("mixed-zones.jsonl", zones, 4).with_personal(&[IBAN]),
        OddFile::new("one-letter.jsonl", "{\"message\":\"a\"}\n".repeat(10), 10),
        among("latin-1.jsonl", &latin).with_personal(&[EMAIL]),
        among("deep.jsonl", &line(deep)).rejecting(1).with_personal(&[EMAIL]),
        OddFile::new("mark.jsonl", [b"\xef\xbb\xbf".to_vec(), line(format!("\"message\":\"mark\",\"card\":{CARD}")), b"\n".to_vec()].concat(), 1)
            .with_personal(&[CARD]),
        among("not-a-number.jsonl", &line(format!("\"message\":\"x\",\"amount\":NaN,\"low\":-Infinity,\"email\":\"{EMAIL}\"")))
            .with_personal(&[EMAIL]),
        among("duplicate-keys.jsonl", &line(duplicate)).with_personal(&[EMAIL, CARD]),
        OddFile::new("all-invalid.jsonl", "1\nnull\n[]\ntrue\n{}\n", 5).rejecting(5),
        OddFile::new("forty-thousand.jsonl", letters, 1),
    ]
}

fn odd_texts() -> Vec<OddFile> {
    let long = "x".repeat(140_000);
    vec![
        OddFile::new(
            "long-cell.csv",
            format!("timestamp,message,email\n2026-11-20T08:00:00Z,{long},{EMAIL}\n2026-11-20T08:00:01Z,short,{EMAIL}\n"),
            2,
        )
        .with_personal(&[EMAIL]),
        OddFile::new("mark.csv", format!("\u{feff}timestamp,message,email\n2026-11-20T08:00:00Z,one,{EMAIL}\n2026-11-20T08:00:01Z,two,{EMAIL}\n"), 2)
            .with_personal(&[EMAIL]),
        OddFile::new("forty-thousand.log", format!("{}\n", "a".repeat(40_000)), 1),
        OddFile::new("one-letter.log", "a\n".repeat(10), 10),
    ]
}

/// A folder of formats that the bank day does not have; the people in it depend on the seed.
#[must_use]
pub fn small_mixed(seed: u64) -> Vec<OddFile> {
    let people = population(seed, 12, Day { year: 2026, month: 11, day: 20 });
    let mut files = mixed_json(&people);
    files.extend(mixed_texts(&people));
    files
}

fn mixed_json(people: &[Customer]) -> Vec<OddFile> {
    let value = |index: usize, kind: Kind| people[index].get(kind, Form::Plain);
    let record = |index: usize| {
        let (name, email, iban) = (value(index, Kind::Name), value(index, Kind::Email), value(index, Kind::Iban));
        format!(
            r#"{{"time":"2026-11-20T10:00:0{index}Z","severity":"INFO","text":"mail to {email}","customer":{{"name":"{name}","iban":"{iban}"}}}}"#
        )
    };
    let personal =
        |indices: &[usize]| indices.iter().flat_map(|&i| [Kind::Name, Kind::Email, Kind::Iban].map(|kind| value(i, kind))).collect::<Vec<_>>();
    let list = format!("[\n  {},\n  {},\n  {}\n]\n", record(0), record(1), record(2));
    let wrapped = format!("{{\"records\": [{}, {}]}}\n", record(3), record(4));
    let nested = format!("{{\"msg\":\"nested\",\"a\":{}{{\"email\":\"{}\"}}{}}}\n", "{\"b\":[".repeat(8), value(5, Kind::Email), "]}".repeat(8));
    let failure = format!(
        "{{\"error_message\":\"expected 200, got 500 for {}\",\"selector\":\"#pay\",\"browser\":\"firefox\",\"os\":\"linux\",\"screenshot_path\":\"shots/2026-11-20_10-15-00.png\"}}\n",
        value(6, Kind::Email)
    );
    let crlf = format!("{}\r\n\r\n{}\r\n", record(7), record(8));
    let utf16: Vec<u8> = format!("\u{feff}{}\r\n{}\r\n", record(9), record(1)).encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        OddFile::new("array.json", list, 3).with_personal(&personal(&[0, 1, 2])),
        OddFile::new("wrapped.json", wrapped, 2).with_personal(&personal(&[3, 4])),
        OddFile::new("nested.jsonl", nested, 1).with_personal(&[value(5, Kind::Email)]),
        OddFile::new("test-failures.jsonl", failure, 1).with_personal(&[value(6, Kind::Email)]),
        OddFile::new("windows.jsonl", crlf, 2).with_personal(&personal(&[7, 8])),
        OddFile::new("utf-16.jsonl", utf16, 2).with_personal(&personal(&[9, 1])),
    ]
}

fn mixed_texts(people: &[Customer]) -> Vec<OddFile> {
    let value = |index: usize, kind: Kind| people[index].get(kind, Form::Plain);
    let (card, name, email, phone) = (value(2, Kind::Card), value(3, Kind::Name), value(4, Kind::Email), value(5, Kind::Phone));
    let semicolons = format!("Zeit;Meldung;email\n2026-11-20 10:00:00;\"Karte; {card}\";{email}\n2026-11-20 10:00:01;fertig;{email}\n");
    let mark = format!("\u{feff}timestamp,message,customer_name\n2026-11-20T10:00:00Z,\"two\nlines\",{name}\n2026-11-20T10:00:01Z,one,{name}\n");
    let mut latin = b"2026-11-20 10:00:00 INFO Stra\xdfe gepr\xfcft, card ".to_vec();
    latin.extend_from_slice(format!("{card}\n2026-11-20 10:00:01 INFO done for {email}\n").as_bytes());
    let syslog = format!(
        "<134>Nov 20 10:00:00 gw01 proxy[811]: client {} refused\n<134>Nov 20 10:00:01 gw01 proxy[811]: call back {phone}\n",
        value(6, Kind::HomeIp)
    );
    let pairs =
        format!("time=2026-11-20T10:00:00Z level=warn msg=\"retry for {email}\" card={card}\ntime=2026-11-20T10:00:01Z level=info msg=done\n");
    let mut padded = format!("2026-11-20 10:00:00,000 WARN pool busy, mail {email}\n").into_bytes();
    padded.extend_from_slice(&[0; 4096]);
    padded.extend_from_slice(b"2026-11-20 10:00:09,000 INFO restarted\n");
    vec![
        OddFile::new("semicolons.csv", semicolons, 2).with_personal(&[card, email]),
        OddFile::new("mark.csv", mark, 2).with_personal(&[name]),
        OddFile::new("latin-1.log", latin, 2).with_personal(&[card, email]),
        OddFile::new("syslog.txt", syslog, 2).with_personal(&[value(6, Kind::HomeIp), phone]),
        OddFile::new("pairs.log", pairs, 2).with_personal(&[card, email]),
        OddFile::new("padded.log", padded, 2).with_personal(&[email]),
        OddFile::new("empty.log", "", 0),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::identifiers::{luhn, mod97};

    #[test]
    fn values_are_valid_and_names_unique() {
        assert_eq!((luhn(CARD), mod97(IBAN)), (0, 1));
        for files in [odd_records(), small_mixed(1)] {
            let names: BTreeSet<&str> = files.iter().map(|file| file.name).collect();
            assert_eq!(names.len(), files.len());
        }
    }

    #[test]
    fn personal_values_lie_in_their_file() {
        for file in odd_records().into_iter().chain(small_mixed(2)) {
            let text = if file.name.starts_with("utf-16") {
                String::from_utf16(&file.bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect::<Vec<_>>()).unwrap()
            } else {
                String::from_utf8_lossy(&file.bytes).into_owned()
            };
            assert!(file.personal.iter().all(|value| text.contains(value.as_str())), "{}", file.name);
            assert!(file.rejected <= file.records);
        }
    }

    #[test]
    fn json_lines_are_as_many_as_said() {
        for file in odd_records().into_iter().filter(|file| file.name.ends_with(".jsonl")) {
            let lines = file.bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
            assert_eq!(lines as u64, file.records, "{}", file.name);
        }
    }

    #[test]
    fn the_people_follow_the_seed() {
        assert_eq!(small_mixed(3), small_mixed(3));
        assert_ne!(small_mixed(3), small_mixed(4));
    }
}
