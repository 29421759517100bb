"""Sentences worded otherwise, and sentences altered so that they are no longer true, by rule."""

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (pair.split(": ") for pair in " ".join(text.split()).split(" | "))
    return tuple((one, other) for one, other in pairs)


_OPPOSITES = _pairs(
    """
    increases: decreases | increase: decrease | increased: decreased | increasing: decreasing | improves: worsens |
    improve: worsen | improved: worsened | improving: worsening | improvement: deterioration | improvements: losses |
    outperforms: underperforms | outperform: underperform | outperformed: underperformed |
    outperforming: underperforming | higher: lower | better: worse | best: worst | more: less | most: least |
    faster: slower | larger: smaller | large: small | positive: negative | positively: negatively | high: low |
    always: never | often: rarely | significant: negligible | significantly: barely | supervised: unsupervised |
    before: after | first: last | effective: ineffective | beneficial: harmful | presence: absence | with: without |
    easy: difficult | easier: harder | strong: weak | stronger: weaker | reduces: increases | reduce: increase |
    reduced: increased | reducing: increasing | reduction: increase | gains: losses | gain: loss |
    consistent: inconsistent | consistently: inconsistently | robust: fragile | similar: different | success: failure |
    successfully: unsuccessfully | possible: impossible | sufficient: insufficient | long: short | longer: shorter |
    up: down | many: few | helps: hurts | help: hurt | benefits: suffers | superior: inferior | simple: complex |
    rich: poor | low-resource: high-resource | static: dynamic | automatic: manual | automatically: manually |
    local: global | encoder: decoder | source: target | training: test | monolingual: multilingual | human: machine |
    early: late | above: below | cheap: expensive | efficient: inefficient | promotes: inhibits | promote: inhibit |
    associated with: unrelated to | causes: prevents | necessary: unnecessary | only: not only | all: none of the |
    both: neither | correlates with: does not correlate with | leads to: prevents | reveals no: reveals a |
    fails to: manages to | fail to: manage to | unlike: like | despite: because of | agree: disagree | public: private |
    open-source: closed-source
    """
)
_SYNONYMS = _pairs(
    """
    show: demonstrate | shows: demonstrates | results show: we find | method: approach | approach: method |
    propose: introduce | present: propose | significantly: substantially | improves: enhances | improve: boost |
    achieves: reaches | achieve: obtain | performance: results | use: employ | uses: employs | using: by means of |
    large: big | various: several | novel: new | task: problem | study: investigate | dataset: data set |
    datasets: data sets | experiments: evaluations | outperforms: is better than | outperform: beat |
    existing: previous | state-of-the-art: best previous | however,: but | in addition,: also, | furthermore,: also, |
    such as: for example | important: crucial | lack: absence | increases: raises | decreases: lowers | reduces: cuts |
    higher: greater | requires: needs | many: numerous | difficult: hard | we: the authors | our: their |
    this paper: the work | our results: the findings | because: since | while: whereas | obtain: get |
    effective: useful | examine: analyze | describes: presents | build: construct | create: develop |
    language models: LMs | natural language processing: NLP | large language models: LLMs | machine translation: MT |
    neural network: network | humans: people | participants: subjects | patients: individuals | demonstrate: indicate |
    leverage: exploit
    """
)
_OPPOSITE: dict[str, str] = {}
for _one, _other in _OPPOSITES:
    _OPPOSITE.setdefault(_one, _other)
    _OPPOSITE.setdefault(_other, _one)
_HAS_OPPOSITE = re.compile(
    rf"(?<![\w-])({'|'.join(sorted(map(re.escape, _OPPOSITE), key=len, reverse=True))})(?![\w-])", re.I
)

_FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?:%|\b)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FACTORS = (0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 2, 3, 10, 0.1)
_NUMERALS = dict(
    _pairs(
        """
        one: four | two: five | three: two | four: three | five: eight | six: nine | seven: three | eight: five |
        nine: six | ten: twenty | half: a quarter | twice: three times | dozens: hundreds | hundreds: thousands |
        thousands: millions | millions: thousands | double: triple
        """
    )
)

