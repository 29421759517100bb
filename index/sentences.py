"""Where the sentences of an abstract begin and end, as exact character spans."""

import re
from collections.abc import Iterator

Span = tuple[int, int]

# A full stop after one of these does not end a sentence, whatever follows it.
_ABBREVIATIONS = frozenset(
    """
    a.k.a al approx assoc ca cf ch chap cont corp dept dr ed eds eg eq eqs esp etc ex fig figs gen i.e e.g ie inc jr lit
    ltd max min mr mrs ms no nos p pp prof ref refs resp sec sect sr st suppl tab univ viz vol vs w.r.t wrt
    """.split()
)
# These are abbreviations before a number or a letter alone, as in "App. A" and "Jan. 5", and words elsewhere.
_NUMBERED = frozenset(
    """
    alg app def defn lem prop tbl thm jan feb mar apr jun jul aug sep sept oct nov dec
    """.split()
)
_NUMBER = re.compile(r"\d|[A-Z]\b")
# These may stand last in a sentence; only a clear beginning after them ends it.
_MAY_END = frozenset({"al", "etc", "inc", "max", "min", "no", "corp"})

# A run of marks is tried at its first mark alone and never given back, so that long runs cost linear time.
_END = re.compile(r"""(?<![.!?…])[.!?…]++["'’”)\]}]*+(?=\s)|[。！？]+[」』”）]*""")
_LAST_WORD = re.compile(r"[^\s(\[{\"'“‘]*$")
# Brackets and abbreviations are looked for this many characters back: a bracket open for longer is a damaged one.
_WINDOW = 200
_LIST_NUMBER = re.compile(r"(?:^|\s)\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])$")


def sentence_spans(text: str) -> tuple[Span, ...]:
    """The spans of the sentences of `text`, in order; each without the white space around it.

    Every character that is not white space lies in exactly one span. A sentence ends at `.`, `!`, `?` or `…` (with
    the closing quotes and brackets behind it) before white space, unless an abbreviation, an initial or a list number
    stands there or the next word goes on in lower case; and at the full stops of Chinese and Japanese.
    """
    return tuple(_trimmed(text))


def _trimmed(text: str) -> Iterator[Span]:
    begin = 0
    for cut in (*_cuts(text), len(text)):
        piece = text[begin:cut]
        start = begin + len(piece) - len(piece.lstrip())
        end = begin + len(piece.rstrip())
        if start < end:
            yield start, end
        begin = cut


def _cuts(text: str) -> Iterator[int]:
    sentence = 0
    for match in _END.finditer(text):
        # Bounded windows keep the time linear in texts that never end a sentence.
        before = text[max(sentence, match.start() - _WINDOW) : match.start()]
        following = text[match.end() : match.end() + _WINDOW].lstrip()
        if _ends_sentence(before, match.group(), following):
            yield match.end()
            sentence = match.end()


def _ends_sentence(before: str, mark: str, following: str) -> bool:
    if mark[0] in "。！？" or not following:
        return True
    if _inside_brackets(before + mark) or (following[0].islower() and not _styled_name(following)):
        return False
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    last = _last_word(before)
    if last in _MAY_END:
        return following[0].isupper() or following[0] in '“"'
    numbered = last in _NUMBERED and _NUMBER.match(following)
    if numbered or last in _ABBREVIATIONS or _initial(before, following):
        return False
    return not (_LIST_NUMBER.search(before) and len(before.split()) <= 1)


def _last_word(before: str) -> str:
    word = _LAST_WORD.search(before)
    return word.group().lower() if word else ""


def _inside_brackets(text: str) -> bool:
    return text.count("(") > text.count(")")


def _styled_name(following: str) -> bool:
    """Whether the next sentence opens with a name in lower case, such as iDisc or ε-greedy."""
    word = following.split(maxsplit=1)[0]
    return any(c.isupper() or c.isdigit() for c in word[1:])


def _initial(before: str, following: str) -> bool:
    """Whether the stop belongs to an initial, as in "J. Smith" or "U.S. Census"."""
    tail = before[-2:]
    single = tail[-1:].isupper() and (len(tail) < 2 or tail[0] in " .")
    return single and following[:1].isupper() and (tail[:1] == "." or len(before.split()) <= 2)
