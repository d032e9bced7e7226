//! Released values of neighbouring data sets, right and wrong on purpose. The checks here know the claim alone (scale, centre, threshold) and
//! must pass what is right and refuse what is wrong. With `LOGMINER_AUDIT=DIR` all values are left there for an auditor of another hand.
//!
//! False alarms: each check is at five standard errors, once in 1.7 million; there are fewer than 40.

use super::*;

const RUNS: usize = 40_000;
const RHO_TEXT: &str = "0.05";

/// A data set: `customers` with `login`, and what one more customer brings.
struct Data {
    customers: u128,
    extra: &'static [u64],
}

/// Values by key, one a release; none where the key was withheld.
type Values = Vec<Vec<Option<i64>>>;

fn draw(data: &Data, mechanism: &str, delta: &str, l0: u32, wrong: Option<&str>) -> (Values, serde_json::Value) {
    let rows = (0..data.customers).map(|unit| (unit, Metric::EventType, 0)).chain(data.extra.iter().map(|&key| (u128::MAX, Metric::EventType, key)));
    let mut parameters =
        BTreeMap::from([("mechanism", mechanism), ("rho", RHO_TEXT), ("delta", delta), ("runs", "40000")].map(|(k, v)| (k.to_owned(), v.to_owned())));
    parameters.insert("l0".to_owned(), l0.to_string());
    wrong.map(|wrong| parameters.insert("wrong".to_owned(), wrong.to_owned()));
    let names: Vec<String> = (0..11).map(|number| format!("key{number:02}")).collect();
    let outcome = Harness::new("dp-report.release")
        .job(|job| {
            job.evaluation = true;
            job.parameters = parameters;
        })
        .input("contribution", contributions(rows))
        .input("event_type", event_types(&names.iter().map(String::as_str).collect::<Vec<_>>()))
        .secret("sampling", &[7; 32])
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle)
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    let files = files(&outcome.outputs["report"]);
    let read = |number: usize| {
        let text = std::str::from_utf8(&files[&format!("keys/{number:06}.txt")]).unwrap();
        text.lines().map(|line| line.parse().ok()).collect::<Vec<Option<i64>>>()
    };
    let values: Values = (0..names.len()).map(read).collect();
    assert!(values.iter().all(|values| values.len() == RUNS));
    (values, serde_json::from_slice(&files["params.json"]).unwrap())
}

/// Values by file of an evaluation over these rows.
fn evaluated(rows: impl Iterator<Item = (u128, Metric, u64)>, parameters: &[(&str, &str)]) -> Values {
    let parameters: BTreeMap<String, String> = parameters.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    let names: Vec<String> = (0..11).map(|number| format!("key{number:02}")).collect();
    let outcome = Harness::new("dp-report.release")
        .job(|job| {
            job.evaluation = true;
            job.parameters = parameters;
        })
        .input("contribution", contributions(rows))
        .input("event_type", event_types(&names.iter().map(String::as_str).collect::<Vec<_>>()))
        .secret("sampling", &[7; 32])
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle)
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    let mut files = files(&outcome.outputs["report"]);
    files.remove("params.json");
    let read = |bytes: &Vec<u8>| std::str::from_utf8(bytes).unwrap().lines().map(|line| line.parse().ok()).collect();
    files.values().map(read).collect()
}

/// Leaves values for another auditor: one a line, `-` where withheld.
#[expect(clippy::disallowed_methods, reason = "values are handed to an auditor by path, in tests only")]
fn leave(name: &str, values: &[Option<i64>]) {
    let Some(folder) = std::env::var_os("LOGMINER_AUDIT") else { return };
    let text: Vec<String> = values.iter().map(|value| value.map_or_else(|| "-".to_owned(), |value| value.to_string())).collect();
    std::fs::write(std::path::Path::new(&folder).join(name), text.join("\n") + "\n").unwrap();
}

