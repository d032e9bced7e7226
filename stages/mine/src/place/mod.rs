//! Types of a template's variables: which classes of values stand where it has `<*>`, and how often each.
//!
//! ```text
//! skeleton   classes of the values at each mark of each shape       -> shape_place
//! templates  the same at each mark of each template, words included -> template_place
//! ```
//! Counts by place and class alone: no value is kept, so none can be shown. Sums and least places, so neither order nor shards matter.

mod align;
mod class;
mod count;

use std::collections::BTreeMap;

use schemas::ids::{RecordRef, StableId};
use schemas::limits::{PLACED_SHAPES_MAX, PLACES_MAX};
use schemas::record::{ShapePlace, ShapePlaceRecord, TemplatePlace, TemplatePlaceRecord};
use stage_runtime::{StepContext, StepError};

use crate::bounded::Bounded;
use crate::hash::FixedMap;
use crate::shape::VARIABLE;
use crate::template::Mined;
use align::{Part, parts};
pub(crate) use class::PlaceClass;
pub(crate) use count::{LinePlaces, Places, Seen};

/// Distinct words at a place from which on they are no small set.
const SMALL_SET_MAX: usize = 8;

/// Writes what the shapes of a shard have at their places.
///
/// # Errors
/// When the output cannot be written.
pub(crate) fn write_shapes(context: &mut StepContext, places: Bounded<Places>) -> Result<(), StepError> {
    let mut shapes: Vec<(StableId, Places)> = places.finish().0.into_iter().map(|(text, places)| (StableId::of(&text), places)).collect();
    shapes.sort_unstable_by_key(|(shape, _)| *shape);
    let mut output = context.output::<ShapePlace>("shape_place")?;
    for (shape, places) in shapes {
        for ((place, class), Seen { count, first }) in places.cells() {
            output.push(0, &ShapePlaceRecord { shape, place, class: &class.name(), count, first }, None)?;
        }
    }
    output.finish(context)
}

/// Lines of a shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShapeLines {
    /// How many.
    pub count: u64,
    /// The first.
    pub first: Option<RecordRef>,
}

/// Writes what templates have at their places. `shapes` are sorted by text; templates name them by position.
///
/// # Errors
/// When an input is damaged or the output cannot be written.
pub(crate) fn write_templates(context: &mut StepContext, shapes: &[(&str, ShapeLines)], templates: &[Mined]) -> Result<(), StepError> {
    let places = read_shapes(context, shapes)?;
    let mut by_id: Vec<(StableId, &Mined)> = templates.iter().map(|template| (StableId::of(template.text.as_bytes()), template)).collect();
    by_id.sort_unstable_by_key(|(id, _)| *id);
    let mut output = context.output::<TemplatePlace>("template_place")?;
    for (template, mined) in by_id {
        for ((place, class), Seen { count, first }) in of_template(mined, shapes, &places) {
            output.push(0, &TemplatePlaceRecord { template, place, class: &class.name(), count, first }, None)?;
        }
    }
    output.finish(context)
}

/// Lines by place and class.
type Cells = BTreeMap<(u8, PlaceClass), Seen>;

/// Of each shape, by position.
fn read_shapes(context: &StepContext, shapes: &[(&str, ShapeLines)]) -> Result<FixedMap<u32, Cells>, StepError> {
    let positions: FixedMap<u64, u32> = shapes.iter().zip(0..).map(|((text, _), at)| (StableId::of(text.as_bytes()).0, at)).collect();
    let (mut places, mut scratch) = (Bounded::<Places>::new(PLACED_SHAPES_MAX), Vec::new());
    for input in context.inputs("shape_place") {
        let container = input.open::<ShapePlace>()?;
        for number in 0..container.block_count() {
            for record in container.block::<ShapePlace>(number, &mut scratch)?.records() {
                let record = record?;
                let Some((text, _)) = positions.get(&record.shape.0).and_then(|at| shapes.get(*at as usize)) else { continue };
                let mut cell = Places::default();
                cell.add_cell(record.place, PlaceClass::of_name(record.class), Seen { count: record.count, first: record.first });
                places.add(text.as_bytes(), cell);
            }
        }
    }
    let kept = places.finish().0.into_iter();
    Ok(kept.filter_map(|(text, places)| Some((*positions.get(&StableId::of(&text).0)?, places.cells()))).collect())
}

