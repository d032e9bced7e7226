//! Hostile inputs: names, file types, files that change under a run, bombs. Each ends as the documentation says, within bounds, and no
//! output holds a control character.

mod common;

use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use common::{Bank, files_below};
use xtask::chaos::place::code;
use xtask::tools;

const LINE: &str =
    "{\"timestamp\":\"2026-11-20T08:00:00Z\",\"event\":\"login\",\"message\":\"signed in\",\"session_id\":\"s1\",\"customer_id\":\"c1\"}\n";
/// Memory a bomb may cost above what an ordinary day costs.
const BOMB_MEMORY_BYTES: u64 = 32 << 20;

fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Text for machines and people is plain: no control character but the line feed, no byte that could turn a terminal around.
fn check_plain(what: &str, bytes: &[u8]) {
    let odd = bytes.iter().find(|&&byte| byte != b'\n' && !(b' '..=b'~').contains(&byte));
    assert_eq!(odd, None, "{what} holds a raw byte: {}", String::from_utf8_lossy(bytes).escape_debug());
}

fn check_outputs(bank: &Bank, output: &Output) {
    check_plain("standard output", &output.stdout);
    check_plain("standard error", &output.stderr);
    for path in files_below(&bank.path("runs")) {
        let text = path.extension().is_some_and(|extension| extension == "json" || extension == "jsonl" || extension == "prom");
        if text && !path.starts_with(bank.path("runs/latest")) {
            check_plain(&path.display().to_string(), &fs::read(&path).unwrap());
        }
    }
}

fn summary(output: &Output) -> serde_json::Value {
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    serde_json::from_str(out.lines().last().unwrap_or_default()).unwrap_or_default()
}

