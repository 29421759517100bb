"""What a person typed, as the questions in it: without code, and without what leads up to them."""

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.question.asked import asked, content_words, is_coined
from assistant.question.record import is_of_record, is_vocabulary, wanted
from index.papers import normalise
from index.sentences import sentence_spans

# More are not answered at once.
MOST_QUESTIONS = 8
_FENCED = re.compile(r"```[^`]*(?:```|$)")
# Letters, digits and the marks that prose has; a line with a tenth of others is code.
_NO_PROSE = re.compile(r"[^\w\s.,;:!?'’“”\"()%–—-]")
_CODE_BEGINS = re.compile(
    r"\s*(?:Traceback \(most|File \"|at [\w.$<>]+\(|[\w.]+(?:Error|Exception|Warning)\b:?|>>> |\$ |import \w+|from [\w.]+ import )"
)
_CODE_ENDS = (";", "{", "}", ")", "):")
_INDENTED = re.compile(r"(?: {4}|\t)")
_MARKED = re.compile(r"(?:^|(?<=\s))(?:\(?(?:Q ?)?(\d{1,2})[.):]|Q ?(\d{1,2})|\(?([a-h])\))\s+", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-*•–]\s+")
_ENDS_LINE = (".", "?", "!", ":", ";", "？", "。")
_QUESTION_MARKS = ("?", "？")
# A quotation in a sentence that goes on behind it.
_QUOTED = re.compile(r"(?:“[^“”]*”|\"[^\"]*\")(?=\s*[\W\d]?\s*[a-z])")
_STOP = re.compile(r"[.?!？。]")
# At its end a question ends, whatever comes after it.
_ASKED = re.compile(r"(?<=[?？])\s*(?=[^\s\"'”’)\]])|(?<=[?？][\"'”’)\]])\s*(?=[^\s.,;:])")
_OPENS = (
    r"(?:what|which|who|whose|whom|where|when|why|how|do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|"
    r"compare|summari[sz]e|explain|describe|tell|list|show|give)\b"
)
_LEADS_UP = re.compile(r"^\W*(?:(?:and|but|so|also|then|now|ok(?:ay)?|please|well)\b[\s,:–—-]*)*", re.IGNORECASE)
_ASKS = re.compile(rf"{_LEADS_UP.pattern}{_OPENS}", re.IGNORECASE)
# Before a colon or a dash, a few words may say that a question comes.
_ANNOUNCED = re.compile(rf"^([^:–—?]{{1,60}})(?::|\s[–—-])\s+(?={_OPENS})", re.IGNORECASE)
_GREETING = re.compile(
    r"^\W*(?:(?:hi|hey|hello|good (?:morning|afternoon|evening|day))\b(?: (?:there|all|everyone|again))?[\s,!.:–—-]+)+(?=\w)",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"\b(?:it|its|they|their|them|this|that|these|those|he|she|his|her|each|both|either|neither|such|"
    r"the (?:latter|former|same|two|other)|(?:the|which|any) ones?)\b",
    re.IGNORECASE,
)
# Two questions in one sentence.
AND_ASKS = re.compile(rf"[,;]?\s(?:and|but)\s(?:also\s)?(?={_OPENS})", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|its|they|their|them)\b", re.IGNORECASE)
_LEADING = 2
# So many words of what leads up to a question that leans on it are kept.
_KEPT = 45


def questions_in(text: str, knows: Callable[[str], bool], *, follows: bool) -> tuple[str, ...]:
    """Return the questions in `text`, each so that it stands alone; all of `text` where no sentence of it asks.

    What leads up to a question is left out, unless the question leans on it; of the names in it those stay that the
    corpus `knows`, if the question has none. A question that `follows` others of a conversation may lean on these. English.
    """
    said = [sentence for part in _parts(_without_code(text)) for sentence in _sentences(part)]
    found: list[str] = []
    before: list[str] = []
    for sentence in said:
        if not _asks(sentence):
            before.append(sentence)
        elif content_words(sentence) or follows or is_of_record(sentence):
            found.append(_standing(_announced(sentence), before, found, knows, follows=follows))
            before = []
    return tuple(dict.fromkeys(found)) or (_once(" ".join(dict.fromkeys(said))),)


def joined_questions(question: str) -> tuple[str, ...]:
    """Return the questions that "and" joins in `question` if the record answers only some of them, or each apart; else itself.

    Each so that it stands alone, or leans on the one before it.
    """
    pieces = [piece for piece in AND_ASKS.split(question) if piece.strip()]
    whole, parts = wanted(question), [wanted(piece) for piece in pieces]
    if len(pieces) == 1 or not any(map(is_of_record, pieces)):
        return (question,)
    together = whole and not AND_ASKS.search(whole.topic)
    together = together and all(is_of_record(piece) or is_vocabulary(piece) for piece in pieces)
    if together and len({(part.counts, part.by, part.order) for part in parts if part}) == 1:
        return (question,)
    found: list[str] = []
    for piece in pieces:
        asking = f"{piece[0].upper()}{piece[1:].rstrip(' ?.,;')}?"
        found.append(_standing(asking, [], found, bool, follows=False))
    return tuple(found)


def leans_on_record(question: str, before: str) -> bool:
    """Whether `question` leans on the one `before` it, and the record is asked by either: then it is a follow-up of that."""
    leans = bool(_LEANS.search(question)) or not content_words(question)
    return leans and (is_of_record(question) or is_of_record(before))


