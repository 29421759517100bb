"""One normalised record: what is folded, what is kept, and which id it gets."""

import unicodedata
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper, content_id, normalise
from index.sameness import is_generic

ANY_TEXT = st.text(st.characters(exclude_categories=()))
FULL = Paper(
    paper_id="p",
    title="A title",
    abstract="An abstract.",
    authors=("Ada", "Bo"),
    year=2024,
    venue="V",
    url="https://x.org",
    doi="10.1/2",
    arxiv_id="2401.00001",
    retracted=True,
)
ALTERED: dict[str, Any] = {
    "paper_id": "q",
    "title": "a title",
    "abstract": "An abstract",
    "authors": ("Bo", "Ada"),
    "year": None,
    "venue": None,
    "url": "",
    "doi": "10.1/3",
    "arxiv_id": "2401.00002",
    "retracted": False,
}


def test_white_space_of_every_kind_becomes_one_space() -> None:
    assert normalise("\ufeff a\t b\r\n\u00a0c\u2003\u2028d\v\fe ") == "\ufeff a b c d e"


def test_text_is_composed() -> None:
    assert normalise("Poincare\u0301 A\u030angstro\u0308m") == "Poincaré Ångström"


@pytest.mark.parametrize(
    "text",
    [
        "“curly” ‘quotes’ – dashes — and … dots",
        "ﬁ ligature, x², ½, ™ and full-width ＡＢＣ",
        "math $\\alpha$ <b>tag</b> &amp; entity",
        "soft\u00adhyphen and zero\u200bwidth and joiner\u200d",
        "hyphen- ated, trailing stop missing",
        "模型很好。😀👩‍🔬",
        "MiXeD cAsE, don't, e.g., i.e.",
    ],
)
def test_nothing_else_is_repaired(text: str) -> None:
    assert normalise(text) == text


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert [normalise(text) for text in ("a\ud800b", "a\udc00b", "\ud83d", "\udc00\ud83d x")] == [
        "a\ufffdb",
        "a\ufffdb",
        "\ufffd",
        "\ufffd\ufffd x",
    ]


def test_two_surrogates_that_make_a_pair_are_the_character_they_mean() -> None:
    assert normalise("\ud83d\ude00") == "😀"


@given(ANY_TEXT)
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
def test_normalising_is_composing_and_folding_white_space(text: str) -> None:
    assert normalise(text) == " ".join(unicodedata.normalize("NFC", text).split())


@given(ANY_TEXT)
def test_normalised_text_can_be_written_as_utf_8(text: str) -> None:
    assert normalise(text).encode().decode() == normalise(text)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ({"paper_id": "own", "arxiv_id": "2401.1", "doi": "10.1/2"}, "own"),
        ({"arxiv_id": "2401.1", "doi": "10.1/2"}, "2401.1"),
        ({"doi": "10.1/2"}, "10.1/2"),
        ({"paper_id": " ", "arxiv_id": "", "doi": " 10.1/2\n"}, "10.1/2"),
        ({}, content_id("T", "An abstract.")),
        ({"paper_id": "", "arxiv_id": "\t"}, content_id("T", "An abstract.")),
    ],
)
def test_the_id_is_the_papers_own_then_arxivs_then_the_doi_then_a_hash(ids: dict[str, str], expected: str) -> None:
    assert Paper.from_source("T", "An abstract.", **ids).paper_id == expected  # type: ignore[arg-type]


def test_a_content_id_never_changes() -> None:
    assert content_id("A title", "An abstract.") == "sha256:d7f54dd284778181"


def test_a_content_id_does_not_hear_case_white_space_and_punctuation() -> None:
    assert content_id("A  Title!", "an abstract") == content_id("a title", "An – ‘abstract’.")


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,4}( [a-z]{1,4}){0,2}", fullmatch=True)), min_size=2, max_size=2))
def test_papers_of_different_words_have_different_content_ids(words: list[tuple[str]]) -> None:
    (one,), (other,) = words
    assert (content_id("t", one) == content_id("t", other)) == (one == other)


def test_words_do_not_wander_between_title_and_abstract() -> None:
    assert content_id("a b", "c") != content_id("a", "b c")


def test_titles_that_differ_in_their_signs_alone_are_different_papers() -> None:
    keys = [Paper.from_source(title, "Words.").keys for title in ("A survey of C", "A survey of C++", "∀∃", "∞")]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("name", [field.name for field in fields(Paper)])
def test_the_digest_changes_with_every_field(name: str) -> None:
    assert replace(FULL, **{name: ALTERED[name]}).digest != FULL.digest


