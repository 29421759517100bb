"""What was read of the files that somebody brought, before anything is added."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import CorpusError
from index.foreseeing import Foreseen, Standing, foresee
from index.readers import Deleted, Read, Record, Rejected, Remark, Skipped, read_corpus
from ui.importing.files import PACKED, packed


@dataclass(frozen=True, slots=True)
class Preview:
    """All that a build will be given, and what it would do with it.

    `papers` are the records that are kept, each with what it changes; `rejected` those that are not, and files that were
    not read, each with its reason; `remarks` what is worth knowing of those that are kept.
    """

    sources: tuple[str, ...]
    records: tuple[Read, ...]
    papers: tuple[Foreseen, ...]
    rejected: tuple[Rejected | Skipped, ...]
    remarks: tuple[Remark, ...]

    def count(self, standing: Standing) -> int:
        """How many of the papers stand so."""
        return sum(each.standing == standing for each in self.papers)

    @property
    def withdrawn(self) -> int:
        """How many papers a source takes back in these files."""
        return sum(isinstance(each, Deleted) for each in self.records)

    @property
    def changes(self) -> bool:
        """Whether a build would do anything."""
        return bool(self.withdrawn) or any(each.standing != "known" for each in self.papers)


def preview(root: Path, files: Sequence[Path], longest_abstract: int) -> Preview:
    """Read `files` as `scholiast build` does, for the index in folder `root`; the files are removed.

    Of their paths, nothing but their own names is kept. Raises the errors of `foresee`.
    """
    try:
        records = tuple(_read(files, longest_abstract))
    finally:
        for file in files:
            file.unlink(missing_ok=True)
    said = tuple(foresee(root, records))
    return Preview(
        tuple(dict.fromkeys(file.name for file in files)),
        records,
        tuple(each for each in said if isinstance(each, Foreseen)),
        tuple(each for each in said if isinstance(each, Rejected | Skipped)),
        tuple(each for each in said if isinstance(each, Remark)),
    )


def _read(files: Iterable[Path], longest_abstract: int) -> Iterator[Read]:
    for file in files:
        try:
            with file.open("rb") as opened:
                if opened.read(4).startswith(PACKED):
                    yield Skipped(file.name, packed(file.name))
                    continue
            for read in read_corpus([str(file)], longest_abstract=longest_abstract):
                yield _named(read, file)
        except CorpusError as error:
            # The only file of a corpus that cannot be read ends a build; here its reason is shown.
            yield Skipped(file.name, _without_folder(str(error), file))


def _named(read: Read, file: Path) -> Read:
    if isinstance(read, Record | Deleted):
        return replace(read, source=file.name)
    return replace(read, source=file.name, reason=_without_folder(read.reason, file))


def _without_folder(sentence: str, file: Path) -> str:
    return sentence.replace(f"{file.parent}{os.sep}", "")
