"""Embedding in parallel over machines, by Ray Data; needs the extra `scholiast[ray]`."""

import json
import logging
import os
import secrets
import socket
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from tempfile import TemporaryDirectory
from threading import Lock
from types import ModuleType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import UserError
from index.vectors.embedding import Fingerprint, LocalEmbedder, Parts, Vectors

# With as many texts a worker in one call of `embed`, what Ray adds is less than a tenth of the call.
TEXTS_A_WORKER = 128
# Handing out a task costs about as much as embedding one text; many small ones would be felt.
TEXTS_A_TASK = 64
# A worker that dies is replaced and its texts are embedded again; when nothing at all has come for so long, that ends.
PATIENCE_SECONDS = 600.0
# A call's texts and vectors are megabytes; by default Ray would reserve a third of the memory.
OBJECT_STORE_BYTES = 256 << 20

Block = Mapping[str, NDArray[Any]]


class RayEmbedder:
    """The vectors of `LocalEmbedder`, bit for bit, computed by the workers of a Ray cluster.

    Joins the cluster at `address`, else at `RAY_ADDRESS`, else starts a Ray on this machine that listens on 127.0.0.1
    alone; it does so when the first text comes. `workers` run at once, each on one core: as many as the cluster has
    unless given. Only texts go out and only vectors come back. Use it as a context manager, or `close` it. Raises
    `UserError` if Ray is not installed, if the cluster cannot be joined, or if its workers cannot do the work.
    """

    def __init__(self, workers: int | None = None, address: str | None = None) -> None:
        self._workers = workers
        self._address = address or os.environ.get("RAY_ADDRESS") or "local"
        self._local = LocalEmbedder(threads=1)
        self._joined = False
        self._folder: TemporaryDirectory[str] | None = None
        self._lock = Lock()

    @property
    def fingerprint(self) -> Fingerprint:
        """The fingerprint of the embedder on this machine, and so of every worker that is not refused."""
        return self._local.fingerprint

    @property
    def workers(self) -> int:
        """How many workers run at once."""
        return self._workers or max(1, int(self._ray().cluster_resources().get("CPU", 1)))

    @property
    def texts_a_call(self) -> int:
        """How many texts `embed` should be given at once for Ray to add less than a tenth to the time."""
        return TEXTS_A_WORKER * self.workers

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, in the order of the texts, shape (len(texts), dimension), float32."""
        return self.embed_with_parts(texts, [()] * len(texts))[0]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, computed on this machine."""
        return self._local.embed_queries(texts)

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Return one unit vector a text and one a part, in their order."""
        if not texts:
            return self._local.embed_with_parts((), ())
        ray, workers = self._ray(), self.workers
        # As many tasks for each worker, or some would stand idle while others do the last ones.
        tasks = min(len(texts), workers * -(-len(texts) // (workers * TEXTS_A_TASK)))
        rows = [
            {"ordinal": ordinal, "text": text, "parts": json.dumps([*spans])}
            for ordinal, (text, spans) in enumerate(zip(texts, parts, strict=True))
        ]
        vectors = ray.data.from_items(rows, override_num_blocks=tasks).map_batches(
            _embed_block,
            fn_kwargs={"fingerprint": self.fingerprint.to_json()},
            batch_size=None,
            # Not actors: Ray Data starts them anew in each call, for seconds; the processes of tasks live on.
            compute=ray.data.TaskPoolStrategy(size=min(tasks, workers)),
        )
        try:
            return in_order(vectors.iter_batches(batch_size=None), len(texts), self.fingerprint.dimension)
        except (ray.exceptions.RayError, ray.data.exceptions.ExecutionTimeoutError) as error:
            raise UserError(_sentence(error)) from None

    def close(self) -> None:
        """Leave the cluster, and end the Ray that this embedder started; one that it joined goes on."""
        with self._lock:
            if self._joined:
                _imported().shutdown()
                self._joined = False
            if self._folder:
                self._folder.cleanup()
                self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ray(self) -> ModuleType:
        """Ray's module, in a process that has joined a cluster."""
        with self._lock:
            if self._address == "local":
                _keep_to_this_machine()
            ray = _imported()
            if not ray.is_initialized():
                self._start(ray) if self._address == "local" else self._join(ray)
                self._joined = True
                _silence(ray)
            return ray

    def _start(self, ray: ModuleType) -> None:
        # Sockets lie in the folder, and their paths must not exceed 103 bytes: TMPDIR may be too long. Ray opens its
        # folder to every user; the one around it is closed to all but this one.
        self._folder = TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True)
        try:
            ray.init(
                address="local",
                num_cpus=self._workers,
                include_dashboard=False,
                object_store_memory=OBJECT_STORE_BYTES,
                logging_level=logging.CRITICAL,
                log_to_driver=False,
                _temp_dir=f"{self._folder.name}/ray",
            )
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            self._folder.cleanup()
            raise UserError(f"Ray cannot be started on this machine ({_first_line(error)}).") from None

    def _join(self, ray: ModuleType) -> None:
        try:
            _knock(self._address)
            ray.init(address=self._address, logging_level=logging.CRITICAL, log_to_driver=False)
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise UserError(
                f"The Ray cluster at {self._address} cannot be joined ({_first_line(error)}). See that it runs and that "
                f"this machine is one of its nodes, or unset RAY_ADDRESS to embed on this machine alone."
            ) from None


