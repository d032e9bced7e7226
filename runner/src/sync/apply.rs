//! Doing what was planned. The lock is written first with both versions of what changes, last as it stands: whenever this is cut short, doing it again ends
//! the same, and nothing half done is taken for a person's edit.

use super::folder::Folder;
use super::lockfile::LOCK;
use super::plan::{Change, Plan};
use crate::failure::Failure;
use schemas::ids::Digest;

/// Does all of it.
///
/// # Errors
/// When a file was changed meanwhile, or cannot be written.
pub fn apply(folder: &Folder, plan: &Plan) -> Result<(), Failure> {
    apply_first(folder, plan, usize::MAX)
}

/// Does the first `steps` of it.
pub(super) fn apply_first(folder: &Folder, plan: &Plan, steps: usize) -> Result<(), Failure> {
    if !plan.would_change()? {
        return Ok(());
    }
    let mut left = steps;
    let mut go_on = || {
        let goes = left > 0;
        left = left.saturating_sub(1);
        goes
    };
    let mut lock_was = plan.lock_was();
    if plan.changes().next().is_some() {
        if !go_on() {
            return Ok(());
        }
        let between = plan.lock_between().text()?;
        folder.write(LOCK, &between, lock_was)?;
        lock_was = Some(Digest::of(&between));
    }
    for change in plan.changes() {
        if !go_on() {
            return Ok(());
        }
        match change {
            Change::Write { name, bytes, was } => folder.write(name, bytes, *was)?,
            Change::Remove { name, was } => folder.remove(name, *was)?,
        }
    }
    if !go_on() {
        return Ok(());
    }
    folder.write(LOCK, &plan.lock_after().text()?, lock_was)
}
