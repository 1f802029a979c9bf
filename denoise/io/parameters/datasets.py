"""datasets.yaml: the data sets there are, what each is made of, and whose it is."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, RootModel, model_validator

from denoise.io.errors import InputError
from denoise.io.parameters.reading import read_checked
from denoise.io.parameters.sections import Count, Name, Section

Sides = Annotated[list[Count], Field(min_length=2, max_length=2)]  # height and width, pixels
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class About(Section):
    """Whose a data set is: its citation, and addresses of its licence and of its home.

    ``origin`` says where its images come from, and so what they stand for; the model card has it.
    """

    citation: str
    license: str
    url: str
    origin: str | None = None


class IdxFile(Section):
    """One IDX file: its name without ``.gz``, its shape, and a SHA-256.

    ``sha256`` is that of the unpacked bytes, which all mirrors share however they pack them;
    ``sha256_gz`` that of the packed ones, for sets of which no other is published.
    """

    name: str
    shape: Annotated[list[Count], Field(min_length=1)]
    sha256: Digest | None = None
    sha256_gz: Digest | None = None

    @model_validator(mode="after")
    def _one_digest(self) -> "IdxFile":
        if (self.sha256 is None) == (self.sha256_gz is None):
            raise ValueError("needs either sha256, of the unpacked file, or sha256_gz")
        return self


class IdxFiles(Section):
    """The files of a data set; labels may be missing."""

    train_images: IdxFile
    train_labels: IdxFile | None = None
    test_images: IdxFile
    test_labels: IdxFile | None = None


class IdxDataset(Section):
    """IDX files, found in the first of the sources that has the right ones."""

    format: Literal["idx"]
    sources: Annotated[list[str], Field(min_length=1)]
    files: IdxFiles
    about: About | None = None


class DigitsDataset(Section):
    """The digits that scikit-learn brings."""

    format: Literal["scikit-learn"]
    about: About | None = None


class Cut(Section):
    """What pictures are cut into: patches of ``patch`` pixels, height and width.

    From one patch of a picture to train on to the next there are ``stride`` pixels down and to the
    right; as many as a patch has where it says nothing.
    """

    patch: Sides | None = None
    stride: Sides | None = None

    @model_validator(mode="after")
    def _stride_of_patches(self) -> "Cut":
        if self.stride and not self.patch:
            raise ValueError(
                "has a stride but no patch: add a patch, as a stride leads from one to the next"
            )
        return self


class OwnDataset(Cut):
    """One's own: an ``.npz`` file of arrays, or a folder of pictures or pairs, below ``data/own``.

    ``path`` is relative to that folder, where DVC notices every change. ``sha256`` is that of the
    file, or of all files in the folder together, see `denoise.datasets.own`.
    """

    format: Literal["npz", "pictures", "pairs"]
    path: str
    sha256: str
    about: About | None = None

    @model_validator(mode="after")
    def _patches_of_pictures(self) -> "OwnDataset":
        if self.patch and self.format == "npz":
            raise ValueError(
                "has a patch, but arrays (format: npz) are not cut into patches: remove it"
            )
        return self


class SkimageDataset(Cut):
    """Pictures that scikit-image brings in its wheel, by the names of their files, as patches.

    ``sha256`` is that of all the files together, see `denoise.datasets.picture_folders`.
    """

    format: Literal["scikit-image"]
    train: Annotated[list[str], Field(min_length=1)]
    test: Annotated[list[str], Field(min_length=1)]
    patch: Sides
    sha256: str
    about: About | None = None


Dataset = Annotated[
    IdxDataset | DigitsDataset | OwnDataset | SkimageDataset, Field(discriminator="format")
]


class Datasets(RootModel):
    """All of datasets.yaml: an entry for each name."""

    root: Annotated[dict[Name, Dataset], Field(min_length=1)]


def read_dataset(path: Path, name: str) -> Dataset:
    """Read and check datasets.yaml, and return the entry of a name.

    Raises
    ------
    InputError
        When the file is missing, no YAML or wrong, or has no such entry.
    """
    entries = read_checked(path, Datasets).root
    if name not in entries:
        raise InputError(
            f"prepare.dataset is {name!r} in params.yaml; the data sets of {path} are"
            f" {', '.join(entries)}"
        )
    return entries[name]
