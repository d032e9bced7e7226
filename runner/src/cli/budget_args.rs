//! Flags of `logminer budget`, `query` and `compare`: what is spent and what for.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::args::{Places, PolicyFlags};

#[derive(Debug, Args)]
pub(super) struct QueryOptions {
    /// Folder of the run.
    pub(super) run: PathBuf,
    /// The question, such as 'count customers by endpoint where status>=500'.
    pub(super) question: String,
    /// Say what it costs and what is left; spend nothing.
    #[arg(long)]
    pub(super) price: bool,
    /// Price in rho, a decimal [default: a fortieth of the share for questions].
    #[arg(long, value_name = "RHO", conflicts_with = "within")]
    pub(super) rho: Option<String>,
    /// Pay what makes each count exact to so many customers in 95 of 100 draws.
    #[arg(long, value_name = "CUSTOMERS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) within: Option<u32>,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct CompareOptions {
    /// The earlier run folder or report.json.
    pub(super) before: PathBuf,
    /// The later one.
    pub(super) after: PathBuf,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct BudgetOptions {
    /// What to do.
    #[command(subcommand)]
    pub(super) what: BudgetCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum BudgetCommand {
    /// Make a new ledger for the policy's period; both ledger and anchor must be absent.
    Create(BudgetFlags),
    /// Show what is spent and left.
    Show(BudgetFlags),
    /// Say in plain words what the budget is, what was spent month by month, and what an attacker could gain.
    Explain(BudgetFlags),
    /// List every spend with what became of it.
    History(BudgetFlags),
    /// Check chain, anchor and every rule, offline and without writing; with the entries that runs and the audit log name.
    Verify(BudgetVerifyFlags),
    /// Record a changed promise (bounds, cap, schedule) or begin a new period after the old one.
    Policy(BudgetPolicyFlags),
    /// Return a restored ledger to full service: prove that it holds the newest entry, or charge all that it may lack.
    #[command(
        after_help = "A ledger that lacks an entry known elsewhere, or has lost its anchor, is replay-only: committed reports are released again, nothing is drawn.\n\nExamples:\n  logminer budget prove 3f1c...  # the newest entry, from the SIEM or the header of the last report\n  logminer budget prove --from /mnt/copy/2026-11-20-0123456789ab\n  logminer budget prove --charge --reason 'restored after the fire of 2026-11-20'"
    )]
    Prove(BudgetProveFlags),
    /// Say what noise, thresholds and how many nights a policy gives, before anything is spent. Reads no ledger and no data.
    Plan(BudgetPlanFlags),
}

#[derive(Debug, Args)]
pub(super) struct BudgetVerifyFlags {
    #[command(flatten)]
    pub(super) budget: BudgetFlags,
    /// Hash of an entry that must be in the chain, as a report's header or a SIEM has it; repeat for several.
    #[arg(long, value_name = "HASH")]
    pub(super) entry: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct BudgetPolicyFlags {
    #[command(flatten)]
    pub(super) budget: BudgetFlags,
    /// Begin a new period; the old one must be over.
    #[arg(long)]
    pub(super) renew: bool,
    /// Why, for the auditor; kept in the ledger.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
}

#[derive(Debug, Args)]
pub(super) struct BudgetProveFlags {
    /// Hash of the newest entry that is known outside: from a report's header (`ledger.reserve_entry`), the SIEM, or `budget verify`.
    #[arg(value_name = "HEAD")]
    pub(super) heads: Vec<String>,
    /// A published run, copied from elsewhere, whose signed manifest names an entry; repeat for several.
    #[arg(long, value_name = "RUN")]
    pub(super) from: Vec<PathBuf>,
    /// The newest copy is gone: charge in full whatever may have been spent until --date.
    #[arg(long, requires = "reason")]
    pub(super) charge: bool,
    /// Why, for the auditor; kept in the ledger.
    #[arg(long, value_name = "TEXT", requires = "charge")]
    pub(super) reason: Option<String>,
    /// The calendar of the runs is behind this host's clock, as in a replay: charge until a --date that is past here, and no fewer nights than
    /// the entries can have been that the anchor knows of and the copy lacks.
    #[arg(long, requires = "charge")]
    pub(super) past: bool,
    #[command(flatten)]
    pub(super) budget: BudgetFlags,
}

#[derive(Debug, Args)]
pub(super) struct BudgetPlanFlags {
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// A released report.json: say which of its keys would survive under this policy (free, for its numbers are public).
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct BudgetFlags {
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Logical date on which the period begins, YYYY-MM-DD [default: today, UTC].
    #[arg(long)]
    pub(super) date: Option<String>,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}
