//! Records of a small bank, and the bundles that the stage makes of them.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use schemas::ids::{StableId, TokenKey};
use schemas::policy::Policy;
use schemas::record::{
    Anomaly, AnomalyRecord, Bundle, Channel, Edge, EdgeRecord, EventCategory, EventType, EventTypeRecord, FailureKind, Finding, FindingKind,
    FindingRecord, FindingSeverity, Outcome, RecordKind, Sequence, SequenceRecord, Severity, Variant, VariantRecord,
};
use stage_runtime::testing::{Harness, container_of};

/// An event type, owned.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) category: EventCategory,
    pub(crate) method: String,
    pub(crate) route: String,
    pub(crate) status: u16,
}

/// An HTTP call.
pub(crate) fn call(category: EventCategory, method: &str, route: &str, status: u16) -> Event {
    Event { name: format!("{method} {route} {status}"), category, method: method.to_owned(), route: route.to_owned(), status }
}

/// An event that is no call.
pub(crate) fn event(category: EventCategory, name: &str) -> Event {
    Event { name: name.to_owned(), category, method: String::new(), route: String::new(), status: 0 }
}

/// Records to be written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mined {
    pub(crate) events: Vec<Event>,
    /// Event numbers, customers.
    pub(crate) variants: Vec<(Vec<u32>, u64)>,
    /// From, to, customers.
    pub(crate) edges: Vec<(u32, u32, u64)>,
    /// Rule, customers.
    pub(crate) findings: Vec<(&'static str, u64)>,
    /// Index of the variant, explanation.
    pub(crate) anomalies: Vec<(usize, String)>,
    /// Failure sequences.
    pub(crate) sequences: Vec<Failing>,
}

/// A failure sequence, owned.
#[derive(Debug, Clone)]
pub(crate) struct Failing {
    pub(crate) how: FailureKind,
    /// Name of the failing step.
    pub(crate) event: String,
    /// JSON.
    pub(crate) condition: String,
    pub(crate) path: Vec<u32>,
    pub(crate) customers: u64,
    pub(crate) sentence: String,
}

fn variant_id(number: usize) -> StableId {
    StableId::of(format!("variant {number}").as_bytes())
}

impl Mined {
    pub(crate) fn event_types(&self) -> Vec<u8> {
        container_of::<EventType>(|block| {
            for (number, event) in self.events.iter().enumerate() {
                let outcome = if event.status >= 400 || event.name.contains("failed") { Outcome::Failure } else { Outcome::Unknown };
                let record = EventTypeRecord {
                    number: number as u32,
                    id: StableId::of(event.name.as_bytes()),
                    name: &event.name,
                    category: event.category,
                    method: &event.method,
                    route: &event.route,
                    status: event.status,
                    severity: Severity::Info,
                    outcome,
                    count: 1,
                };
                block.push(&record, None).unwrap();
            }
        })
    }

    pub(crate) fn variants(&self) -> Vec<u8> {
        container_of::<Variant>(|block| {
            for (number, (events, customers)) in self.variants.iter().enumerate() {
                let record = VariantRecord {
                    id: variant_id(number),
                    events: events.clone(),
                    journeys: customers * 2,
                    customers: *customers,
                    failures: 0,
                    duration_median_ns: 5_000_000_000,
                    exemplar: TokenKey(number as u128),
                };
                block.push(&record, None).unwrap();
            }
        })
    }

    pub(crate) fn edges(&self) -> Vec<u8> {
        container_of::<Edge>(|block| {
            for (from, to, customers) in &self.edges {
                block.push(&EdgeRecord { from: *from, to: *to, count: *customers, customers: *customers, duration_sum_ns: 0 }, None).unwrap();
            }
        })
    }