def in_order(blocks: Iterable[Block], count: int, dimension: int) -> tuple[Vectors, Vectors]:
    """The vectors of `count` texts and of their parts from blocks in any order, each text with its ordinal.

    Raises `UserError` unless each text has exactly one vector.
    """
    vectors = np.empty((count, dimension), np.float32)
    parts: dict[int, Vectors] = {}
    times = np.zeros(count, np.int64)
    for block in blocks:
        vectors[block["ordinal"]] = block["vector"]
        np.add.at(times, block["ordinal"], 1)
        for ordinal, packed in zip(block["ordinal"].tolist(), block["parts"], strict=True):
            parts[ordinal] = np.frombuffer(packed, np.float32).reshape(-1, dimension)
    if (times != 1).any():
        raise UserError(
            f"Ray gave back vectors for {np.count_nonzero(times)} of {count} texts. Run the command again: "
            f"what was stored before stays."
        )
    return vectors, np.concatenate([parts[ordinal] for ordinal in range(count)])


def _embed_block(block: Block, fingerprint: str) -> Block:
    """The vectors of a block of texts; runs on a worker."""
    embedder, spans = _same_embedder(fingerprint), [*map(json.loads, block["parts"])]
    vectors, parts = embedder.embed_with_parts(block["text"].tolist(), spans)
    split = np.split(parts, np.cumsum([*map(len, spans)])[:-1])
    packed = np.array([each.tobytes() for each in split], object)
    return {"ordinal": block["ordinal"], "vector": vectors, "parts": packed}


@cache
def _same_embedder(fingerprint: str) -> LocalEmbedder:
    """The embedder of this worker, loaded once for all its tasks and refused unless it has this `fingerprint`."""
    embedder = LocalEmbedder(threads=1)
    own = embedder.fingerprint.to_json()
    if own != fingerprint:
        raise UserError(
            f"The embedder of the Ray worker on {socket.gethostname()} is not the one of the building machine: "
            f"it has {own}, the building machine {fingerprint}. Install the same version of Scholiast on every node."
        )
    return embedder


def _keep_to_this_machine() -> None:
    """Set what Ray reads while it is imported and handed down to the processes that it starts."""
    # Ray listens on every interface unless clusters are off; the variable acts on Linux too, whatever its name says.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    # Other users of this machine reach 127.0.0.1 too. A token of one's own is not left behind in the home folder.
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))


def _imported() -> ModuleType:
    # A call that is under way while the connection is closed would start another Ray.
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"
    # Ray prints on stdout that a worker died, which it mends itself.
    os.environ["RAY_DEDUP_LOGS_SKIP_REGEX"] = "^"
    try:
        import ray  # noqa: PLC0415
        import ray.data  # noqa: PLC0415
    except ImportError:
        raise UserError(
            "Embedding with Ray needs packages that are not installed: pip install 'scholiast[ray]'"
        ) from None
    return ray


def _silence(ray: ModuleType) -> None:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_no_progress_timeout_s = PATIENCE_SECONDS
    context.raise_original_map_exception = True
    # What fails is raised, and becomes a sentence; Ray would print the traceback besides.
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)


def _knock(address: str) -> None:
    """Raise `OSError` at once if nothing listens at HOST:PORT; Ray would try for a quarter of an hour."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()


def _sentence(error: Exception) -> str:
    # What was raised on a worker comes inside an error of Ray's.
    cause = getattr(error, "cause", None) or error
    if isinstance(cause, UserError):
        return str(cause)
    return (
        f"Embedding with Ray failed ({_first_line(cause)}). See that the same versions of Scholiast, Ray and Python are "
        f"installed on every node, then run the command again: what was stored before stays."
    )


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
