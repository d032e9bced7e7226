//! The features of nights after each other in a team's folder, through the real binaries: what people edit and decide holds.

mod common;

use std::path::Path;

use common::Bank;
use serde_json::Value;
use xtask::logminer;

/// Sessions that log in and transfer: the third transfer of a session fails. `grown` adds a path.
fn night(bank: &Bank, date: &str, grown: bool) {
    let mut lines = String::new();
    for session in 0..300 {
        let mut paths = vec![("POST", "/api/login", 200)];
        let transfers = 1 + session % 3;
        paths.extend((0..transfers).map(|place| ("POST", "/api/transfers", if place == 2 { 500 } else { 201 })));
        if transfers < 3 {
            paths.push(("GET", "/api/balance", 200));
        }
        if grown && session % 3 == 0 {
            paths.push(("GET", "/api/cards", 200));
        }
        paths.push(("POST", "/api/logout", 204));
        for (place, (method, path, status)) in (0..).zip(paths) {
            let second = session * 60 + place * 7;
            let (hour, minute, second) = (8 + second / 3_600, second / 60 % 60, second % 60);
            lines.push_str(&format!(
                "{{\"timestamp\":\"{date}T{hour:02}:{minute:02}:{second:02}Z\",\"http_method\":\"{method}\",\"http_path\":\"{path}\",\"http_status\":{status},\"session_id\":\"s{date}n{session}\",\"customer_id\":\"cust-{session:04}\"}}\n"
            ));
        }
    }
    let folder = bank.path(date);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("day.jsonl"), lines).unwrap();
    let call = logminer::command().args(["run", "--json", "--date", date, "--input"]).arg(&folder);
    let (code, out, said) = call.arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys")).outcome().unwrap();
    assert_eq!(code, 0, "{out}{said}");
}

fn features(bank: &Bank, args: &[&str]) -> (u8, String) {
    let call = logminer::command().arg("features").args(args).arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys"));
    let (code, out, said) = call.outcome().unwrap();
    (code, out + &said)
}

fn sync(bank: &Bank, more: &[&str]) -> (u8, String) {
    sync_of(bank, &bank.latest("runs"), more)
}

fn sync_of(bank: &Bank, run: &Path, more: &[&str]) -> (u8, String) {
    let into = bank.path("team");
    let mut args = vec!["sync", run.to_str().unwrap(), "--into", into.to_str().unwrap()];
    args.extend(more);
    features(bank, &args)
}

/// All feature files of a folder, as one text.
fn text_of(folder: &Path) -> String {
    let files =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "feature"));
    let mut files: Vec<_> = files.collect();
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn id_of(run: &Path, name: &str) -> String {
    let list: Value = serde_json::from_slice(&std::fs::read(run.join("release/features.json")).unwrap()).unwrap();
    let scenarios = list["features"].as_array().unwrap().iter().flat_map(|feature| feature["scenarios"].as_array().unwrap().clone());
    scenarios.into_iter().find(|scenario| scenario["name"] == name).expect("it is written")["id"].as_str().unwrap().to_owned()
}

