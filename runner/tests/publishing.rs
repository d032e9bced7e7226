//! Taking over, publishing and checking whole runs, with results that a test has put into the store: no stage is run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use runner::audit::Audit;
use runner::budget::Place;
use runner::carried::Before;
use runner::engine::Engine;
use runner::failure::Failure;
use runner::keys::Keys;
use runner::last_look::Search;
use runner::manifest::Manifest;
use runner::model::{Model, pack};
use runner::pipeline::{Carry, Pipeline};
use runner::plan::{Plan, Task};
use runner::publish::{Circumstances, Published};
use runner::report::Reporter;
use runner::run::Runner;
use runner::sealing;
use runner::session::{InputFileOf, Session};
use runner::sources::{SourceList, StatId};
use runner::stages::{BINARIES, Stages};
use runner::store::{Entry, Store, StoredFile, Usage, entry};
use runner::verify::{Raw, check_files};
use schemas::container::{BlockBuilder, ContainerWriter};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::metric::Counter;
use schemas::policy::{Policy, Profile};
use schemas::record::{Bundle, BundleFile, Charset, Compression, Record, RecordKind, Source, SourceFormat, SourceRecord};
use schemas::report::StageReport;

struct Case {
    dir: tempfile::TempDir,
    session: Session,
    reporter: Reporter,
}

impl Case {
    /// A session over one log file and stages that are no programs.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str| dir.path().join(name);
        std::fs::create_dir_all(place("logs")).unwrap();
        std::fs::create_dir_all(place("stages")).unwrap();
        std::fs::create_dir_all(place("runs")).unwrap();
        std::fs::write(place("logs/a.jsonl"), "{}\n").unwrap();
        let keys = Keys::generate(&place("keys"), true).unwrap();
        for name in BINARIES {
            std::fs::write(place("stages").join(name), name).unwrap();
        }
        sealing::sign(&place("stages"), &keys.signer().unwrap(), true, 1).unwrap();
        let stages = Stages::open(&place("stages"), None, Profile::Development).unwrap();
        let sources = SourceList::walk(&[place("logs")]).unwrap();
        let shards = runner::shard::plan(&[3], 2);
        let session = Session {
            runs: place("runs"),
            policy: Policy::default(),
            keys,
            engine: Engine::new(stages, Arc::new(AtomicBool::new(false)), Duration::from_secs(1)),
            logical_day: 20_777,
            date: "2026-11-20".to_owned(),
            threads: 1,
            sources,
            shards,
            plan: Plan::new(Pipeline::embedded().unwrap(), 2, None).unwrap(),
            baseline: runner::baseline::Baseline::default(),
            scenarios: runner::scenarios::Scenarios::default(),
            vault: None,
            tests: runner::tests_given::TestsGiven::default(),
            model: None,
        };
        Self { dir, session, reporter: Reporter::log() }
    }

    fn runner(&self) -> Runner<'_> {
        let runs = &self.session.runs;
        Runner {
            session: &self.session,
            store: Store::of(runs),
            audit: Audit::of(runs),
            ledger: Place::of(runs, None, None),
            reporter: &self.reporter,
            tally: RefCell::default(),
            lock: None,
        }
    }

    /// Puts a result of every task into the store, as if an interrupted run had left them; `change` shapes the reports.
    fn fill(&self, change: impl Fn(&str, &mut StageReport)) {
        let store = Store::of(&self.session.runs);
        let before = Before::find(&self.session).unwrap();
        let mut done: BTreeMap<Task, Entry> = BTreeMap::new();
        for &task in &self.session.plan.tasks {
            let mut inputs = Vec::new();
            for (read, writers) in self.session.plan.inputs(task) {
                for writer in writers {
                    let file = done[&writer].files.iter().find(|file| file.name == read.name).unwrap();
                    let path = self.session.runs.join(self.session.building()).join(&file.file);
                    inputs.push(InputFileOf { name: read.name.clone(), kind: read.kind, path, digest: file.digest, stat: file.stat });
                }
            }
            inputs.extend(self.session.given(task, before.as_ref()).unwrap());
            let parts = self.session.key_parts(task, &inputs).unwrap();
            let step = self.session.plan.step(task);
            let mut files = Vec::new();
            for write in &step.writes {
                let file = self.session.plan.file(task, write);
                let path = self.session.runs.join(self.session.building()).join(&file);
                runner::disk::make_dir(path.parent().unwrap(), runner::disk::folder_mode(path.parent().unwrap())).unwrap();
                let (bytes, records) = container(write.kind, parts.file_id(&write.name), &write.name);
                std::fs::write(&path, &bytes).unwrap();
                let raw = runner::plan::is_raw(write.kind);
                let mode = if raw { runner::disk::RAW_FILE_MODE } else { runner::disk::FILE_MODE };
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
                let stat = StatId::of(&std::fs::metadata(&path).unwrap());
                let digest = Digest::of(&bytes);
                files.push(StoredFile {
                    name: write.name.clone(),
                    kind: write.kind.number(),
                    file,
                    digest,
                    bytes: bytes.len() as u64,
                    records,
                    stat,
                });
            }
            let mut report = StageReport::default();
            change(&step.name, &mut report);
            let entry = entry(parts.skip_key(), self.session.plan.label(task), self.session.building(), files, report, Usage::default());
            store.put(&entry).unwrap();
            done.insert(task, entry);
        }
    }

    /// Runs and publishes; a step that would really be run is an error of the test's own.
    fn publish(&self) -> Result<Published, Failure> {
        self.publish_searched(Box::new(|_, _, _, _| Ok(())))
    }

    /// The same with something in the place of the gate's last look.
    fn publish_searched(&self, search: Box<Search>) -> Result<Published, Failure> {
        let runner = self.runner();
        let mut results = runner.run(|| Err(Failure::new(Exit::Timeout, "run a step: none is up to date")))?;
        let signer = self.session.keys.signer()?;
        let (started_at, metrics) = (jiff::Timestamp::now(), "logminer_build_info 1\n".to_owned());
        let circumstances = Circumstances { signer, sandbox: serde_json::json!({}), started_at, metrics, search };
        runner.publish(&mut results, &circumstances)
    }

    fn latest(&self) -> PathBuf {
        self.session.runs.join("latest")
    }
}

