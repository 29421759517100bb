"""Sample files of every format, mutated with a seed: what is done to the bytes of one."""

import gzip
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).parent.parent / "tests/index/samples"
# What breaks a format, hides in text, or makes a careless pattern look at the same characters again and again.
_TOKENS = (
    *(
        b'"',
        b"'",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b"<",
        b">",
        b"&",
        b"&amp;",
        b"&#1;",
        b"&lol;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
    ),
    *(
        b"<!DOCTYPE x>",
        b"\0",
        b"\x07",
        b"\x1b[2J",
        b"\r",
        b"\n",
        b"\n\n",
        b"\t",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
    ),
    *(
        b"\\ud800",
        b"\\u0000",
        b"$",
        b"$$",
        b"%",
        b"#",
        b"@",
        b"~",
        b"null",
        b"true",
        b"-1",
        b"1e999",
        b"9" * 400,
        b"NaN",
    ),
    *(text.encode() for text in ("ﬁ", "\u202e", "\u200b", "\U000e0041", "é", "中文。", "α")),
)
_RUNS = (
    *(
        b" ",
        b"A. ",
        b"\n",
        b",",
        b", ",
        b" and",
        b"(",
        b"[",
        b"{",
        b"<b>",
        b"<",
        b"&",
        b"&amp;",
        b"\\",
        b'"',
        b"\t \t",
        "é".encode(),
    ),
    *(
        b"1",
        b"a",
        b". ",
        b"$a",
        b"arXiv:",
        b"| ",
        b"; ",
        b"--",
        b"\r\n",
        b"//",
        b"a,b;",
        b"\xff",
        b"@a{",
        b"AU  - ",
        b"<p>x</p>",
    ),
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file that was a sample once; `name` says of which, and ends as it ended."""

    name: str
    content: bytes


def mutant(seed: int, run: int = 2_000) -> Mutant:
    """The mutant of `seed`, the same on every machine; runs of one piece of text have about `run` bytes."""
    drawn = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    samples = sorted(path for path in SAMPLES.iterdir() if path.is_file())
    sample = drawn.choice(samples)
    content = sample.read_bytes()
    for _ in range(drawn.choice((1, 1, 2, 4))):
        content = drawn.choice(_MUTATIONS)(content, drawn, run)
    if drawn.random() < 0.1:
        content = drawn.choice(samples).read_bytes() + content
    return Mutant(f"{seed}-{sample.name}", content)


def runs(content: bytes, unit: bytes, length: int, places: int) -> Sequence[bytes]:
    """`content` with `length` bytes of `unit` at each of so many places, one place a file."""
    steps = [len(content) * place // places for place in range(1, places)]
    return [content[:at] + unit * (length // len(unit)) + content[at:] for at in steps]


def units() -> tuple[bytes, ...]:
    """What runs are made of."""
    return _RUNS


def _span(content: bytes, drawn: random.Random) -> tuple[int, int]:
    start = drawn.randrange(len(content) + 1)
    return start, min(len(content), start + drawn.choice((1, 8, 80, 800)))


def _removed(content: bytes, drawn: random.Random, _: int) -> bytes:
    start, end = _span(content, drawn)
    return content[:start] + content[end:]


def _repeated(content: bytes, drawn: random.Random, _: int) -> bytes:
    start, end = _span(content, drawn)
    return content[:end] + content[start:end] * drawn.choice((1, 2, 50)) + content[end:]


def _broken_off(content: bytes, drawn: random.Random, _: int) -> bytes:
    return content[: drawn.randrange(len(content) + 1)]


def _with_token(content: bytes, drawn: random.Random, _: int) -> bytes:
    at = drawn.randrange(len(content) + 1)
    return content[:at] + drawn.choice(_TOKENS) + content[at:]


def _with_run(content: bytes, drawn: random.Random, run: int) -> bytes:
    at, unit = drawn.randrange(len(content) + 1), drawn.choice(_RUNS)
    return content[:at] + unit * (run // len(unit)) + content[at:]


def _flipped(content: bytes, drawn: random.Random, _: int) -> bytes:
    changed = bytearray(content)
    for _place in range(drawn.choice((1, 5, 50))):
        if changed:
            changed[drawn.randrange(len(changed))] = drawn.randrange(256)
    return bytes(changed)


def _swapped(content: bytes, drawn: random.Random, _: int) -> bytes:
    start, end = _span(content, drawn)
    at = drawn.randrange(len(content) + 1)
    return content[:at] + content[start:end] + content[at:]


def _in_other_words(content: bytes, drawn: random.Random, _: int) -> bytes:
    """From somewhere on, or from the beginning, in another encoding."""
    at = drawn.choice((0, drawn.randrange(len(content) + 1)))
    text = content[at:].decode("utf-8", "replace")
    return content[:at] + text.encode(drawn.choice(("cp1252", "utf-16", "utf-8-sig", "utf-16-be")), "replace")


def _packed(content: bytes, drawn: random.Random, _: int) -> bytes:
    packed = gzip.compress(content, mtime=0)
    return packed[: drawn.choice((len(packed), drawn.randrange(len(packed) + 1)))]


def _in_lines(content: bytes, drawn: random.Random, _: int) -> bytes:
    lines = content.splitlines(keepends=True)
    drawn.shuffle(lines)
    return b"".join(lines)


_MUTATIONS: tuple[Callable[[bytes, random.Random, int], bytes], ...] = (
    *(_removed, _repeated, _broken_off, _with_token, _with_token, _with_run, _flipped, _swapped),
    *(_in_other_words, _packed, _in_lines),
)
