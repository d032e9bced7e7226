//! Clusters of templates: what says much the same, by the words they share.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemas::ids::StableId;
use schemas::limits::CLUSTERED_TEMPLATES_MAX;
use schemas::record::{Severity, Template};
use stage_runtime::{StepContext, StepError};

use super::linkage::{Features, clusters};
use super::name::{Telling, unlike};
use crate::rare::HIDDEN;
use crate::templates::template_name;

/// Average likeness from which templates are of one cluster.
const LIKENESS_MIN: f64 = 0.3;
/// Letters of a word that counts.
const WORD_LETTERS_MIN: usize = 3;

/// A template.
pub(super) struct Clustered {
    /// Id.
    pub id: StableId,
    /// Text.
    pub text: String,
    /// Lines.
    pub lines: u64,
    /// Greatest severity.
    pub severity: Severity,
}

/// A cluster of templates.
pub(super) struct TemplateCluster {
    /// What a person calls it.
    pub name: String,
    /// Lines of all.
    pub lines: u64,
    /// Greatest severity of any.
    pub severity: Severity,
    /// Position of the medoid.
    pub exemplar: usize,
    /// Positions, those of most lines first.
    pub members: Vec<usize>,
}

/// Templates and their clusters.
pub(super) struct Templates {
    /// Those that were clustered.
    pub templates: Vec<Clustered>,
    /// Their clusters, most lines first.
    pub clusters: Vec<TemplateCluster>,
    /// Templates beyond the limit, those of fewest lines.
    pub left_out: u64,
}

/// Reads and clusters.
///
/// # Errors
/// When the input is damaged.
pub(super) fn find(context: &StepContext) -> Result<Templates, StepError> {
    let input = context.input("template")?;
    let container = input.open::<Template>()?;
    let (mut kept, mut scratch) = (BTreeMap::new(), Vec::new());
    for number in 0..container.block_count() {
        for record in container.block::<Template>(number, &mut scratch)?.records() {
            let record = record?;
            let template = Clustered { id: record.id, text: record.text.to_owned(), lines: record.count, severity: record.severity };
            kept.insert((Reverse(record.count), record.id), template);
            if kept.len() > CLUSTERED_TEMPLATES_MAX {
                kept.pop_last();
            }
        }
    }
    let templates: Vec<Clustered> = kept.into_values().collect();
    Ok(Templates { clusters: cluster(&templates), left_out: container.records() - templates.len() as u64, templates })
}

fn cluster(templates: &[Clustered]) -> Vec<TemplateCluster> {
    let words: Vec<Vec<String>> = templates.iter().map(|template| words(&template.text)).collect();
    let telling = Telling::of(words.iter().map(Vec::as_slice));
    let things: Vec<Features> = words.iter().map(|words| telling.features(words)).collect();
    let mut found: Vec<TemplateCluster> = clusters(&things, &telling.weights, LIKENESS_MIN)
        .into_iter()
        .map(|cluster| {
            let of = |at: &usize| &templates[*at];
            let name = telling.name(&words[cluster.medoid], cluster.members.iter().map(|at| words[*at].as_slice()));
            let lines = cluster.members.iter().map(|at| of(at).lines).sum();
            let severity = cluster.members.iter().map(|at| of(at).severity).max().unwrap_or_default();
            TemplateCluster { name, lines, severity, exemplar: cluster.medoid, members: cluster.members }
        })
        .collect();
    found.sort_by_key(|cluster| (Reverse(cluster.lines), templates[cluster.exemplar].id));
    unlike(found.iter_mut().map(|cluster| &mut cluster.name));
    found
}

/// The words of a template in small letters, in order, each once; what stands in front of the message itself, variables and hidden words left out.
fn words(text: &str) -> Vec<String> {
    let shown = template_name(text).replace(HIDDEN, " ");
    let mut words: Vec<String> = Vec::new();
    for word in shown.split(|letter: char| !letter.is_alphabetic() && letter != '\'') {
        let word = word.to_lowercase();
        if word.chars().count() >= WORD_LETTERS_MIN && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(texts: &[&str]) -> Vec<(String, Vec<String>)> {
        let templates: Vec<Clustered> = (1..)
            .zip(texts)
            .map(|(number, text)| Clustered { id: StableId(number), text: (*text).to_owned(), lines: 100 - number, severity: Severity::Info })
            .collect();
        let shown = |cluster: TemplateCluster| (cluster.name, cluster.members.iter().map(|at| templates[*at].text.clone()).collect());
        cluster(&templates).into_iter().map(shown).collect()
    }

    #[test]
    fn templates_that_say_the_same_are_together_under_words_they_share() {
        let found = named(&[
            "Transfer <*> was refused by the ledger",
            "Card <*> blocked after <*> attempts",
            "Transfer <*> was refused, limit of <*>",
            "Cache entry <*> refreshed",
            "Card <*> blocked by <WORD>",
        ]);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(names[0].contains("ransfer") && names[0].contains("refused"), "{names:?}");
        assert!(names[1].contains("ard") && names[1].contains("blocked"), "{names:?}");
        assert!(!names.iter().any(|name| name.to_lowercase().contains("word")), "what is hidden is no word: {names:?}");
    }
}
