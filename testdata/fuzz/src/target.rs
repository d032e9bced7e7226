//! A target: its name, where its inputs come from, and its property.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use crate::campaign;
use crate::mutate::Token;

/// A fuzz target. [`Target::check`] runs it.
///
/// ```
/// fuzz::Target::new("example", &[b"true", b"false"]).without_corpus().seed(b"true").check(|input| {
///     let parsed = std::str::from_utf8(input).ok().and_then(|text| text.parse::<bool>().ok());
///     fuzz::shape(&parsed)
/// });
/// ```
pub struct Target {
    pub(crate) name: &'static str,
    pub(crate) dictionary: Vec<Token>,
    pub(crate) seeds: Vec<Vec<u8>>,
    pub(crate) bytes_max: usize,
    pub(crate) executions: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) repair: Option<fn(&mut Vec<u8>)>,
    needs_corpus: bool,
}

impl Target {
    /// A target with the tokens of its format. The name is that of its corpus folder.
    #[must_use]
    pub fn new(name: &'static str, dictionary: &[Token]) -> Self {
        let dictionary = dictionary.to_vec();
        Self { name, dictionary, seeds: Vec::new(), bytes_max: 256, executions: 2_000, memory_bytes: 64 << 20, repair: None, needs_corpus: true }
    }

    /// Adds an input to start from, beside the files of the corpus.
    #[must_use]
    pub fn seed(mut self, input: &[u8]) -> Self {
        self.seeds.push(input.to_vec());
        self
    }

    /// Longest input, bytes.
    #[must_use]
    pub fn bytes_max(mut self, bytes: usize) -> Self {
        self.bytes_max = bytes;
        self
    }

    /// Executions under `cargo test`, where the build is slow.
    #[must_use]
    pub fn executions(mut self, count: u64) -> Self {
        self.executions = count;
        self
    }

    /// Memory the process may take over what it has when the campaign begins, bytes.
    #[must_use]
    pub fn memory_bytes(mut self, bytes: u64) -> Self {
        self.memory_bytes = bytes;
        self
    }

    /// A target of an example, for which no corpus is kept. Every other one refuses to run without.
    #[must_use]
    pub fn without_corpus(mut self) -> Self {
        self.needs_corpus = false;
        self
    }

    /// Makes checksums right again after a mutation (half of the time), so that what lies behind them is reached too.
    #[must_use]
    pub fn repair(mut self, repair: fn(&mut Vec<u8>)) -> Self {
        self.repair = Some(repair);
        self
    }

    /// Runs the target: a short pass, or what the environment asks for.
    ///
    /// # Panics
    /// When an input breaks the property; the message says where it was saved and how to run it again.
    pub fn check(self, mut property: impl FnMut(&[u8]) -> u64) {
        campaign::run(&self, &mut property);
    }

    /// Files of the corpus in the order of their names, then the target's own seeds; one empty input where there is none.
    pub(crate) fn corpus(&self) -> Vec<Vec<u8>> {
        let mut corpus: Vec<Vec<u8>> = self.corpus_files().iter().filter_map(|file| std::fs::read(file).ok()).collect();
        corpus.extend(self.seeds.iter().cloned());
        if corpus.is_empty() {
            corpus.push(Vec::new());
        }
        corpus
    }

    /// Where its corpus lies.
    pub(crate) fn corpus_folder(&self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(self.name)
    }

    /// Files of the corpus in the order of their names.
    pub(crate) fn corpus_files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.corpus_folder()).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        files.sort();
        files
    }

    /// Whether there is a corpus, or there need not be one.
    pub(crate) fn has_corpus(&self) -> bool {
        !self.needs_corpus || !self.corpus_files().is_empty()
    }
}

/// A number for what a parser did: inputs with a new one are kept.
#[must_use]
pub fn shape(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
