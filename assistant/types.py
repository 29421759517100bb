"""What a question flows through: `Question`, `Evidence`, `Step`, `Claim`, `Citation`, `Answer`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.filters import EVERYTHING, Filter
from index.index import Hit
from index.papers import Paper, normalise
from index.passages import Passage

_FINAL_STOP = re.compile(r"""[.!?…]+["'’”)\]]*\Z""")

# A text and others to the cosine of each with it.
Alike = Callable[[str, Sequence[str]], tuple[float, ...]]
Support = Literal["full", "partial", "none", "contradicted", "unscored"]
# What a claim is remarked with, and the engine of an answer, that the record of the papers makes: who, when, where.
RECORD = "from the record"
# How a remark begins that the reader of passages finds no answer where an LLM does.
DOUBTED = "A small reader doubts this:"
Reason = Literal["no_evidence", "not_in_abstracts", "out_of_scope", "empty_question", "blocked"]


def parted(sentence: str) -> tuple[str, str]:
    """The words of a sentence and the stop that ends them."""
    stop = _FINAL_STOP.search(sentence)
    end = stop.start() if stop else len(sentence)
    return sentence[:end].rstrip(), sentence[end:]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, the answers given before it in the same conversation, and the papers that it is asked of.

    Limits that its words imply are not set where they are `waived`, by the names of the fields of a filter.
    """

    text: str
    history: tuple["Answer", ...] = ()
    within: Filter = EVERYTHING
    waived: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The query that was searched, the papers that it was limited to, and what it found, best first.

    Where papers were asked for, `papers` is how many fit and each hit the best of one of them; the list
    `is_whole` unless more were found than are looked through. `apart` says in words which papers are left out, `unread` that the
    question denies something that could not be read so.
    """

    query: str
    hits: tuple[Hit, ...]
    within: Filter = EVERYTHING
    papers: int = 0
    is_whole: bool = True
    apart: str = ""
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done on the way to an answer, and what came of it, each in a few words."""

    name: str
    told: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a paper, under the number that the paper has in this conversation; of many words, the `part` that tells."""

    n: int
    passage: Passage
    part: Passage | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, what it stands on, and how well that supports it.

    `score` is the probability that the cited words support the sentence; None where it is unscored. `remark` says what
    was done to a sentence of an LLM that its own citations did not support, or that a sentence is `RECORD`, `heading` which part of a compound question
    it answers, or what it speaks against; both empty for all others.
    """

    text: str
    citations: tuple[Citation, ...]
    support: Support
    score: float | None
    remark: str = ""
    heading: str = ""

    @property
    def is_recorded(self) -> bool:
        """Whether the record of the cited paper says this, not the words of its abstract."""
        return self.remark == RECORD

    @property
    def is_quoted(self) -> bool:
        """Whether these are words of a cited abstract as they stand there."""
        return any(self.text in citation.passage.text for citation in self.citations)

    @property
    def parts(self) -> tuple[str, str]:
        """The words and the stop that ends them; the markers of the citations stand between the two."""
        return parted(self.text)

    @property
    def marked(self) -> str:
        """The words with the markers of the citations before the stop that ends them."""
        words, stop = self.parts
        numbers = dict.fromkeys(citation.n for citation in self.citations)
        return f"{words} {''.join(f'[{n}]' for n in numbers)}{stop}"


class Opening(str):
    """The first word of a `claim` in the stream of an answer, by which it is known before it is whole."""

    claim: Claim

    def __new__(cls, word: str, claim: Claim) -> "Opening":
        """`word`, and what it opens."""
        opening = super().__new__(cls, word)
        opening.claim = claim
        return opening


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence of an LLM that no abstract supports: no claim of the answer; why; and how many claims stand before it."""

    text: str
    why: str
    after: int


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of wall time by step."""

    rewrite: float = 0.0
    retrieve: float = 0.0
    answer: float = 0.0
    check: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What an endpoint counted, or was counted for it where it does not say; all zero without one.

    `cost_usd` is None where the price is unknown.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    requests: int = 0

    @property
    def tokens(self) -> int:
        """Of prompts and answers."""
        return self.prompt_tokens + self.completion_tokens

    def plus(self, other: "Usage") -> "Usage":
        """Both together; of an unknown price, the sum is unknown."""
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
            self.requests + other.requests,
        )


@dataclass(frozen=True, slots=True)
class Ranking:
    """The places of texts, the best first: each once, or none where the order stays; what was done for it, and what an LLM cost."""

    places: tuple[int, ...]
    step: Step
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Premise:
    """What a question takes for granted and an abstract says otherwise."""

    text: str
    contradicted_by: Passage


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: claims with their citations, or an abstention with its reason and the nearest papers.

    `nearest` holds of each of these papers the sentence that came closest. `preface` says before the claims what was
    counted, where papers were asked for; empty otherwise. `chance` is the probability that the abstracts answer the
    question; None where papers were asked for.

    `engine` is the model that wrote the claims, `struck` what it wrote besides, `forged` how many numbers of no sentence
    it cited. Of one that `compares`, the headings of the claims are its sides. `notice` says in a sentence why an LLM that was to answer did not, or not to the end (`incomplete`). `missing`
    says of each part of a compound question that no abstract answers why not.
    """

    question: str
    evidence: Evidence
    claims: tuple[Claim, ...]
    text: str
    reason: Reason | None = None
    nearest: tuple[Passage, ...] = ()
    preface: str = ""
    premise: Premise | None = None
    chance: float | None = None
    engine: str = "extractive"
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    notice: str = ""
    incomplete: bool = False
    struck: tuple[Struck, ...] = ()
    forged: int = 0
    missing: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    compares: bool = False

    @property
    def abstained(self) -> bool:
        """Whether this is no answer, because the abstracts do not hold one."""
        return self.reason is not None

    @property
    def is_talk(self) -> bool:
        """Whether nothing was asked of the corpus, so that this is no answer and no refusal of one."""
        return not self.claims and self.reason is None and self.engine != RECORD

    @property
    def is_rewritten(self) -> bool:
        """Whether something else was searched than was typed, because the question leaned on those before it."""
        return self.evidence.query != normalise(self.question)

    @property
    def papers(self) -> tuple[tuple[int, Paper], ...]:
        """The cited papers with their numbers, in the order of their numbers."""
        cited = {c.n: c.passage.paper for claim in self.claims for c in claim.citations}
        return tuple(sorted(cited.items()))
