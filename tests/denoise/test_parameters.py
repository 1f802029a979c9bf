"""A mistake in params.yaml is told in one line that names the key, the value and the remedy."""

import shutil
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from denoise.io.errors import InputError
from denoise.io.parameters.datasets import read_dataset
from denoise.io.parameters.pipeline import read_parameters
from denoise.io.parameters.studies import STUDIES, Initializer, read_studies

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "params.yaml"


def test_the_committed_file_is_valid_and_says_what_the_article_did():
    parameters = read_parameters(COMMITTED)
    assert parameters.noise.copies == 4
    assert parameters.noise.blur == [0.0, 2.0]
    assert parameters.noise.amplitude == [0.01, 1.5]
    article = parameters.recipes["article"]
    assert article.optimizer.model_dump() == {"name": "adadelta", "rho": 0.95, "epsilon": 1e-7}
    assert (article.learning_rate, article.batch_size, article.epochs) == (1.0, 128, 500)
    strengths = [(level.blur, level.amplitude) for _, level in sorted(parameters.levels.items())]
    assert strengths == [(0.5 * i, pytest.approx(0.4 * i)) for i in range(6)]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("copies: 4", "copies: 0", "noise.copies is 0; it should be greater than or equal to 1"),
        ("copies: 4", "copis: 4", "noise has no key 'copis'; did you mean 'copies'?"),
        ("copies: 4", "copies: 4.5", "noise.copies is 4.5; it should be a valid integer"),
        ("[0.0, 2.0]", "[2.0, 0.0]", "noise.blur is [2.0, 0.0]; it must be [low, high]"),
        ("[0.0, 2.0]", "[]", "noise.blur is []; it must be [low, high]"),
        ("[0.0, 2.0]", "[-1.0, 2.0]", "noise.blur.0 is -1.0; it should be greater than or"),
        ("[0.01, 1.5]", "[0.01, .inf]", "noise.amplitude.1 is inf; it should be a finite"),
        ("[0.0, 2.0]", "wide", "noise.blur is 'wide'; it should be a valid list"),
        ("kind: uniform", "kind: pink", "noise.kind is 'pink'; it should be 'uniform', 'gauss"),
        (
            "kind: uniform",
            "kind: given",
            "noise has noise of kind 'given', which is taken as it came: set blur and amplitude to"
            " [0.0, 0.0]",
        ),
        (
            "0-clean: {blur: 0.0, amplitude: 0.0, kind: uniform}",
            "0-clean: {blur: 0.5, amplitude: 0.0, kind: given}",
            "levels.0-clean has noise of kind 'given', which is taken as it came: set blur and"
            " amplitude to 0.0",
        ),
        ("kind: uniform", "kind: salt-and-pepper", "noise has salt-and-pepper noise of ampl"),
        (
            "amplitude: 2.0, kind: uniform}",
            "amplitude: 2.0, kind: salt-and-pepper}",
            "levels.5-extreme has salt",
        ),
        ("seed: 2019", "", "seed is missing"),
        ("seed: 2019", "seed: -1", "seed is -1; it should be greater than or equal to 0"),
        ("seed: 2019", "seed: 4294967296", "seed is 4294967296; it should be less than 4294967296"),
        ("seed: 2019", f"seed: {2**70}", f"seed is {2**70}; it should be less than 4294967296"),
        ("seed: 2019", 'seed: "2019"', "seed is '2019'; it should be a valid integer"),
        (
            "recipe: quick",
            "recipe: fast",
            "train.recipe is 'fast'; the recipes are quick, half, long, unet, patches, article",
        ),
        ("upsampling: nearest", "upsampling: cubic", "it should be 'nearest' or 'transpose'"),
        ("architecture: auto", "architecture: semi", "it should be 'autoencoder' or 'unet'"),
        ("name: muon,", "name: moun,", "optimizer.name is 'moun'; it should be one of 'adad"),
        ("beta_2: 0.99", "beta2: 0.99", "optimizer has no key 'beta2'; did you mean 'beta_2'?"),
        ("decay: linear", "decay: cubic", "it should be 'constant', 'linear' or 'cosine'"),
        ("5-extreme", "5.extreme", "a name here holds letters, digits, '-' and '_', and does"),
        ("5-extreme", "-x", "levels.-x: a name here holds letters, digits, '-' and '_', and does"),
        ("5-extreme", '"6$(touch x)"', "levels.6$(touch x): a name here holds letters, digits"),
        ("5-extreme", "null", "levels is None; it should be a valid string"),
        ("levels:", "levles:", "the whole file has no key 'levles'; did you mean 'levels'?"),
        ("seed: 2019", "seed: [", "is not valid YAML"),
        ("seed: 2019", "seed: 2001-99-99", "is not valid YAML"),
        ("seed: 2019", "seed: " + "[" * 3000, "is not valid YAML"),
        ("seed: 2019", "seed: 1\nseed: 2", "is not valid YAML"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(tmp_path, before, after, message):
    text = COMMITTED.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "params.yaml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_parameters(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_numbers_are_read_as_dvc_reads_them(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text(
        COMMITTED.read_text(encoding="utf-8").replace("epsilon: 1.0e-07", "epsilon: 1e-07"),
        encoding="utf-8",
    )
    assert read_parameters(path).recipes["article"].optimizer.epsilon == 1e-7


