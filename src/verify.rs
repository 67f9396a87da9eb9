//! What Duo's side does with a received request.
//!
//! Duo's servers are not public. This is the model that Duo's own clients imply: the query is
//! decoded and canonicalised again, the path is compared unchanged on the request line, and the
//! body is hashed as it arrives.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq as _;

use crate::canonical::{self, Message, SignatureVersion};
use crate::credentials::Credentials;
use crate::date;
use crate::http::Request;
use crate::params::Params;
use crate::request::{Digest, takes_params_in_body};
use crate::signer::Signer;
use crate::text::{eq_ignore_case, order};

/// The receiver's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Seconds since 1970.
    pub now: i64,
    /// How many seconds a request's date may be off. Duo's own mock server (`duo_unix`) has 300.
    pub skew: i64,
}

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The signature version.
    pub version: SignatureVersion,
    /// The hash of the HMAC.
    pub digest: Digest,
}

/// Why a request is refused, by Duo's codes and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// 40101: no `Authorization` header, two of them, or one that is not Basic with a colon in it.
    MissingCredentials,
    /// 40102: the integration key is a different one.
    InvalidIntegrationKey,
    /// 40103: no signature version gives this signature.
    InvalidSignature,
    /// 40104: no `Date` and no `X-Duo-Date` header, two of one, or one that is no RFC 2822 date.
    MissingTimestamp,
    /// 40105: the date is too far from the receiver's clock.
    BadTimestamp,
}

impl Refusal {
    /// Duo's code.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::MissingCredentials => 40101,
            Self::InvalidIntegrationKey => 40102,
            Self::InvalidSignature => 40103,
            Self::MissingTimestamp => 40104,
            Self::BadTimestamp => 40105,
        }
    }

    /// Duo's message.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::MissingCredentials => "Missing request credentials",
            Self::InvalidIntegrationKey => "Invalid integration key in request credentials",
            Self::InvalidSignature => "Invalid signature in request credentials",
            Self::MissingTimestamp => "Missing request timestamp",
            Self::BadTimestamp => "Bad request timestamp",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code(), self.message())
    }
}

impl core::error::Error for Refusal {}

/// Verifies a request against the keys of one application; without a clock, its date may be any.
///
/// ```
/// use duo_sign::verify::{Refusal, verify};
/// use duo_sign::{Credentials, Request, SignatureVersion, Signer, http};
///
/// let credentials = Credentials::new("DIXXXXXXXXXXXXXXXXXX", "the secret key")?;
/// let request = Request::new("GET", "api-x.duosecurity.com", "/auth/v2/check", 1_345_570_158);
/// let signed = Signer::new(&credentials).sign(&request)?;
///
/// let mut received = http::Request::from(&signed);
/// assert_eq!(verify(&received, &credentials, None).unwrap().version, SignatureVersion::V5);
///
/// received.url.push_str("?limit=1");
/// assert_eq!(verify(&received, &credentials, None), Err(Refusal::InvalidSignature));
/// # Ok::<(), duo_sign::Error>(())
/// ```
///
/// # Errors
///
/// The first [`Refusal`] that applies, in the order of Duo's codes, but that the date comes before
/// the signature.
pub fn verify(
    request: &Request,
    credentials: &Credentials,
    clock: Option<Clock>,
) -> Result<Verified, Refusal> {
    let (ikey, signature) = request.credentials()?;
    if ikey != credentials.ikey() {
        return Err(Refusal::InvalidIntegrationKey);
    }
    let date = request.date()?;
    let instant = date::instant(date).map_err(|_| Refusal::MissingTimestamp)?;
    if clock.is_some_and(|clock| instant.abs_diff(clock.now) > clock.skew.unsigned_abs()) {
        return Err(Refusal::BadTimestamp);
    }
    let found = request.matching(&Signer::new(credentials), date, signature.as_bytes());
    found.ok_or(Refusal::InvalidSignature)
}

/// All that Duo's clients have ever sent, the usual first.
const VARIANTS: &[Verified] = {
    use Digest::Sha512;
    use SignatureVersion::{V1, V2, V4, V5};
    &[
        Verified { version: V2, digest: Sha512 },
        #[cfg(feature = "sha1")]
        Verified { version: V2, digest: Digest::Sha1 },
        Verified { version: V5, digest: Sha512 },
        Verified { version: V4, digest: Sha512 },
        Verified { version: V1, digest: Sha512 },
        #[cfg(feature = "sha1")]
        Verified { version: V1, digest: Digest::Sha1 },
    ]
};

