//! A network of the shape of a BERT as exporters write it (operations of set 14): one layer with attention in two heads, its weights drawn from a fixed seed. It knows
//! no names; it shows that what real models are made of is let through, built and run.

use super::network::Network;
use super::tiny::{self, FLOAT, Field, INT64, message, node, tensor, value, whole, whole_tensor, wholes};
use super::wordpiece::Vocabulary;

const PIECES: u64 = 40;
const WIDTH: u64 = 8;
const HEADS: i64 = 2;
const INNER: u64 = 16;
const POSITIONS: u64 = 512;
const LABELS: u64 = 3;
/// Row of the padding in the vocabulary.
const PADDING: usize = 0;

/// A graph being written.
#[derive(Default)]
struct Graph {
    nodes: Vec<Vec<u8>>,
    tensors: Vec<Vec<u8>>,
    drawn: u64,
}

impl Graph {
    /// An operation; its output has a name of its own.
    fn add(&mut self, operation: &str, inputs: &[&str], attributes: &[Vec<u8>]) -> String {
        let name = format!("{operation}_{}", self.nodes.len());
        self.nodes.push(node(operation, inputs, &name, attributes));
        name
    }

    /// Weights between -1 and 1.
    fn weights(&mut self, dims: &[u64]) -> String {
        let values: Vec<f32> = (0..dims.iter().product::<u64>()).map(|_| self.draw()).collect();
        self.constant(dims, &values)
    }

    fn constant(&mut self, dims: &[u64], values: &[f32]) -> String {
        let name = format!("tensor_{}", self.tensors.len());
        self.tensors.push(tensor(&name, dims, values));
        name
    }

    fn numbers(&mut self, values: &[i64]) -> String {
        let name = format!("tensor_{}", self.tensors.len());
        self.tensors.push(whole_tensor(&name, &[values.len() as u64], values));
        name
    }

    fn draw(&mut self) -> f32 {
        self.drawn += 1;
        let hash = self.drawn.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        hash as f32 / (1 << 23) as f32 - 1.0
    }

    fn linear(&mut self, input: &str, from: u64, to: u64) -> String {
        let (weights, bias) = (self.weights(&[from, to]), self.weights(&[to]));
        let product = self.add("MatMul", &[input, &weights], &[]);
        self.add("Add", &[&bias, &product], &[])
    }

    /// Layer normalisation in its parts, as exporters write it.
    fn normal(&mut self, input: &str) -> String {
        let over = [wholes("axes", &[-1]), whole("keepdims", 1)];
        let [two, epsilon] = [2.0, 1e-12].map(|number| self.constant(&[], &[number]));
        let (scale, shift) = (self.weights(&[WIDTH]), self.weights(&[WIDTH]));
        let mean = self.add("ReduceMean", &[input], &over);
        let centred = self.add("Sub", &[input, &mean], &[]);
        let squared = self.add("Pow", &[&centred, &two], &[]);
        let variance = self.add("ReduceMean", &[&squared], &over);
        let safe = self.add("Add", &[&variance, &epsilon], &[]);
        let deviation = self.add("Sqrt", &[&safe], &[]);
        let normal = self.add("Div", &[&centred, &deviation], &[]);
        let scaled = self.add("Mul", &[&normal, &scale], &[]);
        self.add("Add", &[&scaled, &shift], &[])
    }

    /// A dimension of a tensor, as a list of one.
    fn dimension(&mut self, of: &str, axis: i64) -> String {
        let (index, first) = (self.numbers(&[axis]), self.numbers(&[0]));
        let shape = self.add("Shape", &[of], &[]);
        let picked = self.add("Gather", &[&shape, &index], &[whole("axis", 0)]);
        let scalar = self.add("Squeeze", &[&picked, &first], &[]);
        self.add("Unsqueeze", &[&scalar, &first], &[])
    }

    /// In heads: `[batch, tokens, width]` to `[batch, heads, ...]` in the order of `perm`.
    fn heads(&mut self, input: &str, perm: &[i64]) -> String {
        let (batch, tokens) = (self.dimension(input, 0), self.dimension(input, 1));
        let rest = self.numbers(&[HEADS, WIDTH as i64 / HEADS]);
        let shape = self.add("Concat", &[&batch, &tokens, &rest], &[whole("axis", 0)]);
        let shaped = self.add("Reshape", &[input, &shape], &[]);
        self.add("Transpose", &[&shaped], &[wholes("perm", perm)])
    }

    fn attention(&mut self, input: &str, mask: &str) -> String {
        let [queries, keys, values] = [[0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]].map(|perm| {
            let linear = self.linear(input, WIDTH, WIDTH);
            self.heads(&linear, &perm)
        });
        let root = self.constant(&[], &[(WIDTH as f32 / HEADS as f32).sqrt()]);
        let product = self.add("MatMul", &[&queries, &keys], &[]);
        let scaled = self.add("Div", &[&product, &root], &[]);
        let masked = self.add("Add", &[&scaled, mask], &[]);
        let shares = self.add("Softmax", &[&masked], &[whole("axis", -1)]);
        let mixed = self.add("MatMul", &[&shares, &values], &[]);
        let back = self.add("Transpose", &[&mixed], &[wholes("perm", &[0, 2, 1, 3])]);
        let (batch, tokens, width) = (self.dimension(&back, 0), self.dimension(&back, 1), self.numbers(&[WIDTH as i64]));
        let shape = self.add("Concat", &[&batch, &tokens, &width], &[whole("axis", 0)]);
        let joined = self.add("Reshape", &[&back, &shape], &[]);
        let out = self.linear(&joined, WIDTH, WIDTH);
        self.add("Add", &[&out, input], &[])
    }

