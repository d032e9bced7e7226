//! A day of web banking, read again: the truth names the records that its marks say.

use serde_json::Value;
use synth::Day;
use synth::fraud::{FILE, Options, generate};

const DAY: Day = Day { year: 2026, month: 11, day: 20 };

#[test]
fn offsets_are_of_records_and_every_rule_has_its_cases() {
    let folder = tempfile::tempdir().unwrap();
    let truth = generate(&Options { seed: 3, sessions: 200, cases: 4 }, DAY, folder.path()).unwrap();
    let text = std::fs::read_to_string(folder.path().join("logs").join(FILE)).unwrap();
    assert_eq!(text.lines().count() as u64, truth.records);
    for rule in schemas::rules::BUILT_IN {
        let offsets = truth.planted.get(rule).unwrap_or_else(|| panic!("no case of {rule}"));
        assert!(offsets.len() >= 4 && offsets.is_sorted(), "{rule}");
        for offset in offsets {
            let line = text.get(*offset as usize..).unwrap().lines().next().unwrap();
            assert!(serde_json::from_str::<Value>(line).unwrap()["timestamp"].is_string(), "{rule}");
        }
    }
    assert!(truth.near_misses.values().all(|cases| *cases == 4) && truth.near_misses.len() >= 12);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |seed: u64| {
        let folder = tempfile::tempdir().unwrap();
        generate(&Options { seed, sessions: 50, cases: 2 }, DAY, folder.path()).unwrap();
        std::fs::read(folder.path().join("logs").join(FILE)).unwrap()
    };
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}
