//! `logminer model pack`: a folder becomes one file, the same bytes every time.

use std::io::{Read, Write};
use std::path::Path;

use schemas::container::{BlockBuilder, Codec, ContainerWriter};
use schemas::ids::Digest;
use schemas::limits::{NER_CHUNK_BYTES, NER_CONFIG_BYTES_MAX, NER_MODEL_BYTES_MAX, NER_VOCABULARY_BYTES_MAX};
use schemas::ner::{LABELS, SETTINGS, Settings, VOCABULARY, weights_part};
use schemas::record::{Bundle, BundleFile};

use super::config;
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;

/// What was packed.
#[derive(Debug)]
pub struct Packed {
    /// Digest of the file, for the policy.
    pub digest: Digest,
    /// Its length in bytes.
    pub bytes: u64,
    /// Labels of a token, by number.
    pub labels: Vec<String>,
    /// How text is cut.
    pub settings: Settings,
}

/// Packs the model in `folder` (`model.onnx`, `vocab.txt`, `config.json`, maybe `tokenizer_config.json`) into `out`, which must not be there yet.
///
/// # Errors
/// [`Exit::Usage`](schemas::exit::Exit::Usage) when a file is missing, too large or wrong, or `out` exists.
pub fn pack(folder: &Path, out: &Path) -> Result<Packed, Failure> {
    let wrong = |what: String| Failure::usage(format!("pack the model {}: {what}", shown(folder)));
    let file = |name: &str, bytes_max: u64| disk::read_small(&folder.join(name), bytes_max);
    let vocabulary = String::from_utf8(file("vocab.txt", NER_VOCABULARY_BYTES_MAX)?).map_err(|_| wrong("vocab.txt is not UTF-8".to_owned()))?;
    let tokenizer = match folder.join("tokenizer_config.json").exists() {
        true => Some(file("tokenizer_config.json", NER_CONFIG_BYTES_MAX)?),
        false => None,
    };
    let (labels, settings) = config::read(&file("config.json", NER_CONFIG_BYTES_MAX)?, tokenizer.as_deref(), &vocabulary).map_err(wrong)?;
    let network = folder.join("model.onnx");
    let mut network = std::fs::File::open(&network).map_err(|error| Failure::io(format!("open {}", shown(&network)), error))?;
    let length = network.metadata().map_err(|error| Failure::io("look at model.onnx", error))?.len();
    if length == 0 || length > NER_MODEL_BYTES_MAX {
        return Err(wrong(format!("model.onnx has {length} bytes; it may have {NER_MODEL_BYTES_MAX}")));
    }
    if out.exists() {
        return Err(Failure::usage(format!("write {}: it is there already", shown(out))));
    }
    let lines: String = labels.iter().map(|label| format!("{label}\n")).collect();
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let staged = tempfile::NamedTempFile::new_in(parent).map_err(|error| Failure::io(format!("write {}", shown(out)), error))?;
    let mut bundle = Writer::new(staged.as_file())?;
    bundle.file(LABELS, lines.as_bytes())?;
    bundle.file(SETTINGS, settings.to_text().as_bytes())?;
    bundle.file(VOCABULARY, vocabulary.as_bytes())?;
    let mut chunk = Vec::new();
    for number in 0.. {
        chunk.clear();
        (&mut network).take(NER_CHUNK_BYTES as u64).read_to_end(&mut chunk).map_err(|error| Failure::io("read model.onnx", error))?;
        if chunk.is_empty() {
            break;
        }
        bundle.file(&weights_part(number), &chunk)?;
    }
    bundle.finish()?;
    use std::os::unix::fs::PermissionsExt;
    let io = |error: std::io::Error| Failure::io(format!("write {}", shown(out)), error);
    staged.as_file().set_permissions(std::fs::Permissions::from_mode(disk::FILE_MODE)).map_err(io)?;
    staged.as_file().sync_all().map_err(io)?;
    staged.persist_noclobber(out).map_err(|error| io(error.error))?;
    let (digest, bytes) = disk::digest_file(out)?;
    Ok(Packed { digest, bytes, labels, settings })
}

/// A bundle of one block a file: none has to fit beside another.
struct Writer<W: Write>(ContainerWriter<W, Bundle>);

