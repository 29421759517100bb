"""What an index is made with: written down in its store, and compared with what this program would make it with."""

import json
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from index.errors import IndexMismatch
from index.passages import RULES
from index.store import generations
from index.store.store import Store
from index.vectors import canaries
from index.vectors.embedding import DEFAULTS, Embedder

_KINDS = {
    "schema": "another version",
    "embedder": "another embedder",
    "passages": "other rules of passages",
    "server": "another server",
}
_AS_IT_IS = (
    "To search it as it is, set SCHOLIAST_EMBED_MODEL or SCHOLIAST_EMBED_FOLDER to the embedder that it was made with, or "
    "neither for the one that is shipped. "
)
# Where nothing else differs, the papers can be embedded anew.
_OF_VECTORS = {"embedder", "passages"}
# What a manifest holds beside these while papers are embedded anew: the last row of a paper that has the vectors of
# before, and the vectors of known texts by which those are told. A row and not a build, for the build before may have
# been stopped and left rows of the number that the next one has.
_FORMER_ROW, _FORMER_CANARIES = "former_row", "former_canaries"


def made_with(embedder: Embedder) -> dict[str, str]:
    """What an index that this program makes says of itself."""
    return {"schema": str(generations.SCHEMA), "embedder": embedder.fingerprint.to_json(), "passages": RULES}


def declare(root: Path, store: Store, embedder: Embedder, server: str | None, *, anew: bool = False) -> None:
    """Write down what a new store is made with; raise `IndexMismatch` where an old one was made otherwise.

    With `anew`, an old one whose vectors or passages alone are others is declared this program's, and every paper in it
    one that is still to be embedded.
    """
    expected, declared = {**made_with(embedder), "server": server or ""}, store.manifest()
    if not declared:
        store.declare(**expected, canaries=canaries.drawn(embedder))
        return
    differing = {key for key in expected if declared.get(key) != expected[key]}
    if differing and not (anew and differing <= _OF_VECTORS):
        raise mismatch(root, store, declared, expected)
    if not anew:
        compare_vectors(root, store, embedder, declared.get("canaries", "[]"))
    elif differing or canaries.strange(embedder, declared.get("canaries", "[]")):
        _declare_anew(root, store, embedder)


def _declare_anew(root: Path, store: Store, embedder: Embedder) -> None:
    last = store.rows("SELECT coalesce(max(row), 0) FROM papers")[0][0]
    former = {_FORMER_ROW: str(last), _FORMER_CANARIES: remembered(store, generations.last_derived(root))}
    store.declare(**made_with(embedder), canaries=canaries.drawn(embedder), **former)


def former_row(store: Store) -> int:
    """The last row of a paper that another embedder, or other rules, made the vectors of; 0 if there is none."""
    return int(store.manifest().get(_FORMER_ROW, 0))


def forget_former(store: Store) -> None:
    """Write down that every paper that is served has the vectors of the embedder that is declared."""
    if former_row(store):
        store.declare(**{_FORMER_ROW: "0", _FORMER_CANARIES: "[]"})


def remembered(store: Store, build: int) -> str:
    """The vectors of known texts as the embedder of the generation `build` drew them."""
    lived = "SELECT 1 FROM papers WHERE row <= ?1 AND born <= ?2 AND coalesce(retired > ?2, 1) LIMIT 1"
    former = store.rows(lived, former_row(store), build)
    return store.manifest().get(_FORMER_CANARIES if former else "canaries", "[]")


def compare_vectors(
    root: Path, store: Store, embedder: Embedder, remembered: str, count: int = len(canaries.TEXTS)
) -> None:
    """Raise `IndexMismatch` where one of `count` known texts gets another vector than is `remembered`."""
    if strange := canaries.strange(embedder, remembered, count):
        raise IndexMismatch(
            f"The index in {root} has other vectors for {len(strange)} of {count} known texts than this program, which "
            f"calls its embedder {embedder.fingerprint.name} all the same. "
            f"Embed its papers anew with: {build_anew(root, store)}"
        )


def mismatch(root: Path, store: Store, declared: Mapping[str, str], expected: Mapping[str, str]) -> IndexMismatch:
    """The error for an index that was `declared` to be made otherwise than is `expected`."""
    differing = [key for key in expected if declared.get(key) != expected[key]]
    sides = " and ".join(f"{_KINDS[key]} ({_sides(key, declared.get(key, ''), expected[key])})" for key in differing)
    cure = (
        f"{_AS_IT_IS if 'embedder' in differing else ''}Embed its papers anew with: {build_anew(root, store)}"
        if _OF_VECTORS.issuperset(differing)
        else "It cannot be brought over: build a new one with scholiast build --index OTHER_FOLDER CORPUS"
    )
    return IndexMismatch(f"The index in {root} was made with {sides}. {cure}")


def build_anew(root: Path, store: Store) -> str:
    """The command that embeds the papers of an index anew."""
    return f"scholiast build --reembed --index {quote(store.server or str(root))}"


def _sides(key: str, theirs: str, ours: str) -> str:
    if key == "embedder":
        theirs, ours = _told_apart(json.loads(theirs or "{}"), json.loads(ours))
    return f"the index has {theirs or 'none'}, this program {ours or 'none'}"


def _told_apart(theirs: Mapping[str, object], ours: Mapping[str, object]) -> tuple[str, str]:
    """Two embedders by their names, or, where those are the same, by all that differs."""
    if theirs.get("name") != ours["name"]:
        return str(theirs.get("name")), str(ours["name"])
    theirs, ours = {**DEFAULTS, **theirs}, {**DEFAULTS, **ours}
    differing = [key for key in ours if theirs.get(key) != ours[key]]
    return json.dumps({key: theirs.get(key) for key in differing}), json.dumps({key: ours[key] for key in differing})
