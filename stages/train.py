"""train: fit the model to pairs of noisy image and target by the recipe in use."""

import os
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from denoise.backends.backend import describe_device, select_backend
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.metric_files import write_json, write_table
from denoise.io.parameters import Parameters
from denoise.seeding import integer_seed
from denoise.training.checkpoints import Checkpoints
from denoise.training.distributed import is_main_process, join_hosts, leave_hosts, replicas
from denoise.training.fingerprint import fingerprint


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

    ``checkpoints`` holds the state after each epoch until all is written. Of several processes
    that train together, the first alone writes.
    """
    images, test = read_array(clean, "train_images"), read_array(clean, "test_images")
    noisy_images = read_array(noisy, "images")
    select_backend(parameters.train.backend)
    join_hosts()
    import keras

    from denoise.export.model_folder import save_model
    from denoise.networks.registry import build_model
    from denoise.training.fit import train as fit
    from denoise.training.stop_with_parent import StopWithParent

    first, device = is_main_process(), describe_device()
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
        denoiser = build_model(parameters.model, images.shape[1:])
        losses = fit(
            denoiser,
            noisy_images,
            images,
            test,
            parameters.noise,
            parameters.recipe,
            parameters.seed,
            parameters.train.target,
            kept,
            [StopWithParent()] if "DVC_STAGE" in os.environ else [],
        )
        if not first:
            return
        weights = denoiser.get_weights()
        leave_hosts()
        denoiser = build_model(parameters.model, images.shape[1:])
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
