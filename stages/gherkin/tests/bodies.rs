//! Bodies with one field changed: the libraries for Python and JavaScript make the same ones, and the right ones. Needs node and python3; without one of
//! them the test says so and passes, except under `CI`, where that is a failure.

#![expect(clippy::disallowed_types, reason = "this test starts the languages the libraries are written in; it is no stage")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Prints `[label, body, times]` of each variation; the arguments are the folder of the library, the body and its limits.
const PYTHON: &str = "
import json, sys
sys.path.insert(0, sys.argv[1])
from bodies import variations
print(json.dumps([list(varied) for varied in variations(*map(json.loads, sys.argv[2:]))]))
";
const NODE: &str = "
const { variations } = await import(`file://${process.argv[1]}/bodies.mjs`);
console.log(JSON.stringify(variations(...process.argv.slice(2).map(JSON.parse))));
";

/// What a library varies, by label; none, with a printed reason, when its language is not installed.
#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn varied(program: &str, arguments: &[&str], library: &str, body: &Value, limits: &Value) -> Option<BTreeMap<String, (Value, u64)>> {
    if Command::new(program).arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "{program} is needed in CI");
        eprintln!("skipped: {program} is not installed, so no body was varied");
        return None;
    }
    let mut command = Command::new(program);
    command.args(arguments).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/steps").join(library)).args([body.to_string(), limits.to_string()]);
    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").env_remove("TEST_ACCEPTED").output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    let list: Vec<(String, Value, u64)> = serde_json::from_slice(&output.stdout).unwrap();
    let varied: BTreeMap<_, _> = list.iter().map(|(label, body, times)| (label.clone(), (plain(body), *times))).collect();
    assert_eq!(varied.len(), list.len(), "{program}: a label twice");
    Some(varied)
}

/// JSON knows no whole numbers: 1e12 and 1000000000000 are one value.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => fields.iter().map(|(name, item)| (name.clone(), plain(item))).collect(),
        other => other.clone(),
    }
}

/// Checks some variations of a body, by label, and that both languages make the same ones of all.
fn check(body: &Value, limits: &Value, expected: &[(&str, Value, u64)]) {
    let python = varied("python3", &["-c", PYTHON], "python", body, limits);
    let node = varied("node", &["--input-type=module", "-e", NODE], "cucumber_js/support", body, limits);
    for (language, varied) in [("python", &python), ("node", &node)] {
        let Some(varied) = varied else { continue };
        for (label, body, times) in expected {
            assert_eq!(varied.get(*label), Some(&(plain(body), *times)), "{language}: {label}");
        }
        // A text without a digit is its own other of the same form.
        let same = varied.iter().filter(|(label, (varied, _))| *varied == plain(body) && !label.ends_with("another of its form"));
        assert_eq!(same.map(|(label, _)| label).next(), None, "{language}: nothing was changed");
    }
    if let (Some(python), Some(node)) = (python, node) {
        assert_eq!(python, node);
    }
}

#[test]
fn fields_of_lists_are_varied_where_they_stand() {
    let body = json!({
        "items": [{ "sku": "A1", "price": { "amount": 5 } }, { "sku": "B2", "price": { "amount": 7 } }],
        "tags": ["red", "blue"],
        "grid": [[1, 2], [3]],
        "note": { "text": "hello", "urgent": true },
    });
    let with = |name: &str, value: Value| {
        let mut body = body.clone();
        body[name] = value;
        body
    };
    let [first, second] = [0, 1].map(|place| body["items"][place].clone());
    check(
        &body,
        &json!({ "items[1].price.amount": [100] }),
        &[
            ("items[0].sku left out", with("items", json!([{ "price": { "amount": 5 } }, second])), 1),
            ("items[0].sku empty", with("items", json!([{ "sku": "", "price": { "amount": 5 } }, second])), 1),
            ("items[1].sku another of its form", with("items", json!([first, { "sku": "B3", "price": { "amount": 7 } }])), 1),
            ("items[1].price.amount null", with("items", json!([first, { "sku": "B2", "price": { "amount": null } }])), 1),
            ("items[1].price.amount 100", with("items", json!([first, { "sku": "B2", "price": { "amount": 100 } }])), 3),
            ("tags[0] left out", with("tags", json!(["blue"])), 1),
            ("tags[1] a number", with("tags", json!(["red", 7])), 1),
            ("tags[1] a list", with("tags", json!(["red", []])), 1),
            ("grid[0][1] -1", with("grid", json!([[1, -1], [3]])), 1),
            ("grid[1][0] left out", with("grid", json!([[1, 2], []])), 1),
            ("note.text left out", with("note", json!({ "urgent": true })), 1),
            ("note.urgent null", with("note", json!({ "text": "hello", "urgent": null })), 1),
        ],
    );
}

#[test]
fn names_with_dots_and_brackets_are_no_paths() {
    let body = json!({ "a.b": "x1", "c[0]": 1, "d": { "e.f": "y" } });
    let expected = [
        ("a.b left out", json!({ "c[0]": 1, "d": { "e.f": "y" } }), 1),
        ("c[0] 0", json!({ "a.b": "x1", "c[0]": 0, "d": { "e.f": "y" } }), 1),
        ("d.e.f a number", json!({ "a.b": "x1", "c[0]": 1, "d": { "e.f": 7 } }), 1),
    ];
    check(&body, &json!({}), &expected);
}

#[test]
fn a_body_that_is_a_list_is_varied_too() {
    check(&json!([{ "id": 1 }, "x"]), &json!({}), &[("[0].id null", json!([{ "id": null }, "x"]), 1), ("[1] left out", json!([{ "id": 1 }]), 1)]);
}

#[test]
fn limits_have_one_label_in_both_languages() {
    let expected = [
        ("amount 10000", json!({ "amount": 10000 }), 3),
        ("amount 10000.01", json!({ "amount": 10000.01 }), 3),
        ("amount 0", json!({ "amount": 0 }), 1),
    ];
    check(&json!({ "amount": 5 }), &json!({ "amount": [10000.0, 10000.01, 0.01] }), &expected);
}
