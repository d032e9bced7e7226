//! Hosts that lack a layer: exit 30 with a reason before a byte of a stage is executed, or the canary proves the same without it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

use xtask::{logminer, pipeline, tree};

use super::common::{Bank, files_below};
use super::support::{on_a_host_with, reason};

const NOBODY: u32 = 65_534;

/// The run is refused for this layer, and nothing was executed or published.
fn check(lack: &str, layer: &str, property: &str, errno: i32) {
    let bank = Bank::with_day(200, 1);
    let (code, _, said) = on_a_host_with(lack, bank.run()).outcome().unwrap();
    assert_eq!(code, 30, "{lack}: {said}");
    let reason = reason(&said);
    assert_eq!((reason["layer"].as_str(), reason["property"].as_str()), (Some(layer), Some(property)), "{lack}: {reason}");
    assert_eq!(reason["errno"], errno, "{lack}: {reason}");
    assert!(!bank.path("runs/latest").exists());
    no_program_was_executed(&bank, lack);
}

/// As strace sees it: no `execveat`, by which sealed programs start, has succeeded.
fn no_program_was_executed(bank: &Bank, lack: &str) {
    let trace = bank.path("trace");
    let Some(trace_path) = trace.to_str() else { return };
    let traced = bank.run().through(Path::new("strace"), &["-f", "-e", "trace=execveat", "-o", trace_path]);
    let Ok((code, ..)) = on_a_host_with(lack, traced).outcome() else {
        return skip("strace is not here");
    };
    if code == 2 && !trace.exists() {
        return skip("strace is not here");
    }
    assert_eq!(code, 30, "{lack}");
    let text = fs::read_to_string(&trace).unwrap();
    assert!(!text.lines().any(|line| line.contains("execveat(") && line.trim_end().ends_with("= 0")), "{lack}: {text}");
}

fn skip(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

#[test]
fn memory_that_may_not_be_executed_is_refused() {
    check("memfd_noexec", "seal", "sealed_program", 13);
}

#[test]
fn no_filters_are_refused() {
    check("no_seccomp", "seccomp", "killed_on_violation", 1);
}

#[test]
fn an_old_kernel_without_close_range_is_refused() {
    check("no_close_range", "descriptors", "no_new_descriptors", 38);
}

#[test]
fn an_old_kernel_without_execveat_is_refused() {
    check("no_execveat", "execute", "no_processes", 38);
}

/// What only doubles may be missing: the canary passes, and the manifest says what was there.
#[test]
fn a_host_without_bonus_layers_will_do() {
    let bank = Bank::with_day(200, 2);
    for (lack, abi) in [("no_landlock", Some(0)), ("landlock=1", Some(1)), ("no_user_namespaces", None)] {
        let runs = format!("runs-{lack}");
        if abi == Some(1) && !Path::new("/proc/sys/kernel").exists() {
            continue;
        }
        on_a_host_with(lack, bank.run_into(&runs)).run_quietly().unwrap();
        let sandbox = &manifest(&bank.latest(&runs))["sandbox"];
        assert_eq!(sandbox["canary"], "passed", "{lack}: {sandbox}");
        match abi {
            Some(abi) => assert_eq!(sandbox["landlock_abi"], abi, "{lack}"),
            None => assert_eq!(sandbox["namespaces"], false, "{lack}"),
        }
    }
}

/// A whole run in a restricted pod: unprivileged user, no capability, no new privileges, the runtime's default profile.
#[test]
fn a_run_in_a_restricted_pod_is_a_run() {
    let bank = Bank::with_day(200, 3);
    let image = bank.path("image");
    fs::create_dir_all(image.join("stages")).unwrap();
    fs::copy(tree::sealed().join("logminer"), image.join("logminer")).unwrap();
    for file in files_below(&tree::sealed().join("stages")) {
        fs::copy(&file, image.join("stages").join(file.file_name().unwrap())).unwrap();
    }
    fs::create_dir(bank.path("runs")).unwrap();
    give_away(&bank.path(""));
    let call = logminer::command_at(&image.join("logminer")).args(["run", "--json", "--date", pipeline::LOGICAL_DATE, "--input"]);
    let call = call.arg(bank.path("logs")).arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys"));
    let (code, _, said) = on_a_host_with("pod", call).outcome().unwrap();
    assert_eq!(code, 0, "{said}");
    let sandbox = &manifest(&bank.latest("runs"))["sandbox"];
    assert_eq!((&sandbox["canary"], &sandbox["root"], &sandbox["namespaces"]), (&"passed".into(), &false.into(), &false.into()));
}

fn manifest(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(run.join("manifest.json")).unwrap()).unwrap()
}

/// Everything below belongs to the pod's user, as on a volume of its own. Where this is not root, the pod has this user.
fn give_away(folder: &Path) {
    let root = fs::metadata("/proc/self").map(|meta| std::os::unix::fs::MetadataExt::uid(&meta)).unwrap_or(1) == 0;
    if !root {
        return;
    }
    for entry in walk(folder) {
        chown(&entry, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = vec![folder.to_owned()];
    let mut at = 0;
    while at < all.len() {
        if all[at].is_dir() {
            all.extend(fs::read_dir(&all[at]).unwrap().map(|entry| entry.unwrap().path()));
        }
        at += 1;
    }
    all
}
