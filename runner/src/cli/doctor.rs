//! `logminer doctor`: everything that would stop a run, found before the night.

use std::path::Path;

use sandbox::canary;
use sandbox::layer::Layer;
use schemas::exit::Exit;
use serde_json::json;

use super::args::DoctorOptions;
use super::prepare;
use crate::budget::Place;
use crate::engine;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::lock::Lock;
use crate::pipeline::Pipeline;
use crate::prove;
use crate::report::{grouped, print_line};
use crate::resources::{Budget, host_memory_bytes, host_threads};
use crate::retention::BUILDING;

/// One look: what, and what came of it.
struct Finding {
    what: &'static str,
    outcome: Result<String, Failure>,
}

pub(super) fn run(options: &DoctorOptions) -> Result<Exit, Failure> {
    if options.explain {
        explain(options.json);
        return Ok(Exit::Done);
    }
    let mut findings = vec![Finding { what: "kernel", outcome: kernel() }];
    let policy = prepare::policy(&options.policy);
    findings.push(Finding { what: "policy", outcome: policy.as_ref().map(|policy| format!("digest {}", policy.digest())).map_err(again) });
    let policy = policy.unwrap_or_default();
    findings.push(Finding { what: "keys", outcome: keys(&options.places.keys, policy.profile) });
    let budget = Budget { threads: host_threads(None), memory_bytes: host_memory_bytes() };
    findings.push(Finding { what: "resources", outcome: resources(budget) });
    match prepare::engine(&options.places, &policy, 1, budget) {
        Ok(engine) => {
            let mark = if engine.stages().development() { ", sealed for development" } else { "" };
            findings.push(Finding {
                what: "stages",
                outcome: Ok(format!("{} binaries, signature valid, epoch {}{mark}", engine.stages().entries().len(), engine.stages().epoch())),
            });
            findings.push(Finding { what: "sandbox", outcome: prove::sandbox(&engine).map(|seen| seen.to_string()) });
        }
        Err(failure) => findings.push(Finding { what: "stages", outcome: Err(failure) }),
    }
    findings.push(Finding { what: "runs folder", outcome: space(&options.places.runs) });
    findings.push(Finding { what: "unfinished", outcome: Ok(unfinished(&options.places.runs)) });
    let ledger = Place::of(&options.places.runs, options.places.ledger.as_deref(), options.places.ledger_anchor.as_deref());
    let budget = ledger
        .summary()
        .map(|summary| summary.map_or_else(|| "no ledger yet".to_owned(), |it| format!("{} nano-rho left", grouped(it.left_nano_rho.0))));
    findings.push(Finding { what: "budget", outcome: budget });
    let events = options.places.audit().verify().map(|events| format!("{events} events, each follows from the one before"));
    findings.push(Finding { what: "audit log", outcome: events });
    print(&findings, options.json);
    let worst = findings.into_iter().find_map(|finding| finding.outcome.err());
    Ok(worst.map_or(Exit::Done, |failure| failure.exit))
}

fn print(findings: &[Finding], json: bool) {
    for finding in findings {
        let (ok, text) = match &finding.outcome {
            Ok(text) => (true, text.clone()),
            Err(failure) => (false, failure.sentence()),
        };
        let exit = finding.outcome.as_ref().err().map_or(0, |failure| failure.exit.code());
        if json {
            print_line(&json!({ "check": finding.what, "ok": ok, "exit": exit, "text": text }).to_string());
        } else {
            print_line(&format!("{}  {:<12} {text}", if ok { "ok  " } else { "STOP" }, finding.what));
        }
    }
}

