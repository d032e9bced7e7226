//! `rotate`: entries of the vault in, with the keys `token` (the old one), `token_new` and `vault`; a link from the old token to the new one of each value
//! out. Values are opened here and leave in no form but the new token.
//!
//! Entries whose token is of an older key than `token` are passed over: an earlier rotation has linked them.

use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::pii::PiiClass;
use schemas::record::{TokenLink, TokenLinkRecord, VaultEntry};
use schemas::vault::VaultKey;
use stage_runtime::{StepContext, StepError};

use crate::secret::{KEY_ID_LEN, Keys};
use crate::token::{Heads, token_mac};
use crate::vault::ROLE;

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let (old, new) = (Keys::derive(context.secret("token")?)?, Keys::derive(context.secret("token_new")?)?);
    if old.key_id == new.key_id {
        return Err(StepError::new(
            Exit::KeyRefused,
            "rotate the token key: the new one has the name of the old one in tokens; make another".to_owned(),
        ));
    }
    let vault = VaultKey::derive(context.secret(ROLE)?);
    let heads = [&old, &new].map(|keys| Heads::new(keys, &Default::default()));
    let mut output = context.output::<TokenLink>("links")?;
    let (mut read, mut scratch) = (0, Vec::new());
    let (mut before, mut old_token, mut new_token) = (String::new(), String::new(), String::new());
    for input in context.inputs("entries") {
        let container = input.open::<VaultEntry>()?;
        for number in 0..container.block_count() {
            for entry in container.block::<VaultEntry>(number, &mut scratch)?.records() {
                let entry = entry?;
                read += 1;
                let Some(class) = class_under(&old, entry.token).filter(|_| entry.token != before) else { continue };
                before.clear();
                before.push_str(entry.token);
                let damaged = |what| StepError::new(Exit::DigestMismatch, format!("rotate the token key: {what}"));
                let value = vault.open(entry.token, entry.sealed).ok_or_else(|| damaged("an entry of the vault does not open with the vault key"))?;
                old_token.clear();
                heads[0].push_token(class, &token_mac(&old, class, &value), &mut old_token);
                if old_token != entry.token {
                    return Err(damaged("an entry of the vault is not of the token key"));
                }
                new_token.clear();
                heads[1].push_token(class, &token_mac(&new, class, &value), &mut new_token);
                output.push(0, &TokenLinkRecord { old: &old_token, new: &new_token }, None)?;
            }
        }
    }
    output.finish(context)?;
    context.report.add(Counter::RecordsIn, read);
    let ids = [("old_key", &old), ("new_key", &new)].map(|(name, keys)| (name.to_owned(), String::from_utf8_lossy(&keys.key_id).into_owned()));
    context.report.facts.extend(ids);
    Ok(())
}

/// The class of a token, when it is of this key.
fn class_under(keys: &Keys, token: &str) -> Option<PiiClass> {
    let (label, tail) = token.strip_prefix('[')?.rsplit_once('_')?;
    let of_key = tail.as_bytes().get(..KEY_ID_LEN) == Some(keys.key_id.as_slice());
    PiiClass::from_label(label).filter(|_| of_key)
}
