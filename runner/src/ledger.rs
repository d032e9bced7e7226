//! The budget ledger.
