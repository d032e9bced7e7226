//! The token vault: which token stands for which value. The value is in no record but sealed ([`crate::vault`], feature `vault`).

use serde::Serializer;

use super::record_kind;

/// A token with its sealed value. `sanitize.apply` writes them in the order in which they were met, each (token, owner) once or more; segments of the
/// vault hold them sorted, each once, with one more layer around the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct VaultEntryRecord<'a> {
    /// The token, in brackets, without what a policy puts around tokens.
    pub token: &'a str,
    /// Whose value it is: the token of the record's customer, or empty. In segments never empty: values of nobody have the name of their group.
    pub owner: &'a str,
    /// The sealed value.
    #[serde(serialize_with = "hexadecimal")]
    pub sealed: &'a [u8],
}

record_kind!(
    /// Entries of the token vault.
    VaultEntry = VaultEntry, version 1, view VaultEntryRecord<'a>,
    schema "vault_entry/1 token:str owner:str sealed:bytes"
);

/// The token of one value under two keys. It holds no personal value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct TokenLinkRecord<'a> {
    /// Under the key before.
    pub old: &'a str,
    /// Under the key after it.
    pub new: &'a str,
}

record_kind!(
    /// Links of a rotation, in the order of the vault's entries, each once.
    TokenLink = TokenLink, version 1, view TokenLinkRecord<'a>,
    schema "token_link/1 old:str new:str"
);

fn hexadecimal<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    use std::fmt::Write;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    serializer.serialize_str(&text)
}
