"""The sentences that speak of each side of a comparison, or of all."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.question.asked import content_words, letters, mentions, naming
from assistant.question.comparing import Comparison
from assistant.reading.abstention import UNMENTIONED, in_scope
from assistant.reading.extractive import Quote, Said, quotes, with_antecedent, with_finding
from assistant.types import Evidence
from assistant.writing.telling import Draft, Section
from index.index import Hit

# Of a word, its letters but for an ending of so many, though not fewer than so many, are looked for.
_ROOT, _ENDING = 4, 3


def side_draft(side: str, comparison: Comparison, hits: Sequence[Hit], corpus: Said, limit: str) -> Draft:
    """What the papers among `hits` that speak of `side` say in what is compared, in a sentence; or why none does."""
    ranked = quotes(comparison.about or side, hits, corpus)
    quote = _of_side(side, comparison, ranked)
    return Draft((quote,), limit) if quote and in_scope(ranked) else Draft(why_not=UNMENTIONED)


def either(comparison: Comparison, sections: Sequence[Section], evidence: Evidence, *, words: bool) -> list[Section]:
    """Return the first of `sections`, the answer to the whole question, if it speaks of all sides; else those of the sides.

    A sentence that speaks of all comes before these. An LLM `words` them together, from all `evidence`.
    """
    whole, *sides = sections
    answered = [one.draft for one in sides if not one.draft.why_not]
    holds_all = not whole.draft.why_not and speaks_of_all(comparison, whole.draft.quotes)
    if holds_all or not answered:
        return [whole]
    if words:
        told = tuple(dict.fromkeys(quote for draft in answered for quote in draft.quotes))
        return [Section("", evidence, replace(whole.draft, quotes=told, why_not=None))]
    both = next((quote for quote in whole.draft.ranked if speaks_of_all(comparison, [quote])), None)
    first = [Section(comparison.heading, whole.evidence, Draft((with_antecedent(both),)))] if both else []
    return [*first, *sides]


def speaks_of_all(comparison: Comparison, told: Sequence[Quote]) -> bool:
    """Whether the quotes that are `told` together hold the words of all sides."""
    text = " ".join(quote.passage.text for quote in told)
    return all(_speaks_of(side, comparison, text) for side in comparison.sides)


def _of_side(side: str, comparison: Comparison, ranked: Sequence[Quote]) -> Quote | None:
    texts = {one.passage.paper.paper_id: f"{one.passage.paper.title} {one.passage.paper.abstract}" for one in ranked}
    titles = {one.passage.paper.paper_id: one.passage.paper.title for one in ranked}
    beside = [letters(word)[: max(_ROOT, len(word) - _ENDING)] for word in content_words(comparison.about)]
    telling = {
        key
        for key, text in texts.items()
        if _speaks_of(side, comparison, text) and (not beside or any(root in letters(text) for root in beside))
    }
    own = {key for key in telling if _speaks_of(side, comparison, titles[key])} or telling
    best = next((quote for quote in ranked if quote.passage.paper.paper_id in own), None)
    return with_finding(with_antecedent(best)) if best else None


def _speaks_of(side: str, comparison: Comparison, text: str) -> bool:
    """Whether `text` holds `side` as it stands, or all of its words; in the name of another side, GlowBERT in GlowBERT-XL, it does not."""
    for other in comparison.sides:
        if side != other and side.lower() in other.lower():
            text = re.sub(re.escape(other), " ", text, flags=re.IGNORECASE)
    words = [word for word in content_words(side) if len(letters(word)) > 1]
    return bool(naming({side: text}, side)) or (bool(words) and all(mentions(text, word) for word in words))
