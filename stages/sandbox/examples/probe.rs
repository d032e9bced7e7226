//! A sealed program for the tests of the sandbox: it locks itself down as a stage does and then does what its job (descriptor 3) names.

use std::io::{Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut job = String::new();
    if let Err(error) = sandbox::stage::lock_down() {
        let _ = writeln!(std::io::stderr(), "failed to {error}");
        return ExitCode::from(30);
    }
    let read = sandbox::files::inherited(3).and_then(|mut file| file.read_to_string(&mut job));
    if read.is_err() {
        return ExitCode::from(70);
    }
    match job.as_str() {
        "work" => work(),
        other => {
            let _ = writeln!(std::io::stderr(), "no job {other}");
            ExitCode::from(2)
        }
    }
}

/// All that a stage may do: threads over a mapped input, scratch, an output, a report.
fn work() -> ExitCode {
    use rayon::prelude::*;
    let input = sandbox::files::map(&sandbox::files::inherited(6).expect("input")).expect("map");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads");
    let sum: u64 = pool.install(|| {
        input
            .par_chunks(1024)
            .map(|chunk| {
                let copy: Vec<u64> = chunk.iter().map(|byte| u64::from(*byte)).collect();
                copy.iter().sum::<u64>()
            })
            .sum()
    });
    let mut output = sandbox::files::inherited(7).expect("output");
    output.write_all(sum.to_string().as_bytes()).expect("written");
    output.sync_all().expect("synced");
    sandbox::files::inherited(4).expect("report").write_all(b"done").expect("reported");
    ExitCode::SUCCESS
}
