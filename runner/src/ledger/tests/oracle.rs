//! Prices, intervals and conversions beside those of opendp: `testdata/dp-report/oracle.py`. A library of Python and not a dev-dependency in Rust, whose
//! tree would be longer than the stage's own (`docs/decisions/0110-metrics-of-the-report.md`).

use std::process::{Command, Output};

use schemas::privacy::{Keys, Mechanism, Noise, Ratio, allotment, charge_of, charges_of, discovery_allotment, discovery_charges_of, epsilon_of};
use serde_json::{Value, json};

use super::accountant::python;
use super::*;

/// Every charge of the default policy under each schedule, and Laplace noise of many scales.
fn table() -> Vec<Value> {
    let mut rows = Vec::new();
    for schedule in [Schedule::Once, Schedule::Nightly] {
        let policy = ReportPolicy { schedule, ..ReportPolicy::default() };
        let one = allotment(&policy).unwrap();
        let mut charges = charges_of(&policy, one.nano_rho, one.threshold_delta).unwrap();
        if let Some(one) = discovery_allotment(&policy).unwrap() {
            charges.extend(discovery_charges_of(&policy, one.nano_rho, one.threshold_delta).unwrap());
        }
        charges.push(charge_of(Metric::Answer, 3, Keys::Public(10), NanoRho(5_000_000), AttoDelta(0)).unwrap());
        for charge in charges {
            assert_eq!(charge.mechanism, Mechanism::DiscreteGaussian);
            let noise = Noise { mechanism: charge.mechanism, scale: charge.scale };
            rows.push(json!({
                "name": format!("{schedule:?} {}", charge.metric.name()),
                "mechanism": "discrete_gaussian",
                "scale": charge.scale.to_string(),
                "l0": charge.l0,
                "nano_rho": charge.nano_rho.0,
                "half_width": noise.half_width(),
                "atto_delta": one.conversion_delta.0,
                "micro_epsilon": epsilon_of(charge.nano_rho, one.conversion_delta).0,
            }));
        }
    }
    for (numerator, l0) in [(1_u64, 1_u32), (5, 1), (40, 2), (333, 3)] {
        let noise = Noise { mechanism: Mechanism::DiscreteLaplace, scale: Ratio::new(numerator, 1).unwrap() };
        // epsilon l0 / b, and its square over two, rounded up.
        let nano_rho = (u64::from(l0).pow(2) * 500_000_000).div_ceil(numerator * numerator);
        rows.push(json!({ "name": format!("Laplace {numerator}"), "mechanism": "discrete_laplace", "scale": numerator.to_string(), "l0": l0, "nano_rho": nano_rho,
            "half_width": noise.half_width() }));
    }
    rows
}

#[test]
fn prices_and_intervals_are_those_of_opendp() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let script = super::accountant::source().join("oracle.py");
    let compared = |rows: &[Value]| -> Output {
        let path = dir.path().join("table.jsonl");
        std::fs::write(&path, rows.iter().map(|row| format!("{row}\n")).collect::<String>()).unwrap();
        Command::new(&python).arg(&script).arg(path).output().unwrap()
    };
    let said = |output: &Output| format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let rows = table();
    let output = compared(&rows);
    assert!(output.status.success() && rows.len() > 30, "{} rows: {}", rows.len(), said(&output));

    // What is wrong on purpose is noticed: a price, an interval, a conversion.
    for (field, change) in [("nano_rho", -1_i64), ("half_width", -1), ("half_width", 1), ("micro_epsilon", -1)] {
        let mut wrong = rows[0].clone();
        let value = wrong[field].as_i64().unwrap();
        wrong[field] = json!(if field == "half_width" { value + change } else { value + change * value / 100 });
        let output = compared(&[wrong]);
        assert_eq!(output.status.code(), Some(1), "{field} {change}: {}", said(&output));
    }
}
