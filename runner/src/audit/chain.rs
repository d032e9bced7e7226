//! Reading the log as a whole: each line must follow from the one before, across files.

use std::io::{BufRead, BufReader, Read};

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use serde_json::Value;

use super::event;
use super::{Audit, LINE_BYTES_MAX};
use crate::failure::Failure;
use crate::names::shown;

/// One line that follows from the one before.
#[derive(Debug)]
pub struct Line {
    /// Its place, from 0.
    pub sequence: u64,
    /// Digest of its bytes, line feed included.
    pub digest: Digest,
    /// What it says.
    pub event: Value,
}

/// What a walk through the log came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// Sequence of the first line that is still kept; more than 0 when older files were removed.
    pub first: u64,
    /// Sequence of the next line that will be written.
    pub next: u64,
}

impl Audit {
    /// Checks the chain and returns the number of events that are kept.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] naming the first line that does not fit.
    pub fn verify(&self) -> Result<u64, Failure> {
        self.walk(|_| {}).map(|walked| walked.next - walked.first)
    }

    /// Whether the log says that a run was published.
    ///
    /// # Errors
    /// As [`Audit::walk`].
    pub fn has_published(&self, run: &str) -> Result<bool, Failure> {
        let mut published = false;
        self.walk(|line| {
            published |= event::action(&line.event) == AuditAction::Published.name() && event::label(&line.event, "run") == Some(run);
        })?;
        Ok(published)
    }

    /// Goes through all lines in order.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] naming the first line that does not follow from the one before.
    pub fn walk(&self, mut each: impl FnMut(&Line)) -> Result<Walked, Failure> {
        let mut walked: Option<Walked> = None;
        let mut before = Digest::of(b"");
        let main = self.path.is_file().then(|| self.path.clone());
        for path in self.segments()?.into_iter().map(|(_, path)| path).chain(main) {
            let name = shown(&path);
            let wrong = |error: std::io::Error| Failure::io(format!("read {name}"), error);
            let mut reader = BufReader::new(std::fs::File::open(&path).map_err(wrong)?);
            let mut in_file = 0_u64;
            loop {
                let mut bytes = Vec::new();
                if reader.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut bytes).map_err(wrong)? == 0 {
                    break;
                }
                in_file += 1;
                let damaged = || Failure::new(Exit::DigestMismatch, format!("check {name}: line {in_file} does not follow from the one before"));
                let parsed: Value = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
                if bytes.last() != Some(&b'\n') {
                    return Err(damaged());
                }
                let (Some(sequence), Some(follows)) = (event::sequence(&parsed), event::before(&parsed)) else { return Err(damaged()) };
                // Older files may have been removed: then the log begins with the line that names the last of them.
                let begins = walked.is_none() && sequence > 0 && event::action(&parsed) == AuditAction::LogRotated.name();
                let expected = walked.map_or(0, |walked| walked.next);
                if !begins && (sequence != expected || follows != before) {
                    return Err(damaged());
                }
                before = Digest::of(&bytes);
                walked = Some(Walked { first: walked.map_or(sequence, |walked| walked.first), next: sequence + 1 });
                each(&Line { sequence, digest: before, event: parsed });
            }
        }
        Ok(walked.unwrap_or(Walked { first: 0, next: 0 }))
    }
}
