//! `explain`: what the stage knows and what a policy makes of fields, for `logminer policy list` and `logminer policy explain`. It reads the job
//! alone: no record, no key. The parameter `fields` has the fields to explain, a line each; without it the tables are told.
//!
//! Facts, each a table of lines with tabs between the columns:
//!
//! - `class`: label, operator, number of built-in field names, of built-in names that are examples;
//! - `detector`: id, class, `shape` or `cue`, country or `-`, a text it finds something in; the policy's own patterns and dictionaries last;
//! - `field`: the field as it was asked for, what is done, class or `-`, operator or `-`, why.

use schemas::pii::{Locale, PiiClass};
use schemas::policy::Policy;
use stage_runtime::{StepContext, StepError};

use crate::detect::{self, Detector};
use crate::engine::{Detectors, Engine};
use crate::fields::{Fields, Rule};
use crate::lexicon::Lexicon;
use crate::scan::driver::Scope;
use crate::worker::Worker;

/// Stands in for a key: only public examples are looked at.
const NO_KEY: &[u8] = b"k9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(";
/// Signs between a name and its value.
const SIGNS: [char; 3] = ['=', ':', '：'];
/// Columns of a table.
const TAB: &str = "\t";

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let policy = context.policy().clone();
    let engine = Engine::new(NO_KEY, &policy, Lexicon::default())?;
    match context.parameter("fields").map(str::to_owned) {
        Some(fields) => {
            let rows = fields.lines().map(|field| of_field(&engine.fields, &policy, field)).collect();
            context.report.facts.insert("field".to_owned(), lines(rows));
        }
        None => {
            let classes = PiiClass::ALL.iter().map(|class| of_class(*class, &policy)).collect();
            context.report.facts.insert("class".to_owned(), lines(classes));
            let packs = Locale::ALL.iter().flat_map(|locale| detect::locale::pack(*locale).iter().map(|detector| (*detector, locale.code())));
            let detectors = detect::ALL.iter().map(|detector| (*detector, "-")).chain(packs).map(|(detector, locale)| of_detector(detector, locale));
            let mut rows = detectors.collect::<Result<Vec<_>, _>>()?;
            rows.extend(of_own(&policy));
            context.report.facts.insert("detector".to_owned(), lines(rows));
        }
    }
    Ok(())
}

fn lines(rows: Vec<Vec<String>>) -> String {
    let plain = |text: &String| text.replace(['\t', '\n', '\r'], " ");
    rows.iter().map(|row| row.iter().map(plain).collect::<Vec<_>>().join(TAB)).collect::<Vec<_>>().join("\n")
}

fn of_class(class: PiiClass, policy: &Policy) -> Vec<String> {
    let (count, examples) = Fields::names_of(class);
    vec![class.label().to_owned(), policy.sanitize.operator(class).to_string(), count.to_string(), examples.join(" ")]
}

fn of_detector(detector: &'static Detector, locale: &str) -> Result<Vec<String>, StepError> {
    let example = detector.matches.first().copied().unwrap_or_default();
    let class = class_found(detector, false)?;
    let strong = class_found(detector, true)?.is_some();
    let class = class.map_or("-", PiiClass::label);
    Ok([detector.id, class, if strong || class == "-" { "shape" } else { "cue" }, locale, example].map(str::to_owned).to_vec())
}

/// The policy's own patterns and dictionaries, as detectors.
fn of_own(policy: &Policy) -> Vec<Vec<String>> {
    let label = |class: Option<PiiClass>| class.map_or("-", PiiClass::label).to_owned();
    let patterns = policy.sanitize.pattern.iter().map(|entry| {
        let need = if entry.context.is_empty() { "shape" } else { "cue" };
        let example = entry.must_match.first().cloned().unwrap_or_else(|| "(no example)".to_owned());
        vec![format!("pattern {}", entry.name), label(entry.class), need.to_owned(), "-".to_owned(), example]
    });
    let dictionaries = policy.sanitize.dictionary.iter().map(|entry| {
        let need = if entry.class.is_none() { "kept" } else { "shape" };
        vec![format!("dictionary {}", entry.name), label(entry.class), need.to_owned(), "-".to_owned(), format!("{} words", entry.words.len())]
    });
    patterns.chain(dictionaries).collect()
}

/// The class that a detector finds in its examples, by shape alone or also by a word nearby.
fn class_found(detector: &'static Detector, strong_only: bool) -> Result<Option<PiiClass>, StepError> {
    let mut engine = Engine::new(NO_KEY, &Policy::default(), Lexicon::default())?;
    engine.detectors = Detectors::new(&[detector]);
    let mut worker = Worker::new(&engine, false);
    // A name before `=` or `:` decides about its value without any detector.
    let named = |text: &&&str| strong_only && text.contains(SIGNS) && detector.matches.iter().any(|text| !text.contains(SIGNS));
    Ok(detector.matches.iter().filter(|text| !named(text)).find_map(|text| {
        worker.hits.clear();
        worker.scan(text, Scope { strong_only, ..Scope::TEXT });
        let made = worker.hits.last(0)?.made;
        let label = worker.hits.made.get(made.0 + 1..made.1)?;
        PiiClass::ALL.iter().copied().filter(|class| label.starts_with(class.label())).max_by_key(|class| class.label().len())
    }))
}

fn of_field(fields: &Fields, policy: &Policy, field: &str) -> Vec<String> {
    let decision = fields.decide_path(field);
    let (does, class, operator) = match decision.rule {
        Rule::Untouched => ("kept without a look", None, None),
        Rule::Keep => ("numbers and times kept, text searched for unmistakable values", None, None),
        Rule::Scan => ("searched", None, None),
        Rule::Class(class) => ("replaced as a whole", Some(class), Some(policy.sanitize.operator(class))),
        Rule::Shaped(class, _) => ("replaced as a whole when it looks like one, else searched", Some(class), Some(policy.sanitize.operator(class))),
        Rule::Own(Some(class), number) => ("replaced as a whole", Some(class), Some(fields.own_operator(number))),
        Rule::Own(None, number) => ("numbers put in bands, text searched", None, Some(fields.own_operator(number))),
    };
    let mut why = decision.why.text().to_owned();
    if matches!(decision.rule, Rule::Own(..)) {
        why.push_str("; field_operators of the policy names its operator");
    }
    let class = class.map_or("-", PiiClass::label).to_owned();
    vec![field.to_owned(), does.to_owned(), class, operator.map_or_else(|| "-".to_owned(), |operator| operator.to_string()), why]
}
