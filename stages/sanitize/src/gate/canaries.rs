//! Counting canaries: records that the runner planted, each with one value that must have become a token. What a record's columns repeat of its fields
//! is not counted.

use schemas::container::Container;
use schemas::record::{Clean, Scalar};
use stage_runtime::{InputBytes, StepError};

use crate::secret::Keys;
use crate::token::token_len;

/// Canaries that hold a token, over all files.
pub(crate) fn count(files: &[InputBytes], keys: &Keys) -> Result<u64, StepError> {
    let mut count = 0;
    for file in files {
        let container: Container<'_> = file.open::<Clean>()?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            let block = container.block::<Clean>(number, &mut scratch)?;
            for record in block.records() {
                let record = record?;
                let fields = record.fields.iter().filter_map(|field| if let Scalar::Text(text) = field.value { Some(text) } else { None });
                count += u64::from(fields.chain([record.message]).any(|text| holds_token(keys, text.as_bytes())));
            }
        }
    }
    Ok(count)
}

fn holds_token(keys: &Keys, text: &[u8]) -> bool {
    memchr::memchr_iter(b'[', text).any(|at| token_len(keys, &text[at..]).is_some())
}
