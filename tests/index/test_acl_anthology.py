"""The ACL Anthology's XML."""

import io
from pathlib import Path

import pytest

from index.papers import Paper
from index.readers import acl_anthology
from index.readers.acl_anthology import anthology_id
from index.readers.records import Read, Record, Rejected, Source

SAMPLES = Path(__file__).parent / "samples"
NEW, OLD = ((SAMPLES / name).read_text(encoding="utf-8") for name in ("acl_2020.acl.xml", "acl_w19.xml"))


def read(text: str) -> list[Read]:
    return list(acl_anthology.read(Source(io.BytesIO(text.encode()), "acl")))


def papers(text: str) -> list[Paper]:
    return [record.paper for record in read(text) if isinstance(record, Record)]


def test_every_field_of_a_paper_is_read() -> None:
    assert papers(NEW)[0] == Paper(
        paper_id="10.18653/v1/2020.acl-main.1",
        title="Glossing BERT’s Margins in O(n)",
        abstract=r"We gloss the margins of large models & find that every note costs \alpha < 2 words. Code is at "
        "https://example.org/gloss.",
        authors=("Ada Marginalia", "Wei Note", "Madonna"),
        year=2020,
        venue="Proceedings of the 58th Annual Meeting of the Association for Computational Linguistics",
        url="https://aclanthology.org/2020.acl-main.1/",
        doi="10.18653/v1/2020.acl-main.1",
    )


def test_a_paper_without_an_abstract_is_rejected_and_front_matter_is_passed_over() -> None:
    _, rejected, _ = read(NEW)
    assert rejected == Rejected("acl", 32, "NO_ABSTRACT", "the record has no abstract", "2020.acl-main.2")


def test_a_paper_of_another_volume_has_that_volumes_name_and_its_own_page() -> None:
    paper = papers(NEW)[1]
    assert (paper.paper_id, paper.venue) == ("acl:2020.acl-demos.3", "System Demonstrations")
    assert paper.url == "https://example.org/notes.pdf"


def test_the_papers_of_an_old_collection_have_old_ids() -> None:
    assert [(paper.paper_id, paper.url, paper.year) for paper in papers(OLD)] == [
        ("acl:W19-0101", "https://aclanthology.org/W19-0101/", 2019),
        ("acl:W19-5312", "https://aclanthology.org/W19-5312/", 2019),
    ]
    assert [paper.venue for paper in papers(OLD)] == [
        "Proceedings of the Society for Margins in Linguistics (SMiL) 2019",
        "Margins",
    ]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("2020.acl", "main", "1"), "2020.acl-main.1"),
        (("2022.tacl", "1", "27"), "2022.tacl-1.27"),
        (("P19", "1", "1"), "P19-1001"),
        (("J93", "2", "4"), "J93-2004"),
        (("W19", "53", "1"), "W19-5301"),
        (("W19", "1", "29"), "W19-0129"),
        (("D19", "1", "12"), "D19-1012"),
        (("D19", "57", "3"), "D19-5703"),
        (("C69", "1", "1"), "C69-0101"),
    ],
)
def test_an_id_is_built_as_the_anthology_builds_it(ids: tuple[str, str, str], expected: str) -> None:
    assert anthology_id(*ids) == expected


@pytest.mark.parametrize("id_of", ['<collection id="W19">', '<volume id="1" type="proceedings">', '<paper id="1">'])
def test_a_paper_without_all_three_ids_is_named_by_its_words(id_of: str) -> None:
    paper = papers(OLD.replace(id_of, id_of.partition(" ")[0] + ">"))[0]
    assert paper.paper_id.startswith("sha256:")
    assert paper.url is None


@pytest.mark.parametrize(
    ("head", "recognised"),
    [
        (NEW, True),
        (OLD[:150], True),
        ('<collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader/></record></collection>', False),
        ("<volume id='1'>", False),
        ('{"collection": "<volume "}', False),
    ],
)
def test_a_collection_is_known_by_its_root_and_a_volume(head: str, recognised: bool) -> None:  # noqa: FBT001
    assert acl_anthology.recognises(head) is recognised