fn of_template(mined: &Mined, shapes: &[(&str, ShapeLines)], places: &FixedMap<u32, Cells>) -> Cells {
    let (mut sum, mut words) = (Places::default(), BTreeMap::<u8, Vec<u64>>::new());
    for &number in &mined.shapes {
        let (text, ShapeLines { count, first }) = shapes[number as usize];
        let (Some(first), of_shape) = (first, places.get(&number)) else { continue };
        let lines = Seen { count, first };
        let Some(parts) = parts(&mined.text, text) else {
            let marks = mined.text.matches(VARIABLE).count().min(PLACES_MAX) as u8;
            (0..marks).for_each(|place| sum.add_cell(place, PlaceClass::OTHER, lines));
            continue;
        };
        for (place, part) in (0_u8..).zip(parts).take(PLACES_MAX) {
            match (part, of_shape) {
                (Part::Place(own), Some(cells)) if own < PLACES_MAX => {
                    let of_place = cells.range((own as u8, PlaceClass::FIRST)..=(own as u8, PlaceClass::LAST));
                    of_place.for_each(|((_, class), seen)| sum.add_cell(place, *class, *seen));
                }
                (Part::Place(_), _) => sum.add_cell(place, PlaceClass::OTHER, lines),
                (Part::Text, _) => sum.add_cell(place, PlaceClass::TEXT, lines),
                (Part::Word(hash), _) => {
                    sum.add_cell(place, PlaceClass::WORD, lines);
                    let known = words.entry(place).or_default();
                    if known.len() <= SMALL_SET_MAX && !known.contains(&hash) {
                        known.push(hash);
                    }
                }
            }
        }
    }
    let mut cells = sum.cells();
    for (place, _) in words.into_iter().filter(|(_, words)| words.len() <= SMALL_SET_MAX) {
        if let Some(seen) = cells.remove(&(place, PlaceClass::WORD)) {
            cells.insert((place, PlaceClass::WORD_OF_SET), seen);
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::shape_with;

    /// Places of the templates of messages, as `place class count`.
    fn described(messages: &[&str]) -> Vec<(String, Vec<String>)> {
        let mut shapes = BTreeMap::<String, (ShapeLines, Places)>::new();
        for (offset, message) in (0..).zip(messages) {
            let (mut shape, mut line) = (String::new(), LinePlaces::default());
            shape_with(message, &mut shape, &mut |value| line.push(value));
            let at = RecordRef { source: 0, offset };
            let (lines, places) = shapes.entry(shape.clone()).or_insert_with(|| (ShapeLines { count: 0, first: Some(at) }, Places::of_shape(&shape)));
            lines.count += 1;
            places.add(&line, at);
        }
        let texts: Vec<(&str, ShapeLines)> = shapes.iter().map(|(text, (lines, _))| (text.as_str(), *lines)).collect();
        let places: FixedMap<u32, Cells> = (0..).zip(shapes.values()).map(|(at, (_, places))| (at, places.clone().cells())).collect();
        let shown = |((place, class), seen): (&(u8, PlaceClass), &Seen)| format!("{place} {} {}", class.name(), seen.count);
        crate::template::mine(texts.iter().map(|(text, lines)| (*text, lines.count)))
            .into_iter()
            .map(|mined| (mined.text.clone(), of_template(&mined, &texts, &places).iter().map(shown).collect()))
            .collect()
    }

    #[test]
    fn values_and_merged_words_have_classes_at_their_places() {
        let users = ["root", "admin", "guest", "oracle", "test"].map(|user| format!("Failed password for invalid user {user} from 10.0.0.1 port 22"));
        let mut messages: Vec<&str> = users.iter().map(String::as_str).collect();
        messages.extend([
            "moved 17KB in 5 steps",
            "moved 17 in 5 steps",
            "moved [CARD_k1ABCDEFGH] in 5 steps",
            "nodes 1, 2, 3 are up",
            "nodes 4 are up",
        ]);
        let found = described(&messages);
        let of = |start: &str| {
            let template = found.iter().find(|(text, _)| text.starts_with(start)).unwrap();
            template.1.iter().map(String::as_str).collect::<Vec<_>>()
        };
        assert_eq!(of("Failed"), ["0 word of a small set 5", "1 ip 5", "2 number 5"]);
        assert_eq!(of("moved"), ["0 number 1", "0 size 1", "0 token CARD 1", "1 number 3"]);
        assert_eq!(of("nodes"), ["0 number 2"]);
    }

    #[test]
    fn places_of_as_many_shapes_as_are_held_fit_into_the_memory_of_the_step() {
        // A leaf of the standard library's tree has room for eleven entries and holds at least five; so do its inner nodes, which have an edge each.
        const ENTRY: usize = size_of::<(u8, PlaceClass)>() + size_of::<Seen>();
        const OF_SHAPE: usize = PLACES_MAX * PlaceClass::COUNT * (ENTRY * 11 / 6 + 4);
        const HELD: usize = PLACED_SHAPES_MAX + PLACED_SHAPES_MAX / 4 + 16;
        // Of 128 MiB, which hold shapes and event types as well.
        const { assert!(OF_SHAPE <= 36 << 10 && HELD * OF_SHAPE <= 96 << 20) };
    }

    #[test]
    fn many_words_are_no_small_set() {
        let lines: Vec<String> = (b'a'..=b'z').map(|letter| format!("sign in of {}user at the counter", char::from(letter))).collect();
        let found = described(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found[0].1, ["0 word 26"]);
    }
}
