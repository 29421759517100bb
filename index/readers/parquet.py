"""Parquet: a table whose columns are called as in CSV, read a batch of rows at a time; pyarrow is an optional extra."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from index.errors import CorpusError
from index.readers.columns import check_columns, fields_of, role
from index.readers.fields import papers
from index.readers.records import Read, Source

if TYPE_CHECKING:
    from pyarrow import RecordBatch  # type: ignore[import-untyped]
    from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]

_MAGIC = "PAR1"
_BATCH = 512
# Text packs to a tenth, perhaps a thirtieth; what unpacks to more than this is made to fill the memory.
_MOST_UNPACKED, _ALLOWANCE = 100, 64 * 1024
# Bytes of one batch of rows, as far as their mean tells.
_BATCH_BYTES = 64 * 1024 * 1024


def recognises(head: str) -> bool:
    """Whether `head` begins as Parquet does."""
    return head.startswith(_MAGIC)


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each row, numbered from 1; only the columns that tell of papers are read.

    A cell that stands for nothing Python knows rejects its row (TYPE), and where the file is damaged it ends with a
    rejection (PARQUET). Raises `CorpusError` where pyarrow is not installed, the file is not Parquet, there is no
    column of titles or of abstracts, or what is read of it unpacks to more than 100 times its size.
    """
    with ExitStack() as stack:
        table, names = _opened(source, stack)
        check_columns(source.name, names)
        read_names = [name for name in names if role(name)]
        for number, row in enumerate(_rows(table, read_names, _batch(source, table, read_names)), start=1):
            if isinstance(row, _Fault):
                yield source.reject(number, row.code, row.reason)
            else:
                yield from papers(source, number, fields_of(row))


class _Fault:
    """Why there is no row."""

    def __init__(self, code: str, error: Exception) -> None:
        self.code = code
        self.reason = f"the row cannot be read: {_said(error)}"


def _opened(source: Source, stack: ExitStack) -> tuple["ParquetFile", list[str]]:
    try:
        from pyarrow import ArrowException  # noqa: PLC0415 - an extra that few need
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415
        from pyarrow.types import is_large_string, is_string  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise CorpusError(f"{source.name} is Parquet. To read it: pip install 'scholiast[parquet]'") from None
    stream = stack.enter_context(_seekable(source))
    try:
        columns = list(ParquetFile(stream).schema_arrow)
        # A text that many rows share is held once.
        texts = [column.name for column in columns if is_string(column.type) or is_large_string(column.type)]
        table = stack.enter_context(ParquetFile(stream, read_dictionary=texts))
        names = [column.name for column in columns]
    except (ArrowException, OSError, ValueError) as error:
        raise _unreadable(source, error) from None
    return table, names


def _unreadable(source: Source, error: Exception) -> CorpusError:
    return CorpusError(f"{source.name} cannot be read as Parquet ({_said(error)}). Write it anew.")


def _batch(source: Source, table: "ParquetFile", names: list[str]) -> int:
    """How many rows are read at a time; raises `CorpusError` where their columns unpack to too much."""
    groups = [table.metadata.row_group(place) for place in range(table.metadata.num_row_groups)]
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    try:
        told = [column for column in columns if column.path_in_schema.partition(".")[0] in names]
    except UnicodeDecodeError as error:
        raise _unreadable(source, error) from None
    unpacked: int = sum(column.total_uncompressed_size for column in told)
    if unpacked > _MOST_UNPACKED * (sum(column.total_compressed_size for column in told) + _ALLOWANCE):
        raise CorpusError(f"{source.name} unpacks to more than {_MOST_UNPACKED} times its size: it is not read.")
    rows: int = table.metadata.num_rows
    return max(1, min(_BATCH, _BATCH_BYTES * rows // max(1, unpacked)))


def _seekable(source: Source) -> BinaryIO:
    """The file itself; where what is read came through a pipe or was packed, a copy of it on the disk.

    Parquet is read from its end, and a copy in memory would be as large as the corpus.
    """
    path = Path(source.name)
    if path.is_file():
        stream = path.open("rb")
        if stream.read(len(_MAGIC)) == _MAGIC.encode():
            return stream
        stream.close()
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever asked
    shutil.copyfileobj(source.stream(), copy)
    return copy


def _rows(table: "ParquetFile", names: list[str], batch_size: int) -> Iterator[Mapping[str, object] | _Fault]:
    from pyarrow import ArrowException  # noqa: PLC0415

    try:
        for batch in table.iter_batches(batch_size=batch_size, columns=names, use_threads=False):
            for place in range(batch.num_rows):
                yield _row(batch, place)
    except (ArrowException, OSError, ValueError) as error:
        yield _Fault("PARQUET", error)


def _row(batch: "RecordBatch", place: int) -> Mapping[str, object] | _Fault:
    try:
        return {name: batch.column(name)[place].as_py() for name in batch.schema.names}
    except (ValueError, OverflowError) as error:
        return _Fault("TYPE", error)


def _said(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
