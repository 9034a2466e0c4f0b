# Every command of the project. `make help` lists them; all are safe to repeat.

PYTHON := .venv/bin/python
STAMPS := .venv/.stamps
RUNTIME_PACKAGES := libreoffice-writer-nogui python3-uno fonts-liberation fonts-dejavu-core bubblewrap
TEST_PACKAGES := chromium poppler-utils postgresql strace faketime rabbitmq-server unzip qpdf
# One process for each processor; the tests of a file stay together.
PARALLEL := -q -n auto --dist loadfile
HTMX := service/web/static/vendor/htmx.min.js
AXE := node_modules/axe-core/axe.min.js

# Without compiled modules every command takes three seconds more of a processor, and tests start hundreds of them.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check bench bench-language lock

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMPS)/python $(STAMPS)/runtime-packages $(HTMX) ## install everything the service needs

setup-test: setup $(STAMPS)/dev $(STAMPS)/test-packages $(AXE) ## install everything the tests need

run: setup ## install and start the service at 127.0.0.1:8000 with demo papers
	@$(PYTHON) -m service serve --demo

test: setup-test check ## install, check and run every test: real LibreOffice and browser included
	$(PYTHON) -m pytest $(PARALLEL) -m "office or browser"

check: setup-test ## format, lint, types, import rules and the tests without LibreOffice and browser
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m pytest $(PARALLEL) -m "not office and not browser"

bench: setup-test $(STAMPS)/unoserver ## print the benchmark table; BENCH="filling rows" measures these parts
	$(PYTHON) -m bench $(BENCH)

bench-language: setup ## count right, flagged and silently wrong forms of names and positions
	$(PYTHON) bench/language.py

lock: ## resolve the dependencies again and write the lock files
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header -c scripts/constraints.txt pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --extra postgres --extra s3 --extra amqp -c requirements.lock pyproject.toml -o requirements-all.lock
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

# The system's Python builds the environment; where Debian has split venv off, it is installed first.
.venv/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: apt-get install python3'; exit 1; }
	@python3 -m venv --help >/dev/null 2>&1 && python3 -c 'import ensurepip' 2>/dev/null \
	  || scripts/apt-install python3-venv
	@python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'

$(STAMPS)/python: requirements.lock pyproject.toml | .venv/bin/uv
	@echo 'Installing Python packages …'
	@.venv/bin/uv pip install --quiet --python $(PYTHON) --compile-bytecode --require-hashes -r requirements.lock
	@.venv/bin/uv pip install --quiet --python $(PYTHON) --no-deps --editable .
	@$(PYTHON) -m compileall -q forms service # a service may not write beside its program
	@mkdir -p $(@D) && touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/python
	@echo 'Installing development packages …'
	@.venv/bin/uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMPS)/runtime-packages: Makefile | .venv/bin/uv
	@scripts/apt-install $(RUNTIME_PACKAGES)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/test-packages: Makefile | .venv/bin/uv
	@scripts/apt-install $(TEST_PACKAGES)
	@mkdir -p $(@D) && touch $@

# What the conversion is measured against; python3-uno belongs to the system's Python.
$(STAMPS)/unoserver: $(STAMPS)/runtime-packages
	@/usr/bin/python3 -m venv --system-site-packages .venv/unoserver
	@.venv/unoserver/bin/python -m pip install --quiet --disable-pip-version-check 'unoserver==3.7'
	@mkdir -p $(@D) && touch $@

# The pages work without htmx; with it they change in place.
$(HTMX): package-lock.json
	@command -v npm >/dev/null || scripts/apt-install npm
	@npm ci --silent --no-audit --no-fund --omit=dev
	@mkdir -p $(@D) && cp node_modules/htmx.org/dist/htmx.min.js $@

# After htmx: installing without the tests' packages takes axe-core away.
$(AXE): package-lock.json | $(HTMX)
	@npm ci --silent --no-audit --no-fund
	@touch $@
