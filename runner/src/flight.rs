//! The tasks of one step in flight: started as the scheduler says, watched together, stored as they end.
//!
//! Everything that happens comes through one loop over [`Event`], on the one thread that started the steps (they die with it). Results,
//! audit events and the error of a failed run go by the order of tasks, not by who ended first, so that they are the same whatever the
//! budget and the host. When a task fails for good nothing more is started; those in flight end, so that their work is kept.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use schemas::audit::AuditAction;
use schemas::exit::Exit;

use crate::audit::details;
use crate::engine::{Running, wait_for_any};
use crate::failure::Failure;
use crate::plan::{KeyParts, Task};
use crate::report::Warning;
use crate::resources::Share;
use crate::run::Runner;
use crate::scheduler::{After, Scheduler};
use crate::session::{InputFileOf, Outputs};
use crate::store::Entry;
use crate::verdict::{Told, run_overdue, run_stopped};

/// How long to sleep while nothing runs and a retry is not due.
const NAP: Duration = Duration::from_millis(50);

/// A task that has to run.
pub struct Pending {
    /// The task.
    pub task: Task,
    /// What its result depends on.
    pub parts: KeyParts,
    /// Its inputs.
    pub inputs: Vec<InputFileOf>,
    /// Parameters that only this run knows.
    pub parameters: BTreeMap<String, String>,
}

/// What happens while tasks are in flight. The number is the position among the pending tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// A signal asked the run to end.
    Signal,
    /// The time of the whole run is over.
    RunOverdue,
    /// A step has ended; its report can be read.
    Ended(usize),
    /// A step has had its time.
    StepOverdue(usize),
    /// Nothing; a retry may have become due.
    Quiet,
}

/// An event for the audit log that waits until it is its task's turn.
struct Note {
    action: AuditAction,
    exit: Exit,
}

/// The tasks of one step.
pub struct Flight<'a> {
    runner: &'a Runner<'a>,
    pending: &'a [Pending],
    scheduler: Scheduler,
    running: BTreeMap<usize, (Running, Outputs)>,
    entries: BTreeMap<usize, Entry>,
    failures: BTreeMap<usize, Failure>,
    notes: BTreeMap<usize, Vec<Note>>,
    told: Option<Told>,
    noted: usize,
}

impl<'a> Flight<'a> {
    /// Tasks that all belong to one step, and who says when each starts.
    #[must_use]
    pub fn new(runner: &'a Runner<'a>, pending: &'a [Pending], scheduler: Scheduler) -> Self {
        Self {
            runner,
            pending,
            scheduler,
            running: BTreeMap::new(),
            entries: BTreeMap::new(),
            failures: BTreeMap::new(),
            notes: BTreeMap::new(),
            told: None,
            noted: 0,
        }
    }

    /// Runs them to their ends and returns their entries, stored, in the order of tasks.
    ///
    /// # Errors
    /// Of the first task, in the order of tasks, that failed for good; [`Exit::Terminated`] or [`Exit::Timeout`] when the run was cut short.
    pub fn fly(mut self) -> Result<Vec<Entry>, Failure> {
        loop {
            while let Some((index, share)) = self.scheduler.next(Instant::now()) {
                self.start(index, share);
            }
            if self.running.is_empty() && self.scheduler.next_due().is_none() {
                break;
            }
            match self.next_event()? {
                Event::Signal => self.tell_all(Told::Signal)?,
                Event::RunOverdue => self.tell_all(Told::RunTimeout)?,
                Event::StepOverdue(index) => self.tell(index, Told::StepTimeout)?,
                Event::Ended(index) => self.ended(index),
                Event::Quiet => self.runner.reporter.tick(),
            }
        }
        self.note_in_order(true);
        self.outcome()
    }

    fn outcome(mut self) -> Result<Vec<Entry>, Failure> {
        let whole = self.entries.len() == self.pending.len();
        match self.told {
            Some(Told::Signal) if !whole => Err(run_stopped()),
            Some(_) if !whole => Err(run_overdue()),
            _ => match self.failures.pop_first() {
                Some((_, failure)) => Err(failure),
                None => Ok(self.entries.into_values().collect()),
            },
        }
    }

