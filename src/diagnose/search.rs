//! Which combination of mistakes gives the signature.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::KeyInit as _;
use hmac::block_api::HmacCore;
use hmac::digest::block_api::{Buffer, EagerHash, UpdateCore as _};
use hmac::digest::{Digest as _, Output};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::mistakes::choices::{Choices, DIMENSIONS, HEADERS, KEY, SHAPE, Tier};
use super::mistakes::encoding::in_order;
use super::mistakes::key::{Key, Secret};
use super::mistakes::list::{Fault, Mistake};
use super::mistakes::table::{Tables, Tiers};
use crate::canonical::SignatureVersion;
use crate::signer::{hmac, wipe_stack};

/// How many canonical strings are tried, and how many bytes, unless the caller says otherwise. Those of
/// a shorter hash than SHA-512 take half as long: twice as many. To prepare the search takes as long as
/// some bytes for each parameter.
const BUDGET: u64 = 1_400_000;
const MOST_BYTES: u64 = 580_000_000;
const BYTES_FOR_A_PARAM: u64 = 400_000;

/// How many mistakes at once are looked for.
const MOST_FAULTS: usize = 3;

/// How seldom one of two mistakes may be, to be tried soon beside a common one.
const MOST_SELDOM: u64 = 8;

/// Up to this number of texts a plan is compared with a match.
const MOST_FOR_SIMPLER: u64 = 20_000;

/// What a key does to a text, for the hash that the length of the signature tells.
///
/// Boxed, since moving them would leave copies behind.
enum Signer {
    Sha1(Box<Keyed<Sha1>>),
    Sha224(Box<Keyed<Sha224>>),
    Sha384(Box<Keyed<Sha384>>),
    Sha256(Box<Keyed<Sha256>>),
    Sha512(Box<Keyed<Sha512>>),
    Swapped(Secret),
    Hash(Secret, Secret),
    OfBase64(Box<Keyed<Sha1>>),
}

impl Signer {
    fn new(key: &Key, length: usize) -> Self {
        match key {
            Key::Hash(before, after) => Self::Hash(before.clone(), after.clone()),
            Key::Swapped(key) => Self::Swapped(key.clone()),
            Key::OfBase64(key) => Self::OfBase64(Keyed::boxed(key)),
            Key::Hmac(key) if length == 20 => Self::Sha1(Keyed::boxed(key)),
            Key::Hmac(key) if length == 28 => Self::Sha224(Keyed::boxed(key)),
            Key::Hmac(key) if length == 48 => Self::Sha384(Keyed::boxed(key)),
            Key::Hmac(key) if length == 32 => Self::Sha256(Keyed::boxed(key)),
            Key::Hmac(key) => Self::Sha512(Keyed::boxed(key)),
        }
    }

    fn gives(&mut self, text: &str, wanted: &[u8]) -> bool {
        let text = text.as_bytes();
        match self {
            Self::Sha1(keyed) => keyed.code(text).as_slice() == wanted,
            Self::Sha224(keyed) => keyed.code(text).as_slice() == wanted,
            Self::Sha384(keyed) => keyed.code(text).as_slice() == wanted,
            Self::Sha256(keyed) => keyed.code(text).as_slice() == wanted,
            Self::Sha512(keyed) => keyed.code(text).as_slice() == wanted,
            Self::Swapped(key) => match wanted.len() {
                20 => Keyed::<Sha1>::new(text).code(key).as_slice() == wanted,
                32 => Keyed::<Sha256>::new(text).code(key).as_slice() == wanted,
                _ => Keyed::<Sha512>::new(text).code(key).as_slice() == wanted,
            },
            Self::Hash(before, after) => {
                let text = Secret::new([before, text, after].concat());
                match wanted.len() {
                    20 => Sha1::digest(&*text).as_slice() == wanted,
                    32 => Sha256::digest(&*text).as_slice() == wanted,
                    _ => Sha512::digest(&*text).as_slice() == wanted,
                }
            }
            Self::OfBase64(keyed) => {
                Sha1::digest(STANDARD.encode(keyed.code(text))).as_slice() == wanted
            }
        }
    }
}

/// The HMAC of a key, for texts that come one after the other and start alike.
struct Keyed<T: EagerHash> {
    empty: HmacCore<T>,
    /// The start of the texts, in whole blocks, and the HMAC after it.
    start: Vec<u8>,
    started: HmacCore<T>,
    previous: Vec<u8>,
}

