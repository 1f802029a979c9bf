"""Training learns, repeats bit by bit, goes on where it was stopped, and stops at NaN."""

import functools

import keras
import numpy as np
import pytest

from denoise.corruption.corrupt import corrupt
from denoise.datasets.sklearn_digits import find_digits
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Noise
from denoise.io.parameters.training import Recipe, Schedule
from denoise.networks.autoencoder import build_autoencoder
from denoise.seeding import seed_sequence
from denoise.training import block_plan
from denoise.training.checkpoints import Checkpoints
from denoise.training.distributed import check_equal_shares
from denoise.training.fit import train
from denoise.training.monitoring import Monitoring
from denoise.training.optimizers import WarmupThenDecay, build_optimizer
from denoise.training.pairs import Pairs, as_grey_values
from denoise.training.validation import with_noise

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


VALIDATION = with_noise(TEST, NOISE, seed=1)


def run(recipe, target="clean", **watched):
    keras.utils.set_random_seed(1)
    model, pairs = build_autoencoder(), Pairs(NOISY, CLEAN, target)
    return model, train(model, pairs, VALIDATION, recipe, seed=1, monitoring=Monitoring(**watched))


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


def test_noisy_targets_teach_nearly_what_clean_ones_do(monkeypatch):
    _, clean = plain_run()
    noisy = run(recipe(), target="noisy-copy")
    assert noisy[1]["val_noisy_loss"].iloc[-1] < clean["val_noisy_loss"].iloc[-1] + 0.02
    assert not noisy[1]["loss"].equals(clean["loss"])
    monkeypatch.setattr(block_plan, "free_memory", lambda: 0)
    assert_same_bits(noisy, run(recipe(), target="noisy-copy"))


def test_two_runs_end_with_the_same_bits():
    assert_same_bits(run(recipe()), plain_run())


def test_going_on_after_a_stop_ends_with_the_same_bits(tmp_path, capsys):
    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise InterruptedError

    checkpoints, curves = Checkpoints(tmp_path, "training"), []
    watched = {"checkpoints": checkpoints, "record": curves.append}
    with pytest.raises(InterruptedError):
        run(recipe(), callbacks=[Stop()], **watched)
    capsys.readouterr()
    gone_on = run(recipe(), **watched)
    assert "Going on after epoch 2" in capsys.readouterr().out
    assert_same_bits(gone_on, plain_run())
    assert [len(curve) for curve in curves] == [1, 2, 2, 3]
    assert all(curve.equals(gone_on[1].head(len(curve))) for curve in curves)


def test_a_set_too_large_for_the_device_is_streamed_to_the_same_end(capsys, monkeypatch):
    monkeypatch.setattr(block_plan, "free_memory", lambda: 1_000_000)
    streamed = run(recipe())
    assert "streamed to the device in blocks" in capsys.readouterr().out
    assert_same_bits(streamed, plain_run())


def test_a_loss_that_is_no_number_stops_training_with_a_remedy():
    diverging = recipe(
        optimizer={"name": "sgd", "momentum": 0.0, "nesterov": False}, learning_rate=1e30
    )
    with pytest.raises(InputError, match=r"NaN or infinite in epoch 1.*learning_rate"):
        run(diverging)


def test_the_curve_of_a_training_that_diverges_ends_before_it_does():
    class Diverge(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                self.model.trainable_variables[0].assign_add(
                    keras.ops.full(self.model.trainable_variables[0].shape, np.nan)
                )

    curves = []
    with pytest.raises(InputError, match="NaN or infinite in epoch 3"):
        run(recipe(), callbacks=[Diverge()], record=curves.append)
    assert curves[-1].equals(plain_run()[1].head(2))


@pytest.mark.parametrize(("samples", "batch_size", "refused"), [(99, 10, 9), (100, 5, 5)])
def test_a_batch_that_devices_cannot_share_equally_is_refused(samples, batch_size, refused):
    check_equal_shares(samples, batch_size, devices=1)
    with pytest.raises(InputError, match=f"a batch of {refused} .* by 2 devices: change"):
        check_equal_shares(samples, batch_size, devices=2)


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
