//! All steps over small days: what comes out, and that neither shards, order nor threads change it.

mod exported;
mod rules;
#[expect(dead_code, reason = "shared with tests that look at other parts")]
mod support;

use schemas::record::{AnomalyRecord, EdgeRecord, FindingRecord, JourneyRecord, Outcome, VariantRecord};
use support::{Day, Line, Mined, Night, mine, mine_night};

const MINUTE_NS: i64 = 60_000_000_000;

/// Sessions of login, balance, transfer, logout; the last one transfers without a login.
fn bank_day(sessions: usize) -> Day {
    let mut day = Day::default();
    for session in 0..sessions {
        let start = session as i64 * MINUTE_NS;
        let id = format!("[SESSION_k1{session:05}]");
        let customer = format!("[CUSTOMER_k1{:05}]", session / 2);
        let mut event = |second: i64, name: &str, method: &str, path: &str, status: i64| {
            day.lines.push(Line::new(&id, &customer, Some(start + second * 1_000_000_000)).event(name, method, path, status));
        };
        let odd = session + 1 == sessions;
        if !odd {
            event(0, "login", "POST", "/api/v1/login", 200);
            event(5, "view_balance", "GET", "/api/v1/accounts/[ACCOUNT_k1AAAA]/balance", 200);
        }
        event(9, "transfer_submitted", "POST", "/api/v1/transfers", if session % 10 == 0 { 500 } else { 201 });
        event(12, "logout", "POST", "/api/v1/logout", 200);
    }
    day
}

