//! What the runner tells the step that draws the noise: the reserved spend and the ledger's facts for the report's header.

use std::collections::BTreeMap;

use super::{AttoDelta, NanoRho, PrivacyError};
use crate::ids::Digest;
use crate::policy::Schedule;

/// Parameters of `dp-report.release`, carried as texts in the job. All are public and are printed in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseParameters {
    /// rho reserved for this release (`nano_rho`).
    pub nano_rho: NanoRho,
    /// Delta reserved for this release's thresholds (`atto_delta`).
    pub atto_delta: AttoDelta,
    /// Delta at which this release's epsilon is stated (`conversion_atto_delta`).
    pub conversion_atto_delta: AttoDelta,
    /// Sequence of the RESERVE entry (`ledger.sequence`).
    pub ledger_sequence: u64,
    /// Hash of the RESERVE entry (`ledger.entry`).
    pub ledger_entry: Digest,
    /// Hash of the ledger's head when the step was started (`ledger.head`); the COMMIT entry's hash covers the report and cannot be in it.
    pub ledger_head: Digest,
    /// Cap of the period's rho (`cap_nano_rho`).
    pub cap_nano_rho: NanoRho,
    /// Cap of the period's delta for thresholds (`cap_atto_delta`).
    pub cap_atto_delta: AttoDelta,
    /// Delta at which the period's epsilon is stated (`period_conversion_atto_delta`).
    pub period_conversion_atto_delta: AttoDelta,
    /// Spent in the period, this release included (`spent_nano_rho`).
    pub spent_nano_rho: NanoRho,
    /// Delta spent in the period, this release included (`spent_atto_delta`).
    pub spent_atto_delta: AttoDelta,
    /// Further releases of this price that the cap allows (`nights_left`).
    pub nights_left: u64,
    /// First logical day of the period, days since 1970-01-01 (`period_start`).
    pub period_start: i32,
    /// Nights of the period (`period_nights`).
    pub period_nights: u32,
    /// Schedule (`schedule`).
    pub schedule: Schedule,
    /// Digest of the run's input (`digest.input`).
    pub input: Digest,
    /// Digest of the policy (`digest.policy`).
    pub policy: Digest,
    /// Digest of the query set (`digest.query`).
    pub query: Digest,
    /// Digest of the sealed stage binary (`digest.stage`).
    pub stage: Digest,
}

