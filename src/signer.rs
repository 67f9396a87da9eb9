//! The signature and the `Authorization` header.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::KeyInit as _;
use hmac::block_api::HmacCore;
use hmac::digest::Output;
use hmac::digest::block_api::{Buffer, EagerHash, FixedOutputCore as _, UpdateCore as _};
#[cfg(feature = "sha1")]
use sha1::Sha1;
use sha2::Sha512;
use zeroize::optimization_barrier;

use crate::credentials::Credentials;
use crate::error::Error;
use crate::request::{Digest, Request, SignedRequest};
use crate::text::{ascii, push_hex};

const SCHEME: &[u8] = b"Basic ";

/// Signs requests with the keys of one application.
///
/// The HMAC key schedule is computed once, here; keep the signer to sign many requests. What it
/// holds of the secret key is wiped from memory when it is dropped, and `Debug` leaves it out.
#[derive(Clone)]
pub struct Signer {
    ikey: String,
    keys: Box<Keys>,
}

/// Key schedules. Boxed, since moving them would leave copies behind.
#[derive(Clone)]
struct Keys {
    sha512: HmacCore<Sha512>,
    #[cfg(feature = "sha1")]
    sha1: HmacCore<Sha1>,
}

impl Signer {
    /// A signer for these keys. The HMAC key is the secret key's text itself, as bytes.
    #[must_use]
    pub fn new(credentials: &Credentials) -> Self {
        let keys = Keys::new(credentials.skey().as_bytes());
        wipe_stack();
        Self { ikey: credentials.ikey().into(), keys }
    }

    /// Signs a request, and returns all of it, finished: what is sent is what was signed.
    ///
    /// ```
    /// use duo_sign::{Credentials, Request, Signer};
    ///
    /// let signer = Signer::new(&Credentials::new("DIXXXXXXXXXXXXXXXXXX", "the secret key")?);
    /// let date = "Tue, 21 Aug 2012 17:29:18 -0000";
    /// let request = Request::new("GET", "api-xxxxxxxx.duosecurity.com", "/admin/v1/users", date)
    ///     .param("username", "root")
    ///     .param("limit", 10);
    /// let signed = signer.sign(&request)?;
    /// assert_eq!(
    ///     signed.url,
    ///     "https://api-xxxxxxxx.duosecurity.com/admin/v1/users?limit=10&username=root"
    /// );
    /// # Ok::<(), duo_sign::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - `Error::Method…`: `""`, `"GE T"`
    /// - `Error::Host…`: `""`, `"https://api-x.duosecurity.com"`, a path, user info, white space,
    ///   characters outside ASCII, the port 443
    /// - `Error::Path…`: no slash at the start, a `?` or `#`, a character that must be
    ///   percent-encoded (the message has the encoded form), a `..` segment
    /// - `Error::Date…`: text that is not an RFC 2822 date, a time outside the years 1900 to 9999
    /// - [`Error::DigestVersion`]: SHA-1 with signature version 4 or 5
    /// - `Error::Header…`: CR, LF, NUL or non-ASCII in a value, the same name twice, a header that
    ///   signing sets
    /// - [`Error::ParamValue`]: null, a float or an object in a query or form
    /// - [`Error::ParamsAndBody`], [`Error::ParamsAndQuery`]: two sources for one place
    /// - [`Error::BodyNotCovered`], [`Error::BodyNotForm`]: a body that version 1 or 2 cannot sign
    /// - [`Error::NestedTooDeeply`]: JSON beyond [`MAX_DEPTH`](crate::MAX_DEPTH) levels
    pub fn sign<'r>(&self, request: &'r Request<'_>) -> Result<SignedRequest<'r>, Error> {
        let wire = request.wire()?;
        let canonical = wire.canonicalize();
        let mut headers = wire.headers;
        let authorization = self.authorization(request.digest, &canonical);
        headers.insert(1, ("Authorization".into(), authorization.into()));
        let mut url =
            String::with_capacity(9 + wire.host.len() + wire.path.len() + wire.query.len());
        url.push_str("https://");
        url.push_str(wire.host);
        url.make_ascii_lowercase();
        url.push_str(wire.path);
        if !wire.query.is_empty() {
            url.push('?');
            url.push_str(&wire.query);
        }
        let method = upper_case(wire.method);
        Ok(SignedRequest { method, url, headers, body: wire.body, canonical })
    }

