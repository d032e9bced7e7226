//! Making the checksums of a changed container right, as a forger would: what lies behind them must hold by itself.

use crate::ids::Digest;

const HEADER: usize = 128;
const ENTRY: usize = 48;
const TRAILER: usize = 128;

/// Sets every length and checksum that can be set, and leaves the rest.
#[expect(clippy::ptr_arg, reason = "a target takes repairs that may change the length")]
pub(crate) fn repair(bytes: &mut Vec<u8>) {
    let Some(trailer) = bytes.len().checked_sub(TRAILER).filter(|&at| at >= HEADER) else { return };
    put_crc(bytes, 124, 0..124);
    let file_id = Digest(bytes[32..64].try_into().expect("32 bytes"));
    let blocks = u32_at(bytes, trailer + 8) as usize;
    let index = blocks.checked_mul(ENTRY).and_then(|len| trailer.checked_sub(len)).filter(|&at| at >= HEADER).unwrap_or(trailer);
    put_u64(bytes, trailer, index as u64);
    for entry in (index..trailer).step_by(ENTRY) {
        repair_block(bytes, entry, &file_id);
    }
    put_crc(bytes, trailer + 12, index..trailer);
    put_u64(bytes, trailer + 24, (trailer + TRAILER) as u64);
    bytes[trailer + 32..trailer + 64].copy_from_slice(&file_id.0);
    let digest = Digest::of(&bytes[..trailer]);
    bytes[trailer + 64..trailer + 96].copy_from_slice(&digest.0);
    bytes[trailer + 96..trailer + 112].fill(0);
    put_crc(bytes, trailer + 112, trailer..trailer + 112);
    put_u32(bytes, trailer + 116, 0);
    bytes[trailer + 120..].copy_from_slice(b"LMQE\r\n\x1a\n");
}

/// The block header is written anew from its index entry, over whatever is there.
fn repair_block(bytes: &mut [u8], entry: usize, file_id: &Digest) {
    let Ok(at) = usize::try_from(u64_at(bytes, entry)) else { return };
    let stored = u32_at(bytes, entry + 8) as usize;
    let Some(end) = at.checked_add(32).and_then(|payload| payload.checked_add(stored)).filter(|&end| end <= entry) else { return };
    let sequence = u32_at(bytes, at + 20);
    let mut head = [0; 28];
    head[0..12].copy_from_slice(&bytes[entry + 8..entry + 20]);
    head[12] = bytes[entry + 44];
    head[16..20].copy_from_slice(&bytes[entry + 20..entry + 24]);
    head[20..24].copy_from_slice(&sequence.to_le_bytes());
    bytes[at..at + 28].copy_from_slice(&head);
    let sum = crc32c::crc32c_append(crc32c::crc32c_append(crc(&file_id.0), &head), &bytes[at + 32..end]);
    put_u32(bytes, at + 28, sum);
    put_u32(bytes, entry + 40, sum);
}

fn crc(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes)
}

fn put_crc(bytes: &mut [u8], at: usize, of: std::ops::Range<usize>) {
    let sum = crc(&bytes[of]);
    put_u32(bytes, at, sum);
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"))
}

fn put_u32(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

fn put_u64(bytes: &mut [u8], at: usize, value: u64) {
    bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
}
