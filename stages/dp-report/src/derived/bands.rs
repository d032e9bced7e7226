//! Failure sequences by support band: how many failing calls, each with its attempt, so many customers met. Computed from released counts.

use crate::release::Released;

/// Lower edges of the bands, public and chosen from no data; below the first is one more band.
const EDGES: [i64; 4] = [100, 1_000, 10_000, 100_000];

/// A band.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Band {
    /// Customers from; none: below the first edge.
    pub(crate) from: Option<i64>,
    /// Customers to below; none: no end.
    pub(crate) below: Option<i64>,
    /// Released failure sequences whose count lies in it.
    pub(crate) sequences: u64,
    /// Those of them whose 95 % interval reaches into another band.
    pub(crate) may_be_in_another: u64,
}

pub(super) fn bands(part: &Released) -> Vec<Band> {
    let place = |value: i64| EDGES.partition_point(|&edge| edge <= value);
    let mut bands: Vec<Band> = (0..=EDGES.len())
        .map(|band| Band {
            from: band.checked_sub(1).map(|before| EDGES[before]),
            below: EDGES.get(band).copied(),
            sequences: 0,
            may_be_in_another: 0,
        })
        .collect();
    for number in &part.numbers {
        let band = &mut bands[place(number.value)];
        band.sequences += 1;
        band.may_be_in_another += u64::from(place(number.low) != place(number.high));
    }
    bands
}
