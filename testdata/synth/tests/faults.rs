//! A journey bank, read again: its truth is true by an evaluator that knows only the language of conditions.

use std::fs::{File, read, read_to_string};
use std::io::BufReader;

use sha2::{Digest, Sha256};
use synth::faults::truth::{Faults, StepRow};
use synth::faults::{Bank, Options, generate, truth_about};

/// SHA-256 of `truth/faults.json` of seed 1 with 200,000 journeys, committed with the faults.
const DIGEST: &str = include_str!("../src/faults/faults-seed-1.sha256");

struct Written {
    folder: tempfile::TempDir,
    truth: Faults,
}

impl Written {
    fn new(journeys: u32, seed: u64, fault_free: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let truth = generate(&Options { journeys, seed, fault_free, out: folder.path().to_owned() }).unwrap();
        Self { folder, truth }
    }

    fn bank(&self) -> Bank {
        Bank::read(&mut BufReader::new(File::open(self.folder.path().join("journeys.jsonl")).unwrap())).unwrap()
    }

    fn bytes(&self) -> [Vec<u8>; 3] {
        ["journeys.jsonl", "truth/faults.json", "truth/steps.csv"].map(|name| read(self.folder.path().join(name)).unwrap())
    }
}

#[test]
fn the_faults_are_those_that_were_planted_before_the_miner() {
    let digest: String = Sha256::digest(truth_about(200_000, 1, false).to_json()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(DIGEST.split_whitespace().next(), Some(digest.as_str()));
}

#[test]
fn what_was_planted_is_what_the_log_shows() {
    let written = Written::new(6_000, 5, false);
    let bank = written.bank();
    let rows: Vec<StepRow> =
        csv::Reader::from_path(written.folder.path().join("truth/steps.csv")).unwrap().deserialize().map(Result::unwrap).collect();
    assert_eq!(bank.journey_count(), 6_000);
    for fault in &written.truth.faults {
        let steps = bank.select(&fault.outcome, &fault.condition).unwrap();
        let (domain, failing) = bank.outcomes(fault).unwrap();
        let listed = |failing: bool| {
            let rows = rows.iter().filter(|row| row.fault == fault.id && (!failing || row.failing == 1));
            bank.listed(rows.map(|row| (row.session_id.as_str(), row.step))).unwrap()
        };
        assert_eq!(steps, listed(false), "{}", fault.id);
        assert_eq!(steps.both(&failing), listed(true), "{}", fault.id);
        assert_eq!((steps.len() as u64, steps.common(&failing) as u64), (fault.steps.matching, fault.steps.failing), "{}", fault.id);
        assert_eq!(steps.common(&domain), steps.len(), "{}", fault.id);
    }
}

#[test]
fn faults_are_as_rare_and_as_sure_as_they_should_be() {
    let truth = truth_about(30_000, 3, false);
    assert_eq!(truth.faults.len(), 11);
    for fault in &truth.faults {
        let share = fault.journeys.failing as f64 / f64::from(truth.journeys);
        assert!((0.000_3..0.05).contains(&share), "{}: {share}", fault.id);
        let failing = fault.steps.failing as f64 / fault.steps.matching as f64;
        let wanted = f64::from(fault.probability_per_mille) / 1000.0;
        let spread = 4.0 * (wanted * (1.0 - wanted) / fault.steps.matching as f64).sqrt();
        // Some fail without a reason, and at one step two faults can meet.
        assert!((wanted - spread..wanted + spread + 0.08).contains(&failing), "{}: {failing}", fault.id);
    }
    let length = truth.events as f64 / f64::from(truth.journeys);
    assert!((6.0..9.0).contains(&length), "{length}");
}

#[test]
fn same_options_same_bytes_and_another_seed_others() {
    let [one, two, other] = [Written::new(500, 1, false), Written::new(500, 1, false), Written::new(500, 2, false)].map(|written| written.bytes());
    assert!(one == two && one.iter().zip(&other).all(|(a, b)| a != b));
}

#[test]
fn without_faults_no_condition_tells_anything() {
    let (with, without) = (truth_about(20_000, 7, false), Written::new(20_000, 7, true));
    assert!(without.truth.faults.is_empty());
    assert_eq!(read_to_string(without.folder.path().join("truth/steps.csv")).unwrap().lines().count(), 1);
    let bank = without.bank();
    for fault in &with.faults {
        let steps = bank.select(&fault.outcome, &fault.condition).unwrap();
        let (_, failing) = bank.outcomes(fault).unwrap();
        assert!(!steps.is_empty() && steps.common(&failing) * 10 <= steps.len() + 20, "{}: {} of {}", fault.id, steps.common(&failing), steps.len());
    }
}
