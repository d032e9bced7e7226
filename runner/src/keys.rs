//! Keys: one file a role. The runner holds them, hands each step its own, and prints none of them.
//!
//! ```text
//! token.key      32 bytes   makes tokens (sanitize)
//! sampling.key   32 bytes   bounds contributions (dp-report)
//! canary.key     32 bytes   makes canaries (the runner, for every run)
//! vault.key      32 bytes   seals values for the token vault and opens them (sanitize, `token reveal`); made by `token init`
//! signing.key    PKCS #8    ed25519, signs manifests; signing.pub is its public half in hexadecimal
//! keys.json      whether the keys are development keys, which a production policy refuses
//! ```

use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use schemas::exit::Exit;
use schemas::job::{Secret, Secrets};
use schemas::limits::TOKEN_SECRET_BYTES_MIN;
use schemas::policy::Profile;

use crate::armor;
use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::names::shown;

/// Environment variable with the path of the token secret.
pub const TOKEN_FILE_VARIABLE: &str = "LOGMINER_HASH_SECRET_FILE";
/// Environment variable with the token secret itself.
pub const TOKEN_VARIABLE: &str = "LOGMINER_HASH_SECRET";

const KEY_BYTES: usize = 32;
const KEY_FILE_BYTES_MAX: u64 = 64 << 10;
const LEGACY_SECRET: &[u8] = b"logminer-default-secret";
const ROLES: [&str; 3] = ["token", "sampling", "canary"];

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeysFile {
    version: u32,
    development: bool,
}

/// A key folder that was opened.
#[derive(Debug, Clone)]
pub struct Keys {
    folder: PathBuf,
    development: bool,
}

/// Signs manifests.
pub struct Signer(Ed25519KeyPair);

/// Checks signatures of manifests.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl Keys {
    /// Makes a set of keys in a new or empty folder.
    ///
    /// # Errors
    /// [`Exit::Usage`] when the folder holds a key already, or cannot be written.
    pub fn generate(folder: &Path, development: bool) -> Result<Self, Failure> {
        disk::make_dir(folder, disk::RAW_DIR_MODE)?;
        let names = ROLES.map(|role| format!("{role}.key"));
        for name in names.iter().map(String::as_str).chain(["signing.key", "signing.pub", "keys.json"]) {
            if folder.join(name).exists() {
                return Err(Failure::usage(format!("make keys in {}: {name} is there already and is never replaced", shown(folder))));
            }
        }
        let random = SystemRandom::new();
        let no_random = |_| Failure::internal("draw random bytes from the operating system");
        for name in &names {
            let mut key = [0; KEY_BYTES];
            random.fill(&mut key).map_err(no_random)?;
            disk::write_atomic(&folder.join(name), &key, disk::RAW_FILE_MODE)?;
        }
        let document = Ed25519KeyPair::generate_pkcs8(&random).map_err(no_random)?;
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| Failure::internal("read the signing key just made"))?;
        disk::write_atomic(&folder.join("signing.key"), document.as_ref(), disk::RAW_FILE_MODE)?;
        disk::write_atomic(&folder.join("signing.pub"), format!("{}\n", hex::encode(pair.public_key().as_ref())).as_bytes(), disk::FILE_MODE)?;
        let mark = serde_json::to_vec(&KeysFile { version: 1, development }).map_err(|_| Failure::internal("write keys.json"))?;
        disk::write_atomic(&folder.join("keys.json"), &mark, disk::FILE_MODE)?;
        Ok(Self { folder: folder.to_owned(), development })
    }

    /// Makes a key of one role beside the others, unless it is there. Returns whether it was made.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, role: &str) -> Result<bool, Failure> {
        let path = self.folder.join(format!("{role}.key"));
        if path.exists() {
            return Ok(false);
        }
        let mut key = [0; KEY_BYTES];
        SystemRandom::new().fill(&mut key).map_err(|_| Failure::internal("draw random bytes from the operating system"))?;
        disk::write_atomic(&path, &key, disk::RAW_FILE_MODE)?;
        Ok(true)
    }

    /// The file of a role's key.
    #[must_use]
    pub fn file(&self, role: &str) -> PathBuf {
        self.folder.join(format!("{role}.key"))
    }

    /// Opens a key folder. A folder without `keys.json` holds keys that somebody else made (a secret mount): not development keys.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when `keys.json` cannot be understood or the profile refuses development keys.
    pub fn open(folder: &Path, profile: Profile) -> Result<Self, Failure> {
        let development = marked_development(folder)?;
        if development && profile == Profile::Production {
            return Err(refused(format!(
                "use the keys of {}: they are development keys and the policy says profile = \"production\"",
                shown(folder)
            )));
        }
        Ok(Self { folder: folder.to_owned(), development })
    }

    /// Whether these are development keys.
    #[must_use]
    pub fn development(&self) -> bool {
        self.development
    }

    /// The secrets of the given roles.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when one is missing, too short or weak.
    pub fn secrets(&self, roles: &[String]) -> Result<Secrets, Failure> {
        roles.iter().map(|role| Ok(Secret { role: role.clone(), bytes: self.secret(role)? })).collect::<Result<_, Failure>>().map(Secrets)
    }

    /// The secret of a role.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when it is missing, too short or weak.
    pub fn secret(&self, role: &str) -> Result<Vec<u8>, Failure> {
        let bytes = match role {
            "token" => self.token_secret()?,
            _ => self.read(role)?,
        };
        strong_enough(role, &bytes)?;
        Ok(bytes)
    }

    fn token_secret(&self) -> Result<Vec<u8>, Failure> {
        use std::os::unix::ffi::OsStringExt;
        if let Some(path) = std::env::var_os(TOKEN_FILE_VARIABLE) {
            let path = PathBuf::from(path);
            let bytes =
                disk::read_small(&path, KEY_FILE_BYTES_MAX).map_err(|error| refused(format!("use {TOKEN_FILE_VARIABLE}: {}", error.sentence())))?;
            return Ok(without_newline(bytes));
        }
        if let Some(secret) = std::env::var_os(TOKEN_VARIABLE) {
            return Ok(secret.into_vec());
        }
        self.read("token")
    }

    fn read(&self, role: &str) -> Result<Vec<u8>, Failure> {
        let path = self.folder.join(format!("{role}.key"));
        disk::read_small(&path, KEY_FILE_BYTES_MAX).map_err(|_| {
            refused(format!(
                "find the {role} key: {} cannot be read; make {}",
                shown(&path),
                match role {
                    "token" => format!("keys with `logminer keygen`, or set {TOKEN_FILE_VARIABLE}"),
                    crate::vault::ROLE => "one with `logminer token init`".to_owned(),
                    _ => "keys with `logminer keygen`".to_owned(),
                }
            ))
        })
    }

    /// The signing key.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when it is missing or damaged.
    pub fn signer(&self) -> Result<Signer, Failure> {
        Signer::from_pkcs8(&self.read("signing")?)
    }

    /// The public key that manifests are checked with.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when it is missing or damaged.
    pub fn public(&self) -> Result<PublicKey, Failure> {
        PublicKey::read(&self.folder.join("signing.pub"))
    }
}

