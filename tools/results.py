"""Print the one table to read first, and say where the rest is.

python -m tools.results
"""

from pathlib import Path

import pandas as pd

from denoise.io.metric_files import read_table
from denoise.io.parameters import read_parameters
from denoise.io.recorded_data import of_the_same_images
from denoise.reporting.overview import overview_as_markdown

OWN = Path("metrics/summary/results.csv")
STUDY = Path("studies/networks")
UNET = STUDY / "levels" / "unet.csv"


def main() -> None:
    """Print the table; the U-Net's column too where it saw the same images and levels."""
    results = read_table(OWN)
    models = [read_parameters(Path("params.yaml")).model.architecture]
    keys = ["level", "blur", "amplitude", "kind"]
    known = UNET.exists() and of_the_same_images(STUDY)
    unet = read_table(UNET) if known else results.iloc[:0]
    if unet[keys].equals(results[keys].drop_duplicates(ignore_index=True)):
        results = pd.concat([results, unet.replace("unet", "U-Net")], ignore_index=True)
        results = results.sort_values("level", kind="stable")
        models.append("U-Net")
    print("PSNR in dB / share of digits that a classifier reads correctly, by level of noise:\n")
    print(overview_as_markdown(results, models))
    print("All methods, with intervals: metrics/summary/results.md. Figures: metrics/summary.")


if __name__ == "__main__":
    main()
