//! `logminer`: decides, starts, watches, publishes; never parses log content.

pub mod ledger;
