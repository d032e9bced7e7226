//! What people and machines see while a run goes on: a progress bar on a terminal, JSON lines on standard output with `--json`, and
//! JSON log lines on standard error otherwise. Names of steps and numbers, never content.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use schemas::exit::Exit;
use serde_json::{Map, Value, json};

use crate::store::Usage;

/// Warnings of one kind that are shown; the rest is counted, and the count is said at the end.
const WARNINGS_SHOWN_MAX: u64 = 20;
/// Bytes of events and warnings one run may write, unless said otherwise.
pub const LOG_BYTES_MAX: u64 = 64 << 20;

/// What a warning is about. A night with a million odd files has one sentence about each of the first few, and one about the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// An entry of the input was passed over.
    PassedOver,
    /// A step is tried again.
    Retry,
    /// Anything else.
    Other,
}

/// Shows what happens while a run goes on.
pub struct Reporter {
    way: Way,
    log_bytes_max: u64,
    state: RefCell<State>,
}

enum Way {
    /// JSON lines on standard output.
    Json,
    /// A progress bar on standard error.
    Terminal(ProgressBar),
    /// Log lines on standard error.
    Log,
}

#[derive(Default)]
struct State {
    /// Tasks in flight, in the order they started.
    in_flight: Vec<String>,
    warnings: BTreeMap<Warning, u64>,
    bytes: u64,
    lines_left_out: u64,
}

impl Warning {
    fn name(self) -> &'static str {
        match self {
            Self::PassedOver => "inputs passed over",
            Self::Retry => "steps tried again",
            Self::Other => "other warnings",
        }
    }
}

impl Reporter {
    /// The way to report that fits the flags and the terminal.
    #[must_use]
    pub fn choose(json: bool, log_bytes_max: u64) -> Self {
        let way = if json {
            Way::Json
        } else if std::io::stderr().is_terminal() {
            Way::Terminal(bar(ProgressDrawTarget::stderr_with_hz(8)))
        } else {
            Way::Log
        };
        Self::new(way, log_bytes_max)
    }

    /// Log lines on standard error.
    #[must_use]
    pub fn log() -> Self {
        Self::new(Way::Log, LOG_BYTES_MAX)
    }

    fn new(way: Way, log_bytes_max: u64) -> Self {
        Self { way, log_bytes_max, state: RefCell::default() }
    }

    /// The number of tasks is known.
    pub fn planned(&self, tasks: usize, sources: usize, bytes: u64) {
        if let Way::Terminal(bar) = &self.way {
            bar.set_length(tasks as u64);
        }
        self.event("planned", json!({ "tasks": tasks, "sources": sources, "bytes": bytes }));
    }

    /// A task begins.
    pub fn started(&self, task: &str) {
        self.state.borrow_mut().in_flight.push(task.to_owned());
        self.show_in_flight();
        self.event("step_started", json!({ "task": task }));
    }

    /// Time passes.
    pub fn tick(&self) {
        if let Way::Terminal(bar) = &self.way {
            bar.tick();
        }
    }

    /// A task has ended well.
    pub fn finished(&self, task: &str, records: u64, usage: &Usage) {
        if let Way::Terminal(bar) = &self.way {
            bar.inc(1);
        }
        self.landed(task);
        self.event("step_done", json!({ "task": task, "records": records, "usage": usage }));
    }

    /// A task has failed and is tried again after a wait.
    pub fn retried(&self, task: &str, exit: Exit, attempt: u32, wait: Duration) {
        self.landed(task);
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.event("step_retried", json!({ "task": task, "exit": exit.code(), "attempt": attempt, "wait_ms": wait_ms }));
    }

    /// A task has failed for good.
    pub fn failed(&self, task: &str) {
        self.landed(task);
        self.event("step_failed", json!({ "task": task }));
    }

    /// An earlier result is taken over.
    pub fn reused(&self, task: &str, home: &str) {
        if let Way::Terminal(bar) = &self.way {
            bar.inc(1);
            bar.set_message(format!("{task} (unchanged)"));
        }
        self.event("step_skipped", json!({ "task": task, "from": home }));
    }

    /// Something that is as it should be, and may still be asked about.
    pub fn note(&self, message: &str) {
        if self.fits(message.len()) {
            match &self.way {
                Way::Json => {
                    self.print_event("note", json!({ "message": message }));
                    tracing::info!(target: "logminer", "{message}");
                }
                Way::Terminal(bar) => bar.println(message),
                Way::Log => tracing::info!(target: "logminer", "{message}"),
            }
        }
    }

    /// Something an operator should know; the run goes on.
    pub fn warn(&self, message: &str) {
        self.warn_of(Warning::Other, message);
    }

    /// The same about something that can come in great numbers.
    pub fn warn_of(&self, kind: Warning, message: &str) {
        let count = {
            let mut state = self.state.borrow_mut();
            let count = state.warnings.entry(kind).or_default();
            *count += 1;
            *count
        };
        if count <= WARNINGS_SHOWN_MAX && self.fits(message.len()) {
            self.say(message);
        }
    }