impl<T: EagerHash> Keyed<T> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn new(key: &[u8]) -> Self {
        let empty = HmacCore::<T>::new_from_slice(key).expect("any length");
        Self { started: empty.clone(), empty, start: Vec::new(), previous: Vec::new() }
    }

    fn boxed(key: &[u8]) -> Box<Self> {
        Box::new(Self::new(key))
    }

    fn code(&mut self, text: &[u8]) -> Output<HmacCore<T>> {
        /// Of SHA-512; that of SHA-1 and SHA-256 is half of it.
        const BLOCK: usize = 128;
        let blocks = text.chunks_exact(BLOCK).zip(self.previous.chunks_exact(BLOCK));
        let same = blocks.take_while(|(a, b)| a == b).count() * BLOCK;
        let same = text.get(..same).unwrap_or_default();
        if same.len() > self.start.len() || !text.starts_with(&self.start) {
            self.started = self.empty.clone();
            let add = |blocks: &[_]| self.started.update_blocks(blocks);
            Buffer::<HmacCore<T>>::default().digest_blocks(same, add);
            self.start.clear();
            self.start.extend_from_slice(same);
        }
        self.previous.clear();
        self.previous.extend_from_slice(text);
        hmac(&self.started, text.get(self.start.len()..).unwrap_or_default())
    }
}

/// Some mistakes at once, each in a dimension of its own: all choices among them are tried.
struct Plan {
    base: usize,
    faults: usize,
    choices: Tiers,
    count: u64,
}

impl Plan {
    /// When it is tried, if the signature is one of that base: no mistake first, then one; of more those
    /// that are soon tried.
    fn turn(&self, base: &Tables) -> (usize, u64) {
        if self.faults < 2 {
            return (self.faults, 0);
        }
        // Seldom beside others.
        let seldom = self.choices.iter().map(|(dimension, _)| match *dimension {
            KEY => 4,
            HEADERS => 3,
            SHAPE => 2,
            _ => 1,
        });
        let tiers = || self.choices.iter().map(|(_, tier)| tier.seldom);
        // Of two, a seldom one beside a common one is soon tried, unless it is very seldom.
        let pair = tiers().min().into_iter().chain(tiers().filter(|it| *it > MOST_SELDOM));
        let pair = pair.filter(|_| self.faults == 2);
        let seldom = seldom.chain(tiers()).filter(|_| self.faults > 2).chain(pair);
        (2, seldom.chain([base.seldom()]).fold(self.count, u64::saturating_mul))
    }
}

/// A search that can be interrupted, the fewest mistakes first.
pub(super) struct Search {
    bases: Vec<Tables>,
    signers: Vec<Vec<Signer>>,
    wanted: Vec<u8>,
    plans: Vec<Plan>,
    plan: usize,
    /// The next combination of the plan.
    next: u64,
    tried: u64,
    budget: u64,
    found: Vec<Match>,
    /// The choices that are written, all but the key, and whether they make sense.
    written: Option<(usize, [usize; KEY], bool)>,
    text: String,
}

/// A combination that gives the signature.
struct Match {
    base: usize,
    faults: usize,
    choices: Choices,
    canonical: String,
}

/// The text that was signed, and what is wrong with it.
pub(super) struct Explanation {
    pub(super) version: SignatureVersion,
    pub(super) faults: Vec<Fault>,
    pub(super) canonical: String,
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search").field("tried", &self.tried).finish_non_exhaustive()
    }
}

impl Search {
    /// `wanted` are the bytes of the signature; after `budget` texts the search ends.
    pub(super) fn new(mut bases: Vec<Tables>, wanted: Vec<u8>, budget: Option<u64>) -> Self {
        let signers = bases
            .iter()
            .map(|base| base.keys().map(|key| Signer::new(key, wanted.len())).collect())
            .collect();
        wipe_stack();
        let budget = budget.unwrap_or_else(|| {
            // So that long texts do not take longer.
            let mut text = String::new();
            let lengths = bases.iter_mut().filter_map(|base| {
                base.write(&[0; DIMENSIONS], &mut text).map(|()| text.len() as u64)
            });
            let longest = lengths.max().unwrap_or(1).max(1);
            let params = bases.iter().map(Tables::params).max().unwrap_or(0) as u64;
            let bytes = MOST_BYTES.saturating_sub(params * BYTES_FOR_A_PARAM);
            let times = if wanted.len() <= 32 { 2 } else { 1 };
            times * BUDGET.min(bytes.max(MOST_BYTES / 8) / longest)
        });
        let mut plans = Vec::new();
        let mut turns = Vec::new();
        for faults in 0..=MOST_FAULTS {
            for (i, base) in bases.iter().enumerate() {
                for choices in base.plans(faults) {
                    let counts = choices.iter().map(|(_, tier)| tier.range.len() as u64);
                    let count = counts.fold(1, u64::saturating_mul);
                    let plan = Plan { base: i, faults, choices, count };
                    turns.push(plan.turn(base));
                    plans.push(plan);
                }
            }
        }
        let order = in_order(turns.into_iter());
        let mut plans: Vec<_> = plans.into_iter().map(Some).collect();
        let plans = order.into_iter().filter_map(|i| plans.get_mut(i)?.take()).collect();
        Self {
            bases,
            signers,
            wanted,
            plans,
            plan: 0,
            next: 0,
            tried: 0,
            budget,
            found: Vec::new(),
            written: None,
            text: String::new(),
        }
    }

