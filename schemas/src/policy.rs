//! The policy: what is personal, what is kept, what may be released. One TOML file, parsed and validated by the runner, handed to
//! every step as part of its job; its digest is part of every skip key and of the manifest. Defaults suit a bank.

use crate::record::Metric;
use std::collections::{BTreeMap, BTreeSet};

use crate::ids::Digest;
use crate::pii::{Locale, Operator, PiiClass};
use crate::rules::RulesPolicy;

/// Development or production: production refuses generated development keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Throwaway keys and ledger are allowed.
    #[default]
    Development,
    /// Everything must be the bank's own.
    Production,
}

/// The whole policy.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Profile.
    pub profile: Profile,
    /// Reading.
    pub ingest: IngestPolicy,
    /// Sanitizing.
    pub sanitize: SanitizePolicy,
    /// Mining.
    pub mine: MinePolicy,
    /// Compliance and fraud rules.
    pub rules: RulesPolicy,
    /// The differentially private report.
    pub report: ReportPolicy,
    /// Tests.
    pub gherkin: GherkinPolicy,
    /// Thresholds for CI.
    pub ci: CiPolicy,
    /// What may be given up of the sandbox.
    pub sandbox: SandboxPolicy,
}

/// A part of the policy that a step can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// `[ingest]`.
    Ingest,
    /// `[sanitize]`.
    Sanitize,
    /// `[mine]`.
    Mine,
    /// `[rules]`.
    Rules,
    /// `[report]`.
    Report,
    /// `[gherkin]`.
    Gherkin,
}

impl Policy {
    /// The policy as a step sees it that may read these sections alone: all else has its default. What a step cannot see cannot shape its
    /// result, so this policy's digest is all of the policy that the result's key needs.
    ///
    /// ```
    /// use schemas::policy::{Policy, Section};
    /// let mut policy = Policy::default();
    /// policy.ci.high_findings_max = Some(0);
    /// assert_eq!(policy.only(&[Section::Report]).digest(), Policy::default().digest());
    /// ```
    #[must_use]
    pub fn only(&self, sections: &[Section]) -> Self {
        let mut seen = Self::default();
        for section in sections {
            match section {
                Section::Ingest => seen.ingest = self.ingest.clone(),
                Section::Sanitize => seen.sanitize = self.sanitize.clone(),
                Section::Mine => seen.mine = self.mine.clone(),
                Section::Rules => seen.rules = self.rules.clone(),
                Section::Report => seen.report = self.report.clone(),
                Section::Gherkin => seen.gherkin = self.gherkin.clone(),
            }
        }
        seen
    }

    /// Digest of the canonical encoding.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&crate::codec::encode(self).unwrap_or_default())
    }
}

/// Reading: custom field names come before the built-in aliases.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct IngestPolicy {
    /// Field that holds the time; empty: the aliases.
    pub timestamp_field: String,
    /// Field that holds the message; empty: the aliases.
    pub message_field: String,
    /// Field that holds the severity; empty: the aliases.
    pub severity_field: String,
    /// Offset from UTC, in minutes, of times that name no zone.
    pub utc_offset_minutes: i32,
    /// Quarantined records per million above which the run ends with exit 22.
    pub quarantine_ppm_max: u32,
}

impl Default for IngestPolicy {
    fn default() -> Self {
        Self {
            timestamp_field: String::new(),
            message_field: String::new(),
            severity_field: String::new(),
            utc_offset_minutes: 0,
            quarantine_ppm_max: 200_000,
        }
    }
}

/// Sanitizing: field names decide first, detectors next, the lexicon last.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct SanitizePolicy {
    /// Field (name or path, `*` at either end matches anything) to class; comes before the built-in list.
    pub fields: BTreeMap<String, PiiClass>,
    /// Fields that are never scanned nor changed; come before everything.
    pub keep_fields: Vec<String>,
    /// Operator by class; classes not named: drop for `SECRET`, token for all others.
    pub operators: BTreeMap<PiiClass, Operator>,
    /// Operator by field (name or path, `*` at either end matches anything); comes before that of the class.
    pub field_operators: BTreeMap<String, Operator>,
    /// What stands before each token.
    pub token_prefix: String,
    /// What stands behind each token.
    pub token_suffix: String,
    /// Fields that identify the session, besides the built-in list.
    pub session_fields: Vec<String>,
    /// Fields that identify the customer, besides the built-in list.
    pub customer_fields: Vec<String>,
    /// Countries whose identifiers are found by shape and check alone.
    pub locales: BTreeSet<Locale>,
    /// Texts of the bank's own that are personal, by their form.
    pub pattern: Vec<CustomPattern>,
    /// The same, word by word.
    pub dictionary: Vec<Dictionary>,
    /// Free text keeps only words of the vocabulary.
    pub strict: bool,
    /// Digest of the packed model that names are looked for with, besides; the run must be given that very file.
    pub ner_model: Option<Digest>,
    /// Nothing is planted that would show that sanitizing works. Refused in production.
    pub without_canaries: bool,
}

