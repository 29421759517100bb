"""What many users at once cost each of them: errors, crossed words, and seconds against one user's alone.

`python -m benchmarks.users --users 50` serves the sample corpus. Each user asks three questions, one after the other, with a
word of their own in each; no other's may be shown to them. Then twelve ask an LLM that is slow, and a thirteenth what is
answered without it. Exits with 1 where something went wrong.
"""

import argparse
import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles

import httpx

from benchmarks.misbehaving import Misbehaving, free_port, says
from benchmarks.table import print_table
from benchmarks.visitors import Shown, Visitor
from eval.questions import SETS, read_questions
from index.build import build
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder

SAMPLE = Path(__file__).parent.parent / "index" / "sample" / "papers_page.txt"
CORES = os.cpu_count() or 1
_QUESTIONS = 3
_ALONE = 12
_SLOW = 12
# What is listed is quoted even where there is an LLM.
_LISTED = (
    "Which papers study depth?", "Which papers use distillation?", "Which papers train on synthetic data?",
    "Which papers are about language models?", "Which papers are about video?",
)  # fmt: skip
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a user, the word that only they know, and what was shown to them."""

    canary: str
    shown: Shown

    def is_crossed(self, canaries: Collection[str]) -> bool:
        """Whether another's word was shown, or not one's own."""
        if self.shown.fault:
            return False
        return any((canary in self.shown.text) != (canary == self.canary) for canary in canaries)


class Questions:
    """Questions without end, each with a word of its user and a number, so that nothing is remembered of any."""

    def __init__(self, questions: Sequence[str] = ()) -> None:
        asked = questions or [one.question for one in read_questions(SETS / "sample-dev.jsonl") if not one.conversation]
        # So few that each row asks them as often: some cost five times what others do.
        self._asked = enumerate(itertools.cycle(asked[:_ALONE]))
        self._users = itertools.count()

    def of_a_user(self, count: int) -> tuple[str, tuple[str, ...]]:
        """The word of a user whom nobody has been yet, and so many questions."""
        canary = f"canary{next(self._users):04}x"
        taken = itertools.islice(self._asked, count)
        return canary, tuple(f"{question.rstrip('?')}, asks {canary} {number}?" for number, question in taken)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    users = parser.parse_args().users
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "index")
        build(root, read_corpus([str(SAMPLE)]), LocalEmbedder())
        went_well = asyncio.run(_print_users(root, sorted({2, 10, users})))
        print()
        went_well &= asyncio.run(_print_slow(root))
    sys.exit(not went_well)


async def _print_users(root: Path, groups: Sequence[int]) -> bool:
    questions = Questions()
    with served(root) as (url, process):
        alone, asked, cost = await at_once(url, [questions.of_a_user(_ALONE)]), {}, {}
        spent = _cpu(process)
        for users in groups:
            asked[users] = await at_once(url, [questions.of_a_user(_QUESTIONS) for _ in range(users)])
            cost[users] = (_cpu(process) - spent) / len(asked[users])
            spent = _cpu(process)
        # Once more at the end: the machine may have had other things to do by then.
        alone += await at_once(url, [questions.of_a_user(_ALONE)])
        cost[1] = (_cpu(process) - spent) / _ALONE
    usual = fmean(one.shown.seconds for one in alone)
    print_table(
        ("users at once", "questions", "errors", "crossed", "told to wait", "median, s", "p95, s", "p95 to one user's", "p95 to what the cores force", "CPU of the server, s a question"),
        [
            (*_row(str(users), each, usual, usual * max(1.0, users / CORES)), f"{cost[users]:.2f}")
            for users, each in ((1, alone), *asked.items())
        ],
    )  # fmt: skip
    return not any(_errors(each) or _crossed(each) for each in asked.values())


async def at_once(url: str, users: Sequence[tuple[str, Sequence[str]]]) -> list[Asked]:
    """Have users, each with their word and their questions, ask at the same time."""
    return [one for asked in await asyncio.gather(*(_user(url, *user) for user in users)) for one in asked]


async def _user(url: str, canary: str, questions: Sequence[str]) -> list[Asked]:
    async with Visitor(url) as visitor:
        return [Asked(canary, await visitor.ask(question)) for question in questions]


def _row(name: str, asked: Sequence[Asked], usual: float, forced: float) -> Sequence[str]:
    seconds = [one.shown.seconds for one in asked]
    p95 = quantiles(seconds, n=20)[-1]
    counts = (len(asked), _errors(asked), _crossed(asked), sum(one.shown.waited for one in asked))
    times = (f"{each:.2f}" for each in (median(seconds), p95, p95 / usual, p95 / forced))
    return (name, *map(str, counts), *times)


def _errors(asked: Sequence[Asked]) -> int:
    return sum(bool(one.shown.fault) for one in asked)


def _crossed(asked: Sequence[Asked]) -> int:
    canaries = {one.canary for one in asked}
    return sum(one.is_crossed(canaries) for one in asked)


async def _print_slow(root: Path) -> bool:
    """Twelve who wait for an LLM, and a thirteenth who lists papers."""
    listed, written = Questions(_LISTED), Questions()
    endpoint = Misbehaving(says("Nothing", *[" yet"] * 600, after=2.0, every=0.2))
    with endpoint, served(root, SCHOLIAST_LLM_BASE_URL=endpoint.url, SCHOLIAST_LLM_MODEL="slow", SCHOLIAST_REWORD="never") as (url, _):  # fmt: skip
        alone = await at_once(url, [listed.of_a_user(_ALONE)])
        waiting = [asyncio.create_task(_user(url, *written.of_a_user(1))) for _ in range(_SLOW)]
        until = time.monotonic() + _PATIENCE
        while len(endpoint.requests) < _SLOW and time.monotonic() < until:
            await asyncio.sleep(0.05)
        beside = await at_once(url, [listed.of_a_user(_ALONE)])
        open_still = sum(not one.done() for one in waiting)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    usual = fmean(one.shown.seconds for one in alone)
    print_table(
        ("a list of papers, no LLM", "questions", "errors", "crossed", "told to wait", "median, s", "p95, s", "p95 to alone"),
        [
            _row("alone", alone, usual, usual)[:-1],
            _row(f"beside {open_still} slow requests of an LLM", beside, usual, usual)[:-1],
        ],
    )  # fmt: skip
    return open_still == _SLOW and not _errors(beside) and not _crossed(beside)


@contextmanager
def served(root: Path, **environment: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a chat window over the index in `root`, and its process."""
    port = free_port()
    program = [sys.executable, "-c", "from ui.cli import main; main()"]
    chat = [*program, "chat", "--port", str(port), "--index", str(root)]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(chat, env=_clean(os.environ) | environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            _wait(url, process)
            yield url, process
        finally:
            process.terminate()


def _cpu(process: "subprocess.Popen[bytes]") -> float:
    """Seconds of CPU that a process has taken, all threads of it; only Linux says so."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(("SCHOLIAST_", "OPENAI_", "DISPLAY", "WAYLAND"))}  # fmt: skip


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"{url}/healthz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("The chat window did not begin.")


if __name__ == "__main__":
    main()
