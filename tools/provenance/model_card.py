"""The model card: what the committed denoiser is for, how good it is, and where it fails.

After M. Mitchell et al., "Model Cards for Model Reporting" (2019).
"""

from pathlib import Path
from string import Template

import pandas as pd

from denoise.io.metric_files import read_json, read_table
from denoise.io.parameters import Parameters
from denoise.io.recorded_data import of_the_same_images
from denoise.reporting.legibility import describe_legibility
from denoise.reporting.result_tables import available, cell, has_no_psnr, to_markdown
from denoise.reporting.robustness_table import robustness_as_markdown

TEMPLATE = Path(__file__).with_name("model_card.md")
RESULTS = Path("metrics/summary/results.csv")


def write_card(parameters: Parameters) -> str:
    """Return the model card as Markdown, every figure from what the stages left.

    Parameters
    ----------
    parameters : Parameters
        What the model was trained by.
    """
    noise, recipe, about = parameters.noise, parameters.recipe, parameters.dataset.about
    train, results = read_json(Path("metrics/train.json")), read_table(RESULTS)
    return Template(TEMPLATE.read_text()).substitute(
        architecture=parameters.model.architecture,
        upsampling=parameters.model.upsampling,
        weights=f"{train['weights']:,}",
        dataset=parameters.prepare.dataset,
        copies=str(noise.copies),
        blur=f"{noise.blur[0]:g} to {noise.blur[1]:g}",
        kind=noise.kind,
        amplitude=f"{noise.amplitude[0]:g} to {noise.amplitude[1]:g}",
        target=parameters.train.target,
        optimizer=recipe.optimizer.name.capitalize(),
        epochs=str(train["epochs"]),
        batch_size=str(recipe.batch_size),
        origin=(about and about.origin) or "Nobody has said where the images come from.",
        legibility=describe_legibility(read_json(Path("metrics/classifier.json"))),
        quality=quality(results, parameters.model.architecture),
        linear=against_linear(results, parameters.model.architecture),
        damage=robustness_as_markdown(read_table(Path("metrics/robustness/results.csv"))),
    )


def quality(results: pd.DataFrame, method: str) -> str:
    """Return PSNR and legibility at each level, over test images and over trainings."""
    images = results[results["method"] == method].set_index("level")
    trainings = repeated_trainings()
    trainings = trainings[trainings["model"] == method]
    shown = available((("psnr", 2), ("legibility", 3)), images)
    rows = []
    for level, row in images.iterrows():
        found = {"level": level, "blur σ, noise": f"{row['blur']:g}, {row['amplitude']:g}"}
        for name, decimals in shown:
            found[f"{name}, ± over test images"] = cell(row, name, decimals)
        for spread in trainings[trainings["level"] == level].to_dict("records"):
            for name, decimals in shown:
                mean, std = spread[f"{name}_mean"], spread[f"{name}_std"]
                title = f"{name}, mean ± deviation of {spread['trainings']} trainings"
                found[title] = f"{mean:.{decimals}f} ± {std:.{decimals}f}"
        rows.append(found)
    return to_markdown(pd.DataFrame(rows), words=2)


def against_linear(results: pd.DataFrame, method: str) -> str:
    """Say at which levels the best linear filter is better, by PSNR."""
    psnr = results.pivot(index="level", columns="method", values="psnr")
    noisy = psnr[~psnr["linear"].map(has_no_psnr)]
    behind = noisy.index[noisy[method] < noisy["linear"]]
    where = f"is above it in PSNR at {', '.join(behind)}" if len(behind) else "is nowhere above it"
    return f"Told the noise, the best linear filter {where} ([results](results.md))."


def repeated_trainings() -> pd.DataFrame:
    """Return what the study of seeds found, no rows where it was of other images."""
    study = Path("studies/seeds")
    if not of_the_same_images(study):
        return pd.DataFrame(columns=["model", "level"])
    return read_table(study / "spread" / "results.csv")
