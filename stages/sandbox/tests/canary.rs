//! The canary holds in this very sandbox, as root and as nobody.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "tests stand on the runner's side")]

mod common;

use std::time::Instant;

use sandbox::canary;
use sandbox::launch::NOBODY;
use sandbox::seal::seal;

#[test]
fn every_property_holds() {
    let path = common::build(&["--bin", "canary"], "canary");
    let program = seal("canary", &std::fs::File::open(path).expect("built")).expect("static");
    let start = Instant::now();
    let report = canary::run(&program, Some(NOBODY)).expect("launches");
    let took = start.elapsed();
    let broken: Vec<_> = report.proofs.iter().filter(|proof| !proof.held).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(report.check(&[]).is_ok());
    assert!(took.as_millis() < 500, "a canary round took {took:?}");
    println!("{} probes in {took:?}, landlock {}", report.proofs.len(), report.landlock_abi);
}