impl Request {
    fn credentials(&self) -> Result<(String, String), Refusal> {
        let (ikey, signature) = self.credentials_bytes()?;
        let text = |bytes| String::from_utf8(bytes).map_err(|_| Refusal::MissingCredentials);
        Ok((text(ikey)?, text(signature)?))
    }

    /// The integration key and the signature of the one Basic `Authorization` header (RFC 7617).
    pub(crate) fn credentials_bytes(&self) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
        let mut values = self.header("authorization");
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Refusal::MissingCredentials);
        };
        let token = value.split_once(' ').filter(|(scheme, _)| eq_ignore_case(scheme, "basic"));
        let decoded = token.and_then(|(_, token)| BASE64.decode(token.trim()).ok());
        let halves = decoded.and_then(|mut ikey| {
            let colon = ikey.iter().position(|byte| *byte == b':')?;
            let signature = ikey.split_off(colon + 1);
            ikey.pop();
            Some((ikey, signature))
        });
        halves.ok_or(Refusal::MissingCredentials)
    }

    /// The values of the headers that carry a date, that of `X-Duo-Date` first.
    #[cfg(feature = "diagnose")]
    pub(crate) fn dates(&self) -> impl Iterator<Item = &str> {
        let headers = self.header("x-duo-date").chain(self.header("date"));
        headers.filter(|value| !value.is_empty())
    }

    /// `X-Duo-Date` comes before `Date`.
    fn date(&self) -> Result<&str, Refusal> {
        let mut found = self.header("x-duo-date").filter(|it| !it.is_empty());
        let mut others = self.header("date").filter(|it| !it.is_empty());
        let (first, second) = match found.next() {
            Some(first) => (Some(first), found.next()),
            None => (others.next(), others.next()),
        };
        first.filter(|_| second.is_none()).ok_or(Refusal::MissingTimestamp)
    }

    /// How a request with this signature is signed; `None` when in no way.
    pub(crate) fn matching(
        &self,
        signer: &Signer,
        date: &str,
        signature: &[u8],
    ) -> Option<Verified> {
        self.signed_as(signer, date, |right| right.as_bytes().ct_eq(signature).into())
    }

    /// How a request is signed when this is so of its right signature.
    pub(crate) fn signed_as(
        &self,
        signer: &Signer,
        date: &str,
        mut accepts: impl FnMut(&str) -> bool,
    ) -> Option<Verified> {
        let mut is_right = |host, verified: &Verified| {
            let canonical = self.canonical(verified.version, host, date);
            accepts(&signer.signature(verified.digest, &canonical))
        };
        self.hosts().find_map(|host| VARIANTS.iter().find(|it| is_right(host, it)).copied())
    }

    /// The host as the client named it, and without its port, which `duo_client` has apart.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &str> {
        let host = self.host().unwrap_or_default();
        let is_port = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map(|(name, _)| name);
        core::iter::once(host).chain(name)
    }

    /// The headers that version 5 covers. Of a name that is repeated the last value counts,
    /// as in the dict that `duo_client.canon_x_duo_headers` fills.
    pub(crate) fn x_duo_headers(&self) -> Vec<(&str, &str)> {
        let mut headers: Vec<_> = self.sent_x_duo_headers().collect();
        let names: Vec<_> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let sorted = order(&names);
        let mut is_last = alloc::vec![true; names.len()];
        for (i, next) in sorted.iter().zip(sorted.iter().skip(1)) {
            if let Some(is_last) = is_last.get_mut(*i) {
                *is_last = names.get(*i) != names.get(*next);
            }
        }
        let mut is_last = is_last.into_iter();
        headers.retain(|_| is_last.next() == Some(true));
        headers
    }

    /// The same as they were sent.
    pub(crate) fn sent_x_duo_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.headers.iter().map(|(name, value)| (&**name, value.trim()));
        headers.filter(|(name, _)| canonical::is_x_duo(name))
    }

    /// The canonical string that the signature has to be made of.
    pub(crate) fn canonical(&self, version: SignatureVersion, host: &str, date: &str) -> String {
        let mut params = Params::default();
        params.extend_encoded(self.query().as_bytes());
        if !version.hashes_body() && self.is_form() && takes_params_in_body(&self.method) {
            params.extend_encoded(&self.body);
        }
        let message = Message {
            date,
            method: &self.method,
            host,
            path: self.path(),
            params: &params.canonical(),
            body: &self.body,
            x_duo_headers: self.x_duo_headers(),
        };
        canonical::canonicalize(version, &message)
    }
}

/// As lenient as Python's `b64decode`: the bits that padding leaves over may be any.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);
