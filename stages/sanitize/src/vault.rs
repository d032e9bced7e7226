//! What the token vault is told: which token stands for which value, and whose it is. Only when the job has an output for it; a worker without
//! [`Noting`] notes nothing.
//!
//! A token is noted when it is made; whose it is, is known when the record's customer is. Notes of a block are sorted and each stands once, so that they
//! do not depend on threads; the step seals them in the order of blocks ([`Sealing`]). Values leave this stage sealed or not at all.

use std::collections::BTreeSet;

use schemas::metric::Counter;
use schemas::pii::PiiClass;
use schemas::record::{VaultEntry, VaultEntryRecord};
use schemas::vault::VaultKey;
use stage_runtime::{Output, StepContext, StepError};

use crate::token::{Heads, MAC_LEN};
use crate::worker::{Worker, tokenized_into};

/// Key role and output.
pub(crate) const ROLE: &str = "vault";
const OUTPUT: &str = "vault_delta";

/// A token of the record at hand: class, characters, the value's place in the text, and whether it may be encoded.
#[derive(Clone, Copy)]
struct Note {
    class: PiiClass,
    text: [u8; MAC_LEN],
    from: usize,
    to: usize,
    whole: bool,
}

/// What one thread has noted.
#[derive(Default)]
pub(crate) struct Noting {
    notes: Vec<Note>,
    values: String,
    noted: Vec<Noted>,
}

/// A token, its value, and whose it is: nobody's when there is no owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Noted {
    class: PiiClass,
    text: [u8; MAC_LEN],
    owner: String,
    value: String,
}

impl Worker<'_> {
    /// Notes a token that was made for a value; `whole` values may be encoded.
    pub(crate) fn note_token(&mut self, class: PiiClass, text: [u8; MAC_LEN], value: &str, whole: bool) {
        if let Some(noting) = &mut self.vault {
            let from = noting.values.len();
            noting.values.push_str(value);
            noting.notes.push(Note { class, text, from, to: noting.values.len(), whole });
        }
    }

    /// Forgets the tokens of the record at hand.
    pub(crate) fn forget_tokens(&mut self) {
        if let Some(noting) = &mut self.vault {
            noting.notes.clear();
            noting.values.clear();
        }
    }

    /// The tokens of the record at hand are those of its customer.
    pub(crate) fn own_tokens(&mut self) {
        let Some(mut noting) = self.vault.take() else { return };
        let owner = self.engine.unit(&self.shape.customer.text).to_owned();
        for note in &noting.notes {
            let raw = noting.values.get(note.from..note.to).unwrap_or_default();
            let mut value = String::new();
            if note.whole && (raw.contains('%') || !raw.is_ascii()) {
                let plain = self.plain(raw);
                tokenized_into(note.class, &plain, &mut value);
                self.return_buffer(plain);
            } else {
                tokenized_into(note.class, raw, &mut value);
            }
            noting.noted.push(Noted { class: note.class, text: note.text, owner: owner.clone(), value });
        }
        noting.notes.clear();
        noting.values.clear();
        self.vault = Some(noting);
    }

    /// What was noted since it was last taken, each once.
    pub(crate) fn take_noted(&mut self) -> Vec<Noted> {
        let mut noted = self.vault.as_mut().map(|noting| std::mem::take(&mut noting.noted)).unwrap_or_default();
        noted.sort_unstable();
        noted.dedup();
        noted
    }
}

/// Seals what was noted, and writes it.
pub(crate) struct Sealing {
    key: VaultKey,
    /// Without what a policy puts around tokens.
    heads: Heads,
    output: Output<VaultEntry>,
    seen: BTreeSet<(PiiClass, [u8; MAC_LEN], Box<str>)>,
    seen_max: usize,
    entries: u64,
    left_out: u64,
}

impl Sealing {
    /// Begins, when the job asks for it.
    ///
    /// # Errors
    /// When the step was not given the vault's key.
    pub(crate) fn begin(context: &mut StepContext, heads: Heads) -> Result<Option<Self>, StepError> {
        if !context.has_output(OUTPUT) {
            return Ok(None);
        }
        let key = VaultKey::derive(context.secret(ROLE)?);
        let output = context.output::<VaultEntry>(OUTPUT)?;
        let seen_max = schemas::limits::VAULT_DELTA_SEEN_MAX;
        Ok(Some(Self { key, heads, output, seen: BTreeSet::new(), seen_max, entries: 0, left_out: 0 }))
    }

    /// Seals what a block noted and was not sealed lately.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub(crate) fn take(&mut self, noted: Vec<Noted>) -> Result<(), StepError> {
        let mut token = String::new();
        for Noted { class, text, owner, value } in noted {
            if self.seen.len() >= self.seen_max {
                self.seen.clear();
            }
            if !self.seen.insert((class, text, owner.as_str().into())) {
                continue;
            }
            token.clear();
            self.heads.push_token(class, &text, &mut token);
            match self.key.seal(&token, &value) {
                Some(sealed) => {
                    self.output.push(0, &VaultEntryRecord { token: &token, owner: &owner, sealed: &sealed }, None)?;
                    self.entries += 1;
                }
                None => self.left_out += 1,
            }
        }
        Ok(())
    }

    /// Ends the output.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn finish(self, context: &mut StepContext) -> Result<(), StepError> {
        self.output.finish(context)?;
        context.report.add(Counter::VaultEntries, self.entries);
        context.report.add(Counter::VaultValuesLeftOut, self.left_out);
        Ok(())
    }
}
