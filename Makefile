# SPDX-License-Identifier: AGPL-3.0-or-later
# The only door to the project. Each target prepares what it needs on a bare Debian 12.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
SOURCES := sync desktop resources tests bench tools
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard resources/translations/*/LC_MESSAGES/*.po))

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 14

.PHONY: bootstrap
bootstrap: ## Install system packages and the virtual environment, if they are missing
	@tools/bootstrap.sh

.PHONY: demo
demo: bootstrap catalogues ## Start the program with a sample office (ROLE=... picks who you are)
	$(BIN)/python -m desktop.demo $(if $(ROLE),--role $(ROLE))

.PHONY: test
test: check catalogues ## Check the code, then run every test
	HYPOTHESIS_PROFILE=ci QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n 2 --dist worksteal

.PHONY: soak
soak: bootstrap ## Play SEEDS=n histories of the simulation, from FIRST=n on, on all cores
	$(BIN)/python -m tests.simulation --seed $(or $(FIRST),1) --seeds $(or $(SEEDS),200)

.PHONY: check
check: bootstrap ## Lint, formatting, types, import contracts and house rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python tools/lint_house.py
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

.PHONY: fix
fix: bootstrap ## Repair what ruff can repair
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: bench
bench: bootstrap catalogues ## Measure, and compare with limits and peers
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m bench

.PHONY: peers
peers: bootstrap ## Measure Anki, Kinto and PouchDB beside us (ROWS=100000 RUNS=3 PEERS=anki)
	$(BIN)/python -m bench.peers $(PEERS) --rows $(or $(ROWS),100000) --runs $(or $(RUNS),3)

.PHONY: fire
fire: bootstrap catalogues ## Kill the centre and its PostgreSQL under load (MINUTES=3 DEVICES=200)
	$(BIN)/python -m tests.fire --minutes $(or $(MINUTES),3) --devices $(or $(DEVICES),200)

.PHONY: crash
crash: bootstrap ## Kill client and centre at every statement of every work, not only at every commit
	$(BIN)/pytest -n 2 -m "long or not long" tests/crash

.PHONY: released
released: bootstrap ## Run the released programs beside today's, in every combination
	$(BIN)/pytest -m "long or not long" tests/released

.PHONY: catalogues
catalogues: $(CATALOGUES) ## Compile the translations

%.mo: %.po | bootstrap
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

.PHONY: i18n
i18n: bootstrap ## Collect texts from the source into the catalogue
	$(BIN)/python tools/collect_texts.py

.PHONY: docs
docs: bootstrap ## Write the tables of docs/protocol.md from the code
	$(BIN)/python -m tools.protocol_tables

.PHONY: lock
lock: ## Resolve the newest allowed versions into requirements/lock.txt
	tools/lock.sh

.PHONY: screenshots
screenshots: bootstrap catalogues ## Take the handbook's screenshots from the running program
	QT_QPA_PLATFORM=offscreen $(BIN)/python tools/screenshots.py

.PHONY: clean
clean: ## Remove everything that was built, except the virtual environment
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
	find resources -name '*.mo' -delete
