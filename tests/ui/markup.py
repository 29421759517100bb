"""Some HTML, read: its elements, its texts, its links; and answers to render."""

from html.parser import HTMLParser

from hypothesis import strategies as st

from assistant.types import Answer, Citation, Claim, Evidence, Support
from index.papers import Paper, normalise
from index.passages import Passage

ANSWER_ID = "0123456789abcdef" * 2

# What browsers, Markdown, TeX and two kinds of template take for more than text.
SPICE = st.sampled_from(
    ["<script>", "</p>", "<img src=x onerror=a()>", "&lt;", "&#60;", "![a](b)", "[1]", "[99]", "](#ev-", "${a}", "{{7*7}}",
     "$x$", "**", "__", "`", "\\", "\n\n", "\t", "# ", '"', "'", "http://a.example", "<!--", "]]>", "{% raw %}"]
)  # fmt: skip
TEXT = st.lists(st.one_of(SPICE, st.text(st.characters(exclude_categories=["Cs", "Cc"])))).map("".join)
ABSTRACT = TEXT.map(normalise).filter(bool)


class Read(HTMLParser):
    """The elements of some HTML, and the text of each kind of them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("class") or tag
        self.elements.append((tag, dict(attrs)))
        self._open.append(name)
        self.texts.setdefault(name, "")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - what is rendered here nests properly
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for name in set(self._open):
            self.texts[name] += data

    def hrefs(self) -> list[str | None]:
        """Where links lead, but for those that do something with the answer."""
        return [each["href"] for tag, each in self.elements if tag == "a" and each.get("class") != "do"]


def skeleton(html: str) -> list[str]:
    """The tags of some HTML, without what stands between them."""
    return [tag for tag, _ in Read(html).elements]


def answer_of(claims: tuple[Claim, ...], question: str = "Why?") -> Answer:
    return Answer(question, Evidence(question, ()), claims, " ".join(claim.text for claim in claims))


def claim_of(paper: Paper, n: int, start: int, end: int, support: Support = "full") -> Claim:
    passage = Passage(paper, start, end)
    return Claim(passage.text, (Citation(n, passage),), support, 1.0)


def refused(*nearest: Passage) -> Answer:
    return Answer(
        "Is it so?", Evidence("Is it so?", ()), (), "The abstracts do not answer this.", "no_evidence", nearest
    )
