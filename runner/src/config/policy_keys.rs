//! Every key of the policy file, with the bounds its values have. [`schemas::policy::Policy`] is what steps are given; a test holds the
//! two together.

use schemas::ids::Digest;
use schemas::pii::{Locale, Operator, PiiClass};
use schemas::privacy::parse_decimal;

use super::form::{Form, Key, Kind};

/// Metrics of the report by name.
fn metric_names() -> Vec<&'static str> {
    schemas::privacy::TERMS.iter().map(|terms| terms.metric.name()).collect()
}

/// The form of a policy file.
pub const FORM: Form = Form {
    title: "policy.toml",
    why: "Policy: what is personal, what is kept, what may be released. What is not written has a default that suits a bank.",
    keys: &KEYS,
};

const COUNT: Kind = Kind::Integer { min: 1, max: u32::MAX as i64 };
const MINOR: Kind = Kind::Integer { min: 0, max: i64::MAX };
/// So many that a rule holds them all for each customer.
const TIMES: Kind = Kind::Integer { min: 1, max: 10_000 };
const FIELD: Kind = Kind::Text { sound: |_| true, allowed: "a field name, or \"\" for the usual names" };
const FIELDS: Kind = Kind::Texts { sound: |text| !text.is_empty(), allowed: "a field name or path, `*` at either end matches anything" };
const NAMES: Kind = Kind::Texts { sound: |text| !text.is_empty(), allowed: "names as the report writes them" };
const KEPT: Kind = Kind::Texts {
    sound: |text| text.bytes().any(|byte| byte != b'*'),
    allowed: "a field name or path, `*` at either end matches anything; not `*` alone, for nothing would be sanitized",
};

