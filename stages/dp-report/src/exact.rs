//! Exact numbers for auditors (`logminer run --no-dp`): another document, never a release.
//!
//! Whoever checks the report needs what it was made of: for every key the number of customers, and the number that is left after bounding, which is what
//! noise would be added to. These numbers have no privacy guarantee at all, so everything about the document says so: its format, media
//! type and file names (`*.audit.*`) are others than the report's, `dp` is false, and the page carries a banner on the screen and on every printed
//! sheet. The runner unpacks it into `internal/` and refuses to unpack it anywhere else.
//!
//! Nothing is drawn here and there is no reserve: the step takes no entropy, and refuses to run with the parameters of a release, so that it can never
//! be mistaken for one that was paid for. Metrics that the policy leaves out of the report are counted too, and no key is withheld.

mod page;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::policy::ReportPolicy;
use schemas::privacy::TERMS;
use schemas::record::{Bundle, BundleFile, Metric};
use stage_runtime::{StepContext, StepError};

use crate::bound::{self, Counts, Limit};
use crate::date::date;
use crate::gather::gather;
use crate::known::Known;
use crate::metric::spec;
use crate::names::Names;
use crate::release::limit;
use crate::report::Key;

/// On every page, in every file.
const BANNER: &str = "EXACT NUMBERS - NOT DIFFERENTIALLY PRIVATE - FOR AUDITORS ONLY - DO NOT PASS ON";
/// Variants whose steps are spelled: 64 MiB of names at 1 KiB each.
const VARIANTS_SPELLED_MAX: usize = 1 << 16;
const FORMAT: &str = "logminer-exact-report/1";
const MEDIA_TYPE: &str = "application/vnd.logminer.exact-report.audit+json";
const FILES: [&str; 2] = ["exact-report.audit.html", "exact-report.audit.json"];

/// The document.
#[derive(Debug, serde::Serialize)]
struct Document {
    format: &'static str,
    media_type: &'static str,
    /// Always false.
    dp: bool,
    warning: &'static str,
    logical_date: String,
    privacy_unit: &'static str,
    metrics: Vec<ExactMetric>,
}

#[derive(Debug, serde::Serialize)]
struct ExactMetric {
    metric: Metric,
    title: &'static str,
    meaning: &'static str,
    /// Keys one customer counts for in the report.
    l0: u32,
    /// Whether the policy leaves the metric out of the report.
    left_out: bool,
    numbers: Vec<ExactNumber>,
}

#[derive(Debug, serde::Serialize)]
struct ExactNumber {
    key: Key,
    /// Distinct customers (or sessions) with the key.
    customers: u64,
    /// Those of them who are counted for it within the report's bound: what noise would be added to. None: the report does not count this key, which is
    /// neither listed by the policy nor known from a discovery before.
    within_bound: Option<u64>,
}

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    if !context.job().parameters.is_empty() {
        return Err(StepError::new(Exit::Usage, "count exactly: this step has no parameters, and no budget is spent on it"));
    }
    let mut names = Names::read(context)?;
    names.known = Known::read(context, "known")?;
    let policy = context.policy().report.clone();
    let unbounded: Vec<Limit> = TERMS.iter().map(|terms| Limit::new(terms.metric, u32::MAX)).collect();
    let bounded: Vec<Limit> = TERMS.iter().map(|terms| limit(terms.metric, (terms.keys)(&policy), (terms.bound)(&policy), &policy, &names)).collect();
    let mut counted = |limits: &[Limit]| bound::count(context, &names, limits, &|context, sink| gather(context, &names, sink));
    let (rows, all) = counted(&unbounded)?;
    let (_, within) = counted(&bounded)?;
    context.report.add(Counter::RecordsIn, rows);
    names.variants = names.spelled(context, &most_walked(&all))?;

    let document = document(date(context.job().logical_day.into()), &policy, &names, &all, &within, &bounded)?;
    let mut json = serde_json::to_vec_pretty(&document).map_err(|_| StepError::new(Exit::Internal, "write the exact report"))?;
    json.push(b'\n');
    let page = page::page(&document);
    let mut bundle = context.output::<Bundle>("exact_report")?;
    for (path, bytes) in FILES.into_iter().zip([page.as_bytes(), &json]) {
        bundle.push(0, &BundleFile { path, bytes }, None)?;
    }
    bundle.finish(context)?;
    context.report.facts.insert("dp".to_owned(), "false".to_owned());
    Ok(())
}

/// The variants that are named by their steps, of equals the least ids; others by their ids.
fn most_walked(all: &Counts) -> BTreeSet<u64> {
    let variants = all.range((Metric::Variant, 0)..=(Metric::Variant, u64::MAX));
    let mut variants: Vec<(Reverse<u64>, u64)> = variants.map(|(&(_, key), &customers)| (Reverse(customers), key)).collect();
    variants.sort_unstable();
    variants.into_iter().take(VARIANTS_SPELLED_MAX).map(|(_, key)| key).collect()
}

fn document(
    logical_date: String,
    policy: &ReportPolicy,
    names: &Names,
    all: &Counts,
    within: &Counts,
    bounded: &[Limit],
) -> Result<Document, StepError> {
    let mut metrics = Vec::new();
    for (terms, limit) in TERMS.iter().zip(bounded) {
        let metric = terms.metric;
        let spec = spec(metric).ok_or_else(|| StepError::new(Exit::Internal, format!("describe the metric {metric:?}")))?;
        let mut numbers = Vec::new();
        for (&(_, key), &customers) in all.range((metric, 0)..=(metric, u64::MAX)) {
            let name = names.name(metric, key).ok_or_else(|| StepError::new(Exit::CorruptInput, format!("name a key of {metric:?}")))?;
            let counts = limit.listed.as_ref().is_none_or(|listed| listed.contains(&key));
            numbers.push((name, customers, counts.then(|| within.get(&(metric, key)).copied().unwrap_or(0))));
        }
        numbers.sort_by(|a, b| a.0.as_read().cmp(&b.0.as_read()));
        let number = |(name, customers, within_bound)| ExactNumber { key: Key::of(metric, &name), customers, within_bound };
        metrics.push(ExactMetric {
            metric,
            title: spec.title,
            meaning: spec.meaning,
            l0: (terms.bound)(policy),
            left_out: policy.left_out.contains(&metric),
            numbers: numbers.into_iter().map(number).collect(),
        });
    }
    Ok(Document { format: FORMAT, media_type: MEDIA_TYPE, dp: false, warning: BANNER, logical_date, privacy_unit: "customer", metrics })
}
