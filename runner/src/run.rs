//! A whole run: step by step, each task taken over from the store where an equal one was done, run where not; then published at once.

mod discover;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::metric::Counter;
use schemas::record::RecordKind;

use crate::audit::{Audit, details};
use crate::budget::{Decision, Place, Spend};
use crate::carried::{self, Before};
use crate::failure::Failure;
use crate::flight::{Flight, Pending};
use crate::ledger::QueryId;
use crate::manifest::Counts;
use crate::model;
use crate::plan::{KeyParts, Task};
use crate::report::Reporter;
use crate::run_lock::RunLock;
use crate::scheduler::Scheduler;
use crate::session::{InputFileOf, Session};
use crate::store::{Entry, Lookup, Store};
use crate::tally::Tally;
use crate::verdict::{run_overdue, run_stopped};

/// A task that is done.
#[derive(Debug, Clone)]
pub struct Done {
    /// Its result.
    pub entry: Entry,
    /// The folder in the runs folder that holds its files.
    pub home: String,
    /// Whether it was taken over.
    pub reused: bool,
    /// Whether it was taken over although its key is another: a released report is never drawn again.
    pub released_before: bool,
    /// What its key is made of, by name.
    pub parts: BTreeMap<String, String>,
    /// Inputs: name, file in the run folder, digest.
    pub inputs: Vec<(String, String, Digest)>,
}

/// Results by task.
pub type Results = BTreeMap<Task, Done>;

/// Runs the planned tasks of a session.
pub struct Runner<'a> {
    /// The session.
    pub session: &'a Session,
    /// Results of earlier runs.
    pub store: Store,
    /// The audit log.
    pub audit: Audit,
    /// Where the ledger lies.
    pub ledger: Place,
    /// What is shown meanwhile.
    pub reporter: &'a Reporter,
    /// What was done so far.
    pub tally: RefCell<Tally>,
    /// Keeps other runs of the date out.
    pub lock: Option<RunLock>,
}

