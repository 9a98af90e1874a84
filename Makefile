# Everything a person or a machine does with this project. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:

# The first Python of a supported version that really starts.
PY ?= $(shell for p in python3.11 python3.12 python3; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	>/dev/null 2>&1 && { echo "$$p"; break; }; done)
BIN := $(CURDIR)/.venv/bin
PYTHON := $(BIN)/python
UV ?= $(BIN)/uv
LOCK_OPTIONS := --generate-hashes --python-version 3.11 --universal --no-annotate
# Tests to run, e.g. make test T=tests/incidents
T ?= tests
PYTEST_OPTIONS ?= -n 2 --dist loadfile
PRODUCTION := PORTAL_MODE=production ALLOWED_HOSTS=portal.example \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-XYZ \
	PORTAL_KEYRING=k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= \
	DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost/0

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without compiled modules every process would need seconds more to start.
export UV_COMPILE_BYTECODE := 1
export VIRTUAL_ENV := $(CURDIR)/.venv

.PHONY: help up reset test check lint format types imports migrations deploy-check \
	templates schemas lock-check lock shell seed code browser screenshots env clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' \
		$(firstword $(MAKEFILE_LIST))

# Running --------------------------------------------------------------------------

up: export PORTAL_STOP_WITH_PARENT := 1
up: .venv/.up ## run the whole portal on this machine (PORT=8000)
	@$(PYTHON) manage.py up

reset: .venv/.up ## delete all data of `make up`, after asking
	@$(PYTHON) manage.py reset

seed: .venv/.up ## write the demo data once more (while `make up` runs)
	@$(PYTHON) manage.py seed_demo

code: .venv/.up ## the authenticator code of a demo person: WHO=manager@demo.example
	@$(PYTHON) manage.py demo_code $(WHO)

shell: .venv/.up ## a Python shell with the models (while `make up` runs)
	@$(PYTHON) manage.py shell

# Checking -------------------------------------------------------------------------

test: check ## everything a change has to pass; T=tests/incidents for a part
	@echo "== tests"
	$(PYTHON) -m pytest $(PYTEST_OPTIONS) $(T)

browser: .venv/.dev ## the tests that drive Chromium
	$(PYTHON) -m pytest -m browser $(T)

screenshots: .venv/.dev ## take the README's pictures anew, from the demo's data
	PORTAL_WRITE_SCREENSHOTS=1 PORTAL_REQUIRE_BROWSER=1 \
		$(PYTHON) -m pytest tests/browser/test_pictures.py

check: lint types imports migrations deploy-check templates schemas lock-check ## all static checks

lint: .venv/.dev ## style and suspicious code
	@echo "== lint"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/.dev ## rewrite files in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/.dev ## static types, strictly
	@echo "== types"
	$(BIN)/mypy

imports: .venv/.dev ## who may import whom
	@echo "== imports"
	$(BIN)/lint-imports

migrations: .venv/.dev ## no model without its migration
	@echo "== migrations"
	$(PYTHON) -W "ignore:Got an error checking:RuntimeWarning" \
		manage.py makemigrations --check --dry-run

deploy-check: .venv/.dev ## Django's own checks under production settings
	@echo "== production settings"
	$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

templates: .venv/.dev ## templates
	@echo "== templates"
	$(BIN)/djlint templates --lint --quiet

schemas: .venv/.dev ## container and pre-commit files against their schemas
	@echo "== schemas"
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/pre-commit validate-config .pre-commit-config.yaml

# The environment ------------------------------------------------------------------

env: .venv/.dev ## install everything for working on the project

lock: ## pin what pyproject.toml asks for; UPGRADE=1 for newer versions
	$(UV) pip compile requirements/bootstrap.in -o requirements/bootstrap.txt $(LOCK_OPTIONS) $(if $(UPGRADE),--upgrade)
	$(UV) pip compile pyproject.toml -o requirements/runtime.txt $(LOCK_OPTIONS) $(if $(UPGRADE),--upgrade)
	$(UV) pip compile pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt $(LOCK_OPTIONS) $(if $(UPGRADE),--upgrade)
	$(UV) pip compile pyproject.toml --group embedded -c requirements/dev.txt -o requirements/embedded.txt $(LOCK_OPTIONS) $(if $(UPGRADE),--upgrade)

lock-check: .venv/.dev ## requirements/ says what `make lock` would write
	@echo "== lock"
	@$(BIN)/uv pip check --quiet
	@copy=$$(mktemp -d) && trap 'rm -rf "$$copy"' EXIT && \
	cp -R pyproject.toml requirements "$$copy" && \
	if $(MAKE) --silent -C "$$copy" -f "$(CURDIR)/Makefile" UV="$(BIN)/uv" lock >"$$copy/log" 2>&1; \
	then diff -r -x log requirements "$$copy/requirements" || { echo "Run make lock."; exit 1; }; \
	elif [ -n "$$CI" ]; then tail -n 20 "$$copy/log"; exit 1; \
	else echo "not compared: the package index does not answer"; fi

# What `make up` needs is a part of what the checks need; each has its own mark.
# A .venv that is a link belongs to another checkout: it is used, never changed.
.venv/.up: requirements/embedded.txt requirements/bootstrap.txt | .venv/.uv
	@test -L .venv || { $(call install,install,embedded.txt,What the portal needs to run) && touch $@; }

.venv/.dev: requirements/dev.txt requirements/bootstrap.txt | .venv/.uv
	@test -L .venv || { $(call install,sync,dev.txt,What working on the portal needs) && touch $@ .venv/.up; }

.venv/.uv: requirements/bootstrap.txt
	@test -L .venv || { $(call make-venv) && touch $@; }

# An existing environment that works is kept; one that does not is made again.
define make-venv
if ! $(PYTHON) -c "" >/dev/null 2>&1; then \
	test -n "$(PY)" || { \
		echo "No Python 3.11 or 3.12 was found. Install one, or name it:" \
		     "make PY=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }; \
	echo "Making .venv with $$($(PY) --version)"; \
	rm -rf .venv; \
	$(PY) -m venv .venv || { rm -rf .venv; \
		echo "On Debian and Ubuntu the module venv is a package of its own:" \
		     "apt install python3-venv"; exit 1; }; \
fi; \
$(PYTHON) -m pip install -q --require-hashes -r requirements/bootstrap.txt
endef

# $(1) how, $(2) lock file, $(3) what it is. pip alone can install the lock as well; uv
# needs a fifth of the time.
define install
echo "Installing: $(3) ($$(grep -c == requirements/$(2)) packages)"; \
$(BIN)/uv pip $(1) --require-hashes $(if $(filter install,$(1)),-r )requirements/$(2) || { \
	echo "uv did not succeed; once more with pip, which takes a few minutes"; \
	$(PYTHON) -m pip install --require-hashes -r requirements/$(2); }
endef

clean: ## remove what can be made again; the data in var/ stays
	rm -rf .venv staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
