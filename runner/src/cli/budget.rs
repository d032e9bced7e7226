//! `logminer budget create|show`.

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use serde_json::json;

use super::args::{BudgetCommand, BudgetFlags, BudgetOptions};
use super::prepare;
use crate::audit::details;
use crate::budget::Place;
use crate::failure::Failure;
use crate::names::shown;
use crate::report::{grouped, print_line};

pub(super) fn run(options: &BudgetOptions) -> Result<Exit, Failure> {
    match &options.what {
        BudgetCommand::Create(flags) => create(flags),
        BudgetCommand::Show(flags) => show(flags),
    }
}

fn place(flags: &BudgetFlags) -> Place {
    Place::of(&flags.places.runs, flags.places.ledger.as_deref(), flags.places.ledger_anchor.as_deref())
}

fn create(flags: &BudgetFlags) -> Result<Exit, Failure> {
    let policy = prepare::policy(&flags.policy)?;
    let (date, day) = prepare::date(flags.date.as_deref())?;
    let place = place(flags);
    place.create(&policy, day)?;
    let labels = details([("date", date.clone().into()), ("policy", policy.digest().to_string().into())]);
    flags.places.audit().append(AuditAction::BudgetCreated, labels)?;
    print_line(&format!("made the ledger {} and its anchor {}; the period begins on {date}", shown(&place.ledger), shown(&place.anchor)));
    show(flags)
}

fn show(flags: &BudgetFlags) -> Result<Exit, Failure> {
    let place = place(flags);
    let Some(summary) = place.summary()? else {
        return Err(Failure::usage(format!(
            "show the budget: there is no ledger at {}; make one with `logminer budget create`",
            shown(&place.ledger)
        )));
    };
    if flags.json {
        print_line(&json!(summary).to_string());
        return Ok(Exit::Done);
    }
    print_line(&format!(
        "spent {} of {} nano-rho; {} are left",
        grouped(summary.spent_nano_rho.0),
        grouped(summary.policy.cap_nano_rho.0),
        grouped(summary.left_nano_rho.0)
    ));
    print_line(&format!(
        "{} releases committed, {} lost; the newest entry is {} ({})",
        summary.committed, summary.lost, summary.sequence, summary.head
    ));
    Ok(Exit::Done)
}
