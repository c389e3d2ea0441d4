# Everything a contributor does. Python 3.11+ and make are the only prerequisites: the rest is locked, with hashes, in
# requirements/ and package-lock.json, and lives in .venv, .local and node_modules.

PYTHON ?= python3
PORT ?= 8080
AWS_PORT ?= 4566

export PORT AWS_PORT SET GRAPH LIMIT DAYS SEEDS
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export UV_PYTHON_DOWNLOADS := never
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
# Without its bytecode aws-cdk-lib takes eight seconds more to import, every time.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH

VENV := .venv/installed
NODE := node_modules/installed
EMULATOR := .local/emulator/installed

.DEFAULT_GOAL := help
.PHONY: help install run up down reset demo operate trace test prove shrink benchmark check lock synth deploy

help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  with PORT= AWS_PORT= SET="celebrity_threshold=5" GRAPH=edges.txt.gz LIMIT=2000 SEEDS=2000 STAGE=dev URL=https://kith.example MAIL_FROM=me@kith.example ALARM_MAIL=ops@kith.example SEARCH=opensearch PYTHON=python3.12'

install: $(VENV) $(NODE) $(EMULATOR) ## Install what the other commands need (they do it themselves)

run: install ## Run the stack on this machine and follow its functions; Ctrl-C stops it and keeps its data
	@.venv/bin/python -m local.stack run

up: install ## The same in the background; brings a stack that is up to date with code and SET=
	@.venv/bin/python -m local.stack up

down: install ## Stop the stack and keep its data
	@.venv/bin/python -m local.stack down

reset: install ## Stop the stack and forget its data
	@.venv/bin/python -m local.stack reset

demo: install ## Load a graph (GRAPH=, LIMIT=) into the running stack and compare every feed with one computed directly
	@.venv/bin/python -m local.demo

operate: install ## Verify, unverify, suspend, unsuspend an account, rotate keys: make operate DO="suspend ada" STAGE=prod
	@.venv/bin/python -m tools.operate --stage $(or $(STAGE),local) $(or $(DO),--help)

trace: install ## Tell what every function logged about a request, by its x-request-id: make trace ID=… STAGE=prod HOURS=48
	@.venv/bin/python -m tools.trace --stage $(or $(STAGE),local) $(if $(HOURS),--hours $(HOURS)) $(or $(ID),--help)

test: check $(NODE) $(EMULATOR) ## Check and test everything
	@python -m pytest -n 2 --dist loadgroup

prove: $(VENV) ## Let SEEDS= histories happen in which everything goes wrong, and put every fault at every call
	@PYTHONHASHSEED=0 python -m tests.simulation.prove

shrink: $(VENV) ## Tell the smallest history like the one of SEED= that ends wrongly, maybe with a bug that is planted (BUG=)
	@PYTHONHASHSEED=0 python -m tests.simulation.shrinking

benchmark: $(VENV) ## Measure suggestions on a graph (GRAPH=, LIMIT=), or WHAT=hot_account, WHAT=policies, WHAT=pictures, WHAT=names, WHAT=recommendations
	@.venv/bin/python -m benchmarks.$(or $(WHAT),suggestions)

check: $(VENV) ## Lint, format, types, import contracts, generated documents
	@ruff check && ruff format --check && mypy && lint-imports && python -m tools.generate --check

lock: $(VENV) ## Lock the newest dependencies that pyproject.toml allows
	@for group in vendor imaging video dev local; do $(COMPILE) --group $$group -o requirements/$$group.txt || exit 1; done
	@$(COMPILE) --no-deps --group reference -o requirements/reference.txt
	@echo uv | $(COMPILE) --no-deps -c requirements/dev.txt -o requirements/uv.txt -

synth: $(VENV) $(NODE) ## Synthesize the templates of STAGE= (local unless given) into cdk.out
	@cdk synth --quiet --no-notices -c stage=$(or $(STAGE),local) $(CHOICES)

deploy: $(VENV) $(NODE) ## Deploy STAGE= into the AWS account of your credentials
	@cdk deploy --all --no-notices -c stage=$(or $(STAGE),$(error say where to: make deploy STAGE=dev)) $(CHOICES)

CHOICES := -c set="$(SET)" $(if $(URL),-c url=$(URL)) $(if $(MAIL_FROM),-c mail_from=$(MAIL_FROM)) $(if $(ALARM_MAIL),-c alarm_mail=$(ALARM_MAIL)) $(if $(SEARCH),-c search=$(SEARCH))
COMPILE := uv pip compile -q --upgrade --universal --generate-hashes --no-header --no-annotate --python-version 3.11

$(VENV): requirements/uv.txt requirements/dev.txt
	@$(PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Kith needs Python 3.11 or newer, with venv. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing Python packages ..."
	@test -x .venv/bin/uv || { $(PYTHON) -m venv .venv && python -m pip -q --disable-pip-version-check install --require-hashes -r requirements/uv.txt; }
	@uv pip sync -q --require-hashes --python .venv requirements/dev.txt
	@printf '%s\n' '$(CURDIR)' '$(CURDIR)/layers/core/python' > "$$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/kith.pth"
	@touch $@

$(NODE): package-lock.json $(VENV)
	@echo "Installing the CDK ..."
	@npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$(EMULATOR): requirements/local.txt $(VENV)
	@echo "Installing the emulator ..."
	@uv venv -q --clear --python .venv/bin/python .local/emulator
	@uv pip sync -q --require-hashes --python .local/emulator requirements/local.txt
	@touch $@
