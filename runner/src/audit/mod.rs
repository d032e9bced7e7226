//! The audit log: `audit.jsonl`, one JSON object a line, each carrying the digest of the line before, so that a line cut out or
//! changed shows. It says what was decided and by which run, never what was in the data.
//!
//! # Files
//!
//! A file that grew over its bound is renamed to `audit-<N>.jsonl`, N being the sequence (12 digits) of the first line that is not in it.
//! The next `audit.jsonl` begins with a `log_rotated` line that names its predecessor; the chain goes on across files. The oldest files may be
//! removed, from the front.
//!
//! # What anchors it
//!
//! A chain without a key shows what was cut out of its middle, not that its tail was cut off. Every signed manifest therefore holds the
//! newest line's sequence and digest ([`Head`]), and the line before a publish names the manifest's digest: [`check_audit`] compares
//! both ways. What follows the newest manifest is anchored by nothing but a copy elsewhere: ship the log to a SIEM.

mod anchor;
mod chain;
mod event;

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use serde_json::{Map, Value};

use crate::disk;
use crate::failure::Failure;
use crate::lock::Lock;
use crate::names::shown;
pub use anchor::check_audit;
pub use chain::{Line, Walked};
use event::Event;
pub use event::{action, label};

const FILE: &str = "audit.jsonl";
const LOCK: &str = ".lock-audit";
const LINE_BYTES_MAX: usize = 64 << 10;
/// Bytes after which the log goes on in a new file, unless told otherwise.
pub const FILE_BYTES_MAX: u64 = 64 << 20;
/// Least bound of a file: a log in thousands of files is read by nobody.
pub const FILE_BYTES_MAX_MIN: u64 = 64 << 10;
/// How often a writer tries to get the lock, 10 ms apart.
const LOCK_TRIES: u32 = 200;

/// Appends to the audit log of a runs folder.
#[derive(Debug, Clone)]
pub struct Audit {
    path: PathBuf,
    lock: PathBuf,
    bytes_max: u64,
    tries: u32,
    pending: Arc<Mutex<Vec<Event>>>,
}

/// The newest line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Its sequence.
    pub sequence: u64,
    /// Digest of its bytes, line feed included.
    pub digest: Digest,
}

impl Audit {
    /// The log of a runs folder.
    #[must_use]
    pub fn of(runs: &Path) -> Self {
        Self { path: runs.join(FILE), lock: runs.join(LOCK), bytes_max: FILE_BYTES_MAX, tries: LOCK_TRIES, pending: Arc::default() }
    }

    /// The same with another bound for a file.
    #[must_use]
    pub fn with_bytes_max(self, bytes_max: u64) -> Self {
        Self { bytes_max, ..self }
    }

    /// The same for an event that is not worth waiting for, such as one of many starts that are turned away at once.
    #[must_use]
    pub fn hurried(self) -> Self {
        Self { tries: LOCK_TRIES / 10, ..self }
    }