const KEYS: [Key; 72] = [
    row(
        "",
        "profile",
        Kind::Choice(|| vec!["development", "production"]),
        "\"production\"",
        "Production refuses development keys, development seals and stages without a pinned key.",
    ),
    row("ingest", "timestamp_field", FIELD, "\"\"", "Field that holds the time; empty: the usual names."),
    row("ingest", "message_field", FIELD, "\"\"", "Field that holds the message; empty: the usual names."),
    row("ingest", "severity_field", FIELD, "\"\"", "Field that holds the severity; empty: the usual names."),
    row(
        "ingest",
        "utc_offset_minutes",
        Kind::Integer { min: -18 * 60, max: 18 * 60 },
        "0",
        "Offset from UTC, in minutes, of times that name no zone.",
    ),
    row(
        "ingest",
        "quarantine_ppm_max",
        Kind::Integer { min: 0, max: 1_000_000 },
        "200000",
        "Quarantined records per million above which the run ends with exit 22.",
    ),
    row(
        "sanitize",
        "fields",
        Kind::Map { names: None, values: class_labels },
        "{ \"member_no\" = \"CUSTOMER\" }",
        "Field (name or path, `*` at either end matches anything) to class; comes before the built-in list.",
    ),
    row("sanitize", "keep_fields", KEPT, "[\"build\"]", "Fields that are never scanned nor changed; come before everything."),
    row(
        "sanitize",
        "operators",
        Kind::Texted { names: Some(class_labels), sound: is_operator, allowed: OPERATORS },
        "{ IP = \"generalise\", CARD = \"mask:6:4\", BIRTH_DATE = \"date_shift:30\" }",
        "Operator by class [default: drop for SECRET, token for all others].",
    ),
    row(
        "sanitize",
        "field_operators",
        Kind::Texted { names: None, sound: is_operator, allowed: OPERATORS },
        "{ amount = \"generalise:100\" }",
        "Operator by field (name or path, `*` at either end matches anything); comes before that of its class.",
    ),
    row(
        "sanitize",
        "token_prefix",
        Kind::Text { sound: |_| true, allowed: "up to 3 small letters, then signs _ ~ . or |, or \"\"" },
        "\"\"",
        "What stands before each token, such as \"tok.\".",
    ),
    row(
        "sanitize",
        "token_suffix",
        Kind::Text { sound: |_| true, allowed: "a bar, up to 3 small letters between bars, or \"\"" },
        "\"\"",
        "What stands behind each token, such as \"|\".",
    ),
    row("sanitize", "session_fields", FIELDS, "[]", "Fields that identify the session, besides the built-in list."),
    row("sanitize", "customer_fields", FIELDS, "[]", "Fields that identify the customer, besides the built-in list."),
    row(
        "sanitize",
        "locales",
        Kind::Choices(|| Locale::ALL.iter().map(|locale| locale.code()).collect()),
        "[\"DE\"]",
        "Countries whose identifiers are found by shape and check alone.",
    ),
    row(
        "sanitize",
        "pattern",
        Kind::Entries { keys: &PATTERN, required: &["name", "class", "pattern"] },
        "[{ name = \"loan\", class = \"ACCOUNT\", pattern = '\\bLN-(\\d{6})\\b', must_match = [\"loan LN-123456\"], must_not_match = [\"LN-12\"] }]",
        "Texts of the bank's own that are personal, by their form; also written as [[sanitize.pattern]]. The examples are tried when the policy is read.",
    ),
    row(
        "sanitize",
        "dictionary",
        Kind::Entries { keys: &DICTIONARY, required: &["name"] },
        "[{ name = \"project-names\", class = \"NAME\", words = [\"bluebird\"] }]",
        "Words that are personal wherever they stand, or (without class, under the name \"vocabulary\") that strict keeps; also written as [[sanitize.dictionary]].",
    ),
    row("sanitize", "strict", Kind::Flag, "false", "Free text keeps only words of the vocabulary; every other becomes <WORD>."),
    row(
        "sanitize",
        "ner_model",
        Kind::Text { sound: |text| Digest::from_hex(text).is_some(), allowed: "the digest that `logminer model pack` prints: 64 hexadecimal digits" },
        "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"",
        "Model of names that the run must be given (`--model`): persons that it sees in free text are hidden as well. Needs stages that were built with it.",
    ),
    row(
        "sanitize",
        "without_canaries",
        Kind::Flag,
        "false",
        "No canaries are planted, whose tokens are counted before anything is published; refused in production.",
    ),
    row("mine", "journey_gap_minutes", COUNT, "30", "Minutes without an event after which a customer's events (without session) are a new journey."),
    row(
        "mine",
        "high_value_minor",
        Kind::Integer { min: 0, max: i64::MAX },
        "500000",
        "Hundredths of the currency unit above which a transfer is of high value.",
    ),
    row("mine", "velocity_count", COUNT, "4", "Transactions of one customer within velocity_minutes that are too many."),
    row("mine", "velocity_minutes", COUNT, "10", "Window of the velocity rule in minutes."),
    row("mine", "failed_login_count", COUNT, "3", "Failed sign-ins of one customer within failed_login_minutes that are too many."),
    row("mine", "failed_login_minutes", COUNT, "15", "Window of the failed sign-in rule in minutes."),
    row("mine", "timeout_seconds", COUNT, "30", "Seconds of latency from which on a step has timed out."),
    row(
        "mine",
        "follows_percent",
        Kind::Integer { min: 50, max: 100 },
        "80",
        "Percent of journeys in which an event must follow a step for its absence to be a silent failure.",
    ),
    row(
        "mine",
        "word_customers_min",
        Kind::Integer { min: 1, max: 100 },
        "5",
        "Customers that must have a word of free text outside the common vocabulary before it is shown; 1 shows all.",
    ),
    row(
        "mine",
        "clock_tolerance_ms",
        Kind::Integer { min: 0, max: 60_000 },
        "2000",
        "Milliseconds by which the clocks of two hosts may differ and are put right by spans; 0 takes times as they are.",
    ),
    row("rules", "off", Kind::Choices(rule_ids), "[\"AccessWithoutPurpose\"]", "Built-in rules that do not look."),
    row(
        "rules",
        "severity",
        Kind::Map { names: Some(rule_ids), values: severities },
        "{ VelocityCheck = \"medium\" }",
        "Severity of built-in rules, where it is not the usual one.",
    ),
    row("rules", "reporting_edge_minor", MINOR, "1000000", "Hundredths of the currency unit from which a payment is reported to the authority."),
    row("rules", "structuring_percent", Kind::Integer { min: 1, max: 99 }, "90", "Percent of the edge from which a payment is just under it."),
    row("rules", "structuring_count", TIMES, "3", "Payments of one customer just under the edge, within a day, that are too many."),
    row("rules", "sca_above_minor", MINOR, "50000", "Hundredths of the currency unit above which a payment needs a second factor."),
    row("rules", "new_payee_above_minor", MINOR, "300000", "Hundredths of the currency unit above which a payment after a new payee is large."),
    row("rules", "new_payee_minutes", COUNT, "60", "Minutes for which a payee is new."),
    row("rules", "travel_minutes", COUNT, "10", "Minutes within which one customer cannot be in two networks in turn."),
    row("rules", "takeover_failed_count", TIMES, "3", "Failed sign-ins that begin an account takeover."),
    row("rules", "takeover_minutes", COUNT, "60", "Minutes from the first failed sign-in to the payment of an account takeover."),
    row("rules", "enumeration_count", TIMES, "10", "Distinct names or accounts that one source tries in vain that are too many."),
    row("rules", "enumeration_minutes", COUNT, "10", "Window of the enumeration rule in minutes."),
    row("rules", "dormant_days", COUNT, "180", "Days without a sign-in or payment after which an account is dormant."),
    row(
        "rules",
        "own",
        Kind::Entries { keys: &OWN_RULE, required: &["id"] },
        "[{ id = \"LargeWireAtNight\", all = [\"@event = wire_sent\", \"@amount > 10000\", \"@hour < 6\"] }]",
        "Rules of the bank's own, over fields and sequences (docs/RULES.md); also written as [[rules.own]].",
    ),
    row(
        "report",
        "schedule",
        Kind::Choice(|| vec!["once", "nightly"]),
        "\"once\"",
        "`once`: epsilon and delta as written, for one report seen alone; `nightly`: each night gets its share of the period's cap.",
    ),
    row("report", "epsilon", EPSILON, "\"1.0\"", "Epsilon of one report (schedule `once`)."),
    row("report", "delta", DELTA, "\"1e-5\"", "Delta of one report (schedule `once`)."),
    row("report", "period_nano_rho", Kind::Integer { min: 1, max: i64::MAX }, "1008500000", "Cap of a period in nano-rho (zCDP)."),
    row(
        "report",
        "period_delta",
        Kind::Text {
            sound: |text| text.is_empty() || is_delta(text),
            allowed: "a decimal number as text, such as \"1e-6\", or \"\" for the default",
        },
        "\"\"",
        "Total delta of a period; empty: 1e-6 under `nightly`, 5e-4 under `once`.",
    ),
    row("report", "period_nights", COUNT, "365", "Nights of a period."),
    row(
        "report",
        "discovery",
        Kind::Choice(|| vec!["automatic", "every_report", "weekly", "monthly"]),
        "\"weekly\"",
        "When keys that are not public are looked for under `nightly`: on Mondays, on the first of a month (`automatic` is this), or in every report.",
    ),
    row("report", "event_types_max", COUNT, "8", "Event types one customer counts for."),
    row("report", "hours_max", COUNT, "3", "Hours one customer counts for."),
    row("report", "edges_max", COUNT, "8", "Edges one customer counts for."),
    row("report", "findings_max", COUNT, "2", "Findings one customer counts for."),
    row("report", "endpoints_max", COUNT, "12", "Endpoints (with status class) one customer counts for."),
    row("report", "variants_max", COUNT, "4", "Journey variants one customer counts for."),
    row("report", "families_max", COUNT, "3", "Journey families one customer counts for."),
    row("report", "failures_max", COUNT, "4", "Failing calls (each with its attempt) one customer counts for."),
    row("report", "public_event_types", NAMES, "[\"login\"]", "Event types approved as public: these and no others are released, without threshold."),
    row("report", "public_endpoints", NAMES, "[\"POST /transfers 5xx\"]", "Endpoints approved as public, as the report writes them."),
    row("report", "public_findings", NAMES, "[\"VelocityCheck\"]", "Rules approved as public."),
    row(
        "report",
        "left_out",
        Kind::Choices(metric_names),
        "[\"edge\"]",
        "Metrics that are not released; their part of the budget goes to the others.",
    ),
    row("gherkin", "customers_min", COUNT, "5", "Customers that must share a behaviour before a feature in release/ may state it."),
    row("gherkin", "scenarios_max", COUNT, "25", "Scenarios of one feature file at most."),
    row(
        "ci",
        "critical_findings_max",
        Kind::Integer { min: 0, max: i64::MAX },
        "0",
        "With --ci: findings of severity critical above which a run exits with 61 [default: as many as high_findings_max allows].",
    ),
    row(
        "ci",
        "high_findings_max",
        Kind::Integer { min: 0, max: i64::MAX },
        "0",
        "With --ci: findings of severity high or critical above which a run exits with 61.",
    ),
    row(
        "ci",
        "medium_findings_max",
        Kind::Integer { min: 0, max: i64::MAX },
        "5",
        "With --ci: findings of severity medium above which a run exits with 61 [default: any number].",
    ),
    row(
        "ci",
        "new_findings_max",
        Kind::Integer { min: 0, max: i64::MAX },
        "0",
        "With --ci: findings that the night before had not, above which a run exits with 61 [default: any number].",
    ),
    row("ci", "anomalies_max", Kind::Integer { min: 0, max: i64::MAX }, "0", "With --ci: anomaly groups above which a run exits with 61."),
    row(
        "sandbox",
        "raw_overrides",
        Kind::Choices(sandbox::canary::properties),
        "[]",
        "Properties that --unsafe-allow may give up for steps that hold raw text, too.",
    ),
];

