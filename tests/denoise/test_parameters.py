"""A mistake in params.yaml is told in one line that names the key, the value and the remedy."""

from pathlib import Path

import pytest

from denoise.io.errors import InputError
from denoise.io.parameters import read_parameters

COMMITTED = Path(__file__).parents[2] / "params.yaml"


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
        ("kind: uniform", "kind: salt-and-pepper", "noise has salt-and-pepper noise of ampl"),
        (
            "amplitude: 2.0, kind: uniform}",
            "amplitude: 2.0, kind: salt-and-pepper}",
            "levels.5-extreme has salt",
        ),
        ("seed: 2019", "", "seed is missing"),
        ("seed: 2019", "seed: -1", "seed is -1; it should be greater than or equal to 0"),
        ("seed: 2019", 'seed: "2019"', "seed is '2019'; it should be a valid integer"),
        (
            "recipe: quick",
            "recipe: fast",
            "train.recipe is 'fast'; the recipes are quick, patient, long, unet, half, article",
        ),
        (
            "upsampling: transpose}\n      noise",
            "upsampling: cubic}\n      noise",
            "studies.networks.transpose.model.upsampling is 'cubic'; it should be 'nearest' or",
        ),
        ("architecture: auto", "architecture: semi", "it should be 'autoencoder' or 'unet'"),
        ("name: muon,", "name: moun,", "optimizer.name is 'moun'; it should be one of 'adad"),
        ("beta_2: 0.99", "beta2: 0.99", "optimizer has no key 'beta2'; did you mean 'beta_2'?"),
        ("decay: linear", "decay: cubic", "it should be 'constant', 'linear' or 'cosine'"),
        ("5-extreme", "5.extreme", "a name here holds letters, digits, '-' and '_' only"),
        (
            "dataset: mnist",
            "dataset: cifar",
            "prepare.dataset is 'cifar'; the data sets are mnist, fashion-mnist, kmnist, digits",
        ),
        (
            "format: idx",
            "format: csv",
            "datasets.mnist.format is 'csv'; it should be one of 'idx', ",
        ),
        ("sha256: ba89", "sha256: xa89", "datasets.mnist.files.train_images.sha256"),
        (
            "        shape: [60000]\n        sha256: ",
            "        shape: [60000]\n        # sha256: ",
            "datasets.mnist.files.train_labels needs either sha256, of the unpacked file, or",
        ),
        ("levels:", "levles:", "the whole file has no key 'levles'; did you mean 'levels'?"),
        ("seed: 2019", "seed: [", "is not valid YAML"),
        ("seed: 2019", "seed: 1\nseed: 2", "is not valid YAML"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(tmp_path, before, after, message):
    text = COMMITTED.read_text()
    assert before in text
    path = tmp_path / "params.yaml"
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(InputError) as caught:
        read_parameters(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_numbers_are_read_as_dvc_reads_them(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text(COMMITTED.read_text().replace("epsilon: 1.0e-07", "epsilon: 1e-07"))
    assert read_parameters(path).recipes["article"].optimizer.epsilon == 1e-7


@pytest.mark.parametrize(("content", "message"), [(None, "does not exist"), ("", "is empty")])
def test_a_missing_or_empty_file_says_how_to_get_it_back(tmp_path, content, message):
    path = tmp_path / "params.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=rf"{message}.*git checkout"):
        read_parameters(path)


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    text = COMMITTED.read_text()
    for before, after in (
        ("copies: 4 ", "copies: 0 "),
        ("epochs: 28", "epochs: 0"),
        ("seed: 2", "sed: 2"),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_parameters(path)
    for key in (
        "noise.copies is 0",
        "recipes.long.epochs is 0",
        "no key 'sed'; did you mean 'seed'?",
    ):
        assert key in str(caught.value)


def test_what_is_wrong_only_beside_another_value_is_told(tmp_path):
    text = COMMITTED.read_text()
    text = text.replace("target: clean ", "target: noisy-copy ", 1)
    text = text.replace("copies: 4 ", "copies: 1 ", 1).replace("recipe: unet", "recipe: u", 1)
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_parameters(path)
    assert "train.target is 'noisy-copy'" in str(caught.value)
    assert "noise.copies must be at least 2" in str(caught.value)
    assert "studies.networks.unet.recipe is 'u'; the recipes are quick," in str(caught.value)


def test_a_variant_has_its_own_model_noise_target_recipe_and_all_else_in_common():
    parameters = read_parameters(COMMITTED)
    described = parameters.studies.networks["unet"]
    variant = parameters.variant("networks.unet")
    assert variant.model.architecture == "unet"
    assert variant.recipe == parameters.recipes[described.recipe]
    assert (variant.noise, variant.train.target) == (described.noise, described.target)
    assert (variant.seed, variant.levels) == (parameters.seed, parameters.levels)
    with pytest.raises(InputError, match=r"studies has no 'networks.gan' in params.yaml; it has"):
        parameters.variant("networks.gan")


def test_a_variant_with_a_seed_of_its_own_is_trained_with_it():
    parameters = read_parameters(COMMITTED)
    for name, described in parameters.studies.seeds.items():
        assert parameters.variant(f"seeds.{name}").seed == described.seed != parameters.seed
