"""How far trainings of the same model lie apart that differ by their seed alone."""

import pandas as pd

from denoise.reporting.result_tables import SHOWN, available, to_markdown


def spread_over_seeds(results: pd.DataFrame) -> pd.DataFrame:
    """Return mean, standard deviation and range of each figure over a model's trainings.

    Parameters
    ----------
    results : pandas.DataFrame
        A row per level and training: ``level``, ``model`` and the figures.

    Returns
    -------
    pandas.DataFrame
        A row per level and model: ``level``, ``model``, ``trainings``, and ``<figure>_mean``,
        ``_std`` (of the trainings, with n - 1), ``_min`` and ``_max``.
    """
    groups = results.groupby(["model", "level"], sort=False)
    parts = [groups.size().rename("trainings")]
    for figure, *_ in available(SHOWN, results):
        parts.append(groups[figure].agg(["mean", "std", "min", "max"]).add_prefix(f"{figure}_"))
    return pd.concat(parts, axis=1).reset_index()


def spread_as_markdown(spreads: pd.DataFrame) -> str:
    """Write one table per figure: a row per level, in each cell a mean ± a standard deviation."""
    counts = spreads.groupby("model", sort=False)["trainings"].first()
    parts = []
    for figure, title, decimals, _ in SHOWN:
        if f"{figure}_mean" not in spreads:
            continue
        cells = spreads[["level", "model"]].assign(
            cell=[
                f"{mean:.{decimals}f} ± {std:.{decimals}f}"
                for mean, std in zip(
                    spreads[f"{figure}_mean"], spreads[f"{figure}_std"], strict=True
                )
            ]
        )
        table = cells.pivot(index="level", columns="model", values="cell")[counts.index]
        table.columns = [f"{model}, {count} seeds" for model, count in counts.items()]
        parts.append(f"### {title}\n\n{to_markdown(table.reset_index())}")
    return "\n".join(parts)
