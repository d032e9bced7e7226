//! Integer units of budget.

use std::fmt;

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident, $digits:literal) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode,
        )]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// Sum; none on overflow.
            #[must_use]
            pub const fn checked_add(self, other: Self) -> Option<Self> {
                match self.0.checked_add(other.0) {
                    Some(sum) => Some(Self(sum)),
                    None => None,
                }
            }

            /// The value as a float, for display and for conversions that round against the spender.
            #[must_use]
            pub fn as_f64(self) -> f64 {
                self.0 as f64 / 10_f64.powi($digits)
            }
        }

        impl fmt::Display for $name {
            /// The exact decimal, without trailing zeros.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let unit = 10_u64.pow($digits);
                let (whole, part) = (self.0 / unit, self.0 % unit);
                if part == 0 {
                    return write!(f, "{whole}");
                }
                let part = format!("{part:0width$}", width = $digits);
                write!(f, "{whole}.{}", part.trim_end_matches('0'))
            }
        }
    };
}

unit!(
    /// zCDP budget in units of 1e-9.
    NanoRho,
    9
);
unit!(
    /// Delta in units of 1e-18.
    AttoDelta,
    18
);
unit!(
    /// Epsilon in units of 1e-6; for display and as the wish a spend is derived from, never what is summed.
    MicroEpsilon,
    6
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_exact_decimals() {
        assert_eq!(NanoRho(1_008_500_000).to_string(), "1.0085");
        assert_eq!(NanoRho(1).to_string(), "0.000000001");
        assert_eq!(AttoDelta(500_000_000_000).to_string(), "0.0000005");
        assert_eq!(MicroEpsilon(8_000_000).to_string(), "8");
        assert_eq!(NanoRho(0).to_string(), "0");
    }

    #[test]
    fn sums_do_not_wrap() {
        assert_eq!(NanoRho(u64::MAX).checked_add(NanoRho(1)), None);
        assert_eq!(AttoDelta(1).checked_add(AttoDelta(2)), Some(AttoDelta(3)));
    }
}
