"""An answer held against the papers of an index: where each citation leads, what each quote is, what supports each sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.grounding import Judge, Verdict
from eval.told.answers import Cited, Sentence, Told
from eval.told.corpus import Corpus, passage_of
from eval.told.quotes import QuoteKind, quote_kind
from index.papers import Paper, normalise
from index.passages import Passage

_UNSCORED = Verdict("unscored", None)


@dataclass(frozen=True, slots=True)
class Link:
    """A citation, the paper that it leads to, and the words of the abstract that stand for it.

    Both are None where it leads to no paper of the index; `evidence` alone where its source was given another text of the paper than the
    abstract, which nobody here can read. `needed` is whether ALCE calls it relevant; None where that cannot be told.
    """

    cited: Cited
    paper: Paper | None
    evidence: Passage | None
    quote: QuoteKind | None
    needed: bool | None = None

    @property
    def is_unreadable(self) -> bool:
        """Whether it rests on a text that no abstract of the index holds."""
        return self.evidence is None and self.cited.source is not None and bool(self.cited.source.text)


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence, its links, what the quotes in it are, and how well what it cites supports it.

    `cited` is the verdict of all its evidence together, which is `none` where it cites nothing; `offered` that of the
    sources of an answer none of whose sentences cites anything, and else the same.
    """

    sentence: Sentence
    links: tuple[Link, ...]
    quoted: tuple[tuple[str, QuoteKind], ...]
    cited: Verdict
    offered: Verdict

    @property
    def quotes(self) -> tuple[QuoteKind, ...]:
        """What each of its quotes is: those of its citations, then those in its words."""
        return (*(link.quote for link in self.links if link.quote), *(kind for _, kind in self.quoted))


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer and its sentences, checked; an abstained one has none."""

    told: Told
    sentences: tuple[CheckedSentence, ...]

    @property
    def evidence(self) -> tuple[Passage, ...]:
        """The words of abstracts that its sentences cite, each once, in order."""
        links = (link for sentence in self.sentences for link in sentence.links)
        return tuple(dict.fromkeys(link.evidence for link in links if link.evidence))

    @property
    def papers(self) -> tuple[str, ...]:
        """The ids of the papers that it cites, each once, in order."""
        papers = (link.paper for sentence in self.sentences for link in sentence.links)
        return tuple(dict.fromkeys(paper.paper_id for paper in papers if paper))


def checked(told: Told, corpus: Corpus, judge: Judge) -> Checked:
    """Check every sentence of an answer by `judge`, the scorer of the program's own claims."""
    if told.abstained:
        return Checked(told, ())
    offered: tuple[Link, ...] = ()
    if not told.cites:
        offered = tuple(_link(Cited(source), corpus) for source in told.sources)
    return Checked(told, tuple(_checked(sentence, corpus, judge, offered) for sentence in told.sentences))


def _checked(sentence: Sentence, corpus: Corpus, judge: Judge, offered: Sequence[Link]) -> CheckedSentence:
    links = tuple(_link(cited, corpus) for cited in sentence.cited)
    papers = [link.paper for link in links if link.paper]
    # A title in quotation marks is no quote.
    said = [words for words in sentence.quoted if not corpus.named(words)]
    quoted = tuple((words, quote_kind(words, papers, corpus)) for words in said)
    verdict = _UNSCORED if sentence.recorded else _verdict(sentence.text, links, judge)
    of_offered = _verdict(sentence.text, offered, judge) if offered and not sentence.recorded else verdict
    return CheckedSentence(sentence, _weighed(sentence.text, links, verdict, judge), quoted, verdict, of_offered)


def _link(cited: Cited, corpus: Corpus) -> Link:
    paper = corpus.paper_of(cited.source) if cited.source else None
    kind = quote_kind(cited.quote, [paper] if paper else [], corpus, cited.start, cited.end) if cited.quote else None
    if cited.quote and not paper and kind == "verbatim":
        # Whatever is cited for it, it is not the paper that holds it.
        kind = "misattributed"
    if not (paper and cited.source):
        return Link(cited, None, None, kind)
    return Link(cited, paper, _quoted(paper, cited) or passage_of(paper, cited.source), kind)


def _quoted(paper: Paper, cited: Cited) -> Passage | None:
    """The words that a citation quotes, where the abstract holds them: between its offsets, or else where they stand first."""
    words = normalise(cited.quote)
    if not words or words not in paper.abstract:
        return None
    if cited.start is not None and paper.abstract[cited.start : cited.end] == words:
        return Passage(paper, cited.start, cited.start + len(words))
    start = paper.abstract.index(words)
    return Passage(paper, start, start + len(words))


def _verdict(claim: str, links: Sequence[Link], judge: Judge) -> Verdict:
    """How well all that is cited supports a claim: unscored where it does not in full, and a part of it cannot be read here."""
    evidence = tuple(dict.fromkeys(link.evidence for link in links if link.evidence))
    verdict = judge.support(claim, evidence)
    unreadable = any(link.is_unreadable for link in links)
    return verdict if verdict.support == "full" or not unreadable else _UNSCORED


def _weighed(claim: str, links: Sequence[Link], verdict: Verdict, judge: Judge) -> tuple[Link, ...]:
    """The links of a sentence with whether each is needed, as `citation_precision` says it."""
    if verdict.support == "unscored":
        return tuple(links)
    supported = verdict.support == "full"
    return tuple(
        Link(
            link.cited,
            link.paper,
            link.evidence,
            link.quote,
            needed=supported and link.evidence is not None and _is_relevant(claim, place, links, judge),
        )
        for place, link in enumerate(links)
    )


def _is_relevant(claim: str, place: int, links: Sequence[Link], judge: Judge) -> bool:
    """Whether a citation of a supported claim supports it alone, or the others do not without it (Gao et al. 2023)."""
    if len(links) == 1:
        return True
    others = [link for at, link in enumerate(links) if at != place]
    return _supports(claim, [links[place]], judge) or not _supports(claim, others, judge)


def _supports(claim: str, links: Sequence[Link], judge: Judge) -> bool:
    evidence = tuple(dict.fromkeys(link.evidence for link in links if link.evidence))
    return judge.support(claim, evidence).support == "full"
