//! `mine.failures` finds what is planted and nothing else.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a test's size comes from its environment, and what it found is shown")]

mod lab;

use lab::bank::{Fault, night};
use lab::judge::selected;
use lab::run::mine;
use serde_json::Value;

const fn fault(event: &'static str, how: &'static str, probability: f64, clauses: &'static str) -> Fault {
    Fault { event, how, probability, clauses }
}

/// Order, repetition, concurrency, interaction of attributes, neighbour, hour, silent failure, time.
const FAULTS: [Fault; 8] = [
    fault("transfer_submit", "failure", 0.7, r#"[{"clause":"count","event":"transfer_submit","at_least":3}]"#),
    fault("profile_update", "failure", 0.8, r#"[{"clause":"sequence","events":["view_balance","view_transactions","profile_update"]}]"#),
    fault("otp_confirm", "failure", 0.6, r#"[{"clause":"concurrent"}]"#),
    fault(
        "statement_download",
        "failure",
        0.9,
        r#"[{"clause":"field","name":"channel","op":"=","value":"mobile"},{"clause":"field","name":"region","op":"=","value":"west"}]"#,
    ),
    fault(
        "view_transactions",
        "failure",
        0.3,
        r#"[{"clause":"field","name":"app_version","op":"=","value":"5.2.1"},{"clause":"directly_after","event":"mfa_challenge"}]"#,
    ),
    fault("card_block", "failure", 0.6, r#"[{"clause":"hour","from":22,"to":2}]"#),
    fault(
        "receipt_sent",
        "missing",
        0.9,
        r#"[{"clause":"after","event":"payee_add"},{"clause":"field","name":"amount_minor","op":">=","value":200000}]"#,
    ),
    fault(
        "payee_add",
        "failure",
        0.5,
        r#"[{"clause":"not_within","event":"login","seconds":120},{"clause":"field","name":"region","op":"=","value":"south"}]"#,
    ),
];

/// Time-out, reversal, abandonment, versions from one on, absence, three clauses; some of them rare.
const MORE_FAULTS: [Fault; 7] = [
    fault(
        "view_balance",
        "timeout",
        0.4,
        r#"[{"clause":"field","name":"app_version","op":">=","value":"5.2.1"},{"clause":"count","event":"view_balance","at_least":2}]"#,
    ),
    fault(
        "otp_confirm",
        "reversed",
        0.8,
        r#"[{"clause":"within","event":"login","seconds":30},{"clause":"field","name":"currency","op":"=","value":"USD"}]"#,
    ),
    fault(
        "statement_download",
        "abandoned",
        0.5,
        r#"[{"clause":"directly_after","event":"view_balance"},{"clause":"field","name":"channel","op":"=","value":"web"}]"#,
    ),
    fault(
        "payee_add",
        "failure",
        0.5,
        r#"[{"clause":"not_after","event":"view_balance"},{"clause":"field","name":"region","op":"=","value":"north"}]"#,
    ),
    fault(
        "transfer_submit",
        "failure",
        0.8,
        r#"[{"clause":"field","name":"channel","op":"=","value":"mobile"},{"clause":"field","name":"region","op":"=","value":"north"},{"clause":"field","name":"amount_minor","op":">=","value":450000}]"#,
    ),
    fault("card_block", "failure", 0.9, r#"[{"clause":"after","event":"payee_add"},{"clause":"field","name":"region","op":"=","value":"south"}]"#),
    fault("mfa_challenge", "failure", 0.25, r#"[{"clause":"hour","from":3,"to":5}]"#),
];

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn show(items: &[Value]) {
    for item in items {
        println!("  {:>2} {}  also {}", item["rank"], item["sentence"].as_str().unwrap(), item["also_describes"]);
    }
}

/// Share of steps both conditions select.
fn jaccard(night: &[lab::Journey], fault: &Fault, item: &Value) -> f64 {
    let truth: Value = serde_json::from_str(fault.clauses).unwrap();
    if fault.how == "abandoned" {
        // The fault is said of the step at which a journey is abandoned, the item of the journey's end, to which that step is the one before.
        let said = item["condition"]["all"].as_array().unwrap();
        let at_step = serde_json::json!({ "clause": "directly_after", "event": fault.event });
        let fields = truth.as_array().unwrap().iter().filter(|clause| clause["clause"] == "field");
        let same = item["outcome"]["how"] == "abandoned" && said.contains(&at_step) && fields.into_iter().all(|clause| said.contains(clause));
        return f64::from(u8::from(same));
    }
    let truth = selected(night, fault.event, fault.how, &truth);
    let how = item["outcome"]["how"].as_str().unwrap();
    let said = selected(night, item["outcome"]["event"].as_str().unwrap(), how, &item["condition"]["all"]);
    let both = truth.intersection(&said).count() as f64;
    both / (truth.len() as f64 + said.len() as f64 - both).max(1.0)
}

/// Mines a night with faults planted; for each how well the best item describes it.
fn check(faults: &[Fault], seed: u64, journeys: usize) -> Vec<f64> {
    let night = night(seed, journeys, faults);
    let mined = mine(&night, 3, 2);
    println!("seed {seed}");
    show(&mined.items);
    let mut found = Vec::new();
    for (number, fault) in faults.iter().enumerate() {
        let planted = night.iter().flat_map(|journey| &journey.faults).filter(|(of, _)| *of == number).count();
        let alike = mined.items.iter().map(|item| (jaccard(&night, fault, item), item["rank"].as_u64().unwrap()));
        let best = alike.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, 0));
        println!("  fault {number} {} {}, {planted} times: alike {:.3}, rank {}", fault.event, fault.how, best.0, best.1);
        found.push(best.0);
    }
    found
}

#[test]
fn faults_are_found_as_they_are() {
    for seed in 1..=setting("LAB_SEEDS", 1) {
        let found = check(&FAULTS, seed, setting("LAB_JOURNEYS", 30_000) as usize);
        assert!(found.iter().all(|alike| *alike >= 0.9), "{found:?}");
    }
}

#[test]
fn more_faults_are_found_as_they_are() {
    for seed in 101..=100 + setting("LAB_SEEDS", 1) {
        let found = check(&MORE_FAULTS, seed, setting("LAB_JOURNEYS", 60_000) as usize);
        assert!(found.iter().all(|alike| *alike >= 0.9), "{found:?}");
    }
}

#[test]
fn nothing_planted_nothing_found() {
    let mut nights = 0;
    for seed in 1_001..=1_000 + setting("LAB_SEEDS", 30) {
        let night = night(seed, setting("LAB_JOURNEYS", 4_000) as usize, &[]);
        let mined = mine(&night, 1, 2);
        nights += u64::from(!mined.items.is_empty());
        show(&mined.items);
    }
    assert_eq!(nights, 0, "nights with anything in the list");
}

#[test]
fn partitions_and_threads_change_nothing() {
    let night = night(7, 6_000, &FAULTS);
    let base = mine(&night, 1, 1);
    assert!(!base.items.is_empty());
    for (partitions, threads) in [(3, 2), (7, 4)] {
        assert!(mine(&night, partitions, threads).everything == base.everything, "{partitions} partitions, {threads} threads");
    }
}

/// A figure of this process from `/proc`.
fn of_process(file: &str, read: impl Fn(&str) -> Option<u64>) -> u64 {
    std::fs::read_to_string(format!("/proc/self/{file}")).ok().and_then(|text| read(&text)).unwrap_or(0)
}

fn user_ticks() -> u64 {
    of_process("stat", |text| text.rsplit(')').next()?.split_whitespace().nth(11)?.parse().ok())
}

fn anonymous_kib() -> u64 {
    of_process("status", |text| text.lines().find_map(|line| line.strip_prefix("RssAnon:"))?.split_whitespace().next()?.parse().ok())
}

/// `LAB_JOURNEYS=1000000 cargo test --release -p stage-mine --test failures -- --ignored --nocapture measure`
#[test]
#[ignore = "measures user seconds and anonymous memory of the step, beyond its inputs"]
fn measure_a_night() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let journeys = setting("LAB_JOURNEYS", 200_000) as usize;
    let mut inputs = lab::run::inputs(&night(1, journeys, &FAULTS), 8);
    inputs.iter_mut().for_each(|(_, bytes)| bytes.shrink_to_fit());
    let (before_ticks, before_kib, done) = (user_ticks(), anonymous_kib(), AtomicBool::new(false));
    let (items, peak) = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = 0;
            while !done.load(Ordering::Relaxed) {
                peak = anonymous_kib().max(peak);
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            peak
        });
        let items = lab::run::mine_inputs(inputs, 2).items.len();
        done.store(true, Ordering::Relaxed);
        (items, watch.join().unwrap())
    });
    let seconds = (user_ticks() - before_ticks) as f64 / 100.0;
    println!(
        "{journeys} journeys: {items} items, {seconds} user seconds, {} MiB beyond {} MiB of before",
        peak.saturating_sub(before_kib) / 1_024,
        before_kib / 1_024
    );
}
