"""The command line as people type it: words without quotation marks, limits, help, completion, commands in messages."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.invented import HashEmbedder
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import PROGRAM, build
from ui.cli import main
from ui.started import as_typed

PAPERS = (
    ("Parsing with trees", "We parse sentences with trees and reach 91% on news.", ("Ada Byron",), 2019, "ACL"),
    (
        "Parsing without trees",
        "We show that a parser needs no trees to parse speech.",
        ("Ada Byron", "Grace Hopper"),
        2022,
        "EMNLP",
    ),
    ("Pointers", "We write summaries of meetings with a pointer network.", ("Grace Hopper",), 2021, "ACL, IJCNLP"),
)


class Done(NamedTuple):
    code: object
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in this process."""

    def running(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", [PROGRAM, *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(ended.value.code, *capsys.readouterr())

    return running


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    root = tmp_path_factory.mktemp("papers") / "my index"
    papers = [
        Paper.from_source(title, abstract, authors=authors, year=year, venue=venue)
        for title, abstract, authors, year, venue in PAPERS
    ]
    build(root, papers, embedder, source="library.bib")
    return root


def words(text: str) -> str:
    return " ".join(text.split())


def test_words_need_no_quotation_marks(run: Run, root: Path) -> None:
    asked = run("ask", "how", "do", "parsers", "of", "speech", "use", "trees", "--index", root, "--json")
    assert json.loads(asked.out)["question"] == "how do parsers of speech use trees"
    found = run("search", "pointer", "network", "-k", 1, "--index", root)
    assert "Pointers (Grace Hopper" in found.out


@pytest.mark.parametrize("query", [("",), ("  ",), ("?!",), ("", "")])
def test_a_search_for_nothing_is_wrong_usage_that_says_so(run: Run, query: tuple[str, ...]) -> None:
    done = run("search", *query)
    assert (done.code, done.out) == (2, "")
    assert "it holds no words to search for" in done.err


def test_among_lines_a_search_for_nothing_finds_nothing(root: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "search", "--jsonl", "--index", root],
        input='{"id": 1, "query": " "}\n{"id": 2, "query": "trees"}\n',
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == {"id": 1, "hits": []}
    assert second["hits"]


def test_an_empty_question_is_told_that_it_is_none(run: Run, root: Path) -> None:
    done = run("ask", "", "--index", root)
    assert (done.code, done.out) == (0, "There is no question to answer.\n")


def test_a_question_is_limited_by_the_options_that_limit_a_search(run: Run, root: Path) -> None:
    answer = json.loads(
        run("ask", "how", "do", "parsers", "use", "trees", "--author", "hopper", "--index", root, "--json").out
    )
    assert {paper["title"] for paper in answer["papers"]} == {"Parsing without trees"}
    assert answer["filters"]["authors"] == ["hopper"]
    assert answer["text"].startswith("Limited to papers by hopper. ")


def test_what_a_question_says_of_the_papers_holds_beside_the_options(run: Run, root: Path) -> None:
    done = run("ask", "which papers by Byron are about parsing", "--author", "hopper", "--index", root)
    assert done.out == (
        "Limited to papers by hopper, and by Byron. 1 paper fits, as far as the abstracts say, in words and\n"
        "in meaning.\n\n"
        "[1] Parsing without trees (Ada Byron, Grace Hopper, EMNLP, 2022)\n"
        "    “We show that a parser needs no trees to parse speech.”\n"
    )


def test_a_question_that_contradicts_the_options_is_told_that_no_paper_fits(run: Run, root: Path) -> None:
    done = run("ask", "which papers from 2019 are about parsing", "--since", 2020, "--index", root)
    assert done.code == 0
    assert "no paper of this corpus is from 2020 or later, and from 2019." in done.out
    assert "Parsing with trees" not in done.out


def test_a_refusal_says_what_it_was_limited_to(run: Run, root: Path) -> None:
    done = run("ask", "who won the football cup?", "--venue", "emnlp", "--index", root)
    assert done.out.startswith("(Limited to papers in emnlp.)\n\n")


@pytest.mark.parametrize(
    ("option", "name", "said"),
    [
        ("--author", "Hoper", "No paper of this corpus is by “Hoper”. Did you mean “hopper”?"),
        ("--author", "Grace Byron", "No paper of this corpus is by “Grace Byron”. Did you mean “ada byron”?"),
        ("--author", "Zhang", "No paper of this corpus is by “Zhang”; it has “ada byron”, “grace hopper”."),
        ("--venue", "IJCNLP", "No paper of this corpus appeared in “IJCNLP”. Did you mean “acl, ijcnlp”?"),
        ("--venue", "EMLNP", "No paper of this corpus appeared in “EMLNP”. Did you mean “emnlp”?"),
        (
            "--source",
            "x/librry.bib",
            "No paper of this corpus is from the file “x/librry.bib”. Did you mean “library.bib”?",
        ),
    ],
)
def test_a_name_that_the_corpus_does_not_have_is_told_with_the_nearest(
    run: Run, root: Path, option: str, name: str, said: str
) -> None:
    for verb in ("ask", "search"):
        assert run(verb, "trees", option, name, "--index", root) == (1, "", f"{said}\n")


def test_years_that_no_source_gave_cannot_limit(run: Run, sample_index: Path) -> None:
    done = run("search", "trees", "--since", 2020, "--index", sample_index)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Of none of its papers does this corpus know the year")


def test_a_span_that_ends_before_it_begins_is_wrong_usage(run: Run) -> None:
    done = run("ask", "x", "--since", 2022, "--until", 2019)
    assert done.code == 2
    assert "2022 is later than --until 2019" in done.err


def test_a_list_in_a_terminal_is_an_entry_a_paper_with_its_title(run: Run, root: Path) -> None:
    done = run("ask", "Which papers are about trees?", "--index", root)
    preface, *entries = done.out.strip().split("\n\n")
    assert preface == "2 papers fit, as far as the abstracts say, in words and in meaning."
    titles = [re.fullmatch(r"\[[12]\] (.*) \(Ada Byron, .*\)", entry.split("\n")[0]) for entry in entries]
    assert {title and title[1] for title in titles} == {"Parsing with trees", "Parsing without trees"}
    assert all(entry.split("\n")[1].startswith("    “We ") for entry in entries)


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert re.fullmatch(r"scholiast \d+\.\d+\.\d+\S*\n", run("--version").out)


@pytest.mark.parametrize(
    "verb",
    [
        "",
        "build",
        "search",
        "ask",
        "export",
        "remove",
        "chat",
        "doctor",
        "settings",
        "eval",
        "eval run",
        "eval compare",
        "eval judge",
    ],
)
def test_every_verb_explains_itself_by_either_name_of_help(run: Run, verb: str) -> None:
    short, long = (run(*verb.split(), name) for name in ("-h", "--help"))
    assert short == long
    assert (short.code, short.err) == (0, "")
    assert "Show this message and exit." in short.out


def test_no_line_in_the_list_of_commands_is_cut_off(run: Run) -> None:
    assert "..." not in run("-h").out.split("Commands:")[1]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("scholiast se", {"search", "settings"}),
        ("scholiast eval ", {"run", "compare", "judge"}),
        ("scholiast search x --by ", {"hybrid", "dense", "lexical"}),
        ("scholiast build x --format pub", {"pubmed-xml"}),
        ("scholiast build x --workers ", {"local", "ray"}),
    ],
)
def test_a_command_line_is_completed(run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, offered: set[str]) -> None:
    monkeypatch.setenv("_SCHOLIAST_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split(" ")) - 1))
    done = run()
    assert (done.code, done.err) == (0, "")
    assert offered <= {*done.out.split()}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_that_completes_names_the_program_and_not_its_path(
    run: Run, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    monkeypatch.setattr("typer.completion._get_shell_name", lambda: shell)
    done = run("--show-completion")
    assert (done.code, done.err) == (0, "")
    assert "_SCHOLIAST_COMPLETE" in done.out
    assert str(Path(PROGRAM).parent) not in done.out


def test_a_command_in_a_message_begins_as_the_program_was_begun(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    message = "Mend it: scholiast doctor --index /srv/scholiast here; a scholiast, /scholiast build."
    begun = tmp_path / "a folder" / "scholiast"
    begun.parent.mkdir()
    begun.touch(0o755)
    monkeypatch.setattr(sys, "argv", [str(begun)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert as_typed(message) == message.replace("scholiast doctor", f"'{begun}' doctor")
    monkeypatch.setenv("PATH", str(begun.parent))
    assert as_typed(message) == message


def test_the_command_that_a_missing_index_names_works_as_it_is_typed(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "no index"
    said = run("ask", "x", "--index", missing).err
    named = shlex.split(said.rpartition("of the sample: ")[2])
    assert named == [PROGRAM, "build", "--sample", "--index", str(missing)]
    assert run("ask", "x", "--index", "http://localhost:8000").err.endswith(" --sample --index http://localhost:8000\n")


def test_an_index_on_the_disk_is_mended_by_the_command_that_is_named(run: Run, root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root, tmp_path / "another index")
    (copy / "generations" / "000001" / "manifest.json").write_text("{}")
    said = run("ask", "x", "--index", copy).err
    _, verb, *arguments = shlex.split(said.rpartition("embedding: ")[2])
    assert (verb, arguments) == ("doctor", ["--index", str(copy)])
    assert "mended: " in run(verb, *arguments).out


def test_an_index_of_another_embedder_is_embedded_anew_by_the_command_that_is_named(run: Run, tmp_path: Path) -> None:
    old, corpus = tmp_path / "old index", tmp_path / "papers.jsonl"
    papers = [Paper.from_source(title, abstract, paper_id=title) for title, abstract, *_ in PAPERS]
    corpus.write_text(
        "".join(json.dumps({"paper_id": p.paper_id, "title": p.title, "abstract": p.abstract}) + "\n" for p in papers)
    )
    build(old, papers, HashEmbedder(), source=str(corpus))
    said = {run(*verb, "--index", old) for verb in (("ask", "x"), ("build", corpus), ("doctor",))}
    ((code, out, sentence),) = said
    assert (code, out) == (1, "")
    assert "made with another embedder (the index has hash, this program " in sentence
    _, *command = shlex.split(sentence.rpartition("anew with: ")[2])
    assert command == ["build", "--reembed", "--index", str(old)]
    done = run(*command)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("3 papers embedded anew; their words and records are what they were. ")
    assert run("search", "pointer", "network", "-k", 1, "--index", old).out.count("Pointers") == 1
    assert run(*command).out.startswith("Nothing changed: every paper was embedded by this embedder before. ")
    again, read = (json.loads(run(*verb, "--json").out) for verb in (command, ("build", corpus, "--index", old)))
    assert (again["papers_read"], again["papers_unchanged"], again["embedded"], again["papers_anew"]) == (0, 0, 0, 0)
    assert (read["papers_unchanged"], read["embedded"]) == (3, 0)


def test_embedding_anew_reads_no_corpus(run: Run, tmp_path: Path) -> None:
    for beside in ((tmp_path / "papers.bib",), ("--sample",), ("--prune",)):
        done = run("build", "--reembed", *beside, "--index", tmp_path / "index")
        assert (done.code, done.out) == (2, "")
        assert "it reads no papers" in done.err
    done = run("build", "--reembed", "--index", tmp_path / "index")
    assert (done.code, "There is no index in" in done.err) == (1, True)
