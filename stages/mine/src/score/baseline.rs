//! What people decided about groups of anomalies on earlier nights.

use std::collections::BTreeSet;

use schemas::exit::Exit;
use stage_runtime::StepError;

/// Profiles that were decided on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Baseline {
    accepted: BTreeSet<u64>,
    rejected: BTreeSet<u64>,
}

impl Baseline {
    /// Of the parameter `baseline`: `+PROFILE` for an accepted one, `-PROFILE` for a rejected one, divided by blanks.
    ///
    /// # Errors
    /// [`Exit::Usage`] when it is not of that form.
    pub(super) fn of_parameter(text: Option<&str>) -> Result<Self, StepError> {
        let mut baseline = Self::default();
        for word in text.unwrap_or_default().split_ascii_whitespace() {
            let profile = word.get(1..).filter(|digits| digits.len() == 16).and_then(|digits| u64::from_str_radix(digits, 16).ok());
            match (word.as_bytes().first(), profile) {
                (Some(b'+'), Some(profile)) => baseline.accepted.insert(profile),
                (Some(b'-'), Some(profile)) => baseline.rejected.insert(profile),
                _ => return Err(StepError::new(Exit::Usage, "read the parameter baseline: it is not a list of +PROFILE and -PROFILE")),
            };
        }
        Ok(baseline)
    }

    /// Whether a journey that is not flagged has to be looked up.
    pub(super) fn rejects_any(&self) -> bool {
        !self.rejected.is_empty()
    }

    /// Whether the profile is ordinary.
    pub(super) fn accepts(&self, profile: u64) -> bool {
        self.accepted.contains(&profile)
    }

    /// Whether the profile is a confirmed anomaly.
    pub(super) fn rejects(&self, profile: u64) -> bool {
        self.rejected.contains(&profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_nothing_else() {
        let baseline = Baseline::of_parameter(Some("+00000000000000aa -00000000000000bb")).unwrap();
        assert!(baseline.accepts(0xaa) && !baseline.accepts(0xbb) && baseline.rejects(0xbb) && baseline.rejects_any());
        assert_eq!(Baseline::of_parameter(None).unwrap(), Baseline::default());
        for wrong in ["aa", "+aa", "*00000000000000aa", "+00000000000000ag", "é0000000000000000"] {
            assert!(Baseline::of_parameter(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