/// Whether the keys in a folder are marked as development keys by their `keys.json`.
///
/// # Errors
/// [`Exit::KeyRefused`] when it is there and cannot be understood.
pub fn marked_development(folder: &Path) -> Result<bool, Failure> {
    let path = folder.join("keys.json");
    if !path.exists() {
        return Ok(false);
    }
    let bytes = disk::read_small(&path, KEY_FILE_BYTES_MAX)?;
    let file: KeysFile = serde_json::from_slice(&bytes).map_err(|_| refused(format!("read {}: it is damaged", shown(&path))))?;
    Ok(file.development)
}

impl Signer {
    /// Reads a PKCS #8 document, in DER or PEM. Version 1, which openssl writes, holds no public half; it is computed.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when it is not an ed25519 key.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, Failure> {
        armor::private_key(document)
            .and_then(|document| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).ok())
            .map(Self)
            .ok_or_else(|| refused("use the signing key: it is not an ed25519 key in PKCS #8".to_owned()))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when it is missing or damaged.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        Self::from_pkcs8(&disk::read_small(path, KEY_FILE_BYTES_MAX).map_err(|error| refused(format!("use the signing key: {}", error.sentence())))?)
    }

    /// Signs a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public_key().as_ref().to_vec())
    }
}

impl PublicKey {
    /// Reads a file with the key in hexadecimal, PEM or DER. 64 hexadecimal digits in place of a path are the key itself.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when it is missing or damaged.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        if let Some(key) = path.to_str().and_then(Self::from_hex) {
            return Ok(key);
        }
        let bytes = disk::read_small(path, KEY_FILE_BYTES_MAX).map_err(|error| refused(format!("use a public key: {}", error.sentence())))?;
        armor::public_key(&bytes)
            .map(Self)
            .ok_or_else(|| refused(format!("use the public key {}: it is no ed25519 key in hexadecimal, PEM or DER", shown(path))))
    }

    /// Parses 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).filter(|bytes| bytes.len() == KEY_BYTES).map(Self)
    }

    /// The key in hexadecimal.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// Whether `signature` is this key's over `message`.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}