#[test]
fn journeys_variants_graph_and_the_odd_one() {
    let mined = mine(&bank_day(400), 1, 1, 2);
    assert_eq!(mined.journeys.len(), 400);
    assert_eq!(mined.types.len(), 5, "{:?}", mined.types);
    let variants: &Vec<VariantRecord> = &mined.variants;
    assert_eq!(
        variants.iter().map(|variant| (variant.journeys, variant.customers, variant.failures)).collect::<Vec<_>>(),
        [(359, 200, 0), (40, 40, 0), (1, 1, 0)]
    );
    assert_eq!(variants[0].duration_median_ns, 12_000_000_000);
    let names = |events: &[u32]| events.iter().map(|event| mined.types[*event as usize].as_str()).collect::<Vec<_>>().join(" > ");
    assert!(names(&variants[0].events).starts_with("login"), "{}", names(&variants[0].events));
    let anomalies: &Vec<(AnomalyRecord<'static>, String)> = &mined.anomalies;
    assert_eq!(anomalies.len(), 1);
    assert_eq!(anomalies[0].0.variant, variants[2].id);
    assert_eq!(
        anomalies[0].1,
        "begins with transfer_submitted (POST /api/v1/transfers 201), as 0 of 388 ordinary journeys do; expected once in 260 nights"
    );
    let edges: &Vec<EdgeRecord> = &mined.edges;
    let start: u64 = edges.iter().filter(|edge| edge.from == u32::MAX).map(|edge| edge.count).sum();
    let end: u64 = edges.iter().filter(|edge| edge.to == u32::MAX).map(|edge| edge.count).sum();
    assert_eq!((start, end), (400, 400));
    let journeys: &Vec<JourneyRecord> = &mined.journeys;
    assert_eq!(journeys.iter().filter(|journey| journey.outcome == Outcome::Failure).count(), 0, "the logout succeeded");
}

#[test]
fn odd_journeys_that_hold_the_same_are_one_group_whatever_their_order() {
    let mut day = bank_day(400);
    for (session, names) in [("[SESSION_k1ODD1]", ["logout", "transfer_submitted"]), ("[SESSION_k1ODD2]", ["transfer_submitted", "logout"])] {
        for (second, name) in (0_i64..).zip(names) {
            let line = Line::new(session, &session.replace("SESSION", "CUSTOMER"), Some(500 * MINUTE_NS + second * 1_000_000_000));
            let (path, status) = if name == "logout" { ("/api/v1/logout", 200) } else { ("/api/v1/transfers", 201) };
            day.lines.push(line.event(name, "POST", path, status));
        }
    }
    let mined = mine(&day, 2, 2, 2);
    let groups: Vec<(u64, u64)> = mined.anomalies.iter().map(|(group, _)| (group.journeys, group.customers)).collect();
    assert_eq!(groups, [(3, 3)], "{:?}", mined.anomalies);
    let shown: serde_json::Value = serde_json::from_slice(&mined.files["anomalies.json"]).unwrap();
    assert_eq!(shown["groups"][0]["profile"].as_str().map(str::len), Some(16));
    assert!(mined.variants.iter().any(|variant| variant.id == mined.anomalies[0].0.variant));
    let graph: serde_json::Value = serde_json::from_slice(&mined.files["journeys.json"]).unwrap();
    let mut leaving = std::collections::BTreeMap::<String, f64>::new();
    for edge in graph["edges"].as_array().unwrap() {
        *leaving.entry(edge["from"].to_string()).or_default() += edge["probability"].as_f64().unwrap();
    }
    assert!(leaving.len() > 4 && leaving.values().all(|sum| (sum - 1.0).abs() < 1e-4), "{leaving:?}");
}

#[test]
fn of_an_odd_count_no_number_of_nights_is_told() {
    // What begins and what ends a journey belong together, too far apart for the order of steps to tell.
    let mut day = Day::default();
    for session in 0..600_i64 {
        let (first, last) = if session % 2 == 0 { ("pay", "receipt") } else { ("ask", "answer") };
        let last = if session == 100 { "answer" } else { last };
        for (second, name) in (0..).zip([first, "page", "page", "page", last]) {
            let id = format!("[SESSION_k1{session:05}]");
            let time = session * MINUTE_NS + second * 1_000_000_000;
            day.lines.push(Line::new(&id, &id.replace("SESSION", "CUSTOMER"), Some(time)).event(&format!("{name}_seen"), "", "", 0));
        }
    }
    let mined = mine(&day, 1, 1, 1);
    let shown: serde_json::Value = serde_json::from_slice(&mined.files["anomalies.json"]).unwrap();
    let group = &shown["groups"][0];
    assert_eq!((&group["channel"], group["expected_in_nights"].is_null()), (&serde_json::json!("count"), true), "{shown:#}");
    assert!(group.as_object().is_some_and(|group| group.contains_key("expected_in_nights")));
    assert!(!group["explanation"].as_str().unwrap().contains("expected"), "{group:#}");
    let ordered: serde_json::Value = serde_json::from_slice(&mine(&bank_day(400), 1, 1, 1).files["anomalies.json"]).unwrap();
    assert_eq!(
        (&ordered["groups"][0]["channel"], &ordered["groups"][0]["expected_in_nights"]),
        (&serde_json::json!("order"), &serde_json::json!(260))
    );
}

#[test]
fn accepted_groups_are_listed_no_more_and_rejected_ones_stay() {
    let day = bank_day(400);
    let night = |baseline: String| mine_night(&day.shards(2), 2, 2, &Night { baseline, ..Night::default() });
    let shown = |mined: &Mined, file: &str| serde_json::from_slice::<serde_json::Value>(&mined.files[file]).unwrap();
    let open = shown(&night(String::new()), "anomalies.json");
    let profile = open["groups"][0]["profile"].as_str().unwrap().to_owned();
    assert_eq!((open["groups"].as_array().unwrap().len(), &open["groups"][0]["confirmed"]), (1, &serde_json::json!(false)));
    let accepted = shown(&night(format!("+{profile}")), "anomalies.json");
    assert_eq!((accepted["groups"].as_array().unwrap().len(), &accepted["journeys_accepted"]), (0, &serde_json::json!(1)));
    assert_eq!(accepted["journeys_flagged"], 0);
    let rejected = night(format!("-{profile}"));
    assert_eq!(shown(&rejected, "anomalies.json")["groups"][0]["confirmed"], true);
    let listed = shown(&rejected, "findings.json");
    let listed = listed.as_array().unwrap().iter().find(|entry| entry["source"] == "anomaly").unwrap();
    assert!(listed["description"].as_str().unwrap().starts_with("Confirmed: journeys unlike the others: begins with"), "{listed:#}");
    assert!(listed["description"].as_str().unwrap().ends_with(&format!("Profile {profile}.")), "{listed:#}");
    assert_ne!(listed["severity"], "low");
}

#[test]
fn ordinary_journeys_of_a_rejected_profile_are_listed_as_well() {
    // The profile of a journey that nobody would look at: what people confirmed is listed whatever the model says.
    let mut day = bank_day(400);
    day.lines.pop();
    day.lines.pop();
    let one = mine(&bank_day(400), 1, 1, 1);
    let profile =
        serde_json::from_slice::<serde_json::Value>(&one.files["anomalies.json"]).unwrap()["groups"][0]["profile"].as_str().unwrap().to_owned();
    for session in 0..60 {
        let line = |second: i64| Line::new(&format!("[SESSION_k1N{session:02}]"), "", Some((500 + session) * MINUTE_NS + second * 1_000_000_000));
        day.lines.push(line(0).event("transfer_submitted", "POST", "/api/v1/transfers", 201));
        day.lines.push(line(3).event("logout", "POST", "/api/v1/logout", 200));
    }
    let none = mine(&day, 1, 1, 1);
    assert!(none.anomalies.is_empty(), "{:?}", none.anomalies);
    let some = mine_night(&day.shards(1), 1, 1, &Night { baseline: format!("-{profile}"), ..Night::default() });
    assert_eq!(some.anomalies.iter().map(|(group, _)| group.journeys).collect::<Vec<_>>(), [60]);
}

#[test]
fn shards_partitions_threads_and_order_change_nothing() {
    let mut day = bank_day(120);
    for (number, line) in day.lines.iter_mut().enumerate() {
        if number % 7 == 3 {
            line.time_ns = None;
        }
    }
    let base: Mined = mine(&day, 1, 3, 1);
    for (shards, threads) in [(2, 1), (5, 2), (13, 1)] {
        let other = mine(&day, shards, 3, threads);
        assert_eq!(other.everything, base.everything, "{shards} shards, {threads} threads");
    }
    day.reverse();
    assert_eq!(mine(&day, 2, 3, 2).everything, base.everything, "records offered in another order");
}

/// Lines of many forms: values with and without decoration, lists, words that vary, several lines, tokens, records without a message.
fn mixed_day(count: u64) -> Day {
    let mut day = Day::default();
    let users = ["alice", "bob", "carol", "dave", "erin", "frank"];
    for number in 0..count {
        let pick = |below: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17) % below;
        let user = users[pick(6) as usize];
        let message = match pick(11) {
            0 => format!("user {user} signed in from 10.0.0.{}", pick(250)),
            1 => format!("{} bytes sent to peer", pick(900)),
            2 => format!("{} bytes ({} KB) sent to peer", pick(9_000), pick(9)),
            3 => format!("blocks {} deleted from disk", (0..=pick(4)).map(|block| block.to_string()).collect::<Vec<_>>().join(", ")),
            4 => format!("set node-{} 0x{} <ok> {}now", pick(9), pick(99), "node-7 0x7 <ok> ".repeat(pick(3) as usize)),
            5 => format!("owner={} of lock today", ["null", "Source{12}", "Pool{7}"][pick(3) as usize]),
            6 => format!("PaymentException: declined {}\n\tat a.b.C(C.java:{})", pick(99), pick(99)),
            7 => format!("paid $1,{:03}.50 with [CARD_k1A{}]", pick(900), pick(50)),
            8 => format!("{} /api/v1/accounts/{} HTTP/1.1 {}", ["GET", "POST"][pick(2) as usize], pick(99), [200, 404, 500][pick(3) as usize]),
            9 => format!("received broadcast a.b.c{} from {user}", pick(2)),
            _ => String::new(),
        };
        let line = Line::new(&format!("[SESSION_k1{:03}]", pick(40)), "", Some(number as i64 * 1_000_000)).message(&message);
        day.lines.push(if message.is_empty() { line.field("kind", user).field("detail", "x") } else { line });
    }
    day
}

