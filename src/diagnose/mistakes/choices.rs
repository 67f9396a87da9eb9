//! Texts that may have been signed, the right one first.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::list::Mistake;

/// A text that may have been signed.
pub(super) struct Choice<T> {
    pub(super) mistake: Option<Mistake>,
    pub(super) value: T,
    /// Among how many mistakes it is mostly tried: rare and numerous ones soonest among few.
    pub(super) most: usize,
}

pub(super) const EVERYWHERE: usize = 4;
/// Beside others after those.
pub(super) const LATER: usize = 3;
pub(super) const IN_PAIRS: usize = 2;
pub(super) const ALONE: usize = 1;

/// Different texts, the right one first, then those that are tried everywhere.
pub(super) struct List<T> {
    pub(super) choices: Vec<Choice<T>>,
}

impl<T> List<T> {
    pub(super) fn new(right: T) -> Self {
        Self { choices: vec![Choice { mistake: None, value: right, most: EVERYWHERE }] }
    }

    /// Adds a text, behind those that are tried among more mistakes.
    #[inline(never)]
    pub(super) fn push(&mut self, mistake: Mistake, value: T, most: usize) {
        let end = self.choices.iter().rposition(|choice| choice.most >= most);
        self.choices
            .insert(end.map_or(0, |end| end + 1), Choice { mistake: Some(mistake), value, most });
    }

    pub(super) fn get(&self, i: usize) -> Option<&T> {
        self.choices.get(i).map(|choice| &choice.value)
    }

    /// The indices of the wrong texts, apart by among how many mistakes they are tried.
    pub(super) fn tiers(&self) -> Vec<Range<usize>> {
        let end = |most| self.choices.partition_point(|choice| choice.most >= most);
        (ALONE..=EVERYWHERE).map(|most| end(most + 1).max(1)..end(most)).collect()
    }

    pub(super) fn mistake(&self, i: usize) -> Option<Mistake> {
        self.choices.get(i)?.mistake
    }
}

impl<T: PartialEq> List<T> {
    /// Adds a text that is not there yet.
    #[inline(never)]
    pub(super) fn add(&mut self, mistake: Mistake, value: T, most: usize) {
        if !self.choices.iter().any(|choice| choice.value == value) {
            self.push(mistake, value, most);
        }
    }
}
