"""Print the one table to read first, and say where the rest is.

python -m tools.results
"""

import sys
from pathlib import Path

import pandas as pd

from denoise.io.dvc_files import studies_use_same_data, studies_use_same_model
from denoise.io.parameters.pipeline import read_parameters
from denoise.reporting.overview import overview_as_markdown
from denoise.storage.metric_files import read_table

OWN = Path("metrics/summary/results.csv")
COMPARED = Path("studies/networks/comparison/results.csv")
LEVEL = ["level", "blur", "amplitude", "kind"]


def main() -> None:
    """Print the table."""
    sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not have all signs
    print(overview(), end="")


def overview() -> str:
    """Return the table of levels, with a line above and below that say what it is."""
    results = read_table(OWN)
    own = read_parameters(Path("params.yaml")).model.architecture
    studied = means_over_trainings(own, results)
    columns = [own, *dict.fromkeys(studied["method"])]
    results = pd.concat([results, studied]).sort_values("level", kind="stable", ignore_index=True)
    return (
        f"{describe(results)}, by level of noise:\n\n"
        f"{overview_as_markdown(results, columns)}\n"
        "All methods, with intervals: metrics/summary/results.md. Figures: metrics/summary.\n"
    )


def describe(results: pd.DataFrame) -> str:
    """Say what a cell of the table is."""
    if "psnr" not in results:
        return "Estimated PSNR in dB, as the data has no clean images"
    read = " / share of digits that a classifier reads correctly"
    return f"PSNR in dB{read if 'legibility' in results else ''}"


def means_over_trainings(own: str, results: pd.DataFrame) -> pd.DataFrame:
    """Return what the studies measured over several trainings, of the own model and the U-Net.

    A mean is left out where the studies saw other images, levels or another model of one's own.
    """
    if not (COMPARED.exists() and studies_use_same_data()):
        return results.iloc[:0]
    compared = read_table(COMPARED)
    levels, own_levels = (
        table[LEVEL].drop_duplicates(ignore_index=True) for table in (compared, results)
    )
    if not levels.equals(own_levels):
        return results.iloc[:0]
    titles = {"unet": "U-Net, mean of {}"}
    if studies_use_same_model():
        titles[own] = "mean of {}"
    shown = compared[compared["method"].isin(titles) & (compared["trainings"] > 1)]
    names = [titles[row.method].format(row.trainings) for row in shown.itertuples()]
    return shown.assign(method=names)


if __name__ == "__main__":
    main()
