//! Text without a meaning of its own: hex, and names compared in any case.

use alloc::string::String;

/// Lower-case hex, which is the only form Duo takes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value & 15)).copied().unwrap_or_default();
    let mut text = String::with_capacity(bytes.len() * 2);
    // In pieces, which is several times faster than one character after the other.
    for bytes in bytes.chunks(32) {
        let mut piece = [0; 64];
        for (pair, byte) in piece.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(*byte)]);
        }
        let piece = piece.get(..bytes.len() * 2).unwrap_or_default();
        text.push_str(core::str::from_utf8(piece).unwrap_or_default());
    }
    text
}

/// Whether two names are the same but for the case of ASCII letters.
pub(crate) fn eq_ignore_case(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use super::*;

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
