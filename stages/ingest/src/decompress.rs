//! gzip and Zstandard streams: several members or frames one after the other, skippable frames, zero padding after gzip members,
//! checksums checked. What was decoded before damage stays usable: damage is an error of the next read.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use schemas::record::Compression;

/// Largest window of a Zstandard frame, which is memory: that of `zstd --long`.
const WINDOW_BYTES_MAX: u64 = 128 << 20;

/// A decompressor over stored bytes.
pub(crate) enum Decoder<R> {
    Gzip(Gzip<R>),
    Zstd(Box<Zstd<R>>),
}

impl<R: BufRead> Decoder<R> {
    /// A decoder, or the stored bytes back when they are not compressed.
    pub(crate) fn new(stored: R, compression: Compression) -> Result<Self, R> {
        match compression {
            Compression::None => Err(stored),
            Compression::Gzip => Ok(Self::Gzip(Gzip { state: Some(Member::Open(Box::new(GzDecoder::new(stored)))) })),
            Compression::Zstd => {
                let mut frame = FrameDecoder::new();
                frame.set_max_window_size(WINDOW_BYTES_MAX);
                Ok(Self::Zstd(Box::new(Zstd { frame, stored, open: false })))
            }
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(gzip) => gzip.read(buffer),
            Self::Zstd(zstd) => zstd.read(buffer),
        }
    }
}

/// The first decoded bytes, as far as they are sound.
pub(crate) fn head(stored: &[u8], compression: Compression, bytes: usize) -> Vec<u8> {
    let mut out = Vec::new();
    match Decoder::new(stored, compression) {
        Err(plain) => out.extend_from_slice(&plain[..plain.len().min(bytes)]),
        Ok(mut decoder) => {
            out.resize(bytes, 0);
            let mut done = 0;
            while let Ok(read @ 1..) = decoder.read(&mut out[done..]) {
                done += read;
            }
            out.truncate(done);
        }
    }
    out
}

enum Member<R> {
    Open(Box<GzDecoder<R>>),
    Between(R),
}

/// gzip members one after the other.
pub(crate) struct Gzip<R> {
    state: Option<Member<R>>,
}

impl<R: BufRead> Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.state.take() {
                Some(Member::Open(mut member)) => {
                    let read = member.read(buffer)?;
                    if read > 0 || buffer.is_empty() {
                        self.state = Some(Member::Open(member));
                        return Ok(read);
                    }
                    self.state = Some(Member::Between(member.into_inner()));
                }
                Some(Member::Between(mut stored)) => match next_member(&mut stored)? {
                    true => self.state = Some(Member::Open(Box::new(GzDecoder::new(stored)))),
                    false => return Ok(0),
                },
                None => return Ok(0),
            }
        }
    }
}

/// Skips zero padding; whether a member follows.
fn next_member(stored: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let ahead = stored.fill_buf()?;
        let zeros = ahead.iter().take_while(|&&byte| byte == 0).count();
        match ahead.get(zeros) {
            Some(0x1f) => {
                stored.consume(zeros);
                return Ok(true);
            }
            Some(_) => return Err(io::ErrorKind::InvalidData.into()),
            None if ahead.is_empty() => return Ok(false),
            None => stored.consume(zeros),
        }
    }
}

/// Zstandard frames one after the other.
pub(crate) struct Zstd<R> {
    frame: FrameDecoder,
    stored: R,
    open: bool,
}

impl<R: BufRead> Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.open {
                while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                    self.frame.decode_blocks(&mut self.stored, BlockDecodingStrategy::UptoBlocks(1)).map_err(io::Error::other)?;
                }
                let read = self.frame.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
                let stated = self.frame.get_checksum_from_data();
                if stated.is_some() && stated != self.frame.get_calculated_checksum() {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                self.open = false;
            }
            if self.stored.fill_buf()?.is_empty() {
                return Ok(0);
            }
            match self.frame.reset(&mut self.stored) {
                Ok(()) => self.open = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => self.skip(length.into())?,
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }

    fn skip(&mut self, mut bytes: u64) -> io::Result<()> {
        while bytes > 0 {
            let ahead = self.stored.fill_buf()?.len();
            if ahead == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let step = usize::try_from(bytes).unwrap_or(usize::MAX).min(ahead);
            self.stored.consume(step);
            bytes -= step as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{gzip, zstd};

    fn read_all(stored: &[u8], compression: Compression) -> (Vec<u8>, bool) {
        let mut decoder = Decoder::new(stored, compression).map_err(|_| ()).expect("compressed");
        let mut out = Vec::new();
        let sound = decoder.read_to_end(&mut out).is_ok();
        (out, sound)
    }

    #[test]
    fn reads_members_one_after_the_other() {
        let two = [gzip(b"one\n"), gzip(b"two\n"), vec![0; 700]].concat();
        assert_eq!(read_all(&two, Compression::Gzip), (b"one\ntwo\n".to_vec(), true));
        let two = [zstd(b"one\n"), [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9].to_vec(), zstd(b"two\n")].concat();
        assert_eq!(read_all(&two, Compression::Zstd), (b"one\ntwo\n".to_vec(), true));
    }

    #[test]
    fn damage_ends_the_stream_after_what_was_sound() {
        let text = b"line of text\n".repeat(5_000);
        let damaged = |stored: Vec<u8>, compression| {
            let cut = &stored[..stored.len() - 3];
            let (out, sound) = read_all(cut, compression);
            assert!(!sound && text.starts_with(&out));
            let garbage = [stored.clone(), b"garbage".to_vec()].concat();
            assert_eq!(read_all(&garbage, compression), (text.clone(), false));
        };
        damaged(gzip(&text), Compression::Gzip);
        damaged(zstd(&text), Compression::Zstd);
    }

    #[test]
    fn checksums_are_checked() {
        let mut stored = gzip(b"some text");
        let at = stored.len() - 6;
        stored[at] ^= 1;
        assert!(!read_all(&stored, Compression::Gzip).1);
    }
}