@pytest.mark.parametrize(("content", "message"), [(None, "does not exist"), ("", "is empty")])
def test_a_missing_or_empty_file_says_how_to_get_it_back(tmp_path, content, message):
    path = tmp_path / "params.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=rf"{message}.*git checkout"):
        read_parameters(path)


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    text = COMMITTED.read_text(encoding="utf-8")
    for before, after in (
        ("copies: 4 ", "copies: 0 "),
        ("epochs: 28", "epochs: 0"),
        ("seed: 2", "sed: 2"),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    path = tmp_path / "params.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_parameters(path)
    for key in (
        "noise.copies is 0",
        "recipes.long.epochs is 0",
        "no key 'sed'; did you mean 'seed'?",
    ):
        assert key in str(caught.value)


def test_what_is_wrong_only_beside_another_value_is_told(tmp_path):
    text = COMMITTED.read_text(encoding="utf-8")
    text = text.replace("target: clean ", "target: noisy-copy ", 1)
    text = text.replace("copies: 4 ", "copies: 1 ", 1)
    path = tmp_path / "params.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_parameters(path)
    assert "train.target is 'noisy-copy'" in str(caught.value)
    assert "noise.copies must be at least 2" in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("format: idx", "format: csv", "mnist.format is 'csv'; it should be one of 'idx', "),
        ("sha256: ba89", "sha256: xa89", "mnist.files.train_images.sha256 is 'xa89"),
        (
            "      shape: [60000]\n      sha256: ",
            "      shape: [60000]\n      # sha256: ",
            "mnist.files.train_labels needs either sha256, of the unpacked file, or",
        ),
        ("format: scikit-learn", "format: npz", "digits.path is missing"),
        ("mnist:", "mni.st:", "mni.st: a name here holds letters, digits"),
    ],
)
def test_a_mistake_in_a_description_of_data_is_one_line(tmp_path, before, after, message):
    text = (ROOT / "datasets.yaml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "datasets.yaml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_dataset(path, "mnist")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def studies(tmp_path):
    """The committed parameters of pipeline and studies, to be changed."""
    (tmp_path / "studies").mkdir()
    for name in ("params.yaml", "studies/params.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path / STUDIES


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "model: {upsampling: transpose}",
            "model: {upsampling: cubic}",
            "trainings.networks/transpose.model.upsampling is 'cubic'; it should be 'nearest' or",
        ),
        (
            "recipe: unet",
            "recipe: u",
            "trainings.networks/unet.recipe is 'u'; the recipes are quick,",
        ),
        (
            "noise: {copies: 4",
            "noise: {copies: 1",
            "trainings.networks/noise2noise.noise.copies must be at least 2",
        ),
        (
            "seeds: [1, 2, 3, 4]",
            "seeds: [1, -2]",
            "seeds.1 is -2; it should be greater than or equ",
        ),
        ("seeds: [1, 2, 3, 4]", f"seeds: [{2**32}]", f"seeds.0 is {2**32}; it should be less than"),
        ("initializer: glorot_uniform", "initializer: nope", "initializer is 'nope'; it should be"),
        ("initializer: glorot_uniform", "initializer: zeros", "initializer is 'zeros'; it should"),
        ("seeds: [1, 2, 3, 4]", "seeds: [1, 1]", "seeds is [1, 1]; name each value once"),
        ("networks/unet:", "unet:", "trainings.unet should begin with the study"),
        ("networks/unet:", "network/unet:", "trainings.network/unet should begin with"),
        ("networks/unet:", "networks/-unet:", "trainings.networks/-unet should begin with the st"),
        ("networks/unet:", "networks/LONG:", "trainings.networks/LONG has a name that means som"),
        ("networks/unet:", "networks/auto:", "trainings.networks/auto has a name that means som"),
        ("networks/unet:", "networks/ensemble:", "trainings.networks/ensemble has a name that"),
        ("networks/unet:", "networks/ensemble-of-3:", "ensemble-of-3 has a name that means some"),
        ("held_out: 5000", "held_out: -1", "trainings.ensembles/autoencoder.held_out is -1; it"),
        ("held_out: 5000", "held_out: 1", "trainings.ensembles/autoencoder.held_out is 1; an"),
        ("seeds: [1, 2, 3, 4, 5]", "seeds: [1]", "ensembles/autoencoder has one seed; an ensemb"),
        ("  ensembles/autoencoder:", "  ensembles/other:", "needs a training of its members, trai"),
        ("\n  autoencoder:\n", "\n  other:\n", "needs an entry ensembles.autoencoder, which"),
        ("coverage: 0.9", "coverage: 1.0", "ensembles.autoencoder.coverage is 1.0; it should be"),
        ("wrong: 0.05", "wrong: 0.0", "ensembles.autoencoder.wrong is 0.0; it should be greater"),
        ("muon-0_02: {", "muon-0_02: {sed: 1, ", "candidates.muon-0_02 has no key 'sed'"),
        ("decay: constant", "decay: cubic", "muon-growing-batch.recipe.schedule.decay is 'cubic'"),
    ],
)
def test_a_mistake_in_a_study_is_one_line_that_names_it(studies, before, after, message):
    text = studies.read_text(encoding="utf-8")
    assert before in text
    studies.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_studies(studies)
    assert message in str(caught.value)
    assert "studies/params.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_training_is_the_base_with_its_differences(studies):
    found = read_studies(studies)
    unet, base = found.training("networks/unet"), found.training("noise_ranges/article")
    assert (unet.noise.copies, unet.noise.amplitude) == (8, [0.01, 2.0])
    own = {"copies", "blur", "amplitude"}
    assert unet.noise.model_dump(exclude=own) == base.noise.model_dump(exclude=own)
    assert unet.model.upsampling == base.model.upsampling
    parameters = found.parameters("networks/unet", 2)
    assert (parameters.model, parameters.noise, parameters.seed) == (unet.model, unet.noise, 2)
    assert parameters.recipe == found.pipeline.recipes[unet.recipe]
    assert parameters.levels == found.pipeline.levels
    adam = found.candidate("adam").recipe
    assert adam.optimizer.model_dump() == {
        "name": "adam",
        "beta_1": 0.9,
        "beta_2": 0.99,
        "epsilon": 1e-7,
    }
    assert adam.epochs == found.candidate("muon").recipe.epochs
    assert found.candidate("muon").recipe == found.pipeline.recipe
    growing = found.candidate("muon-growing-batch")
    assert (growing.recipe.batch_size, growing.then.batch_size) == (48, 192)
    assert growing.then.optimizer == growing.recipe.optimizer
    for missing in (found.training, found.candidate):
        with pytest.raises(InputError, match=r"there is no .* 'gan'; the .* are"):
            missing("gan")


