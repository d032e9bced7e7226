//! How bad an entry is: severity times customers times novelty times money, each in a few bands, so that the product can be said in words and one
//! customer more does not turn the list over.

use std::cmp::Reverse;

use schemas::ids::{RecordRef, StableId, TokenKey};
use schemas::record::{
    AnomalyGroupRecord, AssessedRecord, EventAnomalyKind, EventAnomalyRecord, FindingKind, FindingSeverity, SequenceRecord, Severity,
};

/// Thousandths of a bit from which an anomaly is of medium severity: it is unlike the others, which need not be wrong.
const SURPRISING_MILLIBITS: u64 = 30_000;

/// What earlier nights say of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Novelty {
    /// There is no earlier night.
    FirstNight,
    /// No earlier night had it.
    New,
    /// The night before had it not, an earlier one did: so many days ago.
    Returned(i32),
    /// The night before had it less than half as often: so often, on so many nights.
    Grown(u64, u32),
    /// It was there on so many nights.
    Known(u32),
}

impl Novelty {
    /// Whether the night before had it not; on the first night nothing is.
    pub(super) fn is_new(self) -> bool {
        matches!(self, Self::New | Self::Returned(_))
    }
}

/// Where an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A rule, of this family.
    Rule(FindingKind),
    /// A failure sequence.
    Failure,
    /// A group of anomalous journeys.
    Anomaly,
    /// An unusual template.
    Event,
}

impl Source {
    /// The word for readers.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Rule(_) => "rule",
            Self::Failure => "failure_sequence",
            Self::Anomaly => "anomaly",
            Self::Event => "event",
        }
    }

    /// The family of a rule.
    pub(super) fn family(self) -> Option<FindingKind> {
        if let Self::Rule(kind) = self { Some(kind) } else { None }
    }
}

/// An entry of the list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// What it is, from night to night.
    pub name: String,
    /// Rule id, or `FailureSequence`, or `Anomaly`.
    pub rule: String,
    /// What reported it.
    pub source: Source,
    /// Severity.
    pub severity: FindingSeverity,
    /// Clause.
    pub clause: String,
    /// What it means.
    pub description: String,
    /// Times it fired; of a failure sequence failing steps, of an anomaly journeys.
    pub count: u64,
    /// Distinct customers (or sessions).
    pub customers: u64,
    /// Sum of amounts, hundredths of the currency unit.
    pub money_minor: u64,
    /// What earlier nights say.
    pub novelty: Novelty,
    /// First records.
    pub evidence: Vec<RecordRef>,
    /// First subjects.
    pub subject_keys: Vec<TokenKey>,
}

impl Entry {
    /// Of a finding.
    pub(super) fn of_finding(finding: &AssessedRecord<'_>) -> Self {
        Self {
            name: format!("rule {}", finding.rule),
            rule: finding.rule.to_owned(),
            source: Source::Rule(finding.kind),
            severity: finding.severity,
            clause: finding.clause.to_owned(),
            description: finding.description.to_owned(),
            count: finding.count,
            customers: finding.subjects,
            money_minor: finding.money_minor,
            novelty: Novelty::FirstNight,
            evidence: finding.evidence.clone(),
            subject_keys: finding.subject_keys.clone(),
        }
    }

    /// Of a failure sequence: of high severity where the condition fails at least every other time, so that who meets it cannot go on.
    pub(super) fn of_sequence(sequence: &SequenceRecord<'_>) -> Self {
        let name = format!("{:?} {} {}", sequence.how, sequence.event, sequence.condition);
        Self {
            name: format!("failure {}", StableId::of(name.as_bytes())),
            rule: "FailureSequence".to_owned(),
            source: Source::Failure,
            severity: if sequence.failing * 2 >= sequence.matching { FindingSeverity::High } else { FindingSeverity::Medium },
            clause: String::new(),
            description: sequence.sentence.to_owned(),
            count: sequence.failing,
            customers: sequence.customers,
            money_minor: 0,
            novelty: Novelty::FirstNight,
            evidence: Vec::new(),
            subject_keys: vec![sequence.exemplar],
        }
    }

    /// Of a group of anomalous journeys; what people confirmed is of medium severity at least.
    pub(super) fn of_anomaly(group: &AnomalyGroupRecord<'_>) -> Self {
        Self {
            name: format!("anomaly {}", group.profile),
            rule: "Anomaly".to_owned(),
            source: Source::Anomaly,
            severity: if group.confirmed || group.millibits >= SURPRISING_MILLIBITS { FindingSeverity::Medium } else { FindingSeverity::Low },
            clause: String::new(),
            description: format!(
                "{}ourneys unlike the others: {}. Profile {}.",
                if group.confirmed { "Confirmed: j" } else { "J" },
                group.explanation,
                group.profile
            ),
            count: group.journeys,
            customers: group.customers,
            money_minor: 0,
            novelty: Novelty::FirstNight,
            evidence: Vec::new(),
            subject_keys: vec![group.exemplar],
        }
    }

