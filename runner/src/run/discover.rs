//! The step that looks for new names, or hands the list of the night before on.

use schemas::container::Container;
use schemas::privacy::{Interval, interval};
use schemas::record::RecordKind;

use super::{Done, Runner};
use crate::budget::Spend;
use crate::failure::Failure;
use crate::flight::{Flight, Pending};
use crate::ledger::{QueryId, date};
use crate::names::shown;
use crate::plan::Task;
use crate::scheduler::Scheduler;
use crate::session::InputFileOf;

/// What the key of a list that was handed on in the place of lost names says of it: the ledger entry that paid for them.
const LOST_DISCOVERY: &str = "discovery_lost";

/// What becomes of a night's step.
enum Tonight<'a> {
    /// It looks for names, or takes over those that it found before.
    Looks(Box<Spend<'a>>),
    /// It hands on the list it is given.
    HandsOn,
    /// It found names, by this entry of the ledger, and they are lost.
    Lost(u64),
}

impl Runner<'_> {
    /// The step that looks for new names. It draws on the nights that the policy names, by logical date, and on the first night of all, which has no
    /// list to go on from; on others, or where the budget has no room for it, it hands the list on. So it does where names were drawn and are lost: they
    /// are never drawn twice for one price, and the night's report was promised.
    pub(super) fn discover(&self, mut pending: Pending) -> Result<(Task, Done), Failure> {
        let (session, task) = (self.session, pending.task);
        match self.tonight(&pending)? {
            Tonight::Looks(spend) => return self.draw(pending, *spend),
            Tonight::HandsOn => {}
            Tonight::Lost(sequence) => {
                // Under a key of its own, so that the names are taken over again once their run folder is restored.
                pending.parts.parameters.insert(LOST_DISCOVERY.to_owned(), sequence.to_string());
                if let Some((entry, home)) = self.find(&pending.parts, task)? {
                    self.reporter.reused(&session.plan.label(task), &home);
                    self.skipped(task, &home);
                    let (_, done) = self.done(pending, entry, home, true);
                    return Ok((task, Done { released_before: false, ..done }));
                }
            }
        }
        let (retries, jitter) = session.engine.retries();
        let scheduler = Scheduler::new(session.engine.budget(), session.plan.step(task).need, 1, retries, jitter);
        let entry = Flight::new(self, std::slice::from_ref(&pending), scheduler).fly()?.into_iter().next();
        let entry = entry.ok_or_else(|| Failure::internal("take the list of known keys"))?;
        Ok(self.done(pending, entry, session.building(), false))
    }

    fn tonight(&self, pending: &Pending) -> Result<Tonight<'_>, Failure> {
        let (policy, day) = (&self.session.policy.report, self.session.logical_day);
        let Some(interval) = interval(policy) else { return Ok(Tonight::HandsOn) };
        let has_list = names_anything(&pending.inputs)?;
        let is_scheduled = interval.is_due(day);
        if !is_scheduled && has_list {
            return Ok(Tonight::HandsOn);
        }
        let query = QueryId::discovery(day, pending.parts.policy);
        let spend = Spend::open(&self.store, &self.audit, &self.ledger, &self.session.policy, query, day)?;
        let left = left(has_list, interval, day);
        if let Some(sequence) = spend.lost_discovery() {
            self.reporter.warn(&format!(
                "the names that this night's discovery found (ledger entry {sequence}) are missing or changed, and are never drawn twice for one price: a report that was released already stays as it was; for any other, {left}; to have them back, restore the run folder that held them, move the run away that is made now, and run the night again"
            ));
            return Ok(Tonight::Lost(sequence));
        }
        if !is_scheduled && spend.found_no_names() {
            self.reporter.note(&format!("the last discovery found no name that enough customers share: {left}"));
            return Ok(Tonight::HandsOn);
        }
        match spend.no_discovery_because(policy)? {
            None if is_scheduled || spend.is_first_discovery() => return Ok(Tonight::Looks(Box::new(spend))),
            None => self.reporter.warn(&format!("names were looked for before, but {left}")),
            Some(why) => self.reporter.warn(&format!("this night looks for no new names: {why}; {left}")),
        }
        Ok(Tonight::HandsOn)
    }
}

/// Whether a list of known keys names any. One that names none, as a night writes that has lost its names, is no list to go on from.
fn names_anything(inputs: &[InputFileOf]) -> Result<bool, Failure> {
    for input in inputs.iter().filter(|input| input.kind == RecordKind::KnownKey) {
        let name = shown(&input.path);
        let map = sandbox::files::map(&input.open()?).map_err(|error| Failure::io(format!("read {name}"), error))?;
        if Container::open(&map).map_err(|error| Failure::container(&name, error))?.records() > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a night counts that finds no names.
fn left(has_list: bool, interval: Interval, day: i32) -> String {
    if has_list {
        return "the list of the night before is handed on".to_owned();
    }
    let next = (day + 1..).find(|&day| interval.is_due(day)).map_or_else(|| "the next night of discovery".to_owned(), date);
    format!("the night before has no list of names, so public keys alone are counted until names are looked for on {next}")
}

#[cfg(test)]
mod tests {
    use schemas::container::{BlockBuilder, ContainerWriter};
    use schemas::ids::Digest;
    use schemas::record::{KnownKey, KnownKeyRecord, Metric};

    use super::*;
    use crate::sources::StatId;

    /// A list that was carried over, as a night writes it.
    fn list(folder: &std::path::Path, names: &[&str]) -> InputFileOf {
        let mut writer = ContainerWriter::<_, KnownKey>::new(Vec::new(), Digest::of(b"discover"), 1).unwrap();
        let mut block = BlockBuilder::<KnownKey>::new(0);
        for name in names {
            block.push(&KnownKeyRecord { metric: Metric::EventType, name, to: "", id: 0, found_day: 20_000 }, None).unwrap();
        }
        if !names.is_empty() {
            writer.write(block).unwrap();
        }
        let path = folder.join(format!("{}.lmq", names.len()));
        std::fs::write(&path, writer.finish().unwrap().0).unwrap();
        let stat = StatId::of(&std::fs::metadata(&path).unwrap());
        InputFileOf { name: "known".to_owned(), kind: RecordKind::KnownKey, digest: crate::disk::digest_file(&path).unwrap().0, path, stat }
    }

    /// A night that lost its names hands on an empty list in their place: the nights after it have nothing to count, and say so.
    #[test]
    fn a_list_that_names_nothing_is_no_list() {
        let dir = tempfile::tempdir().unwrap();
        let (empty, two) = (list(dir.path(), &[]), list(dir.path(), &["login", "pay"]));
        assert!(!names_anything(&[]).unwrap());
        assert!(!names_anything(std::slice::from_ref(&empty)).unwrap());
        assert!(names_anything(std::slice::from_ref(&two)).unwrap() && names_anything(&[empty, two.clone()]).unwrap());
        assert!(!names_anything(&[InputFileOf { kind: RecordKind::Journey, ..two.clone() }]).unwrap(), "another input is no list");
        std::fs::write(&two.path, b"changed").unwrap();
        assert_eq!(names_anything(&[two]).unwrap_err().exit, schemas::exit::Exit::DigestMismatch);
    }

    #[test]
    fn a_night_without_names_says_what_it_counts() {
        assert_eq!(left(true, Interval::Monthly, 20_788), "the list of the night before is handed on");
        let first = left(false, Interval::Monthly, 20_786);
        assert!(first.ends_with("public keys alone are counted until names are looked for on 2026-12-01"), "{first}");
    }
}
