//! Times and severities.

use fuzz::{Target, shape};

use super::TIME;
use crate::{severity, time};

#[test]
fn time_text() {
    let tokens: &[&[u8]] = &[
        b"2026-01-02T03:04:05.678Z",
        b"+02:00",
        b"-0330",
        b" UTC",
        b"[Europe/Berlin]",
        b"Jan",
        b"Feb 29 ",
        b"02/Jan/2026:03:04:05 +0000",
        b"Mon, ",
        b"<34>1 ",
        b"1763625600",
        b"123456789",
        b"PM",
        b"23:59:60",
        b"9999",
        b"0000",
        b"-",
        b":",
        b".",
        b",",
        b"T",
        b"[",
    ];
    let seeds = [
        "2026-01-02T03:04:05.678901+01:00",
        "Jan  2 03:04:05",
        "02/01/2026 3:04:05 PM",
        "1763625600123",
        "20260102T030405Z",
        "1.2.3.4 - u [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200",
        "2026-01-02 03:04:05,678 INFO x",
    ];
    let target = Target::new("ingest-time", tokens).bytes_max(128);
    seeds.iter().fold(target, |target, seed| target.seed(seed.as_bytes())).check(|input| {
        let field = TIME.of_field(input);
        let line = TIME.of_line(input);
        if let Some((_, used)) = line {
            assert!(used > 0 && used <= input.len());
        }
        let severities = (severity::of_field(input), severity::of_line(input), severity::begins_line(input));
        let hour = |time: i64| time.rem_euclid(86_400_000_000_000) / 3_600_000_000_000;
        shape(&(field.map(hour), line.map(|(time, used)| (hour(time), used)), time::of_screenshot(input).is_some(), severities))
    });
}
