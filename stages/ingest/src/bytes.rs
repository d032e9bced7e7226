//! The bytes of a source, unit by unit: checked against the survey, decompressed, transcoded.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use std::sync::Arc;

use schemas::exit::Exit;
use schemas::limits::{DECOMPRESSION_RATIO_MAX, SOURCE_UNIT_BYTES};
use schemas::record::{Charset, RejectReason, SourceRecord};
use stage_runtime::{SourceReader, StepError};

use crate::charset::Utf16;
use crate::decompress::Decoder;
use crate::sniff::Sniff;

/// Bytes of a unit.
pub(crate) const UNIT: usize = SOURCE_UNIT_BYTES as usize;
/// Decoded bytes that are always allowed, however little is stored.
const DECODED_BYTES_MIN: u64 = 16 << 20;

/// The truncated digest of a unit.
pub(crate) fn unit_digest(bytes: &[u8]) -> [u8; 16] {
    let mut digest = [0; 16];
    digest.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    digest
}

/// The error of a source that is not what the survey saw.
pub(crate) fn changed(source: u32) -> StepError {
    StepError::new(Exit::DigestMismatch, format!("read source {source}: it changed since the survey"))
}

/// A check that is still to be made: the bytes of a buffer from `at` on are unit `unit`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Check {
    pub(crate) at: usize,
    pub(crate) len: usize,
    pub(crate) digest: [u8; 16],
    pub(crate) source: u32,
}

impl Check {
    /// Compares the unit with the survey.
    pub(crate) fn make(&self, buffer: &[u8]) -> Result<(), StepError> {
        if unit_digest(&buffer[self.at..self.at + self.len]) == self.digest { Ok(()) } else { Err(changed(self.source)) }
    }
}

/// Reads the units of a source in order.
pub(crate) struct Units {
    reader: Arc<SourceReader>,
    survey: Arc<SourceRecord>,
    next: usize,
}

impl Units {
    pub(crate) fn new(reader: Arc<SourceReader>, survey: Arc<SourceRecord>, first: usize) -> Self {
        Self { reader, survey, next: first }
    }

    /// Appends the next unit to `out`, and says how to check it; none at the end of the source.
    pub(crate) fn read(&mut self, out: &mut Vec<u8>) -> Result<Option<Check>, StepError> {
        let Some(&digest) = self.survey.units.get(self.next) else { return Ok(None) };
        let offset = self.next as u64 * SOURCE_UNIT_BYTES;
        let len = usize::try_from(self.survey.bytes.saturating_sub(offset).min(SOURCE_UNIT_BYTES)).unwrap_or(UNIT);
        let at = out.len();
        out.resize(at + len, 0);
        if self.reader.read_at(&mut out[at..], offset)? < len {
            return Err(changed(self.survey.source));
        }
        self.next += 1;
        Ok(Some(Check { at, len, digest, source: self.survey.source }))
    }
}

/// What a fill brought.
#[derive(Debug, Default)]
pub(crate) struct Fill {
    /// The source ends here.
    pub(crate) ends: bool,
    /// The stream is damaged, or over its limit, from here on.
    pub(crate) damage: Option<RejectReason>,
    /// A unit that is still to be checked.
    pub(crate) check: Option<Check>,
}

/// The decoded bytes of a source.
pub(crate) struct Bytes {
    stream: Stream,
    utf16: Option<Utf16>,
    /// Bytes of the byte-order mark that are still to be left out.
    mark_left: usize,
}

enum Stream {
    Plain(Units),
    Packed { decoder: Decoder<StoredReader>, stored: Rc<RefCell<Stored>>, decoded: u64 },
}

/// What the reader under a decoder has seen; shared with it, since the decoder owns it.
#[derive(Default)]
struct Stored {
    consumed: u64,
    error: Option<StepError>,
}

impl Bytes {
    /// The bytes of a source from unit `first` on (0 for all but plain ones).
    pub(crate) fn new(units: Units, sniff: &Sniff, first: usize) -> Self {
        let stored = Rc::new(RefCell::new(Stored::default()));
        let reader = StoredReader { units, shared: Rc::clone(&stored), unit: Vec::new(), at: 0 };
        let stream = match Decoder::new(reader, sniff.compression) {
            Ok(decoder) => Stream::Packed { decoder, stored, decoded: 0 },
            Err(reader) => Stream::Plain(reader.units),
        };
        let utf16 = match sniff.charset {
            Charset::Utf8 => None,
            Charset::Utf16Le => Some(Utf16::new(false)),
            Charset::Utf16Be => Some(Utf16::new(true)),
        };
        Self { stream, utf16, mark_left: if first == 0 { sniff.mark_len } else { 0 } }
    }

    /// Appends about a unit of decoded bytes to `out`.
    pub(crate) fn fill(&mut self, out: &mut Vec<u8>) -> Result<Fill, StepError> {
        let Some(utf16) = &mut self.utf16 else { return self.stream.fill(out) };
        let mut bytes = Vec::new();
        let mut fill = self.stream.fill(&mut bytes)?;
        if let Some(check) = fill.check.take() {
            check.make(&bytes)?;
        }
        let mark = self.mark_left.min(bytes.len());
        self.mark_left -= mark;
        utf16.push(&bytes[mark..], out);
        if fill.ends {
            utf16.finish(out);
        }
        Ok(fill)
    }
}

impl Stream {
    fn fill(&mut self, out: &mut Vec<u8>) -> Result<Fill, StepError> {
        match self {
            Self::Plain(units) => {
                let check = units.read(out)?;
                let ends = units.next >= units.survey.units.len();
                Ok(Fill { ends, damage: None, check })
            }
            Self::Packed { decoder, stored, decoded } => {
                let start = out.len();
                out.resize(start + UNIT, 0);
                let mut at = start;
                let mut fill = Fill::default();
                while at < out.len() && !fill.ends {
                    match decoder.read(&mut out[at..]) {
                        Ok(0) => fill.ends = true,
                        Ok(read) => at += read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(_) => {
                            if let Some(error) = stored.borrow_mut().error.take() {
                                return Err(error);
                            }
                            fill = Fill { ends: true, damage: Some(RejectReason::CorruptStream), check: None };
                        }
                    }
                }
                out.truncate(at);
                *decoded += (at - start) as u64;
                let allowed = stored.borrow().consumed.saturating_mul(DECOMPRESSION_RATIO_MAX).max(DECODED_BYTES_MIN);
                if *decoded > allowed {
                    out.truncate(start);
                    fill = Fill { ends: true, damage: Some(RejectReason::DecompressionLimit), check: None };
                }
                Ok(fill)
            }
        }
    }
}

/// The stored bytes of a compressed source, each unit checked before it is used.
struct StoredReader {
    units: Units,
    shared: Rc<RefCell<Stored>>,
    unit: Vec<u8>,
    at: usize,
}

impl StoredReader {
    fn next_unit(&mut self) -> Result<(), StepError> {
        self.unit.clear();
        self.at = 0;
        match self.units.read(&mut self.unit)? {
            Some(check) => check.make(&self.unit),
            None => Ok(()),
        }
    }
}

impl BufRead for StoredReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.unit.len()
            && let Err(error) = self.next_unit()
        {
            self.shared.borrow_mut().error = Some(error);
            return Err(io::ErrorKind::Other.into());
        }
        Ok(&self.unit[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
        self.shared.borrow_mut().consumed += bytes as u64;
    }
}

impl Read for StoredReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ahead = self.fill_buf()?;
        let read = ahead.len().min(buffer.len());
        buffer[..read].copy_from_slice(&ahead[..read]);
        self.consume(read);
        Ok(read)
    }
}
