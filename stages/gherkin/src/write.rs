//! The step `write`: from mined records to two bundles.

use schemas::metric::Counter;
use schemas::record::{Finding, FindingRecord, Sequence, SequenceRecord};
use stage_runtime::{StepContext, StepError};

use crate::bodies::Bodies;
use crate::bundle::{Files, Unwritten};
use crate::candidate::{Candidate, Collector};
use crate::collect::{Customers, Harvest, Suspect, family_of, harvest};
use crate::coverage::{Tested, Trails};
use crate::decided::Decided;
use crate::lock::{Lock, Seen};
use crate::model::{Line, Slug, Tag};
use crate::scenario::{CheckScenario, Draft, FindingScenario, Limits, SequenceScenario, Sequences, Setting, Source, checks, findings, kebab_rule};
use crate::suite::{Heading, Suite, about};
use crate::vocabulary::Vocabulary;
use crate::words::scenario_name;
use crate::{coverage, data, steps};

/// Files of checks in one bundle at most.
const CHECK_FILES_MAX: usize = 512;
/// Changing calls at most that others are made to follow.
const CHANGING_CALLS_MAX: usize = 256;
/// Failure sequences that become scenarios at most: the first of the list.
const SEQUENCES_MAX: u32 = 100;

/// Runs the step.
pub(crate) fn write(context: &mut StepContext) -> Result<(), StepError> {
    let vocabulary = Vocabulary::read(&context.input("event_type")?)?;
    let Harvest { common, rare, suspects, customers, before, repetitions, may_lack_variants } = harvest(context, &vocabulary)?;
    let customers_min = context.policy().gherkin.customers_min;
    let sign_in = sign_in(&vocabulary, &customers, u64::from(customers_min));
    let changing = changing(&vocabulary, &customers, u64::from(customers_min));
    let released =
        Setting { vocabulary: &vocabulary, customers: &customers, before: &before, changing: &changing, sign_in, customers_min, exact: false };
    let internal = Setting { exact: true, ..released };
    let found = read_findings(context, &released, &internal)?;
    let sequences = Sequences { released: &released, internal: &internal, repetitions: &repetitions, may_lack_variants };
    let sequences = read_sequences(context, &sequences)?;

    let tested = Tested::read(context, &vocabulary)?;
    let mut trails = Trails::default();
    let common = common.into_families();
    let known: std::collections::BTreeSet<_> = common.iter().flat_map(|(_, list)| list).map(|candidate| candidate.id).collect();
    trails.add(common.iter().flat_map(|(_, list)| list));
    let mut suite = Suite::default();
    add_journeys(&mut suite, &released, "features/", common);
    add_checks(&mut suite, &released, context.policy().gherkin.scenarios_max);
    add_findings(&mut suite, "features/", found.released);
    add_sequences(&mut suite, "features/failure-", sequences.released);
    let decided = Decided::read(context)?;
    let mut lock = Lock::read(context)?;
    lock.hold(&mut suite, &decided);
    let mut suite = suite.finish();

    let mut suite_internal = Suite::default();
    let rare = without(rare, &known);
    trails.add(rare.iter().flat_map(|(_, list)| list));
    trails.add(suspects.iter().map(|suspect| &suspect.candidate));
    add_journeys(&mut suite_internal, &internal, "features/rare-", rare);
    add_findings(&mut suite_internal, "features/rare-", found.internal);
    add_sequences(&mut suite_internal, "features/rare-failure-", sequences.internal);
    add_suspects(&mut suite_internal, &internal, suspects);
    let muted_internal = decided.mute(&mut suite_internal);
    let mut suite_internal = suite_internal.finish();
    let changes = lock.changes(&suite, &decided);
    let seen = Seen::read(context)?;

    let changes_internal = seen.changes(&suite_internal, &lock, &muted_internal);
    // The lock is of all scenarios: one that a test makes unnecessary has not vanished, and is not new when the test is gone.
    lock.write(context, &suite, &decided)?;
    seen.write(context, &suite_internal)?;
    let mut files_internal = Files::default();
    let left_out = match &tested {
        Some(tested) => coverage::add(context, &mut files_internal, &vocabulary, tested, &trails, [&mut suite, &mut suite_internal])?,
        None => [Vec::new(), Vec::new()],
    };
    let (changes, changes_internal) = (changes.of_written(&suite), changes_internal.of_written(&suite_internal));

    let bodies = Bodies::read(context)?;
    let high_value_minor = context.policy().mine.high_value_minor;
    let mut files = Files::default();
    files.add_suite(&suite, &released, &Unwritten { findings: &found.without_scenario, ..Unwritten::default() }, &decided)?;
    changes.add(&mut files)?;
    data::add(&mut files, &suite, &released, &bodies, high_value_minor)?;
    steps::add(&mut files, &suite)?;
    let muted: Vec<String> = decided.muted().map(|letters| format!("scn-{letters}")).collect();
    files_internal.add_json("feature-changes.json", &changes.json(&muted))?;
    changes_internal.add(&mut files_internal)?;
    let unwritten = Unwritten { sequences: &sequences.without_scenario, left_out: [&left_out[0], &left_out[1]], ..Unwritten::default() };
    files_internal.add_suite(&suite_internal, &internal, &unwritten, &decided)?;
    data::add(&mut files_internal, &suite_internal, &internal, &bodies, high_value_minor)?;

    context.report.add(Counter::Features, (suite.files.len() + suite_internal.files.len()) as u64);
    context.report.add(Counter::Scenarios, (suite.drafts().count() + suite_internal.drafts().count()) as u64);
    files.write(context, "features")?;
    files_internal.write(context, "features_internal")
}

