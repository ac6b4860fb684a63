# On a machine with Python 3.11 and make, these do everything.
PYTHON ?= python3
BIN    := .venv/bin
RUNS   := .venv/runs
TESTS  := .venv/tests
PIP    := PIP_CONSTRAINT=constraints.txt $(BIN)/pip install -q

.PHONY: run test lint verify clean

run: $(RUNS)
	$(BIN)/upstanding first-finding

test: lint
	$(BIN)/pytest -n 2 --dist loadfile

lint: $(TESTS)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# What running needs, and what testing needs besides.
$(RUNS): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) -e .
	touch $@

$(TESTS): $(RUNS)
	$(PIP) -e '.[dev]'
	touch $@

verify: $(TESTS)
	$(BIN)/python -m verification

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
