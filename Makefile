# Two commands do everything: `make run` and `make test`. Each sets up what is missing and skips what is done.
.DEFAULT_GOAL := help
.PHONY: help setup run test e2e lint types imports pytest fuzz faults load bench format lock clean

# Any Python 3.8+ can run the set-up; it looks for 3.11+ and 3.10 by itself.
BOOT_PYTHON ?= python3
export OMP_NUM_THREADS ?= 1
BIN := .venv/bin

help:            ## show these lines
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:           ## make .venv and .venv-rasa from their lists
	@$(BOOT_PYTHON) scripts/setup_environments.py

run: setup       ## start everything: web chat at http://localhost:8080
	@exec $(BIN)/ansinh serve

test: setup lint types imports pytest   ## everything that must hold

e2e: setup       ## talk to messaging servers that others wrote, where they install
	@$(BIN)/python scripts/install_e2e.py
	E2E=1 $(BIN)/python -m pytest tests/e2e -q

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

pytest:
	$(BIN)/python -m pytest -n 2 --dist loadgroup -q

# EXAMPLES=200 make fuzz
fuzz: setup      ## look for what breaks the property tests: fifty times their examples, at random (half an hour)
	EXAMPLES=$(or $(EXAMPLES),50) $(BIN)/python -m pytest -n 2 --dist loadgroup -q $$(grep -rl 'hypothesis' tests --include='test_*.py')

# MESSAGES=2000 PEOPLE=200 SEED=1 make faults; with the real Rasa: RASA=real MESSAGES=200 PEOPLE=20 make faults
faults: setup    ## kill everything at random while people write; nothing may be lost (half an hour)
	$(BIN)/python -m tests.faults --seed $(or $(SEED),1) --messages $(or $(MESSAGES),2000) --people $(or $(PEOPLE),200) \
		$(if $(RASA),--rasa-python .venv-rasa/bin/python)

bench: setup     ## measure the rules, alone and beside other engines; writes docs/benchmarks.md
	@$(BIN)/python -m tests.benchmarks.bench --json var/benchmarks.json --markdown docs/benchmarks.md

load: setup      ## measure acknowledgement and answers under load, with one Rasa and with two
	$(BIN)/python -m tests.benchmarks.load

format: setup    ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: setup      ## write the exact versions of both environments into requirements/
	$(BIN)/python scripts/lock_requirements.py

clean:           ## remove what was built (not the data in var/)
	rm -rf .venv .venv-rasa .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis
