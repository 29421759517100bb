"""Three papers with years, venues and authors, and what is asked of them; an LLM that speaks when it is let."""

from threading import Event

from index.papers import Paper
from tests.faults import Exchange, Reply

ALPS = Paper.from_source(
    "Glacier melt in the Alps",
    "Glaciers of the Alps lose ice every summer. We measure that the glaciers of the Alps lose two metres of ice a year. "
    "Warm summers melt the ice of the glaciers.",
    authors=["Anna Berg", "Carl Stein"],
    year=2019,
    venue="Journal of Ice",
)
ANDES = Paper.from_source(
    "Glacier melt in the Andes",
    "Glaciers of the Andes lose ice in dry years. We measure that the glaciers of the Andes lose one metre of ice a year.",
    authors=["Diego Rios"],
    year=2021,
    venue="Journal of Ice",
)
NORWAY = Paper.from_source(
    "Glacier melt in Norway",
    "Glaciers of Norway gain ice in wet winters. We measure that the glaciers of Norway gain half a metre of ice in wet "
    "winters.",
    authors=["Anna Berg"],
    year=2023,
    venue="Polar Letters",
)
GLACIERS = (ALPS, ANDES, NORWAY)
ALL = "Which papers are about glacier melt?"
ONE = "Which papers are about Norway?"
LATER = "Which papers since 2021 are about glacier melt?"
SIDES = "Compare the Alps and the Andes"
LOST = "How much ice do the glaciers lose a year?"


def parted(*parts: str | Event) -> Reply:
    """A reply in several parts, which stops where an event stands until that is set."""

    def reply(exchange: Exchange) -> None:
        exchange.begin()
        for part in parts:
            if isinstance(part, str):
                exchange.deltas(part)
            else:
                while not part.is_set():
                    exchange.wait(0.02)
        exchange.finish()

    return reply
