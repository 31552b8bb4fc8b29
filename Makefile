# The whole of the project's housekeeping. `make test` is what must be green before a commit lands.
BIN := .venv/bin

WEB := node/pages/web
# Folders too: theirs is the time at which a file went away.
WEB_SOURCES := $(shell find $(WEB) -mindepth 1 -name node_modules -prune -o -print)

.PHONY: setup web browser test lint types contracts screenshots demo bench model model-large clean lock

setup: .venv/.ready web

.venv/.ready: requirements.txt deploy/setup
	deploy/setup

# What the browser loads; only building it needs Node.js.
web: node/pages/static/manifest.json

node/pages/static/manifest.json: $(WEB_SOURCES) deploy/web
	deploy/web

# Only tests and screenshots need one.
browser:
	deploy/browser

test: lint types contracts browser
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

# Every page as people see it, into screenshots/.
screenshots: setup browser
	$(BIN)/python -m tests.browser.screenshots

demo: setup
	$(BIN)/python deploy/demo/run.py

bench: setup
	$(BIN)/python -m tests.bench.run

model: setup
	$(BIN)/python -m tests.model.run

model-large: setup
	$(BIN)/python -m tests.model.run --large

# Chooses the newest versions that pyproject.toml allows; needs `uv` on the path.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-annotate --no-header --no-emit-index-url -q -o requirements.txt

clean:
	rm -rf node/pages/static $(WEB)/node_modules
	rm -rf screenshots .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
