.DEFAULT_GOAL := help
.PHONY: help demo run test test-postgres browser-test screenshots simulate kill-test mutants check format messages migration bench sample lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8081

help: ## show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(VENV)/run ## play with the whole thing: no token, no account, nothing to set up
	@$(BIN)/python -m bot demo --port $(PORT)

run: $(VENV)/run ## run the bot: BOT_TOKEN=… CHAIN_FILE=chain.toml make run
	@$(BIN)/python -m bot migrate
	@$(BIN)/python -m bot run

test: $(VENV)/dev $(VENV)/browser ## run all tests
	$(BIN)/python -m pytest

test-postgres: $(VENV)/dev ## all stories on PostgreSQL, of which make test runs every eighth
	EVERY_STORY=1 $(BIN)/python -m pytest tests/scenarios -k postgresql

browser-test: $(VENV)/dev $(VENV)/browser ## run the tests of the pages alone, in a real browser
	$(BIN)/python -m pytest -n 0 -v --no-header -m browser

screenshots: $(VENV)/dev $(VENV)/browser ## take the pictures of README and docs anew
	@$(BIN)/python -m tests.browser.screenshots

kill-test: $(VENV)/dev ## kill the bot while people talk, for half an hour, and judge each message
	$(BIN)/python -m tests.kill

simulate: $(VENV)/dev ## ten virtual minutes of mishaps a seed: make simulate SEEDS=500, or SEED=7 to replay one
	$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),500))

mutants: $(VENV)/dev ## seed bugs, each must turn tests red: make mutants only="no_lock"
	@$(BIN)/python -m tests.seeded_bugs $(only)

check: $(VENV)/dev ## format, lint, types, layers, locales
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n 0 -q tests/test_locales.py

format: $(VENV)/dev ## format the code
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .

messages: $(VENV)/dev ## collect the sentences of the code into the catalogues
	$(BIN)/pybabel -q extract -F babel.cfg -k plural:1,2 --no-location --sort-output --omit-header -o locales/relay.pot relay handlers bot
	$(BIN)/pybabel -q update -i locales/relay.pot -d locales -D relay --ignore-obsolete --omit-header --no-fuzzy-matching --no-wrap

migration: $(VENV)/dev ## draft a migration: make migration name="A link says …"
	@$(BIN)/python -m bot.schema "$(name)"

bench: $(VENV)/dev ## compare the bot with a bare relay, side by side
	@$(BIN)/python -m bench

sample: $(VENV)/dev ## fill a database with two years of cases: make sample TICKETS=1000000 DATABASE_URL=…
	@$(BIN)/python -m bench.sample --tickets $(or $(TICKETS),10000) $(if $(DATABASE_URL),--database $(DATABASE_URL))

lock: $(VENV)/dev ## lock the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header --python-version 3.11 --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Baton needs Python 3.11 or newer; choose one with PYTHON=python3.x")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python cannot make environments here. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev: requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/run

# Pages are tested in a real browser; without one it is installed, where that is possible.
$(VENV)/browser: | $(BIN)/python
	@tests/browser/install
	@touch $@
