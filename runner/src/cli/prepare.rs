//! From flags to a session: everything that can be refused is refused here, before a step runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ring::rand::{SecureRandom, SystemRandom};
use schemas::exit::Exit;
use schemas::policy::Policy;

use super::args::{Places, PolicyFlags, RunOptions};
use crate::baseline::{BASELINE, Baseline};
use crate::canaries;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::model::Model;
use crate::pipeline::Pipeline;
use crate::plan::Plan;
use crate::policy_file::{FieldFlags, load};
use crate::prove;
use crate::resources::Budget;
use crate::retry::Jitter;
use crate::scenarios::{SCENARIOS, Scenarios};
use crate::session::Session;
use crate::signals;
use crate::sources::SourceList;
use crate::stages::Stages;
use crate::tests_given::TestsGiven;

/// A session for a run or a plan.
pub(super) fn session(options: &RunOptions) -> Result<Session, Failure> {
    session_under(options, policy(&options.policy)?)
}

/// The same under a policy that was read already.
pub(super) fn session_under(options: &RunOptions, policy: Policy) -> Result<Session, Failure> {
    let (date, logical_day) = date(options.date.as_deref())?;
    refuse_nested(&options.input, &options.places.runs)?;
    let model = Model::find(options.model.as_deref(), &policy)?;
    let mut sources = SourceList::walk(&options.input)?;
    let keys = Keys::open(&options.places.keys, policy.profile)?;
    // Which steps there are does not depend on the number of shards.
    let planned = if options.no_dp { Plan::for_auditors } else { Plan::new };
    let pipeline = if options.vault { Pipeline::with_vault()? } else { Pipeline::embedded()? };
    let pipeline = match &model {
        Some(model) => pipeline.with_model(model.bytes()),
        None => pipeline,
    };
    let vault = options.vault.then(|| options.vault_flags.places());
    if let Some(places) = &vault {
        // A night of work for a vault that cannot take it would be in vain.
        crate::vault::Vault::read(places)?;
    }
    let steps = planned(pipeline.clone(), 1, options.until.as_deref())?;
    for step in steps.tasks.iter().map(|&task| steps.step(task)) {
        keys.secrets(&step.keys)?;
    }
    if !policy.sanitize.without_canaries {
        sources.plant(canaries::of(&keys.secret(canaries::ROLE)?, logical_day, &date, &policy));
    }
    let lengths: Vec<u64> = sources.sources.iter().map(|source| source.stat.bytes).collect();
    let shards = crate::shard::plan(&lengths, options.shards);
    let count = u32::try_from(shards.len()).unwrap_or(u32::MAX);
    let plan = planned(pipeline, count, options.until.as_deref())?;
    let overrides = prove::overrides(&options.unsafe_allow)?;
    let flags = &options.resources;
    let budget = Budget::of_flags(flags.threads, flags.memory.as_deref())?;
    budget.check(plan.tasks.iter().map(|&task| plan.step(task)).map(|step| (step.name.as_str(), step.need)))?;
    let engine = engine(&options.places, &policy, flags.step_timeout_minutes, budget)?
        .retrying(flags.retries, Jitter::new(seed()?))
        .until(flags.run_timeout_minutes.and_then(|minutes| Instant::now().checked_add(of_minutes(minutes))))
        .with_overrides(overrides);
    let baseline =
        if options.places.runs.join(BASELINE).exists() { Baseline::read(&options.places.runs, &keys.public()?)? } else { Baseline::default() };
    let flags = &options.tests;
    let tests = TestsGiven::find(&flags.tests, flags.tests_run.as_deref(), flags.missing_only, &options.places.runs, &keys.public()?)?;
    raise_file_limit(sources.sources.len().max(tests.files.sources.len()))?;
    let has_decisions = options.places.runs.join(SCENARIOS).exists();
    let scenarios = if has_decisions { Scenarios::read(&options.places.runs, &keys.public()?)? } else { Scenarios::default() };
    Ok(Session {
        runs: options.places.runs.clone(),
        policy,
        keys,
        engine,
        logical_day,
        date,
        threads: budget.threads,
        sources,
        shards,
        plan,
        baseline,
        scenarios,
        vault,
        tests,
        model,
    })
}

/// A runs folder inside the input would feed every run its own output, raw records included.
fn refuse_nested(inputs: &[PathBuf], runs: &Path) -> Result<(), Failure> {
    let resolved = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    let runs_at = resolved(runs);
    match inputs.iter().find(|input| runs_at.starts_with(resolved(input))) {
        Some(input) => {
            let (runs, input) = (crate::names::shown(runs), crate::names::shown(input));
            Err(Failure::usage(format!("use the runs folder {runs}: it lies inside the input {input}; choose another with --runs")))
        }
        None => Ok(()),
    }
}

