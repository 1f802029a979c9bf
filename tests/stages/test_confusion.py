"""The confusion matrix counts what was read as what."""

import numpy as np

from stages.confusion import as_rows, count


def test_rows_are_digits_and_columns_what_they_are_read_as():
    labels, read_as = np.array([3, 3, 3, 8]), np.array([3, 3, 8, 8])
    counts = count(labels, np.eye(10)[read_as])
    assert counts.sum() == 4
    assert (counts[3, 3], counts[3, 8], counts[8, 8]) == (2, 1, 1)
    table = as_rows("1-faint", counts).set_index("digit")
    assert table.loc[3, "legibility"] == 2 / 3
    assert table.loc[3, "read_as_8"] == 1
    assert table.loc[0, "legibility"] == 0
