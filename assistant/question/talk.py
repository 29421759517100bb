"""Greetings, thanks, and questions about the assistant itself: what is said to whoever asks nothing of the corpus."""

from collections.abc import Sequence
from typing import Protocol

from assistant.question.asked import asked, content_words, letters
from assistant.question.subject import subject_of
from index.filters import EVERYTHING, Filter
from index.index import Hit, Retriever
from index.papers import Paper
from index.words.language import is_of_other_script

# What is near to one of these by its cosine, and nearer by so much than to any sentence of the corpus, is talk.
_UTTERANCES = (
    "Hello!", "Hi there", "Hey", "Good morning", "How are you?", "Nice to meet you", "Is anyone there?", "Bonjour", "Hallo", "Hola",
    "Thank you very much", "Thanks", "Great, that helped", "OK", "OK, thanks, bye", "Goodbye", "你好", "こんにちは", "Привет", "Help", "Can you help me?", "Who are you?",
    "Who made you?", "Are you an AI?", "What is this?", "What is this tool for?", "What can you do?", "What can I ask you?",
    "What kind of questions can you answer?", "How do I use this?", "How does this work?", "What do you know about?",
    "What is in this collection?", "What is this corpus about?", "What are these papers about?", "Which topics do you cover?",
)  # fmt: skip
# These are asked of the record of the papers, and no talk.
_OF_PAPERS = (
    "What is the newest paper?", "Which is the oldest paper?", "How many papers are there?", "Who wrote the first paper?",
    "Who are the authors?", "When was it published?", "Which journals are there?", "Which years are there?", "List all papers",
    "What else did she write?",
)  # fmt: skip
_LIKE, _NEARER = 0.5, 0.15
# Of so few words is talk, and so few of them are more than grammar.
_WORDS, _CONTENT = 12, 4
_EXAMPLES, _LOOKED_AT = 2, 10


class Talked(Retriever, Protocol):
    """A retriever that knows how near texts, and the sentences of papers, are to a text."""

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:
        """Return the sentences of `papers`, each scored by its cosine with `query`."""
        ...

    def alike(self, text: str, others: Sequence[str]) -> tuple[float, ...]:
        """Return the cosine of `text` with each of `others`."""
        ...


class Holdings(Protocol):
    """What is known of a corpus as a whole."""

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and the last year in which a paper appeared; None where no year is known."""
        ...

    @property
    def venues(self) -> tuple[str, ...]:
        """The names of all venues."""
        ...

    def count(self, within: Filter) -> int:
        """How many papers `within` lets through."""
        ...


def is_talk(text: str, corpus: Talked, *, follows: bool) -> bool:
    """Whether `text` is said to the assistant and asks nothing of the corpus; one that `follows` turns may lean on them.

    So is what orders, or asks, something of nothing: "why?", "summarise".
    """
    if letters(text) in map(letters, _UTTERANCES):
        return True
    if is_of_other_script(text):
        # The embedder does not read it.
        return False
    words = content_words(text)
    if not follows and not asked(text).lists and not content_words(subject_of(text).text):
        return True
    if asked(text).lists or asked(text).names or len(words) > _CONTENT or len(text.split()) > _WORDS:
        return False
    if not words and not _is_addressed(text):
        return False
    like = max(corpus.alike(text, _UTTERANCES))
    return like >= _LIKE and like > max(corpus.alike(text, _OF_PAPERS)) and like - _nearest(text, corpus) >= _NEARER


def about(corpus: Talked, holdings: Holdings) -> str:
    """Say what this is, what the corpus holds and what may be asked, with titles from it."""
    papers = holdings.count(EVERYTHING)
    span, venues = holdings.span, len(holdings.venues)
    years = f" from {span[0]} to {span[1]}" if span and span[0] < span[1] else f" from {span[0]}" if span else ""
    places = f", of {venues} venues" if venues > 1 else ""
    held = f"the abstract{'' if papers == 1 else 's'} of {papers:,} paper{'' if papers == 1 else 's'}{years}{places}"
    titles = [f"“Summarise ‘{title}’”" for title in _titles(corpus)]
    such = f" Ask, for example: {' or '.join(titles)}." if titles else ""
    return f"This is Scholiast: it answers questions from {held}, and quotes the sentences that its answers stand on.{such}"


def _is_addressed(text: str) -> bool:
    """Whether words of grammar alone speak to someone: "who are you?", not "why?"."""
    return bool({"you", "your", "me", "i", "help"} & set(text.lower().replace("?", " ").split()))


def _nearest(text: str, corpus: Talked) -> float:
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in corpus.search(text, _LOOKED_AT)}
    return max((hit.score for hit in corpus.sentences(text, tuple(papers.values()))), default=0.0)


def _titles(corpus: Retriever) -> tuple[str, ...]:
    """Short titles of some papers."""
    hits = corpus.search("What was found?", _LOOKED_AT)
    titles = {hit.passage.paper.title for hit in hits if not {"‘", "’", "“", "”"} & set(hit.passage.paper.title)}
    return tuple(sorted(titles, key=lambda title: (len(title), title))[:_EXAMPLES])
