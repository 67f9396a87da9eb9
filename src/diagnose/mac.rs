//! Hashes and HMACs of texts that come one after the other and start alike, block by block: what the
//! crates of the hashes copy and wipe around each text would take longer than the hashing.

use alloc::vec;
use alloc::vec::Vec;

use sha1::block_api::compress as compress1;
use sha2::block_api::{compress256, compress512};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A hash function after some blocks; which one, the length of its hash in bytes tells.
#[derive(Clone, Copy)]
enum Hash {
    Sha1([u32; 5]),
    Sha256([u32; 8]),
    Sha512([u64; 8]),
}

/// Of the longest of them, SHA-512.
const MOST_BLOCK: usize = 128;

impl Hash {
    /// Before the first block: FIPS 180-4, section 5.3.
    fn new(length: usize) -> Self {
        match length {
            20 => Self::Sha1([0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]),
            32 => Self::Sha256([
                0x6a09_e667,
                0xbb67_ae85,
                0x3c6e_f372,
                0xa54f_f53a,
                0x510e_527f,
                0x9b05_688c,
                0x1f83_d9ab,
                0x5be0_cd19,
            ]),
            _ => Self::Sha512([
                0x6a09_e667_f3bc_c908,
                0xbb67_ae85_84ca_a73b,
                0x3c6e_f372_fe94_f82b,
                0xa54f_f53a_5f1d_36f1,
                0x510e_527f_ade6_82d1,
                0x9b05_688c_2b3e_6c1f,
                0x1f83_d9ab_fb41_bd6b,
                0x5be0_cd19_137e_2179,
            ]),
        }
    }

    fn block(&self) -> usize {
        if matches!(self, Self::Sha512(_)) { MOST_BLOCK } else { MOST_BLOCK / 2 }
    }

    /// Takes whole blocks.
    fn update(&mut self, blocks: &[u8]) {
        match self {
            Self::Sha1(state) => compress1(state, blocks.as_chunks().0),
            Self::Sha256(state) => compress256(state, blocks.as_chunks().0),
            Self::Sha512(state) => compress512(state, blocks.as_chunks().0),
        }
    }

    /// The hash of a text of `length` bytes, of which `rest`, less than a block, is still to be taken.
    fn finish(mut self, rest: &[u8], length: usize) -> Output {
        let block = self.block();
        let mut last = [0_u8; 2 * MOST_BLOCK];
        let (text, padding) = last.split_at_mut(rest.len());
        text.copy_from_slice(rest);
        if let Some(first) = padding.first_mut() {
            *first = 0x80;
        }
        // The number of bits takes an eighth of a block, of which eight bytes are enough.
        let is_one = rest.len() + 1 + block / 8 <= block;
        let last = last.get_mut(..if is_one { block } else { 2 * block }).unwrap_or_default();
        if let Some(end) = last.last_chunk_mut() {
            *end = (8 * length as u64).to_be_bytes();
        }
        self.update(last);
        self.into()
    }
}

impl Zeroize for Hash {
    fn zeroize(&mut self) {
        match self {
            Self::Sha1(state) => state.zeroize(),
            Self::Sha256(state) => state.zeroize(),
            Self::Sha512(state) => state.zeroize(),
        }
    }
}

/// The bytes of a hash.
#[derive(Clone, Copy)]
pub(super) struct Output {
    bytes: [u8; 64],
    length: usize,
}

impl From<Hash> for Output {
    fn from(hash: Hash) -> Self {
        let mut bytes = [0; 64];
        let of_32 = |bytes: &mut [u8; 64], words: &[u32]| {
            for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
                *bytes = word.to_be_bytes();
            }
            size_of_val(words)
        };
        let length = match hash {
            Hash::Sha1(words) => of_32(&mut bytes, &words),
            Hash::Sha256(words) => of_32(&mut bytes, &words),
            Hash::Sha512(words) => {
                for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
                    *bytes = word.to_be_bytes();
                }
                size_of_val(&words)
            }
        };
        Self { bytes, length }
    }
}

impl AsRef<[u8]> for Output {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// The hash of a text, which is of `length` bytes.
pub(super) fn hash(length: usize, text: &[u8]) -> Output {
    let mut hash = Hash::new(length);
    let (blocks, rest) = text.split_at(text.len() / hash.block() * hash.block());
    hash.update(blocks);
    hash.finish(rest, text.len())
}

/// HMAC (RFC 2104) with a key.
pub(super) struct Keyed {
    outer: Hash,
    /// Before the first block of the previous text, and after each.
    inner: Vec<Hash>,
    previous: Vec<u8>,
}

impl Keyed {
    /// For hashes of `length` bytes.
    pub(super) fn new(length: usize, key: &[u8]) -> Self {
        let new = Hash::new(length);
        let hashed;
        let key = if key.len() > new.block() {
            hashed = hash(length, key);
            hashed.as_ref()
        } else {
            key
        };
        let padded = |pad: u8| {
            let mut block = [pad; MOST_BLOCK];
            for (byte, key) in block.iter_mut().zip(key) {
                *byte ^= key;
            }
            let mut hash = new;
            hash.update(block.get(..new.block()).unwrap_or_default());
            block.zeroize();
            hash
        };
        Self { outer: padded(0x5c), inner: vec![padded(0x36)], previous: Vec::new() }
    }

    pub(super) fn code(&mut self, text: &[u8]) -> Output {
        let block = self.outer.block();
        let blocks = text.chunks_exact(block);
        let rest = blocks.remainder();
        let same = blocks.clone().zip(self.previous.chunks_exact(block));
        let same = same.take_while(|(a, b)| a == b).count();
        self.inner.truncate(same + 1);
        let mut inner = self.inner.last().copied().unwrap_or(self.outer);
        for block in blocks.skip(same) {
            inner.update(block);
            self.inner.push(inner);
        }
        self.previous.clear();
        self.previous.extend_from_slice(text);
        let inner = inner.finish(rest, block + text.len());
        let inner = inner.as_ref();
        self.outer.finish(inner, block + inner.len())
    }
}

impl Drop for Keyed {
    fn drop(&mut self) {
        self.outer.zeroize();
        self.inner.zeroize();
    }
}

impl ZeroizeOnDrop for Keyed {}
