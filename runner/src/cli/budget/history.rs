//! `logminer budget history`: every spend and what became of it.

use schemas::exit::Exit;
use serde_json::json;

use super::listed;
use crate::cli::budget_args::BudgetFlags;
use crate::failure::Failure;
use crate::ledger::{Share, What};
use crate::report::print_line;

pub(super) fn run(flags: &BudgetFlags) -> Result<Exit, Failure> {
    let (_, rows) = listed(flags, "list")?;
    if flags.json {
        rows.iter().for_each(|row| print_line(&json!(row).to_string()));
        return Ok(Exit::Done);
    }
    print_line("entry  date        rho          spent after  what");
    for row in &rows {
        let (rho, what) = match &row.what {
            What::Began { reason } if reason.is_empty() => (String::new(), "the ledger began".to_owned()),
            What::Began { reason } => (String::new(), format!("a new period: {reason}")),
            What::PolicyChanged { reason } => (String::new(), format!("policy changed: {reason}")),
            What::Recharged { nano_rho, reason, .. } => (nano_rho.to_string(), format!("charged for entries that are gone: {reason}")),
            What::Torn => (String::new(), "a torn append was cut off".to_owned()),
            What::Spend { share, nano_rho, became, .. } => (nano_rho.to_string(), format!("{}: {became}", named(*share))),
        };
        print_line(&format!("{:>5}  {}  {rho:<11}  {:<11}  {what}", row.sequence, row.date, row.spent_nano_rho.to_string()));
    }
    Ok(Exit::Done)
}

pub(super) const fn named(share: Share) -> &'static str {
    match share {
        Share::Schedule => "report",
        Share::Query => "question",
        Share::Spare => "discovery or second report",
    }
}