/// A container of a kind: empty, or for bundles with one file named after the output.
fn container(kind: RecordKind, file_id: Digest, name: &str) -> (Vec<u8>, u64) {
    macro_rules! empty {
        ($($kind:ident)*) => {
            match kind {
                $(RecordKind::$kind => (written::<schemas::record::$kind>(file_id, |_| {}), 0),)*
                RecordKind::Bundle => {
                    let path = format!("{name}.json");
                    (written::<Bundle>(file_id, |block| block.push(&BundleFile { path: &path, bytes: b"{}" }, None).unwrap()), 1)
                }
                RecordKind::Source => (written::<Source>(file_id, |block| block.push(&surveyed(), None).unwrap()), 1),
            }
        };
    }
    empty!(Raw Reject Lexicon Clean Skeleton Template EventType Event Journey Variant Edge Activity Anomaly Finding Contribution Release JourneyScore KnownTemplate KnownScenario Verdict Sighting Assessed KnownFinding KnownSubject Attribute EventValues JourneySteps Sequence RareShape OpenJourney EventCause AnomalyGroup TemplateRate EventAnomaly KnownKey PastNumber VaultEntry TokenLink TestFile Tested ShapePlace TemplatePlace BodyField)
}

/// What the survey says of the one log file.
fn surveyed() -> SourceRecord {
    SourceRecord {
        source: 0,
        bytes: 3,
        digest: Digest::of(b"{}\n"),
        units: vec![[1; 16]],
        compression: Compression::None,
        charset: Charset::Utf8,
        format: SourceFormat::JsonLines,
        splittable: true,
    }
}

fn written<R: Record>(file_id: Digest, fill: impl FnOnce(&mut BlockBuilder<R>)) -> Vec<u8> {
    let mut writer = ContainerWriter::<_, R>::new(Vec::new(), file_id, 1).unwrap();
    let mut block = BlockBuilder::new(0);
    fill(&mut block);
    writer.write(block).unwrap();
    writer.finish().unwrap().0
}

