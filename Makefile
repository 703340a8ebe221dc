# Everything runs in .venv, made from $(PYTHON) and the versions in requirements.lock.
# Needs GNU make and Python 3.11 to 3.13; nothing else has to be installed.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
MADE := $(wildcard $(VENV)/.python-*)
# An environment that exists keeps its Python unless PYTHON names another one.
PYTHON ?= $(if $(MADE),$(BIN)/python,python3)
VERSION := $(shell "$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none)

CREATED := $(VENV)/.python-$(VERSION)
APP := $(VENV)/.installed-app
DEV := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c requirements.lock

# Further arguments for the command of a target: make app ARGS="--port 5010"
ARGS ?=

.PHONY: help app lab test lint format bench lock clean

help:
	@echo "make app      open the apps at http://localhost:5006/ (ARGS=\"--port 5010\" and so on)"
	@echo "make lab      open JupyterLab on the notebooks"
	@echo "make test     the whole check: lint, types, tests with coverage, notebooks"
	@echo "make lint     ruff and mypy only"
	@echo "make format   let ruff rewrite what it can"
	@echo "make bench    run the benchmarks and print their table"
	@echo "make lock     resolve requirements.lock anew from pyproject.toml"
	@echo "make clean    remove .venv and everything that was built"
	@echo
	@echo "PYTHON=python3.12 selects the interpreter (3.11 to 3.13; default: python3)."

app: $(APP)
	@$(BIN)/python -m scalekit serve $(ARGS)

lab: $(APP)
	@$(BIN)/python -m jupyter lab notebooks $(ARGS)

test: lint
	$(BIN)/python -m pytest --cov --cov-report=term tests $(ARGS)
	@# Apart, because nbval measures coverage in the kernel too, and warns about it.
	$(BIN)/python -m pytest --nbval-lax --nbval-current-env notebooks

lint: $(DEV)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

format: $(DEV)
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

bench: $(DEV)
	@$(BIN)/python -m benchmarks $(ARGS)

$(CREATED):
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
	  echo "scalekit needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $(VERSION:none=not to be found)." >&2; \
	  echo "Name another interpreter: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	  exit 1; }
	@echo "Making $(VENV) with Python $(VERSION)"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@# Groups of pyproject.toml need pip 25.1; Python 3.11 to 3.13 bring older ones.
	@$(PIP) "pip>=25.1"
	@touch $@

$(APP): $(CREATED) pyproject.toml requirements.lock
	@echo "Installing scalekit and JupyterLab into $(VENV) (a few minutes the first time)"
	@$(PIP) -e ".[jupyter]"
	@touch $@

$(DEV): $(APP)
	@echo "Installing the tools of the tests into $(VENV)"
	@$(PIP) --group dev
	@touch $@

# Needs the registry; every other target takes the versions from the result.
lock:
	"$(PYTHON)" -m venv --clear build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/python -m uv pip compile --quiet --universal --upgrade --python-version 3.11 \
	  --extra jupyter --group dev --no-header --no-annotate --output-file build/resolved.txt pyproject.toml
	sed -n '/^#/p' requirements.lock > build/header.txt
	cat build/header.txt build/resolved.txt > requirements.lock

clean:
	rm -rf $(VENV) build dist .coverage htmlcov .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