/// Mean and second moment about `centre` are those of the stated scale, within five standard errors.
fn fits(values: &[Option<i64>], scale: &serde_json::Value, mechanism: &str, centre: i64) -> bool {
    let scale = scale.as_f64().unwrap();
    let variance = if mechanism == "dgauss" {
        scale * scale
    } else {
        let q = (-1.0 / scale).exp();
        2.0 * q / (1.0 - q).powi(2)
    };
    // Kurtosis of the two: 3 and, from above, 6 and a little for the discrete Laplace of small scale.
    let fourth = variance * variance * if mechanism == "dgauss" { 3.0 } else { 6.5 };
    let count = values.len() as f64;
    let noise: Vec<f64> = values.iter().map(|value| (value.unwrap() - centre) as f64).collect();
    let mean = noise.iter().sum::<f64>() / count;
    let second = noise.iter().map(|x| x * x).sum::<f64>() / count;
    mean.abs() < 5.0 * (variance / count).sqrt() && (second - variance).abs() < 5.0 * ((fourth - variance * variance) / count).sqrt()
}

#[test]
fn stated_scales_are_the_true_ones_and_half_of_them_are_not() {
    let (with, without) = (Data { customers: 100, extra: &[0] }, Data { customers: 100, extra: &[] });
    for mechanism in ["dgauss", "dlaplace"] {
        for (name, data, centre) in [("a", &with, 101), ("b", &without, 100)] {
            let (values, parameters) = draw(data, mechanism, "0", 1, None);
            leave(&format!("{mechanism}-{name}.txt"), &values[0]);
            assert!(fits(&values[0], &parameters["scale"], mechanism, centre), "{mechanism} {name}");
            let (values, parameters) = draw(data, mechanism, "0", 1, Some("half_scale"));
            leave(&format!("{mechanism}-{name}-half.txt"), &values[0]);
            // What is claimed is the scale of the price.
            let claimed = serde_json::json!(parameters["scale"].as_f64().unwrap() * 2.0);
            assert!(!fits(&values[0], &claimed, mechanism, centre), "{mechanism} {name}: half the scale must be noticed");
        }
    }
}

/// One customer with ten keys, against none: all counts of a release together move by at most L0.
#[test]
fn one_customer_moves_a_release_by_its_bound_and_by_more_without_it() {
    let (with, without) = (Data { customers: 100, extra: &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2] }, Data { customers: 100, extra: &[] });
    let sums = |values: &Values| -> Vec<Option<i64>> { (0..RUNS).map(|run| Some((1..11).map(|key| values[key][run].unwrap()).sum())).collect() };
    for mechanism in ["dgauss", "dlaplace"] {
        let mean = |sums: &[Option<i64>]| sums.iter().flatten().sum::<i64>() as f64 / RUNS as f64;
        let (before, parameters) = draw(&without, mechanism, "0", 1, None);
        let error = 5.0 * parameters["scale"].as_f64().unwrap() * 2.0 * (20.0 / RUNS as f64).sqrt();
        let (bounded, unbounded) = (draw(&with, mechanism, "0", 1, None).0, draw(&with, mechanism, "0", 1, Some("unbounded")).0);
        let (before, bounded, unbounded) = (sums(&before), sums(&bounded), sums(&unbounded));
        for (name, values) in [("none", &before), ("bounded", &bounded), ("unbounded", &unbounded)] {
            leave(&format!("{mechanism}-sum-{name}.txt"), values);
        }
        assert!((mean(&bounded) - mean(&before)).abs() <= 1.0 + error, "{mechanism}");
        assert!(mean(&unbounded) - mean(&before) > 10.0 - error, "{mechanism}: ten keys without a bound must be noticed");
    }
}