/// An id of a key for skip keys and manifests: a keyed digest of a constant, so it says nothing about the key.
#[must_use]
pub fn key_id(secret: &Secret) -> String {
    let key = blake3::derive_key("logminer 2026 key id v1", &secret.bytes);
    hex::encode(&blake3::keyed_hash(&key, secret.role.as_bytes()).as_bytes()[..8])
}

pub(crate) fn strong_enough(role: &str, bytes: &[u8]) -> Result<(), Failure> {
    let why = if bytes.windows(LEGACY_SECRET.len()).any(|window| window == LEGACY_SECRET) {
        Some("it is the default of the tool this one replaces".to_owned())
    } else if bytes.len() < TOKEN_SECRET_BYTES_MIN {
        Some(format!("it has {} bytes, at least {TOKEN_SECRET_BYTES_MIN} are needed", bytes.len()))
    } else if (1..=4).any(|period| bytes.iter().zip(&bytes[period..]).all(|(a, b)| a == b)) {
        Some("it repeats a pattern of at most 4 bytes".to_owned())
    } else if distinct(bytes) < 8 {
        Some("it is made of fewer than 8 different bytes".to_owned())
    } else {
        None
    };
    why.map_or(Ok(()), |why| Err(refused(format!("use the {role} key as a secret: {why}; make one with `logminer keygen`"))))
}

fn distinct(bytes: &[u8]) -> usize {
    bytes.iter().collect::<std::collections::BTreeSet<_>>().len()
}

fn without_newline(mut bytes: Vec<u8>) -> Vec<u8> {
    // A secret typed into a file ends in a newline; a random one of 32 bytes may end in that byte too and keeps it.
    if bytes.len() > TOKEN_SECRET_BYTES_MIN && bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    bytes
}

fn refused(message: String) -> Failure {
    Failure::new(Exit::KeyRefused, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn check(bytes: &[u8], expected: &str) {
        let failure = strong_enough("token", bytes).expect_err(expected);
        assert_eq!(failure.exit, Exit::KeyRefused);
        assert!(failure.sentence().contains(expected), "{}", failure.sentence());
    }

    #[test]
    fn weak_keys_are_refused() {
        check(b"short", "5 bytes");
        check(&[7; 32], "repeats a pattern");
        check(&b"abcd".repeat(10), "repeats a pattern");
        check(b"logminer-default-secret-logminer-default-secret", "default");
        check(b"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbcccccccccccc", "fewer than 8");
        assert!(strong_enough("token", b"0123456789abcdefghijklmnopqrstuv").is_ok());
    }

    #[test]
    fn generated_keys_are_strong_private_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::generate(dir.path(), true).unwrap();
        assert!(strong_enough("sampling", &keys.read("sampling").unwrap()).is_ok());
        assert_eq!(std::fs::metadata(dir.path().join("token.key")).unwrap().permissions().mode() & 0o777, 0o400);
        let message = b"a manifest";
        let signature = keys.signer().unwrap().sign(message);
        assert!(keys.public().unwrap().verifies(message, &signature));
        assert!(!keys.public().unwrap().verifies(b"another", &signature));
        assert_eq!(Keys::generate(dir.path(), true).expect_err("keys are there").exit, Exit::Usage);
    }

    #[test]
    fn production_refuses_development_keys() {
        let dir = tempfile::tempdir().unwrap();
        Keys::generate(dir.path(), true).unwrap();
        assert!(Keys::open(dir.path(), Profile::Development).unwrap().development());
        assert_eq!(Keys::open(dir.path(), Profile::Production).expect_err("refused").exit, Exit::KeyRefused);
    }

    #[test]
    fn a_missing_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(dir.path(), Profile::Development).unwrap();
        assert_eq!(keys.secrets(&["sampling".to_owned()]).expect_err("missing").exit, Exit::KeyRefused);
    }

    #[test]
    fn key_ids_differ_by_key_and_role() {
        let secret = |role: &str, byte: u8| Secret { role: role.to_owned(), bytes: vec![byte; 32] };
        assert_ne!(key_id(&secret("token", 1)), key_id(&secret("token", 2)));
        assert_ne!(key_id(&secret("token", 1)), key_id(&secret("sampling", 1)));
        assert_eq!(key_id(&secret("token", 1)).len(), 16);
    }
}
