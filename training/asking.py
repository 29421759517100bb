"""Questions made from sentences by rule."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from training.altered import named

Kind = Literal["figure", "why", "name", "what", "whether"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a sentence answers, and that sentence without its answer where this could be taken out."""

    question: str
    kind: Kind
    unsaid: str | None = None


_VERBS = re.split(
    r",\s+",
    """contains, covers, includes, comprises, consists of, achieves, reaches, obtains, improves, outperforms, reduces,
    increases, uses, employs, requires, needs, supports, spans, shows, yields, provides, gives, describes, evaluates,
    compares, proposes, introduces, presents, leverages, combines, generates, predicts, learns, trains, ranks,
    surpasses, exceeds, attains, scores, relies on, focuses on, addresses, explores, investigates, annotates, releases,
    constructs, builds, collects, extracts, identifies, detects, measures, analyzes""",
)
_IRREGULAR = {
    "reaches": "reach",
    "surpasses": "surpass",
    "focuses": "focus",
    "addresses": "address",
    "relies": "rely",
    "identifies": "identify",
}


def _infinitive(verb: str) -> str:
    inflected, space, particle = verb.partition(" ")
    return _IRREGULAR.get(inflected, inflected.removesuffix("s")) + space + particle


_INFINITIVES = {verb: _infinitive(verb) for verb in _VERBS}
_PLURALS = dict.fromkeys((*_INFINITIVES.values(), "find"))


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_FINITE = re.compile(
    rf"\b(?P<singular>{_either(_VERBS)})\b|(?P<plural>(?<=[Ww]e )(?:{_either(_PLURALS)}))\b|"
    r"\b(?P<auxiliary>is|are|was|were|can|could)\b"
)
_REASON = re.compile(
    r",? (because|since|due to|owing to|as a result of|in order to|so that|to avoid|to reduce|to mitigate) "
    r"[^,.;]{15,}"
)
_FIGURE = re.compile(
    r"(?P<number>(?:\d[\d,.]*\d|\d)(?:k|K|M|B)?(?:\.\d+)?)"
    r"(?P<points>\s?%| percent| points?| percentage points?)?(?: (?:million|billion|thousand))?"
    r"(?P<counted>"
    r"(?: (?:different|new|English|human|unique|distinct|annotated|parallel|low-resource|training))?"
    r"(?: [a-z-]{3,}s)?)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_WHAT_IS_NAMED = (
    (re.compile(r"(?i)\b(dataset|corpus|benchmark|SQuAD|GLUE|MNLI|WMT|treebank|bank)\b"), "dataset"),
    (re.compile(r"(?i)(BERT|GPT|LLaMA|T5|BART|LSTM|transformer|model)"), "model"),
    (
        re.compile(
            r"^(English|Chinese|German|French|Arabic|Spanish|Japanese|Hindi|Russian|Turkish|Czech|Korean|Vietnamese|"
            r"Dutch|Italian|Portuguese|Finnish|Urdu|Bengali|Persian)"
        ),
        "language",
    ),
)
_OPENING = re.compile(
    r"^(?:However|Moreover|Finally|Furthermore|In addition|Results show that|Experiments show that|We show that|"
    r"We find that)[ ,]+"
)
_NAME_FIRST = re.compile(r"[A-Z]\w*[A-Z]|[A-Z][a-z]+ ?[A-Z]")
_ASIDE = re.compile(r"\s*\([^()]*\)")
_CLAUSE = re.compile(
    r",? (?:which|while|whereas|although|where|thereby|and thus|compared|on average|as well as|respectively)\b[^?]*"
)


def asked(sentence: str, chance: Random) -> tuple[Asked, ...]:
    """Return all questions that the rules make of a sentence; many begin with a small letter, some are no English."""
    return (
        *_figures(sentence, chance),
        *_reasons(sentence),
        *_names(sentence, chance),
        *_statements(sentence, chance),
    )


def shortened(question: str, chance: Random) -> str:
    """Return a question without asides, often without its last clause, and of no more than 24 words."""
    short = _ASIDE.sub("", question)
    if chance.random() < 0.6:
        short = _CLAUSE.sub("", short)
    words = short.split()
    if len(words) <= 24:
        return short
    return " ".join(words[: chance.randint(14, 24)]).rstrip(" ,") + "?"


