"""The model card: what the committed denoiser is for, how good it is, and where it fails.

After M. Mitchell et al., "Model Cards for Model Reporting" (2019).
"""

from pathlib import Path
from string import Template

import pandas as pd

from denoise.io.dvc_files import studies_use_same_data
from denoise.io.parameters.datasets import About
from denoise.io.parameters.noise import GIVEN, Noise
from denoise.io.parameters.pipeline import Parameters
from denoise.reporting.legibility import describe_legibility
from denoise.reporting.model_size import count_weights
from denoise.reporting.result_tables import (
    AT_LEAST,
    available,
    cell,
    has_no_psnr,
    has_open_interval,
    to_markdown,
)
from denoise.reporting.robustness_table import robustness_as_markdown
from denoise.storage.metric_files import read_json, read_table
from tools.provenance.hub import front_matter

TEMPLATE = Path(__file__).with_name("model_card.md")
RESULTS = Path("metrics/summary/results.csv")
DENOISER = Path("models/denoiser/model.onnx")
QUALITY = (("psnr", 2), ("psnr_estimate", 2), ("legibility", 3))
TARGETS = {"clean": "the clean images", "noisy-copy": "other noisy copies of the same images"}
OF_ONE = "- `one training`: this model. ± is the reach of the 95 % interval over test images."
OF_SEVERAL = (
    "- `mean of trainings`: models that differ only in their seed. ± is their standard deviation."
)


def write_card(parameters: Parameters, about: About | None) -> str:
    """Return the model card as Markdown, every figure from what the stages left.

    Parameters
    ----------
    parameters : Parameters
        What the model was trained by.
    about : About or None
        What datasets.yaml says of the images.
    """
    noise, recipe, results = parameters.noise, parameters.recipe, read_table(RESULTS)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        front_matter=front_matter(parameters, results),
        architecture=parameters.model.architecture,
        upsampling=parameters.model.upsampling,
        weights=f"{count_weights(DENOISER):,}",
        dataset=parameters.prepare.dataset,
        noise=describe_noise(noise, parameters.prepare.dataset),
        target=TARGETS[parameters.train.target],
        optimizer=recipe.optimizer.name.capitalize(),
        epochs=str(len(read_table(Path("metrics/loss.csv")))),
        batch_size=str(recipe.batch_size),
        origin=(about and about.origin) or "Nobody has said where the images come from.",
        legibility=describe_legibility(read_json(Path("metrics/classifier.json"))),
        quality=quality(results, parameters.model.architecture),
        linear=against_linear(results, parameters.model.architecture),
        damage=robustness_as_markdown(read_table(Path("metrics/robustness/results.csv"))),
    )


def describe_noise(noise: Noise, dataset: str) -> str:
    """Say what the model was trained on."""
    if noise.kind == GIVEN:
        return f"the noisy pictures that `{dataset}` came with, {noise.copies} of every one"
    return (
        f"{noise.copies} corrupted copies of every training image of `{dataset}`: Gaussian blur of"
        f" σ {noise.blur[0]:g} to {noise.blur[1]:g}\npixels, then {noise.kind} white noise of"
        f" amplitude {noise.amplitude[0]:g} to {noise.amplitude[1]:g} (white is 1)"
    )


def quality(results: pd.DataFrame, method: str) -> str:
    """Return PSNR and legibility at each level, over test images and over trainings."""
    images = results[results["method"] == method].set_index("level")
    trainings = repeated_trainings()
    trainings = trainings[trainings["model"] == method]
    shown = available(QUALITY, images)
    notes, rows = [OF_ONE, OF_SEVERAL] if len(trainings) else [OF_ONE], []
    if any(has_open_interval(images, name) for name, _ in shown):
        notes.append(f"- {AT_LEAST}")
    for level, row in images.iterrows():
        made = f"{row['blur']:g}, {row['amplitude']:g}"
        found = {"level": level, "blur σ, noise ±": "as it came" if row["kind"] == GIVEN else made}
        for name, decimals in shown:
            found[f"{name}, one training"] = cell(row, name, decimals)
        for spread in trainings[trainings["level"] == level].to_dict("records"):
            for name, decimals in shown:
                mean, std = spread[f"{name}_mean"], spread[f"{name}_std"]
                title = f"{name}, mean of {spread['trainings']} trainings"
                found[title] = f"{mean:.{decimals}f} ± {std:.{decimals}f}"
        rows.append(found)
    return "\n".join([*notes, "", to_markdown(pd.DataFrame(rows), words=2)])


def against_linear(results: pd.DataFrame, method: str) -> str:
    """Say at which levels the best linear filter is better, by PSNR."""
    if "linear" not in set(results["method"]):
        return (
            "The best linear filter could not be measured ([why](../metrics/summary/results.md))."
        )
    psnr = results.pivot(index="level", columns="method", values="psnr")
    noisy = psnr[~psnr["linear"].map(has_no_psnr)]
    behind = noisy.index[noisy[method] < noisy["linear"]]
    where = f"at {', '.join(behind)}" if len(behind) else "at no level"
    return (
        "The best linear filter, which knows the blur and the noise, has a higher PSNR"
        f"\n{where} ([results](results.md))."
    )


def repeated_trainings() -> pd.DataFrame:
    """Return what the study of seeds found, no rows where it was of other images."""
    if not studies_use_same_data():
        return pd.DataFrame(columns=["model", "level"])
    return read_table(Path("studies/seeds/spread/results.csv"))
