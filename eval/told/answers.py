"""An answer as any system told it: its sentences, what each cites, and the sources that it was given."""

import re
from dataclasses import dataclass, replace

# Words that a sentence sets in quotation marks; fewer are a name or a term.
_SET_APART = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»")
_FEWEST_QUOTED = 4
# How an answer begins that says it is none.
_REFUSES = re.compile(
    r"""\W*(?:
    (?:i['’]m\ |i\ am\ |we['’]re\ )?sorry\b | unfortunately\b | empty\ response\b
    | (?:i|we)\ (?:do(?:\ not|n['’]t)\ (?:know|have)|can(?:not|['’]t)|could(?:\ not|n['’]t)|(?:am|are|was|were)\ (?:unable|not\ able))\b
    | none\ of\ the\ (?:\w+\ )?(?:sources|contexts|documents|passages|abstracts|papers)\b
    | no\ (?:\w+\ )?(?:source|context|document|passage|abstract|information|evidence)s?\b
    | the\ (?:\w+\ )?(?:sources?|contexts?|documents?|passages?|abstracts?|papers|information)(?:\ \w+)?\ (?:do|does|did|is|are)(?:\ not|n['’]t)\b
    | there\ is\ (?:no|not\ enough|insufficient)\ (?:\w+\ )?(?:information|evidence|context|answer)\b
    | (?:insufficient|not\ enough)\ (?:information|evidence|context)\b
    | it\ (?:is\ not\ possible|cannot\ be)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer may rest on, as its system told it: any ids, addresses and titles of it, and the text it was given."""

    names: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """What a sentence cites, and the words it quotes of that with their offsets, where they are told.

    `source` is None where a marker stands for no source of the answer.
    """

    source: Source | None
    quote: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, without markers; `recorded` where it tells of the record of papers, not of abstracts."""

    text: str
    cited: tuple[Cited, ...] = ()
    recorded: bool = False

    @property
    def quoted(self) -> tuple[str, ...]:
        """The words that the sentence itself sets in quotation marks, of four words or more."""
        found = ("".join(each) for each in _SET_APART.findall(self.text))
        return tuple(words for words in found if len(words.split()) >= _FEWEST_QUOTED)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: to which question, in which sentences, from which sources; or that there is none (`abstained`)."""

    id: str
    question: str
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...] = ()
    abstained: bool = False

    @property
    def text(self) -> str:
        """Its words, without markers."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def cites(self) -> bool:
        """Whether any of its sentences cites anything."""
        return any(sentence.cited for sentence in self.sentences)


def is_refusal(told: Told) -> bool:
    """Whether an answer that does not say so itself is none: it says nothing, or cites nothing and begins as refusals do."""
    return not told.sentences or (not told.cites and bool(_REFUSES.match(told.text)))


def settled(told: Told, abstained: object) -> Told:
    """`told` as abstained if its system says so (`abstained` is a truth value), or else if its words do."""
    return replace(told, abstained=abstained if isinstance(abstained, bool) else is_refusal(told))
