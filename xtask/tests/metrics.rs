//! `metrics.prom` of real runs: promtool accepts it, it says what the manifest says, and failed runs leave one too.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use common::Bank;
use serde_json::Value;
use xtask::tools;

/// Samples by series and labels, as they are written.
fn samples(path: &Path) -> BTreeMap<String, f64> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit_once(' ').unwrap()).map(|(place, value)| (place.to_owned(), value.parse().unwrap())).collect()
}

/// `promtool check metrics` has nothing to say.
fn check(path: &Path) {
    let Some(promtool) = tools::find("promtool", "prometheus") else { return };
    let output = Command::new(promtool).args(["check", "metrics"]).stdin(Stdio::from(fs::File::open(path).unwrap())).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}\n{}", fs::read_to_string(path).unwrap());
}

#[test]
fn the_metrics_say_what_the_manifest_says() {
    let bank = Bank::with_day(400, 41);
    bank.log("bad.jsonl", b"[1]\nnull\n17\n");
    bank.run().args(["--shards", "2"]).run_quietly().unwrap();
    let file = bank.path("runs/metrics.prom");
    check(&file);
    let found = samples(&file);
    let manifest: Value = serde_json::from_slice(&fs::read(bank.latest("runs").join("manifest.json")).unwrap()).unwrap();
    let tasks = manifest["tasks"].as_array().unwrap();
    let number = |value: &Value| value.as_f64().unwrap();
    let counts = &manifest["counts"];
    assert_eq!(found["logminer_input_read_records"], number(&counts["records_in"]));
    assert_eq!(found["logminer_output_clean_records"], number(&counts["clean"]));
    assert_eq!(found["logminer_output_dropped_records"], number(&counts["dropped"]));
    assert_eq!(found["logminer_input_source_bytes"], number(&manifest["input"]["bytes"]));
    let quarantined: f64 = found.iter().filter(|(place, _)| place.starts_with("logminer_output_quarantined_records")).map(|(_, value)| value).sum();
    assert_eq!(quarantined, number(&counts["quarantined"]));
    assert!(found["logminer_output_quarantined_records{reason=\"not_a_record\"}"] >= 3.0);
    let bytes: f64 = tasks.iter().flat_map(|task| task["outputs"].as_array().unwrap()).map(|output| number(&output["bytes"])).sum();
    assert_eq!(found["logminer_output_container_bytes"], bytes);
    let steps: std::collections::BTreeSet<&str> = tasks.iter().map(|task| task["step"].as_str().unwrap()).collect();
    for step in steps {
        let of_step = || tasks.iter().filter(|task| task["step"] == step).map(|task| &task["usage"]);
        let sum = |name: &str| of_step().map(|usage| number(&usage[name])).sum::<f64>() / 1e6;
        let close = |place: String, expected: f64| assert!((found[&place] - expected).abs() < 1e-6, "{place}");
        close(format!("logminer_step_cpu_seconds{{step=\"{step}\",mode=\"user\"}}"), sum("user_us"));
        close(format!("logminer_step_wall_seconds{{step=\"{step}\"}}"), sum("wall_us"));
        assert_eq!(found[&format!("logminer_step_done_tasks{{step=\"{step}\",state=\"run\"}}")], of_step().count() as f64);
        let peak = of_step().map(|usage| number(&usage["rss_anon_peak_bytes"])).fold(0.0, f64::max);
        assert_eq!(found[&format!("logminer_step_rss_anon_peak_bytes{{step=\"{step}\"}}")], peak);
    }
    assert_eq!(found["logminer_sandbox_refused_probes"], number(&manifest["sandbox"]["probes"]));
    assert!(found["logminer_budget_spent_rho"] > 0.0 && found["logminer_budget_left_rho"] > 0.0);
    assert_eq!(found["logminer_run_last_exit_code"], 0.0);
}

#[test]
fn failed_and_unchanged_runs_leave_metrics_too() {
    let bank = Bank::with_day(300, 42);
    let textfile = bank.path("collector/bank.prom");
    fs::create_dir(bank.path("collector")).unwrap();
    let run = || bank.run().arg("--metrics-textfile").arg(&textfile);
    run().run_quietly().unwrap();
    let success = samples(&textfile)["logminer_run_last_success_timestamp_seconds"];
    run().run_quietly().unwrap();
    assert!(samples(&textfile).keys().any(|place| place.ends_with("state=\"skipped\"}")));
    fs::write(bank.path("logs/bad.jsonl"), "[1]\nnull\n17\n".repeat(400)).unwrap();
    assert_eq!(run().outcome().unwrap().0, 22);
    let found = samples(&textfile);
    assert_eq!(found["logminer_run_last_exit_code"], 22.0);
    assert!(found["logminer_output_quarantined_records{reason=\"not_a_record\"}"] >= 1_200.0, "{found:?}");
    fs::remove_file(bank.path("keys/token.key")).unwrap();
    assert_eq!(run().outcome().unwrap().0, 32);
    check(&textfile);
    let found = samples(&textfile);
    assert_eq!(found["logminer_run_last_exit_code"], 32.0);
    assert!(found["logminer_run_last_success_timestamp_seconds"] >= success);
    assert_eq!(found["logminer_run_ended_total{exit=\"done\"}"], 2.0);
    assert_eq!(found["logminer_run_ended_total{exit=\"too_many_quarantined\"}"], 1.0);
    assert!(!found.keys().any(|place| place.starts_with("logminer_output")), "{found:?}");
    let log = fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap();
    assert!(log.lines().last().unwrap().contains("\"run_refused\""), "{log}");
    assert!(!bank.path("runs/metrics.prom").exists());
}

#[test]
fn a_failed_run_says_what_is_kept_and_what_to_do() {
    let bank = Bank::with_day(300, 43);
    fs::write(bank.path("logs/bad.jsonl"), "[1]\nnull\n17\n".repeat(400)).unwrap();
    let (code, out, _) = bank.run().outcome().unwrap();
    assert_eq!(code, 22);
    let summary: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["event"], &summary["exit"], &summary["published"]), (&"summary".into(), &22.into(), &false.into()));
    assert!(summary["steps_kept"].as_u64().unwrap() >= 2 && summary["latest"].is_null(), "{summary}");
    assert!(summary["what_to_do"].as_str().unwrap().contains("logminer inspect"), "{summary}");
}
