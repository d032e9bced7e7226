//! The data files beside the features, with a default for every name that a scenario uses. No value in them is from production, but ordinary words of request bodies.

use std::collections::BTreeMap;

use schemas::record::EventCategory;
use serde_json::{Value, json};
use stage_runtime::StepError;

use crate::bodies::Bodies;
use crate::bundle::Files;
use crate::model::{Method, Step};
use crate::scenario::{FOREIGN, Setting};
use crate::suite::Suite;

/// Adds `steps/test-data.json` and `steps/bodies.json`. `high_value_minor` is the policy's edge of amounts, tried until the team names limits of its own.
pub(crate) fn add(files: &mut Files, suite: &Suite, setting: &Setting<'_>, known: &Bodies, high_value_minor: i64) -> Result<(), StepError> {
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    let mut data: BTreeMap<String, Value> = BTreeMap::new();
    let mut bodies: BTreeMap<String, Value> = BTreeMap::new();
    let mut pools: BTreeMap<String, Value> = BTreeMap::new();
    let mut limits: BTreeMap<String, Value> = BTreeMap::new();
    for draft in suite.drafts() {
        for call in draft.calls().lines() {
            let mut words = call.split(' ');
            let (Some(method), Some(path)) = (words.next(), words.next()) else { continue };
            values.extend(aliases_of(path).map(|alias| (alias.to_owned(), default_of(alias))));
            data.extend(words.next().map(|name| (name.to_owned(), Value::Null)));
            if Method::new(method).is_some_and(Method::has_body) {
                let call = format!("{method} {path}");
                let body = known.of_call(&call, &mut values);
                bodies.insert(call, body);
            }
        }
        let edges = |step: &Step| matches!(step, Step::SendEdges(_)).then(|| step.call().map(|call| (call.method, call.path.clone()))).flatten();
        for step in &draft.scenario.steps {
            if let Step::SendPool(_, alias) = step {
                pools.insert(alias.clone(), json!([]));
            }
        }
        for (method, path) in draft.scenario.steps.iter().filter_map(edges) {
            let moves_money = setting.vocabulary.acts().any(|(_, act)| {
                act.category == EventCategory::Transaction && act.http().is_some_and(|http| http.method == method && http.path == path)
            });
            let call = format!("{} {}", method.name(), path.as_str());
            let edges = if moves_money { edges_of_policy(high_value_minor, known.amounts_of(&call)) } else { json!({}) };
            limits.insert(call, edges);
        }
    }
    let mut sign_in = Value::Null;
    if let Some(http) = setting.sign_in.and_then(|act| setting.vocabulary.act(act).http()) {
        let (method, path) = (http.method.name(), http.path.as_str());
        let call = format!("{method} {path}");
        let mut body = known.of_call(&call, &mut values);
        body["username"] = json!("${username}");
        body["password"] = json!("${password}");
        bodies.insert(call, body);
        sign_in = json!({ "method": method, "path": path, "token_field": "token", "header": "Authorization", "prefix": "Bearer " });
    }
    let users = json!({ "customer": { "username": "test-customer", "password": "test-password" } });
    files.add_json(
        "steps/test-data.json",
        &json!({ "users": users, "sign_in": sign_in, "values": values, "pools": pools, "limits": limits, "data": data, "setup": [], "clock": null, "cleanup": [] }),
    )?;
    files.add_json("steps/bodies.json", &bodies)
}

/// The usual names of an amount, in the currency's unit and in hundredths; a name that a body has not is passed over.
fn edges_of_policy<'a>(high_value_minor: i64, known: impl Iterator<Item = &'a str>) -> Value {
    let major = high_value_minor / 100;
    let amount = if high_value_minor % 100 == 0 { json!(major) } else { json!(high_value_minor as f64 / 100.0) };
    let mut edges = json!({ "amount": [amount], "amount_minor": [high_value_minor] });
    for path in known {
        let in_hundredths = path.ends_with("minor") || path.ends_with("Minor") || path.ends_with("cents") || path.ends_with("Cents");
        edges[path] = if in_hundredths { json!([high_value_minor]) } else { json!([amount]) };
    }
    edges
}

/// Aliases in the text of a path.
fn aliases_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix("${")?.strip_suffix('}'))
}

/// What an alias stands for until the team says otherwise.
pub(crate) fn default_of(alias: &str) -> Value {
    if alias.starts_with(FOREIGN) {
        Value::Null
    } else if alias.starts_with("unknown_") {
        json!("unknown-0000")
    } else {
        json!(format!("test-{alias}"))
    }
}
