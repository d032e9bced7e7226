//! The loop: pick, mutate, check, keep what was new.
//!
//! Settings come from the environment, since the test harness owns the command line:
//!
//! ```text
//! FUZZ_EXECUTIONS   how many (default: the target's own short pass)
//! FUZZ_SEED         seed (default 1)
//! FUZZ_REPORT       file that the numbers are written to, also while running
//! FUZZ_TRACE        file that each input is written to before it is run, behind its length in 8 bytes: the last one ended the process
//! FUZZ_REPLAY       file with one input to run instead
//! FUZZ_FAILURES     folder for inputs that broke the property
//! FUZZ_KEEP         how many files the target's corpus is filled up to, from what this campaign found
//! ```

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::mutate::Mutator;
use crate::process;
use crate::random::Random;
use crate::target::{Target, shape};

/// Inputs the pool keeps; when it is full, a new one takes the place of a random one that is no seed.
const POOL_MAX: usize = 4_096;
/// Different shapes that are told apart; afterwards none is new.
const SHAPES_MAX: usize = 1 << 17;
/// Time one input may take. Far above any real one even on a loaded machine: it finds what does not end in reasonable time.
const EXECUTION_MAX: Duration = Duration::from_secs(10);
/// Longest input that goes into a corpus, bytes: it is kept in the repository.
const CORPUS_INPUT_BYTES_MAX: usize = 768;
/// Executions between two reports.
const REPORT_EVERY: u64 = 1 << 14;

struct Settings {
    executions: u64,
    seed: u64,
    report: Option<PathBuf>,
    trace: Option<PathBuf>,
    replay: Option<PathBuf>,
    failures: PathBuf,
    keep: Option<usize>,
}

impl Settings {
    fn of(target: &Target) -> Self {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
        Self {
            executions: number("FUZZ_EXECUTIONS").unwrap_or(target.executions),
            seed: number("FUZZ_SEED").unwrap_or(1),
            report: path("FUZZ_REPORT"),
            trace: path("FUZZ_TRACE"),
            replay: path("FUZZ_REPLAY"),
            failures: path("FUZZ_FAILURES").unwrap_or_else(std::env::temp_dir),
            keep: number("FUZZ_KEEP").and_then(|count| usize::try_from(count).ok()),
        }
    }
}

type Property<'a> = &'a mut dyn FnMut(&[u8]) -> u64;

/// Where the last panic was: the place and the message. Inputs are made here, so the message may be shown.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Runs a target under the settings of the environment.
pub(crate) fn run(target: &Target, property: Property<'_>) {
    let settings = Settings::of(target);
    if let Some(file) = &settings.replay {
        let input = std::fs::read(file).expect("the input to replay");
        property(&input);
        return;
    }
    // Other tests of the process share its memory and its panic hook; a campaign has the process to itself.
    if settings.report.is_some() {
        process::no_core();
        process::bound_memory(target.memory_bytes);
        std::panic::set_hook(Box::new(|panic| {
            if let Ok(mut last) = LAST_PANIC.lock() {
                *last = panic.to_string();
            }
        }));
    }
    if settings.keep.is_none() {
        assert!(target.has_corpus(), "{0} has no corpus: make one with `cargo xtask fuzz {0} --keep 4`", target.name);
    }
    let mut campaign = Campaign::new(target, settings);
    let failure = campaign.run(property);
    if failure.is_none() {
        campaign.keep_corpus();
    }
    campaign.report(failure.as_deref());
    if let Some(failure) = failure {
        let _ = std::panic::take_hook();
        panic!("{failure}");
    }
}

struct Campaign<'t> {
    target: &'t Target,
    settings: Settings,
    trace: Option<File>,
    mutator: Mutator,
    random: Random,
    pool: Vec<Vec<u8>>,
    seeds: usize,
    shapes: HashSet<u64>,
    done: u64,
    started: Instant,
}

impl<'t> Campaign<'t> {
    fn new(target: &'t Target, settings: Settings) -> Self {
        let pool = target.corpus();
        Self {
            target,
            mutator: Mutator::new(target.dictionary.clone(), target.bytes_max),
            random: Random::new(settings.seed ^ shape(&target.name)),
            seeds: pool.len(),
            pool,
            shapes: HashSet::new(),
            done: 0,
            started: Instant::now(),
            trace: settings.trace.as_ref().and_then(|file| File::create(file).ok()),
            settings,
        }
    }

    fn run(&mut self, property: Property<'_>) -> Option<String> {
        for number in 0..self.seeds {
            let input = self.pool[number].clone();
            if let Some(failure) = self.execute(property, &input) {
                return Some(failure);
            }
        }
        let mut input = Vec::new();
        while self.done < self.settings.executions {
            self.make(&mut input);
            if let Some(failure) = self.execute(property, &input) {
                return Some(failure);
            }
            if self.done.is_multiple_of(REPORT_EVERY) {
                self.report(None);
            }
        }
        None
    }

    fn make(&mut self, input: &mut Vec<u8>) {
        let base = self.random.below(self.pool.len());
        let other = self.random.below(self.pool.len());
        input.clear();
        input.extend_from_slice(&self.pool[base]);
        self.mutator.mutate(&mut self.random, input, &self.pool[other]);
        if let Some(repair) = self.target.repair.filter(|_| self.random.once_in(2)) {
            repair(input);
        }
    }

