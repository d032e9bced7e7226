//! What an auditor checks a report by: items R1 to R14 of the list of promises (`docs/PROOFS.md`), field by field.

use super::*;

fn report() -> serde_json::Value {
    let outcome = bank().run(crate::process);
    serde_json::from_slice(&files(&outcome.outputs["report"])["report.json"]).unwrap()
}

#[test]
fn the_header_names_unit_window_spend_ledger_digests_and_noise() {
    let report = report();
    let text = |path: &str| report.pointer(path).and_then(|found| found.as_str()).unwrap_or_else(|| panic!("{path} is missing"));
    // R1
    assert_eq!((text("/privacy/privacy_unit"), text("/privacy/neighbouring")), ("customer", "add_remove_one_customer"));
    assert!(text("/privacy/privacy_unit_fallback").contains("session"));
    assert!(text("/privacy/contribution_sampling").contains("least keyed hash"));
    assert_eq!((text("/window/time_zone"), text("/window/logical_date")), ("UTC", "2024-10-04"));
    // R2
    for spend in ["/release", "/budget/cap", "/budget/spent_before", "/budget/spent_with_this_release"] {
        for field in ["rho", "delta", "threshold_delta", "conversion_delta", "epsilon"] {
            let value: f64 = text(&format!("{spend}/{field}")).parse().unwrap();
            assert!(value > 0.0, "{spend}/{field}");
        }
    }
    assert_eq!((text("/release/rho"), report["budget"]["releases_left"].as_u64()), ("0.02", Some(47)));
    assert!(text("/budget/renewal").contains("policy entry") && !text("/budget/left_rho").is_empty());
    // R3 and R4
    assert_eq!(report["ledger"]["reserve_sequence"], 7);
    for path in ["/ledger/reserve_entry", "/ledger/head_when_drawn", "/digests/input", "/digests/policy", "/digests/query", "/digests/stage"] {
        assert!(Digest::from_hex(text(path)).is_some(), "{path}");
    }
    assert!(text("/ledger/head_after_commit").contains("manifest"));
    // R5: this is a test build, which says so; a sealed one says false.
    assert_eq!((text("/noise/rng"), report["test_build"].as_bool()), ("getrandom", Some(cfg!(test))));
    assert!(text("/noise/sampler").contains("canonne-kamath-steinke-2020"));
    // R6 and R7
    assert_eq!((report["dp"].as_bool(), text("/media_type")), (Some(true), "application/vnd.logminer.dp-report+json"));
    assert!(report["not_covered"].as_array().unwrap().len() >= 6);
}

/// R8: nothing is said that was not released or public: no count of records, rows, customers or withheld keys, and no time.
#[test]
fn the_report_has_no_fields_beyond_those_that_are_released_or_public() {
    fn names(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                found.insert(name.clone());
                names(value, found);
            }),
            serde_json::Value::Array(values) => values.iter().for_each(|value| names(value, found)),
            _ => {}
        }
    }
    let mut found = std::collections::BTreeSet::new();
    names(&report(), &mut found);
    let known: std::collections::BTreeSet<String> = "at_least at_most_us below budget cap ci95 ci95_excludes ci95_half_width ci95_permille ci95_us \
        contribution_sampling conversion_delta definition delta derived digests display dp epsilon failure_bands failure_rates family format from \
        head_after_commit head_when_drawn how input journeys key keys l0 l2_squared latency_quantiles ledger left_rho least_value linf \
        logical_date may_be_in_another meaning mechanism media_type metric metrics name near_threshold neighbouring noise not_covered numbers percent \
        period_end period_nights period_start permille policy price privacy privacy_unit privacy_unit_fallback query records release \
        released_half_the_time_at releases_left remark renewal reserve_entry reserve_sequence rho rng sampler schedule sequences shared_by sigma2 \
        spent_before spent_with_this_release stage test_build threshold threshold_delta time_zone title to too_small value week_before week_on_week \
        window"
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let unknown: Vec<&String> = found.difference(&known).collect();
    assert!(unknown.is_empty(), "a new field: is it released or public? {unknown:?}");
    assert_eq!(report()["window"]["records"], "all records of the run", "how many is not said");
}

#[test]
fn every_number_has_its_mechanism_interval_price_and_threshold() {
    let report = report();
    for metric in report["metrics"].as_array().unwrap() {
        let half = metric["ci95_half_width"].as_i64().unwrap();
        for number in metric["numbers"].as_array().unwrap() {
            // R9
            let value = number["value"].as_i64().unwrap();
            assert_eq!(number["display"].as_i64(), Some(value.max(0)));
            assert!(number["key"].is_object());
            // R10
            let price = &number["price"];
            let sigma2: schemas::privacy::Ratio = price["sigma2"].as_str().unwrap().parse().unwrap();
            assert!(sigma2.numerator > 0 && price["mechanism"] == "discrete_gaussian");
            assert_eq!((price["linf"].as_u64(), price["l0"].as_u64()), (Some(1), price["l2_squared"].as_u64()));
            // R11
            assert_eq!(number["ci95"], serde_json::json!([value - half, value + half]));
            let excludes = number["ci95_excludes"].as_array().unwrap();
            let is_whole = ["category", "latency", "anomaly"].contains(&metric["metric"].as_str().unwrap());
            assert_eq!(excludes.iter().any(|what| what == "contribution_bounding"), !is_whole, "{metric}");
            // R12
            assert!(price["rho"].as_str().unwrap().parse::<f64>().unwrap() > 0.0 && price["delta"].is_string());
            // R13
            assert_eq!(metric["threshold"].is_object(), metric["keys"] == "discovered");
            if let Some(threshold) = metric["threshold"].as_object() {
                assert!(value >= threshold["least_value"].as_i64().unwrap() && threshold["delta"] == price["delta"]);
                assert!(excludes.iter().any(|what| what == "selection_by_threshold"));
            }
        }
    }
}

/// R9: a stored value may be negative, and its display is not. Empty hours come out negative every other time.
#[test]
fn negative_values_are_stored_as_they_are() {
    let values: Vec<(i64, i64)> = (0..4)
        .flat_map(|_| {
            let report = report();
            let hours = report["metrics"].as_array().unwrap().iter().find(|metric| metric["metric"] == "hour").unwrap()["numbers"].clone();
            hours.as_array().unwrap().iter().map(|hour| (hour["value"].as_i64().unwrap(), hour["display"].as_i64().unwrap())).collect::<Vec<_>>()
        })
        .collect();
    // 92 draws around 0: none negative is a chance of one in 10^27.
    assert!(values.iter().any(|&(value, display)| value < 0 && display == 0), "a floor before the release would bias every mean");
}