    pub(super) fn tried(&self) -> u64 {
        self.tried
    }

    /// How many texts are to be tried when nothing is found.
    pub(super) fn total(&self) -> u64 {
        self.plans.iter().fold(0_u64, |sum, plan| sum.saturating_add(plan.count)).min(self.budget)
    }

    /// After how many texts the search ends.
    pub(super) fn budget(&self) -> u64 {
        self.budget
    }

    /// Whether it ended because of its budget.
    pub(super) fn is_exhausted(&self) -> bool {
        self.tried >= self.budget
    }

    /// Whether nothing is left to be tried.
    pub(super) fn is_over(&self) -> bool {
        self.plan >= self.plans.len()
    }

    /// Goes on for at most `steps` texts; whether the search is over.
    pub(super) fn step(&mut self, mut steps: u64) -> bool {
        while let Some(plan) = self.plans.get(self.plan) {
            if self.is_exhausted() {
                return true;
            }
            // Once there is a match, only what says the same more simply is of interest.
            let is_of_use = self
                .found
                .iter()
                .all(|found| plan.faults <= found.faults.min(2) && plan.count <= MOST_FOR_SIMPLER);
            if !is_of_use {
                (self.plan, self.next) = (self.plan + 1, 0);
                continue;
            }
            if steps == 0 {
                return false;
            }
            if self.next >= plan.count {
                (self.plan, self.next) = (self.plan + 1, 0);
                continue;
            }
            let mut choices = [0; DIMENSIONS];
            let mut rest = self.next;
            // The last ones vary fastest.
            for (dimension, Tier { range, .. }) in plan.choices.iter().rev() {
                let length = range.len() as u64;
                let offset = usize::try_from(rest % length).unwrap_or_default();
                rest /= length;
                if let Some(slot) = choices.get_mut(*dimension) {
                    *slot = range.start + offset;
                }
            }
            let (base, faults) = (plan.base, plan.faults);
            self.attempt(base, faults, choices);
            self.next += 1;
            steps -= 1;
        }
        true
    }

    fn attempt(&mut self, base: usize, faults: usize, choices: Choices) {
        let [texts @ .., key] = choices;
        // The keys vary fastest: all of them sign the same text.
        let written = self.written.filter(|it| (it.0, it.1) == (base, texts));
        let (.., makes_sense) = written.unwrap_or_else(|| {
            let tables = self.bases.get_mut(base);
            let text = tables.and_then(|tables| tables.write(&choices, &mut self.text));
            (base, texts, text.is_some())
        });
        self.written = Some((base, texts, makes_sense));
        if !makes_sense {
            return;
        }
        // Once there is a match, only the same text can be another.
        if self.found.first().is_some_and(|first| first.canonical != self.text) {
            return;
        }
        self.tried += 1;
        let signer = self.signers.get_mut(base).and_then(|signers| signers.get_mut(key));
        if signer.is_some_and(|signer| signer.gives(&self.text, &self.wanted)) {
            self.found.push(Match { base, faults, choices, canonical: self.text.clone() });
        }
    }

    /// Whether this text gives the signature, with the secret key or what programs take for it.
    pub(super) fn is_signed(&mut self, text: &str) -> bool {
        self.signers.iter_mut().flatten().any(|signer| signer.gives(text, &self.wanted))
    }

    /// What was found: of equal ones that with the fewest mistakes, then the commonest.
    pub(super) fn explanation(&self) -> Option<Explanation> {
        let faults = |found: &Match| {
            let base = self.bases.get(found.base);
            let mut faults = base.map_or(Vec::new(), |base| base.faults(&found.choices));
            // Parameters in another body than a form say already that version 2 does not cover it.
            if faults.iter().any(|fault| fault.mistake == Mistake::ReceivedNoParams) {
                faults.retain(|fault| fault.mistake != Mistake::V5As2);
            }
            faults
        };
        let weight = |faults: &Vec<Fault>| -> u32 {
            faults.iter().map(|fault| fault.mistake.row().seen).sum()
        };
        let all = self.found.iter().map(|found| (found, faults(found)));
        let (found, faults) =
            all.min_by_key(|(_, faults)| (faults.len(), Reverse(weight(faults))))?;
        let order = in_order(faults.iter().map(|fault| Reverse(fault.mistake.row().seen)));
        let faults = order.into_iter().filter_map(|i| faults.get(i).cloned()).collect();
        let version = self.bases.get(found.base)?.version;
        Some(Explanation { version, faults, canonical: found.canonical.clone() })
    }
}

const _: () = assert!(KEY + 1 == DIMENSIONS, "the key is the last dimension");
