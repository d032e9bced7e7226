//! The run's secrets: a bounded pool, so that the truth about them stays bounded too.

use crate::identifiers::base64;
use crate::random::Random;

/// Kinds of secrets, in the order of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecretKind {
    /// Signed JSON web token.
    Jwt,
    /// Opaque bearer token.
    Bearer,
    /// Password.
    Password,
    /// API key.
    ApiKey,
    /// Basic credential: base64 of user and password.
    Basic,
}

/// Secrets of each kind.
const EACH: usize = 48;

/// The pool.
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// The pool of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, 2);
        let kinds = [SecretKind::Jwt, SecretKind::Bearer, SecretKind::Password, SecretKind::ApiKey, SecretKind::Basic];
        Self(
            kinds
                .into_iter()
                .flat_map(|kind| (0..EACH).map(move |index| (kind, index)))
                .map(|(kind, index)| make(kind, index, &mut random))
                .collect(),
        )
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        &self.0[index]
    }

    /// Index of some secret of a kind.
    pub(crate) fn draw(kind: SecretKind, random: &mut Random) -> usize {
        kind as usize * EACH + random.below(EACH as u32) as usize
    }
}

fn make(kind: SecretKind, index: usize, random: &mut Random) -> String {
    let letters = |random: &mut Random, alphabet: &[u8], len: usize| -> String {
        (0..len).map(|_| char::from(alphabet[random.below(alphabet.len() as u32) as usize])).collect()
    };
    const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    match kind {
        SecretKind::Jwt => {
            let head = base64(br#"{"alg":"RS256","typ":"JWT"}"#, true);
            let body = base64(format!(r#"{{"iss":"https://id.bank.example","aud":"mobile","jti":"{:016x}"}}"#, random.bits()).as_bytes(), true);
            let signature: Vec<u8> = (0..4).flat_map(|_| random.bits().to_le_bytes()).collect();
            format!("{head}.{body}.{}", base64(&signature, true))
        }
        SecretKind::Bearer => letters(random, MIXED, 40),
        SecretKind::Password => format!("{}!{}-{}", letters(random, MIXED, 5), letters(random, b"0123456789", 2), letters(random, MIXED, 6)),
        SecretKind::ApiKey if index.is_multiple_of(2) => format!("AKIA{}", letters(random, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
        SecretKind::ApiKey => format!("sk_live_{}", letters(random, MIXED, 24)),
        SecretKind::Basic => base64(format!("svc-{index:02}:{}", letters(random, MIXED, 14)).as_bytes(), false),
    }
}
