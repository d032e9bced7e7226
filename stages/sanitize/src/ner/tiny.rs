//! A network that the tests make themselves, byte by byte: a row of numbers for every piece, multiplied into logits. What a piece is called is learned by nobody:
//! the tests write it into the rows.

/// A field of a protobuf message: number, and bytes or a number.
pub(super) enum Field<'a> {
    Number(u32, u64),
    Bytes(u32, &'a [u8]),
}

use Field::{Bytes, Number};

/// A message of these fields (protocol buffers, wire format).
pub(super) fn message(fields: &[Field<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields {
        match *field {
            Number(number, value) => {
                varint(u64::from(number) << 3, &mut out);
                varint(value, &mut out);
            }
            Bytes(number, bytes) => {
                varint(u64::from(number) << 3 | 2, &mut out);
                varint(bytes.len() as u64, &mut out);
                out.extend(bytes);
            }
        }
    }
    out
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Numbers of types in ONNX.
pub(super) const FLOAT: u64 = 1;
pub(super) const INT64: u64 = 7;

/// `TensorProto` of single precision.
pub(super) fn tensor(name: &str, dims: &[u64], values: &[f32]) -> Vec<u8> {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    raw_tensor(name, dims, FLOAT, &raw)
}

/// `TensorProto` of whole numbers.
pub(super) fn whole_tensor(name: &str, dims: &[u64], values: &[i64]) -> Vec<u8> {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    raw_tensor(name, dims, INT64, &raw)
}

pub(super) fn raw_tensor(name: &str, dims: &[u64], kind: u64, raw: &[u8]) -> Vec<u8> {
    let mut fields: Vec<Field<'_>> = dims.iter().map(|&dim| Number(1, dim)).collect();
    fields.extend([Number(2, kind), Bytes(8, name.as_bytes()), Bytes(9, raw)]);
    message(&fields)
}

/// `NodeProto`; attributes are messages.
pub(super) fn node(operation: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut fields: Vec<Field<'_>> = inputs.iter().map(|input| Bytes(1, input.as_bytes())).collect();
    fields.extend([Bytes(2, output.as_bytes()), Bytes(4, operation.as_bytes())]);
    fields.extend(attributes.iter().map(|attribute| Bytes(5, attribute)));
    message(&fields)
}

/// `AttributeProto` of a whole number, and of several.
pub(super) fn whole(name: &str, value: i64) -> Vec<u8> {
    message(&[Bytes(1, name.as_bytes()), Number(3, value as u64), Number(20, 2)])
}

pub(super) fn wholes(name: &str, values: &[i64]) -> Vec<u8> {
    let mut fields = vec![Bytes(1, name.as_bytes())];
    fields.extend(values.iter().map(|&value| Number(8, value as u64)));
    fields.push(Number(20, 7));
    message(&fields)
}

/// `ValueInfoProto` of a batch and tokens, both of any number, and maybe labels.
pub(super) fn value(name: &str, kind: u64, labels: Option<u64>) -> Vec<u8> {
    let free = |name: &str| message(&[Bytes(1, &message(&[Bytes(2, name.as_bytes())]))]);
    let mut shape = [free("batch"), free("tokens")].concat();
    if let Some(labels) = labels {
        shape.extend(message(&[Bytes(1, &message(&[Number(1, labels)]))]));
    }
    let tensor = message(&[Number(1, kind), Bytes(2, &shape)]);
    message(&[Bytes(1, name.as_bytes()), Bytes(2, &message(&[Bytes(1, &tensor)]))])
}

/// `ModelProto` of a graph: nodes, initializers, inputs, outputs.
pub(super) fn model(nodes: &[Vec<u8>], tensors: &[Vec<u8>], inputs: &[Vec<u8>], outputs: &[Vec<u8>]) -> Vec<u8> {
    let mut graph: Vec<Field<'_>> = nodes.iter().map(|node| Bytes(1, node)).collect();
    graph.push(Bytes(2, b"tiny"));
    graph.extend(tensors.iter().map(|tensor| Bytes(5, tensor)));
    graph.extend(inputs.iter().map(|input| Bytes(11, input)));
    graph.extend(outputs.iter().map(|output| Bytes(12, output)));
    let operations = message(&[Bytes(1, b""), Number(2, 14)]);
    message(&[Number(1, 8), Bytes(8, &operations), Bytes(7, &message(&graph))])
}

/// Labels of the tiny model, in order.
pub(super) const LABELS: [&str; 4] = ["O", "B-PER", "I-PER", "B-LOC"];

/// Pieces of the tiny model, each with its label.
#[rustfmt::skip]
pub(super) const PIECES: [(&str, usize); 26] = [
    ("[PAD]", 0), ("[UNK]", 0), ("[CLS]", 0), ("[SEP]", 0),
    ("Zor", 1), ("##vath", 2), ("Ilka", 1), ("Quib", 2), ("##beny", 2), ("Lundby", 3),
    ("call", 0), ("##back", 0), ("with", 0), ("agreed", 0), ("the", 0), ("in", 0), ("by", 0), (".", 0), (",", 0), ("'", 0), ("-", 2), ("s", 0), ("0", 0),
    ("waived", 0), ("fee", 0), ("O", 1),
];

/// The tiny network: `logits = table[input_ids] x weights`, with an input that it does not look at.
pub(super) fn network() -> Vec<u8> {
    let table: Vec<f32> = PIECES.iter().flat_map(|&(_, label)| (0..LABELS.len()).map(move |at| if at == label { 2.0 } else { -0.5 })).collect();
    let weights: Vec<f32> = (0..LABELS.len() * LABELS.len()).map(|at| if at / LABELS.len() == at % LABELS.len() { 1.5 } else { 0.25 }).collect();
    let (pieces, labels) = (PIECES.len() as u64, LABELS.len() as u64);
    model(
        &[node("Gather", &["table", "input_ids"], "rows", &[whole("axis", 0)]), node("MatMul", &["rows", "weights"], "logits", &[])],
        &[tensor("table", &[pieces, labels], &table), tensor("weights", &[labels, labels], &weights)],
        &[value("input_ids", INT64, None), value("attention_mask", INT64, None)],
        &[value("logits", FLOAT, Some(labels))],
    )
}

/// `vocab.txt` of the tiny model.
pub(super) fn vocabulary() -> String {
    PIECES.iter().map(|(piece, _)| format!("{piece}\n")).collect()
}
