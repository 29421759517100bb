"""The papers of the index that is open, and what adds to them and takes from them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from assistant.embedder_settings import open_embedder
from assistant.question.corpus import Corpus
from assistant.settings import Settings
from index.build import BATCH, BATCH_AWAY, BuildReport, Event, build
from index.removing import Removal, remove
from index.vectors.embedding import Embedder
from ui.importing.preview import Preview, preview


@dataclass(frozen=True, slots=True)
class Shelf:
    """An index in folder `root`, opened by `newest`; files of at most so many `megabytes` may be brought, or none."""

    root: Path
    newest: Callable[[], Corpus]
    embedder: Callable[[], Embedder]
    server: str | None
    batch: int
    longest_abstract: int
    megabytes: int | None

    def preview(self, files: Sequence[Path]) -> Preview:
        """What a build of `files` would do. Raises as `preview` does."""
        return preview(self.root, files, self.longest_abstract)

    def add(self, told: Preview) -> Iterator[Event | BuildReport]:
        """Build what was shown; yield what the build says, and its report last. Raises as `build` does.

        The build goes on to its end where nobody hears it any more.
        """
        heard: SimpleQueue[Event | None] = SimpleQueue()
        pool = ThreadPoolExecutor(1, thread_name_prefix="adding")
        try:
            building = pool.submit(self._build, told, heard.put)
            building.add_done_callback(lambda _: heard.put(None))
            while (event := heard.get()) is not None:
                yield event
            yield building.result()
        finally:
            pool.shutdown(wait=False)

    def remove(self, paper_id: str) -> Removal:
        """Remove one paper. Raises as `index.removing.remove` does."""
        return remove(self.root, [paper_id], self.embedder())

    def _build(self, told: Preview, on_event: Callable[[Event], None]) -> BuildReport:
        return build(
            self.root,
            told.records,
            self.embedder(),
            sources=told.sources,
            server=self.server,
            batch=self.batch,
            on_event=on_event,
        )


def open_shelf(settings: Settings, newest: Callable[[], Corpus]) -> Shelf:
    """The shelf of `settings`, over what `newest` opens."""
    return Shelf(
        settings.root,
        newest,
        partial(open_embedder, settings),
        settings.server,
        BATCH_AWAY if settings.embed_model else BATCH,
        settings.longest_abstract,
        settings.import_megabytes if settings.may_import else None,
    )
