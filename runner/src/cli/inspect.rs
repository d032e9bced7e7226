//! `logminer inspect`: any container as JSON lines. Raw text only on purpose: with a reason, which the audit log holds before the first byte.

use std::io::{BufWriter, Write};
use std::path::Path;

use schemas::audit::AuditAction;
use schemas::container::{Container, ContainerError};
use schemas::exit::Exit;
use schemas::record::write_json_lines;
use serde_json::json;

use super::args::InspectOptions;
use crate::audit::details;
use crate::failure::Failure;
use crate::hex;
use crate::names::shown;
use crate::plan::is_raw;
use crate::report::print_line;

const REASON_BYTES_MIN: usize = 4;
/// The runner's own JSON files; any other JSON could be a raw log.
const OWN_TEXT_FILES: [&str; 8] =
    ["manifest.json", "manifest.sig", "attestation.json", "attestation.dsse.json", "audit.jsonl", "ledger.jsonl", "ledger.anchor", "metrics.prom"];

pub(super) fn run(options: &InspectOptions) -> Result<Exit, Failure> {
    let name = shown(&options.file);
    // Opening a pipe would wait for a writer, so the name is looked at first.
    let meta = std::fs::metadata(&options.file).map_err(|error| Failure::io(format!("open {name}"), error))?;
    if !meta.is_file() {
        return Err(Failure::usage(format!("inspect {name}: it is not a regular file")));
    }
    let file = std::fs::File::open(&options.file).map_err(|error| Failure::io(format!("open {name}"), error))?;
    if options.file.file_name().is_some_and(|name| OWN_TEXT_FILES.iter().any(|own| name == *own)) {
        return print_text(&options.file);
    }
    let map = sandbox::files::map(&file).map_err(|error| Failure::io(format!("map {name}"), error))?;
    let container = Container::open(&map).map_err(|error| Failure::container(&name, error))?;
    if options.header {
        print_header(&container);
        return Ok(Exit::Done);
    }
    let raw = is_raw(container.header().kind);
    if let Some(reason) = options.reveal_raw.as_deref().filter(|_| raw) {
        note(options, reason, &container)?;
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    match write_json_lines(&container, raw && options.reveal_raw.is_some(), &mut out).and_then(|()| Ok(out.flush()?)) {
        // The reader has seen enough: `| head` is no error.
        Ok(()) | Err(ContainerError::Io(std::io::ErrorKind::BrokenPipe)) => Ok(Exit::Done),
        Err(error) => Err(Failure::container(&name, error)),
    }
}

fn note(options: &InspectOptions, reason: &str, container: &Container<'_>) -> Result<(), Failure> {
    if reason.trim().len() < REASON_BYTES_MIN {
        return Err(Failure::usage("reveal raw text: --reveal-raw needs a reason, such as a ticket"));
    }
    // The log of the runs folder the file lies in: a reveal from another working directory leaves its trace there too.
    let file = std::fs::canonicalize(&options.file).unwrap_or_else(|_| options.file.clone());
    let home = file.ancestors().skip(1).find(|folder| folder.join("audit.jsonl").exists());
    options.audit.of(home.unwrap_or(&options.runs)).append(
        AuditAction::RawRevealed,
        details([("file", shown(&options.file).into()), ("file_id", container.header().file_id.to_string().into()), ("reason", reason.into())]),
    )
}

fn print_header(container: &Container<'_>) {
    let header = container.header();
    let value = json!({
        "kind": header.kind.name(), "version": header.version, "schema_id": hex::encode(&header.schema_id), "file_id": header.file_id,
        "partitions": header.partitions, "blocks": container.block_count(), "records": container.records(), "time_range_ns": container.time_range_ns(),
    });
    print_line(&value.to_string());
}

/// Manifests and ledgers are JSON already.
fn print_text(path: &Path) -> Result<Exit, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::io(format!("read {}", shown(path)), error))?;
    let mut out = std::io::stdout().lock();
    match out.write_all(&bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::io("write to standard output", error)),
        _ => Ok(Exit::Done),
    }
}
