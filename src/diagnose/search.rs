//! Which combination of mutations gives the signature.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::hash::{Hash as _, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::Digest as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::mutations::{Choices, DATE, DIMENSIONS, KEY, Key, Tables, cause, frequency};
use super::{Explanation, Fault, Findings};

/// How many mistakes at once are looked for.
const MOST_FAULTS: usize = 3;

/// The signature as it was sent: its bytes, and what is wrong with its form.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) bytes: Vec<u8>,
    pub(super) form: Option<&'static str>,
}

impl Target {
    /// Hex in either case, base64, or the bytes themselves; `None` when it is no hash.
    pub(super) fn read(signature: &[u8]) -> Option<Self> {
        let is_hash = |bytes: &Vec<u8>| matches!(bytes.len(), 20 | 32 | 64);
        if let Some(bytes) = from_hex(signature).filter(is_hash) {
            let upper = signature.iter().any(u8::is_ascii_uppercase);
            return Some(Self { bytes, form: upper.then_some("OUT-UPPER") });
        }
        if let Some(bytes) = STANDARD.decode(signature).ok().filter(is_hash) {
            return Some(Self { bytes, form: Some("OUT-B64") });
        }
        let bytes = signature.to_vec();
        is_hash(&bytes).then_some(Self { bytes, form: Some("OUT-RAW") })
    }
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let digits: Option<Vec<u8>> = text.iter().map(digit).collect();
    let pairs = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(pairs.chunks_exact(2).filter_map(|it| Some((it.first()? << 4) | it.get(1)?)).collect())
}

/// What a key does to a text, for the hash that the length of the signature tells.
enum Signer<'a> {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
    /// The text is the key, and the key the text.
    Swapped(&'a [u8]),
    /// A hash without a key.
    Plain,
    /// The hash of the base64 text of the right HMAC.
    OfBase64(Hmac<Sha1>),
}

impl<'a> Signer<'a> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn new(key: &'a Key, length: usize) -> Self {
        let (Key::Hmac(bytes) | Key::Swapped(bytes) | Key::OfBase64(bytes)) = key else {
            return Self::Plain;
        };
        match (key, length) {
            (Key::Swapped(_), _) => Self::Swapped(bytes),
            (Key::OfBase64(_), _) => {
                Self::OfBase64(Hmac::new_from_slice(bytes).expect("any length"))
            }
            (_, 20) => Self::Sha1(Hmac::new_from_slice(bytes).expect("any length")),
            (_, 32) => Self::Sha256(Hmac::new_from_slice(bytes).expect("any length")),
            _ => Self::Sha512(Hmac::new_from_slice(bytes).expect("any length")),
        }
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn gives(&self, text: &str, wanted: &[u8]) -> bool {
        fn mac<T: hmac::Mac + Clone>(keyed: &T, text: &[u8], wanted: &[u8]) -> bool {
            keyed.clone().chain_update(text).finalize().into_bytes().as_slice() == wanted
        }
        let bytes = text.as_bytes();
        match self {
            Self::Sha1(keyed) => mac(keyed, bytes, wanted),
            Self::Sha256(keyed) => mac(keyed, bytes, wanted),
            Self::Sha512(keyed) => mac(keyed, bytes, wanted),
            Self::Swapped(key) if wanted.len() == 20 => {
                mac(&Hmac::<Sha1>::new_from_slice(bytes).expect("any length"), key, wanted)
            }
            Self::Swapped(key) => {
                mac(&Hmac::<Sha512>::new_from_slice(bytes).expect("any length"), key, wanted)
            }
            Self::Plain if wanted.len() == 20 => Sha1::digest(bytes).as_slice() == wanted,
            Self::Plain if wanted.len() == 32 => Sha256::digest(bytes).as_slice() == wanted,
            Self::Plain => Sha512::digest(bytes).as_slice() == wanted,
            Self::OfBase64(keyed) => {
                let code = keyed.clone().chain_update(bytes).finalize().into_bytes();
                Sha1::digest(STANDARD.encode(code)).as_slice() == wanted
            }
        }
    }
}

/// A search through all bases, the fewest mistakes first.
pub(super) struct Search<'a> {
    bases: &'a [Tables],
    target: &'a Target,
    /// Hashes of what was tried, since many mutations give the same text.
    seen: BTreeSet<u64>,
    searched: u64,
}

