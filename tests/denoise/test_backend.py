"""What backends are told so that their results can be trusted."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# After the reproducer of JAX issue 39103: with jaxlib 0.10.2 as it is, the sums are too small.
SUMS = """
from denoise.backends.backend import select_backend
select_backend("jax")
import jax
import jax.numpy as jnp

rows = jnp.zeros((32_769, 3)).at[:, 0].set(jnp.arange(32_769.0))
squares = jax.vmap(lambda row: jnp.sum((jnp.eye(3) @ row) ** 2))
assert float(jax.jit(squares)(rows)[-1]) == 32_768.0**2
"""


def run(program):
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr


def test_sums_with_jax_on_a_cpu_are_right():
    run(SUMS)


# With JAX, products are looked at in tests/benchmarks/test_gpu.py.
EXACT = """
from denoise.backends.backend import select_backend
import tensorflow as tf
assert tf.config.experimental.tensor_float_32_execution_enabled()
select_backend("tensorflow")
assert not tf.config.experimental.tensor_float_32_execution_enabled()
"""


def test_with_tensorflow_a_gpu_is_not_to_round_the_factors_of_products():
    run(EXACT)


# A device that says nothing of its memory, as the CPU is with JAX.
SILENT = """
import os
os.environ["JAX_PLATFORMS"] = "cpu"
from denoise.backends import backend
backend.select_backend("jax")
backend.on_accelerator = lambda: True
assert backend.free_memory() == 0
"""


def test_a_device_that_does_not_say_how_much_memory_it_has_is_sent_data_in_blocks():
    run(SILENT)


# TensorFlow counts the memory of GPUs alone: of this CPU, only what it may use can be asked.
LIMIT = """
from denoise.backends import backend
backend.select_backend("tensorflow")
import tensorflow as tf
before = backend.memory_limit("CPU")
kept = tf.Variable(tf.zeros((1000, 1000)))
assert backend.memory_limit("CPU") == before > 0
"""


def test_a_limit_of_memory_is_what_there_is_in_all_and_not_what_is_left():
    run(LIMIT)