    /// Whether there is a log.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.is_file() || self.segments().is_ok_and(|segments| !segments.is_empty())
    }

    /// Appends an event, and those that were put off, and makes them durable.
    ///
    /// # Errors
    /// When the log cannot be written, or its last line is damaged ([`Exit::DigestMismatch`]).
    pub fn append(&self, action: AuditAction, details: Map<String, Value>) -> Result<(), Failure> {
        self.later(action, details);
        self.flush()
    }

    /// Notes an event that has no effect by itself (a step skipped, a key loaded): it is written with the next one.
    pub fn later(&self, action: AuditAction, details: Map<String, Value>) {
        self.pending().push(Event::new(action, details));
    }

    /// Writes what was put off.
    ///
    /// # Errors
    /// As [`Audit::append`].
    pub fn flush(&self) -> Result<(), Failure> {
        let events = std::mem::take(&mut *self.pending());
        if events.is_empty() {
            return Ok(());
        }
        if let Some(folder) = self.path.parent() {
            disk::make_dir(folder, disk::DIR_MODE)?;
        }
        // Two runs of different dates may append at the same time; each holds the lock for a few lines.
        let _lock = Lock::wait(&self.lock, "to write the audit log", self.tries)?;
        self.write(&events)
    }

    /// The newest line; none when the log is empty.
    ///
    /// # Errors
    /// As [`Audit::append`].
    pub fn head(&self) -> Result<Option<Head>, Failure> {
        let last = self.last()?;
        Ok(last.sequence.checked_sub(1).map(|sequence| Head { sequence, digest: last.digest }))
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Vec<Event>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, events: &[Event]) -> Result<(), Failure> {
        let wrong = |error: std::io::Error| Failure::io(format!("append to {}", shown(&self.path)), error);
        let Last { mut sequence, mut digest, length, torn_bytes, .. } = self.rotated(self.last()?)?;
        let mut text = Vec::new();
        let mut push = |event: &Event, torn_bytes: u64| {
            let line = event.line(sequence, digest, torn_bytes);
            sequence += 1;
            digest = Digest::of(&line);
            text.extend(line);
        };
        if let Some((_, predecessor)) = self.segments()?.last().filter(|_| length == 0) {
            let name = predecessor.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            push(&Event::new(AuditAction::LogRotated, details([("predecessor", name.into())])), 0);
        }
        for (number, event) in events.iter().enumerate() {
            push(event, if number == 0 { torn_bytes } else { 0 });
        }
        let mut file = OpenOptions::new().create(true).append(true).mode(0o640).open(&self.path).map_err(wrong)?;
        if torn_bytes > 0 {
            file.set_len(length).map_err(wrong)?;
        }
        let written = file.write_all(&text).and_then(|()| file.sync_data());
        if written.is_err() {
            // Half a line on a full disk would be in the way of the next.
            let _ = file.set_len(length);
        }
        written.map_err(wrong)?;
        if length == 0 { self.path.parent().map_or(Ok(()), disk::sync_dir) } else { Ok(()) }
    }

    /// Renames a file that is over its bound. Killed after the rename, the next writer finds no file and begins one.
    fn rotated(&self, last: Last) -> Result<Last, Failure> {
        if last.length <= self.bytes_max {
            return Ok(last);
        }
        let wrong = |error: std::io::Error| Failure::io(format!("rotate {}", shown(&self.path)), error);
        if last.torn_bytes > 0 {
            OpenOptions::new().write(true).open(&self.path).and_then(|file| file.set_len(last.length)).map_err(wrong)?;
        }
        std::fs::rename(&self.path, self.path.with_file_name(format!("audit-{:012}.jsonl", last.sequence))).map_err(wrong)?;
        Ok(Last { length: 0, torn_bytes: 0, ..last })
    }

    /// The files before the current one: the sequence of the first line after each, and its path; oldest first.
    fn segments(&self) -> Result<Vec<(u64, PathBuf)>, Failure> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(|error| Failure::io(format!("list {}", shown(folder)), error))?,
        };
        let number = |name: &str| name.strip_prefix("audit-")?.strip_suffix(".jsonl").filter(|digits| digits.len() == 12)?.parse::<u64>().ok();
        let mut segments: Vec<(u64, PathBuf)> =
            entries.flatten().filter_map(|entry| Some((number(entry.file_name().to_str()?)?, entry.path()))).collect();
        segments.sort();
        Ok(segments)
    }

    /// The end of the log, in the current file or, where that is empty, in the one before.
    fn last(&self) -> Result<Last, Failure> {
        let current = self.last_of(&self.path)?;
        if current.length > 0 {
            return Ok(current);
        }
        match self.segments()?.last() {
            None => Ok(current),
            Some((_, segment)) => Ok(Last { length: 0, torn_bytes: current.torn_bytes, ..self.last_of(segment)? }),
        }
    }

    /// The end of a file. A line without its line feed was being written when a process died: it never counted, the next one takes its
    /// place and says how long it was.
    fn last_of(&self, path: &Path) -> Result<Last, Failure> {
        use std::os::unix::fs::FileExt;
        let wrong = |error: std::io::Error| Failure::io(format!("read {}", shown(path)), error);
        let file = match std::fs::File::open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Last::empty()),
            other => other.map_err(wrong)?,
        };
        let file_length = file.metadata().map_err(wrong)?.len();
        let start = file_length.saturating_sub(2 * LINE_BYTES_MAX as u64);
        let mut tail = vec![0; usize::try_from(file_length - start).unwrap_or(2 * LINE_BYTES_MAX)];
        file.read_exact_at(&mut tail, start).map_err(wrong)?;
        let whole = tail.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let torn_bytes = (tail.len() - whole) as u64;
        if whole == 0 {
            return Ok(Last { torn_bytes, ..Last::empty() });
        }
        let line_at = tail[..whole - 1].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let line = &tail[line_at..whole];
        let damaged = || Failure::new(Exit::DigestMismatch, format!("append to {}: its last line is damaged", shown(path)));
        let parsed: Value = serde_json::from_slice(line).map_err(|_| damaged())?;
        let sequence = event::sequence(&parsed).ok_or_else(damaged)?;
        Ok(Last { sequence: sequence + 1, digest: Digest::of(line), length: file_length - torn_bytes, torn_bytes })
    }
}

/// Where the next event goes.
struct Last {
    sequence: u64,
    digest: Digest,
    length: u64,
    torn_bytes: u64,
}

impl Last {
    fn empty() -> Self {
        Self { sequence: 0, digest: Digest::of(b""), length: 0, torn_bytes: 0 }
    }
}

