//! Flags of every command. Names are those of policy keys and manifest fields where they mean the same.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use super::budget_args::{BudgetOptions, CompareOptions, QueryOptions};
use super::config_args::{ConfigOptions, PolicyOptions};
use super::features_args::FeaturesOptions;
use super::model_args::ModelOptions;
use super::token_args::TokenOptions;
use crate::audit::{self, Audit};

/// Turns a day of raw bank logs into clean events, mined journeys, a private report and runnable tests.
#[derive(Debug, Parser)]
#[command(name = "logminer", version, about, arg_required_else_help = true, max_term_width = 110)]
pub(super) struct Arguments {
    /// Configuration file (TOML) [default: the variable LOGMINER_CONFIG]; flags win over it.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run every step that is not up to date and publish the result.
    #[command(
        after_help = "Examples:\n  logminer run --input /var/log/bank --keys keys\n  logminer run --input day.jsonl.gz --input app.csv --date 2026-11-20 --json\n  logminer run --config /etc/logminer/logminer.toml --date yesterday\n  logminer run --input logs --until mine.templates   # stop early, publish nothing\n  logminer run --input logs --keys keys --ci   # exit 61 on any finding of high or critical severity\n  logminer run --input logs --tests tests/features --tests results.xml   # internal/coverage.html: what no test walks\n  logminer run --input logs --tests tests/features --missing-only   # scenarios for the rest\n  logminer run --input test-logs --runs test-runs && logminer run --input logs --tests-run test-runs/latest\n  logminer run --input logs --shards 8 --threads 4 --memory 6GiB --retries 2\n  logminer run --input logs --unsafe-allow inputs_read_only=\"ticket 4711: kernel in user space\"   # recorded, degraded"
    )]
    Run(RunOptions),
    /// Go on with a run that was interrupted (`run` does so by itself; this refuses to begin a new one).
    #[command(after_help = "Example:\n  logminer resume --input /var/log/bank --keys keys --date 2026-11-20")]
    Resume(RunOptions),
    /// Say which steps a run would do and which are up to date; writes nothing.
    #[command(after_help = "Example:\n  logminer plan --input /var/log/bank --keys keys --json")]
    Plan(RunOptions),
    /// Run one step on explicit files, sealed and sandboxed as in a run; publishes nothing.
    #[command(
        after_help = "Example:\n  logminer step mine.skeleton --in clean=clean.lmq --out skeleton=s.lmq --out event_type_part=e.lmq --keys keys"
    )]
    Step(StepOptions),
    /// Check a published run, offline: signatures, every digest, the chain from input to output, the audit log. Writes nothing into the run.
    #[command(
        after_help = "Examples:\n  logminer verify runs/latest --keys keys\n  logminer verify runs/2026-11-20-0123456789ab --public-key signing.pub --json\n  logminer verify copy-of-a-run --public-key signing.pub --no-raw --no-audit   # without stages and runs folder"
    )]
    Verify(VerifyOptions),
    /// Say why each step of a published run was run or skipped, what it read and wrote, and what it used.
    #[command(
        after_help = "Examples:\n  logminer explain runs/latest --keys keys\n  logminer explain runs/2026-11-20-0123456789ab --public-key signing.pub --json"
    )]
    Explain(ExplainOptions),
    /// Print any container, manifest or ledger as JSON lines.
    #[command(
        after_help = "Examples:\n  logminer inspect runs/latest/mined/template.lmq | head\n  logminer inspect runs/latest/raw/raw-shard00.lmq --reveal-raw \"ticket 4711\"   # audited"
    )]
    Inspect(InspectOptions),
    /// Look at this host, the keys, the stages and the runs folder, and say what would stop a run.
    #[command(
        after_help = "Examples:\n  logminer doctor --keys keys --runs runs --json\n  logminer doctor --explain   # layers, limits, calls and probes of the sandbox"
    )]
    Doctor(DoctorOptions),
    /// Say how the last runs ended, when the next is due, what is unfinished, and what is left of budget and disk.
    #[command(after_help = "Examples:\n  logminer status --runs runs\n  logminer status --config /etc/logminer/logminer.toml --json")]
    Status(StatusOptions),
    /// Shred raw data and remove runs that are older than they may be kept; audited, and noted for `verify`.
    #[command(
        after_help = "Examples:\n  logminer retention --raw-days 14 --dry-run   # say what would go\n  logminer retention --runs runs --keys keys --raw-days 14 --runs-days 90 --unfinished-days 7"
    )]
    Retention(RetentionOptions),
    /// Decide on groups of anomalies: accepted ones are ordinary from the next night on, rejected ones stay listed as confirmed.
    #[command(
        after_help = "Examples:\n  logminer baseline list --runs runs --keys keys\n  logminer baseline accept 0123456789abcdef --by a.lead --reason \"night batch, ticket 4711\"\n  logminer baseline reject 0123456789abcdef fedcba9876543210 --run runs/2026-11-20-0123456789ab --by a.lead --reason \"double booking\"\nExit codes: 0 done; 2 no such group, or no reason; 31 the run or baseline.json was changed; 32 no signing key; 40 somebody else decides right now"
    )]
    Baseline(BaselineOptions),
    /// Bring a night's features into a team's folder, and decide on single scenarios: reviewed ones stay, muted ones are written no more.
    #[command(
        after_help = "Examples:\n  logminer features sync runs/latest --into ~/bank-tests --check     # what would change; exit 1 if anything\n  logminer features sync runs/latest --into ~/bank-tests --summary pull-request.md\n  logminer features mute scn-aaaabbbbccccdddd --by a.lead --reason \"batch only, ticket 4711\"\n  logminer features list --json\nExit codes: 0 done; 1 --check: something would change; 2 wrong names, something is in the way, or the run is older than what is there; 20 features.lock is damaged; 31 the run or scenarios.json was changed; 40 somebody else is at it; 42 the disk is full"
    )]
    Features(FeaturesOptions),
    /// Make a new set of keys.
    #[command(after_help = "Examples:\n  logminer keygen --keys keys\n  logminer keygen --keys keys --development   # marked, refused in production")]
    Keygen(KeygenOptions),
    /// The token vault: make it, reveal a value with two approvals, replace the token key, forget a customer, check it.
    #[command(after_help = "Examples:\n  logminer token init --keys keys\n  logminer run --input logs --vault\n  logminer token verify --json")]
    Token(TokenOptions),
    /// Make the privacy budget's ledger, or show what is spent and left.
    #[command(after_help = "Examples:\n  logminer budget create --runs runs --policy policy.toml\n  logminer budget show --runs runs --json")]
    Budget(BudgetOptions),
    /// Answer a question about a published run with noise, at a price, from the share of the budget for questions.
    #[command(
        after_help = "Examples:\n  logminer query runs/latest 'count customers by endpoint where status>=500' --price\n  logminer query runs/latest 'count customers by endpoint where status>=500'\n  logminer query runs/latest 'count customers where event_type=login and outcome=failure' --within 50\nGrammar: count customers [by KEY] [where KEY OP VALUE {and ...}]; KEY is one of event_type, endpoint, route, status, method, status_class, outcome, category"
    )]
    Query(QueryOptions),
    /// Say what changed between two released reports by more than their noise, such as from week to week; costs no budget.
    #[command(after_help = "Example:\n  logminer compare runs/2026-11-13-0123456789ab runs/latest")]
    Compare(CompareOptions),
    /// Plant values with known truth in synthetic logs, run the sealed stages on them, and score what leaks and what is destroyed.
    #[command(
        after_help = "Examples:\n  logminer fidelity --keys keys --out fidelity   # a table here; fidelity.json and fidelity.html there\n  logminer fidelity --policy policy.toml --seeds 5 --lines-per-cell 8 --json\n  logminer fidelity --locales all --leak-must-max 0.5%   # exit 62 past a threshold"
    )]
    Fidelity(FidelityOptions),
    /// Digest and sign a folder of stages, here or offline.
    #[command(
        after_help = "Examples:\n  logminer seal --stages stages --key signing.key                # sign here (cargo xtask seal does)\n  logminer seal --stages stages --unsigned --epoch 7            # write stages.json, to be signed elsewhere\n  openssl pkeyutl -sign -rawin -inkey bank.pem -in stages.json -out stages.json.signature\n  logminer seal --stages stages --attach stages.json.signature --public-key bank.pub.pem"
    )]
    Seal(SealOptions),
    /// Models of names: pack the files of one into the file that a run is given.
    #[command(
        after_help = "Example:\n  logminer model pack models/names --out names.model   # prints the line for the policy\n  logminer run --input logs --policy policy.toml --model names.model"
    )]
    Model(ModelOptions),
    /// Check a configuration, print its JSON Schema or a commented example.
    #[command(
        after_help = "Examples:\n  logminer config example > logminer.toml\n  logminer config check logminer.toml\n  logminer config schema --form policy > policy.schema.json"
    )]
    Config(ConfigOptions),
    /// Say what a policy knows and does: classes and detectors, one field, or a file of raw logs.
    #[command(
        after_help = "Examples:\n  logminer policy list --policy policy.toml\n  logminer policy explain client_ip payment.card.number --policy policy.toml\n  logminer policy try today.jsonl --policy policy.toml --keys keys --show 20"
    )]
    Policy(PolicyOptions),
    /// Print the completions of a shell.
    #[command(after_help = "Example:\n  logminer completions bash > /etc/bash_completion.d/logminer")]
    Completions(CompletionsOptions),
    /// Print the manual page, or write one of each command.
    #[command(after_help = "Example:\n  logminer man --out /usr/local/share/man/man1")]
    Man(ManOptions),
}

