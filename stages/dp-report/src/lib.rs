//! `dp-report`: contributions in; a differentially private report out.
//!
//! The step `release` sorts the contributions outside memory ([`rows`]), bounds what one customer counts for by keyed sampling and
//! counts distinct customers ([`bound`]), adds exact integer noise ([`noise`]) under its part of the reserved budget ([`schemas::privacy::charges_of`]),
//! withholds keys that too few customers share ([`release`]), and writes the numbers as records, as `report.json` ([`report`]) and as
//! a page for people ([`html`]). What each metric is, and why its sensitivity is what it is, stands in [`metric`].
//!
//! It never draws without the runner's reserve (the parameters of [`schemas::privacy::ReleaseParameters`]), takes entropy from the
//! operating system alone, writes no exact count, and releases nothing at all when a draw fails.
//!
//! # Inputs and outputs
//!
//! `contribution`, `finding_contribution` (duplicates allowed, any order), `journey` and `event` (what [`gather`] derives from them),
//! `event_type` and `finding` (names of keys; those of variants are read from journeys), `known_key` and `history` (names and numbers that earlier nights released); `release`,
//! `release_history` and the bundle `report` out. The report's fact `charges` is what the runner stores in the ledger's COMMIT entry; `reserve_entry` names the
//! reserve it was drawn for.
//!
//! The step `discover` before it looks for names that are not known yet, on some nights: see [`discover`].
//!
//! With the parameter `question` the step answers that question instead: the same draw of one table ([`answer`]), or a choice of names ([`ranking`]), in the same files.
//!
//! The step `exact` writes exact numbers for auditors, as another document that is no release: see [`exact`].
//!
//! Under evaluation (`cargo xtask eval release`) the same code draws many releases of one data set: see [`evaluate`].

mod answer;
mod bound;
mod csv;
mod date;
mod derived;
mod discover;
mod evaluate;
mod exact;
mod gather;
mod history;
mod html;
mod known;
mod metric;
mod names;
mod noise;
mod ranking;
mod release;
mod report;
mod rows;

use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::privacy::{Charge, PrivacyError, ReleaseParameters};
use schemas::question::Question;
use schemas::record::{Bundle, BundleFile, Release, ReleaseRecord};
use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec = StageSpec { name: "dp-report", steps: &["discover", "release", "exact"] };

/// Runs one step.
///
/// # Errors
/// When an input is damaged, the budget's parameters are missing, or an output cannot be written.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    match (context.step(), context.job().evaluation) {
        ("discover", false) => discover::run(context),
        ("release", false) => release_step(context),
        ("release", true) => evaluate::run(context),
        ("exact", false) => exact::run(context),
        (step, _) => Err(StepError::new(Exit::Usage, format!("run the step {step}"))),
    }
}

fn release_step(context: &mut StepContext) -> Result<(), StepError> {
    let job = context.job();
    let parameters = ReleaseParameters::from_parameters(&job.parameters).map_err(refused)?;
    let mut names = names::Names::read(context)?;
    names.known = known::Known::read(context, "known_key")?;
    let history = history::History::read(context)?;
    let policy = &job.policy.report;
    let question = answer::question(context)?;
    if let Some(question) = &question {
        names.answers = answer::keys(question, &names, policy);
        if question.top.is_some() {
            return ranking_step(context, question, &parameters, &names);
        }
    }
    let plan = match &question {
        Some(question) => answer::plan(question, &parameters, policy),
        None => release::plan(&parameters, policy),
    };
    let plan = plan.map_err(refused)?;
    let limits = release::limits(&plan, policy, &names);
    let (rows, counts) = bound::count(context, &names, &limits, &|context, sink| match &question {
        Some(question) => answer::gather(context, question, &names, sink),
        None => gather::gather(context, &names, sink),
    })?;
    context.report.add(Counter::RecordsIn, rows);
    let mut released = release::draw(plan, &counts, &names, policy, &mut noise::OsEntropy::default())?;
    release::spell(context, &names, &mut released)?;

    let mut output = context.output::<Release>("release")?;
    for number in released.iter().flat_map(|part| &part.numbers) {
        let record = ReleaseRecord {
            metric: number.metric,
            name: &number.name.name,
            to: &number.name.to,
            value: number.value,
            low: number.low,
            high: number.high,
        };
        output.push(0, &record, None)?;
        context.report.add(Counter::NumbersReleased, 1);
    }
    output.finish(context)?;

    // The answer to a question is no night's report: it has no week before, and leaves nothing to the next.
    let history = if question.is_some() { history::History::default() } else { history };
    let document =
        report::Document { question: question.map(|question| question.to_string()), ..report::document(&job, &parameters, &released, &history) };
    let kept = if document.question.is_some() { history } else { history.with(job.logical_day, &released) };
    kept.write(context)?;
    let charges = released.iter().map(|part| part.charge.clone()).collect();
    write(context, &document, charges, &parameters)
}

/// A question for names in an order: a document without numbers.
fn ranking_step(context: &mut StepContext, question: &Question, parameters: &ReleaseParameters, names: &names::Names) -> Result<(), StepError> {
    let job = context.job();
    let (rows, ranking) = ranking::rank(context, question, names, parameters, &mut noise::OsEntropy::default())?;
    context.report.add(Counter::RecordsIn, rows);
    context.output::<Release>("release")?.finish(context)?;
    let history = history::History::default();
    history.write(context)?;
    let charges = vec![ranking.price.clone()];
    let document =
        report::Document { question: Some(question.to_string()), ranking: Some(ranking), ..report::document(&job, parameters, &[], &history) };
    write(context, &document, charges, parameters)
}

/// The files of a release, and what the runner commits of it.
fn write(context: &mut StepContext, document: &report::Document, charges: Vec<Charge>, parameters: &ReleaseParameters) -> Result<(), StepError> {
    let json = report::to_json(document)?;
    let page = html::page(document);
    let mut bundle = context.output::<Bundle>("report")?;
    bundle.push(0, &BundleFile { path: "report.csv", bytes: csv::table(document).as_bytes() }, None)?;
    bundle.push(0, &BundleFile { path: "report.html", bytes: page.as_bytes() }, None)?;
    bundle.push(0, &BundleFile { path: "report.json", bytes: &json }, None)?;
    bundle.finish(context)?;

    write_charges(context, charges, parameters)?;
    context.report.facts.insert("report_json".to_owned(), schemas::ids::Digest::of(&json).to_string());
    context.report.facts.insert("sampler".to_owned(), report::SAMPLER.to_owned());
    Ok(())
}

/// What the runner commits of a spend.
fn write_charges(context: &mut StepContext, charges: Vec<Charge>, parameters: &ReleaseParameters) -> Result<(), StepError> {
    let charges = serde_json::to_string(&charges).map_err(|_| StepError::new(Exit::Internal, "write the charges"))?;
    context.report.facts.insert("charges".to_owned(), charges);
    context.report.facts.insert("reserve_entry".to_owned(), parameters.ledger_entry.to_string());
    Ok(())
}

fn refused(error: PrivacyError) -> StepError {
    StepError::new(Exit::BudgetRefused, error.to_string())
}

#[cfg(test)]
mod tests;