    /// The run is over: the bar goes, and what was not shown is counted.
    pub fn close(&self) {
        if let Way::Terminal(bar) = &self.way {
            bar.disable_steady_tick();
            bar.finish_and_clear();
        }
        let state = std::mem::take(&mut *self.state.borrow_mut());
        for (kind, count) in state.warnings.iter().filter(|(_, count)| **count > WARNINGS_SHOWN_MAX) {
            self.say(&format!("{}: {} in all, {} of them not shown", kind.name(), count, count - WARNINGS_SHOWN_MAX));
        }
        if state.lines_left_out > 0 {
            self.say(&format!("{} log lines over --log-bytes-max were left out", state.lines_left_out));
        }
    }

    fn say(&self, message: &str) {
        match &self.way {
            Way::Json => {
                self.print_event("warning", json!({ "message": message }));
                tracing::warn!(target: "logminer", "{message}");
            }
            Way::Terminal(bar) => bar.println(format!("warning: {message}")),
            Way::Log => tracing::warn!(target: "logminer", "{message}"),
        }
    }

    fn landed(&self, task: &str) {
        self.state.borrow_mut().in_flight.retain(|other| other != task);
        self.show_in_flight();
    }

    fn show_in_flight(&self) {
        if let Way::Terminal(bar) = &self.way {
            bar.set_message(self.state.borrow().in_flight.join(", "));
        }
    }

    /// Whether a line may still be written; it counts as written, or as left out.
    fn fits(&self, bytes: usize) -> bool {
        let mut state = self.state.borrow_mut();
        let after = state.bytes.saturating_add(bytes as u64);
        if after > self.log_bytes_max {
            state.lines_left_out += 1;
            return false;
        }
        state.bytes = after;
        true
    }

    fn event(&self, name: &str, details: Value) {
        if !matches!(self.way, Way::Terminal(_)) && self.fits(name.len() + details.to_string().len()) {
            self.print_event(name, details);
        }
    }

    fn print_event(&self, name: &str, details: Value) {
        match self.way {
            Way::Json => {
                let mut event = Map::new();
                event.insert("event".to_owned(), name.into());
                if let Value::Object(details) = details {
                    event.extend(details);
                }
                print_line(&Value::Object(event).to_string());
            }
            Way::Terminal(_) => {}
            Way::Log => tracing::info!(target: "logminer", event = name, details = %details),
        }
    }
}

fn bar(target: ProgressDrawTarget) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), target);
    let style = ProgressStyle::with_template("{elapsed_precise} [{bar:24}] {pos}/{len} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars("=> "));
    bar
}

/// Prints a line to standard output; a reader that went away is not an error.
pub fn print_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
}

/// Log lines as JSON on standard error.
pub fn start_logging() {
    let _ = tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::io::stderr).with_max_level(tracing::Level::INFO).try_init();
}

/// A duration for people: `1.2 s`, `3 min 20 s`.
#[must_use]
pub fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 { format!("{}.{} s", seconds, duration.subsec_millis() / 100) } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}

/// A number with thin groups: `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_names_what_is_in_flight_and_counts_what_is_done() {
        let bar = bar(ProgressDrawTarget::hidden());
        let reporter = Reporter::new(Way::Terminal(bar.clone()), LOG_BYTES_MAX);
        let check = |position, message| assert_eq!((bar.position(), bar.message().as_str()), (position, message));
        reporter.planned(4, 1, 1);
        reporter.started("a.b[0]");
        reporter.started("a.b[1]");
        check(0, "a.b[0], a.b[1]");
        reporter.finished("a.b[0]", 1, &Usage::default());
        check(1, "a.b[1]");
        reporter.started("a.b[2]");
        reporter.retried("a.b[1]", Exit::TransientIo, 1, Duration::from_secs(1));
        check(1, "a.b[2]");
        reporter.started("a.b[1]");
        check(1, "a.b[2], a.b[1]");
        reporter.failed("a.b[2]");
        reporter.finished("a.b[1]", 1, &Usage::default());
        check(2, "");
    }

    #[test]
    fn warnings_of_a_kind_and_bytes_of_a_run_are_bounded() {
        let reporter = Reporter::new(Way::Terminal(bar(ProgressDrawTarget::hidden())), 1_000);
        for number in 0..1_000 {
            reporter.warn_of(Warning::PassedOver, &format!("{number:09}"));
        }
        {
            let state = reporter.state.borrow();
            assert_eq!((state.warnings[&Warning::PassedOver], state.bytes, state.lines_left_out), (1_000, 9 * WARNINGS_SHOWN_MAX, 0));
        }
        reporter.warn(&"x".repeat(1_000 - 180));
        reporter.warn("x");
        assert_eq!((reporter.state.borrow().bytes, reporter.state.borrow().lines_left_out), (1_000, 1));
    }

    #[test]
    fn numbers_and_durations_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(spoken(Duration::from_millis(1_290)), "1.2 s");
        assert_eq!(spoken(Duration::from_secs(200)), "3 min 20 s");
    }
}