/// A key that one customer has is released with a probability of at most delta over L0; never below the threshold.
#[test]
fn thresholds_keep_delta_and_two_less_do_not() {
    let data = Data { customers: 100, extra: &[1] };
    for mechanism in ["dgauss", "dlaplace"] {
        for (name, wrong) in [("right", None), ("two-less", Some("threshold_minus_two"))] {
            let (values, parameters) = draw(&data, mechanism, "0.01", 2, wrong);
            leave(&format!("{mechanism}-key-{name}.txt"), &values[1]);
            let threshold = parameters["threshold"].as_i64().unwrap() + if wrong.is_some() { 2 } else { 0 };
            let released = values[1].iter().flatten().count() as f64;
            let allowed = 0.005 * RUNS as f64;
            let keeps = released <= allowed + 5.0 * allowed.sqrt() && values[1].iter().flatten().all(|&value| value >= threshold);
            assert_eq!(keeps, wrong.is_none(), "{mechanism} {name}: {released} of {RUNS}, {allowed} allowed");
            assert!(values[2].iter().all(Option::is_none), "a key that nobody has does not exist");
            leave_threshold(mechanism, threshold, &parameters);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "values are handed to an auditor by path, in tests only")]
fn leave_threshold(mechanism: &str, threshold: i64, parameters: &serde_json::Value) {
    let Some(folder) = std::env::var_os("LOGMINER_AUDIT") else { return };
    std::fs::write(
        std::path::Path::new(&folder).join(format!("{mechanism}-key.json")),
        serde_json::json!({ "threshold": threshold, "scale": parameters["scale"] }).to_string(),
    )
    .unwrap();
}

/// One customer with eleven keys more than the others have: choices of neighbours differ by no more than their price says, for every key and every set of
/// keys that is likelier with the customer; twice the epsilon is noticed. Qualities are equal, so the claim is nearly met.
#[test]
fn choices_keep_their_epsilon_and_twice_of_it_is_noticed() {
    // epsilon of a choice is sqrt(8 rho) = 0.632.
    let data = |extra: &'static [u64]| Data { customers: 0, extra };
    let choices = |extra, wrong| {
        let rows = (0..100_u128).flat_map(|unit| (0..11).map(move |key| (unit, Metric::EventType, key)));
        let one = data(extra).extra.iter().map(|&key| (u128::MAX, Metric::EventType, key));
        let mut parameters: Vec<(&str, &str)> = vec![("mechanism", "exponential"), ("rho", RHO_TEXT), ("runs", "40000"), ("l0", "1")];
        parameters.extend(wrong);
        evaluated(rows.chain(one), &parameters).remove(0)
    };
    let share = |values: &[Option<i64>], key: i64| values.iter().filter(|&&value| value == Some(key)).count() as f64 / RUNS as f64;
    let epsilon = (8.0 * RHO_TEXT.parse::<f64>().unwrap()).sqrt();
    let before = choices(&[], None);
    leave("exponential-a.txt", &before);
    for (name, wrong, keeps) in [("b", None, true), ("b-double", Some(("wrong", "half_scale")), false)] {
        let after = choices(&[3], wrong);
        leave(&format!("exponential-{name}.txt"), &after);
        let (p, q) = (share(&after, 3), share(&before, 3));
        let loss = (p / q).ln();
        // Five standard errors of the log of a ratio of two proportions.
        let error = 5.0 * ((1.0 - p) / (p * RUNS as f64) + (1.0 - q) / (q * RUNS as f64)).sqrt();
        // e^epsilon k / (e^epsilon + 10) of k / 11: the exact loss of this pair.
        let exact = epsilon + (11.0 / (epsilon.exp() + 10.0)).ln();
        assert_eq!((loss - exact).abs() <= error, keeps, "{name}: {loss}, {exact} expected");
        assert!(!keeps || loss <= epsilon + error);
    }
    // All keys at once change nothing: the loss is in the differences.
    let all = choices(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], None);
    leave("exponential-all.txt", &all);
    for key in 0..11 {
        assert!((share(&all, key) - 1.0 / 11.0).abs() < 5.0 * (1.0 / 11.0 / RUNS as f64).sqrt(), "{key}");
    }
}
