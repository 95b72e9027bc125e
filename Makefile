# The only list of commands: the README, CI and the developers call these.
.DEFAULT_GOAL := help
.PHONY: help build check test pytest unit model lint lint-all bench superset browser \
	metrics docs spark-env spark-parity lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
SUPERSET := .venv-superset
BROWSER := .venv-browser
METRICFLOW := .venv-metricflow
SPARK := .venv-spark
# What is installed names the folder that it lies in: where the project was moved or copied,
# the environments are made anew. That of another project, to which a link leads, stays as
# it is: the link goes.
MOVED := $(shell for made in .venv*; do test ! -f "$$made/.ready" \
	|| test "$$(cat "$$made/.ready")" = "$(CURDIR)" \
	|| { test -L "$$made" && rm "$$made" || rm -f "$$made/.ready"; }; done)
LOCKED := --no-deps --require-hashes --requirement
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
UV := $(BIN)/uv pip install --quiet --python .venv
# Compiled code is kept, whatever the environment says: each process would compile again
# what it imports, and pytest the tests.
export PYTHONDONTWRITEBYTECODE :=
# A worker a core; the groups and their order are in tests/python/conftest.py.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --no-loadscope-reorder
# What tests write is thrown away. It lies in memory where that has the room (a container's
# may have none): a disk takes longer to delete the thousands of files than tests to write them.
IN_MEMORY = room=$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }'); \
	test "$${room:-0}" -lt 4000000 && place= || place=/dev/shm; \
	folder=$$(TMPDIR=$${place:-$$TMPDIR} mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(KEPT_MEMORY) TMPDIR="$$folder"
# What is freed is asked for again by the next test: malloc need not give it back to the system.
KEPT_MEMORY := MALLOC_TRIM_THRESHOLD_=2000000000 MALLOC_TOP_PAD_=67108864 \
	MALLOC_MMAP_THRESHOLD_=268435456
SQL_FOLDERS := models tests/sql analyses
SQL := $(patsubst %,'%/*.sql',$(SQL_FOLDERS))
# In memory: the lint needs no database, and must not wait for one in use.
# Its trees are millions of objects: to look for garbage among them, and once more at the
# end, is a third of the time.
SQLFLUFF := MONITORING_DUCKDB_PATH=:memory: $(BIN)/python -c "import atexit, gc; \
	gc.disable(); atexit.register(gc.freeze); \
	from sqlfluff.cli.commands import cli; cli()" lint
# Registers of 1,000 citizens, for what a developer tries between two changes: made anew
# when the generator is another.
SMALL := data/small
GENERATOR := $(wildcard src/labour_monitor/synthetic/*.py src/labour_monitor/synthetic/*/*.yml)
# Nobody reads its artifacts, which take as long to write as twenty unit tests.
DBT_SMALL := MONITORING_DUCKDB_PATH=$(SMALL)/monitoring.duckdb \
	$(BIN)/dbt --no-write-json build \
	--vars 'landing_path: $(SMALL)/landing' --target-path target/small

help: ## Show the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# A stamp: the environment is made again when the lock or the package's metadata change.
$(READY): requirements.lock pyproject.toml
	@echo "== environment: installing the locked packages into .venv =="
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@# The lock is complete, with a digest of each package: nothing is left to be
	@# resolved, and whoever installs it installs the same. uv takes 3 seconds, pip 20.
	@sed -n '/^uv==/,/[^\]$$/p' requirements.lock > .venv/uv.lock
	$(PIP) $(LOCKED) .venv/uv.lock
	@$(UV) $(LOCKED) requirements.lock || { \
		echo "uv cannot install the packages (it does not read pip.conf): pip does"; \
		$(PIP) $(LOCKED) requirements.lock; }
	$(UV) --no-deps --no-build-isolation --editable .
	@# On all cores, but for what nobody imports.
	$(BIN)/python -m compileall -q -j 0 -x '/(tests?|pip|setuptools|lexers)/' .venv/lib src
	@# The project is parsed as code is compiled: once. Where a file of it is wrong, the
	@# environment is complete all the same, and the next command says it too.
	-@$(BIN)/dbt parse --quiet
	@echo "$(CURDIR)" > $(READY)

build: $(READY) ## Registers (synthetic when the landing is empty), models, data tests, summary
	$(BIN)/labour-monitor build

check: $(READY) ## The deliveries before a build: what is wrong, and whom to ask
	$(BIN)/labour-monitor check

test: $(READY) ## Everything that CI checks: lint beside dbt build and all tests
	@$(MAKE) --no-print-directory --jobs 2 lint-all pytest