NAME = re.compile(
    r"\b(?:[A-Z][a-z]*[A-Z0-9][\w-]*|[A-Z]{2,}[\w-]*|[A-Z][a-z]{3,})"
    r"(?:[- ](?:[A-Z][\w-]+))*\b"
)
_CAPITALISED = r"[A-Z][\w-]+(?: [A-Z][\w-]+)*"
_COMPARED = (
    re.compile(
        rf"(?P<a>{_CAPITALISED}) "
        r"(?P<v>outperforms?|beats?|surpass(?:es)?|exceeds?|is better than|are better than|is worse than) "
        rf"(?P<b>{_CAPITALISED})"
    ),
    re.compile(r"\bfrom (?P<a>[\w-]+) (?P<v>to) (?P<b>[\w-]+)"),
    re.compile(r"(?P<a>\w[\w-]+) (?P<v>than|rather than|instead of|over|into|given) (?P<b>\w[\w-]+)"),
)
_CONTRAST = re.compile(r"\b(?:than|outperform|over|from|to|by|while|whereas|but|unlike|compared|against)\b")

_NEGATIONS = (
    (re.compile(r"\b(is|are|was|were|can|could|will|should|has|have|does|do|did|may|might) (?!not)"), r"\1 not "),
    (re.compile(r"\b(does|do|did|is|are|was|were|can|could|has|have) not "), r"\1 "),
    (re.compile(r"\bcannot\b"), "can"),
    (re.compile(r"\bno (?=\w)"), "a "),
    (re.compile(r"\bnot "), ""),
)
_FINITE = re.compile(
    r"\b(we|which|that|it|they|model|method|approach|results|system|authors) "
    r"(show|find|use|propose|improve|achieve|outperform|observe|demonstrate|introduce|present|rely|require|perform|"
    r"learn|depend|help|lead|allow|enable)(s?)\b",
    re.I,
)

_ASIDE = re.compile(r"\s*\([^()]{1,80}\)")
_OPENING = re.compile(
    r"^(?:However|Moreover|Furthermore|In addition|Additionally|Finally|In this paper|In this work|Specifically|"
    r"In particular|Thus|Therefore|To this end|Experiments show that|"
    r"Our (?:experimental )?results (?:show|demonstrate|indicate|suggest) that|"
    r"We (?:show|find|demonstrate|observe) that|Experimental results (?:show|demonstrate) that|"
    r"Extensive experiments (?:show|demonstrate) that|Results (?:show|indicate) that),? "
)
_CLAUSE = re.compile(
    r",? (?:which|while|whereas|although|because|since|so that|in order to|where|thereby|and thus|even when|"
    r"as well as) "
)
_PARTS = re.compile(r"; |, and (?=(?:we|our|the|it|they) )")
_WEIGHTY = re.compile(r"\d|not|no\b|never|without")


def reworded(sentence: str, chance: Random) -> str:
    """Return a sentence that says the same, or a part of it, in other words; now and then it is the same."""
    text = sentence
    if chance.random() < 0.5:
        text = _ASIDE.sub("", text)
    if chance.random() < 0.5:
        text = raised(_OPENING.sub("", text))
    if chance.random() < 0.4:
        clause = _CLAUSE.search(text)
        if clause and clause.start() > 40:
            text = text[: clause.start()] + "."
    if chance.random() < 0.3:
        parts = _PARTS.split(text)
        if len(parts) > 1 and all(len(part) > 35 for part in parts):
            text = raised(chance.choice(parts))
    for word, synonym in chance.sample(_SYNONYMS, len(_SYNONYMS)):
        if chance.random() < 0.6:
            text = _exchanged(text, word, synonym)
    if chance.random() < 0.15:
        text = " ".join(_thinned(text.split(), chance))
    return text if text.endswith((".", "!", "?")) else text.rstrip(" ,;:") + "."


def falsified(sentence: str, chance: Random) -> tuple[str, str] | None:
    """Return the name of an alteration and what it makes of a sentence, which contradicts it, or None if none fits."""
    order = [name for name, (_, weight) in _ALTERATIONS.items() for _ in range(weight)]
    chance.shuffle(order)
    for name in order:
        altered = _ALTERATIONS[name][0](sentence, chance)
        if altered and altered != sentence:
            return name, altered
    return None


def renamed(sentence: str, names: Sequence[str], chance: Random) -> str | None:
    """Return a sentence in which one name gave way to one of `names`, or None; the first word is not taken for one."""
    found = named(sentence)
    if not found or not names:
        return None
    old, new = chance.choice(found), chance.choice(names)
    return None if new.lower() in sentence.lower() else _replaced(sentence, old, new)