    /// Waits until something happens. Signals come first, then ended steps in the order of tasks.
    fn next_event(&mut self) -> Result<Event, Failure> {
        if self.running.is_empty() {
            let until = self.scheduler.next_due().map_or(NAP, |due| due.saturating_duration_since(Instant::now()));
            std::thread::sleep(until.min(NAP));
        } else {
            wait_for_any(self.running.values().map(|(running, _)| running))?;
        }
        let engine = &self.runner.session.engine;
        if self.told.is_none() && engine.stopped() {
            return Ok(Event::Signal);
        }
        if self.told.is_none() && engine.overdue() {
            return Ok(Event::RunOverdue);
        }
        // Every step is looked at, so that none misses its sample of memory because another has ended.
        let mut event = Event::Quiet;
        for (&index, (running, _)) in &mut self.running {
            let ended = running.look()?;
            if event == Event::Quiet && ended {
                event = Event::Ended(index);
            } else if event == Event::Quiet && running.overdue(engine.step_timeout()) {
                event = Event::StepOverdue(index);
            }
        }
        Ok(event)
    }

    fn start(&mut self, index: usize, share: Share) {
        let Pending { task, parts, inputs, parameters } = &self.pending[index];
        let session = self.runner.session;
        let label = session.plan.label(*task);
        self.runner.reporter.started(&label);
        let begun = session.prepare(*task, parts, inputs, parameters.clone(), share.threads).and_then(|(job, outputs)| {
            let running = session.engine.start(&label, &job, share).inspect_err(|_| outputs.abandon())?;
            Ok((running, outputs))
        });
        match begun {
            Ok(begun) => drop(self.running.insert(index, begun)),
            Err(failure) => self.failed(index, failure),
        }
    }

    fn tell(&mut self, index: usize, told: Told) -> Result<(), Failure> {
        self.running.get_mut(&index).map_or(Ok(()), |(running, _)| running.tell(told))
    }

    fn tell_all(&mut self, told: Told) -> Result<(), Failure> {
        self.told = Some(told);
        self.scheduler.drain();
        self.running.values_mut().try_for_each(|(running, _)| running.tell(told))
    }

    fn ended(&mut self, index: usize) {
        let Some((running, outputs)) = self.running.remove(&index) else { return };
        let Pending { task, parts, .. } = &self.pending[index];
        let attempts = self.scheduler.attempts(index);
        let session = self.runner.session;
        let collected = running.finish().and_then(|mut ran| {
            ran.usage.attempts = attempts;
            let entry = session.collect(*task, parts, &outputs, ran)?;
            self.runner.store.put(&entry)?;
            Ok(entry)
        });
        match collected {
            Ok(entry) => {
                self.scheduler.ended(index, entry.usage.rss_anon_peak_bytes);
                let records = entry.files.iter().map(|file| file.records).sum();
                self.runner.reporter.finished(&session.plan.label(*task), records, &entry.usage);
                self.notes.entry(index).or_default().push(Note { action: AuditAction::StepRun, exit: Exit::Done });
                self.entries.insert(index, entry);
                self.note_in_order(false);
            }
            Err(failure) => {
                outputs.abandon();
                let failure = session.blame(failure, *task, &self.pending[index].inputs);
                self.failed(index, failure);
            }
        }
    }

    fn failed(&mut self, index: usize, failure: Failure) {
        let label = self.runner.session.plan.label(self.pending[index].task);
        let (action, exit) = match self.scheduler.failed(index, failure.exit, Instant::now()) {
            After::Retry(wait) => {
                self.runner.reporter.retried(&label, failure.exit, self.scheduler.attempts(index), wait);
                self.runner.reporter.warn_of(Warning::Retry, &format!("{}; trying again in {} ms", failure.sentence(), wait.as_millis()));
                self.runner.tally.borrow_mut().retried(&self.pending[index].parts.step, failure.exit);
                (AuditAction::StepRetried, failure.exit)
            }
            After::Failed => {
                self.runner.reporter.failed(&label);
                let exit = failure.exit;
                self.failures.insert(index, failure);
                (AuditAction::StepFailed, exit)
            }
        };
        self.notes.entry(index).or_default().push(Note { action, exit });
        self.note_in_order(false);
    }

    /// Writes the notes of every task up to the first that is not done; `all` of them when nothing runs any more.
    fn note_in_order(&mut self, all: bool) {
        while self.noted < self.pending.len() {
            let done = self.entries.contains_key(&self.noted) || self.failures.contains_key(&self.noted);
            if !done && !all {
                return;
            }
            for note in self.notes.remove(&self.noted).unwrap_or_default() {
                self.note(self.pending[self.noted].task, &note);
            }
            self.noted += 1;
        }
    }

    /// The audit log is written on the side: a run whose log cannot be written says so and goes on to its real error or end.
    fn note(&self, task: Task, note: &Note) {
        let session = self.runner.session;
        let event = details([("date", session.date.clone().into()), ("exit", note.exit.code().into()), ("task", session.plan.label(task).into())]);
        if let Err(failure) = self.runner.audit.append(note.action, event) {
            self.runner.reporter.warn(&failure.sentence());
        }
    }
}
