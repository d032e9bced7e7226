//! A stage for the tests of the runtime: its steps work, fail and panic as told.

use stage_runtime::{StageSpec, StepContext, StepError};

use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::record::Bundle;

const SPEC: StageSpec = StageSpec { name: "faulty", steps: &["copy", "fail", "forget", "panic", "panic_in_pool", "ask"] };

fn main() -> std::process::ExitCode {
    stage_runtime::run(&SPEC, process)
}

fn process(context: &mut StepContext) -> Result<(), StepError> {
    match context.step() {
        "copy" => copy(context),
        "fail" => Err(StepError::new(Exit::KeyRefused, "use the token key: it is too short")),
        "forget" => Ok(()),
        "panic" => Err::<(), _>("card 4111111111111111").map_err(|card| panic!("bad {card}")),
        "panic_in_pool" => {
            rayon_panics();
            Ok(())
        }
        _ => {
            let secret = context.secret("token")?.len();
            context.report.add(Counter::RecordsIn, secret as u64);
            context.output::<Bundle>("copy")?.finish(context)
        }
    }
}

fn copy(context: &mut StepContext) -> Result<(), StepError> {
    let input = context.input("original")?;
    let container = input.open::<Bundle>()?;
    let mut output = context.output::<Bundle>("copy")?;
    stage_runtime::map_blocks::<Bundle, _, _, _>(
        &container,
        0..container.block_count(),
        |block| {
            let mut copies = Vec::new();
            for record in block.records() {
                let record = record?;
                copies.push((record.path.to_owned(), record.bytes.to_vec()));
            }
            Ok(copies)
        },
        |copies| {
            for (path, bytes) in &copies {
                output.push(0, &schemas::record::BundleFile { path, bytes }, None)?;
            }
            Ok(())
        },
    )?;
    output.finish(context)
}

fn rayon_panics() {
    let digits = "4111111111111111".to_owned();
    stage_runtime::map_ordered(0..8_usize, |n| Ok(digits.as_bytes()[n + 12]), |_| Ok(())).expect("it panics before");
}
