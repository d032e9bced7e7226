//! The network of a model, run by tract. Everything of tract stands here and in [`super::check`].
//!
//! It is built once, for one text of a fixed number of tokens: then every shape is known before a text is looked at, and all threads share it. Kernels for newer
//! processors are left out, so that hosts with AVX2 add in the same order.

use std::io::Read;
use std::sync::Arc;

use stage_runtime::StepError;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::type_proto::Value;
use tract_onnx::pb::{GraphProto, ValueInfoProto};
use tract_onnx::prelude::{
    Datum, DatumType, Framework, InferenceFact, InferenceModelExt, IntoRunnable, IntoTValue, TValue, TVec, Tensor, TractResult, TypedModel,
    TypedRunnableModel,
};

use super::wordpiece::Vocabulary;
use super::{check, refused};

/// Tokens of a window: messages are short, and what is padded is paid for.
const TOKENS: usize = 64;
/// Fewer tokens than this hold no sentence.
const TOKENS_MIN: usize = 8;
/// Tokens at either end that are of no word.
const ENDS: usize = 2;

/// What is put into an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Ids,
    Mask,
    Types,
}

/// A network that is ready.
pub(super) struct Network {
    plan: Arc<TypedRunnableModel>,
    inputs: Vec<(Role, DatumType)>,
    tokens: usize,
    labels: usize,
}

impl Network {
    /// Reads and builds a network that gives so many labels.
    ///
    /// # Errors
    /// When it is damaged, or is not of the shape that is wanted.
    pub(super) fn load(mut file: impl Read, labels: usize, tokens_max: u32, pieces: usize) -> Result<Self, StepError> {
        narrow_kernels();
        let tokens = TOKENS.min(tokens_max as usize);
        if tokens < TOKENS_MIN {
            return Err(refused("it takes too few tokens"));
        }
        let onnx = tract_onnx::onnx().with_ignore_value_info(true).with_ignore_output_shapes(true).with_ignore_output_types(true);
        let model = onnx.proto_model_for_read(&mut file).map_err(|_| refused("its network is damaged, or no ONNX"))?;
        drop(file);
        let graph = check::check(&model)?;
        let inputs = graph
            .input
            .iter()
            .filter(|input| !graph.initializer.iter().any(|tensor| tensor.name == input.name))
            .map(role)
            .collect::<Result<Vec<_>, _>>()?;
        if inputs.iter().filter(|(role, _)| *role == Role::Ids).count() != 1 {
            return Err(refused("its network has no input input_ids"));
        }
        check_embedding(graph, pieces)?;
        let output = match graph.output.as_slice() {
            [only] => only.name.clone(),
            several => several.iter().find(|output| output.name == "logits").map(|output| output.name.clone()).unwrap_or_default(),
        };
        let built = || -> TractResult<TypedModel> {
            let mut network = onnx.model_for_proto_model(&model)?;
            for (number, (_, kind)) in inputs.iter().enumerate() {
                network.set_input_fact(number, InferenceFact::dt_shape(*kind, [1, tokens]))?;
            }
            network.select_outputs_by_name([&output])?;
            network.into_typed()
        };
        let network = built().map_err(|error| refused(format_args!("its network cannot be built: {}", sentence(&error))))?;
        // Half of the memory is that of the file as it was read.
        drop(model);
        let fact = network.output_fact(0).map_err(|_| refused("its network has no output"))?;
        if fact.datum_type != f32::datum_type() || fact.shape.as_concrete() != Some(&[1, tokens, labels]) {
            return Err(refused(format_args!("its output is not one number of single precision for each of its {labels} labels and each token")));
        }
        let plan = network
            .into_optimized()
            .and_then(IntoRunnable::into_runnable)
            .map_err(|error| refused(format_args!("its network cannot be built: {}", sentence(&error))))?;
        Ok(Self { plan, inputs, tokens, labels })
    }

    /// Pieces of words that fit into a window.
    pub(super) fn room(&self) -> usize {
        self.tokens - ENDS
    }

    /// The number of the likeliest label of each piece.
    ///
    /// # Errors
    /// When the network fails, or a label's number is none.
    pub(super) fn labels(&self, vocabulary: &Vocabulary, pieces: &[u32]) -> Result<Vec<usize>, StepError> {
        self.logits(vocabulary, pieces)?.chunks_exact(self.labels).map(likeliest).collect()
    }

