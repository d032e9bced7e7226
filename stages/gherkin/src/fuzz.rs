//! Fuzz targets of what writes features. `cargo xtask fuzz gherkin` runs them for longer.

use fuzz::{Target, shape};

use crate::model::*;

const TOKENS: &[&[u8]] = &[
    b"Feature:",
    b"Scenario: ",
    b"Given ",
    b"\n    Given a forged step",
    b"\"\"\"",
    b"```",
    b"\"",
    b"'",
    b"\\",
    b"#",
    b"@tag",
    b"| a |",
    b"<x>",
    b"${id}",
    b"{account_id}",
    b"[CARD_k1ABC]",
    b"\r",
    b"\x0b",
    b"\x0c",
    b"\x1c",
    b"\x85",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xae",
    b"\xef\xbb\xbf",
    b"\t",
    b"/",
    b"/v1/",
    b"%0a",
    b"\\u0022",
    b"\\n",
    b"# language: fr",
];

/// A file printed from any text has the lines that were meant and no other: counted by how each begins, split where Python splits.
#[test]
fn render_any_text() {
    let target = Target::new("gherkin-render", TOKENS).seed(b"transfer failed").seed(b"/v1/accounts/{account_id}/transfers").seed(b"a\nScenario: b");
    target.check(|input| {
        let text = String::from_utf8_lossy(input);
        let feature = feature(&text);
        let file = render(&feature);
        let mut counts = [0_usize; 5];
        let mut in_doc = false;
        for line in file.split(splits) {
            let line = line.trim_start();
            if line == "\"\"\"" {
                in_doc = !in_doc;
            } else if in_doc {
                assert!(serde_json::from_str::<String>(line).is_ok_and(|name| name == *text), "a doc string is not the name");
                counts[4] += 1;
            } else if line.starts_with("Feature: ") {
                counts[0] += 1;
            } else if line.starts_with("Scenario: ") {
                counts[1] += 1;
            } else if ["Given ", "When ", "Then ", "And "].iter().any(|keyword| line.starts_with(keyword)) {
                counts[2] += 1;
                assert!(line.matches('"').count().is_multiple_of(2), "an open quote");
            } else if line.starts_with('@') {
                assert!(
                    line.split(' ').all(|tag| tag.len() > 1
                        && tag.starts_with('@')
                        && tag.bytes().skip(1).all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
                );
            } else {
                assert!(line.is_empty() || line.starts_with("Seen:"), "a line that nobody wrote");
                counts[3] += usize::from(!line.is_empty());
            }
        }
        let steps = &feature.scenarios[0].steps;
        assert!(!in_doc && counts == [1, 1, steps.len(), 1, steps.iter().filter(|step| step.doc_string().is_some()).count()]);
        shape(&(counts, file.len().min(400)))
    });
}

/// Where some runner ends a line: Gherkin's line feed, and everything `str.splitlines` of Python splits at.
fn splits(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn feature(text: &str) -> Feature {
    let mut steps = vec![Step::ApiAvailable];
    if let Some(path) = Path::new(text) {
        assert!(path.as_str().is_ascii() && !path.as_str().contains(['"', '|', '<', '\\', ' ']));
        let unknown = path.of_unknown();
        let data = Slug::new(text, "data").as_str().to_owned();
        steps.push(Step::Send(Call { method: Method::new(text).unwrap_or(Method::Post), path, data: Some(data) }));
        steps.extend(unknown.map(|path| Step::Send(Call { method: Method::Get, path, data: None })));
    }
    if let Some(name) = EventName::new(text) {
        steps.push(Step::EventObserved(name.clone()));
        steps.push(Step::EventFollows(name, 7));
    }
    let scenario = Scenario {
        tags: vec![Tag::new("event", text)],
        name: Line::new(text),
        description: vec![Line::new(&format!("Seen: {text}"))],
        steps,
        kept: None,
    };
    Feature { tags: vec![Tag::new("feature", text)], name: Line::new(text), description: Vec::new(), scenarios: vec![scenario] }
}
