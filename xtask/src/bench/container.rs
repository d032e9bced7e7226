//! Speed of the container file, over the records of a pipeline run.
//!
//! `schemas/examples/container_speed.rs` measures, since it must be built for release; here its files are found and its rows printed. The same rows
//! hold the baselines: encoding and decoding alone, crc32c alone, BLAKE3 alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::{say, tree};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    kind: String,
    records: u64,
    raw_bytes: u64,
    stored_bytes_none: u64,
    stored_bytes_lz4: u64,
    encode_mb_s: f64,
    write_none_mb_s: f64,
    write_lz4_mb_s: f64,
    decode_mrec_s: f64,
    read_none_mrec_s: f64,
    read_lz4_mrec_s: f64,
    read_none_verified_mrec_s: f64,
    read_none_mb_s: f64,
    crc32c_mb_s: f64,
    blake3_mb_s: f64,
}

/// Measures the largest container of each kind in a run folder.
pub(super) fn run(run: &Path) -> Result<()> {
    let files = largest_of_each_kind(run)?;
    ensure!(!files.is_empty(), "{} holds no container: run `cargo xtask pipeline` first", run.display());
    let mut build = tree::cargo();
    tree::run(build.args(["build", "--release", "--quiet", "-p", "schemas", "--example", "container_speed"]), "cargo build")?;
    let output = std::process::Command::new(tree::target().join("release/examples/container_speed")).args(&files).output().context("measure")?;
    ensure!(output.status.success(), "measuring failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr));
    let rows = String::from_utf8_lossy(&output.stdout).lines().map(serde_json::from_str::<Row>).collect::<Result<Vec<_>, _>>()?;
    print(&rows);
    let folder = tree::target().join("bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let kept = folder.join("container.json");
    std::fs::write(&kept, serde_json::to_string_pretty(&rows)? + "\n").with_context(|| format!("write {}", kept.display()))?;
    say(format_args!("\nkept as {}", kept.display()));
    Ok(())
}

/// By the name before the shard or partition number: `event-shard00.lmq` and `event-shard01.lmq` are of one kind.
fn largest_of_each_kind(run: &Path) -> Result<Vec<PathBuf>> {
    let mut largest: BTreeMap<String, (u64, PathBuf)> = BTreeMap::new();
    for folder in ["raw", "clean", "mined"] {
        let folder = run.join(folder);
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))? {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".lmq")) else { continue };
            let kind = name.split('-').next().unwrap_or(name).to_owned();
            let bytes = path.metadata().with_context(|| format!("look at {}", path.display()))?.len();
            // A small file's times are noise.
            if bytes > 16 << 10 && largest.get(&kind).is_none_or(|(most, _)| bytes > *most) {
                largest.insert(kind, (bytes, path));
            }
        }
    }
    Ok(largest.into_values().map(|(_, path)| path).collect())
}

fn print(rows: &[Row]) {
    say("CPU time of one thread, best of several rounds; MB are of encoded records, Mrec millions of records");
    say(format_args!(
        "{:<14} {:>8} {:>6} | {:>11} {:>10} {:>9} | {:>11} {:>9} {:>8} {:>12} | {:>9} {:>9}",
        "kind",
        "records",
        "bytes",
        "encode MB/s",
        "write MB/s",
        "lz4 MB/s",
        "decode Mr/s",
        "read Mr/s",
        "lz4 Mr/s",
        "digest Mr/s",
        "crc MB/s",
        "b3 MB/s"
    ));
    for row in rows {
        say(format_args!(
            "{:<14} {:>8} {:>6} | {:>11.0} {:>10.0} {:>9.0} | {:>11.2} {:>9.2} {:>8.2} {:>12.2} | {:>9.0} {:>9.0}",
            row.kind,
            row.records,
            row.raw_bytes / row.records.max(1),
            row.encode_mb_s,
            row.write_none_mb_s,
            row.write_lz4_mb_s,
            row.decode_mrec_s,
            row.read_none_mrec_s,
            row.read_lz4_mrec_s,
            row.read_none_verified_mrec_s,
            row.crc32c_mb_s,
            row.blake3_mb_s
        ));
    }
}
