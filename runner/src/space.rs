//! What a runs folder takes on disk, and what is free. Files that several runs share by a second name are counted once, for the run
//! folder that is walked first.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use walkdir::WalkDir;

use crate::failure::Failure;
use crate::names::shown;

/// Bytes of one block as `stat` counts them, whatever the file system's own block is.
const STAT_BLOCK_BYTES: u64 = 512;

/// Bytes on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Space {
    /// Published runs, without their raw data.
    pub runs_bytes: u64,
    /// Raw data of published runs: `raw` and `spool`.
    pub raw_bytes: u64,
    /// Unfinished runs.
    pub building_bytes: u64,
    /// The store of results.
    pub store_bytes: u64,
    /// Everything else: ledger, anchor, audit log.
    pub other_bytes: u64,
    /// Free for whoever asks; none when there is no such folder.
    pub free_bytes: Option<u64>,
}

/// Walks a runs folder. Entries that vanish meanwhile (a run is being published) count as nothing.
///
/// # Errors
/// When the file system cannot be asked what is free.
pub fn of(runs: &Path) -> Result<Space, Failure> {
    let mut space = Space::default();
    if !runs.is_dir() {
        return Ok(space);
    }
    let mut seen = BTreeSet::new();
    for entry in WalkDir::new(runs).min_depth(1).sort_by_file_name().into_iter().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        if meta.nlink() > 1 && !meta.is_dir() && !seen.insert((meta.dev(), meta.ino())) {
            continue;
        }
        let bytes = meta.blocks() * STAT_BLOCK_BYTES;
        let mut parts = entry.path().strip_prefix(runs).unwrap_or(entry.path()).iter().filter_map(|part| part.to_str());
        let (first, second) = (parts.next().unwrap_or_default(), parts.next());
        let place = match (first, second) {
            (".store", _) => &mut space.store_bytes,
            (first, _) if first.starts_with(".building-") => &mut space.building_bytes,
            (first, _) if first.starts_with('.') || !runs.join(first).is_dir() => &mut space.other_bytes,
            (_, Some("raw" | "spool")) => &mut space.raw_bytes,
            _ => &mut space.runs_bytes,
        };
        *place += bytes;
    }
    let stat = rustix::fs::statvfs(runs).map_err(|error| Failure::io(format!("look at {}", shown(runs)), error))?;
    space.free_bytes = Some(stat.f_bavail * stat.f_frsize);
    Ok(space)
}

/// An amount for people.
#[must_use]
pub fn shown_bytes(bytes: u64) -> String {
    let (unit, name) =
        [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB")].into_iter().find(|(unit, _)| bytes >= *unit).unwrap_or((1 << 10, "KiB"));
    let tenths = bytes.saturating_mul(10) / unit;
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_counted_once_and_where_it_belongs() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, vec![7; 100_000]).unwrap();
        };
        for name in ["2026-a/mined/a", "2026-a/raw/a", "2026-a/spool/a", ".building-2026/clean/a", ".store/a", ".ledger/a", "audit.jsonl"] {
            put(name);
        }
        let before = of(dir.path()).unwrap();
        let holds = |bytes: u64, files: u64| bytes >= files * 100_000 && bytes < files * 100_000 + 100_000;
        assert!(holds(before.runs_bytes, 1) && holds(before.raw_bytes, 2), "{before:?}");
        assert!(holds(before.building_bytes, 1) && holds(before.store_bytes, 1) && holds(before.other_bytes, 2), "{before:?}");
        assert!(before.free_bytes.is_some());
        std::fs::create_dir_all(dir.path().join("2026-b")).unwrap();
        std::fs::hard_link(dir.path().join("2026-a/mined/a"), dir.path().join("2026-b/a")).unwrap();
        assert!(of(dir.path()).unwrap().runs_bytes < before.runs_bytes + 100_000);
        assert_eq!(of(Path::new("nowhere")).unwrap(), Space::default());
    }

    #[test]
    fn amounts_are_rounded_down_to_a_tenth() {
        assert_eq!([0, 1_600, 3 << 20, (5 << 30) + (1 << 29)].map(shown_bytes), ["0.0 KiB", "1.5 KiB", "3.0 MiB", "5.5 GiB"]);
    }
}
