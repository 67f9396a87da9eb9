//! What a request tells without any key: whether there are credentials, and in which form.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::mistakes::list::{Fault, Mistake};
use crate::http;
use crate::text::eq_ignore_case;
use crate::verify::BASE64;

/// The integration key and the signature, however they were written.
pub(super) struct Authorization {
    pub(super) ikey: String,
    pub(super) signature: Vec<u8>,
    /// What is wrong with the header itself.
    pub(super) faults: Vec<Fault>,
}

impl Authorization {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// Why there are no credentials, for a sentence that starts with "The request".
    pub(super) fn read(request: &http::Request) -> Result<Self, &'static str> {
        let mut values = request.header("authorization");
        let value = values.next().ok_or("has no Authorization header")?.trim();
        if values.next().is_some() {
            return Err("has two Authorization headers, and Duo cannot know which one is right");
        }
        let mut faults = Vec::new();
        let mut add = |mistake| faults.push(Fault::of(mistake));
        let value = match value.split_once(':') {
            Some((name, rest)) if eq_ignore_case(name, "authorization") => {
                add(Mistake::HeaderName);
                rest.trim()
            }
            _ => value,
        };
        let (scheme, token) = value.split_once(char::is_whitespace).unwrap_or(("", value));
        let token = if eq_ignore_case(scheme, "basic") {
            token
        } else if eq_ignore_case(scheme, "basic:") {
            add(Mistake::HeaderColon);
            token
        } else if scheme.is_empty() || !scheme.bytes().all(|it| it.is_ascii_alphabetic()) {
            add(Mistake::HeaderScheme);
            value
        } else {
            return Err("has an Authorization header that is not Basic");
        };
        let one_line: String = token.split_whitespace().collect();
        if one_line.len() < token.trim().len() {
            add(Mistake::HeaderWrap);
        }
        let decoded = match BASE64.decode(&one_line) {
            Ok(decoded) => decoded,
            Err(_) if token.contains(':') => {
                add(Mistake::HeaderPlain);
                one_line.into_bytes()
            }
            Err(_) => {
                let standard = one_line.replace('-', "+").replace('_', "/");
                let decoded = UNPADDED.decode(standard.trim_end_matches('=')).ok();
                add(Mistake::HeaderBase64);
                decoded.ok_or("has an Authorization header that is not base64 after `Basic`")?
            }
        };
        let decoded = match decoded.strip_suffix(b"\n") {
            Some(stripped) => {
                add(Mistake::HeaderLineBreak);
                stripped.strip_suffix(b"\r").unwrap_or(stripped).to_vec()
            }
            None => decoded,
        };
        let decoded = if decoded.iter().skip(1).step_by(2).all(|it| *it == 0) && decoded.len() > 1 {
            add(Mistake::HeaderUtf16);
            decoded.iter().copied().step_by(2).collect()
        } else {
            decoded
        };
        let colon = decoded.iter().position(|byte| *byte == b':').ok_or(
            "has an Authorization header without a colon between integration key and signature",
        )?;
        let (ikey, signature) = decoded.split_at(colon);
        let ikey = String::from_utf8_lossy(ikey).into_owned();
        if ikey.is_empty() {
            add(Mistake::HeaderEmptyIkey);
        }
        Ok(Self { ikey, signature: signature.get(1..).unwrap_or_default().to_vec(), faults })
    }
}

const UNPADDED: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_encode_padding(false)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// The hash that a signature is, and the form it is written in, if that is not lower-case hex;
/// `None` if it is not a hash.
pub(super) fn hash(signature: &[u8]) -> Option<(Vec<u8>, Option<Mistake>)> {
    let is_hash = |bytes: &Vec<u8>| matches!(bytes.len(), 20 | 28 | 32 | 48 | 64);
    if let Some(bytes) = from_hex(signature).filter(is_hash) {
        let upper = signature.iter().any(u8::is_ascii_uppercase);
        return Some((bytes, upper.then_some(Mistake::OutputUpper)));
    }
    let text = String::from_utf8_lossy(signature);
    let one_line: String = text.split_whitespace().collect();
    let standard = one_line.replace('-', "+").replace('_', "/");
    let decoded = UNPADDED.decode(standard.trim_end_matches('=')).ok();
    // Tokens that are no hash have the lengths of others.
    let is_usual = |bytes: &Vec<u8>| matches!(bytes.len(), 20 | 32 | 64);
    if let Some(bytes) = decoded.clone().filter(is_usual) {
        return Some((bytes, Some(Mistake::OutputBase64)));
    }
    let hex_inside = decoded.as_deref().and_then(from_hex).filter(is_hash);
    if let Some(bytes) = hex_inside {
        return Some((bytes, Some(Mistake::OutputBase64Hex)));
    }
    if let Some(bytes) = bare(&text).filter(is_hash) {
        return Some((bytes, Some(Mistake::OutputAround)));
    }
    let bytes = signature.to_vec();
    (is_hash(&bytes) && !bytes.is_ascii()).then_some((bytes, Some(Mistake::OutputRaw)))
}

/// The bytes of hex with a prefix, in quotes, or with something between its groups of digits.
fn bare(text: &str) -> Option<Vec<u8>> {
    let is_group = |group: &&str| {
        group.len().is_multiple_of(2) && from_hex(group.as_bytes()).is_some_and(|it| !it.is_empty())
    };
    let groups: Vec<&str> = text
        .split(|it: char| !it.is_ascii_alphanumeric())
        .map(|group| group.strip_prefix("0x").or(group.strip_prefix("0X")).unwrap_or(group))
        .filter(|group| !group.is_empty())
        .collect();
    // Either one long group among words, or nothing but short ones.
    let longest = groups.iter().max_by_key(|group| group.len()).filter(|group| group.len() >= 40);
    if let Some(longest) = longest {
        return from_hex(longest.as_bytes());
    }
    let hex = groups.concat();
    groups.iter().all(is_group).then(|| from_hex(hex.as_bytes()))?
}

/// Whether a password is a signature by an RSA key of 1,024 to 4,096 bits in base64.
pub(super) fn is_rsa(signature: &[u8]) -> bool {
    STANDARD.decode(signature).is_ok_and(|bytes| matches!(bytes.len(), 128 | 256 | 384 | 512))
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let digits: Option<Vec<u8>> = text.iter().map(digit).collect();
    let pairs = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(pairs.chunks_exact(2).filter_map(|it| Some((it.first()? << 4) | it.get(1)?)).collect())
}
