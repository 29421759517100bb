"""A papers page copied from the browser: page furniture, then a title line and an abstract line for each paper."""

import re
from collections.abc import Iterator

from index.papers import normalise
from index.readers.fields import Fields, papers
from index.readers.records import NOT_UTF_8, Line, Read, Source

# What such a page carries besides papers; a line is furniture only if one of these matches all of it.
_FURNITURE = re.compile(
    r"""new | trending | hot | top | daily | weekly | monthly | subscribe | sign\ up | log\ in | upvote(\ \d+)?
    | get\ trending\ papers\ in\ your\ email\ inbox!?
    | by\s*\S+\ and\ the\ research\ community
    | (submitted|published)\ (by|on)\b.{0,80}
    | (jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)
      \.?\ \d{1,2}(,?\ \d{4})?
    | [\d.,]+\s*k? | [\d.,]+k?\ (authors?|comments?|upvotes?|stars?) | ·?\s*\d+\ authors?
    | https?://\S+ | github | arxiv(\ page)? | view\ pdf | pdf | (previous|next)(\ page)? | \W+""",
    re.VERBOSE | re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"""[.!?]["')\]]*(?:\s|$)""")


def read(source: Source) -> Iterator[Read]:
    """Yield the papers of a copied page; whether a line is a title or an abstract is told from that line alone.

    A title that no abstract follows, and an abstract that no title precedes, are rejected with their line; the papers
    around them are not touched. Only what the page says is in the paper: no year, no authors, no link.
    """
    title: Line | None = None
    previous = ""
    for line in source.lines():
        text = normalise(line.text or "")
        if line.text is None:
            yield source.reject(line.number, "ENCODING", NOT_UTF_8)
        elif not text or _FURNITURE.fullmatch(text):
            continue
        elif text == previous:
            yield source.reject(line.number, "DOUBLED", f"the line stands twice: {_short(text)}")
        elif is_abstract(text):
            if title is None:
                yield source.reject(line.number, "NO_TITLE", f"no title before the abstract {_short(text)}")
            else:
                yield from papers(source, line.number, Fields(title=title.text, abstract=text))
            title = None
        else:
            if title is not None:
                yield source.reject(
                    title.number, "NO_ABSTRACT", f"no abstract after the title {_short(title.text or '')}"
                )
            title = line
        previous = text
    if title is not None:
        yield source.reject(title.number, "NO_ABSTRACT", f"no abstract after the title {_short(title.text or '')}")


def is_abstract(text: str) -> bool:
    """Whether a line reads as an abstract rather than a title: two of length, words, sentences and a closing stop."""
    words = len(text.split())
    signs = (
        words >= 40,
        len(text) >= 250,
        len(_SENTENCE_END.findall(text)) >= 2,
        words > 12 and text.endswith((".", "!")),
    )
    return sum(signs) >= 2


def _short(text: str) -> str:
    folded = normalise(text)
    return repr(folded if len(folded) <= 60 else folded[:59] + "…")
