//! Names by a model of the site's own (BERT and its like, as ONNX): what no field, cue or list knows.
//!
//! `collect` notes the distinct texts that still hold a capitalised word which no dictionary has ([`residue`]), asks the model about each once ([`Model`]), and
//! gathers the persons it sees as it gathers those of fields ([`names`]). `apply` knows nothing of all this: it finds them in the lexicon.
//!
//! The model is an input of the step, a bundle of files ([`bundle`]); text is cut into its tokens here ([`basic`], [`wordpiece`]), the network is run by tract
//! behind one file ([`network`]), which is given nothing that was not looked through first ([`check`]). What the network says of tokens becomes spans of the text
//! in [`persons`]. It refuses what it does not know: no message quotes a text, and a model that is broken ends the step.

mod basic;
mod bundle;
mod check;
#[cfg(test)]
mod encoder;
mod names;
mod network;
mod persons;
mod residue;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tiny;
mod wordpiece;

use std::ops::Range;

use schemas::exit::Exit;
use schemas::ner::Label;
use stage_runtime::{InputBytes, StepError};

pub(crate) use names::Names;
pub(crate) use residue::Residues;

use network::Network;
use wordpiece::Vocabulary;

/// A model that was read and can be asked by any number of threads.
struct Model {
    network: Network,
    vocabulary: Vocabulary,
    labels: Vec<Label>,
    lower_case: bool,
}

impl Model {
    /// Reads a packed model.
    ///
    /// # Errors
    /// [`Exit::CorruptInput`] when it is none, or one that cannot be run.
    fn open(input: &InputBytes) -> Result<Self, StepError> {
        let files = bundle::read(input)?;
        let vocabulary = Vocabulary::parse(&files.vocabulary)?;
        let labels = labels(&files.labels)?;
        let network = Network::load(files.weights, labels.len(), files.settings.tokens_max, vocabulary.len())?;
        Ok(Self { network, vocabulary, labels, lower_case: files.settings.lower_case })
    }

    /// Where persons' names stand in a text, in order; spans of bytes.
    ///
    /// # Errors
    /// When the network cannot be run, or gives what is no number.
    fn persons(&self, text: &str) -> Result<Vec<Range<usize>>, StepError> {
        let words = basic::words(text, self.lower_case);
        let pieces: Vec<Vec<u32>> = words.iter().map(|word| self.vocabulary.pieces(&word.text)).collect();
        let mut said = vec![Label::Other; words.len()];
        for window in persons::windows(&pieces, self.network.room()) {
            let ids: Vec<u32> = pieces[window.clone()].iter().flatten().copied().take(self.network.room()).collect();
            let best = self.network.labels(&self.vocabulary, &ids)?;
            let mut best = best.iter().map(|&number| self.labels.get(number).copied().unwrap_or(Label::Other));
            for (said, pieces) in said[window.clone()].iter_mut().zip(&pieces[window]) {
                *said = persons::of_pieces(*said, best.by_ref().take(pieces.len()));
            }
        }
        Ok(persons::spans(text, &words, &said))
    }
}

fn labels(text: &str) -> Result<Vec<Label>, StepError> {
    let labels: Vec<Label> = text.lines().map(Label::of).collect();
    if labels.len() > schemas::limits::NER_LABELS_MAX {
        return Err(refused("it has too many labels"));
    }
    if labels.iter().all(|label| *label == Label::Other) {
        return Err(refused("none of its labels is a person's (PER, B-PER, PERSON ...)"));
    }
    Ok(labels)
}

/// Why a model is not used.
fn refused(why: impl std::fmt::Display) -> StepError {
    StepError::new(Exit::CorruptInput, format!("read the model of names: {why}"))
}
