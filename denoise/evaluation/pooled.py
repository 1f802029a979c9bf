"""Several trainings of a model as one method: their mean, and how sure that is."""

from pathlib import Path

import numpy as np
import pandas as pd

from denoise.evaluation.measured import PRECISION, SCORES, read_levels, read_measured
from denoise.evaluation.paired import mean_over_trainings
from denoise.io.errors import InputError
from denoise.io.parameters.studies import Studies

LEVEL = ["level", "blur", "amplitude", "kind"]


def pool_trainings(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per level for a model that was trained once or more.

    Parameters
    ----------
    table : pandas.DataFrame
        A row per training and level, as `denoise.evaluation.measured.read_measured` returns it,
        with the columns of a level and one ``method``.

    Returns
    -------
    pandas.DataFrame
        The columns of a level, ``method``, ``trainings``, ``images``, the mean of every figure with
        the ends of its 95 % interval, and ``scores``, (trainings, images). Of several trainings
        the interval is over test images and over trainings; of one it is over test images alone.
    """
    rows = []
    for _, trainings in table.groupby("level", sort=False):
        first, scores = trainings.iloc[0], np.stack(list(trainings[SCORES]))
        row = {name: first[name] for name in [*LEVEL, "method"]}
        row |= {"trainings": len(trainings), "images": first["images"]}
        for figure in [name for name in PRECISION if name in table]:
            ends = first[[f"{figure}_low", f"{figure}_high"]]
            if len(trainings) > 1:
                _, *ends = mean_over_trainings(scores, figure)
            low, high = ends
            row[figure] = trainings[figure].mean()
            row |= {f"{figure}_low": low, f"{figure}_high": high}
        rows.append(row | {SCORES: scores})
    return pd.DataFrame(rows)


def read_compared(
    studies: Studies, own: Path, filters: Path, others: Path, joined: Path
) -> pd.DataFrame:
    """Read the pipeline's own model, other networks, ensembles and the filters, side by side.

    Parameters
    ----------
    studies : Studies
        Which levels, networks and ensembles there are.
    own, filters : Path
        Folders of tables, one per level: of the own model and of what is not trained.
    others : Path
        A folder of tables, one per network, of all its trainings but the pipeline's own.
    joined : Path
        A folder of tables, one per ensemble, which say how many ``weights`` it has.

    Returns
    -------
    pandas.DataFrame
        As `pool_trainings` returns it, level by level: the networks, the ensembles, then the rest.
        ``weights`` is missing of all but the ensembles.

    Raises
    ------
    InputError
        When two methods have the same name, or a table is missing.
    """
    levels = studies.pipeline.levels
    tables = [read_levels(levels, own)]
    first, *_ = names = list(studies.networks())
    for name in names:
        path = others / f"{name}.csv"
        if name != first or path.exists():
            tables.append(read_measured(path))
    trainings = pd.concat(tables, ignore_index=True)
    models = [pool_trainings(rows) for _, rows in trainings.groupby("method", sort=False)]
    columns = models[0].columns
    ensembles = [
        read_measured(joined / f"{name}.csv").assign(trainings=1)[[*columns, "weights"]]
        for name in studies.joined
    ]
    rest = read_levels(levels, filters).assign(trainings=1)[columns]
    table = pd.concat([*models, *ensembles, rest]).sort_values(
        "level", kind="stable", ignore_index=True
    )
    twice = table.loc[table.duplicated(["level", "method"]), "method"]
    if len(twice):
        raise InputError(
            f"two methods are called {twice.iloc[0]!r}: give trainings.networks/{twice.iloc[0]} in"
            " studies/params.yaml another name"
        )
    return table
