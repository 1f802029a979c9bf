"""What a GPU would be given, looked at on a machine that needs none."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import keras
import pytest
import tensorflow as tf

from benchmarks import gpu_step
from benchmarks.gpu_kernels import launches, not_repeatable, on_the_host
from benchmarks.gpu_program import launches_an_update
from denoise.backends import backend
from denoise.classifier import build_classifier
from denoise.io.parameters.pipeline import read_parameters
from denoise.io.parameters.training import SGD
from denoise.networks.registry import BUILDERS
from denoise.training.optimizers import ALGORITHMS
from denoise.training.trainer import Trainer

ROOT = Path(__file__).parents[2]
PARAMETERS = read_parameters(ROOT / "params.yaml")
# By an optimizer that is quickly traced.
SIMPLE = SGD(name="sgd", momentum=0.9, nesterov=False)
PLAIN = PARAMETERS.recipes["quick"].model_copy(update={"optimizer": SIMPLE})
NETWORKS = [(network, way) for network in BUILDERS for way in ("nearest", "transpose")]
WITH_TENSORFLOW = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the graph is TensorFlow's"
)


@pytest.fixture
def gpu(monkeypatch):
    """As if this machine had one."""
    monkeypatch.setattr(backend, "on_accelerator", lambda: True)


def model(network, way):
    return PARAMETERS.model.model_copy(update={"architecture": network, "upsampling": way})


@WITH_TENSORFLOW
@pytest.mark.parametrize("resident", [True, False])
@pytest.mark.parametrize("target", ["clean", "noisy-copy"])
@pytest.mark.parametrize(("network", "way"), NETWORKS)
def test_with_tensorflow_no_operation_of_an_update_needs_the_host_or_cannot_repeat(
    gpu, network, way, target, resident
):
    given = gpu_step.trainer_and_block(model(network, way), PLAIN, 2, target, resident)
    graph = gpu_step.traced(*given).graph.as_graph_def()
    assert on_the_host(graph) == not_repeatable(graph) == set()
    assert launches(graph) > 100


@WITH_TENSORFLOW
@pytest.mark.parametrize("name", ALGORITHMS)
def test_nor_does_one_of_an_optimizer(gpu, name):
    trainer = Trainer(keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(1, 3)]))
    trainer.compile(ALGORITHMS[name](0.01), "mean_squared_error")
    trainer.optimizer.build(trainer.trainable_variables)
    batch = tf.TensorSpec((None, 28, 28, 1)), tf.TensorSpec((None, 26, 26, 1))
    traced = tf.function(lambda *batch: trainer.train_step(batch)).get_concrete_function(*batch)
    graph = traced.graph.as_graph_def()
    assert on_the_host(graph) == not_repeatable(graph) == set()


@WITH_TENSORFLOW
def test_nor_does_one_of_the_classifiers_or_a_validation(gpu):
    trainer = Trainer(build_classifier())
    trainer.compile(keras.optimizers.Adam(), "sparse_categorical_crossentropy")
    trainer.optimizer.build(trainer.trainable_variables)
    batch = tf.TensorSpec((None, 28, 28, 1)), tf.TensorSpec((None,), tf.float32)
    for step in (trainer.train_step, trainer.test_step):
        traced = tf.function(lambda *batch, step=step: step(batch)).get_concrete_function(*batch)
        graph = traced.graph.as_graph_def()
        assert on_the_host(graph) == not_repeatable(graph) == set()


@WITH_TENSORFLOW
def test_rows_of_bytes_gathered_from_a_tensor_would_be():
    places, rows = tf.TensorSpec((None,), tf.int32), tf.TensorSpec((None, 28), tf.uint8)
    gather = tf.function(tf.gather).get_concrete_function(rows, places)
    assert on_the_host(gather.graph.as_graph_def()) == {("GatherV2", "uint8")}


@WITH_TENSORFLOW
def test_the_gradient_of_images_made_larger_cannot_repeat():
    def gradient(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            larger = tf.image.resize(images, (4, 4), "nearest")
        return tape.gradient(larger, images)

    traced = tf.function(gradient).get_concrete_function(tf.TensorSpec((1, 2, 2, 1)))
    assert not_repeatable(traced.graph.as_graph_def()) == {"ResizeNearestNeighborGrad"}


WITH_JAX = """
from denoise.backends.backend import select_backend
select_backend("jax")
import keras
import numpy as np
from benchmarks.gpu_program import h100, launches_an_update
from benchmarks.gpu_step import arithmetic, lowered, trainer_and_block
from denoise.classifier import build_classifier
from denoise.training.trainer import Trainer
from tests.benchmarks.test_gpu import NETWORKS, PARAMETERS, PLAIN, model
"""

# Pooling over windows, whose gradient XLA computes by sorting, and products that a GPU may round.
LOWERED = """
def look_at(program):
    for operation in ("reduce_window", "select_and_scatter", "sort"):
        assert f"stablehlo.{operation}" not in program, operation
    products = program.count("stablehlo.convolution") + program.count("stablehlo.dot_general")
    exact = program.count("precision = [HIGHEST, HIGHEST]")
    exact += program.count("#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>")
    assert products == exact > 0, (products, exact)

