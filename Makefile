# The only list of commands: the README, CI and the developers call these.
.DEFAULT_GOAL := help
.PHONY: help build check test lint bench lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

help: ## Show the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# A stamp: the environment is made again when the lock or the package's metadata change.
$(READY): requirements.lock pyproject.toml
	@echo "== environment: installing the locked packages into .venv (about a minute) =="
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@touch $(READY)

build: $(READY) ## Registers (synthetic when the landing is empty), dbt build, summary
	$(BIN)/labour-monitor build

check: $(READY) ## The deliveries before a build: what is wrong, and whom to ask
	$(BIN)/labour-monitor check

test: $(READY) ## Everything that CI checks: lint, dbt build with its tests, pytest
	@$(MAKE) --no-print-directory lint
	@echo "== dbt build with its tests, on synthetic registers =="
	$(BIN)/labour-monitor build --landing data/test/landing \
		--database data/test/monitoring.duckdb --citizens 20000
	@echo "== pytest =="
	$(BIN)/python -m pytest

lint: $(READY) ## ruff, sqlfluff, and no clock or chance in the SQL
	@echo "== lint =="
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m labour_monitor.sql_lint
	@# In memory: the lint needs no database, and must not wait for one in use.
	MONITORING_DUCKDB_PATH=:memory: $(BIN)/sqlfluff lint models tests/sql analyses

bench: $(READY) ## Time and memory at a tenth of the nation (writes bench/, not in git)
	$(BIN)/labour-monitor bench

lock: $(READY) ## Make requirements.lock anew from requirements.in (needs uv)
	uv pip compile requirements.in --python-version 3.11 \
		--python-platform x86_64-manylinux_2_28 --no-strip-extras --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --output-file requirements.lock

clean: ## Remove what dbt and the tests made, never data/landing
	rm -rf target logs data/test .pytest_cache .ruff_cache
