//! Amounts by edges that are nice to say: two significant digits.

/// Bins: below the least edge, then from each edge to the next.
pub(super) const BINS: usize = 1 + 90 * DECADES;
/// Edges lie from 1.00 to 10^9 currency units.
const DECADES: usize = 9;
/// Least edge, hundredths.
const FIRST: i64 = 100;

/// The bin of an amount in hundredths; amounts below one unit and negative ones are in bin 0.
pub(super) fn bin_of(minor: i64) -> usize {
    if minor < FIRST {
        return 0;
    }
    let (mut unit, mut decade) = (FIRST / 10, 0);
    while minor / unit >= 100 && decade + 1 < DECADES {
        unit *= 10;
        decade += 1;
    }
    1 + decade * 90 + ((minor / unit).min(99) as usize - 10)
}

/// The least amount of a bin, hundredths.
pub(super) fn edge_of(bin: usize) -> i64 {
    let Some(place) = bin.checked_sub(1) else { return i64::MIN };
    let unit = (0..place / 90).fold(FIRST / 10, |unit, _| unit * 10);
    unit * (10 + (place % 90) as i64)
}

/// How nice an edge is to say: fewer digits are nicer. Edges of rank 0 are looked at first.
pub(super) fn is_round(bin: usize) -> bool {
    bin != 0 && matches!((bin - 1) % 90 + 10, 10 | 12 | 15 | 20 | 25 | 30 | 40 | 50 | 60 | 75 | 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_begin_at_their_edges() {
        for bin in 1..BINS {
            assert_eq!(bin_of(edge_of(bin)), bin);
            assert_eq!(bin_of(edge_of(bin) - 1), bin - 1);
        }
        assert_eq!((bin_of(-5), bin_of(i64::MAX), edge_of(1)), (0, BINS - 1, 100));
    }
}
