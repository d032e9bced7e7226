//! What people and machines see while a run goes on: a progress bar on a terminal, JSON lines on standard output with `--json`, and
//! JSON log lines on standard error otherwise. Names of steps and numbers, never content.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};

use crate::store::Usage;

/// Where events go.
pub enum Reporter {
    /// JSON lines on standard output.
    Json,
    /// A progress bar on standard error.
    Terminal(Box<ProgressBar>),
    /// Log lines on standard error.
    Log,
}

impl Reporter {
    /// The way to report that fits the flags and the terminal.
    #[must_use]
    pub fn choose(json: bool) -> Self {
        if json {
            return Self::Json;
        }
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(8));
            let style =
                ProgressStyle::with_template("{elapsed_precise} [{bar:24}] {pos}/{len} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("=> "));
            return Self::Terminal(Box::new(bar));
        }
        Self::Log
    }

    /// The number of tasks is known.
    pub fn planned(&self, tasks: usize, sources: usize, bytes: u64) {
        if let Self::Terminal(bar) = self {
            bar.set_length(tasks as u64);
        }
        self.event("planned", json!({ "tasks": tasks, "sources": sources, "bytes": bytes }));
    }

    /// A task begins.
    pub fn started(&self, task: &str) {
        if let Self::Terminal(bar) = self {
            bar.set_message(task.to_owned());
        }
        self.event("step_started", json!({ "task": task }));
    }

    /// Time passes.
    pub fn tick(&self) {
        if let Self::Terminal(bar) = self {
            bar.tick();
        }
    }

    /// A task has ended well.
    pub fn finished(&self, task: &str, records: u64, usage: &Usage) {
        if let Self::Terminal(bar) = self {
            bar.inc(1);
        }
        self.event("step_done", json!({ "task": task, "records": records, "usage": usage }));
    }

    /// An earlier result is taken over.
    pub fn reused(&self, task: &str, home: &str) {
        if let Self::Terminal(bar) = self {
            bar.inc(1);
            bar.set_message(format!("{task} (unchanged)"));
        }
        self.event("step_skipped", json!({ "task": task, "from": home }));
    }

    /// Something an operator should know; the run goes on.
    pub fn warn(&self, message: &str) {
        match self {
            Self::Json => {
                self.event("warning", json!({ "message": message }));
                tracing::warn!(target: "logminer", "{message}");
            }
            Self::Terminal(bar) => bar.println(format!("warning: {message}")),
            Self::Log => tracing::warn!(target: "logminer", "{message}"),
        }
    }

    /// The run is over: the bar goes.
    pub fn close(&self) {
        if let Self::Terminal(bar) = self {
            bar.disable_steady_tick();
            bar.finish_and_clear();
        }
    }

    fn event(&self, name: &str, details: Value) {
        match self {
            Self::Json => {
                let mut event = Map::new();
                event.insert("event".to_owned(), name.into());
                if let Value::Object(details) = details {
                    event.extend(details);
                }
                print_line(&Value::Object(event).to_string());
            }
            Self::Terminal(_) => {}
            Self::Log => tracing::info!(target: "logminer", event = name, details = %details),
        }
    }
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
    fn numbers_and_durations_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(spoken(Duration::from_millis(1_290)), "1.2 s");
        assert_eq!(spoken(Duration::from_secs(200)), "3 min 20 s");
    }
}
