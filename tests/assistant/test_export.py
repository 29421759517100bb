"""Answers as text and as Markdown."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.export.kept import Kept, kept, read_answers
from assistant.export.markdown import escaped, markdown
from assistant.export.text import text
from assistant.types import Answer, Citation, Claim, Evidence, Struck
from assistant.wire import answer_record
from index.errors import UserError
from index.filters import Filter
from index.papers import Paper, normalise
from index.passages import Passage

RIVERS = Paper.from_source(
    "Slow [rivers](http://evil.example)",
    "Rivers are slow. They *bend* at <b>night</b>.",
    authors=("Ana Roca", "Bo_Lind"),
    year=2020,
    url="https://x.example/rivers_1",
)
FIRST, SECOND = Passage(RIVERS, 0, 16), Passage(RIVERS, 17, len(RIVERS.abstract))
ANSWER = Answer(
    question="Are they slow?",
    evidence=Evidence("Are rivers slow?", (), Filter(since=2019)),
    claims=(
        Claim("Rivers are slow.", (Citation(1, FIRST),), "full", 1.0),
        Claim("They bend by night!", (Citation(1, SECOND),), "partial", 0.614, heading="Bends"),
        Claim("Ana Roca wrote it.", (Citation(1, FIRST),), "full", 1.0, "from the record", "Bends"),
    ),
    text="…",
    struck=(Struck("They boil.", "no abstract says so", 2),),
)
REFUSAL = Answer("Who won?", Evidence("Who won?", ()), (), "No abstract says who won.", "out_of_scope", (FIRST,))
TOLD, REFUSED = kept(answer_record(ANSWER)), kept(answer_record(REFUSAL))
# Each kind of token that a block of an outline may become.
STRUCTURE = {"heading_open", "paragraph_open", "blockquote_open", "bullet_list_open", "list_item_open", "inline"}


def shown(source: str) -> list[str]:
    """The texts that GitHub's Markdown shows, where they hold nothing but text and links as they stand."""
    texts: list[str] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source):
        assert token.type in STRUCTURE or token.type.endswith("_close"), token
        if token.type == "inline":
            inner = token.children or []
            assert {each.type for each in inner} <= {"text", "link_open", "link_close", "text_special"}, inner
            assert all(each.markup == "autolink" for each in inner if each.type == "link_open")
            texts.append("".join(each.content for each in inner))
    return texts


def test_text_tells_the_question_the_claims_their_quotes_and_the_references() -> None:
    assert text([TOLD]).splitlines() == [
        "Question: Are they slow?",
        "",
        "Taken to mean: Are rivers slow?",
        "",
        "Limited to papers from 2019 or later.",
        "",
        "Rivers are slow [1]. (verbatim)",
        "",
        "Bends",
        "They bend by night [1]! (supported in part by the cited words, probability 0.61)",
        "    [1] “They *bend* at <b>night</b>.”",
        "",
        "Ana Roca wrote it [1]. (from the record)",
        "",
        "Struck: They boil. (no abstract says so)",
        "",
        "References",
        "[1] Ana Roca, Bo_Lind. Slow [rivers](http://evil.example). 2020. https://x.example/rivers_1",
    ]


def test_markdown_shows_what_text_shows() -> None:
    lines = [line.strip().removeprefix("Question: ") for line in text([TOLD, REFUSED]).splitlines()]
    assert shown(markdown([TOLD, REFUSED])) == [line for line in lines if line not in ("", "---")]


def test_a_refusal_shows_the_nearest_papers_with_their_closest_sentence() -> None:
    assert text([REFUSED]).splitlines()[2:] == [
        "No abstract says who won.",
        "",
        "Nearest papers",
        "Slow [rivers](http://evil.example): “Rivers are slow.”",
    ]


def test_what_is_said_without_claims_is_said_once() -> None:
    counted = Answer("How many?", Evidence("How many?", ()), (), "There are 3.", preface="There are 3.")
    assert text([kept(answer_record(counted))]) == "Question: How many?\n\nThere are 3.\n"


