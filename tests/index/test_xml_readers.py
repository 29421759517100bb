"""What all readers of XML promise: no entity, no file, no network, flat memory, and no more lost to a fault than its record."""

import io
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError
from index.papers import normalise
from index.readers import acl_anthology, arxiv_atom, arxiv_oai, pubmed
from index.readers.pieces import Pieces
from index.readers.records import Read, Record, Rejected, Source
from index.readers.xml import root_of

SAMPLES = Path(__file__).parent / "samples"
READERS = {
    "acl_2020.acl.xml": acl_anthology,
    "acl_w19.xml": acl_anthology,
    "arxiv_announcements.xml": arxiv_atom,
    "arxiv_api.xml": arxiv_atom,
    "arxiv_oai.xml": arxiv_oai,
    "arxiv_oai_dc.xml": arxiv_oai,
    "arxiv_oai_raw.xml": arxiv_oai,
    "pubmed.xml": pubmed,
}
ABSTRACT = "An abstract that is long enough to pass without a remark."


def article(number: int, abstract: str = ABSTRACT) -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><ArticleTitle>A title</ArticleTitle><Abstract>"
        f"<AbstractText>{abstract}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>\n"
    )


def document(*articles: str, prolog: str = "") -> bytes:
    return f"{prolog}<PubmedArticleSet>\n{''.join(articles)}</PubmedArticleSet>\n".encode()


def read(content: bytes, reader: ModuleType = pubmed) -> list[Read]:
    return list(reader.read(Source(io.BytesIO(content), "x.xml")))


def told(content: bytes) -> list[str | tuple[int, str]]:
    """The ids of what was kept, and the lines and codes of what was not, in order."""
    return [
        found.paper.paper_id if isinstance(found, Record) else (found.number, found.code)
        for found in read(content)
        if isinstance(found, Record | Rejected)
    ]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>',
    "file": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file://{secret}">]>',
    "url": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "http://127.0.0.1:{port}/x">]>',
    "parameter file": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file://{secret}"> %p;]>',
    "parameter url": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/x.dtd"> %p;]>',
    "behind a comment": '<!-- > --><!DOCTYPE x SYSTEM "]>" [<!-- ]> \' --><?p ]> ?><!ENTITY l9 "lol">]>',
    "far off": "<!DOCTYPE x [<!--" + "-" * 70_000 + '--><!ENTITY l9 "lol">]>',
    "behind a far comment": "<!--" + " " * 70_000 + '--><!DOCTYPE x [<!ENTITY l9 "lol">]>',
    "external": '<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">',
    "external file": '<!DOCTYPE x PUBLIC "-//x" "file://{secret}">',
    "other encoding": '<?xml version="1.0" encoding="UTF-7"?><!DOCTYPE x [<!ENTITY l9 SYSTEM "file://{secret}">]>',
    "undeclared": "",
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("place", ["text", "attribute"])
def test_no_entity_is_followed_to_a_file_or_to_the_network_or_to_a_laugh(name: str, place: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text('<!ENTITY l9 "secret words">')
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        prolog = ATTACKS[name].replace("{secret}", str(secret)).replace("{port}", str(listener.getsockname()[1]))
        attacked = (
            article(1, "&l9;") if place == "text" else article(1).replace("<AbstractText", '<AbstractText Label="&l9;"')
        )
        began = time.monotonic()
        found = read(document(attacked, article(2), prolog=prolog))
        assert time.monotonic() - began < 1
        with pytest.raises(BlockingIOError):
            listener.accept()
    (rejected, *others) = found
    assert isinstance(rejected, Rejected)
    assert all(isinstance(other, Record) and other.paper.paper_id == "pmid:2" for other in others)
    # What declares nothing within reach is refused where it is used.
    assert rejected.code == ("XML" if "far" in name else "XML_ENTITY")
    assert "secret words" not in str(found)


def test_an_entity_that_is_used_and_not_declared_costs_its_record_and_does_not_vanish() -> None:
    doctype = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.nlm.nih.gov/x.dtd">\n'
    content = document(article(1), article(2, "p &alpha; q"), article(3), prolog=doctype)
    assert told(content) == ["pmid:1", (4, "XML_ENTITY"), "pmid:3"]


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        "\ufeff",
        '<?xml version="1.0"?>\n',
        '\ufeff<?xml version="1.0" encoding="utf-8" standalone="no"?>',
        '\n\n <?xml version="1.0"?>\n<?xml-stylesheet href="x.xsl"?><!-- a comment -->\n',
        '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.nlm.nih.gov/x.dtd">\n',
        "<!DOCTYPE PubmedArticleSet [<!ELEMENT x ANY><!ATTLIST x y CDATA 'a ]> b'> <!-- ]> -->]>\n",
        '<?xml version="1.0" encoding="UTF-16"?>',
    ],
)
def test_a_harmless_prolog_is_read_and_a_source_is_in_utf_8_whatever_its_file_says(prolog: str) -> None:
    content = document(article(1, "Naïveté is declared: " + ABSTRACT), prolog=prolog)
    (record,) = read(content)
    assert isinstance(record, Record)
    assert record.paper.abstract.startswith("Naïveté")
    assert record.number == prolog.count("\n") + 2
    assert root_of(content.decode()) == "PubmedArticleSet"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("<PubmedArticle></b>", "XML"),
        ("a < b", "XML"),
        ("&", "XML"),
        ("\x07", "XML"),
        ("\0", "XML"),
        ("<x:y/>", "XML"),
        ("</PubmedArticleSet>more", "XML"),
        ("&alpha;", "XML_ENTITY"),
        ("\udcff and more", "ENCODING"),
        ("<b>" * 300, "TOO_LONG"),
        ("<b>" + "x" * 11_000_000 + "</b>", "TOO_LONG"),
    ],
    ids=["tags", "less", "and", "control", "nul", "prefix", "end", "entity", "encoding", "nesting", "long text"],
)
@pytest.mark.parametrize("before", [3, 2_000])
def test_what_stands_before_a_fault_is_kept_and_the_fault_is_told_with_its_line(
    fault: str, code: str, before: int
) -> None:
    articles = "".join(map(article, range(before)))
    content = f"<PubmedArticleSet>\n{articles}{fault}".encode("utf-8", "surrogateescape")
    *kept, rejected = told(content)
    assert kept == [f"pmid:{number}" for number in range(before)]
    assert rejected == (before + 2, code)


