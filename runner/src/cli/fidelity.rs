//! `logminer fidelity`: plants, runs the sealed pipeline up to the clean records, scores, and shows the score.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::ids::{Digest, RecordRef};
use schemas::pii::Locale;
use schemas::policy::Policy;

use super::args::{FidelityOptions, LocaleChoice, PolicyFlags, RunOptions, TestFlags, VaultFlags};
use super::{prepare, run};
use crate::disk;
use crate::failure::Failure;
use crate::fidelity::clean::{CleanTexts, read};
use crate::fidelity::form::{Report, Thresholds};
use crate::fidelity::people::plant::Day;
use crate::fidelity::people::report::NameThresholds;
use crate::fidelity::people::score::NameScore;
use crate::fidelity::people::{self, Set};
use crate::fidelity::plant::{Garden, Plan, Planted, classes, plant};
use crate::fidelity::report::Measured;
use crate::fidelity::score::Score;
use crate::fidelity::surroundings::Surroundings;
use crate::fidelity::tokens::{Tokens, named};
use crate::fidelity::views::Views;
use crate::fidelity::{html, table};
use crate::keys::Keys;
use crate::names::shown;
use crate::report::print_line;

/// Where the pipeline stops: nothing behind it sees more than clean records.
const LAST_STEP: &str = "sanitize.apply";
/// The logical date of the planted logs.
const DATE: &str = "2026-11-20";

pub(super) fn run(options: &FidelityOptions) -> Result<Exit, Failure> {
    let thresholds = Thresholds {
        leak_must_max_ppm: ppm(&options.leak_must_max, "--leak-must-max")?,
        leak_max_ppm: ppm(&options.leak_max, "--leak-max")?,
        over_max_ppm: ppm(&options.over_max, "--over-max")?,
    };
    let of_names = NameThresholds {
        known_max_ppm: ppm(&options.names_known_max, "--names-known-max")?,
        free_max_ppm: ppm(&options.names_free_max, "--names-free-max")?,
        strict_max_ppm: ppm(&options.names_strict_max, "--names-strict-max")?,
        words_max_ppm: ppm(&options.words_max, "--words-max")?,
    };
    let policy = policy(options)?;
    if let Some(out) = &options.out {
        disk::make_dir(out, disk::DIR_MODE)?;
    }
    let measured = measure(options, &policy, thresholds, of_names)?;
    let report = Report::of(measured);
    let json = serde_json::to_vec_pretty(&report).map_err(|_| Failure::internal("write the report as JSON"))?;
    if let Some(out) = &options.out {
        disk::write_atomic(&out.join("fidelity.json"), &json, disk::FILE_MODE)?;
        disk::write_atomic(&out.join("fidelity.html"), html::page(&report).as_bytes(), disk::FILE_MODE)?;
    }
    if options.json {
        print_line(&serde_json::to_string(&report).map_err(|_| Failure::internal("write the report as JSON"))?);
    } else {
        table::lines(&report).iter().for_each(|line| print_line(line));
        if let Some(out) = &options.out {
            print_line(&format!("written: {0}/fidelity.json and {0}/fidelity.html", shown(out)));
        }
    }
    Ok(if report.passed { Exit::Done } else { Exit::GateFailed })
}

/// A share such as `1%` or `0.5 %`, in millionths.
fn ppm(text: &str, flag: &str) -> Result<u64, Failure> {
    let wrong = || Failure::usage(format!("read {flag}: it is no share from 0% to 100%, such as 1% or 0.5%"));
    let number = text.strip_suffix('%').ok_or_else(wrong)?.trim();
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || rest.len() > 4 || !numeric(whole) || !numeric(rest) {
        return Err(wrong());
    }
    let ppm: u64 = format!("{whole}{rest:0<4}").parse().map_err(|_| wrong())?;
    if ppm <= 1_000_000 { Ok(ppm) } else { Err(wrong()) }
}

