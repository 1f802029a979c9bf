.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r
STUDY := $(BIN)/python -m tools.parameters && $(BIN)/dvc repro studies/
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock'

help:  ## list what can be done
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: .venv/ready  ## create .venv and install requirements.txt

repro: .venv/ready  ## bring the pipeline up to date, then print the results
	@$(BIN)/python -m tools.parameters
	$(BIN)/dvc repro
	@echo
	@$(BIN)/python -m tools.results

retrain: .venv/ready  ## train the model anew, then bring the rest up to date
	$(BIN)/dvc repro --force --single-item train
	$(BIN)/dvc repro

test: .venv/ready-dev  ## run the linter and the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	. ./stages/environment && . ./stages/buffers && $(BIN)/python -m pytest

networks: .venv/ready  ## train and measure the other networks of studies/networks
	$(STUDY)networks/dvc.yaml
	@echo
	@cat studies/networks/comparison/results.md

noise-ranges: .venv/ready  ## train on the ranges of noise of studies/noise_ranges, and compare them
	$(STUDY)noise_ranges/dvc.yaml
	@echo
	@cat studies/noise_ranges/matrix/results.md

seeds: .venv/ready  ## train the same models with other seeds, and say how much is luck
	$(STUDY)seeds/dvc.yaml
	@echo
	@cat studies/seeds/spread/results.md

recipes: .venv/ready  ## try the recipes of studies/recipes on held-out training images
	$(STUDY)recipes/dvc.yaml
	@echo
	@cat studies/recipes/ranking/results.md

verify: .venv/ready  ## rerun everything from scratch in a copy, and compare with what is committed
	$(BIN)/python -m tools.verify

verify-all: .venv/ready  ## the same with all studies, which takes hours
	$(BIN)/python -m tools.verify --all

bench: .venv/ready  ## measure the claims of docs/performance.md
	$(BIN)/python -m benchmarks.epoch
	$(BIN)/python -m benchmarks.ablation
	$(BIN)/python -m benchmarks.models
	$(BIN)/python -m benchmarks.generate
	$(BIN)/python -m benchmarks.scaling
	$(BIN)/python -m benchmarks.memory

plots: .venv/ready  ## draw the interactive plots into dvc_plots/index.html
	$(BIN)/dvc plots show

report: .venv/ready  ## write the results as a page to read, report.html
	@$(BIN)/python -m apps.report.build

demo: .venv/ready-demo  ## a page to play with: draw a digit, make it noisy, see what becomes of it
	@$(BIN)/python -m apps.demo

provenance: .venv/ready-provenance  ## write the run crate, the Croissants and the model card
	@$(BIN)/python -m tools.provenance

gpu: .venv/ready  ## add the CUDA libraries for training on an NVIDIA GPU with TensorFlow
	$(INSTALL) requirements/gpu.txt

jax: .venv/ready  ## add JAX, for train.backend: jax
	$(INSTALL) requirements/jax.txt

jax-gpu: .venv/ready  ## add JAX with its CUDA libraries
	$(INSTALL) requirements/jax-gpu.txt

gpu-check: jax-gpu .venv/ready-dev  ## check on an NVIDIA GPU all that is claimed of training on one
	$(BIN)/python -m benchmarks.gpu_check

ssh: .venv/ready  ## add what DVC needs to share its cache through an SSH server
	$(INSTALL) requirements/ssh.txt

format: .venv/ready-dev  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

deps: .venv/ready  ## write into each dvc.yaml which code its stages run
	$(BIN)/python -m tools.stage_deps

lock: .venv/installer  ## compile the requirement locks anew
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) requirements/base.in -o requirements.txt
	$(COMPILE) requirements/gpu.in -o requirements/gpu.txt
	$(COMPILE) requirements/jax.in -o requirements/jax.txt
	$(COMPILE) requirements/jax-gpu.in -o requirements/jax-gpu.txt
	$(COMPILE) requirements/ssh.in -o requirements/ssh.txt
	$(COMPILE) requirements/demo.in -o requirements/demo.txt
	$(COMPILE) requirements/provenance.in -o requirements/provenance.txt
	$(COMPILE) requirements/validator.in -o requirements/validator.txt
	$(COMPILE) requirements/light.in -o requirements/light.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt

clean:  ## delete the virtual environment
	rm -rf .venv

.venv/installer: requirements/uv.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else \
	"TensorFlow runs on Python 3.11 to 3.13; $(PYTHON) is %d.%d. Name another one: " \
	"make PYTHON=python3.12 ..." % v[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/ready: requirements.txt .venv/installer
	$(INSTALL) requirements.txt
	@$(BIN)/python -m tools.plots_page
	@touch $@

.venv/ready-dev: requirements/dev.txt requirements/validator.txt .venv/ready
	$(INSTALL) requirements/dev.txt
	$(BIN)/uv venv --quiet --allow-existing .venv/validator
	$(BIN)/uv pip install --quiet --python .venv/validator --require-hashes -r requirements/validator.txt
	@touch $@

.venv/ready-provenance: requirements/provenance.txt .venv/ready
	$(INSTALL) requirements/provenance.txt
	@touch $@

.venv/ready-demo: requirements/demo.txt .venv/ready
	$(INSTALL) requirements/demo.txt
	@touch $@

.PHONY: help setup repro retrain test networks noise-ranges seeds recipes verify verify-all bench plots report demo provenance gpu jax jax-gpu gpu-check ssh format deps lock clean
