"""train: fit the model to pairs of noisy image and target by the recipe in use."""

import os
import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from denoise.backends.backend import describe_device, select_backend
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN
from denoise.io.parameters.pipeline import Parameters
from denoise.seeding import integer_seed
from denoise.storage.arrays import has_clean, has_patches, read_array
from denoise.storage.metric_files import read_table, write_json, write_table
from denoise.training.checkpoints import Checkpoints
from denoise.training.distributed import is_main_process, join_hosts, leave_hosts, replicas
from denoise.training.fingerprint import fingerprint
from denoise.training.pairs import Pairs
from denoise.training.validation import ValidationSet, with_noise

if TYPE_CHECKING:
    import keras

LOSSES = ("loss", "val_loss", "val_noisy_loss")


def train(
    parameters: Parameters,
    clean: Path,
    noisy: Path,
    model: Path,
    curve: Path,
    metrics: Path,
    checkpoints: Path,
) -> None:
    """Leave the Keras model, the same as ONNX, the loss curve and its last row.

    The curve has a row more after each epoch. ``checkpoints`` holds the state after each epoch
    until all is written. Of several processes that train together, the first alone writes.
    """
    unfinished = train_and_save(parameters, clean, noisy, model, curve, checkpoints, also=[metrics])
    if not is_main_process():
        return
    last = read_table(curve).iloc[-1]
    write_json({name: float(last[name]) for name in LOSSES}, metrics)
    unfinished.discard()


def train_and_save(
    parameters: Parameters,
    clean: Path,
    noisy: Path,
    model: Path,
    curve: Path,
    checkpoints: Path,
    also: Sequence[Path] = (),
) -> Checkpoints:
    """Leave the Keras model, the same as ONNX, and the loss curve; return the checkpoints.

    What an earlier training left there, and the files ``also``, are deleted first: they are not to
    stand beside the curve of a training that is not finished.
    """
    pairs, validation = read_data(parameters, clean, noisy)
    select_backend(parameters.train.backend)
    join_hosts()
    import keras

    keras.utils.clear_session()  # of what this process trained before
    if is_main_process():
        print(describe_device(), flush=True)
    unfinished = find_checkpoints(parameters, pairs, validation, checkpoints)
    with unfinished if is_main_process() else nullcontext():
        if is_main_process():
            shutil.rmtree(model, ignore_errors=True)
            for old in (curve, *also):
                old.unlink(missing_ok=True)
        network = train_network(parameters, pairs, validation, unfinished, curve)
        if is_main_process():
            samples = pairs.noisy[:100].astype(np.float32)
            save_network(parameters, network, samples, has_patches(clean), model)
    return unfinished


def read_data(parameters: Parameters, clean: Path, noisy: Path) -> tuple[Pairs, ValidationSet]:
    """Return what to train on, and what to judge it by.

    Where a data set has two noisy pictures of each and no clean one, the second of them stands in
    the place of a clean one.
    """
    if has_clean(clean):
        images, test = read_array(clean, "train_images"), read_array(clean, "test_images")
    elif parameters.train.target == "clean":
        raise InputError(
            "train.target is 'clean' in params.yaml, and the data set has no clean pictures: set it"
            " to 'noisy-copy'"
        )
    else:
        images, test = read_array(clean, "train_noisy")[1], read_array(clean, "test_noisy")[1]
    pairs = Pairs(read_array(noisy, "images"), images, parameters.train.target)
    if parameters.noise.kind != GIVEN:
        return pairs, with_noise(test, parameters.noise, parameters.seed)
    return pairs, ValidationSet(test, read_grey_values(clean, "test_noisy")[0])


def read_grey_values(folder: Path, name: str) -> np.ndarray:
    """Return uint8 images of any shape as float32 grey values with white at 1."""
    return read_array(folder, name).astype(np.float32) / np.float32(255)


def find_checkpoints(
    parameters: Parameters, pairs: Pairs, validation: ValidationSet, folder: Path
) -> Checkpoints:
    """Return the checkpoints of the training that all of this determines."""
    settings = parameters.model_dump(mode="json", include={"seed", "noise", "model", "train"})
    settings |= {"recipe": parameters.recipe.model_dump(mode="json")}
    settings |= {"device": describe_device(), "replicas": replicas().count}
    arrays = [pairs.noisy, pairs.clean, validation.clean, validation.noisy]
    # Under `dvc exp run --queue` and `--temp` DVC works in a copy that does not outlive a stop.
    folder = Path(os.environ.get("DVC_ROOT", "")) / folder
    return Checkpoints(folder, fingerprint(settings, arrays, Path(__file__)))


def train_network(
    parameters: Parameters,
    pairs: Pairs,
    validation: ValidationSet,
    checkpoints: Checkpoints,
    curve: Path,
) -> "keras.Model":
    """Build the network and train it by the recipe in use; ``curve`` has a row for each epoch."""
    import keras

    from denoise.networks.registry import build_model
    from denoise.training.fit import train as fit
    from denoise.training.monitoring import Monitoring
    from denoise.training.stop_with_parent import StopWithParent

    keras.utils.set_random_seed(integer_seed(parameters.seed, "train/weights"))
    network = build_model(parameters.model, pairs.clean.shape[1:])
    monitoring = Monitoring(
        checkpoints,
        record=partial(write_table, path=curve),
        callbacks=[StopWithParent()] if "DVC_STAGE" in os.environ else [],
    )
    fit(network, pairs, validation, parameters.recipe, parameters.seed, monitoring)
    return network


def save_network(
    parameters: Parameters, network: "keras.Model", samples: np.ndarray, tiles: bool, model: Path
) -> None:
    """Write a trained network to a folder, after this process has left those it trained with.

    ``samples``, (n, height, width, 1) float32, and ``tiles`` are as in
    `denoise.export.model_folder.save_model`.
    """
    from denoise.export.model_folder import save_model
    from denoise.networks.registry import build_model

    weights = network.get_weights()
    leave_hosts()
    alone = build_model(parameters.model, samples.shape[1:3])
    alone.set_weights(weights)
    save_model(alone, model, samples, tiles=tiles)


if __name__ == "__main__":
    run_stage(train)