    fn execute(&mut self, property: Property<'_>, input: &[u8]) -> Option<String> {
        if let Some(trace) = &self.trace {
            // One write in place: opening the file each time would take a hundred times as long.
            let framed = [&(input.len() as u64).to_le_bytes(), input].concat();
            let _ = trace.write_all_at(&framed, 0);
        }
        self.done += 1;
        let before = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| property(input)));
        match outcome {
            Ok(_) if before.elapsed() > EXECUTION_MAX => Some(self.save(input, "it took too long")),
            Ok(found) => {
                self.keep(input, found);
                None
            }
            Err(_) => {
                let why = LAST_PANIC.lock().map(|last| last.clone()).unwrap_or_default();
                let small = shrink(property, input);
                Some(self.save(&small, &why))
            }
        }
    }

    fn keep(&mut self, input: &[u8], found: u64) {
        if self.shapes.len() >= SHAPES_MAX || !self.shapes.insert(found) {
            return;
        }
        if self.pool.len() < POOL_MAX {
            self.pool.push(input.to_vec());
        } else {
            let at = self.seeds + self.random.below(self.pool.len() - self.seeds);
            self.pool[at] = input.to_vec();
        }
    }

    /// Fills the corpus up: inputs found early and late alike, since late ones build on early ones.
    fn keep_corpus(&self) {
        let Some(wanted) = self.settings.keep else { return };
        let found: Vec<&Vec<u8>> = self.pool[self.seeds..].iter().filter(|input| input.len() <= CORPUS_INPUT_BYTES_MAX).collect();
        // A parser that has few answers shows none that is new: its own seeds are what there is.
        let found = if found.is_empty() { self.pool.iter().collect() } else { found };
        let count = wanted.saturating_sub(self.target.corpus_files().len()).min(found.len());
        let folder = self.target.corpus_folder();
        std::fs::create_dir_all(&folder).expect("the corpus folder can be made");
        for number in 1..=count {
            let input = found[number * found.len() / count - 1];
            std::fs::write(folder.join(format!("{:016x}.input", shape(input))), input).expect("the corpus can be written");
        }
    }

    fn save(&self, input: &[u8], why: &str) -> String {
        let file = self.settings.failures.join(format!("{}-{:016x}.input", self.target.name, shape(&input)));
        let saved = std::fs::create_dir_all(&self.settings.failures).and_then(|()| std::fs::write(&file, input));
        let place = saved.map_or_else(|error| format!("could not be saved: {error}"), |()| format!("is in {}", file.display()));
        format!(
            "fuzz target {}, execution {} of seed {}: {why}\nthe input {place}; run it again with\n  cargo xtask fuzz {} --replay {}",
            self.target.name,
            self.done,
            self.settings.seed,
            self.target.name,
            file.display()
        )
    }

    fn report(&self, failure: Option<&str>) {
        let Some(file) = &self.settings.report else { return };
        let (_, peak) = process::memory_bytes();
        let numbers = format!(
            "{{\"executions\":{},\"nanoseconds\":{},\"memory_peak_bytes\":{peak},\"shapes\":{},\"pool\":{},\"failure\":{}}}\n",
            self.done,
            self.started.elapsed().as_nanos(),
            self.shapes.len(),
            self.pool.len(),
            failure.map_or("null".to_owned(), json_string),
        );
        let _ = std::fs::write(file, numbers);
    }
}

/// Takes pieces away as long as the property stays broken.
fn shrink(property: Property<'_>, input: &[u8]) -> Vec<u8> {
    let mut small = input.to_vec();
    let mut piece = small.len().div_ceil(2);
    while piece > 0 {
        let mut at = 0;
        while at < small.len() {
            let mut shorter = small.clone();
            shorter.drain(at..(at + piece).min(small.len()));
            if catch_unwind(AssertUnwindSafe(|| property(&shorter))).is_err() {
                small = shorter;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    small
}

fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target::new("driver", &[b"bug"]).without_corpus().seed(b"start").executions(200_000)
    }

    #[test]
    fn a_broken_property_is_found_made_small_and_saved() {
        let outcome = catch_unwind(|| {
            target().check(|input| {
                assert!(!input.windows(3).any(|window| window == b"bug"), "found");
                shape(&input.len())
            })
        });
        let message = outcome.expect_err("a failure").downcast::<String>().expect("a text");
        let file = message.split("--replay ").nth(1).expect("a file").trim();
        assert_eq!(std::fs::read(file).unwrap(), b"bug");
        std::fs::remove_file(file).unwrap();
    }

    #[test]
    fn a_chain_of_new_shapes_leads_to_a_deep_input() {
        // Four bytes in a row, each seen only behind the one before: blind mutation would need billions of tries.
        let outcome = catch_unwind(|| {
            Target::new("driver-deep", &[]).without_corpus().seed(b"....").executions(400_000).check(|input| {
                let matched = input.iter().zip(b"DEEP").take_while(|(a, b)| a == b).count();
                assert!(matched < 4);
                matched as u64
            });
        });
        let message = outcome.expect_err("a failure").downcast::<String>().expect("a text");
        let _ = std::fs::remove_file(message.split("--replay ").nth(1).expect("a file").trim());
    }
}
