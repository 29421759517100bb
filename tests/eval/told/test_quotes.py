"""Quotes and spans against abstracts, and sources tied to papers, by examples computed by hand."""

import pytest

from eval.overlap import character_iou, token_f1
from eval.told.answers import Source
from eval.told.corpus import Corpus, passage_of
from eval.told.quotes import pieces, quote_kind
from index.papers import Paper
from index.passages import Passage

NILE = Paper.from_source(
    "On the Nile",
    "The Nile floods every summer. Silt is left behind by the flood. The silt makes the fields fertile.",
    paper_id="nile",
    arxiv_id="2401.00001",
    url="https://papers.example/nile/",
)
COFFEE = Paper.from_source("Coffee!", "Coffee grows on hills of volcanic soil, far from any river.", doi="10.1/coffee")
CORPUS = Corpus([NILE, COFFEE])


@pytest.mark.parametrize(
    ("quote", "kind"),
    [
        ("Silt is left behind", "verbatim"),
        ("… Silt is left behind …", "verbatim"),
        ("silt is left behind -- by the flood", "respelt"),
        ("The Nile floods makes the fields fertile", "stitched"),
        ("The Nile floods every [...] the fields fertile", "stitched"),
        ("the fields fertile The Nile floods every", "fabricated"),
        ("The Nile makes silt", "fabricated"),
        ("Coffee grows on hills", "misattributed"),
        ("The Nile dries up every winter", "fabricated"),
    ],
)
def test_a_quote_is_of_the_kind_that_its_words_make_it(quote: str, kind: str) -> None:
    assert quote_kind(quote, [NILE], CORPUS) == kind


def test_offsets_that_are_told_must_hold_the_quote() -> None:
    assert quote_kind("Silt is", [NILE], CORPUS, 30, 37) == "verbatim"
    assert quote_kind("Silt is", [NILE], CORPUS, 31, 38) == "misplaced"


def test_of_several_cited_papers_the_one_counts_that_fits_and_of_none_any() -> None:
    assert quote_kind("Coffee grows on hills", [NILE, COFFEE], CORPUS) == "verbatim"
    assert quote_kind("Coffee grows on hills", [], CORPUS) == "verbatim"
    assert quote_kind("Coffee grows on Mars", [], CORPUS) == "fabricated"


def test_a_piece_that_is_taken_early_does_not_hide_one_that_is_needed_later() -> None:
    # The longest beginning, a b c d, leaves d e f, which stands before it alone; a b c leaves d e f g behind it.
    assert pieces("a b c d e f g", "a b c x d e f g") == 2
    assert pieces("a b c d e f g", "a b c d x a b c x d e f g") == 2
    assert pieces("a b c d e", "a b c x d e") == 0


@pytest.mark.parametrize(
    "name",
    [
        "nile",
        "arXiv:2401.00001v3",
        "https://arxiv.org/abs/2401.00001",
        "https://papers.example/nile",
        "on the nile",
        "urn:paper:nile",
    ],
)
def test_a_source_is_tied_by_id_address_or_title(name: str) -> None:
    assert CORPUS.paper_of(Source(("no such thing", name))) == NILE


def test_a_source_is_tied_by_its_doi_or_by_its_text() -> None:
    assert CORPUS.paper_of(Source(("https://doi.org/10.1/COFFEE",))) == COFFEE
    assert CORPUS.paper_of(Source((), "Silt is left\nbehind by the flood.")) == NILE
    assert CORPUS.paper_of(Source((), f"Coffee! {COFFEE.abstract} And more.")) == COFFEE
    assert CORPUS.paper_of(Source(("x", "1"), "Silt is left")) is None
    assert CORPUS.paper_of(Source(("",))) is None


def test_nothing_is_found_across_two_abstracts() -> None:
    assert CORPUS.holding("fields fertile. Coffee grows") is None


def test_the_text_of_a_source_is_looked_for_in_the_abstract_without_its_title() -> None:
    whole = Passage(NILE, 0, len(NILE.abstract))
    assert passage_of(NILE, Source()) == passage_of(NILE, Source((), f"On the Nile\n{NILE.abstract}")) == whole
    assert passage_of(NILE, Source((), "On the Nile. Silt is left behind")) == Passage(NILE, 30, 49)
    assert passage_of(NILE, Source((), "A page of the full text that no abstract holds.")) is None


def test_overlap_is_computed_over_words_and_over_characters() -> None:
    gold = Passage(NILE, 30, 63)  # Silt is left behind by the flood.
    part = Passage(NILE, 30, 49)  # Silt is left behind
    # 4 of 4 cited words are gold, 4 of 7 gold ones are cited: 2 * 4 / (4 + 7).
    assert token_f1([part], [gold.text]) == pytest.approx(8 / 11)
    assert character_iou([part], [gold]) == pytest.approx(19 / 33)
    assert token_f1([part, part, gold], [gold.text]) == character_iou([gold], [part, gold]) == 1.0
    assert token_f1([Passage(COFFEE, 0, 6)], [gold.text]) == character_iou([Passage(COFFEE, 30, 63)], [gold]) == 0.0
    assert token_f1([], [gold.text]) == character_iou([], [gold]) == 0.0