def test_equal_records_have_one_digest() -> None:
    assert replace(FULL).digest == FULL.digest


def test_every_field_is_normalised() -> None:
    made = Paper.from_source(
        " A\ttitle",
        "An\r\nabstract. ",
        paper_id=" p ",
        authors=(" Ada ", "", "Bo\n"),
        year=2024,
        venue=" V",
        url="https://x.org ",
        doi="10.1/2\n",
        arxiv_id="\t2401.00001",
        retracted=True,
    )
    assert made == FULL


def test_fields_that_are_blank_are_absent() -> None:
    made = Paper.from_source("T", "A.", paper_id="p", venue=" ", url="", doi="\n", arxiv_id="\t", authors=(" ",))
    assert made == Paper("p", "T", "A.")


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ({"doi": "10.1/AbC"}, {"doi": "10.1/abc"}),
        ({"doi": "https://doi.org/10.1/AbC"}, {"doi": "10.1/abc"}),
        ({"doi": "http://dx.doi.org/10.1/abc"}, {"doi": "10.1/abc"}),
        ({"doi": "doi: 10.1/ABC"}, {"doi": "10.1/abc"}),
        ({"doi": "10.48550/arXiv.2401.00001"}, {"arxiv": "2401.00001"}),
        ({"doi": "https://doi.org/10.48550/ARXIV.2401.00001v3"}, {"arxiv": "2401.00001"}),
        ({"arxiv_id": "2401.00001v12"}, {"arxiv": "2401.00001"}),
        ({"arxiv_id": "arXiv:2401.00001"}, {"arxiv": "2401.00001"}),
        ({"arxiv_id": "http://arxiv.org/abs/hep-TH/9901001v1"}, {"arxiv": "hep-th/9901001"}),
        ({"url": "https://pubmed.ncbi.nlm.nih.gov/123/"}, {"pmid": "123"}),
        ({"paper_id": "pmid:123"}, {"pmid": "123"}),
        ({"paper_id": "OpenAlex-7"}, {"id": "openalex-7"}),
        ({"paper_id": "s2:ABC"}, {"s2": "abc"}),
        ({"paper_id": "10.1/2", "doi": "10.1/2"}, {"doi": "10.1/2"}),
        (
            {"doi": "10.1/2", "arxiv_id": "2401.00001", "paper_id": "Own"},
            {"doi": "10.1/2", "arxiv": "2401.00001", "id": "own"},
        ),
        ({}, {}),
    ],
)
def test_every_spelling_of_an_id_is_one_id(fields: dict[str, Any], ids: dict[str, str]) -> None:
    assert Paper.from_source("T", "A.", **fields).ids == ids


def test_keys_are_the_ids_and_then_the_words_of_the_title() -> None:
    paper = Paper.from_source("A  “Title”: of – it!", "A.", doi="10.1/2", arxiv_id="2401.00001", paper_id="Own")
    assert paper.keys == ("doi:10.1/2", "arxiv:2401.00001", "id:own", "title:a title of it")


def test_a_record_is_told_by_its_strongest_id_or_else_by_its_title_year_and_authors() -> None:
    assert Paper.from_source("T", "A.", doi="10.1/2", paper_id="own", year=2024).own_key == "doi:10.1/2"
    named, again = (Paper.from_source(title, "A.", year=2024, authors=("Ada",)) for title in ("T!", "t"))
    assert named.own_key == again.own_key == replace(named, abstract="B.").own_key
    others = (replace(named, **change) for change in ({"year": 2023}, {"authors": ("Bo",)}, {"title": "U"}))
    assert named.own_key not in {other.own_key for other in others}


@pytest.mark.parametrize(("title", "authors"), [("T", ()), ("Editorial", ("Ada",))])
def test_a_record_without_authors_or_with_a_generic_title_is_told_by_its_abstract_too(
    title: str, authors: tuple[str, ...]
) -> None:
    one = Paper.from_source(title, "A.", year=2024, authors=authors)
    assert one.own_key != replace(one, abstract="B.").own_key