#[test]
fn features_live_in_a_teams_folder() {
    let bank = Bank::new();
    std::fs::create_dir(bank.path("team")).unwrap();
    night(&bank, "2026-11-20", false);

    // The planted fault is a scenario that a person recognises.
    let run = bank.latest("runs");
    let third = "Third transfer is accepted with status 201 after two transfers";
    assert!(text_of(&run.join("release/features")).contains(third), "{}", text_of(&run.join("release/features")));

    let (code, said) = sync(&bank, &["--check"]);
    assert!(code == 1 && !bank.path("team/features").exists(), "a look changes nothing: {said}");
    assert_eq!(sync(&bank, &[]).0, 0);
    assert_eq!(text_of(&bank.path("team/features")), text_of(&run.join("release/features")));
    let (code, said) = sync(&bank, &["--check", "--json"]);
    let told: Value = serde_json::from_str(said.trim()).unwrap();
    assert!(code == 0 && told["would_change"] == false && told["files"].as_array().unwrap().is_empty(), "{said}");

    // A person edits one file, another scenario is muted, a third one reviewed.
    let edited = std::fs::read_dir(bank.path("team/features")).unwrap().map(|entry| entry.unwrap().path());
    let edited = edited.into_iter().find(|path| path.to_string_lossy().contains("/failure-transfers")).unwrap();
    let mine = std::fs::read_to_string(&edited).unwrap().replace("status is 201", "status is 422");
    std::fs::write(&edited, &mine).unwrap();
    let muted = id_of(&run, "Reading balance succeeds with status 200 after a transfer");
    for (reason, exit) in [("ticket 4711", 0), ("asked by customer 4400112233", 2), (" ", 2)] {
        assert_eq!(features(&bank, &["mute", &muted, "--by", "a.lead", "--reason", reason]).0, exit, "{reason}");
    }
    assert_eq!(features(&bank, &["mute", "scn-aaaaaaaaaaaaaaaa", "--by", "a.lead", "--reason", "none such"]).0, 2);
    assert_eq!(features(&bank, &["accept", &id_of(&run, third), "--by", "a.lead", "--reason", "known, ticket 4712"]).0, 0);
    assert!(std::fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap().contains("scenario_decided"));

    let earlier = run;
    night(&bank, "2026-11-21", true);
    let run = bank.latest("runs");
    assert!(!text_of(&run.join("release/features")).contains(&muted));
    let summary = bank.path("pull-request.md");
    let (code, said) = sync(&bank, &["--summary", summary.to_str().unwrap()]);
    assert!(code == 0 && said.contains("kept"), "{said}");
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), mine, "an edit is never written over");
    let summary = std::fs::read_to_string(summary).unwrap();
    for part in ["## New", "## Edited", "## Files", "## Decided", "ticket 4711", third] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    assert!(!text_of(&bank.path("team/features")).contains(&muted) && text_of(&bank.path("team/features")).contains("/api/cards"));
    assert_eq!(sync(&bank, &["--check"]).0, 0);

    // An older night takes nothing back unless it is asked to, and a look says so too.
    for args in [&[][..], &["--check"]] {
        let (code, said) = sync_of(&bank, &earlier, args);
        assert!(code == 2 && said.contains("is older than") && said.contains("--older"), "{said}");
    }
    assert!(text_of(&bank.path("team/features")).contains("/api/cards"));
    assert_eq!(sync_of(&bank, &earlier, &["--older"]).0, 0);
    assert!(!text_of(&bank.path("team/features")).contains("/api/cards"));
    // A summary that cannot be written: nothing is brought over without one.
    let (code, said) = sync(&bank, &["--summary", "/proc/summary.md"]);
    assert!(code != 0 && said.contains("/proc"), "{said}");
    assert!(!text_of(&bank.path("team/features")).contains("/api/cards"));
    assert_eq!(sync(&bank, &[]).0, 0);

    // A look at the night for a pull request: the summary is written, the folder is not.
    let looked = bank.path("looked.md");
    let (code, said) = sync(&bank, &["--check", "--summary", looked.to_str().unwrap()]);
    assert!(code == 0 && std::fs::read_to_string(&looked).unwrap().contains("## Edited"), "{said}");
    for inside in [bank.path("team/looked.md"), run.join("release/looked.md")] {
        let (code, said) = sync(&bank, &["--check", "--summary", inside.to_str().unwrap()]);
        assert!(code == 2 && !inside.exists(), "{said}");
    }

    // Nothing is brought over from a run that was changed, nor into the runs.
    let inside = run.to_str().unwrap();
    assert_eq!(features(&bank, &["sync", inside, "--into", inside]).0, 2);
    let file = std::fs::read_dir(run.join("release/features")).unwrap().next().unwrap().unwrap().path();
    let mut permissions = std::fs::metadata(&file).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o640);
    std::fs::set_permissions(&file, permissions).unwrap();
    std::fs::write(&file, "Feature: forged\n").unwrap();
    assert_eq!(sync(&bank, &[]).0, 31);
    let path = bank.path("runs/scenarios.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("muted", "reviewed")).unwrap();
    assert_eq!(features(&bank, &["list"]).0, 31);
}