impl Runner<'_> {
    /// Does every task, step by step; those of one step side by side as the budget allows. `before_first` is called once, before the
    /// first task that is really run: it proves the sandbox.
    ///
    /// # Errors
    /// Of the first task, in the order of tasks, that fails; what was done until then is found again by the next run.
    pub fn run(&self, mut before_first: impl FnMut() -> Result<(), Failure>) -> Result<Results, Failure> {
        let mut results = Results::new();
        let before = Before::find(self.session)?;
        let mut proven = false;
        for group in self.session.plan.tasks.chunk_by(|a, b| a.step == b.step) {
            let mut pending = Vec::new();
            for &task in group {
                self.go_on()?;
                let inputs = self.inputs(task, &results, before.as_ref())?;
                let parts = self.session.key_parts(task, &inputs)?;
                match self.find(&parts, task)? {
                    Some((entry, home)) => {
                        self.reporter.reused(&self.session.plan.label(task), &home);
                        self.skipped(task, &home);
                        let done =
                            Done { entry, home, reused: true, released_before: false, parts: parts.named(), inputs: self.named(task, &inputs) };
                        self.tally.borrow_mut().done(&parts.step, &done);
                        results.insert(task, done);
                    }
                    None => {
                        let parameters = self.session.parameters(self.session.plan.step(task));
                        pending.push(Pending { task, parts, inputs, parameters });
                    }
                }
            }
            if !pending.is_empty() && !proven {
                before_first()?;
                proven = true;
            }
            if !pending.is_empty() {
                self.hold()?;
            }
            for (task, done) in self.execute(pending)? {
                self.tally.borrow_mut().done(&self.session.plan.step(task).name, &done);
                results.insert(task, done);
            }
            group.last().map_or(Ok(()), |&task| self.check_quarantine(task, &results))?;
        }
        Ok(results)
    }

    /// Refuses to begin anything more once the run was told to end or its time is over.
    fn go_on(&self) -> Result<(), Failure> {
        if self.session.engine.stopped() {
            return Err(run_stopped());
        }
        if self.session.engine.overdue() { Err(run_overdue()) } else { Ok(()) }
    }

    /// Whoever writes is still the one run of its date.
    pub(crate) fn hold(&self) -> Result<(), Failure> {
        self.lock.as_ref().map_or(Ok(()), RunLock::hold)
    }

    /// A skip has no effect by itself, so it is written with the next event that has one.
    fn skipped(&self, task: Task, home: &str) {
        let (date, label) = (self.session.date.clone(), self.session.plan.label(task));
        self.audit.later(AuditAction::StepSkipped, details([("date", date.into()), ("from", home.into()), ("task", label.into())]));
    }

    fn find(&self, parts: &KeyParts, task: Task) -> Result<Option<(Entry, String)>, Failure> {
        match self.store.lookup(parts.skip_key()) {
            Lookup::Hit(entry, home) => Ok(Some((*entry, home))),
            Lookup::Miss => Ok(None),
            // Whether names were drawn under this key, and what follows when they are lost, the step itself decides.
            Lookup::Damaged(_) if self.session.plan.step(task).discovery => Ok(None),
            Lookup::Damaged(file) if self.session.plan.step(task).budget => Err(Failure::new(
                Exit::DigestMismatch,
                format!("take over the released report: {file} was changed or is missing; restore it: it is never drawn again"),
            )),
            Lookup::Damaged(file) => {
                self.reporter.warn(&format!("{}; its step is run again", self.session.plan.not_taken_over(task, &file)));
                Ok(None)
            }
        }
    }

    pub(crate) fn inputs(&self, task: Task, results: &Results, before: Option<&Before>) -> Result<Vec<InputFileOf>, Failure> {
        let mut inputs = Vec::new();
        for (read, writers) in self.session.plan.inputs(task) {
            for writer in writers {
                let found =
                    results.get(&writer).and_then(|done| done.entry.files.iter().find(|file| file.name == read.name).map(|file| (done, file)));
                let Some((done, file)) = found else {
                    return Err(Failure::internal(format!("find the input {} of {}", read.name, self.session.plan.label(task))));
                };
                let path = self.session.runs.join(&done.home).join(&file.file);
                inputs.push(InputFileOf { name: read.name.clone(), kind: read.kind, path, digest: file.digest, stat: file.stat });
            }
        }
        inputs.extend(self.session.given(task, before)?);
        Ok(inputs)
    }

    /// Inputs with the names of their files: in the run's folder, or of the run they were carried over from.
    fn named(&self, task: Task, inputs: &[InputFileOf]) -> Vec<(String, String, Digest)> {
        let step = self.session.plan.step(task);
        let carries = &step.carries;
        let file = |input: &InputFileOf| {
            if step.of_tests.iter().any(|given| given.name == input.name) {
                return carried::of_tests_in_manifest(&input.path);
            }
            if step.model && input.name == schemas::ner::INPUT {
                return model::named_in_manifest(&input.path);
            }
            let path = input.path.strip_prefix(&self.session.runs).unwrap_or(&input.path);
            if carries.iter().any(|carry| carry.name == input.name) {
                return carried::named_in_manifest(&path.to_string_lossy());
            }
            path.components().skip(1).collect::<PathBuf>().to_string_lossy().into_owned()
        };
        inputs.iter().map(|input| (input.name.clone(), file(input), input.digest)).collect()
    }

    /// Runs the tasks of one step that no earlier result serves.
    fn execute(&self, pending: Vec<Pending>) -> Result<Vec<(Task, Done)>, Failure> {
        let Some(first) = pending.first() else { return Ok(Vec::new()) };
        let step = self.session.plan.step(first.task);
        if step.discovery {
            return pending.into_iter().map(|pending| self.discover(pending)).collect();
        }
        if step.budget {
            return pending.into_iter().map(|pending| self.release(pending)).collect();
        }
        let (retries, jitter) = self.session.engine.retries();
        let entries = Flight::new(self, &pending, Scheduler::new(self.session.engine.budget(), step.need, pending.len(), retries, jitter)).fly()?;
        Ok(pending.into_iter().zip(entries).map(|(pending, entry)| self.done(pending, entry, self.session.building(), false)).collect())
    }

    fn done(&self, pending: Pending, entry: Entry, home: String, reused: bool) -> (Task, Done) {
        let (parts, inputs) = (pending.parts.named(), self.named(pending.task, &pending.inputs));
        (pending.task, Done { entry, home, reused, released_before: reused, parts, inputs })
    }

    /// The step that draws noise: never twice for one release, never before the budget is durably spent. So it is not tried again.
    fn release(&self, pending: Pending) -> Result<(Task, Done), Failure> {
        let session = self.session;
        let parts = &pending.parts;
        // What earlier releases found is no data of customers: a night that was released is not released again because a list has grown since.
        let of_customers = pending.inputs.iter().filter(|input| ![RecordKind::KnownKey, RecordKind::PastNumber].contains(&input.kind));
        let listed: Vec<&[u8]> = of_customers.flat_map(|input| [input.name.as_bytes(), input.digest.0.as_slice()]).collect();
        let query =
            QueryId { input: Digest::of_parts(listed), policy: parts.policy, query: Digest::of_parts([parts.step.as_bytes(), &parts.schema.0]) };
        let spend = Spend::open(&self.store, &self.audit, &self.ledger, &session.policy, query, session.logical_day)?;
        self.draw(pending, spend)
    }

    /// Takes over what was committed, or draws it under a reserve.
    fn draw(&self, mut pending: Pending, mut spend: Spend<'_>) -> Result<(Task, Done), Failure> {
        let session = self.session;
        let parts = &pending.parts;
        let reservation = match spend.decide(&session.policy, parts.skip_key(), parts.binary)? {
            Decision::Stored(entry, home) => {
                let mut entry = Entry { key: parts.skip_key(), ..*entry };
                spend.note_commit(&mut entry);
                self.store.put(&entry)?;
                self.reporter.reused(&session.plan.label(pending.task), &home);
                self.skipped(pending.task, &home);
                return Ok(self.done(pending, entry, home, true));
            }
            Decision::Draw(reservation, parameters) => {
                pending.parameters = parameters;
                reservation
            }
        };
        let need = session.plan.step(pending.task).need;
        let scheduler = Scheduler::new(session.engine.budget(), need, 1, 0, session.engine.retries().1);
        let drawn = Flight::new(self, std::slice::from_ref(&pending), scheduler).fly();
        match drawn.and_then(|entries| entries.into_iter().next().ok_or_else(|| Failure::internal("take the report"))) {
            Ok(mut entry) => {
                spend.commit(&session.policy.report, reservation, &entry)?;
                spend.note_commit(&mut entry);
                self.store.put(&entry)?;
                Ok(self.done(pending, entry, session.building(), false))
            }
            Err(failure) => {
                spend.lose(reservation)?;
                Err(failure)
            }
        }
    }

    /// Also when the results are taken over: a source is missing from this run as it was from the one before.
    fn warn_of_cut_sources(&self, results: &Results) {
        let read = results.iter().filter(|(task, _)| self.session.plan.step(**task).name == "ingest.read");
        let reports: Vec<_> = read.map(|(_, done)| &done.entry.report).collect();
        let rejects = |reason| reports.iter().filter_map(|report| report.rejects.get(&reason)).sum();
        if let Some(warning) = crate::summary::cut_short(rejects) {
            self.reporter.warn(&warning);
        }
    }

    fn check_quarantine(&self, task: Task, results: &Results) -> Result<(), Failure> {
        let name = self.session.plan.step(task).name.as_str();
        if name == "ingest.read" {
            self.warn_of_cut_sources(results);
        }
        if name != "ingest.read" && name != "sanitize.apply" {
            return Ok(());
        }
        let counts = counts(self.session, results);
        let max = u128::from(self.session.policy.ingest.quarantine_ppm_max);
        if u128::from(counts.quarantined) * 1_000_000 > u128::from(counts.records_in) * max {
            return Err(Failure::new(
                Exit::TooManyQuarantined,
                format!(
                    "accept the input: {} of {} records were quarantined, the policy allows {max} per million; `logminer inspect` on the reject files under {} says why",
                    counts.quarantined,
                    counts.records_in,
                    crate::names::shown(&self.session.runs.join(self.session.building()))
                ),
            ));
        }
        Ok(())
    }
}

