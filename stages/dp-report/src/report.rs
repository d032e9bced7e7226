//! The report as data: what `report.json` says, and what the page is drawn from. Everything in it is released or public.
//!
//! It never holds exact counts, the number of withheld keys or customers, or times: see `docs/PRIVACY-REPORT.md` for each field.

use schemas::exit::Exit;
use schemas::ids::StableId;
use schemas::job::JobSpec;
use schemas::policy::Schedule;
use schemas::privacy::{AttoDelta, Keys, Mechanism, NanoRho, ReleaseParameters, epsilon_of};
use schemas::record::Metric;
use stage_runtime::StepError;

use crate::date::date;
use crate::derived::{Derived, derived};
use crate::history::History;
use crate::names::KeyName;
use crate::ranking::Ranking;
use crate::release::Released;

/// Name and version of the sampler, for the report and the ledger.
pub(crate) const SAMPLER: &str = concat!("canonne-kamath-steinke-2020 integer, dp-report ", env!("CARGO_PKG_VERSION"));

/// The report.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Document {
    pub(crate) format: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) dp: bool,
    pub(crate) test_build: bool,
    /// The question this answers; none: a report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) question: Option<String>,
    pub(crate) window: Window,
    pub(crate) privacy: Privacy,
    pub(crate) release: Spend,
    pub(crate) budget: Budget,
    pub(crate) ledger: LedgerPlace,
    pub(crate) digests: Digests,
    pub(crate) noise: NoiseSource,
    pub(crate) not_covered: Vec<&'static str>,
    /// The answer to a question for names in an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ranking: Option<Ranking>,
    pub(crate) metrics: Vec<MetricReport>,
    pub(crate) derived: Derived,
}

/// What time the data is of.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Window {
    pub(crate) logical_date: String,
    pub(crate) records: &'static str,
    pub(crate) time_zone: &'static str,
}

/// Who is protected, and how far one of them counts.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Privacy {
    pub(crate) privacy_unit: &'static str,
    pub(crate) privacy_unit_fallback: &'static str,
    pub(crate) neighbouring: &'static str,
    pub(crate) contribution_sampling: &'static str,
    pub(crate) definition: &'static str,
}

/// rho, delta and the epsilon they amount to. Decimals are texts, exact.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Spend {
    pub(crate) rho: String,
    pub(crate) threshold_delta: String,
    pub(crate) conversion_delta: String,
    /// The two deltas together.
    pub(crate) delta: String,
    /// Epsilon at `delta`, rounded up.
    pub(crate) epsilon: String,
    /// The same for drawing.
    #[serde(skip)]
    pub(crate) nano_rho: u64,
    #[serde(skip)]
    pub(crate) epsilon_value: f64,
    #[serde(skip)]
    pub(crate) delta_value: f64,
}

impl Spend {
    fn new(rho: NanoRho, threshold: AttoDelta, conversion: AttoDelta) -> Self {
        let epsilon = epsilon_of(rho, conversion);
        Self {
            rho: rho.to_string(),
            threshold_delta: threshold.to_string(),
            conversion_delta: conversion.to_string(),
            delta: AttoDelta(threshold.0.saturating_add(conversion.0)).to_string(),
            epsilon: epsilon.to_string(),
            nano_rho: rho.0,
            epsilon_value: epsilon.as_f64(),
            delta_value: threshold.as_f64() + conversion.as_f64(),
        }
    }
}

/// The period's budget around this release.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Budget {
    pub(crate) schedule: Schedule,
    pub(crate) period_start: String,
    pub(crate) period_end: String,
    pub(crate) period_nights: u32,
    pub(crate) cap: Spend,
    pub(crate) spent_before: Spend,
    pub(crate) spent_with_this_release: Spend,
    pub(crate) left_rho: String,
    #[serde(skip)]
    pub(crate) left_percent: f64,
    /// Releases of this price that still fit.
    pub(crate) releases_left: u64,
    pub(crate) renewal: &'static str,
}

/// Where the spend stands in the ledger.
#[derive(Debug, serde::Serialize)]
pub(crate) struct LedgerPlace {
    pub(crate) reserve_sequence: u64,
    pub(crate) reserve_entry: String,
    pub(crate) head_when_drawn: String,
    pub(crate) head_after_commit: &'static str,
}

/// What the numbers are of and by.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Digests {
    pub(crate) input: String,
    pub(crate) policy: String,
    pub(crate) query: String,
    pub(crate) stage: String,
}

/// Where noise comes from.
#[derive(Debug, serde::Serialize)]
pub(crate) struct NoiseSource {
    pub(crate) rng: &'static str,
    pub(crate) sampler: &'static str,
}

/// One metric.
#[derive(Debug, serde::Serialize)]
pub(crate) struct MetricReport {
    pub(crate) metric: Metric,
    pub(crate) title: String,
    pub(crate) meaning: &'static str,
    /// What every number of the metric is, for whoever takes it out of the report: a lower bound, and why; or that nothing is missing.
    pub(crate) at_least: String,
    /// `public`, `listed` (by the policy), `known` (by a discovery before) or `discovered`.
    pub(crate) keys: &'static str,
    pub(crate) threshold: Option<Threshold>,
    pub(crate) ci95_half_width: i64,
    pub(crate) price: Price,
    pub(crate) numbers: Vec<NumberReport>,
}

