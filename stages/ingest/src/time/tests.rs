use super::*;

/// 2024-11-20, a Wednesday.
const CONTEXT: TimeContext = TimeContext { offset_s: 0, logical_day: 20_047 };
/// 2024-11-20T08:15:23Z in seconds.
const T: i64 = 1_732_090_523;

fn field(text: &str, expected_ns: impl Into<Option<i64>>) {
    assert_eq!(CONTEXT.of_field(text.as_bytes()), expected_ns.into(), "{text}");
}

fn line(text: &str, expected_ns: impl Into<Option<i64>>) {
    assert_eq!(CONTEXT.of_line(text.as_bytes()).map(|(time, _)| time), expected_ns.into(), "{text}");
}

const fn ns(seconds: i64) -> i64 {
    seconds * 1_000_000_000
}

#[test]
fn reads_rfc_3339_and_relatives() {
    field("2024-11-20T08:15:23Z", ns(T));
    field("2024-11-20T08:15:23+00:00", ns(T));
    field("2024-11-20T09:15:23+01:00", ns(T));
    field("2024-11-20T02:45:23-0530", ns(T));
    field("2024-11-20 08:15:23", ns(T));
    field("2024-11-20 08:15:23,123", ns(T) + 123_000_000);
    field("2024-11-20 08:15:23.123456789123", ns(T) + 123_456_789);
    field("2024-11-20T08:15:23.5 UTC", ns(T) + 500_000_000);
    field("2024-11-20T09:15:23+01:00[Europe/Berlin]", ns(T));
    field("2024/11/20 08:15:23", ns(T));
    field("2024-11-20T08:15Z", ns(T - 23));
    field("2024-11-20", ns(T - 8 * 3600 - 15 * 60 - 23));
    field("20241120T081523Z", ns(T));
    field("20241120T081523.25Z", ns(T) + 250_000_000);
    field(" 2024-11-20T08:15:23Z ", ns(T));
}

#[test]
fn reads_named_months_and_other_orders() {
    field("20/Nov/2024:08:15:23 +0000", ns(T));
    field("20/Nov/2024:01:15:23 -0700", ns(T));
    field("Wed, 20 Nov 2024 09:15:23 +0100", ns(T));
    field("Wed, 20 Nov 2024 08:15:23 GMT", ns(T));
    field("20 Nov 2024 03:15:23 EST", ns(T));
    field("20-Nov-2024 08:15:23", ns(T));
    field("Wed Nov 20 08:15:23 2024", ns(T));
    field("Wed Nov 20 08:15:23 UTC 2024", ns(T));
    field("Nov 20, 2024 8:15:23 AM", ns(T));
    field("11/20/2024 8:15:23 PM", ns(T + 12 * 3600));
    field("20/11/2024 08:15:23", ns(T));
    field("20.11.2024 08:15:23", ns(T));
    field("17/06/09 20:10:40", ns(1_497_039_040));
}

#[test]
fn takes_the_year_nearest_to_the_logical_day() {
    field("Nov 20 08:15:23", ns(T));
    field("Nov  5 08:15:23", ns(T - 15 * 86_400));
    let new_year = TimeContext { logical_day: 20_089, ..CONTEXT };
    assert_eq!(new_year.of_field(b"Dec 31 23:59:59"), Some(ns(1_735_689_599)), "the year before, on New Year's Day");
    assert_eq!(new_year.of_field(b"Jan  1 00:00:00"), Some(ns(1_735_689_600)));
}

#[test]
fn reads_epochs_by_magnitude() {
    field("1732090523", ns(T));
    field("1732090523.25", ns(T) + 250_000_000);
    field("1732090523123", ns(T) + 123_000_000);
    field("1732090523123456", ns(T) + 123_456_000);
    field("1732090523123456789", ns(T) + 123_456_789);
    field("1.732090523e9", ns(T));
    field("20241120081523", ns(T));
    field("20241120", ns(T - 8 * 3600 - 15 * 60 - 23));
    field("12", None);
    field("-1732090523", None);
    field("99999999999999999999", None);
    field("1e400", None);
}

#[test]
fn refuses_what_is_no_time() {
    for text in ["", "-", "yesterday", "2024-13-01", "2024-02-30", "2024-11-20T25:00:00Z", "10/11/2024 08:15:23", "2024-11-20x", "08:15:23"] {
        field(text, None);
    }
    for text in ["", "1", "1702 items", "Nov", "123456789012 x", "x 2024-11-20", "4111111111111111 card", "20241120X"] {
        line(text, None);
    }
}

#[test]
fn a_time_without_zone_has_the_offset_of_the_policy() {
    let berlin = TimeContext { offset_s: 3600, ..CONTEXT };
    assert_eq!(berlin.of_field(b"2024-11-20 09:15:23"), Some(ns(T)));
    assert_eq!(berlin.of_field(b"2024-11-20 08:15:23Z"), Some(ns(T)));
}

#[test]
fn reads_the_time_a_line_begins_with() {
    line("2024-11-20 08:15:23,123 INFO [main] x", ns(T) + 123_000_000);
    line("[2024-11-20T08:15:23Z] x", ns(T));
    line("[Wed Nov 20 08:15:23.5 2024] [error] x", ns(T) + 500_000_000);
    line("<34>Nov 20 08:15:23 host su: x", ns(T));
    line("<34>1 2024-11-20T08:15:23Z host su - x", ns(T));
    line("Nov 20 08:15:23 host sshd[1]: x", ns(T));
    line("Nov 20 08:15:23 2001:db8::1 x", ns(T));
    line("10.0.0.1 - - [20/Nov/2024:08:15:23 +0000] \"GET / HTTP/1.1\" 200", ns(T));
    line("1732090523 x", ns(T));
    line("1732090523.250: x", ns(T) + 250_000_000);
    line("241120 081523 148 INFO x", ns(T));
    line("11-20 08:15:23.5  1702  2395 D x", ns(T) + 500_000_000);
    line("I1120 08:15:23.500000 1 x.cc:1] x", ns(T) + 500_000_000);
    line("20241120-08:15:23:606|x", ns(T) + 606_000_000);
    line("24/11/20 08:15:23 INFO x", ns(T));
}

#[test]
fn reads_the_time_in_the_name_of_a_screenshot() {
    assert_eq!(of_screenshot(b"/tmp/shots/login_2024-11-20_08-15-23.png"), Some(ns(T)));
    assert_eq!(of_screenshot(b"2024-11-20-08-15-23"), Some(ns(T)));
    assert_eq!(of_screenshot(b"2024-11-20 08-15-23"), None);
    assert_eq!(of_screenshot(b"short"), None);
}

proptest::proptest! {
    #[test]
    fn never_panics(text in proptest::collection::vec(0u8..=127, 0..60), head in proptest::sample::select(vec!["", "2024-", "Nov ", "<1>", "[20/Nov/", "17/0", "I11"])) {
        let mut bytes = head.as_bytes().to_vec();
        bytes.extend(text);
        CONTEXT.of_field(&bytes);
        CONTEXT.of_line(&bytes);
        of_screenshot(&bytes);
    }

    #[test]
    fn days_and_dates_agree(day in -90_000i64..90_000) {
        let (year, month, day_of_month) = calendar::civil_of_day(day);
        proptest::prop_assert_eq!(calendar::day_of_civil(year, month, day_of_month), day);
    }
}
