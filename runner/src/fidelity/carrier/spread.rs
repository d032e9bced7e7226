//! Values in several places of one record.

use super::{Ask, Line, quoted};
use crate::fidelity::value::{Proof, Split};

/// A piece counts where it is a piece of the value and not a chance number.
const PIECE_CHARS_MIN: usize = 4;

fn of_pieces(pieces: &[&str]) -> Option<Proof> {
    let telling: Vec<&str> = pieces.iter().copied().filter(|piece| piece.chars().count() >= PIECE_CHARS_MIN).collect();
    (!telling.is_empty()).then(|| Proof::whole(telling))
}

pub(super) fn array(ask: &mut Ask<'_>) -> Option<Line> {
    let (pieces, proof) = match &ask.value.split {
        Split::Halves(first, second) if ask.value.groups.len() > 3 && ask.prng.once_in(2) => {
            let groups = ask.value.groups.clone();
            let _ = (first, second);
            // The middle is what a mask would hide.
            let middle = vec![groups[1].to_lowercase(), groups[2].to_lowercase()];
            (groups, Proof::All(middle))
        }
        Split::Halves(first, second) => (vec![first.clone(), second.clone()], of_pieces(&[first, second])?),
        Split::Fields(fields) if ask.class.id == "name" => (fields.iter().map(|(_, text)| text.clone()).collect(), ask.value.proof.clone()),
        _ => return None,
    };
    let items = pieces.iter().map(|piece| quoted(piece)).collect::<Vec<_>>().join(",");
    let key = ask.key;
    let members = match ask.prng.below(2) {
        0 => format!("\"{key}\":[{items}]"),
        _ => format!("\"{key}_parts\":[{items}]"),
    };
    Some(Line { proof: Some(proof), ..ask.json_line(&members, &items) })
}

pub(super) fn fields(ask: &mut Ask<'_>) -> Option<Line> {
    let key = ask.key;
    let (fields, proof): (Vec<(String, String)>, Proof) = match &ask.value.split {
        Split::Never => return None,
        Split::Halves(first, second) => {
            let (high, low) = ask.prng.one(&[("hi", "lo"), ("high", "low"), ("part1", "part2")]);
            (vec![(format!("{key}_{high}"), first.clone()), (format!("{key}_{low}"), second.clone())], of_pieces(&[first, second])?)
        }
        Split::Fields(fields) => {
            let proof = if matches!(ask.class.id, "birth-date" | "card-expiry") {
                Proof::All(fields.iter().map(|(_, text)| text.clone()).collect())
            } else {
                ask.value.proof.clone()
            };
            (fields.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect(), proof)
        }
    };
    let numbers = ask.prng.once_in(2);
    let written: Vec<String> = fields
        .iter()
        .map(|(name, text)| {
            let number = numbers && crate::fidelity::value::Value::plain(text.as_str()).number().is_some();
            format!("\"{name}\":{}", if number { text.clone() } else { quoted(text) })
        })
        .collect();
    let members = written.join(",");
    Some(Line { proof: Some(proof), ..ask.json_line(&members, &members) })
}