    fn anomalies(&self) -> Vec<u8> {
        container_of::<Anomaly>(|block| {
            for (variant, explanation) in &self.anomalies {
                let record = AnomalyRecord {
                    variant: variant_id(*variant),
                    channel: Channel::Order,
                    millibits: 1,
                    journeys: 1,
                    customers: 1,
                    explanation,
                    exemplar: TokenKey(1),
                };
                block.push(&record, None).unwrap();
            }
        })
    }

    fn findings(&self) -> Vec<u8> {
        container_of::<Finding>(|block| {
            for (rule, subjects) in &self.findings {
                let record = FindingRecord {
                    rule,
                    kind: FindingKind::Compliance,
                    severity: FindingSeverity::High,
                    clause: "PCI DSS 4.0, 3.4.1",
                    description: "a rule fired",
                    count: *subjects,
                    subjects: *subjects,
                    evidence: Vec::new(),
                    subject_keys: Vec::new(),
                };
                block.push(&record, None).unwrap();
            }
        })
    }

    fn sequences(&self) -> Vec<u8> {
        container_of::<Sequence>(|block| {
            for (rank, failing) in (1..).zip(&self.sequences) {
                let record = SequenceRecord {
                    rank,
                    how: failing.how,
                    event: &failing.event,
                    sentence: &failing.sentence,
                    condition: &failing.condition,
                    matching: failing.customers,
                    failing: failing.customers,
                    elsewhere_matching: 1_000,
                    elsewhere_failing: 0,
                    customers: failing.customers,
                    ln_p_milli: -10_000,
                    path: failing.path.clone(),
                    exemplar: TokenKey(1),
                    counter_path: Vec::new(),
                    counter_example: None,
                };
                block.push(&record, None).unwrap();
            }
        })
    }

    /// Runs the stage; files of `features` and of `features_internal` by path.
    pub(crate) fn write(&self, policy: &Policy, threads: u16) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
        let night = self.night(policy, threads, 20_000, None, "");
        (night.released, night.internal)
    }

    /// Runs the stage on a night, with what the night before left (lock, scenarios seen) and what people decided.
    pub(crate) fn night(&self, policy: &Policy, threads: u16, day: i32, before: Option<[&[u8]; 2]>, decided: &str) -> Night {
        self.night_with(policy, threads, day, before, decided, None)
    }

    /// The same with what the step `tests` wrote of existing tests, and whether the rest alone is asked for.
    pub(crate) fn night_with(
        &self,
        policy: &Policy,
        threads: u16,
        day: i32,
        before: Option<[&[u8]; 2]>,
        decided: &str,
        tests: Option<(&Tests, bool)>,
    ) -> Night {
        let mut harness = Harness::new("gherkin.write").job(|job| {
            job.policy = policy.clone();
            job.threads = threads;
            job.logical_day = day;
            if !decided.is_empty() {
                job.parameters.insert("scenarios".to_owned(), decided.to_owned());
            }
        });
        if let Some([known, seen]) = before {
            harness = harness.input("known", known.to_vec()).input("seen", seen.to_vec());
        }
        if let Some((tests, missing_only)) = tests {
            harness = harness.input("test_file", tests.files.clone()).input("tested", tests.tested.clone()).job(|job| {
                job.parameters.extend(missing_only.then(|| ("missing_only".to_owned(), "true".to_owned())));
            });
        }
        let outcome = harness
            .input("variant", self.variants())
            .input("edge", self.edges())
            .input("event_type", self.event_types())
            .input("anomaly", self.anomalies())
            .input("finding", self.findings())
            .input("sequence", self.sequences())
            .output("known_scenario", RecordKind::KnownScenario)
            .output("seen_scenario", RecordKind::KnownScenario)
            .output("features", RecordKind::Bundle)
            .output("features_internal", RecordKind::Bundle)
            .run(stage_gherkin::process);
        assert_eq!(outcome.report.error, "");
        Night {
            released: unpack(&outcome.outputs["features"]),
            internal: unpack(&outcome.outputs["features_internal"]),
            known: outcome.outputs["known_scenario"].clone(),
            seen: outcome.outputs["seen_scenario"].clone(),
        }
    }
}

