//! Characters by their names in the Unicode Standard, as Python's `\N{…}` has them: of those that names of
//! people and texts in Western languages need. Others are refused by the reader.

/// Letters with a mark: its name, the letters, and what they are with it.
const MARKED: [(&str, &str, &str); 9] = [
    ("GRAVE", "AEIOUaeiou", "ÀÈÌÒÙàèìòù"),
    ("ACUTE", "AEIOUYaeiouyCcNnSsZz", "ÁÉÍÓÚÝáéíóúýĆćŃńŚśŹź"),
    ("CIRCUMFLEX", "AEIOUaeiou", "ÂÊÎÔÛâêîôû"),
    ("TILDE", "ANOano", "ÃÑÕãñõ"),
    ("DIAERESIS", "AEIOUaeiouy", "ÄËÏÖÜäëïöüÿ"),
    ("RING ABOVE", "Aa", "Åå"),
    ("CEDILLA", "CcSs", "ÇçŞş"),
    ("STROKE", "OoLl", "ØøŁł"),
    ("CARON", "CcEeRrSsZz", "ČčĚěŘřŠšŽž"),
];

const NAMED: [(&str, char); 42] = [
    ("SPACE", ' '),
    ("QUOTATION MARK", '"'),
    ("NUMBER SIGN", '#'),
    ("DOLLAR SIGN", '$'),
    ("PERCENT SIGN", '%'),
    ("AMPERSAND", '&'),
    ("APOSTROPHE", '\''),
    ("PLUS SIGN", '+'),
    ("COMMA", ','),
    ("HYPHEN-MINUS", '-'),
    ("FULL STOP", '.'),
    ("SOLIDUS", '/'),
    ("EQUALS SIGN", '='),
    ("QUESTION MARK", '?'),
    ("COMMERCIAL AT", '@'),
    ("TILDE", '~'),
    ("NO-BREAK SPACE", '\u{a0}'),
    ("POUND SIGN", '£'),
    ("YEN SIGN", '¥'),
    ("SECTION SIGN", '§'),
    ("COPYRIGHT SIGN", '©'),
    ("REGISTERED SIGN", '®'),
    ("DEGREE SIGN", '°'),
    ("PLUS-MINUS SIGN", '±'),
    ("MICRO SIGN", 'µ'),
    ("MIDDLE DOT", '·'),
    ("LATIN SMALL LETTER SHARP S", 'ß'),
    ("LATIN SMALL LETTER AE", 'æ'),
    ("LATIN CAPITAL LETTER AE", 'Æ'),
    ("LATIN SMALL LIGATURE OE", 'œ'),
    ("ZERO WIDTH SPACE", '\u{200b}'),
    ("EN DASH", '–'),
    ("EM DASH", '—'),
    ("LEFT SINGLE QUOTATION MARK", '‘'),
    ("RIGHT SINGLE QUOTATION MARK", '’'),
    ("LEFT DOUBLE QUOTATION MARK", '“'),
    ("RIGHT DOUBLE QUOTATION MARK", '”'),
    ("BULLET", '•'),
    ("HORIZONTAL ELLIPSIS", '…'),
    ("EURO SIGN", '€'),
    ("TRADE MARK SIGN", '™'),
    ("SNOWMAN", '☃'),
];

/// The character of a name, in any case.
pub(super) fn by_name(name: &str) -> Option<char> {
    let name = name.to_ascii_uppercase();
    if let Some((_, found)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some(*found);
    }
    let letters = [("LATIN SMALL LETTER ", true), ("LATIN CAPITAL LETTER ", false)];
    let (rest, is_small) =
        letters.iter().find_map(|(start, is_small)| Some((name.strip_prefix(start)?, is_small)))?;
    let (letter, mark) = rest.split_once(" WITH ").unwrap_or((rest, ""));
    let mut characters = letter.chars();
    let letter =
        characters.next().filter(|it| it.is_ascii_uppercase() && characters.next().is_none())?;
    let letter = if *is_small { letter.to_ascii_lowercase() } else { letter };
    if mark.is_empty() {
        return Some(letter);
    }
    let (_, bare, marked) = MARKED.iter().find(|(known, ..)| *known == mark)?;
    bare.chars().zip(marked.chars()).find(|(it, _)| *it == letter).map(|(_, it)| it)
}
