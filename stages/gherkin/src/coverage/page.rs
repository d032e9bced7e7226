//! `coverage.html`: one file, no script, no outside request.

use std::fmt::Write;

use schemas::record::TestOutcome;
use stage_runtime::markup::{escape, grouped};

use super::graph;
use super::measure::{Level, Path};
use super::report::{Share, Told};
use super::style::CSS;
use crate::candidate::Risk;

/// Paths of the table; `coverage.json` has more.
const PATHS_MAX: usize = 150;
/// Rows of other tables.
const ROWS_MAX: usize = 300;
/// Steps of a path that are listed.
const STEPS_MAX: usize = 40;

/// The page.
pub(super) fn page(told: &Told<'_>) -> String {
    let mut out = String::with_capacity(64 << 10);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>Usage coverage</title>\n<style>{CSS}</style>\n</head>\n<body>\n<main>\n<h1>Usage coverage</h1>\n\
         <p class=\"lead\">Which paths of production existing tests walk, and which they do not. The numbers are exact: this page is for the analysis team and \
         is no release.</p>\n"
    );
    cards(&mut out, told);
    broken(&mut out, told);
    graph_section(&mut out, told);
    paths(&mut out, told);
    calls(&mut out, told);
    meaning(&mut out);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn cards(out: &mut String, told: &Told<'_>) {
    let [calls, transitions, paths] = told.shares();
    let ended = |outcome| told.tested.outcomes.get(&outcome).copied().unwrap_or(0);
    let tests: u64 = told.tested.outcomes.values().sum();
    out.push_str("<ul class=\"cards\">\n");
    for (share, what) in [(paths, "paths walked by one test from end to end"), (transitions, "transitions"), (calls, "calls and events")] {
        card(out, &format!("{} of {}", grouped(share.tested), grouped(share.all)), &format!("{what} tested; {} by customers", percent(share)));
    }
    let said = format!(
        "existing tests: {} passed, {} failed, {} without a result; {} skipped or undefined ones test nothing",
        grouped(ended(TestOutcome::Passed)),
        grouped(ended(TestOutcome::Failed)),
        grouped(ended(TestOutcome::NotReported)),
        grouped(ended(TestOutcome::NotRun))
    );
    card(out, &grouped(tests), &said);
    let [scenarios, covered, left_out] = told.scenarios;
    let what = if told.tested.missing_only { format!("{} were left out", grouped(left_out)) } else { "--missing-only leaves them out".to_owned() };
    card(out, &format!("{} of {}", grouped(covered), grouped(scenarios)), &format!("scenarios of this night are tested already; {what}"));
    out.push_str("</ul>\n");
}

fn card(out: &mut String, number: &str, what: &str) {
    let _ = writeln!(out, "<li><strong>{number}</strong><span>{}</span></li>", escape(what));
}

fn percent(share: Share) -> String {
    share.per_mille().map_or_else(|| "nothing".to_owned(), |share| format!("{}.{} %", share / 10, share % 10))
}

/// Files that test less than their owner thinks.
fn broken(out: &mut String, told: &Told<'_>) {
    let broken: Vec<_> = told.tested.files.iter().filter(|file| file.problem.is_some()).collect();
    if broken.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "<p class=\"caveat\">Files that could not be read to their end: {}. A feature file that no runner takes tests nothing. <code>spool/tests.json</code> of this run says \
         which file has which number.</p>\n<details><summary>The files</summary><table><thead><tr><th class=\"n\">file</th><th>kind</th><th>reason</th><th class=\"n\">line</th></tr></thead><tbody>",
        grouped(broken.len() as u64)
    );
    for file in broken.iter().take(ROWS_MAX) {
        let name = |value: serde_json::Value| value.as_str().unwrap_or_default().replace('_', " ");
        let (kind, reason) = (name(serde_json::json!(file.kind)), name(serde_json::json!(file.problem)));
        let line = if file.line == 0 { String::new() } else { file.line.to_string() };
        let _ = writeln!(out, "<tr><td class=\"n\">{}</td><td>{kind}</td><td>{reason}</td><td class=\"n\">{line}</td></tr>", file.file);
    }
    out.push_str("</tbody></table></details>\n");
}

fn graph_section(out: &mut String, told: &Told<'_>) {
    out.push_str("<section><h2>The journey graph</h2>\n");
    if told.measured.transitions.is_empty() {
        out.push_str("<p>No journey has two steps that follow each other.</p></section>\n");
        return;
    }
    let sample = |class: &str| {
        format!("<svg width=\"44\" height=\"12\" aria-hidden=\"true\"><path class=\"{class}\" stroke-width=\"3\" d=\"M0 6H44\"/></svg>")
    };
    let _ = writeln!(
        out,
        "<ul class=\"key\"><li>{}some test does it</li><li>{}no test does it (\u{2717})</li><li>numbers: customers, at least</li></ul>",
        sample("edge"),
        sample("edge not")
    );
    graph::draw(out, told);
    let rows = told.transitions();
    let _ = writeln!(
        out,
        "<details><summary>The transitions in words</summary><div class=\"scroll\"><table><caption>{} of {} transitions, most walked first</caption>\
         <thead><tr><th>from</th><th>to</th><th class=\"n\">customers, at least</th><th class=\"w\">tested</th></tr></thead><tbody>",
        grouped(rows.len().min(ROWS_MAX) as u64),
        grouped(rows.len() as u64)
    );
    for ((from, to), done) in rows.iter().take(ROWS_MAX) {
        let (class, tested) = yes_or_no(done.tested);
        let (from, to) = (escape(&told.label(*from)), escape(&told.label(*to)));
        let _ = writeln!(
            out,
            "<tr><td>{from}</td><td>{to}</td><td class=\"n\">{}</td><td class=\"w{class}\">{tested}</td></tr>",
            grouped(done.customers)
        );
    }
    out.push_str("</tbody></table></div></details></section>\n");
}