/// What the step `tests` wrote.
pub(crate) struct Tests {
    pub(crate) files: Vec<u8>,
    pub(crate) tested: Vec<u8>,
    pub(crate) report: schemas::report::StageReport,
}

/// What a night leaves.
pub(crate) struct Night {
    pub(crate) released: BTreeMap<String, String>,
    pub(crate) internal: BTreeMap<String, String>,
    pub(crate) known: Vec<u8>,
    pub(crate) seen: Vec<u8>,
}

fn unpack(bytes: &[u8]) -> BTreeMap<String, String> {
    let container = schemas::container::Container::open(bytes).unwrap();
    let mut scratch = Vec::new();
    let mut files = BTreeMap::new();
    for number in 0..container.block_count() {
        let block = container.block::<Bundle>(number, &mut scratch).unwrap();
        for file in block.records() {
            let file = file.unwrap();
            assert!(file.path_is_safe(), "{}", file.path);
            assert!(files.insert(file.path.to_owned(), String::from_utf8(file.bytes.to_vec()).unwrap()).is_none());
        }
    }
    files
}

/// A small bank: calls that [`testdata/demo-server`] serves, and journeys over them.
pub(crate) fn bank() -> Mined {
    use EventCategory::{DataAccess, Login, Other, Transaction};
    let events = vec![
        call(Login, "POST", "/api/v1/auth/login", 200),                            // 0
        call(Login, "POST", "/api/v1/auth/login", 401),                            // 1
        call(DataAccess, "GET", "/api/v1/customers/{customer}/accounts", 200),     // 2
        call(DataAccess, "GET", "/api/v1/accounts/{account}/balance", 200),        // 3
        call(DataAccess, "GET", "/api/v1/accounts/{account}/balance", 404),        // 4
        call(Transaction, "POST", "/api/v1/accounts/{iban}/transfers", 201),       // 5
        call(Transaction, "POST", "/api/v1/accounts/{iban}/transfers", 422),       // 6
        call(Other, "GET", "/api/v1/cards/{card}", 200),                           // 7
        call(DataAccess, "GET", "/api/v1/customers/{customer}/accounts", 401),     // 8
        call(Transaction, "POST", "/api/v1/accounts/{iban}/transfers", 500),       // 9
        event(Transaction, "payment_received"),                                    // 10
        event(Transaction, "payment_settled"),                                     // 11
        event(Transaction, "payment_failed \"quoted\" | piped\nScenario: broken"), // 12
        event(Other, "queue <*> drained"),                                         // 13
    ];
    let variants = vec![
        (vec![0, 2, 3, 5], 412),
        (vec![0, 2, 3], 230),
        (vec![0, 5, 3, 5, 6, 3], 61),
        (vec![1, 0, 2], 55),
        (vec![0, 4], 17),
        (vec![8], 12),
        (vec![0, 7], 9),
        (vec![0, 5, 9], 6),
        (vec![10, 11], 80),
        (vec![10, 12], 30),
        (vec![10, 13, 11], 7),
        (vec![0, 7, 5, 7, 5], 2),
        (vec![1], 25),
    ];
    let edges = vec![(u32::MAX, 0, 900), (0, 7, 40), (7, u32::MAX, 33), (3, 7, 4)];
    let findings = vec![("PCIAccountMasking", 40), ("VelocityCheck", 9), ("FailedLoginVelocity", 8), ("AuditTrailCompleteness", 3), ("BankRule", 50)];
    let anomalies = vec![(11, "5 in a row\nScenario: forged".to_owned()), (2, "refused in the middle".to_owned())];
    Mined { events, variants, edges, findings, anomalies, sequences: third_transfer_fails() }
}

