//! Journeys as an event log that process mining tools open: XES (IEEE 1849-2016), `journeys-001.xes` and so on in `internal/`.
//!
//! A trace is a journey, its name the key's hash and part; an event has its type's label and a time. An event without a time of its own
//! has that of the one before it, and the first of the night 1970: tools sort by time, and this keeps the order. Files end before the
//! bound of one bundle file; of a greater night the first so many files are written and the journeys in them counted.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// The file under construction.
struct Export<'a> {
    output: &'a mut Output<Bundle>,
    text: String,
    files: usize,
    journeys: u64,
}

/// Writes the files; returns the journeys in them.
///
/// # Errors
/// When an input is damaged or the output cannot be written.
pub(super) fn write(output: &mut Output<Bundle>, journeys: &Journeys, types: &[NamedType]) -> Result<u64, StepError> {
    let names: Vec<String> = types.iter().map(|known| escaped(&known.label)).collect();
    let mut export = Export { output, text: HEAD.to_owned(), files: 0, journeys: 0 };
    // Only saves work: what comes after is not written whether this is seen at once or not.
    let full = AtomicBool::new(false);
    journeys.scan(
        |block, _| {
            let mut traces = Vec::new();
            if !full.load(Ordering::Relaxed) {
                for journey in block.records() {
                    traces.push(trace(&journey?, &names));
                }
            }
            Ok(traces)
        },
        |traces| {
            traces.iter().try_for_each(|trace| export.add(trace))?;
            full.store(export.is_full(), Ordering::Relaxed);
            Ok(())
        },
    )?;
    if !export.is_full() {
        export.close()?;
    }
    Ok(export.journeys)
}

impl Export<'_> {
    fn is_full(&self) -> bool {
        self.files >= JOURNEY_EXPORT_FILES_MAX
    }

    fn add(&mut self, trace: &str) -> Result<(), StepError> {
        if !self.is_full() && self.text.len() + trace.len() + END.len() > BUNDLE_FILE_BYTES_MAX {
            self.close()?;
        }
        if !self.is_full() {
            self.text.push_str(trace);
            self.journeys += 1;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), StepError> {
        self.files += 1;
        self.text.push_str(END);
        let path = format!("journeys-{:03}.xes", self.files);
        self.output.push(0, &BundleFile { path: &path, bytes: self.text.as_bytes() }, None)?;
        self.text.clear();
        self.text.push_str(HEAD);
        Ok(())
    }
}

fn trace(journey: &JourneyRecord, names: &[String]) -> String {
    let mut text = String::with_capacity(64 + journey.events.len() * 160);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "<trace><string key=\"concept:name\" value=\"{}-{}\"/>", journey.key, journey.part);
    if journey.events_left_out > 0 {
        let _ = writeln!(text, "<int key=\"events_left_out\" value=\"{}\"/>", journey.events_left_out);
    }
    let mut time_us = journey.start_ns.unwrap_or(0).div_euclid(1_000);
    let gaps = std::iter::once(None).chain(journey.gaps_us.iter().copied()).chain(std::iter::repeat(None));
    for (event, gap) in journey.events.iter().zip(gaps) {
        time_us = time_us.saturating_add_unsigned(gap.unwrap_or(0));
        let name = names.get(*event as usize).map_or("unknown", String::as_str);
        for part in ["<event><string key=\"concept:name\" value=\"", name, "\"/><date key=\"time:timestamp\" value=\""] {
            text.push_str(part);
        }
        write_time(&mut text, time_us);
        text.push_str("\"/></event>\n");
    }
    text.push_str("</trace>\n");
    text
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
