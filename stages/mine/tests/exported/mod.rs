//! pm4py opens the exported journeys and finds in them the variants and the directly-follows graph that the step wrote itself.
//! Needs python3 and its packages, installed once a version into the target folder; under `CI` they must be there.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test writes the files and runs what reads them")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemas::ids::Digest;
use serde_json::Value;

use crate::support::{Day, Line, mine};

const SECOND_NS: i64 = 1_000_000_000;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/mine")
}

fn checked(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let last_line = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().last().unwrap_or_default().to_owned();
    if output.status.success() { Ok(()) } else { Err(format!("pm4py could not be installed: {}", last_line(&output.stderr))) }
}

fn install() -> Result<PathBuf, String> {
    let requirements = std::fs::read(data().join("requirements.txt")).unwrap();
    let digest = Digest::of(&requirements).to_string();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pm4py-{}", digest.get(..12).unwrap()));
    if !folder.join("complete").exists() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        checked(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&folder))?;
        let mut pip = Command::new(folder.join("venv/bin/pip"));
        checked(pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(data().join("requirements.txt")))?;
        std::fs::write(folder.join("complete"), b"").map_err(|error| error.to_string())?;
    }
    Ok(folder.join("venv/bin/python"))
}

/// Sessions of several paths, with loops, equal times, events without a time, and letters that XML escapes.
fn day() -> Day {
    let mut day = Day::default();
    for session in 0..60_i64 {
        let names: &[&str] = match session % 4 {
            0 => &["login", "balance", "transfer", "logout"],
            1 => &["login", "transfer", "transfer", "transfer", "logout"],
            2 => &["login", "a<b> & \"c\"", "logout"],
            _ => &["balance", "login", "balance", "login", "logout"],
        };
        for (step, name) in (0_i64..).zip(names) {
            // Every fourth event has no time; two steps share one second.
            let time = (step != 3).then_some(session * 60 * SECOND_NS + step / 2 * SECOND_NS);
            day.lines.push(Line::new(&format!("[SESSION_k1{session}]"), "", time).field("event", name));
        }
    }
    day
}

type Edges = BTreeMap<(String, String), u64>;

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn pm4py_finds_the_same_variants_and_edges() {
    let python = match install() {
        Ok(python) => python,
        Err(reason) => {
            assert!(std::env::var_os("CI").is_none(), "pm4py is needed in CI: {reason}");
            eprintln!("skipped: {reason}");
            return;
        }
    };
    let mined = mine(&day(), 2, 3, 2);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exported-journeys");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in mined.files.iter().filter(|(name, _)| name.ends_with(".xes")) {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    let output = Command::new(python).arg(data().join("event_log.py")).arg(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = String::from_utf8(output.stdout).unwrap();
    let found: Value = serde_json::from_str(line.lines().last().unwrap()).unwrap();
    let shown: Value = serde_json::from_slice(&mined.files["journeys.json"]).unwrap();
    assert_eq!((found["journeys"].as_u64(), shown["journeys_exported"].as_u64()), (Some(60), Some(60)));

    let labels: Vec<&str> = shown["events"].as_array().unwrap().iter().map(|event| event["label"].as_str().unwrap()).collect();
    let label = |number: &Value| number.as_u64().map_or_else(|| number.as_str().unwrap(), |number| labels[number as usize]).to_owned();
    let own: Edges =
        shown["edges"].as_array().unwrap().iter().map(|edge| ((label(&edge["from"]), label(&edge["to"])), edge["count"].as_u64().unwrap())).collect();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut theirs: Edges =
        found["edges"].as_array().unwrap().iter().map(|edge| ((text(&edge[0]), text(&edge[1])), edge[2].as_u64().unwrap())).collect();
    theirs.extend(found["start"].as_object().unwrap().iter().map(|(name, count)| (("start".to_owned(), name.clone()), count.as_u64().unwrap())));
    theirs.extend(found["end"].as_object().unwrap().iter().map(|(name, count)| ((name.clone(), "end".to_owned()), count.as_u64().unwrap())));
    assert_eq!(theirs, own);
    assert!(own.len() >= 12 && own.keys().any(|(from, to)| from == to), "{own:?}");

    let mut variants = BTreeMap::<Vec<String>, u64>::new();
    for variant in found["variants"].as_array().unwrap() {
        let mut names: Vec<String> = variant[0].as_array().unwrap().iter().map(text).collect();
        // One event over and over is one event in a variant of ours.
        names.dedup();
        *variants.entry(names).or_default() += variant[1].as_u64().unwrap();
    }
    let own: BTreeMap<Vec<String>, u64> = shown["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| (variant["events"].as_array().unwrap().iter().map(label).collect(), variant["journeys"].as_u64().unwrap()))
        .collect();
    assert_eq!(variants, own);
    assert_eq!(own.len(), 4);
}
