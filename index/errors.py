"""What a person can mend, each error a sentence with its cause and its cure.

UserError
├── CorpusError       a file that cannot be read as a corpus
├── IndexMissing      no index where one was looked for
├── IndexMismatch     an index made with another embedder, or by another version
├── IndexDamaged      an index whose files are not what its manifest says
├── IndexUnreadable   files of an index that this user may not read
├── IndexUnreachable  a Chroma server that does not answer
├── IndexUnwritable   a disk that is full, or files that may not be written
├── IndexLocked       another process is writing to the index
├── FilterUnknown     an author, a venue or a source that the corpus does not have
├── PruneRefused      papers that are gone from the corpus, too many to remove unasked
├── EmbedderFailed    an embedder that failed, or returned something other than unit vectors
├── ModelDamaged      the embedder's files are missing or altered
├── SettingsError     a setting that does not exist or does not parse
├── QuestionSetError  an eval set that cannot be read
├── GateError         a gate of the evals that cannot be read, or names what is not measured
└── AnswersError      answers of some system that cannot be read

Anything else that is raised is a bug, and shows its traceback.
"""

from pathlib import Path
from shlex import quote


class UserError(Exception):
    """Something the user can mend; the message says how."""


class CorpusError(UserError):
    """A file cannot be read as a corpus."""


class IndexMissing(UserError):
    """There is no index `where` one was looked for, in a folder or on a server."""

    def __init__(self, where: Path | str) -> None:
        named = f"--index {quote(str(where))}"
        super().__init__(
            f"There is no index in {where}. Build one: scholiast build CORPUS {named}, with your files for CORPUS; "
            f"or of the sample: scholiast build --sample {named}"
        )


class IndexMismatch(UserError):
    """The index was made with another embedder, or by another version."""


class IndexDamaged(UserError):
    """The files of the index are not what its manifest says."""


class IndexUnreadable(UserError):
    """The files of the index may not be read by this user."""


class IndexUnreachable(UserError):
    """The Chroma server that holds the vectors does not answer, or not as it should."""


class IndexUnwritable(UserError):
    """The files of the index cannot be written: a full disk, or missing permissions."""


class IndexLocked(UserError):
    """Another process is writing to the index."""


class FilterUnknown(UserError):
    """The corpus does not have the author, the venue or the source that it was to be limited to."""


class PruneRefused(UserError):
    """More papers are gone from the corpus than are removed without being told twice."""


class EmbedderFailed(UserError):
    """An embedder failed, or returned something other than one unit vector a text."""


class ModelDamaged(UserError):
    """The embedder's files are missing or altered."""


class SettingsError(UserError):
    """A setting does not exist or does not parse."""


class QuestionSetError(UserError):
    """An eval set cannot be read."""


class GateError(UserError):
    """A gate of the evals cannot be read, or names what is not measured."""


class AnswersError(UserError):
    """Answers of some system cannot be read."""
