"""matplotlib as all figures use it: it draws to files, and no setting of the user's counts."""

from denoise.io.matplotlib_log import silence_matplotlib

silence_matplotlib()

import matplotlib  # noqa: E402

matplotlib.use("Agg")  # draws to files, also where there is no screen

import matplotlib.pyplot as plt  # noqa: E402

matplotlib.rcdefaults()  # and none of a user's matplotlibrc

__all__ = ["plt"]
