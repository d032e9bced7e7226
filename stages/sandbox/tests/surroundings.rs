//! What a running step is, as the kernel tells: user, groups, capabilities, filters, environment, descriptors, folder, mask, limits, and that
//! nobody of its own user may look into it.
#![expect(clippy::disallowed_methods, reason = "tests stand on the runner's side")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sandbox::launch::{Child, Launch, Limits, NOBODY};
use sandbox::memory::{report_memory, sealed_memory};

const SECRET: &[u8] = b"4111111111111111";
const LIMITS: Limits =
    Limits { memory_bytes: Some(1 << 30), address_space_bytes: Some(1 << 40), file_bytes: Some(1 << 31), cpu_seconds: Some(77), tasks: Some(9_999) };

/// A step that has locked itself down and waits, with a secret on descriptor 5 and an input on 6.
fn parked() -> Child {
    let (job, report) = (sealed_memory("job", b"park").expect("memory"), report_memory(1024).expect("memory"));
    let (secret, input) = (sealed_memory("secrets", SECRET).expect("memory"), fs::File::open("/dev/zero").expect("opened"));
    let seals = rustix::fs::SealFlags::SEAL | rustix::fs::SealFlags::SHRINK | rustix::fs::SealFlags::GROW | rustix::fs::SealFlags::WRITE;
    assert!(rustix::fs::fcntl_get_seals(&secret).expect("sealed").contains(seals));
    let descriptors = [job.as_fd(), report.as_fd(), secret.as_fd(), input.as_fd()].map(Some).into();
    let child = Launch { program: common::probe(), descriptors, limits: LIMITS, drop_to: Some(NOBODY) }.spawn().expect("starts");
    let filters = |pid: &str| status(pid)["Seccomp_filters"].parse::<u32>().expect("a number");
    // Three of the runner's and three of its own, on top of those of this process.
    while filters(&child.pid().to_string()) < filters("self") + 6 {
        std::thread::yield_now();
    }
    child
}

fn status(pid: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).expect("readable");
    let words = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_owned(), words(value))).collect()
}

#[test]
fn a_step_is_as_declared() {
    common::as_root_and_as_nobody("a_step_is_as_declared", || {
        let child = parked();
        let status = status(&child.pid().to_string());
        let (uid, gid) = match rustix::process::geteuid().is_root() {
            true => NOBODY,
            false => (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw()),
        };
        let four = |id: u32| [id.to_string().as_str(); 4].join(" ");
        let none = "0".repeat(16);
        for (name, expected) in [
            ("Uid", four(uid).as_str()),
            ("Gid", &four(gid)),
            ("CapInh", &none),
            ("CapPrm", &none),
            ("CapEff", &none),
            ("CapAmb", &none),
            ("NoNewPrivs", "1"),
            ("Seccomp", "2"),
            ("Umask", "0077"),
            ("SigBlk", &none),
            ("TracerPid", "0"),
        ] {
            assert_eq!(status[name], expected, "{name}");
        }
        if rustix::process::geteuid().is_root() {
            assert_eq!(status["Groups"], "");
        }
        // By the standard library's start, nothing is left over from the runner's supervisor.
        assert_eq!(u64::from_str_radix(&status["SigIgn"], 16), Ok(1 << (libc::SIGPIPE - 1)), "ignored signals");
        limits_are_as_declared(child.pid());
        nobody_looks_into_it(child.pid());
    });
}

fn limits_are_as_declared(pid: i32) {
    let text = fs::read_to_string(format!("/proc/{pid}/limits")).expect("readable");
    for (name, value) in [
        ("Max core file size", 0),
        ("Max open files", 3),
        ("Max msgqueue size", 0),
        ("Max data size", 1 << 30),
        ("Max address space", 1 << 40),
        ("Max file size", 1 << 31),
        ("Max cpu time", 77),
        ("Max processes", 9_999),
    ] {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("a limit");
        let numbers: Vec<u64> = line.split_whitespace().take(2).map(|number| number.parse().expect("limited")).collect();
        // A lower limit of this process stays.
        assert!(numbers[0] == numbers[1] && numbers[0] <= value, "{name}: {line}");
    }
}

/// Its memory is closed: what shows anything of it belongs to root, and root alone sees that there is nothing to see.
fn nobody_looks_into_it(pid: i32) {
    let proc = |name: &str| format!("/proc/{pid}/{name}");
    assert_eq!(fs::metadata(proc("mem")).expect("there").uid(), 0, "the memory is not dumpable");
    assert_eq!(fs::read(proc("cmdline")).expect("readable"), b"probe\0");
    if !rustix::process::geteuid().is_root() {
        for name in ["mem", "environ", "maps", "fd"] {
            let error = fs::File::open(proc(name)).and_then(|_| fs::read_dir(proc(name))).expect_err("closed to its own user");
            assert_eq!(error.raw_os_error(), Some(libc::EACCES), "{name}");
        }
        return;
    }
    assert_eq!(fs::read(proc("environ")).expect("readable"), b"", "the environment is empty");
    assert_eq!(fs::read_link(proc("cwd")).expect("a link"), Path::new("/"));
    let open = fs::read_dir(proc("fd")).expect("listed").map(|entry| {
        let entry = entry.expect("listed");
        let target = fs::read_link(entry.path()).expect("a link").to_string_lossy().into_owned();
        (entry.file_name().to_string_lossy().parse::<u32>().expect("a number"), target)
    });
    let mut open: BTreeMap<u32, String> = open.collect();
    assert!(open.remove(&2).expect("standard error").starts_with("pipe:"));
    let expected = [
        (0, "/dev/null"),
        (1, "/dev/null"),
        (3, "/memfd:job (deleted)"),
        (4, "/memfd:report (deleted)"),
        (5, "/memfd:secrets (deleted)"),
        (6, "/dev/zero"),
    ];
    assert_eq!(open, expected.map(|(number, target)| (number, target.to_owned())).into());
}

/// A runner whose own limits are lower than those of steps can start steps all the same.
#[test]
fn limits_never_rise() {
    const NAME: &str = "limits_never_rise";
    if std::env::var_os(common::PART_VARIABLE).is_some() {
        let child = parked();
        let text = fs::read_to_string(format!("/proc/{}/limits", child.pid())).expect("readable");
        let line = text.lines().find(|line| line.starts_with("Max cpu time")).expect("a limit");
        assert!(line.split_whitespace().any(|word| word == "33"), "{line}");
        return;
    }
    common::as_root_and_as_nobody(NAME, || {
        let mut command = common::again(NAME);
        command.env(common::PART_VARIABLE, "runner");
        common::before_exec(&mut command, || {
            let limit = rustix::process::Rlimit { current: Some(33), maximum: Some(33) };
            Ok(rustix::process::setrlimit(rustix::process::Resource::Cpu, limit)?)
        });
        common::passes(command, NAME);
    });
}
