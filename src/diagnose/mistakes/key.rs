//! The key of the HMAC.

use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use super::choices::{ALONE, AROUND, EVERYWHERE, IN_PAIRS, List, NOTHINGS, ONCE, placeholders};
use super::list::Mistake;
use crate::credentials::Credentials;
use crate::text::hex;

/// Wiped from memory when it is dropped.
pub(in crate::diagnose) type Secret = Zeroizing<Vec<u8>>;

pub(in crate::diagnose) enum Key {
    Hmac(Secret),
    /// The text is the key, and the key the text.
    Swapped(Secret),
    /// A hash without a key, or of a key and the text.
    Hash(Secret, Secret),
    /// The hash of the base64 text of the right HMAC.
    OfBase64(Secret),
}

/// What documentation and forms have in the place of a key.
const SAMPLES: [&str; 6] = [
    "YOUR_SECRET_KEY",
    "your_secret_key",
    "YOUR_SKEY",
    "<secret key>",
    "Your Duo secret key",
    "********",
];

pub(super) fn keys(credentials: &Credentials, length: usize) -> List<Key> {
    let skey = credentials.skey();
    let bytes = Secret::new(skey.as_bytes().to_vec());
    let mut keys = List::new(Key::Hmac(bytes.clone()));
    for (before, after) in AROUND {
        let (mistake, most) = match [before, after].concat().as_str() {
            "\n" => (Mistake::KeyLineBreak, EVERYWHERE),
            "\r\n" => (Mistake::KeyLineBreak, IN_PAIRS),
            " " if before.is_empty() => (Mistake::KeySpace, EVERYWHERE),
            " " => (Mistake::KeySpace, IN_PAIRS),
            "\"\"" => (Mistake::KeyQuotes, EVERYWHERE),
            "''" => (Mistake::KeyQuotes, IN_PAIRS),
            _ => (Mistake::KeyAround, ALONE),
        };
        keys.push(mistake, Key::Hmac([before, skey, after].concat().into_bytes().into()), most);
    }
    let utf16 =
        |bytes: fn(u16) -> [u8; 2]| skey.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let lower = skey.to_ascii_lowercase();
    let mut add = |mistake, value, most| keys.push(mistake, value, most);
    let hmac = |bytes: Vec<u8>| Key::Hmac(bytes.into());
    add(Mistake::KeyIkey, hmac(credentials.ikey().as_bytes().to_vec()), EVERYWHERE);
    add(Mistake::KeyBase64, hmac(STANDARD.encode(skey).into_bytes()), EVERYWHERE);
    if let Ok(decoded) = STANDARD.decode(skey) {
        add(Mistake::KeyBase64, hmac(decoded), IN_PAIRS);
    }
    add(Mistake::KeyUtf16, hmac(utf16(u16::to_le_bytes)), EVERYWHERE);
    if lower != skey {
        add(Mistake::KeyCase, hmac(lower.into_bytes()), EVERYWHERE);
        add(Mistake::KeyCase, hmac(skey.to_ascii_uppercase().into_bytes()), IN_PAIRS);
    }
    add(Mistake::KeySwap, Key::Swapped(bytes.clone()), EVERYWHERE);
    add(Mistake::HashPlain, Key::Hash(Secret::default(), Secret::default()), EVERYWHERE);
    if length == 20 {
        add(Mistake::OutputShaOfBase64, Key::OfBase64(bytes.clone()), EVERYWHERE);
    }
    add(Mistake::HashJoined, Key::Hash(bytes.clone(), Secret::default()), ALONE);
    add(Mistake::HashJoined, Key::Hash(Secret::default(), bytes.clone()), ALONE);
    for joint in ["\n", ":", "|"] {
        let before = Secret::new([skey, joint].concat().into_bytes());
        let behind = Secret::new([joint, skey].concat().into_bytes());
        add(Mistake::HashJoined, Key::Hash(before, Secret::default()), ONCE);
        add(Mistake::HashJoined, Key::Hash(Secret::default(), behind), ONCE);
    }
    let mut add = |mistake, bytes: Vec<u8>| keys.push(mistake, Key::Hmac(bytes.into()), ALONE);
    let ikey = credentials.ikey();
    let joined =
        [["", skey, ":", ikey], [ikey, ":", skey, ""], ["", skey, "", ikey], [ikey, "", skey, ""]];
    let marked = ["&", ":", ";", ",", "|", "\n\n"].map(|mark| ["", skey, mark, ""]);
    for parts in joined.into_iter().chain(marked).chain([
        ["[", skey, "]", ""],
        ["skey=", skey, "", ""],
        ["skey: ", skey, "", ""],
        ["skey = \"", skey, "\"", ""],
        ["{\"skey\": \"", skey, "\"}", ""],
        ["", skey, "", skey],
        ["\u{feff}", skey, "", ""],
    ]) {
        add(Mistake::KeyAround, parts.concat().into_bytes());
    }
    for nothing in NOTHINGS {
        add(Mistake::KeyUnset, nothing.as_bytes().to_vec());
    }
    for variable in ["skey", "SKEY", "secret", "secret_key", "SECRET_KEY", "DUO_SKEY"] {
        for text in placeholders(variable) {
            keys.push(Mistake::KeyUnset, Key::Hmac(text.into_bytes().into()), ONCE);
        }
    }
    let mut add = |mistake, bytes: Vec<u8>| keys.push(mistake, Key::Hmac(bytes.into()), ALONE);
    add(Mistake::KeyUnset, b"System.Security.SecureString".to_vec());
    add(Mistake::KeyBase64, STANDARD.encode([skey, "\n"].concat()).into_bytes());
    for sample in SAMPLES {
        add(Mistake::KeyUnset, sample.as_bytes().to_vec());
    }
    add(Mistake::KeyUtf16, [&[0xff, 0xfe], &*utf16(u16::to_le_bytes)].concat());
    add(Mistake::KeyUtf16, utf16(u16::to_be_bytes));
    add(Mistake::KeyHex, hex(&bytes).into_bytes());
    for hash in [
        Sha1::digest(&*bytes).to_vec(),
        Sha256::digest(&*bytes).to_vec(),
        Sha512::digest(&*bytes).to_vec(),
    ] {
        add(Mistake::KeyHashed, hex(&hash).into_bytes());
        add(Mistake::KeyHashed, hash);
    }
    let part = |range: core::ops::Range<usize>| bytes.get(range).unwrap_or_default().to_vec();
    for end in [bytes.len().saturating_sub(1), 32, 20] {
        add(Mistake::KeyPart, part(0..end));
    }
    add(Mistake::KeyPart, part(1..bytes.len()));
    keys
}
