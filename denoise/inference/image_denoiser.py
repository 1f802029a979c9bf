"""Denoising the images of a file, a block at a time, and measuring what that did."""

import numpy as np
from tqdm import tqdm

from denoise.inference.api import denoise_pictures, pictures_with_half_widths
from denoise.inference.contact_sheets import PAIRS, Sheets
from denoise.inference.denoiser import Model, Size
from denoise.inference.model_choice import ModelChoice
from denoise.inference.outcome import Outcome, first_band
from denoise.inference.photographs import looks_like_photograph
from denoise.inference.preparation import Prepared, prepare
from denoise.inference.reading import DigitReader

MIDDLE = 128  # pixels a side of what a sheet shows of a picture of any size


class ImageDenoiser:
    """Denoises blocks of images; the first block of a file decides on the model of that file.

    ``size`` is the height and width that images are brought to; None where any are taken.

    Parameters
    ----------
    choice : ModelChoice
        Of the model.
    reader : DigitReader or None
        Reads digits of that size; None where there is none.
    sheets : Sheets or None
        Takes before and after, or None.
    progress : tqdm
        A bar that counts images, with one for every picture in its total; what more files turn out
        to hold is added.
    fit, invert : bool
        See `denoise.inference.api.denoise_images`.
    uncertainty : bool
        Say how far off each pixel may be.
    """

    def __init__(
        self,
        choice: ModelChoice,
        reader: DigitReader | None,
        sheets: Sheets | None,
        progress: tqdm,
        *,
        fit: bool,
        invert: bool,
        uncertainty: bool,
    ) -> None:
        self.size: Size | None = choice.size
        self.invert, self.uncertainty = invert, uncertainty
        self._choice, self._reader, self._sheets, self._fit = choice, reader, sheets, fit
        self._progress = progress
        self.start_file()

    def start_file(self) -> None:
        """Forget the model of the last file."""
        self._model: Model | None = None
        self._name = ""  # of the model
        self._shown = 0  # images of the file that the sheets have

    def expect(self, images: int) -> None:
        """Add images to the total of the progress bar."""
        self._progress.total += images

    def __call__(
        self, images: np.ndarray, outcome: Outcome
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Denoise images.

        Parameters
        ----------
        images : (n, height, width) float32 array
            Grey values.
        outcome : Outcome
            Of the file they are from, to which they are added.

        Returns
        -------
        denoised : (n, height, width) float32 array
        half_widths : such an array or None
            How far off each pixel may be, where that was asked for.

        Raises
        ------
        InputError
            When images cannot be brought to the size, or the model cannot take them.
        """
        prepared = self._prepared(images, outcome.images)
        noisy = prepared.images
        if self.size and self.size != images.shape[1:] and outcome.images == 0:
            outcome.photograph = looks_like_photograph(images[0])
        if self._model is None:
            self._name, self._model = self._choice.model_for(first_band(noisy))
        denoised, half_widths = self._denoised(noisy, self._model)
        self._show(noisy, denoised)
        outcome.model = self._name
        outcome.told_noise, outcome.told_kind = self._choice.told_noise, self._choice.told_kind
        outcome.add_preparation(prepared)
        outcome.add_given(images)
        outcome.add_images(noisy, denoised)
        if self.uncertainty:
            outcome.coverage = self._model.intervals.coverage
        if self._reader:
            is_ensemble = self._model.intervals is not None
            outcome.add_readings(self._reader(denoised, is_ensemble))
        self._progress.update(len(images))
        return denoised, half_widths

    def _prepared(self, images: np.ndarray, first: int) -> Prepared:
        """Return images as the model takes them."""
        if self.size:
            return prepare(images, self.size, fit=self._fit, invert=self.invert, first=first)
        return Prepared(1 - images, ["inverted"]) if self.invert else Prepared(images, [])

    def _denoised(self, noisy: np.ndarray, model: Model) -> tuple[np.ndarray, np.ndarray | None]:
        if self.uncertainty and self.size:
            return model.with_half_widths(noisy)
        if self.uncertainty:
            return pictures_with_half_widths(noisy, model)
        return (model(noisy) if self.size else denoise_pictures(noisy, model)), None

    def _show(self, noisy: np.ndarray, denoised: np.ndarray) -> None:
        """Put the first images of a file on the sheets."""
        if self._sheets and self._shown < PAIRS:
            pair = (noisy[:PAIRS], denoised[:PAIRS])
            self._sheets.add(*(pair if self.size else map(_middle, pair)))
            self._shown += len(noisy)


def _middle(images: np.ndarray) -> np.ndarray:
    """Return the middle of images, at most `MIDDLE` pixels a side."""
    top, left = (max(0, side - MIDDLE) // 2 for side in images.shape[1:])
    return images[:, top : top + MIDDLE, left : left + MIDDLE]
