"""What a question for papers leaves out: "transformers" of "Which papers do not use transformers?"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.question.asked import content_words, letters, without_titles

_NOT = r"(?:(?:do|does|did|is|are|was|were|have|has|had|can|could|will|would)(?: not|n['’]?t)|cannot|not|never|neither|nothing)"
# By what a paper has to do with what it is about.
_HAS_TO_DO = (
    r"(?:us(?:e[sd]?|ing)|mention\w*|discuss\w*|stud(?:y|ies|ying)|deal\w* with|address\w*|rel(?:y|ies|ying) on|requir\w+|need\w*|"
    r"includ\w+|involv\w+|contain\w*|consider\w*|employ\w*|appl(?:y|ies|ying)|cover\w*|concern\w*|have|focus\w* on|"
    r"(?:talk|speak|writ)\w* (?:about|of)|work\w* (?:on|with)|look\w* at|treat\w*|depend\w* on|buil[dt]\w* on|make use of|"
    r"(?:evaluat|train|test|bas|report)\w* (?:on|upon)|relat\w+ to|about|on|with|of)"
)
# It comes before what is meant and is no part of it.
_SMALL = rf"(?:(?:any|the|all|those|papers?|works?|studies|articles|ones|anything|everything|that|which|are|is|use of|mention of|either|both|{_HAS_TO_DO})\s+)*"
# A year or an author, which limits a list by itself.
_RECORD = r"(?:(?:published|written)\s+)?(?:since|before|after|from|in|between|until|during|by)\s+"
_CUE = re.compile(
    rf"(?:,\s*|\b)(?:(?:but|and|that|which|who)\s+){{0,2}}\b{_NOT}\s+(?:\w+ly\s+)?(?:be\s+)?(?:also\s+)?(?:{_HAS_TO_DO}\s+)+{_SMALL}"
    rf"|(?:,\s*|\b)(?:(?:but|and|that|which)\s+){{0,2}}\b{_NOT}\s+(?:been\s+)?(?={_RECORD}|retracted|withdrawn)|(?:\s*[,(]\s*|\s+(?:but|and)\s+)not\s+{_SMALL}"
    r"|\bbut\s+(?:for\s+)?(?:those|the ones)\s+(?:(?:that|which|are|about|on|of|mentioning|using)\s+)*"
    rf"|\bwithout\s+(?:{_HAS_TO_DO}\s+)?{_SMALL}"
    rf"|(?:,\s*)?\b(?:(?:but|and|that|which)\s+)?(?:exclud(?:e|es|ing)|except(?:ing)?(?: for)?|other than|(?:apart|aside) from|besides|leav(?:e|es|ing) out|omit(?:s|ting)?|instead of|rather than|"
    rf"lacking|free of|minus|avoid(?:s|ing)?)\s+(?:(?:mention|us)ing\s+)?{_SMALL}"
    rf"|(?:\s*[,:;]\s*|\s+(?:but|and)\s+)no\s+{_SMALL}|\b(?:(?:that|which)\s+)?(?:{_HAS_TO_DO})\s+(?:no|neither|none of)\s+{_SMALL}",
    re.IGNORECASE,
)
# Where what is left out ends.
_END = re.compile(
    rf"[?.;:!)]|\s{_RECORD}(?:(?:19|20)\d\d|(?-i:[A-Z]))|,?\s\b(?:but|that|which|what|how|why)\b|,?\s\band\s+(?:that|which|are|do|does|use|about|what|how|why|who|also)\b",
    re.IGNORECASE,
)
_OR = re.compile(r"\s*,\s*(?:(?:or|and|nor)\s+)?|\s+(?:or|and|nor)\s+(?:not\s+)?(?:about\s+|on\s+)?", re.IGNORECASE)
# Before what is left out besides.
_AGAIN = re.compile(rf"^\s*(?:without|not|no|nor|neither|nothing)\s+(?:{_HAS_TO_DO}\s+)?{_SMALL}", re.IGNORECASE)
_ONES = re.compile(r"\s+(?:ones|papers|works|studies|articles|publications)\W*$", re.IGNORECASE)
_NEGATES = re.compile(r"\b(?:not|never|neither|cannot|without|except|excluding)\b|n['’]t\b", re.IGNORECASE)
_ASKED_FOR = re.compile(
    r"(?!\W*(?:do|does|did|is|was|were|has|have|can|could|why|when|who|how(?! many))\b)"
    r"(?:.*?\b)??(?:papers|works|studies|abstracts|articles|publications"
    r"|(?:any|every|each|no|list|find)\s+(?:other\s+)?(?:paper|work|study|abstract|article|publication|research)|\W*(?:work|anything)(?=\s+(?:on|about|that|with))|(?:list|find|show)\s+(?:me\s+)?anything)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\b(?:papers|works|studies|abstracts|articles|publications)\b.*", re.IGNORECASE)
# What may stand before that which a further turn leaves out of a list, and the turn that asks how long it is.
_MORE = re.compile(
    r"^\W*(?:(?:and|but|now|ok|okay|please|only|just|those|ones|the|them|same|then|so|again|show|give|list|keep|me|papers)\b\W*)*",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\W*(?:and |so |but )?how many(?: papers)?(?: (?:are|is|were) (?:there|they|these|those|that|it))?"
    r"(?: of (?:them|those|these))?(?: in (?:total|all)| altogether)?\W*",
    re.IGNORECASE,
)
_ARE = re.compile(r"(?<=s) (?:are|were|is) ", re.IGNORECASE)
_STOP = re.compile(r"[.?!]\s+")
_WORD = re.compile(r"[^\W_]+")
# A paper "without labels" is not one with labels.
_ABSENT, _AFTER_ALL = (
    frozenset(["without", "no", "not", "never", "neither", "nor", "lacking", "avoids", "avoiding"]),
    frozenset(["only", "just", "merely"]),
)
_NEAR = 3
_SHORT_FOR = re.compile(r"(?<![^\W_])((?:[^\W_]+[ -]){1,7}[^\W_]+) \(([A-Za-z]{2,8}?)s?\)")
_FORM = re.compile(r"(?:ings?|ed|es|s|e)$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question for papers apart from what it leaves out, the empty tuple if nothing; `unread` if another "not" stands in it."""

    query: str
    left_out: tuple[str, ...] = ()
    unread: bool = False