fn replace(path: &Path, bytes: &[u8]) {
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_run_is_published_once_and_found_again() {
    let case = Case::new();
    case.fill(|_, _| {});
    std::fs::write(case.session.runs.join(case.session.building()).join("clean/left-over.lmq.part"), "x").unwrap();
    let first = case.publish().unwrap();
    assert!(!first.unchanged);
    assert_eq!(std::fs::canonicalize(case.latest()).unwrap(), std::fs::canonicalize(&first.folder).unwrap());
    assert!(first.folder.join("internal/internal.json").is_file() && first.folder.join("release/features.json").is_file());
    assert!(!case.session.runs.join(case.session.building()).exists());
    let manifest = Manifest::read(&first.folder, &case.session.keys.public().unwrap()).unwrap();
    assert_eq!(check_files(&first.folder, &manifest, Raw::ByLength).unwrap(), Vec::<String>::new());

    let bytes = std::fs::read(first.folder.join("manifest.json")).unwrap();
    let second = case.publish().unwrap();
    assert!(second.unchanged && second.folder == first.folder);
    assert_eq!(std::fs::read(first.folder.join("manifest.json")).unwrap(), bytes);
    let mut actions = Vec::new();
    let log = Audit::of(&case.session.runs);
    log.walk(|line| actions.push(runner::audit::action(&line.event).to_owned())).unwrap();
    actions.retain(|action| action != "step_skipped");
    assert_eq!(actions, ["publishing", "published", "unchanged"]);
}

/// Finding 28 of the review of issue 2: evidence names source 0, and nothing said which file that is.
#[test]
fn a_run_says_which_source_is_which_file_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let case = Case::new();
    case.fill(|_, _| {});
    let published = case.publish().unwrap();
    let map = published.folder.join("spool/sources.json");
    assert_eq!(std::fs::read_to_string(&map).unwrap(), "{\"sources\":[{\"bytes\":3,\"file\":\"a.jsonl\",\"source\":0}]}\n");
    assert_eq!(std::fs::metadata(&map).unwrap().permissions().mode() & 0o777, 0o400);
    let manifest = std::fs::read_to_string(published.folder.join("manifest.json")).unwrap();
    assert!(manifest.contains("spool/sources.json") && !manifest.contains("a.jsonl"));
    replace(&map, b"{}");
    assert_eq!(case.publish().expect_err("the map was changed").exit, Exit::DigestMismatch);
}

#[test]
fn a_changed_intermediate_file_is_computed_again_not_served() {
    let case = Case::new();
    case.fill(|_, _| {});
    let published = case.publish().unwrap();
    replace(&published.folder.join("mined/template.lmq"), b"changed");
    assert_eq!(case.publish().expect_err("mine.templates has to run").exit, Exit::Timeout);
}

#[test]
fn a_changed_report_is_never_drawn_again() {
    let case = Case::new();
    case.fill(|_, _| {});
    let published = case.publish().unwrap();
    replace(&published.folder.join("mined/release.lmq"), b"changed");
    let failure = case.publish().expect_err("the report was changed");
    assert_eq!(failure.exit, Exit::DigestMismatch);
    assert!(failure.sentence().contains("mined/release.lmq"), "{}", failure.sentence());
}

#[test]
fn a_changed_unpacked_file_is_named_when_the_run_is_wanted_again() {
    let case = Case::new();
    case.fill(|_, _| {});
    let published = case.publish().unwrap();
    replace(&published.folder.join("release/report.json"), b"[]");
    let failure = case.publish().expect_err("the report was changed");
    assert_eq!(failure.exit, Exit::DigestMismatch);
    assert!(failure.sentence().contains("release/report.json"), "{}", failure.sentence());
}

#[test]
fn records_that_do_not_add_up_are_not_published() {
    let case = Case::new();
    case.fill(|step, report| {
        if step == "ingest.read" {
            report.add(Counter::RecordsIn, 1);
        }
    });
    assert_eq!(case.publish().expect_err("a record is missing").exit, Exit::Internal);
    assert!(!case.latest().exists());
}

