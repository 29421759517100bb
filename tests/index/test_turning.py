"""A text whose encoding changes in the middle: what stands before is kept, and the rest is told of."""

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from index.readers import Record, Rejected, Skipped, read_corpus
from index.readers.turning import Steady

SAYS = "Ants of the café cross a bridge of straw by night. We watched {} of them for a year, and found no other way."


def _lines(numbers: Sequence[int]) -> str:
    told = [{"title": f"On ants of the café {n}", "abstract": SAYS.format(n)} for n in numbers]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in told)


def _ris(numbers: Sequence[int]) -> str:
    return "".join(f"TY  - JOUR\nTI  - On ants of the café {n}\nAB  - {SAYS.format(n)}\nER  - \n\n" for n in numbers)


def _bibtex(numbers: Sequence[int]) -> str:
    return "".join(
        f"@article{{k{n},\n title = {{On ants {n}}},\n abstract = {{{SAYS.format(n)}}}\n}}\n\n" for n in numbers
    )


def _labelled(numbers: Sequence[int]) -> str:
    return "".join(f"Title: On ants of the café {n}\nAbstract: {SAYS.format(n)}\n\n" for n in numbers)


def _markdown(numbers: Sequence[int]) -> str:
    return "".join(f"- **On ants of the café {n}**\n  {SAYS.format(n)}\n" for n in numbers)


WRITTEN = [_lines, _ris, _bibtex, _labelled, _markdown]
Written = Callable[[Sequence[int]], str]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("count", [10, 800])
def test_of_a_text_that_goes_on_in_utf_16_the_first_half_is_kept_and_the_loss_is_told(
    written: Written, encoding: str, count: int, tmp_path: Path
) -> None:
    first, second = written(range(count)), written(range(count, 2 * count))
    (tmp_path / "papers").write_bytes(first.encode() + second.encode(encoding))
    *kept, skipped = read_corpus([str(tmp_path / "papers")])
    assert [each.paper.abstract for each in kept if isinstance(each, Record)] == [SAYS.format(n) for n in range(count)]
    assert isinstance(skipped, Skipped)
    line = first.count("\n") + 1
    assert f"from line {line} on" in skipped.reason or f"from line {line - 1} on" in skipped.reason
    said = int(skipped.reason.split("about ")[1].split()[0])
    assert abs(said - count) <= count * 0.02 + 1


@pytest.mark.parametrize("written", WRITTEN)
def test_of_a_text_that_goes_on_in_latin_1_each_record_that_is_lost_is_told(written: Written, tmp_path: Path) -> None:
    (tmp_path / "papers").write_bytes(written(range(10)).encode() + written(range(10, 20)).encode("latin-1"))
    read = list(read_corpus([str(tmp_path / "papers")]))
    assert [each.paper.abstract for each in read if isinstance(each, Record)] == [SAYS.format(n) for n in range(10)]
    assert [each.code for each in read if isinstance(each, Rejected)] == ["ENCODING"] * 10


@pytest.mark.parametrize("fault", ["\ufffd" * 2000, "\0" * 2000])
def test_a_record_of_what_cannot_be_read_does_not_cost_those_beside_it(fault: str, tmp_path: Path) -> None:
    damaged = fault.encode("utf-8").replace(b"\xef\xbf\xbd", b"\xff")
    (tmp_path / "papers").write_bytes(_lines([1]).encode() + damaged + b"\n" + _lines([2]).encode())
    one, rejected, two = read_corpus([str(tmp_path / "papers")])
    assert isinstance(one, Record)
    assert isinstance(two, Record)
    assert isinstance(rejected, Rejected)


@pytest.mark.parametrize("place", [0, 1, 4090, 8170, 65_530, 100_000])
def test_a_turn_is_found_wherever_it_falls_in_what_is_read_at_once(place: int) -> None:
    stream = Steady(io.BytesIO(b"a" * place + "wide text that goes on and on".encode("utf-16-le") * 500))
    assert len(io.BufferedReader(stream).read()) == stream.kept == pytest.approx(place, abs=1)
    assert stream.lost + stream.kept == place + 58 * 500
