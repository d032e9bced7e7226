//! `logminer query`: one question about a published run, priced first, charged once, answered by the sealed stage.

use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Policy;
use schemas::privacy::{AttoDelta, NanoRho, epsilon_of, parse_decimal};
use schemas::question::{Dimension, Question};
use schemas::record::RecordKind;
use serde_json::{Value, json};

use super::args::StepOptions;
use super::budget_args::QueryOptions;
use super::{prepare, step as one_step};
use crate::budget::Place;
use crate::disk;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::ledger::{QueryId, Share, Summary};
use crate::manifest::Manifest;
use crate::names::shown;
use crate::pipeline::Pipeline;
use crate::question::{Answer, Asking, Price, Wish, price};
use crate::report::print_line;
use crate::resources::Budget;
use crate::session::open_published;

const STEP: &str = "dp-report.release";
const TIMEOUT_MINUTES: u64 = 60;
const ANSWER_BYTES_MAX: u64 = 64 << 20;

pub(super) fn run(options: &QueryOptions) -> Result<Exit, Failure> {
    let policy = prepare::policy(&options.policy)?;
    let question: Question = options.question.parse().map_err(|error: schemas::question::QuestionError| Failure::usage(error.to_string()))?;
    check_candidates(&question, &policy)?;
    let price = price(&question, &policy, wish(options)?).map_err(|error| Failure::usage(format!("price the question: {error}")))?;
    if options.price {
        return print_price(options, &policy, &question, &price);
    }
    let keys = Keys::open(&options.places.keys, policy.profile)?;
    let run = options.run.canonicalize().map_err(|error| Failure::io(format!("find the run {}", shown(&options.run)), error))?;
    let manifest = Manifest::read(&run, &keys.public()?)?;
    let (_, logical_day) = prepare::date(Some(&manifest.date))?;
    let pipeline = Pipeline::embedded()?;
    let step = pipeline.step(STEP).ok_or_else(|| Failure::internal("find the step that answers"))?;
    let outputs = manifest.tasks.iter().flat_map(|task| &task.outputs).filter(|output| step.reads.iter().any(|read| read.name == output.name));
    let outputs: Vec<_> = outputs.collect();
    // The list of known keys is no data of customers: a question is the same whatever discoveries found.
    let asked_of = outputs.iter().filter(|output| output.kind != RecordKind::KnownKey.name());
    let listed: Vec<&[u8]> = asked_of.flat_map(|output| [output.name.as_bytes(), output.digest.0.as_slice()]).collect();
    let charge = &price.charge;
    let asked = question.to_string();
    let query = QueryId {
        input: Digest::of_parts(listed),
        policy: policy.only(&step.policy).digest(),
        query: Digest::of_parts([
            b"logminer question 1".as_slice(),
            asked.as_bytes(),
            &charge.nano_rho.0.to_le_bytes(),
            &charge.atto_delta.0.to_le_bytes(),
        ]),
    };
    let engine = prepare::engine(&options.places, &policy, TIMEOUT_MINUTES, Budget::of_flags(None, None)?)?;
    let stage = engine.stages().entry("dp-report")?.digest;
    let audit = options.places.audit();
    let runs = &options.places.runs;
    let place = Place::of(runs, options.places.ledger.as_deref(), options.places.ledger_anchor.as_deref());
    let mut asking = Asking::open(runs, &audit, &place, &policy, query)?;
    let home = match asking.decide(&price, logical_day, &policy, stage)? {
        Answer::Stored(home) => {
            if !options.json {
                print_line("the same question on the same data was answered before: this is that answer, and it costs nothing");
            }
            home
        }
        Answer::Draw(reservation, mut parameters) => {
            parameters.insert("question".to_owned(), asked);
            let scratch =
                tempfile::Builder::new().prefix(".query-").tempdir_in(runs).map_err(|error| Failure::io("make a folder for an answer", error))?;
            let report = scratch.path().join("report");
            let options_of_step = StepOptions {
                name: STEP.to_owned(),
                inputs: outputs.iter().map(|output| format!("{}={}", output.name, run.join(&output.file).display())).collect(),
                outputs: vec![
                    format!("release={}", scratch.path().join("release").display()),
                    format!("release_history={}", scratch.path().join("history").display()),
                    format!("report={}", report.display()),
                ],
                sources: Vec::new(),
                parameters: parameters.into_iter().map(|(name, value)| format!("{name}={value}")).collect(),
                partition: 0,
                evaluation: false,
                report: None,
                places: options.places.clone(),
                policy: options.policy.clone(),
                date: Some(manifest.date.clone()),
                threads: None,
                memory: None,
                step_timeout_minutes: TIMEOUT_MINUTES,
            };
            let at = one_step::At { engine: &engine, keys: &keys, policy: &policy, pipeline: &pipeline };
            match one_step::run_for("query", &at, &options_of_step).and_then(|ran| Ok((ran, read(&report)?))) {
                Ok((ran, bundle)) => asking.commit(reservation, &price, &bundle, &ran.report.facts)?,
                Err(failure) => {
                    asking.lose(reservation)?;
                    return Err(failure);
                }
            }
        }
    };
    print_answer(options, &home)
}