#[test]
fn hostile_names_are_read_and_shown_escaped() {
    let bank = Bank::new();
    let long = [b'a'; 255];
    let names: [&[u8]; 11] = [
        b"new\nline.jsonl",
        b"\x1b[2J\x1b]0;title\x07.jsonl",
        b"-rf",
        b"{{=sprig.env('HOME')}}.jsonl",
        &long,
        b"\xff\xfe\xc3\x28.jsonl",
        "\u{202e}lnosj.gol\u{2066}".as_bytes(),
        b"%n%s%x.jsonl",
        b"$(reboot).jsonl",
        b"..jsonl",
        b"... ",
    ];
    for name in names {
        fs::write(bank.path("logs").join(std::ffi::OsStr::from_bytes(name)), LINE).unwrap();
    }
    // Links are named in a warning, so their names are escaped too.
    symlink("nowhere", bank.path("logs").join(std::ffi::OsStr::from_bytes(b"link\n\x1b[31m\xff"))).unwrap();
    let output = bank.run().ended().unwrap();
    assert_eq!(code(&output).unwrap(), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(summary(&output)["records_in"], names.len());
    assert!(String::from_utf8_lossy(&output.stderr).contains("x1b"), "the link is named");
    check_outputs(&bank, &output);
    // Also where a name is the reason of an error.
    let output = bank.run_into("other").arg("--input").arg(bank.path("logs").join(std::ffi::OsStr::from_bytes(names[1]))).ended().unwrap();
    assert_eq!(code(&output).unwrap(), 2);
    check_plain("standard error", &output.stderr);
    let output = bank.run_into("other").arg("--policy").arg(bank.path("logs").join(std::ffi::OsStr::from_bytes(names[0]))).ended().unwrap();
    assert_eq!(code(&output).unwrap(), 2);
    check_plain("standard error", &output.stderr);
}

#[test]
fn whatever_is_no_regular_file_is_passed_over_and_counted() {
    let bank = Bank::new();
    let at = |name: &str| bank.path("logs").join(name);
    bank.log("app.jsonl", LINE.as_bytes());
    fs::create_dir(at("deep")).unwrap();
    fs::write(at("deep/more.jsonl"), LINE).unwrap();
    assert!(Command::new("mkfifo").arg(at("fifo.jsonl")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.jsonl")).unwrap();
    symlink("/etc/passwd", at("outside.log")).unwrap();
    symlink("nowhere", at("dangling.log")).unwrap();
    symlink("loop-b", at("loop-a")).unwrap();
    symlink("loop-a", at("loop-b")).unwrap();
    symlink("..", at("deep/up")).unwrap();
    symlink("/proc/self/fd/0", at("magic")).unwrap();
    let mut expected = 8;
    if Command::new("mknod").arg(at("device")).args(["c", "1", "5"]).status().is_ok_and(|status| status.success()) {
        expected += 1;
    }
    let output = bank.run().ended().unwrap();
    assert_eq!(code(&output).unwrap(), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((&summary(&output)["records_in"], &summary(&output)["passed_over"]), (&2.into(), &expected.into()));
    for path in files_below(&bank.latest("runs")) {
        assert!(!String::from_utf8_lossy(&fs::read(&path).unwrap()).contains("root:x:0"), "{} holds what a link points at", path.display());
    }
    // The fifo alone is no input, and nobody waits for its writer.
    let output = bank.run_into("other").arg("--input").arg(at("fifo.jsonl")).ended().unwrap();
    assert_eq!(code(&output).unwrap(), 2);
}

#[test]
fn without_openat2_the_same_files_are_read() {
    if !tools::have("strace", "strace") {
        return skipped("there is no strace");
    }
    let bank = Bank::with_day(500, 3);
    fs::create_dir(bank.path("logs/deep")).unwrap();
    fs::write(bank.path("logs/deep/more.jsonl"), LINE).unwrap();
    bank.run().run_quietly().unwrap();
    let inject = ["strace", "-qq", "-o", "/dev/null", "--trace=openat2", "--inject=openat2:error=ENOSYS"];
    bank.run_into("old").under(inject).run_quietly().unwrap();
    let (new, old) = (bank.latest("runs"), bank.latest("old"));
    assert_eq!(new.file_name(), old.file_name());
    for path in files_below(&new.join("clean")) {
        assert_eq!(fs::read(&path).unwrap(), fs::read(old.join(path.strip_prefix(&new).unwrap())).unwrap());
    }
}

/// Waits for a process that holds `path` open or mapped and is not `runner` itself; none when processes cannot be looked at.
fn wait_for_step(path: &Path, mapped: bool) -> Option<u32> {
    let begun = Instant::now();
    let text = path.to_string_lossy().into_owned();
    while begun.elapsed() < Duration::from_secs(60) {
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
            let holds = if mapped {
                fs::read_to_string(format!("/proc/{pid}/maps")).is_ok_and(|maps| maps.contains(&text))
            } else {
                let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
                open.into_iter().any(|fd| fs::read_link(fd.path()).is_ok_and(|target| target == path))
            };
            if holds {
                return Some(pid);
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    None
}

/// Whether it came in time: a run that is over has moved its files.
fn set_length(path: &Path, bytes: u64) -> bool {
    fs::OpenOptions::new().write(true).open(path).is_ok_and(|file| file.set_len(bytes).is_ok())
}

/// Runs with one kind of call slowed down, meddles when a step holds `file`, and returns how the run ended; none when that was too late.
fn meddled(bank: &Bank, slow: &str, file: PathBuf, mapped: bool, meddle: impl FnOnce(&Path) -> bool) -> Option<Output> {
    let name = slow.split(':').next().unwrap();
    let call = bank.run().under(["strace", "-f", "-qq", "-o", "/dev/null", &format!("--trace={name}"), &format!("--inject={slow}")]);
    let run = std::thread::spawn(move || call.ended().unwrap());
    wait_for_step(&file, mapped).expect("a step opens its input");
    let in_time = meddle(&file);
    let output = run.join().unwrap();
    in_time.then_some(output)
}

fn root_with_strace() -> bool {
    // Steps of another user cannot be looked at.
    tools::have("strace", "strace") && fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

#[test]
fn an_input_that_is_cut_while_it_is_read_is_20_with_its_name() {
    if !root_with_strace() {
        return skipped("there is no strace, or steps cannot be looked at");
    }
    let bank = Bank::new();
    bank.log("cut.jsonl", LINE.repeat(2_000).as_bytes());
    let output = meddled(&bank, "execveat:delay_enter=200000", bank.path("logs/cut.jsonl"), false, |path| set_length(path, 1_000)).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output).unwrap(), 20, "{said}");
    assert!(said.contains("cut.jsonl") && !bank.path("runs/latest").exists(), "{said}");
    bank.run().run_quietly().unwrap();
}

#[test]
fn an_input_that_grows_while_it_is_read_is_read_to_its_old_end() {
    if !root_with_strace() {
        return skipped("there is no strace, or steps cannot be looked at");
    }
    let bank = Bank::new();
    bank.log("grown.jsonl", LINE.repeat(100).as_bytes());
    let output = meddled(&bank, "execveat:delay_enter=200000", bank.path("logs/grown.jsonl"), false, |path| {
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(LINE.repeat(7).as_bytes()).is_ok()
    })
    .unwrap();
    assert_eq!(code(&output).unwrap(), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(summary(&output)["records_in"], 100);
    let output = bank.run().ended().unwrap();
    assert_eq!(summary(&output)["records_in"], 107, "the next run takes the rest");
}

#[test]
fn a_container_that_is_cut_under_a_step_is_20_with_its_name() {
    if !root_with_strace() {
        return skipped("there is no strace, or steps cannot be looked at");
    }
    // On a busy machine the step may be done before it is found.
    let (bank, output) = (0..5)
        .find_map(|_| {
            let bank = Bank::new();
            bank.log("app.jsonl", LINE.repeat(5_000).as_bytes());
            // Threads start after the inputs were mapped and before they are read.
            let raw = bank.path(&format!("runs/.building-{}/raw/raw-shard00.lmq", xtask::pipeline::LOGICAL_DATE));
            let output = meddled(&bank, "clone:delay_enter=500000", raw, true, |path| set_length(path, 100))?;
            Some((bank, output))
        })
        .expect("a step is found in time");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output).unwrap(), 20, "{said}");
    assert!(said.contains("raw-shard00.lmq") && !bank.path("runs/latest").exists(), "{said}");
    bank.run().run_quietly().unwrap();
}

/// The greatest memory of any step of a run, from the events it printed.
fn memory(output: &Output) -> u64 {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let peak = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok()?["usage"]["rss_anon_peak_bytes"].as_u64();
    out.lines().filter_map(peak).max().unwrap_or(0)
}

/// A Zstandard frame of `blocks` runs of 128 KiB of one letter.
fn zstd_bomb(blocks: u32) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    for block in 1..=blocks {
        let header = u32::from(block == blocks) | (1 << 1) | ((128 << 10) << 3);
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(b'a');
    }
    frame
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new("gzip").arg("-9").stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let packed = child.wait_with_output().unwrap().stdout;
    writer.join().unwrap().unwrap();
    packed
}

#[test]
fn bombs_are_quarantined_within_bounds() {
    let ordinary = Bank::with_day(500, 4);
    let usual = memory(&ordinary.run().ended().unwrap());
    let nested = format!("{}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}\n", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let bombs: [(&str, Vec<u8>); 7] = [
        ("ratio.zst", zstd_bomb(8_192)),
        ("one-letter.jsonl.gz", gzip(&vec![b'a'; 64 << 20])),
        ("one-line.log", vec![b'a'; 128 << 20]),
        ("one-string.jsonl", [b"{\"message\":\"".as_slice(), &vec![b'a'; 64 << 20], b"\"}\n"].concat()),
        ("empty.jsonl", b"{}\n".repeat(1_000_000)),
        ("arrays.jsonl", nested.repeat(20).into_bytes()),
        ("objects.json", objects.repeat(20).into_bytes()),
    ];
    for (name, bytes) in bombs {
        let bank = Bank::new();
        bank.log(name, &bytes);
        let output = bank.run().ended().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(code(&output).unwrap(), 20 | 22), "{name}: {:?} {said}", output.status.code());
        assert!(!bank.path("runs/latest").exists(), "{name} is published");
        let above = memory(&output).saturating_sub(usual);
        assert!(above < BOMB_MEMORY_BYTES, "{name} costs {} MiB more than a day", above >> 20);
    }
}

#[test]
fn empty_lines_are_no_records() {
    let bank = Bank::new();
    bank.log("empty.log", &b"\n".repeat(1_000_000));
    bank.log("app.jsonl", LINE.as_bytes());
    let output = bank.run().ended().unwrap();
    assert_eq!(code(&output).unwrap(), 0);
    assert_eq!(summary(&output)["records_in"], 1);
}