@pytest.mark.parametrize(
    ("other", "may"),
    [
        ({}, True),
        ({"year": 2024}, True),
        ({"year": 2023}, False),
        ({"doi": "https://doi.org/10.1/A"}, True),
        ({"doi": "10.1/b"}, False),
        ({"arxiv_id": "2401.00001"}, True),
        ({"paper_id": "own"}, True),
    ],
)
def test_papers_of_one_title_and_text_may_be_one_unless_their_years_or_ids_disagree(
    other: dict[str, Any],
    may: bool,  # noqa: FBT001
) -> None:
    paper = Paper.from_source("T", "A.", year=2024, doi="10.1/a")
    assert paper.may_be(Paper.from_source("T", "a", **other)) is may
    assert Paper.from_source("T", "a", **other).may_be(paper) is may


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ((), (), False),
        (("Ada Byron",), (), False),
        (("Ada Byron",), ("Ada Byron",), True),
        (("Ada Byron", "Bo Ek"), ("A. Byron",), True),
        (("José Núñez",), ("Nunez J",), True),
        (("Maria Silva",), ("Maria Gomez",), False),
        (("Ada Byron", "Bo Ek", "Cy Low"), ("Ann Zorn", "Di Yo"), False),
    ],
)
def test_papers_of_one_title_and_other_texts_are_one_only_if_their_authors_agree(
    one: tuple[str, ...],
    other: tuple[str, ...],
    may: bool,  # noqa: FBT001
) -> None:
    mine = Paper.from_source("T", "Cats sleep.", year=2024, authors=one)
    assert mine.may_be(Paper.from_source("T", "Dogs bark.", year=2024, authors=other)) is may
    assert Paper.from_source("T", "Dogs bark.", year=2024, authors=other).may_be(mine) is may


LONG = "We teach otters to dive deeper with rewards. They dive 3 m deeper than before in each of forty trials."


@pytest.mark.parametrize(
    ("abstract", "may"),
    [
        (LONG.upper(), True),
        (f"Abstract: {LONG} © 2023 The Authors.", True),
        (LONG[:70] + " …", True),
        (LONG.replace("forty", "40"), True),
        ("We teach seals to read. " + LONG[:30], False),
        ("They dive 3 m deeper than before.", False),
    ],
)
def test_a_text_that_is_cut_off_or_framed_is_the_same_and_another_is_not(abstract: str, may: bool) -> None:  # noqa: FBT001
    paper = Paper.from_source("Otters", LONG, authors=("Ada Byron",))
    assert paper.may_be(Paper.from_source("Otters", abstract)) is may


@pytest.mark.parametrize(
    "title",
    [
        "Introduction",
        "Editorial 3/2020",
        "Letter to the Editor",
        "Book Reviews",
        "Vorwort",
        "Éditorial",
        "Part II",
        "Erratum",
    ],
)
def test_a_generic_title_identifies_no_paper_whatever_else_agrees(title: str) -> None:
    paper = Paper.from_source(title, LONG, year=2024, authors=("Ada Byron",))
    assert not paper.may_be(paper)


@pytest.mark.parametrize("title", ["Introduction to otters", "A review of diving", "Letters from otters"])
def test_a_title_with_a_word_of_its_own_is_not_generic(title: str) -> None:
    paper = Paper.from_source(title, LONG)
    assert paper.may_be(paper)


@given(ANY_TEXT, st.lists(ANY_TEXT, min_size=4, max_size=4))
def test_any_text_has_keys(title: str, ids: list[str]) -> None:
    paper = Paper.from_source(title, "A.", paper_id=ids[0], doi=ids[1], arxiv_id=ids[2], url=ids[3])
    assert paper.keys[-1].startswith("title:")
    assert paper.own_key.startswith(paper.keys[0])
    assert paper.may_be(paper) is not is_generic(paper.title)


@pytest.mark.parametrize(
    ("title", "abstract", "told", "retracted", "notice"),
    [
        ("On sleep", "Cats sleep.", False, False, None),
        ("On sleep", "Cats sleep.", True, True, "retracted"),
        ("RETRACTED ARTICLE: On sleep", "Cats sleep.", False, True, "retracted"),
        ("On sleep", "This paper has been withdrawn by its author.", False, True, "withdrawn"),
        ("Retraction: On sleep", "The editors retract it.", False, False, "retraction"),
        ("Erratum to: On sleep", "Cats doze.", False, False, "erratum"),
        ("Erratum to: On sleep", "Cats doze.", True, True, "retracted"),
        ("Withdrawal of care", "We withdraw care.", False, False, None),
    ],
)
def test_a_retracted_paper_and_the_notice_of_a_retraction_are_two_things(
    title: str,
    abstract: str,
    told: bool,  # noqa: FBT001
    retracted: bool,  # noqa: FBT001
    notice: str | None,
) -> None:
    paper = Paper.from_source(title, abstract, retracted=told)
    assert (paper.retracted, paper.notice) == (retracted, notice)
