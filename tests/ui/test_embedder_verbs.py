"""Building, searching and mending with an embedder of one's own, from the command line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.invented import paper
from index.build import Stored
from index.readers import Meter
from index.vectors.spent import Spent
from tests.embedding import embeds
from tests.faults import Misbehaving, refuses
from tests.preloaded import scholiast
from ui import progress

KEY = "sk-canary-0123456789abcdef"


@pytest.fixture
def served() -> Iterator[Misbehaving]:
    with Misbehaving(embeds()) as served:
        yield served


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    lines = (json.dumps({"title": one.title, "abstract": one.abstract}) for one in map(paper, range(12)))
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join(lines))
    return path


def named(served: Misbehaving, **others: object) -> dict[str, str]:
    said = {"BASE_URL": served.url, "MODEL": "small", "API_KEY": KEY, "PRICE": 0.5, **others}
    return {f"SCHOLIAST_EMBED_{name}": str(value) for name, value in said.items()}


def test_a_build_ends_with_what_it_cost_and_the_index_is_searched_asked_and_examined(
    served: Misbehaving, corpus: Path, tmp_path: Path
) -> None:
    root, environment = tmp_path / "index", named(served)
    done = scholiast("build", corpus, "--index", root, **environment)
    assert (done.returncode, "12 added" in done.stdout) == (0, True)
    assert done.stdout.splitlines()[-1].split(" The embedder read ")[1].endswith(" US dollars.")
    assert "canary" not in done.stdout + done.stderr
    (hit, *_) = json.loads(
        scholiast("search", "subject7", "--by", "lexical", "--json", "--index", root, **environment).stdout
    )
    assert "subject7" in json.dumps(hit)
    assert scholiast("ask", "What do we study?", "--index", root, **environment).returncode == 0
    assert scholiast("doctor", "--index", root, **environment).stdout.count("sound") == 5
    spent = json.loads(scholiast("build", corpus, "--json", "--index", root, **environment).stdout.splitlines()[-1])[
        "spent"
    ]
    assert spent["cost_usd"] == spent["tokens"] * 0.5 / 1_000_000


def test_without_its_settings_both_ways_to_mend_are_told_and_work(
    served: Misbehaving, corpus: Path, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    assert scholiast("build", corpus, "--index", root, **named(served)).returncode == 0
    done = scholiast("search", "subject7", "--index", root)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the index has small, this program scholiast-embedder-int8" in done.stderr
    assert "set SCHOLIAST_EMBED_MODEL or SCHOLIAST_EMBED_FOLDER to the embedder that it was made with" in done.stderr
    assert f"scholiast build --reembed --index {root}" in done.stderr
    assert scholiast("build", "--reembed", "--index", root).returncode == 0
    assert scholiast("search", "subject7", "--index", root).returncode == 0


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"FOLDER": "models"}, "an index has one embedder: unset one of them"),
        ({"MODEL": ""}, "set SCHOLIAST_EMBED_MODEL to one that the endpoint has"),
        ({"TOKENS": 100}, "The budget of 100 tokens of this run is spent"),
        ({"DIMENSIONS": 8}, "not the 8 that were asked for"),
        ({"BASE_URL": "http://127.0.0.1:9/v1"}, "The embedder at 127.0.0.1:9 is not reachable: nothing listens there"),
        ({"MODEL": "", "BASE_URL": "", "FOLDER": "models"}, "modules.json is missing"),
        ({"WINDOW": "many"}, "The setting embed_window is 'many'"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_exit_code_1(
    served: Misbehaving, corpus: Path, tmp_path: Path, others: dict[str, object], told: str
) -> None:
    done = scholiast("build", corpus, "--index", tmp_path / "index", **named(served, **others))
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "canary" not in done.stderr


def test_a_question_that_cannot_be_embedded_is_told_in_a_sentence(
    served: Misbehaving, corpus: Path, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    assert scholiast("build", corpus, "--index", root, **named(served)).returncode == 0
    served.script(refuses(401))
    done = scholiast("ask", "What is studied?", "--index", root, **named(served))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "set SCHOLIAST_EMBED_API_KEY" in done.stderr


def test_ray_embeds_with_the_shipped_embedder_alone(served: Misbehaving, corpus: Path, tmp_path: Path) -> None:
    done = scholiast("build", corpus, "--workers", "ray", "--index", tmp_path / "index", **named(served))
    assert (done.returncode, "Ray embeds with the shipped embedder alone" in done.stderr) == (1, True)


def test_a_folders_file_names_neither_an_endpoint_nor_a_folder(corpus: Path, tmp_path: Path) -> None:
    for name in ("embed_base_url", "embed_model", "embed_api_key", "embed_folder", "embed_sentences", "embed_tokens"):
        Path("scholiast.toml").write_text(f'{name} = "1"\n')
        done = scholiast("build", corpus, "--index", tmp_path / "index")
        assert (done.returncode, f"in this folder sets {name}" in done.stderr) == (1, True)


def test_a_build_that_takes_its_time_says_what_it_cost_so_far(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Costly:
        spent = Spent(3, 1200, 0.0006)

    monkeypatch.setattr(progress, "_EVERY", 0.0)
    with progress.Progress(Meter(), Costly()) as shown:
        shown.show(Stored(40))
    assert re.fullmatch(r"40 papers, \d+ papers/s, 1200 tokens, 0\.0006 US dollars\n", capsys.readouterr().err)
