# Only python3 (3.11 or newer, with venv and pip) and make are assumed.
VENV := .venv
BIN  := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true

.PHONY: install run test faults bench lint lock clean

install: $(VENV)/.installed

$(BIN)/uv:
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

$(VENV)/.installed: requirements/test.txt requirements/uv.txt pyproject.toml | $(BIN)/uv
	@# uv takes seconds; plain pip installs the same files where uv cannot reach its registry.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/test.txt \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

run: install
	@exec $(BIN)/toeleiding run

test: install
	@$(BIN)/python -m tests.everything

# The large fault suite: a thousand seeded schedules, sixty real kills. `make test` runs a small part of it.
faults: install
	@$(BIN)/python -m tests.faults --schedules 1000 --kills 60 --restarts 3

bench: install
	@$(BIN)/python -m bench

lint: install
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

# Pins are compiled from pyproject.toml; no package host is written in any tracked file.
lock: $(BIN)/uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements/main.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra test pyproject.toml -o requirements/test.txt
	echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header - -o requirements/uv.txt

clean:
	rm -rf $(VENV) build src/*.egg-info .mypy_cache .ruff_cache .pytest_cache
