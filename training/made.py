"""Items made by rule from a corpus of abstracts: claims, questions, questions with a premise, and titles as claims."""

import gzip
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from eval.questions import SETS
from index.sentences import sentence_spans
from training.altered import falsified, named, raised, renamed, reworded
from training.asking import Asked, asked, shortened
from training.items import ANSWERED, CONTRADICTED, SUPPORTED, UNANSWERED, UNRELATED, Item, window
from training.labelled import abstracts_of

_CLAIMS_SEED, _QUESTIONS_SEED, _TITLES_SEED = 20261124, 20261125, 20261126
_PAPERS, _PAPERS_WITH_PREMISES, _PAPERS_WITH_TITLES = 30000, 16000, 9000
# The names that may stand in for another are those of the papers just read, so that what is common stays common.
_NAMES = 4000
# The lowest of these, each plus a random number up to 2.5, tells which of an abstract's questions is asked.
_RANKS = {"figure": 0.0, "why": 0.0, "name": 1.4, "whether": 1.6, "what": 1.6}
# How often what does not answer is the very sentence without its answer.
_TAKEN_OUT = {"figure": 0.5, "why": 0.6, "name": 0.2}
# A title is held against the nearest of so many other papers.
_OTHERS = 400
_SHORT_NAME = re.compile(r"^[A-Z][\w-]{1,14}: ")
_STOP_WORDS = frozenset(
    re.findall(r"\w+", "the and for with using from via based towards toward into are that this how what")
)


