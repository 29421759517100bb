"""BibTeX and BibLaTeX."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from index.readers import bibtex
from index.readers.records import MAX_RECORD_BYTES, Read, Record, Rejected, Remark, Source

SAMPLES = Path(__file__).parent / "samples"
ABSTRACT = "We read the words of an entry with care, and keep every one."


def read(content: str | bytes) -> list[Read]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(bibtex.read(Source(io.BytesIO(raw), "x.bib")))


def sample(name: str) -> list[Read]:
    return read((SAMPLES / name).read_bytes())


def papers(records: list[Read]) -> list[Paper]:
    return [record.paper for record in records if isinstance(record, Record)]


def notes(records: list[Read]) -> list[tuple[int, str, str | None]]:
    return [(r.number, r.code, r.record_id) for r in records if isinstance(r, Rejected | Remark)]


def entry(key: str, more: str = "") -> str:
    return f"@article{{{key},\n  title = {{Title of {key}}},\n  abstract = {{{ABSTRACT}}},{more}\n}}\n"


def one(more: str) -> Paper:
    (paper,) = papers(read(entry("key", more)))
    return paper


def test_a_zotero_export_is_read_with_its_latex_decoded() -> None:
    records = sample("zotero.bib")
    first, second = papers(records)
    assert first == Paper(
        paper_id="10.5555/s41586-021-00001-2",
        title="Pruning Sparse Transformers without Retraining: A β-Divergence View",
        abstract="Pruning removes weights that a network can do without. We show that 42% of the weights of a "
        "transformer can be removed at a β-divergence below 10^-3, with no retraining. Our code & models are released "
        "under an MIT licence.",
        authors=("Ana Marlowe", "Jón Núñez-Östberg", "Rianne van den Berg", "The Sparse Computing Group"),
        year=2021,
        venue="Journal of Sparse Computing",
        url="https://www.example.org/articles/s41586_021-03819~2?via=ihub&x=50%25",
        doi="10.5555/s41586-021-00001-2",
    )
    assert (second.paper_id, second.arxiv_id) == ("2301.00001", "2301.00001")
    assert second.abstract.endswith("(>600 readers).")
    assert notes(records) == [(37, "NO_ABSTRACT", "tan_handbook_1999")]


def test_the_acl_anthology_is_read_with_its_strings_and_its_ids() -> None:
    records = sample("acl_anthology.bib")
    first, second = papers(records)
    assert first.venue == "Proceedings of the Association for Computational Linguistics (Volume 1: Long Papers)"
    assert first.authors == ("Dana Hale", "Kurt Gödel-Łukasz", "Ravi Iyer")
    assert first.title == "GlossNet: Glossing Words the Bayesian Way"
    assert first.abstract.endswith("by 7.7% (from 72.8% to 80.5%) — at a cost of $20 per corpus.")
    assert second.paper_id == "acl:W01-9999"
    assert [record.number for record in records if isinstance(record, Record)] == [15, 32]
    assert notes(records) == [(4, "NO_ABSTRACT", "acl-2020-association")]


def test_biblatex_fields_and_its_names_in_parts_are_read() -> None:
    first, second = papers(sample("better_biblatex.bib"))
    assert first.title == "Graphs of Margins: Links between Notes"
    assert first.authors == ("Rianne van den Berg", "Åsa Lindqvist")
    assert (first.year, first.arxiv_id) == (2020, "2011.12345")
    assert (second.year, second.venue) == (2018, "Revue des Manuscrits")
    assert second.abstract.endswith("less than 3 %.")


def test_a_citation_key_used_twice_is_remarked_and_both_papers_are_kept() -> None:
    records = sample("google_scholar.bib")
    assert [paper.title for paper in papers(records)] == [
        "Reading between the lines with BERT-like models",
        "Reading the lines",
    ]
    assert papers(records)[0].arxiv_id == "1810.99999"
    assert papers(records)[0].authors == ("Jane Doe", "Wei Li")
    assert notes(records) == [(8, "DUPLICATE", "doe2018reading")]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("@article{bad, title = {One {brace missing}, abstract = {Words.}}\n", "BIBTEX"),
        ("@article{bad, title = {Cut off in the mid", "BIBTEX"),
        ("@article{bad, title = {One too many}}, abstract = {Words.}}\n", "BIBTEX"),
        ("@article{bad, title = {No comma} abstract = {Words of no use.}}\n", "BIBTEX"),
        ("@article{bad, title = }\n", "BIBTEX"),
        ('@article{bad, title = "A "quoted" word", abstract = {Words.}}\n', "BIBTEX"),
        ("@article{bad, title {No sign}, abstract = {Words.}}\n", "BIBTEX"),
        ("@article{bad, title = {x}, abstract = {" + "words " * 20_000 + "}}\n", "TOO_LONG"),
        ("@article{bad, title = {No abstract}}\n", "NO_ABSTRACT"),
        ("@article{bad, abstract = {No title.}}\n", "NO_TITLE"),
    ],
)
def test_a_broken_entry_is_rejected_with_its_line_and_key_and_its_neighbours_are_kept(broken: str, code: str) -> None:
    records = read(entry("one") + broken + "\n" + entry("two"))
    assert [paper.title for paper in papers(records)] == ["Title of one", "Title of two"]
    assert notes(records) == [(5, code, "bad")]


def test_bytes_that_are_not_utf_8_reject_their_entry_and_no_other() -> None:
    bad = entry("bad").encode().replace(b"Title of", b"Title \xff")
    records = read(entry("one").encode() + bad + entry("two").encode() + b"\xff between entries\n")
    assert [paper.title for paper in papers(records)] == ["Title of one", "Title of two"]
    assert notes(records) == [(5, "ENCODING", "bad")]


def test_an_entry_above_the_limit_is_rejected_and_the_next_is_read() -> None:
    huge = "@article{huge, title = {x},\n" + "note = {words},\n" * (MAX_RECORD_BYTES // 16 + 10) + "}\n"
    records = read(huge + entry("two"))
    assert [paper.title for paper in papers(records)] == ["Title of two"]
    assert notes(records) == [(1, "TOO_LONG", None)]


def test_strings_that_double_and_double_fill_no_memory() -> None:
    strings = "".join(f"@string{{s{i + 1} = s{i} # s{i}}}\n" for i in range(60))
    records = read('@string{s0 = "0123456789"}\n' + strings + entry("one"))
    assert len(papers(records)) == 1
    assert {code for _, code, _ in notes(records)} == {"TOO_LONG"}


def test_comments_preambles_and_text_between_entries_are_passed_over() -> None:
    around = '% a comment\n@comment{jabref-meta: a; b;}\n@preamble{"\\newcommand{\\x}{y}"}\nfree text, mail@x.org\n'
    assert len(read(around + entry("one") + around + entry("two"))) == 2


def test_two_entries_in_one_line_are_two() -> None:
    assert len(papers(read(entry("one").replace("\n", " ") + entry("two").replace("\n", " ")))) == 2


def test_keys_have_any_case_and_values_any_enclosing() -> None:
    content = f'@ARTICLE(key, TITLE = "A {{Title}}", Abstract = {{{ABSTRACT}}}, YEAR = 1999, Month = jan)'
    (paper,) = papers(read(content))
    assert (paper.title, paper.year) == ("A Title", 1999)


def test_a_field_said_twice_is_remarked_unless_it_says_the_same() -> None:
    assert notes(read(entry("one", " title = {Other}"))) == [(1, "DUPLICATE", "one")]
    assert notes(read(entry("one", " title = {Title of one}"))) == []


@pytest.mark.parametrize(
    ("more", "arxiv_id"),
    [
        (" eprint = {2001.00001v2}, archivePrefix = {arXiv}", "2001.00001"),
        (" eprint = {2001.00001}, eprinttype = {arxiv}", "2001.00001"),
        (" eprint = {arXiv:2001.00001}", "2001.00001"),
        (" eprint = {hep-th/9901001}, archiveprefix = {arXiv}", "hep-th/9901001"),
        (" eprint = {31900001}, eprinttype = {pubmed}", None),
        (" doi = {10.48550/arXiv.2001.00001}", "2001.00001"),
        (" url = {https://arxiv.org/abs/2001.00001v3}", "2001.00001"),
        (" journal = {arXiv preprint arXiv:2001.00001}", "2001.00001"),
        (" journal = {Nature}", None),
    ],
)
def test_an_arxiv_id_is_found_wherever_exporters_put_it(more: str, arxiv_id: str | None) -> None:
    paper = one(more)
    assert paper.arxiv_id == arxiv_id
    assert not arxiv_id or (paper.url or "").startswith("https://arxiv.org/abs/")


@pytest.mark.parametrize(
    ("more", "year"),
    [
        (" year = {2999}", None),
        (" year = {0}", None),
        (" year = {-5}", None),
        (" year = {2021a}", None),
        (" year = {in press}", None),
        (" year = {in press}, date = {2020-02-03}", 2020),
        (" year = {２０２１}", 2021),
        (" date = {2023-02-29}", None),
    ],
)
def test_a_year_that_is_none_is_left_out_and_remarked(more: str, year: int | None) -> None:
    records = read(entry("key", more))
    assert papers(records)[0].year == year
    assert [code for _, code, _ in notes(records)] == ([] if year else ["YEAR"])


def test_names_are_split_as_bibtex_splits_them() -> None:
    names = (
        "Knuth, Donald E. and Ludwig van Beethoven and {Barnes and Noble} and de la Fuente, Jr., Ana and {\\'E}va Nagy"
    )
    assert one(f" author = {{{names}}}").authors == (
        "Donald E. Knuth", "Ludwig van Beethoven", "Barnes and Noble", "Ana de la Fuente Jr.", "Éva Nagy",
    )  # fmt: skip
    assert len(one(" author = {" + " and ".join(f"Name{i}, A." for i in range(3000)) + "}").authors) == 3000
    assert one(" author = {; ; ;}").authors == ()


@pytest.mark.parametrize(
    ("head", "is_bibtex"),
    [
        ("@article{key,\n title={x}", True),
        ("% by hand\n\n  @InProceedings{a:b/c-2020,", True),
        ("@string(acl = {x})", True),
        ("@comment{jabref}", True),
        ('{"abstract": "@article{key,"}', False),
        ("A page\n@someone wrote {this}, and more", False),
        ("TY  - JOUR", False),
        ("", False),
    ],
)
def test_bibtex_is_recognised_by_its_entries(head: str, is_bibtex: bool) -> None:  # noqa: FBT001 - a parameter
    assert bibtex.recognises(head) is is_bibtex


@given(st.binary(max_size=300) | st.text('@article{string}(),="#\n\\ $%', max_size=200).map(str.encode))
def test_no_bytes_at_all_raise_anything(content: bytes) -> None:
    read(content)
    bibtex.recognises(content.decode("utf-8", "replace"))


@given(
    st.integers(0, 2),
    st.text('{}"=,#\\% \nabtitle', max_size=60) | st.binary(max_size=40).map(lambda b: b.decode("latin-1")),
)
def test_garbage_in_one_entry_leaves_the_others_as_they_were(place: int, garbage: str) -> None:
    entries = [entry(f"k{i}") for i in range(3)]
    entries[place] = "@article{bad, " + garbage.replace("@", "") + "\n"
    titles = [paper.title for paper in papers(read("".join(entries)))]
    assert [title for title in titles if title.startswith("Title of k")] == [
        f"Title of k{i}" for i in range(3) if i != place
    ]
