//! Before the first step: every stage's sealed bytes are the signed ones, and the sandbox refuses what it must; and what may be given
//! up of it, by name and with a reason.
//!
//! An override switches nothing off. Every layer is applied as before; only the canary's verdict on one property no longer ends the run.

use sandbox::canary::{self, Refusal};
use sandbox::launch::{NOBODY, landlock_abi};
use schemas::exit::Exit;
use schemas::policy::Policy;

use crate::engine::Engine;
use crate::failure::Failure;
use crate::manifest::Override;
use crate::pipeline::Step;

/// Bytes of a reason.
const REASON_BYTES_MAX: usize = 500;

/// Seals and digests every binary, runs the canary in the very sandbox the steps run in, and returns what it saw for the manifest.
///
/// # Errors
/// [`Exit::DigestMismatch`] when a binary differs; [`Exit::SandboxRefused`], with a JSON reason, when something forbidden succeeded and its
/// property was not given up.
pub fn sandbox(engine: &Engine) -> Result<serde_json::Value, Failure> {
    for entry in engine.stages().entries() {
        engine.sealed(&entry.name)?;
    }
    let refused = |refusal: Refusal| Failure::new(Exit::SandboxRefused, format!("prove the sandbox: {refusal}: {}", refusal.to_json()));
    let report = canary::run(&*engine.sealed("canary")?, Some(NOBODY)).map_err(refused)?;
    let allowed: Vec<&str> = engine.overrides().iter().map(|given_up| given_up.property.as_str()).collect();
    report.check(&allowed).map_err(refused)?;
    let mut unproven: Vec<&str> = report.proofs.iter().filter(|proof| !proof.held).map(|proof| proof.property).collect();
    unproven.sort_unstable();
    unproven.dedup();
    let layers: std::collections::BTreeSet<&str> = report.proofs.iter().filter(|proof| proof.held).map(|proof| proof.layer.name()).collect();
    Ok(serde_json::json!({
        "canary": if unproven.is_empty() { "passed" } else { "overridden" },
        "kernel": report.kernel,
        "landlock_abi": report.bonus.landlock_abi,
        "layers": layers,
        "namespaces": report.bonus.namespaces,
        "probes": report.proofs.len(),
        "root": rustix::process::geteuid().is_root(),
        "unproven": unproven,
    }))
}

/// Overrides from `--unsafe-allow PROPERTY=REASON`, sorted by property.
///
/// # Errors
/// [`Exit::Usage`] when a property does not exist or is named twice, or the reason is missing or no plain line of text.
pub fn overrides(flags: &[String]) -> Result<Vec<Override>, Failure> {
    let mut overrides: Vec<Override> = Vec::new();
    for flag in flags {
        let (property, reason) = flag.split_once('=').unwrap_or((flag, ""));
        let wrong = |what: &str| Err(Failure::usage(format!("use --unsafe-allow {}: {what}", property.escape_default())));
        if !canary::properties().contains(&property) {
            return wrong(&format!("there is no such property; the properties are {}", canary::properties().join(" ")));
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return wrong(&format!("give the reason, as in --unsafe-allow {property}=\"ticket 4711\""));
        }
        if reason.len() > REASON_BYTES_MAX || reason.chars().any(char::is_control) {
            return wrong(&format!("the reason has more than {REASON_BYTES_MAX} bytes or more than one line"));
        }
        if overrides.iter().any(|other| other.property == property) {
            return wrong("it is named twice");
        }
        overrides.push(Override { property: property.to_owned(), reason: reason.to_owned() });
    }
    overrides.sort_unstable();
    Ok(overrides)
}

/// Whether a step may run under the overrides: one that holds raw text only where the policy says so.
///
/// # Errors
/// [`Exit::SandboxRefused`] with a JSON reason.
pub fn allows(policy: &Policy, overrides: &[Override], step: &Step) -> Result<(), Failure> {
    let forbidden = |given_up: &&Override| step.raw && !policy.sandbox.raw_overrides.contains(&given_up.property);
    let Some(given_up) = overrides.iter().find(forbidden) else { return Ok(()) };
    let kernel = rustix::system::uname().release().to_string_lossy().into_owned();
    let json = serde_json::json!({ "layer": "policy", "property": given_up.property, "errno": 0, "kernel": kernel, "abi": landlock_abi() });
    Err(Failure::new(
        Exit::SandboxRefused,
        format!(
            "run {} without the sandbox property {}: it holds raw text, and [sandbox] raw_overrides in the policy does not name the property: {json}",
            step.name, given_up.property
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Pipeline;

    fn flags(flags: &[&str]) -> Result<Vec<Override>, Failure> {
        overrides(&flags.iter().map(|flag| (*flag).to_owned()).collect::<Vec<_>>())
    }

    fn check(wrong: &[&str], says: &str) {
        let failure = flags(wrong).expect_err("wrong");
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains(says), "{}", failure.message);
    }

    #[test]
    fn an_override_names_one_property_and_a_reason() {
        let parsed = flags(&["surroundings=ticket = 4711", "no_network= a reason "]).unwrap();
        assert_eq!(parsed[0], Override { property: "no_network".to_owned(), reason: "a reason".to_owned() });
        assert_eq!(parsed[1].reason, "ticket = 4711");
        check(&["all=because"], "the properties are");
        check(&["steps_work=because"], "inputs_read_only");
        check(&["no_network"], "give the reason");
        check(&["no_network=  "], "give the reason");
        check(&["no_network=a\nb"], "more than one line");
        check(&["no_network=a", "no_network=b"], "named twice");
        check(&["\u{1b}[2J=x"], "there is no such property");
    }

    #[test]
    fn steps_with_raw_text_need_the_policy_too() {
        let pipeline = Pipeline::embedded().unwrap();
        let (raw, clean) = (pipeline.step("ingest.read").unwrap(), pipeline.step("mine.score").unwrap());
        let given_up = flags(&["no_network=x", "surroundings=y"]).unwrap();
        let mut policy = Policy::default();
        assert!(allows(&policy, &[], raw).is_ok() && allows(&policy, &given_up, clean).is_ok());
        policy.sandbox.raw_overrides.push("no_network".to_owned());
        assert!(allows(&policy, &given_up[..1], raw).is_ok());
        let failure = allows(&policy, &given_up, raw).expect_err("one of two");
        assert_eq!(failure.exit, Exit::SandboxRefused);
        assert!(failure.message.contains(r#""property":"surroundings""#), "{}", failure.message);
    }
}
