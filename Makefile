# `make help` is the page to start with.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTHON ?= python3

.PHONY: help
help: ## Show this page
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# One environment from the hashed lock: uv when it is there, the standard library's venv and pip otherwise.
$(STAMP): pyproject.toml requirements.lock
	@echo "Installing into $(VENV) from requirements.lock ..."
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python '>=3.11' $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit("newsletter needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON=python3.12, say.") if sys.version_info < (3, 11) else None' && \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

.PHONY: install
install: $(STAMP) ## Create .venv with everything that the project needs

.PHONY: demo
demo: $(STAMP) ## Compose and send this week's issue of the sample magazine
	@$(BIN)/newsletter demo

.PHONY: serve
serve: $(STAMP) ## Open the demo's issues in the browser
	@$(BIN)/newsletter --config demo/config.toml serve

.PHONY: check
check: $(STAMP) ## Lint, format, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: format
format: $(STAMP) ## Put the code into the house's format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

.PHONY: test
test: $(STAMP) chromium spamassassin postfix opendkim ## Run every test, real PostgreSQL, browser, spam filter and relay included
	@$(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: chromium
chromium: ## Install Debian's chromium when it is missing and this user may (used by `make test`)
	@command -v chromium >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing Debian's chromium for the browser tests ..."; \
	    apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; \
	  else echo "chromium is not installed and this user may not install it: the browser tests will not run."; fi; }

.PHONY: spamassassin
spamassassin: ## Install Debian's spamassassin and spamd when missing and this user may (used by `make test`)
	@PATH="$$PATH:/usr/sbin"; command -v spamd >/dev/null 2>&1 && command -v spamassassin >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing Debian's spamassassin and spamd for the tests of the spam score ..."; \
	    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -qq --no-install-recommends spamassassin spamd >/dev/null 2>&1 \
	      || echo "They could not be installed: the tests of the spam score will not run."; \
	  else echo "spamd is not installed and this user may not install it: the tests of the spam score will not run."; fi; }

.PHONY: opendkim
opendkim: ## Install Debian's opendkim when missing and this user may (used by `make test`)
	@PATH="$$PATH:/usr/sbin"; command -v opendkim >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing Debian's opendkim for a second opinion on signatures ..."; \
	    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -qq --no-install-recommends opendkim >/dev/null 2>&1 \
	      || echo "It could not be installed: its tests will not run."; \
	  else echo "opendkim is not installed and this user may not install it: its tests will not run."; fi; }

# The tests run a Postfix of their own: without a configuration the package starts none. A host's other mailer stays.
.PHONY: postfix
postfix: ## Install Debian's postfix when missing and this user may (used by `make test`)
	@test -x /usr/lib/postfix/sbin/master || { \
	  if [ -e /usr/sbin/sendmail ]; then \
	    echo "Another mailer is installed, which postfix would replace: the tests with a real relay will not run."; \
	  elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing Debian's postfix for the tests with a real relay ..."; \
	    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections && \
	    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -qq --no-install-recommends postfix >/dev/null 2>&1 \
	      || echo "It could not be installed: the tests with a real relay will not run."; \
	  else echo "postfix is not installed and this user may not install it: the tests with a real relay will not run."; fi; }

# Other summarisers live apart from the product; without them the bench leaves their rows out. The hash seed is for sumy,
# whose results change with the order of its sets.
.venv-bench: bench/requirements.txt
	@echo "Installing into .venv-bench from bench/requirements.txt ..."
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --target $@ -r $<; \
	  else $(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target $@ -r $<; \
	  fi && touch $@ || echo "They could not be installed; going on without."

.PHONY: bench-content
bench-content: $(STAMP) .venv-bench ## Measure composing: speed, summaries, clusters, choice (DIR=folder, JSON=file)
	@PYTHONHASHSEED=0 PYTHONPATH=src:.:.venv-bench $(BIN)/python -m bench.content $(if $(DIR),--dir "$(DIR)") $(if $(JSON),--json "$(JSON)")

.PHONY: bench-mail
bench-mail: $(STAMP) ## Measure mails: size, compiling, checking, previewing (JSON=file)
	@PYTHONPATH=src:. $(BIN)/python -m bench.mail $(if $(JSON),--json "$(JSON)")

# django-newsletter is run as a process of its own, and never seen by the product.
.venv-bench-delivery: bench/delivery/requirements.txt
	@echo "Installing into $@ from $< ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target $@ -r $< \
	  && touch $@ || echo "They could not be installed; going on without."

.PHONY: bench-delivery
bench-delivery: $(STAMP) postfix .venv-bench-delivery ## Measure sending against the limit and other senders (ARGS="--rounds 5 --growth 10000,50000,200000")
	@PYTHONPATH=src:. $(BIN)/python -m bench.delivery $(ARGS)

.PHONY: bench-people
bench-people: $(STAMP) ## Measure importing and exporting a million people (ARGS="--rows 100000")
	@PYTHONPATH=src:. $(BIN)/python -m bench.people $(ARGS)

.PHONY: bench-signup
bench-signup: $(STAMP) ## Measure whether the clock tells who is on the list (ARGS="--rounds 1000")
	@PYTHONPATH=src:. $(BIN)/python -m bench.signup $(ARGS)

.PHONY: scorecard
scorecard: $(STAMP) chromium spamassassin postfix opendkim ## Prove row by row that mails would arrive (ONLY=A4, JSON=1)
	@PYTHONPATH=src:tests:. $(BIN)/python -m bench.scorecard $(if $(ONLY),--only $(ONLY)) $(if $(JSON),--json)

.PHONY: soak
soak: $(STAMP) postfix ## Kill and simulate for long (some minutes; the tests do the same in short)
	@KILL_RUNS=$${KILL_RUNS:-40} YEAR_READERS=$${YEAR_READERS:-10000} SIMULATION_SEEDS=$${SIMULATION_SEEDS:-1000} $(BIN)/python -m pytest -n auto -s tests/faults tests/simulation

.PHONY: lock
lock: $(STAMP) ## Write requirements.lock anew (needs uv)
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --all-extras -q -o requirements.lock pyproject.toml

.PHONY: catalogs
catalogs: $(STAMP) ## Bring the catalogs of phrases up to date with code and templates
	@$(BIN)/python docs/make_catalogs.py

.PHONY: pictures
pictures: $(STAMP) chromium ## Take the pictures of the README anew
	@$(BIN)/python docs/make_pictures.py

.PHONY: pictures-mail
pictures-mail: $(STAMP) chromium ## Take pictures of every mail in every theme, to look at
	@PYTHONPATH=tests:. $(BIN)/python docs/make_mail_pictures.py

.PHONY: seed-week
seed-week: $(STAMP) ## Set a real week beside the issue made of it (needs ../shared/seeds)
	@$(BIN)/python docs/make_seed_week.py

.PHONY: clean
clean: ## Remove the environments, the demo and what was built
	rm -rf $(VENV) .venv-bench .venv-bench-delivery demo build