#[test]
fn mined_records_are_the_same_for_all_shard_counts_and_orders() {
    let mut day = mixed_day(3_000);
    day.lines.extend(bank_day(60).lines);
    for (number, line) in (0..).zip(&mut day.lines) {
        line.at = Some(schemas::ids::RecordRef { source: 0, offset: number });
    }
    let base = mine(&day, 1, 3, 1);
    assert!((10..40).contains(&base.templates.len()), "{:#?}", base.templates);
    let clusters = |mined: &Mined| ["clusters.html", "clusters.json"].map(|name| String::from_utf8(mined.files[name].clone()).unwrap());
    let of_base = clusters(&base);
    let file: serde_json::Value = serde_json::from_str(&of_base[1]).unwrap();
    let count = |kind: &str| file[kind]["clusters"].as_array().map_or(0, Vec::len);
    assert!(count("templates") > 3 && count("journeys") > 2, "{} {}", count("templates"), count("journeys"));
    for shards in [2, 5, 13] {
        let other = mine(&day, shards, 3, 2);
        assert_eq!(other.everything, base.everything, "{shards} shards");
        assert_eq!(clusters(&other), of_base, "clusters of {shards} shards");
    }
    for seed in 0..3_u64 {
        day.lines.sort_by_key(|line| (line.at.unwrap().offset + 1).wrapping_mul(0xd6e8_feb8_6659_fd93 ^ seed << 32).rotate_left(23));
        let other = mine(&day, 5, 3, 2);
        assert_eq!(other.everything, base.everything, "records in random order {seed}");
        assert_eq!(clusters(&other), of_base, "clusters of records in random order {seed}");
    }
}

