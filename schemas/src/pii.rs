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

/// What is done with a value of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Replace by a stable keyed token.
    Token,
    /// Replace by `[<CLASS>]`: nothing of the value stays, not even equality.
    Drop,
    /// Leave as it is.
    Keep,
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
