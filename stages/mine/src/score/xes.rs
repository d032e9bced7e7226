//! Journeys as an event log that process mining tools open: XES (IEEE 1849-2016), `journeys-001.xes` and so on in `internal/`.
//!
//! A trace is a journey, its name the key's hash and part; an event has its type's label and a time. An event without a time of its own
//! has that of the one before it, and the first of the night 1970: tools sort by time, and this keeps the order. Files end before the
//! bound of one bundle file; of a greater night the first so many files are written and the journeys in them counted.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use schemas::limits::{BUNDLE_FILE_BYTES_MAX, JOURNEY_EXPORT_FILES_MAX};
use schemas::record::{Bundle, BundleFile, JourneyRecord};
use stage_runtime::{Output, StepError};

use super::NamedType;
use super::scan::Journeys;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<log xes.version=\"1849-2016\" xes.features=\"\" xmlns=\"http://www.xes-standard.org/\">
<extension name=\"Concept\" prefix=\"concept\" uri=\"http://www.xes-standard.org/concept.xesext\"/>
<extension name=\"Time\" prefix=\"time\" uri=\"http://www.xes-standard.org/time.xesext\"/>
<classifier name=\"Event Name\" keys=\"concept:name\"/>
";
const END: &str = "</log>\n";
const DAY_US: i64 = 86_400_000_000;

/// How much is written at most.
#[derive(Clone, Copy)]
struct Limits {
    /// Bytes of a file.
    bytes: usize,
    /// Files.
    files: usize,
}

/// The file under construction.
struct Export<'a> {
    output: &'a mut Output<Bundle>,
    text: String,
    files: usize,
}

/// Writes the files; returns the journeys in them. One trace after the other into one text: there is more of it than of anything else that the
/// step writes, and each copy of it would cost as much as making it.
///
/// # Errors
/// When an input is damaged or the output cannot be written.
pub(super) fn write(output: &mut Output<Bundle>, journeys: &Journeys, types: &[NamedType]) -> Result<u64, StepError> {
    write_within(Limits { bytes: BUNDLE_FILE_BYTES_MAX, files: JOURNEY_EXPORT_FILES_MAX }, output, journeys, types)
}

fn write_within(limits: Limits, output: &mut Output<Bundle>, journeys: &Journeys, types: &[NamedType]) -> Result<u64, StepError> {
    let heads: Vec<String> = types.iter().map(|known| head(&known.label)).collect();
    let mut export = Export { output, text: String::with_capacity(limits.bytes + limits.bytes / 8), files: 0 };
    export.text.push_str(HEAD);
    let mut exported = 0;
    let all = journeys.for_each(|journey| {
        let start = export.text.len();
        write_trace(&mut export.text, journey, &heads);
        if export.text.len() + END.len() > limits.bytes {
            let trace = export.text.split_off(start);
            export.close()?;
            if export.files >= limits.files {
                return Ok(ControlFlow::Break(()));
            }
            export.text.push_str(&trace);
        }
        exported += 1;
        Ok(ControlFlow::Continue(()))
    })?;
    if all.is_continue() {
        export.close()?;
    }
    Ok(exported)
}

impl Export<'_> {
    fn close(&mut self) -> Result<(), StepError> {
        self.files += 1;
        self.text.push_str(END);
        let path = format!("journeys-{:03}.xes", self.files);
        self.output.push(0, &BundleFile { path: &path, bytes: self.text.as_bytes() }, None)?;
        self.text.truncate(HEAD.len());
        Ok(())
    }
}

/// An event of a type up to its time.
fn head(label: &str) -> String {
    format!("<event><string key=\"concept:name\" value=\"{}\"/><date key=\"time:timestamp\" value=\"", escaped(label))
}

fn write_trace(text: &mut String, journey: &JourneyRecord, heads: &[String]) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "<trace><string key=\"concept:name\" value=\"{}-{}\"/>", journey.key, journey.part);
    if journey.events_left_out > 0 {
        let _ = writeln!(text, "<int key=\"events_left_out\" value=\"{}\"/>", journey.events_left_out);
    }
    let mut time_us = journey.start_ns.unwrap_or(0).div_euclid(1_000);
    let gaps = std::iter::once(None).chain(journey.gaps_us.iter().copied()).chain(std::iter::repeat(None));
    for (event, gap) in journey.events.iter().zip(gaps) {
        time_us = time_us.saturating_add_unsigned(gap.unwrap_or(0));
        match heads.get(*event as usize) {
            Some(head) => text.push_str(head),
            None => text.push_str(&head("unknown")),
        }
        write_time(text, time_us);
        text.push_str("\"/></event>\n");
    }
    text.push_str("</trace>\n");
}

/// ISO 8601 in UTC, to the microsecond.
fn write_time(text: &mut String, time_us: i64) {
    let (year, month, day) = civil_of_day(time_us.div_euclid(DAY_US));
    let us = time_us.rem_euclid(DAY_US);
    let second = us / 1_000_000;
    let (hour, minute, second, fraction) = (second / 3_600, second / 60 % 60, second % 60, us % 1_000_000);
    if !(0..=9_999).contains(&year) {
        let _ = write!(text, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:06}+00:00");
        return;
    }
    // There are as many of these as events: the formatting machinery would take most of the time of the export.
    let mut form = *b"0000-00-00T00:00:00.000000+00:00";
    for (place, mut number) in [(0..4, year), (5..7, month), (8..10, day), (11..13, hour), (14..16, minute), (17..19, second), (20..26, fraction)] {
        for digit in form[place].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
    }
    text.push_str(std::str::from_utf8(&form).unwrap_or_default());
}

