"""What a question asks for, as far as its words say: the names it holds, a figure and of what, one paper or several."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.words.language import is_english


def words(spaced: str) -> frozenset[str]:
    """The words of `spaced`, for lists that are long."""
    return frozenset(spaced.split())


_WORD = re.compile(r"[^\W_]+(?:[-.'’+/][^\W_]+)*\+*")
# A question whether something is so opens with one of these.
WHETHER = r"(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b"
ASKING = r"(?:what|which|who|whose|whom|where|when|why|how)\b"
_FIGURE = re.compile(
    r"\bhow (?:many|much|large|big|fast|long|often|far|high|small)\b|\bnumber of\b"
    r"|\bwhat (?:[\w-]+ )?(?:percentage|share|fraction|proportion|accuracy|score|speed-?up|factor|rate|mAP|recall)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:how many|number of) ((?:[\w-]+ ){0,4}?)(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|it|"
    r"to|in|on|of|from|for|with|at|by|the|a|there)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:which|what) (?:\w+ )?(?:papers|works|studies|methods|models|approaches|abstracts)\b|\bpapers\b"
    r"|\b(?:each|both|respectively|compare[ds]?|versus|vs|differ|whereas|on the other)\b",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\bwho (?:wrote|authored|published|are the authors|is the author)\b|\b(?:authors?|affiliations?) of\b"
    r"|\b(?:which|what) (?:year|venue|conference|journal)\b|\bwhen was\b.*\b(?:published|written)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:code|github|urls?|links?|repository|website|download(?:ed)?|available)\b", re.IGNORECASE)
# A figure is a number that stands by itself (3D and A100 are names), or one in words.
_NUMBER = re.compile(
    r"(?<![A-Za-z\d-])[\d][\d,.]*(?:\s?[%x×kKMBGT]|\\%|times|-fold)?(?![A-Za-z\d])"
    r"|(?<![\w-])(?:half|thirds?|quarters?|twice|doubled?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"hundreds?|thousands?|millions?|billions?)(?![\w-])",
    re.IGNORECASE,
)

_PEOPLE = re.compile(r"[A-Z][a-z]+(?:an|ese|ish|ic)")
_SHARE = re.compile(r"\b(?:percentage|per ?cent|share|fraction|proportion)\b", re.IGNORECASE)
_OF_A_WHOLE = re.compile(
    r"%|\bper ?cent\b|\b(?:half|thirds?|quarters?|fifths?|tenths?|majority|all|none)\b|\b(?:out )?of (?:the |its )?\d|\b0?\.\d",
    re.IGNORECASE,
)

_LIST_MARK = re.compile(r"\(?\b\d{1,2}\)")
_DIMENSIONS = re.compile(r"\d+D", re.IGNORECASE)
_BEHIND = "on|about|that|which|where|with|without|using|for|from|in|since|before|after|by|not|dealing|comparing"
_PAPERS = r"(?:papers|studies|abstracts|articles|publications)"
# As one who looks for papers speaks of them.
_WORK = r"(?:(?:list|find|show|give)(?: me)? |(?:is|are) there |do you have |have you got )?(?:(?:any |some )?(?:work|research|stuff)|anything|something)"
_LISTS = re.compile(
    rf"\b(?:which|all|any|other|previous|related) works\b|\b(?:which|list|find|show|give|name|any|all|every|are there)\b(?:\W+[\w-]+){{0,4}}?\W+{_PAPERS}\b|^\W*(?:recent )?{_PAPERS}\b"
    rf"|^\W*(?:(?!{WHETHER}|{ASKING}|the|these|those)[\w-]+ ){{1,5}}{_PAPERS}\b(?=\W*$|\W+(?:{_BEHIND})\b)"
    rf"|^\W*{_WORK} (?:\w+ )?(?:{_BEHIND})\b"
    r"|[-–—,:?]\s*(?:(?:is there )?any(?:thing)?|which (?:ones?|papers)|what is there|what do you have)\W*$",
    re.IGNORECASE,
)
_COUNTS = re.compile(rf"\b(?:how many|number of)(?:\W+[\w-]+){{0,3}}?\W+{_PAPERS}\b", re.IGNORECASE)
# A title that a question quotes; one or two words in quotation marks are an expression.
_TITLE = re.compile(r"[“\"]((?:[^\s“”\"]+\s+){2,}[^“”\"]+)[”\"]")
# So many words in capitals may be names.
_SHOUTED = 3
# So many letters tell a name, however it is spelt.
_TELLING = 3
# They name no one thing, and an abstract may spell them out.
_COMMON = frozenset(
    ["AI", "API", "CNN", "CPU", "DL", "GPU", "LLM", "LM", "LSTM", "ML", "MT", "NER", "NLP", "NMT", "NN", "QA", "RNN"]
)
_FUNCTION_WORDS = words(
    """
    a about after all also am an and any anyone anything are as at be before been being between both but by can could did do does done doing each
    else ever everything few for from give given had has have having he her here hers him his how i if in into is it its just
    like many may me might more most much must my no nor not nothing now of off on one ones only or other others our out
    over own paper papers please same say says she should show since so some something such tell than that the their them then there
    these they this those to too under until up upon us use used uses using very was we were what when where which
    while who whom whose why will with within without would you your
    """
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for.

    `names` are the words that can only be names (Mamba, CIFAR100, GPT-4), `titles` what stands in quotation marks and is
    long enough for a title; `share` is a figure of a whole; `counted` is what a "how many" counts; `lists` asks which
    papers there are, or how many; `record` is about the paper itself (authors, year,
    venue), `place` about where its code or its models are.
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    figure: bool
    share: bool
    counted: tuple[str, ...]
    several: bool
    lists: bool
    record: bool
    place: bool


@lru_cache(64)
def asked(query: str) -> Asked:
    """Read a question. English only: in other languages nothing is found, and nothing is demanded of the answer."""
    counted = _COUNTED.search(query)
    return Asked(
        names=_names(without_titles(query)),
        titles=tuple(title.strip() for title in _TITLE.findall(query)),
        figure=bool(_FIGURE.search(query)),
        share=bool(_FIGURE.search(query) and _SHARE.search(query)),
        counted=tuple(_WORD.findall(counted.group(1).lower())) if counted else (),
        several=bool(_SEVERAL.search(query)),
        lists=bool(_LISTS.search(query) or _COUNTS.search(query)),
        record=bool(_RECORD.search(query)),
        place=bool(_PLACE.search(query)),
    )


def holds_figure(text: str) -> bool:
    """Whether `text` holds a number, in digits or in words; the numbers of a list, as in (1), are none."""
    return bool(_NUMBER.search(_LIST_MARK.sub(" ", text)))


def holds_share(text: str) -> bool:
    """Whether `text` holds a part of a whole: 22%, half, 3 of 10."""
    return bool(_OF_A_WHOLE.search(text))


def content_words(text: str) -> tuple[str, ...]:
    """The words of `text` that are not only grammar."""
    return tuple(word for word in _WORD.findall(text) if word.lower() not in _FUNCTION_WORDS)


def without_titles(text: str) -> str:
    """`text` without the titles that it quotes."""
    return _TITLE.sub(" ", text)


def mentions(text: str, word: str) -> bool:
    """Whether `text` holds `word`, in any case, with or without hyphens, in the singular or the plural."""
    return stem(word) in letters(text)


def share_held(words: Sequence[str], text: str) -> float:
    """The share of `words` that `text` mentions; 0 of none."""
    return sum(mentions(text, word) for word in words) / len(words) if words else 0.0


def stem(word: str) -> str:
    """The letters by which `mentions` knows a word: those of its singular."""
    return letters(word).removesuffix("s")


def naming(texts: Mapping[str, str], name: str) -> set[str]:
    """The keys of the `texts` that hold `name`: as it is spelt, or where none does, in any spelling."""
    word = re.compile(rf"(?<![A-Za-z]){re.escape(name)}(?:s|es)?(?![A-Za-z])")
    spelt = {key for key, text in texts.items() if word.search(text)}
    # Run together, the letters of a text hold any two.
    if spelt or len(letters(name)) < _TELLING:
        return spelt
    return {key for key, text in texts.items() if mentions(text, name)}


def is_coined(word: str) -> bool:
    """Whether `word` can be nothing but a name, whatever the language: GPT-4, nuScenes, BERT."""
    return not _DIMENSIONS.fullmatch(word) and (
        any(c.isupper() for c in word[1:]) or (any(c.isdigit() for c in word) and any(c.isalpha() for c in word))
    )


def _names(query: str) -> tuple[str, ...]:
    words = [(match.group(), match.start()) for match in _WORD.finditer(query)]
    if query.isupper() and len(words) > _SHOUTED:
        # Of capitals alone, none says more than another.
        return tuple(word for word, _ in words if is_coined(word.lower()))
    # In A Title Like This One, and in German, a capital says nothing.
    title_case = 2 * sum(word[0].isupper() for word, _ in words) > len(words) or not is_english(query)
    return tuple(
        word
        for word, start in words
        if word.removesuffix("s") not in _COMMON
        and (
            is_coined(word)
            or (word[0].isupper() and not title_case and len(word) > 1 and not opens_sentence(query, start))
        )
    )


def is_people(name: str) -> bool:
    """Whether a name is of a people or a language, which may be put in other words."""
    return bool(_PEOPLE.fullmatch(name))


def opens_sentence(query: str, start: int) -> bool:
    """Whether the word at `start` opens a sentence, and so is written with a capital, name or not."""
    before = query[:start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".?!:"


class _Letters(dict[int, int | None]):
    """For `str.translate`, which takes a tenth of the time of a regular expression: letters and digits alone stay."""

    def __missing__(self, code: int) -> int | None:
        self[code] = kept = code if chr(code).isalnum() else None
        return kept


_LETTERS = _Letters()


def letters(text: str) -> str:
    """The letters and digits of `text` in lower case, run together."""
    return text.translate(_LETTERS).lower()
