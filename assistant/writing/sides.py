"""The sentences that speak of each side of a comparison, or of all."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.question.asked import asked, content_words, is_coined, is_people, letters, mentions, naming
from assistant.question.comparing import Comparison
from assistant.reading.abstention import UNMENTIONED, chance_of_answer
from assistant.reading.extractive import Said, quotes
from assistant.reading.quote import Quote, with_antecedent, with_finding
from assistant.reading.reader import Read
from assistant.types import Evidence
from assistant.writing.sections import SURER, UNSURE, Draft, Section

# A sentence of a paper that names the side comes so much before another, and needs only so much of a chance.
_NAMED, _LEAST_OF_NAMED = 0.15, 0.1


def side_draft(
    side: str, query: str, comparison: Comparison, read: Sequence[Read], corpus: Said, least: float
) -> Draft:
    """What was `read` answers of `side`, in the sentence that does best; or that none does with a chance of `least`."""
    ranked = quotes(query, [one.hit for one in read], corpus, read)
    chance = chance_of_answer(read, ranked)
    named = {quote for quote in ranked if _is_of(side, comparison, quote)}
    if _names(side):
        # Of a thing with a name, another tells nothing.
        ranked = tuple(quote for quote in ranked if quote in named)
    best = max(ranked, default=None, key=lambda quote: quote.score + _NAMED * (quote in named))
    if not best or chance < (_LEAST_OF_NAMED if best in named else least):
        return Draft(why_not=UNMENTIONED)
    return Draft((with_finding(with_antecedent(best)),), chance=chance)


def either(comparison: Comparison, sections: Sequence[Section], evidence: Evidence, *, words: bool) -> list[Section]:
    """Return the first of `sections`, the answer to the whole question, if a sentence of it speaks of all sides, or one paper of each, or it is sure and much surer; else those of the sides.

    A sentence that speaks of all comes before these. An LLM `words` them together, from all `evidence`.
    """
    whole, *sides = sections
    answered = [one.draft for one in sides if not one.draft.why_not]
    told = tuple({quote.passage: quote for draft in answered for quote in draft.quotes}.values())
    compares = any(speaks_of_all(comparison, [quote]) for quote in whole.draft.quotes)
    papers, all_told = {quote.passage.paper for quote in told}, len(answered) == len(sides)
    of_one = all_told and len(papers) == 1 and papers == {quote.passage.paper for quote in whole.draft.quotes}
    holds_all = not all_told and speaks_of_all(comparison, whole.draft.quotes)
    chance = whole.draft.chance or 0.0
    surer = chance >= UNSURE and chance - min((one.chance or 0.0 for one in answered), default=0.0) >= SURER
    if words:
        return [Section("", evidence, replace(whole.draft, quotes=told, why_not=None) if answered else whole.draft)]
    if not answered or (not whole.draft.why_not and (compares or of_one or holds_all or surer)):
        return [whole]
    if len(told) == 1 and len(answered) == len(sides):
        return [
            Section(comparison.heading, whole.evidence, Draft(told, answered[0].preface, chance=answered[0].chance))
        ]
    both = next((quote for quote in whole.draft.ranked if speaks_of_all(comparison, [quote])), None)
    first = [Section(comparison.heading, whole.evidence, Draft((with_antecedent(both),)))] if both else []
    return [*first, *sides]


def speaks_of_all(comparison: Comparison, told: Sequence[Quote]) -> bool:
    """Whether the quotes that are `told` together hold the words of all sides."""
    text = " ".join(quote.passage.text for quote in told)
    return all(_speaks_of(side, comparison, text) for side in comparison.sides)


def _names(side: str) -> bool:
    """Whether a side is a thing with a name, which nobody puts in other words."""
    return any(not is_people(name) for name in asked(f"is {side}").names)


def _is_of(side: str, comparison: Comparison, quote: Quote) -> bool:
    paper = quote.passage.paper
    return _speaks_of(side, comparison, f"{paper.title} {paper.abstract}")


def _speaks_of(side: str, comparison: Comparison, text: str) -> bool:
    """Whether `text` holds `side` as it stands, or all of its words, or of a side with names in it, these; in the name of another side, GlowBERT in GlowBERT-XL, it does not."""
    for other in comparison.sides:
        if side != other and side.lower() in other.lower():
            text = re.sub(re.escape(other), " ", text, flags=re.IGNORECASE)
    words = [word for word in content_words(side) if len(letters(word)) > 1]
    words = [word for word in words if is_coined(word)] or words
    return bool(naming({side: text}, side)) or (bool(words) and all(mentions(text, word) for word in words))