/// Details from pairs.
#[must_use]
pub fn details<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_holds_and_a_changed_or_missing_line_shows() {
        let dir = tempfile::tempdir().unwrap();
        let audit = Audit::of(dir.path());
        for number in 0..5 {
            audit.append(AuditAction::StepRun, details([("step", format!("a.{number}").into())])).unwrap();
        }
        assert_eq!(audit.verify().unwrap(), 5);
        let text = std::fs::read_to_string(&audit.path).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        std::fs::write(&audit.path, [&lines[..2], &lines[3..]].concat().concat()).unwrap();
        assert_eq!(audit.verify().expect_err("a line is missing").exit, Exit::DigestMismatch);
        std::fs::write(&audit.path, text.replace("a.1", "a.7")).unwrap();
        assert_eq!(audit.verify().expect_err("a line was changed").exit, Exit::DigestMismatch);
        std::fs::write(&audit.path, &text.as_bytes()[..text.len() - 4]).unwrap();
        assert_eq!(audit.verify().expect_err("a torn line").exit, Exit::DigestMismatch);
        audit.append(AuditAction::StepRun, Map::new()).unwrap();
        assert_eq!(audit.verify().unwrap(), 5);
        assert!(std::fs::read_to_string(&audit.path).unwrap().contains("torn_bytes"));
    }

    #[test]
    fn a_torn_first_line_and_a_damaged_last_one() {
        let dir = tempfile::tempdir().unwrap();
        let audit = Audit::of(dir.path());
        std::fs::write(&audit.path, "{\"action\":").unwrap();
        audit.append(AuditAction::StepRun, Map::new()).unwrap();
        assert_eq!(audit.verify().unwrap(), 1);
        std::fs::write(&audit.path, "{}\n").unwrap();
        assert_eq!(audit.append(AuditAction::StepRun, Map::new()).expect_err("damaged").exit, Exit::DigestMismatch);
    }

    #[test]
    fn what_was_put_off_is_written_with_the_next_event() {
        let dir = tempfile::tempdir().unwrap();
        let audit = Audit::of(dir.path());
        audit.later(AuditAction::StepSkipped, Map::new());
        assert!(!audit.exists());
        audit.clone().append(AuditAction::RunFinished, Map::new()).unwrap();
        let mut actions = Vec::new();
        audit.walk(|line| actions.push(action(&line.event).to_owned())).unwrap();
        assert_eq!(actions, ["step_skipped", "run_finished"]);
    }

    #[test]
    fn a_log_of_version_0_1_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let audit = Audit::of(dir.path());
        let old = format!("{{\"action\":\"published\",\"at\":\"\",\"before\":\"{}\",\"details\":{{}},\"number\":0}}\n", Digest::of(b""));
        std::fs::write(&audit.path, old).unwrap();
        audit.append(AuditAction::StepRun, Map::new()).unwrap();
        assert_eq!(audit.verify().unwrap(), 2);
    }

    /// A log whose every file is over its bound after two events.
    fn rotating(dir: &Path, events: usize) -> Audit {
        let audit = Audit::of(dir).with_bytes_max(600);
        for number in 0..events {
            audit.append(AuditAction::StepRun, details([("step", number.into())])).unwrap();
        }
        audit
    }

    #[test]
    fn the_chain_goes_on_across_files_and_older_ones_may_go() {
        let dir = tempfile::tempdir().unwrap();
        let audit = rotating(dir.path(), 9);
        let segments = audit.segments().unwrap();
        assert!(segments.len() >= 3, "{segments:?}");
        let walked = audit.walk(|_| {}).unwrap();
        assert_eq!((walked.first, walked.next), (0, 9 + segments.len() as u64));
        let head = audit.head().unwrap().unwrap();
        assert_eq!(head.sequence + 1, walked.next);
        std::fs::remove_file(&segments[0].1).unwrap();
        assert_eq!(audit.walk(|_| {}).unwrap(), Walked { first: segments[0].0, next: walked.next });
        assert_eq!(audit.head().unwrap(), Some(head));
    }

    #[test]
    fn a_file_missing_in_the_middle_shows() {
        let dir = tempfile::tempdir().unwrap();
        let audit = rotating(dir.path(), 9);
        std::fs::remove_file(&audit.segments().unwrap()[1].1).unwrap();
        assert_eq!(audit.verify().expect_err("a file is missing").exit, Exit::DigestMismatch);
    }

    #[test]
    fn killed_between_rename_and_new_file_the_log_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let audit = rotating(dir.path(), 4);
        let next = audit.walk(|_| {}).unwrap().next;
        std::fs::rename(&audit.path, dir.path().join(format!("audit-{next:012}.jsonl"))).unwrap();
        audit.append(AuditAction::StepRun, Map::new()).unwrap();
        assert_eq!(audit.walk(|_| {}).unwrap().next, next + 2);
        std::fs::write(&audit.path, "{\"torn").unwrap();
        audit.append(AuditAction::StepRun, Map::new()).unwrap();
        assert_eq!(audit.walk(|_| {}).unwrap().next, next + 2);
    }
}
