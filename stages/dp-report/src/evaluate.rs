//! Many releases of one data set, for a statistical audit (`cargo xtask eval release`). Bounding, sampling, noise and thresholds are the
//! code of a real release; only the budget comes from the command line, and there is no ledger, since nothing is published.
//!
//! Parameters: `mechanism` (`dgauss` or `dlaplace`; `exponential`: see [`choices`]), `rho` or `epsilon` (decimals; the price of one release), `delta` (decimal; 0: the keys
//! are public), `l0`, `runs`. Contributions are those of the metric `event_type`. A Gaussian asked for by epsilon converts it with
//! half of delta and spends the other half on the threshold.
//!
//! The bundle `report` holds `keys/NNNNNN.txt`, one a key, with a released value a line and `-` where the key was withheld, and
//! `params.json`. A key with more than 8 MiB of values goes on in `keys/NNNNNN-2.txt`, ...

use std::fmt::Write as _;

use schemas::exit::Exit;
use schemas::limits::BUNDLE_FILE_BYTES_MAX;
use schemas::privacy::{AttoDelta, Mechanism, MicroEpsilon, NanoRho, Noise, charge_of_ranking, parse_decimal, rho_for};
use schemas::record::{Bundle, BundleFile, Metric, Release};
use stage_runtime::{Output, StepContext, StepError};

use crate::bound::{self, Limit};
use crate::gather;
use crate::history::History;
use crate::names::Names;
use crate::noise::{Entropy, OsEntropy, top};
use crate::release::noisy;

struct Question {
    noise: Noise,
    l0: u32,
    /// What contributions are bounded by: `l0`, but for what tests break on purpose.
    bound: u32,
    runs: u64,
    threshold: Option<i64>,
}

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    if context.parameter("mechanism") == Some("exponential") {
        return choices(context);
    }
    let question = Question::read(context)?;
    #[cfg(test)]
    let question = question.broken(context.parameter("wrong"));
    let names = Names::read(context)?;
    let (_, counts) = bound::count(context, &names, &[Limit::new(Metric::EventType, question.bound)], &|context, sink| {
        gather::contributions(context, &names, sink)
    })?;
    let mut entropy = OsEntropy::default();
    let mut bundle = context.output::<Bundle>("report")?;
    let mut keys = Vec::new();
    for (number, name) in names.event_types.iter().enumerate() {
        let count = counts.get(&(Metric::EventType, number as u64)).copied().unwrap_or(0);
        let files = write_values(&mut bundle, number, count, &question, &mut entropy)?;
        keys.push(serde_json::json!({ "name": name, "files": files }));
    }
    let scale = match question.noise.mechanism {
        Mechanism::DiscreteGaussian => "sigma2",
        Mechanism::DiscreteLaplace => "b",
        Mechanism::Exponential => return Err(StepError::new(Exit::Internal, "take a choice for noise")),
    };
    let mut parameters = serde_json::json!({
        "mechanism": context.parameter("mechanism"),
        "scale": question.noise.deviation(),
        "threshold": question.threshold,
        "l0": question.l0,
        "linf": 1,
        "runs": question.runs,
        "rho": context.parameter("rho"),
        "epsilon": context.parameter("epsilon"),
        "delta": context.parameter("delta"),
        "rng": "getrandom",
        "keys": keys,
    });
    parameters[scale] = question.noise.scale.to_string().into();
    let json = serde_json::to_vec_pretty(&parameters).map_err(|_| StepError::new(Exit::Internal, "write params.json"))?;
    bundle.push(0, &BundleFile { path: "params.json", bytes: &json }, None)?;
    bundle.finish(context)?;
    History::default().write(context)?;
    context.output::<Release>("release")?.finish(context)
}

/// Many rankings of `l0` places by customers of an event type, all types taken for public: for each place `keys/NNNNNN.txt` with the chosen type's
/// number, one ranking a line.
fn choices(context: &mut StepContext) -> Result<(), StepError> {
    let usage = |name: &str| StepError::new(Exit::Usage, format!("read the parameter {name} of the evaluation"));
    let integer =
        |name: &str| context.parameter(name).and_then(|text| text.parse::<u32>().ok()).filter(|&value| value > 0).ok_or_else(|| usage(name));
    let rho = context.parameter("rho").and_then(|text| parse_decimal(text, 9)).ok_or_else(|| usage("rho"))?;
    let (places, runs) = (integer("l0")?, integer("runs")?);
    let charge = charge_of_ranking(places, NanoRho(rho)).map_err(|_| usage("rho"))?;
    let scale = charge.scale;
    #[cfg(test)]
    let scale = match context.parameter("wrong") {
        Some("half_scale") => schemas::privacy::Ratio::new(scale.numerator, scale.denominator * 2).expect("positive"),
        _ => scale,
    };
    let names = Names::read(context)?;
    let (_, counts) =
        bound::count(context, &names, &[Limit::new(Metric::EventType, u32::MAX)], &|context, sink| gather::contributions(context, &names, sink))?;
    let scores: Vec<u64> = (0..names.event_types.len()).map(|key| counts.get(&(Metric::EventType, key as u64)).copied().unwrap_or(0)).collect();
    let mut entropy = OsEntropy::default();
    let mut chosen = vec![String::new(); (places as usize).min(scores.len())];
    for _ in 0..runs {
        for (text, key) in chosen.iter_mut().zip(top(places as usize, &scores, scale, &mut entropy)?) {
            writeln!(text, "{key}").map_err(|_| StepError::new(Exit::Internal, "write values"))?;
        }
    }
    let mut bundle = context.output::<Bundle>("report")?;
    for (place, text) in chosen.iter().enumerate() {
        bundle.push(0, &BundleFile { path: &format!("keys/{place:06}.txt"), bytes: text.as_bytes() }, None)?;
    }
    let parameters = serde_json::json!({ "mechanism": "exponential", "charge": charge, "runs": runs, "rng": "getrandom", "keys": names.event_types });
    let json = serde_json::to_vec_pretty(&parameters).map_err(|_| StepError::new(Exit::Internal, "write params.json"))?;
    bundle.push(0, &BundleFile { path: "params.json", bytes: &json }, None)?;
    bundle.finish(context)?;
    History::default().write(context)?;
    context.output::<Release>("release")?.finish(context)
}

