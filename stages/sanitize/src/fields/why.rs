//! Which rule decided about a field, for `logminer policy explain`.

/// The rule that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// `keep_fields` of the policy.
    KeepFields,
    /// `fields` of the policy.
    Fields,
    /// A name that may only be dropped.
    DroppedOnly,
    /// `session_fields`, or the built-in names of sessions.
    SessionFields,
    /// `customer_fields`, or the built-in names of customers.
    CustomerFields,
    /// The policy keeps what it is below.
    BelowKept,
    /// It is below a secret.
    BelowSecret,
    /// The built-in table names it together with the field above it.
    WithParent,
    /// The name or id of a thing, which is no person's.
    OfThing,
    /// The id or number of what it is below.
    IdOfParent,
    /// The built-in table names it.
    BuiltIn,
    /// No rule names it, so it is what it is below.
    Inherited,
    /// No rule names it.
    Nothing,
}

impl Why {
    /// The reason, in a clause.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::KeepFields => "keep_fields of the policy names it",
            Self::Fields => "fields of the policy names its class",
            Self::DroppedOnly => "its name is one of a password, key, PIN, verification value or stripe data, which no policy keeps",
            Self::SessionFields => "it identifies the session",
            Self::CustomerFields => "it identifies the customer",
            Self::BelowKept => "keep_fields of the policy names a field above it",
            Self::BelowSecret => "it is below a secret, and nothing there is worth a risk",
            Self::WithParent => "the built-in table names it together with the field above it",
            Self::OfThing => "it is the name or id of a thing, which is no person's",
            Self::IdOfParent => "it is the id or number of the field above it",
            Self::BuiltIn => "the built-in table names it",
            Self::Inherited => "no rule names it, so it is what the field above it is",
            Self::Nothing => "no rule names it",
        }
    }
}
