//! Letters with an accent: one character, or the letter and its accent, as macOS has them in names of files.

use alloc::string::String;
use alloc::vec::Vec;

/// A combining character, then letters, each before the character that it makes with that.
const LETTERS: [(char, &str); 10] = [
    ('\u{300}', "AÀEÈIÌOÒUÙaàeèiìoòuù"),
    ('\u{301}', "AÁCĆEÉIÍNŃOÓRŔSŚUÚYÝZŹaácćeéiínńoórŕsśuúyýzź"),
    ('\u{302}', "AÂEÊGĜIÎOÔUÛWŴYŶaâeêgĝiîoôuûwŵyŷ"),
    ('\u{303}', "AÃIĨNÑOÕUŨaãiĩnñoõuũ"),
    ('\u{304}', "AĀEĒIĪOŌUŪaāeēiīoōuū"),
    ('\u{308}', "AÄEËIÏOÖUÜYŸaäeëiïoöuüyÿ"),
    ('\u{30a}', "AÅUŮaåuů"),
    ('\u{30b}', "OŐUŰoőuű"),
    ('\u{30c}', "CČDĎEĚNŇRŘSŠTŤZŽcčdďeěnňrřsštťzž"),
    ('\u{327}', "CÇGĢKĶLĻNŅRŖSŞTŢcçgģkķlļnņrŗsştţ"),
];

/// What a letter is made of, and what it is.
#[inline(never)]
fn letters() -> Vec<([char; 2], char)> {
    let mut all = Vec::new();
    for (accent, pairs) in LETTERS {
        let mut pairs = pairs.chars();
        while let (Some(letter), Some(made)) = (pairs.next(), pairs.next()) {
            all.push(([letter, accent], made));
        }
    }
    all
}

/// In the form NFD of Unicode.
pub(super) fn decomposed(text: &str) -> String {
    let letters = letters();
    let mut apart = String::with_capacity(text.len());
    for found in text.chars() {
        match letters.iter().find(|(_, made)| *made == found) {
            Some((parts, _)) => apart.extend(parts),
            None => apart.push(found),
        }
    }
    apart
}

/// In the form NFC.
pub(super) fn composed(text: &str) -> String {
    let letters = letters();
    let mut whole = String::with_capacity(text.len());
    for found in text.chars() {
        let last = whole.chars().next_back();
        match letters.iter().find(|([letter, accent], _)| *accent == found && last == Some(*letter))
        {
            Some((_, made)) => {
                whole.pop();
                whole.push(*made);
            }
            None => whole.push(found),
        }
    }
    whole
}