#[test]
fn findings_of_all_families() {
    let mut day = bank_day(10);
    for second in 0..5 {
        let line = Line::new("[SESSION_k1F]", "[CUSTOMER_k1F]", Some(second * 40_000_000_000));
        day.lines.push(line.event("login", "POST", "/api/v1/login", 401));
    }
    for second in 0..4 {
        let line = Line::new("[SESSION_k1V]", "[CUSTOMER_k1V]", Some(second * 60_000_000_000));
        day.lines
            .push(line.event("transfer_submitted", "POST", "/api/v1/transfers", 201).field("amount", &format!("{}", 4_000 + 1_001 * (second / 3))));
    }
    day.lines.push(Line::new("[SESSION_k1C]", "[CUSTOMER_k1C]", Some(1)).message("card [CARD_k1ABC] was read"));
    day.lines.push(Line::new("", "", Some(1)).event("payment_settled", "", "", 0));
    day.lines.push(Line::new("[SESSION_k1D]", "", Some(1)).event("customer_data_export", "", "", 0));
    let mined = mine(&day, 2, 2, 2);
    let findings: Vec<(&str, u64, u64)> =
        mined.findings.iter().map(|finding: &FindingRecord<'static>| (finding.rule, finding.count, finding.subjects)).collect();
    assert_eq!(
        findings,
        [
            ("AuditFieldsMissing", 1, 1),
            ("AuditTrailCompleteness", 1, 0),
            ("GDPRAccessLogging", 1, 1),
            ("PCIAccountMasking", 1, 1),
            ("FailedLoginVelocity", 1, 1),
            ("HighValueTransfers", 1, 1),
            ("VelocityCheck", 1, 1),
        ]
    );
    let contributions: Vec<u64> = mined.finding_contributions.iter().map(|contribution| contribution.key).collect();
    assert_eq!(contributions, [0, 2, 3, 4, 5, 6]);
    let summary: serde_json::Value = serde_json::from_slice(&mined.files["ci-summary.json"]).unwrap();
    assert_eq!(summary["total_records"], day.lines.len());
    assert_eq!(summary["high_severity_findings"], 3);
    assert_eq!(
        mined.files.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "anomalies.json",
            "ci-summary.json",
            "clusters.html",
            "clusters.json",
            "failures.json",
            "findings.html",
            "findings.json",
            "journeys-001.xes",
            "journeys.json",
            "templates.json"
        ]
    );
}

