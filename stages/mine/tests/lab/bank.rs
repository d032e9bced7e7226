//! The bank: how journeys go when nothing is planted, and faults.

use super::{Did, Journey, Random, Span};

/// Attributes with their values; a code is a position from 1.
pub(crate) const FIELDS: [(&str, &[&str]); 4] = [
    ("app_version", &["5.1.0", "5.2.0", "5.2.1", "5.10.0"]),
    ("channel", &["api", "branch", "mobile", "web"]),
    ("currency", &["CHF", "EUR", "USD"]),
    ("region", &["east", "north", "south", "west"]),
];

/// Names of steps with their natural failing rate.
pub(crate) const STEPS: [(&str, f64); 12] = [
    ("login", 0.03),
    ("mfa_challenge", 0.01),
    ("view_balance", 0.002),
    ("view_transactions", 0.004),
    ("transfer_submit", 0.02),
    ("otp_confirm", 0.015),
    ("receipt_sent", 0.0),
    ("payee_add", 0.01),
    ("profile_update", 0.008),
    ("statement_download", 0.01),
    ("card_block", 0.01),
    ("logout", 0.0),
];

/// A planted fault: at a step of this name that meets the condition, what it does with which probability.
pub(crate) struct Fault {
    pub(crate) event: &'static str,
    pub(crate) how: &'static str,
    pub(crate) probability: f64,
    /// The condition as `failures.json` says it.
    pub(crate) clauses: &'static str,
}

const DAY_S: i64 = 1_763_596_800;

/// A customer's habits.
struct Customer {
    key: u128,
    channel: u8,
    version: u8,
    currency: u8,
    region: u8,
    /// Factor on natural failing rates.
    clumsy: f64,
}

impl Customer {
    fn new(number: u64, random: &mut Random) -> Self {
        let pick = |random: &mut Random, weights: &[u64]| {
            let mut at = random.below(weights.iter().sum());
            weights
                .iter()
                .position(|weight| {
                    at < *weight || {
                        at -= weight;
                        false
                    }
                })
                .unwrap() as u8
                + 1
        };
        let channel = pick(random, &[5, 5, 50, 40]);
        let version = pick(random, if channel == 3 { &[10, 30, 30, 30] } else { &[60, 30, 5, 5] });
        Self {
            key: u128::from(number) << 64 | 0x00c0_ffee,
            channel,
            version,
            currency: pick(random, &[10, 60, 30]),
            region: pick(random, &[25, 10, 40, 25]),
            clumsy: if random.happens(0.1) { 5.0 } else { 0.6 },
        }
    }
}

/// A night of about so many journeys; with `faults` planted.
pub(crate) fn night(seed: u64, journeys: usize, faults: &[Fault]) -> Vec<Journey> {
    let mut random = Random(seed);
    let mut night = Vec::with_capacity(journeys);
    let mut number = 0;
    while night.len() < journeys {
        number += 1;
        let customer = Customer::new(number, &mut random);
        let sessions = 1 + random.below(5) as usize;
        let mut spans: Vec<Span> = Vec::new();
        let mut starts: Vec<i64> = (0..sessions).map(|_| start(&mut random)).collect();
        if sessions > 1 && random.happens(0.15) {
            starts[1] = starts[0] + 20 + random.below(60) as i64;
        }
        starts.sort_unstable();
        let first = night.len();
        for (at, start_s) in starts.iter().enumerate() {
            let mut journey = plan(&customer, u128::from(number) << 8 | at as u128, *start_s, &mut random);
            journey.steps.truncate(200);
            spans.push(Span { key: journey.key, start_s: *start_s, end_s: journey.steps.last().unwrap().time_s });
            night.push(journey);
        }
        for journey in &mut night[first..] {
            play(journey, &customer, &spans, faults, &mut random);
        }
    }
    night
}

fn start(random: &mut Random) -> i64 {
    // Days are busier than nights.
    let hour = if random.happens(0.75) { 7 + random.below(13) } else { random.below(24) } as i64;
    DAY_S + hour * 3_600 + random.below(3_600) as i64
}