impl MetricReport {
    /// Whether nothing is cut from any number, so that none is a mere lower bound.
    pub(crate) fn is_whole(&self) -> bool {
        self.numbers.iter().all(NumberReport::is_whole)
    }
}

/// What withholds keys that few customers share.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Threshold {
    pub(crate) least_value: i64,
    /// A key with so many customers is released about every other time.
    pub(crate) released_half_the_time_at: i64,
    pub(crate) delta: String,
}

/// Noise and its price. One price covers all numbers of a metric: they are one joint release.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Price {
    pub(crate) mechanism: Mechanism,
    /// sigma squared, an exact fraction.
    pub(crate) sigma2: String,
    pub(crate) l0: u32,
    pub(crate) linf: u32,
    pub(crate) l2_squared: u32,
    pub(crate) rho: String,
    pub(crate) delta: String,
    pub(crate) shared_by: &'static str,
}

/// One number.
#[derive(Debug, serde::Serialize)]
pub(crate) struct NumberReport {
    pub(crate) key: Key,
    /// The released integer; may be negative.
    pub(crate) value: i64,
    /// Post-processing for display: never below 0.
    pub(crate) display: i64,
    pub(crate) ci95: [i64; 2],
    pub(crate) ci95_excludes: &'static [&'static str],
    /// The interval reaches 0: too small to tell from nothing.
    pub(crate) too_small: bool,
    /// The interval reaches below the threshold: such a key is in the report because its noise was high, so the value is likelier too
    /// high than too low. Post-processing.
    pub(crate) near_threshold: bool,
    pub(crate) price: Price,
}

impl NumberReport {
    /// Whether the noise is all that may keep it from the truth.
    pub(crate) fn is_whole(&self) -> bool {
        self.ci95_excludes.is_empty()
    }
}

/// Name of a key.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Key {
    /// An event type, hour, rule, journey variant, ...
    Name {
        /// Its name.
        name: String,
        /// Of a journey variant what it is known by on other nights, 16 hexadecimal digits.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<StableId>,
    },
    /// An edge of the journey graph.
    Edge {
        /// Event type it leaves; none: the start of a journey.
        from: Option<String>,
        /// Event type it enters; none: the end.
        to: Option<String>,
    },
    /// A journey family.
    Family {
        /// Its name.
        family: String,
        /// `all` or `failed`.
        journeys: &'static str,
    },
}

impl Key {
    /// The name of a metric's key as the documents say it.
    pub(crate) fn of(metric: Metric, name: &KeyName) -> Self {
        match metric {
            Metric::Edge => {
                let end = |name: &str| (!name.is_empty()).then(|| name.to_owned());
                Self::Edge { from: end(&name.name), to: end(&name.to) }
            }
            Metric::Family => Self::Family { family: name.name.clone(), journeys: if name.to.is_empty() { "all" } else { "failed" } },
            _ => Self::Name { name: name.name.clone(), id: (metric == Metric::Variant).then_some(StableId(name.id)) },
        }
    }
}

/// What stays outside the guarantee; printed in every report.
const NOT_COVERED: [&str; 6] = [
    "Which journeys mining finds anomalous, and which failure sequences, is not in this report: the models behind them look at all customers together, so one customer's influence has no known bound. They stay with the team; what is counted here goes by fixed measures and each customer's own journeys.",
    "Which log lines form one event type, and the words in an event type's name, come from mining all customers' lines; that step adds no noise. A name is shown only when enough customers share it.",
    "Records that name no customer are counted by session: for them the promise holds for one session, not for one person.",
    "Several people behind one customer number are protected together, as one; a person with several customer numbers is protected as several.",
    "The intervals are about the noise alone. They leave out that a customer counts for a limited number of keys, which makes every count a lower bound, and that names are shown only from a threshold on, which makes counts near it too high.",
    "The Gherkin features beside this report show behaviour shared by at least k customers; that is k-anonymity, not differential privacy.",
];

/// The report of a release.
pub(crate) fn document(job: &JobSpec, parameters: &ReleaseParameters, released: &[Released], history: &History) -> Document {
    Document {
        format: "logminer-dp-report/1",
        media_type: "application/vnd.logminer.dp-report+json",
        dp: true,
        test_build: cfg!(test),
        question: None,
        ranking: None,
        window: Window { logical_date: date(job.logical_day.into()), records: "all records of the run", time_zone: "UTC" },
        privacy: Privacy {
            privacy_unit: "customer",
            privacy_unit_fallback: "session, for records that name no customer",
            neighbouring: "add_remove_one_customer",
            contribution_sampling: "a customer with more keys than l0 keeps the l0 whose names have the least keyed hash, fixed by the sampling key",
            definition: "delta-approximate rho-zCDP; epsilon and delta by conversion",
        },
        release: Spend::new(parameters.nano_rho, parameters.atto_delta, parameters.conversion_atto_delta),
        budget: budget(parameters),
        ledger: LedgerPlace {
            reserve_sequence: parameters.ledger_sequence,
            reserve_entry: parameters.ledger_entry.to_string(),
            head_when_drawn: parameters.ledger_head.to_string(),
            head_after_commit: "in the run's manifest: the commit entry holds this report's digest, so its hash cannot be in the report",
        },
        digests: Digests {
            input: parameters.input.to_string(),
            policy: parameters.policy.to_string(),
            query: parameters.query.to_string(),
            stage: parameters.stage.to_string(),
        },
        noise: NoiseSource { rng: "getrandom", sampler: SAMPLER },
        not_covered: NOT_COVERED.to_vec(),
        metrics: released.iter().map(metric_report).collect(),
        derived: derived(released, history, job.logical_day),
    }
}