const EPSILON: Kind =
    Kind::Text { sound: |text| parse_decimal(text, 6).is_some_and(|micro| micro > 0), allowed: "a decimal number above 0 as text, such as \"1.0\"" };
const DELTA: Kind = Kind::Text { sound: is_delta, allowed: "a decimal number between 0 and 1 as text, such as \"1e-5\"" };

fn is_delta(text: &str) -> bool {
    parse_decimal(text, 18).is_some_and(|atto| atto > 0 && atto < 1_000_000_000_000_000_000)
}

const NAME: Kind = Kind::Text {
    sound: |text| {
        (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
    },
    allowed: "up to 40 small letters, digits, - and _",
};
const TEXTS: Kind = Kind::Texts { sound: |text| !text.is_empty(), allowed: "a text" };

const PATTERN: [Key; 8] = [
    row("", "name", NAME, "\"loan\"", "Name in messages and lists."),
    row("", "class", Kind::Choice(class_labels), "\"ACCOUNT\"", "What its texts are."),
    row(
        "",
        "pattern",
        Kind::Text { sound: |text| !text.is_empty(), allowed: "a regular expression without look-around and back references" },
        "'LN-(\\d{6})'",
        "Regular expression; where it has a group, the first group is the value.",
    ),
    row("", "context", TEXTS, "[\"loan\"]", "Words of which one must stand within 60 bytes before the value [default: none is needed]."),
    row("", "check", Kind::Choice(|| vec!["luhn", "mod97"]), "\"luhn\"", "Check digits the value must have."),
    row("", "operator", Kind::Text { sound: is_operator, allowed: OPERATORS }, "\"drop\"", "What is done with it [default: that of its class]."),
    row("", "must_match", TEXTS, "[]", "Texts in which it must find something."),
    row("", "must_not_match", TEXTS, "[]", "Texts in which it must not."),
];

const DICTIONARY: [Key; 5] = [
    row("", "name", NAME, "\"staff\"", "Name in messages and lists; vocabulary: words that strict keeps."),
    row("", "class", Kind::Choice(class_labels), "\"NAME\"", "What its words are."),
    row("", "words", TEXTS, "[]", "The words, in any letter case."),
    row("", "file", Kind::Path, "\"staff.txt\"", "A file of words, one a line, relative to the policy's folder."),
    row("", "operator", Kind::Text { sound: is_operator, allowed: OPERATORS }, "\"drop\"", "What is done with them [default: that of their class]."),
];

const RULE_ID: Kind = Kind::Text {
    sound: |text| (1..=60).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')),
    allowed: "up to 60 letters, digits, - and _",
};
const PLAIN: Kind = Kind::Text { sound: |text| !text.chars().any(char::is_control), allowed: "a text of one line" };
const CONDITIONS: Kind = Kind::Texts {
    sound: |text| !text.is_empty(),
    allowed: "a condition FIELD OPERATOR VALUE, such as \"@amount > 5000\" or \"maker_id same checker_id\"",
};

const OWN_RULE: [Key; 13] = [
    row("", "id", RULE_ID, "\"LargeWireAtNight\"", "Id in findings."),
    row("", "kind", Kind::Choice(|| vec!["compliance", "fraud"]), "\"fraud\"", "Family [default: compliance]."),
    row("", "severity", Kind::Choice(severities), "\"high\"", "Severity [default: medium]."),
    row("", "clause", PLAIN, "\"internal standard 7.2\"", "Clause or source."),
    row("", "description", PLAIN, "\"A large wire left at night.\"", "What it means, in a sentence."),
    row("", "all", CONDITIONS, "[\"@event = wire_sent\"]", "A record must meet all of these."),
    row("", "any", CONDITIONS, "[\"country = xy\"]", "And one of these."),
    row("", "first", CONDITIONS, "[\"@event = limit_raised\"]", "A sequence begins with a record that meets all of these."),
    row("", "then", CONDITIONS, "[\"@event = wire_sent\"]", "It ends with one that meets all of these."),
    row("", "without", CONDITIONS, "[\"@event = call_back\"]", "And has none between that meets all of these."),
    row("", "within_minutes", COUNT, "30", "Minutes from the first to the last [default: the night]."),
    row("", "at_least", TIMES, "2", "So many records, or sequences, of one customer or session [default: 1]."),
    row("", "by", Kind::Choice(|| vec!["customer", "session"]), "\"session\"", "Whom they have in common [default: customer]."),
];

fn rule_ids() -> Vec<&'static str> {
    schemas::rules::BUILT_IN.to_vec()
}

