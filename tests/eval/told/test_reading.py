"""Answers of five formats, read: sentences, what each cites, and lines that are none."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.told import FORMATS, read_answers
from eval.told.answers import Cited, Sentence, Source, Told
from index.errors import AnswersError


def one(tmp_path: Path, record: dict[str, Any]) -> Told:
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    (told,) = read_answers(path).answers
    return told


def cited(told: Told) -> list[tuple[str, list[tuple[str, ...] | None]]]:
    return [(s.text, [c.source.names if c.source else None for c in s.cited]) for s in told.sentences]


def test_an_answer_of_ours_is_its_claims_with_their_quotes(tmp_path: Path) -> None:
    citation = {"n": 1, "paper_id": "nile", "title": "The Nile", "start": 3, "end": 9, "quote": "floods"}
    claims = [{"text": "It floods.", "support": "full", "citations": [citation]}]
    told = one(tmp_path, {"id": "q1", "question": "Does it?", "abstained": False, "claims": claims, "text": "…"})
    assert told == Told(
        "q1",
        "Does it?",
        (Sentence("It floods.", (Cited(Source(("nile", "The Nile")), "floods", 3, 9),)),),
    )


def test_what_was_counted_and_what_the_record_says_are_of_the_record(tmp_path: Path) -> None:
    claim = {"text": "Ada wrote it.", "remark": "from the record", "citations": []}
    told = one(tmp_path, {"abstained": False, "preface": "1 paper fits:", "claims": [claim]})
    assert [sentence.recorded for sentence in told.sentences] == [True, True]


def test_a_marker_belongs_to_the_sentence_it_stands_in_or_right_behind(tmp_path: Path) -> None:
    text = "The Nile floods [1]. Silt is left behind. [2] It is dark [1, 3]! Nobody knows why.\n- Fields grow.[2]"
    told = one(tmp_path, {"answer": text, "sources": ["a", {"title": "b"}]})
    assert cited(told) == [
        ("The Nile floods.", [("a",)]),
        ("Silt is left behind.", [("b",)]),
        ("It is dark!", [("a",), None]),
        ("Nobody knows why.", []),
        ("Fields grow.", [("b",)]),
    ]


def test_a_list_of_sources_at_the_end_of_a_text_is_read_and_is_no_sentence(tmp_path: Path) -> None:
    text = (
        "The Nile floods [2].\n\n## References\n[1] Of Cats. https://a.example/1\n[2] Of Rivers. https://a.example/2\n"
    )
    told = one(tmp_path, {"text": text})
    assert [sentence.text for sentence in told.sentences] == ["The Nile floods."]
    assert told.sentences[0].cited[0].source
    assert told.sentences[0].cited[0].source.names[:2] == ("https://a.example/2", "Of Rivers")


def test_sources_with_numbers_of_their_own_are_cited_by_these(tmp_path: Path) -> None:
    told = one(tmp_path, {"answer": "It floods [7].", "sources": [{"n": 7, "title": "seven"}]})
    assert cited(told) == [("It floods.", [("seven",)])]


def test_a_response_of_llama_index_cites_its_source_nodes(tmp_path: Path) -> None:
    nodes = [
        {"node": {"text": "Source 1:\nThe Nile floods.\n", "metadata": {"title": "The Nile"}}, "score": 0.5},
        {"node": {"text_resource": {"text": "Silt."}, "metadata": {"paper_id": "silt"}}, "score": 0.4},
    ]
    told = one(tmp_path, {"query": "What?", "response": "It floods [1]. Silt stays [2].", "source_nodes": nodes})
    assert [source.text.strip() for source in told.sources] == ["The Nile floods.", "Silt."]
    assert cited(told) == [("It floods.", [("The Nile",)]), ("Silt stays.", [("silt",)])]
    assert told.question == "What?"


URL = {"start_index": 16, "end_index": 19, "url": "https://a.example/1", "title": "The Nile"}


@pytest.mark.parametrize("annotation", [{"type": "url_citation", "url_citation": URL}, {"type": "url_citation", **URL}])
def test_a_message_of_openai_cites_by_spans_nested_or_flat(tmp_path: Path, annotation: dict[str, Any]) -> None:
    message = {"role": "assistant", "content": "The Nile floods [1]. Silt stays.", "annotations": [annotation]}
    told = one(tmp_path, {"question": "What?", "choices": [{"index": 0, "message": message}]})
    assert cited(told) == [("The Nile floods.", [("https://a.example/1", "The Nile")]), ("Silt stays.", [])]
    told = one(tmp_path, {"messages": [{"role": "user", "content": "And?"}, message]})
    assert (told.question, len(told.sources)) == ("And?", 1)


def test_a_response_of_openai_cites_files_by_their_place(tmp_path: Path) -> None:
    note = {"type": "file_citation", "file_id": "file-1", "filename": "nile.pdf", "index": 15}
    part = {"type": "output_text", "text": "The Nile floods. Silt stays.", "annotations": [note]}
    told = one(tmp_path, {"output": [{"type": "message", "role": "assistant", "content": [part]}]})
    assert cited(told) == [("The Nile floods.", [("file-1", "nile.pdf")]), ("Silt stays.", [])]


def test_an_annotated_span_of_words_is_cited_by_the_sentences_it_touches(tmp_path: Path) -> None:
    note = {"type": "url_citation", "start_index": 4, "end_index": 21, "url": "u"}
    message = {"role": "assistant", "content": "The Nile floods. Silt stays. Fields grow.", "annotations": [note]}
    assert cited(one(tmp_path, message)) == [
        ("The Nile floods.", [("u",)]),
        ("Silt stays.", [("u",)]),
        ("Fields grow.", []),
    ]


def test_a_sample_of_ragas_has_contexts_as_sources_and_cites_nothing(tmp_path: Path) -> None:
    told = one(tmp_path, {"user_input": "Why?", "response": "Silt.", "retrieved_contexts": ["Silt makes fields."]})
    assert (told.question, told.cites, len(told.sources)) == ("Why?", False, 1)
    turns = [{"type": "human", "content": "Why?"}, {"type": "ai", "content": "Silt."}]
    assert one(tmp_path, {"user_input": turns}).text == "Silt."


@pytest.mark.parametrize(
    ("text", "abstained"),
    [
        ("I don't know.", True),
        ("None of the sources say how many there are.", True),
        ("The provided context does not mention the Nile.", True),
        ("Empty Response", True),
        ("", True),
        ("The Nile does not flood.", False),
        ("None of the sources say so, but one comes close [1].", False),
    ],
)
def test_a_refusal_is_known_by_how_it_begins_and_that_it_cites_nothing(
    tmp_path: Path,
    text: str,
    abstained: bool,  # noqa: FBT001
) -> None:
    assert one(tmp_path, {"answer": text, "sources": ["a"]}).abstained is abstained
    assert one(tmp_path, {"answer": text, "abstained": not abstained}).abstained is not abstained


def test_words_in_quotation_marks_are_quotes_from_four_words_on() -> None:
    assert Sentence('He calls it "the gift of the Nile", and “silt”.').quoted == ("the gift of the Nile",)


def test_a_line_that_is_no_answer_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    lines = ['{"answer": "Silt [1].", "sources": ["a"]}', "{", '{"answer": "Silt."}', "[]", '{"question": "Why?"}']
    path.write_text("\n".join([*lines, '{"response": 3, "source_nodes": []}']), encoding="utf-8")
    read = read_answers(path)
    assert [told.id for told in read.answers] == ["1", "3"]
    assert [str(fault).removeprefix(str(path)) for fault in read.faults] == [
        ":2 is no answer: it is no JSON.",
        ":4 is no answer: it is no JSON object.",
        ":5 is no answer: it has no claims, answer, text, response, message or source_nodes.",
        ":6 is no answer: its response is no text.",
    ]


def test_a_file_without_any_answer_is_refused_with_its_first_fault(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text("{}\n")
    with pytest.raises(AnswersError, match=r"none\.jsonl:1 is no answer"):
        read_answers(path)
    with pytest.raises(AnswersError, match="Cannot read"):
        read_answers(tmp_path / "absent.jsonl")


def test_a_lone_surrogate_becomes_a_sign_that_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text('{"answer": "Silt \\ud800 stays.", "sources": ["\\udfff"]}')
    (told,) = read_answers(path).answers
    assert (told.text, told.sources[0].names) == ("Silt \ufffd stays.", ("\ufffd",))


NAMES = """id question answer text sources source_nodes node metadata text_resource response claims abstained citations quote start end
    preface evidence remark messages role content choices message output type annotations url_citation start_index end_index index
    file_citation user_input retrieved_contexts n title url value""".split()
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.sampled_from(["", "It [1].", "a b. [2] c", "assistant", "human", "text"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(NAMES), ODD, max_size=8))
def test_whatever_stands_in_a_record_it_is_read_or_said_to_be_no_answer(record: dict[str, Any]) -> None:
    for recognises, read in FORMATS.values():
        if recognises(record):
            with suppress(ValueError):
                told = read(record, "1")
                assert all(isinstance(each, str) for each in (told.text, told.question, told.id))
