"""Training learns, repeats bit by bit, goes on where it was stopped, and stops at NaN."""

import functools

import keras
import numpy as np
import pytest

from denoise.corruption.corrupt import corrupt
from denoise.datasets.sklearn_digits import find_digits
from denoise.io.errors import InputError
from denoise.io.parameters import Noise, Recipe, Schedule
from denoise.networks.autoencoder import build_autoencoder
from denoise.seeding import seed_sequence
from denoise.training.checkpoints import Checkpoints
from denoise.training.fit import train
from denoise.training.optimizers import WarmupThenDecay, build_optimizer
from denoise.training.pairs import as_grey_values

ADAM = {"name": "adam", "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
NOISE = Noise(copies=2, blur=[0.0, 1.0], kind="uniform", amplitude=[0.01, 0.5])
DIGITS = find_digits()
CLEAN, TEST = DIGITS["train_images"][:512], DIGITS["test_images"][:64]
NOISY = np.concatenate(
    [corrupt(CLEAN, NOISE.blur, NOISE.amplitude, seed_sequence(1, f"{copy}"))[0] for copy in (0, 1)]
)[..., np.newaxis].astype(np.float16)


def recipe(**changes):
    settings = {
        "optimizer": ADAM,
        "learning_rate": 0.01,
        "schedule": {"warmup": 0.1, "decay": "linear"},
        "batch_size": 64,
        "epochs": 3,
    }
    return Recipe.model_validate({**settings, **changes})


def run(recipe, **options):
    keras.utils.set_random_seed(1)
    model = build_autoencoder()
    return model, train(model, NOISY, CLEAN, TEST, NOISE, recipe, seed=1, **options)


@functools.cache
def plain_run():
    """A run that nothing interrupts, with the set on the device."""
    return run(recipe())


def assert_same_bits(ours, theirs):
    assert ours[1].equals(theirs[1])
    for one, other in zip(ours[0].get_weights(), theirs[0].get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_loss_falls_and_all_three_curves_are_kept():
    model, curve = plain_run()
    assert list(curve.columns) == ["epoch", "loss", "val_loss", "val_noisy_loss"]
    assert curve["epoch"].tolist() == [1, 2, 3]
    assert curve["loss"].iloc[-1] < 0.8 * curve["loss"].iloc[0]
    clean = as_grey_values(TEST)
    noisy, _, _ = corrupt(TEST, NOISE.blur, NOISE.amplitude, seed_sequence(1, "train/validation"))
    model.compile(loss="binary_crossentropy")
    for column, images in (("val_loss", clean), ("val_noisy_loss", noisy[..., np.newaxis])):
        expected = model.evaluate(images, clean, verbose=0)
        assert curve[column].iloc[-1] == pytest.approx(expected, abs=1e-5)


def test_noisy_targets_teach_nearly_what_clean_ones_do():
    _, clean = plain_run()
    noisy = run(recipe(), target="noisy-copy")
    assert noisy[1]["val_noisy_loss"].iloc[-1] < clean["val_noisy_loss"].iloc[-1] + 0.02
    assert not noisy[1]["loss"].equals(clean["loss"])
    assert_same_bits(noisy, run(recipe(), target="noisy-copy", memory=0))


def test_two_runs_end_with_the_same_bits():
    assert_same_bits(run(recipe()), plain_run())


def test_going_on_after_a_stop_ends_with_the_same_bits(tmp_path, capsys):
    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise InterruptedError

    checkpoints = Checkpoints(tmp_path, "training")
    with pytest.raises(InterruptedError):
        run(recipe(), checkpoints=checkpoints, callbacks=[Stop()])
    capsys.readouterr()
    gone_on = run(recipe(), checkpoints=checkpoints)
    assert "Going on after epoch 2" in capsys.readouterr().out
    assert_same_bits(gone_on, plain_run())


def test_a_set_too_large_for_the_device_is_streamed_to_the_same_end(capsys):
    streamed = run(recipe(), memory=1_000_000)
    assert "streamed to the device in blocks" in capsys.readouterr().out
    assert_same_bits(streamed, plain_run())


def test_a_loss_that_is_no_number_stops_training_with_a_remedy():
    diverging = recipe(
        optimizer={"name": "sgd", "momentum": 0.0, "nesterov": False}, learning_rate=1e30
    )
    with pytest.raises(InputError, match=r"NaN or infinite in epoch 1.*learning_rate"):
        run(diverging)


def test_the_learning_rate_rises_to_its_peak_and_falls_to_zero():
    rate = WarmupThenDecay(0.5, Schedule(warmup=0.2, decay="linear"), updates=100)
    values = [float(rate(step)) for step in range(100)]
    assert int(np.argmax(values)) in (19, 20)
    assert max(values) == pytest.approx(0.5)
    assert values[0] == pytest.approx(0.5 / 20)
    assert 0 < values[99] < 0.01
    bow = WarmupThenDecay(1.0, Schedule(warmup=0.0, decay="cosine"), updates=100)
    assert [float(bow(step)) for step in (0, 50, 100)] == pytest.approx([1.0, 0.5, 0.0])
    flat = WarmupThenDecay(0.5, Schedule(warmup=0.0, decay="constant"), updates=100)
    assert {float(flat(step)) for step in range(100)} == {0.5}


@pytest.mark.parametrize(
    ("settings", "attributes"),
    [
        ({"name": "adadelta", "rho": 0.9, "epsilon": 1e-6}, {}),
        ({"name": "adam", "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6}, {}),
        (
            {"name": "adamw", "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6, "weight_decay": 0.1},
            {},
        ),
        ({"name": "lion", "beta_1": 0.8, "beta_2": 0.98, "weight_decay": 0.1}, {}),
        (
            {"name": "muon", "momentum": 0.9, "beta_2": 0.98, "weight_decay": 0.1},
            {"beta_2": "adam_beta_2"},
        ),
        ({"name": "sgd", "momentum": 0.8, "nesterov": True}, {}),
    ],
)
def test_each_optimizer_gets_its_own_settings(settings, attributes):
    optimizer = build_optimizer(recipe(optimizer=settings), updates=10)
    assert type(optimizer).__name__.lower() == settings["name"]
    for name, value in settings.items():
        if name != "name":
            assert getattr(optimizer, attributes.get(name, name)) == value
