"""Which mixture of Gaussians denoises held-out images best."""

import pandas as pd

from denoise.reporting.result_tables import to_markdown


def choose_mixture(results: pd.DataFrame) -> tuple[int, float]:
    """Return how many components have the highest mean PSNR over the levels, and what they borrow.

    Parameters
    ----------
    results : pandas.DataFrame
        A row per mixture and level: ``components``, ``borrowed``, ``level``, ``psnr``.
    """
    components, borrowed = results.groupby(["components", "borrowed"])["psnr"].mean().idxmax()
    return int(components), float(borrowed)


def mixtures_as_markdown(results: pd.DataFrame) -> str:
    """Write a row per mixture, its PSNR at every level and their mean; bold is the choice."""
    table = results.pivot(index=["components", "borrowed"], columns="level", values="psnr")
    table["mean"] = table.mean(axis=1)
    chosen = choose_mixture(results)
    rows = []
    for (components, borrowed), figures in table.iterrows():
        cells = {"components": f"{components:.0f}", "borrowed": f"{borrowed:g}"}
        cells |= {level: f"{psnr:.2f}" for level, psnr in figures.items()}
        if (components, borrowed) == chosen:
            cells = {name: f"**{cell}**" for name, cell in cells.items()}
        rows.append(cells)
    return "**PSNR of held-out training images, dB**\n\n" + to_markdown(pd.DataFrame(rows), 0)
