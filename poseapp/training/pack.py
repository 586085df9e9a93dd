"""Decoded person pictures with keypoints, held in one file so that training never waits for a codec."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float32
from poseapp.training.labelled import UInt8 as UInt8
from poseapp.training.readers import lsp
from poseapp.training.readers.pictures import decode_image, encode_webp, read_all_of_zip

OUTSIDE = -1e3  # px, both coordinates of a keypoint that is known not to be in the picture
_OPTIONAL = ("weights", "about")


@dataclass(frozen=True)
class Pack:
    """N pictures of one person each, or of nobody.

    Attributes:
        images: N arrays (H, W, 3) uint8 RGB of any size.
        keypoints: (N, K, 2) picture px; NaN = not known, which no loss may punish; all `OUTSIDE` = nobody is there, and
            every heatmap should be empty; some `OUTSIDE` = those are not in the picture.
        weights: (N, K) what each known keypoint counts in the loss; None: all of them 1.
        about: (N, K, 2) px, what crops are placed about, where the known keypoints are too few to tell where a person
            is; None: the keypoints.
    """

    images: tuple[UInt8, ...]
    keypoints: Float32
    weights: Float32 | None = None
    about: Float32 | None = None

    def __len__(self) -> int:
        return len(self.images)

    def subset(self, start: int, stop: int) -> Pack:
        """Return the pictures start .. stop."""
        return Pack(
            self.images[start:stop], self.keypoints[start:stop], *(_rows(x, slice(start, stop)) for x in self._of)
        )

    def chosen(self, keep: npt.NDArray[np.bool_]) -> Pack:
        """Return the pictures where `keep` (N,) holds."""
        index = np.flatnonzero(keep)
        images = tuple(self.images[i] for i in index)
        return Pack(images, self.keypoints[index], *(_rows(x, index) for x in self._of))

    @property
    def _of(self) -> tuple[Float32 | None, Float32 | None]:
        return self.weights, self.about

    def widened(self, keypoints: int) -> Pack:
        """Return the same pictures for a skeleton of more keypoints that begins as this one: the others are NaN.

        Where nobody is, the others are `OUTSIDE`, too.
        """
        count, own = self.keypoints.shape[:2]
        if own >= keypoints:
            return self
        more = np.full((count, keypoints - own, 2), np.nan, np.float32)
        more[(self.keypoints == OUTSIDE).all(axis=(1, 2))] = OUTSIDE
        weights = self.weights
        if weights is not None:
            weights = np.concatenate([weights, np.ones((count, keypoints - own), np.float32)], axis=1)
        return Pack(self.images, np.concatenate([self.keypoints, more], axis=1), weights, self.about)


def _rows(values: Float32 | None, index: npt.NDArray[np.intp] | slice) -> Float32 | None:
    return None if values is None else values[index]


def write_pack(path: Path, pack: Pack, *, quality: int = 0) -> None:
    """Write a pack, whole or not at all: pictures end to end, their shapes, the keypoints.

    Args:
        quality: Of lossy WebP, 1 to 100: a tenth of the size; 0 stores the pixels, which are read faster.
    """
    shapes = np.array([image.shape[:2] for image in pack.images], dtype=np.int32)
    arrays: dict[str, Any] = {"shapes": shapes, "keypoints": pack.keypoints}  # savez takes no typed mapping
    arrays |= {name: value for name in _OPTIONAL if (value := getattr(pack, name)) is not None}
    if quality:
        files = [encode_webp(image, quality) for image in pack.images]
        arrays["lengths"] = np.array([len(file) for file in files], dtype=np.int64)
        arrays["files"] = np.concatenate(files)
    else:
        arrays["pixels"] = np.concatenate([image.reshape(-1) for image in pack.images])
    with atomic_path(path) as temporary:
        np.savez(temporary, **arrays)


def read_pack(path: Path) -> Pack:
    """Read what `write_pack` wrote. Raises BadInputError where the file is missing or not a pack."""
    try:
        with np.load(path) as data:
            shapes, keypoints = data["shapes"], data["keypoints"].astype(np.float32)
            stored = data["files"] if "files" in data else data["pixels"]
            lengths = data["lengths"] if "files" in data else shapes.astype(np.int64).prod(axis=1) * 3
            encoded = "files" in data
            more = [data[name].astype(np.float32) if name in data else None for name in _OPTIONAL]
    except (OSError, KeyError, ValueError) as error:
        raise BadInputError(f"not a pack of training pictures ({error})", where=str(path)) from error
    parts = np.split(stored, np.cumsum(lengths)[:-1])
    if encoded:
        return Pack(tuple(decode_image(part.tobytes(), where=str(path)) for part in parts), keypoints, *more)
    return Pack(tuple(part.reshape(h, w, 3) for part, (h, w) in zip(parts, shapes, strict=True)), keypoints, *more)


def read_lspet(folder: Path, keypoints: int) -> Pack:
    """Read Leeds Sports Pose Extended, whole pictures.

    Its 14 joints come first in a skeleton of `keypoints` >= 14 points; the rest and the unlabelled are NaN.

    Raises:
        BadInputError: It is not there, or broken.
    """
    labelled = lsp.read_lspet(folder)
    xy = np.full((len(labelled), keypoints, 2), np.nan, np.float32)
    xy[:, : lsp.K] = labelled.keypoints
    return Pack(tuple(labelled.read_picture(n) for n in range(labelled.n_pictures)), xy)


def read_unlabelled(path: Path, keypoints: int) -> tuple[Pack, list[str]]:
    """Read every picture of a zip file without keypoints; returns the pack and the file names.

    Raises:
        BadInputError: The zip file or a picture in it is missing or broken.
    """
    read_picture, names = read_all_of_zip(path)
    images = tuple(read_picture(n) for n in range(len(names)))
    return Pack(images, np.full((len(images), keypoints, 2), np.nan, np.float32)), names