#[test]
fn customers_without_sessions_are_divided_by_gaps() {
    let mut day = Day::default();
    for minute in [0, 10, 39, 70, 71] {
        day.lines.push(Line::new("", "[CUSTOMER_k1A]", Some(minute * MINUTE_NS)).event("view_balance", "", "", 0));
    }
    let mined = mine(&day, 1, 1, 1);
    assert_eq!(mined.journeys.iter().map(|journey| (journey.part, journey.events.len())).collect::<Vec<_>>(), [(0, 3), (1, 2)]);
}

#[test]
fn events_without_time_follow_the_one_before_and_ties_keep_their_place() {
    let mut day = Day::default();
    let times = [Some(50), None, Some(10), Some(10), Some(90), None];
    for (name, time) in ["c", "d", "a", "b", "e", "f"].into_iter().zip(times) {
        day.lines.push(Line::new("[SESSION_k1A]", "", time).event(&format!("step_{name}"), "", "", 0));
    }
    let mined = mine(&day, 1, 1, 1);
    let names: Vec<&str> = mined.journeys[0].events.iter().map(|event| mined.types[*event as usize].as_str()).collect();
    assert_eq!(names, ["step_a", "step_b", "step_c", "step_d", "step_e", "step_f"]);
    assert_eq!(mined.journeys[0].gaps_us, [Some(0), Some(0), None, None, None]);
}

#[test]
fn an_empty_day_is_a_day() {
    let mined = mine(&Day::default(), 2, 2, 1);
    assert!(mined.journeys.is_empty() && mined.variants.is_empty() && mined.findings.is_empty() && mined.anomalies.is_empty());
    assert!(mined.files.contains_key("ci-summary.json"));
}

#[test]
fn a_name_no_event_field_gives_comes_from_call_or_template() {
    let mut day = Day::default();
    for number in 0..3 {
        day.lines.push(Line::new("[SESSION_k1A]", "", Some(number)).message(&format!("POST /api/v1/x/{number} -> 201 in 35 ms")));
        day.lines.push(Line::new("[SESSION_k1A]", "", Some(10 + number)).message(&format!("cache entry {number} was refreshed")));
    }
    let mined = mine(&day, 1, 1, 1);
    assert_eq!(mined.types, ["POST /api/v1/x/{x_id} 201", "cache entry <*> was refreshed"]);
    assert_eq!(mined.templates, ["POST <*> -> <*> in <*> ms", "cache entry <*> was refreshed"]);
}

#[test]
fn tokens_that_are_names_of_fields_make_no_templates() {
    let mut day = Day::default();
    for account in ["[ACCOUNT_k1A]", "[ACCOUNT_k1B]", "[ACCOUNT_k1C]"] {
        day.lines.push(Line::new("[SESSION_k1A]", "", Some(1)).field(&format!("limits.{account}.daily"), "500"));
    }
    assert_eq!(mine(&day, 1, 1, 1).templates, ["{limits.[ACCOUNT].daily}"]);
}

