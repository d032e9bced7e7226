//! The policy file: TOML in, a checked [`Policy`] out. Unknown keys are refused with their line.

use std::path::Path;

use schemas::policy::Policy;

use crate::failure::Failure;
use crate::names::shown;

/// Bytes a policy file may have.
const POLICY_BYTES_MAX: u64 = 1 << 20;

/// Field names given as flags come before those of the file.
#[derive(Debug, Clone, Default)]
pub struct FieldFlags {
    /// `--timestamp-field`.
    pub timestamp: Option<String>,
    /// `--message-field`.
    pub message: Option<String>,
    /// `--severity-field`.
    pub severity: Option<String>,
}

/// Reads the policy, or takes the default one, and applies the flags.
///
/// # Errors
/// [`Exit::Usage`](schemas::exit::Exit::Usage) when the file cannot be read or is not a policy.
pub fn load(path: Option<&Path>, flags: &FieldFlags) -> Result<Policy, Failure> {
    let mut policy = match path {
        None => Policy::default(),
        Some(path) => {
            let name = shown(path);
            let meta = std::fs::metadata(path).map_err(|error| Failure::io(format!("read the policy {name}"), error))?;
            if !meta.is_file() {
                return Err(Failure::usage(format!("read the policy {name}: it is not a regular file")));
            }
            if meta.len() > POLICY_BYTES_MAX {
                return Err(Failure::usage(format!("read the policy {name}: it is over {POLICY_BYTES_MAX} bytes")));
            }
            let bytes = std::fs::read(path).map_err(|error| Failure::io(format!("read the policy {name}"), error))?;
            let text = String::from_utf8(bytes).map_err(|_| Failure::usage(format!("read the policy {name}: it is not UTF-8 text")))?;
            parse(&text, &name)?
        }
    };
    for (flag, field) in [
        (&flags.timestamp, &mut policy.ingest.timestamp_field),
        (&flags.message, &mut policy.ingest.message_field),
        (&flags.severity, &mut policy.ingest.severity_field),
    ] {
        if let Some(name) = flag {
            field.clone_from(name);
        }
    }
    check(&policy)?;
    Ok(policy)
}

pub(crate) fn parse(text: &str, name: &str) -> Result<Policy, Failure> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text.bytes().take(span.start).filter(|&byte| byte == b'\n').count() + 1);
        Failure::usage(format!("read the policy {name}, line {line}: {}", error.message()))
    })
}

pub(crate) fn check(policy: &Policy) -> Result<(), Failure> {
    let wrong = |what: &str| Err(Failure::usage(format!("use the policy: {what}")));
    if policy.ingest.quarantine_ppm_max > 1_000_000 {
        return wrong("ingest.quarantine_ppm_max is over 1000000");
    }
    if policy.ingest.utc_offset_minutes.abs() > 18 * 60 {
        return wrong("ingest.utc_offset_minutes is over 18 hours");
    }
    if policy.sanitize.keep_fields.iter().any(|field| field.bytes().all(|byte| byte == b'*')) {
        return wrong("sanitize.keep_fields keeps every field: nothing would be sanitized");
    }
    if policy.gherkin.customers_min == 0 {
        return wrong("gherkin.customers_min is 0: a feature would state what one customer did");
    }
    if let Some(name) = policy.sandbox.raw_overrides.iter().find(|name| !sandbox::canary::properties().contains(&name.as_str())) {
        let known = sandbox::canary::properties().join(" ");
        return wrong(&format!("sandbox.raw_overrides names {name:?}, which is no property; the properties are {known}"));
    }
    let report = &policy.report;
    if [report.event_types_max, report.hours_max, report.edges_max, report.findings_max, report.period_nights].contains(&0) {
        return wrong("a bound of the report is 0");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, expected: &str) {
        let error = parse(text, "p.toml").expect_err(expected).sentence();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_refused_with_their_line() {
        check_text("profile = \"production\"\n[ingest]\ntimestampfield = \"t\"\n", "line 3");
        check_text("[mine]\nvelocity_count = \"four\"\n", "line 2");
        check_text("[nothing]\n", "unknown field");
    }

    #[test]
    fn a_policy_that_sanitizes_nothing_is_refused() {
        for field in ["*", "**", ""] {
            let mut policy = Policy::default();
            policy.sanitize.keep_fields.push(field.to_owned());
            assert_eq!(check(&policy).unwrap_err().exit, schemas::exit::Exit::Usage, "{field:?}");
        }
    }

    #[test]
    fn a_partial_policy_keeps_the_other_defaults() {
        let policy = parse("[mine]\nvelocity_count = 9\n", "p").unwrap();
        assert_eq!(policy.mine.velocity_count, 9);
        assert_eq!(policy.mine.velocity_minutes, Policy::default().mine.velocity_minutes);
    }

    #[test]
    fn flags_come_before_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[ingest]\ntimestamp_field = \"a\"\nmessage_field = \"m\"\n").unwrap();
        let flags = FieldFlags { timestamp: Some("b".to_owned()), ..FieldFlags::default() };
        let policy = load(Some(file.path()), &flags).unwrap();
        assert_eq!((policy.ingest.timestamp_field.as_str(), policy.ingest.message_field.as_str()), ("b", "m"));
    }

    #[test]
    fn raw_overrides_are_properties() {
        let mut policy = parse("[sandbox]\nraw_overrides = [\"no_network\"]\n", "p").unwrap();
        check(&policy).unwrap();
        policy.sandbox.raw_overrides.push("everything".to_owned());
        let failure = check(&policy).expect_err("refused");
        assert_eq!(failure.exit, schemas::exit::Exit::Usage);
        assert!(failure.message.contains("everything") && failure.message.contains("no_network"), "{}", failure.message);
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let mut policy = Policy::default();
        policy.gherkin.customers_min = 0;
        assert_eq!(check(&policy).expect_err("refused").exit, schemas::exit::Exit::Usage);
    }
}