#[test]
fn too_many_quarantined_records_end_the_run() {
    let case = Case::new();
    case.fill(|step, report| {
        if step == "ingest.read" {
            report.add(Counter::RecordsIn, 10);
            report.add(Counter::RecordsQuarantined, 3);
        }
    });
    let failure = case.publish().expect_err("30 % are quarantined");
    assert_eq!(failure.exit, Exit::TooManyQuarantined);
    assert!(failure.sentence().contains("6 of 20 records were quarantined"), "{}", failure.sentence());
    assert!(!case.latest().exists());
}

/// A case whose templates know those of the night before, and whose journeys go on with theirs, partition by partition.
fn carrying() -> Case {
    let mut case = Case::new();
    let steps = &mut case.session.plan.pipeline.steps;
    for (step, output) in [("mine.templates", "template"), ("mine.journeys", "journey")] {
        let writer = steps.iter().position(|entry| entry.name == step).unwrap();
        let kind = steps[writer].writes.iter().find(|write| write.name == output).unwrap().kind;
        steps[writer].carries.push(Carry { name: "before".to_owned(), output: output.to_owned(), kind, writer });
    }
    case
}

fn on(case: &mut Case, day: i32) {
    case.session.logical_day = 20_757 + day;
    case.session.date = format!("2026-11-{day:02}");
}

/// Files that tasks of a step were given of the night before, by index.
fn carried(published: &Published, step: &str) -> Vec<(u32, String)> {
    let tasks = published.manifest.tasks.iter().filter(|task| task.step == step);
    tasks.flat_map(|task| task.inputs.iter().filter(|input| input.name == "before").map(|input| (task.index, input.file.clone()))).collect()
}

#[test]
fn a_step_is_given_what_the_newest_earlier_night_wrote() {
    let mut case = carrying();
    let night = |case: &mut Case, day| {
        on(case, day);
        case.fill(|_, _| {});
        case.publish().unwrap()
    };
    let first = night(&mut case, 20);
    assert!(carried(&first, "mine.templates").is_empty() && carried(&first, "mine.journeys").is_empty(), "the first night has none");
    let third = night(&mut case, 22);
    let of = |run: &Published, file: &str| format!("../{}/{file}", run.manifest.id);
    assert_eq!(carried(&third, "mine.templates"), [(0, of(&first, "mined/template.lmq"))]);
    let parts: Vec<(u32, String)> = (0..8).map(|part| (part, of(&first, &format!("mined/journey-part{part:02}.lmq")))).collect();
    assert_eq!(carried(&third, "mine.journeys"), parts, "each partition is given its own");
    // The night between is run late: it goes on from the first, and the one after it has another state, so another key.
    let second = night(&mut case, 21);
    assert_eq!(carried(&second, "mine.templates"), [(0, of(&first, "mined/template.lmq"))]);
    let again = night(&mut case, 22);
    assert_eq!(carried(&again, "mine.templates"), [(0, of(&second, "mined/template.lmq"))]);
    assert_ne!(again.manifest.id, third.manifest.id);
    let next = night(&mut case, 23);
    assert_eq!(carried(&next, "mine.templates"), [(0, of(&again, "mined/template.lmq"))], "of two runs of a date the one published last");
    assert_eq!(check_files(&next.folder, &next.manifest, Raw::ByLength).unwrap(), Vec::<String>::new());
}

#[test]
fn the_state_is_part_of_the_key_by_name() {
    let mut case = carrying();
    on(&mut case, 20);
    case.fill(|_, _| {});
    let first = case.publish().unwrap();
    on(&mut case, 21);
    case.fill(|_, _| {});
    let second = case.publish().unwrap();
    let task = |run: &Published| run.manifest.tasks.iter().find(|task| task.step == "mine.templates").unwrap().clone();
    assert!(!task(&first).key_parts.contains_key("inputs.before"));
    assert!(task(&second).key_parts.contains_key("inputs.before") && task(&second).changed.contains(&"inputs.before".to_owned()));
}

