//! The scratch file of a problem's columns, and memory that each problem uses again: taken anew by one after the other, blocks of many sizes would
//! leave holes, and what is held would be more than what is used.

use stage_runtime::{Pool, Scratch};

use super::beam::Candidate;
use super::blocks::Block;
use super::table::{Part, Steps};

/// What one problem leaves to the next.
pub(super) struct Desk {
    /// The file.
    pub scratch: Scratch,
    /// For the steps of a chunk.
    pub parts: Pool<Part>,
    /// For judged steps.
    pub steps: Pool<Steps>,
    /// For the facts of the latest steps.
    pub blocks: Pool<Vec<Block>>,
    /// For columns that are not written yet.
    pub tails: Pool<Vec<u8>>,
    /// For candidates of a level.
    pub candidates: Pool<Vec<Candidate>>,
}

impl Desk {
    /// With this file and nothing yet.
    pub(super) fn new(scratch: Scratch) -> Self {
        Self { scratch, parts: Pool::default(), steps: Pool::default(), blocks: Pool::default(), tails: Pool::default(), candidates: Pool::default() }
    }
}