FAULTS = {
    "less": "a < b",
    "and": "&",
    "control": "\x07",
    "entity": "&alpha;",
    "encoding": "\udcff and more",
    "unclosed": "<b>",
    "closed twice": "</b>",
    "cut short": "</AbstractText></Abstract></Article>",
    "quotation mark": '<b a="x>',
    "comment": "<!-- -- -->",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("line_end", ["\n", ""])
def test_a_fault_in_a_record_costs_that_record_and_none_after_it(fault: str, line_end: str) -> None:
    articles = [article(number, fault + ABSTRACT if number % 40 == 9 else ABSTRACT) for number in range(100)]
    content = f"<PubmedArticleSet>\n{''.join(articles)}</PubmedArticleSet>".replace("\n", line_end)
    found = told(content.encode("utf-8", "surrogateescape"))
    assert [name for name in found if isinstance(name, str)] == [f"pmid:{n}" for n in range(100) if n % 40 != 9]
    lines = [11, 51, 91] if line_end else [1, 1, 1]
    assert [place for place, _ in (each for each in found if isinstance(each, tuple))] == lines


def test_records_behind_a_fault_stand_in_what_they_stood_in_or_in_what_begins_behind_it() -> None:
    def volume(number: int, abstract: str) -> str:
        papers = "".join(
            f'<paper id="{n}"><title>T{n}</title><abstract>{text}</abstract></paper>'
            for n, text in enumerate((ABSTRACT, abstract, ABSTRACT), start=1)
        )
        return f'<volume id="{number}"><meta><booktitle>Meeting {number}</booktitle><year>202{number}</year></meta>{papers}</volume>'

    content = (
        f'<collection id="2020.acl">{volume(1, "a < b")}{volume(2, "</paper></volume> &")}{volume(3, "&")}</collection>'
    )
    kept = [found.paper for found in read(content.encode(), acl_anthology) if isinstance(found, Record)]
    assert [(paper.paper_id, paper.year, paper.venue) for paper in kept] == [
        (f"acl:2020.acl-{number}.{paper}", 2020 + number, f"Meeting {number}")
        for number in (1, 2, 3)
        for paper in (1, 3)
    ]


def test_a_document_behind_another_is_read_too() -> None:
    assert told(document(article(1)) + document(article(2)))[::2] == ["pmid:1", "pmid:2"]


def test_a_file_of_faults_ends_and_says_how_many_records_are_lost() -> None:
    found = read(document(*[article(number, "&") for number in range(1500)]))
    assert len(found) == 1000
    assert isinstance(found[-1], Rejected)
    assert found[-1].reason.endswith("the 500 records after it are not read")


@pytest.mark.parametrize("size", [1, 7, 300, 5000])
def test_a_start_tag_may_be_cut_anywhere(size: int) -> None:
    content = document(*[article(number, ABSTRACT if number % 3 else "&") for number in range(30)])
    pieces = Pieces((content[at : at + size] for at in range(0, len(content), size)), ("PubmedArticle",))
    parted = [*pieces]
    assert b"".join(parted) == content
    assert sum(piece.startswith(b"<PubmedArticle>") for piece in parted) == 30
    assert all(b"<PubmedArticle>" not in piece[1:] for piece in parted)


def test_a_file_that_breaks_off_keeps_its_whole_records() -> None:
    assert told(document(article(1), article(2))[:-60]) == ["pmid:1", (3, "XML")]


def test_an_encoding_that_the_file_declares_is_the_cure() -> None:
    content = document(article(1, "Na\xefvet\xe9"), prolog='<?xml version="1.0" encoding="ISO-8859-1"?>')
    (rejected,) = read(content.decode().encode("latin-1"))
    assert isinstance(rejected, Rejected)
    assert rejected.code == "ENCODING"
    assert "--encoding iso-8859-1" in rejected.reason


def test_a_record_above_16_mib_is_rejected_where_it_begins() -> None:
    long = article(2, f"<i>{'x' * 9_000_000}</i>" * 2)
    assert told(document(article(1), long, article(3))) == ["pmid:1", (3, "TOO_LONG"), "pmid:3"]


@pytest.mark.parametrize("content", [b"", b"\n", b"words", b"{}", b"<", b"<!DOCTYPE", b"\xff\xfe<\0"])
def test_what_is_no_xml_is_rejected(content: bytes) -> None:
    assert told(content) == [(1, "XML")]


def test_a_file_without_any_record_says_so() -> None:
    (rejected,) = read(b"<feed><entry/></feed>")
    assert isinstance(rejected, Rejected)
    assert rejected.code == "EMPTY"
    assert "<PubmedArticle>" in rejected.reason


def test_lines_beyond_65535_are_counted_right() -> None:
    found = read(document("\n" * 70_000, article(1), article(2)))
    assert [one.number for one in found if isinstance(one, Record)] == [70_002, 70_003]


def test_comments_and_sections_of_character_data_are_seen_through() -> None:
    (record,) = read(
        document(article(1, "An <!-- not an --><![CDATA[<abstract> &amp;]]> that is &lt;whole&gt;<?no no?>."))
    )
    assert isinstance(record, Record)
    assert record.paper.abstract == "An <abstract> & that is <whole>."


@pytest.mark.parametrize("name", READERS)
def test_each_sample_is_recognised_by_its_own_reader_alone(name: str) -> None:
    head = Source(io.BytesIO((SAMPLES / name).read_bytes()), name).head
    assert {reader for reader in READERS.values() if reader.recognises(head)} == {READERS[name]}


@pytest.mark.parametrize("name", READERS)
def test_a_sample_cut_anywhere_keeps_what_stands_before_the_cut(name: str) -> None:
    content = (SAMPLES / name).read_bytes()
    whole = [found for found in read(content, READERS[name]) if isinstance(found, Record)]
    for end in range(0, len(content) - 1, 97):
        kept = [found for found in read(content[:end], READERS[name]) if isinstance(found, Record)]
        assert kept == whole[: len(kept)]


@given(st.sampled_from(sorted(READERS)), st.data())
def test_no_change_to_a_sample_raises_anything_but_what_the_user_can_mend(name: str, data: st.DataObject) -> None:
    content = (SAMPLES / name).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(start + 200, len(content))))
    piece = data.draw(st.binary(max_size=8) | st.sampled_from([b"<", b">", b"&", b"</a>", b"<!DOCTYPE", b"]]>", b"\0"]))
    try:
        found = read(content[:start] + piece + content[end:], READERS[name])
    except CorpusError:
        return
    assert found


