//! `fuzz`: a driver for fuzz targets on stable Rust, for tests alone.
//!
//! A target is a test of the package whose parser it looks at (`src/fuzz/*.rs` there), so it reaches private functions and nothing is made
//! public for it. It names a property over bytes that must hold for any input. The driver keeps a pool: the files of
//! `testdata/fuzz/<target>/`, the target's own seeds, and every input on which the parser behaved in a new way. That last part takes the place
//! of coverage, which stable Rust cannot read: a property returns a number for what the parser did ([`shape`]: which error, how many
//! records), and an input with a new number is kept and mutated further.
//!
//! Under `cargo test` a target runs its corpus and a few thousand mutations from a fixed seed. `cargo xtask fuzz` runs the same test binary, built
//! for release, one child process a target and core, with [`campaign`] settings in the environment. A panic is caught, made small and saved; an
//! abort, a stack overflow or memory over the bound ends the child, and the parent runs it again with a trace of its inputs: runs of one
//! seed are equal.
//!
//! It depends on no package of the workspace and is in no binary that is shipped.

mod campaign;
pub mod corrupt;
mod mutate;
mod process;
mod random;
mod target;

pub use mutate::{Mutator, Token};
pub use random::Random;
pub use target::{Target, shape};
