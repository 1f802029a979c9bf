"""How many updates trainings take that differ in their recipe alone."""

from collections.abc import Collection

import pandas as pd

from denoise.reporting.result_tables import to_markdown

LOSSES = (
    ("loss", "training pairs"),
    ("val_noisy_loss", "test images, noisy"),
    ("val_loss", "test images, clean"),
)
TOLD = (*LOSSES, ("lowest_noisy_loss", "noisy, lowest so far"))


def convergence(
    curves: pd.DataFrame, reference: str, passing: Collection[int] = ()
) -> pd.DataFrame:
    """Return where each model's training ends, and when the reference was as good as that.

    A model that was trained with several seeds is told by the mean of its curves.

    Parameters
    ----------
    curves : pandas.DataFrame
        A row per training and epoch: ``method``, ``recipe``, ``seed``, ``updates`` since the start,
        and the losses, in nats per pixel.
    reference : str
        The method that the others are compared with.
    passing : collection of int
        Numbers of updates, to return also where each training stood after them.

    Returns
    -------
    pandas.DataFrame
        A row per model for each of ``passing`` that an epoch of it ends with, and one for its end:
        ``method``, ``recipe``, ``trainings``, ``updates``, the losses, ``lowest_noisy_loss`` of all
        epochs until then, on noisy test images, ``reference_updates``, after which the reference's
        is first at or below that (missing where it never is), and ``reference_reached``, how many
        of the reference's trainings ever are. The lowest, for the loss of a training whose
        learning rate never falls goes up and down to its end.
    """
    means = mean_curves(curves)
    means = means.assign(lowest_noisy_loss=means.groupby("method")["val_noisy_loss"].cummin())
    last = ~means.duplicated("method", keep="last")
    stands = means[last | means["updates"].isin(passing)]
    own = means[means["method"] == reference]
    matched = [
        own["updates"][own["val_noisy_loss"] <= loss].min() for loss in stands["lowest_noisy_loss"]
    ]
    of_seeds = curves[curves["method"] == reference].groupby("seed")["val_noisy_loss"].min()
    reached = [(of_seeds <= loss).sum() for loss in stands["lowest_noisy_loss"]]
    stands = stands.assign(reference_updates=pd.array(matched, "Int64"), reference_reached=reached)
    columns = ["method", "recipe", "trainings", "updates", *dict(TOLD)]
    return stands[[*columns, "reference_updates", "reference_reached"]]


def mean_curves(curves: pd.DataFrame) -> pd.DataFrame:
    """Return one curve per model, the mean over its trainings, and their number in ``trainings``.

    Parameters
    ----------
    curves : pandas.DataFrame
        As for `convergence`.
    """
    groups = curves.groupby(["method", "recipe", "updates"], sort=False)
    means = groups[list(dict(LOSSES))].mean()
    return means.assign(trainings=groups["seed"].nunique()).reset_index()


def convergence_as_markdown(stands: pd.DataFrame, published: pd.DataFrame, reference: str) -> str:
    """Write these as Markdown, with what the article's curves show as the last row.

    Parameters
    ----------
    stands : pandas.DataFrame
        What `convergence` returns.
    published : pandas.DataFrame
        A row per curve that can be read off the article: ``updates``, which of the losses it is,
        and between which values it ends, ``low`` and ``high``.
    reference : str
        As for `convergence`.
    """
    match, lines = f"{reference} as good after", []
    count = stands.loc[stands["method"] == reference, "trainings"].iloc[0]
    reaching = f"in how many of its {count}"
    for row in stands.itertuples():
        name = f"{row.method}, mean of {row.trainings}" if row.trainings > 1 else row.method
        line = {"model": name, "recipe": row.recipe, "updates": f"{row.updates:,}"}
        line |= {title: f"{getattr(row, loss):.4f}" for loss, title in TOLD}
        reached = row.reference_updates
        line[match] = "never" if pd.isna(reached) else f"{reached:,}"
        lines.append(line | {reaching: str(row.reference_reached)})
    for updates, rows in published.groupby("updates"):
        line = {"model": "the article's curves", "recipe": "", "updates": f"{updates:,}"}
        known = {row.loss: _between(row.low, row.high) for row in rows.itertuples()}
        line |= {title: known.get(loss, "") for loss, title in TOLD}
        lines.append(line | {match: "", reaching: ""})
    return to_markdown(pd.DataFrame(lines), words=2)


def _between(low: float, high: float) -> str:
    return f"{low:.3f}" if low == high else f"{low:.3f} to {high:.3f}"
