//! The one list of personal-data classes.

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $label:literal;)*) => {
        /// A class of personal or secret data. A token names its class, so two classes never share a token.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum PiiClass { $($(#[$doc])* $name,)* }
        impl PiiClass {
            /// All classes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The label in tokens and policies.
            #[must_use]
            pub const fn label(self) -> &'static str { match self { $(Self::$name => $label,)* } }
            /// The class with this label.
            #[must_use]
            pub fn from_label(label: &str) -> Option<Self> { match label { $($label => Some(Self::$name),)* _ => None } }
        }
    };
}

classes! {
    /// Payment card number (ISO/IEC 7812).
    Card = "CARD";
    /// IBAN (ISO 13616).
    Iban = "IBAN";
    /// Bank account number.
    Account = "ACCOUNT";
    /// E-mail address.
    Email = "EMAIL";
    /// Telephone number (E.164 and national forms).
    Phone = "PHONE";
    /// US social security number.
    Ssn = "SSN";
    /// Other government identifier.
    NationalId = "NATIONAL_ID";
    /// Name of a person.
    Name = "NAME";
    /// Postal address.
    Address = "ADDRESS";
    /// Date of birth.
    BirthDate = "BIRTH_DATE";
    /// IP address.
    Ip = "IP";
    /// MAC address.
    Mac = "MAC";
    /// Customer id.
    Customer = "CUSTOMER";
    /// Session id.
    Session = "SESSION";
    /// User name.
    User = "USER";
    /// Device id.
    Device = "DEVICE";
    /// Geographic position.
    Geo = "GEO";
    /// Secret: JWT, bearer credential, password, API key, CVV, PIN.
    Secret = "SECRET";
}

pub use crate::operator::{Grain, Operator};

/// Names of fields that hold what is dropped and nothing else, without word borders; `*` at the start matches any words before it. No entry of
/// a policy file gives such a field another class, another operator, or keeps it.
#[rustfmt::skip]
pub const DROPPED_FIELDS: &[&str] = &[
    "password", "*password", "*pwd", "*passwd", "*passwort", "*passphrase", "*passcode", "passw", "userpass", "pswd", "psw", "kennwort", "contrasena", "motdepasse",
    "senha", "wachtwoord", "cvv", "*cvv", "cvv2", "cvc", "*cvc", "cvc2", "cidcode", "securitycode", "cardverification", "pin", "*_pin", "pinblock", "pinnumber",
    "track1", "track2", "trackdata", "track1data", "track2data", "magstripe", "de35", "de45", "de52", "privatekey", "*privatekey", "secretkey", "*secretkey",
    "signingkey", "encryptionkey", "signaturekey", "sshkey", "apikey", "*apikey", "accesskey", "*accesskey", "clientsecret",
];

/// Whether the values of a field of this name (its last key, in any writing) are dropped whatever a policy file says.
///
/// ```
/// use schemas::pii::is_dropped_field;
/// assert!(is_dropped_field("newPassword") && is_dropped_field("card.CVV") && is_dropped_field("user_pin"));
/// assert!(!is_dropped_field("spin") && !is_dropped_field("password_policy"));
/// ```
#[must_use]
pub fn is_dropped_field(path: &str) -> bool {
    let name = path.trim_end_matches("[]").rsplit('.').next().unwrap_or(path);
    let compact: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let worded = name.to_lowercase();
    DROPPED_FIELDS.iter().any(|known| match known.strip_prefix('*') {
        None => compact == *known,
        // A short ending has to be a word of its own: `user_pin`, not `spin`.
        Some(end) if end.starts_with('_') => worded.replace(['-', ' '], "_").ends_with(end),
        Some(end) => compact.ends_with(end),
    })
}

macro_rules! locales {
    ($($(#[$doc:meta])* $name:ident = $label:literal;)*) => {
        /// A country whose identifiers are looked for without a name before them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
        pub enum Locale { $($(#[$doc])* #[serde(rename = $label)] $name,)* }
        impl Locale {
            /// All countries, by their ISO 3166-1 codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The ISO 3166-1 alpha-2 code.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $label,)* } }
        }
    };
}

locales! {
    /// Australia.
    Au = "AU";
    /// Belgium.
    Be = "BE";
    /// Brazil.
    Br = "BR";
    /// Canada.
    Ca = "CA";
    /// Switzerland.
    Ch = "CH";
    /// Germany.
    De = "DE";
    /// Spain.
    Es = "ES";
    /// Finland.
    Fi = "FI";
    /// France.
    Fr = "FR";
    /// United Kingdom.
    Gb = "GB";
    /// India.
    In = "IN";
    /// Italy.
    It = "IT";
    /// Netherlands.
    Nl = "NL";
    /// Poland.
    Pl = "PL";
    /// Sweden.
    Se = "SE";
    /// Singapore.
    Sg = "SG";
}