impl<W: Write> Writer<W> {
    fn new(out: W) -> Result<Self, Failure> {
        // The bytes name the model; the id in the header is that of the format.
        let id = Digest::of(b"logminer model 1");
        ContainerWriter::new(out, id, 1).map(Self).map_err(|error| Failure::container("the packed model", error))
    }

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut block = BlockBuilder::new(0).with_codec(Codec::None);
        let pushed = block.push(&BundleFile { path, bytes }, None);
        pushed.and_then(|()| self.0.write(block)).map_err(|error| Failure::container("the packed model", error))
    }

    fn finish(self) -> Result<(), Failure> {
        self.0.finish().map(drop).map_err(|error| Failure::container("the packed model", error))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemas::container::Container;
    use schemas::exit::Exit;

    use super::*;

    fn tiny() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/models/tiny")
    }

    fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let container = Container::open(bytes).unwrap();
        container.verify().unwrap();
        let mut scratch = Vec::new();
        let mut files = BTreeMap::new();
        for number in 0..container.block_count() {
            for file in container.block::<Bundle>(number, &mut scratch).unwrap().records() {
                let file = file.unwrap();
                assert!(file.path_is_safe() && files.insert(file.path.to_owned(), file.bytes.to_vec()).is_none());
            }
        }
        files
    }

    #[test]
    fn what_was_packed_is_there_byte_by_byte_and_twice_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("big");
        std::fs::create_dir(&folder).unwrap();
        for name in ["vocab.txt", "config.json"] {
            std::fs::copy(tiny().join(name), folder.join(name)).unwrap();
        }
        let network: Vec<u8> = (0..2 * NER_CHUNK_BYTES + 5).map(|at| (at % 251) as u8).collect();
        std::fs::write(folder.join("model.onnx"), &network).unwrap();
        let [one, two] = ["one", "two"].map(|name| dir.path().join(name));
        let packed = pack(&folder, &one).unwrap();
        let bytes = std::fs::read(&one).unwrap();
        assert_eq!((packed.digest, packed.bytes), (Digest::of(&bytes), bytes.len() as u64));
        assert_eq!(pack(&folder, &two).unwrap().digest, packed.digest);
        let files = unpacked(&bytes);
        assert_eq!(files[LABELS], b"O\nB-PER\nI-PER\nB-LOC\n");
        assert_eq!(files[SETTINGS], b"lower_case=false\ntokens_max=512\n");
        assert_eq!(files[VOCABULARY], std::fs::read(tiny().join("vocab.txt")).unwrap());
        assert_eq!((0..3).flat_map(|number| files[&weights_part(number)].clone()).collect::<Vec<u8>>(), network);
        assert_eq!(files.len(), 6);
    }

    #[test]
    fn folders_that_are_no_model_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let check = |change: &dyn Fn(&Path), says: &str| {
            let folder = tempfile::tempdir().unwrap();
            for name in ["vocab.txt", "config.json", "model.onnx"] {
                std::fs::copy(tiny().join(name), folder.path().join(name)).unwrap();
            }
            change(folder.path());
            let failure = pack(folder.path(), &out).expect_err(says);
            assert_eq!((failure.exit, failure.sentence().contains(says)), (Exit::Usage, true), "{}", failure.sentence());
            assert!(!out.exists());
        };
        for name in ["vocab.txt", "config.json", "model.onnx"] {
            check(&|folder| std::fs::remove_file(folder.join(name)).unwrap(), name);
        }
        check(&|folder| std::fs::write(folder.join("model.onnx"), "").unwrap(), "model.onnx has 0 bytes");
        let long =
            |folder: &Path| std::fs::File::options().write(true).open(folder.join("model.onnx")).unwrap().set_len(NER_MODEL_BYTES_MAX + 1).unwrap();
        check(&long, "model.onnx has 671088641 bytes");
        check(&|folder| std::fs::write(folder.join("vocab.txt"), [0xFF]).unwrap(), "vocab.txt is not UTF-8");
        check(&|folder| std::fs::write(folder.join("config.json"), "{}").unwrap(), "no id2label");
        std::fs::write(&out, "mine").unwrap();
        assert!(pack(&tiny(), &out).unwrap_err().sentence().contains("it is there already"));
        assert_eq!(std::fs::read(&out).unwrap(), b"mine");
    }
}
