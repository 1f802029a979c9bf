"""Which mixture is chosen, and that it is the one in use."""

from pathlib import Path

import pandas as pd

from denoise.evaluation.mixture import BORROWED, COMPONENTS
from denoise.reporting.mixture_choice import choose_mixture, mixtures_as_markdown
from denoise.storage.metric_files import read_table

STUDY = Path(__file__).parents[2] / "studies" / "mixtures"


def tried(figures):
    """A table of mixtures: PSNR at two levels by components and what they borrow."""
    rows = [
        {"components": components, "borrowed": borrowed, "level": level, "psnr": psnr}
        for (components, borrowed), values in figures.items()
        for level, psnr in zip(("1-faint", "2-light"), values, strict=True)
    ]
    return pd.DataFrame(rows)


def test_the_mean_over_levels_decides():
    figures = {(10, 1.0): (20.0, 16.4), (20, 1.0): (20.1, 16.2), (20, 3.0): (20.3, 16.3)}
    assert choose_mixture(tried(figures)) == (20, 3.0)
    assert choose_mixture(tried({**figures, (40, 3.0): (19.0, 17.7)})) == (40, 3.0)


def test_the_choice_is_bold():
    lines = mixtures_as_markdown(tried({(10, 1.0): (20.0, 16.0), (20, 1.0): (21.0, 16.5)}))
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines.splitlines()[2:]]
    assert cells[0] == ["components", "borrowed", "1-faint", "2-light", "mean"]
    assert cells[2] == ["10", "1", "20.00", "16.00", "18.00"]
    assert cells[3] == ["**20**", "**1**", "**21.00**", "**16.50**", "**18.75**"]


def test_the_mixture_in_use_is_the_one_that_held_out_images_chose():
    results = read_table(STUDY / "results.csv")
    assert choose_mixture(results) == (COMPONENTS, BORROWED)
    assert (STUDY / "results.md").read_text(encoding="utf-8") == mixtures_as_markdown(results)
