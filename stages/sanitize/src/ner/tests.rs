//! The model as a whole, with the tiny network; and networks that are refused.

use std::path::Path;

use schemas::exit::Exit;
use schemas::limits::NER_CHUNK_BYTES;
use schemas::ner::Label;

use super::bundle::Parts;
use super::network::Network;
use super::tiny::{self, FLOAT, INT64, node, raw_tensor, tensor, value, whole, whole_tensor, wholes};
use super::wordpiece::Vocabulary;
use super::{Model, labels};

fn load(bytes: &[u8], labels: usize, pieces: usize) -> Result<Network, stage_runtime::StepError> {
    Network::load(Parts::of(bytes), labels, 512, pieces)
}

fn model() -> Model {
    let vocabulary = Vocabulary::parse(&tiny::vocabulary()).unwrap();
    let labels: Vec<Label> = tiny::LABELS.iter().map(|label| Label::of(label)).collect();
    let network = load(&tiny::network(), labels.len(), vocabulary.len()).unwrap();
    Model { network, vocabulary, labels, lower_case: false }
}

#[track_caller]
fn check(model: &Model, text: &str, expected: &[&str]) {
    let found: Vec<&str> = model.persons(text).unwrap().into_iter().map(|span| text.get(span).unwrap()).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn persons_are_seen_and_places_are_not() {
    let model = model();
    check(&model, "callback agreed with Zorvath in Lundby.", &["Zorvath"]);
    check(&model, "callback with Ilka Quibbeny, agreed.", &["Ilka Quibbeny"]);
    check(&model, "Zorvath's fee waived by O'Quibbeny", &["Zorvath", "O'Quibbeny"]);
    check(&model, "fee 4711 waived", &[]);
    check(&model, "", &[]);
    check(&model, "  \u{200B} ", &[]);
    check(&model, &"x".repeat(5_000), &[]);
}

/// Longer than a window, and one right at each of its edges.
#[test]
fn windows_lose_no_name() {
    let model = model();
    for before in 0..130 {
        let text = format!("{}Zorvath Quibbeny{}", "the fee ".repeat(before), " waived".repeat(70));
        check(&model, &text, &["Zorvath Quibbeny"]);
    }
}

/// The files under `testdata/models/tiny` are those made here; other tests pack them. `UPDATE=1` writes them.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads what other tests are given")]
fn the_tiny_model_on_disk_is_made_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/models/tiny");
    let labels: Vec<String> = tiny::LABELS.iter().enumerate().map(|(number, label)| format!("    \"{number}\": \"{label}\"")).collect();
    let config = format!("{{\n  \"id2label\": {{\n{}\n  }},\n  \"max_position_embeddings\": 512\n}}\n", labels.join(",\n"));
    let files = [
        ("model.onnx", tiny::network()),
        ("vocab.txt", tiny::vocabulary().into_bytes()),
        ("config.json", config.into_bytes()),
        ("tokenizer_config.json", b"{\n  \"do_lower_case\": false\n}\n".to_vec()),
    ];
    for (name, bytes) in files {
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), &bytes).unwrap();
        }
        assert_eq!(std::fs::read(folder.join(name)).unwrap(), bytes, "{name}");
    }
}

#[test]
fn labels_without_a_person_are_refused() {
    assert!(labels("O\nB-PER\n").is_ok());
    for wrong in ["", "O\nB-LOC\nI-LOC\n", "LABEL_0\nLABEL_1\n"] {
        assert_eq!(labels(wrong).unwrap_err().exit, Exit::CorruptInput);
    }
    assert!(labels(&"PER\n".repeat(257)).unwrap_err().message.contains("too many labels"));
}

#[track_caller]
fn refused(bytes: &[u8], says: &str) {
    let Err(error) = load(bytes, 2, 4) else { panic!("not refused: {says}") };
    assert_eq!(error.exit, Exit::CorruptInput, "{error}");
    assert!(error.message.contains(says), "{} instead of {says}", error.message);
}

/// A network that would be taken, but for what `nodes` and `tensors` add.
fn with(nodes: &[Vec<u8>], tensors: &[Vec<u8>]) -> Vec<u8> {
    let nodes = [&[node("Gather", &["table", "input_ids"], "rows", &[whole("axis", 0)])], nodes].concat();
    let tensors = [&[tensor("table", &[4, 2], &[0.0; 8])], tensors].concat();
    tiny::model(&nodes, &tensors, &[value("input_ids", INT64, None)], &[value("logits", FLOAT, None)])
}

