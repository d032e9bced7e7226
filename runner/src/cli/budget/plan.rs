//! `logminer budget plan`: what a policy would buy. It reads the policy and, if asked, a released report; no ledger, no data, no spend.

use std::path::Path;

use schemas::exit::Exit;
use schemas::policy::{ReportPolicy, Schedule};
use schemas::privacy::{
    Allotment, Charge, Interval, Keys, Noise, Period, TERMS, allotment, charge_of, charges_of, discovery_allotment, discovery_charges_of, epsilon_of,
    interval, period,
};
use serde_json::{Value, json};

use crate::cli::budget_args::BudgetPlanFlags;
use crate::cli::prepare;
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;
use crate::report::print_line;

const REPORT_BYTES_MAX: u64 = 64 << 20;
/// Bounds that are compared with the policy's, in percent of it.
const BOUNDS_PERCENT: [u32; 4] = [25, 50, 100, 200];

/// A metric of the plan.
struct Planned {
    charge: Charge,
    keys: Keys,
    half_width: i64,
    /// What a discovery of its keys spends, where they are discovered apart from the report.
    found: Option<Charge>,
    /// Keys of a released report: how many it has, how many would be shown again with 95 % and more.
    kept: Option<(usize, usize)>,
}

pub(super) fn run(flags: &BudgetPlanFlags) -> Result<Exit, Failure> {
    let policy = prepare::policy(&flags.policy)?.report;
    let unusable = |error| Failure::usage(format!("plan the budget: {error}"));
    let (caps, one) = (period(&policy).map_err(unusable)?, allotment(&policy).map_err(unusable)?);
    let charges = charges_of(&policy, one.nano_rho, one.threshold_delta).map_err(unusable)?;
    let apart = discovery_allotment(&policy).map_err(unusable)?;
    let found = match &apart {
        Some(one) => discovery_charges_of(&policy, one.nano_rho, one.threshold_delta).map_err(unusable)?,
        None => Vec::new(),
    };
    let released = flags.report.as_deref().map(read_report).transpose()?;
    let planned: Vec<Planned> = charges.into_iter().map(|charge| plan(&policy, charge, &found, released.as_ref())).collect();
    if flags.json {
        print_line(&as_json(&policy, &caps, &one, apart.as_ref(), &planned).to_string());
    } else {
        print_plan(&policy, &caps, &one, apart.as_ref(), &planned);
    }
    Ok(Exit::Done)
}

fn plan(policy: &ReportPolicy, charge: Charge, found: &[Charge], released: Option<&Value>) -> Planned {
    let half_width = half_width(&charge);
    let keys = TERMS.iter().find(|terms| terms.metric == charge.metric).map_or(Keys::Discovered, |terms| (terms.keys)(policy));
    let kept = released.and_then(|report| kept(report, &charge, half_width));
    let found = found.iter().find(|found| found.metric == charge.metric).cloned();
    Planned { charge, keys, half_width, found, kept }
}

fn half_width(charge: &Charge) -> i64 {
    Noise { mechanism: charge.mechanism, scale: charge.scale }.half_width()
}

/// Keys whose released lower bound is a half width above the new threshold: shown again in at least 97 of 100 draws each.
fn kept(report: &Value, charge: &Charge, half_width: i64) -> Option<(usize, usize)> {
    let metric = report["metrics"].as_array()?.iter().find(|metric| metric["metric"] == charge.metric.name())?;
    let lows: Vec<i64> = metric["numbers"].as_array()?.iter().filter_map(|number| number["ci95"][0].as_i64()).collect();
    let safe = charge.threshold.map_or(i64::MIN, |threshold| threshold + half_width);
    Some((lows.len(), lows.iter().filter(|&&low| low >= safe).count()))
}

fn read_report(path: &Path) -> Result<Value, Failure> {
    let text = disk::read_small(path, REPORT_BYTES_MAX)?;
    serde_json::from_slice(&text)
        .ok()
        .filter(|value: &Value| value["dp"] == true)
        .ok_or_else(|| Failure::usage(format!("plan by the report {}: it is no differentially private report.json", shown(path))))
}

/// Releases of this price that the schedule's caps allow.
fn releases(policy: &ReportPolicy, caps: &Period, one: &Allotment) -> u64 {
    let fit = |cap: u64, price: u64| cap.checked_div(price).unwrap_or(0);
    match policy.schedule {
        Schedule::Nightly => u64::from(policy.period_nights),
        Schedule::Once => fit(caps.nano_rho.0, one.nano_rho.0).min(fit(caps.threshold_delta.0, one.threshold_delta.0)),
    }
}