/// Texts of a form.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields)]
pub struct CustomPattern {
    /// Name in messages and lists.
    pub name: String,
    /// What its texts are.
    pub class: Option<PiiClass>,
    /// Regular expression; where it has a group, the first group is the value.
    pub pattern: String,
    /// Words of which one must stand near before the value; none: it needs none.
    #[serde(default)]
    pub context: Vec<String>,
    /// Check digits the value must have.
    #[serde(default)]
    pub check: Option<CheckDigits>,
    /// What is done with it; not set: what is done with its class.
    #[serde(default)]
    pub operator: Option<Operator>,
    /// Texts in which it must find something.
    #[serde(default)]
    pub must_match: Vec<String>,
    /// Texts in which it must not.
    #[serde(default)]
    pub must_not_match: Vec<String>,
}

/// Check digits of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum CheckDigits {
    /// Luhn over all digits (ISO/IEC 7812-1).
    Luhn,
    /// The first four characters moved to the end, letters as 10 to 35, modulo 97 is 1 (ISO 13616).
    Mod97,
}

/// Words.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// Name in messages and lists; `vocabulary`: words that `strict` keeps.
    pub name: String,
    /// What its words are; not set for the vocabulary.
    #[serde(default)]
    pub class: Option<PiiClass>,
    /// The words, in any letter case.
    #[serde(default)]
    pub words: Vec<String>,
    /// A file of words, one a line, beside the policy; its words are taken in when the policy is read.
    #[serde(default)]
    pub file: Option<String>,
    /// What is done with them; not set: what is done with their class.
    #[serde(default)]
    pub operator: Option<Operator>,
}

/// Name of the dictionary whose words `strict` keeps.
pub const VOCABULARY: &str = "vocabulary";
/// Bytes of the words of all dictionaries.
pub const DICTIONARY_BYTES_MAX: usize = 2 << 20;
/// Least characters of a word that is taken for a value.
pub const DICTIONARY_WORD_MIN: usize = 3;

/// Letters of a token's prefix or suffix: no name that is looked up is as short.
const TOKEN_EDGE_LETTERS_MAX: usize = 3;
/// Bytes of a token's prefix or suffix.
const TOKEN_EDGE_BYTES_MAX: usize = 6;

/// Whether a text may stand before tokens: up to three small letters, then signs `_`, `~`, `.` and `|`, so that the text around a token is read as
/// before when it is sanitized again. Digits could be read as a value, brackets as the end of the token, `:` and `=` as a pair.
#[must_use]
pub fn is_token_prefix(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_lowercase).count();
    let signs = text.bytes().skip(letters).take_while(|byte| matches!(byte, b'_' | b'~' | b'.' | b'|')).count();
    text.is_empty() || (letters <= TOKEN_EDGE_LETTERS_MAX && signs > 0 && letters + signs == text.len() && text.len() <= TOKEN_EDGE_BYTES_MAX)
}

/// Whether a text may stand behind tokens: up to three small letters between bars (`|`, `|end|`). A bar parts values; most other signs could be the
/// beginning of an e-mail address.
#[must_use]
pub fn is_token_suffix(text: &str) -> bool {
    let letters = text.strip_prefix('|').map(|rest| rest.strip_suffix('|').unwrap_or(rest));
    let bare = text.len() <= 1 || text.ends_with('|');
    text.is_empty()
        || (bare && letters.is_some_and(|text| text.len() <= TOKEN_EDGE_LETTERS_MAX && text.bytes().all(|byte| byte.is_ascii_lowercase())))
}

/// An entry of a policy that is refused, by its place in the file: keys, and numbers of a list from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Keys from the top of the file.
    pub place: Vec<String>,
    /// Why, without the entry's value.
    pub why: String,
}

