"""Markup and entities in any field of any format."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.markup import plain
from tests.index.test_bibtex import read as read_bib
from tests.index.test_json_records import papers, read_json
from tests.index.test_ris import read as read_ris
from tests.index.test_tabular import read as read_csv


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>We fed <i>L. sakei</i> (p &lt; 0.05).</p><p>It grew.</p>", "We fed L. sakei (p < 0.05). It grew."),
        ("<jats:p>It grew.</jats:p>", "It grew."),
        ("&lt;p&gt;Farmers&#x2019; profit&lt;/p&gt; of 4", "Farmers’ profit of 4"),
        ("&amp;lt;p&amp;gt;R&amp;amp;D&amp;lt;/p&amp;gt;", "R&D"),
        ("R&amp;amp;amp;D, &alpha; and &#945;", "R&D, α and α"),
        ("so <math><mi>x</mi><mo>=</mo><mn>2</mn></math>", "so x=2"),
        ("one<br>two", "one two"),
        ('<span class="nocase">One</span> <a href="https://x.org">link</a>', "One link"),
        ("<p>cut off", "cut off"),
        ("cut off</p>", "cut off"),
        ("<p>the tag &lt;p&gt; of HTML</p>", "the tag <p> of HTML"),
    ],
)
def test_markup_and_entities_become_the_text_that_they_show(written: str, shown: str) -> None:
    assert plain(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "p<0.05 and q>1",
        "if a < b and c > d, a<b>c",
        "a List<int>, a Map<String, List<T>>",
        "the <p> tag of HTML",
        "the <unk> and <s> tokens, and </s>",
        "<owl:sameAs> links",
        "AT&T, R&D; &unheard; &",
        "$x &= y$ and \\textbf{bold} \\& more",
        "two  spaces",
    ],
)
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    assert plain(text) == " ".join(text.split()) or plain(text) == text


@given(st.text())
def test_text_that_was_read_once_is_the_same_when_it_is_read_again(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize("piece", ["&amp;", "&lt;", "<p>", "</p>x", "<!--", "&#38;", "<a b='", "<i>&amp;lt;"])
def test_no_heap_of_markup_takes_long(piece: str) -> None:
    began = time.monotonic()
    plain(piece * (100_000 // len(piece)))
    assert time.monotonic() - began < 5


TITLE, ABSTRACT = "Effects of <i>L. sakei</i> &amp; salt", "<p>Balance rose by 9% (p &lt; 0.01) in all dancers.</p>"
SHOWN = ("Effects of L. sakei & salt", "Balance rose by 9% (p < 0.01) in all dancers.", ("Jörg Müller", "Bo Ek"))


@pytest.mark.parametrize("shape", ["jsonl", "semantic-scholar", "csl-json", "hf-daily", "kaggle-arxiv"])
def test_every_shape_of_json_is_read_without_its_markup(shape: str) -> None:
    names = ["J&ouml;rg M&uuml;ller", "Bo Ek"]
    authors: dict[str, dict[str, object]] = {
        "jsonl": {"authors": "; ".join(names)},
        "csl-json": {"author": [{"literal": name} for name in names]},
        "kaggle-arxiv": {"authors": ", ".join(names)},
    }
    record: dict[str, object] = {"id": "2401.00001", "title": TITLE, "abstract": ABSTRACT, "summary": ABSTRACT}
    own = authors.get(shape, {"authors": [{"name": name} for name in names]})
    (paper,) = papers(read_json(json.dumps(record | own), shape))
    assert (paper.title, paper.abstract, paper.authors) == SHOWN


def test_ris_bibtex_and_csv_are_read_without_their_markup() -> None:
    ris = f"TY  - JOUR\nTI  - {TITLE}\nAB  - {ABSTRACT}\nAU  - M&uuml;ller, J&ouml;rg\nAU  - Ek, Bo\nJO  - A &amp; B\nER  - \n"
    bib = f"@article{{k, title={{{TITLE}}}, abstract={{{ABSTRACT}}}, author={{M&uuml;ller, J&ouml;rg and Ek, Bo}}, journal={{A &amp; B}}}}"
    csv = f'Title,Abstract,Authors,Journal\n{TITLE},"{ABSTRACT}","M&uuml;ller, J&ouml;rg; Ek, Bo",A &amp; B\n'
    for reads in (read_ris(ris), read_bib(bib), read_csv(csv)):
        (paper,) = papers(reads)
        assert (paper.title, paper.abstract, paper.authors, paper.venue) == (*SHOWN, "A & B")
