//! What the fraud rules must flag, computed from the events themselves while they are written in order of time. The definitions are the
//! repaired ones of `docs/PARITY.md`, with the thresholds of the default policy.

use std::collections::{BTreeMap, BTreeSet};

use crate::acts::Act;
use crate::session::Step;

/// Transactions of one customer within the window that are too many.
const VELOCITY_COUNT: usize = 4;
/// Window of the velocity rule.
const VELOCITY_MS: u64 = 10 * 60_000;
/// Cents above which a transaction is of high value.
const HIGH_VALUE_CENTS: u64 = 500_000;
/// Failed sign-ins of one customer within the window that are too many.
const FAILED_LOGIN_COUNT: usize = 3;
/// Window of the sign-in rule.
const FAILED_LOGIN_MS: u64 = 15 * 60_000;

/// The last times of a customer's transfers and failed sign-ins.
#[derive(Clone, Copy, Default)]
struct Recent {
    transfers: [u64; VELOCITY_COUNT],
    failed_logins: [u64; FAILED_LOGIN_COUNT],
}

/// The rules and whom they flag.
pub(crate) struct Rules {
    recent: Vec<Recent>,
    flagged: BTreeMap<&'static str, BTreeSet<u32>>,
}

impl Rules {
    pub(crate) fn new(customers: usize) -> Self {
        Self { recent: vec![Recent::default(); customers], flagged: BTreeMap::new() }
    }

    /// Looks at a record of a session.
    pub(crate) fn see(&mut self, step: &Step, customer: u32, cents: u64) {
        let recent = &mut self.recent[customer as usize];
        match (step.act, step.status) {
            (Act::TransferSubmit, 201) | (Act::CardPayment | Act::CounterBooking, 200) => {
                if cents > HIGH_VALUE_CENTS {
                    self.flagged.entry("HighValueTransfers").or_default().insert(customer);
                }
                if within(&mut recent.transfers, step.at, VELOCITY_MS) {
                    self.flagged.entry("VelocityCheck").or_default().insert(customer);
                }
            }
            (Act::Login, 401) if within(&mut recent.failed_logins, step.at, FAILED_LOGIN_MS) => {
                self.flagged.entry("FailedLoginVelocity").or_default().insert(customer);
            }
            _ => {}
        }
    }

    /// Rule to customers.
    pub(crate) fn flagged(&self) -> &BTreeMap<&'static str, BTreeSet<u32>> {
        &self.flagged
    }

    /// The definitions, in words.
    pub(crate) fn definitions() -> BTreeMap<String, String> {
        let text = [
            ("VelocityCheck", "transactions of one customer: 4 or more within 10 minutes"),
            ("HighValueTransfers", "a transaction with an amount above 5,000.00"),
            ("FailedLoginVelocity", "login with status 401 of one customer: 3 or more within 15 minutes"),
            ("PCIAccountMasking", "records that hold a card number in any notation, in text, number, key or path"),
            ("GDPRAccessLogging", "records of the event data_access that name neither customer nor session"),
            ("AuditTrailCompleteness", "records of a transaction that name neither customer nor session"),
            ("transaction", "transfer_submitted with status 201, card_payment with status 200, or a counter booking of the core"),
        ];
        text.into_iter().map(|(rule, definition)| (rule.to_owned(), definition.to_owned())).collect()
    }
}

/// Notes `at` as the newest time; whether all of `times` then lie within `window`. 0 means no time: days do not begin with a sign-in at 0.
fn within(times: &mut [u64], at: u64, window: u64) -> bool {
    times.rotate_left(1);
    let newest = times.len() - 1;
    times[newest] = at;
    times[0] > 0 && at - times[0] <= window
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_include_their_edge() {
        let mut times = [0; 3];
        assert!(!within(&mut times, 1_000, 100));
        assert!(!within(&mut times, 1_050, 100));
        assert!(within(&mut times, 1_100, 100));
        assert!(!within(&mut times, 1_151, 100));
    }
}
