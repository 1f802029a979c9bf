"""Noise cut off at black or white, which estimates without clean pictures do not allow for."""

from pathlib import Path

import numpy as np

from denoise.storage.arrays import has_clean, read_noisy

# Noise of standard deviation s leaves half of the pixels of a white area exactly white, and there
# a perfect denoiser is given an error of s**2 / (2 pi) and not 0. One exactly white pixel in a
# hundred so adds 0.003 s**2 to the mean error. Of a method that takes 10 dB of the noise away,
# whose error is 0.1 s**2, that is 0.14 dB of PSNR: about where a difference begins to matter.
TOLERATED = 0.01
WORDS = {"train": "to train on", "test": "to test on"}


def tell_clipped(clean: Path) -> str | None:
    """Return a sentence about noisy pictures whose noise was cut off, None where that is no matter.

    Parameters
    ----------
    clean : Path
        What the stage prepare left. Where there are clean pictures, nothing is estimated.
    """
    if has_clean(clean):
        return None
    shares = {part: clipped_share(read_noisy(clean, part)) for part in WORDS}
    if max(shares.values()) <= TOLERATED:
        return None
    told = " and ".join(f"{share:.1%} of those {WORDS[part]}" for part, share in shares.items())
    return (
        f"Of the pixels of the noisy pictures, {told} are exactly black or white, where noise is"
        " cut off: without clean pictures, the estimates of noise and PSNR are wrong by that, so"
        " keep such pictures from touching 0 and 255"
    )


def clipped_share(noisy: np.ndarray) -> float:
    """Return the share of the pixels of (copies, n, height, width) uint8 pictures at 0 or 255."""
    images = noisy.reshape(-1, *noisy.shape[2:])  # one at a time: memory stays bounded
    clipped = sum(int(np.count_nonzero((image == 0) | (image == 255))) for image in images)
    return clipped / noisy.size
