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
    pub(crate) fn split(bytes: &[u8], class: u8) -> (&str, &[u8]) {
        let is_outside = |byte: &u8| OF.get(usize::from(*byte)).is_none_or(|of| of & class == 0);
        let length = bytes.iter().position(is_outside).unwrap_or(bytes.len());
        let (start, rest) = bytes.split_at_checked(length).unwrap_or_default();
        (core::str::from_utf8(start).unwrap_or_default(), rest)
    }

    /// The first character that is of none of these kinds.
    pub(crate) fn first_outside(text: &str, class: u8) -> Option<char> {
        let (start, _) = split(text.as_bytes(), class);
        text.get(start.len()..)?.chars().next()
    }
}

/// Lower-case hex, which is the only form Duo takes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(&mut text, bytes);
    text
}

/// Appends lower-case hex.
pub(crate) fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value & 15)).copied().unwrap_or_default();
    // In pieces, which is several times faster than one character after the other.
    for bytes in bytes.chunks(32) {
        let mut piece = [0; 64];
        for (pair, byte) in piece.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(*byte)]);
        }
        let piece = piece.get(..bytes.len() * 2).unwrap_or_default();
        text.push_str(core::str::from_utf8(piece).unwrap_or_default());
    }
}

/// The number that decimal digits write; `None` for anything else, and beyond 18 digits.
pub(crate) fn decimal(digits: &str) -> Option<i64> {
    let is_long = digits.is_empty() || digits.len() > 18;
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let add = |number: i64, byte| Some(number * 10 + digit(byte)?);
    if is_long { None } else { digits.bytes().try_fold(0, add) }
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

/// A text that is compared by its first eight bytes before anything else, which nearly always tell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'a> {
    start: u64,
    text: &'a str,
}

impl<'a> Key<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut start = [0; 8];
        for (place, byte) in start.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        Self { start: u64::from_be_bytes(start), text }
    }

    pub(crate) fn text(self) -> &'a str {
        self.text
    }
}

/// The order of so many things, where `is_after(a, b)` says whether thing `a` comes after thing `b`;
/// equal ones stay as they are. A merge sort with one instance for all, a fraction of the code of
/// those that slices have.
pub(crate) fn order(count: usize, is_after: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut from: Vec<usize> = (0..count).collect();
    let mut to = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        to.clear();
        for both in from.chunks(2 * width) {
            let (mut left, mut right) = both.split_at(width.min(both.len()));
            while let (Some((a, after_a)), Some((b, after_b))) =
                (left.split_first(), right.split_first())
            {
                let is_right = is_after(*a, *b);
                to.push(if is_right { *b } else { *a });
                if is_right {
                    right = after_b;
                } else {
                    left = after_a;
                }
            }
            to.extend_from_slice(left);
            to.extend_from_slice(right);
        }
        core::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_as_slices_do() {
        let mut state: u32 = 1;
        for count in 0..200 {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state >> 27
            };
            let values: Vec<u32> = (0..count).map(|_| next()).collect();
            let mut wanted: Vec<usize> = (0..count).collect();
            wanted.sort_by_key(|i| values[*i]);
            assert_eq!(order(count, &|a, b| values[a] > values[b]), wanted);
        }
    }

    #[test]
    fn keys_compare_as_texts_do() {
        let texts =
            ["", "\0", "a", "a\0", "a\0b", "ab", "abcdefgh", "abcdefgh\0", "abcdefghi", "é"];
        for a in texts {
            for b in texts {
                assert_eq!(Key::new(a).cmp(&Key::new(b)), a.cmp(b), "{a:?} {b:?}");
            }
        }
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
