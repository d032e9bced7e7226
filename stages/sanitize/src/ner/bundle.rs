//! The files of a packed model: [`schemas::ner`] says which.

use std::collections::VecDeque;
use std::io::Read;

use schemas::limits::{NER_CHUNK_BYTES, NER_MODEL_BYTES_MAX, NER_VOCABULARY_BYTES_MAX};
use schemas::ner::{LABELS, SETTINGS, Settings, VOCABULARY, WEIGHTS, weights_part};
use schemas::record::Bundle;
use stage_runtime::{InputBytes, StepError};

use super::refused;

/// What a packed model holds.
pub(super) struct Files {
    pub(super) labels: String,
    pub(super) settings: Settings,
    pub(super) vocabulary: String,
    pub(super) weights: Parts,
}

/// The parts of the network, read one behind the other and given back as they are passed.
pub(super) struct Parts {
    parts: VecDeque<Vec<u8>>,
    at: usize,
}

impl Parts {
    #[cfg(test)]
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { parts: bytes.chunks(NER_CHUNK_BYTES).map(<[u8]>::to_vec).collect(), at: 0 }
    }
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while let Some(part) = self.parts.front() {
            let rest = part.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                self.parts.pop_front();
                self.at = 0;
                continue;
            }
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            self.at += count;
            return Ok(count);
        }
        Ok(0)
    }
}

/// Reads the bundle.
///
/// # Errors
/// When it is damaged, lacks a file, holds another, or one that is too large.
pub(super) fn read(input: &InputBytes) -> Result<Files, StepError> {
    let container = input.open::<Bundle>()?;
    let (mut labels, mut settings, mut vocabulary) = (None, None, None);
    let mut weights = Parts { parts: VecDeque::new(), at: 0 };
    let mut scratch = Vec::new();
    let mut bytes = 0;
    for number in 0..container.block_count() {
        for file in container.block::<Bundle>(number, &mut scratch)?.records() {
            let file = file?;
            let place = match file.path {
                LABELS => &mut labels,
                SETTINGS => &mut settings,
                VOCABULARY if file.bytes.len() as u64 <= NER_VOCABULARY_BYTES_MAX => &mut vocabulary,
                path if path.starts_with(WEIGHTS) => {
                    bytes += file.bytes.len() as u64;
                    if path != weights_part(weights.parts.len()) || file.bytes.len() > NER_CHUNK_BYTES || bytes > NER_MODEL_BYTES_MAX {
                        return Err(refused("its network is cut otherwise than `logminer model pack` cuts it"));
                    }
                    weights.parts.push_back(file.bytes.to_vec());
                    continue;
                }
                _ => return Err(refused("it holds a file that no model has")),
            };
            let text = std::str::from_utf8(file.bytes).map_err(|_| refused("one of its text files is not UTF-8"))?;
            if place.replace(text.to_owned()).is_some() {
                return Err(refused("it holds a file twice"));
            }
        }
    }
    let settings = settings.and_then(|text| Settings::parse(&text));
    match (labels, settings, vocabulary) {
        (Some(labels), Some(settings), Some(vocabulary)) if bytes > 0 => Ok(Files { labels, settings, vocabulary, weights }),
        _ => Err(refused("a file is missing or wrong; pack the model again (`logminer model pack`)")),
    }
}
