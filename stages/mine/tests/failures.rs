//! `mine.failures` finds what is planted and nothing else.

mod lab;

use lab::bank::{Fault, night};
use lab::judge::selected;
use lab::run::mine;
use serde_json::Value;

const FAULTS: [Fault; 8] = [
    Fault { event: "transfer_submit", how: "failure", probability: 0.7, clauses: r#"[{"clause":"count","event":"transfer_submit","at_least":3}]"# },
    Fault {
        event: "profile_update",
        how: "failure",
        probability: 0.8,
        clauses: r#"[{"clause":"sequence","events":["view_balance","view_transactions","profile_update"]}]"#,
    },
    Fault { event: "otp_confirm", how: "failure", probability: 0.6, clauses: r#"[{"clause":"concurrent"}]"# },
    Fault {
        event: "statement_download",
        how: "failure",
        probability: 0.9,
        clauses: r#"[{"clause":"field","name":"channel","op":"=","value":"mobile"},{"clause":"field","name":"region","op":"=","value":"west"}]"#,
    },
    Fault {
        event: "view_transactions",
        how: "failure",
        probability: 0.3,
        clauses: r#"[{"clause":"field","name":"app_version","op":"=","value":"5.2.1"},{"clause":"directly_after","event":"mfa_challenge"}]"#,
    },
    Fault { event: "card_block", how: "failure", probability: 0.6, clauses: r#"[{"clause":"hour","from":22,"to":2}]"# },
    Fault {
        event: "receipt_sent",
        how: "missing",
        probability: 0.9,
        clauses: r#"[{"clause":"after","event":"payee_add"},{"clause":"field","name":"amount_minor","op":">=","value":200000}]"#,
    },
    Fault {
        event: "payee_add",
        how: "failure",
        probability: 0.5,
        clauses: r#"[{"clause":"not_within","event":"login","seconds":120},{"clause":"field","name":"region","op":"=","value":"south"}]"#,
    },
];

fn journeys(default: usize) -> usize {
    std::env::var("LAB_JOURNEYS").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn seeds(default: u64) -> u64 {
    std::env::var("LAB_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn show(items: &[Value]) {
    for item in items {
        println!("  {:>2} {}  also {}", item["rank"], item["sentence"].as_str().unwrap(), item["also_describes"]);
    }
}

/// Share of steps both conditions select.
fn jaccard(night: &[lab::Journey], fault: &Fault, item: &Value) -> f64 {
    let truth = selected(night, fault.event, &serde_json::from_str(fault.clauses).unwrap());
    let said = selected(night, item["outcome"]["event"].as_str().unwrap(), &item["condition"]["all"]);
    let both = truth.intersection(&said).count() as f64;
    both / (truth.len() as f64 + said.len() as f64 - both).max(1.0)
}

#[test]
fn faults_are_found_as_they_are() {
    for seed in 1..=seeds(1) {
        let night = night(seed, journeys(30_000), &FAULTS);
        let mined = mine(&night, 3, 2);
        println!("seed {seed}");
        show(&mined.items);
        for (number, fault) in FAULTS.iter().enumerate() {
            let planted = night.iter().flat_map(|journey| &journey.faults).filter(|(of, _)| *of == number).count();
            let best =
                mined.items.iter().map(|item| (jaccard(&night, fault, item), item["rank"].as_u64().unwrap())).max_by(|a, b| a.0.total_cmp(&b.0));
            println!("  fault {number} {} planted {planted}: {best:?}", fault.event);
            assert!(best.is_some_and(|(alike, _)| alike >= 0.9), "fault {number} is not found");
        }
    }
}

#[test]
fn nothing_planted_nothing_found() {
    let mut nights = 0;
    for seed in 1_001..=1_000 + seeds(30) {
        let night = night(seed, journeys(4_000), &[]);
        let mined = mine(&night, 1, 2);
        nights += u64::from(!mined.items.is_empty());
        show(&mined.items);
    }
    assert_eq!(nights, 0, "nights with anything in the list");
}
