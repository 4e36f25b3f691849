# The two commands are `make demo` and `make test`; both install what they need into .venv and, for the browser, on the system.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] <= (3,13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Only code that has to do with async is shown to flake8-async, which is slow.
MODULES = $(shell grep -rlE 'async |trio' --include='*.py' oodaemon ooctl | grep -v /api/v1/)
TESTS = $(shell grep -rlE 'async |trio' --include='*.py' tests)
# Left out: 109 (a deadline the caller chooses is a parameter), 114 (wants a list of names), 120 (an error that is cancelled while it is
# handled is gone, as it should), 124 (handlers of a framework must be async), 127 (an opinion on a library), 9xx (checkpoint counting).
ASYNC_OFF := ASYNC109,ASYNC114,ASYNC120,ASYNC124,ASYNC127,ASYNC900,ASYNC910,ASYNC911,ASYNC912,ASYNC913
FAST_TESTS := tests/unit tests/properties tests/contracts tests/meta
# Hundreds of processes start here; none of them is to compile again what another has compiled.
unexport PYTHONDONTWRITEBYTECODE
MINUTES ?= 5
TASKS ?= 300
PYTEST := $(BIN)/python -m pytest -q

.PHONY: help demo test check lint unit bench guarantees chaos march setup setup-dev chromium proto proto-fresh buf lowest units wheel docs grafana prometheus observe clean

help:
	@echo "make demo    sweep of 12 backtests on the practice site, from an empty folder to a table"
	@echo "make test    every check and every test, the largest by turns (docs/testing.md)"
	@echo "make check   the fast part of it: lint, types, imports, unit and property tests"
	@echo "make guarantees   what is promised, what is done against it, and whether it holds"
	@echo "make chaos   a real daemon under signals and faults; MINUTES=5, SEED=... to repeat one"
	@echo "make bench   measure what docs/performance.md explains, each figure beside its goal; BENCH=--record keeps the figures"
	@echo "make march   300 tasks through every fault, killed browsers, expired sessions and a killed daemon; TASKS=300"
	@echo "make docs    write what is made of the program: docs/commands.md, docs/parameters.md, docs/man"
	@echo "make wheel   build the wheel, install it into a clean environment, and use it there"
	@echo "make proto   generate oodaemon/api from proto/"
	@echo "make grafana generate the dashboards from grafana/generate"
	@echo "make observe a demo daemon with faults, Prometheus, and Grafana if it is installed; Ctrl-C ends all of it"

demo: setup chromium
	@.ci/demo

test: lint proto-fresh buf lowest units prometheus chromium
	@.ci/tests
	@echo "all checks passed"

check: lint unit

guarantees: setup-dev
	@$(BIN)/python -m tests.guarantees

chaos: setup-dev chromium
	@$(BIN)/python -m tests.chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

march: setup-dev chromium
	@$(BIN)/python -m tests.chaos.march --tasks $(TASKS)

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@echo "mypy and flake8-async, side by side"
	@typed=$$(mktemp); $(BIN)/mypy >$$typed 2>&1 & types=$$!; bad=0; \
		$(BIN)/python .ci/flake8-async --disable=$(ASYNC_OFF) $(MODULES) || bad=1; \
		$(BIN)/python .ci/flake8-async --disable=$(ASYNC_OFF),ASYNC100,ASYNC112,ASYNC121,ASYNC128,ASYNC401 $(TESTS) || bad=1; \
		wait $$types || bad=1; cat $$typed; rm -f $$typed; exit $$bad
	$(BIN)/lint-imports --no-logo

unit: setup-dev
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder --basetemp=$$(mktemp -d /tmp/oo.XXXX)/t $(FAST_TESTS)

bench: setup-dev chromium
	$(BIN)/python -m tests.bench $(BENCH)

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and none was found; install one or set PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'

$(VENV)/.runtime: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e . --group dev
	@touch $@

chromium: setup
	@.ci/chromium

proto: setup-dev
	proto/generate.sh

proto-fresh: setup-dev
	@fresh=$$(mktemp -d) && trap 'rm -rf $$fresh' EXIT && proto/generate.sh $$fresh && diff -r -x __init__.py -x __pycache__ $$fresh/oodaemon/api/v1 oodaemon/api/v1 \
		&& echo "generated code is current" || { echo "oodaemon/api is not what proto/ says; run make proto"; exit 1; }

buf:
	@.ci/buf

lowest: setup
	@.ci/lowest

wheel: setup chromium
	@.ci/wheel

docs: setup-dev
	@$(BIN)/python -m tests.reference --write

units: setup
	@.ci/units

grafana: setup-dev
	$(BIN)/python -m grafana.generate

prometheus:
	@.ci/prometheus

observe: setup chromium
	@.ci/observe

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
