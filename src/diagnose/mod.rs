//! From a refused request and the keys to the mistake that its sender made.
//!
//! A signature is reproduced: the canonical string is built again with the mistakes that are seen in
//! the field, one, two or three at a time, until one of them gives the signature that was sent. A
//! match is proof, since nobody finds 160 bits by chance.

mod mutations;
mod search;

use alloc::string::String;
use alloc::vec::Vec;

use crate::Credentials;
use crate::verify::{Received, Refusal};
use mutations::Tables;
use search::{Search, Target};

/// What the sender meant to send.
#[derive(Clone, Debug, Default)]
pub struct Intended {
    /// The parameters, wherever they went.
    pub params: Option<Vec<(String, String)>>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The cause, such as `param-encoding`.
    pub cause: &'static str,
    /// The mistake itself, such as `ENC-PLUS`.
    pub mutation: &'static str,
    /// What was signed there.
    pub signed: String,
    /// What would have been right.
    pub expected: String,
}

/// The canonical string that was signed, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The fewest mistakes that explain the signature, the commonest first; none when it is right.
    pub faults: Vec<Fault>,
    /// The text that was signed.
    pub canonical: String,
    /// The text that should have been signed under the same version.
    pub expected: String,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// `None` when no canonical string that was tried gives the signature.
    pub explanation: Option<Explanation>,
    /// How many canonical strings were tried.
    pub searched: u64,
}

/// Searches for the canonical string behind the signature of a request.
///
/// # Errors
///
/// [`Refusal::MissingCredentials`]: there is no signature to be explained.
pub fn explain(
    request: &Received<'_>,
    credentials: &Credentials,
    intended: &Intended,
) -> Result<Findings, Refusal> {
    let (_, signature) = request.credentials_bytes()?;
    let Some(target) = Target::read(&signature) else {
        return Ok(Findings { explanation: None, searched: 0 });
    };
    let bases = Tables::all(request, credentials, intended, &target);
    Ok(Search::new(&bases, &target).run())
}
