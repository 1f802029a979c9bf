"""Training a network by a recipe, and the loss curve it leaves."""

import math

import keras
import pandas as pd

from denoise.backends.backend import binary_crossentropy
from denoise.io.parameters.training import Recipe
from denoise.io.terminal import keras_verbose
from denoise.training.block_plan import BlockPlan, plan_blocks
from denoise.training.distributed import Replicas, check_equal_shares, is_main_process, replicas
from denoise.training.monitoring import UNMONITORED, Monitoring
from denoise.training.noisy_validation import NoisyValidation
from denoise.training.optimizers import build_optimizer
from denoise.training.pair_blocks import PairBlocks
from denoise.training.pair_trainer import PairTrainer
from denoise.training.pairs import Pairs, as_grey_values
from denoise.training.progress import Progress
from denoise.training.validation import BATCH_SIZE, ValidationSet


def train(
    model: keras.Model,
    pairs: Pairs,
    validation: ValidationSet,
    recipe: Recipe,
    seed: int,
    monitoring: Monitoring = UNMONITORED,
) -> pd.DataFrame:
    """Train ``model`` in place to map noisy images to their targets, by binary cross-entropy.

    Parameters
    ----------
    model : keras.Model
        The network, (n, height, width, 1) to the same shape in (0, 1). Training starts from the
        weights that it has.
    pairs : Pairs
        What to train on.
    validation : ValidationSet
        What to judge it by after each epoch.
    recipe : Recipe
        How to train.
    seed : int
        The pipeline's seed.
    monitoring : Monitoring
        Who watches.

    Returns
    -------
    pandas.DataFrame
        One row per epoch: ``epoch`` from 1, ``loss`` on the training pairs as they went by,
        ``val_loss`` with clean validation images as both input and target, as in the article, and
        ``val_noisy_loss`` with the same images corrupted like the training set.

    Raises
    ------
    InputError
        when the loss becomes NaN or infinite, or a batch cannot be shared equally by the devices.
    OSError
        when a checkpoint or the curve cannot be written; earlier checkpoints are kept.
    """
    devices = replicas()
    check_equal_shares(len(pairs), recipe.batch_size, devices.count)
    plan = plan_blocks(pairs, recipe.batch_size, monitoring.callback_calls)
    if is_main_process():
        where = "kept on the device" if plan.resident else "streamed to the device in blocks"
        print(f"Training set: {pairs.nbytes / 1e6:.0f} MB, {where}", flush=True)
    progress = Progress(monitoring.checkpoints, monitoring.record)
    trainer = build_trainer(model, pairs, recipe, plan, devices)
    progress.restore(trainer)
    clean = as_grey_values(validation.clean)
    trainer.fit(
        PairBlocks(pairs, plan, seed, progress.initial_epoch, devices),
        epochs=recipe.epochs,
        initial_epoch=progress.initial_epoch,
        validation_data=(clean, clean),
        validation_batch_size=BATCH_SIZE,
        callbacks=[
            keras.callbacks.TerminateOnNaN(),
            NoisyValidation(validation.noisy, clean),
            progress,
            *monitoring.callbacks,
        ],
        verbose=keras_verbose() if is_main_process() else 0,
    )
    return progress.curve


def build_trainer(
    model: keras.Model, pairs: Pairs, recipe: Recipe, plan: BlockPlan, devices: Replicas
) -> PairTrainer:
    """Return the compiled trainer of a network, which holds the pairs where ``plan`` says so."""
    resident = pairs if plan.resident else None
    trainer = PairTrainer(model, plan.batch_size, resident, devices.count)
    updates = recipe.epochs * math.ceil(len(pairs) / plan.batch_size)
    trainer.compile(build_optimizer(recipe, updates), binary_crossentropy())
    return trainer