impl Refusal {
    fn of(place: &[&str], why: impl Into<String>) -> Self {
        Self { place: place.iter().map(|part| (*part).to_owned()).collect(), why: why.into() }
    }
}

impl SanitizePolicy {
    /// What this policy may not say: an operator that its class cannot have, or anything but dropping what must never be kept.
    #[must_use]
    pub fn refusals(&self) -> Vec<Refusal> {
        let mut found = Vec::new();
        for (class, operator) in &self.operators {
            if let Some(why) = operator.refused_for(*class) {
                found.push(Refusal::of(&["sanitize", "operators", class.label()], why));
            }
        }
        let dropped = crate::operator::DROPPED_ONLY;
        for (name, class) in &self.fields {
            if *class != PiiClass::Secret && crate::pii::is_dropped_field(name.trim_matches('*')) {
                found.push(Refusal::of(&["sanitize", "fields", name], dropped));
            }
        }
        for (at, name) in self.keep_fields.iter().enumerate() {
            if crate::pii::is_dropped_field(name.trim_matches('*')) {
                found.push(Refusal::of(&["sanitize", "keep_fields", &at.to_string()], dropped));
            }
        }
        for (name, operator) in &self.field_operators {
            let place = ["sanitize", "field_operators", name];
            let class = self.fields.get(name).copied();
            if crate::pii::is_dropped_field(name.trim_matches('*')) && *operator != Operator::Drop {
                found.push(Refusal::of(&place, dropped));
            } else if let Some(why) = class.and_then(|class| operator.refused_for(class)) {
                found.push(Refusal::of(&place, why));
            }
        }
        self.refuse_dictionaries(&mut found);
        if !is_token_prefix(&self.token_prefix) {
            found.push(Refusal::of(&["sanitize", "token_prefix"], "up to 3 small letters, then signs _ ~ . or | may stand there, such as \"tok.\""));
        }
        if !is_token_suffix(&self.token_suffix) {
            found.push(Refusal::of(&["sanitize", "token_suffix"], "a bar, or up to 3 small letters between bars may stand there, such as \"|end|\""));
        }
        found
    }

    fn refuse_dictionaries(&self, found: &mut Vec<Refusal>) {
        let mut bytes = 0;
        for (at, dictionary) in self.dictionary.iter().enumerate() {
            let at = at.to_string();
            let place = |key: &'static str| ["sanitize", "dictionary", at.as_str(), key];
            bytes += dictionary.words.iter().map(String::len).sum::<usize>();
            match dictionary.class {
                None if dictionary.name != VOCABULARY => {
                    found.push(Refusal::of(&place("name"), "it has no class; only the dictionary vocabulary has none"))
                }
                Some(_) if dictionary.name == VOCABULARY => found.push(Refusal::of(&place("class"), "the vocabulary is what is kept, of no class")),
                Some(class) => {
                    found.extend(dictionary.operator.and_then(|operator| operator.refused_for(class)).map(|why| Refusal::of(&place("operator"), why)))
                }
                None => {}
            }
            let short = |word: &String| word.trim().chars().count() < DICTIONARY_WORD_MIN || !word.chars().any(char::is_alphanumeric);
            if let Some(word) = dictionary.words.iter().position(short).filter(|_| dictionary.class.is_some()) {
                let why = format!("a word has {DICTIONARY_WORD_MIN} characters at least: shorter ones stand in any text");
                let number = word.to_string();
                found.push(Refusal::of(&["sanitize", "dictionary", &at, "words", &number], why));
            }
        }
        if bytes > DICTIONARY_BYTES_MAX {
            found.push(Refusal::of(&["sanitize", "dictionary"], format!("its words have more than {DICTIONARY_BYTES_MAX} bytes together")));
        }
    }

    /// The operator of a class.
    #[must_use]
    pub fn operator(&self, class: PiiClass) -> Operator {
        let default = if class == PiiClass::Secret { Operator::Drop } else { Operator::Token };
        self.operators.get(&class).copied().unwrap_or(default)
    }
}

