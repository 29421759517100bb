"""arXiv's metadata as Kaggle publishes it."""

import json
from typing import Any

import pytest

from index.papers import Paper
from index.readers.reference_ids import unversioned
from tests.index.test_json_records import papers, read_json, read_sample, rejections


def read_one(**fields: Any) -> Paper:
    record = {"id": "0704.0001", "title": "A title", "abstract": "Five words are an abstract.", **fields}
    (paper,) = papers(read_json(json.dumps(record), "kaggle-arxiv"))
    return paper


def test_a_record_of_the_snapshot_is_read_whole() -> None:
    reads = read_sample("kaggle_arxiv.jsonl")
    assert not rejections(reads)
    assert papers(reads)[0] == Paper(
        "0704.0001",
        "Calculation of prompt diphoton production cross sections at Tevatron and LHC energies",
        "A fully differential calculation in perturbative quantum chromodynamics is presented for the production of "
        "massive photon pairs at hadron colliders.",
        ("C. Balázs", "E. L. Berger", "P. M. Nadolsky", "C. -P. Yuan"),
        2007,
        "Phys.Rev.D76:013009,2007",
        "https://arxiv.org/abs/0704.0001",
        "10.1103/PhysRevD.76.013009",
        "0704.0001",
    )


def test_tex_is_kept_as_it_stands() -> None:
    second = papers(read_sample("kaggle_arxiv.jsonl"))[1]
    assert second.title == "On $\\kappa$-deformed things"
    assert second.abstract == (
        'We show that $\\kappa \\leq 1$ for {\\em all} deformed things, and that \\\'Etale things are "rigid".'
    )


def test_names_are_spoken_with_their_suffix_and_without_their_affiliation() -> None:
    assert papers(read_sample("kaggle_arxiv.jsonl"))[1].authors == ("Ann Nyone", "Karl von Stein Jr.")
    assert papers(read_sample("kaggle_arxiv.jsonl"))[2].authors == ("The STEADY Collaboration",)


def test_without_parsed_names_the_written_ones_are_taken_apart() -> None:
    written = "C. Bal\\'azs, E. L. Berger and P. M. Nadolsky, and C.-P. Yuan"
    assert read_one(authors=written).authors == ("C. Bal\\'azs", "E. L. Berger", "P. M. Nadolsky", "C.-P. Yuan")


def test_the_year_is_that_of_the_first_version() -> None:
    assert [paper.year for paper in papers(read_sample("kaggle_arxiv.jsonl"))] == [2007, 1999, 2014]
    assert read_one(versions=[], update_date="2008-11-26").year == 2008


def test_of_several_dois_the_first_is_kept() -> None:
    assert papers(read_sample("kaggle_arxiv.jsonl"))[2].doi == "10.1000/ABC.1"
    assert read_one(doi=" ").doi is None


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("2301.00001v2", "2301.00001"),
        ("2301.00001", "2301.00001"),
        ("arXiv:2301.00001v12", "2301.00001"),
        ("hep-th/9901001v1", "hep-th/9901001"),
        ("math.QA/9901001", "math.QA/9901001"),
        (7, 7),
        (None, None),
    ],
)
def test_an_arxiv_id_loses_its_version(written: object, bare: object) -> None:
    assert unversioned(written) == bare
