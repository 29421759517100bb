"""Questions are drafted from the sentences that answer them, and a person reviews each."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.llm.action import LLMFailed
from assistant.suggesting.names import Named
from assistant.writing.terms import Terms
from eval.drafted_by_llm import in_other_words
from eval.drafted_words import comparisons_asked, name_asked, numbers_asked, unstated
from eval.drafting import KINDS, drafts
from eval.feedback import Unreviewed, write_questions
from eval.linting import Shelves, faults
from eval.questions import read_questions
from eval.reviewing import Reviewed, review
from index.errors import QuestionSetError
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.preloaded import scholiast
from tests.scripted import ScriptedLLM

METHOD, DATA = Named("RainNet", "method"), Named("DropBank", "resource")


@pytest.fixture(scope="module")
def index(sample_index: Path, embedder: LocalEmbedder) -> Iterator[Index]:
    opened = Index.open(sample_index, embedder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def drafted(index: Index) -> tuple[Unreviewed, ...]:
    return drafts(index, 12)


@pytest.mark.parametrize(
    ("sentence", "named", "question", "short"),
    [
        ("DropBank contains over 12,000 rain drops.", DATA, "How many rain drops does DropBank contain?", "12,000"),
        ("It consists of 3 million drops, all wet.", DATA, "How many drops does DropBank contain?", "3 million"),
        (
            "RainNet outperforms the best dry model by 3.2%.",
            METHOD,
            "By how much does RainNet outperform the best dry model?",
            "3.2%",
        ),
        (
            "RainNet reaches 91.2% accuracy on ImageNet.",
            METHOD,
            "What accuracy does RainNet reach on ImageNet?",
            "91.2%",
        ),
        (
            "Experiments on three diverse rain benchmarks show it.",
            METHOD,
            "On how many rain benchmarks was RainNet evaluated?",
            r"re:\b(?:three|3)\b",
        ),
        (
            "We annotate 40 storms.",
            None,
            "How many storms did the authors of “Storms” annotate?",
            "40",
        ),
    ],
)
def test_a_number_in_a_sentence_is_asked_for(sentence: str, named: Named | None, question: str, short: str) -> None:
    work = named.name if named else "“Storms”"
    assert [(one.text, one.short_answers) for one in numbers_asked(sentence, work, named)] == [(question, (short,))]


@pytest.mark.parametrize(
    "sentence",
    ["RainNet beats our model by 3%.", "RainNet is fine. It is 2020.", "Others outperform the rain by 3%."],
)
def test_a_number_that_leans_on_other_words_is_not_asked_for(sentence: str) -> None:
    assert [*numbers_asked(sentence, "RainNet", METHOD)] == []


def test_a_name_is_asked_for_by_what_the_sentence_says_of_it_where_that_tells_it_from_others() -> None:
    (one,) = name_asked(
        "We propose RainNet, a neural network that predicts summer rain over deserts, and more.", METHOD
    )
    assert one.text == "What is the name of the neural network that predicts summer rain over deserts?"
    assert one.short_answers == ("RainNet",)
    assert [*name_asked("We propose RainNet, a new network.", METHOD)] == []
    spelt = "We propose RAIN, a RApid INference network for summer storms over deserts."
    assert [*name_asked(spelt, Named("RAIN", "method"))] == []


def test_a_comparison_is_asked_for_with_what_is_named_and_not_with_whatever_was_there_before() -> None:
    (one,) = comparisons_asked("RainNet is twice as fast as any, and better than DryNet on deserts.", "RainNet", METHOD)
    assert one.text == "How does RainNet compare with DryNet?"
    assert [*comparisons_asked("RainNet outperforms existing methods.", "RainNet", METHOD)] == []


def test_what_an_abstract_says_is_not_asked_as_if_it_did_not() -> None:
    open_, told = (Paper.from_source("RainNet", text) for text in ("We train it.", "It has few parameters."))
    assert "How many parameters does RainNet have?" in {one.text for one in unstated(METHOD, [open_], 0)}
    assert "How many parameters does RainNet have?" not in {one.text for one in unstated(METHOD, [open_, told], 0)}


def test_drafts_are_of_all_kinds_with_verbatim_gold_and_the_same_each_time(
    drafted: tuple[Unreviewed, ...], index: Index, tmp_path: Path
) -> None:
    assert {one.question.kind for one in drafted} == {*KINDS}
    assert drafts(index, 12) == drafted
    write_questions(tmp_path / "set.jsonl", drafted)
    assert [one for one in faults(tmp_path / "set.jsonl", Shelves(index.papers())) if not one.warns] == []
    for one in drafted:
        assert one.record["reviewed"] is False
        assert one.question.answerable == (one.question.kind != "control")


def reworded(*texts: str) -> str:
    return json.dumps({"questions": [{"number": n, "question": text} for n, text in enumerate(texts, 1)]})


def test_an_llm_asks_several_in_other_words_at_once_and_what_leaks_the_answer_is_not_taken(
    drafted: tuple[Unreviewed, ...],
) -> None:
    own = [one for one in drafted if one.question.kind == "name"][:3]
    first, second, third = own
    llm = ScriptedLLM(
        reworded("Which work does that?", f"Is it {second.question.short_answers[0]}?", third.question.question)
    )
    found = in_other_words(own, llm, Terms("scribe", prompt_price=1.0, completion_price=1.0))
    (one,) = found.questions
    assert (one.question.question, one.question.gold_evidence) == (
        "Which work does that?",
        first.question.gold_evidence,
    )
    assert one.question.id != first.question.id
    assert "scribe" in one.note
    assert (found.lost, found.usage.requests, len(llm.asked)) == (2, 1, 1)
    assert found.usage.cost_usd


@pytest.mark.parametrize("reply", ["No.", "{}", LLMFailed("unreachable", "It is off.")])
def test_an_llm_that_fails_or_says_nothing_of_use_adds_nothing(
    reply: str | LLMFailed, drafted: tuple[Unreviewed, ...]
) -> None:
    asked = [one for one in drafted if one.question.answerable][:8]
    found = in_other_words(asked, ScriptedLLM(reply), Terms("scribe"))
    assert (found.questions, found.lost) == ((), len(asked))
    assert found.failed == ("It is off." if isinstance(reply, LLMFailed) else "")


def test_a_person_accepts_mends_drops_and_quits_and_goes_on_another_time(
    drafted: tuple[Unreviewed, ...], tmp_path: Path
) -> None:
    path, shown = tmp_path / "set.jsonl", list[str]()
    write_questions(path, drafted[:5])

    def answering(*lines: str) -> Reviewed:
        typed = iter(lines)

        def ask(_: str) -> str:
            try:
                return next(typed)
            except StopIteration:
                raise EOFError from None

        return review(path, ask, shown.append)

    done = answering("a", "what?", "e", "Is this better?", "", "", "d", "n")
    assert done == Reviewed(accepted=1, mended=2, dropped=1, left=1)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [one["reviewed"] for one in records] == [True, True, True, False]
    assert records[1]["question"] == "Is this better?"
    assert records[1]["gold_evidence"] == [*drafted[1].question.gold_evidence]
    assert (records[2]["answerable"], records[2]["gold_evidence"]) == (False, [])
    assert drafted[0].question.gold_evidence[0] in shown[0]
    assert answering("q") == Reviewed(left=1)
    assert answering("s") == Reviewed(left=1)
    assert len(read_questions(path)) == 4


def test_a_file_that_is_no_set_is_told_so_before_anything_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("{}\n")
    with pytest.raises(QuestionSetError, match=r"set\.jsonl:1 is not a question"):
        review(path, input, print)


def test_the_verb_writes_a_set_and_walks_through_it(sample_index: Path, tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    done = scholiast("eval", "draft", "--count", 2, "--out", path, "--index", sample_index)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"eval draft --review {path}" in done.stderr
    done = scholiast("eval", "draft", "--review", path, stdin="a\nd\n")
    assert done.returncode == 0
    assert done.stdout.endswith("1 accepted, 0 mended, 1 dropped, 0 left.\n")
    assert len(read_questions(path)) == 1