/// Year, month and day of a day since 1970 (Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
fn civil_of_day(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

/// Text in an XML attribute; what XML 1.0 cannot hold becomes the replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::ids::{RecordRef, StableId, TokenKey};
    use schemas::metric::Counter;
    use schemas::record::{Journey, Outcome, RecordKind};
    use stage_runtime::StepContext;
    use stage_runtime::testing::{Harness, container_of};

    const TYPE: &str = "pay";

    fn journey(number: u32) -> JourneyRecord {
        JourneyRecord {
            key: TokenKey(number.into()),
            part: 0,
            customer: None,
            first: RecordRef { source: 0, offset: number.into() },
            start_ns: Some(i64::from(number) * 1_000_000_000),
            duration_ns: 0,
            variant: StableId(1),
            outcome: Outcome::Success,
            // One knows no name.
            events: vec![0, 0, 7],
            gaps_us: vec![Some(5), None],
            events_left_out: 0,
        }
    }

    /// The files and how many journeys are said to be in them.
    fn exported(limits: Limits, journeys: u32) -> (Vec<String>, u64) {
        fn step(context: &mut StepContext) -> Result<(), StepError> {
            let journeys = Journeys::new(context.inputs("journey"))?;
            let types = [NamedType { id: 1, label: TYPE.to_owned(), count: 1 }];
            let of = |name| context.parameter(name).and_then(|text| text.parse().ok()).unwrap();
            let limits = Limits { bytes: of("bytes"), files: of("files") };
            let mut output = context.output::<Bundle>("internal")?;
            let exported = write_within(limits, &mut output, &journeys, &types)?;
            context.report.add(Counter::Journeys, exported);
            output.settle()?;
            output.finish(context)
        }
        let bytes = container_of::<Journey>(|block| (0..journeys).for_each(|number| block.push(&journey(number), None).unwrap()));
        let parameters = [("bytes", limits.bytes), ("files", limits.files)].map(|(name, limit)| (name.to_owned(), limit.to_string()));
        let harness = Harness::new("mine.score").job(|job| job.parameters = parameters.into());
        let outcome = harness.input("journey", bytes).output("internal", RecordKind::Bundle).run(step);
        assert_eq!(outcome.report.error, "");
        let container = schemas::container::Container::open(&outcome.outputs["internal"]).unwrap();
        let (mut files, mut scratch) = (Vec::new(), Vec::new());
        for number in 0..container.block_count() {
            for file in container.block::<Bundle>(number, &mut scratch).unwrap().records() {
                let file = file.unwrap();
                assert_eq!(file.path, format!("journeys-{:03}.xes", files.len() + 1));
                files.push(String::from_utf8(file.bytes.to_vec()).unwrap());
            }
        }
        (files, outcome.report.get(Counter::Journeys))
    }

    /// The text of one file with these journeys.
    fn file_of(numbers: std::ops::Range<u32>) -> String {
        let mut text = HEAD.to_owned();
        for number in numbers {
            let _ = writeln!(text, "<trace><string key=\"concept:name\" value=\"{}-0\"/>", TokenKey(number.into()));
            for (name, us) in [(TYPE, 0), (TYPE, 5), ("unknown", 5)] {
                text.push_str(&format!("<event><string key=\"concept:name\" value=\"{name}\"/><date key=\"time:timestamp\" value=\""));
                write_time(&mut text, i64::from(number) * 1_000_000 + us);
                text.push_str("\"/></event>\n");
            }
            text.push_str("</trace>\n");
        }
        text + END
    }

    #[test]
    fn journeys_go_to_files_of_a_bounded_length_one_after_the_other() {
        let (of_two, of_one) = (file_of(0..2).len(), file_of(0..1).len());
        for (bytes, begins) in [(1 << 20, &[0, 5][..]), (of_two, &[0, 2, 4, 5]), (of_two - 1, &[0, 1, 2, 3, 4, 5]), (of_one, &[0, 1, 2, 3, 4, 5])] {
            let (files, count) = exported(Limits { bytes, files: 9 }, 5);
            let wanted: Vec<String> = begins.windows(2).map(|of| file_of(of[0]..of[1])).collect();
            assert_eq!(files, wanted, "files of {bytes} bytes");
            assert_eq!(count, 5);
        }
    }

    #[test]
    fn what_is_beyond_the_last_file_is_not_counted() {
        let (files, count) = exported(Limits { bytes: file_of(0..2).len(), files: 2 }, 5);
        assert_eq!((files, count), (vec![file_of(0..2), file_of(2..4)], 4));
        let (files, count) = exported(Limits { bytes: file_of(0..2).len(), files: 2 }, 4);
        assert_eq!((files, count), (vec![file_of(0..2), file_of(2..4)], 4));
        let (files, count) = exported(Limits { bytes: 1 << 20, files: 2 }, 0);
        assert_eq!((files, count), (vec![file_of(0..0)], 0), "a day without journeys has a log without traces");
    }

    #[test]
    fn times_are_iso_8601() {
        let cases = [
            (0, "1970-01-01T00:00:00.000000+00:00"),
            (951_827_696_789_012, "2000-02-29T12:34:56.789012+00:00"),
            (-1, "1969-12-31T23:59:59.999999+00:00"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999+00:00"),
            (253_402_300_800_000_000, "10000-01-01T00:00:00.000000+00:00"),
        ];
        for (time_us, expected) in cases {
            let mut text = String::new();
            write_time(&mut text, time_us);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn labels_are_escaped() {
        assert_eq!(escaped("a<*> & \"b\"\n\u{1}"), "a&lt;*&gt; &amp; &quot;b&quot; \u{fffd}");
    }
}
