//! Before the first step: every stage's sealed bytes are the signed ones, and the sandbox refuses what it must.

use sandbox::launch::NOBODY;
use schemas::exit::Exit;

use crate::engine::Engine;
use crate::failure::Failure;

/// Seals and digests every binary, runs the canary in the very sandbox the steps run in, and returns what it saw for the manifest.
///
/// # Errors
/// [`Exit::DigestMismatch`] when a binary differs; [`Exit::SandboxRefused`], with a JSON reason, when something forbidden succeeded.
pub fn sandbox(engine: &Engine) -> Result<serde_json::Value, Failure> {
    for entry in engine.stages().entries() {
        engine.sealed(&entry.name)?;
    }
    let refused = |refusal: sandbox::canary::Refusal| {
        Failure::new(Exit::SandboxRefused, format!("prove the sandbox: a forbidden act was not refused: {}", refusal.to_json()))
    };
    let report = sandbox::canary::run(&*engine.sealed("canary")?, Some(NOBODY)).map_err(refused)?;
    report.check(&[]).map_err(refused)?;
    Ok(serde_json::json!({
        "canary": "passed",
        "kernel": report.kernel,
        "landlock_abi": report.bonus.landlock_abi,
        "namespaces": report.bonus.namespaces,
        "probes": report.proofs.len(),
        "root": rustix::process::geteuid().is_root(),
    }))
}
