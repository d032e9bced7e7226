//! The audit log: `audit.jsonl`, one JSON object a line, each carrying the digest of the line before, so that a line cut out or
//! changed shows. It says what was decided and by which run, never what was in the data.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use serde_json::{Map, Value};

use crate::disk;
use crate::failure::Failure;
use crate::lock::Lock;
use crate::names::shown;

const FILE: &str = "audit.jsonl";
const LINE_BYTES_MAX: usize = 64 << 10;

/// Appends to the audit log of a runs folder.
#[derive(Debug, Clone)]
pub struct Audit {
    path: PathBuf,
    lock: PathBuf,
}

impl Audit {
    /// The log of a runs folder.
    #[must_use]
    pub fn of(runs: &Path) -> Self {
        Self { path: runs.join(FILE), lock: runs.join(".lock-audit") }
    }

    /// Appends an event and makes it durable.
    ///
    /// # Errors
    /// When the log cannot be written, or its last line is damaged ([`Exit::DigestMismatch`]).
    pub fn append(&self, action: AuditAction, details: Map<String, Value>) -> Result<(), Failure> {
        let _lock = self.wait_for_lock()?;
        let wrong = |error: std::io::Error| Failure::io(format!("append to {}", shown(&self.path)), error);
        let Last { number, digest, length, torn_bytes } = self.last()?;
        let mut event = serde_json::json!({
            "action": action, "at": jiff::Timestamp::now().to_string(), "before": digest.to_string(), "details": details, "number": number,
        });
        if torn_bytes > 0 {
            event["torn_bytes"] = torn_bytes.into();
        }
        let mut line = serde_json::to_vec(&event).map_err(|_| Failure::internal("write an audit event"))?;
        line.push(b'\n');
        let is_new = !self.path.exists();
        let mut file = OpenOptions::new().create(true).append(true).mode(0o640).open(&self.path).map_err(wrong)?;
        if torn_bytes > 0 {
            file.set_len(length).map_err(wrong)?;
        }
        let written = file.write_all(&line).and_then(|()| file.sync_data());
        if written.is_err() {
            // Half a line on a full disk would be in the way of the next.
            let _ = file.set_len(length);
        }
        written.map_err(wrong)?;
        if is_new { self.path.parent().map_or(Ok(()), disk::sync_dir) } else { Ok(()) }
    }

    /// Whether the log says that a run was published.
    #[must_use]
    pub fn has_published(&self, run: &str) -> bool {
        use std::io::BufRead;
        let Ok(file) = std::fs::File::open(&self.path) else { return false };
        let says = |line: &str| {
            let event: Value = serde_json::from_str(line).unwrap_or_default();
            event["action"] == serde_json::json!(AuditAction::Published) && event["details"]["run"] == run
        };
        std::io::BufReader::new(file).lines().map_while(Result::ok).any(|line| line.contains(run) && says(&line))
    }

    /// Checks the chain and returns the number of events.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] naming the first line that does not fit.
    pub fn verify(&self) -> Result<u64, Failure> {
        if !self.path.exists() {
            return Ok(0);
        }
        let bytes = std::fs::read(&self.path).map_err(|error| Failure::io(format!("read {}", shown(&self.path)), error))?;
        let mut before = Digest::of(b"");
        let mut count = 0;
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            let damaged =
                || Failure::new(Exit::DigestMismatch, format!("check {}: line {} does not follow from the one before", shown(&self.path), count + 1));
            let event: Value = serde_json::from_slice(line).map_err(|_| damaged())?;
            if event["before"] != before.to_string() || event["number"] != count {
                return Err(damaged());
            }
            before = Digest::of(line);
            count += 1;
        }
        Ok(count)
    }

    /// The end of the log. A line without its line feed was being written when a process died: it never counted, the next one takes its
    /// place and says how long it was.
    fn last(&self) -> Result<Last, Failure> {
        use std::os::unix::fs::FileExt;
        let wrong = |error: std::io::Error| Failure::io(format!("read {}", shown(&self.path)), error);
        let file = match std::fs::File::open(&self.path) {
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
        let damaged = || Failure::new(Exit::DigestMismatch, format!("append to {}: its last line is damaged", shown(&self.path)));
        let event: Value = serde_json::from_slice(line).map_err(|_| damaged())?;
        let number = event["number"].as_u64().ok_or_else(damaged)?;
        Ok(Last { number: number + 1, digest: Digest::of(line), length: file_length - torn_bytes, torn_bytes })
    }

    /// Two runs of different dates may append at the same time; each holds the lock for one line.
    fn wait_for_lock(&self) -> Result<Lock, Failure> {
        let mut tries = 0;
        if let Some(folder) = self.path.parent() {
            disk::make_dir(folder, disk::DIR_MODE)?;
        }
        loop {
            match Lock::take(&self.lock, "to write the audit log") {
                Err(failure) if failure.exit == Exit::Locked && tries < 200 => {
                    tries += 1;
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                other => return other,
            }
        }
    }
}

/// Where the next event goes.
struct Last {
    number: u64,
    digest: Digest,
    length: u64,
    torn_bytes: u64,
}

impl Last {
    fn empty() -> Self {
        Self { number: 0, digest: Digest::of(b""), length: 0, torn_bytes: 0 }
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
}
