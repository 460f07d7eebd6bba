//! Choosing by number.

/// What the bits of a number pick out of some.
pub(crate) fn pick<T, I>(from: &[T], set: usize, id: impl Fn(&T) -> I) -> Vec<I> {
    from.iter()
        .enumerate()
        .filter(|(at, _)| set & (1 << at) != 0)
        .map(|(_, one)| id(one))
        .collect()
}
