//! What names stand for.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// Values by their names, as programs and shells set them. One map for all kinds of values, since each
/// kind of map is code of its own.
#[derive(Clone, Debug)]
pub(super) struct Names<V> {
    places: BTreeMap<String, usize>,
    values: Vec<V>,
}

impl<V> Default for Names<V> {
    fn default() -> Self {
        Self { places: BTreeMap::new(), values: Vec::new() }
    }
}

impl<V> Names<V> {
    pub(super) fn get(&self, name: &str) -> Option<&V> {
        self.values.get(*self.places.get(name)?)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.values.get_mut(*self.places.get(name)?)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.iter_mut()
    }

    pub(super) fn insert(&mut self, name: &str, value: V) {
        if let Some(place) = self.get_mut(name) {
            *place = value;
        } else {
            self.places.insert(name.into(), self.values.len());
            self.values.push(value);
        }
    }
}
