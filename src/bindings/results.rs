//! The results of a call: texts that JavaScript reads straight from the memory of the module.
//!
//! A call returns the address of numbers of four bytes each:
//!
//! | number | meaning |
//! |---|---|
//! | 0 | 1 for an error, whose texts are code, field and message; else 0 |
//! | 1 | the address of the texts, which follow each other in UTF-8 |
//! | 2 | their length in bytes |
//! | 3 | how many there are |
//! | 4 | a result that is a number |
//! | 5 … | where each text ends, in bytes from the start of the first |

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::error::Error;
use crate::request::SignedRequest;

#[derive(Debug)]
pub(super) struct Results {
    /// A result that is a number.
    pub(super) number: u32,
    texts: String,
    numbers: Vec<u32>,
}

const HEAD: usize = 5;

impl Results {
    pub(super) fn new() -> Self {
        Self { number: 0, texts: String::new(), numbers: vec![0; HEAD] }
    }

    /// Runs a call, which pushes its results; returns their address.
    pub(super) fn of(&mut self, call: &mut dyn FnMut(&mut Self) -> Result<(), Error>) -> u32 {
        self.clear();
        let outcome = call(self);
        if let Err(error) = &outcome {
            self.clear();
            for text in [error.code(), error.field(), &error.message()] {
                self.push(text);
            }
        }
        let head = [
            u32::from(outcome.is_err()),
            address(self.texts.as_ptr()),
            narrow(self.texts.len()),
            narrow(self.numbers.len() - HEAD),
            self.number,
        ];
        for (place, value) in self.numbers.iter_mut().zip(head) {
            *place = value;
        }
        address(self.numbers.as_ptr())
    }

    fn clear(&mut self) {
        self.texts.clear();
        self.numbers.truncate(HEAD);
    }

    pub(super) fn push(&mut self, text: &str) {
        self.texts.push_str(text);
        self.numbers.push(narrow(self.texts.len()));
    }

    /// Method, URL, canonical string, the body, the name of the date's header, its value, that of
    /// `Authorization`, then names and values of the other headers. The number says where the body
    /// is: nowhere, in the text, or in the options, where it was given.
    pub(super) fn push_signed(&mut self, signed: &SignedRequest<'_>, body_is_given: bool) {
        let body = signed.body.as_deref().filter(|_| !body_is_given);
        let body = body.and_then(|body| core::str::from_utf8(body).ok());
        self.number = match (&signed.body, body) {
            (None, _) => 0,
            (_, Some(_)) => 1,
            (_, None) => 2,
        };
        for text in [&*signed.method, &signed.url, &signed.canonical, body.unwrap_or_default()] {
            self.push(text);
        }
        for (name, value) in &signed.headers {
            if name != "Authorization" {
                self.push(name);
            }
            self.push(value);
        }
    }
}

pub(super) fn address<T>(pointer: *const T) -> u32 {
    narrow(pointer.expose_provenance())
}

/// The memory of the module is addressed by 32 bits.
fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
