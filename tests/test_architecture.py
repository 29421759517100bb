"""The direction of the arrows, the one door of each big dependency, and what spoils a repository first."""

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "index": set(),
    "assistant": {"index"},
    "eval": {"index", "assistant"},
    "ui": {"index", "assistant", "eval"},
    "training": {"index", "assistant", "eval"},
    "benchmarks": {"index", "assistant", "eval", "training"},
    "tests": {"index", "assistant", "eval", "ui", "training", "benchmarks"},
}
DOORS = {
    "llama_index": [
        "index/vectors/dense.py",
        "assistant/llm/llama_index_llm.py",
        "eval/as_llama_index.py",
        "benchmarks/pipeline.py",
    ],
    "chromadb": ["index/vectors/dense*.py", "benchmarks/pipeline.py"],
    "ray": ["index/vectors/ray_embedding.py"],
    "openai": ["assistant/llm/exchange.py", "assistant/llm/line.py", "assistant/llm/llm.py"],
    "gradio": ["ui/web/*.py"],
}
SPOILING_NAMES = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "shelve", "marshal"}
FORBIDDEN_CALLS = {"eval", "exec", "yaml.load", "yaml.unsafe_load", "pickle.load", "pickle.loads"}
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# What each room may import besides the files at the top that import no room, as the map says it.
ROOMS = {
    room: set(re.findall("`([^`]+)`", may))
    for room, may in re.findall(r"^\| `((?:index|assistant|ui)(?:/\w+)?)` \|[^|]*\|([^|]*)\|$", MAP, re.MULTILINE)
}
FILES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))
PROGRAM = [path for path in FILES if path.relative_to(ROOT).parts[0] != "tests"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))))


@cache
def imported(path: Path) -> frozenset[str]:
    """The full names of all modules that a file imports, wherever in it the import stands."""
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            names.add(".".join([*package, *([node.module] if node.module else [])]))
    return frozenset(names)


def tops(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imported(path)}


def catches_everything(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def test_there_is_something_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in PROGRAM} >= {"index", "assistant", "eval", "ui"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_stands_left_of_it(package: str) -> None:
    forbidden = MAY_IMPORT.keys() - MAY_IMPORT[package] - {package}
    wrong = {name(path): sorted(tops(path) & forbidden) for path in (ROOT / package).rglob("*.py")}
    assert {path: modules for path, modules in wrong.items() if modules} == {}


def room_of(module: str) -> str:
    """The room of a module or a package, as the map writes it."""
    path = ROOT.joinpath(*module.split("."))
    return "/".join(module.split(".") if path.is_dir() else module.split(".")[:-1])


def rooms_of(path: Path) -> set[str]:
    """The rooms that a file imports of its own package, but for its own and the top."""
    package, here = path.relative_to(ROOT).parts[0], path.parent.relative_to(ROOT).as_posix()
    return {room_of(module) for module in imported(path) if module.split(".")[0] == package} - {here, package}


def test_the_map_knows_every_room() -> None:
    there = {name(path.parent) for package in ("index", "assistant", "ui") for path in (ROOT / package).rglob("*.py")}
    assert there == ROOMS.keys()


@pytest.mark.parametrize("room", [room for room in ROOMS if "/" in room])
def test_a_room_imports_only_what_the_map_allows_it(room: str) -> None:
    top = {path.stem for path in (ROOT / room).parent.glob("*.py") if rooms_of(path)}
    package = room.split("/", maxsplit=1)[0]
    for path in (ROOT / room).glob("*.py"):
        assert rooms_of(path) <= ROOMS[room], name(path)
        assert not {f"{package}.{stem}" for stem in top} & imported(path), name(path)


def test_the_first_line_of_a_room_says_what_the_map_says() -> None:
    said = dict(re.findall(r"^\| `(\w+/\w+)` \| ([^|]*) \|", MAP, re.MULTILINE))
    for room in (room for room in ROOMS if "/" in room):
        line = (ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))) or "").split(
            "\n"
        )[0]
        assert line.rstrip(".").lower() == said[room].lower(), room


def test_every_file_that_the_map_names_is_there() -> None:
    for named in re.findall(r"`([\w/]+\.(?:py|md))`", MAP):
        assert any(path.as_posix().endswith(f"/{named}") for path in [*FILES, ROOT / named] if path.exists()), named


@pytest.mark.parametrize("dependency", DOORS)
def test_a_big_dependency_has_one_door(dependency: str) -> None:
    users = [path for path in PROGRAM if dependency in tops(path)]
    outside = [
        name(path) for path in users if not any(path.relative_to(ROOT).match(door) for door in DOORS[dependency])
    ]
    assert outside == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [name(path) for path in FILES if path.stem in SPOILING_NAMES or path.parent.name in SPOILING_NAMES] == []


def test_no_file_is_longer_than_350_lines() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path: length for path, length in lengths.items() if length > 350} == {}


def test_every_module_opens_with_one_line_that_says_what_it_is_for() -> None:
    for path in PROGRAM:
        first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
        assert first.endswith((".", "!", "?")), name(path)


def test_nothing_below_the_user_interface_catches_every_exception() -> None:
    below = [path for path in PROGRAM if path.relative_to(ROOT).parts[0] != "ui"]
    assert [name(path) for path in below if any(map(catches_everything, nodes(path)))] == []


def test_nothing_runs_text_as_code() -> None:
    for path in PROGRAM:
        calls = {ast.unparse(node.func) for node in nodes(path) if isinstance(node, ast.Call)}
        assert not calls & FORBIDDEN_CALLS, name(path)
        assert not tops(path) & FORBIDDEN_IMPORTS, name(path)


def test_the_command_line_starts_without_what_only_some_verbs_need() -> None:
    script = "import sys, ui.cli; print(sorted({m.split('.')[0] for m in sys.modules} & {'chromadb', 'gradio', 'llama_index', 'openai'}))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_support_is_scored_in_one_place_alone() -> None:
    """A badge, a figure or a refusal from another scorer would be a second opinion that no eval measures."""
    scorer, verdicts = "assistant/reading/grounding.py", {"full", "partial", "none", "contradicted"}
    for path in PROGRAM:
        if name(path) == scorer:
            continue
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and not any(ast.unparse(one) == "Protocol" for one in node.bases):
                assert "support" not in {one.name for one in node.body if isinstance(one, ast.FunctionDef)}, name(path)
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
                assert node.value.value not in verdicts - {"none"}, name(path)
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"Verdict", "Claim"}:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                assert not any(isinstance(one, ast.Constant) and one.value in verdicts for one in given), name(path)


def test_what_the_cross_encoder_says_of_support_is_read_by_the_scorer_and_its_calibration_alone() -> None:
    readers = [
        name(path)
        for path in PROGRAM
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        and node.module == "assistant.reading.cross_encoder"
        and {alias.name for alias in node.names} & {"SUPPORTED", "UNRELATED", "CONTRADICTED"}
    ]
    assert readers == ["assistant/reading/grounding.py", "training/calibrate.py"]