const fn yes_or_no(tested: bool) -> (&'static str, &'static str) {
    if tested { ("", "yes") } else { (" not", "no") }
}

fn paths(out: &mut String, told: &Told<'_>) {
    out.push_str("<section><h2>Production paths that no test walks</h2>\n");
    let _ = writeln!(
        out,
        "<table><caption>Paths by risk, and how far they are tested</caption><thead><tr><th>risk</th>{}</tr></thead><tbody>",
        Level::ALL.map(|level| format!("<th class=\"n\">{}</th>", told_level(level))).concat()
    );
    for risk in [Risk::High, Risk::Medium, Risk::Low] {
        let cells = told.levels(Some(risk)).map(|count| format!("<td class=\"n\">{}</td>", grouped(count))).concat();
        let _ = writeln!(out, "<tr><td>{}</td>{cells}</tr>", risk.name());
    }
    out.push_str("</tbody></table>\n");
    let untested: Vec<&Path> = told.measured.paths.iter().filter(|path| path.level != Level::Whole).collect();
    if untested.is_empty() {
        out.push_str("<p>Every path of production is walked by some test.</p></section>\n");
        return;
    }
    let _ = writeln!(
        out,
        "<div class=\"scroll\"><table><caption>{} of {} such paths: by customers, of whom each counts nine times where the risk is high and three times where it is medium. Steps that no test makes are marked with \u{2717}.</caption>\
         <thead><tr><th class=\"n\">rank</th><th>path</th><th class=\"w\">risk</th><th class=\"n\">customers,<br>at least</th><th class=\"n\">journeys</th><th class=\"n\">failed</th><th class=\"w\">tested</th></tr></thead><tbody>",
        grouped(untested.len().min(PATHS_MAX) as u64),
        grouped(untested.len() as u64)
    );
    for (rank, path) in untested.iter().take(PATHS_MAX).enumerate() {
        row(out, told, rank + 1, path);
    }
    out.push_str("</tbody></table></div></section>\n");
}

const fn told_level(level: Level) -> &'static str {
    match level {
        Level::Whole => "whole, by one test",
        Level::Pieces => "in pieces",
        Level::Partly => "partly",
        Level::Untested => "not at all",
    }
}

fn row(out: &mut String, told: &Told<'_>, rank: usize, path: &Path) {
    let class = if path.level == Level::Untested { " not" } else { "" };
    let _ = write!(out, "<tr><td class=\"n\">{rank}</td><td><details><summary>{}</summary><ol>", escape(&told.name(path)));
    let mut before = None;
    for act in path.acts.iter().take(STEPS_MAX) {
        let is_made = match before {
            Some(before) => told.measured.is_made((before, *act)),
            None => told.measured.acts.get(act).is_some_and(|done| done.tested),
        };
        let (class, sign) = if is_made { ("", "") } else { (" class=\"gap\"", " \u{2717}") };
        let _ = write!(out, "<li{class}>{}{sign}</li>", escape(&told.label(*act)));
        before = Some(*act);
    }
    out.push_str("</ol>");
    if path.acts.len() > STEPS_MAX {
        let _ = write!(out, "<p>and {} more steps</p>", path.acts.len() - STEPS_MAX);
    }
    if !path.scenarios.is_empty() {
        let names: Vec<String> = path.scenarios.iter().map(|id| format!("<code>@scn-{}</code>", id.letters())).collect();
        let _ = write!(out, "<p>Scenarios of this night for it: {}</p>", names.join(" "));
    }
    let _ = writeln!(
        out,
        "</details></td><td class=\"w\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"w{class}\">{}</td></tr>",
        path.risk.name(),
        grouped(path.customers),
        grouped(path.journeys),
        grouped(path.failures),
        told_level(path.level)
    );
}

fn calls(out: &mut String, told: &Told<'_>) {
    let untested: Vec<_> = told.acts().into_iter().filter(|(_, done)| !done.tested).collect();
    out.push_str("<section><h2>Calls and events that no test makes</h2>\n");
    if untested.is_empty() {
        out.push_str("<p>There is none.</p></section>\n");
        return;
    }
    out.push_str("<table><thead><tr><th>call or event</th><th class=\"n\">customers, at least</th></tr></thead><tbody>\n");
    for (act, done) in untested.iter().take(ROWS_MAX) {
        let _ = writeln!(out, "<tr><td>{}</td><td class=\"n\">{}</td></tr>", escape(&told.label(*act)), grouped(done.customers));
    }
    out.push_str("</tbody></table></section>\n");
}

fn meaning(out: &mut String) {
    out.push_str(
        "<section><h2>What the words mean</h2>\n<dl>\n<dt>path</dt><dd>A journey as a test can see it: its calls, or its events where it has none. Of calls that only \
         read, repetitions in a row count once.</dd>\n<dt>whole, by one test</dt><dd>Some test, or some journey of the test run, walks it from end to end without a gap.</dd>\n\
         <dt>in pieces</dt><dd>Each step and the one behind it are in some test, but no test walks all of it.</dd>\n<dt>partly, not at all</dt><dd>Some, or all, of its \
         transitions are in no test.</dd>\n<dt>customers, at least</dt><dd>The most customers of one variant or edge: variants may share customers, so they are not added up.</dd>\n\
         <dt>tested</dt><dd>A test does it and checks the status of the answer (the event, where there is no call). Tests that results call skipped or undefined do \
         nothing; tests that failed are tests.</dd>\n</dl></section>\n",
    );
}
