//! The canary holds in this sandbox, as root and as nobody, and finds fault with any other.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, reason = "tests stand on the runner's side")]

mod common;

use std::collections::BTreeMap;
use std::io::{Read, Seek, Write};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use sandbox::canary::{self, NOT_TRIED, probes};
use sandbox::launch::NOBODY;
use sandbox::seal::seal;

#[test]
fn every_property_holds() {
    let program = seal("canary", common::canary_file()).expect("static");
    common::as_root_and_as_nobody("every_property_holds", || {
        let report = canary::run(&program, Some(NOBODY)).expect("launches");
        let broken: Vec<_> = report.proofs.iter().filter(|proof| !proof.held).collect();
        assert!(broken.is_empty(), "{broken:#?}");
        assert_eq!(report.check(&[]), Ok(()));
        println!("{} proofs, {:?}", report.proofs.len(), report.bonus);
    });
}

/// A program that is not the canary proves nothing.
#[test]
fn another_program_is_no_canary() {
    let report = canary::run(common::probe(), Some(NOBODY)).expect("launches");
    let held: Vec<_> = report.proofs.iter().filter(|proof| proof.held).map(|proof| proof.probe).collect();
    assert_eq!(held, ["input_unchanged"]);
    assert!(report.proofs.iter().any(|proof| proof.errno == NOT_TRIED));
    let refusal = report.check(&[]).expect_err("refused");
    assert!(
        refusal.to_json().starts_with(r#"{"layer":"environment","property":"surroundings","probe":"environment_empty","errno":-1,"#),
        "{}",
        refusal.to_json()
    );
}

/// Every refusal can fail: outside the sandbox the probes get another answer, and only those may hold that no layer is needed for.
#[test]
fn outside_the_sandbox_the_probes_find_holes() {
    let answers = answers_outside();
    let holds = |probe: &probes::Probe| match probe.expected {
        probes::Expected::Succeeds => answers.get(probe.name) == Some(&0),
        probes::Expected::Fails(errno) => answers.get(probe.name) == Some(&errno),
    };
    let held: Vec<_> = probes::PROBES.iter().filter(|probe| holds(probe)).map(|probe| probe.name).collect();
    let by_descriptor_alone = ["write_input", "pwrite_input", "truncate_input", "fallocate_input", "map_input_writable", "write_job", "truncate_job"];
    let works = probes::PROBES.iter().filter(|probe| probe.property == "steps_work").map(|probe| probe.name);
    let expected: Vec<_> = by_descriptor_alone.into_iter().chain(works).collect();
    // The test leaves these as they are in a sandbox, or cannot: they hold by chance.
    let surroundings = ["one_argument", "not_root", "standard_input_empty", "no_core_dump"];
    let surprising: Vec<_> = held.iter().filter(|name| !expected.contains(name) && !surroundings.contains(name)).collect();
    assert!(surprising.is_empty(), "held without a sandbox: {surprising:?}");
    let broken: Vec<_> = expected.iter().filter(|name| !held.contains(name)).collect();
    assert!(broken.is_empty(), "must work anywhere: {broken:?}");
}

/// What the canary sees as an ordinary process of nobody with the descriptors it expects.
fn answers_outside() -> BTreeMap<String, i32> {
    let folder = tempfile::tempdir().expect("folder");
    let canary = common::copy_of(&seal("canary", common::canary_file()).expect("static"), folder.path());
    let (mut report, output) = (tempfile::tempfile().expect("file"), tempfile::tempfile().expect("file"));
    let job = sandbox::memory::sealed_memory("job", format!("observe {}", std::process::id()).as_bytes()).expect("memory");
    let mut named = tempfile::NamedTempFile::new().expect("file");
    named.write_all(b"the canary sings").expect("written");
    let input = std::fs::File::open(named.path()).expect("opened");
    let null = std::fs::File::open("/dev/null").expect("opened");
    // The last is one too many, so that what else this process happens to hold does not decide.
    let sources = [&job, &report, &null, &input, &output, &null].map(|file| rustix::io::fcntl_dupfd_cloexec(file, 100).expect("duplicated"));
    let mut command = Command::new(canary);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY.0).gid(NOBODY.1);
    }
    let numbers = sources.each_ref().map(AsRawFd::as_raw_fd);
    common::with_descriptors(&mut command, numbers);
    let status = command.status().expect("runs");
    assert!(status.success(), "{status}");
    report.rewind().expect("rewound");
    let mut text = String::new();
    report.read_to_string(&mut text).expect("read");
    text.lines().filter_map(|line| line.split_once(' ')).map(|(name, errno)| (name.to_owned(), errno.parse().expect("a number"))).collect()
}