/// Where things lie.
#[derive(Debug, Clone, Args)]
pub(super) struct Places {
    /// Folder of runs.
    #[arg(long, default_value = "runs")]
    pub(super) runs: PathBuf,
    /// Folder of keys.
    #[arg(long, default_value = "keys")]
    pub(super) keys: PathBuf,
    /// Folder of sealed stages [default: `stages` beside this program].
    #[arg(long)]
    pub(super) stages: Option<PathBuf>,
    /// Public key the stages must be sealed with, a file or 64 hexadecimal digits; production needs it.
    #[arg(long, value_name = "FILE")]
    pub(super) stages_key: Option<PathBuf>,
    /// Least seal epoch that is accepted; stages of a smaller one are a rollback.
    #[arg(long, value_name = "EPOCH", default_value_t = 0)]
    pub(super) seal_epoch_min: u64,
    /// Budget ledger [default: `.ledger/ledger.jsonl` in the runs folder].
    #[arg(long, value_name = "FILE")]
    pub(super) ledger: Option<PathBuf>,
    /// Anchor of the ledger, best on another volume [default: `.anchor/ledger.anchor` in the runs folder].
    #[arg(long, value_name = "FILE")]
    pub(super) ledger_anchor: Option<PathBuf>,
    #[command(flatten)]
    audit: AuditFlags,
}

