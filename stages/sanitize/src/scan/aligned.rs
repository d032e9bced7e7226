//! Listings aligned by blanks: a header of field names, two blanks or more between them, then rows whose values stand below. A value is of the class that
//! the name above it says.

use crate::fields::Rule;
use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// Lines among which the header stands.
const HEADER_LINES_MAX: usize = 3;
/// Rows that are looked at.
const ROWS_MAX: usize = 200;
/// Columns of a listing.
const COLUMNS_MAX: usize = 24;
/// Bytes of a name in the header.
const NAME_BYTES_MAX: usize = 24;

impl Worker<'_> {
    /// Notes the personal values of a listing that stands in a text of several lines, whose ends may be written out or be strokes.
    #[inline]
    pub(super) fn aligned(&mut self, text: &str) {
        if memchr::memmem::find(text.as_bytes(), b"  ").is_some()
            && let Some(end) = ["\n", "\\n", " | "].into_iter().find(|end| text.contains(end))
        {
            self.aligned_rows(text, end);
        }
    }

    #[cold]
    #[inline(never)]
    fn aligned_rows(&mut self, text: &str, end: &str) {
        let mut at = 0;
        let mut lines = text.split(end).map(|line| {
            let from = at;
            at += line.len() + end.len();
            (from, line)
        });
        let header = lines.by_ref().take(HEADER_LINES_MAX).find_map(|(_, line)| {
            let names: Vec<(usize, usize)> = columns(line).collect();
            (names.len() >= 3 && names.iter().all(|&(start, end)| is_name(cut(line, start, end)) || self.is_small_name(cut(line, start, end))))
                .then_some((line, names))
        });
        let Some((line, names)) = header else { return };
        let rules: Vec<Rule> = names
            .iter()
            .map(|&(start, end)| {
                let name = cut(line, start, end).trim_matches('#').replace('.', " ");
                self.engine.fields.decide(None, &name, &name).rule
            })
            .collect();
        if !rules.iter().any(|rule| matches!(rule, Rule::Class(_) | Rule::Shaped(..))) {
            return;
        }
        for (from, row) in lines.take(ROWS_MAX) {
            let values: Vec<(usize, usize)> = columns(row).collect();
            // A line of prose behind the rows.
            if values.len() < 2 {
                continue;
            }
            for &(start, end) in &values {
                // With a value in each column their order tells, else what stands above.
                let column = if values.len() == names.len() {
                    values.iter().position(|&value| value == (start, end))
                } else {
                    names.iter().position(|&(above, until)| start < until && above < end)
                };
                let value = cut(row, start, end);
                if let Some(Rule::Class(class)) = column.map(|column| rules[column].of_value(value))
                    && !is_placeholder(value)
                    && value.bytes().any(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80)
                {
                    self.note_cell(class, text, (from + start, from + end));
                }
            }
        }
    }
}

impl Worker<'_> {
    /// Whether a piece is a name of a column in small letters, as libraries of tables print it: one that says something.
    fn is_small_name(&self, piece: &str) -> bool {
        piece.len() <= NAME_BYTES_MAX
            && piece.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && self.engine.fields.decide(None, piece, piece).rule != Rule::Scan
    }
}

/// The pieces of a line between two blanks and more: where each begins and ends.
fn columns(line: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        at += bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\r')).count();
        let start = at;
        let len = memchr::memmem::find(&bytes[start..], b"  ").unwrap_or(bytes.len() - start);
        at = start + len;
        let end = start + bytes[start..at].trim_ascii_end().len();
        (end > start).then_some((start, end))
    })
    .take(COLUMNS_MAX)
}

/// Whether a piece may be a name of a column: letters, in capitals or beginning with one, few words.
fn is_name(piece: &str) -> bool {
    piece.len() <= NAME_BYTES_MAX
        && piece.starts_with(|c: char| c.is_uppercase() || c == '#')
        && piece.bytes().all(|byte| byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b'.' | b' ' | b'/' | b'#'))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn values_below_the_names_of_a_listing_are_hidden() {
        check(
            "SORTCODE  ACCOUNT   NAME                   BALANCE  STS\n40-11-52  06599934  Ida Tollington        2,418.07  ACTV\n\
             77-91-05  41880266  Theo Winstanley          77.15  DORM",
            &["40-11-52", "06599934", "Tollington", "77-91-05", "41880266", "Winstanley"],
            &["2,418.07", "ACTV", "77.15", "DORM"],
        );
        check(
            "EOD INTEREST   RUN 2025-05-31   PAGE   4 | ACCOUNT NO     HOLDER              RATE   INTEREST | 0088214073     Ida Tollington      3.250%   118.04",
            &["0088214073", "Tollington"],
            &["3.250%", "118.04", "2025-05-31"],
        );
        check(
            "ACCT        STATUS   OWNER\\n0088214073  OPEN     Ida Tollington\\n0088214074  SHUT     Theo Winstanley",
            &["0088214073", "0088214074"],
            &["OPEN"],
        );
        check(
            "context rows:\n     holder                   nif        balance\n4417 Xoan Carballeira  12345678Z  10233.18",
            &["Carballeira", "12345678Z"],
            &["10233.18"],
        );
        // A row without one of its values.
        check(
            "holders of today\nCIF       NAME               PHONE            KYC\n70041782                     98450 17782      VALID",
            &["70041782", "98450 17782"],
            &["VALID", "holders of today"],
        );
    }

    #[test]
    fn other_listings_stay() {
        for text in [
            "POD              READY  STATUS   AGE\ncard-auth-7d9c5  1/1    Running  12d\nledger-66fd8     0/1    Pending  4m",
            "JOB        STEP    RC    ELAPSED\nEODPOST1   S010    0000  00:04:11",
            "first line of a text\n  at com.bank.Pay(Pay.java:12)\n  at com.bank.Run(Run.java:7)",
        ] {
            check(text, &[], &[text]);
        }
    }
}
