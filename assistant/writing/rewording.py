"""A question in the corpus's terms, as an LLM writes them: what else is searched for it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.llm.action import Action
from assistant.llm.messages import LLM
from assistant.types import Step, Usage
from assistant.writing.asking_llm import replied
from assistant.writing.prompts import as_data, search_prompt
from assistant.writing.sections import Sought
from assistant.writing.terms import Terms
from index.filters import Filter

When = Literal["auto", "always", "never"]

# Rewordings that are searched.
_MOST = 3
_Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]
_Year = Annotated[int, Field(ge=1500, le=2200)]


class Reworded(BaseModel):
    """What an LLM makes of a question, as one JSON object.

    `standalone` is the question without what it leans on, `passage` a sentence as an abstract that answers it would say it (HyDE, Gao
    et al. 2023). Whatever else stands in the object is left out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    standalone: _Line
    rewordings: tuple[_Line, ...]
    passage: _Line = ""
    names: tuple[_Line, ...] = ()
    since: _Year | None = None
    until: _Year | None = None

    @property
    def searches(self) -> tuple[str, ...]:
        """What is searched besides the question, each once."""
        return tuple(dict.fromkeys(filter(None, [*self.rewordings[:_MOST], self.passage, " ".join(self.names)])))

    @property
    def lists(self) -> tuple[str, ...]:
        """What is searched besides where papers are asked for: each of them is a topic."""
        return self.rewordings[:_MOST]

    def within(self, asked: str) -> Filter:
        """The years that it is limited to, of those that `asked` holds: no LLM limits a question that is not limited."""
        since, until = (year if year and str(year) in asked else None for year in (self.since, self.until))
        return Filter(since=since, until=until)

    def steps(self, typed: str) -> Iterator[Step]:
        """Each thing that is searched, in a few words."""
        if self.standalone != typed:
            yield Step("Understood as", self.standalone)
        for text in self.rewordings[:_MOST]:
            yield Step("Also searched for", text)
        if self.passage:
            yield Step("Searched as an abstract might say it", self.passage)
        if self.names:
            yield Step("Searched for the names", ", ".join(self.names))


class Rewording:
    """Asks an LLM, in one short request, what else to search for a question."""

    def __init__(self, llm: LLM, terms: Terms, when: When = "auto") -> None:
        self._llm = llm
        self._terms = terms
        self._when = when

    def helps(self, sought: Sought) -> bool:
        """Whether to ask after a first search: always, never, or where it was unsure. Of the words of a list it always is."""
        return self._when == "always" or (self._when == "auto" and (sought.lists or sought.is_unsure))

    def reword(self, question: str, earlier: tuple[str, ...], action: Action) -> Iterator[Step | Usage | Reworded]:
        """Yield the steps, what it cost, and what the LLM wrote, if it is such an object; of any other nothing is used. No fault is raised."""
        reply = replied(self._llm, self._terms, search_prompt(question, earlier), action)
        yield reply.usage
        if found := _as_data(reply.read(Reworded)):
            yield from found.steps(question)
            yield found
        else:
            none = "The reply holds no such object, and nothing more was searched."
            yield Step("Asked how else to search", reply.failed or none)


def _as_data(read: Reworded | None) -> Reworded | None:
    """What was read, as text that no prompt or page takes for anything else; None where no question is left of it."""
    if not read or not as_data(read.standalone):
        return None
    lines = {name: as_data(getattr(read, name)) for name in ("standalone", "passage")}
    several = {name: tuple(filter(None, map(as_data, getattr(read, name)))) for name in ("rewordings", "names")}
    return read.model_copy(update={**lines, **several})
