//! A stage for the tests of the runner, sealed in the place of `mine`: its steps wait, take memory, fail and hang as told.
//!
//! A step that waits goes on when the first byte of its source is `g`, which a test writes: no test has to guess a time.

use std::time::Duration;

use schemas::exit::Exit;
use schemas::record::Bundle;
use stage_runtime::{StageSpec, StepContext, StepError};

const SPEC: StageSpec = StageSpec { name: "mine", steps: &["wait", "allocate", "transient", "corrupt", "crash", "early"] };

/// Bytes that the step `allocate` takes for each of its threads.
const BYTES_PER_THREAD: usize = 20 << 20;

fn main() -> std::process::ExitCode {
    stage_runtime::run(&SPEC, process)
}

fn process(context: &mut StepContext) -> Result<(), StepError> {
    match context.step() {
        "wait" => wait(context)?,
        "allocate" => allocate(usize::from(context.job().threads)),
        "transient" => return Err(StepError::new(Exit::TransientIo, "read a file that may come back")),
        "corrupt" => return Err(StepError::new(Exit::CorruptInput, "read what was damaged")),
        "crash" => crash(),
        // The first shard waits and fails when it may go on; the second fails at once.
        _ => {
            if context.job().shard == 0 {
                wait(context)?;
                return Err(StepError::new(Exit::CorruptInput, "read the first shard"));
            }
            return Err(StepError::new(Exit::SchemaMismatch, "read the second shard"));
        }
    }
    context.output::<Bundle>("made")?.finish(context)
}

fn wait(context: &mut StepContext) -> Result<(), StepError> {
    let sources = context.take_sources();
    let mut first = [0];
    while first != *b"g" {
        std::thread::park_timeout(Duration::from_millis(2));
        for source in &sources {
            source.read_at(&mut first, 0)?;
        }
    }
    Ok(())
}

fn allocate(threads: usize) {
    let taken: Vec<Vec<u8>> = (0..threads).map(|_| vec![1; BYTES_PER_THREAD]).collect();
    assert_eq!(std::hint::black_box(&taken).len(), threads);
}

fn crash() {
    let nothing: Option<u8> = std::hint::black_box(None);
    nothing.expect("a test wants a crash");
}
