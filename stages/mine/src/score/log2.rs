//! A logarithm that is the same on every machine.

/// Binary logarithm of a positive number by additions, multiplications and divisions alone, which every machine rounds alike;
/// the system's may differ between processors in the last bit.
pub(crate) fn log2(x: f64) -> f64 {
    let bits = x.max(f64::MIN_POSITIVE).to_bits();
    let exponent = ((bits >> 52) as i64 - 1_023) as f64;
    let mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1_023 << 52);
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let mut sum = 0.0;
    for term in (0..18).rev() {
        sum = sum * square + 1.0 / f64::from(2 * term + 1);
    }
    exponent + 2.0 * ratio * sum * std::f64::consts::LOG2_E
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_right() {
        for x in [1.0, 0.5, 0.1, 1e-9, 0.999_999, 3.0, 1e-300, 0.717] {
            assert!((log2(x) - x.log2()).abs() <= 1e-12 * x.log2().abs().max(1.0), "{x}");
        }
    }
}