/// Calls that change something and succeed, in the order of method and path.
fn changing(vocabulary: &Vocabulary, customers: &Customers, customers_min: u64) -> Vec<u32> {
    let is_one = |act: &crate::vocabulary::Act| {
        let changes = act.http().is_some_and(|http| !http.failed() && !http.method.reads());
        changes && !act.unusual && customers.of_act(act) >= customers_min
    };
    let mut acts: Vec<_> = vocabulary.acts().filter(|(_, act)| is_one(act)).map(|(number, act)| (act.http(), number)).collect();
    acts.sort_unstable();
    acts.into_iter().take(CHANGING_CALLS_MAX).map(|(_, number)| number).collect()
}

/// The sign-in that most customers share.
fn sign_in(vocabulary: &Vocabulary, customers: &Customers, customers_min: u64) -> Option<u32> {
    let sign_ins =
        vocabulary.acts().filter(|(_, act)| act.signs_in()).map(|(number, act)| (std::cmp::Reverse(customers.of_act(act)), &act.key, number));
    sign_ins.filter(|(shared, ..)| shared.0 >= customers_min).min().map(|(.., number)| number)
}

fn without(rare: Collector, known: &std::collections::BTreeSet<schemas::ids::StableId>) -> Vec<(schemas::ids::StableId, Vec<Candidate>)> {
    let mut families = rare.into_families();
    for (_, list) in &mut families {
        list.retain(|candidate| !known.contains(&candidate.id));
    }
    families
}

fn add_journeys(suite: &mut Suite, setting: &Setting<'_>, folder: &str, families: Vec<(schemas::ids::StableId, Vec<Candidate>)>) {
    for (id, candidates) in families {
        let Some(first) = candidates.first() else { continue };
        let family = &family_of(setting.vocabulary, &first.trail).family;
        let name = format!("{} journeys", family.as_str().replace('-', " "));
        let name = if setting.exact { format!("rare {name}") } else { name };
        let heading = Heading { folder, slug: family, id, name, description: about::JOURNEYS };
        suite.add(&heading, candidates.iter().map(|candidate| setting.draft(candidate)).collect());
    }
}

fn add_checks(suite: &mut Suite, setting: &Setting<'_>, scenarios_max: u32) {
    let mut by_file: std::collections::BTreeMap<_, (Slug, Vec<Draft>)> = std::collections::BTreeMap::new();
    for CheckScenario { check, family, family_id, draft } in checks(setting) {
        by_file.entry((check, family_id)).or_insert_with(|| (family, Vec::new())).1.push(draft);
    }
    for ((check, id), (slug, mut drafts)) in by_file.into_iter().take(CHECK_FILES_MAX) {
        drafts.sort_by_key(|draft| (draft.risk, draft.id));
        drafts.truncate(scenarios_max.max(1) as usize);
        let name = format!("{} promises: {}", slug.as_str().replace('-', " "), check.replace('-', " "));
        let description = about::CHECKS;
        suite.add(&Heading { folder: &format!("features/check-{check}-"), slug: &slug, id, name, description }, drafts);
    }
}

fn add_findings(suite: &mut Suite, folder: &str, scenarios: Vec<FindingScenario>) {
    let mut by_rule: std::collections::BTreeMap<String, Vec<Draft>> = std::collections::BTreeMap::new();
    for FindingScenario { rule, draft } in scenarios {
        by_rule.entry(rule).or_default().push(draft);
    }
    for (rule, drafts) in by_rule {
        let slug = Slug::new(&format!("finding-{}", kebab_rule(&rule)), "finding");
        let id = schemas::ids::StableId::of(rule.as_bytes());
        let heading = Heading { folder, slug: &slug, id, name: format!("finding {rule}"), description: about::FINDINGS };
        suite.add(&heading, drafts);
    }
}

