//! No planted value survives: every record of every published file is read back through `inspect` and searched for every planted value,
//! as it is, as digits, percent-decoded and base64-decoded. The same search notices one value that was left in.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{Bank, files_below, shown};
use synth::truth::PiiRow;
use xtask::leak::Needles;

/// Everything planted: what is searched for, and the class of each.
struct Planted {
    texts: Vec<String>,
    classes: Vec<&'static str>,
}

impl Planted {
    fn of(bank: &Bank) -> Self {
        let mut texts = Vec::new();
        let mut classes = Vec::new();
        for line in std::fs::read_to_string(bank.path("truth/pii.jsonl")).unwrap().lines() {
            let row: PiiRow = serde_json::from_str(line).unwrap();
            for notation in row.notations.iter().filter(|notation| notation.word_searchable) {
                texts.push(notation.text.clone());
                classes.push(row.class.label());
            }
        }
        Self { texts, classes }
    }

    fn needles(&self) -> Needles {
        Needles::new(self.texts.iter().map(String::as_str)).unwrap()
    }
}

/// Files in which a value can be read, with the classes of the values and how many.
fn leaks(dir: &Path, planted: &Planted) -> BTreeMap<String, BTreeMap<&'static str, usize>> {
    let needles = planted.needles();
    let mut leaks = BTreeMap::new();
    for path in files_below(dir) {
        let name = path.strip_prefix(dir).unwrap().to_string_lossy().into_owned();
        // Raw text may lie in the raw records alone.
        if name.contains("/raw/") || name.starts_with("raw/") {
            continue;
        }
        let mut classes = BTreeMap::new();
        for hit in needles.find(&shown(&path)) {
            *classes.entry(planted.classes[hit]).or_default() += 1;
        }
        if !classes.is_empty() {
            leaks.insert(name, classes);
        }
    }
    leaks
}

#[test]
fn no_planted_value_survives() {
    let bank = Bank::with_day(20_000, 5);
    let planted = Planted::of(&bank);
    assert!(planted.needles().searched() > 5_000);
    let raw: String = files_below(&bank.path("logs")).iter().map(|path| shown(path)).collect();
    let readable = planted.needles().find(&raw).len();
    assert!(
        readable * 10 > planted.needles().searched() * 9,
        "the search finds only {readable} of {} values in the raw logs",
        planted.needles().searched()
    );
    let (code, out, said) = bank.run().outcome().unwrap();
    assert_eq!(code, 0, "{said}");
    std::fs::write(bank.path("runs/printed.log"), out + &said).unwrap();
    assert_eq!(leaks(&bank.path("runs"), &planted), BTreeMap::new());
}

#[test]
fn a_value_left_in_by_the_policy_is_noticed() {
    let bank = Bank::with_day(2_000, 6);
    let planted = Planted::of(&bank);
    std::fs::write(bank.path("policy.toml"), "[sanitize.operators]\nEMAIL = \"keep\"\n").unwrap();
    bank.run().arg("--policy").arg(bank.path("policy.toml")).run_quietly().unwrap();
    let found = leaks(&bank.path("runs"), &planted);
    assert!(found.values().any(|classes| classes.contains_key("EMAIL")), "the search missed e-mail addresses that the policy keeps: {found:?}");
}

#[test]
fn look_alikes_survive() {
    let bank = Bank::with_day(20_000, 5);
    bank.run().run_quietly().unwrap();
    let clean: String = files_below(&bank.latest("runs").join("clean")).iter().map(|path| shown(path)).collect();
    let mut by_kind: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in std::fs::read_to_string(bank.path("truth/look_alikes.jsonl")).unwrap().lines() {
        let row: synth::truth::LookAlike = serde_json::from_str(line).unwrap();
        let (kept, all) = by_kind.entry(row.kind).or_default();
        *all += 1;
        *kept += usize::from(clean.contains(&row.value));
    }
    let (kept, all) = by_kind.values().fold((0, 0), |(kept, all), kind| (kept + kind.0, all + kind.1));
    assert!(all > 500 && kept * 100 >= all * 99, "{kept} of {all} look-alikes are left: {by_kind:?}");
}
