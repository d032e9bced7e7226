//! Fuzz targets of what reads other people's tests. No panic, time and memory in proportion to the input, and one answer.

use fuzz::{Target, shape};

use super::feature::{self, Step};
use super::matcher::Matcher;
use super::results::Results;
use super::walk::Walk;
use super::{cucumber, junit};
use crate::vocabulary::Vocabulary;

const GHERKIN: &[&[u8]] = &[
    b"# language: de\n",
    b"Feature: ",
    b"\nBackground:",
    b"\nRule: ",
    b"\nScenario: ",
    b"\nScenario Outline: ",
    b"\nExamples:\n",
    b"\n  Given ",
    b"\n  * ",
    b"\n|a|b|\n",
    b"\\|",
    b"<a>",
    b"\n\"\"\"\n",
    b"\n```\n",
    b"\n@scn-abcdefghijklmnop ",
    b"\n#",
    b"\r\n",
    b"\xef\xbb\xbf",
];

const XML: &[&[u8]] = &[
    b"<testsuite name='a'>",
    b"</testsuite>",
    b"<testsuites>",
    b"<testcase classname='a' name='b'>",
    b"</testcase>",
    b"<skipped/>",
    b"<failure message='undefined'/>",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"&#x0;",
    b"@scn-abcdefghijklmnop",
    b"<?xml version='1.1'?>",
];

const JSON: &[&[u8]] = &[
    b"[{\"elements\":[",
    b"{\"name\":\"a\",\"type\":\"background\",\"steps\":[",
    b"\"tags\":[{\"name\":\"@scn-abcdefghijklmnop\"}]",
    b"\"result\":{\"status\":\"passed\"}",
    b"\"hidden\":true",
    b"\"doc_string\":{\"value\":\"a\"}",
    b"]}]",
    b"\\u0000",
    b"null",
];

const STEPS: &[&[u8]] = &[
    b"I send a GET request to \"/a/${b}\"",
    b"I have received 200 from a POST request to \"",
    b"the response status is 404",
    b"https://",
    b"method ",
    b"DELETE",
    b"'",
    b"?a=b#c",
    b"event \"",
    b"\" was observed",
    b"\" follows within ",
    b"signed in as",
    b"/",
    b"\n",
];

/// Tests have the names and as many steps as limits allow, and the file read again is read alike.
#[test]
fn feature_file() {
    let seed = b"Feature: f\n  Background:\n    Given a\n  @t\n  Scenario Outline: s <x>\n    When <x>\n    Examples:\n      | x |\n      | 1 |\n";
    Target::new("gherkin-feature-file", GHERKIN).seed(seed).check(|input| {
        let text = String::from_utf8_lossy(input);
        let read = || {
            let (mut tests, mut steps) = (0_usize, 0_usize);
            let outcome = feature::parse(&text, &mut |test| {
                assert!(test.steps.iter().all(|step| step.text.len() <= schemas::limits::TEST_TEXT_BYTES_MAX));
                assert!(test.tags.iter().all(|tag| !tag.is_empty()));
                tests += 1;
                steps += test.steps.len();
                tests < 100
            });
            let lines = text.lines().count();
            assert!(outcome.is_ok() || outcome.is_err_and(|problem| problem.line as usize <= lines));
            (tests, steps, outcome.map_err(|problem| problem.what as u8))
        };
        let first = read();
        assert_eq!(first, read());
        shape(&(first.0.min(5), first.1.min(20), first.2))
    });
}

#[test]
fn junit_file() {
    Target::new("gherkin-junit-file", XML).seed(b"<testsuite><testcase name='n'><skipped/></testcase></testsuite>").check(|input| {
        let text = String::from_utf8_lossy(input);
        let mut results = Results::default();
        let mut ends = [0_u32; 4];
        let read = junit::parse(&text, &mut |case| {
            ends[case.outcome as usize] += 1;
            results.add(&case.belongs_to, &case.name, &case.ids, case.outcome)
        });
        if let junit::Read::Broken(line) = read {
            assert!(line as usize <= text.bytes().filter(|byte| *byte == b'\n').count() + 1);
        }
        shape(&(ends.map(|count| count.min(3)), matches!(read, junit::Read::Done), matches!(read, junit::Read::Other)))
    });
}

#[test]
fn cucumber_file() {
    let seed = br#"[{"name":"f","elements":[{"name":"s","type":"scenario","steps":[{"name":"a","result":{"status":"passed"}}]}]}]"#;
    Target::new("gherkin-cucumber-file", JSON).seed(seed).check(|input| {
        let text = String::from_utf8_lossy(input);
        let ran = cucumber::parse(&text);
        assert_eq!(ran, cucumber::parse(&text));
        let ends: Vec<u8> = ran.iter().flatten().take(4).map(|ran| ran.outcome as u8).collect();
        shape(&(ends, ran.map(|ran| ran.len().min(5)).map_err(|_| ())))
    });
}

/// The steps of any test walk nothing that the run does not have.
#[test]
fn step_texts() {
    let matcher = Matcher::new(&Vocabulary::default());
    Target::new("gherkin-step-texts", STEPS).seed(b"I GET \"/a\"\nthe status is 200").check(|input| {
        let text = String::from_utf8_lossy(input);
        let steps: Vec<Step> = text.split('\n').map(|text| Step { text: text.to_owned(), doc: None }).collect();
        let walk = Walk::of(&matcher, &steps);
        assert!(walk.events.is_empty() && walk.unknown as usize <= steps.len() + 1);
        shape(&(walk.unknown.min(9), walk.known))
    });
}
