# Alt som trengs er Python 3.11 eller nyere, git og make. Ingenting installeres utenfor denne mappen.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint pytest chaos bench messages assets clean

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/.samspill/home
endif
export UV_NO_PROGRESS := 1
export UV_LINK_MODE := copy
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=
export npm_config_update_notifier := false

RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
BROWSER := node_modules/.samspill

help: ## vis hva du kan gjøre
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: $(RUNTIME) ## prøv Samspill på denne maskinen
	@$(BIN)/samspill demo

demo-reset: $(RUNTIME) ## kast alt i demoen, og begynn på nytt
	@$(BIN)/samspill demo --fresh

test: lint pytest ## alle tester, og en kort runde med feil og avbrudd
	$(PY) -m tests.chaos.steps
	$(PY) -m tests.chaos.run --deliveries 30 --kills 4 --seconds 15

pytest: $(DEV) $(BROWSER)
	@$(BIN)/samspill messages
	$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(DEV) ## stil, typer og hvem som får importere hvem
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

chaos: $(DEV) ## lang runde med feil og avbrudd; ender med en tabell
	$(PY) -m tests.chaos.run --write docs/chaos.md

bench: $(DEV) $(BROWSER) ## mål fart, forsinkelse og minne; skriver docs/bench.md
	@$(BIN)/samspill messages
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(PY) -m bench

messages: $(RUNTIME) ## oversett det som er endret i .po-filene
	@$(BIN)/samspill messages

assets: $(BROWSER) ## bygg nyhetsrommets stilark på nytt (se src/samspill/newsroom/theme)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(PY) src/samspill/newsroom/theme/build.py

clean: ## fjern det som er installert i denne mappen; data i .samspill blir
	rm -rf $(VENV) node_modules

# --- oppsett: hvert merke forteller at et steg er gjort, og gjøres om når det det bygger på er nyere ---
$(VENV)/.uv: requirements-bootstrap.lock
	@test -n "$(PYTHON)" || { echo "Vi finner ikke Python 3.11 eller nyere. Installer det, eller skriv make PYTHON=/sti/til/python."; exit 1; }
	@echo "Installerer første gang; det tar et par minutter ..."
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --without-pip $(VENV) \
	  || { echo "Python mangler modulen venv. På Debian og Ubuntu: installer python3-venv."; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m pip --python $(PY) install -q pip \
	  || { echo "Python mangler pip. På Debian og Ubuntu: installer python3-venv."; exit 1; }
	@$(PY) -m pip install -q --require-hashes -r requirements-bootstrap.lock
	@touch $@

# uv er raskest; når den ikke når pakkene, gjør pip det samme.
define install
@$(BIN)/uv pip sync -q --python $(PY) --require-hashes $(1) requirements-bootstrap.lock 2>$(VENV)/uv.log \
  || $(PY) -m pip install -q --require-hashes -r $(1) -r requirements-bootstrap.lock
@$(PY) -m pip install -q --no-deps --no-build-isolation -e .
endef

$(RUNTIME): $(VENV)/.uv requirements.lock pyproject.toml
	@if [ -f $(DEV) ] && [ -z "$$(find requirements.lock pyproject.toml -newer $(DEV))" ]; then touch $@; \
	else $(MAKE) --no-print-directory $(VENV)/.runtime-install && touch $@; fi

.PHONY: $(VENV)/.runtime-install
$(VENV)/.runtime-install:
	$(call install,requirements.lock)
	@rm -f $(DEV)

$(DEV): $(VENV)/.uv requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@ $(RUNTIME)

$(BROWSER): $(DEV) package.json package-lock.json .npmrc
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@
