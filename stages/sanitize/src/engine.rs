//! What all threads share: keys, compiled policy, detectors, lexicon.

use schemas::exit::Exit;
use schemas::pattern::Patterns;
use schemas::pii::Operator;
use schemas::policy::{Policy, Refusal, SanitizePolicy};
use stage_runtime::StepError;

use crate::detect::needs::Panel;
use crate::detect::{self, Detector, Trigger};
use crate::fields::Fields;
use crate::lexicon::Lexicon;
use crate::secret::Keys;
use crate::token::{Heads, Operators, is_of_one_value, token_len};
use schemas::words::Words;

/// Detectors by trigger, in registry order.
pub(crate) struct Detectors([Panel; 7]);

impl Detectors {
    pub(crate) fn new(all: &[&'static Detector]) -> Self {
        let mut table: [Panel; 7] = Default::default();
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

    pub(crate) fn of(&self, trigger: Trigger) -> &Panel {
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
    /// What the policy says of texts of its own; none for most policies, whose texts are then not looked at again.
    pub(crate) patterns: Option<Patterns>,
    /// Words that stay under `strict`.
    pub(crate) vocabulary: Option<Words>,
    /// Whether there is either.
    pub(crate) has_own_rules: bool,
    /// Whether any operator moves dates, so that a record's customer has to be known before its dates are.
    pub(crate) moves_dates: bool,
}

impl Engine {
    /// # Errors
    /// When the secret or the policy is refused.
    pub(crate) fn new(secret: &[u8], policy: &Policy, lexicon: Lexicon) -> Result<Self, StepError> {
        let keys = Keys::derive(secret)?;
        check(&policy.sanitize)?;
        let patterns = Patterns::compile(&policy.sanitize).map_err(|refusals| refused(&refusals))?;
        let sanitize = &policy.sanitize;
        let fields = Fields::new(policy);
        if let Some((name, why)) = fields.refused_operator(sanitize) {
            return Err(StepError::new(Exit::KeyRefused, format!("accept the policy: sanitize.field_operators.{name}: {why}")));
        }
        let mut operators = sanitize.operators.values().chain(sanitize.field_operators.values());
        Ok(Self {
            moves_dates: operators.any(|operator| matches!(operator, Operator::DateShift { .. })),
            heads: Heads::new(&keys, &policy.sanitize),
            keys,
            fields,
            has_own_rules: patterns.is_some() || sanitize.strict,
            patterns,
            vocabulary: policy.sanitize.strict.then(|| crate::vocabulary::of(&policy.sanitize)),
            operators: Operators::new(&policy.sanitize),
            detectors: Detectors::of_policy(&policy.sanitize),
            lexicon,
        })
    }
}

impl Engine {
    /// What of a replacement can stand for a customer or session: the token without what the policy puts around it. What stands for a class alone,
    /// or for a part of the value, is nobody.
    pub(crate) fn unit<'t>(&self, text: &'t str) -> &'t str {
        if self.operators.plain() {
            return text;
        }
        let bare = self.heads.bare(text);
        let token = token_len(&self.keys, bare.as_bytes()) == Some(bare.len());
        if token && !is_of_one_value(bare) { "" } else { bare }
    }
}

/// The runner has refused such a policy already, with its line; a step does not rely on that.
fn check(policy: &SanitizePolicy) -> Result<(), StepError> {
    let refusals = policy.refusals();
    if refusals.is_empty() { Ok(()) } else { Err(refused(&refusals)) }
}

fn refused(refusals: &[Refusal]) -> StepError {
    let first = refusals.first().map(|refusal| format!("{}: {}", refusal.place.join("."), refusal.why)).unwrap_or_default();
    StepError::new(Exit::KeyRefused, format!("accept the policy: {first}"))
}
