//! Pages for people: one file without scripts, pictures or requests; nothing is told by colour alone, so it reads in black and white and on paper.

/// The front of a page, up to its body.
pub(crate) fn head(title: &str) -> String {
    HEAD.replace("{title}", &escaped(title))
}

/// The end of a page.
pub(crate) const END: &str = "</body></html>\n";

const HEAD: &str = "<!DOCTYPE html>
<html lang=\"en\"><head><meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{title}</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
caption { text-align: left; padding: .3rem 0 }
th, td { border: 1px solid #777; padding: .3rem .5rem; text-align: left; vertical-align: top }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
section { border-top: 2px solid #111; margin-top: 1.5rem; break-inside: avoid }
code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
@media print { body { margin: 0; max-width: none; font-size: 11px } a { color: inherit; text-decoration: none } }
</style></head><body>
";

/// Text as it stands in a page; a line break or another control character is a blank.
pub(crate) fn escaped(text: &str) -> String {
    stage_runtime::markup::escape(&text.replace(char::is_control, " "))
}

/// A day since 1970-01-01 as `2026-11-22`.
pub(crate) fn date(day: i32) -> String {
    let (year, month, of_month) = civil(day);
    format!("{year:04}-{month:02}-{of_month:02}")
}

/// Year, month and day of a day since 1970-01-01 (Howard Hinnant, chrono-compatible low-level date algorithms: civil_from_days).
fn civil(day: i32) -> (i64, i64, i64) {
    let shifted = i64::from(day) + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!((civil(0), civil(19_782), civil(-1)), ((1970, 1, 1), (2024, 2, 29), (1969, 12, 31)));
    }

    #[test]
    fn a_text_can_neither_leave_its_place_nor_turn_what_stands_beside_it() {
        assert_eq!(super::escaped("<b>\n'a'\u{202e}\u{7}"), "&lt;b&gt; &#39;a&#39;\u{fffd} ");
    }
}
