# What you can do here. `make demo` needs nothing but Python 3.11 or newer.
#
#   make demo            set up from the lock file, load a small invented city and serve it on 127.0.0.1:8000
#   make demo SERVE=0    the same, and stop after the summary
#   make run             serve what is in the home folder
#   make test            everything CI runs: check, the suite on SQLite and on PostgreSQL, the journeys in a browser
#   make test-sqlite     the suite on SQLite
#   make test-postgres   the suite on a PostgreSQL of its own, or on GONGZHI_TEST_POSTGRES_URL
#   make test-browser    journeys in a real Chromium through a city that is served; pictures go to var/screenshots
#   make test-real       what needs the real data (../shared/data or GONGZHI_SHARED_DATA); fails without them
#   make check           the fast checks: format, lint, types, layers, migrations, translations
#   make coverage        the suite on SQLite, telling which branches it takes; fails below the least share
#   make soak            the property tests, long and with other examples each time, and the tests too long for every change
#   make bench           every benchmark in its quick form
#   make messages        compile the translations
#   make docs            write the parts of the documentation that repeat the code
#   make lock            make both lock files anew (needs uv)
#   make hooks           let git run the fast checks before each commit
#
# PYTEST_ARGS adds arguments to the tests: make test-sqlite PYTEST_ARGS="gongzhi/kernel -x"

.NOTPARALLEL:
.DEFAULT_GOAL := help
SHELL := /bin/sh
# Where it is set, each of the many processes that the tests start would compile Django and the product anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON := .venv/bin/python
HOME_FOR_CHECKS := GONGZHI_HOME=.venv/checks GONGZHI_MODE=test DJANGO_SETTINGS_MODULE=gongzhi.config.settings
WORKERS ?= auto
PYTEST := $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile
SERVE ?= 1
DEMO_PORT ?= 8000
BENCHMARKS ?= $(subst _,-,$(basename $(notdir $(wildcard benchmarks/[a-z]*.py))))

.PHONY: help
help:
	@sed -n '/^#   make/s/^#   //p; /^# PYTEST_ARGS/s/^# //p' Makefile

# --- environments ----------------------------------------------------------------------------------------------------

.venv/ready: requirements.lock pyproject.toml scripts/set_up.sh scripts/find_python.sh
	@sh scripts/set_up.sh requirements.lock
	@touch $@

.venv/ready-dev: requirements-dev.lock pyproject.toml scripts/set_up.sh scripts/find_python.sh
	@sh scripts/set_up.sh requirements-dev.lock
	@touch .venv/ready $@

# --- the product -----------------------------------------------------------------------------------------------------

.PHONY: demo run bench
demo: .venv/ready
	@$(PYTHON) -m gongzhi demo --port $(DEMO_PORT) $(if $(filter 0 no false,$(SERVE)),--no-serve)

run: .venv/ready
	@$(PYTHON) -m gongzhi serve

bench: .venv/ready
	@for name in $(BENCHMARKS); do echo "== $$name"; $(PYTHON) -m gongzhi bench $$name --quick || exit 1; done

# --- tests -----------------------------------------------------------------------------------------------------------

.PHONY: test test-sqlite test-postgres test-browser test-real coverage soak
test: check test-sqlite test-postgres test-browser

test-sqlite: .venv/ready-dev
	@echo "== the suite on SQLite"
	@env -u GONGZHI_DATABASE_URL $(PYTEST) $(PYTEST_ARGS)

test-postgres: .venv/ready-dev
	@echo "== the suite on PostgreSQL"
	@$(PYTHON) scripts/with_postgres.py $(PYTEST) $(PYTEST_ARGS)

test-browser: .venv/ready-dev
	@echo "== journeys in a real browser"
	@browser=$$(sh scripts/find_browser.sh) && \
		env -u GONGZHI_DATABASE_URL GONGZHI_BROWSER="$$browser" $(PYTEST) tests/browser $(PYTEST_ARGS)

test-real: .venv/ready-dev
	@echo "== the real data"
	@env -u GONGZHI_DATABASE_URL $(PYTEST) tests_real $(PYTEST_ARGS)

coverage: .venv/ready-dev
	@echo "== the suite on SQLite, with branch coverage"
	@env -u GONGZHI_DATABASE_URL $(PYTEST) --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

soak: .venv/ready-dev
	@echo "== long property tests, and what takes too long for every change"
	@HYPOTHESIS_PROFILE=soak $(PYTEST) -m "hypothesis or soak" $(PYTEST_ARGS)

# --- fast checks -----------------------------------------------------------------------------------------------------

.PHONY: check messages docs hooks lock
check: .venv/ready-dev
	@echo "== format and lint"
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@find gongzhi -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	@echo "== layers"
	@$(PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	@echo "== types"
	@$(HOME_FOR_CHECKS) $(PYTHON) -m mypy
	@echo "== migrations and translations"
	@$(HOME_FOR_CHECKS) $(PYTHON) -m django makemigrations --check --dry-run
	@$(PYTHON) scripts/compile_messages.py --check

messages: .venv/ready-dev
	@$(PYTHON) scripts/compile_messages.py

docs: .venv/ready-dev
	@$(HOME_FOR_CHECKS) $(PYTHON) scripts/write_docs.py

hooks: .venv/ready-dev
	@$(PYTHON) -m pre_commit install

lock:
	@sh scripts/lock.sh