    /// Of an unusual template. Its severity is that of its lines, one step lower when they are not new: what was there before is less of a surprise.
    /// Its customers are not counted.
    pub(super) fn of_event(event: &EventAnomalyRecord<'_>) -> Self {
        let (rule, severity) = match (event.kind, event.severity) {
            (EventAnomalyKind::New, Severity::Critical) => ("NewTemplate", FindingSeverity::High),
            (EventAnomalyKind::New, Severity::Error) => ("NewTemplate", FindingSeverity::Medium),
            (EventAnomalyKind::New, _) => ("NewTemplate", FindingSeverity::Low),
            (EventAnomalyKind::Rare, Severity::Critical) => ("RareTemplate", FindingSeverity::Medium),
            (EventAnomalyKind::Rare, _) => ("RareTemplate", FindingSeverity::Low),
            (EventAnomalyKind::Burst, Severity::Critical | Severity::Error) => ("RateBurst", FindingSeverity::Medium),
            (EventAnomalyKind::Burst, _) => ("RateBurst", FindingSeverity::Low),
            (EventAnomalyKind::Parameter, Severity::Critical | Severity::Error) => ("UnusualParameter", FindingSeverity::Medium),
            (EventAnomalyKind::Parameter, _) => ("UnusualParameter", FindingSeverity::Low),
        };
        Self {
            name: format!("event {rule} {}", event.template),
            rule: rule.to_owned(),
            source: Source::Event,
            severity,
            clause: String::new(),
            description: format!("{}.", event.explanation),
            count: event.count,
            customers: 0,
            money_minor: 0,
            novelty: Novelty::FirstNight,
            evidence: vec![event.first],
            subject_keys: Vec::new(),
        }
    }

    /// The order of the list.
    pub(super) fn worst_first(&self, other: &Self) -> std::cmp::Ordering {
        let key = |entry: &Self| (Reverse(entry.risk()), Reverse(entry.severity), Reverse(entry.customers), Reverse(entry.count));
        key(self).cmp(&key(other)).then_with(|| self.name.cmp(&other.name))
    }

    /// The product.
    pub(super) fn risk(&self) -> u64 {
        let (customers, money) = (band(self.customers, &CUSTOMERS).0, band(self.money_minor, &MONEY).0);
        weight(self.severity) * customers * money * self.novelty.tenths() / 10
    }

    /// The factors, in words.
    pub(super) fn why(&self) -> Vec<String> {
        let (customers, customer_band) = band(self.customers, &CUSTOMERS);
        let (money, money_band) = band(self.money_minor, &MONEY);
        let amounts = format!("{} in amounts, {money_band}: times {money}", amount(self.money_minor));
        vec![
            format!("severity {}: {}", name(self.severity), weight(self.severity)),
            match self.source {
                Source::Event => format!("customers are not counted: times {customers}"),
                _ => format!("{} {}, {customer_band}: times {customers}", self.customers, if self.customers == 1 { "customer" } else { "customers" }),
            },
            self.novelty.words(),
            if self.money_minor == 0 { "no amounts: times 1".to_owned() } else { amounts },
        ]
    }
}

/// Customers from which a band begins, and its words; factors count from 1.
const CUSTOMERS: [(u64, &str); 5] =
    [(0, "at most one"), (2, "the band 2 to 4"), (5, "the band 5 to 49"), (50, "the band 50 to 499"), (500, "the band from 500")];
/// Hundredths of the currency unit from which a band begins.
const MONEY: [(u64, &str); 4] =
    [(0, "below 1,000"), (100_000, "the band 1,000 to 10,000"), (1_000_000, "the band 10,000 to 100,000"), (10_000_000, "the band from 100,000")];

/// Factor and words of the band a number is in.
fn band<'b>(number: u64, bands: &[(u64, &'b str)]) -> (u64, &'b str) {
    let at = bands.iter().rposition(|(from, _)| number >= *from).unwrap_or(0);
    (at as u64 + 1, bands[at].1)
}

fn weight(severity: FindingSeverity) -> u64 {
    match severity {
        FindingSeverity::Low => 1,
        FindingSeverity::Medium => 3,
        FindingSeverity::High => 9,
        FindingSeverity::Critical => 27,
    }
}

