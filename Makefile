.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
BIN := .venv/bin
RUN := stages/environment $(BIN)/python -m
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r
STUDY := $(RUN) tools.parameters && $(BIN)/dvc repro && cd studies && ../$(BIN)/dvc repro
RECIPE = $(shell sed -n 's/^  recipe: \([^ ]*\).*/\1/p' params.yaml)
# Columns of code, of data, and of recipes that are not in use.
LEFT_OUT = '(data|denoise|models|stages)/|datasets.yaml|metrics/(baselines|levels|loss.csv)$$|recipes\.(?!$(RECIPE)\.)'
# The installer and DVC are closed to what concerns Python alone: all else of theirs is the user's.
unexport $(filter PYTHON%,$(.VARIABLES))
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock'

help:  ## list what can be done
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: .venv/ready  ## create .venv and install requirements.txt

repro: .venv/ready  ## bring the pipeline up to date, then print the results
	@$(RUN) tools.parameters
	$(BIN)/dvc repro
	@echo
	@$(RUN) tools.results

retrain: .venv/ready  ## train the model anew, then bring the rest up to date
	$(BIN)/dvc repro --force --single-item train
	$(BIN)/dvc repro

test: .venv/ready-dev  ## run the linter and the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --schemafile tests/devcontainer/devContainer.base.schema.json \
		.devcontainer/devcontainer.json
	stages/environment $(BIN)/python -m pytest

networks: .venv/ready  ## train and measure the other networks of studies/
	$(STUDY) compare convergence
	@echo
	@cat studies/networks/comparison/results.md

noise-ranges: .venv/ready  ## train on other ranges of noise, and compare them
	$(STUDY) matrix
	@echo
	@cat studies/noise_ranges/matrix/results.md

seeds: .venv/ready  ## train the same models with other seeds, and say how much is luck
	$(STUDY) spread gains
	@echo
	@cat studies/seeds/spread/results.md

recipes: .venv/ready  ## try the recipes of studies/ on held-out training images
	$(STUDY) rank
	@echo
	@cat studies/recipes/ranking/results.md

pictures: .venv/ready  ## train on patches of photographs, and compare with filters on whole ones
	$(RUN) tools.parameters && cd studies && ../$(BIN)/dvc repro measure_pictures
	@echo
	@cat studies/pictures/results.md

claims: .venv/ready  ## bring most studies up to date, and judge the questions of studies/claims.yaml
	$(STUDY) claims
	@echo
	@cat studies/claims/results.md

mixtures: .venv/ready  ## try mixtures of Gaussians on held-out training images
	$(STUDY) mixtures
	@echo
	@cat studies/mixtures/results.md

ensembles: .venv/ready  ## join trainings into a model that says how sure it is, and test that
	$(STUDY) ensemble reading
	@echo
	@cat studies/ensembles/*/results.md studies/readings/*/results.md

verify: .venv/ready  ## rerun everything from scratch in a copy, and compare with the committed results
	$(RUN) tools.verify $(if $(ONLY),--only $(foreach one,$(ONLY),'$(one)'))

verify-all: .venv/ready  ## the same with all studies: takes hours
	$(RUN) tools.verify --all

bench: .venv/ready  ## measure the tables of docs/performance.md
	$(BIN)/python -m benchmarks.epoch
	$(BIN)/python -m benchmarks.ablation
	$(BIN)/python -m benchmarks.models
	$(BIN)/python -m benchmarks.generate
	$(BIN)/python -m benchmarks.scaling
	$(BIN)/python -m benchmarks.memory

experiments: .venv/ready  ## show your experiments side by side, without columns of code and unused recipes
	@$(BIN)/dvc exp show --drop $(LEFT_OUT) $(SHOW)

plots: .venv/ready  ## draw the interactive plots into dvc_plots/index.html
	$(BIN)/dvc plots show

report: .venv/ready  ## write the results as a page to read, report.html
	@$(RUN) apps.report.build

demo: .venv/ready-demo  ## serve a page where you draw a digit, make it noisy and denoise it
	@$(RUN) apps.demo

demo-page: .venv/ready  ## write the demo as one file that needs no server, demo.html
	@$(RUN) apps.demo_page.build

tutorial: .venv/ready-tutorial  ## run docs/tutorial.py as a notebook, docs/tutorial.ipynb
	@$(RUN) tools.tutorial

provenance: .venv/ready-provenance  ## write the run crate, the Croissants, the model card and .zenodo.json
	@$(RUN) tools.provenance

quotes: .venv/ready  ## bring the tables and verdicts that the pages quote up to date
	@$(RUN) tools.quotes

gpu: .venv/ready  ## install JAX, and the CUDA libraries for JAX and TensorFlow on an NVIDIA GPU
	$(INSTALL) requirements/gpu.txt

jax: .venv/ready  ## install JAX for a CPU, for train.backend: jax
	$(INSTALL) requirements/jax.txt

gpu-check: gpu .venv/ready-dev  ## test and time training on an NVIDIA GPU
	$(BIN)/dvc repro generate
	$(RUN) benchmarks.gpu_check

ssh: .venv/ready  ## install what DVC needs to share its cache through an SSH server
	$(INSTALL) requirements/ssh.txt

format: .venv/ready-dev  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

deps: .venv/ready  ## write into each dvc.yaml which code its stages run
	$(RUN) tools.stage_deps

lock: .venv/installer  ## compile the locks of the requirements again
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) requirements/base.in -o requirements.txt
	$(COMPILE) requirements/gpu.in -o requirements/gpu.txt
	$(COMPILE) requirements/jax.in -o requirements/jax.txt
	$(COMPILE) requirements/ssh.in -o requirements/ssh.txt
	$(COMPILE) requirements/demo.in -o requirements/demo.txt
	$(COMPILE) requirements/provenance.in -o requirements/provenance.txt
	$(COMPILE) requirements/tutorial.in -o requirements/tutorial.txt
	$(COMPILE) requirements/validator.in -o requirements/validator.txt
	$(COMPILE) --no-deps requirements/older-keras.in -o requirements/older-keras.txt
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
	@$(RUN) tools.plots_page
	@touch $@

.venv/ready-dev: requirements/dev.txt requirements/validator.txt requirements/older-keras.txt .venv/ready
	$(INSTALL) requirements/dev.txt
	$(BIN)/uv venv --quiet --allow-existing .venv/validator
	$(BIN)/uv pip install --quiet --python .venv/validator --require-hashes -r requirements/validator.txt
	$(BIN)/uv pip install --quiet --target .venv/older-keras --no-deps --require-hashes -r requirements/older-keras.txt
	@touch $@

.venv/ready-provenance: requirements/provenance.txt .venv/ready
	$(INSTALL) requirements/provenance.txt
	@touch $@

.venv/ready-tutorial: requirements/tutorial.txt .venv/ready
	$(INSTALL) requirements/tutorial.txt
	@touch $@

.venv/ready-demo: requirements/demo.txt .venv/ready
	$(INSTALL) requirements/demo.txt
	@touch $@

.PHONY: help setup repro retrain test networks noise-ranges seeds recipes claims mixtures ensembles pictures verify verify-all bench experiments plots report demo demo-page tutorial provenance quotes gpu jax gpu-check ssh format deps lock clean
