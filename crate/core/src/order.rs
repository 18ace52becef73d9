//! Putting lists in order, by one sort for all of them, and sets and maps without any.
//!
//! The standard library's sort is compiled anew for each type, into five kilobytes of WebAssembly each time. Here numbers are
//! sorted, and what they stand for is moved once.

use std::cmp::Ordering;

/// Sorts by a key, as [`slice::sort_by_key`] does: among equals the order stays.
pub(crate) fn by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts by a comparison, as [`slice::sort_by`] does.
pub(crate) fn by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order = sorted(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    for start in 0..items.len() {
        let mut at = start;
        // Along the circle that begins here: what belongs there is put into each place.
        while let Some(from) = order.get_mut(at).map(|from| std::mem::replace(from, at))
            && from != start
            && from != at
        {
            items.swap(at, from);
            at = from;
        }
    }
}

/// Sets and maps, item by item. `collect` sorts them before, by a sort of its own for each type.
pub(crate) fn gathered<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut gathered = C::default();
    gathered.extend(items);
    gathered
}

/// Which item comes when.
fn sorted(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Stable, whatever is to be sorted.
        #[test]
        fn it_is_as_the_standard_library_has_it(keys in proptest::collection::vec(0..12_u8, 0..60)) {
            let mut ours: Vec<(u8, usize)> = keys.iter().copied().zip(0..).collect();
            let mut theirs = ours.clone();
            by_key(&mut ours, |(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(ours, theirs);
        }
    }
}