def wanted(query: str) -> Wanted:
    """Take what is left out from a question for papers. English only; what stands in a title is left alone."""
    papers = _ASKED_FOR.match(query)
    if not papers:
        return Wanted(query)
    stops = [0, *(stop.end() for stop in _STOP.finditer(query)), len(query)]
    begin = max(stop for stop in stops if stop < papers.end())
    last = min(stop for stop in stops if stop >= papers.end())
    found = _CUE.search(query, begin, last) if without_titles(query) == query else None
    if not found:
        return Wanted(query, unread=bool(_NEGATES.search(without_titles(query[papers.end() : last]))))
    end = _END.search(query, found.end())
    phrase = query[found.end() : end.start() if end else None]
    left_out = tuple(_ONES.sub("", _AGAIN.sub("", part)).strip() for part in _OR.split(phrase) if content_words(part))
    if not left_out:
        return Wanted(query, unread=True)
    further = (
        re.sub(r"^\W*(?:but|and(?! (?:what|how|why|who|which|where)\b))\s+", "", query[end.start() :].lstrip(" )"))
        if end
        else ""
    )
    kept = f"{query[: found.start()].strip(' ,')} {further.strip()}".strip()
    return Wanted(re.sub(r"\s+(?=[?.,;:])", "", kept), left_out, unread=bool(_NEGATES.search(kept)))


