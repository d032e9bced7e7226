//! The data files beside the features, with a default for every name that a scenario uses. No value in them is from production.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stage_runtime::StepError;

use crate::bundle::Files;
use crate::model::Step;
use crate::scenario::Setting;
use crate::suite::Suite;

/// Adds `steps/test-data.json` and `steps/bodies.json`.
pub(crate) fn add(files: &mut Files, suite: &Suite, setting: &Setting<'_>) -> Result<(), StepError> {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let mut data: BTreeMap<&str, Value> = BTreeMap::new();
    let mut bodies: BTreeMap<String, Value> = BTreeMap::new();
    for call in suite.drafts().flat_map(|draft| &draft.scenario.steps).filter_map(Step::call) {
        for alias in call.path.aliases() {
            let value = if alias.starts_with("unknown_") { "unknown-0000".to_owned() } else { format!("test-{alias}") };
            values.insert(alias.clone(), value);
        }
        data.extend(call.data.as_deref().map(|name| (name, Value::Null)));
        if call.method.has_body() {
            bodies.insert(format!("{} {}", call.method.name(), call.path.as_str()), json!({}));
        }
    }
    let mut sign_in = Value::Null;
    if let Some(http) = setting.sign_in.and_then(|act| setting.vocabulary.act(act).http()) {
        let body = json!({ "username": "${username}", "password": "${password}" });
        let (method, path) = (http.method.name(), http.path.as_str());
        bodies.insert(format!("{method} {path}"), body);
        sign_in = json!({ "method": method, "path": path, "token_field": "token", "header": "Authorization", "prefix": "Bearer " });
    }
    let users = json!({ "customer": { "username": "test-customer", "password": "test-password" } });
    files.add_json("steps/test-data.json", &json!({ "users": users, "sign_in": sign_in, "values": values, "data": data }))?;
    files.add_json("steps/bodies.json", &bodies)
}
