"""Writes trained weights as the int8 ONNX model that is shipped: `python -m training.export WEIGHTS OUT`."""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from training.build_minilm import LAYERS, Array, Graph, add_layer, add_mask, digest

CLASSES = 4


def add_typed_embeddings(graph: Graph) -> str:
    """Sum and normalise the embeddings of the tokens, of their positions and of which of two texts they belong to."""
    graph.weight("wte", "embeddings.word_embeddings.weight")
    graph.weight("wpe", "embeddings.position_embeddings.weight")
    graph.weight("wty", "embeddings.token_type_embeddings.weight")
    for name, number in {"one": 1, "zero": 0, "two": 2}.items():
        graph.constant(name, np.array([number], np.int64))
    graph.node("Shape", ["input_ids"], "shp")
    graph.node("Slice", ["shp", "one", "two"], "S")
    graph.node("Slice", ["wpe", "zero", "S"], "pos")
    graph.node("Gather", ["wte", "input_ids"], "we")
    graph.node("Gather", ["wty", "token_type_ids"], "ty")
    graph.node("Add", ["we", "pos"], "emb0")
    graph.node("Add", ["emb0", "ty"], "emb1")
    gain = graph.weight("h0_g", "embeddings.LayerNorm.weight")
    shift = graph.weight("h0_b", "embeddings.LayerNorm.bias")
    return graph.norm(["emb1", gain, shift], "h0")


def add_head(graph: Graph, value: str) -> None:
    """Turn the first token and the mean of all, side by side, into the logits."""
    graph.node("Unsqueeze", ["mask_f", graph.constant("ax2", np.array([2], np.int64))], "m3")
    graph.node("Mul", [value, "m3"], "xm")
    graph.node("ReduceSum", ["xm", "one"], "sum", keepdims=0)
    graph.node("ReduceSum", ["m3", "one"], "cnt", keepdims=0)
    graph.node("Div", ["sum", "cnt"], "mean")
    graph.node("Slice", [value, "zero", "one", "one"], "begin")
    graph.node("Squeeze", ["begin", "one"], "cls")
    graph.node("Concat", ["cls", "mean"], "both", axis=-1)
    graph.product("both", "head.weight", "head_w", "head")
    graph.node("Add", ["head", graph.weight("head_b", "head.bias")], "logits")


def reader(weights: Mapping[str, Array]) -> onnx.ModelProto:
    """Return the float model: the word pieces of two texts in, four logits a pair out."""
    graph = Graph(weights)
    value = add_typed_embeddings(graph)
    add_mask(graph)
    for layer in range(LAYERS):
        value = add_layer(graph, value, layer)
    add_head(graph, value)
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["B", "S"]) for name in names]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", CLASSES])]
    made = helper.make_graph(graph.nodes, "reader", inputs, outputs, graph.initializers)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def main() -> None:
    """Write the model and print its sha256, which belongs into `assistant/reading/cross_encoder.py`."""
    parser = argparse.ArgumentParser(description="Write trained weights as an int8 ONNX model.")
    parser.add_argument("weights", type=Path, help="the safetensors file that training.train has written")
    parser.add_argument("out", type=Path, help="where to write the model")
    arguments = parser.parse_args()
    quantize_dynamic(
        reader(load_file(arguments.weights)),
        arguments.out,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=["head", "ty"],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )
    print(f"{digest(arguments.out.read_bytes())}  {arguments.out}")


if __name__ == "__main__":
    main()
