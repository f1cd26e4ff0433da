# The two commands of the README, and the developer's habits. Needs make, git and Python 3.11 or newer.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
TOOLS := .venv-tools

.PHONY: demo test slow fuzz lint types rooms check audit licences lock clean help
.DEFAULT_GOAL := help

help:  ## list what can be done
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 8

QUERY = select code, label, vigente, devengado, round(100 * devengado / nullif(vigente, 0), 2) as pct from ejecucion \
where institution = 'scep' and fiscal_year = 2021 and period = 'C1' and classification = 'grupo_gasto' order by code

demo: $(READY)  ## ingest the sample report with the Prefect flow, list what does not add up, ask a first question
	@$(BIN)/python flows/ingest.py raw/muestra
	@printf '\n$$ rendicion findings --severity critical\n'
	@$(BIN)/rendicion findings --severity critical
	@printf '\n$$ rendicion findings --severity warning\n'
	@$(BIN)/rendicion findings --severity warning
	@printf '\n$$ rendicion query "%s"\n\n' "$(QUERY)"
	@$(BIN)/rendicion query "$(QUERY)"
	@printf '\nInforme / report:\n' && ls -d "$${RENDICION_CURATED:-curated}"/site/*/index.html

test: $(READY)  ## run the tests
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

slow: $(READY)  ## run the tests that try more of the same and take long
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 -m slow

MINUTES ?= 5

fuzz: $(READY)  ## ingest damaged PDFs for MINUTES=5; what fails is written to fuzz-found/
	@$(BIN)/python tests/robustness/fuzz.py --minutes $(MINUTES)

lint: $(READY)  ## look for mistakes and untidy form
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)  ## check the types of the sources
	@$(BIN)/mypy src

rooms: $(READY)  ## check that rooms import only from rooms before them
	@$(BIN)/lint-imports

check: lint types rooms test  ## all of the above, as the CI does

# One stamp: a second `make` installs nothing. The lock names every version, and no index or host.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python was not found. Install Python 3.11 or newer, then repeat."; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"Python 3.11 or newer is needed, and $(PYTHON) is {v[0]}.{v[1]}. Name another with: make PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the dependencies (a minute or two, once) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

audit: $(TOOLS)/.ready  ## ask public lists of vulnerabilities about the locked versions (needs the network)
	@$(TOOLS)/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip

licences: $(READY) $(TOOLS)/.ready  ## write docs/licences.md anew
	@{ printf '# Licences of what is installed\n\nOf every package of `requirements.lock`, as it says itself; written by `make licences`.\n\n'; \
	  $(TOOLS)/bin/pip-licenses --python $(BIN)/python --from mixed --format markdown --ignore-packages rendicion-etl pip setuptools wheel; } > docs/licences.md

$(TOOLS)/.ready:
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install -qq --disable-pip-version-check 'pip-audit>=2.9,<3' 'pip-licenses>=5,<6'
	@touch $@

lock:  ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --no-header --no-annotate --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 \
	  --group dev pyproject.toml --output-file requirements.lock

clean:  ## remove what can be made again (not raw/ and not curated/)
	rm -rf .venv $(TOOLS) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
