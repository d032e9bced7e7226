//! Opening one value. Whoever calls this has checked approvals and written the audit event.

use std::collections::BTreeSet;

use schemas::exit::Exit;
use schemas::vault::VaultKey;

use super::approval::Good;
use super::journal::{Body, Named};
use super::open::unwrapped;
use super::{Places, Vault};
use crate::failure::Failure;
use crate::names::shown;
use schemas::container::Container;
use schemas::record::{TokenLink, TokenLinkRecord};

/// What the vault knows of a token.
pub enum Known {
    /// Its value, and the owners under whom it was found.
    Value(String, Vec<String>),
    /// It is there, and every owner was forgotten.
    Forgotten,
    /// It is not there: it never was, or it went with its owner.
    Nothing,
}

impl Vault {
    /// The value of a token. A token of a newer key than the one that its value was seen under is followed back through the rotations.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when an entry is damaged, [`Exit::KeyRefused`] when the vault key is not the one that sealed it.
    pub fn value(&self, token: &str, key: &VaultKey) -> Result<Known, Failure> {
        let mut forgotten = false;
        for name in std::iter::once(token.to_owned()).chain(self.older_names(token)?) {
            let mut owners = Vec::new();
            let mut value = None;
            for entry in self.find(&name)? {
                let Some(layer) = self.layer(&entry.owner) else {
                    forgotten = true;
                    continue;
                };
                let inner = unwrapped(&layer, &entry).ok_or_else(|| {
                    Failure::new(Exit::DigestMismatch, format!("open an entry of the token vault {}: it was changed", shown(&self.places.vault)))
                })?;
                let opened = key.open(&name, &inner).ok_or_else(|| {
                    Failure::new(Exit::KeyRefused, "open an entry of the token vault: the vault key is not the one that sealed it".to_owned())
                })?;
                value = Some(opened);
                owners.push(entry.owner.into());
            }
            if let Some(value) = value {
                return Ok(Known::Value(value, owners));
            }
        }
        Ok(if forgotten { Known::Forgotten } else { Known::Nothing })
    }

    /// Notes durably that approvals are used up, before what they approve is done: a process that dies in between has used them for nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn use_up(&mut self, approvals: &[Good]) -> Result<(), Failure> {
        self.commit(Body::Revealed { approvals: approvals.iter().map(|good| good.id).collect() })
    }

    /// Names who may approve from here on, with the approvals of those who might before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_approvers(&mut self, approvers: &BTreeSet<String>, approvals: &[Good], reason: &str) -> Result<(), Failure> {
        let (approvers, approvals) = (approvers.iter().cloned().collect(), approvals.iter().map(|good| good.id).collect());
        self.commit(Body::Approvers { approvers, approvals, reason: reason.to_owned() })
    }

    /// What a token was before rotations, newest first.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when links are damaged.
    pub fn older_names(&self, token: &str) -> Result<Vec<String>, Failure> {
        let (mut names, mut name) = (Vec::new(), token.to_owned());
        for (_, to, map) in self.state().maps.iter().rev() {
            if !is_of_key(&name, to) {
                continue;
            }
            let mut found = None;
            each_link(&self.places, map, |link| {
                if link.new == name {
                    found = Some(link.old.to_owned());
                }
            })?;
            if let Some(old) = found {
                names.push(old.clone());
                name = old;
            }
        }
        Ok(names)
    }
}

/// Whether a token is of the key with this name in tokens.
pub(super) fn is_of_key(token: &str, key: &str) -> bool {
    token.rsplit_once('_').is_some_and(|(_, tail)| tail.starts_with(key))
}

/// Shows each link of a rotation.
pub(super) fn each_link(places: &Places, map: &Named, mut each: impl FnMut(TokenLinkRecord<'_>)) -> Result<(), Failure> {
    let path = places.maps().join(&map.file);
    let damaged =
        || Failure::new(Exit::DigestMismatch, format!("read the links {}: they are missing or damaged; restore the newest copy", shown(&path)));
    let file = crate::session::open_published(&path).map_err(|_| damaged())?;
    let bytes = sandbox::files::map(&file).map_err(|error| Failure::io(format!("map {}", shown(&path)), error))?;
    let container = Container::open(&bytes).map_err(|_| damaged())?;
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for link in container.block::<TokenLink>(number, &mut scratch).map_err(|_| damaged())?.records() {
            each(link.map_err(|_| damaged())?);
        }
    }
    Ok(())
}
