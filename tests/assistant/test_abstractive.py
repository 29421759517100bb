"""Answers with an LLM: what stands, what is mended, what is struck, and what is shown where it fails."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.llm.action import Action, LLMFailed
from assistant.llm.messages import Finished
from assistant.question.parts import Mode
from assistant.types import Answer, Evidence, Question, Step, Struck, Usage
from assistant.wire import answer_record
from assistant.writing.abstractive import Writer
from assistant.writing.terms import Terms
from index.index import Index
from index.papers import Paper
from index.passages import token_count
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from tests.scripted import IndifferentReader, Reply, ScriptedLLM, Shelf, WordedJudge
from ui.terminal import answer_text

NILE = Paper.from_source(
    "The Nile",
    "The Nile floods every summer. Its flood carries dark silt to the fields of Egypt. The silt makes the fields fertile. "
    "Farmers sow their wheat in autumn when the flood has gone.",
    paper_id="nile",
)
INDUS = Paper.from_source(
    "The Indus",
    "The Indus floods every summer too. Its flood carries hardly any silt to fields of wheat.",
    paper_id="indus",
)
WHY = Question("Why are the fields of Egypt fertile, and what does the flood carry?")
# The numbers that the sentences of NILE and INDUS get below.
FLOODS, CARRIES, FERTILE, SOW = 1, 2, 3, 4
TERMS = Terms("scribe")
REPAIRING = Terms("scribe", unsupported="repair")
DOWN = LLMFailed("unreachable", "The LLM at http://127.0.0.1:9 cannot be reached.")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    folder = tmp_path_factory.mktemp("rivers")
    build(folder, [NILE, INDUS], embedder)
    return folder


@pytest.fixture
def index(root: Path, embedder: LocalEmbedder) -> Index:
    return Index.open(root, embedder)


def assistant(index: Index, llm: ScriptedLLM | None, terms: Terms = TERMS, mode: Mode = "fast") -> Assistant:
    judge = WordedJudge()
    writer = Writer(llm, judge, terms) if llm else None
    return Assistant(lambda: index, judge, IndifferentReader(), 5, 0.0, writer=writer, mode=mode)


def asked(index: Index, *replies: Reply | list[Reply], terms: Terms = TERMS) -> Answer:
    return assistant(index, ScriptedLLM(*replies), terms).ask(WHY)


@pytest.fixture
def extractive(index: Index) -> Answer:
    return assistant(index, None).ask(WHY)


def test_claims_cite_the_sentences_that_the_model_pointed_at(index: Index) -> None:
    answer = asked(
        index, f"Dark silt makes the fields fertile [{FERTILE}]. The flood carries silt to Egypt [{CARRIES}]."
    )
    assert answer.text == "Dark silt makes the fields fertile [1]. The flood carries silt to Egypt [1]."
    assert [claim.citations[0].passage.text for claim in answer.claims] == [
        "The silt makes the fields fertile.", "Its flood carries dark silt to the fields of Egypt."
    ]  # fmt: skip
    assert (answer.engine, answer.notice, answer.struck, answer.forged) == ("scribe", "", (), 0)
    assert {claim.support for claim in answer.claims} == {"full"}


def test_a_stream_is_evidence_then_steps_and_whole_markers_then_the_answer(index: Index) -> None:
    llm = ScriptedLLM(f"The silt makes fields fertile [{FERTILE}]. The Nile floods [{FLOODS}].")
    first, *between, last = assistant(index, llm).stream(WHY)
    assert isinstance(first, Evidence)
    assert isinstance(last, Answer)
    words = [event for event in between if isinstance(event, str)]
    assert "".join(words) == last.text
    assert all(word.count("[") == word.count("]") for word in words)
    assert tuple(event for event in between if isinstance(event, Step)) == last.steps
    assert [step.name for step in last.steps] == ["Asked scribe", "Checked what it wrote"]


def test_a_number_that_was_not_offered_is_dropped_and_counted(index: Index) -> None:
    answer = asked(index, f"The silt makes the fields fertile [{FERTILE}][77]. The Nile floods every summer [88].")
    assert answer.text == "The silt makes the fields fertile [1]. The Nile floods every summer [1]."
    assert answer.forged == 2


def test_a_sentence_without_a_number_is_attributed_to_what_supports_it(index: Index) -> None:
    (claim,) = asked(index, "The silt makes fields fertile.").claims
    assert claim.citations[0].passage.text == "The silt makes the fields fertile."
    assert claim.remark == ""


def test_a_wrong_number_is_mended_where_other_words_support_the_sentence(index: Index) -> None:
    (claim,) = asked(index, f"The silt makes the fields fertile [{FLOODS}].").claims
    assert claim.citations[0].passage.text == "The silt makes the fields fertile."
    assert "do not say this" in claim.remark


def test_where_it_is_to_be_repaired_what_the_words_deny_is_replaced_by_them(index: Index) -> None:
    text = f"The silt does not make the fields fertile [{FERTILE}]. The Nile floods every summer [{FLOODS}]."
    answer = asked(index, text, terms=REPAIRING)
    assert [claim.text for claim in answer.claims] == [
        "The silt makes the fields fertile.", "The Nile floods every summer."
    ]  # fmt: skip
    assert "the words of the abstract" in answer.claims[0].remark
    assert answer.claims[0].support == "full"


def test_what_is_surely_wrong_is_struck_and_what_is_unsure_bears_its_mark(index: Index) -> None:
    answer = asked(
        index,
        f"The silt does not make the fields fertile [{FERTILE}]. The Nile floods every summer [{FLOODS}]. "
        f"Its flood brings sand, gold and tall reeds to Egypt [{CARRIES}]. The silt makes the fields fertile for 40 years [{FERTILE}]. "
        f"The silt makes the fields of UNESCO fertile [{FERTILE}]. The silt makes fish grow [88].",
    )
    assert [(claim.text, claim.support) for claim in answer.claims] == [
        ("The Nile floods every summer.", "full"),
        ("Its flood brings sand, gold and tall reeds to Egypt.", "none"),
    ]
    assert answer.claims[1].citations[0].passage.text == "Its flood carries dark silt to the fields of Egypt."
    assert "gold and tall reeds to Egypt [1]. (not supported)" in " ".join(answer_text(answer).split())
    assert [one.why for one in answer.struck] == [
        "The abstracts say otherwise.",
        "No abstract that was read holds “40”.",
        "No abstract that was read holds “UNESCO”.",
        "It cites only sentences that do not exist.",
    ]


def test_what_nothing_supports_is_struck_in_its_place(index: Index) -> None:
    answer = asked(
        index, f"The Nile floods every summer [{FLOODS}]. Camels drink coffee [{SOW}]. The silt makes fields fertile."
    )
    assert [claim.text for claim in answer.claims] == [
        "The Nile floods every summer.",
        "The silt makes fields fertile.",
    ]
    assert answer.struck == (Struck("Camels drink coffee.", "No sentence that was found supports this.", 1),)
    assert "coffee" not in answer.text


def test_where_it_is_set_so_unsupported_sentences_are_struck_at_once(index: Index) -> None:
    text = (
        f"The Nile floods every summer [{FLOODS}]. The silt does not make the fields fertile [{FERTILE}]. "
        f"The silt makes the fields fertile [{FLOODS}]."
    )
    answer = asked(index, text, terms=replace(TERMS, unsupported="strike"))
    assert [claim.text for claim in answer.claims] == ["The Nile floods every summer."]
    assert [(struck.why, struck.after) for struck in answer.struck] == [
        ("The abstracts say otherwise.", 1), ("No sentence that was found supports this.", 1)
    ]  # fmt: skip


def test_an_answer_that_loses_all_its_claims_becomes_the_quotes(index: Index, extractive: Answer) -> None:
    answer = asked(index, "Camels drink coffee. Tea is better.")
    assert (answer.claims, answer.text, answer.engine) == (extractive.claims, extractive.text, "extractive")
    assert len(answer.struck) == 2
    assert "Nothing that the LLM wrote is supported" in answer.notice
    assert not answer.incomplete


def test_an_answer_of_which_only_quotes_are_left_becomes_the_quotes(index: Index, extractive: Answer) -> None:
    answer = asked(index, f"The silt does not make the fields fertile [{FERTILE}].")
    assert (answer.text, answer.engine) == (extractive.text, "extractive")
    assert [struck.text for struck in answer.struck] == ["The silt does not make the fields fertile."]
    assert [n for n, _ in answer.papers] == [n for n, _ in extractive.papers]


@pytest.mark.parametrize("text", ["NOT IN THE ABSTRACTS", "The sentences do not mention this.", "I don't know."])
def test_a_draft_that_finds_no_answer_is_an_abstention_beside_what_the_reader_takes_for_one(
    index: Index, extractive: Answer, text: str
) -> None:
    answer = asked(index, text)
    assert (answer.abstained, answer.reason, answer.claims) == (True, "not_in_abstracts", ())
    assert answer.text.startswith(
        "The LLM finds no answer in the abstracts; what comes nearest, a small reader takes for"
    )
    assert {one.paper.title for one in answer.nearest} >= {paper.title for _, paper in extractive.papers}
    assert answer.nearest[0].paper.title == "The Nile"
    assert answer.usage.completion_tokens


def test_a_claim_that_reads_like_a_refusal_is_a_claim_where_it_is_supported(index: Index) -> None:
    text = "The text does not give this. The silt makes the fields fertile."
    assert asked(index, text).text == "The silt makes the fields fertile [1]."
    paper, judge = (
        Paper.from_source("Texts", "Long text cannot give better silt for fields.", paper_id="t"),
        WordedJudge(),
    )
    writer = Writer(ScriptedLLM("Long text cannot give better silt."), judge, TERMS)
    answer = Assistant(lambda: Shelf(paper), judge, IndifferentReader(), 5, 0.0, writer=writer).ask(
        Question("What gives silt for fields?")
    )
    assert (answer.text, answer.engine) == ("Long text cannot give better silt [1].", "scribe")


def test_where_the_llm_fails_the_quotes_are_shown_with_the_reason(index: Index, extractive: Answer) -> None:
    answer = asked(index, DOWN)
    assert (answer.claims, answer.text, answer.engine) == (extractive.claims, extractive.text, "extractive")
    assert answer.notice == f"{DOWN.sentence} The sentences of the abstracts are quoted instead."
    assert (answer.usage.prompt_tokens, answer.usage.requests) == (0, 1)


def test_a_broken_answer_is_shown_as_far_as_it_is_whole_and_marked(index: Index) -> None:
    lost = LLMFailed("incomplete", "The connection to the LLM was lost.")
    answer = asked(index, [f"The silt makes the fields fertile [{FERTILE}]. The Nile floods every [", lost])
    assert answer.text == "The silt makes the fields fertile [1]."
    assert answer.incomplete
    assert answer.notice == "The connection to the LLM was lost. The answer is incomplete."
    assert answer.engine == "scribe"


def test_a_break_before_the_first_whole_sentence_leaves_the_quotes(index: Index, extractive: Answer) -> None:
    answer = asked(index, ["The silt makes the", LLMFailed("incomplete", "The connection was lost.")])
    assert answer.text == extractive.text
    assert not answer.incomplete


def test_an_answer_that_was_cut_off_ends_with_its_last_whole_sentence(index: Index) -> None:
    answer = asked(
        index, [f"The silt makes the fields fertile [{FERTILE}]. The Nile floods every", Finished(cut_off=True)]
    )
    assert answer.text == "The silt makes the fields fertile [1]."
    assert answer.incomplete
    assert "incomplete" in answer.notice


@pytest.mark.parametrize("window", [None, 1500])
def test_after_an_error_about_the_context_a_smaller_prompt_is_sent_once(window: int | None) -> None:
    too_long = LLMFailed("context", "The prompt is too long for the LLM.", window=window)
    said = " ".join(
        f"In the year {n} the Nile flooded all fields of the delta for many days." for n in range(1000, 1040)
    )
    shelf, judge = Shelf(Paper.from_source("Floods", said, paper_id="floods")), WordedJudge()

    def writing(*replies: Reply) -> tuple[ScriptedLLM, Answer]:
        llm = ScriptedLLM(*replies)
        assistant = Assistant(lambda: shelf, judge, IndifferentReader(), 5, 0.0, writer=Writer(llm, judge, TERMS))
        return llm, assistant.ask(Question("What did the Nile flood?"))

    llm, answer = writing(too_long, "The Nile flooded all fields of the delta for many days.")
    assert (answer.engine, answer.usage.requests, len(llm.asked)) == ("scribe", 2, 2)
    first, second = (sum(token_count(message.content) for message in messages) for messages in llm.asked)
    assert second <= 700 < first
    again, answer = writing(too_long, too_long, "never asked")
    assert answer.notice.startswith(too_long.sentence)
    assert len(again.asked) == 2


def test_a_prompt_that_cannot_be_smaller_is_not_sent_again(index: Index) -> None:
    llm = ScriptedLLM(LLMFailed("context", "The prompt is too long for the LLM.", window=256), "never asked")
    assert assistant(index, llm).ask(WHY).engine == "extractive"
    assert len(llm.asked) == 1


def test_a_small_window_is_kept(index: Index) -> None:
    llm = ScriptedLLM("The silt makes the fields fertile.")
    assistant(index, llm, replace(TERMS, window=1600)).ask(WHY)
    assert sum(len(message.content) for message in llm.asked[0]) < 1600 * 6


def test_tokens_are_the_endpoints_or_counted_and_an_unknown_price_is_no_price(index: Index) -> None:
    text = "The silt makes the fields fertile."
    counted = asked(index, text)
    assert counted.usage.completion_tokens == 8
    assert counted.usage.prompt_tokens > 200
    assert counted.usage.cost_usd is None
    told = asked(index, [text, Finished(Usage(1000, 10))], terms=replace(TERMS, prompt_price=1.0, completion_price=2.0))
    assert replace(told.usage, cost_usd=None) == Usage(1000, 10, None, 1)
    assert told.usage.cost_usd == pytest.approx(0.00102)


def test_a_paper_keeps_its_number_whoever_writes(index: Index) -> None:
    first = asked(index, "The Indus floods every summer too.")
    assert [(n, paper.title) for n, paper in first.papers] == [(1, "The Indus")]
    llm = ScriptedLLM("The silt makes the fields fertile. The Indus floods every summer too.")
    second = assistant(index, llm).ask(Question("What does the Nile’s flood carry to the fields of Egypt?", (first,)))
    assert [(n, paper.title) for n, paper in second.papers] == [(1, "The Indus"), (2, "The Nile")]


def test_a_repeated_sentence_is_told_once_and_an_endless_draft_is_not_read_to_its_end(index: Index) -> None:
    assert len(asked(index, "The silt makes the fields fertile. " * 50).claims) == 1
    endless = asked(index, " ".join(f"Camel {n} drinks coffee [{SOW}]." for n in range(200)))
    assert len(endless.struck) == 12
    assert endless.usage.completion_tokens < 200


def test_a_long_thought_does_not_use_up_the_length_of_an_answer(index: Index) -> None:
    thought = " ".join(f"Let me look at sentence {n} of what I was given, as I must not guess." for n in range(200))
    answer = asked(index, f"{thought}\n</think>\n\nThe silt makes the fields fertile [{FERTILE}].")
    assert (answer.text, answer.struck, answer.incomplete) == ("The silt makes the fields fertile [1].", (), False)


def test_a_draft_of_nothing_but_numbers_is_not_read_to_its_end(index: Index, extractive: Answer) -> None:
    answer = asked(index, "The silt makes the fields fertile. " + "".join(f"[{n}] " for n in range(1, 9999)))
    assert (answer.text, answer.incomplete) == ("The silt makes the fields fertile [1].", True)
    assert answer.usage.completion_tokens < 4000
    numbers = asked(index, "[1] " * 9999)
    assert (numbers.text, numbers.engine) == (extractive.text, "extractive")
    assert numbers.notice.startswith("The LLM wrote no sentence that can be checked.")


def test_a_question_and_an_announcement_are_no_claims(index: Index) -> None:
    answer = asked(index, "The answer is: \nWhat does the flood carry? The silt makes the fields fertile.")
    assert answer.text == "The silt makes the fields fertile [1]."
    assert answer.struck == (Struck("What does the flood carry?", "A question claims nothing.", 0),)


def test_an_action_without_requests_asks_no_llm(index: Index, extractive: Answer) -> None:
    llm = ScriptedLLM()
    answer = assistant(index, llm).ask(WHY, Action(requests=0))
    assert (answer.text, llm.asked) == (extractive.text, [])


def test_the_json_tells_all_of_it(index: Index) -> None:
    record = answer_record(asked(index, f"The silt makes the fields fertile [{FLOODS}][9]. Camels drink coffee."))
    assert record["engine"] == "scribe"
    assert record["struck"] == [
        {"text": "Camels drink coffee.", "why": "No sentence that was found supports this.", "after": 1}
    ]
    assert record["claims"][0]["remark"]
    assert (record["notice"], record["incomplete"], record["forged_citations"]) == ("", False, 1)
    assert [step["name"] for step in record["steps"]] == ["Asked scribe", "Checked what it wrote"]
    assert record["usage"]["cost_usd"] is None
    for claim in record["claims"]:
        for citation in claim["citations"]:
            assert citation["quote"] == NILE.abstract[citation["start"] : citation["end"]]
