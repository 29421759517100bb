"""What a model thinks, apart from what it answers: the marks that open and close a thought, and what is behind it."""

import re
from collections.abc import Iterable, Iterator

from assistant.llm.action import LLMFailed

# No mark is longer, so that no more is held back to find one.
_LONGEST = 120
# A draft whose first sentence is longer has begun, whatever it is.
_SENTENCE = 1000
_NAME = r"(?:think|thinking|thoughts?|reason|reasoning|reflection|analysis|scratchpad|(?:inner_)?monologue)"
_BEFORE = r"(?:[a-z]{1,12}[:_]){0,2}"
_ATTRIBUTES = r"(?:\s[\w-]{1,20}\s?=[^<>\[\]]{0,50})?"
# Each kind of thought by what opens and what closes it: tags of most models, channels of gpt-oss and of Gemma, the same
# without their marks, which some servers leave out, and the words or tokens of Granite, MedGemma, Open WebUI and Ollama.
_KINDS = tuple(
    (re.compile(opening, re.IGNORECASE), re.compile(closing, re.IGNORECASE))
    for opening, closing in (
        (
            rf"[<◁]\|?(?!end_)(?:begin_of_|start_|{_BEFORE}){_NAME}{_ATTRIBUTES}\s?\|?[>▷]|\[think(?:ing)?\]|<\|inner_prefix\|>",
            rf"[<◁]\|?(?:/|end_of_|end_){_BEFORE}{_NAME}\s?\|?[>▷]|\[/think(?:ing)?\]|<\|inner_suffix\|>",
        ),
        (r"<\|channel\|?>\s{0,3}(?!final)[a-z]+", r"<\|end\|>|<channel\|>|<\|channel\|>\s{0,3}final"),
        (r"analysis(?-i:(?=[A-Z]))", r"assistant\s?final"),
        (r"here(?:['’]s| is) my thought process", r"here(?:['’]s| is) my response:"),
        (r"<unused94>", r"<unused95>"),
        (r"<details\b[^<>]{0,90}>", r"</details>"),
        (r"thinking\.\.\.\s", r"\.\.\.done thinking\."),
    )
)
# What closes a thought that nobody opened: a server may have written its opening into the prompt.
_CLOSING = re.compile("|".join([_KINDS[0][1].pattern, r"<\|channel\|>\s{0,3}final", "<unused95>"]), re.IGNORECASE)
# What chat templates put before a reply, with the name of who speaks or of the channel, or a closing mark too many.
TOKEN = re.compile(
    r"<[|｜][^<>|｜\n]{1,40}[|｜]>|</?s>|<(?:bos|eos|pad|unk|(?:start|end)_of_turn)>|\[/?INST\]", re.IGNORECASE
)
_AHEAD = re.compile(
    rf"(?:{TOKEN.pattern})\s*(?:(?:assistant|model|final)(?![a-z]))?|{_KINDS[0][1].pattern}", re.IGNORECASE
)
_BRACKET = re.compile(r"[<\[◁][^<>\[\]◁▷\n]*\Z")
_SPEAKER = re.compile(rf"(?:{TOKEN.pattern}|<\|channel>)\s*[a-z]{{0,12}}\Z", re.IGNORECASE)
_WORDS = (
    "analysis",
    "here's my thought process",
    "here’s my thought process",
    "here is my thought process",
    "thinking...",
)
_FIRST = re.compile(
    r"[.!?…]['\"’”)]{0,3}(?=\s+[^\s\[［【〔(（⁰¹²³⁴-⁹<◁])|[。！？](?=[^\s\[［【〔(（<◁])|(?<![:\n])\n(?=\s{0,3}\w)"
)
_MARKER = r"(?:[\[［【〔(（][^\[\]\n]{0,20}?\d[^\[\]\n]{0,20}[\]］】〕)）]|[⁰¹²³⁴-⁹])"
_POINTS, _POINTS_LAST = re.compile(_MARKER), re.compile(rf"{_MARKER}\W{{0,4}}\Z")


class Thoughts:
    """Leaves out the thoughts at the beginning of a reply, however it is split; further on, the words may be meant."""

    def __init__(self) -> None:
        self.any = self.inside = False
        self._begun = False
        self._closing = _CLOSING
        self._held = ""

    def without(self, text: str) -> str:
        """Return what of the next `text` is known to be no thought."""
        if self._begun:
            return text
        self._held += text
        while not self.inside or self._closed():
            ahead = self._held.lstrip()
            if _is_part(ahead):
                break
            if opened := next((kind for kind in _KINDS if kind[0].match(ahead)), None):
                self.any = self.inside = True
                self._closing = opened[1]
                self._held = opened[0].sub("", ahead, count=1)
            elif template := _AHEAD.match(ahead):
                self._held = ahead[template.end() :]
            else:
                return self.rest()
        return ""

    def rest(self) -> str:
        """Return what was held back, as it may have begun a thought, without white space before the first word."""
        text = "" if self.inside else self._held.lstrip()
        self._begun, self._held = True, ""
        return text

    def _closed(self) -> bool:
        closed = self._closing.search(self._held)
        self.inside = not closed
        self._held = self._held[closed.end() :] if closed else self._held[-_LONGEST:]
        return bool(closed)


def without_unopened(pieces: Iterable[str]) -> Iterator[str]:
    """Yield what is no thought in a text whose thought may only be closed, as in `Let me see. </think> It is`.

    A text is held back to its end, or to that mark, unless its first sentence ends with a source, as answers do and
    thoughts hardly do. Raises as `pieces` does, once it has yielded what was held back.
    """
    held, judged, is_answer = "", "", False
    try:
        for piece in pieces:
            held += piece
            if not is_answer:
                closed = _CLOSING.search(held, max(0, len(held) - len(piece) - _LONGEST))
                begin = held[: min(closed.start(), _SENTENCE) if closed else _SENTENCE]
                # A beginning that has been judged is judged no other way when more comes behind it.
                is_answer = begin != judged and _begins_as_answer(begin)
                judged = begin
                if closed and not is_answer and not _KINDS[0][0].search(held, 0, closed.start()):
                    held, is_answer = held[closed.end() :].lstrip(), True
            if held and is_answer:
                yield held
                held = ""
    except LLMFailed:
        if held:
            yield held
        raise
    if held:
        yield held


def _begins_as_answer(text: str) -> bool:
    """Whether the first sentence, once it is whole, ends with a source; one as long as `_SENTENCE` may have any."""
    if first := _FIRST.search(text):
        return bool(_POINTS_LAST.search(text, 0, first.end()))
    return len(text) >= _SENTENCE and bool(_POINTS.search(text))


def _is_part(ahead: str) -> bool:
    """Whether a beginning may yet become a mark, or shows only a part of one."""
    lower = ahead.lower()
    return len(ahead) <= _LONGEST and (
        bool(_BRACKET.match(ahead) or _SPEAKER.match(ahead)) or any(word.startswith(lower) for word in _WORDS)
    )
