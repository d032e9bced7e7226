//! `cargo xtask eval` through the sealed binaries: each command takes its data as a user gives it and answers line by line.

mod common;

use std::path::{Path, PathBuf};

use common::sealed;

struct Data(tempfile::TempDir);

impl Data {
    fn new() -> Self {
        sealed();
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Runs `eval` and returns the lines of its output.
    fn eval(&self, args: &[&str]) -> Vec<String> {
        let output = self.path("output");
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_xtask")).arg("eval").args(args).arg("--output").arg(&output).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        std::fs::read_to_string(output).unwrap().lines().map(str::to_owned).collect()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn templates_come_back_for_every_line_in_order() {
    let data = Data::new();
    let lines: String = (0..40).map(|n| format!("Connection {n} from 10.0.0.{n} closed\nworker started with {n} threads\n")).collect();
    let found = data.eval(&["templates", "--input", text(&data.write("lines", &lines))]);
    assert_eq!(found.len(), 80);
    let template = |line: &str| line.split_once('\t').unwrap().1.to_owned();
    assert_eq!(
        (template(&found[0]), template(&found[79])),
        ("Connection <*> from <*> closed".to_owned(), "worker started with <*> threads".to_owned())
    );
    assert!(found.iter().step_by(2).all(|line| line == &found[0]));
}

#[test]
fn strange_sessions_score_above_ordinary_ones() {
    let data = Data::new();
    let train = data.write("train", &"login list view logout\nlogin view view logout\n".repeat(200));
    let score = data.write("score", "login list view logout\nlogout delete delete delete login\n");
    let found = data.eval(&["journeys", "--train", text(&train), "--score", text(&score)]);
    assert_eq!(found.len(), 402);
    let bits = |line: &str| line.split_once('\t').unwrap().0.parse::<f64>().unwrap();
    assert!(bits(&found[401]) > bits(&found[400]) && found[401].ends_with("\t1") && found[400].ends_with("\t0"), "{:?}", &found[400..]);
}

#[test]
fn personal_values_are_replaced_in_lines_and_in_json() {
    let data = Data::new();
    let text_line = "card 4111 1111 1111 1111 of jane.roe@example.com was declined";
    let json = serde_json::json!({ "id": "7", "text": text_line }).to_string() + "\n";
    let found = data.eval(&["pii", "--input", text(&data.write("lines.jsonl", &json))]);
    let answer: serde_json::Value = serde_json::from_str(&found[0]).unwrap();
    let sanitized = answer["sanitized_text"].as_str().unwrap();
    assert!(answer["id"] == "7" && sanitized.contains("[CARD_") && !sanitized.contains("4111") && !sanitized.contains("jane.roe"), "{sanitized}");
    let found = data.eval(&["pii", "--lines", "--input", text(&data.write("lines", &format!("{text_line}\nnothing here\n")))]);
    assert!(found.len() == 2 && found[0].contains("was declined") && !found[0].contains("4111") && found[1] == "nothing here", "{found:?}");
}
