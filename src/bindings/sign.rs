//! The calls of `duo-sign`.

use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroize as _;

use super::items::Reader;
use super::results::{Results, address};
use crate::error::Error;
use crate::request::Body;
use crate::signer::Signer;

/// All that one instance of the module holds.
///
/// A call: JavaScript asks for room for its arguments ([`Core::reserve`]), writes them there, and
/// says how many bytes are text, and how many after it are bytes of bodies. No JavaScript runs until
/// the call returns the address of its results, as the module `results` lays them out.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Core {
    pub(super) input: Vec<u8>,
    pub(super) results: Results,
    signers: Slots<Signer>,
    #[cfg(feature = "wasm-diagnose")]
    pub(super) diagnosers: Slots<crate::diagnose::Diagnoser>,
}

#[wasm_bindgen]
impl Core {
    /// One for each instance of the module.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "JavaScript has no use for a default")]
    #[must_use]
    pub fn new() -> Self {
        Self {
            input: Vec::new(),
            results: Results::new(),
            signers: Slots::default(),
            #[cfg(feature = "wasm-diagnose")]
            diagnosers: Slots::default(),
        }
    }

    /// Makes room for so many bytes of arguments; returns its address, which holds until room is
    /// made again.
    pub fn reserve(&mut self, length: usize) -> u32 {
        if length < self.input.len() {
            self.input = Vec::new();
        }
        self.input.resize(length, 0);
        address(self.input.as_ptr())
    }

    /// Takes the items ikey and skey; the result is the number of the signer.
    pub fn new_signer(&mut self, text: usize, bytes: usize) -> u32 {
        let Self { input, results, signers, .. } = self;
        let address = results.of(&mut |results| {
            let credentials = Reader::new(input, text, bytes).credentials()?;
            results.number = signers.put(Signer::new(&credentials));
            Ok(())
        });
        self.wipe(text);
        address
    }

    /// Wipes a signer.
    pub fn free_signer(&mut self, signer: u32) {
        self.signers.take(signer);
    }

    /// Takes the items method, host, path, params, date and options; the results are those of
    /// `Results::push_signed`.
    pub fn sign(&mut self, text: usize, bytes: usize, signer: u32) -> u32 {
        let Self { input, results, signers, .. } = self;
        results.of(&mut |results| {
            let request = Reader::new(input, text, bytes).request()?;
            let signed = signers.get(signer)?.sign(&request)?;
            let body_is_given = matches!(request.body, Some(Body::Raw(_)));
            results.push_signed(&signed, body_is_given);
            Ok(())
        })
    }

    /// Takes the items of a request; the result is the canonical string.
    pub fn canonicalize(&mut self, text: usize, bytes: usize) -> u32 {
        let Self { input, results, .. } = self;
        results.of(&mut |results| {
            let request = Reader::new(input, text, bytes).request()?;
            results.push(&request.canonicalize()?);
            Ok(())
        })
    }

    /// Takes the items of a request; the results are label, value and note of each line.
    pub fn explain(&mut self, text: usize, bytes: usize) -> u32 {
        let Self { input, results, .. } = self;
        results.of(&mut |results| {
            for line in Reader::new(input, text, bytes).request()?.explain()? {
                for text in [line.label, &line.value, line.note] {
                    results.push(text);
                }
            }
            Ok(())
        })
    }

    /// Wipes arguments that held a key.
    pub(super) fn wipe(&mut self, text: usize) {
        self.input.get_mut(..text).unwrap_or_default().zeroize();
    }
}

/// Values that JavaScript knows by their numbers.
#[derive(Debug)]
pub(super) struct Slots<T> {
    values: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { values: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    pub(super) fn put(&mut self, value: T) -> u32 {
        if let Some(number) = self.free.pop() {
            if let Some(slot) = self.values.get_mut(number as usize) {
                *slot = Some(value);
            }
            return number;
        }
        self.values.push(Some(value));
        u32::try_from(self.values.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn get(&mut self, number: u32) -> Result<&mut T, Error> {
        let slot = self.values.get_mut(number as usize);
        slot.and_then(Option::as_mut).ok_or(Error::Disposed)
    }

    pub(super) fn take(&mut self, number: u32) -> Option<T> {
        let value = self.values.get_mut(number as usize)?.take()?;
        self.free.push(number);
        Some(value)
    }
}
