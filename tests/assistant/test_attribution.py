"""From draft text to sentences and what they point at."""

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.grounding import Verdict
from assistant.writing.attribution import Pointed, attributed, pointed
from index.index import Hit
from index.papers import Paper
from index.passages import Passage, sentences
from tests.scripted import WordedJudge

PAPER = Paper(
    "p", "T", "The Nile floods in summer. Silt feeds the fields. Boats are slow. Code is at https://a.example/x."
)
OFFERED = sentences(Passage(PAPER, 0, len(PAPER.abstract)))
MARKS = [
    "[1]", "[2][3]", "[1,2]", "[1-3]", "(1)", "【1†source】", "［２］", "[S3]", "[[1]]", "[1", "1]", "[9]", "[0]", "[-1]", "[1][1]",
    "[1](http://e.example)", "![1](http://e.example/p.png)", "[1]: http://e.example", "[sentence 2]", "(2020)", "〔1〕", "[99999]"
]  # fmt: skip
WORDS = [
    "The Nile",
    "floods",
    "e.g.",
    "et al.",
    "3.5",
    "iDisc",
    "no",
    "深度。",
    "“so”",
    "(as ever)",
    "**bold**",
    "\u202e",
    "`[1]`",
]
DRAFT = st.lists(
    st.one_of(
        st.sampled_from([*MARKS, *WORDS, ".", ". ", "? ", " ", "\n", "\n- ", "\n1. "]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    ),
    max_size=40,
).map("".join)


def read(text: str) -> list[Pointed]:
    return [*pointed([text], OFFERED)]


@pytest.mark.parametrize(
    ("marked", "numbers", "forged"),
    [
        ("It floods [3].", (3,), 0),
        ("It floods.[3]", (3,), 0),
        ("It floods. [3]", (3,), 0),
        ("It floods.\n[3]", (3,), 0),
        ("It floods [1,2].", (1, 2), 0),
        ("It floods [1; 2].", (1, 2), 0),
        ("It floods [1 and 2].", (1, 2), 0),
        ("It floods [1-3].", (1, 2, 3), 0),
        ("It floods [1][3].", (1, 3), 0),
        ("It floods [1][1].", (1,), 0),
        ("It floods (1).", (1,), 0),
        ("It floods (1)(2).", (1, 2), 0),
        ("It floods 【1†source】.", (1,), 0),
        ("It floods [２].", (2,), 0),
        ("It floods ［２］.", (2,), 0),
        ("It floods [S3].", (3,), 0),
        ("It floods [[1]].", (1,), 0),
        ("It [1] floods [2].", (2, 1), 0),
        ("It floods [9].", (), 1),
        ("It floods [0].", (), 1),
        ("It floods [-1].", (), 1),
        ("It floods [2, 9].", (2,), 1),
        ("It floods [1](http://evil.example/a).", (1,), 0),
        ("![It](http://evil.example/p.png) floods.", (), 0),
        ("It floods [2", (2,), 0),
        ("It floods[^2].", (2,), 0),
        ("It floods [+1].", (1,), 0),
        ("It floods [②].", (2,), 0),
        ("It floods².", (2,), 0),
        ("It floods.³", (3,), 0),
        ("It floods ¹,².", (1, 2), 0),
        ("It floods¹⁻³.", (1, 2, 3), 0),
        ("It floods [1.5].", (), 1),
        ("It floods [0x1].", (), 1),
        ("It floods [1%].", (), 1),
        ("According to sentence 2, it floods.", (2,), 0),
        ("According to [2], it floods.", (2,), 0),
        ("As sentences 1 and 2 show, it floods.", (1, 2), 0),
        ("Sentence 2 says that it floods.", (2,), 0),
        ("Sentence [2] clearly states it floods.", (2,), 0),
        ("Sentence 3: It floods.", (3,), 0),
        ("It floods, as stated in sentences 1-3.", (1, 2, 3), 0),
        ("It floods (see sentence 2).", (2,), 0),
        ("Assistant: It floods [2].", (2,), 0),
    ],
)
def test_a_marker_is_read_however_it_is_written(marked: str, numbers: tuple[int, ...], forged: int) -> None:
    (sentence,) = read(marked)
    assert sentence.text.rstrip(".") == "It floods"
    assert (set(sentence.numbers), sentence.forged) == (set(numbers), forged)


@pytest.mark.parametrize(
    "text",
    [
        "It is 10² m² wide.",
        "R² is 0.9.",
        "According to sentence 9, it floods.",
        "In 2019, it flooded.",
        "From 3 wells.",
    ],
)
def test_what_names_no_offered_sentence_stays(text: str) -> None:
    assert read(text) == [Pointed(text)]


@pytest.mark.parametrize("gap", [" ", "\n", "\n\n- "])
def test_markers_that_lead_their_sentences_belong_to_them(gap: str) -> None:
    sentences = read(f"[1] It floods.{gap}[2] Silt feeds.{gap}[1][3] Boats are slow.")
    assert [(one.text, one.numbers) for one in sentences] == [
        ("It floods.", (1,)), ("Silt feeds.", (2,)), ("Boats are slow.", (1, 3))
    ]  # fmt: skip


@given(DRAFT, st.data())
def test_a_draft_is_read_alike_in_whatever_pieces_it_comes(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert [*pointed(pieces, OFFERED)] == read(text)


@given(DRAFT)
def test_whatever_is_pointed_at_was_offered_and_no_marker_is_left(text: str) -> None:
    for sentence in read(text):
        assert all(1 <= number <= len(OFFERED) for number in sentence.numbers)
        assert len({*sentence.numbers}) == len(sentence.numbers)
        assert not re.search(r"[\[［【〔]\s*[sS]?\d+\s*[\]］】〕]", sentence.text)
        assert not re.search(r"https?://(?!a\.example/x)\w", sentence.text)
        assert "\u202e" not in sentence.text


@given(st.lists(st.sampled_from(["Rivers", "flood", "in", "June", "(often)", "3.5", "it", "“so”"]), min_size=1))
def test_words_without_markers_stay_as_they_are(words: list[str]) -> None:
    text = f"We say {' '.join(words)}."
    assert [sentence.text for sentence in read(text)] == [text]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_whatever_raises(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    "part", ["word ", "a. ", "[1] ", "(1) a", "[", "x", "]a", ")a ", "** ", "http://a.b/", "[a](", "\n", "[1,", "[s 1 and "]
)  # fmt: skip
def test_sixty_kilobytes_of_anything_are_read_in_seconds(part: str) -> None:
    began = time.process_time()
    assert all(len(sentence.text) <= 2000 for sentence in read(part * (60_000 // len(part))))
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Two are used, e.g. LSTMs [1]. Smith et al. agree [2]. J. Doe too.",
         ["Two are used, e.g. LSTMs.", "Smith et al. agree.", "J. Doe too."]),
        ("- First point [1]\n- Second point [2]\n\nSources:\n[1] [2]", ["First point", "Second point"]),
        ("**Answer:** It reaches 3.5 (2020). Done.", ["It reaches 3.5 (2020).", "Done."]),
        ("深度很重要。[1]次に。", ["深度很重要。", "次に。"]),
        ("See [1] http://evil.example/x and https://a.example/x.", ["See and https://a.example/x."]),
        ("", []),
        (" [1] ", []),
    ],
)  # fmt: skip
def test_a_draft_is_cut_into_its_sentences(text: str, parts: list[str]) -> None:
    assert [sentence.text for sentence in read(text)] == parts


@pytest.mark.parametrize(
    "text",
    ["NOT IN THE ABSTRACTS", "Not in the abstracts.", "The sentences do not answer the question.", "I don't know.",
     "The provided abstracts do not contain information about this.", "There is no mention of the cost.",
     "The number of layers is not mentioned in the given sentences.", "None of the passages can't say. I cannot answer."],
)  # fmt: skip
def test_a_refusal_is_known_for_one(text: str) -> None:
    assert any(sentence.refuses for sentence in read(text))


@pytest.mark.parametrize(
    "text", ["Deep layers do not contribute.", "The model does not need labels.", "No labels help."]
)
def test_a_negation_is_no_refusal(text: str) -> None:
    assert not any(sentence.refuses for sentence in read(text))


class Said:
    """Every sentence, as near to the claim as any other."""

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:  # noqa: ARG002
        return tuple(Hit(one, 0.5) for paper in papers for one in sentences(Passage(paper, 0, len(paper.abstract))))


@pytest.mark.parametrize(
    ("claim", "found", "support"),
    [
        ("The fields are fed by silt.", ["Silt feeds the fields."], "partial"),
        ("The Nile floods in summer and silt feeds fields.", ["The Nile floods in summer.", "Silt feeds the fields."], "full"),
        ("Boats are not slow.", ["Boats are slow."], "contradicted"),
        ("Camels carry salt.", None, "none"),
    ],
)  # fmt: skip
def test_a_claim_without_a_number_goes_to_what_supports_it_best(
    claim: str, found: list[str] | None, support: str
) -> None:
    passages, verdict = attributed(claim, OFFERED, Said(), WordedJudge())
    assert verdict.support == support
    assert found is None or {one.text for one in passages} == {*found}


def test_where_nothing_was_offered_nothing_supports() -> None:
    assert attributed("Boats are slow.", (), Said(), WordedJudge())[0] == ()


class _Credulous:
    """Finds every claim supported by anything."""

    def support(self, claim: str, evidence: Sequence[Passage]) -> Verdict:  # noqa: ARG002 - the names are the Protocol's
        return Verdict("full", 0.9, 0.0) if evidence else Verdict("none", 0.0, 0.0)


def test_a_claim_that_nobody_pointed_for_is_not_tied_to_a_sentence_with_few_of_its_words() -> None:
    assert attributed("It also cures cancer in all mice.", OFFERED, Said(), _Credulous())[0] == ()
    assert attributed("Boats are slow.", OFFERED, Said(), _Credulous())[1].support == "full"
