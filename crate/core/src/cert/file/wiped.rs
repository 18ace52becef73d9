//! Lists of what may be a key: wiped where they are given back, and what they grow out of as well.

use std::ops::{Deref, DerefMut};

use zeroize::{Zeroize, Zeroizing};

/// A list that leaves nothing of its elements in memory.
#[derive(Clone)]
pub(in crate::cert::file) struct Wiped<T: Zeroize + Copy>(Zeroizing<Vec<T>>);

impl<T: Zeroize + Copy> Wiped<T> {
    pub(in crate::cert::file) fn with_capacity(count: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(count)))
    }

    pub(in crate::cert::file) fn push(&mut self, element: T) {
        self.reserve(1);
        self.0.push(element);
    }

    pub(in crate::cert::file) fn extend_from_slice(&mut self, elements: &[T]) {
        self.reserve(elements.len());
        self.0.extend_from_slice(elements);
    }

    /// Room for so many more; a list of the standard library would leave a copy behind.
    fn reserve(&mut self, more: usize) {
        let needed = self.0.len().saturating_add(more);
        if needed > self.0.capacity() {
            let room = needed.max(self.0.capacity().saturating_mul(2)).max(16);
            let mut larger = Zeroizing::new(Vec::with_capacity(room));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
    }
}

impl<T: Zeroize + Copy> Default for Wiped<T> {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl<T: Zeroize + Copy> Deref for Wiped<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Zeroize + Copy> DerefMut for Wiped<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T: Zeroize + Copy> From<&[T]> for Wiped<T> {
    fn from(elements: &[T]) -> Self {
        let mut all = Self::with_capacity(elements.len());
        all.extend_from_slice(elements);
        all
    }
}

impl<T: Zeroize + Copy> From<Zeroizing<Vec<T>>> for Wiped<T> {
    fn from(elements: Zeroizing<Vec<T>>) -> Self {
        Self(elements)
    }
}

impl<T: Zeroize + Copy> Extend<T> for Wiped<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        let elements = elements.into_iter();
        self.reserve(elements.size_hint().0);
        elements.for_each(|element| self.push(element));
    }
}

impl<T: Zeroize + Copy> FromIterator<T> for Wiped<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut all = Self::default();
        all.extend(elements);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_list() {
        let mut list: Wiped<u8> = (0..100).collect();
        list.extend_from_slice(&[100, 101]);
        list.extend([102].into_iter().filter(|_| true));
        assert!(list.iter().copied().eq(0..103));
        assert_eq!(Wiped::from(&list[1..3]).to_vec(), [1, 2]);
    }
}
