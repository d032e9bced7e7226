//! Values that are written in parts: over the items of a list (`["4539", "6613", "1860", "9139"]`), or over fields beside each other
//! (`card_hi`, `card_lo`; `pan_1` to `pan_4`). Where the parts are one value together, the first becomes its token, the same as if it stood in one
//! piece, and the others `[CLASS]`. Where they are not, each is what its own name says.

use schemas::pii::PiiClass;

use crate::detect::class_of_whole;
use crate::fields::tree::NodeId;
use crate::fields::{Rule, part_of};
use crate::fold::cut;
use crate::json;
use crate::record::Value;
use crate::scan::context::Cues;
use crate::scan::hits::Hit;
use crate::token::push_dropped;
use crate::walk::{Place, Target};
use crate::worker::Worker;

/// Parts of one value.
const PARTS_MAX: usize = 8;
/// Bytes of a part of a number, and of a part of a name.
const NUMBER_PART_MAX: usize = 8;
const NAME_PART_MAX: usize = 24;
/// Bytes of a part of a number without check digit: longer ones may be numbers of their own.
const UNCHECKED_PART_MAX: usize = 5;
/// Least bytes of a number without check digit.
const UNCHECKED_MIN: usize = 7;

/// A value whose first part was met: the object it is in, the name without the part, and its class.
pub(crate) struct Split {
    parent: NodeId,
    base: String,
    class: PiiClass,
}

/// A part: where it stands, its text without quotes, and whether it had some.
#[derive(Clone, Copy)]
struct Part<'t> {
    start: usize,
    text: &'t str,
    quoted: bool,
}

impl<'t> Part<'t> {
    /// The scalar at `at`, and where it ends; none for what is empty, long, or no plain word.
    fn at(text: &'t str, at: usize) -> Option<(Self, usize)> {
        let bytes = text.as_bytes();
        let quoted = bytes.get(at) == Some(&b'"');
        let start = at + usize::from(quoted);
        let len = bytes.get(start..)?.iter().take(NAME_PART_MAX + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let end = start + len;
        let sound = (1..=NAME_PART_MAX).contains(&len) && if quoted { bytes.get(end) == Some(&b'"') } else { bytes[start].is_ascii_digit() };
        sound.then(|| (Self { start, text: cut(text, start, end), quoted }, end + usize::from(quoted)))
    }

    fn is_number(&self) -> bool {
        self.text.len() <= NUMBER_PART_MAX && self.text.bytes().any(|byte| byte.is_ascii_digit())
    }
}

impl Worker<'_> {
    /// Handles the list whose first item is at `at` when its items are the parts of one value; returns where it ends.
    pub(crate) fn split_list(&mut self, text: &str, at: usize, list: Place, item: NodeId, target: Target) -> Option<usize> {
        if matches!(list.rule, Rule::Untouched | Rule::Keep | Rule::Class(PiiClass::Secret)) {
            return None;
        }
        let (first, mut end) = Part::at(text, at)?;
        let bytes = text.as_bytes();
        let (mut parts, mut count) = ([first; PARTS_MAX], 1);
        loop {
            let next = json::blanks(bytes, end);
            match bytes.get(next)? {
                b']' if count > 1 => {
                    end = next + 1;
                    break;
                }
                b',' if count < PARTS_MAX => {
                    (parts[count], end) = Part::at(text, json::blanks(bytes, next + 1))?;
                    count += 1;
                }
                _ => return None,
            }
        }
        let (class, joined) = self.joined_items(&parts[..count], list)?;
        let place = Place { node: item, ..list };
        self.first_part(parts[0], class, &joined, place, target)?;
        for part in &parts[1..count] {
            self.later_part(*part, class, place, target);
        }
        Some(end)
    }

