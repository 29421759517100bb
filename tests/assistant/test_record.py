"""Questions about the record of the papers, over a real index of invented records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.question.record import wanted
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.recorded.stating import entry
from assistant.types import RECORD, Answer, Question
from assistant.wire import answer_record
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build

PAPERS = (
    Paper.from_source(
        "MothNet: finding moths at night",
        "MothNet finds moths in photographs taken at night. It finds 91% of the moths in 4,000 photographs.",
        authors=("Nora Halvorsen", "Idris Okafor"),
        year=2019,
        venue="Night Vision",
        doi="10.5555/mothnet",
    ),
    Paper.from_source(
        "MothNet-2: moths that fly",
        "MothNet-2 follows moths in films. It loses one moth in ten.",
        authors=("Nora Halvorsen", "Bea Quist"),
        year=2022,
        venue="Insects",
    ),
    Paper.from_source(
        "Lamps and moths",
        "White lamps attract three times as many moths as amber lamps do.",
        authors=("Idris Okafor",),
        year=2021,
        venue="Insects",
    ),
    Paper.from_source("Bread and salt", "Bread with less salt rises faster. We baked 60 loaves of bread."),
)
HALVORSEN = "“MothNet: finding moths at night” was written by Nora Halvorsen and Idris Okafor [1]."


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder, judge: CalibratedJudge, reader: CrossEncoder
) -> Assistant:
    root = tmp_path_factory.mktemp("moths")
    build(root, PAPERS, embedder, source="moths.bib")
    index = Index.open(root, embedder)
    return Assistant(lambda: index, judge, reader, k=5)


def conversation(assistant: Assistant, *questions: str) -> Answer:
    """The answer to the last of `questions`."""
    history: tuple[Answer, ...] = ()
    for question in questions:
        history = (*history, assistant.ask(Question(question, history)))
    return history[-1]


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote MothNet?",
        "who wrote mothnet",
        "Who are the authors of MothNet?",
        "MothNet authors",
        "I would like to know by whom MothNet was written",
        "Whose paper is “MothNet: finding moths at night”?",
        "Who are the authors of the paper on moths at night?",
    ],
)
def test_who_wrote_a_paper_is_told_however_it_is_asked(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(Question(question))
    assert (answer.text, answer.engine) == (HALVORSEN, RECORD)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When was Lamps and moths published?", "appeared in 2021"),
        ("what year is lamps and moths from", "appeared in 2021"),
        ("Where did Lamps and moths appear?", "appeared in Insects"),
        ("Which journal published Lamps and moths?", "appeared in Insects"),
        ("When and where was MothNet-2 published?", "appeared in Insects in 2022"),
        ("What is the DOI of MothNet?", "has the DOI 10.5555/mothnet"),
        ("How do I cite Lamps and moths?", "was written by Idris Okafor and appeared in Insects in 2021"),
        ("When was the paper about lamps published?", "appeared in 2021"),
    ],
)
def test_what_the_record_knows_of_a_paper_is_told(assistant: Assistant, question: str, said: str) -> None:
    answer = assistant.ask(Question(question))
    assert said in answer.text
    assert len(answer.papers) == 1


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("What is the newest paper?", ["MothNet-2: moths that fly"]),
        ("most recent paper", ["MothNet-2: moths that fly"]),
        ("What is the oldest paper on moths?", ["MothNet: finding moths at night"]),
        ("Which was the first paper about moths?", ["MothNet: finding moths at night"]),
        ("the two newest papers", ["MothNet-2: moths that fly", "Lamps and moths"]),
        ("What is the latest paper by Okafor?", ["Lamps and moths"]),
        ("What did Nora Halvorsen write?", ["MothNet-2: moths that fly", "MothNet: finding moths at night"]),
        ("Halvorsen et al. (2019)", ["MothNet: finding moths at night"]),
        ("Halvorsen and Quist", ["MothNet-2: moths that fly"]),
        ("okafor 2021", ["Lamps and moths"]),
        ("Which papers appeared in Insects?", ["MothNet-2: moths that fly", "Lamps and moths"]),
        ("What else did the authors of MothNet write?", ["MothNet-2: moths that fly", "Lamps and moths"]),
    ],
)
def test_papers_are_found_by_their_record(assistant: Assistant, question: str, titles: list[str]) -> None:
    answer = assistant.ask(Question(question))
    assert [paper.title for _, paper in answer.papers] == titles
    assert answer.engine == RECORD


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many papers do you have?", "There are 4 papers in this corpus."),
        ("How many papers are by Turing?", "No paper of this corpus is by Turing."),
        ("number of papers from 1995", "No paper of this corpus is from 1995."),
        ("How many authors are there?", "The papers of this corpus are by 3 authors."),
        (
            "How many papers per year?",
            "Of 4 papers: 1 from 2019, 1 from 2021 and 1 from 2022; of 1 no source gave the year.",
        ),
        ("Papers by venue", "Of 4 papers: 2 in Insects and 1 in Night Vision; of 1 no source gave the venue."),
        ("Who wrote the most papers?", "Of 4 papers, Idris Okafor and Nora Halvorsen have the most: 2 each."),
        ("How many papers on moths per year?", "Of 3 papers: 1 from 2019, 1 from 2021 and 1 from 2022."),
    ],
)
def test_how_many_there_are_is_a_number_and_no_list(assistant: Assistant, question: str, text: str) -> None:
    answer = assistant.ask(Question(question))
    assert (answer.text, answer.claims, answer.abstained) == (text, (), False)


def test_the_newest_says_over_how_many_papers_the_year_is_known(assistant: Assistant) -> None:
    answer = assistant.ask(Question("What is the newest paper?"))
    assert answer.preface == "Of 3 papers whose year is known; of 1 no source gave it; this is the newest."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who wrote Bread and salt?", "No source gave the authors of “Bread and salt”."),
        ("In which year was Bread and salt published?", "No source gave the year of “Bread and salt”."),
        ("the doi of Lamps and moths", "No source gave a DOI, an arXiv id or an address of “Lamps and moths”."),
    ],
)
def test_what_no_source_gave_is_said_not_to_be_known(assistant: Assistant, question: str, text: str) -> None:
    answer = assistant.ask(Question(question))
    assert (answer.text, answer.reason) == (text, "not_in_abstracts")
    assert answer.nearest[0].paper.title in text


def test_a_part_that_no_source_gave_does_not_sink_the_rest(assistant: Assistant) -> None:
    answer = assistant.ask(Question("Who wrote Lamps and moths, and what is its DOI?"))
    assert answer.text == "“Lamps and moths” was written by Idris Okafor [1]."
    assert answer.missing == ("No source gave a DOI, an arXiv id or an address of “Lamps and moths”.",)


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        (("What does MothNet find?", "Who wrote it?"), HALVORSEN),
        (("Who wrote MothNet?", "when?"), "appeared in 2019"),
        (("Who wrote MothNet?", "and MothNet-2?"), "written by Nora Halvorsen and Bea Quist [2]"),
        (("Which papers appeared in Insects?", "Who wrote the second one?"), "written by Idris Okafor [2]"),
        (("Who wrote MothNet-2?", "What else did they write?"), "“MothNet: finding moths at night”"),
        (("Who wrote Lamps and moths?", "what else did okafor write"), "1 other paper by okafor"),
    ],
)
def test_the_record_is_asked_in_follow_ups(assistant: Assistant, questions: tuple[str, ...], said: str) -> None:
    assert said in conversation(assistant, *questions).text


@pytest.mark.parametrize(
    "question",
    [
        "What did Okafor find about lamps?",
        "what did okafor find about lamps",
        "According to Okafor, how many more moths do white lamps attract?",
        "Okafor (2021): how many moths do white lamps attract?",
        "What does Idris Okafor say about amber lamps?",
    ],
)
def test_an_author_limits_the_question_and_is_not_looked_for_in_the_abstracts(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(Question(question))
    assert answer.evidence.within.authors
    assert [claim.text for claim in answer.claims] == [PAPERS[2].abstract]
    assert answer.claims[0].support == "full"


@pytest.mark.parametrize("question", ["Halvorsen and Turing 2019", "Turing (2019)", "What did Turing et al. find?"])
def test_a_citation_of_somebody_who_wrote_no_paper_is_said_to_be_none(assistant: Assistant, question: str) -> None:
    assert assistant.ask(Question(question)).text == "This cannot be answered: no paper of this corpus is by Turing."


def test_authors_who_wrote_together_are_meant_together(assistant: Assistant) -> None:
    together = assistant.ask(Question("papers by Halvorsen and Okafor"))
    assert [paper.title for _, paper in together.papers] == ["MothNet: finding moths at night"]
    apart = assistant.ask(Question("papers by Quist and Okafor"))
    assert len(apart.papers) == 3


@pytest.mark.parametrize(
    "question",
    [
        "Who found that white lamps attract moths?",
        "When do moths fly?",
        "How many photographs were taken at night?",
        "What do the authors propose?",
        "Where were the films taken?",
        "Which authors photographs were used?",
        "Who wrote it?",
        "What is the first step of MothNet?",
        "What is the newest method of finding moths?",
        "Which years have no papers?",
    ],
)
def test_what_asks_for_more_than_the_record_is_left_to_the_abstracts(assistant: Assistant, question: str) -> None:
    assert assistant.ask(Question(question)).engine != RECORD


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Who wrote MothNet, and does it find moths at night?",
            [("Who wrote MothNet?", HALVORSEN[:-5]), ("Does MothNet find moths at night?", "taken at night")],
        ),
        (
            "How much salt is in the bread? And who wrote Lamps and moths?",
            [("And who wrote Lamps and moths?", "“Lamps and moths” was written by Idris Okafor.")],
        ),
        (
            "Who wrote Lamps and moths? What did it find?",
            [
                ("Who wrote Lamps and moths?", "“Lamps and moths” was written by Idris Okafor."),
                ("What did it find?", "White lamps attract three times as many moths as amber lamps do."),
            ],
        ),
        (
            "Do white lamps attract more moths than amber lamps? And who wrote that paper?",
            [
                ("Do white lamps attract more moths than amber lamps?", "White lamps attract"),
                ("And who wrote that paper?", "“Lamps and moths” was written by Idris Okafor."),
            ],
        ),
        (
            "Who wrote Lamps and moths, and how does it work?",
            [("Who wrote Lamps and moths?", "“Lamps and moths” was written by Idris Okafor.")],
        ),
        (
            "Which is the newest and which the oldest paper?",
            [("Which is the newest?", "“MothNet-2: moths that fly”"), ("Which the oldest paper?", "“MothNet: finding")],
        ),
    ],
)
def test_of_several_questions_the_record_answers_those_about_it(
    assistant: Assistant, text: str, told: list[tuple[str, str]]
) -> None:
    claims = assistant.ask(Question(text)).claims
    for heading, words in told:
        assert any(claim.heading == heading and words in claim.text for claim in claims), claims


def test_of_several_questions_a_number_stands_before_the_rest(assistant: Assistant) -> None:
    answer = assistant.ask(Question("How many papers do you have? Who wrote MothNet?"))
    assert answer.text == f"There are 4 papers in this corpus. {HALVORSEN}"
    assert (answer.missing, answer.engine) == ((), RECORD)


def test_what_the_record_lacks_does_not_sink_the_other_questions(assistant: Assistant) -> None:
    answer = assistant.ask(Question("What is the DOI of Lamps and moths? Who wrote it?"))
    assert [claim.text for claim in answer.claims] == ["“Lamps and moths” was written by Idris Okafor."]
    assert len(answer.missing) == 1
    assert answer.missing[0].startswith("What is the DOI of Lamps and moths? No source gave a DOI")


def test_a_number_is_an_answer_that_the_next_turn_leans_on(assistant: Assistant) -> None:
    assert not assistant.ask(Question("How many papers are there?")).is_talk


def test_two_papers_are_asked_about_by_their_names(assistant: Assistant) -> None:
    answer = assistant.ask(Question("When did MothNet-2 and Lamps and moths appear?"))
    assert {claim.text for claim in answer.claims} == {
        "“MothNet-2: moths that fly” appeared in 2022.",
        "“Lamps and moths” appeared in 2021.",
    }


def test_what_an_author_found_is_told_of_their_papers_alone(assistant: Assistant) -> None:
    for text in ("What did Bea Quist find?", "Summarise the paper by Bea Quist", "What did Halvorsen report in 2022?"):
        answer = assistant.ask(Question(text))
        assert [claim.text for claim in answer.claims] == [
            "MothNet-2 follows moths in films.",
            "It loses one moth in ten.",
        ]


def test_authors_joined_by_or_need_not_have_written_together(assistant: Assistant) -> None:
    assert len(assistant.ask(Question("papers by Nora Halvorsen or Idris Okafor")).papers) == 3


def test_a_list_is_counted_ordered_and_narrowed_by_the_turns_after_it(assistant: Assistant) -> None:
    listed = "papers by Nora Halvorsen"
    assert conversation(assistant, listed, "how many?").text.startswith("This corpus holds 2 papers")
    assert "MothNet-2" in conversation(assistant, "papers on moths", "the newest one?").claims[0].text
    second = conversation(assistant, listed, "who wrote the first one?").claims[0].text
    assert second == "“MothNet-2: moths that fly” was written by Nora Halvorsen and Bea Quist."
    narrowed = conversation(assistant, listed, "but not those about films")
    assert [paper.title for _, paper in narrowed.papers] == ["MothNet: finding moths at night"]
    again = conversation(assistant, "papers on moths", "without lamps", "nothing about films")
    assert [paper.title for _, paper in again.papers] == ["MothNet: finding moths at night"]


def test_a_claim_from_the_record_is_unscored_says_so_and_quotes_the_paper(assistant: Assistant) -> None:
    record = answer_record(assistant.ask(Question("Who wrote MothNet?")))
    (claim,) = record["claims"]
    (citation,) = claim["citations"]
    assert (claim["support"], claim["score"], claim["remark"]) == ("unscored", None, RECORD)
    abstract = PAPERS[0].abstract
    assert citation["quote"] == abstract[citation["start"] : citation["end"]] == abstract.partition(". ")[0] + "."


def test_a_list_limited_by_an_author_names_them_among_many() -> None:
    many = Paper.from_source("Many", "Many hands.", authors=("A B", "C D", "E F", "G H", "Ida Last"))
    assert entry(many, ["Last"]) == "“Many” (A B, C D, E F, Ida Last et al.)."


@given(st.text(max_size=80) | st.text(max_size=30).map("who wrote the newest {} papers per year".format))
def test_any_text_can_be_read_as_a_question_about_the_record(text: str) -> None:
    found = wanted(text)
    assert found is None or isinstance(found.topic, str)


def test_what_an_author_found_about_a_thing_that_no_paper_is_about_is_refused(assistant: Assistant) -> None:
    answer = assistant.ask(Question("What did Okafor find about the electric charge of black holes?"))
    assert answer.reason == "out_of_scope"
