//! Spans to be replaced, in order and without overlap.

use crate::fold::cut;

/// One span and its replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// First byte in the scanned text.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
    /// The replacement, as a range of the text made so far.
    pub(crate) made: (usize, usize),
}

/// Letters and digits of a hit that may be outside the spans which replace it.
const LITTLE: usize = 2;

/// Hits of the texts being scanned; an inner text (decoded, embedded) has its hits above those of the outer one.
#[derive(Default)]
pub(crate) struct Hits {
    list: Vec<Hit>,
    /// Replacements of the current record.
    pub(crate) made: String,
}

impl Hits {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.made.clear();
    }

    /// Number of hits: the base of an inner text.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn truncate(&mut self, base: usize) {
        self.list.truncate(base);
    }

    /// Takes the last hit away.
    pub(crate) fn pop(&mut self) {
        self.list.pop();
    }

    /// End of the last hit above `base`, 0 when there is none.
    pub(crate) fn floor(&self, base: usize) -> usize {
        self.list.get(base..).and_then(<[Hit]>::last).map_or(0, |hit| hit.end)
    }

    /// The last hit above `base`.
    pub(crate) fn last(&self, base: usize) -> Option<Hit> {
        self.list.get(base..).and_then(<[Hit]>::last).copied()
    }

    /// The hit number `index` above `base`.
    pub(crate) fn get(&self, base: usize, index: usize) -> Option<Hit> {
        self.list.get(base + index).copied()
    }

    /// The number above `base` of the first hit that ends behind a place.
    pub(crate) fn first_behind(&self, base: usize, place: usize) -> usize {
        self.list.get(base..).unwrap_or_default().partition_point(|hit| hit.end <= place)
    }

    /// Lays spans over the hits above `base`. A hit gives way to the spans inside it when little else is in it (the name and the street that were taken for
    /// one address), and keeps what reaches out of them otherwise: nothing that either hides comes to light.
    #[cold]
    #[inline(never)]
    pub(crate) fn overlay(&mut self, text: &str, base: usize, cells: &mut Vec<Hit>, from: usize) {
        let below: Vec<Hit> = self.list.drain(base..).collect();
        let mut spans: Vec<Hit> = cells.drain(from..).collect();
        spans.sort_by_key(|span| (span.start, span.end));
        for span in spans {
            self.push(base, span);
        }
        let spans: Vec<Hit> = self.list.drain(base..).collect();
        let mut all = spans.clone();
        let mut first = 0;
        for hit in below {
            first += spans[first..].iter().take_while(|span| span.end <= hit.start).count();
            let inside = spans[first..].iter().take_while(|span| span.start < hit.end).count();
            // A secret may have no letter at all.
            if inside == 0 {
                all.push(hit);
                continue;
            }
            let (mut at, mut rest, mut other) = (hit.start, Vec::new(), 0);
            for span in &spans[first..first + inside] {
                rest.push((at, span.start));
                at = at.max(span.end);
            }
            rest.push((at, hit.end));
            rest.retain(|&(start, end)| start < end && cut(text, start, end).chars().any(char::is_alphanumeric));
            for &(start, end) in &rest {
                other += cut(text, start, end).chars().filter(|c| c.is_alphanumeric()).count();
            }
            if other > LITTLE {
                all.extend(rest.into_iter().map(|(start, end)| Hit { start, end, ..hit }));
            }
        }
        all.sort_by_key(|hit| hit.start);
        self.list.extend(all);
    }

    /// Hits above `base`, to be moved to the offsets of an outer text.
    pub(crate) fn above_mut(&mut self, base: usize) -> &mut [Hit] {
        self.list.get_mut(base..).unwrap_or_default()
    }

    /// Takes the hits above `base` away.
    pub(crate) fn take_above(&mut self, base: usize) -> Vec<Hit> {
        self.list.split_off(base.min(self.list.len()))
    }

    /// Adds a hit. Where it overlaps earlier ones, the longest names the union: no tail of either is left over.
    pub(crate) fn push(&mut self, base: usize, mut hit: Hit) {
        while self.list.len() > base {
            let Some(&last) = self.list.last() else { break };
            if last.end <= hit.start {
                break;
            }
            let longer = if last.end - last.start >= hit.end - hit.start { last } else { hit };
            hit = Hit { start: last.start.min(hit.start), end: last.end.max(hit.end), made: longer.made };
            self.list.pop();
        }
        self.list.push(hit);
    }

    /// Appends `text` with the hits above `base` replaced, and forgets them. Returns their number.
    pub(crate) fn render(&mut self, text: &str, base: usize, out: &mut String) -> usize {
        let mut done = 0;
        let hits = self.list.get(base..).unwrap_or_default();
        for hit in hits {
            out.push_str(cut(text, done, hit.start));
            out.push_str(cut(&self.made, hit.made.0, hit.made.1));
            done = hit.end;
        }
        out.push_str(cut(text, done, text.len()));
        let count = hits.len();
        self.list.truncate(base);
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(spans: &[(usize, usize, &str)]) -> String {
        let mut hits = Hits::default();
        for &(start, end, with) in spans {
            let from = hits.made.len();
            hits.made.push_str(with);
            hits.push(0, Hit { start, end, made: (from, hits.made.len()) });
        }
        let mut out = String::new();
        hits.render("0123456789", 0, &mut out);
        out
    }

    #[test]
    fn spans_come_before_what_is_found_inside_them() {
        let check = |hit: (usize, usize), spans: &[(usize, usize)], expected: &str| {
            let (mut hits, mut cells) = (Hits::default(), Vec::new());
            hits.made.push_str("HC");
            hits.push(0, Hit { start: hit.0, end: hit.1, made: (0, 1) });
            cells.extend(spans.iter().map(|&(start, end)| Hit { start, end, made: (1, 2) }));
            hits.overlay("0123+56789", 0, &mut cells, 0);
            let mut out = String::new();
            hits.render("0123+56789", 0, &mut out);
            assert_eq!(out, expected);
        };
        check((1, 3), &[(0, 4), (5, 7)], "C+C789");
        check((0, 8), &[(5, 7), (0, 4)], "C+C789");
        check((2, 9), &[(0, 4)], "C+H9".replace('+', "").as_str());
        check((7, 9), &[(0, 4)], "C+56H9");
        check((4, 5), &[(0, 3)], "C3H56789");
    }

    #[test]
    fn overlaps_leave_no_tail() {
        assert_eq!(rendered(&[(1, 3, "A"), (5, 6, "B")]), "0A34B6789");
        assert_eq!(rendered(&[(1, 5, "A"), (4, 7, "B")]), "0A789");
        assert_eq!(rendered(&[(4, 5, "A"), (2, 8, "B")]), "01B89");
        assert_eq!(rendered(&[(1, 2, "A"), (3, 4, "B"), (0, 9, "C")]), "C9");
        assert_eq!(rendered(&[(0, 10, "A"), (3, 4, "B")]), "A");
    }
}
