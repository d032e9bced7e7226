//! Kills, failing disks and concurrent starts: readers see the old state or the new one, and the next run gives the same bytes. A short
//! sample; `cargo xtask chaos` breaks more.

mod common;

use std::path::Path;
use std::process::Output;
use std::sync::OnceLock;

use xtask::chaos::disk;
use xtask::chaos::kills;
use xtask::chaos::place::{Place, code};
use xtask::chaos::syscalls::{self, Fault};
use xtask::pipeline::LOGICAL_DATE;
use xtask::{logminer, tools};

/// One day for all tests; each has a runs folder of its own.
fn day() -> &'static Place {
    static DAY: OnceLock<Place> = OnceLock::new();
    DAY.get_or_init(|| {
        common::sealed();
        Place::with_day(2_000, 5).unwrap()
    })
}

fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

#[test]
fn random_kills_leave_old_or_new_and_no_orphan() {
    let tally = kills::at_random(day(), 12, 11).unwrap();
    assert!(tally.runners + tally.steps + tally.terminated >= 12, "{tally}");
}

#[test]
fn a_kill_at_any_change_of_a_publication_shows_no_part() {
    if !tools::have("strace", "strace") {
        return skipped("there is no strace");
    }
    assert!(syscalls::kill_publication(day(), 60).unwrap().points > 15);
}

#[test]
fn a_kill_or_a_full_disk_or_a_failed_sync_at_any_change_of_a_run_shows_no_part() {
    if !tools::have("strace", "strace") {
        return skipped("there is no strace");
    }
    for (fault, stride) in [(Fault::Kill, 260), (Fault::NoSpace, 230), (Fault::FailedSync, 120)] {
        let tally = syscalls::break_runs(day(), fault, stride).unwrap();
        assert!(tally.points - tally.missed >= 2, "{fault:?}: {tally}");
    }
}

#[test]
fn nothing_that_is_published_can_be_lost_with_the_power() {
    if !tools::have("strace", "strace") {
        return skipped("there is no strace");
    }
    assert_eq!(syscalls::not_durable(day()).unwrap(), Vec::<String>::new());
}

#[test]
fn interrupted_calls_are_called_again() {
    if !tools::have("strace", "strace") {
        return skipped("there is no strace");
    }
    syscalls::interrupt(day()).unwrap();
}

#[test]
fn disks_of_any_size_are_42_until_they_are_large_enough() {
    if !disk::can_mount() {
        return skipped("a small disk cannot be mounted here");
    }
    let tally = disk::fill(day(), 4).unwrap();
    assert!(tally.full >= 2, "{tally}");
}

#[test]
fn a_disk_without_inodes_is_42() {
    if !disk::can_mount() {
        return skipped("a small disk cannot be mounted here");
    }
    let mut tally = disk::Tally::default();
    for inodes in [3, 12, 40] {
        disk::full(day(), "inodes", &format!("size=64m,nr_inodes={inodes}"), &mut tally).unwrap();
    }
    assert_eq!(tally.full, 3);
}

#[test]
fn a_file_size_limit_is_42_and_no_death_by_signal() {
    // Of the runner's own files, and of those of the steps.
    for bytes in [200, 4_096, 100_000] {
        let runs = day().runs(&format!("limit-{bytes}"));
        let output = day().run_into(&runs).under(["prlimit", &format!("--fsize={bytes}")]).ended().unwrap();
        assert_eq!(code(&output).unwrap(), 42, "{}", String::from_utf8_lossy(&output.stderr));
        day().check_readers(&runs).unwrap();
        day().run_into(&runs).run_quietly().unwrap();
        day().check_done(&runs).unwrap();
    }
}

fn dated(runs: &Path, date: &str) -> logminer::Call {
    let call = logminer::command().args(["run", "--json", "--threads", "1", "--date", date, "--input"]).arg(day().path("logs"));
    call.arg("--runs").arg(runs).arg("--keys").arg(day().path("keys"))
}

/// Starts a run of each date at the same moment.
fn at_once(runs: &Path, dates: &[&str]) -> Vec<Output> {
    let started: Vec<_> = dates.iter().map(|date| dated(runs, date)).map(|call| std::thread::spawn(move || call.ended().unwrap())).collect();
    started.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn fifty_starts_at_once_have_one_winner() {
    let runs = day().runs("fifty");
    let outputs = at_once(&runs, &[LOGICAL_DATE; 50]);
    let mut winners = 0;
    for output in &outputs {
        let out = String::from_utf8_lossy(&output.stdout);
        match code(output).unwrap() {
            // Who comes when the winner is done finds the run published.
            0 if out.contains("\"steps_run\":0") => {}
            0 => winners += 1,
            other => {
                assert_eq!(other, 40, "{}", String::from_utf8_lossy(&output.stderr));
                assert!(!out.contains("step_started"), "{out}");
            }
        }
    }
    assert_eq!(winners, 1);
    day().check_done(&runs).unwrap();
}

#[test]
fn runs_of_different_dates_do_not_meet() {
    let runs = day().runs("dates");
    let dates = ["2026-11-17", "2026-11-18", "2026-11-19", LOGICAL_DATE];
    for output in at_once(&runs, &dates) {
        // The budget's ledger has one appender and goes forward in time: who meets it waits, who is late is refused.
        let code = code(&output).unwrap();
        assert!(matches!(code, 0 | 40 | 60), "{code}: {}", String::from_utf8_lossy(&output.stderr));
    }
    dated(&runs, LOGICAL_DATE).run_quietly().unwrap();
    for entry in std::fs::read_dir(&runs).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(!name.ends_with(".part"), "{name} is left");
        if name.starts_with("2026-") {
            logminer::command().arg("verify").arg(entry.path()).arg("--keys").arg(day().path("keys")).run_quietly().unwrap();
        }
    }
    assert!(runs.join("latest/manifest.json").is_file());
}

#[test]
fn a_removed_lock_file_does_not_make_two_winners() {
    let runs = day().runs("unlocked");
    // Slowed down, so that there is time to meddle.
    let Ok(delay) = slowly(&runs) else { return skipped("there is no strace") };
    let first = std::thread::spawn(move || delay.ended().unwrap());
    let building = runs.join(format!(".building-{LOGICAL_DATE}"));
    while !building.exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    std::fs::remove_file(runs.join(format!(".lock-{LOGICAL_DATE}"))).unwrap();
    let second = day().run_into(&runs).ended().unwrap();
    let codes = [code(&first.join().unwrap()).unwrap(), code(&second).unwrap()];
    assert!(codes.iter().filter(|&&code| code == 0).count() <= 1 && codes.iter().all(|code| [0, 40].contains(code)), "{codes:?}");
    day().check_readers(&runs).unwrap();
    day().run_into(&runs).run_quietly().unwrap();
    day().check_done(&runs).unwrap();
}

fn slowly(runs: &Path) -> Result<logminer::Call, ()> {
    if !tools::have("strace", "strace") {
        return Err(());
    }
    Ok(day().run_into(runs).under(["strace", "-qq", "-o", "/dev/null", "--trace=fsync", "--inject=fsync:delay_enter=5000"]))
}