def test_the_base_of_the_studies_is_the_pipelines_own_model(studies):
    (own, training), *others = read_studies(studies).networks().items()
    assert own == "autoencoder"
    assert training.seeds == [2019, 1, 2, 3, 4]
    assert "unet" in dict(others)
    path = studies.parent.parent / "params.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("copies: 4", "copies: 2", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"in studies/params\.yaml must be as"):
        read_studies(studies).networks()


def test_only_networks_of_several_trainings_are_joined(studies):
    found = read_studies(studies)
    assert found.joined_seeds("autoencoder") == [2019, 1, 2, 3, 4]
    assert found.joined_seeds("unet") == [2019, 1, 2]
    with pytest.raises(InputError, match=r"'long' is not joined; .* are autoencoder, unet"):
        found.joined_seeds("long")
    text = studies.read_text(encoding="utf-8")
    for name, message in (("article", "with one seed"), ("gan", "the networks are autoencoder")):
        written = text.replace("joined: [autoencoder, unet]", f"joined: [{name}]")
        studies.write_text(written, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            read_studies(studies).joined_seeds(name)


@pytest.mark.parametrize("name", get_args(Initializer))
def test_keras_knows_every_initializer_and_draws_weights_that_differ(name):
    import keras

    weights = np.asarray(keras.initializers.get(name)((3, 3, 2, 4)))
    assert np.unique(weights).size > 1
