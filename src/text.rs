//! What has no meaning of its own: hex, names compared in any case, and the small sort.

use alloc::string::String;
use alloc::vec::Vec;

/// Kinds of ASCII characters.
pub(crate) mod class {
    /// What percent-encoding leaves as it is (RFC 3986 section 2.3).
    pub(crate) const UNRESERVED: u8 = 1;
    /// What names of methods and headers are made of (RFC 9110 section 5.6.2).
    pub(crate) const TOKEN: u8 = 2;
    /// Letters, digits, hyphens, underscores and dots.
    pub(crate) const HOST: u8 = 4;
    /// Letters, digits, hyphens, underscores and slashes.
    pub(crate) const PLAIN_PATH: u8 = 8;

    static OF: [u8; 128] = {
        const fn add<const N: usize>(
            mut of: [u8; 128],
            characters: &[u8; N],
            class: u8,
        ) -> [u8; 128] {
            let mut i = 0;
            while i < N {
                #[expect(clippy::indexing_slicing, reason = "at compile time")]
                {
                    of[characters[i] as usize] |= class;
                }
                i += 1;
            }
            of
        }
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let of = add([0; 128], letters, UNRESERVED | TOKEN | HOST | PLAIN_PATH);
        let of = add(of, b"-_", UNRESERVED | TOKEN | HOST | PLAIN_PATH);
        let of = add(of, b".", UNRESERVED | TOKEN | HOST);
        let of = add(of, b"~", UNRESERVED | TOKEN);
        let of = add(of, b"/", PLAIN_PATH);
        add(of, b"!#$%&'*+^`|", TOKEN)
    };

    /// The bytes at the start that are of one of these kinds, and what follows.
    pub(crate) fn split(bytes: &[u8], class: u8) -> (&[u8], &[u8]) {
        let is_outside = |byte: &u8| OF.get(usize::from(*byte)).is_none_or(|of| of & class == 0);
        let length = bytes.iter().position(is_outside).unwrap_or(bytes.len());
        bytes.split_at_checked(length).unwrap_or_default()
    }

    /// The first character that is of none of these kinds.
    pub(crate) fn first_outside(text: &str, class: u8) -> Option<char> {
        let (start, _) = split(text.as_bytes(), class);
        text.get(start.len()..)?.chars().next()
    }
}

/// Lower-case hex, which is the only form Duo takes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(bytes.len() * 2);
    push_hex(&mut text, bytes);
    ascii(text)
}

/// Bytes that are ASCII as a text.
pub(crate) fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Appends lower-case hex.
pub(crate) fn push_hex(text: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |value: u8| value + if value < 10 { b'0' } else { b'a' - 10 };
    // In pieces, which is several times faster than one character after the other.
    for bytes in bytes.chunks(32) {
        let mut piece = [0; 64];
        for (pair, byte) in piece.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        let piece = piece.get(..bytes.len() * 2).unwrap_or_default();
        text.extend_from_slice(piece);
    }
}

/// The number that decimal digits write; `None` for anything else, and beyond 18 digits.
pub(crate) fn decimal(digits: &str) -> Option<i64> {
    let is_long = digits.is_empty() || digits.len() > 18;
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let add = |number: i64, byte| Some(number * 10 + digit(byte)?);
    if is_long { None } else { digits.bytes().try_fold(0, add) }
}

/// Decimal digits in groups of three, with a mark between them.
#[cfg(feature = "diagnose")]
pub(crate) fn grouped(digits: &str, mark: &str) -> String {
    let mut groups: Vec<_> = digits.as_bytes().rchunks(3).map(String::from_utf8_lossy).collect();
    groups.reverse();
    groups.join(mark)
}