@given(st.binary())
def test_no_bytes_raise(content: bytes) -> None:
    for reader in READERS.values():
        read(content, reader)


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs"])), max_size=5))
def test_what_is_written_is_read(texts: list[str]) -> None:
    abstracts = [f"{ABSTRACT} {text}" for text in texts]
    found = read(document(*(article(number, escape(text)) for number, text in enumerate(abstracts)), article(9)))
    kept = [record.paper.abstract for record in found if isinstance(record, Record)]
    assert kept == [normalise(text) for text in abstracts] + [ABSTRACT]


MEASURE = """
import io, re, sys
from pathlib import Path
from index.readers import pubmed
from index.readers.records import Source

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

class Articles(io.RawIOBase):
    def __init__(self, count):
        self.parts = iter([b"<PubmedArticleSet>", *[sys.argv[1].encode() * 100] * count, b"</PubmedArticleSet>"])
        self.left = b""
    def readable(self):
        return True
    def readinto(self, buffer):
        self.left = self.left or next(self.parts, b"")
        content, self.left = self.left[:len(buffer)], self.left[len(buffer):]
        buffer[:len(content)] = content
        return len(content)

for count in (5, 50):
    assert sum(1 for _ in pubmed.read(Source(io.BufferedReader(Articles(count)), "x"))) == 100 * count
    print(peak())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_memory_does_not_grow_with_the_file() -> None:
    padded = article(1).replace("<Abstract>", f"<Affiliation>{'x' * 3_000}</Affiliation><Abstract>")
    command = [sys.executable, "-c", MEASURE, padded]
    root = Path(__file__).parent.parent.parent
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    small, large = map(int, ran.stdout.split())
    # Fifteen megabytes of file; held whole it would take more than that.
    assert large - small < 12