def named(sentence: str) -> list[re.Match[str]]:
    """Return the names in a sentence, but for one that begins it, as any word there has a capital."""
    return [name for name in NAME.finditer(sentence) if name.start() > 0]


def raised(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _with_other_number(sentence: str, chance: Random) -> str | None:
    found = [*_FIGURE.finditer(sentence)]
    found += [word for word in re.finditer(r"\b[a-z]+\b", sentence) if word.group() in _NUMERALS]
    if not found:
        return None
    old = chance.choice(found)
    if old.group() in _NUMERALS:
        return _replaced(sentence, old, _NUMERALS[old.group()])
    figure = old.group().rstrip("%")
    new = _other_figure(figure, chance)
    return None if new in {None, figure} else _replaced(sentence, old, f"{new}{old.group()[len(figure) :]}")


def _other_figure(figure: str, chance: Random) -> str | None:
    if _YEAR.fullmatch(figure):
        return str(int(figure) + chance.choice([-3, -2, -1, 1, 2, 3]))
    try:
        value = float(figure.replace(",", ""))
    except ValueError:
        return None  # 1.2.3 is a version
    scaled = value * chance.choice(_FACTORS)
    if "." in figure:
        return f"{scaled:.{len(figure.rpartition('.')[2])}f}"
    whole = round(scaled)
    if whole == int(value):
        whole += chance.choice([1, 2, 3])
    return f"{whole:,}" if "," in figure else str(whole)


def _with_opposite(sentence: str, chance: Random) -> str | None:
    found = [*_HAS_OPPOSITE.finditer(sentence)]
    if not found:
        return None
    word = chance.choice(found)
    return _replaced(sentence, word, _cased(word.group(), _OPPOSITE[word.group().lower()]))


def _negated(sentence: str, chance: Random) -> str | None:
    found = [(match, new) for pattern, new in _NEGATIONS for match in pattern.finditer(sentence)]
    if found and chance.random() < 0.8:
        match, new = chance.choice(found)
        return _replaced(sentence, match, match.expand(new))
    verbs = [*_FINITE.finditer(sentence)]
    if not verbs:
        return None
    verb = chance.choice(verbs)
    auxiliary = "does not" if verb[3] else "do not"
    return _replaced(sentence, verb, f"{verb[1]} {auxiliary} {verb[2]}")


def _swapped(sentence: str, chance: Random) -> str | None:
    for pattern in _COMPARED:
        found = [*pattern.finditer(sentence)]
        if found:
            match = chance.choice(found)
            one, verb, other = match["a"], match["v"], match["b"]
            if one.lower() != other.lower() and one.lower() not in _OPPOSITE:
                opening = "from " if match.group().startswith("from ") else ""
                return _replaced(sentence, match, f"{opening}{other} {verb} {one}")
    return _with_names_swapped(sentence, chance)


def _with_names_swapped(sentence: str, chance: Random) -> str | None:
    names = named(sentence)
    if len({name.group() for name in names}) < 2:
        return None
    one, other = sorted(chance.sample(names, 2), key=lambda name: name.start())
    between = sentence[one.end() : other.start()]
    if one.group() == other.group() or not _CONTRAST.search(between):
        return None  # "BERT and GPT" says the same as "GPT and BERT"
    return sentence[: one.start()] + other.group() + between + one.group() + sentence[other.end() :]


# How to alter a sentence, and how often.
_ALTERATIONS: dict[str, tuple[Callable[[str, Random], str | None], int]] = {
    "number": (_with_other_number, 3),
    "antonym": (_with_opposite, 3),
    "negation": (_negated, 2),
    "swap": (_swapped, 3),
}


def _exchanged(text: str, word: str, other: str) -> str:
    alone = rf"(?<![\w-]){re.escape(word)}(?![\w-])"
    return re.sub(alone, lambda match: _cased(match.group(), other), text, count=1, flags=re.I)


def _thinned(words: Sequence[str], chance: Random) -> Iterator[str]:
    for word in words:
        if chance.random() > 0.06 or _WEIGHTY.search(word.lower()) or word.lower() in _OPPOSITE:
            yield word


def _replaced(sentence: str, match: re.Match[str], new: str) -> str:
    return sentence[: match.start()] + new + sentence[match.end() :]


def _cased(old: str, new: str) -> str:
    return new.capitalize() if old[:1].isupper() and new[:1].islower() else new
