//! Lines by place and class, of a shape or a template.

use std::collections::BTreeMap;

use schemas::ids::RecordRef;
use schemas::limits::PLACES_MAX;

use super::class::PlaceClass;
use crate::bounded::Merge;
use crate::shape::{VARIABLE, Value};

/// Combinations of classes that a shape's lines are counted by before places are counted one by one.
const ROWS_MAX: usize = 4;

/// The classes of a line's places, in order.
#[derive(Debug, Default)]
pub(crate) struct LinePlaces {
    classes: Vec<PlaceClass>,
}

impl LinePlaces {
    /// A value, or the rest of a line that was cut.
    #[inline]
    pub(crate) fn push(&mut self, (class, text, joined): Value<'_>) {
        match (class, self.classes.last_mut()) {
            (Some(class), Some(last)) if joined => *last = last.with(class, text),
            (None, Some(_)) if joined => {}
            (Some(class), _) => self.classes.push(PlaceClass::of_value(class, text)),
            (None, _) => self.classes.push(PlaceClass::TEXT),
        }
    }
}

/// Lines, and the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Lines.
    pub count: u64,
    /// First.
    pub first: RecordRef,
}

impl Seen {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
    }
}

/// Lines by place and class. At most [`PLACES_MAX`] places times the number of classes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    /// Of how many places a line must have.
    places: usize,
    rows: Vec<(Box<[PlaceClass]>, Seen)>,
    cells: BTreeMap<(u8, PlaceClass), Seen>,
}

impl Places {
    /// None yet, of this shape.
    pub(crate) fn of_shape(shape: &str) -> Self {
        Self { places: shape.matches(VARIABLE).count(), ..Self::default() }
    }

    /// Adds a line. One with another number of places (its text holds the mark of a variable) is left out.
    #[inline]
    pub(crate) fn add(&mut self, line: &LinePlaces, at: RecordRef) {
        if line.classes.len() != self.places || self.places == 0 {
            return;
        }
        let classes = line.classes.get(..PLACES_MAX).unwrap_or(&line.classes);
        let seen = Seen { count: 1, first: at };
        match self.rows.first_mut() {
            Some((row, known)) if **row == *classes => known.merge(seen),
            _ => self.add_row(classes, seen),
        }
    }

    fn add_row(&mut self, classes: &[PlaceClass], seen: Seen) {
        if let Some((_, known)) = self.rows.iter_mut().find(|(row, _)| **row == *classes) {
            known.merge(seen);
        } else if self.rows.len() < ROWS_MAX {
            self.rows.push((classes.into(), seen));
        } else {
            (0..).zip(classes).for_each(|(place, class)| self.add_cell(place, *class, seen));
        }
    }

    /// Adds lines of a place.
    pub(crate) fn add_cell(&mut self, place: u8, class: PlaceClass, seen: Seen) {
        if usize::from(place) < PLACES_MAX {
            self.cells.entry((place, class)).and_modify(|known| known.merge(seen)).or_insert(seen);
        }
    }

    /// Whether nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.cells.is_empty()
    }

    /// Lines by place and class, in order.
    pub(crate) fn cells(mut self) -> BTreeMap<(u8, PlaceClass), Seen> {
        for (classes, seen) in std::mem::take(&mut self.rows) {
            (0..).zip(classes).for_each(|(place, class)| self.add_cell(place, class, seen));
        }
        self.cells
    }
}

impl Merge for Places {
    fn merge(&mut self, other: Self) {
        self.places = self.places.max(other.places);
        other.rows.iter().for_each(|(classes, seen)| self.add_row(classes, *seen));
        other.cells.into_iter().for_each(|((place, class), seen)| self.add_cell(place, class, seen));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(classes: &[u8]) -> LinePlaces {
        LinePlaces { classes: classes.iter().map(|class| PlaceClass(*class)).collect() }
    }

    fn of(lines: &[(u64, [u8; 3])]) -> Places {
        let mut places = Places::of_shape("<*> <*> <*>");
        lines.iter().for_each(|(offset, classes)| places.add(&line(classes), RecordRef { source: 0, offset: *offset }));
        places
    }

    proptest! {
        #[test]
        fn division_and_order_do_not_matter(mut lines in prop::collection::vec((any::<u64>(), [0_u8..3, 0_u8..3, 0_u8..3]), 0..60), cut in 0_usize..60) {
            let whole = of(&lines).cells();
            let total: u64 = whole.iter().filter(|((place, _), _)| *place == 1).map(|(_, seen)| seen.count).sum();
            prop_assert_eq!(total, lines.len() as u64, "each line is counted once at each place");
            let cut = cut.min(lines.len());
            let mut merged = of(&lines[..cut]);
            merged.merge(of(&lines[cut..]));
            prop_assert_eq!(merged.cells(), whole.clone());
            lines.reverse();
            prop_assert_eq!(of(&lines).cells(), whole);
        }
    }

    #[test]
    fn a_line_of_another_number_of_places_is_left_out() {
        let mut places = Places::of_shape("<*> <*>");
        places.add(&line(&[1]), RecordRef { source: 0, offset: 0 });
        assert!(places.is_empty());
    }

    #[test]
    fn memory_is_bounded_by_places_and_classes() {
        let mut places = Places::of_shape(&"<*> ".repeat(40));
        for number in 0..2_000_u64 {
            let classes: Vec<u8> = (0..40).map(|place| ((number >> (place % 11)) % 41) as u8).collect();
            places.add(&line(&classes), RecordRef { source: 0, offset: number });
        }
        assert!(places.rows.len() <= ROWS_MAX && places.cells.len() <= PLACES_MAX * 41);
        assert!(places.cells().keys().all(|(place, _)| usize::from(*place) < PLACES_MAX));
    }
}