/// Every table of the sandbox, from the code that enforces it: layers, limits, calls, what the canary tries.
fn explain(json: bool) {
    let heading = |text: &str| {
        if !json {
            print_line(text);
        }
    };
    heading("Layers, in the order they are applied");
    for layer in Layer::ALL {
        let (name, done, why) = (layer.name(), layer.done(), layer.why());
        explained(
            json,
            &json!({ "table": "layer", "layer": name, "required": layer.required(), "done": done, "why": why, "property": layer.property() }),
            || format!("{name:<18} {:<9} {done}; {why}", if layer.required() { "required" } else { "bonus" }),
        );
    }
    heading("\nLimits of a step; a lower one of the runner stays in force");
    for row in engine::LIMITS.rows() {
        explained(json, &json!({ "table": "limit", "limit": row.name, "value": row.value, "why": row.why }), || {
            format!("{:<18} {:<20} {}", row.name, row.value.map_or_else(|| "by step or unset".to_owned(), grouped), row.why)
        });
    }
    heading("\nCalls; `start` until the stage has locked itself down, `work` after it");
    for row in sandbox::syscalls::explain() {
        explained(json, &json!({ "table": "call", "call": row.call, "phase": row.phase, "verdict": row.verdict, "why": row.why }), || {
            format!("{:<18} {:<7} {:<44} {}", row.call, row.phase, row.verdict, row.why)
        });
    }
    heading("\nWhat the canary tries before the first step; a property can be given up by --unsafe-allow PROPERTY=REASON");
    let properties = canary::properties();
    for (property, probe, layer, must) in canary::explain() {
        let overridable = properties.contains(&property);
        let row = json!({ "table": "probe", "property": property, "probe": probe, "layer": layer.name(), "must": must, "overridable": overridable });
        explained(json, &row, || format!("{property:<22} {probe:<28} {:<18} must {must}", layer.name()));
    }
}

fn explained(json: bool, row: &serde_json::Value, text: impl FnOnce() -> String) {
    print_line(&if json { row.to_string() } else { text() });
}

fn again(failure: &Failure) -> Failure {
    Failure::new(failure.exit, failure.message.clone())
}

fn kernel() -> Result<String, Failure> {
    let release = rustix::system::uname().release().to_string_lossy().into_owned();
    let landlock = match sandbox::launch::landlock_abi() {
        0 => "no Landlock (system call filter and descriptors alone carry the promise)".to_owned(),
        abi => format!("Landlock {abi}"),
    };
    let user = if rustix::process::geteuid().is_root() { "as root, steps run as nobody" } else { "unprivileged" };
    Ok(format!("{release}, {landlock}, {user}"))
}

/// What steps may use by default, and whether each can run within it.
fn resources(budget: Budget) -> Result<String, Failure> {
    let pipeline = Pipeline::embedded()?;
    budget.check(pipeline.steps.iter().map(|step| (step.name.as_str(), step.need)))?;
    Ok(format!("{} threads, {} MB of memory", budget.threads, grouped(budget.memory_bytes / 1_000_000)))
}

fn keys(folder: &Path, profile: schemas::policy::Profile) -> Result<String, Failure> {
    let keys = Keys::open(folder, profile)?;
    for step in &Pipeline::embedded()?.steps {
        keys.secrets(&step.keys)?;
    }
    keys.signer()?;
    Ok(if keys.development() { "complete, for development".to_owned() } else { "complete".to_owned() })
}

/// Folders of runs that nobody is at: each holds raw text until it is resumed or removed.
fn unfinished(runs: &Path) -> String {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let mut dates: Vec<String> =
        entries.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.strip_prefix(BUILDING)).map(str::to_owned)).collect();
    dates.retain(|date| !Lock::is_held(&runs.join(format!(".lock-{date}"))));
    dates.sort_unstable();
    match dates.as_slice() {
        [] => "none was abandoned".to_owned(),
        dates => format!("{} abandoned: {}; `logminer resume`, or `logminer retention --unfinished-days`", dates.len(), dates.join(" ")),
    }
}

fn space(runs: &Path) -> Result<String, Failure> {
    let mut folder = runs;
    while !folder.exists() {
        folder = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    }
    let wrong = |error: rustix::io::Errno| Failure::io(format!("look at {}", crate::names::shown(folder)), error);
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).map_err(wrong)?;
    let stat = rustix::fs::statvfs(folder).map_err(wrong)?;
    Ok(format!("{} MB free", grouped(stat.f_bavail * stat.f_frsize / 1_000_000)))
}
