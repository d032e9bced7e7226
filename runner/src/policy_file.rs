//! The policy file: TOML in, a checked [`Policy`] out. What is wrong is refused with its line.

use std::path::Path;

use schemas::exit::Exit;
use schemas::policy::{DICTIONARY_BYTES_MAX, Policy, Profile};

use crate::config::form::{self, Problem};
use crate::config::{self, policy_keys};
use crate::failure::Failure;
use crate::names::shown;

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
/// [`Exit::Usage`] when the file cannot be read or is not a policy; [`Exit::KeyRefused`] when it asks for what no policy may.
pub fn load(path: Option<&Path>, flags: &FieldFlags) -> Result<Policy, Failure> {
    let mut policy = match path {
        None => Policy::default(),
        Some(path) => parse(&config::read(path, "policy")?, path)?,
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
    Ok(policy)
}

pub(crate) fn parse(text: &str, path: &Path) -> Result<Policy, Failure> {
    form::check(policy_keys::FORM, text).map_err(|problems| form::failure("policy", path, &problems))?;
    // The form has looked at every value; what is left is a form that is wider than the type, which a number out of its range would show.
    let mut policy: Policy = toml::from_str(text).map_err(|error| form::failure("policy", path, &[Problem::of_parser(text, &error)]))?;
    take_in_words(&mut policy, path)?;
    let refused = refusals(text, &policy);
    if refused.is_empty() { Ok(policy) } else { Err(Failure::new(Exit::KeyRefused, form::failure("policy", path, &refused).message)) }
}

/// Reads the files that dictionaries name: a stage opens no path, so the words are a part of the policy it is given.
///
/// # Errors
/// [`Exit::Usage`] when a file cannot be read; [`Exit::KeyRefused`] when it is too large.
pub(crate) fn take_in_words(policy: &mut Policy, path: &Path) -> Result<(), Failure> {
    for dictionary in &mut policy.sanitize.dictionary {
        let Some(file) = dictionary.file.take() else { continue };
        let file = path.parent().unwrap_or(Path::new("")).join(file);
        let wrong = |error: std::io::Error| Failure::io(format!("read the dictionary {}", shown(&file)), error);
        if std::fs::metadata(&file).map_err(wrong)?.len() > DICTIONARY_BYTES_MAX as u64 {
            return Err(Failure::new(
                Exit::KeyRefused,
                format!("use the dictionary {}: it has more than {DICTIONARY_BYTES_MAX} bytes", shown(&file)),
            ));
        }
        let words = std::fs::read_to_string(&file).map_err(wrong)?;
        dictionary.words.extend(words.lines().map(str::trim).filter(|word| !word.is_empty() && !word.starts_with('#')).map(str::to_owned));
    }
    Ok(())
}

/// What is written as it may be and is refused for what it means, each with its line.
pub(crate) fn refusals(text: &str, policy: &Policy) -> Vec<Problem> {
    let problem = |refusal: schemas::policy::Refusal| Problem {
        line: form::line_of_place(text, &refusal.place),
        what: format!("{} is refused: {}", shown(Path::new(&refusal.place.join("."))), refusal.why),
    };
    let untested = policy.profile == Profile::Production && policy.sanitize.without_canaries;
    let untested = untested.then(|| schemas::policy::Refusal {
        place: ["sanitize", "without_canaries"].map(str::to_owned).to_vec(),
        why: "every production run carries canaries".to_owned(),
    });
    let refusals =
        policy.sanitize.refusals().into_iter().chain(untested).chain(schemas::pattern::refusals(&policy.sanitize)).chain(policy.rules.refusals());
    let mut problems: Vec<Problem> = refusals.map(problem).collect();
    problems.sort_by_key(|problem| problem.line);
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, expected: &str) {
        let failure = parse(text, Path::new("p.toml")).expect_err(expected);
        assert_eq!(failure.exit, schemas::exit::Exit::Usage);
        assert!(failure.sentence().contains(expected), "{}", failure.sentence());
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_refused_with_their_line_and_what_is_allowed() {
        check_text(
            "profile = \"production\"\n[ingest]\ntimestampfield = \"t\"\n",
            "line 3: unknown key timestampfield in [ingest]; allowed here: timestamp_field",
        );
        check_text("[mine]\nvelocity_count = \"four\"\n", "line 2: mine.velocity_count is text; allowed: a whole number from 1");
        check_text("\nprofile = \"prod\"\n", "line 2: profile is not what it may be; allowed: one of \"development\", \"production\"");
        check_text("[nothing]\n", "line 1: unknown key nothing; allowed here: profile, [ingest], [sanitize]");
        check_text("ingest = 3\n", "line 1: ingest is a whole number; allowed: a table, [ingest]");
        check_text("[sanitize]\nfields = { a = \"CARDS\" }\n", "line 2: sanitize.fields.a is not what it may be; allowed: one of \"CARD\"");
        check_text("[sanitize.operators]\n\nCARDS = \"drop\"\n", "line 3: unknown name CARDS in sanitize.operators");
        check_text("[report]\nepsilon = 1.0\n", "line 2: report.epsilon is a decimal number; allowed: a decimal number above 0 as text");
    }

    #[test]
    fn a_policy_that_sanitizes_nothing_is_refused() {
        for field in ["*", "**", ""] {
            check_text(&format!("[sanitize]\nkeep_fields = [\"a\",\n\"{field}\"]\n"), "line 3: sanitize.keep_fields");
        }
    }

    #[test]
    fn operators_that_may_not_be_are_refused_with_their_line_and_exit_32() {
        let check = |text: &str, expected: &str| {
            let failure = parse(text, Path::new("p.toml")).expect_err(expected);
            assert_eq!(failure.exit, Exit::KeyRefused, "{}", failure.sentence());
            assert!(failure.sentence().contains(expected), "{}", failure.sentence());
        };
        check("[sanitize.operators]\nIP = \"generalise\"\nSECRET = \"token\"\n", "line 3: sanitize.operators.SECRET is refused: passwords, keys");
        check("[sanitize]\noperators = { CUSTOMER = \"mask\" }\n", "line 2: sanitize.operators.CUSTOMER is refused: journeys");
        check("[sanitize.operators]\nCARD = \"mask:8:4\"\n", "line 2: sanitize.operators.CARD is refused: of a card the first 6");
        check("[sanitize]\nkeep_fields = [\n\"build\",\n\"cvv\"]\n", "line 4: sanitize.keep_fields.1 is refused: passwords");
        check("[sanitize.field_operators]\n\n\"card.cvv\" = \"mask\"\n", "line 3: sanitize.field_operators.card.cvv is refused");
        check("[sanitize]\ntoken_prefix = \"[1\"\n", "line 2: sanitize.token_prefix is refused: up to 3");
        check_text("[sanitize.operators]\nCARD = \"mask:x\"\n", "line 2: sanitize.operators.CARD is not what it may be; allowed: token, drop");
        check(
            "profile = \"production\"\n[sanitize]\nwithout_canaries = true\n",
            "line 3: sanitize.without_canaries is refused: every production run",
        );
        assert!(parse("[sanitize]\nwithout_canaries = true\n", Path::new("p")).unwrap().sanitize.without_canaries);
        let policy = parse("[sanitize.operators]\nCARD = \"mask:6:4\"\nIP = \"generalise\"\n", Path::new("p")).unwrap();
        assert_eq!(policy.sanitize.operators[&schemas::pii::PiiClass::Card].to_string(), "mask:6:4");
    }

    #[test]
    fn patterns_are_compiled_and_tried_when_the_policy_is_read() {
        let entry = |rest: &str| format!("[[sanitize.pattern]]\nname = \"loan\"\nclass = \"ACCOUNT\"\n{rest}\n");
        let check = |rest: &str, expected: &str| {
            let failure = parse(&entry(rest), Path::new("p.toml")).expect_err(expected);
            assert_eq!(failure.exit, Exit::KeyRefused, "{}", failure.sentence());
            assert!(failure.sentence().contains(expected), "{}", failure.sentence());
        };
        check("pattern = 'a*'", "line 4: sanitize.pattern.0.pattern is refused: it matches the empty text");
        check("\npattern = '(a'", "line 5: sanitize.pattern.0.pattern is refused: it is no regular expression");
        check("pattern = '([a-z]{1,900}){1,900}'", "line 4: sanitize.pattern.0.pattern is refused: it compiles to more than");
        check(
            "pattern = 'LN-\\d{6}'\nmust_match = [\"LN-123456\",\n\"LN-1\"]",
            "line 6: sanitize.pattern.0.must_match.1 is refused: the pattern does not find",
        );
        check("pattern = 'LN-\\d{6}'\nmust_not_match = [\"LN-123456\"]", "line 5: sanitize.pattern.0.must_not_match.0 is refused: the pattern finds");
        check("pattern = 'x'\noperator = \"date_shift\"", "line 5: sanitize.pattern.0.operator is refused: only dates");
        check_text(&entry("pattern = 'x'\npatern = 'x'"), "line 5: unknown key patern in sanitize.pattern.0; allowed here: name, class, pattern");
        check_text(&entry(""), "line 1: sanitize.pattern.0 has no pattern");
        check_text(&entry("pattern = 'x'\ncheck = \"crc\""), "line 5: sanitize.pattern.0.check is not what it may be; allowed: one of \"luhn\"");
        check_text("[sanitize]\nstrict = 1\n", "line 2: sanitize.strict is a whole number; allowed: true or false");
        let policy = parse(&entry("pattern = 'LN-(\\d{6})'\ncontext = [\"loan\"]\nmust_match = [\"loan LN-123456\"]"), Path::new("p")).unwrap();
        assert_eq!(policy.sanitize.pattern.len(), 1);
    }

    #[test]
    fn rules_of_the_bank_are_checked_when_the_policy_is_read() {
        let entry = |rest: &str| format!("[[rules.own]]\nid = \"night-wire\"\n{rest}\n");
        let check = |rest: &str, expected: &str| {
            let failure = parse(&entry(rest), Path::new("p.toml")).expect_err(expected);
            assert_eq!(failure.exit, Exit::KeyRefused, "{}", failure.sentence());
            assert!(failure.sentence().contains(expected), "{}", failure.sentence());
        };
        check("all = [\"@event = x\",\n\"@amount over 5\"]", "line 4: rules.own.0.all.1 is refused: an operator is one of");
        check("", "line 2: rules.own.0.id is refused: it has no condition");
        check("first = [\"a = 1\"]", "line 3: rules.own.0.first is refused: a sequence ends with then");
        check("\nall = [\"a = 1\"]\nwithin_minutes = 5", "line 5: rules.own.0.within_minutes is refused: one record has no distance");
        check_text(
            &entry("all = [\"a = 1\"]\nat_least = 0"),
            "line 4: rules.own.0.at_least is out of range; allowed: a whole number from 1 to 10000",
        );
        check_text(&entry("alll = []"), "line 3: unknown key alll in rules.own.0; allowed here: id, kind, severity");
        check_text(
            "[rules]\noff = [\"Velocity\"]\n",
            "line 2: rules.off is not what it may be; allowed: a list, each one of \"AccessWithoutPurpose\"",
        );
        check_text("[rules.severity]\n\nVelocityCheck = \"bad\"\n", "line 3: rules.severity.VelocityCheck is not what it may be");
        let policy = parse(&entry("kind = \"fraud\"\nfirst = [\"@event = a\"]\nthen = [\"@event = b\"]\nby = \"session\""), Path::new("p")).unwrap();
        assert!(policy.rules.own[0].is_sequence() && policy.rules.own[0].by == schemas::rules::By::Session);
    }

    #[test]
    fn words_of_a_file_beside_the_policy_are_taken_in() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("staff.txt"), "# people\nJane Roe\n\nbluebird\n").unwrap();
        let text = "[[sanitize.dictionary]]\nname = \"staff\"\nclass = \"NAME\"\nfile = \"staff.txt\"\nwords = [\"redbird\"]\n";
        let policy = parse(text, &folder.path().join("p.toml")).unwrap();
        assert_eq!(policy.sanitize.dictionary[0].words, ["redbird", "Jane Roe", "bluebird"]);
        assert_eq!(policy.sanitize.dictionary[0].file, None, "what a step is given has no path");
        let missing = parse(&text.replace("staff.txt", "none.txt"), &folder.path().join("p.toml")).expect_err("no file");
        assert!(missing.exit == Exit::Usage && missing.sentence().contains("none.txt"));
        let check = |text: &str, expected: &str| {
            let failure = parse(text, Path::new("p.toml")).expect_err(expected);
            assert!(failure.exit == Exit::KeyRefused && failure.sentence().contains(expected), "{}", failure.sentence());
        };
        check("[[sanitize.dictionary]]\nname = \"x\"\nwords = [\"abc\"]\n", "line 2: sanitize.dictionary.0.name is refused: it has no class");
        check(
            "[[sanitize.dictionary]]\nname = \"x\"\nclass = \"NAME\"\nwords = [\"abc\",\n\"ab\"]\n",
            "line 5: sanitize.dictionary.0.words.1 is refused",
        );
        check("[[sanitize.dictionary]]\nname = \"vocabulary\"\nclass = \"NAME\"\n", "line 3: sanitize.dictionary.0.class is refused");
    }

    #[test]
    fn no_message_shows_a_value() {
        let failure = parse("profile = \"hunter2\"\n[mine]\nvelocity_count = \"hunter2\"\n", Path::new("p.toml")).unwrap_err();
        assert!(!failure.sentence().contains("hunter2"));
    }

    #[test]
    fn a_partial_policy_keeps_the_other_defaults() {
        let policy = parse("[mine]\nvelocity_count = 9\n", Path::new("p")).unwrap();
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
        parse("[sandbox]\nraw_overrides = [\"no_network\"]\n", Path::new("p")).unwrap();
        check_text(
            "[sandbox]\nraw_overrides = [\"no_network\",\n\"everything\"]\n",
            "line 3: sandbox.raw_overrides is not what it may be; allowed: a list, each one of",
        );
        check_text("[sandbox]\nraw_overrides = [\"everything\"]\n", "\"no_network\"");
    }

    #[test]
    fn values_out_of_range_are_refused() {
        check_text("[gherkin]\ncustomers_min = 0\n", "line 2: gherkin.customers_min is out of range");
        check_text(
            "[ingest]\nquarantine_ppm_max = 1_000_001\n",
            "line 2: ingest.quarantine_ppm_max is out of range; allowed: a whole number from 0 to 1000000",
        );
        check_text("[ingest]\nutc_offset_minutes = -1081\n", "line 2");
        for bound in ["event_types_max", "hours_max", "edges_max", "findings_max", "period_nights"] {
            check_text(&format!("[report]\n\n{bound} = 0\n"), "line 3");
        }
    }
}
