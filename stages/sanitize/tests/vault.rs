//! What `apply` tells the token vault, and what a rotation makes of it.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Run, SECRET, raw_in_blocks, raw_of};
use schemas::container::Container;
use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::policy::Policy;
use schemas::record::{RecordKind, TokenLink, VaultEntry};
use schemas::vault::VaultKey;
use stage_runtime::testing::Outcome;

const VAULT: &[u8] = b"v4ult#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*(";
const NEW: &[u8] = b"Z9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(";

fn applied(run: &Run, raw: &[u8], vault: bool, canary_source: Option<&str>) -> Outcome {
    let part = run.step("sanitize.collect").input("raw", raw.to_vec()).output("lexicon_part", RecordKind::Lexicon).run(stage_sanitize::process);
    let told = canary_source.map(|number| ("canary_source".to_owned(), number.to_owned()));
    let mut step = run.step("sanitize.apply").input("raw", raw.to_vec()).input("lexicon", part.outputs["lexicon_part"].clone());
    for (name, kind) in
        [("clean", RecordKind::Clean), ("canary", RecordKind::Clean), ("reject_apply", RecordKind::Reject), ("replaced", RecordKind::Lexicon)]
    {
        step = step.output(name, kind);
    }
    if vault {
        step = step.output("vault_delta", RecordKind::VaultEntry).secret("vault", VAULT);
    }
    step.job(move |job| job.parameters.extend(told)).run(stage_sanitize::process)
}

/// Token to (value, owners).
fn opened(delta: &[u8]) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let key = VaultKey::derive(VAULT);
    let container = Container::open(delta).unwrap();
    let (mut entries, mut scratch) = (BTreeMap::<String, (String, BTreeSet<String>)>::new(), Vec::new());
    for number in 0..container.block_count() {
        for entry in container.block::<VaultEntry>(number, &mut scratch).unwrap().records() {
            let entry = entry.unwrap();
            let value = key.open(entry.token, entry.sealed).expect("it opens with the vault's key");
            let known = entries.entry(entry.token.to_owned()).or_insert_with(|| (value.clone(), BTreeSet::new()));
            assert_eq!(known.0, value, "one token is one value");
            known.1.insert(entry.owner.to_owned());
        }
    }
    entries
}

