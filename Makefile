# `make` tells what can be done. Set-up happens by itself, once, and again when the pinned packages change.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Bytecode is kept, whatever the environment says: a hundred processes of the tests start from it.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
READY := .venv/.ready
# More arguments for pytest, such as PYTEST_ARGS="-x tests/reference".
PYTEST_ARGS ?=
# How much `make bench` measures: quick (minutes) or full (an hour); and more arguments for it.
SIZE ?= quick
BENCH_ARGS ?=
# The Pythons that are supported; the first that is here is taken.
PYTHONS := python3.11 python3.12 python3.13
# What `make lock` makes anew: with UPGRADE=1 also the versions that are pinned already.
UPGRADE ?=
# Where `make dev` listens.
PORT_UI ?= 3000
# Debian's installer, without questions; what it says is shown only if it fails.
APT := env DEBIAN_FRONTEND=noninteractive apt-get -qq -o=Dpkg::Use-Pty=0
# Test processes side by side, each with an engine of its own that takes up to a gigabyte; the longest tests are listed.
WORKERS ?= 3
# A file's tests stay in one process, for the fixtures of its module.
SIDE_BY_SIDE = -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=20 --durations-min=1
# Where `make test` puts its tens of thousands of small files, a gigabyte in all: in memory, if it has room for them.
SCRATCH := $(shell free=$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1 || true); \
	memory=$$(awk '/^MemAvailable/ {print $$2}' /proc/meminfo 2>/dev/null || true); \
	[ "$${free:-0}" -gt 4000000 ] && [ "$${memory:-0}" -gt 8000000 ] && [ -w /dev/shm ] && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