#[test]
fn networks_of_another_kind_are_refused() {
    assert!(load(&with(&[node("Identity", &["rows"], "logits", &[])], &[]), 2, 4).is_ok());
    refused(&with(&[node("Loop", &["rows"], "logits", &[])], &[]), "its operation Loop is not run here");
    refused(&with(&[node("a\nb", &["rows"], "logits", &[])], &[]), "its operation (of another name)");
    refused(&with(&[node("Identity", &["gone"], "logits", &[])], &[]), "reads what nothing before it makes");
    refused(&with(&[], &[]), "an output that nothing makes");
    refused(
        &with(&[node("Transpose", &["rows"], "logits", &[wholes("perm", &[0, 2, 1])])], &[]),
        "one number of single precision for each of its 2 labels",
    );
    refused(
        &with(&[node("Transpose", &["rows"], "logits", &[wholes("perm", &[0, 7, 9])])], &[]),
        "its operation Transpose names an axis that there is not",
    );
    refused(&with(&[node("Softmax", &["rows"], "logits", &[whole("axis", 99)])], &[]), "its operation Softmax names an axis that there is not");
    refused(&with(&[node("Shape", &["rows"], "logits", &[])], &[]), "one number of single precision");
    let input = |name: &str, kind: u64| {
        tiny::model(&[node("Identity", &[name], "logits", &[])], &[], &[value(name, kind, None)], &[value("logits", FLOAT, None)])
    };
    refused(&input("pixels", INT64), "an input that no encoder has: pixels");
    refused(&input("input_ids", FLOAT), "input_ids is not of whole numbers");
    refused(&input("attention_mask", INT64), "has no input input_ids");
    let Err(error) = load(&tiny::network(), tiny::LABELS.len(), tiny::PIECES.len() + 1) else { panic!("too small a table") };
    assert!(error.message.contains("more pieces than its network knows"));
    let Err(error) = Network::load(Parts::of(&tiny::network()), 4, 4, 4) else { panic!("no room for a text") };
    assert!(error.message.contains("too few tokens"));
}

#[test]
fn tensors_that_lie_are_refused() {
    let add = |tensor: Vec<u8>| with(&[node("Add", &["rows", "more"], "logits", &[])], &[tensor]);
    assert!(load(&add(tensor("more", &[2], &[1.0, 2.0])), 2, 4).is_ok());
    refused(&add(raw_tensor("more", &[3], FLOAT, &[0; 8])), "another length than its shape says");
    refused(&add(raw_tensor("more", &[1 << 40, 1 << 40], FLOAT, &[0; 8])), "another length than its shape says");
    refused(&add(raw_tensor("more", &[u64::MAX], FLOAT, &[0; 8])), "another length than its shape says");
    refused(&add(raw_tensor("more", &[2], 8, &[0; 8])), "of a type that is not run here");
    refused(&add(raw_tensor("more", &[2], 9_999, &[0; 8])), "of a type that is not run here");
    refused(&add(whole_tensor("more", &[2], &[1, 2])), "cannot be built");
    let elsewhere = tiny::message(&[
        tiny::Field::Number(1, 2),
        tiny::Field::Number(2, FLOAT),
        tiny::Field::Bytes(8, b"more"),
        tiny::Field::Bytes(13, &tiny::message(&[tiny::Field::Bytes(1, b"location"), tiny::Field::Bytes(2, b"/etc/passwd")])),
        tiny::Field::Number(14, 1),
    ]);
    refused(&add(elsewhere), "its weights lie in other files");
}

#[test]
fn what_is_no_number_ends_the_step() {
    let network = load(&with(&[node("Div", &["rows", "rows"], "logits", &[])], &[]), 2, 4).unwrap();
    let vocabulary = Vocabulary::parse("[PAD]\n[UNK]\n[CLS]\n[SEP]\n").unwrap();
    let error = network.labels(&vocabulary, &[1]).unwrap_err();
    assert!(error.message.contains("gives what is no number"), "{error}");
}

/// A file cut anywhere, or with any byte changed: a network or a sentence, never a panic.
#[test]
fn damaged_files_are_refused_or_run() {
    let whole = tiny::network();
    for len in (0..whole.len()).step_by(5) {
        if let Err(error) = load(&whole[..len], tiny::LABELS.len(), tiny::PIECES.len()) {
            assert!(error.message.starts_with("read the model of names: "), "{error}");
        } else {
            panic!("taken although cut at {len}");
        }
    }
    let vocabulary = Vocabulary::parse(&tiny::vocabulary()).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= [0x01, 0x80, 0xFF][at % 3];
        if let Ok(network) = load(&bytes, tiny::LABELS.len(), tiny::PIECES.len()) {
            let _ = network.labels(&vocabulary, &[4, 5, 25]);
        }
    }
}

#[test]
fn parts_are_read_one_behind_the_other() {
    use std::io::Read;
    let bytes: Vec<u8> = (0..NER_CHUNK_BYTES + 77).map(|at| (at % 251) as u8).collect();
    let mut read = Vec::new();
    Parts::of(&bytes).read_to_end(&mut read).unwrap();
    assert_eq!(read, bytes);
}