/// The third transfer of a session fails; one that no step can say; one whose condition only data bring about; an event that does not come.
pub(crate) fn third_transfer_fails() -> Vec<Failing> {
    let failing = |how, event: &str, condition: &str, path: &[u32], customers, sentence: &str| Failing {
        how,
        event: event.to_owned(),
        condition: condition.to_owned(),
        path: path.to_vec(),
        customers,
        sentence: sentence.to_owned(),
    };
    let transfer = "POST /api/v1/accounts/{iban}/transfers";
    vec![
        failing(
            FailureKind::Failure,
            transfer,
            &format!("[{{\"clause\":\"count\",\"event\":\"{transfer}\",\"at_least\":3}}]"),
            &[0, 5, 3, 5, 6],
            61,
            "The third transfer fails.",
        ),
        failing(FailureKind::Failure, "queue <*> drained", "[{\"clause\":\"after\",\"event\":\"nothing\"}]", &[13], 50, "`queue` fails."),
        failing(
            FailureKind::Timeout,
            "GET /api/v1/cards/{card}",
            "[{\"clause\":\"field\",\"name\":\"app_version\",\"op\":\"=\",\"value\":\"9.1.7\"}]",
            &[0, 7],
            40,
            "Cards time out when `app_version` is `9.1.7`.",
        ),
        failing(
            FailureKind::Missing,
            "payment_settled",
            "[{\"clause\":\"directly_after\",\"event\":\"payment_received\"}]",
            &[10, 13],
            30,
            "`payment_received` is not followed.",
        ),
    ]
}

/// Texts made to break a file or to add a step.
pub(crate) const HOSTILE: [&str; 14] = [
    "\"",
    "|",
    "a\nScenario: forged\n  Given a forged step",
    "Scenario: forged",
    "\"\"\"\nGiven a forged step\n\"\"\"",
    "```",
    "@forged #comment",
    "# language: de",
    "<forged> ${forged} {forged}",
    "\u{1f4a5} \u{202e}\u{5d0}\u{5d1}\u{2028}Feature: forged",
    "back\\slash\\",
    "\u{b}\u{c}\u{85}Examples:",
    "* star",
    "  leading and trailing  ",
];

/// Records whose every text is hostile.
pub(crate) fn hostile(text: &str) -> Mined {
    use EventCategory::{Login, Other, Transaction};
    let long = text.repeat(10_240 / text.len().max(1));
    let events = vec![
        event(Transaction, text),
        event(Other, &format!("x{text}y")),
        event(Other, &long),
        call(Transaction, "POST", &format!("/a/{text}"), 201),
        call(Transaction, text, "/a", 200),
        call(Login, "POST", "/login", 200),
        call(Other, "GET", "/ok/{id}", 200),
        event(Other, &text.repeat(16)),
    ];
    let variants = vec![(vec![0, 1, 2, 7], 50), (vec![1, 0], 60), (vec![5, 3, 4, 6], 70), (vec![7, 1], 2), (vec![7, 0, 1], 9)];
    let edges = vec![(u32::MAX, 0, 50), (0, 7, 20), (6, u32::MAX, 30)];
    Mined {
        events,
        variants,
        edges,
        findings: vec![("PCIAccountMasking", 10)],
        anomalies: vec![(0, long), (3, text.to_owned())],
        sequences: hostile_sequences(text),
    }
}

fn hostile_sequences(text: &str) -> Vec<Failing> {
    let condition = serde_json::json!([{ "clause": "field", "name": text, "op": "=", "value": text }]).to_string();
    let after = serde_json::json!([{ "clause": "after", "event": text }]).to_string();
    let failing = |how, condition: &str, path: Vec<u32>| Failing {
        how,
        event: text.to_owned(),
        condition: condition.to_owned(),
        path,
        customers: 30,
        sentence: text.to_owned(),
    };
    vec![
        failing(FailureKind::Failure, &condition, vec![5, 6]),
        failing(FailureKind::Missing, &after, vec![0, 1]),
        failing(FailureKind::Failure, text, vec![6]),
        failing(FailureKind::Abandoned, &after, Vec::new()),
    ]
}