fn severities() -> Vec<&'static str> {
    vec!["low", "medium", "high", "critical"]
}

const OPERATORS: &str = schemas::operator::ALLOWED;

fn is_operator(text: &str) -> bool {
    text.parse::<Operator>().is_ok()
}

fn class_labels() -> Vec<&'static str> {
    PiiClass::ALL.iter().map(|class| class.label()).collect()
}

const fn row(section: &'static str, name: &'static str, kind: Kind, example: &'static str, why: &'static str) -> Key {
    Key { section, name, kind, example, why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_rows_are_the_fields_of_the_policy() {
        let default = serde_json::to_value(schemas::policy::Policy::default()).unwrap();
        let mut fields = BTreeSet::new();
        for (name, value) in default.as_object().unwrap() {
            match value.as_object() {
                Some(section) => fields.extend(section.keys().map(|key| (name.clone(), key.clone()))),
                None => _ = fields.insert((String::new(), name.clone())),
            }
        }
        let rows: BTreeSet<(String, String)> = FORM.keys.iter().map(|key| (key.section.to_owned(), key.name.to_owned())).collect();
        assert_eq!(rows, fields);
    }

    #[test]
    fn the_classes_are_written_as_they_are_read() {
        for class in PiiClass::ALL {
            assert_eq!(serde_json::to_value(class).unwrap(), class.label());
        }
    }
}
