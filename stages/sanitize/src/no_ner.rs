//! In the place of `ner` where this stage is built without models of names: a run that asks for one ends, and nothing else is different.

use std::convert::Infallible;

use schemas::exit::Exit;
use stage_runtime::{StepContext, StepError};

use crate::lexicon::Gathered;
use crate::secret::Keys;
use crate::steps::Workers;

/// There is none.
pub(crate) struct Names(Infallible);

/// There are none.
pub(crate) struct Residues<'w>(Infallible, std::marker::PhantomData<&'w ()>);

/// Texts by keyed digest.
pub(crate) type Texts = std::collections::BTreeMap<[u8; 12], String>;

impl Names {
    /// # Errors
    /// [`Exit::KeyRefused`] when the policy names a model, or the step was given one: to do without would leave names readable that somebody trusts are hidden.
    pub(crate) fn open(context: &StepContext) -> Result<Option<Self>, StepError> {
        if context.policy().sanitize.ner_model.is_none() && context.inputs(schemas::ner::INPUT).is_empty() {
            return Ok(None);
        }
        let why = "follow the policy: sanitize.ner_model names a model, and this stage was built without models of names; build it with `cargo xtask seal --ner`";
        Err(StepError::new(Exit::KeyRefused, why))
    }

    pub(crate) fn residues(&self) -> Residues<'_> {
        match self.0 {}
    }

    pub(crate) fn gather(&self, _: &mut Residues<'_>, _: &Workers<'_>, _: &mut Gathered, _: &mut StepContext) -> Result<(), StepError> {
        match self.0 {}
    }
}

impl Residues<'_> {
    pub(crate) fn note(&mut self, _: &str, _: &Keys) {
        match self.0 {}
    }

    pub(crate) fn take_in(&mut self, _: Texts) {
        match self.0 {}
    }

    pub(crate) fn take(&mut self) -> Texts {
        match self.0 {}
    }
}
