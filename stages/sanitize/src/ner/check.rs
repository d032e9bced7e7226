//! Looks through a network before tract is given it: tract trusts a file in places (an output that nothing makes, tensors of texts, axes), and what is bad has to
//! end the step with a sentence. Where tract panics all the same the step ends with exit 50 and the place, as for any bug. Only the operations of encoders are let through: nothing that holds a graph of its own, draws, or reads other files.

use std::collections::BTreeSet;

use schemas::limits::NER_NODES_MAX;
use stage_runtime::StepError;
use tract_onnx::pb::tensor_proto::{DataLocation, DataType};
use tract_onnx::pb::{GraphProto, ModelProto, NodeProto, TensorProto};

use super::refused;

/// Operations of encoders as exporters write them, sorted.
#[rustfmt::skip]
const OPERATIONS: &[&str] = &[
    "Abs", "Add", "And", "Cast", "CastLike", "Clip", "Concat", "Constant", "ConstantOfShape", "CumSum", "Div", "Dropout", "Einsum", "Equal", "Erf", "Exp",
    "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Gelu", "Gemm", "Greater", "GreaterOrEqual", "Identity", "LayerNormalization", "Less",
    "LessOrEqual", "Log", "LogSoftmax", "MatMul", "Max", "Min", "Mul", "Neg", "Not", "Or", "Pow", "Range", "Reciprocal", "ReduceMax", "ReduceMean",
    "ReduceSum", "Relu", "Reshape", "Shape", "Sigmoid", "Slice", "Softmax", "Split", "Sqrt", "Squeeze", "Sub", "Tanh", "Tile", "Transpose", "Trilu",
    "Unsqueeze", "Where",
];
/// Axes of the tensors of encoders, from either end.
const AXES: std::ops::Range<i64> = -6..6;
/// Bytes of a name that messages show.
const SHOWN_BYTES_MAX: usize = 40;

/// Looks through a network, and returns its graph.
///
/// # Errors
/// When it is none of an encoder, or holds what is not let through.
pub(super) fn check(model: &ModelProto) -> Result<&GraphProto, StepError> {
    let graph = model.graph.as_ref().ok_or_else(|| refused("its network is empty"))?;
    if !model.functions.is_empty() || !graph.sparse_initializer.is_empty() {
        return Err(refused("its network has functions or sparse tensors, which are not run; export it again without"));
    }
    if graph.node.len() > NER_NODES_MAX {
        return Err(refused("its network has too many operations"));
    }
    let mut made: BTreeSet<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
    for tensor in &graph.initializer {
        check_tensor(tensor)?;
        made.insert(&tensor.name);
    }
    for node in &graph.node {
        check_node(node)?;
        // Exporters write operations behind what they read, so a ring is refused with what is missing.
        if node.input.iter().any(|name| !name.is_empty() && !made.contains(name.as_str())) {
            return Err(refused(format_args!("its operation {} reads what nothing before it makes", shown(&node.op_type))));
        }
        made.extend(node.output.iter().map(String::as_str));
    }
    if graph.output.is_empty() || graph.output.iter().any(|output| !made.contains(output.name.as_str())) {
        return Err(refused("its network has an output that nothing makes"));
    }
    Ok(graph)
}

fn check_node(node: &NodeProto) -> Result<(), StepError> {
    let known = ["", "ai.onnx"].contains(&node.domain.as_str()) && OPERATIONS.binary_search(&node.op_type.as_str()).is_ok();
    if !known {
        return Err(refused(format_args!(
            "its operation {} is not run here; export it in single precision, without quantizing",
            shown(&node.op_type)
        )));
    }
    for attribute in &node.attribute {
        if attribute.g.is_some() || !attribute.graphs.is_empty() || attribute.sparse_tensor.is_some() || !attribute.sparse_tensors.is_empty() {
            return Err(refused(format_args!("its operation {} holds a graph or a sparse tensor of its own", shown(&node.op_type))));
        }
        let sound = match attribute.name.as_str() {
            "perm" => (0..attribute.ints.len() as i64).all(|axis| attribute.ints.contains(&axis)),
            "axes" => attribute.ints.iter().all(|axis| AXES.contains(axis)),
            "axis" => AXES.contains(&attribute.i),
            _ => true,
        };
        if !sound {
            return Err(refused(format_args!("its operation {} names an axis that there is not", shown(&node.op_type))));
        }
        attribute.t.iter().chain(&attribute.tensors).try_for_each(check_tensor)?;
    }
    Ok(())
}

/// A tensor lies in this file and has as many bytes as its shape says.
fn check_tensor(tensor: &TensorProto) -> Result<(), StepError> {
    if tensor.data_location == Some(DataLocation::External as i32) || !tensor.external_data.is_empty() {
        return Err(refused("its weights lie in other files; export it as one file"));
    }
    let (size, written) = match DataType::try_from(tensor.data_type) {
        Ok(DataType::Float) => (4, tensor.float_data.len()),
        Ok(DataType::Double) => (8, tensor.double_data.len()),
        Ok(DataType::Int64) => (8, tensor.int64_data.len()),
        Ok(DataType::Int32) => (4, tensor.int32_data.len()),
        Ok(DataType::Int8 | DataType::Uint8 | DataType::Bool) => (1, tensor.int32_data.len()),
        _ => return Err(refused("its weights are of a type that is not run here; export it in single precision")),
    };
    let items = tensor.dims.iter().try_fold(1_usize, |items, &dim| items.checked_mul(usize::try_from(dim).ok()?));
    let sound = match (items, tensor.raw_data.len()) {
        (Some(items), 0) => items == written,
        (Some(items), bytes) => items.checked_mul(size) == Some(bytes),
        (None, _) => false,
    };
    if sound { Ok(()) } else { Err(refused("one of its tensors has another length than its shape says")) }
}

/// The name of an operation, when it can stand in a message.
pub(super) fn shown(name: &str) -> &str {
    let fit = name.len() <= SHOWN_BYTES_MAX && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fit { name } else { "(of another name)" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_sorted() {
        assert!(OPERATIONS.is_sorted());
        assert_eq!((shown("Loop"), shown("a b"), shown("")), ("Loop", "(of another name)", "(of another name)"));
    }
}
