//! Prints a feature: two blanks a level, one step a line, a line feed at the end.

use std::fmt::Write;

use super::feature::{Feature, Scenario, Tag};
use super::text::Line;

/// The text of a feature file.
#[must_use]
pub fn render(feature: &Feature) -> String {
    let mut out = String::new();
    push_tags(&mut out, "", &feature.tags);
    push_line(&mut out, format_args!("Feature: {}", feature.name.as_str()));
    push_description(&mut out, "  ", &feature.description);
    for scenario in &feature.scenarios {
        out.push('\n');
        push_scenario(&mut out, scenario);
    }
    out
}

fn push_scenario(out: &mut String, scenario: &Scenario) {
    push_tags(out, "  ", &scenario.tags);
    push_line(out, format_args!("  Scenario: {}", scenario.name.as_str()));
    out.push_str(&body(scenario));
}

/// Description and steps of a scenario.
#[must_use]
pub fn body(scenario: &Scenario) -> String {
    if let Some(kept) = &scenario.kept {
        return kept.as_str().to_owned();
    }
    let mut text = String::new();
    let out = &mut text;
    push_description(out, "    ", &scenario.description);
    if !scenario.description.is_empty() {
        out.push('\n');
    }
    let mut before = None;
    for step in &scenario.steps {
        let keyword = if before == Some(step.keyword()) { "And" } else { step.keyword().name() };
        before = Some(step.keyword());
        push_line(out, format_args!("    {keyword} {}", step.text()));
        if let Some(doc) = step.doc_string() {
            push_line(out, format_args!("      \"\"\""));
            push_line(out, format_args!("      {doc}"));
            push_line(out, format_args!("      \"\"\""));
        }
    }
    text
}

fn push_tags(out: &mut String, indent: &str, tags: &[Tag]) {
    if !tags.is_empty() {
        let tags: Vec<String> = tags.iter().map(|tag| format!("@{}", tag.as_str())).collect();
        push_line(out, format_args!("{indent}{}", tags.join(" ")));
    }
}

fn push_description(out: &mut String, indent: &str, lines: &[Line]) {
    for line in lines {
        push_line(out, format_args!("{indent}{}", line.as_str()));
    }
}

fn push_line(out: &mut String, line: std::fmt::Arguments<'_>) {
    out.write_fmt(line).expect("a string takes any text");
    out.push('\n');
}
