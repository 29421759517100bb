"""Writes trained weights as an int8 ONNX model that is shipped.

    python -m training.export reader WEIGHTS OUT
    python -m training.export embedder WEIGHTS OUT [--official WEIGHTS --share SHARE]

Of the embedder, a share of the way from the official weights to the trained ones may be gone (Wortsman et al. 2022), so
that what those know is kept.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from safetensors.numpy import load_file

from training.graph import LAYERS, Array, Graph, add_layer, add_mask, add_mean, digest, encoder, quantise

CLASSES = 4
# Of the reader: its heads, and the embeddings of the two types.
_AS_THEY_ARE = ("head", "ty", "own_odds", "first_odds")


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
    """Turn the first token and the mean of all, side by side, into the logits of a pair."""
    mean = add_mean(graph, value)
    graph.node("Slice", [value, "zero", "one", "one"], "begin")
    graph.node("Squeeze", ["begin", "one"], "cls")
    graph.node("Concat", ["cls", mean], "both", axis=-1)
    graph.product("both", "head.weight", "head_w", "head")
    graph.node("Add", ["head", graph.weight("head_b", "head.bias")], "logits")


def add_sentences(graph: Graph, value: str) -> None:
    """Turn the mean of the tokens of each sentence, beside the first token of all, into its log odds."""
    own, first = np.split(graph.weights["sentence.weight"].T, 2)
    graph.node("MatMul", ["sentence_shares", value], "own")
    graph.node("MatMul", ["own", graph.constant("own_w", own)], "own_odds")
    graph.node("MatMul", ["begin", graph.constant("first_w", first)], "first_odds")
    graph.node("Add", ["own_odds", "first_odds"], "odds")
    graph.node("Add", ["odds", graph.weight("sentence_b", "sentence.bias")], "each")
    graph.node("Squeeze", ["each", graph.constant("last", np.array([-1], np.int64))], "sentences")


def reader(weights: Mapping[str, Array]) -> onnx.ModelProto:
    """Return the float model: four logits a pair of texts, and the log odds of each sentence of the second.

    It is given the word pieces of both and the share that each of these has in each sentence.
    """
    graph = Graph(weights)
    value = add_typed_embeddings(graph)
    add_mask(graph)
    for layer in range(LAYERS):
        value = add_layer(graph, value, layer)
    add_head(graph, value)
    add_sentences(graph, value)
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["B", "S"]) for name in names]
    inputs.append(helper.make_tensor_value_info("sentence_shares", TensorProto.FLOAT, ["B", "N", "S"]))
    outputs = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", CLASSES]),
        helper.make_tensor_value_info("sentences", TensorProto.FLOAT, ["B", "N"]),
    ]
    made = helper.make_graph(graph.nodes, "reader", inputs, outputs, graph.initializers)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def between(official: Mapping[str, Array], trained: Mapping[str, Array], share: float) -> dict[str, Array]:
    """Return the weights that lie this share of the way from the official ones to the trained ones."""
    return {name: (1 - share) * official[name] + share * weight for name, weight in trained.items()}


def main() -> None:
    """Write the model and print its sha256, which belongs where it is loaded."""
    parser = argparse.ArgumentParser(description="Write trained weights as an int8 ONNX model.")
    parser.add_argument("model", choices=("reader", "embedder"))
    parser.add_argument("weights", type=Path, help="the safetensors file that training has written")
    parser.add_argument("out", type=Path, help="where to write the model")
    parser.add_argument("--official", type=Path, help="the official model.safetensors of all-MiniLM-L6-v2")
    parser.add_argument("--share", type=float, default=1.0, help="of the way from the official weights, 0 to 1")
    given = parser.parse_args()
    weights: Mapping[str, Array] = load_file(given.weights)
    if given.official:
        weights = between(load_file(given.official), weights, given.share)
    if given.model == "reader":
        quantise(reader(weights), given.out, kept=_AS_THEY_ARE)
    else:
        quantise(encoder(weights), given.out)
    print(f"{digest(given.out.read_bytes())}  {given.out}")


if __name__ == "__main__":
    main()
