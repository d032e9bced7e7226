//! Dividing a budget among metrics, to the last unit.

/// Parts of `total` in the ratio of `weights`, rounded down; what is left goes to the first part that has a weight.
#[must_use]
pub fn split(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    let part = |weight: u64| (u128::from(total) * u128::from(weight)).checked_div(sum).and_then(|part| u64::try_from(part).ok()).unwrap_or(0);
    let mut parts: Vec<u64> = weights.iter().map(|&weight| part(weight)).collect();
    let left = total - parts.iter().sum::<u64>();
    if let Some(first) = weights.iter().position(|&weight| weight > 0) {
        parts[first] += left;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::split;

    #[track_caller]
    fn check(total: u64, weights: &[u64], expected: &[u64]) {
        assert_eq!(split(total, weights), expected);
        assert_eq!(split(total, weights).iter().sum::<u64>(), total);
    }

    #[test]
    fn parts_add_up_exactly() {
        check(10, &[4, 2, 3, 1], &[4, 2, 3, 1]);
        check(13, &[4, 2, 3, 1], &[7, 2, 3, 1]);
        check(7, &[0, 1, 1], &[0, 4, 3]);
        check(u64::MAX, &[1, 1], &[u64::MAX / 2 + 1, u64::MAX / 2]);
        check(0, &[1, 2], &[0, 0]);
    }
}