/// A ranking chooses among public keys; without any, or with fewer than are asked for, there is nothing to pay for.
fn check_candidates(question: &Question, policy: &Policy) -> Result<(), Failure> {
    let (Some(places), Some(by)) = (question.top, question.by) else { return Ok(()) };
    let candidates = question.candidates(&policy.report).len();
    if candidates >= places as usize {
        return Ok(());
    }
    let list = if by == Dimension::EventType { "public_event_types" } else { "public_endpoints" };
    let advice = if by.public_values().is_some() { "ask for fewer".to_owned() } else { format!("list more in [report] {list}, or ask for fewer") };
    Err(Failure::usage(format!("rank by {}: a ranking chooses among names that everybody may know, and there are {candidates}; {advice}", by.name())))
}

fn wish(options: &QueryOptions) -> Result<Wish, Failure> {
    match (&options.rho, options.within) {
        (Some(text), _) => {
            let rho =
                parse_decimal(text, 9).filter(|&rho| rho > 0).ok_or_else(|| Failure::usage("read --rho: write a positive decimal such as 0.002"))?;
            Ok(Wish::Rho(NanoRho(rho)))
        }
        (None, Some(within)) => Ok(Wish::Within(within)),
        (None, None) => Ok(Wish::Usual),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let file = open_published(path)?;
    let map = sandbox::files::map(&file).map_err(|error| Failure::io("map the answer", error))?;
    Ok(map.to_vec())
}

/// What the question would cost, beside what is left for questions. Nothing is spent, and no data is read.
fn print_price(options: &QueryOptions, policy: &Policy, question: &Question, price: &Price) -> Result<Exit, Failure> {
    let place = Place::of(&options.places.runs, options.places.ledger.as_deref(), options.places.ledger_anchor.as_deref());
    let left = place.summary()?.map(|summary| (summary.left_of(Share::Query), summary));
    let charge = &price.charge;
    let conversion = schemas::privacy::period(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?.conversion_delta;
    let epsilon = epsilon_of(charge.nano_rho, conversion);
    let fits = left.as_ref().map(|((rho, delta), _)| rho.0 >= charge.nano_rho.0 && delta.0 >= charge.atto_delta.0);
    if options.json {
        let left = left.as_ref().map(|((rho, delta), _)| json!({ "nano_rho": rho, "atto_delta": delta }));
        print_line(&json!({ "question": question.to_string(), "charge": charge, "ci95_half_width": price.half_width, "epsilon": epsilon.to_string(), "left_for_questions": left, "fits": fits }).to_string());
        return Ok(Exit::Done);
    }
    print_line(&question.to_string());
    if let Some(places) = question.top {
        print_line(&format!(
            "costs {} rho (epsilon {:.3} by itself); names {places} of {} public keys and no number; each has at most {} customers fewer than the greatest below it in 95 of 100 draws",
            charge.nano_rho,
            epsilon.as_f64(),
            question.candidates(&policy.report).len(),
            price.half_width
        ));
        return print_left(left, fits, price);
    }
    print_line(&format!(
        "costs {} rho (epsilon {:.3} by itself); each count is within ±{} in 95 of 100 draws; a customer counts for {} at most",
        charge.nano_rho,
        epsilon.as_f64(),
        price.half_width,
        if charge.l0 == 1 { "1 key".to_owned() } else { format!("{} keys", charge.l0) }
    ));
    print_line(&charge.threshold.map_or_else(
        || "its keys are public: all are shown".to_owned(),
        |threshold| format!("its keys are found in the data: one is shown from a noisy count of {threshold} on"),
    ));
    print_left(left, fits, price)
}

type Left = ((NanoRho, AttoDelta), Summary);

/// What the share for questions has left, beside a price.
fn print_left(left: Option<Left>, fits: Option<bool>, price: &Price) -> Result<Exit, Failure> {
    let charge = &price.charge;
    match (left, fits) {
        (Some(((rho, _), _)), Some(true)) => {
            print_line(&format!("{rho} rho are left for questions: {} of this price", rho.0 / charge.nano_rho.0.max(1)))
        }
        (Some(((rho, delta), _)), _) => {
            print_line(&format!("it would be refused: {rho} rho and {:e} of delta are left for questions", delta.as_f64()));
        }
        (None, _) => print_line("there is no ledger yet"),
    }
    Ok(Exit::Done)
}

fn print_answer(options: &QueryOptions, home: &Path) -> Result<Exit, Failure> {
    let path: PathBuf = home.join("report.json");
    let text = disk::read_small(&path, ANSWER_BYTES_MAX)?;
    let answer: Value = serde_json::from_slice(&text).map_err(|_| Failure::internal("read an answer"))?;
    if options.json {
        print_line(&answer.to_string());
        return Ok(Exit::Done);
    }
    print_line(answer["question"].as_str().unwrap_or_default());
    let metric = &answer["metrics"][0];
    if let Some(ranking) = answer.get("ranking") {
        for (place, key) in ranking["keys"].as_array().into_iter().flatten().enumerate() {
            print_line(&format!("{:>4}. {}", place + 1, key.as_str().unwrap_or_default()));
        }
        print_line(&format!("in 95 of 100 draws each has at most {} customers fewer than the greatest below it or not named", ranking["margin95"]));
    } else {
        print_numbers(metric);
    }
    print_line(&format!(
        "price {} rho, charged once; ledger entry {}; {}",
        answer["release"]["rho"].as_str().unwrap_or_default(),
        answer["ledger"]["reserve_sequence"],
        metric["at_least"].as_str().unwrap_or("no number is released")
    ));
    print_line(&format!("the same as a page, as JSON and as CSV: {}", shown(home)));
    Ok(Exit::Done)
}

fn print_numbers(metric: &Value) {
    for number in metric["numbers"].as_array().into_iter().flatten() {
        let doubt = if number["too_small"] == true {
            "  too small to tell"
        } else if number["near_threshold"] == true {
            "  close to the threshold"
        } else {
            ""
        };
        print_line(&format!(
            "{:>12}  [{} to {}]  {}{doubt}",
            number["value"].as_i64().unwrap_or(0),
            number["ci95"][0],
            number["ci95"][1],
            number["key"]["name"].as_str().unwrap_or_default()
        ));
    }
    if metric["numbers"].as_array().is_none_or(Vec::is_empty) {
        print_line("nothing that matches is shared by enough customers to be shown");
    }
}
