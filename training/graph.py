"""MiniLM as an ONNX graph: the encoder, mean pooling and L2 normalisation in one, and its int8 form.

The matrix products and the embeddings are quantised to per-channel int8 weights. The names and the order of nodes and
initialisers are part of the bytes that a sha256 checks, and so are the versions of the libraries that write them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

HIDDEN = 384
HEADS = 12
LAYERS = 6
EPSILON = 1e-12

Array = npt.NDArray[Any]


@dataclass
class Graph:
    """An ONNX graph as it grows; a node and the value that it computes share one name."""

    weights: Mapping[str, Array]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    initializers: list[onnx.TensorProto] = field(default_factory=list)

    def node(self, op: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Append a node and return the name of its output."""
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, value: Array) -> str:
        """Append an initialiser and return its name."""
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str, source: str) -> str:
        """Append one of the official weights, as it is, and return its name in the graph."""
        return self.constant(name, self.weights[source])

    def product(self, value: str, source: str, weight: str, output: str) -> str:
        """Multiply by the weights of an official dense layer, which are stored transposed."""
        return self.node("MatMul", [value, self.constant(weight, self.weights[source].T)], output)

    def norm(self, inputs: Sequence[str], output: str) -> str:
        """Normalise a value with a gain and a shift."""
        return self.node("LayerNormalization", inputs, output, epsilon=EPSILON, axis=-1)


def add_embeddings(graph: Graph) -> str:
    """Sum and normalise the embeddings of the tokens and of their positions."""
    positions = graph.weights["embeddings.position_embeddings.weight"]
    types = graph.weights["embeddings.token_type_embeddings.weight"]
    graph.weight("wte", "embeddings.word_embeddings.weight")
    graph.constant("wpe", positions + types[0])  # a text that stands alone is all of type 0
    for name, number in {"one": 1, "zero": 0, "two": 2}.items():
        graph.constant(name, np.array([number], np.int64))
    graph.node("Shape", ["input_ids"], "shp")
    graph.node("Slice", ["shp", "one", "two"], "S")
    graph.node("Slice", ["wpe", "zero", "S"], "pos")
    graph.node("Gather", ["wte", "input_ids"], "we")
    graph.node("Add", ["we", "pos"], "emb0")
    gain = graph.weight("h0_g", "embeddings.LayerNorm.weight")
    shift = graph.weight("h0_b", "embeddings.LayerNorm.bias")
    return graph.norm(["emb0", gain, shift], "h0")


def add_mask(graph: Graph) -> None:
    """Turn the attention mask into `bias4`, which is added to scores, and add the constants that all layers share."""
    graph.node("Cast", ["attention_mask"], "mask_f", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["mask_f", graph.constant("ax12", np.array([1, 2], np.int64))], "m4")
    graph.node("Sub", [graph.constant("f1", np.array(1, np.float32)), "m4"], "inv")
    graph.node("Mul", ["inv", graph.constant("neg", np.array(-10000, np.float32))], "bias4")
    size = HIDDEN // HEADS
    graph.constant("hs", np.array([0, 0, HEADS, size], np.int64))
    graph.constant("ms_", np.array([0, 0, HIDDEN], np.int64))
    graph.constant("scale", np.array(size**-0.5, np.float32))


def add_heads(graph: Graph, value: str, layer: int, part: str) -> str:
    """Project a value to the queries, keys or values of all heads; keys come transposed."""
    source, name = f"encoder.layer.{layer}.attention.self.{part}", f"l{layer}{part}"
    graph.product(value, f"{source}.weight", f"{name}_w", f"{name}_m")
    graph.node("Add", [f"{name}_m", graph.weight(f"{name}_bb", f"{source}.bias")], name)
    graph.node("Reshape", [name, "hs"], f"{name}r")
    return graph.node("Transpose", [f"{name}r"], f"{name}t", perm=[0, 2, 3, 1] if part == "key" else [0, 2, 1, 3])


