"""What the margin holds reads exactly as its source, with what is quoted marked."""

from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from index.passages import Passage
from tests.ui.markup import ABSTRACT, ANSWER_ID, TEXT, Read, answer_of, claim_of, refused
from ui.margin import evidence_panel, notice_panel, stretches


@given(ABSTRACT, TEXT, TEXT, st.data())
def test_the_panel_holds_the_whole_abstract_with_the_quote_marked(
    abstract: str, title: str, question: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(abstract) - 1))
    end = data.draw(st.integers(start + 1, len(abstract)))
    paper = Paper("p", title, abstract, authors=(title,), venue=title, url=title)
    read = Read(evidence_panel(answer_of((claim_of(paper, 1, start, end),), question), ANSWER_ID))
    assert read.texts["ev-abstract"] == abstract
    assert read.texts["mark"] == abstract[start:end]
    assert read.texts["h3"] == title
    assert question in read.texts["ev-head"]
    assert {tag for tag, _ in read.elements} <= {
        "section", "header", "h2", "p", "button", "article", "span", "h3", "a", "mark"
    }  # fmt: skip
    assert all(href is not None and href.startswith(("http://", "https://")) for href in read.hrefs())


def test_each_nearest_paper_shows_the_sentence_that_came_closest_marked_as_a_quotation() -> None:
    tides, waves = (Paper(title, title, "It is wet. It is deep.") for title in ("Tides", "Waves"))
    read = Read(evidence_panel(refused(Passage(tides, 0, 10), Passage(waves, 11, 22)), ANSWER_ID))
    assert read.texts["q"] == "It is wet.It is deep."
    assert [tag for tag, _ in read.elements].count("q") == 2


def test_a_sentence_that_came_closest_stands_among_its_neighbours_and_is_marked_in_its_abstract() -> None:
    far = " ".join(["Far away stand other words."] * 20)
    paper = Paper("p", "Tides", f"{far} Near before. It is deep. Near after. {far}")
    start = paper.abstract.index("It is deep.")
    read = Read(evidence_panel(refused(Passage(paper, start, start + 11)), ANSWER_ID))
    before, after = read.texts["ev-near"].split("It is deep.")
    assert before.startswith("… ")
    assert before.endswith(" Near before. ")
    assert len(before) < 160
    assert after.startswith(" Near after. ")
    assert after.endswith(" …")
    assert len(after) < 160
    assert read.texts["ev-abstract"] == paper.abstract
    assert read.texts["mark"] == "It is deep." * 2


@given(st.text(min_size=1), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4))
def test_stretches_join_to_the_abstract_and_each_span_is_covered(abstract: str, edges: list[tuple[int, int]]) -> None:
    spans = [
        (min(a, b), max(a, b), claim) for claim, (a, b) in enumerate(edges) if a != b and max(a, b) <= len(abstract)
    ]
    cut = stretches(abstract, spans)
    assert "".join(stretch.text for stretch in cut) == abstract
    for start, end, claim in spans:
        assert "".join(stretch.text for stretch in cut if claim in stretch.claims) == abstract[start:end]


def test_two_claims_on_one_paper_share_its_card() -> None:
    paper = Paper("p", "T", "One one. Two two. Three.")
    panel = Read(evidence_panel(answer_of((claim_of(paper, 4, 0, 8), claim_of(paper, 4, 9, 17))), ANSWER_ID))
    assert [attributes["id"] for tag, attributes in panel.elements if tag == "article"] == [f"ev-{ANSWER_ID}-4"]
    assert [attributes["data-claims"] for tag, attributes in panel.elements if tag == "mark"] == ["0", "1"]


def test_a_notice_is_a_sentence() -> None:
    assert Read(notice_panel("<b> is gone.")).texts["ev-none"] == "<b> is gone."