# The tests build 20,000 citizens with `labour-monitor build`, and run dbt's unit tests on it.
pytest: $(READY)
	@echo "== a build of synthetic registers, all tests of dbt, and pytest =="
	@$(IN_MEMORY) $(PYTEST) -m "not small"

unit: $(READY) ## What needs no big build: pytest, and the unit tests of dbt
	@$(IN_MEMORY) $(PYTEST) -m "not build"

# With the tests of the model alone, not with those of its parents.
model: $(READY) $(SMALL)/monitoring.duckdb ## One model, its parents and its tests: M=int_statuses
	@test -n "$(M)" || { echo "Name the model: make model M=int_statuses"; exit 1; }
	@test -n "$$(find models -name '$(M).sql')" || { echo "There is no model $(M)."; exit 1; }
	$(DBT_SMALL) --warn-error-options '{error: all, silence: [NoNodesForSelectionCriteria]}' \
		--indirect-selection empty --select "+$(M)" \
		"$(M)+1,resource_type:test" "$(M)+1,resource_type:unit_test"

$(SMALL)/landing: $(GENERATOR) | $(READY)
	@rm -rf $(SMALL)
	$(BIN)/labour-monitor synth --landing $@ --citizens 1000

# What a test reads beside its model must be there too, whichever model it is.
$(SMALL)/monitoring.duckdb: $(SMALL)/landing | $(READY)
	$(DBT_SMALL) --exclude resource_type:test resource_type:unit_test

lint: $(READY) ## ruff, no clock or chance in the SQL, sqlfluff on SQL changed since main
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m labour_monitor.sql_lint
	@since=$$(git merge-base HEAD main 2>/dev/null || echo HEAD); \
	changed=$$(git diff --name-only --diff-filter=d $$since -- $(SQL); \
		git ls-files --others --exclude-standard -- $(SQL)); \
	test -z "$$changed" || $(SQLFLUFF) $$changed

lint-all: $(READY) ## The same, with sqlfluff on all SQL
	@echo "== lint =="
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m labour_monitor.sql_lint
	$(SQLFLUFF) $(SQL_FOLDERS)

bench: $(READY) ## Time and memory beside a baseline: CITIZENS=530000 (writes data/bench/, not in git)
	$(BIN)/labour-monitor bench $(if $(CITIZENS),--citizens $(CITIZENS))

# Superset needs older packages than the project does.
$(SUPERSET)/.ready: requirements-superset.lock | $(READY)
	@echo "== environment: installing Apache Superset into $(SUPERSET) =="
	$(PYTHON) -m venv --clear $(SUPERSET)
	@$(BIN)/uv pip install --quiet --python $(SUPERSET) \
		$(LOCKED) requirements-superset.lock || { \
		echo "uv cannot install the packages (it does not read pip.conf): pip does"; \
		$(SUPERSET)/bin/python -m pip install --quiet --disable-pip-version-check \
			--no-compile $(LOCKED) requirements-superset.lock; }
	$(BIN)/python -m compileall -q -j 0 -x '/(tests?|pip|setuptools|lexers)/' $(SUPERSET)/lib
	@echo "$(CURDIR)" > $@

superset: $(READY) $(SUPERSET)/.ready ## Apache Superset reads the house edition during a build
	$(BIN)/labour-monitor superset $(if $(PUBLISHED),--published '$(PUBLISHED)')

# The browser itself is not a package of Python: Debian's Chromium, or what CHROMIUM names.
$(BROWSER)/.ready: requirements-browser.lock | $(READY)
	@echo "== environment: installing what drives a browser into $(BROWSER) =="
	$(PYTHON) -m venv --clear $(BROWSER)
	@$(BIN)/uv pip install --quiet --python $(BROWSER) \
		$(LOCKED) requirements-browser.lock || { \
		echo "uv cannot install the packages (it does not read pip.conf): pip does"; \
		$(BROWSER)/bin/python -m pip install --quiet --disable-pip-version-check \
			--no-compile $(LOCKED) requirements-browser.lock; }
	@echo "$(CURDIR)" > $@

browser: $(BROWSER)/.ready ## The pages of the newest edition in Chromium: axe, phone, zoom, print
	$(BROWSER)/bin/python -m pytest tests/browser -q \
		--published '$(or $(PUBLISHED),data/published)' --chromium '$(CHROMIUM)'

