# Everything a fresh clone needs is Python 3.11 (or newer) and make: the first target that
# needs packages makes .venv, installs the versions of constraints.txt with their hashes
# checked, and esign itself from this folder.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
PYTEST := $(RUN) -m pytest -q
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test unit lint types architecture fixtures fixtures-check vectors docs interop \
    slow bench fuzz format constraints wheels dist ci clean

help:  ## Show these lines
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

demo: $(READY)  ## See it work: a test PKI comes up, documents are signed, verified, tampered with
	@$(VENV)/bin/esign demo

test: $(READY)  ## Run the tests (all but interop and the slow ones)
	@$(PYTEST) -n $(WORKERS) -m "not interop and not slow"

slow: $(READY)  ## Run the tests that take seconds each
	@$(PYTEST) -n $(WORKERS) -m "slow and not interop"

unit: $(READY)  ## Run the unit tests only
	@$(PYTEST) tests/unit

vectors: $(READY)  ## Judge every vector of fixtures/index.toml
	@$(PYTEST) tests/vectors

interop: $(READY)  ## Ask OpenSSL, xmlsec1, pdfsig, pyHanko, EU DSS and others for their verdicts
	@$(PYTEST) -m interop

architecture: $(READY)  ## Check layers, sizes, names, words and citations
	@$(PYTEST) tests/architecture

lint: $(READY)  ## Check style with ruff
	@$(RUN) -m ruff check --quiet .
	@$(RUN) -m ruff format --quiet --check .

format: $(READY)  ## Put imports and layout in order
	@$(RUN) -m ruff check --quiet --fix-only --select I .
	@$(RUN) -m ruff format --quiet .

types: $(READY)  ## Check types for every Python version that is supported
	@for version in 3.11 3.12 3.13 3.14; do \
	    $(RUN) -m mypy --no-error-summary --python-version $$version || exit 1; done

fixtures: $(READY)  ## Build the test PKI and the vectors again
	@$(RUN) fixtures/make.py

fixtures-check: fixtures  ## Fail unless the fixtures were rebuilt byte for byte
	@git diff --exit-code --stat -- fixtures
	@test -z "$$(git status --porcelain -- fixtures)"

docs: $(READY)  ## Build docs/reference and docs/conformance.md again and check every link
	@$(RUN) docs/build.py
	@$(RUN) docs/check_links.py

bench: $(READY)  ## Print a table of speed and memory ratios against the peers
	@$(RUN) bench/run.py

fuzz: $(READY)  ## Feed damaged fixtures to every parser for a while (SECONDS=60)
	@$(RUN) tests/fuzz/run.py --seconds $(or $(SECONDS),60)

wheels: $(READY)  ## Check that every dependency has a wheel for Python 3.12 to 3.14
	@for version in 3.12 3.13 3.14; do \
	    $(VENV)/bin/uv pip install --quiet --dry-run --target "$$(mktemp -d)" --no-config \
	        --python-version $$version --only-binary :all: --no-deps --require-hashes \
	        -r constraints.txt || exit 1; done

dist: $(READY)  ## Build sdist and wheel into dist/
	@$(RUN) -m build --no-isolation --outdir dist . > /dev/null

constraints:  ## Resolve constraints.txt again (needs uv)
	@$(or $(wildcard $(VENV)/bin/uv),uv) pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --all-extras --group dev --generate-hashes --no-emit-index-url --no-annotate \
	    --custom-compile-command "make constraints" -o constraints.txt pyproject.toml

ci:  ## Run everything that continuous integration runs
	@bash .ci/run

clean:  ## Remove what make made, .venv included
	@rm -rf $(VENV) dist build demo-output .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	    .import_linter_cache htmlcov .coverage* tests/interop/dss/target
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "esign needs Python 3.11 or newer; say which with make PYTHON=..."; exit 1; }
	@echo "Preparing $(VENV) (once; about a minute) ..."
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	    --only-binary :all: -r constraints.txt
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	    --editable .
	@touch $@