    /// The lower-case hex HMAC of a canonical string.
    #[must_use]
    pub fn signature(&self, digest: Digest, canonical: &str) -> String {
        let mut signature = Vec::new();
        self.keys.sign(digest, canonical, &mut signature);
        wipe_stack();
        ascii(signature)
    }

    /// The `Authorization` header for a canonical string: Basic authentication (RFC 7617) with the
    /// integration key as user name and the lower-case hex HMAC as password.
    #[must_use]
    pub fn authorization(&self, digest: Digest, canonical: &str) -> String {
        let mut user = Vec::with_capacity(self.ikey.len() + 129);
        user.extend_from_slice(self.ikey.as_bytes());
        user.push(b':');
        self.keys.sign(digest, canonical, &mut user);
        wipe_stack();
        let mut header = vec![0; SCHEME.len() + user.len().div_ceil(3) * 4];
        let (scheme, token) = header.split_at_mut(SCHEME.len());
        scheme.copy_from_slice(SCHEME);
        // The buffer is as long as the token.
        let _ = STANDARD.encode_slice(user, token);
        ascii(header)
    }
}

impl Keys {
    #[inline(never)]
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn new(key: &[u8]) -> Box<Self> {
        Box::new(Self {
            sha512: HmacCore::new_from_slice(key).expect("any length"),
            #[cfg(feature = "sha1")]
            sha1: HmacCore::new_from_slice(key).expect("any length"),
        })
    }

    #[inline(never)]
    fn sign(&self, digest: Digest, text: &str, signature: &mut Vec<u8>) {
        match digest {
            Digest::Sha512 => sign(&self.sha512, text, signature),
            #[cfg(feature = "sha1")]
            Digest::Sha1 => sign(&self.sha1, text, signature),
        }
    }
}

fn sign<T: EagerHash>(keyed: &HmacCore<T>, text: &str, signature: &mut Vec<u8>) {
    push_hex(signature, &hmac(keyed, text.as_bytes()));
}

/// The HMAC of a text, or of what follows the whole blocks that went into `keyed` already.
///
/// By blocks: a whole `Hmac` has a buffer, which takes longer to copy than a block takes to hash.
pub(crate) fn hmac<T: EagerHash>(keyed: &HmacCore<T>, text: &[u8]) -> Output<HmacCore<T>> {
    let mut mac = keyed.clone();
    let mut buffer = Buffer::<HmacCore<T>>::default();
    buffer.digest_blocks(text, |blocks| mac.update_blocks(blocks));
    let mut out = Output::<HmacCore<T>>::default();
    mac.finalize_fixed_core(&mut buffer, &mut out);
    out
}

/// Nearly all methods are in upper case already.
fn upper_case(method: &str) -> Cow<'_, str> {
    if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Cow::Owned(method.to_ascii_uppercase());
    }
    Cow::Borrowed(method)
}

/// Overwrites what a function that has just returned left on the stack: padded keys and the states
/// of hashes, which the hash crates wipe in their own values only.
#[inline(never)]
pub(crate) fn wipe_stack() {
    let below = [0_u64; 512];
    optimization_barrier(&below);
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("ikey", &self.ikey).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn debug_leaves_the_key_out() {
        let credentials = Credentials::new("DIWJ8X6AEYOR5OMC6TQ1", "secret").unwrap();
        let debug = format!("{:?}", Signer::new(&credentials));
        assert_eq!(debug, r#"Signer { ikey: "DIWJ8X6AEYOR5OMC6TQ1", .. }"#);
    }
}