fn print_plan(policy: &ReportPolicy, caps: &Period, one: &Allotment, apart: Option<&Allotment>, planned: &[Planned]) {
    print_line(&format!(
        "one report costs {} rho and {:e} of delta for names: epsilon {:.3} by itself",
        one.nano_rho,
        one.threshold_delta.as_f64(),
        epsilon_of(one.nano_rho, one.conversion_delta).as_f64()
    ));
    print_line(&format!(
        "the cap of {} rho (epsilon {:.2}) lasts for {} reports{}",
        caps.nano_rho,
        epsilon_of(caps.nano_rho, caps.conversion_delta).as_f64(),
        releases(policy, caps, one),
        if policy.schedule == Schedule::Nightly { ", one a night; a tenth each is kept for questions, and for discovery and losses" } else { "" }
    ));
    if let Some((apart, interval)) = apart.zip(interval(policy)) {
        let nights = match interval {
            Interval::Weekly => "on Mondays",
            Interval::Monthly => "on the first of each month",
        };
        print_line(&format!(
            "new names are looked for {nights} and on the first night of all, {} times a period at most, for {} rho and {:e} of delta each; nights in between count the names that were found",
            interval.of_period(policy.period_nights),
            apart.nano_rho,
            apart.threshold_delta.as_f64()
        ));
    }
    print_line("");
    print_line("metric      keys a customer   noise (95 %)   5 % exact from   shown half the time from   nearly always from");
    for part in planned {
        let (half, always) = match (part.charge.threshold, &part.found) {
            (Some(threshold), _) => (threshold.to_string(), (threshold + part.half_width).to_string()),
            (None, Some(found)) => {
                let (threshold, half_width) = (found.threshold.unwrap_or(0), half_width(found));
                (format!("found: {threshold}"), format!("found: {}", threshold + half_width))
            }
            (None, None) => ("all keys".to_owned(), String::new()),
        };
        let kept = part.kept.map_or_else(String::new, |(all, kept)| format!("   {kept} of {all} keys of that report would be"));
        print_line(&format!(
            "{:<10}  {:>15}   {:>12}   {:>14}   {half:>24}   {always:>18}{kept}",
            part.charge.metric.name(),
            part.charge.l0,
            format!("±{}", part.half_width),
            part.half_width * 20,
        ));
    }
    print_line("");
    print_line("other bounds (keys a customer: noise, threshold); a smaller bound cuts customers with more keys, a larger one adds noise:");
    for part in planned.iter().filter(|part| part.charge.l0 > 1) {
        let others = others(part).into_iter().map(|(l0, half_width, threshold)| {
            format!("{l0}: ±{half_width}{}", threshold.map_or_else(String::new, |threshold| format!(" from {threshold}")))
        });
        print_line(&format!("{:<10}  {}", part.charge.metric.name(), others.collect::<Vec<_>>().join("   ")));
    }
    print_line("choose bounds by what customers usually do, never by looking at this bank's exact counts: that choice would have a price of its own");
}

fn others(part: &Planned) -> Vec<(u32, i64, Option<i64>)> {
    let mut bounds: Vec<u32> = BOUNDS_PERCENT.iter().map(|percent| (part.charge.l0.saturating_mul(*percent) / 100).max(1)).collect();
    bounds.dedup();
    let with = |l0: u32| {
        let charge = charge_of(part.charge.metric, l0, part.keys, part.charge.nano_rho, part.charge.atto_delta).ok()?;
        Some((l0, Noise { mechanism: charge.mechanism, scale: charge.scale }.half_width(), charge.threshold))
    };
    bounds.into_iter().filter_map(with).collect()
}

fn as_json(policy: &ReportPolicy, caps: &Period, one: &Allotment, apart: Option<&Allotment>, planned: &[Planned]) -> Value {
    let metrics = planned.iter().map(|part| {
        json!({
            "charge": part.charge,
            "discovery": part.found,
            "ci95_half_width": part.half_width,
            "other_bounds": others(part).into_iter().map(|(l0, half_width, threshold)| json!({ "l0": l0, "ci95_half_width": half_width, "threshold": threshold })).collect::<Vec<_>>(),
            "keys_of_report": part.kept.map(|kept| kept.0),
            "keys_kept": part.kept.map(|kept| kept.1),
        })
    });
    json!({
        "nano_rho": one.nano_rho,
        "atto_delta": one.threshold_delta,
        "epsilon": epsilon_of(one.nano_rho, one.conversion_delta).to_string(),
        "cap_nano_rho": caps.nano_rho,
        "cap_atto_delta": caps.threshold_delta,
        "cap_epsilon": epsilon_of(caps.nano_rho, caps.conversion_delta).to_string(),
        "releases": releases(policy, caps, one),
        "discovery": apart.zip(interval(policy)).map(|(apart, interval)| {
            json!({ "interval": interval, "of_period_at_most": interval.of_period(policy.period_nights), "nano_rho": apart.nano_rho, "atto_delta": apart.threshold_delta })
        }),
        "metrics": metrics.collect::<Vec<_>>(),
    })
}