/// Records in and where they went, over the steps done so far.
#[must_use]
pub fn counts(session: &Session, results: &Results) -> Counts {
    let sum = |step: &str, counter| sum(session, results, step, counter);
    Counts {
        // Canaries are no records of anybody's: they are read, routed out by `sanitize.apply`, and count nowhere.
        records_in: sum("ingest.read", Counter::RecordsIn).saturating_sub(session.sources.canaries().map_or(0, |(_, count)| count)),
        clean: sum("sanitize.apply", Counter::RecordsOut),
        quarantined: sum("ingest.read", Counter::RecordsQuarantined) + sum("sanitize.apply", Counter::RecordsQuarantined),
        dropped: sum("ingest.read", Counter::RecordsDropped) + sum("sanitize.apply", Counter::RecordsDropped),
    }
}

/// A counter summed over the tasks of a step.
#[must_use]
pub fn sum(session: &Session, results: &Results, step: &str, counter: Counter) -> u64 {
    results.iter().filter(|(task, _)| session.plan.step(**task).name == step).map(|(_, done)| done.entry.report.get(counter)).sum()
}

/// Every record is counted exactly once: in = clean + quarantined + dropped, and the containers hold what the counters say.
///
/// # Errors
/// [`Exit::Internal`]: then nothing is published.
pub fn check_counts(session: &Session, results: &Results) -> Result<Counts, Failure> {
    let counts = counts(session, results);
    let records =
        |name: &str| -> u64 { results.values().flat_map(|done| &done.entry.files).filter(|file| file.name == name).map(|file| file.records).sum() };
    let sums = [
        ("records in and out", counts.records_in, counts.clean + counts.quarantined + counts.dropped),
        ("raw records", sum(session, results, "ingest.read", Counter::RecordsOut), records("raw")),
        (
            "raw records taken up",
            sum(session, results, "sanitize.apply", Counter::RecordsIn) + sum(session, results, "sanitize.apply", Counter::Canaries),
            records("raw"),
        ),
        ("clean records", counts.clean, records("clean")),
        ("quarantined records", counts.quarantined, records("reject_read") + records("reject_apply")),
    ];
    match sums.into_iter().find(|(_, left, right)| left != right) {
        None => Ok(counts),
        Some((what, left, right)) => {
            Err(Failure::internal(format!("account for every record: {what} are {left} and {right}; nothing was published")))
        }
    }
}