/// An engine over the checked stages.
pub(super) fn engine(places: &Places, policy: &Policy, timeout_minutes: u64, budget: Budget) -> Result<Engine, Failure> {
    let stages = Stages::open(&stages_folder(places)?, places.stages_key.as_deref(), policy.profile)?.not_before(places.seal_epoch_min)?;
    Ok(Engine::new(stages, signals::watch(), of_minutes(timeout_minutes)).within(budget))
}

fn of_minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes.saturating_mul(60))
}

/// The seed of the waits before retries: runners that fail together must not come back together.
fn seed() -> Result<u64, Failure> {
    let mut seed = [0; 8];
    SystemRandom::new().fill(&mut seed).map_err(|_| Failure::internal("draw random bytes from the operating system"))?;
    Ok(u64::from_le_bytes(seed))
}

/// The folder of sealed stages.
pub(super) fn stages_folder(places: &Places) -> Result<PathBuf, Failure> {
    if let Some(folder) = &places.stages {
        return Ok(folder.clone());
    }
    let program =
        std::env::current_exe().map_err(|error| Failure::io("find the stages: this program's own path is unknown; give --stages", error))?;
    Ok(program.parent().unwrap_or(Path::new(".")).join("stages"))
}

/// The policy of the flags.
pub(super) fn policy(flags: &PolicyFlags) -> Result<Policy, Failure> {
    let fields =
        FieldFlags { timestamp: flags.timestamp_field.clone(), message: flags.message_field.clone(), severity: flags.severity_field.clone() };
    load(flags.policy.as_deref(), &fields)
}

/// The logical date, as text and as days since 1970-01-01. `yesterday` and `today` are those of UTC, so that a scheduler needs no shell.
pub(super) fn date(text: Option<&str>) -> Result<(String, i32), Failure> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let today = || jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    let date = match text {
        None | Some("today") => today(),
        Some("yesterday") => today().yesterday().map_err(|_| Failure::usage("read --date: it is out of range"))?,
        Some(text) => text
            .parse::<jiff::civil::Date>()
            .ok()
            .filter(|date| date.to_string() == text && date.year() >= 1970)
            .ok_or_else(|| Failure::usage("read --date: it is not a date of the form YYYY-MM-DD from 1970 on, `today` or `yesterday`"))?,
    };
    let days = epoch.until(date).map_err(|_| Failure::usage("read --date: it is out of range"))?.get_days();
    Ok((date.to_string(), days))
}

/// `name=value` flags; a name may come more than once.
pub(super) fn pairs(flags: &[String], flag: &str) -> Result<Vec<(String, String)>, Failure> {
    flags
        .iter()
        .map(|text| {
            let (name, value) = text.split_once('=').ok_or_else(|| Failure::usage(format!("read {flag}: it is not of the form NAME=...")))?;
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}

/// The same where each name comes once.
pub(super) fn map(flags: &[String], flag: &str) -> Result<BTreeMap<String, String>, Failure> {
    let pairs = pairs(flags, flag)?;
    let count = pairs.len();
    let map: BTreeMap<String, String> = pairs.into_iter().collect();
    if map.len() == count { Ok(map) } else { Err(Failure::usage(format!("read {flag}: a name is given twice"))) }
}

/// The survey is handed every source at once; the soft limit of open files is often 1,024.
fn raise_file_limit(sources: usize) -> Result<(), Failure> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const OWN_FILES: u64 = 256;
    let limit = getrlimit(Resource::Nofile);
    let needed = sources as u64 + OWN_FILES;
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    if limit.maximum.is_some_and(|maximum| maximum < needed) {
        return Err(Failure::new(
            Exit::Usage,
            format!("take the inputs: {sources} files need a limit of {needed} open files; raise it (ulimit -n), or give fewer and larger files"),
        ));
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum: limit.maximum })
        .map_err(|error| Failure::io("raise the limit of open files", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_since_1970() {
        assert_eq!(date(Some("1970-01-02")).unwrap(), ("1970-01-02".to_owned(), 1));
        assert_eq!(date(Some("2026-11-20")).unwrap().1, 20_777);
        assert_eq!(date(Some("yesterday")).unwrap().1, date(None).unwrap().1 - 1);
        for wrong in ["2026-11-31", "20261120", "1969-12-31", "tomorrow", "2026-1-2"] {
            assert_eq!(date(Some(wrong)).expect_err(wrong).exit, Exit::Usage);
        }
    }

    #[test]
    fn pairs_keep_what_follows_the_first_equals_sign() {
        assert_eq!(pairs(&["a=b=c".to_owned()], "--in").unwrap(), [("a".to_owned(), "b=c".to_owned())]);
        assert!(pairs(&["a".to_owned()], "--in").is_err());
        assert!(map(&["a=1".to_owned(), "a=2".to_owned()], "--param").is_err());
    }
}