impl Places {
    /// The audit log of the runs folder.
    pub(super) fn audit(&self) -> Audit {
        self.audit.of(&self.runs)
    }

    /// The audit log of another runs folder, as this one is kept.
    pub(super) fn audit_of(&self, runs: &Path) -> Audit {
        self.audit.of(runs)
    }
}

/// How the audit log is kept.
#[derive(Debug, Clone, Args)]
pub(super) struct AuditFlags {
    /// Bytes after which the audit log goes on in a new file.
    #[arg(long, default_value_t = audit::FILE_BYTES_MAX, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(audit::FILE_BYTES_MAX_MIN..))]
    audit_bytes_max: u64,
}

impl AuditFlags {
    /// The audit log of a runs folder.
    pub(super) fn of(&self, runs: &Path) -> Audit {
        Audit::of(runs).with_bytes_max(self.audit_bytes_max)
    }
}

/// Where the token vault lies.
#[derive(Debug, Clone, Args)]
pub(super) struct VaultFlags {
    /// Folder of the token vault; may lie in snapshots.
    #[arg(long, value_name = "DIR", default_value = "/var/lib/logminer/tokens")]
    pub(super) vault_path: PathBuf,
    /// Folder of the vault's erasure key; must not lie in snapshots that outlive the term of erasure.
    #[arg(long, value_name = "DIR", default_value = "/var/lib/logminer/token-erasure")]
    pub(super) vault_erasure: PathBuf,
}