def test_a_word_with_a_hyphen_or_a_colon_is_written_as_it_is() -> None:
    assert escaped("Re-ranking: it works. 1.5 times") == "Re-ranking: it works. 1.5 times"


@pytest.mark.parametrize(
    "words",
    [
        "# no heading", "- no item", "12. no item", "1) no item", "+ no", "> no quote", "---", "===", "***", "```sh", "~~~",
        "    no code", "[a]: http://x.example", "![a](b)", "[a](javascript:alert(1))", "<script>alert(1)</script>", "<!-- -->",
        "&lt;b&gt;", "| a | b |", "**bold** __bold__ *i* _i_ ~~s~~", "`code`", "$x_1$", "a\\", "http://x.example www.x.example",
        "<http://x.example>", "a | b\n--|--\n1 | 2", "line one\n# line two", "a  \nb", "[^1]: note", "{.class}", "::: div",
    ],
)  # fmt: skip
def test_nothing_that_is_quoted_becomes_structure(words: str) -> None:
    told = replace(TOLD, question=words, query=words, preface=normalise(words))
    assert {normalise(words)} <= set(shown(markdown([told])))
    assert shown(escaped(words)) == [normalise(words)]


@given(st.text(st.sampled_from(list("#->+*_`~[](){}<>!&;|$:=.\\/\"'1a 0) wxhtp\n\t")), max_size=30))
def test_any_text_is_shown_as_it_stands(words: str) -> None:
    assert "".join(shown(escaped(words))) == normalise(words)
    assert "".join(shown(f"- {escaped(words)}")) == normalise(words)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.example/> <b>", "https://a@x.example", "file:///etc"]
)
def test_only_a_plain_address_of_the_web_becomes_a_link(url: str) -> None:
    told = replace(TOLD, papers=(replace(TOLD.papers[0], url=url),))
    assert "link_open" not in str([each.children for each in MarkdownIt().parse(markdown([told]))])
    assert shown(markdown([told]))[-1].endswith(url)


def test_addresses_in_quotes_are_no_links_for_those_who_look_for_them() -> None:
    assert escaped("see https://x.example and www.x.example") == "see https\\://x.example and www\\.x.example"


def test_answers_are_read_from_one_from_lines_and_from_a_list() -> None:
    one = json.dumps(answer_record(ANSWER))
    two = json.dumps(answer_record(REFUSAL), indent=2)
    assert read_answers(one, "x") == read_answers(f"[{one}]", "x") == (TOLD,)
    assert read_answers(f"{one}\n\n{json.dumps(answer_record(REFUSAL))}\n", "x") == (TOLD, REFUSED)
    assert read_answers(two, "x") == (REFUSED,)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "x.json holds no answers"),
        ("[]", "x.json holds no answers"),
        ("{}\n{", "Line 2 of x.json is not JSON"),
        ("{}", "x.json is no answer of scholiast: question: field required"),
        ("[1]", "Answer 1 of x.json is no answer"),
        ("[" * 100_000, "Line 1 of x.json is not JSON"),
    ],
)
def test_what_is_no_answer_is_named_with_its_place(content: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_answers(content.replace("{}\n{", json.dumps(answer_record(ANSWER)) + "\n{"), "x.json")


def test_a_cited_paper_keeps_the_ids_that_its_answer_tells() -> None:
    def cited(**said: Any) -> Paper:
        return kept({**answer_record(ANSWER), "papers": [{"n": 1, "title": "T", **said}]}).papers[0].paper

    assert cited(paper_id="10.5555/x").doi == "10.5555/x"
    assert cited(paper_id="2301.00001").arxiv_id == "2301.00001"
    assert cited(paper_id="acl:1", year=2020, authors=["A B"]).authors == ("A B",)


def test_an_older_record_lacks_only_what_it_did_not_tell() -> None:
    assert kept({"question": "q", "query": "q", "text": "t"}) == Kept("q", "q", "t")
