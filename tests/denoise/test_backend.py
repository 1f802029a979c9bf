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


def test_sums_with_jax_on_a_cpu_are_right():
    command = [sys.executable, "-c", SUMS]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
