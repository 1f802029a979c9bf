"""Training the autoencoder by a recipe, and the loss curve it leaves."""

from collections.abc import Sequence

import keras
import numpy as np
import pandas as pd

from denoise.backends.backend import binary_crossentropy, free_memory, on_accelerator
from denoise.corruption.corrupt import corrupt
from denoise.io.errors import InputError
from denoise.io.parameters import Noise, Recipe
from denoise.io.terminal import keras_verbosity
from denoise.seeding import seed_sequence
from denoise.training.checkpoints import Checkpoints
from denoise.training.distributed import from_the_first, is_main_process, replicas
from denoise.training.optimizers import build_optimizer
from denoise.training.pair_trainer import PairTrainer
from denoise.training.pairs import PairBlocks, as_grey_values

VALIDATION_BATCH = 500  # images; bounds memory, and has no effect on training
SHOWN = 25  # how often an epoch the progress bar moves, where an epoch takes seconds
STREAMED = 100  # batches that are sent to the device at a time at most


def train(
    model: keras.Model,
    noisy: np.ndarray,
    clean: np.ndarray,
    validation: np.ndarray,
    noise: Noise,
    recipe: Recipe,
    seed: int,
    target: str = "clean",
    checkpoints: Checkpoints | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    memory: int | None = None,
) -> pd.DataFrame:
    """Train ``model`` in place to map noisy images to clean ones, by binary cross-entropy.

    Parameters
    ----------
    model : keras.Model
        An untrained network, (n, height, width, 1) to the same shape in (0, 1).
    noisy : (copies * n, height, width, 1) float array
        Copy after copy.
    clean : (n, height, width) uint8 array
    validation : (m, height, width) uint8 array
        Of clean images that are not trained on.
    noise : Noise
        The ranges ``noisy`` was corrupted with; the validation images get the same.
    recipe : Recipe
        How to train.
    seed : int
        The pipeline's seed.
    target : str
        What a noisy image is to become, see `denoise.training.pairs.PairBlocks`.
    checkpoints : Checkpoints or None
        Where the state after each epoch is kept, and training goes on from; the result is the same
        bits as without an interruption.
    callbacks : Sequence[keras.callbacks.Callback]
        Keras' own or others.
    memory : int or None
        Bytes the device has for the training set; it is asked when this is None.

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
        when a checkpoint cannot be written; earlier ones are kept.
    """
    shares, mine = replicas()
    for count in (recipe.batch_size, len(noisy) % recipe.batch_size):
        if count % shares:
            raise InputError(
                f"a batch of {count} cannot be shared equally by {shares} devices:"
                " change the recipe's batch_size in params.yaml"
            )
    updates = -(-len(noisy) // recipe.batch_size)
    targets = clean if target == "clean" else noisy
    size = noisy.nbytes + (targets.nbytes if targets is clean else 0)
    # Half, for the activations and the copy made on the way also want room.
    resident = size <= (free_memory() if memory is None else memory) / 2
    if is_main_process():
        where = "kept on the device" if resident else "streamed to the device in blocks"
        print(f"Training set: {size / 1e6:.0f} MB, {where}", flush=True)
    kept = (noisy, targets) if resident else None
    trainer = PairTrainer(model, recipe.batch_size, kept, shares)
    trainer.compile(build_optimizer(recipe, updates * recipe.epochs), binary_crossentropy())
    progress = Progress(trainer, checkpoints)
    done = progress.resume()
    pairs = PairBlocks(
        noisy,
        clean,
        recipe.batch_size,
        _batches_a_block(updates, resident),
        seed,
        target,
        images=not resident,
        epoch=done,
        replicas=shares,
        mine=mine,
    )
    stream = seed_sequence(seed, "train/validation")
    noisy_validation, _, _ = corrupt(
        validation, noise.blur, noise.amplitude, stream, kind=noise.kind
    )
    originals = as_grey_values(validation)
    trainer.fit(
        pairs,
        epochs=recipe.epochs,
        initial_epoch=done,
        validation_data=(originals, originals),
        validation_batch_size=VALIDATION_BATCH,
        callbacks=[
            keras.callbacks.TerminateOnNaN(),
            NoisyValidation(noisy_validation[..., np.newaxis], originals),
            progress,
            *callbacks,
        ],
        verbose=keras_verbosity() if is_main_process() else 0,
    )
    return progress.curve


def _batches_a_block(updates: int, resident: bool) -> int:
    if resident and on_accelerator():
        return updates  # an epoch is a matter of a second or less
    blocks = max(1, updates // SHOWN)
    return blocks if resident else min(blocks, STREAMED)


class NoisyValidation(keras.callbacks.Callback):
    """Adds ``val_noisy_loss`` to an epoch's figures: the loss on fixed noisy test images.

    The article validates on noise-free images, an easier task than the one trained on; this
    figure can be compared with the training loss.
    """

    def __init__(self, noisy: np.ndarray, targets: np.ndarray) -> None:
        super().__init__()
        self._noisy, self._targets = noisy, targets

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Evaluate at the end of an epoch, before it is printed and recorded."""
        if logs is not None:
            logs["val_noisy_loss"] = self.model.evaluate(
                self._noisy, self._targets, batch_size=VALIDATION_BATCH, verbose=0
            )


class Progress(keras.callbacks.Callback):
    """The loss curve, and a checkpoint of it and of the trainer after every epoch."""

    def __init__(self, trainer: PairTrainer, checkpoints: Checkpoints | None) -> None:
        super().__init__()
        self.curve = pd.DataFrame()
        self._checkpoints = checkpoints
        self._variables = [*trainer.trainable_variables, *trainer.optimizer.variables]

    def resume(self) -> int:
        """Restore the last checkpoint; the number of epochs it is after, 0 without one."""
        found = self._checkpoints.latest() if self._checkpoints and is_main_process() else None
        epoch, state = found or (0, {})
        values = [state.get(name, value) for name, value in self._values().items()]
        epoch, values = from_the_first((np.int32(epoch), values))
        if epoch == 0:
            return 0
        for variable, value in zip(self._variables, values, strict=True):
            variable.assign(np.asarray(value))
        columns = {name.removeprefix("curve-"): state[name] for name in state if "curve-" in name}
        self.curve = pd.DataFrame(columns)
        if is_main_process():
            print(f"Going on after epoch {epoch}, where training was interrupted", flush=True)
        return int(epoch)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Add a row to the curve and write a checkpoint.

        Raises
        ------
        InputError
            when a loss is NaN or infinite.
        OSError
            when the checkpoint cannot be written.
        """
        losses = {name: float(value) for name, value in (logs or {}).items()}
        row = pd.DataFrame([{"epoch": epoch + 1, **losses}])
        if not np.isfinite(row.to_numpy(float)).all():
            raise InputError(
                f"the loss became NaN or infinite in epoch {epoch + 1}: training was stopped and"
                " nothing written; lower the recipe's learning_rate in params.yaml"
            )
        self.curve = pd.concat([self.curve, row], ignore_index=True)
        if self._checkpoints and is_main_process():
            curve = {f"curve-{name}": column.to_numpy() for name, column in self.curve.items()}
            self._checkpoints.save(epoch + 1, self._values() | curve)

    def _values(self) -> dict[str, np.ndarray]:
        values = map(keras.ops.convert_to_numpy, self._variables)
        return {f"variable-{number}": value for number, value in enumerate(values)}