#[test]
fn state_that_was_changed_is_missing_or_cannot_be_trusted_ends_the_night() {
    let mut case = carrying();
    on(&mut case, 20);
    case.fill(|_, _| {});
    let first = case.publish().unwrap();
    on(&mut case, 21);
    let check = |case: &Case, file: &str, words: &str| {
        let path = first.folder.join(file);
        let sound = std::fs::read(&path).unwrap();
        replace(&path, b"changed");
        let failure = case.publish().expect_err(words);
        assert!(failure.exit == Exit::DigestMismatch && failure.sentence().contains(words), "{}", failure.sentence());
        replace(&path, &sound);
    };
    case.fill(|_, _| {});
    check(&case, "mined/template.lmq", "was changed after it was written");
    check(&case, "mined/journey-part03.lmq", "was changed after it was written");
    check(&case, "manifest.json", "carry the state of the night before");
    std::fs::remove_file(first.folder.join("mined/template.lmq")).unwrap();
    let failure = case.publish().expect_err("the state is missing");
    assert!(failure.exit == Exit::DigestMismatch && failure.sentence().contains("is missing"), "{}", failure.sentence());
    // Moved away, there is none: this is a first night then.
    std::fs::rename(&first.folder, case.session.runs.join("set-aside")).unwrap();
    assert!(Before::find(&case.session).unwrap().is_none());
}

#[test]
fn a_damaged_test_run_is_called_by_its_name() {
    let case = Case::new();
    case.fill(|_, _| {});
    let run = case.publish().unwrap();
    let tests = Before::of_tests(&run.folder, &case.session.keys.public().unwrap()).unwrap();
    let plan = &case.session.plan;
    let task = *plan.tasks.iter().find(|&&task| !plan.step(task).of_tests.is_empty()).unwrap();
    assert!(!tests.inputs_of_tests(plan, task).unwrap().is_empty());
    let given = &plan.step(task).of_tests[0];
    let outputs = run.manifest.tasks.iter().flat_map(|task| &task.outputs);
    let file = run.folder.join(&outputs.into_iter().find(|output| output.name == given.output).unwrap().file);
    let check = |words: &str| {
        let sentence = tests.inputs_of_tests(plan, task).expect_err(words).sentence();
        assert!(sentence.contains("compare with the test run") && sentence.contains(words) && !sentence.contains("night"), "{sentence}");
    };
    replace(&file, b"changed");
    check("was changed after it was written");
    std::fs::remove_file(&file).unwrap();
    check("is missing");
}

/// Steps whose results are not those of the stored run.
fn steps_to_run(case: &Case) -> Vec<String> {
    let store = Store::of(&case.session.runs);
    let mut steps = Vec::new();
    for &task in &case.session.plan.tasks {
        // With the inputs of the stored run: what comes after a changed step is not asked here.
        let inputs: Vec<InputFileOf> = case
            .session
            .plan
            .inputs(task)
            .into_iter()
            .flat_map(|(read, writers)| writers.into_iter().map(move |writer| (read, writer)))
            .map(|(read, writer)| {
                let write = case.session.plan.step(writer).writes.iter().find(|write| write.name == read.name).unwrap();
                let path = case.session.runs.join(case.session.building()).join(case.session.plan.file(writer, write));
                let (digest, stat) = (Digest::of(&std::fs::read(&path).unwrap()), StatId::of(&std::fs::metadata(&path).unwrap()));
                InputFileOf { name: read.name.clone(), kind: read.kind, digest, stat, path }
            })
            .collect();
        let key = case.session.key_parts(task, &inputs).unwrap().skip_key();
        let name = &case.session.plan.step(task).name;
        if !matches!(store.lookup(key), runner::store::Lookup::Hit(..)) && steps.last() != Some(name) {
            steps.push(name.clone());
        }
    }
    steps
}

