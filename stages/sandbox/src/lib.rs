//! `sandbox`: the only unsafe code of the project.
//!
//! For the runner: [`seal`] a program, [`launch`] it, and prove with the [`canary`] that the sandbox holds before the first step.
//! For a stage: take over inherited descriptors ([`files`]) and lock the process down ([`stage`]).
//!
//! What a sealed program may ask of the kernel is one table in [`syscalls`]; filters, canary and `logminer doctor` are made from it.
//! This crate refuses to guess: whatever cannot be applied is an error that names its layer, except Landlock and namespaces, which
//! only double what the other layers already promise.

pub mod canary;
pub mod files;
pub mod filter;
#[cfg(test)]
mod fuzz;
pub mod launch;
pub mod layer;
pub mod memory;
pub mod seal;
pub mod stage;
pub mod syscalls;
