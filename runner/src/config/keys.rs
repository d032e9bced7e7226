//! Every key of `logminer.toml`. A key that is also a flag has its name and meaning.

use schemas::limits::SHARDS_MAX;

use crate::audit::FILE_BYTES_MAX_MIN;

use super::form::{Form, Key, Kind};
use super::quantity::{ALLOWED_BYTES, parse_bytes};
use super::schedule::{ALLOWED_TIME, TimeOfDay};

/// The form of `logminer.toml`.
pub const FORM: Form = Form {
    title: "logminer.toml",
    why: "Configuration of the runner: `logminer --config FILE`, or the variable LOGMINER_CONFIG. Flags win. Relative paths start at this file's folder.",
    keys: &KEYS,
};

const ALLOWED_AUDIT_BYTES: &str = "an amount from 64KiB, such as \"64MiB\" (units B, KiB, MiB, GiB, TiB)";
const BYTES: Kind = Kind::Text { sound: |text| parse_bytes(text).is_some(), allowed: ALLOWED_BYTES };

const KEYS: [Key; 24] = [
    row("input", Kind::Paths, "[\"/var/log/bank\"]", "Folders or files of raw logs."),
    row("runs", Kind::Path, "\"/srv/logminer/runs\"", "Folder of runs [default: `runs` in the current folder]."),
    row("keys", Kind::Path, "\"/etc/logminer/keys\"", "Folder of keys [default: `keys` in the current folder]."),
    row("stages", Kind::Path, "\"/opt/logminer/stages\"", "Folder of sealed stages [default: `stages` beside the program]."),
    row(
        "stages_key",
        Kind::Path,
        "\"/etc/logminer/stages.pub\"",
        "Public key the stages must be sealed with: a file (hexadecimal, PEM or DER), or the key itself as 64 hexadecimal digits. Production needs it.",
    ),
    row(
        "seal_epoch_min",
        Kind::Integer { min: 0, max: i64::MAX },
        "1",
        "Least seal epoch that is accepted; stages sealed with a smaller one end with exit 31. Raise it after an upgrade that must not be undone.",
    ),
    row("ledger", Kind::Path, "\"/srv/logminer/ledger/ledger.jsonl\"", "Budget ledger [default: `.ledger/ledger.jsonl` in the runs folder]."),
    row(
        "ledger_anchor",
        Kind::Path,
        "\"/mnt/other-volume/ledger.anchor\"",
        "Anchor of the ledger, best on another volume [default: `.anchor/ledger.anchor` in the runs folder].",
    ),
    row("policy", Kind::Path, "\"/etc/logminer/policy.toml\"", "Policy file: what is personal, what is kept, what may be released."),
    row(
        "model",
        Kind::Path,
        "\"/etc/logminer/names.model\"",
        "Model of names, made by `logminer model pack`; the policy must name it with its digest.",
    ),
    row(
        "vault",
        Kind::Flag,
        "false",
        "Each run feeds the token vault, so that the value of a token can be revealed by two people; `logminer token init` makes the vault.",
    ),
    row("vault_path", Kind::Path, "\"/var/lib/logminer/tokens\"", "Folder of the token vault: may lie in snapshots."),
    row(
        "vault_erasure",
        Kind::Path,
        "\"/var/lib/logminer/token-erasure\"",
        "Folder of the vault's erasure key: must not lie in snapshots that outlive the term of erasure.",
    ),
    row(
        "vault_approvers",
        Kind::Paths,
        "[\"/etc/logminer/approvers/ana.pub\", \"/etc/logminer/approvers/ben.pub\"]",
        "Public keys (ed25519: hexadecimal, PEM or DER) of those who may approve a reveal; two are needed at least.",
    ),
    row("shards", Kind::Integer { min: 1, max: SHARDS_MAX as i64 }, "1", "Shards of a run; raised when one would read too many files."),
    row("threads", Kind::Integer { min: 1, max: 512 }, "4", "Threads of a step [default: what the host and the CPU quota allow]."),
    row("memory", BYTES, "\"6GiB\"", "Private memory that steps running at one time may use together."),
    row("step_timeout_minutes", Kind::Integer { min: 1, max: 10_080 }, "360", "Minutes one step may take."),
    row("retries", Kind::Integer { min: 0, max: 5 }, "1", "Times a step is tried again after an error that can heal."),
    row(
        "retention_raw_days",
        Kind::Integer { min: 1, max: 36_500 },
        "30",
        "Days after which the raw data of a published run is shredded [default: never].",
    ),
    row("log_bytes_max", BYTES, "\"64MiB\"", "Log lines one run may write; what comes after is counted only."),
    row(
        "audit_bytes_max",
        Kind::Text { sound: |text| parse_bytes(text).is_some_and(|bytes| bytes >= FILE_BYTES_MAX_MIN), allowed: ALLOWED_AUDIT_BYTES },
        "\"64MiB\"",
        "Bytes after which the audit log goes on in a new file; the one before keeps its number, and may be removed once it was shipped.",
    ),
    row(
        "metrics_textfile",
        Kind::Path,
        "\"/var/lib/prometheus/node-exporter/logminer.prom\"",
        "Where the metrics of the last run are written for Prometheus' textfile collector [default: nowhere].",
    ),
    row(
        "schedule_utc",
        Kind::Text { sound: |text| TimeOfDay::parse(text).is_some(), allowed: ALLOWED_TIME },
        "\"01:30\"",
        "When cron or the timer starts the night's run, HH:MM in UTC; `logminer status` says when that is next. It starts nothing.",
    ),
];

const fn row(name: &'static str, kind: Kind, example: &'static str, why: &'static str) -> Key {
    Key { section: "", name, kind, example, why }
}