/// Finding 7 of the review of issue 2: any changed byte of the policy spent privacy budget again.
#[test]
fn a_model_is_an_input_of_the_step_that_runs_it() {
    let mut case = Case::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/models/tiny");
    let file = case.dir.path().join("names.model");
    let packed = pack(&folder, &file).unwrap();
    case.session.policy.sanitize.ner_model = Some(packed.digest);
    case.session.model = Model::find(Some(&file), &case.session.policy).unwrap();
    case.fill(|_, _| {});
    let published = case.publish().unwrap();
    let manifest = Manifest::read(&published.folder, &case.session.keys.public().unwrap()).unwrap();
    let given = |step: &str| -> Vec<(String, String, Digest)> {
        let tasks = manifest.tasks.iter().filter(|task| task.step == step);
        let inputs = tasks.flat_map(|task| &task.inputs).filter(|input| input.name == "model");
        inputs.map(|input| (input.name.clone(), input.file.clone(), input.digest)).collect()
    };
    assert_eq!(given("sanitize.collect"), vec![("model".to_owned(), "model:names.model".to_owned(), packed.digest); 2]);
    assert_eq!(given("sanitize.apply"), []);
    assert!(manifest.tasks.iter().all(|task| task.key_parts.contains_key("inputs.model") == (task.step == "sanitize.collect")));
    assert_eq!(check_files(&published.folder, &manifest, Raw::ByLength).unwrap(), Vec::<String>::new());
    assert!(std::fs::read_to_string(published.folder.join("attestation.json")).unwrap().contains(r#""name":"model","uri":"model:names.model""#));
    // Nothing is run again while it is the same, wherever it lies.
    let elsewhere = case.dir.path().join("again/names.model");
    std::fs::create_dir(elsewhere.parent().unwrap()).unwrap();
    std::fs::rename(&file, &elsewhere).unwrap();
    case.session.model = Model::find(Some(&elsewhere), &case.session.policy).unwrap();
    assert!(case.publish().unwrap().unchanged);
    // Without it the step has another key.
    case.session.model = None;
    assert_eq!(case.publish().expect_err("sanitize.collect has to run").exit, Exit::Timeout);
}

#[test]
fn a_changed_section_of_the_policy_concerns_the_steps_that_declare_it() {
    let check = |change: fn(&mut Policy), expected: &[&str]| {
        let mut case = Case::new();
        case.fill(|_, _| {});
        change(&mut case.session.policy);
        assert_eq!(steps_to_run(&case), expected);
    };
    check(|_| {}, &[]);
    check(|policy| policy.ci.high_findings_max = Some(0), &[]);
    check(|policy| policy.profile = Profile::Production, &[]);
    check(|policy| policy.ingest.utc_offset_minutes = 60, &["ingest.survey", "ingest.read", "sanitize.collect", "sanitize.apply", "mine.journeys"]);
    check(|policy| policy.sanitize.keep_fields.push("build".to_owned()), &["sanitize.collect", "sanitize.apply"]);
    check(
        |policy| policy.mine.velocity_count = 9,
        &["mine.skeleton", "mine.templates", "mine.journeys", "mine.failures", "mine.score", "gherkin.write"],
    );
    check(|policy| policy.rules.dormant_days = 9, &["mine.assign", "mine.score", "mine.rank"]);
    check(|policy| policy.report.hours_max = 9, &["dp-report.discover", "dp-report.release"]);
    check(|policy| policy.gherkin.customers_min = 9, &["gherkin.write"]);
}

#[test]
fn another_threshold_for_ci_publishes_the_same_results_under_the_policy_that_holds() {
    let mut case = Case::new();
    case.fill(|_, _| {});
    let first = case.publish().unwrap();
    case.session.policy.ci.high_findings_max = Some(0);
    let second = case.publish().unwrap();
    assert!(!second.unchanged && second.folder != first.folder);
    assert_eq!(second.manifest.policy_text.ci.high_findings_max, Some(0));
    assert!(second.manifest.tasks.iter().zip(&first.manifest.tasks).all(|(now, then)| now.key == then.key && now.outputs == then.outputs));
}

#[test]
fn what_this_program_writes_is_searched_before_it_is_signed() {
    let case = Case::new();
    case.fill(|_, _| {});
    let refuse: Box<Search> = Box::new(|runner, _, proven, written| {
        let names: Vec<&str> = written.iter().map(|(name, _)| *name).collect();
        assert_eq!((names.as_slice(), proven), (&["manifest.json", "attestation.json", "metrics.prom"][..], false));
        let text = |at: usize| std::str::from_utf8(written[at].1).unwrap();
        assert!(text(0).contains("\"policy_text\"") && text(1).contains("\"predicate\"") && text(2).contains("build_info"));
        assert!(!runner.session.runs.join(runner.session.building()).join("manifest.json").exists());
        Err(Failure::new(Exit::GateFailed, "pass the gate"))
    });
    assert_eq!(case.publish_searched(refuse).expect_err("refused").exit, Exit::GateFailed);
    let left: Vec<_> = std::fs::read_dir(&case.session.runs).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "latest" || name.to_string_lossy().starts_with("2026-")), "{left:?}");
    assert!(case.publish().is_ok());
    // What is published is as it was searched, so an equal run is not searched again.
    let never: Box<Search> = Box::new(|_, _, _, _| Err(Failure::internal("search again")));
    assert!(case.publish_searched(never).unwrap().unchanged);
}

