//! The key of the HMAC.

use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::choices::{EVERYWHERE, List};
use super::list::Mistake;
use crate::credentials::Credentials;

/// Wiped from memory when it is dropped.
pub(in crate::diagnose) type Secret = Zeroizing<Vec<u8>>;

pub(in crate::diagnose) enum Key {
    Hmac(Secret),
    /// The text is the key, and the key the text.
    Swapped(Secret),
    /// A hash without a key.
    Plain,
    /// The hash of the base64 text of the right HMAC.
    OfBase64(Secret),
}

pub(super) fn keys(credentials: &Credentials, length: usize) -> List<Key> {
    let skey = credentials.skey();
    let bytes = Secret::new(skey.as_bytes().to_vec());
    let mut keys = List::new(Key::Hmac(bytes.clone()));
    let mut add = |mistake, value| keys.push(mistake, value, EVERYWHERE);
    let mut wrapped = |mistake, before: &str, after: &str| {
        add(mistake, Key::Hmac([before, skey, after].concat().into_bytes().into()));
    };
    wrapped(Mistake::KeyLineBreak, "", "\n");
    wrapped(Mistake::KeyLineBreak, "", "\r\n");
    wrapped(Mistake::KeySpace, "", " ");
    wrapped(Mistake::KeySpace, " ", "");
    wrapped(Mistake::KeyQuotes, "\"", "\"");
    wrapped(Mistake::KeyQuotes, "'", "'");
    add(Mistake::KeyIkey, Key::Hmac(credentials.ikey().as_bytes().to_vec().into()));
    add(Mistake::KeyBase64, Key::Hmac(STANDARD.encode(skey).into_bytes().into()));
    if let Ok(decoded) = STANDARD.decode(skey) {
        add(Mistake::KeyBase64, Key::Hmac(decoded.into()));
    }
    let utf16: Vec<u8> = skey.encode_utf16().flat_map(u16::to_le_bytes).collect();
    add(Mistake::KeyUtf16, Key::Hmac(utf16.into()));
    let lower = skey.to_ascii_lowercase();
    if lower != skey {
        add(Mistake::KeyCase, Key::Hmac(lower.into_bytes().into()));
        add(Mistake::KeyCase, Key::Hmac(skey.to_ascii_uppercase().into_bytes().into()));
    }
    add(Mistake::KeySwap, Key::Swapped(bytes.clone()));
    add(Mistake::HashPlain, Key::Plain);
    if length == 20 {
        add(Mistake::OutputShaOfBase64, Key::OfBase64(bytes));
    }
    keys
}
