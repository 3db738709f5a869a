//! What the golden tests share.

/// `count` numbers in [0, 1): the same as `uniform` of tests/golden/common.py.
pub(crate) fn uniform(seed: u64, count: usize) -> Vec<f64> {
    let numbers = (1..=count as u64).map(|step| {
        let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(step));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 * 2.0_f64.powi(-53)
    });
    numbers.collect()
}

/// Whether two scores agree to 1e-12 of the larger (or absolutely, near zero).
pub(crate) fn agree(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-12 * ours.abs().max(theirs.abs()).max(1e-3)
}
