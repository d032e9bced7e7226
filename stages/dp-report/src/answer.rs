//! The answer to a question: one bounded, noisy, priced table, drawn like a metric of the report.
//!
//! A key is the hash of its name and not a position in a list, so that what a customer counts for does not depend on others.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::policy::ReportPolicy;
use schemas::privacy::{Keys, Noise, PrivacyError, ReleaseParameters, charge_of};
use schemas::question::{Condition, Dimension, Question};
use schemas::record::{Contribution, Metric, Outcome};
use stage_runtime::{StepContext, StepError};

use crate::bound::code;
use crate::metric::ANSWER;
use crate::names::{Call, Names};
use crate::release::Plan;
use crate::rows::Row;

/// Name of the only key of a question without `by`.
const ALL: &str = "all that match";

/// The question of a job, if it has one.
pub(crate) fn question(context: &StepContext) -> Result<Option<Question>, StepError> {
    let text = context.parameter("question");
    text.map(|text| text.parse().map_err(|error: schemas::question::QuestionError| StepError::new(Exit::Usage, error.to_string()))).transpose()
}

/// The whole reserve is for this one table.
pub(crate) fn plan(question: &Question, parameters: &ReleaseParameters, policy: &ReportPolicy) -> Result<Vec<Plan>, PrivacyError> {
    let (l0, keys) = question.terms(policy);
    let charge = charge_of(Metric::Answer, l0, keys, parameters.nano_rho, parameters.atto_delta)?;
    let noise = Noise { mechanism: charge.mechanism, scale: charge.scale };
    Ok(vec![Plan { spec: &ANSWER, keys, noise, half_width: noise.half_width(), charge }])
}

/// The keys of the answer by their hash: all public ones, or those that the run's event types have.
pub(crate) fn keys(question: &Question, names: &Names, policy: &ReportPolicy) -> BTreeMap<u64, String> {
    if question.top.is_some() {
        return question.candidates(policy).into_iter().map(|name| (hash(&name), name)).collect();
    }
    let public = question.by.map_or(Some([ALL].as_slice()), Dimension::public_values);
    let found = || names.calls.iter().filter_map(|call| key_name(question, call)).collect();
    let keys: Vec<String> = public.map_or_else(found, |values| values.iter().map(|&value| value.to_owned()).collect());
    keys.into_iter().map(|name| (hash(&name), name)).collect()
}

/// Rows of the answer: for each event type a customer had, the key of that type if it matches and has one.
pub(crate) fn gather(
    context: &StepContext,
    question: &Question,
    names: &Names,
    sink: &mut dyn FnMut(Row) -> Result<(), StepError>,
) -> Result<u64, StepError> {
    let (_, keys) = question.terms(&context.policy().report);
    let known = self::keys(question, names, &context.policy().report);
    // Public keys are a fixed list: what is not in it is not counted.
    let key = |call: &Call| key_name(question, call).map(|name| hash(&name)).filter(|key| keys == Keys::Discovered || known.contains_key(key));
    let of_type: Vec<Option<u64>> = names.calls.iter().map(key).collect();
    let mut records = 0;
    for input in context.inputs("contribution") {
        let container = input.open::<Contribution>()?;
        records += container.records();
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for record in container.block::<Contribution>(number, &mut scratch)?.records() {
                let record = record?;
                if record.metric != Metric::EventType {
                    continue;
                }
                let Some(key) = usize::try_from(record.key).ok().and_then(|number| of_type.get(number)) else {
                    return Err(StepError::new(Exit::CorruptInput, "read contributions: one is of an event type that does not exist"));
                };
                key.map_or(Ok(()), |key| sink(Row { unit: record.unit.0, metric: code(Metric::Answer), key }))?;
            }
        }
    }
    Ok(records)
}

fn hash(name: &str) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// The key an event type counts for; none when it does not match or has no such key.
fn key_name(question: &Question, call: &Call) -> Option<String> {
    if !question.conditions.iter().all(|condition| meets(condition, call)) {
        return None;
    }
    question.by.map_or_else(|| Some(ALL.to_owned()), |by| value(by, call))
}

fn meets(condition: &Condition, call: &Call) -> bool {
    if condition.dimension == Dimension::Status {
        let wanted = condition.value.parse::<u16>().unwrap_or(0);
        return call.status != 0 && condition.comparison.holds(&call.status, &wanted);
    }
    value(condition.dimension, call).is_some_and(|value| condition.comparison.holds(value.as_str(), condition.value.as_str()))
}

fn value(dimension: Dimension, call: &Call) -> Option<String> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match dimension {
        Dimension::EventType => Some(call.label.clone()),
        Dimension::Endpoint => call.endpoint(),
        Dimension::Route => some(&call.route),
        Dimension::Status => (call.status > 0).then(|| call.status.to_string()),
        Dimension::Method => some(&call.method),
        Dimension::StatusClass => call.status_class(),
        Dimension::Outcome => some(match call.outcome {
            Outcome::Unknown => "unknown",
            Outcome::Success => "success",
            Outcome::Failure => "failure",
        }),
        Dimension::Category => some(call.category_name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(question: &str, expected: &[&str]) {
        let calls =
            [Call::plain("login"), Call::http("POST", "/pay/{id}", 503), Call::http("POST", "/pay/{id}", 200), Call::http("GET", "/list", 500)];
        let question: Question = question.parse().unwrap();
        let found: Vec<String> = calls.iter().map(|call| key_name(&question, call).unwrap_or_default()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn event_types_have_the_keys_that_were_asked_for() {
        check("count customers by endpoint where status>=500", &["", "POST /pay/{id}", "", "GET /list"]);
        check("count customers where status=200", &["", "", ALL, ""]);
        check("count customers by status_class where method!=GET", &["", "5xx", "2xx", ""]);
        check("count customers by category where event_type=login", &["other", "", "", ""]);
        check("count customers by event_type where route='/list' and status<501", &["", "", "", "GET /list 500"]);
    }
}
