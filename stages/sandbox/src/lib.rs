//! `sandbox`: the only unsafe code of the project.
//!
//! For a stage: take over inherited descriptors ([`files`]) and lock the process down ([`stage`]).

pub mod files;
pub mod stage;
