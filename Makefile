# On a machine with Python 3.11 and make, these do everything.
PYTHON ?= python3
BIN    := .venv/bin
STAMP  := .venv/installed

.PHONY: run test lint verify clean

run: $(STAMP)
	$(BIN)/upstanding first-finding

test: lint
	$(BIN)/pytest -n 2 --dist loadfile

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	PIP_CONSTRAINT=constraints.txt $(BIN)/pip install -q -e '.[dev]'
	touch $@

verify: $(STAMP)
	$(BIN)/python -m verification

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
