"""What is proposed of a paper: the names that it coins, the topics that it shares, in words that read well."""

import pytest

from assistant.suggesting.names import Named, name_of
from assistant.suggesting.proposing import of_results, on_data_of, on_topics, title_or
from assistant.suggesting.topics import topics
from index.papers import Paper


def paper(title: str, abstract: str = "It is so.") -> Paper:
    return Paper.from_source(title, abstract)


@pytest.mark.parametrize(
    ("title", "abstract", "named"),
    [
        ("LampNet: Seeing at Night", "LampNet is a network for dark roads.", Named("LampNet", "method")),
        ("Seeing at Night", "We introduce LampSet, a dataset of dark roads.", Named("LampSet", "resource")),
        ("LampNet: Seeing at Night", "It sees.", Named("LampNet", "unknown")),
        ("Seeing at Night", "We propose LampNet Scaling for dark roads.", None),
        ("Seeing at Night", "We introduce Cross-Domain learning.", None),
        ("AI: A History", "It began long ago.", None),
        ("team@SMM4H’22: Tweets", "We took part.", None),
        ("Seeing at Night", "We test BERT.", None),
    ],
)
def test_a_paper_is_called_by_the_name_that_it_coins(title: str, abstract: str, named: Named | None) -> None:
    assert name_of(paper(title, abstract)) == named


def test_a_topic_is_what_ends_a_title_and_stands_alone_in_an_abstract_of_another_paper_too() -> None:
    night = paper("Robust Object Detection at Night", "We study object detection at night. A voice assistant helps.")
    others = [paper("Voice Assistant Design", "A voice assistant talks of object detection, too.")]
    assert topics(night, others) == ("object detection",)


def test_a_topic_of_one_of_a_kind_is_asked_for_in_the_plural() -> None:
    one = paper("Voice Assistants at Home", "We ask what is said to voice assistants.")
    assert topics(one, [paper("A Voice Assistant", "The voice assistant talks.")]) == ("voice assistants",)


def test_what_an_and_goes_on_behind_is_no_topic() -> None:
    one = paper("Large Language and Vision Models", "We test large language and vision models.")
    assert "large language" not in topics(one, [paper("Other", "We test large language and vision models.")])


def test_results_are_asked_for_on_data_and_beside_other_work_but_on_no_device() -> None:
    lamp = paper(
        "LampNet: Seeing at Night",
        "On an A100, LampNet does well on NightSet, better than MoonNet, on A100 and on H100.",
    )
    assert [one.text for one in of_results(lamp)] == [
        "How well does LampNet do on NightSet?",
        "How does LampNet compare with MoonNet?",
    ]


def test_what_an_abstract_leaves_open_is_asked_of_the_data_of_others() -> None:
    lamp = paper("LampNet: Seeing at Night", "LampNet does well on NightSet.")
    moon = paper("MoonNet: More Light", "MoonNet is tested on NightSet and on StarSet.")
    assert [one.text for one in on_data_of(lamp, [moon])] == ["How well does LampNet do on StarSet?"]


def test_a_long_title_or_one_that_ends_a_question_is_not_quoted() -> None:
    assert title_or(paper("Seeing at Night"), "the paper") == "“Seeing at Night”"
    assert title_or(paper("Who Sees at Night?"), "the paper") == "the paper"
    assert title_or(paper("Seeing " * 10), "the paper") == "the paper"


def test_a_paper_that_can_be_called_nothing_is_not_asked_what_it_says() -> None:
    assert on_topics(paper("Seeing"), "", ["object detection"]) == ()
