//! Which clauses hold for the same steps as one before them, or for what one before them leaves of another: how many steps they share with a
//! condition follows from how many those do, without a look at the bits. On a day of a bank that is so for more than half of all clauses.

use stage_runtime::StepError;

use super::atoms::Atom;
use super::clause::Clause;
use super::columns::{Columns, Window};
use crate::hash::FixedMap;

/// From what the steps of a clause are known. The numbers are those of clauses before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// From its bits alone.
    Bits,
    /// It holds for the same steps as this one.
    Like(usize),
    /// It holds for those of the first that are none of the second, which has no others.
    Rest(usize, usize),
}

/// The sources of all clauses, in their order.
///
/// # Errors
/// When the scratch file cannot be read.
pub(super) fn sources(atoms: &[Atom], columns: &Columns<'_>) -> Result<Vec<Source>, StepError> {
    let numbers: FixedMap<Clause, usize> = atoms.iter().enumerate().map(|(number, (clause, _))| (*clause, number)).collect();
    let mut by_count: FixedMap<(u32, u32), Vec<usize>> = FixedMap::default();
    let (mut own, mut others) = (Window::of_one(), Window::of_one());
    let mut sources = Vec::with_capacity(atoms.len());
    for (number, (clause, column)) in atoms.iter().enumerate() {
        let known = by_count.entry((column.failing, column.fine)).or_default();
        let mut like = None;
        for other in known.iter() {
            if own.bits(columns, *column)? == others.bits(columns, atoms[*other].1)? {
                like = Some(*other);
                break;
            }
        }
        sources.push(match like {
            Some(other) => Source::Like(other),
            None => {
                known.push(number);
                rest_of(*clause, &numbers)
                    .filter(|rest| is_before(*rest, number, atoms))
                    .map_or(Source::Bits, |(whole, part)| Source::Rest(whole, part))
            }
        });
    }
    Ok(sources)
}

/// The clauses of which this one is the rest, where both are among those that are searched.
fn rest_of(clause: Clause, numbers: &FixedMap<Clause, usize>) -> Option<(usize, usize)> {
    let (whole, part) = match clause {
        Clause::NotWithin { name, seconds } => (Clause::After(name), Clause::Within { name, seconds }),
        Clause::Hour { from, to } => {
            let hour = |hour: u8| hour % 24;
            let before = hour(from + 23);
            (Clause::Hour { from: before, to }, Clause::Hour { from: before, to: from })
        }
        _ => return None,
    };
    Some((*numbers.get(&whole)?, *numbers.get(&part)?))
}

/// Whether both come before the clause and all of their steps are accounted for: a step may come after another without a time between them.
fn is_before((whole, part): (usize, usize), number: usize, atoms: &[Atom]) -> bool {
    let [whole_steps, part_steps, rest] = [whole, part, number].map(|number| (atoms[number].1.failing, atoms[number].1.fine));
    whole < number && part < number && (part_steps.0 + rest.0, part_steps.1 + rest.1) == whole_steps
}

/// How many steps of one side each clause shares with a condition, as far as it was counted.
pub(super) struct Shared(Vec<u32>);

/// Not counted.
const UNKNOWN: u32 = u32::MAX;

impl Shared {
    /// Nothing is counted yet.
    pub(super) fn new(clauses: usize) -> Self {
        Self(vec![UNKNOWN; clauses])
    }

    /// The number of steps, from what is known or else by `count`.
    ///
    /// # Errors
    /// That of `count`.
    pub(super) fn of(&mut self, number: usize, source: Source, count: impl FnOnce() -> Result<u64, StepError>) -> Result<u64, StepError> {
        let known = |number: usize| Some(self.0[number]).filter(|known| *known != UNKNOWN);
        let derived = match source {
            Source::Bits => None,
            Source::Like(other) => known(other),
            Source::Rest(whole, part) => known(whole).zip(known(part)).map(|(whole, part)| whole - part),
        };
        let found = match derived {
            Some(found) => found,
            None => count()? as u32,
        };
        self.0[number] = found;
        Ok(found.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::bits::{Rows, count_both};
    use crate::failures::desk::Desk;

    #[test]
    fn what_follows_from_other_clauses_is_what_their_bits_say() {
        let desk = Desk::new(stage_runtime::testing::scratch());
        let mut columns = Columns::new(64, 128, &desk, 0);
        let rows = |word: u64| Rows { failing: vec![word], fine: vec![word.rotate_left(7), 0] };
        let (after, within) = (0xffff_0000_ff00_ff0f_u64, 0x0ff0_0000_ff00_000f);
        let name = 3;
        // Of the second name a step has no time, so its clauses do not make up all that came after it.
        let clauses = [
            (Clause::After(name), rows(after)),
            (Clause::Within { name, seconds: 1 }, rows(within)),
            (Clause::NotWithin { name, seconds: 1 }, rows(after ^ within)),
            (Clause::Concurrent, rows(after)),
            (Clause::After(4), rows(after ^ 1 << 40)),
            (Clause::Within { name: 4, seconds: 1 }, rows(within ^ 1 << 41)),
            (Clause::NotWithin { name: 4, seconds: 1 }, rows(1 << 50)),
            (Clause::Hour { from: 22, to: 23 }, Rows { failing: vec![1], fine: vec![2, 0] }),
            (Clause::Hour { from: 22, to: 0 }, Rows { failing: vec![9], fine: vec![6, 8] }),
            (Clause::Hour { from: 23, to: 0 }, Rows { failing: vec![8], fine: vec![4, 8] }),
        ];
        let atoms: Vec<Atom> = clauses.iter().map(|(clause, rows)| (*clause, columns.push_rows(rows).unwrap())).collect();
        let sources = sources(&atoms, &columns).unwrap();
        let mut expected = vec![Source::Bits; atoms.len()];
        (expected[2], expected[3], expected[9]) = (Source::Rest(0, 1), Source::Like(0), Source::Rest(8, 7));
        assert_eq!(sources, expected);

        let condition = 0x5a5a_c3c3_0f0f_ff08_u64;
        let (mut shared, mut window) = (Shared::new(atoms.len()), Window::of_one());
        for (number, (_, column)) in atoms.iter().enumerate() {
            let counted = count_both(window.bits(&columns, *column).unwrap().failing, &[condition]);
            let derived = shared.of(number, sources[number], || if sources[number] == Source::Bits { Ok(counted) } else { unreachable!() });
            assert_eq!(derived.unwrap(), counted, "{number}");
        }
        // What was not counted is, however it might be known.
        assert_eq!(Shared::new(atoms.len()).of(3, Source::Like(0), || Ok(7)).unwrap(), 7);
    }
}