    /// What the network says of each piece, a number for each label.
    pub(super) fn logits(&self, vocabulary: &Vocabulary, pieces: &[u32]) -> Result<Vec<f32>, StepError> {
        let pieces = pieces.iter().copied().take(self.room());
        let ids: Vec<i64> = [vocabulary.first].into_iter().chain(pieces).chain([vocabulary.last]).map(i64::from).collect();
        let asked = ids.len() - ENDS;
        let padded = |values: &mut dyn Iterator<Item = i64>, padding: i64| -> Vec<i64> {
            let mut padded: Vec<i64> = values.collect();
            padded.resize(self.tokens, padding);
            padded
        };
        let inputs: TractResult<TVec<TValue>> = self
            .inputs
            .iter()
            .map(|(role, kind)| {
                let values = match role {
                    Role::Ids => padded(&mut ids.iter().copied(), i64::from(vocabulary.padding)),
                    Role::Mask => padded(&mut ids.iter().map(|_| 1), 0),
                    Role::Types => padded(&mut std::iter::empty(), 0),
                };
                let tensor = Tensor::from_shape(&[1, self.tokens], &values)?;
                Ok(tensor.cast_to_dt(*kind)?.into_owned().into_tvalue())
            })
            .collect();
        let failed = || refused("its network cannot be run");
        let outputs = inputs.and_then(|inputs| self.plan.run(inputs)).map_err(|_| failed())?;
        let logits = outputs.first().ok_or_else(failed)?;
        let view = logits.try_as_plain_ram().map_err(|_| failed())?;
        let logits = view.as_slice::<f32>().map_err(|_| failed())?;
        let of_pieces = logits.get(self.labels..(1 + asked) * self.labels).ok_or_else(failed)?;
        Ok(of_pieces.to_vec())
    }
}

/// Of equal ones the first.
fn likeliest(logits: &[f32]) -> Result<usize, StepError> {
    let mut best = 0;
    for (number, logit) in logits.iter().enumerate() {
        if logit.is_nan() {
            return Err(refused("its network gives what is no number"));
        }
        if *logit > logits[best] {
            best = number;
        }
    }
    Ok(best)
}

fn role(input: &ValueInfoProto) -> Result<(Role, DatumType), StepError> {
    let role = match input.name.as_str() {
        "input_ids" => Role::Ids,
        "attention_mask" => Role::Mask,
        "token_type_ids" => Role::Types,
        other => return Err(refused(format_args!("its network has an input that no encoder has: {}", check::shown(other)))),
    };
    let kind = input.r#type.as_ref().and_then(|kind| kind.value.as_ref()).map(|Value::TensorType(tensor)| tensor.elem_type);
    match kind.map(DataType::try_from) {
        Some(Ok(DataType::Int64)) => Ok((role, i64::datum_type())),
        Some(Ok(DataType::Int32)) => Ok((role, i32::datum_type())),
        _ => Err(refused(format_args!("its input {} is not of whole numbers", check::shown(&input.name)))),
    }
}

/// The table that tokens are looked up in has a row for every piece of the vocabulary.
fn check_embedding(graph: &GraphProto, pieces: usize) -> Result<(), StepError> {
    let gathers = graph.node.iter().filter(|node| node.op_type == "Gather" && node.input.get(1).is_some_and(|name| name == "input_ids"));
    for node in gathers {
        let table = graph.initializer.iter().find(|tensor| node.input.first() == Some(&tensor.name));
        let rows = table.and_then(|table| table.dims.first()).and_then(|&rows| usize::try_from(rows).ok());
        if rows.is_some_and(|rows| rows < pieces) {
            return Err(refused("its vocabulary has more pieces than its network knows"));
        }
    }
    Ok(())
}

/// What tract says of a network: names of its operations, nothing of a text.
fn sentence(error: &tract_onnx::prelude::TractError) -> String {
    error.to_string().chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(120).collect()
}

/// Leaves out the kernels that only newer processors have: they add in another order, and a name would be seen on one host and not on another.
fn narrow_kernels() {
    // Tract refuses names of another architecture by a panic.
    #[cfg(target_arch = "x86_64")]
    tract_onnx::tract_core::knobs::set_str("TRACT_CPU_ISA", "-avx512f,-avx512fp16,-avx512vnni,-avxvnni,-amx-int8,-amx-bf16");
}