    /// The inner layer, with GELU by the error function.
    fn inner(&mut self, input: &str) -> String {
        let [root, one, half] = [2.0_f32.sqrt(), 1.0, 0.5].map(|number| self.constant(&[], &[number]));
        let wide = self.linear(input, WIDTH, INNER);
        let divided = self.add("Div", &[&wide, &root], &[]);
        let error = self.add("Erf", &[&divided], &[]);
        let more = self.add("Add", &[&error, &one], &[]);
        let gated = self.add("Mul", &[&wide, &more], &[]);
        let gelu = self.add("Mul", &[&gated, &half], &[]);
        let narrow = self.linear(&gelu, INNER, WIDTH);
        self.add("Add", &[&narrow, input], &[])
    }
}

/// The network; the row of the padding is what is said.
fn network(padding: f32) -> Vec<u8> {
    let mut graph = Graph::default();
    let mut words: Vec<f32> = (0..PIECES * WIDTH).map(|_| graph.draw()).collect();
    let width = WIDTH as usize;
    words[PADDING * width..(PADDING + 1) * width].fill(padding);
    let words = graph.constant(&[PIECES, WIDTH], &words);
    let (places, types) = (graph.weights(&[POSITIONS, WIDTH]), graph.weights(&[2, WIDTH]));
    // Positions: those of the tokens there are.
    graph.tensors.push(whole_tensor("places", &[1, POSITIONS], &(0..POSITIONS as i64).collect::<Vec<_>>()));
    let (from, axis, tokens) = (graph.numbers(&[0]), graph.numbers(&[1]), graph.dimension("input_ids", 1));
    let place = graph.add("Slice", &["places", &from, &tokens, &axis], &[]);
    let rows = graph.add("Gather", &[&words, "input_ids"], &[whole("axis", 0)]);
    let kinds = graph.add("Gather", &[&types, "token_type_ids"], &[]);
    let placed = graph.add("Gather", &[&places, &place], &[]);
    let typed = graph.add("Add", &[&rows, &kinds], &[]);
    let sum = graph.add("Add", &[&typed, &placed], &[]);
    let begun = graph.normal(&sum);
    // The mask: nothing for a token, the least number for padding.
    let (second, third) = (graph.numbers(&[1]), graph.numbers(&[2]));
    let [one, least] = [1.0, f32::MIN].map(|number| graph.constant(&[], &[number]));
    let wide = graph.add("Unsqueeze", &["attention_mask", &second], &[]);
    let wider = graph.add("Unsqueeze", &[&wide, &third], &[]);
    let cast = graph.add("Cast", &[&wider], &[whole("to", FLOAT as i64)]);
    let turned = graph.add("Sub", &[&one, &cast], &[]);
    let mask = graph.add("Mul", &[&turned, &least], &[]);
    let attended = graph.attention(&begun, &mask);
    let middle = graph.normal(&attended);
    let inner = graph.inner(&middle);
    let end = graph.normal(&inner);
    let logits = graph.linear(&end, WIDTH, LABELS);
    graph.nodes.push(message(&[Field::Bytes(1, logits.as_bytes()), Field::Bytes(2, b"logits"), Field::Bytes(4, b"Identity")]));
    let inputs = ["input_ids", "attention_mask", "token_type_ids"].map(|name| value(name, INT64, None));
    tiny::model(&graph.nodes, &graph.tensors, &inputs, &[value("logits", FLOAT, Some(LABELS))])
}

fn logits(network: &Network, pieces: &[u32]) -> Vec<f32> {
    let vocabulary: String =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].into_iter().map(str::to_owned).chain((4..PIECES).map(|n| n.to_string())).collect::<Vec<_>>().join("\n");
    network.logits(&Vocabulary::parse(&vocabulary).unwrap(), pieces).unwrap()
}

fn load(padding: f32) -> Network {
    Network::load(super::bundle::Parts::of(&network(padding)), LABELS as usize, POSITIONS as u32, PIECES as usize).unwrap()
}

#[test]
fn the_shape_of_real_models_is_built_and_run() {
    let network = load(0.5);
    let first = logits(&network, &[7, 8, 9, 30]);
    assert_eq!(first.len(), 4 * LABELS as usize);
    assert!(first.iter().all(|logit| logit.is_finite()));
    assert_eq!(first, logits(&network, &[7, 8, 9, 30]));
    // Other neighbours, another answer: attention is at work.
    let other = logits(&network, &[7, 8, 11, 30]);
    assert!(first[..3] != other[..3] && first[9..] != other[9..]);
    // As many tokens as there is room for, and more than one network at a time.
    assert_eq!(logits(&network, &vec![5; network.room()]).len(), network.room() * LABELS as usize);
}

/// What stands in the place of the padding changes nothing: texts shorter than the window are read as if it were as long as they.
#[test]
fn padding_is_not_looked_at() {
    let (one, other) = (logits(&load(0.5), &[7, 8, 9]), logits(&load(-0.9), &[7, 8, 9]));
    assert!(one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-5), "{one:?} {other:?}");
}
