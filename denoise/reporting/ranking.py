"""Recipes by what they reach on held-out images."""

import pandas as pd

from denoise.reporting.result_tables import to_markdown


def ranking_as_markdown(results: pd.DataFrame) -> str:
    """One row per candidate, the best first: its mean loss, over how many seeds, their range.

    Parameters
    ----------
    results : pandas.DataFrame
        Columns ``candidate``, ``seed``, ``held_out_loss``.
    """
    losses = results.groupby("candidate")["held_out_loss"].agg(["mean", "count", "min", "max"])
    losses = losses.sort_values("mean")
    table = pd.DataFrame(
        {
            "recipe": losses.index,
            "held-out loss": [f"{value:.4f}" for value in losses["mean"]],
            "seeds": losses["count"].to_numpy(),
            "lowest to highest": [
                f"{low:.4f} to {high:.4f}"
                for low, high in zip(losses["min"], losses["max"], strict=True)
            ],
        }
    )
    return to_markdown(table)
