"""What sources say of papers that were retracted or withdrawn, in every format that can say it."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from index.papers import Paper
from index.readers import read_corpus
from index.readers.records import Read, Record
from index.readers.retractions import is_retracted_kind, says_retracted
from tests.index import test_acl_anthology, test_arxiv_atom, test_arxiv_oai, test_nbib, test_pubmed
from tests.index.test_bibtex import read as read_bib
from tests.index.test_json_records import read_json
from tests.index.test_ris import read as read_ris
from tests.index.test_tabular import read as read_csv

SAMPLES = Path(__file__).parent / "samples"
ABSTRACT = "Socks of copper lowered the pressure of sixty adults by a half."


def first(reads: Iterable[Read]) -> Paper:
    return next(read.paper for read in reads if isinstance(read, Record))


def of_json(shape: str) -> Callable[[dict[str, Any]], Paper]:
    inverted = {word: [place] for place, word in enumerate(ABSTRACT.split())}
    own: dict[str, dict[str, Any]] = {
        "openalex": {"id": "https://openalex.org/W1", "abstract_inverted_index": inverted},
        "crossref": {"DOI": "10.1/a", "title": ["On socks"]},
        "csl-json": {"id": "a", "type": "article"},
        "kaggle-arxiv": {"id": "2401.00001"},
    }
    record: dict[str, Any] = {"title": "On socks", "abstract": ABSTRACT, **own.get(shape, {})}
    return lambda more: first(read_json(json.dumps(record | more), shape))


@pytest.mark.parametrize(
    ("shape", "more", "retracted"),
    [
        ("openalex", {"is_retracted": True}, True),
        ("openalex", {"is_retracted": False}, False),
        ("openalex", {"is_retracted": "no"}, False),
        ("crossref", {"updated-by": [{"type": "retraction", "DOI": "10.1/b"}]}, True),
        ("crossref", {"updated-by": [{"type": "Withdrawal", "DOI": "10.1/b"}]}, True),
        ("crossref", {"updated-by": [{"type": "correction", "DOI": "10.1/b"}]}, False),
        ("crossref", {"update-to": [{"type": "retraction", "DOI": "10.1/A"}]}, True),
        ("crossref", {"update-to": [{"type": "retraction", "DOI": "10.1/b"}]}, False),
        ("crossref", {"updated-by": "?"}, False),
        ("csl-json", {"note": "Retracted in 2014"}, True),
        ("csl-json", {"note": "PMID: 7"}, False),
        ("kaggle-arxiv", {"comments": "Withdrawn by the author: the claim is wrong"}, True),
        ("kaggle-arxiv", {"comments": "12 pages; replaces the withdrawn 2301.00001"}, False),
        ("kaggle-arxiv", {"comments": None}, False),
        ("jsonl", {"retracted": True}, True),
        ("jsonl", {"retracted": "a lung"}, False),
    ],
)
def test_json_says_it_in_the_field_of_its_shape(shape: str, more: dict[str, Any], retracted: bool) -> None:  # noqa: FBT001
    assert of_json(shape)(more).retracted is retracted


@pytest.mark.parametrize(
    ("line", "retracted"),
    [
        ("N1  - Retracted", True),
        ("N1  - <p>This article has been retracted: see J Odd 2014</p>", True),
        ("M3  - Article; Retracted Publication", True),
        ("KW  - Retracted article", True),
        ("M3  - Retraction", False),
        ("N1  - Cites a paper that was retracted", False),
        ("KW  - retraction of lungs", False),
    ],
)
def test_ris_says_it_in_notes_kinds_and_keywords(line: str, retracted: bool) -> None:  # noqa: FBT001
    assert first(read_ris(f"TY  - JOUR\nTI  - T\nAB  - {ABSTRACT}\n{line}\nER  - \n")).retracted is retracted


@pytest.mark.parametrize(
    ("field", "retracted"),
    [
        ("note = {Retracted}", True),
        ("annote = {This paper was withdrawn by its authors.}", True),
        ("Type = {{Article; Retracted Publication}}", True),
        ("keywords = {socks, Retracted}", True),
        ("note = {arXiv: 2401.00001}", False),
        ("Type = {{Retraction}}", False),
    ],
)
def test_bibtex_says_it_in_notes_kinds_and_keywords(field: str, retracted: bool) -> None:  # noqa: FBT001
    assert first(read_bib(f"@article{{k, title={{T}}, abstract={{{ABSTRACT}}}, {field}}}")).retracted is retracted


@pytest.mark.parametrize(
    ("column", "cell", "retracted"),
    [
        ("Document Type", "Retracted", True),
        ("Document Type", "Article; Retracted Publication", True),
        ("DT", "Withdrawn Publication", True),
        ("Document Type", "Erratum", False),
        ("is_retracted", "TRUE", True),
        ("is_retracted", "False", False),
        ("Notes", "Paper withdrawn by the authors", True),
        ("Notes,Notes", "12 pages,Retracted", True),
    ],
)
def test_a_table_says_it_in_a_column(column: str, cell: str, retracted: bool) -> None:  # noqa: FBT001
    assert first(read_csv(f"Title,Abstract,{column}\nT,{ABSTRACT},{cell}\n")).retracted is retracted


@pytest.mark.parametrize(
    ("more", "retracted"),
    [
        ("PT  - Retracted Publication", True),
        ("RIN - J Odd. 2014;1:1. PMID: 2", True),
        ("PT  - Retraction of Publication\nROF - J Odd. 2012;1:1. PMID: 3", False),
    ],
)
def test_nbib_says_it_in_its_kinds_and_links(more: str, retracted: bool) -> None:  # noqa: FBT001
    record = f"PMID- 1\nOWN - NLM\nTI  - T\nAB  - {ABSTRACT}\nPT  - Journal Article\n{more}\n"
    assert first(test_nbib.read(record.encode())).retracted is retracted


ARTICLE = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T</ArticleTitle><Abstract>"
    f"<AbstractText>{ABSTRACT}</AbstractText></Abstract>%s</Article>%s</MedlineCitation></PubmedArticle></PubmedArticleSet>"
)
KIND = "<PublicationTypeList><PublicationType>%s</PublicationType></PublicationTypeList>"
LINK = '<CommentsCorrectionsList><CommentsCorrections RefType="%s"><PMID>2</PMID></CommentsCorrections></CommentsCorrectionsList>'


@pytest.mark.parametrize(
    ("kind", "link", "retracted"),
    [
        ("Retracted Publication", "Cites", True),
        ("Journal Article", "RetractionIn", True),
        ("Retraction of Publication", "RetractionOf", False),
        ("Journal Article", "ErratumIn", False),
    ],
)
def test_pubmed_says_it_in_its_kinds_and_links(kind: str, link: str, retracted: bool) -> None:  # noqa: FBT001
    assert first(test_pubmed.read(ARTICLE % (KIND % kind, LINK % link))).retracted is retracted


def test_arxiv_says_it_in_its_comments() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>'
        f"<id>http://arxiv.org/abs/2401.00001v2</id><title>T</title><summary>{ABSTRACT}</summary>"
        "<arxiv:comment>%s</arxiv:comment></entry></feed>"
    )
    assert first(test_arxiv_atom.read(atom % "This paper has been withdrawn")).retracted
    assert not first(test_arxiv_atom.read(atom % "12 pages, 3 figures")).retracted
    oai = (SAMPLES / "arxiv_oai.xml").read_text(encoding="utf-8")
    assert first(test_arxiv_oai.read(oai.replace("9 pages", "9 pages, withdrawn due to an error"))).retracted
    assert not first(test_arxiv_oai.read(oai)).retracted


def test_a_last_version_without_files_is_withdrawn() -> None:
    raw = (SAMPLES / "arxiv_oai_raw.xml").read_text(encoding="utf-8")
    assert not first(test_arxiv_oai.read(raw)).retracted
    assert first(test_arxiv_oai.read(re.sub(r"(.*<size>)\d+kb", r"\g<1>0kb", raw, flags=re.DOTALL))).retracted


def test_the_anthology_says_it_in_an_element() -> None:
    paper = f'<paper id="1"><title>T</title><abstract>{ABSTRACT}</abstract>%s</paper>'
    whole = f'<collection id="2020.acl"><volume id="main"><meta><year>2020</year></meta>{paper}</volume></collection>'
    assert first(test_acl_anthology.read(whole % '<retracted date="2021-01-01">No.</retracted>')).retracted
    assert not first(test_acl_anthology.read(whole % "")).retracted


@pytest.mark.parametrize(
    "note",
    [
        "Retracted",
        "withdrawn",
        "RETRACTED ARTICLE",
        "The paper is withdrawn due to an error in Lemma 3",
        "This submission has been withdrawn by arXiv administrators",
        "arXiv admin note: submission has been withdrawn by arXiv",
        "v2: withdrawn because of an error",
        "This paper has now been withdrawn",
    ],
)
def test_a_note_says_it_of_its_paper(note: str) -> None:
    assert says_retracted(note)


@pytest.mark.parametrize(
    "note",
    [
        "Section 4 withdrawn",
        "Comment on a withdrawn paper",
        "We study retracted papers",
        "Retraction Watch data",
        "Withdrawal symptoms",
        "retraction of the lungs",
    ],
)
def test_a_note_on_other_papers_or_on_a_part_says_nothing_of_its_own(note: str) -> None:
    assert not says_retracted(note)


def test_a_kind_that_is_no_text_is_none() -> None:
    assert not any(map(is_retracted_kind, (None, 7, [None], {}, "")))


LAKES = "Otters of the northern lakes eat crayfish at night. We followed 40 of them for two years."


@pytest.mark.parametrize(
    "written",
    [
        f"%0 Journal Article\n%T On otters\n%9 Retracted Publication\n%X {LAKES}\n",
        f"%0 Journal Article\n%T On otters\n%Z Retraction in: J Odd 2020\n%X {LAKES}\n",
        f"TY  - JOUR\nTI  - On otters\nAB  - {LAKES}\nN1  - Retraction in: J Odd 2020\nER  - \n",
        f"1. J Odd. 2020 Mar;3(2):1-9.\n\nOn otters.\n\nMoss A(1).\n\nRetraction in\n    J Odd. 2021;4:5.\n\n{LAKES}\n\nPMID: 9001\n",
        "<xml><records><record><ref-type name='Journal Article'>17</ref-type><titles><title>On otters</title></titles>"
        f"<abstract>{LAKES}</abstract><notes>Retracted</notes></record></records></xml>",
    ],
)
def test_a_retraction_is_read_where_reference_managers_keep_it(written: str, tmp_path: Path) -> None:
    (tmp_path / "library").write_text(written)
    (paper,) = (each.paper for each in read_corpus([str(tmp_path / "library")]) if isinstance(each, Record))
    assert paper.retracted


@pytest.mark.parametrize(
    "note", ["Retraction of: J Odd 2019", "On retraction in science", "A case of lung retraction in rats"]
)
def test_what_retracts_another_or_speaks_of_retractions_is_not_retracted(note: str, tmp_path: Path) -> None:
    (tmp_path / "library").write_text(f"%0 Journal Article\n%T On otters\n%Z {note}\n%X {LAKES}\n")
    (paper,) = (each.paper for each in read_corpus([str(tmp_path / "library")]) if isinstance(each, Record))
    assert not paper.retracted
