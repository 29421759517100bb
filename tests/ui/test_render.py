"""What is rendered reads exactly as its source, and nothing in it becomes markup."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import RECORD, Answer, Citation, Claim, Evidence, Reason, Step, Struck, Support, Usage
from index.papers import Paper
from index.passages import Passage
from tests.ui.markup import ABSTRACT, ANSWER_ID, TEXT, Read, answer_of, claim_of, refused, skeleton
from ui.bubbles import WHY, answer_bubble, question_bubble, turn_bubble
from ui.margin import evidence_panel
from ui.render import SUPPORT, byline, safe_url, verbatim
from ui.terminal import answer_text
from ui.turns import Turn


@given(TEXT)
def test_escaped_text_reads_as_its_source(text: str) -> None:
    assert unescape(verbatim(text)) == text


@given(TEXT)
def test_escaped_text_holds_nothing_that_markup_starts_with(text: str) -> None:
    assert not re.search(r"[<>\"'`*_~$\\\[\](){}!|#+.:/@=\n\t-]", re.sub(r"&#\d+;", "", verbatim(text)))


def draft_bubble(text: str) -> str:
    return turn_bubble(Turn(ANSWER_ID, "Why?", said=text), growing=True)


@pytest.mark.parametrize("bubble", [question_bubble, draft_bubble], ids=["question", "draft"])
@given(text=TEXT)
def test_a_bubble_is_one_line_with_the_text_and_no_tag_from_it(bubble: Callable[[str], str], text: str) -> None:
    html = bubble(text)
    assert "\n" not in html
    assert skeleton(html) == skeleton(bubble("words" if text else ""))
    if text:
        assert text in unescape(re.sub(r"<[^>]*>", "", html))


@given(ABSTRACT, TEXT, st.integers(1, 99))
def test_only_the_citations_of_a_claim_become_links(abstract: str, title: str, n: int) -> None:
    paper = Paper("p", title, abstract)
    read = Read(answer_bubble(answer_of((claim_of(paper, n, 0, len(abstract)),)), ANSWER_ID))
    assert read.hrefs() == [f"#ev-{ANSWER_ID}-{n}-0"]
    assert read.texts["cite"] == f"[{n}]"
    assert {tag for tag, _ in read.elements} == {"div", "p", "a", "span"}
    assert {each["title"] for tag, each in read.elements if each.get("class") == "cite"} == {title}
    said = read.texts["claim"].removesuffix("\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}❝\N{NO-BREAK SPACE}quoted")
    assert said.replace(f"\N{NO-BREAK SPACE}[{n}]", "", 1) == abstract or f"\N{NO-BREAK SPACE}[{n}]" in abstract


@given(TEXT)
def test_nearest_papers_and_their_sentences_are_text_too(text: str) -> None:
    paper = Paper("p", text, text, authors=(text, "B", "C", "D"))
    answer = Answer(text, Evidence(text, ()), (), text, "no_evidence", (Passage(paper, 0, len(text)),))
    read = Read(evidence_panel(answer, ANSWER_ID))
    assert read.texts["h3"] == read.texts["q"] == text
    assert skeleton(evidence_panel(answer, ANSWER_ID)).count("article") == 1
    assert set(skeleton(answer_bubble(answer, ANSWER_ID))) == {"div", "p", "a"}


@pytest.mark.parametrize(
    ("reason", "url", "links"),
    [
        ("not_in_abstracts", "https://a.example/x?y=1&z=2", ["https://a.example/x?y=1&z=2"]),
        ("not_in_abstracts", "javascript:alert(1)", []),
        ("no_evidence", "https://a.example/x", []),
    ],
)
def test_where_the_abstract_does_not_say_the_paper_is_linked(reason: Reason, url: str, links: list[str]) -> None:
    closest = Passage(Paper("p", "T", "A", url=url), 0, 1)
    answer = Answer("Why?", Evidence("Why?", ()), (), "It does not say.", reason, (closest,))
    assert Read(answer_bubble(answer, ANSWER_ID)).hrefs() == links


def test_a_terminal_shows_beneath_each_nearest_paper_the_sentence_that_came_closest() -> None:
    tides = Paper("t", "Tides", "It is wet. It is \x1b[31mdeep.", year=1999)
    waves = Paper("w", "Waves", "It is " + "very " * 30 + "wet.")
    text = answer_text(refused(Passage(tides, 11, len(tides.abstract)), Passage(waves, 0, len(waves.abstract))))
    said, nearest = text.split("\n\n")
    heading, first, quote, second, *rest = nearest.split("\n")
    assert said == "The abstracts do not answer this."
    assert (heading, first, second) == ("Nearest papers:", "- Tides (1999)", "- Waves")
    assert quote == "    “It is [31mdeep.”"
    assert len(rest) > 1
    assert all(line.startswith("    ") for line in rest)
    assert " ".join(map(str.strip, rest)) == f"“{waves.abstract}”"


@given(TEXT)
def test_only_web_addresses_are_links(text: str) -> None:
    url = safe_url(text)
    assert url is None or re.match(r"https?://[^/]", url)


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "data:text/html,a", "//a", "http://", "file:///a", "http://[a"]
)
def test_what_is_no_web_address_is_no_link(url: str | None) -> None:
    assert safe_url(url) is None


def test_a_web_address_stays_as_it_is() -> None:
    assert safe_url(" https://arxiv.org/abs/2401.00001?a=b&c#d ") == "https://arxiv.org/abs/2401.00001?a=b&c#d"


@pytest.mark.parametrize("support", SUPPORT)
def test_a_badge_says_its_verdict_in_a_shape_a_word_and_a_sentence(support: Support) -> None:
    shape, meaning = SUPPORT[support]
    claim = replace(claim_of(Paper("p", "T", "One."), 1, 0, 4, support), text="Another.")
    html = answer_bubble(answer_of((claim,)), ANSWER_ID)
    assert Read(html).texts[f"badge {support}"] == f"{shape}\N{NO-BREAK SPACE}{support}"
    assert meaning in unescape(html)
    assert f"{shape} {support}: {meaning}" in unescape(evidence_panel(answer_of((claim,)), ANSWER_ID))


def test_the_words_of_an_abstract_are_quoted_and_how_far_they_are_supported_is_not_asked() -> None:
    answer = answer_of((claim_of(Paper("p", "T", "One. Two."), 1, 0, 4, "full"),))
    html = answer_bubble(answer, ANSWER_ID)
    assert Read(html).texts["badge quoted"] == "❝\N{NO-BREAK SPACE}quoted"
    assert "the words of the abstract" in unescape(html)
    assert "ev-support" not in evidence_panel(answer, ANSWER_ID)


@pytest.mark.parametrize("reason", ["no_evidence", "out_of_scope"])
def test_a_refusal_never_says_that_nothing_comes_close_beside_what_came_closest(reason: Reason) -> None:
    assert "close enough" not in WHY[reason]
    assert "Nothing" not in WHY[reason]


def test_the_marker_stands_before_the_final_stop() -> None:
    paper = Paper("p", "T", "It doubles (“twice.”)")
    html = answer_bubble(answer_of((claim_of(paper, 1, 0, len(paper.abstract)),)), ANSWER_ID)
    assert Read(html).texts["claim"].startswith("It doubles (“twice\N{NO-BREAK SPACE}[1].”)")


@pytest.mark.parametrize(
    ("paper", "line"),
    [
        (Paper("p", "T", "A"), ""),
        (Paper("p", "T", "A", ("A B", "C D", "E F"), 2024), "A B, C D, E F · 2024"),
        (Paper("p", "T", "A", ("A", "B", "C", "D"), 2024, "ACL"), "A, B, C et al. · 2024 · ACL"),
    ],
)
def test_a_byline_says_what_is_known(paper: Paper, line: str) -> None:
    assert byline(paper) == line


@given(TEXT, TEXT)
def test_what_an_llm_wrote_and_what_became_of_it_is_text(text: str, why: str) -> None:
    claim = claim_of(Paper("p", "T", "One."), 1, 0, 4)
    answer = replace(
        answer_of((replace(claim, remark=why),)),
        engine=text,
        notice=why or "So.",
        struck=(Struck(text, why, 0), Struck(text, why, 1)),
        steps=(Step(text, why),),
        usage=Usage(1000, 234, None, 2),
    )
    read = Read(answer_bubble(answer, ANSWER_ID))
    assert read.texts["s"] == text + text
    assert read.texts["li"] == f"{text}: {why}"
    assert "2 requests, 1,234 tokens, cost unknown" in read.texts["about"]
    assert read.hrefs() == [f"#ev-{ANSWER_ID}-1-0"]
    assert {tag for tag, _ in read.elements} <= {"div", "p", "s", "a", "span", "details", "summary", "ol", "li"}


@given(ABSTRACT, ABSTRACT)
def test_a_comparison_is_a_table_where_one_is_asked_for(first: str, second: str) -> None:
    claims = tuple(
        replace(claim_of(Paper(name, "T", text), n, 0, len(text)), heading=name)
        for n, (name, text) in enumerate([("<b>One", first), ("Two", second)], start=1)
    )
    answer = answer_of(claims, "Compare one and two.")
    for compared in (replace(answer, compares=True), replace(answer, question="One and two in a table")):
        read = Read(answer_bubble(compared, ANSWER_ID))
        assert read.texts["th"] == "<b>OneTwo"
        assert read.texts["from"] == "TT"
        assert read.hrefs() == [f"#ev-{ANSWER_ID}-1-0", f"#ev-{ANSWER_ID}-2-1"]
    assert "table" not in skeleton(answer_bubble(answer, ANSWER_ID))


def test_a_claim_in_other_words_stands_in_a_comparison_with_what_it_rests_on() -> None:
    claims = tuple(
        replace(claim_of(Paper(name, "T", "It is so."), 1, 0, 9), text="It may be so.", heading=name)
        for name in ("One", "Two")
    )
    read = Read(answer_bubble(replace(answer_of(claims), compares=True), ANSWER_ID))
    assert read.texts["q"] == "It is so." * 2


def test_what_a_question_was_taken_to_mean_stands_above_the_answer_in_one_short_line() -> None:
    answer = replace(answer_of((claim_of(Paper("p", "T", "One."), 1, 0, 4),)), evidence=Evidence("long " * 400, ()))
    meant = Read(answer_bubble(answer, ANSWER_ID)).texts["meant"]
    assert meant.startswith("Taken to mean: long long")
    assert meant.endswith("…")
    assert len(meant) < 180


@pytest.mark.parametrize(("incomplete", "verdict"), [(True, "Incomplete"), (False, "Quoted without the LLM")])
def test_where_an_llm_failed_the_answer_says_why(incomplete: bool, verdict: str) -> None:  # noqa: FBT001
    answer = replace(
        answer_of((claim_of(Paper("p", "T", "One."), 1, 0, 4),)), notice="It is off.", incomplete=incomplete
    )
    read = Read(answer_bubble(answer, ANSWER_ID))
    assert (read.texts["verdict"], read.texts["why"]) == (verdict, "It is off.")


def test_what_the_record_says_wears_a_badge_of_its_own_and_is_not_called_unscored() -> None:
    paper = Paper("p", "Tides", "The tide comes twice a day.")
    citation = Citation(1, Passage(paper, 0, len(paper.abstract)))
    claim = Claim("“Tides” was written by Ada Byron.", (citation,), "unscored", None, RECORD)
    answer = replace(answer_of((claim,)), engine=RECORD, missing=("No source gave the year of “Tides”.",))
    bubble, panel = Read(answer_bubble(answer, ANSWER_ID)), Read(evidence_panel(answer, ANSWER_ID))
    assert bubble.texts["badge recorded"] == "▤\N{NO-BREAK SPACE}from the record"
    assert bubble.texts["verdict"] == "Not in the record"
    assert "from the record" in bubble.texts["about"]
    assert "passages found" not in bubble.texts["about"]
    assert panel.texts["ev-support"].startswith("▤ from the record: ")
    assert panel.texts["mark"] == paper.abstract
    assert "unscored" not in " ".join([*bubble.texts.values(), *panel.texts.values()])


def test_a_terminal_prints_what_the_record_says_a_paper_a_line() -> None:
    papers = [Paper(title, title, "It is wet.") for title in ("Tides", "Waves")]
    claims = tuple(
        Claim(f"“{paper.title}”.", (Citation(n, Passage(paper, 0, 10)),), "unscored", None, RECORD)
        for n, paper in enumerate(papers, start=1)
    )
    answer = replace(answer_of(claims), preface="This corpus holds 2 papers.", engine=RECORD)
    assert answer_text(answer).split("\n\n")[:2] == [
        "This corpus holds 2 papers.\n“Tides” [1].\n“Waves” [2].",
        "(from the record)",
    ]


def test_a_retracted_paper_says_so_beside_its_citation_and_on_its_card() -> None:
    paper = Paper("p", "On socks", "Socks warm.", retracted=True)
    answer = answer_of((claim_of(paper, 1, 0, 11),))
    assert Read(answer_bubble(answer, ANSWER_ID)).texts["badge retracted"] == "retracted"
    assert Read(evidence_panel(answer, ANSWER_ID)).texts["ev-meta"] == "RETRACTED"
    assert "Socks warm [1, RETRACTED]." in answer_text(answer)
    assert "[1] On socks (RETRACTED)" in answer_text(answer)


def test_a_paper_that_stands_has_no_word_beside_its_citation() -> None:
    paper = Paper("p", "On socks", "Socks warm.")
    answer = replace(answer_of((claim_of(paper, 1, 0, 11),)), text="Socks warm [1].")
    assert "badge retracted" not in Read(answer_bubble(answer, ANSWER_ID)).texts
    assert answer_text(answer).startswith("Socks warm [1].")
