//! What the promises on speed and accuracy come to. Not run by default: `cargo test --release -p stage-dp-report measure -- --ignored --nocapture`.

use std::io::Write;
use std::time::Instant;

use super::*;

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[test]
#[ignore = "a measurement: build it optimised"]
#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock, in tests only")]
fn measure_draws_of_100_000_keys() {
    let names = Names::new((0..100_000).map(|number| Call::plain(&format!("type{number}"))).collect(), Vec::new(), BTreeMap::new());
    let counts: crate::bound::Counts = (0..100_000).map(|key| ((Metric::EventType, key), 5_000)).collect();
    let policy = schemas::policy::ReportPolicy::default();
    let begun = Instant::now();
    let plan = crate::release::plan(&parameters(), &policy).unwrap();
    let released = crate::release::draw(plan, &counts, &names, &policy, &mut OsEntropy::default()).unwrap();
    say(&format!("100,000 keys: {:?}, {} numbers", begun.elapsed(), released.iter().map(|part| part.numbers.len()).sum::<usize>()));
    assert!(released[0].numbers.len() > 99_000);
}

/// 100,000 customers on one night of `nightly`: each has a session or two of 10 to 24 of 60 event types, some more common than others.
#[test]
#[ignore = "a measurement: build it optimised"]
#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock, in tests only")]
fn measure_accuracy_of_a_night_with_100_000_customers() {
    use schemas::record::{Event, Journey};
    const TYPES: u64 = 60;
    let policy = schemas::policy::ReportPolicy { schedule: Schedule::Nightly, ..schemas::policy::ReportPolicy::default() };
    let one = schemas::privacy::allotment(&policy).unwrap();
    let found = schemas::privacy::discovery_allotment(&policy).unwrap().unwrap();
    let mut state = 7_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut rows, mut journeys, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for unit in 0..100_000_u128 {
        let count = 10 + random(15);
        // An event is followed by one of four, the first of them most often, as in a graph of screens; journeys begin at one of six.
        let mut at = random(6);
        let types: Vec<u32> = (0..count)
            .map(|_| {
                let here = u32::try_from(at).unwrap();
                at = (at * 4 + random(4).min(random(4)) + 1) % TYPES;
                here
            })
            .collect();
        rows.extend(types.iter().map(|&event| (unit, Metric::EventType, u64::from(event))));
        rows.extend(types.windows(2).map(|pair| (unit, Metric::Edge, u64::from(pair[0]) << 32 | u64::from(pair[1]))));
        let first = 6 + random(14);
        rows.extend((0..=random(3)).map(|more| (unit, Metric::Hour, first + more)));
        journeys.push(journey(unit, &[u32::try_from(random(6)).unwrap()], if random(20) == 0 { Outcome::Failure } else { Outcome::Success }));
        events.push(timed(unit, 1_000 << random(12)));
    }
    let mut exact: BTreeMap<(Metric, u64), std::collections::BTreeSet<u128>> = BTreeMap::new();
    for &(unit, metric, key) in &rows {
        exact.entry((metric, key)).or_default().insert(unit);
    }
    let names: Vec<String> = (0..TYPES).map(|number| format!("type{number:02}")).collect();
    let begun = Instant::now();
    // The first night: names are discovered at the price of a discovery, then counted at that of a night.
    let night = |step: &str, spend: schemas::privacy::Allotment| {
        let policy = policy.clone();
        let mut harness = Harness::new(step)
            .job(move |job| {
                job.policy.report = policy;
                job.parameters = ReleaseParameters { nano_rho: spend.nano_rho, atto_delta: spend.threshold_delta, ..parameters() }.to_parameters();
            })
            .input("event_type", event_types(&names.iter().map(String::as_str).collect::<Vec<_>>()))
            .input(
                "variant",
                named::<schemas::record::Variant>((0..6).map(|id| schemas::record::VariantRecord {
                    id: StableId(id),
                    events: vec![u32::try_from(id).unwrap()],
                    journeys: 1,
                    customers: 1,
                    failures: 0,
                    duration_median_ns: 0,
                    exemplar: TokenKey(0),
                })),
            )
            .secret("sampling", &[7; 32]);
        // A container of the harness is one block.
        for part in rows.chunks(10_000) {
            harness = harness.input("contribution", contributions(part.iter().copied()));
        }
        for part in journeys.chunks(5_000) {
            harness = harness.input("journey", named::<Journey>(part.iter().cloned()));
        }
        for part in events.chunks(5_000) {
            harness = harness.input("event", named::<Event>(part.iter().copied()));
        }
        harness
    };
    let discovered = night("dp-report.discover", found).output("known_key", RecordKind::KnownKey).run(crate::process);
    assert_eq!(discovered.report.exit, Exit::Done, "{}", discovered.report.error);
    let harness = night("dp-report.release", one)
        .input("known_key", discovered.outputs["known_key"].clone())
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle);
    let (json, grown) = watched(|| report_of(harness));
    let allowed = 64 * 100_000 * 24 + (64 << 20);
    say(&format!("anonymous memory of the step and its outputs: {:.1} MB, {:.1} MB allowed", grown as f64 / 1e6, f64::from(allowed) / 1e6));
    assert!(grown <= u64::try_from(allowed).unwrap());
    say(&format!("a release of {} rows: {:?}, harness included", rows.len(), begun.elapsed()));
    let (mut all, mut noise_alone) = (Vec::new(), Vec::new());
    for metric in json["metrics"].as_array().unwrap() {
        let half = metric["ci95_half_width"].as_f64().unwrap();
        let mut of_metric = Vec::new();
        for number in metric["numbers"].as_array().unwrap() {
            let value = number["value"].as_f64().unwrap();
            if value > 1_000.0 {
                // Half of a normal draw lies within 0.6745 deviations; the interval is 1.96.
                noise_alone.push(half / 1.96 * 0.6745 / value);
            }
            let place = |text: &serde_json::Value| names.iter().position(|name| name == text.as_str().unwrap_or("")).unwrap_or(0) as u64;
            let key = match metric["metric"].as_str().unwrap() {
                "event_type" => (Metric::EventType, place(&number["key"]["name"])),
                "edge" => (Metric::Edge, place(&number["key"]["from"]) << 32 | place(&number["key"]["to"])),
                "hour" => (Metric::Hour, number["key"]["name"].as_str().unwrap().parse().unwrap()),
                _ => continue,
            };
            let truth = exact.get(&key).map_or(0, std::collections::BTreeSet::len) as f64;
            if truth > 1_000.0 {
                all.push((value - truth).abs() / truth);
                of_metric.push((value - truth).abs() / truth);
            }
        }
        say(&format!(
            "{:<11} ±{half}, {} numbers, median relative error above 1,000 {:.4} of {}",
            metric["metric"],
            metric["numbers"].as_array().unwrap().len(),
            median(&mut of_metric),
            of_metric.len()
        ));
    }
    say(&format!("median relative error above 1,000 customers, bias included: {:.4} of {} counts", median(&mut all), all.len()));
    say(&format!("median of the noise alone over all metrics: {:.4} of {}", median(&mut noise_alone), noise_alone.len()));
    assert!(median(&mut all) <= 0.05);
}

/// Runs `work`, and says by how many bytes anonymous memory (`RssAnon`) was above where it began, at most.
#[expect(clippy::disallowed_methods, reason = "a measurement looks at its own process, in tests only")]
fn watched<T>(work: impl FnOnce() -> T) -> (T, u64) {
    use std::sync::atomic::{AtomicBool, Ordering};
    fn anonymous() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }
    let (done, begun) = (AtomicBool::new(false), anonymous());
    std::thread::scope(|scope| {
        let most = scope.spawn(|| {
            let mut most = begun;
            while !done.load(Ordering::Relaxed) {
                most = most.max(anonymous());
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            most
        });
        let value = work();
        done.store(true, Ordering::Relaxed);
        (value, most.join().unwrap().saturating_sub(begun))
    })
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
