//! What people decided about scenarios on earlier nights: a muted one is not written, a reviewed one does not go by itself.

use std::collections::BTreeSet;

use schemas::exit::Exit;
use schemas::ids::StableId;
use stage_runtime::{StepContext, StepError};

use crate::suite::{Removed, Suite};

/// The parameter that decisions come in.
const PARAMETER: &str = "scenarios";

/// Scenarios that were decided on, by the letters of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Decided {
    muted: BTreeSet<String>,
    reviewed: BTreeSet<String>,
}

impl Decided {
    /// The decisions that the job tells.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        Self::of_parameter(context.parameter(PARAMETER))
    }

    /// `+LETTERS` for a reviewed scenario, `-LETTERS` for a muted one, divided by blanks.
    fn of_parameter(text: Option<&str>) -> Result<Self, StepError> {
        let mut decided = Self::default();
        for word in text.unwrap_or_default().split_ascii_whitespace() {
            let letters = word.get(1..).filter(|letters| letters.len() == 16 && letters.bytes().all(|byte| (b'a'..=b'p').contains(&byte)));
            match (word.as_bytes().first(), letters) {
                (Some(b'+'), Some(letters)) => decided.reviewed.insert(letters.to_owned()),
                (Some(b'-'), Some(letters)) => decided.muted.insert(letters.to_owned()),
                _ => return Err(StepError::new(Exit::Usage, "read the parameter scenarios: it is not a list of +LETTERS and -LETTERS")),
            };
        }
        Ok(decided)
    }

    pub(crate) fn is_muted(&self, id: StableId) -> bool {
        !self.muted.is_empty() && self.muted.contains(&id.letters())
    }

    pub(crate) fn is_reviewed(&self, id: StableId) -> bool {
        !self.reviewed.is_empty() && self.reviewed.contains(&id.letters())
    }

    /// All that are muted, seen tonight or not.
    pub(crate) fn muted(&self) -> impl Iterator<Item = &str> {
        self.muted.iter().map(String::as_str)
    }

    /// Takes the muted ones out of a suite.
    pub(crate) fn mute(&self, suite: &mut Suite) -> Vec<Removed> {
        suite.take(|id| self.is_muted(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_read_whole_or_not_at_all() {
        let (first, second) = (StableId(1), StableId(u64::MAX));
        let text = format!("+{} -{}", first.letters(), second.letters());
        let decided = Decided::of_parameter(Some(&text)).unwrap();
        assert!(decided.is_reviewed(first) && decided.is_muted(second) && !decided.is_muted(first) && !decided.is_reviewed(second));
        assert_eq!(Decided::of_parameter(None).unwrap(), Decided::default());
        for wrong in ["aaaaaaaaaaaaaaaa", "-aaaa", "-aaaaaaaaaaaaaaaq", "-AAAAAAAAAAAAAAAA", "-", "é"] {
            assert_eq!(Decided::of_parameter(Some(wrong)).unwrap_err().exit, Exit::Usage, "{wrong}");
        }
    }
}
