//! A generated day, read again: the logs are what they claim to be, and the truth is true of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{read, read_to_string};
use std::path::Path;

use schemas::pii::PiiClass;
use serde_json::Value;
use synth::truth::{LookAlike, PiiRow, SessionRow};
use synth::{Options, Truth, generate};

const FILES: [&str; 4] = ["mobile-api.jsonl", "branch.csv", "payments.log", "core.log"];
const TRUTHS: [&str; 6] = ["counts.json", "journeys.json", "planted.json", "pii.jsonl", "look_alikes.jsonl", "sessions.jsonl"];

/// A generated day.
struct Bank {
    folder: tempfile::TempDir,
    truth: Truth,
}

impl Bank {
    fn of(records: u64, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let truth = generate(&Options::new(records, seed, folder.path())).unwrap();
        Self { folder, truth }
    }

    fn log(&self, file: &str) -> String {
        read_to_string(self.folder.path().join("logs").join(file)).unwrap()
    }

    fn all_logs(&self) -> String {
        FILES.iter().map(|file| self.log(file)).collect()
    }

    fn mobile(&self) -> Vec<Value> {
        self.log("mobile-api.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn rows<T: serde::de::DeserializeOwned>(&self, file: &str) -> Vec<T> {
        let text = read_to_string(self.folder.path().join("truth").join(file)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn pii(&self) -> Vec<PiiRow> {
        self.rows("pii.jsonl")
    }
}

fn bytes_of(folder: &Path) -> Vec<Vec<u8>> {
    let logs = FILES.iter().map(|file| folder.join("logs").join(file));
    logs.chain(TRUTHS.iter().map(|file| folder.join("truth").join(file))).map(|path| read(path).unwrap()).collect()
}

#[test]
fn same_options_same_bytes_and_another_seed_others() {
    let [one, two, other] = [Bank::of(3_000, 1), Bank::of(3_000, 1), Bank::of(3_000, 2)];
    let same = bytes_of(one.folder.path()).into_iter().zip(bytes_of(two.folder.path()));
    assert!(same.into_iter().all(|(a, b)| a == b));
    let differs = bytes_of(one.folder.path()).into_iter().zip(bytes_of(other.folder.path()));
    assert!(differs.into_iter().all(|(a, b)| a != b));
}

#[test]
fn more_records_of_the_same_customers_name_the_same_people() {
    let people = |records| {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { customers: Some(60), ..Options::new(records, 4, folder.path()) };
        generate(&options).unwrap();
        let text = read_to_string(folder.path().join("truth/pii.jsonl")).unwrap();
        let rows = text.lines().map(|line| serde_json::from_str::<PiiRow>(line).unwrap());
        rows.filter(|row| row.class == PiiClass::Iban).map(|row| row.value).collect::<BTreeSet<_>>()
    };
    let (few, many) = (people(2_000), people(8_000));
    assert!(few.len() > 30 && many.len() == 60 && few.is_subset(&many));
}

#[test]
fn records_are_counted_exactly_whatever_their_number() {
    for records in [0, 1, 2, 9, 333, 4_000] {
        let bank = Bank::of(records, 7);
        let core = bank.log("core.log");
        let begins = |line: &&str| line.starts_with("2026-11-2") && line.get(19..20) == Some(",");
        let branch = csv::Reader::from_reader(bank.log("branch.csv").as_bytes()).records().map(|row| assert_eq!(row.unwrap().len(), 17)).count();
        let found = [bank.mobile().len(), branch, bank.log("payments.log").lines().count(), core.lines().filter(begins).count()];
        let told = FILES.map(|file| bank.truth.counts.files[file] as usize);
        assert_eq!(found, told);
        assert_eq!(told.iter().sum::<usize>() as u64, records);
        assert_eq!(bank.truth.counts.records, records);
        assert_eq!(bank.truth.counts.hours.iter().sum::<u64>(), records);
    }
}

#[test]
fn every_line_of_payments_is_key_value() {
    for line in Bank::of(3_000, 3).log("payments.log").lines() {
        let (mut key, mut quoted) = (true, false);
        for byte in line.bytes() {
            match byte {
                b'"' => quoted = !quoted,
                b'=' if key => key = false,
                b' ' if !quoted => {
                    assert!(!key, "a word without key");
                    key = true;
                }
                _ => {}
            }
        }
        assert!(!quoted && !key);
    }
}

#[test]
fn every_class_is_planted_in_fields_and_in_free_text() {
    let rows = Bank::of(2_000, 5).pii();
    for class in PiiClass::ALL {
        let carriers: BTreeSet<&str> =
            rows.iter().filter(|row| row.class == *class).flat_map(|row| &row.carriers).filter_map(|c| c.split(':').nth(1)).collect();
        assert!(carriers.contains("field"), "{} in a field", class.label());
        assert!(carriers.contains("free_text"), "{} in free text", class.label());
    }
    let shapes: BTreeSet<&str> = rows.iter().flat_map(|row| &row.carriers).filter_map(|c| c.split(':').nth(1)).collect();
    for shape in ["number", "object_key", "array", "json_in_string", "url_query", "url_path", "header", "stack_trace", "context"] {
        assert!(shapes.contains(shape), "{shape}");
    }
}

#[test]
fn what_the_truth_says_was_planted_is_there() {
    let bank = Bank::of(2_000, 6);
    let logs = bank.all_logs();
    let rows = bank.pii();
    assert!(rows.len() > 500);
    for (index, notation) in rows.iter().step_by(7).flat_map(|row| &row.notations).enumerate() {
        assert!(logs.contains(&notation.text), "notation {index}");
    }
}

/// Occurrences of runs of letters, digits and underscores.
fn words(logs: &str) -> BTreeMap<&str, u64> {
    let mut words = BTreeMap::new();
    for word in logs.split(|c: char| !c.is_alphanumeric() && c != '_') {
        *words.entry(word).or_default() += 1;
    }
    words
}

#[test]
fn numbers_that_are_planted_occur_as_often_as_counted_and_nowhere_else() {
    let bank = Bank::of(20_000, 8);
    let logs = bank.all_logs();
    let words = words(&logs);
    let mut checked = 0;
    for row in
        bank.pii().iter().filter(|row| matches!(row.class, PiiClass::Account | PiiClass::Iban | PiiClass::Card | PiiClass::Session | PiiClass::Ssn))
    {
        let single = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        for notation in row.notations.iter().filter(|notation| notation.word_searchable && single(&notation.text)) {
            assert_eq!(words.get(notation.text.as_str()), Some(&notation.count), "{} in {:?}", row.class.label(), row.carriers);
            checked += 1;
        }
    }
    assert!(checked > 1_500, "{checked}");
}

#[test]
fn names_of_free_text_occur_in_a_field_too() {
    let nameless = |row: &PiiRow| !row.carriers.iter().any(|carrier| carrier.ends_with(":field") || carrier.ends_with(":array"));
    for class in [PiiClass::Name, PiiClass::Address, PiiClass::Geo, PiiClass::BirthDate] {
        let rows = Bank::of(20_000, 9).pii();
        let text_only =
            rows.iter().filter(|row| row.class == class && nameless(row) && row.carriers.iter().any(|c| c.ends_with(":free_text"))).count();
        assert_eq!(text_only, 0, "{}", class.label());
    }
}

#[test]
fn look_alikes_occur_and_are_nobodys() {
    let bank = Bank::of(5_000, 10);
    let logs = bank.all_logs();
    let words = words(&logs);
    let look_alikes: Vec<LookAlike> = bank.rows("look_alikes.jsonl");
    assert_eq!(look_alikes, bank.truth.look_alikes);
    let planted: BTreeSet<String> = bank.pii().into_iter().flat_map(|row| row.notations).map(|notation| notation.text).collect();
    let kinds: BTreeSet<&str> = look_alikes.iter().map(|row| row.kind.as_str()).collect();
    for kind in ["order_ref", "idempotency_key", "request_id", "digest", "epoch_ms", "byte_count", "version", "amount", "pod", "thread"] {
        assert!(kinds.contains(kind), "{kind}");
    }
    for row in &look_alikes {
        assert!(!planted.contains(&row.value), "{} is planted", row.kind);
        assert!(logs.contains(&row.value), "{}", row.kind);
    }
    assert!(words.contains_key("pool"));
}

#[test]
fn two_transfers_succeed_and_the_third_fails() {
    let bank = Bank::of(20_000, 11);
    let mut statuses: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for record in bank.mobile().iter().filter(|record| record["event"] == "transfer_submitted") {
        let session = record["session_id"].as_str().unwrap().to_owned();
        statuses.entry(session).or_default().push(record["http"]["status"].as_u64().unwrap());
    }
    let mut struck = BTreeSet::new();
    let (mut tried, mut failed) = (0, 0);
    for (session, statuses) in &statuses {
        let mut done = 0;
        for &status in statuses {
            if done == 2 {
                assert!(status == 500 || status == 422);
                struck.insert(session.clone());
            } else {
                tried += 1;
                failed += u64::from(status >= 400);
            }
            done += u32::from(status == 201);
        }
    }
    let fault = &bank.truth.planted.sequence_fault;
    assert_eq!(struck, fault.sessions.iter().cloned().collect());
    assert_eq!((struck.len() as u64, tried, failed), (fault.count, fault.earlier_tried, fault.earlier_failed));
    assert!(fault.count >= 30 && failed * 10 < tried, "{} {tried} {failed}", fault.count);
}

#[test]
fn every_anomaly_and_fraud_pattern_is_planted_even_in_a_small_run() {
    let planted = Bank::of(4_000, 12).truth.planted;
    for kind in ["MISSING_AUTH", "SKIP_VERIFICATION", "DOUBLE_DEBIT", "OUT_OF_ORDER", "VAULT_WITHOUT_VERIFY", "UNAUTHORIZED_ACCESS"] {
        assert!(planted.anomalies.contains_key(kind), "{kind}");
    }
    for rule in ["VelocityCheck", "HighValueTransfers", "FailedLoginVelocity"] {
        let customers = &planted.fraud[rule];
        assert!(customers.iter().all(|customer| planted.rules[rule].contains(customer)), "{rule}");
    }
    for rule in ["PCIAccountMasking", "GDPRAccessLogging", "AuditTrailCompleteness"] {
        assert!(planted.compliance[rule] > 0, "{rule}");
    }
}

#[test]
fn rules_flag_whom_the_log_shows() {
    let bank = Bank::of(20_000, 13);
    let records = bank.mobile();
    let customer = |record: &Value| record["customer_id"].as_str().unwrap().to_owned();
    let accepted = |record: &&Value| {
        let event = record["event"].as_str().unwrap();
        record["http"]["status"].as_u64() == Some(if event == "transfer_submitted" { 201 } else { 200 })
            && matches!(event, "transfer_submitted" | "card_payment")
    };
    let high: BTreeSet<String> = records.iter().filter(accepted).filter(|r| r["amount"].as_f64().unwrap() > 5_000.0).map(customer).collect();
    assert_eq!(high, bank.truth.planted.rules["HighValueTransfers"].iter().cloned().collect());
    let mut failures: BTreeMap<String, u32> = BTreeMap::new();
    for record in records.iter().filter(|record| record["event"] == "login" && record["http"]["status"] == 401) {
        *failures.entry(customer(record)).or_default() += 1;
    }
    for flagged in &bank.truth.planted.rules["FailedLoginVelocity"] {
        assert!(failures[flagged] >= 3);
    }
    assert!(failures.len() > bank.truth.planted.rules["FailedLoginVelocity"].len());
}

#[test]
fn sorting_by_time_gives_each_session_its_true_order() {
    let bank = Bank::of(10_000, 14);
    let mut events: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for record in bank.mobile().iter().filter(|record| !record["session_id"].is_null()) {
        events.entry(text(&record["session_id"])).or_default().push((text(&record["timestamp"]), text(&record["event"])));
    }
    let sessions: Vec<SessionRow> = bank.rows("sessions.jsonl");
    assert_eq!(sessions.len() as u64, bank.truth.journeys.sessions);
    let mut compared = 0;
    for session in sessions.iter().filter(|session| session.channel == "mobile") {
        let mut own = events.remove(&session.session).unwrap();
        own.sort();
        assert_eq!(own.into_iter().map(|(_, event)| event).collect::<Vec<_>>(), session.events);
        compared += 1;
    }
    assert!(compared > 500);
}

#[test]
fn hours_differ_as_a_day_does() {
    let hours = Bank::of(20_000, 15).truth.counts.hours;
    assert!(hours[3] * 10 < hours[12] && hours[3] * 10 < hours[18] && hours[15] < hours[18]);
}