def refined(question: str, text: str) -> str | None:
    """Return the list that `question` asks for, without what a further turn, "but not about bats", leaves out of it; None otherwise."""
    rest = _MORE.sub("", text, count=1)
    more = wanted(f"papers, {rest}")
    refines = bool(more.left_out) and more.query.strip(" ?.!,") == "papers" and bool(_ASKED_FOR.match(question))
    return f"{question.rstrip(' ?.!')}, {rest}" if refines else None


def counted(question: str, text: str, *, of_all: bool) -> str | None:
    """Return how many papers there are of those that `question` asks for, or `of_all`, where `text` asks "how many?"; None otherwise."""
    if not _HOW_MANY.fullmatch(text):
        return None
    papers = listed_in(question)
    return f"How many {papers}" if papers else "How many papers are there?" if of_all else None


def listed_in(question: str) -> str:
    """The papers that `question` asks for, in its words: "papers on bats"; empty if it asks for none."""
    papers = _LISTED.search(question) if _ASKED_FOR.match(question) else None
    return _ARE.sub(" ", papers.group(), count=1).rstrip(" ?.!") if papers else ""


def speaks_of(text: str, phrase: str) -> bool:
    """Whether `text` holds `phrase`, in any form and with or without hyphens, other than to say that it is absent."""
    return not all(_absences(text, phrase))


def lacks(text: str, phrase: str) -> bool:
    """Whether `text` says somewhere that `phrase`, in any form, is absent."""
    return any(_absences(text, phrase))


def called(phrase: str, texts: Iterable[str]) -> tuple[str, ...]:
    """`phrase` and what `texts` write for it in short, or in full: "LLM" for "large language models"."""
    sought, found = _same(phrase), dict.fromkeys([phrase])
    for text in texts:
        for full, short in _shortened(text):
            if sought == _same(full):
                found.setdefault(short)
            elif sought == _same(short):
                found.setdefault(full.lower())
    return tuple({_same(one): one for one in reversed(found)}.values())[::-1]


def told(names: Sequence[str]) -> str:
    """Which papers are left out, in words."""
    either = " or ".join(f"“{name}”" for name in names)
    return f"those whose title or abstract mentions {either} other than as absent"


def _absences(text: str, phrase: str) -> Iterator[bool]:
    """Of each place where `text` holds `phrase`, whether it says there that it is absent."""
    sought, run_together = [_form(word.lower()) for word in _WORD.findall(phrase)], letters(text)
    if not all(form.removesuffix("y") in run_together for form in sought):
        return
    words = [word.lower() for word in _WORD.findall(text)]
    forms = [_form(word) for word in words]
    for size in {max(len(sought) - 1, 1), len(sought), len(sought) + 1}:
        for start in range(len(words) - size + 1):
            if "".join(forms[start : start + size]) == "".join(sought):
                yield _is_absent(words, start, start + size)


def _is_absent(words: Sequence[str], start: int, end: int) -> bool:
    before = words[max(0, start - _NEAR) : start]
    return words[end : end + 1] == ["free"] or (not _ABSENT.isdisjoint(before) and _AFTER_ALL.isdisjoint(before))


def _form(word: str) -> str:
    """What the forms of a word share: "pretrain" of "pretraining", "label" of "labelled"."""
    stem = re.sub(r"ies$", "y", word) if len(word) > _NEAR + 1 else word
    stem = _FORM.sub("", stem) if len(stem) > _NEAR else stem
    return stem[:-1] if len(stem) > _NEAR and stem[-1] == stem[-2] else stem


def _same(phrase: str) -> str:
    return "".join(_form(word.lower()) for word in _WORD.findall(phrase))


def _shortened(text: str) -> Iterator[tuple[str, str]]:
    """What the text says in full and then in short, in brackets: by the initials of the words before."""
    for found in _SHORT_FOR.finditer(text):
        words, short = re.split("[ -]", found.group(1)), found.group(2)
        full = words[-len(short) :]
        if "".join(word[0] for word in full).lower() == short.lower():
            yield " ".join(full), short