fn write_values(
    bundle: &mut Output<Bundle>,
    number: usize,
    count: u64,
    question: &Question,
    entropy: &mut impl Entropy,
) -> Result<Vec<String>, StepError> {
    let mut files = Vec::new();
    let mut text = String::new();
    for run in 1..=question.runs {
        let value = noisy(count, &question.noise, entropy)?;
        // A key that nobody has does not exist: where keys are not public it is never released.
        let released = question.threshold.is_none_or(|threshold| count > 0 && value >= threshold);
        let written = if released { writeln!(text, "{value}") } else { writeln!(text, "-") };
        written.map_err(|_| StepError::new(Exit::Internal, "write values"))?;
        if run == question.runs || text.len() + 32 > BUNDLE_FILE_BYTES_MAX {
            let part = if files.is_empty() { String::new() } else { format!("-{}", files.len() + 1) };
            let path = format!("keys/{number:06}{part}.txt");
            bundle.push(0, &BundleFile { path: &path, bytes: text.as_bytes() }, None)?;
            files.push(path);
            text.clear();
        }
    }
    Ok(files)
}

impl Question {
    fn read(context: &StepContext) -> Result<Self, StepError> {
        let usage = |name: &str| StepError::new(Exit::Usage, format!("read the parameter {name} of the evaluation"));
        let decimal = |name: &str, digits| context.parameter(name).map(|text| parse_decimal(text, digits).ok_or_else(|| usage(name))).transpose();
        let integer =
            |name: &str| context.parameter(name).and_then(|text| text.parse::<u32>().ok()).filter(|&value| value > 0).ok_or_else(|| usage(name));
        let (l0, runs) = (integer("l0")?, integer("runs")?);
        let delta = decimal("delta", 18)?.unwrap_or(0);
        let noise = match (context.parameter("mechanism"), decimal("rho", 9)?, decimal("epsilon", 6)?) {
            (Some("dgauss"), Some(rho), None) => Noise::gaussian(l0, rho),
            (Some("dlaplace"), Some(rho), None) => Noise::laplace(l0, rho),
            (Some("dlaplace"), None, Some(epsilon)) => Noise::laplace_of_epsilon(l0, epsilon),
            (Some("dgauss"), None, Some(epsilon)) => {
                let noise = Noise::gaussian(l0, rho_for(MicroEpsilon(epsilon), AttoDelta(delta / 2)).0);
                return Self::new(noise.ok_or_else(|| usage("epsilon"))?, l0, runs, delta - delta / 2);
            }
            (Some("dgauss" | "dlaplace"), ..) => return Err(usage("rho")),
            _ => return Err(usage("mechanism")),
        };
        Self::new(noise.ok_or_else(|| usage("rho"))?, l0, runs, delta)
    }

    fn new(noise: Noise, l0: u32, runs: u32, atto_delta: u64) -> Result<Self, StepError> {
        let threshold = (atto_delta > 0).then(|| noise.threshold(l0, AttoDelta(atto_delta).as_f64()));
        Ok(Self { noise, l0, bound: l0, runs: runs.into(), threshold })
    }
}

/// Mechanisms that are wrong on purpose, for the auditor to refuse. In test builds alone: no parameter of a sealed binary reaches them.
#[cfg(test)]
impl Question {
    fn broken(mut self, how: Option<&str>) -> Self {
        let scale = self.noise.scale;
        let quartered = |by| schemas::privacy::Ratio::new(scale.numerator, scale.denominator * by).expect("positive");
        match (how, self.noise.mechanism) {
            (Some("half_scale"), Mechanism::DiscreteGaussian) => self.noise.scale = quartered(4),
            (Some("half_scale"), Mechanism::DiscreteLaplace) => self.noise.scale = quartered(2),
            (Some("unbounded"), _) => self.bound = u32::MAX,
            (Some("threshold_minus_two"), _) => self.threshold = self.threshold.map(|threshold| threshold - 2),
            (Some(other), _) => panic!("no such mistake: {other}"),
            (None, _) => {}
        }
        self
    }
}
