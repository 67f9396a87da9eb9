//! What a request tells without any key: whether there are credentials, and in which form.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use super::FEWEST_DIGITS;
use super::mistakes::choices::NOTHINGS;
use super::mistakes::list::{Fault, Mistake};
use crate::http;
use crate::text::eq_ignore_case;
use crate::verify::BASE64;

/// Why there are no credentials.
pub(super) enum Missing {
    /// What a sentence says of the request.
    Because(&'static str),
    /// Something stands in their place.
    Redacted,
}

impl From<&'static str> for Missing {
    fn from(reason: &'static str) -> Self {
        Self::Because(reason)
    }
}

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
    /// Why there are no credentials.
    pub(super) fn read(request: &http::Request) -> Result<Self, Missing> {
        let mut values = request.header("authorization");
        let value = values.next().ok_or("has no Authorization header")?.trim();
        if values.next().is_some() {
            let reason = "has two Authorization headers, and Duo cannot know which one is right";
            return Err(reason.into());
        }
        if is_redacted(value) {
            return Err(Missing::Redacted);
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
            return Err("has an Authorization header that is not Basic".into());
        };
        if is_redacted(token) {
            return Err(Missing::Redacted);
        }
        let token = match unwrapped(token) {
            Some(inner) => {
                add(Mistake::HeaderAround);
                inner
            }
            None => token,
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
                let one_line = percent_decode_str(&one_line).decode_utf8_lossy();
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
        let decoded = match BASE64.decode(decoded.trim_ascii()) {
            Ok(inner) if inner.contains(&b':') => {
                add(Mistake::HeaderTwice);
                inner
            }
            _ => decoded,
        };
        let (ikey, signature, is_swapped) = parted(&decoded)?;
        if is_swapped {
            add(Mistake::HeaderSwapped);
        }
        let ikey = String::from_utf8_lossy(ikey).into_owned();
        if ikey.is_empty() {
            add(Mistake::HeaderEmptyIkey);
        }
        Ok(Self { ikey, signature: signature.to_vec(), faults })
    }
}

/// Integration key and signature, and whether that came first.
fn parted(decoded: &[u8]) -> Result<(&[u8], &[u8], bool), Missing> {
    let colon = decoded.iter().position(|byte| *byte == b':').ok_or(
        "has an Authorization header without a colon between integration key and signature",
    )?;
    let (before, after) = decoded.split_at(colon);
    let after = after.get(1..).unwrap_or_default();
    let is_swapped = from_hex(before).is_some_and(|it| matches!(it.len(), 20 | 64));
    let (ikey, signature) = if is_swapped { (after, before) } else { (before, after) };
    if signature.trim_ascii().is_empty() {
        let reason = "has an Authorization header whose password, the signature, is empty";
        return Err(reason.into());
    }
    if core::str::from_utf8(signature).is_ok_and(is_redacted) {
        return Err(Missing::Redacted);
    }
    Ok((ikey, signature, is_swapped))
}

/// Whether a text stands in the place of one that was taken out.
fn is_redacted(text: &str) -> bool {
    const WORDS: [&str; 7] =
        ["redacted", "masked", "filtered", "removed", "hidden", "omitted", "sanitized"];
    /// What nobody writes into base64 or hex.
    const MARKS: [&str; 6] = ["***", "...", "…", "••", "██", "###"];
    let is_mark = |it: char| "*.…•█#xX-_<>[](){}".contains(it);
    let inside = |(start, end)| text.strip_prefix(start)?.strip_suffix(end);
    // Lists of numbers, and JSON, are in brackets too.
    let is_word =
        |inner: &str| !inner.contains(|it: char| !it.is_alphabetic() && !" _-".contains(it));
    let word = text.trim_matches(|it: char| !it.is_ascii_alphanumeric());
    !text.is_empty() && text.chars().all(is_mark)
        || MARKS.iter().any(|mark| text.contains(mark))
        || WORDS.iter().any(|it| eq_ignore_case(it, word))
        || !is_unset(text)
            && (inside(("<", ">")).is_some()
                || [("[", "]"), ("{", "}"), ("(", ")")].into_iter().filter_map(inside).any(is_word))
}

/// Whether a text is what languages print for nothing, or for a value that has no text.
pub(super) fn is_unset(text: &str) -> bool {
    const TYPES: [&str; 6] = ["[object ", "System.", "[B@", "<Buffer ", "<memory ", "byte["];
    !text.is_empty() && NOTHINGS.contains(&text) || TYPES.iter().any(|it| text.starts_with(it))
}

/// A token without what a program left around it: quotes, also those of Python's bytes, or another
/// `Basic`.
fn unwrapped(token: &str) -> Option<&str> {
    let token = token.trim();
    if let Some((scheme, rest)) = token.split_once(char::is_whitespace) {
        return eq_ignore_case(scheme, "basic").then_some(rest);
    }
    let bare = token.strip_prefix('b').unwrap_or(token);
    ['"', '\'', '`'].into_iter().find_map(|it| bare.strip_prefix(it)?.strip_suffix(it))
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
    let one_line: String =
        percent_decode_str(&text).decode_utf8_lossy().split_whitespace().collect();
    let standard = one_line.replace('-', "+").replace('_', "/");
    let decoded = UNPADDED.decode(standard.trim_end_matches('=')).ok();
    if let Some(bytes) = decoded.clone().filter(is_hash) {
        return Some((bytes, Some(Mistake::OutputBase64)));
    }
    let inner = [decoded, from_hex(signature)].into_iter().flatten();
    let twice = |it: Vec<u8>| from_hex(it.trim_ascii()).or_else(|| BASE64.decode(&it).ok());
    if let Some(bytes) = inner.filter_map(twice).find(is_hash) {
        return Some((bytes, Some(Mistake::OutputBase64Hex)));
    }
    if let Some(bytes) = bare(&text).filter(is_hash) {
        return Some((bytes, Some(Mistake::OutputAround)));
    }
    if let Some(bytes) = [numbers(&text), unescaped(&text)].into_iter().flatten().find(is_hash) {
        return Some((bytes, Some(Mistake::OutputNumbers)));
    }
    let is_raw = |bytes: &Vec<u8>| is_hash(bytes) && !bytes.is_ascii();
    // Also one character for each byte, as UTF-8.
    let narrow = text.chars().map(|it| u8::try_from(it).ok()).collect();
    let bytes = [Some(signature.to_vec()), narrow].into_iter().flatten().find(is_raw)?;
    Some((bytes, Some(Mistake::OutputRaw)))
}

