"""What comes nearest to a question that is not answered: papers, each by the sentence that came closest."""

from collections.abc import Iterable, Sequence

from assistant.question.asked import asked
from assistant.reading.extractive import Said, is_idle
from assistant.reading.quote import Quote
from index.papers import Paper
from index.passages import Passage

_MOST = 5


def nearest(query: str, papers: Iterable[Paper], ranked: Sequence[Quote], said: Said) -> tuple[Passage, ...]:
    """Return of the first five of `papers`, in their order, the sentence that came closest to `query`.

    Of a paper that has some among `ranked`, best first, it is the best of these; of another, the one with the highest
    cosine with `query`, and one that answers nothing only where there is no other. Papers that `said` does not hold are
    left out.
    """
    first = [*{paper.paper_id: paper for paper in papers}.values()][:_MOST]
    of_place = asked(query).place
    scored = sorted(
        said.sentences(query, first), key=lambda hit: (is_idle(hit.passage.text, of_place=of_place), -hit.score)
    )
    closest: dict[str, Passage] = {}
    for passage in (*(quote.passage for quote in ranked), *(hit.passage for hit in scored)):
        closest.setdefault(passage.paper.paper_id, passage)
    return tuple(closest[paper.paper_id] for paper in first if paper.paper_id in closest)
