"""The tables of how sure readings are, and of the errors left when the least sure are refused."""

import pandas as pd

from denoise.reporting.result_tables import to_markdown
from denoise.uncertainty.confidence import ReadingCalibration
from denoise.uncertainty.reading_calibration import REFUSED


def readings_as_markdown(
    results: pd.DataFrame, calibration: ReadingCalibration, wrong: float
) -> str:
    """Write both tables, and what was calibrated.

    Parameters
    ----------
    results : pandas.DataFrame
        Columns ``level``, ``method`` and the figures of
        `denoise.uncertainty.reading_calibration.measure_readings`.
    calibration : ReadingCalibration
        What they were read by.
    wrong : float
        The share of readings that the least confidence was to let be wrong.
    """
    kinds = {"the ensemble": calibration.ensemble, "one network": calibration.single}
    said = "; ".join(
        f"{kind} temperature {one.temperature:g}, left out below {one.least:.2f}"
        for kind, one in kinds.items()
    )
    refused, sure = [], []
    for _, row in results.iterrows():
        first = {"noise": row["level"], "model": row["method"]}
        errors = {f"wrong, {share} % refused": f"{row[f'wrong_{share}']:.3f}" for share in REFUSED}
        refused.append(first | errors)
        sure.append(
            first
            | {"read right": f"{row['right']:.3f}", "mean confidence": f"{row['confidence']:.3f}"}
            | {"calibration error": f"{row['calibration_error']:.3f}"}
            | {"left out": f"{row['left_out']:.3f}", "wrong of the rest": _share(row)}
        )
    everywhere = results.groupby("method")["level"].transform("nunique") > 1
    compared = [line for line, shown in zip(refused, everywhere, strict=True) if shown]
    return "\n".join(
        [
            f"Calibrated for at most {wrong:.0%} wrong of what is read: {said}.\n",
            "### Errors that remain when the least sure are refused\n",
            to_markdown(pd.DataFrame(compared), words=2),
            "### How sure, and how often right\n",
            to_markdown(pd.DataFrame(sure), words=2),
        ]
    )


def _share(row: pd.Series) -> str:
    return "–" if pd.isna(row["wrong_of_given"]) else f"{row['wrong_of_given']:.3f}"
