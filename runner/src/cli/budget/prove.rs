//! `logminer budget prove`: a restored ledger returns to full service.

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Schedule;
use serde_json::json;

use super::{one_line, place};
use crate::charged::of_run_folder;
use crate::cli::budget_args::BudgetProveFlags;
use crate::cli::prepare;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::ledger::{Recharge, Until};
use crate::manifest::Manifest;
use crate::names::shown;
use crate::report::{grouped, print_line};

pub(super) fn run(flags: &BudgetProveFlags) -> Result<Exit, Failure> {
    let heads = heads(flags)?;
    let place = place(&flags.budget);
    let audit = flags.budget.places.audit();
    let behind = place.replay_only()?;
    let (summary, charge) = match (&behind, &flags.reason) {
        (None, _) => {
            let summary = place.summary()?.ok_or_else(|| {
                Failure::usage(format!("prove the budget: there is no ledger at {}; make one with `logminer budget create`", shown(&place.ledger)))
            });
            (summary?, None)
        }
        (Some(_), None) => (place.prove(&audit, heads)?, None),
        (Some(_), Some(reason)) => {
            let until = charged_until(flags)?;
            place.recharge(&audit, heads, until, one_line(reason, "charge what may have been spent")?)?
        }
    };
    if flags.budget.json {
        print_line(&json!({ "was_replay_only": behind.map(|behind| behind.to_string()), "budget": summary, "charged": charge }).to_string());
        return Ok(Exit::Done);
    }
    print_line(&match (behind, flags.charge) {
        (None, _) => "the ledger is in full service: nothing that is known elsewhere is missing".to_owned(),
        (Some(behind), false) => {
            format!("the ledger was replay-only, for {behind}; entry {} is proved, and it is in full service again", summary.sequence)
        }
        (Some(behind), true) => format!(
            "the ledger was replay-only, for {behind}; what may have been spent since is charged by entry {}, and it is in full service again",
            summary.sequence
        ),
    });
    if let Some(charge) = charge {
        print_line(&in_words(&charge, summary.policy.schedule));
    }
    print_line(&format!("{} of {} nano-rho are left", grouped(summary.left_nano_rho.0), grouped(summary.policy.cap_nano_rho.0)));
    Ok(Exit::Done)
}

/// The day up to which all that may have been spent is charged. Nights after it could be served a second time, so a day that is past here has to be meant.
fn charged_until(flags: &BudgetProveFlags) -> Result<Until, Failure> {
    let (_, day) = prepare::date(flags.budget.date.as_deref())?;
    let (yesterday, least) = prepare::date(Some("yesterday"))?;
    let is_past = day < least;
    if is_past && !flags.past {
        return Err(Failure::usage(format!(
            "prove the budget: --date is before {yesterday}, and nights that were served after it could be served again; leave it out, or say --past if no run of a later date was ever made"
        )));
    }
    Ok(Until { day, is_past })
}

/// What was charged and why.
fn in_words(charge: &Recharge, schedule: Schedule) -> String {
    let lost = match charge.lost_entries {
        None => "no anchor says how many entries are gone, so the date alone bounds what they spent".to_owned(),
        Some(lost) => format!("the anchor knows of {lost} entries that are gone, which hold {} spends at most", lost.div_ceil(2)),
    };
    if schedule == Schedule::Once {
        return format!("{lost}; under `once` all that was left is charged");
    }
    let more = match charge.more_nights {
        0 => String::new(),
        more => format!(
            ", and {more} more, since these spends may have been nights of later days: they will be missing at the end of the period (a later --date charges the nights that were really served)"
        ),
    };
    format!("{lost}; {} nights are charged until that day, and what was left for questions, discovery and losses{more}", charge.nights)
}

/// The entries that were given, and those of the signed manifests.
fn heads(flags: &BudgetProveFlags) -> Result<Vec<Digest>, Failure> {
    let read = |text: &String| Digest::from_hex(text).ok_or_else(|| Failure::usage("read HEAD: it is not a hash of 64 hexadecimal digits"));
    let mut heads = flags.heads.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    if flags.from.is_empty() {
        return Ok(heads);
    }
    let key = Keys::open(&flags.budget.places.keys, prepare::policy(&flags.budget.policy)?.profile)?.public()?;
    for run in &flags.from {
        Manifest::read(run, &key)?;
        let charged = of_run_folder(run);
        if charged.is_empty() {
            return Err(Failure::usage(format!("read --from {}: its manifest names no entry of a ledger", shown(run))));
        }
        heads.extend(charged.into_iter().map(|charged| charged.entry));
    }
    Ok(heads)
}
