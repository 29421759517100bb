"""What stands where an abstract should and is none."""

import json
import time

import pytest

from index.readers.placeholders import is_placeholder
from tests.index.test_json_records import read_json, rejections
from tests.index.test_ris import notes
from tests.index.test_ris import read as read_ris


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- …",
        "N/A",
        "TBD",
        "Abstract:",
        "No abstract is provided for this paper.",
        "(abstract missing)",
        "This article has no abstract.",
        "The abstract of this article is not available; please see the full text.",
        "Publisher: Abstract available from the publisher.",
        "Notice: the abstract has been elided by the publisher. It is available at https://x.org/10.1/x?email=a.",
        "Click to read",
        "First page preview",
        "International audience",
        "Background: Methods: Results: Conclusions:",
        "Für diesen Beitrag ist keine Zusammenfassung verfügbar.",
        "Aucun résumé n'est disponible pour cet article.",
        "Este artículo no tiene resumen.",
        "Nessun riassunto disponibile",
        "暂无摘要",
        "© 2020 Elsevier Ltd. All rights reserved.",
        "Copyright © 2015 The Authors. Published by Elsevier B.V. This is an open access article under the CC BY license "
        "(http://creativecommons.org/licenses/by/4.0/).",
        "(c) 2003 Wiley Periodicals, Inc. J Polym Sci Part A: Polym Chem 41: 1-10, 2003",
        "© The Author(s), under exclusive licence to Springer Nature Switzerland AG 2021.",
        "Copyright 2013, SLACK Incorporated.",
        "Alle Rechte vorbehalten.",
    ],
)
def test_a_note_that_there_is_no_abstract_or_a_copyright_alone_is_none(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cats sleep on mats.",
        "Otters.",
        "Abstract 12.",
        "No abstract algebra is needed.",
        "Results: 5 of 9 rats swam.",
        "The article is short and the abstract shorter.",
        "Copyright law has changed in Europe.",
        "© is a sign of ownership.",
        "Open access improves citations.",
        "© 2017 Odd Press. We study otters.",
        "Lemon baths reversed cataracts in 31 of 40 eyes. © 2017 Odd Press. All rights reserved.",
        "Die Katzen schlafen nicht.",
        "猫在垫子上睡觉。",
    ],
)
def test_a_short_abstract_is_one(text: str) -> None:
    assert not is_placeholder(text)


def test_a_placeholder_in_markup_is_rejected_in_any_format() -> None:
    assert rejections(read_json(json.dumps({"title": "T", "abstract": "<p>No abstract.</p>"}))) == [(1, "NO_ABSTRACT")]
    assert rejections(read_json(json.dumps({"title": "T", "abstract": "<jats:p />"}))) == [(1, "NO_ABSTRACT")]
    assert notes(read_ris("TY  - JOUR\nTI  - T\nAB  - Abstract not provided\nER  - \n")) == [(1, "NO_ABSTRACT")]


@pytest.mark.parametrize("piece", ["©", "copyright of ", "All rights reserved. ", "a. ", "https://", "n /"])
def test_no_heap_of_notices_takes_long(piece: str) -> None:
    began = time.monotonic()
    is_placeholder(piece * (100_000 // len(piece)))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "text", ["n.a.", "N. A.", "undefined", "https://doi.org/10.1000/abc", "Available at: www.example.org/a"]
)
def test_what_a_program_or_an_address_leaves_is_no_abstract(text: str) -> None:
    assert is_placeholder(text)