@dataclass(frozen=True, slots=True)
class Abstract:
    """A paper's title, its abstract with single spaces, and the sentences of that."""

    title: str
    text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The sets; those of questions and of premises come from different papers."""

    claims: tuple[Item, ...]
    questions: tuple[Item, ...]
    premises: tuple[Item, ...]
    titles: tuple[Item, ...]


def make(corpus: Path, lines: Path) -> Made:
    """Make the sets, always the same, from a gzipped JSONL corpus of the ACL Anthology.

    Papers that the evaluation's questions or our own `lines` are about are left out.
    """
    with gzip.open(SETS / "acl-papers.jsonl.gz", "rt", encoding="utf-8") as stream:
        left_out = {json.loads(line)["paper_id"].removeprefix("acl:") for line in stream}
    left_out |= abstracts_of(lines).keys()
    with gzip.open(corpus, "rt", encoding="utf-8") as stream:
        rows = [row for row in map(json.loads, stream) if row["id"] not in left_out and row.get("abstract")]
    return Made(
        claims=tuple(claims(*_drawn(rows, _CLAIMS_SEED, 0, _PAPERS))),
        questions=tuple(questions(*_drawn(rows, _QUESTIONS_SEED, 0, _PAPERS))),
        premises=tuple(premises(*_drawn(rows, _QUESTIONS_SEED, _PAPERS, _PAPERS_WITH_PREMISES))),
        titles=tuple(titles(*_drawn([*filter(_says_much, rows)], _TITLES_SEED, 0, _PAPERS_WITH_TITLES))),
    )


def claims(papers: Iterable[Abstract], chance: Random) -> Iterator[Item]:
    """Yield claims that a sentence supports, contradicts or says nothing about, one to four a paper."""
    names: deque[str] = deque(maxlen=_NAMES)
    for paper in papers:
        sentences = [each for each in paper.sentences if 40 < len(each) < 400 and not each.endswith("?")]
        if len(sentences) >= 4:
            names.extend(_names(sentences))
            yield from _claims(sentences, names, chance)


def questions(papers: Iterable[Abstract], chance: Random) -> Iterator[Item]:
    """Yield a question a paper, with words that answer it and, once or twice, with words that do not."""
    previous = ""
    for paper in papers:
        found = _question(paper, chance) if 4 <= len(paper.sentences) <= 14 else None
        if found:
            place, question = found
            yield Item(question.question, _answer(paper, place, chance), ANSWERED)
            yield Item(question.question, _no_answer(paper.sentences, place, question, chance), UNANSWERED)
            if previous and chance.random() < 0.12:
                yield Item(question.question, previous, UNANSWERED)
            previous = paper.text if chance.random() < 0.5 else chance.choice(paper.sentences)


def premises(papers: Iterable[Abstract], chance: Random) -> Iterator[Item]:
    """Yield questions with words that support, contradict or do not touch what the question takes for granted."""
    names: deque[str] = deque(maxlen=_NAMES)
    for paper in papers:
        if 4 <= len(paper.sentences) <= 14:
            names.extend(_names(paper.sentences))
            place = chance.randrange(len(paper.sentences))
            if 50 < len(paper.sentences[place]) < 300 and not paper.sentences[place].endswith("?"):
                yield from _premise(paper.sentences, place, names, chance)


def titles(papers: Iterable[Abstract], chance: Random) -> Iterator[Item]:
    """Yield titles as claims, with abstracts that support them, contradict them once altered, or do neither."""
    known = tuple(papers)
    words = [[_title_words(each) for each in paper.sentences] for paper in known]
    wholes = [set[str]().union(*each) for each in words]
    for place, paper in enumerate(known):
        title = _title_words(paper.title)
        ranked = _by_shared(title, words[place])
        if 4 * len(title & words[place][ranked[0]]) < max(1, len(title)):
            continue
        evidence = _title_evidence(paper, ranked, chance)
        yield Item(_as_claim(paper.title, chance), evidence, SUPPORTED)
        others = [each for each in chance.sample(range(len(known)), _OTHERS) if each != place]
        if chance.random() < 0.6:
            other = others[_by_shared(title, [wholes[each] for each in others])[0]]
            nearest = known[other].sentences[_by_shared(title, words[other])[0]]
            claim = _as_claim(paper.title, chance)
            yield Item(claim, nearest if chance.random() < 0.6 else known[other].text, UNRELATED)
        if chance.random() < 0.3 and (altered := falsified(paper.title, chance)):
            yield Item(_as_claim(altered[1], chance), evidence, CONTRADICTED)


def _drawn(rows: Sequence[dict[str, Any]], seed: int, first: int, count: int) -> tuple[Iterator[Abstract], Random]:
    chance = Random(seed)  # noqa: S311 - what to learn from, no secret
    order = list(rows)
    chance.shuffle(order)
    return (_abstract(row) for row in order[first : first + count]), chance


def _abstract(row: dict[str, Any]) -> Abstract:
    text = " ".join(row["abstract"].split())
    return Abstract(row["title"], text, tuple(text[begin:end] for begin, end in sentence_spans(text)))


def _names(sentences: Iterable[str]) -> Iterator[str]:
    return (name.group() for each in sentences for name in named(each) if len(name.group()) > 2)


def _claims(sentences: Sequence[str], names: Sequence[str], chance: Random) -> Iterator[Item]:
    place = chance.randrange(len(sentences))
    sentence = sentences[place]
    yield Item(reworded(sentence, chance), _evidence(sentences, place, chance), SUPPORTED)
    plain = reworded(sentence, chance) if chance.random() < 0.7 else sentence
    if altered := falsified(plain, chance):
        yield Item(altered[1], _evidence(sentences, place, chance), CONTRADICTED)
    if chance.random() < 0.45:
        other = chance.choice(_but(place, sentences))
        claim = reworded(sentences[other], chance)
        yield Item(claim, sentence if chance.random() < 0.6 else _without(other, sentences), UNRELATED)
    if chance.random() < 0.25:
        of_another, evidence = renamed(plain, names, chance), _evidence(sentences, place, chance)
        if of_another:
            yield Item(of_another, evidence, UNRELATED)


def _evidence(sentences: Sequence[str], place: int, chance: Random) -> str:
    size = chance.random()
    if size < 0.45:
        return sentences[place]
    return window(sentences, place, place, 2, chance) if size < 0.8 else " ".join(sentences)


def _question(paper: Abstract, chance: Random) -> tuple[int, Asked] | None:
    found = [
        (place, each)
        for place, sentence in enumerate(paper.sentences)
        if 40 < len(sentence) < 320 and not sentence.endswith("?")
        for each in asked(sentence, chance)
        if _speakable(each)
    ]
    if not found:
        return None
    chance.shuffle(found)
    place, chosen = min(found, key=lambda each: _RANKS[each[1].kind] + 2.5 * chance.random())
    question = _sometimes_reworded(chosen.question, chance)
    question = raised(shortened(question, chance))
    if len(question.split()) < 5:
        return None
    if chance.random() < 0.1:
        question = question.lower()
    if chosen.kind in {"what", "name"} and chance.random() < 0.5 and len(paper.title) < 120:
        question = f"{question.rstrip('?')} in {paper.title.split(':')[0]}?"  # as people say where it is done
    return place, replace(chosen, question=question)


def _answer(paper: Abstract, place: int, chance: Random) -> str:
    size = chance.random()
    if size < 0.5 or (size < 0.75 and chance.random() < 0.5):
        return paper.sentences[place]
    return window(paper.sentences, place, place, 2, chance) if size < 0.75 else paper.text


def _no_answer(sentences: Sequence[str], place: int, question: Asked, chance: Random) -> str:
    if question.unsaid and chance.random() < _TAKEN_OUT[question.kind]:
        alone = chance.random() < 0.5
        return question.unsaid if alone else " ".join((*sentences[:place], question.unsaid, *sentences[place + 1 :]))
    others = _but(place, sentences)
    if question.kind == "figure":
        near = [each for each in others if re.search(r"\d", sentences[each])] or others
    else:
        near = sorted(others, key=lambda each: -len(_words(sentences[each]) & _words(question.question)))[:2]
    return sentences[chance.choice(near)] if chance.random() < 0.6 else _without(place, sentences)


def _premise(sentences: Sequence[str], place: int, names: Sequence[str], chance: Random) -> Iterator[Item]:
    sentence, form = sentences[place], chance.random()
    near = window(sentences, place, place, 1, chance)
    evidence = sentence if chance.random() < 0.6 else near
    if form < 0.5:
        question, label = _presupposing(sentence, chance), SUPPORTED
    elif form < 0.85:
        question, label = _presupposing_what_is_false(sentence, chance), CONTRADICTED
    elif form < 0.93:
        question, label = _presupposing_of_another(sentence, names, chance), UNRELATED
    else:
        evidence = sentences[chance.choice(_but(place, sentences))]
        question, label = _presupposing(sentence, chance), UNRELATED
    if question:
        yield Item(question, evidence, label)


def _presupposing(sentence: str, chance: Random) -> str | None:
    found = [each for each in asked(sentence, chance) if _speakable(each)]
    if not found:
        return None
    question = raised(_sometimes_reworded(chance.choice(found).question, chance))
    return question if len(question.split()) >= 5 else None


def _presupposing_what_is_false(sentence: str, chance: Random) -> str | None:
    if not (altered := falsified(sentence, chance)):
        return None
    alteration, text = altered
    question = _presupposing(text, chance)
    if question and alteration in {"number", "antonym"}:
        # What was altered may be the very words that are asked for.
        new = {*re.findall(r"\w+", text.lower())} - {*re.findall(r"\w+", sentence.lower())}
        return question if new & {*re.findall(r"\w+", question.lower())} else None
    return question


def _presupposing_of_another(sentence: str, names: Sequence[str], chance: Random) -> str | None:
    if not (text := renamed(sentence, names, chance)):
        return None
    question = _presupposing(text, chance)
    new = {*re.findall(r"\w+", text)} - {*re.findall(r"\w+", sentence)}
    return question if question and new & {*re.findall(r"\w+", question)} else None


def _says_much(row: dict[str, Any]) -> bool:
    return 6 <= len(row["title"].split()) <= 20 and len(row["abstract"]) > 400


def _title_evidence(paper: Abstract, ranked: Sequence[int], chance: Random) -> str:
    if chance.random() < 0.3:
        return paper.sentences[ranked[0]]
    if chance.random() < 0.6:
        return " ".join(paper.sentences[place] for place in sorted(ranked[:2]))
    return paper.text


def _as_claim(title: str, chance: Random) -> str:
    claim = _SHORT_NAME.sub("", title) if chance.random() < 0.5 else title
    form = chance.random()
    if form < 0.4:
        opening = "The paper is about" if form < 0.25 else "The authors present"
        claim = f"{opening} {claim[:1].lower()}{claim[1:]}"
    return claim.rstrip(".") + "."


def _title_words(text: str) -> set[str]:
    return {*re.findall(r"[a-z0-9]{3,}", text.lower())} - _STOP_WORDS


def _by_shared(words: set[str], texts: Sequence[set[str]]) -> list[int]:
    return sorted(range(len(texts)), key=lambda place: -len(words & texts[place]))


def _sometimes_reworded(question: str, chance: Random) -> str:
    if chance.random() < 0.5:
        return reworded(question.rstrip("?"), chance).rstrip(".") + "?"
    return question


def _speakable(question: Asked) -> bool:
    return 6 <= len(question.question.split()) <= 40


def _but(place: int, sentences: Sequence[str]) -> list[int]:
    return [each for each in range(len(sentences)) if each != place]


def _without(place: int, sentences: Sequence[str]) -> str:
    return " ".join(sentences[each] for each in _but(place, sentences))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{5,}", text.lower()))