def _once(text: str) -> str:
    """`text`, or half of it where that is said twice."""
    words = normalise(text).split()
    half = len(words) // 2
    said_twice = len(words) > 2 and [*map(str.lower, words[:half])] == [*map(str.lower, words[half:])]
    return " ".join(words[:half] if said_twice else words)


def _without_code(text: str) -> str:
    """`text` without fenced blocks and lines of code; all of it if nothing else is left."""
    lines = _FENCED.sub("\n", text).splitlines()
    prose = "\n".join(line for line in lines if len(lines) == 1 or not _is_code(line))
    return prose if content_words(prose) else text


def _is_code(line: str) -> bool:
    marks = len(_NO_PROSE.findall(line))
    if line.rstrip().endswith(_QUESTION_MARKS) and not _CODE_BEGINS.match(line):
        return False
    return bool(
        _CODE_BEGINS.match(line)
        or _INDENTED.match(line)
        or (marks and (10 * marks > len(line) or line.rstrip().endswith(_CODE_ENDS)))
    )


def _parts(text: str) -> Iterator[str]:
    """The items of a list, or the paragraphs; lines that only wrap are joined."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and line.strip() and not _BULLET.match(line) and not lines[-1].endswith(_ENDS_LINE) and lines[-1]:
            lines[-1] = f"{lines[-1]} {line.strip()}"
        else:
            lines.append(_BULLET.sub("", line, count=1).strip())
    for line in lines:
        yield from _items(line)


def _items(line: str) -> Iterator[str]:
    """What stands behind 1., 2., … or Q1, Q2, … in `line`."""
    marks = [mark for mark in _MARKED.finditer(line) if line[mark.start() :].strip()]
    if marks and (marks[0].start() == 0 or [_place(mark) for mark in marks[:2]] == [1, 2]):
        yield line[: marks[0].start()]
        ends = [*(mark.start() for mark in marks[1:]), len(line)]
        yield from (line[mark.end() : end] for mark, end in zip(marks, ends, strict=True))
    else:
        yield line


def _place(mark: re.Match[str]) -> int:
    said = next(filter(None, mark.groups())).lower()
    return int(said) if said.isdigit() else ord(said) - ord("a") + 1


def _sentences(part: str) -> Iterator[str]:
    # What is quoted, such as a title, ends nothing before the quotation does.
    told = _QUOTED.sub(lambda quoted: _STOP.sub(",", quoted.group()), part)
    ends = [found.start() for found in _ASKED.finditer(told)]
    for begin, end in zip([0, *ends], [*ends, len(part)], strict=True):
        yield from (normalise(part[begin + start : begin + stop]) for start, stop in sentence_spans(told[begin:end]))


def _asks(sentence: str) -> bool:
    return sentence.rstrip("\"'”’)* ").endswith(_QUESTION_MARKS) or bool(_ASKS.match(sentence))


def _announced(sentence: str) -> str:
    """`sentence` without a few words before it that say that a question comes."""
    sentence = _GREETING.sub("", sentence, count=1)
    lead = _ANNOUNCED.match(sentence)
    # A name or a year before it, as in "Stone (2021): how many …", belongs to the question.
    says_more = lead and (asked(lead.group()).names or re.search(r"\d", lead.group()))
    if not lead or says_more or len(content_words(lead.group(1))) > _LEADING:
        return sentence
    rest = sentence[lead.end() :]
    return sentence if _LEANS.search(rest) else f"{rest[0].upper()}{rest[1:]}"


def _standing(
    question: str, before: list[str], earlier: list[str], knows: Callable[[str], bool], *, follows: bool
) -> str:
    """`question` with what it leans on: the sentences before it, a name in them, or what was asked just before."""
    leans = bool(_LEANS.search(question)) or not content_words(question)
    if leans and before and not (follows and not any(map(_coined, before))):
        kept = _kept([*before, question])
        # Of a long preamble, the name that the question leans on may stand at the begin.
        names = [name for name in dict.fromkeys(_coined(" ".join(before))) if name not in kept and knows(name)]
        return _put(question, names) or kept
    if leans and (named := _put(question, _coined(" ".join(earlier)))):
        return named
    if earlier and not before and leans_on_record(question, earlier[-1]):
        return question
    if leans and earlier and not before:
        return _kept([_named_last(earlier), question]) if not follows or _coined(earlier[-1]) else question
    if before and not asked(question).names:
        known = [name for sentence in before for name in _coined(sentence) if knows(name)]
        return f"{', '.join(dict.fromkeys(known))}: {question}" if known else question
    return question


def _put(question: str, names: Sequence[str]) -> str:
    """`question` with the only one of `names` in the place of its pronoun; empty where there is no such pair."""
    pronoun = _PRONOUN.search(question)
    if not pronoun or len(names) != 1:
        return ""
    owning = "’s" if pronoun.group().lower() in {"its", "their"} else ""
    return f"{question[: pronoun.start()]}{names[0]}{owning}{question[pronoun.end() :]}"


def _named_last(earlier: list[str]) -> str:
    """Of the questions before, the last that does not lean on others itself."""
    return next((one for one in reversed(earlier) if not _LEANS.search(one)), earlier[-1])


def _coined(sentence: str) -> tuple[str, ...]:
    return tuple(name for name in asked(f"is {sentence}").names if is_coined(name) and not is_vocabulary(name))


def _kept(said: list[str]) -> str:
    """The last of `said`, with as many before it as are not too long."""
    words = 0
    kept: list[str] = []
    for sentence in reversed(said):
        words += len(sentence.split())
        if kept and words > _KEPT:
            break
        kept.append(sentence)
    return " ".join(reversed(kept))
