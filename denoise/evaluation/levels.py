"""Images corrupted at one noise level, or noisy as they came: what every method is given alike."""

import numpy as np

from denoise.corruption.corrupt import corrupt
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN, Level
from denoise.seeding import seed_sequence


def corrupt_at_level(
    images: np.ndarray | None,
    level: Level,
    seed: int,
    name: str,
    given: np.ndarray | None = None,
) -> np.ndarray:
    """Corrupt all images with the same blur and noise amplitude.

    At a level of kind ``given``, return the noisy pictures that came with them.

    Parameters
    ----------
    images : (n, height, width) uint8 array or None
        None where nobody has clean images; then all noisy pictures are returned.
    level : Level
        The strength.
    seed : int
        The pipeline's seed.
    name : str
        Of the random stream, such as ``"test/3-medium"``; image ``i`` gets the same noise in every
        call with this name, however many images there are.
    given : (copies, n or more, height, width) uint8 array or None
        The noisy pictures that came with the images, and with more after them; None where none did.

    Returns
    -------
    (n, height, width) float32 array, not clipped

    Raises
    ------
    InputError
        When the level is of kind ``given``, and no noisy pictures came with the images; when it is
        of another kind, and there are no clean images.
    """
    if level.kind == GIVEN:
        if given is None:
            raise InputError(
                f"the level of {name!r} is of kind 'given' in params.yaml, and the data set came"
                " with no noisy pictures: name another kind, or a data set of the format pairs"
            )
        count = None if images is None else len(images)
        return given[0, :count].astype(np.float32) / np.float32(255)
    if images is None:
        raise InputError(
            f"the level of {name!r} is of kind {level.kind!r} in params.yaml, and the data set has"
            " no clean pictures to add noise to: leave it out, or write {blur: 0.0, amplitude: 0.0,"
            " kind: given}"
        )
    stream = seed_sequence(seed, name)
    blur, amplitude = (level.blur, level.blur), (level.amplitude, level.amplitude)
    noisy, _, _ = corrupt(images, blur, amplitude, stream, kind=level.kind)
    return noisy