# MetricFlow lies beside the project's packages and sees them: no figure depends on its
# version, and a package of the lock would make every delivery new (docs/architecture.md).
$(METRICFLOW)/.ready: requirements-metricflow.lock | $(READY)
	@echo "== environment: installing MetricFlow into $(METRICFLOW), beside .venv =="
	$(PYTHON) -m venv --without-pip --clear $(METRICFLOW)
	@$(BIN)/uv pip install --quiet --python $(METRICFLOW) \
		$(LOCKED) requirements-metricflow.lock || { \
		echo "uv cannot install the packages (it does not read pip.conf): pip does"; \
		$(BIN)/python -m pip --python $(METRICFLOW) install --quiet \
			--disable-pip-version-check --no-compile \
			$(LOCKED) requirements-metricflow.lock; }
	@packages=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	beside=$$($(METRICFLOW)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	echo "import site; site.addsitedir('$$packages')" > "$$beside/project.pth"
	$(BIN)/python -m compileall -q -j 0 $(METRICFLOW)/lib
	@echo "$(CURDIR)" > $@

metrics: $(METRICFLOW)/.ready $(SMALL)/monitoring.duckdb ## MetricFlow answers what the marts say
	MONITORING_DUCKDB_PATH=$(SMALL)/monitoring.duckdb \
		$(BIN)/dbt --quiet parse --target-path target
	MONITORING_DUCKDB_PATH=$(SMALL)/monitoring.duckdb \
		$(METRICFLOW)/bin/python -m pytest tests/metricflow

# Columns and types are those of the small registers: so it needs no build, waits for
# none, and nothing of a real register can be in it.
docs: $(READY) $(SMALL)/monitoring.duckdb ## dbt's documentation as one file: target/docs/index.html
	MONITORING_DUCKDB_PATH=$(SMALL)/monitoring.duckdb $(BIN)/dbt --quiet docs generate \
		--static --vars 'landing_path: $(SMALL)/landing' --target-path target/docs
	@# Where the project lies on this machine is nobody's business.
	@sed 's|"root_path": "[^"]*"|"root_path": null|g' target/docs/static_index.html \
		> target/docs/index.html
	@rm target/docs/static_index.html
	@echo "The documentation is in target/docs/index.html: one file, which needs no network."

# Beside the project's packages too, and with a `dbt` of its own that sees them both.
$(SPARK)/.ready: requirements-spark.lock | $(READY)
	@java -version 2>&1 | grep -q 'version "\(17\|21\)' || { \
		echo "Java 17 is needed: apt-get install openjdk-17-jre-headless"; exit 1; }
	@echo "== environment: installing Spark into $(SPARK), beside .venv =="
	$(PYTHON) -m venv --without-pip --clear $(SPARK)
	@$(BIN)/uv pip install --quiet --python $(SPARK) \
		$(LOCKED) requirements-spark.lock || { \
		echo "uv cannot install the packages (it does not read pip.conf): pip does"; \
		$(BIN)/python -m pip --python $(SPARK) install --quiet \
			--disable-pip-version-check --no-compile \
			$(LOCKED) requirements-spark.lock; }
	@packages=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	beside=$$($(SPARK)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	echo "import site; site.addsitedir('$$packages')" > "$$beside/project.pth"
	$(BIN)/python -m compileall -q -j 0 -x '/(tests?|pandas)/' $(SPARK)/lib
	@echo "$(CURDIR)" > $@

spark-env: $(SPARK)/.ready ## What `dbt build --target spark` runs with: .venv-spark (needs Java 17)

spark-parity: $(SPARK)/.ready ## Both engines make the same marts, all tests of dbt (KILLED=1: a run is killed)
	$(SPARK)/bin/python -m labour_monitor.parity $(if $(KILLED),--killed) \
		$(if $(MASTER),--master '$(MASTER)')

define lock_beside
$(BIN)/uv pip compile requirements-$(1).in --constraint requirements.lock \
	$$(sed -n '/^$(2)==/d; s/^\([a-z0-9._-]*\)[=[].*/--no-emit-package \1/p' requirements.lock) \
	--python-version 3.11 --python-platform x86_64-manylinux_2_28 \
	--no-strip-extras --generate-hashes --no-emit-index-url --no-annotate --no-header \
	--output-file requirements-$(1).lock
endef

lock: $(READY) ## Make the files requirements*.lock anew from requirements*.in
	@for name in requirements requirements-superset requirements-browser; do \
		$(BIN)/uv pip compile $$name.in --python-version 3.11 \
			--python-platform x86_64-manylinux_2_28 --no-strip-extras --generate-hashes \
			--no-emit-index-url --no-annotate --no-header --output-file $$name.lock \
			|| exit 1; done
	@# Of these, what requirements.lock has not got; Spark has a command `dbt` of its own.
	$(call lock_beside,metricflow)
	$(call lock_beside,spark,dbt-core)

clean: ## Remove what dbt and the tests made, never data/landing
	rm -rf target logs data/test $(SMALL) .pytest_cache .ruff_cache