/// What is before the first such byte of ASCII, and what is after it.
pub(crate) fn split_at_byte(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|found| found == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Whether two names are the same but for the case of ASCII letters.
pub(crate) fn eq_ignore_case(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// What things are sorted by: a name, a value, and the place that they had.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'a> {
    /// The first eight bytes of the name, which nearly always tell.
    start: u64,
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
    pub(crate) place: usize,
}

impl<'a> Key<'a> {
    pub(crate) fn new(name: &'a [u8], value: &'a [u8], place: usize) -> Self {
        let mut start = [0; 8];
        for (place, byte) in start.iter_mut().zip(name) {
            *place = *byte;
        }
        Self { start: u64::from_be_bytes(start), name, value, place }
    }
}

/// The places of names in byte order; those of equal names stay as they are.
pub(crate) fn order<'a, T: AsRef<[u8]> + ?Sized + 'a>(
    names: impl IntoIterator<Item = &'a T>,
) -> Vec<usize> {
    let key = |(place, name): (usize, &'a T)| Key::new(name.as_ref(), b"", place);
    let mut keys = names.into_iter().enumerate().map(key).collect();
    sort(&mut keys);
    keys.iter().map(|key| key.place).collect()
}

/// Sorts pieces by insertion, which then are merged: one instance for all, a fraction of the code of the sorts
/// that slices have.
pub(crate) fn sort(keys: &mut Vec<Key<'_>>) {
    const PIECE: usize = 12;
    for piece in keys.chunks_mut(PIECE) {
        for end in 1..piece.len() {
            for at in (0..end).rev() {
                let Some([a, b]) = piece.get_mut(at..at + 2) else { break };
                if *a <= *b {
                    break;
                }
                core::mem::swap(a, b);
            }
        }
    }
    let mut width = PIECE;
    if width >= keys.len() {
        return;
    }
    let mut merged = Vec::with_capacity(keys.len());
    while width < keys.len() {
        merged.clear();
        for both in keys.chunks(2 * width) {
            let (mut left, mut right) = both.split_at(width.min(both.len()));
            while let (Some((a, after_a)), Some((b, after_b))) =
                (left.split_first(), right.split_first())
            {
                let is_right = *a > *b;
                merged.push(if is_right { *b } else { *a });
                if is_right {
                    right = after_b;
                } else {
                    left = after_a;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        core::mem::swap(keys, &mut merged);
        width *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_slices_do() {
        let mut state: u32 = 1;
        for count in 0..200 {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                alloc::format!("{:08}", state >> 27).repeat(1 + (state as usize >> 8) % 2)
            };
            let texts: Vec<(String, String)> = (0..count).map(|_| (next(), next())).collect();
            let bytes = texts.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
            let mut keys =
                bytes.enumerate().map(|(i, (name, value))| Key::new(name, value, i)).collect();
            sort(&mut keys);
            let mut wanted: Vec<usize> = (0..count).collect();
            wanted.sort_by_key(|i| &texts[*i]);
            assert_eq!(keys.iter().map(|key| key.place).collect::<Vec<_>>(), wanted);
            wanted.sort_unstable();
            wanted.sort_by_key(|i| &texts[*i].0);
            assert_eq!(order(texts.iter().map(|(name, _)| name)), wanted);
        }
    }

    #[test]
    fn keys_compare_as_texts_do() {
        let texts =
            ["", "\0", "a", "a\0", "a\0b", "ab", "abcdefgh", "abcdefgh\0", "abcdefghi", "é"];
        let key = |text: &'static str| Key::new(text.as_bytes(), b"", 0);
        for a in texts {
            for b in texts {
                assert_eq!(key(a).cmp(&key(b)), a.cmp(b), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn reads_numbers_of_up_to_18_digits() {
        assert_eq!(decimal(&"9".repeat(18)), Some(999_999_999_999_999_999));
        assert_eq!(decimal(&"0".repeat(19)), None);
        assert!(["", "-1", "+1", "1 ", "1x"].iter().all(|it| decimal(it).is_none()));
    }

    #[test]
    #[cfg(feature = "diagnose")]
    fn groups_digits() {
        let texts = ["", "1", "100", "1000", "1400000"].map(|digits| grouped(digits, ","));
        assert_eq!(texts, ["", "1", "100", "1,000", "1,400,000"]);
    }

    #[test]
    fn writes_hex_of_every_length() {
        for length in 0..130_u8 {
            let bytes: alloc::vec::Vec<u8> = (0..length).map(|i| i.wrapping_mul(37)).collect();
            let read = |pair: &[u8]| {
                let pair = core::str::from_utf8(pair).unwrap();
                u8::from_str_radix(pair, 16).unwrap()
            };
            let text = hex(&bytes);
            assert_eq!(text, text.to_ascii_lowercase());
            assert_eq!(text.as_bytes().chunks(2).map(read).collect::<alloc::vec::Vec<_>>(), bytes);
        }
    }
}
