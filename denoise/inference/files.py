"""Denoising files: pictures, page by page, and arrays."""

from pathlib import Path

import numpy as np

from denoise.datasets.pictures import Picture, read_pictures, write_pictures
from denoise.inference import array_files
from denoise.inference.array_denoiser import denoise_arrays
from denoise.inference.array_files import error_context
from denoise.inference.image_denoiser import ImageDenoiser
from denoise.inference.outcome import Outcome
from denoise.inference.outputs import Outputs, numbered_paths, uncertainty_path


class FileDenoiser:
    """Denoises file after file in the same way.

    Parameters
    ----------
    images : ImageDenoiser
        Denoises their images.
    outputs : Outputs
        Says what may be written, and takes down what was.
    """

    def __init__(self, images: ImageDenoiser, outputs: Outputs) -> None:
        self._images, self._outputs = images, outputs

    def __call__(self, source: Path, target: Path) -> Outcome:
        """Denoise the images of one file into another, or into several if it has several pages.

        Raises
        ------
        InputError
            when ``source`` cannot be read, or ``target`` may not be written; that then stays as it
            was.
        OSError
            when a disk is full or refuses; likewise.
        """
        self._images.start_file()
        if source.suffix.lower() in array_files.SUFFIXES:
            outcome = self._arrays(source, target)
        else:
            outcome = self._pictures(source, target)
        for path in (*outcome.written, *outcome.uncertainty_maps):
            self._outputs.add(path)
        return outcome

    def _arrays(self, source: Path, target: Path) -> Outcome:
        outcome = Outcome(written=[target])
        self._outputs.check(target)
        if self._images.uncertainty:
            outcome.uncertainty_maps = [uncertainty_path(target)]
            self._outputs.check(outcome.uncertainty_maps[0])
        denoise_arrays(source, self._images, outcome)
        return outcome

    def _pictures(self, source: Path, target: Path) -> Outcome:
        pages = read_pictures(source, paper=float(self._images.invert))
        outcome = Outcome(written=numbered_paths(target, len(pages)))
        if self._images.uncertainty:
            outcome.uncertainty_maps = [uncertainty_path(path) for path in outcome.written]
        for path in (*outcome.written, *outcome.uncertainty_maps):
            self._outputs.check(path)
        self._images.expect(len(pages) - 1)
        images = {}
        for number, page in enumerate(pages):
            of_page = Outcome(
                written=[outcome.written[number]],
                uncertainty_maps=outcome.uncertainty_maps[number : number + 1],
            )
            with error_context(f"page {number + 1}" if len(pages) > 1 else ""):
                images |= self._page(page, of_page)
            outcome.add_page(of_page)
        write_pictures(images)  # all, or none
        return outcome

    def _page(self, page: Picture, outcome: Outcome) -> dict[Path, np.ndarray]:
        """Return what is to be written of one page, by path."""
        outcome.add_steps([page.description])
        denoised, half_widths = self._images(page.grey[np.newaxis], outcome)
        images = {outcome.written[0]: denoised[0]}
        if half_widths is not None:
            images[outcome.uncertainty_maps[0]] = half_widths[0]
        return images