impl VaultFlags {
    pub(super) fn places(&self) -> crate::vault::Places {
        crate::vault::Places { vault: self.vault_path.clone(), erasure: self.vault_erasure.clone() }
    }
}

/// Policy file and the flags that override it.
#[derive(Debug, Clone, Args)]
pub(super) struct PolicyFlags {
    /// Policy file (TOML); without it the defaults for a bank.
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Field that holds the time.
    #[arg(long, value_name = "NAME")]
    pub(super) timestamp_field: Option<String>,
    /// Field that holds the message.
    #[arg(long, value_name = "NAME")]
    pub(super) message_field: Option<String>,
    /// Field that holds the severity.
    #[arg(long, value_name = "NAME")]
    pub(super) severity_field: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct RunOptions {
    /// Folder or file of raw logs; repeat for several.
    #[arg(long, short, required = true, value_name = "PATH")]
    pub(super) input: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Feed the token vault, which `logminer token init` makes: values leave `sanitize` sealed, too.
    #[arg(long)]
    pub(super) vault: bool,
    #[command(flatten)]
    pub(super) vault_flags: VaultFlags,
    /// Logical date of the run: YYYY-MM-DD, `yesterday` or `today` (of UTC) [default: today].
    #[arg(long)]
    pub(super) date: Option<String>,
    /// Shards; raised when one would read too many files.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(schemas::limits::SHARDS_MAX)))]
    pub(super) shards: u32,
    #[command(flatten)]
    pub(super) resources: ResourceFlags,
    /// Say what would be run, as `logminer plan` does, and write nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Stop after this step and publish nothing. From `dp-report.release` on the report is drawn, and its budget is spent.
    #[arg(long, value_name = "STEP")]
    pub(super) until: Option<String>,
    /// For auditors: exact numbers in `internal/` instead of the differentially private report. Draws no noise, spends no budget, is audited, and
    /// leaves `latest` where it is.
    #[arg(long)]
    pub(super) no_dp: bool,
    #[command(flatten)]
    pub(super) tests: TestFlags,
    /// Model of names, made by `logminer model pack`; the policy must name it with its digest.
    #[arg(long, value_name = "FILE")]
    pub(super) model: Option<PathBuf>,
    /// Exit with 61 when findings or anomalies are over the policy's thresholds; without any, when there is a finding of high or
    /// critical severity.
    #[arg(long)]
    pub(super) ci: bool,
    /// JSON lines on standard output: events, and the summary last.
    #[arg(long)]
    pub(super) json: bool,
    /// Bytes of events and warnings the run may write; what comes after is counted only.
    #[arg(long, default_value_t = crate::report::LOG_BYTES_MAX, value_name = "BYTES")]
    pub(super) log_bytes_max: u64,
    /// Numbers of the run for Prometheus' textfile collector [default: `metrics.prom` in the runs folder].
    #[arg(long, value_name = "FILE")]
    pub(super) metrics_textfile: Option<PathBuf>,
    /// Once the run is published, shred raw data of runs so many days older than this run's date.
    #[arg(long, value_name = "DAYS")]
    pub(super) retention_raw_days: Option<u32>,
    /// Go on although the canary cannot prove this property of the sandbox; repeat for several. Audited, and in every manifest from then on.
    #[arg(long, value_name = "PROPERTY=REASON")]
    pub(super) unsafe_allow: Vec<String>,
}

/// Existing tests that a run is compared with.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct TestFlags {
    /// Folder or file of existing tests: feature files, and results as JUnit XML or cucumber JSON; repeat for several. `internal/coverage.html` says which
    /// paths of production none of them walks.
    #[arg(long, value_name = "PATH")]
    pub(super) tests: Vec<PathBuf>,
    /// A published run over a test system's logs, made in a runs folder of its own: what was walked there is tested.
    #[arg(long, value_name = "RUN")]
    pub(super) tests_run: Option<PathBuf>,
    /// Write the scenarios whose path no existing test covers, and no others.
    #[arg(long)]
    pub(super) missing_only: bool,
}

