"""How far the words that an answer cites are the gold ones, as words and as characters."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from index.passages import Passage

_WORD = re.compile(r"\w+")


def token_f1(cited: Sequence[Passage], gold: Sequence[str]) -> float:
    """The F1 of the words of the cited spans against those of the gold sentences, as bags (Rajpurkar et al. 2016, SQuAD).

    Precision is the share of the cited words that are gold, recall that of the gold words that are cited, each word counted as often as it
    stands there; F1 = 2PR / (P + R), 0 where nothing is in common. Characters of overlapping spans count once.
    """
    said = Counter(word for span in _merged(cited) for word in _words(span.text))
    told = Counter(word for sentence in gold for word in _words(sentence))
    common = (said & told).total()
    return 2 * common / (said.total() + told.total()) if common else 0.0


def character_iou(cited: Sequence[Passage], gold: Sequence[Passage]) -> float:
    """The intersection over the union of the characters of the cited and of the gold spans (DeYoung et al. 2020, ERASER).

    Characters of different papers differ; 0 where nothing is cited.
    """
    mine, theirs = ({(p.paper.paper_id, at) for p in spans for at in range(p.start, p.end)} for spans in (cited, gold))
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def _merged(spans: Iterable[Passage]) -> Iterator[Passage]:
    last: Passage | None = None
    for span in sorted(spans, key=lambda one: (one.paper.paper_id, one.start)):
        if last and span.paper == last.paper and span.start <= last.end:
            last = Passage(last.paper, last.start, max(last.end, span.end))
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