/// A combination that gives the signature.
struct Match {
    base: usize,
    choices: Choices,
    canonical: String,
}

impl<'a> Search<'a> {
    pub(super) fn new(bases: &'a [Tables], target: &'a Target) -> Self {
        Self { bases, target, seen: BTreeSet::new(), searched: 0 }
    }

    pub(super) fn run(mut self) -> Findings {
        for level in 0..=MOST_FAULTS {
            let mut found: Vec<Match> = Vec::new();
            for (i, base) in self.bases.iter().enumerate() {
                if let Some(more) = level.checked_sub(base.given.len()) {
                    let signers: Vec<_> = base
                        .keys
                        .iter()
                        .map(|it| Signer::new(&it.value, self.target.bytes.len()))
                        .collect();
                    let mut choices = [0; DIMENSIONS];
                    self.descend(i, &signers, 0, more, level, &mut choices, &mut found);
                }
            }
            // Of equal ones the first, which is the commoner.
            let best = found.into_iter().min_by_key(|it| Reverse(self.weight(it)));
            if let Some(best) = best {
                let explanation = Some(self.explanation(best));
                return Findings { explanation, searched: self.searched };
            }
        }
        Findings { explanation: None, searched: self.searched }
    }

    /// Tries every combination of `more` further mutations in the dimensions from `from` on.
    #[expect(clippy::too_many_arguments, reason = "the state of a recursion")]
    fn descend(
        &mut self,
        base: usize,
        signers: &[Signer<'_>],
        from: usize,
        more: usize,
        level: usize,
        choices: &mut Choices,
        found: &mut Vec<Match>,
    ) {
        let Some(tables) = self.bases.get(base) else { return };
        if more == 0 {
            return self.attempt(base, signers, choices, found);
        }
        for dimension in from..DIMENSIONS {
            // Shifted dates are many: alone, and with one other mistake.
            let all = tables.count(dimension);
            let count = if dimension == DATE && level > 2 { tables.unshifted } else { all };
            for choice in 1..count {
                if let Some(slot) = choices.get_mut(dimension) {
                    *slot = choice;
                }
                self.descend(base, signers, dimension + 1, more - 1, level, choices, found);
            }
            if let Some(slot) = choices.get_mut(dimension) {
                *slot = 0;
            }
        }
    }

    fn attempt(
        &mut self,
        base: usize,
        signers: &[Signer<'_>],
        choices: &Choices,
        found: &mut Vec<Match>,
    ) {
        let Some(tables) = self.bases.get(base) else { return };
        let Some(canonical) = tables.canonical(choices) else { return };
        let [.., key] = *choices;
        // Once there is a match, only the same text can be another.
        if let Some(first) = found.first() {
            if first.canonical != canonical {
                return;
            }
        } else {
            let mut hasher = Fnv::default();
            (key, &canonical).hash(&mut hasher);
            if !self.seen.insert(hasher.finish()) {
                return;
            }
            self.searched += 1;
        }
        let is_match = signers.get(key).is_some_and(|it| it.gives(&canonical, &self.target.bytes));
        if is_match {
            found.push(Match { base, choices: *choices, canonical });
        }
    }

    fn weight(&self, found: &Match) -> u32 {
        let base = self.bases.get(found.base);
        base.map_or(0, |base| base.mutations(&found.choices).map(frequency).sum())
    }

    fn explanation(&self, found: Match) -> Explanation {
        let Match { base, choices, canonical } = found;
        let mut faults = Vec::new();
        let mut expected = String::new();
        if let Some(base) = self.bases.get(base) {
            expected = base.canonical(&[0; DIMENSIONS]).unwrap_or_default();
            faults = base.faults(&choices);
        }
        if let Some(mutation) = self.target.form {
            faults.push(Fault {
                cause: cause(mutation),
                mutation,
                signed: String::new(),
                expected: String::new(),
            });
        }
        faults.sort_by_key(|fault| Reverse(frequency(fault.mutation)));
        Explanation { faults, canonical, expected }
    }
}

const _: () = assert!(KEY + 1 == DIMENSIONS, "the key is the last dimension");

/// FNV-1a, to tell texts apart that were tried already.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
