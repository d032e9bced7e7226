//! Flags of `logminer model`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(super) struct ModelOptions {
    #[command(subcommand)]
    pub(super) command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelCommand {
    /// Pack a folder in Hugging Face layout: `model.onnx`, `vocab.txt` (WordPiece), `config.json` with `id2label`, maybe `tokenizer_config.json`.
    #[command(after_help = "Example:\n  logminer model pack models/names --out names.model --json")]
    Pack(PackOptions),
}

#[derive(Debug, Args)]
pub(super) struct PackOptions {
    /// Folder of the model.
    pub(super) folder: PathBuf,
    /// File to write; it must not exist.
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// Result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}