#[test]
fn another_policy_or_date_or_source_is_another_run() {
    let mut case = Case::new();
    case.fill(|_, _| {});
    case.publish().unwrap();
    case.session.policy.mine.velocity_count += 1;
    assert_eq!(case.publish().expect_err("another policy").exit, Exit::Timeout);
    case.session.policy = Policy::default();
    case.session.logical_day += 1;
    assert_eq!(case.publish().expect_err("another date").exit, Exit::Timeout);
    case.session.logical_day -= 1;
    std::fs::write(case.dir.path().join("logs/b.jsonl"), "{}\n").unwrap();
    case.session.sources = SourceList::walk(&[case.dir.path().join("logs")]).unwrap();
    assert_eq!(case.publish().expect_err("another source").exit, Exit::Timeout);
}

#[test]
fn files_of_an_earlier_run_get_a_second_name_in_the_next() {
    let mut case = Case::new();
    case.fill(|_, _| {});
    let first = case.publish().unwrap();
    // More threads do not change the result; a renamed run folder stands for a run of other later steps.
    case.session.threads = 7;
    let moved = case.session.runs.join("2026-11-20-moved");
    std::fs::rename(&first.folder, &moved).unwrap();
    let store = Store::of(&case.session.runs);
    for task in &first.manifest.tasks {
        let runner::store::Lookup::Miss = store.lookup(task.key) else { panic!("its homes are gone") };
    }
    std::fs::rename(&moved, &first.folder).unwrap();
    assert!(case.publish().unwrap().unchanged);
}

#[test]
fn a_publication_that_the_log_could_not_be_told_of_is_noted_by_the_next_run() {
    let case = Case::new();
    case.fill(|_, _| {});
    let published = case.publish().unwrap();
    let log = Audit::of(&case.session.runs);
    let path = case.session.runs.join("audit.jsonl");
    // As if the process had died between the rename and its last words.
    let text = std::fs::read_to_string(&path).unwrap();
    let kept: Vec<&str> = text.split_inclusive('\n').take_while(|line| !line.contains("\"published\"")).collect();
    std::fs::write(&path, kept.concat()).unwrap();
    assert!(!log.has_published(&published.manifest.id).unwrap());
    let (manifest, text) = Manifest::read_with_text(&published.folder, &case.session.keys.public().unwrap()).unwrap();
    assert_eq!(runner::audit::check_audit(&log, &manifest, &text).unwrap(), Vec::<String>::new(), "the log knew before the rename");
    assert!(case.publish().unwrap().unchanged);
    assert!(log.has_published(&published.manifest.id).unwrap());
}

#[test]
fn a_manifest_names_the_program_the_run_before_and_the_parts_of_each_key() {
    let mut case = Case::new();
    case.fill(|_, _| {});
    let first = case.publish().unwrap().manifest;
    assert_eq!((first.version, &first.previous), (runner::manifest::VERSION, &None));
    assert!(first.tasks.iter().all(|task| task.key_parts["date"] == "20777" && task.key_parts.contains_key("binary")));
    assert_eq!(first.runner.digest, Some(runner::disk::digest_file(&std::env::current_exe().unwrap()).unwrap().0));
    case.session.logical_day += 1;
    case.fill(|_, _| {});
    let second = case.publish().unwrap().manifest;
    assert_eq!(second.previous.map(|previous| previous.run), Some(first.id));
    assert!(second.tasks.iter().all(|task| task.changed.contains(&"date".to_owned())), "{:?}", second.tasks);
}

