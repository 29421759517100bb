"""Good answers made bad in one way each, to see which measure sees it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from eval.intervals import Figure, figure_of
from eval.told.answers import Cited, Sentence, Source, Told
from eval.told.corpus import Corpus
from index.papers import Paper
from index.passages import Passage, sentences

# An answer made bad; None where it has nothing that could be.
Perturbation = Callable[[Told, Corpus, Random], Told | None]

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*")
_VERB = re.compile(r"\b(is|are|was|were|can|could|does|do|did|has|have|will|would|should|may|must)\b")
_NOT = re.compile(r"(?:\bnot |\bn[’']t\b)")
# Words of each of two pieces that are stitched, and every which word of a quote is replaced.
_PIECE, _EVERY = 6, 3


def papers_swapped(told: Told, corpus: Corpus, rng: Random) -> Told | None:
    """Each citation names another paper of the corpus, for the same quote."""

    def swapped(cited: Cited) -> Cited:
        other = rng.choice([paper for paper in corpus.papers if paper != _paper(cited, corpus)])
        return replace(cited, source=Source((other.paper_id,)))

    return _cited_otherwise(told, swapped)


def numbers_changed(told: Told, corpus: Corpus, rng: Random) -> Told | None:  # noqa: ARG001
    """Each number of the sentences begins with another digit."""

    def changed(found: re.Match[str]) -> str:
        return rng.choice([digit for digit in "123456789" if digit != found[0][0]]) + found[0][1:]

    return _worded_otherwise(told, lambda text: _NUMBER.sub(changed, text))


def negated(told: Told, corpus: Corpus, rng: Random) -> Told | None:  # noqa: ARG001
    """Each sentence says the opposite: a `not` after its first verb, or gone, or before all of it."""
    return _worded_otherwise(told, _opposite)


def evidence_deleted(told: Told, corpus: Corpus, rng: Random) -> Told | None:
    """Each citation quotes another sentence of the same abstract, as if the words that say it were gone."""

    def other(cited: Cited) -> Cited | None:
        paper = _paper(cited, corpus)
        rest = [one for one in _sentences(paper) if one.text not in cited.quote and cited.quote not in one.text]
        return _quoting(cited, rng.choice(rest)) if rest and cited.quote else None

    return _cited_otherwise(told, other)


def citations_removed(told: Told, corpus: Corpus, rng: Random) -> Told | None:  # noqa: ARG001
    """No sentence cites anything."""
    return replace(told, sentences=tuple(replace(one, cited=()) for one in told.sentences)) if told.cites else None


def citations_shuffled(told: Told, corpus: Corpus, rng: Random) -> Told | None:
    """Each sentence that cites has the citations of another one of the same answer."""
    citing = [place for place, one in enumerate(told.sentences) if one.cited]
    if len({told.sentences[place].cited for place in citing}) < 2:
        return None
    by = rng.randrange(1, len(citing))
    given = {place: told.sentences[citing[(at + by) % len(citing)]].cited for at, place in enumerate(citing)}
    shuffled = tuple(replace(one, cited=given.get(place, one.cited)) for place, one in enumerate(told.sentences))
    return replace(told, sentences=shuffled) if shuffled != told.sentences else citations_shuffled(told, corpus, rng)


def fabricated_quote(told: Told, corpus: Corpus, rng: Random) -> Told | None:
    """The first quote has every third word from some other abstract."""

    def fabricated(cited: Cited) -> Cited | None:
        strange = rng.choice([paper for paper in corpus.papers if paper != _paper(cited, corpus)]).abstract.split()
        words = cited.quote.split()
        words[_EVERY - 1 :: _EVERY] = [rng.choice(strange) for _ in words[_EVERY - 1 :: _EVERY]]
        return replace(cited, quote=" ".join(words), start=None, end=None) if len(words) >= _EVERY else None

    return _first_otherwise(told, fabricated)


def stitched_quote(told: Told, corpus: Corpus, rng: Random) -> Told | None:  # noqa: ARG001
    """The first quote is the beginning of the cited abstract and the end of it, as if one followed the other."""

    def stitched(cited: Cited) -> Cited | None:
        words = paper.abstract.split() if (paper := _paper(cited, corpus)) else []
        quote = " ".join((*words[:_PIECE], *words[-_PIECE:]))
        return replace(cited, quote=quote, start=None, end=None) if len(words) > 4 * _PIECE else None

    return _first_otherwise(told, stitched)


def everything_cited(told: Told, corpus: Corpus, rng: Random) -> Told | None:  # noqa: ARG001
    """Each sentence cites all that the answer cites, and every source that it was given."""
    own = dict.fromkeys(cited for one in told.sentences for cited in one.cited)
    everything = (*own, *(Cited(source) for source in told.sources))
    if len(everything) < 2 or not own:
        return None
    return replace(told, sentences=tuple(replace(one, cited=everything) for one in told.sentences))


def passage_copied(told: Told, corpus: Corpus, rng: Random) -> Told | None:  # noqa: ARG001
    """The answer is every sentence of the abstracts that it cites, each quoting itself."""
    first = {paper: cited for one in told.sentences for cited in one.cited if (paper := _paper(cited, corpus))}
    copied = tuple(
        Sentence(words.text, (_quoting(cited, words),)) for paper, cited in first.items() for words in _sentences(paper)
    )
    return replace(told, sentences=copied) if copied else None


PERTURBATIONS: dict[str, Perturbation] = {
    "papers swapped": papers_swapped,
    "numbers changed": numbers_changed,
    "negated": negated,
    "evidence deleted": evidence_deleted,
    "citations removed": citations_removed,
    "citations shuffled": citations_shuffled,
    "a fabricated quote": fabricated_quote,
    "a stitched quote": stitched_quote,
    "everything cited to everything": everything_cited,
    "the whole passage copied": passage_copied,
}

# The measures that are meant to see each, which must fall.
MEANT: dict[str, tuple[str, ...]] = {
    "papers swapped": ("quotes verbatim", "citation recall (ALCE)"),
    "numbers changed": ("sentences supported",),
    "negated": ("sentences supported",),
    "evidence deleted": ("citation recall (ALCE)", "gold evidence, F1 of words"),
    "citations removed": ("citation recall (ALCE)",),
    "citations shuffled": ("citation recall (ALCE)",),
    "a fabricated quote": ("quotes verbatim",),
    "a stitched quote": ("quotes verbatim",),
    "everything cited to everything": ("citation precision (ALCE)",),
    "the whole passage copied": ("gold evidence, F1 of words", "gold evidence, overlap of characters"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """The means of a measure before and after, and the mean of the paired differences with n and its bootstrap interval."""

    before: float
    after: float
    difference: Figure


def perturbed(told: Sequence[Told], name: str, corpus: Corpus, seed: int = 0) -> tuple[Told | None, ...]:
    """The answers made bad in the way of this name, each by a seed of its own; None where there is nothing to make bad."""
    return tuple(PERTURBATIONS[name](one, corpus, Random(f"{seed} {name} {one.id}")) for one in told)  # noqa: S311


def change(name: str, pairs: Sequence[tuple[float | None, float | None]]) -> Change | None:
    """What became of a measure, from its values before and after by answer; of the answers that it measures both times."""
    both = [(before, after) for before, after in pairs if before is not None and after is not None]
    if not both:
        return None
    values = np.array(both, np.float64)
    difference = figure_of(name, [values[:, 1] - values[:, 0]], lambda drawn: float(drawn.mean()))
    return Change(float(values[:, 0].mean()), float(values[:, 1].mean()), difference)


def _cited_otherwise(told: Told, otherwise: Callable[[Cited], Cited | None]) -> Told | None:
    """`told` with every citation changed; None where none could be."""
    found = tuple(replace(one, cited=tuple(otherwise(cited) or cited for cited in one.cited)) for one in told.sentences)
    return replace(told, sentences=found) if found != told.sentences else None


def _first_otherwise(told: Told, otherwise: Callable[[Cited], Cited | None]) -> Told | None:
    """`told` with the first quote changed; None where there is none or it could not be."""
    first = next((cited for one in told.sentences for cited in one.cited if cited.quote), None)
    return _cited_otherwise(told, lambda cited: otherwise(cited) if cited is first else None) if first else None


def _worded_otherwise(told: Told, otherwise: Callable[[str], str]) -> Told | None:
    found = tuple(one if one.recorded else replace(one, text=otherwise(one.text)) for one in told.sentences)
    return replace(told, sentences=found) if found != told.sentences else None


def _opposite(text: str) -> str:
    if _NOT.search(text):
        return _NOT.sub("", text, count=1)
    found, count = _VERB.subn(r"\1 not", text, count=1)
    return found if count else f"It is not so that {text[:1].lower()}{text[1:]}"


def _paper(cited: Cited, corpus: Corpus) -> Paper | None:
    return corpus.paper_of(cited.source) if cited.source else None


def _sentences(paper: Paper | None) -> tuple[Passage, ...]:
    return sentences(Passage(paper, 0, len(paper.abstract))) if paper else ()


def _quoting(cited: Cited, words: Passage) -> Cited:
    return replace(cited, quote=words.text, start=words.start, end=words.end)