/// What the customer means to do.
fn plan(customer: &Customer, key: u128, start_s: i64, random: &mut Random) -> Journey {
    let mut names = vec!["login", "mfa_challenge"];
    for _ in 0..1 + random.below(5) {
        match random.below(20) {
            0..=4 => names.push("view_balance"),
            5..=8 => names.push("view_transactions"),
            9..=13 => names.extend(["transfer_submit", "otp_confirm", "receipt_sent"]),
            14 | 15 => names.push("payee_add"),
            16 => names.push("profile_update"),
            17 | 18 => names.push("statement_download"),
            _ => names.push("card_block"),
        }
    }
    if random.happens(0.96) {
        names.push("logout");
    }
    let mut time_s = start_s;
    let mut amount = None;
    let mut steps = Vec::new();
    for name in names {
        // Mostly quick, sometimes a pause.
        time_s += 2 + (-(1.0 - random.share()).ln() * if random.happens(0.1) { 200.0 } else { 15.0 }) as i64;
        if name == "transfer_submit" {
            amount = Some(((2.0 + random.share() * 4.5).exp() * 1_000.0) as i64);
        }
        let has_amount = matches!(name, "transfer_submit" | "otp_confirm");
        let values = [customer.version, customer.channel, if has_amount { customer.currency } else { 0 }, customer.region];
        steps.push(Did { name, failed: false, slow: false, time_s, amount_minor: amount.filter(|_| has_amount), values });
    }
    Journey { key: key << 32 | 7, customer: customer.key, steps, faults: Vec::new() }
}

/// Plays it: natural failures and retries, then faults.
fn play(journey: &mut Journey, customer: &Customer, spans: &[Span], faults: &[Fault], random: &mut Random) {
    let conditions: Vec<serde_json::Value> = faults.iter().map(|fault| serde_json::from_str(fault.clauses).unwrap()).collect();
    let planned = std::mem::take(&mut journey.steps);
    let mut late_s = 0;
    let mut skip_until_next = false;
    for mut step in planned {
        step.time_s += late_s;
        // What a refused transfer would have led to does not come.
        if skip_until_next && matches!(step.name, "otp_confirm" | "receipt_sent") {
            continue;
        }
        skip_until_next = false;
        let name = step.name;
        let rate = STEPS.iter().find(|(known, _)| *known == name).unwrap().1 * customer.clumsy;
        for attempt in 0..3 {
            let mut tried = step.clone();
            tried.time_s += attempt * 5;
            tried.failed = random.happens(if attempt == 0 { rate } else { 0.4 });
            journey.steps.push(tried);
            let at = journey.steps.len() - 1;
            for (number, fault) in faults.iter().enumerate().filter(|(_, fault)| fault.event == name && matches!(fault.how, "failure" | "timeout")) {
                if super::judge::holds(&conditions[number], journey, at, spans) && random.happens(fault.probability) {
                    let timeout = fault.how == "timeout";
                    (journey.steps[at].failed, journey.steps[at].slow) = (!timeout, timeout);
                    journey.faults.push((number, at));
                }
            }
            let failed = journey.steps[at].failed;
            late_s += i64::from(failed) * 5;
            if !failed || random.happens(0.5) {
                skip_until_next = failed && matches!(name, "transfer_submit" | "otp_confirm");
                break;
            }
        }
        let at = journey.steps.len() - 1;
        for (number, fault) in faults.iter().enumerate().filter(|(_, fault)| fault.how == "missing" && fault.event == name) {
            if super::judge::holds(&conditions[number], journey, at, spans) && random.happens(fault.probability) {
                journey.steps.pop();
                journey.faults.push((number, at - 1));
            }
        }
        for (number, fault) in faults.iter().enumerate().filter(|(_, fault)| matches!(fault.how, "reversed" | "abandoned") && fault.event == name) {
            if journey.steps.len() > at && super::judge::holds(&conditions[number], journey, at, spans) && random.happens(fault.probability) {
                journey.faults.push((number, at));
                if fault.how == "abandoned" {
                    return;
                }
                let last = journey.steps[at].clone();
                journey.steps.push(Did {
                    name: "transfer_reversal",
                    failed: false,
                    slow: false,
                    time_s: last.time_s + 3,
                    amount_minor: None,
                    ..last
                });
            }
        }
    }
}
