"""What papers a question is limited to, as chips."""

from pathlib import Path

from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.types import Question
from index.filters import Filter
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from ui.limits import chips, choices, chosen, implied

AMONG = chips(Filter(2019, 2021, ("ACL",), ("Ada Byron",), ("a.bib",)))


def test_each_condition_of_a_filter_is_a_chip() -> None:
    assert [words for words, _ in chips(Filter(2019, venues=("ACL", "EMNLP")))] == [
        "from 2019 or later",
        "in ACL / EMNLP",
    ]
    assert [words for words, _ in chips(Filter(2019).both(Filter(2020)))] == [
        "from 2019 or later",
        "from 2020 or later",
    ]
    assert chips(Filter()) == ()


def test_chips_make_the_filter_that_they_were_made_of() -> None:
    assert chosen([words for words, _ in AMONG], AMONG) == Filter(2019, 2021, ("ACL",), ("Ada Byron",), ("a.bib",))
    assert chosen(["in ACL", "nobody's"], AMONG) == Filter(venues=("ACL",))
    assert chosen([], AMONG) == Filter()


def test_only_what_nobody_chose_was_implied() -> None:
    whole = Filter(2019, venues=("ACL",))
    assert implied(whole, Filter(venues=("ACL",))) == (("from 2019 or later", "since"),)
    assert implied(whole, whole) == ()


def papers() -> list[Paper]:
    told = [
        ("Tides", 2019, "ACL", "Ada Byron"),
        ("Waves", 2021, "EMNLP", "Ben Stone"),
        ("Dew", None, None, "Ada Byron"),
    ]
    return [
        Paper.from_source(name, f"{name} wet the shore at dawn.", year=year, venue=venue, authors=[author])
        for name, year, venue, author in told
    ]


def test_what_can_be_chosen_is_what_the_corpus_tells_apart(tmp_path: Path, embedder: LocalEmbedder) -> None:
    build(tmp_path / "index", papers(), embedder)
    corpus = open_assistant(read_settings(index=tmp_path / "index")).corpus
    words = [words for words, _ in choices(corpus)]
    assert words[:4] == ["from 2021 or later", "from 2020 or later", "from 2020 or earlier", "from 2019 or earlier"]
    assert {"in ACL", "in EMNLP", "by Ada Byron", "by Ben Stone"} <= set(words)


def test_a_corpus_without_years_and_names_offers_nothing(sample_index: Path) -> None:
    assert choices(open_assistant(read_settings(index=sample_index)).corpus) == ()


def test_a_limit_that_the_words_imply_is_waived_and_no_other(tmp_path: Path, embedder: LocalEmbedder) -> None:
    build(tmp_path / "index", papers(), embedder)
    assistant = open_assistant(read_settings(index=tmp_path / "index"))
    asked = "Which papers since 2020 by Ada Byron are about the shore?"
    assert assistant.ask(Question(asked)).abstained
    waived = assistant.ask(Question(asked, waived=("since",)))
    assert [words for words, _ in chips(waived.evidence.within)] == ["by Ada Byron"]
    assert {paper.title for _, paper in waived.papers} == {"Tides", "Dew"}
