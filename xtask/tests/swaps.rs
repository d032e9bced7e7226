//! Folders that are swapped while a run goes on, by somebody who may write where it works: the swap loses. Nothing of the decoy is published, nothing is
//! built through a link, and once the folder is back the same command finishes the run. (Swaps in the input: `runner/src/sources.rs`.)

mod common;

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use common::{Bank, files_below};
use xtask::chaos::place::code;
use xtask::tools;

fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

fn wait_until(what: &str, mut seen: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !seen() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} was not seen");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn building(bank: &Bank) -> std::path::PathBuf {
    bank.path(&format!("runs/.building-{}", xtask::pipeline::LOGICAL_DATE))
}

/// Runs with one kind of call slowed down, and has the folder being built swapped for `decoy` once `moment` has come.
fn swapped(bank: &Bank, slow: &str, moment: impl Fn() -> bool, decoy: impl FnOnce(&Path)) -> Output {
    let name = slow.split(':').next().unwrap();
    let call = bank.run().under(["strace", "-f", "-qq", "-o", "/dev/null", &format!("--trace={name}"), &format!("--inject={slow}")]);
    let run = std::thread::spawn(move || call.ended().unwrap());
    wait_until("the moment", moment);
    fs::rename(building(bank), bank.path("stolen")).unwrap();
    decoy(&building(bank));
    run.join().unwrap()
}

fn published(bank: &Bank) -> Vec<String> {
    let names = fs::read_dir(bank.path("runs")).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| !name.starts_with('.') && name.starts_with("20")).collect()
}

fn decoy(bank: &Bank) {
    fs::create_dir(bank.path("decoy")).unwrap();
    fs::write(bank.path("decoy/manifest.json"), "{}").unwrap();
}

/// The swap is undone, and the same command makes what an undisturbed run makes.
fn check_healed(bank: &Bank) {
    let place = building(bank);
    if place.is_symlink() { fs::remove_file(&place) } else { fs::remove_dir_all(&place) }.unwrap();
    fs::rename(bank.path("stolen"), &place).unwrap();
    bank.run().run_quietly().unwrap();
    bank.run_into("other").run_quietly().unwrap();
    let (healed, other) = (bank.latest("runs"), bank.latest("other"));
    assert_eq!(healed.file_name(), other.file_name());
    for path in files_below(&healed.join("clean")) {
        assert_eq!(fs::read(&path).unwrap(), fs::read(other.join(path.strip_prefix(&healed).unwrap())).unwrap());
    }
}

#[test]
fn a_folder_swapped_for_a_link_at_the_moment_of_publishing_is_not_published() {
    if !tools::have("strace", "strace") {
        return skipped("there is no strace");
    }
    let bank = Bank::with_day(300, 51);
    decoy(&bank);
    let log = bank.path("runs/audit.jsonl");
    let publishing = || fs::read_to_string(&log).is_ok_and(|log| log.contains("\"publishing\""));
    // That line is the last thing before the rename.
    let output = swapped(&bank, "renameat2:delay_enter=700000", publishing, |place| symlink(bank.path("decoy"), place).unwrap());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output).unwrap(), 31, "{said}");
    assert!(said.contains("was replaced while the run was published"), "{said}");
    assert_eq!(published(&bank), [""; 0], "the decoy has the name of a run");
    assert!(!bank.path("runs/latest").exists());
    check_healed(&bank);
}

#[test]
fn a_folder_swapped_while_a_step_runs_gets_nothing_and_publishes_nothing() {
    if !tools::have("strace", "strace") {
        return skipped("there is no strace");
    }
    for link in [true, false] {
        let bank = Bank::with_day(300, 52);
        decoy(&bank);
        let raw = building(&bank).join("raw/raw-shard00.lmq.part");
        let output = swapped(
            &bank,
            "execveat:delay_enter=300000",
            || raw.exists(),
            |place| {
                if link { symlink(bank.path("decoy"), place).unwrap() } else { fs::rename(bank.path("decoy"), place).unwrap() }
            },
        );
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!matches!(code(&output).unwrap(), 0 | 50 | 70), "{said}");
        assert_eq!(published(&bank), [""; 0], "{said}");
        assert!(!bank.path("runs/latest").exists());
        let at = if link { bank.path("decoy") } else { building(&bank) };
        let raw = files_below(&at).into_iter().filter(|path| fs::read(path).unwrap().windows(4).any(|bytes| bytes == b"LMQC")).count();
        assert_eq!(raw, 0, "records were written into the decoy");
        check_healed(&bank);
    }
}