for network, way in NETWORKS:
    for target, resident in (("clean", True), ("noisy-copy", False)):
        given = trainer_and_block(model(network, way), PLAIN, 2, target, resident)
        look_at(lowered(*given, "cuda").as_text())
muon = trainer_and_block(model("autoencoder", "nearest"), PARAMETERS.recipes["quick"], 2)
look_at(lowered(*muon, "cuda").as_text())
"""

ARITHMETIC = """
import math
for network, way in NETWORKS[:1]:
    trainer, batch = trainer_and_block(model(network, way), PLAIN, 1)
    forward = 0
    for layer in trainer.network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            pixels = math.prod(layer.output.shape[1:3])
            forward += 2 * len(batch[0]) * pixels * math.prod(layer.kernel.shape)
    # Forward, and for the gradients of images and kernels, without what padding saves.
    ratio = arithmetic(trainer, batch) / forward
    assert 2.5 < ratio < 3.2, ratio
"""

COMPILED = """
device = h100()
article = PARAMETERS.recipes["article"]
trainer, block = trainer_and_block(model("autoencoder", "nearest"), article, 3)
program = lowered(trainer, block, "cuda", device).compile().as_text()
launches, moved = launches_an_update(program)
assert program.count(" sort(") == program.count(" scatter(") == 0
assert launches["cuDNN"] == 3 * 7 - 1  # the gradient of the input is not needed
assert launches["copy"] <= 2 and launches.total() <= 80, launches
assert 50e6 < moved < 200e6, moved
"""


# As XLA compiles it on a GPU: a convolution, a product, kernels and a copy.
OF_A_GPU = """
%body (arg: (f32[5], f32[2,2])) -> (f32[5], f32[2,2]) {
  %arg = (f32[5]{0}, f32[2,2]{1,0}) parameter(0)
  %some = f32[5]{0} get-tuple-element(%arg), index=0
  %square = f32[2,2]{1,0} get-tuple-element(%arg), index=1
  %convolved = (f32[5]{0}, u8[1810960]{0}) custom-call(%some, %some), \
custom_call_target="__cudnn$convForward", metadata={op_name="convolved"}
  %product = (f32[2,2]{1,0}, s8[33554432]{0}) custom-call(%square), \
custom_call_target="__cublas$lt$matmul"
  %kernel = f32[] fusion(%square), kind=kLoop
  %mask = (f32[5]{0}, u8[100]{0}) fusion(%some), kind=kLoop
  %copy.1 = u8[8]{0} copy(%kernel)
  ROOT %tuple = (f32[5]{0}, f32[2,2]{1,0}) tuple(%some, %square)
}

ENTRY %main () -> f32[] {
  %while = (f32[5]{0}, f32[2,2]{1,0}) while(%start), condition=%until, body=%body
}
""".replace("\\\n", "")


def test_calls_of_libraries_are_told_apart_and_their_workspaces_are_no_traffic():
    counted, moved = launches_an_update(OF_A_GPU)
    assert counted == {"cuDNN": 1, "cuBLAS": 1, "kernel": 2, "copy": 1}
    assert moved == (20 + 20) + (16 + 16) + (16 + 4) + (20 + 20 + 100) + (4 + 8)


def run_with_jax(program):
    result = subprocess.run(
        [sys.executable, "-c", WITH_JAX + program],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr


def test_with_jax_no_update_pools_over_windows_or_rounds_factors():
    run_with_jax(LOWERED)


def test_the_arithmetic_of_an_update_is_that_of_its_convolutions():
    run_with_jax(ARITHMETIC)


@pytest.mark.skipif(
    importlib.util.find_spec("jax_cuda12_plugin") is None, reason="`make gpu` was not run"
)
def test_compiled_for_an_h100_an_update_is_a_few_launches_and_sorts_nothing():
    run_with_jax(COMPILED)