#[test]
fn a_failure_sequence_is_found_from_clean_records() {
    let mut day = Day::default();
    for customer in 0..400_i64 {
        let channel = ["mobile", "web"][usize::from(customer % 2 == 0)];
        let base = customer * 5 * MINUTE_NS;
        let line = |step: i64, name: &str, status: i64| {
            Line::new(&format!("[SESSION_k1S{customer:03}]"), &format!("[CUSTOMER_k1C{customer:03}]"), Some(base + step * 20_000_000_000))
                .event(name, "POST", &format!("/api/{name}"), status)
                .field("channel", channel)
                .field("app.version", ["5.1.0", "5.2.0"][usize::from(customer % 3 == 0)])
        };
        day.lines.push(line(0, "login", if customer % 37 == 0 { 401 } else { 200 }));
        for transfer in 1..=1 + customer % 4 {
            let fails = transfer == 3 && channel == "mobile" || (customer + transfer) % 41 == 0;
            day.lines.push(line(transfer, "transfer_submit", if fails { 503 } else { 201 }));
        }
        day.lines.push(line(9, "logout", 200));
    }
    let mined = mine(&day, 3, 2, 2);
    let file: serde_json::Value = serde_json::from_slice(&mined.files["failures.json"]).unwrap();
    let first = &file["failures"][0];
    assert_eq!(first["outcome"], serde_json::json!({ "event": "transfer_submit", "how": "failure" }), "{file:#}");
    let clauses = serde_json::json!([
        { "clause": "count", "event": "transfer_submit", "at_least": 3 },
        { "clause": "field", "name": "channel", "op": "=", "value": "mobile" },
    ]);
    assert_eq!(first["condition"]["all"], clauses);
    assert!(first["exemplars"].as_array().is_some_and(|keys| keys.len() == 3));
    let other = mine(&day, 7, 5, 1);
    assert_eq!(other.files["failures.json"], mined.files["failures.json"], "shards, partitions and threads");
}

#[test]
fn nothing_is_said_of_steps_whose_names_are_beyond_the_limit() {
    let mut day = Day::default();
    for customer in 0..400_i64 {
        let region = ["west", "east"][usize::from(customer % 4 < 2)];
        let mut at = customer * 5 * MINUTE_NS;
        let mut step = |name: &str, fails: bool| {
            at += 1_000_000_000;
            let line = Line::new(&format!("[SESSION_k1S{customer:03}]"), &format!("[CUSTOMER_k1C{customer:03}]"), Some(at));
            day.lines.push(line.event(name, "POST", &format!("/api/{name}"), if fails { 503 } else { 200 }).field("region", region));
        };
        step("login", false);
        (0..6).for_each(|page| step(&format!("page_{:02}", (customer * 6 + page) % 60), false));
        let rare = customer % 2 == 0;
        if rare {
            step(&format!("rare_{}", customer / 2 % 10), region == "west");
        }
        step("transfer_submit", rare && region == "east");
        step("statement", region == "west" && customer % 3 > 0);
    }
    let mined = mine(&day, 1, 1, 1);
    let text = String::from_utf8_lossy(&mined.files["failures.json"]).into_owned();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let judged: Vec<&str> = file["failures"].as_array().unwrap().iter().filter_map(|item| item["judged_at"].as_str()).collect();
    assert!(judged.contains(&"statement"), "{file:#}");
    assert!(!text.contains("other_event"), "{file:#}");
}

#[test]
fn a_word_that_few_customers_have_is_in_nothing_that_is_published() {
    let day = |customers: usize| {
        let mut day = Day::default();
        for number in 0..customers {
            let (session, customer) = (format!("[SESSION_k1{number}A]"), format!("[CUSTOMER_k1{number}A]"));
            let time = |at: i64| Some(number as i64 * 1_000 + at);
            day.lines.push(Line::new(&session, &customer, time(0)).message("Wendeltraut called about the card"));
            day.lines.push(Line::new(&session, &customer, time(1)).message("Quirlwind"));
            day.lines.push(Line::new(&session, &customer, time(2)).event("pix_quirl_created", "", "", 0));
        }
        day
    };
    let mined = mine(&day(4), 2, 2, 1);
    assert_eq!(mined.templates, ["<WORD>", "<WORD> called about the card"]);
    assert_eq!(mined.types, ["<WORD> called about the card", "other_event", "pix_quirl_created"]);
    let shown = |mined: &Mined, word: &str| {
        let in_files = mined.files.values().any(|file| String::from_utf8_lossy(file).to_lowercase().contains(word));
        in_files || mined.everything.values().any(|records| records.to_lowercase().contains(word))
    };
    assert!(!shown(&mined, "wendeltraut") && !shown(&mined, "quirlwind") && shown(&mined, "pix_quirl"));
    // With the fifth customer they are words of the bank.
    let mined = mine(&day(5), 2, 2, 1);
    assert_eq!(mined.templates, ["Quirlwind", "Wendeltraut called about the card"]);
    assert!(shown(&mined, "quirlwind"));
}
