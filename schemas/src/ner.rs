//! A packed model of names: a [`Bundle`](crate::record::Bundle) that `logminer model pack` makes of a folder and `sanitize.collect` reads.
//!
//! ```text
//! labels.txt           what each number means that the network gives a token, one a line, from 0
//! settings.txt         how text is cut into tokens: lines of NAME=VALUE, in the order of [`Settings`]
//! vocab.txt            the vocabulary, as it was: one piece a line
//! weights.0000 ...     the network (ONNX), in parts of at most `NER_CHUNK_BYTES`
//! ```
//! What a model's JSON says is turned into lines when it is packed, so that a sealed stage parses none of it.

/// File of the labels.
pub const LABELS: &str = "labels.txt";
/// File of the settings.
pub const SETTINGS: &str = "settings.txt";
/// File of the vocabulary.
pub const VOCABULARY: &str = "vocab.txt";
/// What the names of the parts of the network begin with.
pub const WEIGHTS: &str = "weights.";
/// Name of the input under which `sanitize.collect` is given a model.
pub const INPUT: &str = "model";

/// File of a part of the network, from 0.
#[must_use]
pub fn weights_part(number: usize) -> String {
    format!("{WEIGHTS}{number:04}")
}

/// How text is cut into tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Letters are made small, and their accents taken away.
    pub lower_case: bool,
    /// Tokens that the network takes at once, those at either end included.
    pub tokens_max: u32,
}

impl Settings {
    /// The lines of `settings.txt`.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("lower_case={}\ntokens_max={}\n", self.lower_case, self.tokens_max)
    }

    /// Reads what [`Settings::to_text`] wrote; none when it is anything else.
    ///
    /// ```
    /// use schemas::ner::Settings;
    /// let settings = Settings { lower_case: true, tokens_max: 512 };
    /// assert_eq!(Settings::parse(&settings.to_text()), Some(settings));
    /// assert_eq!(Settings::parse("lower_case=maybe\ntokens_max=512\n"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let lower_case = lines.next()?.strip_prefix("lower_case=")?.parse().ok()?;
        let tokens_max = lines.next()?.strip_prefix("tokens_max=")?.parse().ok()?;
        let settings = Self { lower_case, tokens_max };
        (settings.to_text() == text).then_some(settings)
    }
}

/// What a label says of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// A person's name begins.
    Begin,
    /// A person's name goes on, or the labels do not tell.
    Inside,
    /// No person's name.
    Other,
}

impl Label {
    /// What a label means: `B-PER`, `I-PERSON`, `PER` and the like are persons, whatever else is none.
    ///
    /// ```
    /// use schemas::ner::Label;
    /// assert_eq!(["B-PER", "I-PER", "person", "O", "B-LOC"].map(Label::of), [Label::Begin, Label::Inside, Label::Inside, Label::Other, Label::Other]);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Self {
        let (place, class) = match text.split_once(['-', '_']) {
            Some((place, class)) if place.len() == 1 => (place, class),
            _ => ("", text),
        };
        match (["PER", "PERSON"].iter().any(|person| class.eq_ignore_ascii_case(person)), place) {
            (false, _) => Self::Other,
            (true, "B" | "b" | "S" | "s" | "U" | "u") => Self::Begin,
            (true, _) => Self::Inside,
        }
    }
}
