//! `logminer budget explain`: the budget on one screen, for somebody who never heard of epsilon.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::privacy::{AttoDelta, NanoRho, Noise};
use serde_json::json;

use super::listed;
use crate::cli::budget_args::BudgetFlags;
use crate::failure::Failure;
use crate::ledger::{Row, Share, Summary, What};
use crate::report::print_line;

/// Cells of a bar.
const BAR: u64 = 40;
/// Months that fit the screen.
const MONTHS: usize = 12;

pub(super) fn run(flags: &BudgetFlags) -> Result<Exit, Failure> {
    let (summary, rows) = listed(flags, "explain")?;
    let lines = lines(&summary, &rows);
    if flags.json {
        print_line(&json!({ "budget": summary, "months": months(&summary, &rows), "text": lines }).to_string());
    } else {
        lines.iter().for_each(|line| print_line(line));
    }
    Ok(Exit::Done)
}

fn lines(summary: &Summary, rows: &[Row]) -> Vec<String> {
    let policy = &summary.policy;
    let delta = AttoDelta(policy.conversion_atto_delta.0.saturating_add(policy.cap_atto_delta.0)).as_f64();
    let odds = |epsilon: schemas::privacy::MicroEpsilon| {
        let odds = epsilon.as_f64().exp();
        if odds < 10.0 { format!("{odds:.2}") } else { format!("{odds:.0}") }
    };
    let mut lines = vec![
        format!("Privacy budget from {} until before {}", crate::ledger::date(summary.period_start), crate::ledger::date(summary.period_end)),
        "Protected is one customer with everything they did (one session, where no customer is named). Each release costs a price; prices add up."
            .to_owned(),
        format!(
            "Spent {} of {} rho ({:.1} %), which is epsilon {:.2} of {:.2}; {} reports, {} lost{}.",
            summary.spent_nano_rho,
            policy.cap_nano_rho,
            percent(summary.spent_nano_rho.0, policy.cap_nano_rho.0),
            summary.spent_epsilon.as_f64(),
            summary.cap_epsilon.as_f64(),
            summary.committed,
            summary.lost,
            if summary.nights_left > 0 { format!("; {} nights are still to be served", summary.nights_left) } else { String::new() }
        ),
        format!(
            "Whoever has read everything so far can improve the odds that a given customer is in the logs {}-fold at most ({}-fold once all is",
            odds(summary.spent_epsilon),
            odds(summary.cap_epsilon)
        ),
        format!(
            "spent), whatever else they know, but for a chance of 1 in {:.0}. A factor of 1 would mean that nothing can be learnt.",
            (1.0 / delta.max(1e-18)).floor()
        ),
        String::new(),
    ];
    for (share, name) in [(Share::Schedule, "reports"), (Share::Query, "questions"), (Share::Spare, "discovery, losses")] {
        let (spent, cap) = (summary.spent_by_share.get(&share).map_or(0, |(rho, _)| rho.0), policy.share_of(policy.cap_nano_rho.0, share));
        lines.push(format!("{name:<18}{}  {:>5.1} % of {}", bar(spent, cap), percent(spent, cap), NanoRho(cap)));
    }
    let months = months(summary, rows);
    let most = months.values().copied().max().unwrap_or(0);
    for (month, spent) in months.iter().rev().take(MONTHS).rev() {
        lines.push(format!("{month:<18}{}  {} rho", bar(*spent, most), NanoRho(*spent)));
    }
    lines.extend(last_noise(rows));
    lines.push(
        "Nothing is given back. A new period takes `logminer budget policy --renew` after the last day; `budget history` lists every spend."
            .to_owned(),
    );
    lines
}

fn percent(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64 * 100.0
}

fn bar(part: u64, whole: u64) -> String {
    let filled = (u128::from(part) * u128::from(BAR)).div_ceil(u128::from(whole.max(1)));
    let filled = usize::try_from(filled.min(u128::from(BAR))).unwrap_or(0);
    format!("[{}{}]", "#".repeat(filled), ".".repeat(BAR as usize - filled))
}

/// Spends since the period began, in the order of entries.
fn of_period(rows: &[Row]) -> &[Row] {
    let begins = rows.iter().rposition(|row| matches!(row.what, What::Began { .. })).unwrap_or(0);
    &rows[begins..]
}

/// rho by the month of the day that was charged; every month of the period up to the last one is there.
fn months(summary: &Summary, rows: &[Row]) -> BTreeMap<String, u64> {
    let month = |date: &str| date.get(..7).unwrap_or(date).to_owned();
    let days = summary.period_start..=summary.last_day.max(summary.period_start);
    let mut months: BTreeMap<String, u64> = days.step_by(28).map(|day| (month(&crate::ledger::date(day)), 0)).collect();
    for row in of_period(rows) {
        if let What::Spend { nano_rho, .. } | What::Recharged { nano_rho, .. } = row.what {
            *months.entry(month(&row.date)).or_default() += nano_rho.0;
        }
    }
    months
}

/// How exact the newest committed report is.
fn last_noise(rows: &[Row]) -> Option<String> {
    let (row, charges) = rows.iter().rev().find_map(|row| match &row.what {
        What::Spend { charges, share, .. } if !charges.is_empty() && *share != Share::Query => Some((row, charges)),
        _ => None,
    })?;
    let each = charges.iter().map(|charge| {
        let noise = Noise { mechanism: charge.mechanism, scale: charge.scale };
        format!("{} ±{}", charge.metric.name(), noise.half_width())
    });
    Some(format!("Newest report ({}): counts of customers in 95 of 100 draws within: {}.", row.date, each.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_full_only_when_all_is_spent() {
        assert_eq!(bar(0, 10), format!("[{}]", ".".repeat(40)));
        assert_eq!(bar(10, 10), format!("[{}]", "#".repeat(40)));
        assert_eq!(bar(1, 1_000_000).matches('#').count(), 1, "a spend is never drawn as none");
        assert_eq!(bar(u64::MAX, 1).matches('#').count(), 40);
    }
}
