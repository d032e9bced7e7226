//! The truth beside the logs, as it lies in `truth/`.

use std::collections::BTreeMap;

use schemas::pii::PiiClass;

use crate::options::Options;

/// A row of `pii.jsonl`: a planted value. Values shared by several people (birth dates, PINs) have one row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PiiRow {
    /// Class.
    pub class: PiiClass,
    /// The value in its plain notation, which need not itself occur.
    pub value: String,
    /// The notations that occur, as they lie in the files (percent-encoded and JSON-escaped ones as well).
    pub notations: Vec<Notation>,
    /// `file:shape` of the places.
    pub carriers: Vec<String>,
    /// Occurrences of all notations.
    pub count: u64,
}

impl PiiRow {
    /// Adds another person's occurrences of the same value.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for notation in &other.notations {
            match self.notations.iter_mut().find(|own| own.text == notation.text) {
                Some(own) => own.count += notation.count,
                None => self.notations.push(notation.clone()),
            }
        }
        self.carriers.extend(other.carriers.iter().cloned());
        self.carriers.sort();
        self.carriers.dedup();
    }
}

/// A notation of a planted value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Notation {
    /// The text as it lies in the files.
    pub text: String,
    /// Occurrences.
    pub count: u64,
    /// How surprising the text is, in bits: 3.3 a digit, 4.7 a letter, 6.5 any other mark but a blank.
    pub bits: u32,
    /// At least 40 bits: does not occur by chance, may be searched anywhere, as a substring.
    pub searchable: bool,
    /// At least 25 bits: the generator writes it nowhere else as a whole word (not beside a letter, digit or underscore).
    pub word_searchable: bool,
}

/// Bits from which a value may be searched as a substring.
pub const SEARCHABLE_BITS_MIN: u32 = 40;
/// Bits from which a value may be searched as a whole word.
pub const WORD_SEARCHABLE_BITS_MIN: u32 = 25;

impl Notation {
    pub(crate) fn new(text: String, count: u64) -> Self {
        let bits = bits(&text);
        Self { text, count, bits, searchable: bits >= SEARCHABLE_BITS_MIN, word_searchable: bits >= WORD_SEARCHABLE_BITS_MIN }
    }
}

fn bits(text: &str) -> u32 {
    let tenths = |c: char| match c {
        '0'..='9' => 33,
        ' ' => 0,
        c if c.is_alphabetic() => 47,
        _ => 65,
    };
    text.chars().map(tenths).sum::<u32>() / 10
}

/// A row of `look_alikes.jsonl`: a value that resembles personal data, is none, and must survive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct LookAlike {
    /// What it is (`order_ref`, `epoch_ms`, ...).
    pub kind: String,
    /// The text as it lies in the file.
    pub value: String,
    /// The file.
    pub file: String,
}

/// A row of `sessions.jsonl`, written when the session has ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SessionRow {
    /// Session id.
    pub session: String,
    /// Customer id.
    pub customer: String,
    /// `mobile` or `branch`.
    pub channel: String,
    /// The journey of the process model and how it ended.
    pub variant: String,
    /// Planted anomaly, fraud pattern or fault, if any.
    pub planted: Option<String>,
    /// Event names in order, as the records of mobile and branch carry them.
    pub events: Vec<String>,
    /// Records of all systems.
    pub records: u32,
}

/// `counts.json`.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// Records of all files.
    pub records: u64,
    /// Records of each file; a stack trace belongs to its record.
    pub files: BTreeMap<String, u64>,
    /// Lines of each file (of the CSV also the header).
    pub lines: BTreeMap<String, u64>,
    /// Bytes of each file.
    pub bytes: BTreeMap<String, u64>,
    /// Records that begin in each hour of the day (UTC), the day after counted in hour 24.
    pub hours: Vec<u64>,
    /// Customers of the bank.
    pub customers: u32,
    /// Customers with a session.
    pub customers_active: u32,
}

/// `journeys.json`.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Journeys {
    /// Sessions.
    pub sessions: u64,
    /// Sessions by channel.
    pub channels: BTreeMap<String, u64>,
    /// Sessions by journey and ending.
    pub variants: BTreeMap<String, u64>,
    /// Event names of mobile and branch records, with their records.
    pub events: BTreeMap<String, u64>,
}

/// `planted.json`.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Planted {
    /// Kind of anomaly to its sessions.
    pub anomalies: BTreeMap<String, Vec<String>>,
    /// Fraud patterns that were planted: rule to customer ids.
    pub fraud: BTreeMap<String, Vec<String>>,
    /// What the rules must flag, planted or not: rule to customer ids.
    pub rules: BTreeMap<String, Vec<String>>,
    /// The definitions by which `rules` was computed.
    pub definitions: BTreeMap<String, String>,
    /// The sequence fault.
    pub sequence_fault: SequenceFault,
    /// Compliance rule to records that break it.
    pub compliance: BTreeMap<String, u64>,
}

/// "Two transfers in a session succeed, the third fails": a law of this bank, without exception.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct SequenceFault {
    /// Sessions in which it happened; the first 10,000 of them.
    pub sessions: Vec<String>,
    /// Number of such sessions.
    pub count: u64,
    /// By status of the third transfer.
    pub statuses: BTreeMap<u16, u64>,
    /// Transfers tried when none or one of the session had succeeded, and how many of these failed: the base rate.
    pub earlier_tried: u64,
    /// Failed ones among them.
    pub earlier_failed: u64,
}

/// The whole truth, but for the rows that are streamed to `pii.jsonl` and `sessions.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Truth {
    /// Options.
    pub options: Options,
    /// Counts.
    pub counts: Counts,
    /// Journeys.
    pub journeys: Journeys,
    /// Anomalies, fraud, faults.
    pub planted: Planted,
    /// Look-alikes: the first of each kind and file.
    pub look_alikes: Vec<LookAlike>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_tell_strong_values_from_weak_ones() {
        for (text, searchable, word) in [
            ("412-55-1234", true, true),
            ("1984-05-12", false, true),
            ("12345678", false, true),
            ("4821", false, false),
            ("Orla", false, false),
            ("4111111111111111", true, true),
        ] {
            let notation = Notation::new(text.to_owned(), 1);
            assert_eq!((notation.searchable, notation.word_searchable), (searchable, word), "{text}");
        }
    }
}
