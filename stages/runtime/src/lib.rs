//! `stage-runtime`: what every stage binary does around its own work.
//!
//! [`run`] locks the process down, reads the job from its inherited descriptor, opens inputs, outputs and scratch files, calls the
//! stage's `process` with a [`StepContext`], writes the report and exits with a documented code. A stage sees no path, no
//! environment, no clock and no network. [`layout`] places the nodes of a picture, [`markup`] tames the texts
//! of a page. [`testing`] runs the same `process` over in-memory data.

mod context;
mod error;
pub mod layout;
pub mod markup;
mod parallel;
mod pool;
mod run;
mod spares;
#[cfg(feature = "testing")]
pub mod testing;

pub use context::{InputBytes, Output, Scratch, ScratchMap, SourceReader, StepContext};
pub use error::StepError;
pub use parallel::{join, map_blocks, map_ordered};
pub use pool::Pool;
pub use run::{StageSpec, run};
pub use spares::Spares;
