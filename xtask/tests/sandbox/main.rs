//! The sandbox as `logminer run` applies it: hosts that lack a layer, properties that are given up, programs that may not run, stages that
//! have been taken over, and runners that are killed.

#[path = "../common/mod.rs"]
mod common;
mod hostile;
mod killed;
mod lacking;
mod overrides;
mod programs;
mod support;
