# Everything that whoever runs, tests or changes this needs. `make` alone prints the list.
# Nothing outside this folder is touched, but for the browser that `make test` needs.

.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help run demo test test-postgresql check lint fmt bench pages lock browser clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run-ready ## set up everything and serve http://127.0.0.1:8000 (PORT=… for another port)
	@exec $(BIN)/diary run

demo: .venv/run-ready ## serve a fictional diary out of ./data/demo, and say how to sign in
	@exec $(BIN)/python -m examples.demo

test: .venv/dev-ready browser ## every test, a real browser included
	$(BIN)/python -m pytest $(ARGS)

test-postgresql: .venv/dev-ready browser ## the same tests on a PostgreSQL of their own
	$(BIN)/python -m tests.database $(BIN)/python -m pytest $(ARGS)

check: lint test ## format, lint, types, templates, then every test

lint: .venv/dev-ready ## format, lint, types, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --quiet --lint diary/templates
	$(BIN)/mypy

fmt: .venv/dev-ready ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev-ready ## the benchmark: ratios against a plain baseline measured in the same run
	$(BIN)/python -m bench $(ARGS)

pages: .venv/dev-ready browser ## a screenshot of every page, phone and desktop
	$(BIN)/python -m e2e.pages $(ARGS)

lock: .venv/dev-ready ## choose the packages anew and write their hashes down
	$(PIP) uv
	$(call compile,requirements.lock,--group build)
	$(call compile,requirements-dev.lock,-c requirements.lock --group build --group test --group lint)

define compile
$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate pyproject.toml $(2) --output-file $(1)
endef

clean: ## remove what make built (never ./data)
	rm -rf .venv build diary.egg-info .pytest_cache .mypy_cache .ruff_cache

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "This needs Python 3.11 or newer. Say which with: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run-ready: requirements.lock pyproject.toml | .venv/made
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev-ready: requirements-dev.lock .venv/run-ready
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

browser:
	@command -v chromium >/dev/null || sh .ci/debian chromium