fn budget(parameters: &ReleaseParameters) -> Budget {
    let conversion = parameters.period_conversion_atto_delta;
    let before_rho = NanoRho(parameters.spent_nano_rho.0.saturating_sub(parameters.nano_rho.0));
    let before_delta = AttoDelta(parameters.spent_atto_delta.0.saturating_sub(parameters.atto_delta.0));
    let left = NanoRho(parameters.cap_nano_rho.0.saturating_sub(parameters.spent_nano_rho.0));
    Budget {
        schedule: parameters.schedule,
        period_start: date(parameters.period_start.into()),
        period_end: date(i64::from(parameters.period_start) + i64::from(parameters.period_nights)),
        period_nights: parameters.period_nights,
        cap: Spend::new(parameters.cap_nano_rho, parameters.cap_atto_delta, conversion),
        spent_before: Spend::new(before_rho, before_delta, conversion),
        spent_with_this_release: Spend::new(parameters.spent_nano_rho, parameters.spent_atto_delta, conversion),
        left_rho: left.to_string(),
        left_percent: left.as_f64() / parameters.cap_nano_rho.as_f64().max(1e-9) * 100.0,
        releases_left: parameters.nights_left,
        renewal: "nothing is given back; a new period begins only with a policy entry in the ledger, after the period's last day",
    }
}

/// Nobody outside may know how many customers have more keys than that, so the reader is told what it does and not how much it did.
fn at_least(part: &Released) -> String {
    if part.charge.metric == Metric::Category {
        return "Each customer is counted for every kind of activity, so nothing is missing here; the intervals show the noise.".to_owned();
    }
    if part.charge.metric == Metric::Latency {
        return "Each customer is counted once, by the slowest call, so nothing is missing here; events that name no customer or have no latency are not counted. The intervals show the noise.".to_owned();
    }
    if part.charge.metric == Metric::Anomaly {
        return "Each customer is counted for every group, so nothing is missing here; the intervals show the noise.".to_owned();
    }
    let (l0, keys) = (part.charge.l0, part.spec.things);
    let known = if part.keys == Keys::Known {
        " Names are those that a discovery has found before; new ones are missing until the next discovery."
    } else {
        ""
    };
    format!(
        "Each customer is counted for {l0} {keys} at most. Who has more is missing from the others, so the true counts are these or higher, and much higher where most customers have more than {l0}. The intervals show the noise, not this.{known}"
    )
}

fn metric_report(part: &Released) -> MetricReport {
    let charge = &part.charge;
    let price = Price {
        mechanism: charge.mechanism,
        sigma2: charge.scale.to_string(),
        l0: charge.l0,
        linf: 1,
        l2_squared: charge.l0,
        rho: charge.nano_rho.to_string(),
        delta: charge.atto_delta.to_string(),
        shared_by: "all numbers of this metric",
    };
    let numbers = part.numbers.iter().map(|number| NumberReport {
        key: Key::of(number.metric, &number.name),
        value: number.value,
        display: number.value.max(0),
        ci95: [number.low, number.high],
        ci95_excludes: if part.is_whole() {
            &[]
        } else if charge.threshold.is_some() {
            &["contribution_bounding", "selection_by_threshold"]
        } else {
            &["contribution_bounding"]
        },
        too_small: number.low <= 0,
        near_threshold: charge.threshold.is_some_and(|threshold| number.low < threshold),
        price: price.clone(),
    });
    MetricReport {
        metric: part.spec.metric,
        title: format!("{}{}", part.spec.title, if part.is_whole() { "" } else { ", at least" }),
        meaning: part.spec.meaning,
        at_least: at_least(part),
        keys: match part.keys {
            Keys::Public(_) => "public",
            Keys::Listed => "listed",
            Keys::Known => "known",
            Keys::Discovered => "discovered",
        },
        threshold: charge.threshold.map(|least_value| Threshold {
            least_value,
            released_half_the_time_at: least_value,
            delta: charge.atto_delta.to_string(),
        }),
        ci95_half_width: part.half_width,
        numbers: numbers.collect(),
        price,
    }
}

/// `report.json`.
pub(crate) fn to_json(document: &Document) -> Result<Vec<u8>, StepError> {
    let mut json = serde_json::to_vec_pretty(document).map_err(|_| StepError::new(Exit::Internal, "write report.json"))?;
    json.push(b'\n');
    Ok(json)
}
