"""The search compares recipes on images held out, and says how sure it is."""

import keras
import numpy as np
import pandas as pd
import pytest

from denoise.digits import find_digits
from denoise.errors import InputError
from denoise.parameters import Noise, Recipe
from search.recipes import read_candidates, summary
from search.trial import AveragedWeights, held_out_loss

RECIPE = Recipe.model_validate(
    {
        "optimizer": {"name": "adam"},
        "learning_rate": 0.01,
        "schedule": {"warmup": 0.0, "decay": "constant"},
        "batch_size": 32,
        "epochs": 1,
    }
)


def test_weights_are_averaged_over_the_last_share_of_training():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    average = AveragedWeights(model, share=0.5, epochs=2)
    average.set_params({"steps": 4})
    for epoch in range(2):
        average.on_epoch_begin(epoch)
        for batch in range(4):
            model.set_weights([np.array([[10.0 * epoch + batch]])])
            average.on_train_batch_end(batch)
    average.on_train_end()
    assert average.weights[0].item() == pytest.approx(np.mean([10, 11, 12, 13]))
    last = AveragedWeights(model, share=0.0, epochs=2)
    last.on_train_end()
    assert last.weights[0].item() == 13


def test_the_loss_is_that_of_held_out_images():
    images = find_digits()["train_images"][:200]
    noisy = images[:100, ..., np.newaxis].astype(np.float16) / 255
    noise = Noise(copies=1, blur=[0.0, 1.0], amplitude=[0.01, 0.5])
    arguments = (noisy, images[:100], images[100:], noise, RECIPE)
    nothing = held_out_loss(*arguments, 1, "zeros", 0.0)
    assert nothing == pytest.approx(np.log(2), abs=0.05)
    more = RECIPE.model_copy(update={"batch_size": 50, "epochs": 3})
    learned = held_out_loss(*arguments, 1, "he_normal", 0.0, more)
    assert learned < 0.45  # the one epoch before comes to 0.56


def test_the_best_mean_stands_first_with_its_range():
    results = pd.DataFrame(
        {
            "name": ["a", "b", "b"],
            "seed": [1, 1, 2],
            "held_out_loss": [0.13, 0.12, 0.1301],
        }
    )
    assert summary(results).splitlines()[2:] == [
        "| b | 0.1250 | 2 | 0.1200 to 0.1301 |",
        "| a | 0.1300 | 1 | 0.1300 to 0.1300 |",
    ]


def test_a_candidate_that_cannot_be_is_told_by_name_and_key(tmp_path):
    path = tmp_path / "candidates.yaml"
    path.write_text("adam 0.01:\n  seeds: [1]\n  averaged: 2.0\n  recipe: {}\n")
    with pytest.raises(InputError, match=r"candidates.yaml, adam 0.01: recipe.*optimizer"):
        read_candidates(path)