# Two JVMs of this size at once.
SPARK_WORKERS ?= 2
# The least coverage, in per cent of lines and branches, that `make test-all` accepts of unit and engine tests.
COVERAGE ?= 93
# Spark compiles code for each query, which for a few rows costs more than it gains.
SPARK_QUICK := {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN", \
	"spark.sql.shuffle.partitions": "2", "spark.databricks.delta.snapshotPartitions": "1"}

.PHONY: help setup run test test-all test-slow test-spark mutate bench dev lint lock docs site screenshots wheel sample browser clean distclean

help: ## Tell what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: $(READY) ## The sample, from landed files to customer360; ends with a summary, one profile and an explained figure
	@$(BIN)/c360 run --show-profile

test: $(READY) browser ## The tests, but for slow ones and Apache Spark's (PYTEST_ARGS="…" goes to pytest). Leaves no files behind
	@TMPDIR="$$(mktemp -d "$(SCRATCH)/c360-tests-XXXX")"
	export TMPDIR
	trap 'rm -rf "$$TMPDIR"' EXIT
	$(BIN)/pytest -m "not slow and not spark" $(SIDE_BY_SIDE) --junitxml=build/tests.xml $(PYTEST_ARGS)

test-spark: $(READY) ## The tests that need Apache Spark, and those of the tables on it; needs Java 17
	@if [ -z "$${JAVA_HOME:-}" ] && ! command -v java >/dev/null; then
		echo "Apache Spark needs Java 17: install it and set JAVA_HOME (Debian: apt-get install openjdk-17-jre-headless)." >&2
		exit 1
	fi
	export C360_ENGINE=spark C360_SPARK_MEMORY=1g C360_SPARK_CONFIG='$(SPARK_QUICK)'
	$(BIN)/pytest -m "(both_engines or spark) and not slow" $(SIDE_BY_SIDE) -n $(SPARK_WORKERS) \
		--junitxml=build/tests-spark.xml $(PYTEST_ARGS)

test-slow: $(READY) browser ## The long tests that `make test` leaves out, on the embedded engine
	@$(BIN)/pytest -m "slow and not spark" $(SIDE_BY_SIDE) --junitxml=build/tests-slow.xml $(PYTEST_ARGS)

test-all: $(READY) browser ## Everything, with long budgets: hours. Prints the coverage of unit and engine tests, which has a floor
	@export C360_LONG=1
	$(BIN)/pytest -m "unit or engine" $(SIDE_BY_SIDE) --junitxml=build/tests-all-1.xml \
		--cov=c360_assets --cov=resources --cov=c360_sample --cov-branch --cov-fail-under=$(COVERAGE) $(PYTEST_ARGS)
	$(BIN)/pytest -m "system and not spark" $(SIDE_BY_SIDE) --junitxml=build/tests-all-2.xml $(PYTEST_ARGS)
	export C360_ENGINE=spark C360_SPARK_MEMORY=1g C360_SPARK_CONFIG='$(SPARK_QUICK)'
	$(BIN)/pytest -m "engine or both_engines or spark" $(SIDE_BY_SIDE) -n $(SPARK_WORKERS) --junitxml=build/tests-all-3.xml $(PYTEST_ARGS)

# In a copy: mutmut works where it runs, and what is edited meanwhile changes nothing. DAGSTER_HOME only keeps Dagster quiet.
mutate: $(READY) ## Change the transforms in two thousand ways: do the tests notice? (ten minutes)
	@rm -rf build/mutation
	mkdir -p build/mutation/home
	cp -r c360_assets resources tests tools pyproject.toml build/mutation
	cd build/mutation
	export DAGSTER_HOME="$$PWD/home"
	../../$(BIN)/python -m tools.mutation.undecorate c360_assets
	nice -n 15 ../../$(BIN)/python -m tools.mutation.run run
	../../$(BIN)/python -m tools.mutation.report

bench: $(READY) ## Measure beside DuckDB, Polars, … (SIZE=quick or full)
	@$(BIN)/python -m bench suite --size $(SIZE) $(BENCH_ARGS)

dev: $(READY) ## Dagster's UI with its daemon, on http://127.0.0.1:3000
	@export DAGSTER_HOME="$$($(BIN)/c360 home)" DAGSTER_EVENT_BATCH_SIZE=500 DAGSTER_DISABLE_TELEMETRY=1
	# `dagster dev` advises each user to take `dg` instead, which needs more packages than it is worth here.
	export PYTHONWARNINGS='ignore:Function `dev_command` is superseded'
	exec $(BIN)/dagster dev -h 127.0.0.1 -p $(PORT_UI) -w workspace.yaml

lint: $(READY) ## Style, format, types, declared dependencies, and which package may import which
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/lint-imports --no-logo --no-cache

docs: $(READY) ## Write docs/tables/ from the contracts of the tables, and the diagram in README
	@$(BIN)/python -m c360_assets.docs

# The theme's notice about its successor does not concern these pages.
site: $(READY) ## Build the documentation as a site in build/site; dead links fail
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	echo "build/site/index.html"

screenshots: run browser ## Take the pictures of Dagster's UI in docs/images anew, of the sample
	@$(BIN)/python -m tests.dagster_ui.screenshots

# Without what an earlier build left: setuptools would add it.
wheel: $(READY) ## The package for those without a checkout: a wheel in build/dist
	@rm -rf build/lib build/bdist.* build/dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/dist .
	ls build/dist/*.whl

sample: $(READY) ## Write the sample in data/landing anew
	@$(BIN)/python -m c360_sample data/landing

setup: $(READY) ## Only the set-up: .venv with the pinned packages
	@echo "Ready: $$($(BIN)/python --version) in .venv."

# Sets $$python to a Python that is supported, and $$name to its name with the version.
define find_python
for python in $(PYTHONS) python3 none; do
	if [ $$python = none ]; then
		echo "One of $(PYTHONS) is needed, and none is here (Debian, Ubuntu: apt-get install python3-venv)." >&2
		exit 1
	fi
	! name=$$($$python -c 'import sys; name = "python%d.%d" % sys.version_info[:2]; print(name); sys.exit(name not in sys.argv)' \
		$(PYTHONS) 2>/dev/null) || break
done
endef

# Debian's Python lacks the module that puts pip into a new environment: its package is added then.
$(READY): requirements.lock pyproject.toml
	@$(find_python)
	if ! $$python -c 'import ensurepip' 2>/dev/null; then
		if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
			echo "This Python can't make environments. Run this once: sudo apt-get install $$name-venv" >&2
			exit 1
		fi
		echo "Set-up: adding $$name-venv"
		$(APT) update >/dev/null
		$(APT) install -y --no-install-recommends $$name-venv >/dev/null
	fi
	count=$$(grep -c == requirements.lock) # but for the few that only other Pythons need
	echo "Set-up: $$count packages into .venv, once; this takes a minute or two"
	$$python -m venv .venv
	export PIP_DISABLE_PIP_VERSION_CHECK=1
	# What comes as source (pyspark does) is built with the pinned setuptools too, not with the newest.
	build=(--use-pep517 --no-build-isolation)
	$(BIN)/python -m pip install --quiet "$$(grep '^setuptools==' requirements.lock)"
	$(BIN)/python -m pip install "$${build[@]}" -r requirements.lock | awk -v all="$$count" \
		'/^Collecting/ && ++n % 20 == 0 {print "  " n " of " all; fflush()} /^Installing/ {print "  installing"; fflush()}'
	$(BIN)/python -m pip install --quiet --no-deps "$${build[@]}" -e .
	touch $@

# The tests of the UI drive a real browser. Tried once; without one, these tests say why they are skipped.
browser: $(READY) ## Debian's chromium for the tests of the UI, if it is missing and can be installed
	@if { command -v chromium && command -v chromedriver; } >/dev/null || [ -e .venv/.no-browser ]; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "Set-up: adding chromium for the tests of the UI, once"
		$(APT) update >/dev/null 2>&1 && $(APT) install -y --no-install-recommends chromium chromium-driver >/dev/null 2>&1 && exit 0
	fi
	echo "No chromium here: the tests of the UI will be skipped (Debian: apt-get install chromium chromium-driver)."
	touch .venv/.no-browser

lock: ## Pin what pyproject.toml asks for in requirements.lock, for all supported Pythons (UPGRADE=1: in the newest versions)
	@$(find_python)
	$$python -m tools.lock $(if $(UPGRADE),--upgrade)

clean: ## Remove what runs leave behind: the lake, Dagster's history, caches (.venv stays)
	@rm -rf data/lake .dagster build .pytest_cache .mypy_cache .ruff_cache .hypothesis spark-warehouse metastore_db derby.log
	find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## Remove .venv too
	@rm -rf .venv *.egg-info
