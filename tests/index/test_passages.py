"""An abstract cut into passages."""

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.papers import Paper, normalise
from index.passages import MAX_TOKENS, Passage, cut, sentences, token_count
from index.readers import Record, read_corpus
from index.sentences import sentence_spans
from tests.conftest import SAMPLE
from tests.index.test_sentences import TEXTS

# A single character can be several tokens, so the limits are not smaller.
LIMITS = st.sampled_from([10, 25, MAX_TOKENS])
OFFLINE = """
import sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
        raise OSError(f"no network: {event} {arguments}")
sys.addaudithook(refuse)
from index.passages import token_count
print(token_count("Two words and <|endoftext|>"))
"""


def paper(abstract: str) -> Paper:
    return Paper.from_source("A title", abstract, paper_id="p")


def texts(passages: tuple[Passage, ...]) -> list[str]:
    return [passage.text for passage in passages]


def test_the_text_of_a_passage_is_the_abstract_between_its_offsets() -> None:
    passage = Passage(paper("One. Two. Three."), 5, 9)
    assert (passage.text, passage.passage_id) == ("Two.", "p@5-9")


@given(TEXTS, LIMITS)
def test_passages_are_in_order_disjoint_and_trimmed(text: str, limit: int) -> None:
    passages = cut(paper(text), limit)
    assert all(one.end <= other.start for one, other in pairwise(passages))
    assert all(passage.text == passage.text.strip() != "" for passage in passages)


@given(TEXTS, LIMITS)
def test_passages_cover_every_character_that_is_not_white_space(text: str, limit: int) -> None:
    source = paper(text)
    covered = {place for passage in cut(source, limit) for place in range(passage.start, passage.end)}
    assert {place for place, character in enumerate(source.abstract) if not character.isspace()} <= covered


@given(TEXTS, LIMITS)
def test_passages_begin_and_end_with_a_sentence_unless_one_is_above_the_limit(text: str, limit: int) -> None:
    source = paper(text)
    spans = sentence_spans(source.abstract)
    inside_long = {
        place
        for start, end in spans
        if token_count(source.abstract[start:end]) > limit
        for place in range(start, end + 1)
    }
    for passage in cut(source, limit):
        assert passage.start in {start for start, _ in spans} | inside_long
        assert passage.end in {end for _, end in spans} | inside_long


@given(TEXTS, LIMITS)
def test_no_passage_is_above_the_limit(text: str, limit: int) -> None:
    passages = cut(paper(text), limit)
    assert [passage for passage in passages if token_count(passage.text) > limit] == []


@pytest.mark.parametrize("sentence", ["12345. ", "?! ", "！ "])
def test_no_passage_is_above_the_limit_where_sentences_have_more_tokens_together_than_apart(sentence: str) -> None:
    passages = cut(paper(sentence * 300))
    assert max(token_count(passage.text) for passage in passages) <= MAX_TOKENS


@given(st.lists(st.text().map(normalise).filter(bool), min_size=2, max_size=4))
def test_tokens_of_normalised_text_add_up_at_its_spaces(pieces: list[str]) -> None:
    apart = [token_count(pieces[0]), *(token_count(f" {piece}") for piece in pieces[1:])]
    assert token_count(" ".join(pieces)) == sum(apart)


def test_every_abstract_of_the_sample_is_cut_at_sentence_boundaries_into_passages_within_the_limit() -> None:
    for record in read_corpus([str(SAMPLE)]):
        assert isinstance(record, Record)
        spans = sentence_spans(record.paper.abstract)
        passages = cut(record.paper)
        assert {passage.end for passage in passages} <= {end for _, end in spans}
        assert " ".join(texts(passages)) == record.paper.abstract
        assert max(token_count(passage.text) for passage in passages) <= MAX_TOKENS


def test_an_abstract_within_the_limit_is_one_passage() -> None:
    source = paper("One sentence. Two sentences.")
    assert cut(source) == (Passage(source, 0, len(source.abstract)),)


def test_an_abstract_without_words_has_no_passages() -> None:
    assert cut(paper(" \n")) == ()


def test_passages_are_of_even_size() -> None:
    passages = cut(paper("We train a model on data here. " * 44))
    assert [token_count(passage.text) for passage in passages] == [120, 120, 112]


def test_a_sentence_above_the_limit_is_cut_between_words() -> None:
    words = [f"word{number}" for number in range(400)]
    passages = cut(paper(" ".join(words)))
    assert " ".join(texts(passages)).split() == words
    assert len(passages) > 1


def test_a_sentence_that_stands_twice_has_two_places() -> None:
    source = paper("It works. It works.")
    (passage,) = cut(source)
    assert sentences(passage) == (Passage(source, 0, 9), Passage(source, 10, 19))


@given(TEXTS)
def test_the_sentences_of_a_passage_lie_in_it_and_are_its_words(text: str) -> None:
    source = paper(text)
    for passage in cut(source, 25):
        parts = sentences(passage)
        assert (parts[0].start, parts[-1].end) == (passage.start, passage.end)
        assert "".join("".join(texts(parts)).split()) == "".join(passage.text.split())


def test_text_that_looks_like_a_special_token_is_ordinary_text() -> None:
    assert token_count("<|endoftext|>") > 1


@pytest.mark.parametrize(("unit", "count"), [("x", 1_000_000), ("a. b. c. ", 30_000)])
def test_a_very_long_abstract_is_cut_into_passages_within_the_limit(unit: str, count: int) -> None:
    source = paper(unit * count)
    passages = cut(source)
    assert (passages[0].start, passages[-1].end) == (0, len(source.abstract))
    assert max(passage.end - passage.start for passage in passages) < 2_000


@settings(max_examples=10)
@given(st.sampled_from(["模", "😀", "ÅÅ", "é"]))
def test_a_text_without_spaces_is_cut_between_characters(character: str) -> None:
    source = paper(character * 2_000)
    passages = cut(source)
    assert "".join(texts(passages)) == source.abstract
    assert max(token_count(passage.text) for passage in passages) <= MAX_TOKENS


def test_tokens_are_counted_without_a_network(tmp_path: Path) -> None:
    isolated = ["unshare", "-rn"]
    if not shutil.which("unshare") or subprocess.run([*isolated, "true"], capture_output=True, check=False).returncode:
        isolated = []
    done = subprocess.run(
        [*isolated, sys.executable, "-c", OFFLINE],
        env={**os.environ, "PYTHONPATH": str(SAMPLE.parents[2]), "TIKTOKEN_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "9\n", "")


def test_the_users_cache_of_encodings_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    token_count("a word")
    assert (os.environ["TIKTOKEN_CACHE_DIR"], list(tmp_path.iterdir())) == (str(tmp_path), [])