/// The word of a severity.
pub(super) fn name(severity: FindingSeverity) -> &'static str {
    match severity {
        FindingSeverity::Low => "low",
        FindingSeverity::Medium => "medium",
        FindingSeverity::High => "high",
        FindingSeverity::Critical => "critical",
    }
}

impl Novelty {
    fn tenths(self) -> u64 {
        match self {
            Self::New | Self::Returned(_) => 20,
            Self::Grown(..) => 15,
            Self::FirstNight | Self::Known(_) => 10,
        }
    }

    fn words(self) -> String {
        match self {
            Self::FirstNight => "no earlier night to compare with: times 1".to_owned(),
            Self::New => "new, no earlier night had it: times 2".to_owned(),
            Self::Returned(days) => format!("back, last seen {days} days ago: times 2"),
            Self::Grown(before, nights) => format!("grown, {before} on the night before, known for {nights} nights: times 1.5"),
            Self::Known(nights) => format!("known for {nights} nights: times 1"),
        }
    }
}

/// Hundredths as people read them.
pub(super) fn amount(minor: u64) -> String {
    let digits = (minor / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{:02}", minor % 100)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An entry of a rule.
    pub(crate) fn entry(rule: &str, severity: FindingSeverity, customers: u64, money_minor: u64, novelty: Novelty) -> Entry {
        Entry {
            name: format!("rule {rule}"),
            rule: rule.to_owned(),
            source: Source::Rule(FindingKind::Fraud),
            severity,
            clause: "a & b".to_owned(),
            description: "what <it> is".to_owned(),
            count: customers,
            customers,
            money_minor,
            novelty,
            evidence: vec![RecordRef { source: 1, offset: 7 }],
            subject_keys: vec![TokenKey(5)],
        }
    }

    #[test]
    fn the_product_is_the_words() {
        let worst = entry("a", FindingSeverity::Critical, 12, 12_345_678, Novelty::New);
        assert_eq!(worst.risk(), 27 * 3 * 2 * 4);
        assert_eq!(
            worst.why(),
            [
                "severity critical: 27",
                "12 customers, the band 5 to 49: times 3",
                "new, no earlier night had it: times 2",
                "123,456.78 in amounts, the band from 100,000: times 4"
            ]
        );
        assert_eq!(entry("b", FindingSeverity::Low, 1, 0, Novelty::FirstNight).risk(), 1);
        assert_eq!(entry("b", FindingSeverity::High, 4, 0, Novelty::Grown(1, 3)).risk(), 27);
    }

    #[test]
    fn a_failure_sequence_has_the_same_name_on_every_night() {
        let sequence = |rank: u32, failing: u64| SequenceRecord {
            rank,
            how: schemas::record::FailureKind::Failure,
            event: "transfer_submit",
            sentence: "The third `transfer_submit` of a session fails.",
            condition: "[]",
            matching: 100,
            failing,
            elsewhere_matching: 1_000,
            elsewhere_failing: 10,
            customers: 60,
            ln_p_milli: -9_000,
            path: vec![1, 2, 2, 2],
            exemplar: TokenKey(9),
            counter_path: Vec::new(),
            counter_example: None,
        };
        let (often, seldom) = (Entry::of_sequence(&sequence(1, 70)), Entry::of_sequence(&sequence(4, 20)));
        assert_eq!((often.risk(), seldom.risk(), often.source.word()), (9 * 4, 3 * 4, "failure_sequence"));
        assert_eq!(often.name, seldom.name, "neither rank nor numbers");
    }

    #[test]
    fn bands_begin_where_they_say() {
        for (customers, factor) in [(0, 1), (1, 1), (2, 2), (4, 2), (5, 3), (49, 3), (50, 4), (499, 4), (500, 5)] {
            assert_eq!(band(customers, &CUSTOMERS).0, factor, "{customers}");
        }
        assert_eq!((band(99_999, &MONEY).0, band(100_000, &MONEY).0), (1, 2));
    }

    #[test]
    fn the_order_is_total() {
        let one = entry("a", FindingSeverity::High, 3, 0, Novelty::FirstNight);
        let two = Entry { name: "rule b".to_owned(), ..one.clone() };
        assert!(one.worst_first(&two).is_lt());
        assert!(entry("z", FindingSeverity::Critical, 3, 0, Novelty::FirstNight).worst_first(&one).is_lt());
    }

    #[test]
    fn amounts_are_grouped() {
        assert_eq!((amount(0), amount(99_999), amount(12_345_678_900)), ("0.00".to_owned(), "999.99".to_owned(), "123,456,789.00".to_owned()));
    }
}