impl ReleaseParameters {
    /// The job's parameters.
    #[must_use]
    pub fn to_parameters(&self) -> BTreeMap<String, String> {
        let schedule = match self.schedule {
            Schedule::Once => "once",
            Schedule::Nightly => "nightly",
        };
        [
            ("nano_rho", self.nano_rho.0.to_string()),
            ("atto_delta", self.atto_delta.0.to_string()),
            ("conversion_atto_delta", self.conversion_atto_delta.0.to_string()),
            ("ledger.sequence", self.ledger_sequence.to_string()),
            ("ledger.entry", self.ledger_entry.to_string()),
            ("ledger.head", self.ledger_head.to_string()),
            ("cap_nano_rho", self.cap_nano_rho.0.to_string()),
            ("cap_atto_delta", self.cap_atto_delta.0.to_string()),
            ("period_conversion_atto_delta", self.period_conversion_atto_delta.0.to_string()),
            ("spent_nano_rho", self.spent_nano_rho.0.to_string()),
            ("spent_atto_delta", self.spent_atto_delta.0.to_string()),
            ("nights_left", self.nights_left.to_string()),
            ("period_start", self.period_start.to_string()),
            ("period_nights", self.period_nights.to_string()),
            ("schedule", schedule.to_owned()),
            ("digest.input", self.input.to_string()),
            ("digest.policy", self.policy.to_string()),
            ("digest.query", self.query.to_string()),
            ("digest.stage", self.stage.to_string()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    /// Reads the job's parameters back.
    ///
    /// # Errors
    /// [`PrivacyError::Parameter`] names the first that is missing or malformed, [`PrivacyError::Zero`] a spend of nothing.
    pub fn from_parameters(parameters: &BTreeMap<String, String>) -> Result<Self, PrivacyError> {
        let read = Reader(parameters);
        let schedule = match parameters.get("schedule").map(String::as_str) {
            Some("once") => Schedule::Once,
            Some("nightly") => Schedule::Nightly,
            _ => return Err(PrivacyError::Parameter("schedule")),
        };
        let found = Self {
            nano_rho: NanoRho(read.number("nano_rho")?),
            atto_delta: AttoDelta(read.number("atto_delta")?),
            conversion_atto_delta: AttoDelta(read.number("conversion_atto_delta")?),
            ledger_sequence: read.number("ledger.sequence")?,
            ledger_entry: read.digest("ledger.entry")?,
            ledger_head: read.digest("ledger.head")?,
            cap_nano_rho: NanoRho(read.number("cap_nano_rho")?),
            cap_atto_delta: AttoDelta(read.number("cap_atto_delta")?),
            period_conversion_atto_delta: AttoDelta(read.number("period_conversion_atto_delta")?),
            spent_nano_rho: NanoRho(read.number("spent_nano_rho")?),
            spent_atto_delta: AttoDelta(read.number("spent_atto_delta")?),
            nights_left: read.number("nights_left")?,
            period_start: read.number("period_start")?,
            period_nights: read.number("period_nights")?,
            schedule,
            input: read.digest("digest.input")?,
            policy: read.digest("digest.policy")?,
            query: read.digest("digest.query")?,
            stage: read.digest("digest.stage")?,
        };
        // Public and known keys have no threshold to pay for; where one is needed, the charge of a delta of 0 is refused.
        if found.nano_rho.0 == 0 { Err(PrivacyError::Zero("the release's rho")) } else { Ok(found) }
    }
}

struct Reader<'a>(&'a BTreeMap<String, String>);

impl Reader<'_> {
    fn number<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, PrivacyError> {
        self.0.get(name).and_then(|text| text.parse().ok()).ok_or(PrivacyError::Parameter(name))
    }

    fn digest(&self, name: &'static str) -> Result<Digest, PrivacyError> {
        self.0.get(name).and_then(|text| Digest::from_hex(text)).ok_or(PrivacyError::Parameter(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters() -> ReleaseParameters {
        let digest = Digest::of(b"x");
        ReleaseParameters {
            nano_rho: NanoRho(1),
            atto_delta: AttoDelta(2),
            conversion_atto_delta: AttoDelta(3),
            ledger_sequence: 4,
            ledger_entry: digest,
            ledger_head: digest,
            cap_nano_rho: NanoRho(5),
            cap_atto_delta: AttoDelta(6),
            period_conversion_atto_delta: AttoDelta(7),
            spent_nano_rho: NanoRho(8),
            spent_atto_delta: AttoDelta(9),
            nights_left: 10,
            period_start: -11,
            period_nights: 12,
            schedule: Schedule::Nightly,
            input: digest,
            policy: digest,
            query: digest,
            stage: digest,
        }
    }

    #[test]
    fn round_trips() {
        assert_eq!(ReleaseParameters::from_parameters(&parameters().to_parameters()), Ok(parameters()));
    }

    #[test]
    fn each_parameter_is_needed_and_checked() {
        for name in parameters().to_parameters().keys() {
            let mut cut = parameters().to_parameters();
            cut.remove(name);
            assert!(ReleaseParameters::from_parameters(&cut).is_err(), "{name} missing");
            cut.insert(name.clone(), "-1.5e-3".to_owned());
            assert!(ReleaseParameters::from_parameters(&cut).is_err(), "{name} malformed");
        }
    }

    #[test]
    fn a_spend_of_zero_is_refused() {
        let mut zero = parameters().to_parameters();
        zero.insert("nano_rho".to_owned(), "0".to_owned());
        assert!(matches!(ReleaseParameters::from_parameters(&zero), Err(PrivacyError::Zero(_))));
    }
}