/// What steps may use, and how often and how long they are tried.
#[derive(Debug, Clone, Args)]
pub(super) struct ResourceFlags {
    /// Threads of all steps in flight together [default: what the host and the CPU quota allow].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(super) threads: Option<u16>,
    /// Private memory of all steps in flight together, such as 6GiB [default: four fifths of the control group's limit or of what is free].
    #[arg(long, value_name = "AMOUNT")]
    pub(super) memory: Option<String>,
    /// How often a step is tried again after a failure that can heal.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=i64::from(crate::retry::RETRIES_MAX)))]
    pub(super) retries: u32,
    /// Minutes one step may take.
    #[arg(long, default_value_t = 360, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) step_timeout_minutes: u64,
    /// Minutes the whole run may take [default: as long as its steps take].
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) run_timeout_minutes: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct StepOptions {
    /// Step, as in `logminer plan`.
    pub(super) name: String,
    /// Input container; repeat a name for shards or partitions, in order.
    #[arg(long = "in", value_name = "NAME=FILE")]
    pub(super) inputs: Vec<String>,
    /// Output container to write; every output of the step must be named.
    #[arg(long = "out", value_name = "NAME=FILE")]
    pub(super) outputs: Vec<String>,
    /// Raw source; repeat for several, in order.
    #[arg(long = "source", value_name = "FILE")]
    pub(super) sources: Vec<PathBuf>,
    /// Parameter of the step.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(super) parameters: Vec<String>,
    /// Partition to work on, for steps of partitions.
    #[arg(long, default_value_t = 0)]
    pub(super) partition: u32,
    /// Measure on a data set: partitioned files have one partition, nothing is meant to be kept.
    #[arg(long)]
    pub(super) evaluation: bool,
    /// Write the step's report and what it used to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Logical date, YYYY-MM-DD [default: today, UTC].
    #[arg(long)]
    pub(super) date: Option<String>,
    /// Threads of the step [default: what the host and the CPU quota allow].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(super) threads: Option<u16>,
    /// Private memory of the step, such as 6GiB [default: four fifths of the control group's limit or of what is free].
    #[arg(long, value_name = "AMOUNT")]
    pub(super) memory: Option<String>,
    /// Minutes the step may take.
    #[arg(long, default_value_t = 360, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) step_timeout_minutes: u64,
}

