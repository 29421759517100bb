"""Hostile texts in what is taken away: in no format do they become structure. There is no export as CSV, where a text could be a formula."""

import json
import re

import pytest
from bibtexparser.entrypoint import parse_string

from assistant.types import Answer
from index.papers import Paper, normalise
from index.writers import FORMATS, written
from tests.assistant.test_abstractive import NILE
from tests.assistant.test_export import shown
from tests.ui.hostile import MARKED, answers, of_papers, told_of, written_in
from ui.conversations.telling import taken_away, told
from ui.turns import Turn

PAPERS = (*told_of(), *written_in())
TURNS = (*answers(1, NILE), *of_papers(2, told_of()), *of_papers(3, written_in()))
ANSWERS = tuple(turn.answer for turn in TURNS if turn.answer)
# What the writer of BibTeX itself says to LaTeX: signs by their names, and those that want a backslash.
_SIGN = re.compile(r"\\(?:textbackslash|textbraceleft|textbraceright|textasciitilde|textasciicircum)\{\}|\\[%&$#_]")


def test_every_format_is_looked_at() -> None:
    assert {*FORMATS} == {"bibtex", "ris", "csl-json", "csl"}
    assert taken_away(ANSWERS[0], "csv") == ""


def test_bibtex_holds_an_entry_for_each_paper_and_nothing_that_latex_would_obey() -> None:
    text = written(PAPERS, "bibtex")
    found = parse_string(text)
    assert (len(found.entries), found.failed_blocks) == (len(PAPERS), [])
    assert len(found.blocks) == len(PAPERS)
    fields = {"title", "author", "year", "howpublished", "journal", "booktitle", "url", "abstract"}
    assert {field.key for entry in found.entries for field in entry.fields} <= fields
    for entry in found.entries:
        for name, value in entry.fields_dict.items():
            assert value.value.count("{") == value.value.count("}"), entry.key
            if name != "url":
                assert "\\" not in _SIGN.sub("", value.value), entry.key
                assert not re.search(r"(?<!\\)[%&$#_]", value.value), entry.key


def test_ris_holds_a_record_for_each_paper_and_a_tag_on_each_line() -> None:
    lines = [line for line in written(PAPERS, "ris").splitlines() if line.strip("\ufeff")]
    assert sum(line.startswith("TY  - ") for line in lines) == len(PAPERS)
    assert sum(line.startswith("ER  - ") for line in lines) == len(PAPERS)
    tags = {line[:6] for line in lines}
    assert tags <= {f"{tag}  - " for tag in ("TY", "ID", "TI", "AU", "PY", "T2", "UR", "AB", "ER")}


def test_csl_json_tells_each_title_as_it_stands() -> None:
    items = json.loads(written(PAPERS, "csl-json"))
    assert [item["title"] for item in items] == [paper.title for paper in PAPERS]
    assert [item["abstract"] for item in items] == [paper.abstract for paper in PAPERS]


@pytest.mark.parametrize("answer", ANSWERS[:: len(ANSWERS) // 39], ids=lambda answer: answer.question[:30])
def test_markdown_shows_text_and_links_of_the_references_alone(answer: Answer) -> None:
    assert any(normalise(answer.claims[0].text)[:8] in text for text in shown(taken_away(answer, "markdown")))


def test_a_conversation_as_markdown_has_a_section_for_each_question() -> None:
    failed = [Turn(f"{n:032x}", payload, note=payload) for n, payload in enumerate(MARKED)]
    text = told((*TURNS, *failed))
    shown(text)
    assert sum(line.startswith("## ") for line in text.splitlines()) == len(TURNS) + len(failed)


def test_text_has_as_many_lines_as_that_of_harmless_words() -> None:
    plain = Paper.from_source("A title", "Words stand before it. Words. Words stand behind it.", authors=("A",))
    (expected,) = {len(taken_away(turn.answer, "text").splitlines()) for turn in of_papers(4, [plain]) if turn.answer}
    for turn in of_papers(5, written_in()):
        assert turn.answer
        assert len(taken_away(turn.answer, "text").splitlines()) == expected
