"""What people type that is no plain question: greetings, titles, orders, comparisons, preambles, several questions."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.question.typed import questions_in
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.types import Answer, Question
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from ui.bubbles import answer_bubble
from ui.terminal import answer_text

PAPERS = (
    (
        "LampNet: small networks for street lamps",
        "LampNet is a network of two layers that predicts when a street lamp fails. It needs 12 kB of memory. "
        "On 900 lamps it finds 81% of the failures. LampNet cannot be used for traffic lights.",
        2019,
    ),
    (
        "LampNet-2: street lamps in the rain",
        "LampNet-2 adds rain to what the network sees. It needs 48 kB of memory. On 900 lamps it finds 88% of the failures.",
        2021,
    ),
    (
        "Beavers and floods",
        "Beaver dams slow water down. We measured 40 streams before and after beavers came. "
        "Floods were 35% lower below the dams. Streams without trees stayed as they were.",
        2018,
    ),
    (
        "Willow planting and floods: a ten-year study",
        "We planted willows along 22 streams for ten years. Floods were 9% lower where willows grew. Old willows helped most.",
        2020,
    ),
    (
        "Vitamin D does not shorten colds in toddlers",
        "We gave drops of vitamin D or of oil to 310 toddlers for a winter. Colds lasted as long in both groups (6.1 vs 6.2 days). "
        "Toddlers liked the oil less.",
        2017,
    ),
    (
        "Vitamin D shortens colds in nurses",
        "In a trial of 480 nurses, vitamin D shortened colds by 18%. Nurses on night shifts gained most.",
        2022,
    ),
    (
        "Lifts in old town halls",
        "Lifts are rare in old town halls. We visited 260 town halls. Only 31% had a lift, and the median wait for it was 4 minutes.",
        2016,
    ),
    (
        "Recursion in student programs",
        "We read 52,000 functions that students wrote. 7% of them never end. Functions that call themselves are tested least.",
        2023,
    ),
    (
        "The weight of the river otter",
        "We weighed the river otters of two valleys with the help of 200 children. They weigh 9 kg in summer.",
        2015,
    ),
)


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder, judge: CalibratedJudge, reader: CrossEncoder
) -> Assistant:
    root = tmp_path_factory.mktemp("typed") / "index"
    build(root, [Paper.from_source(title, abstract, year=year) for title, abstract, year in PAPERS], embedder)
    index = Index.open(root, embedder)
    return Assistant(lambda: index, judge, reader, k=10)


def told(assistant: Assistant, *texts: str) -> Answer:
    history: tuple[Answer, ...] = ()
    for text in texts:
        history = (*history, assistant.ask(Question(text, history)))
    return history[-1]


def titles(answer: Answer) -> set[str]:
    return {paper.title for _, paper in answer.papers}


@pytest.mark.parametrize(
    "text",
    [
        "Hi",
        "hello there",
        "Thanks!",
        "help",
        "what can you do",
        "What is this?",
        "what can I ask?",
        "你好",
        "summarise",
    ],
)
def test_a_greeting_gets_a_line_on_what_this_is_and_what_the_corpus_holds(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(Question(text))
    assert (answer.abstained, answer.reason, answer.claims, answer.evidence.hits) == (False, None, (), ())
    assert "the abstracts of 9 papers from 2015 to 2023" in answer.text
    assert sum(title in answer.text for title, _, _ in PAPERS) == 2
    assert answer.text.split()[0] in answer_bubble(answer, "1")
    assert "Scholiast" in answer_text(answer)


@pytest.mark.parametrize(
    "text", ["tell me a joke", "how is the weather in Rome", "quantum chromodynamics", "black holes"]
)
def test_what_is_neither_talk_nor_in_the_corpus_is_refused(assistant: Assistant, text: str) -> None:
    assert assistant.ask(Question(text)).abstained


def test_thanks_between_two_questions_are_leant_on_by_none(assistant: Assistant) -> None:
    answer = told(assistant, "Did vitamin D shorten colds in nurses?", "thanks!", "and in toddlers?")
    assert answer.evidence.query == "Did vitamin D shorten colds in toddlers?"
    assert titles(answer) == {"Vitamin D does not shorten colds in toddlers"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("LAMPNET", "LampNet: small networks for street lamps"),
        ("lampnet-2", "LampNet-2: street lamps in the rain"),
        ("What is LampNet-2?", "LampNet-2: street lamps in the rain"),
        ("Beavers and floods", "Beavers and floods"),
        ('"Beavers and Floods"', "Beavers and floods"),
        ("Summarise Beavers and floods", "Beavers and floods"),
        ("tl;dr of Beavers and floods, please", "Beavers and floods"),
        ("What is “Beavers and floods” about?", "Beavers and floods"),
        ("Willow plantig and floods: a ten year study", "Willow planting and floods: a ten-year study"),
        ("Tell me more about recursion in student programs", "Recursion in student programs"),
        ("Give me an overview of town halls", "Lifts in old town halls"),
        ("What did the vitamin D trial in toddlers find?", "Vitamin D does not shorten colds in toddlers"),
        ("summarize the vitamin D trial in nurses in two sentences", "Vitamin D shortens colds in nurses"),
    ],
)
def test_a_title_a_name_or_an_order_gets_what_that_paper_found(assistant: Assistant, text: str, title: str) -> None:
    answer = assistant.ask(Question(text))
    starts = [claim.citations[0].passage.start for claim in answer.claims]
    assert titles(answer) == {title}
    assert 2 <= len(starts) <= 4
    assert starts == sorted(starts)


def test_a_topic_gets_a_sentence_of_each_of_its_papers(assistant: Assistant) -> None:
    for text in ("floods", "What do the papers say about floods?"):
        answer = assistant.ask(Question(text))
        assert titles(answer) == {"Beavers and floods", "Willow planting and floods: a ten-year study"}
        assert len(answer.claims) == 2


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("Compare beavers and willows", ["beavers", "willows"]),
        ("beavers vs willows against floods", ["beavers", "willows"]),
        ("Do beavers lower floods more than willows?", ["beavers", "willows"]),
        ("Which is better against floods, beavers or willows?", ["beavers", "willows"]),
        ("What is the difference between LampNet and LampNet-2 in memory?", ["LampNet", "LampNet-2"]),
    ],
)
def test_a_comparison_gets_a_sentence_for_each_side(assistant: Assistant, text: str, sides: list[str]) -> None:
    answer = assistant.ask(Question(text))
    assert [claim.heading for claim in answer.claims] == sides
    assert len(titles(answer)) == 2


def test_of_a_comparison_the_side_that_no_abstract_speaks_of_is_named(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Are beavers better than concrete walls against floods?"))
    assert titles(answer) == {"Beavers and floods"}
    assert [missing.split(":")[0] for missing in answer.missing] == ["concrete walls"]


def test_the_two_that_were_told_of_are_compared(assistant: Assistant) -> None:
    answer = told(assistant, "What is LampNet?", "What about LampNet-2?", "Which of the two needs less memory?")
    assert answer.evidence.query == "Which of LampNet and LampNet-2 needs less memory?"
    assert [("12 kB" in claim.text, "48 kB" in claim.text) for claim in answer.claims] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("texts", "query"),
    [
        (("What did the vitamin D trial in nurses find?", "What about beavers?"), "beavers"),
        (("Tell me about beavers.", "no, I meant willows"), "Tell me about willows?"),
        (("Do beavers lower floods?", "what about willows?"), "Do willows lower floods?"),
        (("What is LampNet?", "and LampNet-2?", "compare them"), "compare LampNet and LampNet-2"),
    ],
)
def test_a_follow_up_is_about_what_it_names(assistant: Assistant, texts: tuple[str, ...], query: str) -> None:
    answer = told(assistant, *texts)
    assert answer.evidence.query == query
    assert answer.claims


def test_several_questions_are_answered_one_by_one_and_none_sinks_the_others(assistant: Assistant) -> None:
    answer = assistant.ask(
        Question("1. Do beavers lower floods? 2. Who won the cup final in Lima? 3. How many town halls were visited?")
    )
    assert list(dict.fromkeys(claim.heading for claim in answer.claims)) == [
        "Do beavers lower floods?",
        "How many town halls were visited?",
    ]
    assert [missing.split("?")[0] for missing in answer.missing] == ["Who won the cup final in Lima"]
    two = assistant.ask(Question("Do beavers lower floods, and what is the capital of Peru?"))
    assert {claim.heading for claim in two.claims} == {"Do beavers lower floods?"}


def test_more_than_eight_questions_are_not_all_looked_at(assistant: Assistant) -> None:
    asked = "\n".join(f"- What does LampNet need on day {day}?" for day in "abcdefghij")
    missing = assistant.ask(Question(asked)).missing
    assert sum("fewer questions" in sentence for sentence in missing) == 2


def test_what_could_not_be_told_is_leant_on_by_no_other_question(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Where did Beavers and floods appear? What is its DOI, and who wrote it?"))
    assert answer.abstained


def test_whom_a_question_says_to_lack_something_is_not_told_of_those_who_have_it(
    tmp_path: Path, embedder: LocalEmbedder, judge: CalibratedJudge, reader: CrossEncoder
) -> None:
    abstract = "In 90 ferrets with mites, the balm cut itching by half. Ferrets without mites did not gain from it."
    build(tmp_path, [Paper.from_source("A balm for ferrets", abstract)], embedder)
    index = Index.open(tmp_path, embedder)
    ask = Assistant(lambda: index, judge, reader, k=5).ask
    for lacking in ("without mites", "with no mites"):
        answer = ask(Question(f"Does the balm reduce itching in ferrets {lacking}?"))
        assert [claim.text for claim in answer.claims] == ["Ferrets without mites did not gain from it."]
    assert "cut itching by half" in ask(Question("Does the balm reduce itching in ferrets with mites?")).text


@pytest.mark.parametrize(
    "text", ["HOW MUCH MEMORY DOES LAMPNET-2 NEED", "hey!! quick question — how much memory does LampNet-2 need?"]
)
def test_capitals_and_greetings_make_no_other_question(assistant: Assistant, text: str) -> None:
    assert "48 kB" in assistant.ask(Question(text)).text


def test_a_title_pasted_twice_is_that_title(assistant: Assistant) -> None:
    title = "Willow planting and floods: a ten-year study"
    once = assistant.ask(Question(title)).claims
    assert assistant.ask(Question(f"{title} {title}")).claims == once
    assert assistant.ask(Question(f"{title}. {title}.")).claims == once


def test_a_name_at_the_begin_of_a_long_preamble_is_what_the_question_leans_on(assistant: Assistant) -> None:
    lead = "My town has bought LampNet and nobody told us why. " + "The lamps in our street are old and dim. " * 6
    assert "12 kB" in assistant.ask(Question(f"{lead}So my question is: how much memory does it need?")).text


@pytest.mark.parametrize("text", ["ランプはどのくらい壊れますか？", "¿Quién escribió Beavers and floods?"])
def test_a_question_in_another_language_is_no_talk_and_is_told_so(assistant: Assistant, text: str) -> None:
    assert "please ask in English" in assistant.ask(Question(text)).text


def test_all_sides_of_a_comparison_that_commas_part_are_told_of(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Compare beavers, willows and lifts"))
    assert {claim.heading for claim in answer.claims} == {"beavers", "willows", "lifts"}


def test_where_no_question_of_several_is_answered_it_is_refused(assistant: Assistant) -> None:
    assert assistant.ask(Question("Who won the cup final in Lima? What is the capital of Peru?")).abstained


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "I am writing a thesis in Utrecht. My adviser says that rivers matter. So: do beavers lower floods?",
            ["Do beavers lower floods?"],
        ),
        ("I read of LampNet on a train. How much memory is needed?", ["LampNet: How much memory is needed?"]),
        ("We have many beavers here. Do they lower floods?", ["We have many beavers here. Do they lower floods?"]),
        (
            'Traceback (most recent call last):\n  File "a.py", line 3\nValueError: no\n\nDo beavers help?',
            ["Do beavers help?"],
        ),
        ("```python\nx = {1: 2}\n```\nDo beavers help?", ["Do beavers help?"]),
        ("What is LampNet? How much memory does it need?", ["What is LampNet?", "How much memory does LampNet need?"]),
        ("Q1 Do beavers help? Q2 Do willows help?", ["Do beavers help?", "Do willows help?"]),
        ("a) Do beavers help? b) Do willows help?", ["Do beavers help?", "Do willows help?"]),
        (
            "Two papers are about floods. What does each of them say?",
            ["Two papers are about floods. What does each of them say?"],
        ),
        ("beavers", ["beavers"]),
        (
            "What does “Do beavers help? A study. Part 2” say? Do willows help?",
            ["What does “Do beavers help? A study. Part 2” say?", "Do willows help?"],
        ),
        ("Compare “Do beavers help?” and “Do willows help?”.", ["Compare “Do beavers help?” and “Do willows help?”."]),
        ("Who wrote “Do beavers help?” Do willows help?", ["Who wrote “Do beavers help?”", "Do willows help?"]),
        ("floods in old towns - whats been tried", ["floods in old towns - whats been tried"]),
    ],
)
def test_the_questions_in_what_was_typed_are_found(text: str, questions: list[str]) -> None:
    assert list(questions_in(text, lambda name: name == "LampNet", follows=False)) == questions


@given(st.text(max_size=400), st.booleans())
def test_any_text_can_be_typed(text: str, follows: bool) -> None:  # noqa: FBT001
    assert questions_in(text, bool, follows=follows)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("What percentage of old town halls had a lift?", "31%"),
        ("How many functions never end?", "7%"),
        ("How many streams were measured?", "40"),
        ("What is the weight of the river otter?", "9 kg"),
    ],
)
def test_a_figure_that_an_abstract_gives_is_told(assistant: Assistant, text: str, figure: str) -> None:
    assert figure in assistant.ask(Question(text)).text


def test_what_was_done_is_told_with_what_came_of_it(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Does vitamin D shorten colds in toddlers?"))
    assert titles(answer) == {"Vitamin D does not shorten colds in toddlers"}
    assert "Colds lasted as long in both groups" in answer.text


def test_what_holds_of_another_system_is_no_answer(assistant: Assistant) -> None:
    answer = assistant.ask(Question("How many traffic lights can LampNet-2 be used for?"))
    assert titles(answer) <= {"LampNet-2: street lamps in the rain"}
