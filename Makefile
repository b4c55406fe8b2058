# What a contributor types. Needs make and Python 3.11 or newer; everything else goes into .venv.
.DEFAULT_GOAL := help
.PHONY: help install demo test lint format docs screenshots bench lock clean chromium postgresql

VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
INSTALL := $(UV) pip install --quiet --python $(PY)
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url $(ARGS)
# In CI a skipped test is a failed one: a suite that quietly shrinks would stay green.
PYTEST := $(PY) -m pytest -p tools.pytest_spread -n auto --maxprocesses 4 \
	$(if $(filter true,$(CI)),-p tools.pytest_no_skips)
CACHES := .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis

# The machine's certificates, so that a mirror or a proxy that pip can reach is reached by uv too.
export UV_SYSTEM_CERTS ?= 1
export UV_PYTHON_DOWNLOADS ?= never
# uv keeps its cache under the home directory; without a usable one it stays in the environment.
ifneq ($(shell test -d "$$HOME" && test -w "$$HOME" && echo usable),usable)
export UV_CACHE_DIR ?= $(CURDIR)/$(VENV)/cache
endif

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) \
		| while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

install: $(VENV)/.dev ## set up .venv with everything to run and develop; PYTHON= names an interpreter
	@echo "Ready: $(VENV)/bin/tellback"

demo: $(VENV)/.project ## run Tellback with a demo project; ARGS="--port 8500" passes options on
	@exec $(VENV)/bin/tellback demo $(ARGS)

test: lint chromium postgresql $(VENV)/.clients ## lint, then test; ARGS="-k throttle -x -n 0" goes to pytest
	@$(PYTEST) $(ARGS)

lint: $(VENV)/.dev ## check style, types and the direction of imports
	@echo "Linting"
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --check --quiet . || { $(VENV)/bin/ruff format --diff --quiet .; \
		echo "Not formatted; make format does it." >&2; exit 1; }
	@$(VENV)/bin/mypy --no-error-summary
	@$(VENV)/bin/lint-imports --no-logo >$(VENV)/imports.log 2>&1 \
		|| { cat $(VENV)/imports.log >&2; exit 1; }

format: $(VENV)/.dev ## format the code and fix what can be fixed unasked
	@$(VENV)/bin/ruff check --quiet --fix-only .
	@$(VENV)/bin/ruff format --quiet .

docs: $(VENV)/.dev ## write the pages that are made from the code
	@$(PY) -m tools.generate_docs

screenshots: chromium ## take the pictures of the documentation anew
	@$(PY) -m tools.take_screenshots

bench: $(VENV)/.bench ## measure; ARGS="--only NAME --rounds N --quick --json FILE"
	@$(PY) -m bench $(ARGS)

lock: $(VENV)/.uv ## pin what pyproject.toml asks for; ARGS=--upgrade takes the newest releases
	@$(COMPILE) pyproject.toml -o requirements/runtime.txt
	@$(COMPILE) pyproject.toml --extra otel -c requirements/runtime.txt -o requirements/otel.txt
	@$(COMPILE) pyproject.toml --extra parquet -c requirements/runtime.txt -o requirements/parquet.txt
	@$(COMPILE) pyproject.toml --extra otel --extra parquet --group dev -c requirements/otel.txt \
		-c requirements/parquet.txt -o requirements/dev.txt
	@$(COMPILE) pyproject.toml --group bench -c requirements/runtime.txt -o requirements/bench.txt
	@$(COMPILE) --group build -c requirements/dev.txt -o requirements/build.txt
	@$(COMPILE) --group clients -c requirements/build.txt -o requirements/clients.txt
	@$(COMPILE) --group postgresql -c requirements/dev.txt -o requirements/postgresql.txt
	@$(COMPILE) --group uv -o requirements/uv.txt

clean: ## remove .venv and every cache; leaves data alone
	@rm -rf $(VENV) $(CACHES) dist
	@find bench src tests tools -type d -name __pycache__ -exec rm -rf {} +

chromium: $(VENV)/.dev
	@$(PY) -m tools.ensure_chromium

postgresql: $(VENV)/.dev
	@$(PY) -m tools.ensure_postgresql

# Each step leaves a stamp in the environment and is done again when its requirements change.

$(PY):
	@echo "Creating $(VENV)"
	@PYTHON='$(PYTHON)' tools/create_venv.sh $(VENV)

$(VENV)/.uv: requirements/uv.txt | $(PY)
	@echo "Installing uv"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt | $(VENV)/.uv
	@echo "Installing what Tellback runs on"
	@$(INSTALL) --compile-bytecode --require-hashes $(^:%=-r %)
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.runtime
	@echo "Installing Tellback"
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@$(PY) -m compileall -q src
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.project
	@echo "Installing the development tools"
	@$(INSTALL) --require-hashes -r $<
	@touch $@

# The clients' own requirements may contradict ours.
$(VENV)/.clients: requirements/clients.txt $(VENV)/.dev
	@echo "Installing published clients of the wires for the tests"
	@$(UV) venv --quiet --clear --python $(PY) $(VENV)/clients
	@$(UV) pip install --quiet --python $(VENV)/clients/bin/python --require-hashes -r $<
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.project
	@echo "Installing what the benchmarks compare with"
	@$(INSTALL) --require-hashes -r $<
	@touch $@
