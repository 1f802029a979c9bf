"""Training shared by several processes, on one host or many, by Keras' distribution API on JAX."""

import os
from typing import NamedTuple

from denoise.io.errors import InputError

VARIABLES = [
    f"KERAS_DISTRIBUTION_{name}" for name in ("JOB_ADDRESSES", "NUM_PROCESSES", "PROCESS_ID")
]


class Replicas(NamedTuple):
    """The devices that share each batch: how many, and which of them are this process'."""

    count: int
    local: slice


ONE_DEVICE = Replicas(1, slice(None))


def join_hosts() -> None:
    """Join the processes that the KERAS_DISTRIBUTION_* environment names, if it names any.

    From then on every device of every process holds all weights and takes an equal share of
    each batch.

    Raises
    ------
    InputError
        when the environment is incomplete, or the backend is not JAX.
    """
    given = [name for name in VARIABLES if os.environ.get(name)]
    if not given:
        return
    import keras

    if len(given) < len(VARIABLES):
        missing = ", ".join(name for name in VARIABLES if name not in given)
        raise InputError(f"{given[0]} is set in the environment but not {missing}: set all or none")
    if keras.backend.backend() != "jax":
        raise InputError(
            f"{given[0]} is set in the environment, but several processes can train only with"
            " JAX: set train.backend to jax in params.yaml, or unset the variable"
        )
    keras.distribution.initialize()
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))


def leave_hosts() -> None:
    """Let what is computed from now on concern this process alone."""
    import keras

    keras.distribution.set_distribution(None)


def is_main_process() -> bool:
    """Whether this is the process that writes: the only one, or the first of several."""
    import keras

    if keras.backend.backend() != "jax":
        return True
    import jax

    return jax.process_index() == 0


def replicas() -> Replicas:
    """Return the devices that share each batch."""
    import keras

    if keras.distribution.distribution() is None:
        return ONE_DEVICE
    import jax

    local = jax.local_device_count()
    first = jax.process_index() * local
    return Replicas(jax.device_count(), slice(first, first + local))


def check_equal_shares(samples: int, batch_size: int, devices: int) -> None:
    """Check that the devices can share every batch of an epoch equally.

    Parameters
    ----------
    samples : int
        Of an epoch; the last batch is smaller where ``batch_size`` does not divide them.
    batch_size : int
        Samples an update sees.
    devices : int
        How many share a batch.

    Raises
    ------
    InputError
        when they cannot.
    """
    for count in (batch_size, samples % batch_size):
        if count % devices:
            raise InputError(
                f"a batch of {count} cannot be shared equally by {devices} devices:"
                " change the recipe's batch_size in params.yaml"
            )


def broadcast_from_main(values):
    """Return the main process' values in every process: a tree of arrays of the same shapes."""
    import keras

    if keras.distribution.distribution() is None:
        return values
    from jax.experimental import multihost_utils

    return multihost_utils.broadcast_one_to_all(values)