/// `mine.templates` has to run again and reads every shard's skeletons; `meddle` happens after they were checked.
fn check_fan_in(meddle: impl Fn(&Path), says: &str) {
    let case = Case::new();
    case.fill(|_, _| {});
    let mined = case.session.runs.join(case.session.building()).join("mined");
    replace(&mined.join("template.lmq"), b"changed");
    let failure = case
        .runner()
        .run(|| {
            meddle(&mined);
            Ok(())
        })
        .expect_err("a shard is not what was checked");
    assert_eq!(failure.exit, Exit::DigestMismatch, "{}", failure.sentence());
    assert!(failure.sentence().contains("mined/skeleton-shard01.lmq") && failure.sentence().contains(says), "{}", failure.sentence());
    assert!(!case.latest().exists());
}

#[test]
fn a_missing_duplicate_or_foreign_shard_is_refused() {
    let second = |mined: &Path| mined.join("skeleton-shard01.lmq");
    check_fan_in(|mined| std::fs::remove_file(second(mined)).unwrap(), "removed");
    check_fan_in(|mined| replace(&second(mined), &std::fs::read(mined.join("skeleton-shard00.lmq")).unwrap()), "replaced");
    let foreign = container(RecordKind::Skeleton, Digest::of(b"another run"), "skeleton").0;
    check_fan_in(|mined| replace(&second(mined), &foreign), "replaced");
    check_fan_in(
        |mined| {
            std::fs::remove_file(second(mined)).unwrap();
            std::os::unix::fs::symlink("skeleton-shard00.lmq", second(mined)).unwrap();
        },
        "removed",
    );
}

#[test]
fn a_publication_that_was_not_noted_is_noted_by_the_next_run() {
    let case = Case::new();
    case.fill(|_, _| {});
    case.publish().unwrap();
    let log = case.session.runs.join("audit.jsonl");
    std::fs::remove_file(&log).unwrap();
    let noted = || std::fs::read_to_string(&log).unwrap().matches("\"published\"").count();
    case.publish().unwrap();
    assert_eq!(noted(), 1);
    case.publish().unwrap();
    assert_eq!(noted(), 1, "it is noted once");
}

/// Exact numbers are published beside the night's release, in their own run: nothing is spent, `latest` stays, and a release can still be drawn.
#[test]
fn a_run_for_auditors_is_no_release_and_stands_in_nobodys_way() {
    let mut case = Case::new();
    let release = std::mem::replace(&mut case.session.plan, Plan::for_auditors(Pipeline::embedded().unwrap(), 2, None).unwrap());
    let exact = |step: &str, report: &mut StageReport| {
        if step == "dp-report.exact" {
            report.facts.insert("dp".to_owned(), "false".to_owned());
        }
    };
    case.fill(exact);
    let first = case.publish().unwrap();
    assert!(first.folder.join("internal/exact_report.json").is_file() && first.folder.join("release/features.json").is_file());
    assert!(!first.folder.join("release/report.json").exists() && !first.folder.join("mined/release.lmq").exists());
    let task = first.manifest.tasks.iter().find(|task| task.step == "dp-report.exact").unwrap();
    assert_eq!(task.facts.get("dp").map(String::as_str), Some("false"), "the manifest says so");
    assert!(first.manifest.files.iter().any(|file| file.file == "internal/exact_report.json"));
    assert!(!case.latest().exists(), "readers are not led to it");
    let place = Place::of(&case.session.runs, None, None);
    assert_eq!(place.summary().unwrap(), None, "no ledger was made");

    case.session.plan = release;
    case.fill(|_, _| {});
    let night = case.publish().unwrap();
    assert!(night.manifest.id != first.manifest.id && night.folder.join("release/report.json").is_file());
    assert!(!night.folder.join("internal/exact_report.json").exists() && !night.folder.join("mined/exact_report.lmq").exists());
    let latest = std::fs::canonicalize(case.latest()).unwrap();
    assert_eq!(latest, std::fs::canonicalize(&night.folder).unwrap());

    // The next night the release comes first, and readers stay with it.
    on(&mut case, 21);
    case.fill(|_, _| {});
    let night = case.publish().unwrap();
    case.session.plan = Plan::for_auditors(Pipeline::embedded().unwrap(), 2, None).unwrap();
    case.fill(exact);
    let second = case.publish().unwrap();
    assert!(second.folder.join("internal/exact_report.json").is_file() && second.folder != night.folder);
    assert_eq!(std::fs::canonicalize(case.latest()).unwrap(), std::fs::canonicalize(&night.folder).unwrap());
}