def add_attention(graph: Graph, value: str, layer: int) -> str:
    """Let every token attend to all that the mask admits."""
    query, key, values = (add_heads(graph, value, layer, part) for part in ("query", "key", "value"))
    name = f"l{layer}"
    graph.node("MatMul", [query, key], f"{name}s")
    graph.node("Mul", [f"{name}s", "scale"], f"{name}ss")
    graph.node("Add", [f"{name}ss", "bias4"], f"{name}sb")
    graph.node("Softmax", [f"{name}sb"], f"{name}p", axis=-1)
    graph.node("MatMul", [f"{name}p", values], f"{name}c")
    graph.node("Transpose", [f"{name}c"], f"{name}ct", perm=[0, 2, 1, 3])
    return graph.node("Reshape", [f"{name}ct", "ms_"], f"{name}ctx")


def add_residual(graph: Graph, value: str, residual: str, source: str, output: str) -> str:
    """Add the bias of a product and the value that it started from, and normalise."""
    gain = graph.weight(f"{output}_g", f"{source}.LayerNorm.weight")
    shift = graph.weight(f"{output}_be", f"{source}.LayerNorm.bias")
    bias = graph.weight(f"{output}_bias", f"{source}.dense.bias")
    graph.node("Add", [value, bias], f"{output}_1")
    graph.node("Add", [f"{output}_1", residual], f"{output}_2")
    return graph.norm([f"{output}_2", gain, shift], output)


def add_layer(graph: Graph, value: str, layer: int) -> str:
    """Append one layer of the encoder."""
    source, name = f"encoder.layer.{layer}", f"l{layer}"
    context = add_attention(graph, value, layer)
    graph.product(context, f"{source}.attention.output.dense.weight", f"{name}ow", f"{name}o")
    attended = add_residual(graph, f"{name}o", value, f"{source}.attention.output", f"{name}h1")
    graph.product(attended, f"{source}.intermediate.dense.weight", f"{name}fw", f"{name}f")
    graph.node("Add", [f"{name}f", graph.weight(f"{name}fb", f"{source}.intermediate.dense.bias")], f"{name}fa")
    active = graph.node("Gelu", [f"{name}fa"], f"{name}act", approximate="none")
    graph.product(active, f"{source}.output.dense.weight", f"{name}f2w", f"{name}f2")
    return add_residual(graph, f"{name}f2", attended, f"{source}.output", f"{name}h2")


def add_mean(graph: Graph, value: str) -> str:
    """Average the tokens that the mask admits."""
    graph.node("Unsqueeze", ["mask_f", graph.constant("ax2", np.array([2], np.int64))], "m3")
    graph.node("Mul", [value, "m3"], "xm")
    graph.node("ReduceSum", ["xm", "one"], "sum", keepdims=0)
    graph.node("ReduceSum", ["m3", "one"], "cnt", keepdims=0)
    return graph.node("Div", ["sum", "cnt"], "mean")


def encoder(weights: Mapping[str, Array]) -> onnx.ModelProto:
    """Return the float model: token ids and an attention mask in, one unit vector a text out."""
    graph = Graph(weights)
    value = add_embeddings(graph)
    add_mask(graph)
    for layer in range(LAYERS):
        value = add_layer(graph, value, layer)
    graph.node("LpNormalization", [add_mean(graph, value)], "embedding", axis=1, p=2)
    names = ("input_ids", "attention_mask")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["B", "S"]) for name in names]
    outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["B", HIDDEN])]
    # The second is used by no node here, but it is part of the shipped bytes.
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    made = helper.make_graph(graph.nodes, "minilm", inputs, outputs, graph.initializers)
    return helper.make_model(made, opset_imports=opsets, ir_version=9)


def quantise(model: onnx.ModelProto, path: Path, kept: Sequence[str] = ()) -> None:
    """Write a model with its matrix products and embeddings in int8, but for the nodes that are kept as they are."""
    quantize_dynamic(
        model,
        path,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[*kept],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )


def digest(data: bytes) -> str:
    """Return the sha256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
