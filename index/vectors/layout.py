"""The folder of an embedder as sentence-transformers lays it out: what its files say, and where they lie."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.errors import ModelDamaged
from index.vectors.prefixes import Prefixes, known

Pooling = Literal["cls", "mean", "max", "lasttoken"]

_MODULES, _POOLING, _LENGTH = "modules.json", "config.json", "sentence_bert_config.json"
_PROMPTS, _TOKENIZER = "config_sentence_transformers.json", "tokenizer.json"
_WEIGHTS = ("onnx/model.onnx", "model.onnx")
# What other programs load, the first of them by a format that runs what is in it.
_UNREAD = ("pytorch_model.bin", "model.safetensors")
# How the configuration of pooling says it: each mode by a flag of its own, and since version 5 by one word.
_FLAGS: Mapping[str, Pooling] = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_lasttoken": "lasttoken",
}
_PASSAGES = ("document", "passage", "corpus")
_LONGEST = 512
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Layout:
    """What the files of a folder say of an embedder: its pooling, the tokens that it reads, its prompts."""

    name: str
    weights: Path
    tokenizer: Path
    pooling: Pooling
    max_tokens: int
    prefixes: Prefixes


def layout(folder: Path) -> Layout:
    """Read the configuration of an embedder. Raises `ModelDamaged` naming the file that is missing, or says what is not read."""
    modules = [(_kind(str(one.get("type"))), one.get("path")) for one in _listed(folder / _MODULES)]
    kinds = [kind for kind, _ in modules]
    if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
        raise ModelDamaged(
            f"{folder / _MODULES} lists the modules {', '.join(kinds) or 'none'}; what is read is a Transformer, a Pooling and, "
            "where there is one, a Normalize."
        )
    transformer, pooling = (_inside(folder, path) for _, path in modules[:2])
    said = _read(folder / _PROMPTS) if (folder / _PROMPTS).exists() else {}
    if len(kinds) == 2 and said.get("similarity_fn_name") in {"dot", "dot_product", "euclidean", "manhattan"}:
        raise ModelDamaged(
            f"{folder / _PROMPTS} says that vectors are compared by {said['similarity_fn_name']}, and no module normalises "
            "them: an index compares by cosine. Name an embedder of that kind."
        )
    length = _read(transformer / _LENGTH).get("max_seq_length") if (transformer / _LENGTH).exists() else None
    name = folder.resolve().name
    return Layout(
        name,
        _weights(folder, transformer),
        _first(transformer / _TOKENIZER, folder / _TOKENIZER),
        _pooling(pooling / _POOLING),
        length if type(length) is int and length > 0 else _LONGEST,
        _prompts(said) or known(name),
    )


def _kind(named: str) -> str:
    """What a module is; one by other code than that of sentence-transformers keeps its full name, and is not known."""
    return named.rpartition(".")[2] if named.startswith("sentence_transformers.") else named


def _weights(folder: Path, transformer: Path) -> Path:
    found = [one for one in _candidates(folder, transformer) if one.is_file()]
    if found:
        return found[0]
    unread = next((name for name in _UNREAD if (transformer / name).exists()), None)
    beside = f" {unread} is not read." if unread else ""
    raise ModelDamaged(
        f"{folder} has no {_WEIGHTS[0]} and no {_WEIGHTS[1]}.{beside} Export one: "
        "optimum-cli export onnx --task feature-extraction --model MODEL FOLDER"
    )


def _candidates(folder: Path, transformer: Path) -> Iterator[Path]:
    for place in dict.fromkeys((transformer, folder)):
        yield from (place / name for name in _WEIGHTS)


def _first(*paths: Path) -> Path:
    for path in paths:
        if path.is_file():
            return path
    raise ModelDamaged(f"The embedder's file {paths[0]} is missing.")


def _pooling(path: Path) -> Pooling:
    said = _read(path)
    modes = [mode for flag, mode in _FLAGS.items() if said.get(flag) is True]
    others = [name for name, value in said.items() if name.startswith("pooling_mode_") and value is True]
    if not others and said.get("pooling_mode") in _FLAGS.values():
        modes = [mode for mode in _FLAGS.values() if mode == said["pooling_mode"]]
    if len(modes) != 1 or len(others) > 1 or said.get("include_prompt") is False:
        raise ModelDamaged(
            f"{path} says a pooling that is not read: one of {', '.join(_FLAGS.values())} is, over prompt and text."
        )
    return modes[0]


def _prompts(said: Mapping[str, Any]) -> Prefixes | None:
    prompts = said.get("prompts")
    if not isinstance(prompts, dict):
        return None
    of = {str(name).lower(): text for name, text in prompts.items() if isinstance(text, str)}
    passage = next((of[name] for name in _PASSAGES if name in of), "")
    return Prefixes(of.get("query", ""), passage) if any(of.values()) else None


def _inside(folder: Path, path: object) -> Path:
    where = folder / path if isinstance(path, str) else folder
    if not where.resolve().is_relative_to(folder.resolve()):
        raise ModelDamaged(f"{folder / _MODULES} names {path}, which lies outside of the folder.")
    return where


def _listed(path: Path) -> list[Mapping[str, Any]]:
    found = _json(path)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ModelDamaged(f"The embedder's file {path} is no list of modules.")
    return found


def _read(path: Path) -> Mapping[str, Any]:
    found = _json(path)
    if not isinstance(found, dict):
        raise ModelDamaged(f"The embedder's file {path} is no object of JSON.")
    return found


def _json(path: Path) -> object:
    try:
        with path.open("rb") as file:
            return json.loads(file.read(_MOST))
    except FileNotFoundError:
        raise ModelDamaged(f"The embedder's file {path} is missing.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelDamaged(f"The embedder's file {path} cannot be read ({error}).") from None
