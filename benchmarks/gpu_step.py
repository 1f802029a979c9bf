"""The training step in the form that a GPU gets, traced or lowered on a machine without one."""

import numpy as np

from denoise.backends import backend
from denoise.io.parameters.training import Model, Recipe
from denoise.networks.registry import build_model
from denoise.training.optimizers import build_optimizer
from denoise.training.pair_trainer import PairTrainer
from denoise.training.pairs import Pairs

IMAGES, COPIES, SIZE = 64, 2, (28, 28)  # of a set that is not trained on


def suppose_a_gpu() -> None:
    """From now on, give this process what one with a GPU would get."""
    backend.on_accelerator = lambda: True


def trainer_and_block(
    model: Model, recipe: Recipe, updates: int, target: str = "clean", resident: bool = True
) -> tuple[PairTrainer, list[np.ndarray]]:
    """Return a trainer, and a block of batches as `denoise.training.pair_blocks` would give it.

    Parameters
    ----------
    model : Model
        The network to train.
    recipe : Recipe
        Its optimizer and batch size.
    updates : int
        Batches in the block.
    target : str
        ``"clean"`` or ``"noisy-copy"``.
    resident : bool
        Whether the set is kept on the device, so that a block is numbers, not images.
    """
    clean = np.zeros((IMAGES, *SIZE), np.uint8)
    noisy = np.zeros((COPIES * IMAGES, *SIZE, 1), np.float16)
    pairs = Pairs(noisy, clean, target)
    trainer = PairTrainer(build_model(model, SIZE), recipe.batch_size, pairs if resident else None)
    trainer.compile(build_optimizer(recipe, updates), backend.binary_crossentropy())
    numbers = np.zeros(updates * recipe.batch_size, np.int32)
    arrays = (pairs.noisy, pairs.targets)
    return trainer, [numbers if resident else array[numbers] for array in arrays]


def traced(trainer: PairTrainer, block: list[np.ndarray]):
    """Return TensorFlow's function of a training step on blocks of any length."""
    import tensorflow as tf

    step = tf.function(lambda *block: trainer.train_step(block))
    shapes = [tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in block]
    return step.get_concrete_function(*shapes)


def lowered(trainer: PairTrainer, block: list[np.ndarray], platform: str, device=None):
    """Return JAX' training step on a block, as StableHLO.

    Parameters
    ----------
    trainer : PairTrainer
    block : list[numpy.ndarray]
        Of which only shapes and types matter.
    platform : str
        ``"cuda"`` or ``"cpu"``; this machine needs to have neither.
    device : jax.Device or None
        What it may be compiled for; None where it is to be read alone.

    Returns
    -------
    jax.stages.Lowered
    """
    import jax

    sharding = jax.sharding.SingleDeviceSharding(device) if device else None
    parts = (
        trainer.trainable_variables,
        trainer.non_trainable_variables,
        trainer.optimizer.variables,
        trainer.metrics_variables,
    )
    state = tuple([variable.value for variable in part] for part in parts)
    shapes = jax.tree.map(
        lambda array: jax.ShapeDtypeStruct(array.shape, array.dtype, sharding=sharding),
        (state, tuple(block)),
    )
    step = jax.jit(trainer.train_step, donate_argnums=0)
    return step.trace(*shapes).lower(lowering_platforms=(platform,))


def arithmetic(trainer: PairTrainer, batch: list[np.ndarray]) -> float:
    """Return the floating-point operations of an update, by XLA's count for a CPU.

    On a GPU convolutions are calls of cuDNN, of which XLA knows no count.
    """
    import jax

    return lowered(trainer, batch, "cpu", jax.devices("cpu")[0]).cost_analysis()["flops"]
