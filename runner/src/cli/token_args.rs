//! Flags of `logminer token`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::args::{Places, PolicyFlags, VaultFlags};

#[derive(Debug, Args)]
pub(super) struct TokenOptions {
    /// What to do.
    #[command(subcommand)]
    pub(super) what: TokenCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make an empty vault with its erasure key, and vault.key where the key folder has none.
    #[command(
        after_help = "Example:\n  logminer token init --keys keys --vault-path /var/lib/logminer/tokens --vault-erasure /var/lib/logminer/token-erasure"
    )]
    Init(TokenInitOptions),
    /// Sign an approval of one reveal from one vault with an approver's own key.
    #[command(
        after_help = "Example:\n  openssl genpkey -algorithm ed25519 -out ana.pem && openssl pkey -in ana.pem -pubout -out ana.pub   # once\n  logminer token approve '[CARD_ABCDEFGHIJKLMNOPQRS]' --reason 'ticket 4711: chargeback' --key ana.pem --out ana.approval\n  logminer token approve '[CARD_ABCDEFGHIJKLMNOPQRS]' --reason 'ticket 4711: chargeback' --key ana.pem --out ana.approval --vault-id 0123456789abcdef0123456789abcdef   # on a machine without the vault"
    )]
    Approve(TokenApproveOptions),
    /// Print the value of a token. Needs the vault key and two approvals; every attempt is in the audit log.
    #[command(
        after_help = "Example:\n  logminer token reveal '[CARD_ABCDEFGHIJKLMNOPQRS]' --reason 'ticket 4711: chargeback' --approval ana.approval --approval ben.approval\nWho may approve stands in the vault: `token init` takes vault_approvers of the configuration, `token approvers` changes it. An approval is good for one reveal.\nExit codes: 0 printed; 2 no token, or none that the vault has; 31 the vault was changed; 32 approvals or a key are refused, or its customer was forgotten; 40 the vault is in use"
    )]
    Reveal(TokenRevealOptions),
    /// Name those who may approve from here on. Two who may now have to approve it; where the vault names none yet, it is done once without.
    #[command(
        after_help = "Example:\n  logminer token approve --approvers ana.pub --approvers ben.pub --approvers cai.pub --reason 'Cai joins' --key ana.pem --out ana.approval   # and Ben\n  logminer token approvers ana.pub ben.pub cai.pub --reason 'Cai joins' --approval ana.approval --approval ben.approval"
    )]
    Approvers(TokenApproversOptions),
    /// Replace the token key, and link the tokens of the vault under the old key to those under the new one.
    #[command(after_help = "Example:\n  logminer token rotate --keys keys --runs runs")]
    Rotate(TokenRotateOptions),
    /// Erase: the values of a customer become unreadable, in copies and snapshots of the vault, too.
    #[command(
        after_help = "Example:\n  logminer token forget '[CUSTOMER_ABCDEFGHIJKLMNOPQRS]' --reason 'erasure request 815'\nThe token of a customer's id: logminer policy try FILE --show 1, with the id in a file of one JSON line"
    )]
    Forget(TokenForgetOptions),
    /// Check every file of the vault, and that what was forgotten has no key. Opens no value.
    #[command(
        after_help = "Examples:\n  logminer token verify --json\n  logminer token verify --adopt 'ticket 12: restored after a lost disk'   # an older copy is the newest from now on"
    )]
    Verify(TokenVerifyOptions),
}

#[derive(Debug, Args)]
pub(super) struct TokenInitOptions {
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) vault: VaultFlags,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct TokenApproveOptions {
    /// The token, in quotes.
    #[arg(required_unless_present = "approvers", conflicts_with = "approvers")]
    pub(super) token: Option<String>,
    /// Approve not a reveal but that these public keys, all of them, are the vault's approvers from then on.
    #[arg(long, value_name = "FILE")]
    pub(super) approvers: Vec<PathBuf>,
    /// Why its value is to be seen; the reveal must say the same.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// Id of the vault, as `token verify` says it, where the vault is out of the approver's reach; else it is read at --vault-path.
    #[arg(long, value_name = "ID")]
    pub(super) vault_id: Option<String>,
    /// The approver's private key (ed25519, PKCS #8 as DER or PEM).
    #[arg(long, value_name = "FILE")]
    pub(super) key: PathBuf,
    /// Minutes the approval is valid, up to seven days.
    #[arg(long, default_value_t = 480, value_name = "MINUTES")]
    pub(super) valid_minutes: u64,
    /// Where the approval is written.
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) vault: VaultFlags,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct TokenRevealOptions {
    /// The token, in quotes.
    pub(super) token: String,
    /// Why its value is to be seen, as the approvals say it.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// An approval; two of different approvers are needed.
    #[arg(long, value_name = "FILE")]
    pub(super) approval: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) vault: VaultFlags,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct TokenApproversOptions {
    /// Public keys (hexadecimal, PEM or DER), two at least: all who may approve from here on.
    #[arg(required = true, value_name = "FILE")]
    pub(super) approvers: Vec<PathBuf>,
    /// Why, as the approvals say it.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// An approval; two of different approvers are needed.
    #[arg(long, value_name = "FILE")]
    pub(super) approval: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) vault: VaultFlags,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct TokenRotateOptions {
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) vault: VaultFlags,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct TokenForgetOptions {
    /// Tokens of the customer, as the column `customer` of clean records holds them, in quotes.
    #[arg(required = true, value_name = "CUSTOMER")]
    pub(super) customers: Vec<String>,
    /// Why, such as the number of the request.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) vault: VaultFlags,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct TokenVerifyOptions {
    /// Take a vault that was put back from an older copy as the newest, for this reason.
    #[arg(long, value_name = "REASON")]
    pub(super) adopt: Option<String>,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) vault: VaultFlags,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}
