//! Privacy parameters as integers: what is charged is what is written down.
//!
//! Budget is kept in zero-concentrated differential privacy (Bun and Steinke, 2016): rho in billionths ([`NanoRho`]), delta in
//! billionths of billionths ([`AttoDelta`]). Sums are exact; conversions round against the spender.

/// zCDP budget in units of 1e-9.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode,
)]
#[serde(transparent)]
pub struct NanoRho(pub u64);

/// Delta in units of 1e-18.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode,
)]
#[serde(transparent)]
pub struct AttoDelta(pub u64);

impl NanoRho {
    /// Sum; none on overflow.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// rho as a float, for display and for rounded-up conversions only.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 * 1e-9
    }
}

impl AttoDelta {
    /// Sum; none on overflow.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// delta as a float, for display and for rounded-up conversions only.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 * 1e-18
    }
}
