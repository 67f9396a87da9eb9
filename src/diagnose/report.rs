//! What a diagnosis says.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::mistakes::list::Mistake;
use crate::canonical::SignatureVersion;
use crate::error::Error;
use crate::request::SignedRequest;
use crate::verify::Refusal;

/// How a diagnosis ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The signature is right for the request as it is described.
    Valid,
    /// The mutation is found.
    Explained,
    /// No known mutation, with this key, gives the signature.
    Unexplained,
}

impl Outcome {
    /// `valid`, `explained` or `unexplained`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Explained => "explained",
            Self::Unexplained => "unexplained",
        }
    }
}

/// One mistake, or one that is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// The cause, such as `param-encoding`.
    pub id: &'static str,
    /// The mistake itself, such as `ENC-PLUS`; empty where there is but one.
    pub mutation: &'static str,
    /// What happened.
    pub summary: String,
    /// What to do about it.
    pub fix: String,
    /// What was signed there; empty where there is no such text.
    pub signed: String,
    /// What would have been right; empty where there is no such text.
    pub expected: String,
    /// Whether it is certain.
    pub proven: bool,
}

impl Cause {
    pub(in crate::diagnose) fn new(
        id: &'static str,
        summary: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            id,
            mutation: "",
            summary: summary.into(),
            fix: fix.into(),
            signed: String::new(),
            expected: String::new(),
            proven: true,
        }
    }

    pub(in crate::diagnose) fn possible(
        id: &'static str,
        summary: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { proven: false, ..Self::new(id, summary, fix) }
    }

    pub(in crate::diagnose) fn with(self, mistake: Mistake) -> Self {
        Self { mutation: mistake.row().id, ..self }
    }
}

/// What a right request would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// The canonical string.
    pub canonical: String,
    /// The `Authorization` header.
    pub authorization: String,
    /// The signature version.
    pub version: SignatureVersion,
}

/// What the sender signed, reproduced.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// The canonical string.
    pub canonical: String,
    /// The signature as it was sent.
    pub signature: String,
}

/// Why a refused request has no corrected one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Uncorrected {
    /// The request names no host.
    NoHost,
    /// [`Context::today`](super::Context::today) is not given.
    NoClock,
    /// The request cannot be signed.
    Unsignable(Error),
    /// The request contains the secret key.
    SecretKey,
    /// The body is not text, and the caller takes only text.
    BinaryBody,
}

impl Uncorrected {
    /// `no-host`, `no-clock`, `unsignable`, `secret-key` or `binary-body`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoHost => "no-host",
            Self::NoClock => "no-clock",
            Self::Unsignable(_) => "unsignable",
            Self::SecretKey => "secret-key",
            Self::BinaryBody => "binary-body",
        }
    }
}

impl fmt::Display for Uncorrected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoHost => "The request names no host: add its Host header.",
            Self::NoClock => "The current time is unknown.",
            Self::Unsignable(error) => return write!(f, "The request cannot be signed: {error}."),
            Self::SecretKey => {
                "The request contains the secret key. Remove it and create a new key: \
                 logs may have the old one."
            }
            Self::BinaryBody => "The body is binary, which a diagnosis cannot return as text.",
        })
    }
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// How it ends.
    pub outcome: Outcome,
    /// What Duo answers to this request; `None` when it takes it.
    pub refusal: Option<Refusal>,
    /// One sentence.
    pub summary: String,
    /// The mistakes, the commonest first.
    pub causes: Vec<Cause>,
    /// `None` for a request without a date, when it is not known when it was made.
    pub expected: Option<Expected>,
    /// `None` when it could not be reproduced.
    pub signed: Option<Signed>,
    /// The request as Duo accepts it, signed again; `None` when it is valid already, or for the reason
    /// in `uncorrected`.
    pub corrected: Option<SignedRequest<'static>>,
    /// Why a refused request has no `corrected` one.
    pub uncorrected: Option<Uncorrected>,
    /// Where [`Signed::canonical`] and [`Expected::canonical`] first differ: the line and the
    /// character in it, both from 1.
    pub difference: Option<(usize, usize)>,
    /// How many canonical strings were tried.
    pub searched: u64,
    /// What else to know.
    pub notes: Vec<String>,
}

impl Diagnosis {
    /// Takes the secret key out, should the request have it somewhere.
    pub(in crate::diagnose) fn redact(&mut self, key: &str) {
        let Self { summary, causes, expected, signed, notes, corrected, uncorrected, .. } = self;
        let has_key = corrected.as_ref().is_some_and(|it| contains(it, key))
            || uncorrected.as_ref().is_some_and(|it| it.to_string().contains(key));
        if has_key {
            *corrected = None;
            *uncorrected = Some(Uncorrected::SecretKey);
        }
        let of_causes = causes.iter_mut().flat_map(|cause| {
            [&mut cause.summary, &mut cause.fix, &mut cause.signed, &mut cause.expected]
        });
        let canonical = [
            expected.as_mut().map(|expected| &mut expected.canonical),
            signed.as_mut().map(|signed| &mut signed.canonical),
        ];
        let texts = of_causes.chain(canonical.into_iter().flatten()).chain(notes);
        for text in texts.chain([summary]).filter(|text| text.contains(key)) {
            *text = text.replace(key, "[secret key]");
        }
    }
}

/// Whether the key is anywhere in the request, readable as it is.
fn contains(request: &SignedRequest<'_>, key: &str) -> bool {
    let body = request.body.as_deref().unwrap_or_default();
    request.url.contains(key)
        || request.canonical.contains(key)
        || request.headers.iter().any(|(_, value)| value.contains(key))
        || body.windows(key.len().max(1)).any(|part| part == key.as_bytes())
}
