"""LaTeX in BibTeX values, as text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import normalise
from index.readers.latex import decoded

# Pieces of LaTeX and what a reader of the printed page sees.
PIECES = [
    ("plain words", "plain words"),
    ("{BERT},", "BERT,"),
    ("{{GPT}-2}", "GPT-2"),
    (r"80.5{\%}", "80.5%"),
    ("20% of", "20% of"),
    ("R&D", "R&D"),
    (r"R\&D", "R&D"),
    ("costs $5 or $6 each", "costs $5 or $6 each"),
    (r"$\alpha$", "α"),
    (r"$\sim$80\%", "∼80%"),
    ("$10^{-3}$", "10^-3"),
    (r"$\mathcal{O}(n \log n)$", "𝒪(n log n)"),
    (r"$\left(\frac{a}{b}\right)$", "(a/b)"),
    (r"G{\"o}del", "Gödel"),
    (r"na\"{\i}ve", "naïve"),
    (r"Dvo\v{r}{\'a}k", "Dvořák"),
    (r"\textit{not once}", "not once"),
    (r"\texttt{code} {\bf bold}", "code bold"),
    ("``quoted''", "“quoted”"),
    ("1990--2000", "1990–2000"),
    ("word---word", "word—word"),
    (r"{\textgreater}3", ">3"),
    ("Fig.~1", "Fig. 1"),
    (r"\href{https://x.org/a_b}{here}", "here <https://x.org/a_b>"),
    (r"\url{https://x.org/a_b}", "https://x.org/a_b"),
    (r"\footnote{a note}", "[a note]"),
    (r"snake\_case", "snake_case"),
    ("snake_case", "snake_case"),
    ("x^2 #1", "x^2 #1"),
    (r"\cite{key} shows", r"\cite{key} shows"),
    (r"We call it \method{} here", r"We call it \method here"),
    ("$ alone", "$ alone"),
]


def text(value: str) -> str:
    return normalise(decoded(value)[0])


@pytest.mark.parametrize(("written", "printed"), PIECES)
def test_latex_becomes_what_a_reader_of_the_page_sees(written: str, printed: str) -> None:
    assert text(written) == printed


@given(st.lists(st.sampled_from(PIECES[:-3]), min_size=1, max_size=12))
def test_pieces_decode_in_company_as_they_do_alone(pieces: list[tuple[str, str]]) -> None:
    assert text(" ".join(written for written, _ in pieces)) == " ".join(printed for _, printed in pieces)


@given(st.lists(st.from_regex(r"[a-z]{2,8}[.,]?", fullmatch=True), min_size=1), st.text("${}%&~^_#", max_size=6))
def test_no_sign_that_latex_knows_makes_a_word_vanish(words: list[str], signs: str) -> None:
    for between in (" ", f" {signs} ", f" {signs}"):
        shown = text(between.join(words))
        assert all(word.strip(".,") in shown for word in words)


@given(st.text("\\{}$%&~^_'`\"-[]() \nabz9αé", max_size=60))
def test_any_text_decodes_or_is_kept_as_it_stands(value: str) -> None:
    shown, fault = decoded(value)
    assert not fault or shown == value


def test_a_value_that_cannot_be_decoded_is_kept_and_the_fault_is_told() -> None:
    value = r"\emph{" * 3000 + "}" * 3000
    shown, fault = decoded(value)
    assert shown == value
    assert fault


@pytest.mark.parametrize("piece", ["{a} ", r"$a$ ", r"\foo{a}", "{", "\\"])
def test_the_longest_abstract_decodes_in_seconds_whatever_it_holds(piece: str) -> None:
    begin = time.process_time()
    decoded(piece * (100_000 // len(piece)))
    assert time.process_time() - begin < 15
