//! What all threads share: keys, compiled policy, detectors, lexicon.

use schemas::policy::{Policy, SanitizePolicy};
use stage_runtime::StepError;

use crate::detect::{self, Detector, Trigger};
use crate::fields::Fields;
use crate::lexicon::Lexicon;
use crate::secret::Keys;
use crate::token::{Heads, Operators};

/// Detectors by trigger, in registry order.
pub(crate) struct Detectors([Vec<&'static Detector>; 7]);

impl Detectors {
    pub(crate) fn new(all: &[&'static Detector]) -> Self {
        let mut table: [Vec<&'static Detector>; 7] = Default::default();
        for detector in all {
            table[detector.trigger as usize].push(detector);
        }
        Self(table)
    }

    /// Those of the countries that the policy names first, since they are the more exact; then those of everybody.
    fn of_policy(policy: &SanitizePolicy) -> Self {
        let local = policy.locales.iter().flat_map(|locale| detect::locale::pack(*locale));
        Self::new(&local.chain(detect::ALL).copied().collect::<Vec<_>>())
    }

    pub(crate) fn of(&self, trigger: Trigger) -> &[&'static Detector] {
        &self.0[trigger as usize]
    }
}

/// What all threads share.
pub(crate) struct Engine {
    pub(crate) keys: Keys,
    pub(crate) heads: Heads,
    pub(crate) fields: Fields,
    pub(crate) operators: Operators,
    pub(crate) detectors: Detectors,
    pub(crate) lexicon: Lexicon,
}

impl Engine {
    /// # Errors
    /// When the secret is refused.
    pub(crate) fn new(secret: &[u8], policy: &Policy, lexicon: Lexicon) -> Result<Self, StepError> {
        let keys = Keys::derive(secret)?;
        Ok(Self {
            heads: Heads::new(&keys),
            keys,
            fields: Fields::new(policy),
            operators: Operators::new(&policy.sanitize),
            detectors: Detectors::of_policy(&policy.sanitize),
            lexicon,
        })
    }
}
