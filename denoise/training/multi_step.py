"""Many training updates in one compiled call, so that Python leaves the inner loop.

Keras makes one update a call; on small networks, calling costs more than computing. The updates
themselves stay Keras' own ``train_step``: what repeats it is a while loop with TensorFlow, a scan
with JAX.
"""

from collections.abc import Callable

import keras


def repeat_with_tensorflow(step: Callable, data: tuple, batch_size: int) -> None:
    """Call ``step(batch)`` on one batch of ``data`` after another, the last one maybe smaller.

    Parameters
    ----------
    step : Callable
        An update, which changes variables and returns nothing of interest.
    data : tuple
        Tensors (m, ...) of equal length, for any m.
    batch_size : int
        Rows an update sees.
    """
    import tensorflow as tf

    rows = tf.shape(data[0])[0]

    def update(first):
        step(tuple(part[first : first + batch_size] for part in data))
        return (first + batch_size,)

    tf.while_loop(lambda first: first < rows, update, (tf.constant(0),), parallel_iterations=1)


def repeat_with_jax(step: Callable, state, data: tuple, batch_size: int, replicas: int):
    """Fold ``step(state, batch) -> (logs, state)`` over one batch of ``data`` after another.

    Parameters
    ----------
    step : Callable
        An update without side effects.
    state : tree of arrays
        What it carries.
    data : tuple
        Arrays (m, ...) of equal length: for each replica in turn, its share of every batch (see
        `denoise.training.pair_blocks.PairBlocks`).
    batch_size : int
        Rows an update sees, all replicas together.
    replicas : int
        Devices that share a batch.

    Returns
    -------
    tuple
        The logs of the last update, and the state after it.
    """
    import jax

    share = batch_size // replicas
    whole = len(data[0]) // batch_size

    def batches(part):  # (replicas * (whole * share + rest), ...) to (whole, batch_size, ...)
        shares = part.reshape(replicas, -1, *part.shape[1:])[:, : whole * share]
        shares = shares.reshape(replicas, whole, share, *part.shape[1:])
        return shares.swapaxes(0, 1).reshape(whole, batch_size, *part.shape[1:])

    def rest(part):
        shares = part.reshape(replicas, -1, *part.shape[1:])[:, whole * share :]
        return shares.reshape(-1, *part.shape[1:])

    def update(state, batch):
        logs, state = step(state, batch)
        return state, logs

    logs = None
    if whole:
        state, history = jax.lax.scan(update, state, keras.tree.map_structure(batches, data))
        logs = keras.tree.map_structure(lambda values: values[-1], history)
    if len(data[0]) % batch_size:
        state, logs = update(state, keras.tree.map_structure(rest, data))
    return logs, state