    /// The one value that the items of a list are together.
    fn joined_items(&self, parts: &[Part<'_>], list: Place) -> Option<(PiiClass, String)> {
        let class = class_of_rule(list.rule);
        let plural = self.paths.decision(list.node).name.ends_with('s');
        if class == Some(PiiClass::Name)
            && !plural
            && parts.len() <= 4
            && parts.iter().all(|part| part.text.bytes().all(|byte| byte.is_ascii_alphabetic()))
        {
            return Some((PiiClass::Name, parts.iter().map(|part| part.text).collect::<Vec<_>>().join(" ")));
        }
        if !parts.iter().all(|part| part.is_number() || class_of_rule(list.rule) == Some(PiiClass::Iban)) {
            return None;
        }
        let joined: String = parts.iter().map(|part| part.text).collect();
        // Bare numbers may be any: only where the name speaks of cards or accounts are they one.
        let cued = class.is_some() || self.paths.node(list.node).cues.any(Cues::CARD.with(Cues::ACCOUNT));
        if let Some(found) = class_of_whole(&joined).filter(|_| cued || parts.iter().all(|part| part.quoted)) {
            return Some((found, joined));
        }
        let short = parts.iter().all(|part| part.text.len() <= UNCHECKED_PART_MAX);
        let class = class.filter(|class| matches!(class, PiiClass::Account | PiiClass::Phone | PiiClass::Ssn | PiiClass::NationalId))?;
        (short && !plural && joined.len() >= UNCHECKED_MIN).then_some((class, joined))
    }

    /// Handles the value at `at` of a field whose name is that of a part, when the parts are one value; returns where it ends.
    pub(crate) fn split_field(&mut self, text: &str, at: usize, parent: NodeId, place: Place, target: Target) -> Option<usize> {
        if matches!(place.rule, Rule::Untouched | Rule::Class(PiiClass::Secret)) {
            return None;
        }
        let (part, end) = Part::at(text, at).filter(|(part, _)| part.is_number())?;
        let (base, number) = part_of(&self.paths.decision(place.node).name).map(|(base, number)| (base.to_owned(), number))?;
        if number > 1 {
            let class = self.split.as_ref().filter(|split| split.parent == parent && split.base == base)?.class;
            self.later_part(part, class, place, target);
            return Some(end);
        }
        self.split = None;
        let mut joined = part.text.to_owned();
        let mut next = 2;
        self.siblings(text, at, |_, name, value| {
            let (other, at) = part_of(name)?;
            let text = value.trim_matches('"');
            if other != base || at != next || text.len() > NUMBER_PART_MAX || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return None;
            }
            joined.push_str(text);
            next += 1;
            None::<()>
        });
        let class = class_of_whole(&joined).filter(|_| next > 2)?;
        self.first_part(part, class, &joined, place, target)?;
        self.split = Some(Split { parent, base, class });
        Some(end)
    }

    /// Puts the token of the whole value where its first part stands; none when the policy keeps it, or values are only gathered.
    fn first_part(&mut self, part: Part<'_>, class: PiiClass, joined: &str, place: Place, target: Target) -> Option<()> {
        if let Rule::Own(Some(_), number) = place.rule {
            self.own = Some(self.engine.fields.own_operator(number));
        }
        let made = self.make_value(class, joined);
        self.own = None;
        self.put_part(part, made?, place, target);
        Some(())
    }

    fn later_part(&mut self, part: Part<'_>, class: PiiClass, place: Place, target: Target) {
        let from = self.hits.made.len();
        push_dropped(class, &mut self.hits.made);
        self.put_part(part, (from, self.hits.made.len()), place, target);
    }

    fn put_part(&mut self, part: Part<'_>, made: (usize, usize), place: Place, target: Target) {
        match target {
            Target::Fields => {
                let from = self.shape.text.len();
                self.shape.text.push_str(cut(&self.hits.made, made.0, made.1));
                let to = self.shape.text.len();
                self.field(place, Value::Text(from, to));
            }
            Target::Hits { base, .. } => {
                let made = if part.quoted { made } else { self.in_quotes(made) };
                self.hits.push(base, Hit { start: part.start, end: part.start + part.text.len(), made });
            }
        }
    }
}

fn class_of_rule(rule: Rule) -> Option<PiiClass> {
    match rule {
        Rule::Class(class) | Rule::Own(Some(class), _) => Some(class),
        _ => None,
    }
}
