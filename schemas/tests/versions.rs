//! Upgrade and rollback: every golden file of every version of every kind is read or refused as docs/OPERATING.md promises. A reader of
//! version N reads N and N-1; anything else is a schema error (exit 21), never a guess and never a panic.

use std::path::{Path, PathBuf};

use schemas::container::{Container, ContainerError};
use schemas::exit::Exit;
use schemas::record::*;

const VERSION_AT: usize = 14;

fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata/golden")
}

/// The folders in a folder, sorted.
fn folders(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The version of a kind that this program writes. It is the only one whose schema id a reader takes for current.
fn current(kind: RecordKind) -> u16 {
    let versions = folders(&golden().join(kind.name()));
    let newest = versions.iter().map(|name| number(name)).max().unwrap();
    let bytes = std::fs::read(golden().join(kind.name()).join(format!("v{newest}/records.lmq"))).unwrap();
    let header = *Container::open(&bytes).unwrap().header();
    assert_eq!((header.version, header.schema_id), (newest, kind.schema_id()), "the newest golden file of {} is not of this program", kind.name());
    newest
}

fn number(folder: &str) -> u16 {
    folder.strip_prefix('v').and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("{folder} is no version"))
}

fn print(bytes: &[u8]) -> Result<String, ContainerError> {
    let container = Container::open(bytes)?;
    container.verify()?;
    let mut text = Vec::new();
    write_json_lines(&container, false, &mut text)?;
    Ok(String::from_utf8(text).unwrap())
}

#[test]
fn every_version_of_every_kind_is_read_or_refused_as_promised() {
    let mut files = 0;
    for kind in RecordKind::ALL {
        let newest = current(*kind);
        let home = golden().join(kind.name());
        let mut versions: Vec<u16> = folders(&home).iter().map(|name| number(name)).collect();
        versions.sort_unstable();
        assert_eq!(versions, (1..=newest).collect::<Vec<_>>(), "{}: golden files are kept for ever", kind.name());
        for version in versions {
            let folder = home.join(format!("v{version}"));
            let bytes = std::fs::read(folder.join("records.lmq")).unwrap();
            assert_eq!(Container::open(&bytes).unwrap().header().version, version);
            if version + 1 >= newest {
                let expected = std::fs::read_to_string(folder.join("records.jsonl")).unwrap();
                assert_eq!(print(&bytes).unwrap(), expected, "{} v{version}", kind.name());
            } else {
                assert_eq!(print(&bytes).expect_err("too old").exit(), Exit::SchemaMismatch, "{} v{version}", kind.name());
            }
            files += 1;
        }
    }
    assert!(files >= RecordKind::ALL.len());
    for name in folders(&golden()) {
        // `manifest` holds signed manifests of runs, which the runner's own test reads.
        assert!(name == "manifest" || RecordKind::from_name(&name).is_some(), "testdata/golden/{name} is of no kind: kinds are never removed");
    }
}

/// Writes `value` at `at` of the header and makes its checksum right again.
fn with_header(bytes: &[u8], at: usize, value: u16) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..124]);
    bytes[124..128].copy_from_slice(&crc.to_le_bytes());
    bytes
}

#[test]
fn what_a_later_release_wrote_is_a_schema_error() {
    const MAJOR_AT: usize = 8;
    const KIND_AT: usize = 12;
    for kind in RecordKind::ALL {
        let newest = current(*kind);
        let bytes = std::fs::read(golden().join(kind.name()).join(format!("v{newest}/records.lmq"))).unwrap();
        assert!(Container::open(&with_header(&bytes, VERSION_AT, newest)).is_ok(), "the change itself is sound");
        for (at, value) in [(MAJOR_AT, 2), (MAJOR_AT, u16::MAX), (KIND_AT, 9_999), (VERSION_AT, newest + 1), (VERSION_AT, 0), (VERSION_AT, u16::MAX)]
        {
            let changed = with_header(&bytes, at, value);
            // The trailer's digest covers the header, and a reader that only looks does not check it: the version has to be refused first.
            let outcome = Container::open(&changed).and_then(|container| write_json_lines(&container, false, &mut Vec::new()));
            assert_eq!(outcome.expect_err("refused").exit(), Exit::SchemaMismatch, "{} at {at} value {value}", kind.name());
        }
    }
}
