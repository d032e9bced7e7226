//! Scenarios of compliance and fraud findings: each asserts the control that production lacked.

use schemas::ids::StableId;
use schemas::record::{EventCategory, FindingRecord, FindingSeverity};

use super::acts::Acts;
use super::http::{Access, CUSTOMER, call};
use super::{Draft, Setting, Source, mark_needs};
use crate::candidate::Risk;
use crate::model::{Line, Scenario, Step, Tag};
use crate::vocabulary::Act;
use crate::words;

/// Calls that one finding is checked on at most.
const CALLS_MAX: usize = 5;
/// Failed calls before the one that must be refused at most, whatever the policy says.
const REPEATS_MAX: u32 = 20;

/// A finding's scenario and the rule it belongs to.
pub(crate) struct FindingScenario {
    pub(crate) rule: String,
    pub(crate) draft: Draft,
}

/// The limits of the fraud rules, from the policy.
pub(crate) struct Limits {
    pub(crate) velocity_count: u32,
    pub(crate) failed_login_count: u32,
}

/// The scenarios of one finding; none when the rule has no assertion here or no shared call to check it on.
pub(crate) fn findings(setting: &Setting<'_>, finding: &FindingRecord<'_>, limits: &Limits) -> Vec<FindingScenario> {
    let acts = Acts::new(setting);
    let plans = match finding.rule {
        "PCIAccountMasking" => card_plans(&acts),
        "AuditTrailCompleteness" => audit_plans(&acts, EventCategory::Transaction),
        "GDPRAccessLogging" => audit_plans(&acts, EventCategory::DataAccess),
        "VelocityCheck" => acts.accepted(EventCategory::Transaction).take(1).filter_map(|act| velocity_plan(act, limits.velocity_count)).collect(),
        "HighValueTransfers" | "HighValueTransfer" => {
            acts.accepted(EventCategory::Transaction).take(1).filter_map(|act| refused_plan(act, "high-value")).collect()
        }
        "FailedLoginVelocity" => failed_login_plan(&acts, limits.failed_login_count).into_iter().collect(),
        _ => Vec::new(),
    };
    plans.into_iter().map(|plan| FindingScenario { rule: finding.rule.to_owned(), draft: draft(setting, finding, plan) }).collect()
}

/// Name, what it is checked on, steps, and whether production lacks the control that is asserted.
struct Plan<'v> {
    name: String,
    act: &'v Act,
    steps: Vec<Step>,
    control_missing: bool,
}

fn card_plans<'s>(acts: &Acts<'s>) -> Vec<Plan<'s>> {
    let mut calls = acts.shared(|act| !act.failed && act.category != EventCategory::Login && act.http().is_some());
    // Where customers' data and money are, card numbers are at stake first.
    calls.sort_by_key(|act| !matches!(act.category, EventCategory::DataAccess | EventCategory::Transaction));
    let mut plans = Vec::new();
    for act in calls.iter().take(CALLS_MAX) {
        let mut steps = acts.send(act);
        steps.extend(act.http().map(|http| Step::Status(http.status)));
        steps.push(Step::ResponseHasNoCard);
        plans.push(Plan { name: format!("{} and shows no card number", words::ending(act)), act, steps, control_missing: false });
    }
    if let Some(act) = calls.first() {
        let mut steps = acts.send(act);
        steps.push(Step::LogHasNoCard);
        plans.push(Plan { name: format!("{} and logs no card number", words::ending(act)), act, steps, control_missing: false });
    }
    if plans.is_empty() {
        plans.extend(observed(acts, EventCategory::Transaction, Step::LogHasNoCard, "and logs no card number"));
    }
    plans
}

fn audit_plans<'s>(acts: &Acts<'s>, category: EventCategory) -> Vec<Plan<'s>> {
    let calls = acts.shared(|act| !act.failed && act.category == category && act.http().is_some());
    let Some(act) = calls.first() else {
        return observed(acts, category, Step::LogIsComplete, "and its record names time and journey").into_iter().collect();
    };
    let mut steps = acts.send(act);
    steps.push(Step::LogIsComplete);
    vec![Plan { name: format!("{} and leaves a complete record", words::ending(act)), act, steps, control_missing: false }]
}

/// The same check on an event, for logs without calls.
fn observed<'s>(acts: &Acts<'s>, category: EventCategory, check: Step, tail: &str) -> Option<Plan<'s>> {
    let act = *acts.shared(|act| act.category == category && act.http().is_none()).first()?;
    let crate::vocabulary::ActKind::Event(name) = &act.kind else { return None };
    Some(Plan { name: format!("{} {tail}", words::ending(act)), act, steps: vec![Step::EventObserved(name.clone()), check], control_missing: false })
}

