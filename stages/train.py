"""train: fit the model to (noisy, clean) pairs by the recipe in use."""

import os
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from denoise.arrays import read_array
from denoise.backend import describe_device, select_backend
from denoise.checkpoints import Checkpoints
from denoise.fingerprint import fingerprint
from denoise.hosts import is_first, join_hosts, leave_hosts, replicas
from denoise.metric_files import write_json, write_table
from denoise.parameters import Parameters
from denoise.seeding import integer_seed
from stages.command import run_stage


def train(
    parameters: Parameters,
    clean: Path,
    noisy: Path,
    model: Path,
    curve: Path,
    metrics: Path,
    checkpoints: Path,
) -> None:
    """Leave the Keras model, its ONNX twin, the loss curve and its last row.

    ``checkpoints`` holds the state after each epoch until all is written. Of several processes
    that train together, the first alone writes.
    """
    images, test = read_array(clean, "train_images"), read_array(clean, "test_images")
    noisy_images = read_array(noisy, "images")
    select_backend(parameters.train.backend)
    join_hosts()
    import keras

    from denoise.architectures import build_model
    from denoise.model_folder import save_model
    from denoise.parent import StopWithParent
    from denoise.training import train as fit

    first, device = is_first(), describe_device()
    if first:
        print(device, flush=True)
    settings = parameters.model_dump(mode="json", include={"seed", "noise", "model", "train"})
    settings |= {"recipe": parameters.recipe.model_dump(mode="json")}
    settings |= {"device": device, "replicas": replicas()[0]}
    # Under `dvc exp run --queue` and `--temp` DVC works in a copy that does not outlive a stop.
    folder = Path(os.environ.get("DVC_ROOT", "")) / checkpoints
    arrays = [noisy_images, images, test]
    kept = Checkpoints(folder, fingerprint(settings, arrays, Path(__file__)))
    with kept if first else nullcontext():
        keras.utils.set_random_seed(integer_seed(parameters.seed, "train/weights"))
        denoiser = build_model(parameters.model)
        losses = fit(
            denoiser,
            noisy_images,
            images,
            test,
            parameters.noise,
            parameters.recipe,
            parameters.seed,
            kept,
            [StopWithParent()] if "DVC_STAGE" in os.environ else [],
        )
        if not first:
            return
        weights = denoiser.get_weights()
        leave_hosts()
        denoiser = build_model(parameters.model)
        denoiser.set_weights(weights)
        save_model(denoiser, model, noisy_images[:100].astype(np.float32))
        write_table(losses, curve)
        last = losses.iloc[-1]
        write_json(
            {
                "epochs": len(losses),
                "weights": denoiser.count_params(),
                "loss": last["loss"],
                "val_loss": last["val_loss"],
                "val_noisy_loss": last["val_noisy_loss"],
            },
            metrics,
        )
        kept.discard()


if __name__ == "__main__":
    run_stage(train)
