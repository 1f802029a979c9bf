"""train: fit the autoencoder to (noisy, clean) pairs by the recipe in use."""

from pathlib import Path

import numpy as np

from denoise.arrays import read_array
from denoise.backend import describe_device, select_backend
from denoise.metric_files import write_json, write_table
from denoise.parameters import Parameters
from denoise.seeding import integer_seed
from stages.command import run_stage


def train(
    parameters: Parameters, clean: Path, noisy: Path, model: Path, curve: Path, metrics: Path
) -> None:
    """Leave the Keras model, its ONNX twin, the loss curve and its last row."""
    images, test = read_array(clean, "train_images"), read_array(clean, "test_images")
    noisy_images = read_array(noisy, "images")
    select_backend(parameters.train.backend)
    import keras

    from denoise.autoencoder import build_autoencoder
    from denoise.model_folder import save_model
    from denoise.training import train as fit

    print(describe_device(), flush=True)
    keras.utils.set_random_seed(integer_seed(parameters.seed, "train/weights"))
    autoencoder = build_autoencoder()
    losses = fit(
        autoencoder,
        noisy_images,
        images,
        test,
        parameters.noise,
        parameters.recipe,
        parameters.seed,
    )
    save_model(autoencoder, model, noisy_images[:100].astype(np.float32))
    write_table(losses, curve)
    last = losses.iloc[-1]
    write_json(
        {
            "epochs": len(losses),
            "weights": autoencoder.count_params(),
            "loss": last["loss"],
            "val_loss": last["val_loss"],
            "val_noisy_loss": last["val_noisy_loss"],
        },
        metrics,
    )


if __name__ == "__main__":
    run_stage(train)