/// Mining.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct MinePolicy {
    /// Minutes without an event after which a customer's events (without session) are a new journey.
    pub journey_gap_minutes: u32,
    /// Hundredths of the currency unit above which a transfer is of high value.
    pub high_value_minor: i64,
    /// Transactions of one customer within `velocity_minutes` that are too many.
    pub velocity_count: u32,
    /// Window of the velocity rule in minutes.
    pub velocity_minutes: u32,
    /// Failed sign-ins of one customer within `failed_login_minutes` that are too many.
    pub failed_login_count: u32,
    /// Window of the failed sign-in rule in minutes.
    pub failed_login_minutes: u32,
    /// Seconds of latency from which on a step has timed out.
    pub timeout_seconds: u32,
    /// Percent of journeys in which an event must follow a step for its absence to be a silent failure.
    pub follows_percent: u32,
    /// Customers that must have a word of free text outside the common vocabulary before it is shown; 1 shows all.
    pub word_customers_min: u32,
    /// Milliseconds by which the clocks of two hosts may differ and are put right by spans; 0 takes times as they are.
    pub clock_tolerance_ms: u32,
}

impl Default for MinePolicy {
    fn default() -> Self {
        Self {
            journey_gap_minutes: 30,
            high_value_minor: 500_000,
            velocity_count: 4,
            velocity_minutes: 10,
            failed_login_count: 3,
            failed_login_minutes: 15,
            timeout_seconds: 30,
            follows_percent: 80,
            word_customers_min: 5,
            clock_tolerance_ms: 2_000,
        }
    }
}

/// How the budget is spread over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// `epsilon` and `delta` as written, for one report seen alone; the ledger's cap still holds.
    #[default]
    Once,
    /// Each night gets its share of the period's cap.
    Nightly,
}

/// When keys that are not public are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Discovery {
    /// `monthly` under `nightly`, `every_report` under `once`.
    #[default]
    Automatic,
    /// In every report, each at the price of its threshold.
    EveryReport,
    /// On Mondays, by logical date.
    Weekly,
    /// On the first of each month, by logical date.
    Monthly,
}

/// The differentially private report. Decimal numbers are texts so that nothing is rounded on the way.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct ReportPolicy {
    /// Schedule.
    pub schedule: Schedule,
    /// Epsilon of one report (schedule `once`), a decimal.
    pub epsilon: String,
    /// Delta of one report (schedule `once`), a decimal.
    pub delta: String,
    /// Cap of a period in nano-rho (zCDP).
    pub period_nano_rho: u64,
    /// Total delta of a period, a decimal; empty: 1e-6 under `nightly`, 5e-4 under `once`.
    pub period_delta: String,
    /// Nights of a period.
    pub period_nights: u32,
    /// When keys that are not public are looked for (schedule `nightly`).
    pub discovery: Discovery,
    /// Event types one customer counts for.
    pub event_types_max: u32,
    /// Hours one customer counts for.
    pub hours_max: u32,
    /// Edges one customer counts for.
    pub edges_max: u32,
    /// Findings one customer counts for.
    pub findings_max: u32,
    /// Endpoints (with status class) one customer counts for.
    pub endpoints_max: u32,
    /// Journey variants one customer counts for.
    pub variants_max: u32,
    /// Journey families one customer counts for.
    pub families_max: u32,
    /// Failing calls (each with its attempt) one customer counts for.
    pub failures_max: u32,
    /// Event types approved as public: when any are named, these are released, all of them, and no others.
    pub public_event_types: Vec<String>,
    /// Endpoints approved as public, as the report writes them (`POST /transfers 5xx`).
    pub public_endpoints: Vec<String>,
    /// Rules approved as public.
    pub public_findings: Vec<String>,
    /// Metrics that are not released; their part of the budget goes to the others.
    pub left_out: Vec<Metric>,
}

impl Default for ReportPolicy {
    fn default() -> Self {
        Self {
            schedule: Schedule::Once,
            epsilon: "1.0".to_owned(),
            delta: "1e-5".to_owned(),
            period_nano_rho: 1_008_500_000,
            period_delta: String::new(),
            period_nights: 365,
            discovery: Discovery::Automatic,
            event_types_max: 24,
            hours_max: 6,
            edges_max: 24,
            findings_max: 2,
            endpoints_max: 12,
            variants_max: 4,
            families_max: 3,
            failures_max: 4,
            public_event_types: Vec::new(),
            public_endpoints: Vec::new(),
            public_findings: Vec::new(),
            left_out: Vec::new(),
        }
    }
}

/// Tests.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct GherkinPolicy {
    /// Customers that must share a behaviour before a feature in `release/` may state it.
    pub customers_min: u32,
    /// Scenarios of one feature file at most.
    pub scenarios_max: u32,
}