/// The policy under which is measured: the operator's, but that quarantined records are counted here and do not end the run.
fn policy(options: &FidelityOptions) -> Result<Policy, Failure> {
    let flags = PolicyFlags { policy: options.policy.clone(), timestamp_field: None, message_field: None, severity_field: None };
    let mut policy = prepare::policy(&flags)?;
    policy.ingest.quarantine_ppm_max = 1_000_000;
    if options.locales == LocaleChoice::All {
        policy.sanitize.locales = Locale::ALL.iter().copied().collect();
    }
    Ok(policy)
}

fn measure(options: &FidelityOptions, policy: &Policy, thresholds: Thresholds, of_names: NameThresholds) -> Result<Measured, Failure> {
    let mut names = NameScore::default();
    let locales: BTreeSet<Locale> = policy.sanitize.locales.clone();
    let (mut score, mut tokens, mut surroundings, mut records) = (Score::default(), Tokens::default(), Surroundings::default(), 0);
    let (mut binary, mut same_bytes, mut shared_with_other) = (String::new(), true, None);
    let seeds: Vec<u64> = (0..options.seeds).map(|number| options.seed.wrapping_add(number)).collect();
    for (number, &seed) in seeds.iter().enumerate() {
        let garden = plant(Plan { seed, lines_per_cell: options.lines_per_cell, locales: &locales });
        let work = Work::new(options, policy, &garden.files)?;
        let first = work.run("runs", &options.places.keys)?;
        let matched = matched(&garden, &first);
        for (planted, clean) in &matched {
            score.add(planted, clean.as_ref());
            surroundings.add(planted, clean.as_ref());
        }
        tokens.add(&matched);
        records += garden.records;
        measure_names(options, policy, seed, &mut names)?;
        if number == 0 {
            binary.clone_from(&first.binary);
            same_bytes = work.run("again", &options.places.keys)?.digests == first.digests;
            shared_with_other = work.under_another_secret(&first)?;
        }
    }
    Ok(Measured {
        seeds,
        lines_per_cell: options.lines_per_cell,
        locales: locales.iter().map(|locale| locale.code()).collect(),
        policy: policy.digest().to_string(),
        binary,
        records,
        thresholds,
        score,
        surroundings,
        names: (names, of_names),
        tokens,
        second_run_identical: same_bytes,
        shared_with_other_secret: shared_with_other,
        classes: classes(&locales),
    })
}

/// Plants and scores the names' days of a seed.
fn measure_names(options: &FidelityOptions, policy: &Policy, seed: u64, score: &mut NameScore) -> Result<(), Failure> {
    for set in Set::ALL {
        let mut policy = policy.clone();
        policy.sanitize.strict = set == Set::Strict;
        let day: Day = people::plant::plant(seed, options.lines_per_cell, set);
        let outcome = Work::new(options, &policy, &day.files)?.run("runs", &options.places.keys)?;
        for line in &day.lines {
            score.add(set, line, outcome.views(&line.file, line.offset).as_ref());
        }
        score.records += day.records;
    }
    Ok(())
}

/// A planted set on disk, in a folder that goes when it is dropped.
struct Work<'a> {
    options: &'a FidelityOptions,
    policy: &'a Policy,
    dir: tempfile::TempDir,
}

/// What a run left.
struct Outcome {
    texts: CleanTexts,
    /// Source number by name of the file.
    sources: BTreeMap<String, u32>,
    /// Digests of the clean containers, in order.
    digests: Vec<Digest>,
    /// Digest of the sealed `sanitize`.
    binary: String,
    /// Names the token key.
    key: Digest,
}

impl Outcome {
    /// What is left of a record.
    fn views(&self, file: &str, offset: u64) -> Option<Views> {
        let source = *self.sources.get(file)?;
        self.texts.get(&RecordRef { source, offset }).map(|text| Views::of(text))
    }
}

impl<'a> Work<'a> {
    fn new(options: &'a FidelityOptions, policy: &'a Policy, files: &BTreeMap<String, String>) -> Result<Self, Failure> {
        let dir = tempfile::Builder::new()
            .prefix("logminer-fidelity-")
            .tempdir()
            .map_err(|error| Failure::io("make a temporary folder; TMPDIR says where", error))?;
        for (name, content) in files {
            let path = dir.path().join("logs").join(name);
            disk::make_dir(path.parent().unwrap_or(dir.path()), disk::RAW_DIR_MODE)?;
            std::fs::write(&path, content).map_err(|error| Failure::io("write the planted logs", error))?;
        }
        Ok(Self { options, policy, dir })
    }

