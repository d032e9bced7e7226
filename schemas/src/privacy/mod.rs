//! Privacy parameters as integers: what is charged is what is written down.
//!
//! Budget is kept in zero-concentrated differential privacy (zCDP; Bun and Steinke, 2016, <https://arxiv.org/abs/1605.02065>): rho
//! in billionths ([`NanoRho`]), delta in billionths of billionths ([`AttoDelta`]). Sums are exact; conversions to the epsilon people
//! know ([`epsilon_of`], [`rho_for`]) are for display and for choosing a spend, and round against the spender.
//!
//! [`allotment`] says what one report may spend under a policy, [`Charge`] what one metric did spend and with which noise, and
//! [`ReleaseParameters`] is what the runner tells the step that draws the noise.

mod allotment;
mod charge;
mod convert;
mod decimal;
mod discovery;
mod noise;
mod parameters;
mod ranking;
mod split;
mod terms;
mod units;

pub use allotment::{Allotment, Period, SCHEDULE_SHARE_PERCENT, allotment, period};
pub use charge::{Charge, Mechanism, Ratio, check_charges};
pub use convert::{epsilon_of, rho_for};
pub use decimal::parse_decimal;
pub use discovery::{Interval, discovery_allotment, discovery_charges_of, interval};
pub use noise::Noise;
pub use parameters::ReleaseParameters;
pub use ranking::{charge_of_ranking, ranking_margin};
pub use split::split;
pub use terms::{ANOMALY_GROUPS, CATEGORIES, Keys, LATENCY_BANDS_US, TERMS, Terms, charge_of, charges_of};
pub use units::{AttoDelta, MicroEpsilon, NanoRho};

/// Why privacy parameters were refused. Names the parameter, never a value of the data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrivacyError {
    /// Not a decimal number in range.
    #[error("read {0}: write a positive decimal such as 1.0 or 1e-5")]
    Decimal(&'static str),
    /// A spend of nothing, or one that rounds to nothing.
    #[error("spend {0}: it is zero or rounds to zero")]
    Zero(&'static str),
    /// A parameter the runner must give is missing or malformed.
    #[error("read the parameter {0} of the release: it is missing or malformed")]
    Parameter(&'static str),
    /// A charge whose noise is weaker than its price, or that is not of an allowed mechanism.
    #[error("accept the charge of {0}: its noise does not match its price")]
    Charge(String),
    /// Charges that do not add up to what was reserved.
    #[error("accept the charges of a release: they do not add up to the reserved {0}")]
    Sum(&'static str),
}
