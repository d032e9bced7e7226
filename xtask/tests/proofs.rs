//! `docs/PROOFS.md`: every promise of runner, sandbox, file format and privacy is there once, and every test it names exists.

use std::collections::{BTreeMap, BTreeSet};

use xtask::tree;

/// Every id the page must hold.
fn promises() -> Vec<String> {
    let numbered = |letter: &'static str, last: u32| (1..=last).map(move |number| format!("{letter}{number}"));
    let privacy = numbered("DP.R", 14).chain(numbered("DP.L", 14)).chain(numbered("DP.C", 7)).chain(numbered("DP.D", 3)).chain(numbered("DP.S", 5));
    let privacy = privacy.chain(["DP.N".to_owned()]);
    numbered("S", 11)
        .chain(numbered("R", 13))
        .chain(["R17".to_owned()])
        .chain(numbered("F", 8))
        .chain(numbered("V", 8))
        .chain(numbered("", 18))
        .chain(privacy)
        .collect()
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Names of the tests of a file: the functions behind `#[test]`.
fn tests_of(file: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(tree::root().join(file)).unwrap_or_else(|error| panic!("{file}, which docs/PROOFS.md names: {error}"));
    let behind = |rest: &str| {
        let line = rest.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("#["))?;
        Some(line.strip_prefix("fn ")?.split('(').next()?.to_owned())
    };
    text.split("#[test]").skip(1).filter_map(behind).collect()
}

#[test]
fn every_promise_has_a_test_that_exists_or_a_reason() {
    let page = std::fs::read_to_string(tree::root().join("docs/PROOFS.md")).unwrap();
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut seen = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, id, _, tests, remarks, _] = cells[..] else { panic!("a row of another form: {line}") };
        seen.push(id.to_owned());
        let (mut file, mut found) = (None, 0);
        for name in quoted(tests) {
            if name.ends_with(".rs") {
                file = Some(name.to_owned());
                files.entry(name.to_owned()).or_insert_with(|| tests_of(name));
            } else {
                let file = file.as_ref().unwrap_or_else(|| panic!("{id}: {name} stands behind no file"));
                assert!(files[file].contains(name), "{id}: {file} has no test {name}");
                found += 1;
            }
        }
        assert!(found > 0 || remarks.starts_with("Not tested: "), "{id} has neither a test nor a reason");
    }
    assert_eq!(seen, promises());
}

/// A corpus is small, and of files alone: what a fuzz campaign kept from made-up seeds.
#[test]
fn corpora_of_fuzz_targets_are_there_and_small() {
    let (mut corpora, mut total) = (0, 0);
    for entry in std::fs::read_dir(tree::root().join("testdata/fuzz")).unwrap().map(Result::unwrap) {
        if !entry.path().is_dir() || entry.file_name() == "src" {
            continue;
        }
        corpora += 1;
        let files: Vec<u64> = std::fs::read_dir(entry.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).collect();
        assert!(!files.is_empty(), "{} is empty", entry.path().display());
        assert!(files.iter().all(|&bytes| bytes <= 4 << 10), "{} has a large file", entry.path().display());
        total += files.iter().sum::<u64>();
    }
    assert!(corpora >= 58, "{corpora} corpora");
    assert!(total < 300_000, "{total} bytes");
}