    /// Runs the pipeline as `logminer run --until sanitize.apply` does, in a runs folder of its own.
    fn run(&self, runs: &str, keys: &Path) -> Result<Outcome, Failure> {
        let mut places = self.options.places.clone();
        places.runs = self.dir.path().join(runs);
        keys.clone_into(&mut places.keys);
        (places.ledger, places.ledger_anchor) = (None, None);
        let options = RunOptions {
            input: vec![self.dir.path().join("logs")],
            places,
            policy: PolicyFlags { policy: None, timestamp_field: None, message_field: None, severity_field: None },
            vault: false,
            vault_flags: VaultFlags { vault_path: PathBuf::new(), vault_erasure: PathBuf::new() },
            date: Some(DATE.to_owned()),
            shards: 1,
            resources: self.options.resources.clone(),
            dry_run: false,
            until: Some(LAST_STEP.to_owned()),
            no_dp: false,
            tests: TestFlags::default(),
            model: self.options.model.clone(),
            ci: false,
            json: false,
            log_bytes_max: 0,
            metrics_textfile: None,
            retention_raw_days: None,
            unsafe_allow: Vec::new(),
        };
        let (session, results) = run::silently(&options, self.policy.clone())?;
        let clean = results.iter().filter(|(task, _)| session.plan.step(**task).name == LAST_STEP).flat_map(|(_, done)| {
            done.entry.files.iter().filter(|file| file.name == "clean").map(|file| (session.runs.join(&done.home).join(&file.file), file.digest))
        });
        let (paths, digests): (Vec<PathBuf>, Vec<Digest>) = clean.unzip();
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let secrets = session.keys.secrets(&["token".to_owned()])?;
        Ok(Outcome {
            texts: read(paths.iter().map(PathBuf::as_path))?,
            sources: session.sources.given().enumerate().map(|(at, source)| (source.shown(), number(at))).collect(),
            digests,
            binary: session.engine.stages().entry("sanitize")?.digest.to_string(),
            key: Digest::of_parts(secrets.0.iter().map(|secret| secret.bytes.as_slice())),
        })
    }

    /// Tokens that a throwaway secret gives too; none when the secret stands in the environment, which is the same for all.
    fn under_another_secret(&self, first: &Outcome) -> Result<Option<u64>, Failure> {
        let keys = self.dir.path().join("other-keys");
        Keys::generate(&keys, false)?;
        let other = self.run("other", &keys)?;
        if other.key == first.key {
            return Ok(None);
        }
        let names =
            |texts: &CleanTexts| -> BTreeSet<String> { texts.values().flat_map(|text| named(&Views::of(text))).map(|(_, name)| name).collect() };
        let (before, after) = (names(&first.texts), names(&other.texts));
        if after.is_empty() && !before.is_empty() {
            return Err(Failure::internal("compare the tokens of two secrets: the second run has none"));
        }
        Ok(Some(before.intersection(&after).count() as u64))
    }
}

/// Each planted record with what is left of it.
fn matched<'a>(garden: &'a Garden, outcome: &Outcome) -> Vec<(&'a Planted, Option<Views>)> {
    garden.planted.iter().map(|planted| (planted, outcome.views(&planted.file, planted.offset))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_percentages() {
        for (text, expected) in [("1%", 10_000), ("0.5%", 5_000), ("100%", 1_000_000), ("0 %", 0), ("2.25%", 22_500), ("0.0001%", 1)] {
            assert_eq!(ppm(text, "--over-max").unwrap(), expected, "{text}");
        }
        for wrong in ["1", "", "%", "-1%", "101%", "1.00001%", "1e2%", "a%"] {
            assert_eq!(ppm(wrong, "--over-max").unwrap_err().exit, Exit::Usage, "{wrong}");
        }
    }
}