fn add_sequences(suite: &mut Suite, folder: &str, scenarios: Vec<SequenceScenario>) {
    let mut by_family: std::collections::BTreeMap<_, (Slug, Vec<Draft>)> = std::collections::BTreeMap::new();
    for SequenceScenario { family, family_id, draft, .. } in scenarios {
        by_family.entry(family_id).or_insert_with(|| (family, Vec::new())).1.push(draft);
    }
    for (id, (slug, drafts)) in by_family {
        let name = format!("{} failures", slug.as_str().replace('-', " "));
        let description = about::FAILURES;
        suite.add(&Heading { folder, slug: &slug, id, name, description }, drafts);
    }
}

fn add_suspects(suite: &mut Suite, setting: &Setting<'_>, suspects: Vec<Suspect>) {
    let mut by_family: std::collections::BTreeMap<_, (Slug, Vec<Draft>)> = std::collections::BTreeMap::new();
    for suspect in suspects {
        let family = family_of(setting.vocabulary, &suspect.candidate.trail);
        let mut draft = setting.draft(&suspect.candidate);
        draft.source = Source::Suspect;
        draft.scenario.tags.push(Tag::word("suspect"));
        draft.scenario.tags.sort();
        draft.scenario.name = Line::new(&scenario_name("Suspect: ", setting.vocabulary, &suspect.candidate.trail.acts));
        draft.scenario.description.extend(Line::wrapped("Anomaly", &suspect.explanation));
        by_family.entry(family.family_id).or_insert_with(|| (family.family.clone(), Vec::new())).1.push(draft);
    }
    for (id, (slug, drafts)) in by_family {
        let name = format!("suspect {} journeys", slug.as_str().replace('-', " "));
        let heading = Heading { folder: "features/suspect-", slug: &slug, id, name, description: about::SUSPECTS };
        suite.add(&heading, drafts);
    }
}

struct Found {
    released: Vec<FindingScenario>,
    internal: Vec<FindingScenario>,
    /// Rules that fired for enough customers and have no scenario.
    without_scenario: Vec<String>,
}

fn read_findings(context: &StepContext, released: &Setting<'_>, internal: &Setting<'_>) -> Result<Found, StepError> {
    let mine = &context.policy().mine;
    let limits = Limits { velocity_count: mine.velocity_count, failed_login_count: mine.failed_login_count };
    let mut found = Found { released: Vec::new(), internal: Vec::new(), without_scenario: Vec::new() };
    let input = context.input("finding")?;
    let container = input.open::<Finding>()?;
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        let block = container.block::<Finding>(number, &mut scratch)?;
        for record in block.records() {
            let finding: FindingRecord<'_> = record?;
            let is_shared = finding.subjects >= u64::from(released.customers_min);
            let scenarios = findings(if is_shared { released } else { internal }, &finding, &limits);
            if is_shared && scenarios.is_empty() {
                found.without_scenario.push(finding.rule.to_owned());
            }
            if is_shared { &mut found.released } else { &mut found.internal }.extend(scenarios);
        }
    }
    found.without_scenario.sort();
    found.without_scenario.dedup();
    Ok(found)
}

#[derive(Default)]
struct FoundSequences {
    released: Vec<SequenceScenario>,
    internal: Vec<SequenceScenario>,
    /// Sentences of those that no step can provoke or notice.
    without_scenario: Vec<String>,
}

/// The failure sequences, the first ones of the list.
fn read_sequences(context: &StepContext, sequences: &Sequences<'_>) -> Result<FoundSequences, StepError> {
    let mut found = FoundSequences::default();
    let mut seen = std::collections::BTreeSet::new();
    let input = context.input("sequence")?;
    let container = input.open::<Sequence>()?;
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<Sequence>(number, &mut scratch)?.records() {
            let record: SequenceRecord<'_> = record?;
            if record.rank > SEQUENCES_MAX {
                return Ok(found);
            }
            match sequences.scenario(&record) {
                Some(scenario) if !seen.insert(scenario.draft.id) => {}
                Some(scenario) if scenario.is_shared => found.released.push(scenario),
                Some(scenario) => found.internal.push(scenario),
                None => found.without_scenario.push(record.sentence.to_owned()),
            }
        }
    }
    Ok(found)
}
