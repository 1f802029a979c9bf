"""Print the one table to read first, and say where the rest is.

python -m tools.results
"""

import sys
from pathlib import Path

import pandas as pd

from denoise.inference.advice import LEVELS as TRAINED_AGAIN  # with other seeds too
from denoise.inference.api import committed_models
from denoise.io.dvc_files import MODEL, studies_use_same_data, studies_use_same_model
from denoise.io.errors import InputError
from denoise.io.parameters.pipeline import Parameters, read_parameters
from denoise.reporting.model_size import count_weights
from denoise.reporting.overview import overview_as_markdown
from denoise.storage.metric_files import read_table
from tools.command_line import run

OWN = Path("metrics/summary/results.csv")
OWN_MODEL = MODEL / "model.onnx"
COMPARED = Path("studies/networks/comparison/results.csv")
LEVEL = ["level", "blur", "amplitude", "kind"]


def main() -> None:
    """Print the table."""
    sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not have all signs
    print(overview(), end="")


def overview() -> str:
    """Return the table of levels, with a line above and below that say what it is."""
    results = read_table(OWN)
    parameters = read_parameters(Path("params.yaml"))
    own = parameters.model.architecture
    studied = means_over_trainings(own, results)
    columns = [own, *dict.fromkeys(studied["method"])]
    results = pd.concat([results, studied]).sort_values("level", kind="stable", ignore_index=True)
    networks = "" if studied.empty else f", of all networks in {COMPARED.parent}"
    return (
        f"{describe(results)}, by level of noise:\n\n"
        f"{overview_as_markdown(results, columns)}\n"
        f"{describe_models(parameters, results, studied)}"
        f"- Intervals and figures: of the pipeline in metrics/summary{networks}.\n"
    )


def describe(results: pd.DataFrame) -> str:
    """Say what a cell of the table is."""
    if "psnr" not in results:
        return "Estimated PSNR in dB, as the data has no clean images"
    read = " / share of digits that a classifier reads correctly"
    return f"PSNR in dB{read if 'legibility' in results else ''}"


def describe_models(parameters: Parameters, results: pd.DataFrame, studied: pd.DataFrame) -> str:
    """Say of each column of a model how many trainings it holds, and how many weights one has."""
    own = parameters.model.architecture
    weights = _of_weights(OWN_MODEL)
    lines = [f"- `{own}` is one training, with seed {parameters.seed}: that in {MODEL}{weights}."]
    for column in studied[["method", "trainings"]].drop_duplicates().itertuples():
        is_own = not column.method.startswith("U-Net")
        network = f"`{own}`" if is_own else f"a U-Net{_of_weights(committed_models().get('unet'))}"
        lines.append(
            f"- `{column.method}` is the mean of {column.trainings} trainings of {network}."
        )
        lines += _luck(parameters, results) if is_own else []
    return "\n".join(lines) + "\n"


def compare_weights() -> str:
    """Say how many weights the two committed networks have.

    Raises
    ------
    InputError
        When there is no committed U-Net.
    """
    own, unet = (
        read_parameters(Path("params.yaml")).model.architecture,
        committed_models().get("unet"),
    )
    if unet is None:
        raise InputError("there is no model of the U-Net: `make networks` trains it")
    return (
        f"The {own} has {count_weights(OWN_MODEL):,} weights, the U-Net {count_weights(unet):,}.\n"
    )


def _of_weights(model: Path | None) -> str:
    return f", of {count_weights(model):,} weights" if model and model.exists() else ""


def _luck(parameters: Parameters, results: pd.DataFrame) -> list[str]:
    """Return a line that says where the pipeline's own training is the best of all; or none."""
    own = parameters.model.architecture
    table = TRAINED_AGAIN / f"{own}.csv"
    if not table.exists():
        return []
    others = read_table(table).groupby("level")
    trained = results[results["method"] == own].set_index("level")
    best = []
    for figure, title in {"psnr": "PSNR", "legibility": "digits read"}.items():
        if figure in trained:
            figures = trained[figure]
            levels = figures.index[figures > others[figure].max().reindex(figures.index)]
            best += [f"in {title} at {', '.join(levels)}"] if len(levels) else []
    return [f"- Seed {parameters.seed} is the best `{own}` {', and '.join(best)}."] if best else []


def means_over_trainings(own: str, results: pd.DataFrame) -> pd.DataFrame:
    """Return what the studies measured over several trainings, of the own model and the U-Net.

    A mean is left out where the studies saw other images, levels or another model of one's own.
    """
    nothing = results.iloc[:0].assign(trainings=0)
    if not (COMPARED.exists() and studies_use_same_data()):
        return nothing
    compared = read_table(COMPARED)
    levels, own_levels = (
        table[LEVEL].drop_duplicates(ignore_index=True) for table in (compared, results)
    )
    if not levels.equals(own_levels):
        return nothing
    titles = {"unet": "U-Net, mean of {}"}
    if studies_use_same_model():
        titles[own] = "mean of {}"
    shown = compared[compared["method"].isin(titles) & (compared["trainings"] > 1)]
    names = [titles[row.method].format(row.trainings) for row in shown.itertuples()]
    return shown.assign(method=names)


if __name__ == "__main__":
    run(main)
