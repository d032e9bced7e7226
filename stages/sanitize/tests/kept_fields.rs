//! A value that a field of a person made known is replaced in technical fields too, whatever stands around it: what `apply` left there, the gate
//! would stop.

mod common;

use common::{Run, raw};
use schemas::record::RecordKind;

/// Values, each in a field of its own.
const LINES: [&str; 4] = [
    r#"{"customer_name":"Thandiwe Okonkwo","card_number":"4539 6613 1860 9139","msg":"ok"}"#,
    r#"{"email":"t.okonkwo77@example.com","customer_id":"CUST-0041-8822-77"}"#,
    r#"{"iban":"DE89 3704 0044 0532 0130 00","account_number":"0418822770041993","user_id":"vbirt.77204"}"#,
    r#"{"customer_id":"KD.7712-0499-AXQ","account_id":"8841-0029-7717-3304"}"#,
];
/// The same, as somebody else writes them.
const VALUES: [&str; 12] = [
    "Thandiwe Okonkwo",
    "thandiwe-okonkwo",
    "4539-6613-1860-9139",
    "t.okonkwo77@example.com",
    "CUST-0041-8822-77",
    "cust0041882277",
    "DE89370400440532013000",
    "0418822770041993",
    "VBIRT.77204",
    "KD.7712-0499-AXQ",
    "kd77120499axq",
    "8841-0029-7717-3304",
];
/// What of them must not be left, without signs.
const READABLE: [&str; 8] =
    ["okonkwo", "4539661318609139", "cust0041882277", "418822770041993", "vbirt77204", "77120499axq", "8841002977173304", "89370400440532"];
const FIELDS: [&str; 12] =
    ["request_id", "trace_id", "correlation_id", "span_id", "logger", "thread", "service", "msg", "note", "host", "path", "version"];
const SHAPES: [&str; 8] = ["{}", "REQ-{}-000017", "{}-000017", "req-{}", "x/{}/y", "id:{}", "a.{}.b", "17 {} 4"];

#[test]
fn what_is_known_is_replaced_in_every_field() {
    let mut lines: Vec<String> = LINES.map(str::to_owned).to_vec();
    for value in VALUES {
        for field in FIELDS {
            lines.extend(SHAPES.map(|shape| format!(r#"{{"{field}":"{}"}}"#, shape.replace("{}", value))));
        }
    }
    lines.push(r#"{"request_id":418822770041993}"#.to_owned());
    lines.push(r#"{"account_number":"418822770041993","request_id":418822770041993}"#.to_owned());
    lines.push(r#"{"data":"{\"request_id\":\"REQ-CUST-0041-8822-77-1\",\"span_id\":\"0418822770041993-1\"}"}"#.to_owned());
    let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
    let applied = Run::default().all(&[raw(&texts)]).remove(0);
    let step = Run::default().step("sanitize.gate").input("replaced", applied.outputs["replaced"].clone());
    let step = step.input("clean", applied.outputs["clean"].clone()).output("verdict", RecordKind::Verdict);
    assert_eq!(step.run(stage_sanitize::process).report.error, "");
    for (raw, clean) in lines.iter().zip(Run::default().lines(&texts)) {
        let left: String = clean.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        assert!(READABLE.iter().all(|value| !left.contains(value)), "{raw}: {clean}");
    }
}

/// What looks like a known value, or holds a piece of one, stays as it is.
#[test]
fn look_alikes_in_technical_fields_stay() {
    let kept = [
        r#"{"request_id":"REQ-CUST-0041-8822-78-000017"}"#,
        r#"{"request_id":"REQ-0041-8822-77"}"#,
        r#"{"correlation_id":"0041-8822-77"}"#,
        r#"{"trace_id":"00-8c26de5006d94ccda922f915324a418d-00f067aa0ba902b7-01"}"#,
        r#"{"trace_id":"8c26de50-06d9-4ccd-a922-f915324a418d"}"#,
        r#"{"span_id":"0418822770041994"}"#,
        r#"{"value_date":"2026-11-20 10:15:00.123456789"}"#,
        r#"{"bytes":9418822770041993}"#,
        r#"{"thread":"http-nio-8080-exec-00418822"}"#,
        r#"{"logger":"com.bank.cust.Okonkwos"}"#,
        r#"{"version":"4539.6613.1860"}"#,
    ];
    let texts: Vec<&str> = LINES.iter().chain(&kept).copied().collect();
    for (raw, clean) in kept.iter().zip(Run::default().lines(&texts).iter().skip(LINES.len())) {
        let value = raw.rsplit_once("\":").map(|(_, value)| value.trim_matches(['"', '}'])).unwrap();
        assert!(clean.contains(value), "{raw}: {clean}");
    }
}