const RECORDS: [(u32, &str); 5] = [
    (0, r#"{"customer_id":"CUST-0041-8822-77","message":"card 4539 6613 1860 9139 declined","email":"Jane.Roe@Example.com"}"#),
    (0, r#"{"message":"card 4539661318609139 seen again, mail jane.roe@example.com"}"#),
    (0, r#"{"customer_id":"CUST-0041-8822-78","phone":"%2B49%20170%201234567","password":"sesame-4711"}"#),
    (1, r#"{"customer_id":"CUST-7777-7777-77","email":"canary@example.org"}"#),
    (0, r#"{"accounts":{"4539661318609139":1,"DE89370400440532013000":2}}"#),
];

#[test]
fn a_delta_holds_each_token_with_its_value_and_owner() {
    let outcome = applied(&Run::default(), &raw_of(&RECORDS), true, Some("1"));
    assert_eq!(outcome.report.error, "");
    let delta = &outcome.outputs["vault_delta"];
    let entries = opened(delta);
    let of = |class: &str| -> Vec<&(String, BTreeSet<String>)> {
        entries.iter().filter(|(token, _)| token.starts_with(&format!("[{class}_"))).map(|(_, entry)| entry).collect()
    };
    let values = |class: &str| of(class).into_iter().map(|(value, _)| value.as_str()).collect::<BTreeSet<_>>();
    assert_eq!(values("CARD"), BTreeSet::from(["4539661318609139"]));
    assert_eq!(values("EMAIL"), BTreeSet::from(["jane.roe@example.com"]), "no canary");
    assert_eq!(values("CUSTOMER"), BTreeSet::from(["cust-0041-8822-77", "cust-0041-8822-78"]));
    assert_eq!(values("PHONE").len(), 1);
    assert!(values("SECRET").is_empty(), "what is dropped is nowhere");
    // The card stands under its customer, and under nobody.
    let owners = &of("CARD")[0].1;
    assert!(owners.len() == 2 && owners.contains("") && owners.iter().any(|owner| owner.starts_with("[CUSTOMER_")), "{owners:?}");
    assert_eq!(outcome.report.get(Counter::VaultEntries), entries.values().map(|(_, owners)| owners.len() as u64).sum::<u64>());
    for value in ["4539", "jane", "cust-0041", "49170"] {
        assert!(!delta.windows(value.len()).any(|window| window.eq_ignore_ascii_case(value.as_bytes())), "{value}");
    }
}

#[test]
fn the_vault_changes_no_byte_of_what_else_is_written() {
    let raw = raw_of(&RECORDS);
    let (with, without) = (applied(&Run::default(), &raw, true, Some("1")), applied(&Run::default(), &raw, false, Some("1")));
    assert!(!without.outputs.contains_key("vault_delta"));
    for (name, bytes) in &without.outputs {
        assert!(with.outputs[name] == *bytes, "{name}");
    }
}

#[test]
fn a_delta_does_not_depend_on_threads() {
    let texts: Vec<String> = (0..400)
        .map(|i| {
            let (customer, card) = (i % 37, 100 + i % 11);
            format!(r#"{{"customer_id":"CUST-00418822-{customer}","account":"5571{card}884411","user_{i}":{{"jane{i}@example.com":1}},"email":"j{}@example.com"}}"#, i % 53)
        })
        .collect();
    let raw = raw_in_blocks(&texts, 7);
    let delta = |threads| applied(&Run { threads, ..Run::default() }, &raw, true, None).outputs["vault_delta"].clone();
    let one = delta(1);
    assert!(opened(&one).len() > 90);
    for threads in [2, 3, 8] {
        assert!(delta(threads) == one, "{threads} threads");
    }
}

#[test]
fn operators_and_marks_of_the_policy_leave_bare_tokens() {
    let mut policy = Policy::default();
    policy.sanitize.token_prefix = "tok.".to_owned();
    policy.sanitize.operators.insert(schemas::pii::PiiClass::BirthDate, schemas::pii::Operator::DateShift { days: 30 });
    // Without a customer in the record a date is not moved but becomes a token.
    let raw = raw_of(&[(0, r#"{"birth_date":"1980-02-03"}"#), (0, r#"{"customer_id":"CUST-0041-8822-77","birth_date":"1980-02-04"}"#)]);
    let entries = opened(&applied(&Run { policy, ..Run::default() }, &raw, true, None).outputs["vault_delta"]);
    assert!(entries.keys().all(|token| token.starts_with('[') && token.ends_with(']')));
    let dates: Vec<&str> = entries.iter().filter(|(token, _)| token.contains("BIRTH")).map(|(_, (value, _))| value.as_str()).collect();
    assert_eq!(dates.len(), 1, "{dates:?}");
}

#[test]
fn without_its_key_the_step_ends() {
    let raw = raw_of(&RECORDS);
    let part =
        Run::default().step("sanitize.collect").input("raw", raw.clone()).output("lexicon_part", RecordKind::Lexicon).run(stage_sanitize::process);
    let step = Run::default().step("sanitize.apply").input("raw", raw).input("lexicon", part.outputs["lexicon_part"].clone());
    assert_eq!(step.output("vault_delta", RecordKind::VaultEntry).run(stage_sanitize::process).report.exit, Exit::KeyRefused);
}

fn rotate(delta: Vec<u8>, old: &'static [u8], new: &'static [u8]) -> Outcome {
    let step = Run { secret: old, ..Run::default() }.step("sanitize.rotate").secret("token_new", new).secret("vault", VAULT);
    step.input("entries", delta).output("links", RecordKind::TokenLink).run(stage_sanitize::process)
}

#[test]
fn a_rotation_links_every_token_and_holds_no_value() {
    let raw = raw_of(&RECORDS);
    let delta = applied(&Run::default(), &raw, true, Some("1")).outputs["vault_delta"].clone();
    let outcome = rotate(delta.clone(), SECRET, NEW);
    assert_eq!(outcome.report.error, "");
    let mut links = BTreeMap::new();
    let (container, mut scratch) = (Container::open(&outcome.outputs["links"]).unwrap(), Vec::new());
    for number in 0..container.block_count() {
        for link in container.block::<TokenLink>(number, &mut scratch).unwrap().records() {
            let link = link.unwrap();
            links.insert(link.old.to_owned(), link.new.to_owned());
        }
    }
    // The new tokens are those that the next night has for the same values.
    let next = opened(&applied(&Run { secret: NEW, ..Run::default() }, &raw, true, Some("1")).outputs["vault_delta"]);
    let old = opened(&delta);
    assert_eq!(links.keys().collect::<Vec<_>>(), old.keys().collect::<Vec<_>>());
    assert!(links.iter().all(|(before, after)| next[after].0 == old[before].0));
    assert!(!outcome.outputs["links"].windows(4).any(|window| window == b"4539" || window == b"jane"));
    // The same key again, a wrong one, and entries of an older key.
    assert_eq!(rotate(delta.clone(), SECRET, SECRET).report.exit, Exit::KeyRefused);
    let other = rotate(delta, NEW, SECRET);
    assert_eq!((other.report.error.as_str(), Container::open(&other.outputs["links"]).unwrap().records()), ("", 0));
}
