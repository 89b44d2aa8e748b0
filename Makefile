# Everything is installed into this folder: uv into .uv, the product into .venv, nothing elsewhere.
.DEFAULT_GOAL := help
.PHONY: help run train test check evaluate bench kills credits desk-bench desk-kills calls solving channels fairness phone-setup phone-check lock

UV := .uv/bin/uv
PYTHON := .venv/bin/python
# A Python that uv has to fetch stays in this folder too.
export UV_PYTHON_INSTALL_DIR := $(CURDIR)/.python
# The first Chromium of this machine, for the tests in a browser.
export CHROMIUM ?= $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser))
export RASA_TELEMETRY_ENABLED ?= false

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.synced ## install, train if needed, start everything; Ctrl-C stops it
	@exec $(PYTHON) -m bot run

train: .venv/.synced ## train the model if it is missing or its inputs changed
	@$(PYTHON) -m bot train

test: .venv/.synced ## run the whole test suite
	$(PYTHON) -m pytest -q -n 2 --dist loadfile

check: .venv/.synced ## check format, types, training data and that every language is complete
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy bot actions
	$(PYTHON) -m bot rasa data validate --fail-on-warnings
	$(PYTHON) -m bot.languages.check

evaluate: .venv/.synced ## measure how well it understands, list every error (EVALUATION_DATA names the folder)
	@$(PYTHON) -W ignore -m benchmarks.evaluate

bench: .venv/.synced ## measure how fast it answers, Rasa's default configuration beside it
	-@$(MAKE) --no-print-directory .venv-bench/.synced
	@$(PYTHON) -m benchmarks.bench

kills: .venv/.synced ## kill processes in the middle of turns, many times over, and see that nothing is lost
	@$(PYTHON) -m benchmarks.kills

credits: .venv/.synced ## accept one credit in two conversations while processes are killed, 100 times, and see one given
	@$(PYTHON) -m benchmarks.credits

desk-bench: .venv/.synced ## measure how fast the desk answers with 200 open conversations and 50,000 past cases
	@$(PYTHON) -W ignore -m benchmarks.desk

desk-kills: .venv/.synced ## kill the gateway and take the database away in a live talk, 40 times, and see that no word is lost
	LIVE_TALK_ROUNDS=40 $(PYTHON) -m pytest -q tests/faults/test_live_talk.py

calls: .venv/.synced ## let 200 callers of chance phone, several at once, and see that each gets what is theirs
	@$(PYTHON) -W ignore -m benchmarks.calls

solving: .venv/.synced ## play sixty complaints about the demo accounts and see how many are solved on the spot
	@$(PYTHON) -m benchmarks.solving

channels: .venv/.synced ## play every written dialogue by phone and by text, in every language
	EVERY_DIALOGUE=1 $(PYTHON) -m pytest -q -n 2 tests/phone/test_dialogues.py tests/phone/test_silence.py tests/phone/test_playbooks.py

fairness: .venv/.synced ## compare what was offered for the same facts, from the cases of your database
	@$(PYTHON) -m bot fairness

phone-setup: .venv/.synced ## lead the calls and texts of your Twilio number to this product (DRY_RUN=1 only shows)
	@$(PYTHON) -m bot phone-setup $(if $(DRY_RUN),--dry-run)

phone-check: .venv/.synced ## see whether phone and texts are set up as they should be, and what to do if not
	@$(PYTHON) -m bot phone-check

lock: $(UV) ## choose newer versions of everything and write both lock files
	$(UV) pip compile pyproject.toml --group dev --upgrade --generate-hashes --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 -q -o requirements.lock
	cd benchmarks && ../$(UV) pip compile pyproject.toml --upgrade --generate-hashes --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 -q -o requirements.lock

.venv/.synced: requirements.lock | $(UV)
	@$(call install,.venv,requirements.lock)

.venv-bench/.synced: benchmarks/requirements.lock | $(UV)
	@$(call install,.venv-bench,benchmarks/requirements.lock)

$(UV):
	@echo "Installing uv into .uv"
	@python3 -m venv .uv || { echo "python3 with venv is needed (on Debian: apt install python3-venv)" >&2; exit 1; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv

# $(1): the environment, $(2): its lock. An environment that is there is brought up to date, not made anew.
define install
	echo "Installing $(2) into $(1)"; \
	test -x $(1)/bin/python || $(UV) venv --quiet --python 3.11 $(1) || { \
		echo "Python 3.11 is needed: it is not on this machine and could not be fetched." >&2; exit 1; }; \
	VIRTUAL_ENV=$(CURDIR)/$(1) $(UV) pip sync --quiet --require-hashes $(2) && touch $(1)/.synced
endef
