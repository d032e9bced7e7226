//! A run that was told to stop early (`--until`) notes it in its unfinished folder, so that nobody takes it for an interrupted one. The
//! note goes when the run goes on, and with the folder's other strays when it is published.

use std::path::Path;

use crate::disk;
use crate::failure::Failure;

const FILE: &str = ".until";
const BYTES_MAX: u64 = 1 << 10;

/// Notes in an unfinished folder, if there is one, that its run stopped after `step` as it was told.
///
/// # Errors
/// When it cannot be written.
pub fn note(building: &Path, step: &str) -> Result<(), Failure> {
    if building.is_dir() { disk::write_atomic(&building.join(FILE), step.as_bytes(), disk::FILE_MODE) } else { Ok(()) }
}

/// Takes the note back: the run goes on, and may be interrupted.
///
/// # Errors
/// When it cannot be removed.
pub fn forget(building: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(building.join(FILE)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound && building.is_dir() => {
            Err(Failure::io("remove the note of an early stop", error))
        }
        _ => Ok(()),
    }
}

/// The step after which the run of an unfinished folder stopped as it was told.
#[must_use]
pub fn noted(building: &Path) -> Option<String> {
    String::from_utf8(disk::read_small(&building.join(FILE), BYTES_MAX).ok()?).ok()
}

/// What an unfinished run is, for people.
#[must_use]
pub fn state(running: bool, until: Option<&str>) -> String {
    match (running, until) {
        (true, _) => "is being run".to_owned(),
        (false, Some(step)) => format!("stopped after {step} as --until asked; `logminer resume` goes on"),
        (false, None) => "was interrupted; `logminer resume` goes on, `logminer retention --unfinished-days` removes it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finding 24 of the review of issue 2: a run that stopped as it was told was said to be interrupted.
    #[test]
    fn an_early_stop_is_no_interruption_until_the_run_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let building = dir.path().join(".building-2026-11-20");
        note(&building, "mine.templates").unwrap();
        forget(&building).unwrap();
        assert!(!building.exists(), "a run that left nothing has nothing to go on with");
        std::fs::create_dir(&building).unwrap();
        note(&building, "mine.templates").unwrap();
        assert_eq!(noted(&building).as_deref(), Some("mine.templates"));
        assert!(state(false, noted(&building).as_deref()).contains("stopped after mine.templates as --until asked"));
        assert_eq!(state(true, Some("mine.templates")), "is being run");
        forget(&building).unwrap();
        assert!(state(false, noted(&building).as_deref()).contains("was interrupted"));
    }
}
