//! `explain`: what the rules of a policy are, for `logminer policy list`. Reads no record and writes none; the answer is a table in the report:
//! id, `on` or `off`, family, severity, clause, description.

use schemas::policy::Policy;
use stage_runtime::{StepContext, StepError};

use crate::rule::{self, Rule};

/// Runs the step.
///
/// # Errors
/// None.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let job = context.job();
    let table = table(&job.policy);
    context.report.facts.insert("rule".to_owned(), table);
    Ok(())
}

fn table(policy: &Policy) -> String {
    let mut usual = Policy::default();
    usual.rules.severity.clone_from(&policy.rules.severity);
    let on = rule::all(policy);
    let off = rule::all(&usual).into_iter().filter(|rule| !policy.rules.is_on(rule.id));
    let rows = on.iter().map(|rule| row(rule, "on")).chain(off.map(|rule| row(&rule, "off")));
    rows.collect()
}

fn row(rule: &Rule<'_>, state: &str) -> String {
    let word = |value: serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let (kind, severity) = (word(serde_json::json!(rule.kind)), word(serde_json::json!(rule.severity)));
    let clause = if rule.clause.is_empty() { "-" } else { rule.clause };
    [rule.id, state, &kind, &severity, clause, rule.description].map(|text| text.replace(['\t', '\n'], " ")).join("\t") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::rules::BUILT_IN;

    #[test]
    fn every_rule_has_a_row() {
        let mut policy = Policy::default();
        policy.rules.off.insert("VelocityCheck".to_owned());
        policy.rules.own.push(schemas::rules::OwnRule { id: "ours".to_owned(), all: vec!["a = 1".to_owned()], ..Default::default() });
        let table = table(&policy);
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
        assert_eq!(rows.len(), BUILT_IN.len() + 1);
        assert!(rows.iter().all(|row| row.len() == 6 && (row[1] == "off") == (row[0] == "VelocityCheck")));
        assert!(rows.iter().any(|row| row[..5] == ["ours", "on", "compliance", "medium", "-"]));
    }
}