/// The bytes of a list of decimal numbers, such as Java, Go and Node.js print: of each byte, with or
/// without a sign, or of words of 32 bits, as `CryptoJS` has them.
fn numbers(text: &str) -> Option<Vec<u8>> {
    let inside = text.split_once('[').and_then(|(_, rest)| rest.rsplit_once(']'));
    let list = inside.map_or(text, |(list, _)| list);
    let mut numbers: Vec<i64> = Vec::new();
    for part in list.split([',', ';', ' ', '\n']).filter(|it| !it.is_empty()) {
        numbers.push(part.parse().ok()?);
    }
    let byte =
        |it: &i64| u8::try_from(*it).ok().or_else(|| Some(i8::try_from(*it).ok()?.cast_unsigned()));
    if let Some(bytes) = numbers.iter().map(byte).collect() {
        return Some(bytes);
    }
    let words = numbers.iter().map(|it| i32::try_from(*it).map(i32::to_be_bytes).ok());
    words.collect::<Option<Vec<_>>>().map(|words| words.concat())
}

/// The bytes that Python and Ruby print with `\x` escapes.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    // Some of the bytes of a hash have no other form.
    let text = Some(text).filter(|it| it.contains("\\x"))?;
    let text = text.strip_prefix('b').unwrap_or(text);
    let quoted = |it: char| text.strip_prefix(it)?.strip_suffix(it);
    let mut rest = quoted('\'').or_else(|| quoted('"')).unwrap_or(text).bytes();
    let mut bytes = Vec::new();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b'x' => *from_hex(&[rest.next()?, rest.next()?])?.first()?,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                other => other,
            },
            byte => byte,
        });
    }
    Some(bytes)
}

/// Whether a form is no more than the way in which something looks like a hash.
pub(super) fn is_guess(form: Mistake) -> bool {
    use Mistake::{OutputAround, OutputBase64, OutputBase64Hex, OutputNumbers, OutputRaw};
    matches!(form, OutputAround | OutputBase64 | OutputBase64Hex | OutputNumbers | OutputRaw)
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

/// How a signature became this text, of which too much is lost to read it again.
pub(super) fn misprinted(right: &str, sent: &[u8]) -> Option<Mistake> {
    let text = core::str::from_utf8(sent).ok()?;
    let bytes = from_hex(right.as_bytes())?;
    let of_bytes = |print: fn(u8) -> String| bytes.iter().map(|it| print(*it)).collect::<String>();
    let digits: [fn(u8) -> String; 3] = [
        |byte| format!("{byte:x}"),
        |byte| format!("{:x}", i32::from(byte.cast_signed())),
        |byte| format!("{:02x}", i32::from(byte.cast_signed())),
    ];
    let lower = text.trim().to_ascii_lowercase();
    if lower != right && digits.into_iter().any(|it| of_bytes(it) == lower)
        || right.strip_prefix('0') == Some(&lower)
    {
        return Some(Mistake::OutputDigits);
    }
    let ascii =
        |other| bytes.iter().map(move |it| if it.is_ascii() { char::from(*it) } else { other });
    let is_lossy =
        ['?', char::REPLACEMENT_CHARACTER].into_iter().any(|it| text.chars().eq(ascii(it)));
    if is_lossy || String::from_utf8_lossy(&bytes) == text {
        return Some(Mistake::OutputLossy);
    }
    let base64 = UNPADDED.encode(&bytes);
    let parts = [(right, lower.as_str()), (&base64, text.trim().trim_end_matches('='))];
    let is_part = |(whole, part): (&str, &str)| {
        (FEWEST_DIGITS..whole.len()).contains(&part.len())
            && (whole.starts_with(part) || whole.ends_with(part))
    };
    if parts.into_iter().any(is_part) {
        return Some(Mistake::OutputCut);
    }
    let is_inside = |(whole, text): (&str, &str)| text.len() > whole.len() && text.contains(whole);
    parts.into_iter().any(is_inside).then_some(Mistake::OutputAround)
}

/// Whether a password is a signature by an RSA key of 1,024 to 4,096 bits in base64.
pub(super) fn is_rsa(signature: &[u8]) -> bool {
    let is_other = signature.iter().all(u8::is_ascii_hexdigit);
    !is_other
        && STANDARD.decode(signature).is_ok_and(|it| matches!(it.len(), 128 | 256 | 384 | 512))
}

pub(super) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let digits: Option<Vec<u8>> = text.iter().map(digit).collect();
    let pairs = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(pairs.chunks_exact(2).filter_map(|it| Some((it.first()? << 4) | it.get(1)?)).collect())
}
