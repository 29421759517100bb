"""How a corpus spells its words."""

from pathlib import Path

import pytest

from index.errors import IndexDamaged
from index.papers import Paper
from index.passages import cut
from index.words import spelling
from index.words.spelling import Spelling

PAPERS = [
    Paper.from_source(
        "BERT on ImageNet", "BERT distils a teacher. Its students are autoregressive. Große Wörter. A bert."
    ),
    Paper.from_source("DepTrigger", "BERT looks for triggers: BERT, BERT, BERT, BERT, BERT, BERT, BERT and BERT."),
]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Spelling:
    folder = tmp_path_factory.mktemp("words") / "spelling"
    spelling.write(folder, [cut(paper) for paper in PAPERS])
    return Spelling(folder)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("studnets", "students"),
        ("autoregresive", "autoregressive"),
        ("Teacherr", "Teacher"),
        ("deptriger", "DepTrigger"),
        ("imagenet", "ImageNet"),
        ("bert", "BERT"),
        ("großee", "große"),
    ],
)
def test_a_slip_is_mended_and_a_name_written_as_the_corpus_writes_it(words: Spelling, slip: str, meant: str) -> None:
    assert words.spelt(slip) == meant


@pytest.mark.parametrize(
    "word", ["studying", "looping", "Mamba2", "RORA", "xy", "", "teach", "kangaroo", "zzzzzz", "Students", "w" * 100]
)
def test_a_word_that_may_be_meant_stays(words: Spelling, word: str) -> None:
    assert words.spelt(word) == word


def test_a_name_becomes_a_name_only(words: Spelling) -> None:
    assert words.spelt("Studentt", is_name=True) == "Studentt"
    assert words.spelt("DepTriger", is_name=True) == "DepTrigger"


def test_an_ordinary_word_that_the_corpus_lacks_is_mended_where_it_is_long(words: Spelling) -> None:
    assert words.spelt("languagge") == "language"
    assert words.spelt("skims") == "skims"


@pytest.fixture(scope="module")
def of_samples(tmp_path_factory: pytest.TempPathFactory) -> Spelling:
    folder = tmp_path_factory.mktemp("samples") / "spelling"
    abstract = (
        "We heated plots of clover. Insulin and methane rose. ConvNeXt saw plots; ConvNeXt saw clover. Typical plots."
    )
    spelling.write(folder, [cut(Paper.from_source("Heated clover", abstract))])
    return Spelling(folder)


@pytest.mark.parametrize(
    "word",
    [
        "unheated",
        "preheated",
        "reheated",
        "atypical",
        "nontypical",
        "ethane",
        "statins",
        "prions",
        "retina",
        "splice",
        "mmol",
        "kcal",
        "unarmored",
        "cloverless",
        "ConvNet",
        "untypical",
        "reagents",
        "parity",
        "tumour",
    ],
)
def test_a_word_that_the_corpus_lacks_is_not_mended_into_another_one(of_samples: Spelling, word: str) -> None:
    assert of_samples.spelt(word) == word


@pytest.mark.parametrize(
    ("slip", "meant"), [("cloover", "clover"), ("insuiln", "insulin"), ("metthane", "methane"), ("typcial", "typical")]
)
def test_a_slip_of_a_rare_word_is_mended(of_samples: Spelling, slip: str, meant: str) -> None:
    assert of_samples.spelt(slip) == meant


def test_words_that_cannot_be_read_are_said_to_be_damaged(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="cannot be read"):
        Spelling(tmp_path)