impl Default for GherkinPolicy {
    fn default() -> Self {
        Self { customers_min: 5, scenarios_max: 25 }
    }
}

/// Thresholds for CI: more than so many end a run with `--ci` with exit 61.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct CiPolicy {
    /// Findings of severity critical; not set: any number that `high_findings_max` allows.
    pub critical_findings_max: Option<u64>,
    /// Findings of severity high or critical; not set: 0.
    pub high_findings_max: Option<u64>,
    /// Findings of severity medium; not set: any number.
    pub medium_findings_max: Option<u64>,
    /// Findings that the night before had not; not set: any number.
    pub new_findings_max: Option<u64>,
    /// Anomaly groups; not set: any number.
    pub anomalies_max: Option<u64>,
}

/// What may be given up of the sandbox.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct SandboxPolicy {
    /// Properties that `--unsafe-allow` may give up for steps that hold raw text, too.
    pub raw_overrides: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_dropped_cannot_be_kept_by_any_entry() {
        let places = |change: fn(&mut SanitizePolicy)| -> Vec<String> {
            let mut policy = SanitizePolicy::default();
            change(&mut policy);
            policy.refusals().into_iter().map(|refusal| refusal.place.join(".")).collect()
        };
        assert!(places(|_| ()).is_empty());
        assert_eq!(places(|policy| _ = policy.operators.insert(PiiClass::Secret, Operator::Token)), ["sanitize.operators.SECRET"]);
        assert_eq!(places(|policy| policy.keep_fields.extend(["build".to_owned(), "*Password".to_owned()])), ["sanitize.keep_fields.1"]);
        assert_eq!(places(|policy| _ = policy.fields.insert("card.cvv".to_owned(), PiiClass::Account)), ["sanitize.fields.card.cvv"]);
        assert_eq!(places(|policy| _ = policy.field_operators.insert("user_pin".to_owned(), Operator::Keep)), ["sanitize.field_operators.user_pin"]);
        assert_eq!(places(|policy| policy.token_prefix = "t1.".to_owned()), ["sanitize.token_prefix"]);
        assert!(["", "tok.", "|", "~~"].into_iter().all(is_token_prefix) && !["tok", "toke.", "[", "a:", ".a"].into_iter().any(is_token_prefix));
        assert!(["", "|", "|a|", "||"].into_iter().all(is_token_suffix) && !["a", "|a", "]", "|1|", "~", "|abcd|"].into_iter().any(is_token_suffix));
        assert!(places(|policy| policy.token_suffix = "|end|".to_owned()).is_empty());
    }

    #[test]
    fn equal_policies_have_equal_digests() {
        assert_eq!(Policy::default().digest(), Policy::default().digest());
        let mut other = Policy::default();
        other.sanitize.keep_fields.push("build".to_owned());
        assert_ne!(other.digest(), Policy::default().digest());
    }

    #[test]
    fn a_step_sees_its_sections_and_defaults_else() {
        type Change = fn(&mut Policy);
        let changes: [(Section, Change); 6] = [
            (Section::Ingest, |policy| policy.ingest.utc_offset_minutes = 1),
            (Section::Sanitize, |policy| policy.sanitize.keep_fields.push("build".to_owned())),
            (Section::Mine, |policy| policy.mine.velocity_count = 9),
            (Section::Rules, |policy| policy.rules.dormant_days = 9),
            (Section::Report, |policy| policy.report.hours_max = 9),
            (Section::Gherkin, |policy| policy.gherkin.customers_min = 9),
        ];
        let mut all = Policy { profile: Profile::Production, ..Policy::default() };
        changes.iter().for_each(|(_, change)| change(&mut all));
        for (section, change) in changes {
            let mut expected = Policy::default();
            change(&mut expected);
            assert_eq!(all.only(&[section]), expected, "{section:?}");
        }
        assert_eq!(all.only(&[]), Policy::default());
    }

    #[test]
    fn secrets_are_dropped_unless_the_policy_says_otherwise() {
        let mut policy = SanitizePolicy::default();
        assert_eq!(policy.operator(PiiClass::Secret), Operator::Drop);
        assert_eq!(policy.operator(PiiClass::Card), Operator::Token);
        policy.operators.insert(PiiClass::Card, Operator::Drop);
        assert_eq!(policy.operator(PiiClass::Card), Operator::Drop);
    }
}
