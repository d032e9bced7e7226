//! Flags of `logminer features`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::args::Places;

#[derive(Debug, Args)]
pub(super) struct FeaturesOptions {
    #[command(subcommand)]
    pub(super) command: FeaturesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum FeaturesCommand {
    /// Bring the released features of a run into a team's folder. What a person edited there is never written over.
    #[command(
        after_help = "Examples:\n  logminer features sync runs/latest --into ~/bank-tests\n  logminer features sync runs/2026-11-20-0123456789ab --into ~/bank-tests --check --summary /tmp/pull-request.md\nfeatures.lock in the folder says what was generated last: commit it with the features. A file that both sides changed stays as it is; the night's lies beside it as NAME.new until somebody deals with it. steps/test-data.json and steps/bodies.json are made once; names they lack, and bodies that logs show by now, lie beside them."
    )]
    Sync(SyncOptions),
    /// Somebody has read these scenarios and wants them kept: from the next night on they stay, however long their behaviour is not seen.
    #[command(after_help = "Example:\n  logminer features accept scn-aaaabbbbccccdddd --by a.lead --reason \"reviewed, ticket 4711\"")]
    Accept(FeaturesDecideOptions),
    /// These scenarios are not wanted: from the next night on they are not written.
    #[command(after_help = "Example:\n  logminer features mute scn-aaaabbbbccccdddd --by a.lead --reason \"batch only, ticket 4711\"")]
    Mute(FeaturesDecideOptions),
    /// What was decided about these scenarios no longer holds from the next night on: neither that they are muted nor that they are reviewed.
    #[command(after_help = "Example:\n  logminer features unmute scn-aaaabbbbccccdddd --by a.lead --reason \"the batch is gone\"")]
    Unmute(FeaturesDecideOptions),
    /// What was decided, by whom, when and why.
    #[command(after_help = "Examples:\n  logminer features list\n  logminer features list --run runs/2026-11-20-0123456789ab --scenarios --json")]
    List(FeaturesListOptions),
}

#[derive(Debug, Args)]
pub(super) struct SyncOptions {
    /// Folder of the run.
    pub(super) run: PathBuf,
    /// The team's folder; it must exist.
    #[arg(long, value_name = "DIR")]
    pub(super) into: PathBuf,
    /// Change nothing in the folder; exit 1 when something would change.
    #[arg(long)]
    pub(super) check: bool,
    /// Also writes what changed and why, as Markdown, fit for a pull request; with --check what would change, to a file outside of the folder.
    #[arg(long, value_name = "FILE")]
    pub(super) summary: Option<PathBuf>,
    /// Go back to a run that is older than the one that brought the last change.
    #[arg(long)]
    pub(super) older: bool,
    #[command(flatten)]
    pub(super) places: Places,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct FeaturesDecideOptions {
    /// Ids of scenarios, as their tags show them: `scn-` and 16 letters, with or without `@`.
    #[arg(required = true, value_name = "ID")]
    pub(super) scenarios: Vec<String>,
    #[command(flatten)]
    pub(super) places: Places,
    /// The run in which they stand [default: `latest` in the runs folder]; the decision holds for later dates.
    #[arg(long, value_name = "RUN")]
    pub(super) run: Option<PathBuf>,
    /// Who decides.
    #[arg(long, value_name = "NAME")]
    pub(super) by: String,
    /// Why; no addresses and no long numbers, it is read by others.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct FeaturesListOptions {
    #[command(flatten)]
    pub(super) places: Places,
    /// The run whose scenarios are shown [default: `latest` in the runs folder].
    #[arg(long, value_name = "RUN")]
    pub(super) run: Option<PathBuf>,
    /// Also lists the scenarios of the run.
    #[arg(long)]
    pub(super) scenarios: bool,
    /// Every decision ever made, not only those that hold.
    #[arg(long)]
    pub(super) all: bool,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}
