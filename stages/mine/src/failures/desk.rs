//! The scratch file of a problem's columns, and memory that each problem uses again: taken anew by one after the other, blocks of many sizes would
//! leave holes, and what is held would be more than what is used.

use std::sync::Arc;

use stage_runtime::{Pool, Scratch};

use super::beam::Candidate;
use super::blocks::Block;
use super::table::{Part, Steps};

/// What one problem leaves to the next.
pub(super) struct Desk {
    /// The file.
    pub scratch: Scratch,
    /// For the steps of a chunk.
    pub parts: Arc<Pool<Part>>,
    /// For judged steps.
    pub steps: Arc<Pool<Steps>>,
    /// For the facts of the latest steps.
    pub blocks: Arc<Pool<Vec<Block>>>,
    /// For columns that are not written yet.
    pub tails: Arc<Pool<Vec<u8>>>,
    /// For candidates of a level.
    pub candidates: Arc<Pool<Vec<Candidate>>>,
}

impl Desk {
    /// With this file and nothing yet.
    pub(super) fn new(scratch: Scratch) -> Self {
        Self { scratch, parts: Arc::default(), steps: Arc::default(), blocks: Arc::default(), tails: Arc::default(), candidates: Arc::default() }
    }

    /// Another one beside it, with a file of its own and the same memory.
    pub(super) fn beside(&self, scratch: Scratch) -> Self {
        let Self { parts, steps, blocks, tails, candidates, .. } = self;
        Self {
            scratch,
            parts: Arc::clone(parts),
            steps: Arc::clone(steps),
            blocks: Arc::clone(blocks),
            tails: Arc::clone(tails),
            candidates: Arc::clone(candidates),
        }
    }
}
