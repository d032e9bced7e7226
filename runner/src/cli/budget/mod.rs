//! `logminer budget create|show|explain|history|verify|policy|prove|plan`.

mod explain;
mod history;
mod plan;
mod prove;

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use serde_json::json;

use super::budget_args::{BudgetCommand, BudgetFlags, BudgetOptions, BudgetPolicyFlags, BudgetVerifyFlags};
use super::prepare;
use crate::audit::details;
use crate::budget::Place;
use crate::charged::ENTRY_DETAIL;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::ledger::{Row, Summary, What};
use crate::names::shown;
use crate::report::{grouped, print_line};

/// What the signature over a policy entry's hash begins with.
const POLICY_DOMAIN: &[u8] = b"logminer budget policy 1";
/// Longest reason of a policy entry.
const REASON_BYTES_MAX: usize = 300;

pub(super) fn run(options: &BudgetOptions) -> Result<Exit, Failure> {
    match &options.what {
        BudgetCommand::Create(flags) => create(flags),
        BudgetCommand::Show(flags) => show(flags),
        BudgetCommand::Explain(flags) => explain::run(flags),
        BudgetCommand::History(flags) => history::run(flags),
        BudgetCommand::Verify(flags) => verify(flags),
        BudgetCommand::Policy(flags) => policy(flags),
        BudgetCommand::Prove(flags) => prove::run(flags),
        BudgetCommand::Plan(flags) => plan::run(flags),
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

/// The ledger with its spends, or the refusal that there is none.
fn listed(flags: &BudgetFlags, what: &str) -> Result<(Summary, Vec<Row>), Failure> {
    let place = place(flags);
    place.history()?.ok_or_else(|| {
        Failure::usage(format!("{what} the budget: there is no ledger at {}; make one with `logminer budget create`", shown(&place.ledger)))
    })
}

fn verify(flags: &BudgetVerifyFlags) -> Result<Exit, Failure> {
    let (summary, rows) = listed(&flags.budget, "verify")?;
    for text in &flags.entry {
        let hash = Digest::from_hex(text).ok_or_else(|| Failure::usage("read --entry: it is not a hash of 64 hexadecimal digits"))?;
        if !rows.iter().any(|row| row.entry == hash) && summary.head != hash {
            return Err(Failure::new(Exit::BudgetRefused, format!("verify the budget: the ledger lacks the entry {hash}; it was cut or replaced")));
        }
    }
    let reserved: u64 = rows
        .iter()
        .filter(|row| i64::from(row.logical_day) >= i64::from(summary.period_start))
        .filter_map(|row| if let What::Spend { nano_rho, .. } | What::Recharged { nano_rho, .. } = row.what { Some(nano_rho.0) } else { None })
        .sum();
    if flags.budget.json {
        print_line(&json!({ "sound": true, "sequence": summary.sequence, "head": summary.head, "spent_nano_rho": summary.spent_nano_rho, "lost": summary.lost, "open": summary.open }).to_string());
        return Ok(Exit::Done);
    }
    print_line(&format!(
        "the ledger is sound: {} entries in one chain, the anchor names one of them, and so do all runs and the audit log",
        summary.sequence + 1
    ));
    print_line(&format!(
        "reserves of the period's days add up to {} nano-rho; {} of {} are charged",
        grouped(reserved),
        grouped(summary.spent_nano_rho.0),
        grouped(summary.policy.cap_nano_rho.0)
    ));
    print_line(&format!("head {} (entry {}); keep it with the anchor", summary.head, summary.sequence));
    Ok(Exit::Done)
}

fn policy(flags: &BudgetPolicyFlags) -> Result<Exit, Failure> {
    let reason = one_line(&flags.reason, "change the budget's policy")?;
    let policy = prepare::policy(&flags.budget.policy)?;
    let (date, day) = prepare::date(flags.budget.date.as_deref())?;
    let signer = Keys::open(&flags.budget.places.keys, policy.profile)?.signer()?;
    let summary = place(&flags.budget).change_policy(&policy, flags.renew, reason, day)?;
    let labels = details([
        ("date", date.clone().into()),
        ("policy", policy.digest().to_string().into()),
        ("reason", reason.into()),
        ("renewed", flags.renew.into()),
        (ENTRY_DETAIL, summary.head.to_string().into()),
        // Who may sign runs answers for the change: the signature over the entry's hash.
        ("signature", crate::hex::encode(&signer.sign(&[POLICY_DOMAIN, &summary.head.0].concat())).into()),
    ]);
    flags.budget.places.audit().append(AuditAction::BudgetPolicyChanged, labels)?;
    let what =
        if flags.renew { format!("a new period begins on {date}") } else { format!("the policy holds from {date} on; what was spent stays spent") };
    print_line(&format!("wrote entry {}: {what}", summary.sequence));
    show(&flags.budget)
}

/// A reason that an auditor will read.
fn one_line<'a>(reason: &'a str, what: &str) -> Result<&'a str, Failure> {
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > REASON_BYTES_MAX || reason.chars().any(char::is_control) {
        return Err(Failure::usage(format!("{what}: --reason takes one line of 1 to {REASON_BYTES_MAX} bytes")));
    }
    Ok(reason)
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