fn velocity_plan(act: &Act, count: u32) -> Option<Plan<'_>> {
    let http = act.http()?;
    let call = call(act, http, Access::User);
    let mut steps = vec![Step::ApiAvailable, Step::SignedIn(CUSTOMER)];
    let repeats = count.saturating_sub(1).min(REPEATS_MAX);
    steps.extend((0..repeats).map(|_| Step::Received(http.status, call.clone())));
    steps.extend([Step::Send(call), Step::Refused]);
    let name = format!("{}, but not {} times in a row", words::ending(act), repeats + 1);
    Some(Plan { name, act, steps, control_missing: true })
}

fn refused_plan<'v>(act: &'v Act, data: &str) -> Option<Plan<'v>> {
    let mut call = call(act, act.http()?, Access::User);
    call.data = Some(data.to_owned());
    let steps = vec![Step::ApiAvailable, Step::SignedIn(CUSTOMER), Step::Send(call), Step::Refused];
    Some(Plan { name: format!("{}, but not with a high amount", words::ending(act)), act, steps, control_missing: true })
}

fn failed_login_plan<'s>(acts: &Acts<'s>, count: u32) -> Option<Plan<'s>> {
    let is_login = |act: &Act| act.category == EventCategory::Login && act.http().is_some_and(|http| !http.method.reads());
    let failed = *acts.shared(|act| act.failed && is_login(act)).first()?;
    let http = failed.http()?;
    let call = call(failed, http, Access::Anonymous);
    let mut steps = vec![Step::ApiAvailable, Step::NotSignedIn];
    steps.extend((0..count.clamp(1, REPEATS_MAX)).map(|_| Step::Received(http.status, call.clone())));
    // The same data set, with the right password: `-then-right` is what the team adds for the locked user.
    let mut right = call;
    right.data = right.data.map(|name| format!("{name}-then-right"));
    steps.extend([Step::Send(right), Step::Refused]);
    Some(Plan { name: format!("Sign-in is locked after {count} failures"), act: failed, steps, control_missing: true })
}

fn draft(setting: &Setting<'_>, finding: &FindingRecord<'_>, plan: Plan<'_>) -> Draft {
    let checks: Vec<&'static str> = plan.steps.last().map(|step| step.keyword().name()).into_iter().collect();
    let last = plan.steps.last().map(Step::text).unwrap_or_default();
    let id = StableId::of(format!("finding/1\n{}\n{}\n{}\n{last}", finding.rule, plan.act.key, checks.join(" ")).as_bytes());
    let risk = match finding.severity {
        FindingSeverity::Critical | FindingSeverity::High => Risk::High,
        FindingSeverity::Medium => Risk::Medium,
        FindingSeverity::Low => Risk::Low,
    };
    // Told in bands, a finding has customers; a rule that fires on records which name nobody is told exactly, to the team alone.
    let customers = match (finding.subjects, finding.count) {
        (0, 1) => "1 record that names no customer".to_owned(),
        (0, count) => format!("{count} records that name no customer"),
        (subjects, _) => setting.customers_text(subjects),
    };
    let source = if finding.clause.is_empty() { finding.rule.to_owned() } else { format!("{} ({})", finding.rule, finding.clause) };
    let reason = format!("the rule {source} fired");
    let mut description = vec![Line::new(&format!("Seen: the rule {source} fired in production.")), Line::new(&format!("Risk: {}.", risk.name()))];
    let mut tags = vec![Tag::word("generated"), Tag::new("finding", &kebab_rule(finding.rule)), Tag::new("risk", risk.name()), Tag::of_id(id)];
    if plan.control_missing {
        tags.push(Tag::word("control-missing"));
        description.push(Line::new("Fails: until the system has this control; runs that must be green leave out @control-missing."));
    }
    mark_needs(&plan.steps, &mut tags, &mut description);
    let scenario = Scenario { tags, name: Line::new(&plan.name), description, steps: plan.steps, kept: None };
    Draft {
        id,
        scenario,
        source: Source::Finding,
        risk,
        reason,
        customers,
        event_types: setting.event_types(std::iter::once(plan.act)),
        kept_calls: String::new(),
        name_is_known: false,
    }
}

/// `PCIAccountMasking` as `pci-account-masking`.
pub(crate) fn kebab_rule(rule: &str) -> String {
    let chars: Vec<char> = rule.chars().collect();
    let mut out = String::new();
    for (place, c) in chars.iter().enumerate() {
        let after_lower = place > 0 && chars[place - 1].is_ascii_lowercase();
        let ends_acronym = place > 0 && chars[place - 1].is_ascii_uppercase() && chars.get(place + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (after_lower || ends_acronym) {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_become_kebab_case() {
        for (rule, expected) in
            [("PCIAccountMasking", "pci-account-masking"), ("VelocityCheck", "velocity-check"), ("GDPRAccessLogging", "gdpr-access-logging")]
        {
            assert_eq!(kebab_rule(rule), expected);
        }
    }
}