#[derive(Debug, Args)]
pub(super) struct VerifyOptions {
    /// Folder of the run.
    pub(super) run: PathBuf,
    #[command(flatten)]
    pub(super) places: Places,
    /// Public key of the manifest [default: `signing.pub` in the key folder].
    #[arg(long, value_name = "FILE")]
    pub(super) public_key: Option<PathBuf>,
    /// Do not digest files with raw text (which a sealed step does); their length is checked only.
    #[arg(long)]
    pub(super) no_raw: bool,
    /// Do not look for the audit log and the budget ledger: for a run folder that was copied without its runs folder.
    #[arg(long)]
    pub(super) no_audit: bool,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainOptions {
    /// Folder of the run.
    pub(super) run: PathBuf,
    /// Folder of keys.
    #[arg(long, default_value = "keys")]
    pub(super) keys: PathBuf,
    /// Public key of the manifest [default: `signing.pub` in the key folder].
    #[arg(long, value_name = "FILE")]
    pub(super) public_key: Option<PathBuf>,
    /// One JSON object a task, the run first.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct InspectOptions {
    /// Container (`.lmq`), `manifest.json`, or ledger.
    pub(super) file: PathBuf,
    /// Print raw text, for the reason given; noted in the audit log first.
    #[arg(long, value_name = "REASON")]
    pub(super) reveal_raw: Option<String>,
    /// Runs folder whose audit log notes it.
    #[arg(long, default_value = "runs")]
    pub(super) runs: PathBuf,
    #[command(flatten)]
    pub(super) audit: AuditFlags,
    /// Print header and counts only.
    #[arg(long)]
    pub(super) header: bool,
    /// The output is JSON lines in any case; accepted for scripts.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct DoctorOptions {
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Print the sandbox instead of looking for trouble: layers, limits, what a step may ask of the kernel and why, what the canary tries.
    #[arg(long)]
    pub(super) explain: bool,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct StatusOptions {
    #[command(flatten)]
    pub(super) places: Places,
    /// Runs to show, the newest ones.
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub(super) last: usize,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct RetentionOptions {
    #[command(flatten)]
    pub(super) places: Places,
    /// Shred raw data (`raw/`, `spool/`) of runs whose date is so many days ago, or more.
    #[arg(long, value_name = "DAYS")]
    pub(super) raw_days: Option<u32>,
    /// Remove runs whose date is so many days ago, or more; the stored report of a release stays.
    #[arg(long, value_name = "DAYS")]
    pub(super) runs_days: Option<u32>,
    /// Remove unfinished runs whose date is so many days ago, or more, and which nobody is at.
    #[arg(long, value_name = "DAYS")]
    pub(super) unfinished_days: Option<u32>,
    /// The run that `latest` points to is not spared.
    #[arg(long)]
    pub(super) include_latest: bool,
    /// The day to count from, YYYY-MM-DD [default: today, UTC].
    #[arg(long)]
    pub(super) date: Option<String>,
    /// Say what would go; touch nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct BaselineOptions {
    #[command(subcommand)]
    pub(super) command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum BaselineCommand {
    /// These groups are ordinary: from the next night on they are listed no more.
    #[command(after_help = "Example:\n  logminer baseline accept 0123456789abcdef --by a.lead --reason \"night batch, ticket 4711\"")]
    Accept(BaselineDecideOptions),
    /// These groups are anomalies: from the next night on they are listed as confirmed, however surprising they are.
    #[command(after_help = "Example:\n  logminer baseline reject 0123456789abcdef --by a.lead --reason \"double booking, ticket 4712\"")]
    Reject(BaselineDecideOptions),
    /// What was decided about these groups no longer holds from the next night on.
    #[command(after_help = "Example:\n  logminer baseline forget 0123456789abcdef --by a.lead --reason \"the batch is gone\"")]
    Forget(BaselineDecideOptions),
    /// The groups of a run, and what was decided.
    #[command(after_help = "Examples:\n  logminer baseline list\n  logminer baseline list --run runs/2026-11-20-0123456789ab --all --json")]
    List(BaselineListOptions),
}

#[derive(Debug, Args)]
pub(super) struct BaselineDecideOptions {
    /// Profiles of groups, as `findings.html`, `anomalies.json` and `baseline list` show them.
    #[arg(required = true, value_name = "PROFILE")]
    pub(super) profiles: Vec<String>,
    #[command(flatten)]
    pub(super) places: Places,
    /// The run in which they were seen [default: `latest` in the runs folder]; the decision holds for later dates.
    #[arg(long, value_name = "RUN")]
    pub(super) run: Option<PathBuf>,
    /// Who decides.
    #[arg(long, value_name = "NAME")]
    pub(super) by: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct BaselineListOptions {
    #[command(flatten)]
    pub(super) places: Places,
    /// The run whose groups are shown [default: `latest` in the runs folder].
    #[arg(long, value_name = "RUN")]
    pub(super) run: Option<PathBuf>,
    /// Every decision ever made, not only those that hold.
    #[arg(long)]
    pub(super) all: bool,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct KeygenOptions {
    /// Folder to make the keys in.
    #[arg(long, default_value = "keys")]
    pub(super) keys: PathBuf,
    /// Mark them as development keys.
    #[arg(long)]
    pub(super) development: bool,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// Which locale packs are on while fidelity is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LocaleChoice {
    /// Those that the policy switches on; classes of the others are not planted.
    Policy,
    /// All of them.
    All,
}

#[derive(Debug, Args)]
pub(super) struct FidelityOptions {
    /// Seed of the planted set: equal seeds plant equal logs.
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Sets to plant, from this seed upwards.
    #[arg(long, default_value_t = 1, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=100))]
    pub(super) seeds: u64,
    /// Values of each class in each carrier of a set.
    #[arg(long, default_value_t = 4, value_name = "COUNT", value_parser = fidelity_lines)]
    pub(super) lines_per_cell: usize,
    /// Model of names, as for `logminer run`.
    #[arg(long, value_name = "FILE")]
    pub(super) model: Option<PathBuf>,
    /// Folder for fidelity.json and fidelity.html.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Most that may be left readable of the values that must be found.
    #[arg(long, default_value = "1%", value_name = "PERCENT")]
    pub(super) leak_must_max: String,
    /// Most that may be left readable of all values.
    #[arg(long, default_value = "3%", value_name = "PERCENT")]
    pub(super) leak_max: String,
    /// Most look-alikes that may be destroyed.
    #[arg(long, default_value = "1%", value_name = "PERCENT")]
    pub(super) over_max: String,
    /// Most mentions of persons that may be left readable where a field of the run knows the name.
    #[arg(long, default_value = "2%", value_name = "PERCENT")]
    pub(super) names_known_max: String,
    /// The same of names that stand in free text only.
    #[arg(long, default_value = "10%", value_name = "PERCENT")]
    pub(super) names_free_max: String,
    /// The same under `strict = true`.
    #[arg(long, default_value = "1%", value_name = "PERCENT")]
    pub(super) names_strict_max: String,
    /// Most ordinary words that may be destroyed, in lines with and without names.
    #[arg(long, default_value = "0.5%", value_name = "PERCENT")]
    pub(super) words_max: String,
    /// Locale packs that are on.
    #[arg(long, value_enum, default_value_t = LocaleChoice::Policy)]
    pub(super) locales: LocaleChoice,
    /// Policy file (TOML); without it the defaults for a bank.
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) resources: ResourceFlags,
    /// The report as JSON on standard output instead of the table.
    #[arg(long)]
    pub(super) json: bool,
}

/// Values in each cell, within what a machine holds in memory.
fn fidelity_lines(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|lines| (1..=1_000).contains(lines)).ok_or_else(|| "it is not in 1..=1000".to_owned())
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("way").required(true).args(["key", "unsigned", "attach"]))]
pub(super) struct SealOptions {
    /// Folder of the stage binaries and the canary.
    #[arg(long)]
    pub(super) stages: PathBuf,
    /// Signing key (ed25519, PKCS #8 as DER or PEM). Beside a `keys.json` that marks development keys the seal is for development.
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// Write `stages.json`, the bytes to sign, and no signature: until one is attached, the stages do not run.
    #[arg(long)]
    pub(super) unsigned: bool,
    /// Attach this signature over `stages.json`: 64 bytes as they are, in hexadecimal or in base64.
    #[arg(long, value_name = "FILE", requires = "public_key")]
    pub(super) attach: Option<PathBuf>,
    /// Public key the signature must be of: hexadecimal, PEM or DER.
    #[arg(long, value_name = "FILE", requires = "attach")]
    pub(super) public_key: Option<PathBuf>,
    /// Epoch of the seal: raise it with a release that must not be replaced by an older one.
    #[arg(long, value_name = "EPOCH", default_value_t = crate::stages::SEAL_EPOCH, conflicts_with = "attach")]
    pub(super) epoch: u64,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsOptions {
    /// Shell.
    pub(super) shell: clap_complete::Shell,
    /// Write a file of the usual name into this folder instead.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ManOptions {
    /// Write a page of each command into this folder instead.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_public_command_has_an_example() {
        use clap::CommandFactory;
        for command in Arguments::command().get_subcommands().filter(|command| !command.is_hide_set()) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains(&format!("logminer {}", command.get_name())), "{} has no example", command.get_name());
        }
    }

    #[test]
    fn wrong_flags_are_refused() {
        for line in [
            &["logminer"][..],
            &["logminer", "run"],
            &["logminer", "run", "--input", "a", "--no-such-flag"],
            &["logminer", "run", "--input", "a", "--shards", "65"],
            &["logminer", "run", "--input", "a", "--retries", "6"],
            &["logminer", "run", "--input", "a", "--threads", "0"],
            &["logminer", "retention", "--raw-days", "-1"],
        ] {
            assert!(Arguments::try_parse_from(line).is_err(), "{line:?}");
        }
    }
}