def _figures(sentence: str, chance: Random) -> Iterator[Asked]:
    for figure in _FIGURE.finditer(sentence):
        before, after = sentence[: figure.start()], sentence[figure.end() :]
        if _part_of_word(before[-1:], "-.([") or _part_of_word(after[:1], "-/)]"):
            continue
        counted = figure["counted"]
        wh = _wh_of(figure, chance)
        vague = chance.choice(["several" if counted.strip() else "a", "many", "considerable", "some"])
        unsaid = before + vague + (counted or " amount") + after
        yield Asked(_fronted(sentence, wh, figure.span(), chance), "figure", unsaid)


def _part_of_word(character: str, marks: str) -> bool:
    return character != "" and (character.isalnum() or character in marks)


def _wh_of(figure: re.Match[str], chance: Random) -> str:
    if _YEAR.fullmatch(figure["number"]):
        return "in which year" if chance.random() < 0.5 else "when"
    if figure["points"]:
        return chance.choice(
            ["by how much", "what score", "how much", "by how many points", "what percentage", "what improvement"]
        )
    if figure["counted"].strip():
        return "how many" + figure["counted"]
    return chance.choice(["how many", "what number", "how much", "what score", "what value"])


def _reasons(sentence: str) -> Iterator[Asked]:
    for reason in _REASON.finditer(sentence):
        rest = sentence[: reason.start()].strip()
        if len(rest) < 25:
            continue
        verb = _FINITE.search(rest)
        if verb and verb["auxiliary"]:
            question = f"why {verb['auxiliary']} {rest[: verb.start()]}{rest[verb.end() :].strip()}?"
        elif verb and verb["singular"]:
            infinitive = _INFINITIVES[verb["singular"]]
            question = f"why does {rest[: verb.start()]}{infinitive}{rest[verb.end() :]}?"
        else:
            question = f"why {_lowered(rest)}?"
        yield Asked(" ".join(question.split()), "why", rest + ".")


def _names(sentence: str, chance: Random) -> Iterator[Asked]:
    found = [name for name in named(sentence) if len(name.group()) > 2]
    if not found:
        return
    name = chance.choice(found)
    before, after = sentence[: name.start()], sentence[name.end() :]
    unknown = chance.choice(["method", "system", "model", "task", "dataset", "approach"])
    around = name.group() + after[:12]
    thing = next((thing for pattern, thing in _WHAT_IS_NAMED if pattern.search(around)), unknown)
    wh = chance.choice(["which", "what"])
    question = _fronted(sentence, f"{wh} {thing}", name.span(), chance)
    yield Asked(question, "name", before + chance.choice(["it", "others", "this", "several ones"]) + after)


def _statements(sentence: str, chance: Random) -> Iterator[Asked]:
    verb = _FINITE.search(sentence)
    if not verb or verb.start() <= 8 or len(sentence) - verb.end() <= 25:
        return
    subject, rest = sentence[: verb.start()].strip(), sentence[verb.end() :].rstrip(".")
    if verb["singular"]:
        infinitive = _INFINITIVES[verb["singular"]]
        yield Asked(f"what does {subject} {infinitive}?", "what")
        yield Asked(f"does {subject} {infinitive}{rest}?", "whether")
    elif verb["plural"]:
        _, to, aim = sentence.partition(" to ")
        purpose = f" in order to {aim[:60]}" if to and chance.random() < 0.3 else ""
        yield Asked(f"what did the authors {verb['plural']}{purpose}?", "what")
    else:
        yield Asked(f"{verb['auxiliary']} {subject}{rest}?", "whether")
        yield Asked(f"what {verb['auxiliary']} {subject}?", "what")


def _fronted(sentence: str, wh: str, asked_for: tuple[int, int], chance: Random) -> str:
    begin, end = asked_for
    before, after = sentence[:begin].rstrip(), sentence[end:].rstrip(" .")
    verb = _FINITE.search(before)
    form = chance.random()
    if verb and form < 0.75 and verb.start() > 3:
        subject = _OPENING.sub("", before[: verb.start()].strip(" ,"))
        subject = subject if _NAME_FIRST.match(subject) else _lowered(subject)
        auxiliary, infinitive = _auxiliary(verb, chance)
        question = f"{wh} {auxiliary} {subject} {infinitive} {before[verb.end() :].strip()}{after}?"
    elif form < 0.9:
        question = f"{before} {wh}{after}?"
    else:
        question = f"{wh} {before}{after}?"
    return " ".join(question.split())


def _auxiliary(verb: re.Match[str], chance: Random) -> tuple[str, str]:
    if verb["singular"]:
        return chance.choice(["does", "did"]), _INFINITIVES[verb["singular"]]
    if verb["plural"]:
        return chance.choice(["do", "did"]), verb["plural"]
    return verb["auxiliary"], ""


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
