"""Pictures cut out of clips, in one file and known by what they show, so that none is decoded twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.types import Float64, frozen_arrays
from poseapp.training.pack import UInt8


@dataclass(frozen=True)
class Cut:
    """A picture (h, w, 3) cut out of another, and the map (2, 3) from the px of that one to its own."""

    image: UInt8
    to_cut: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


class CutStore:
    """Cuts by key. A file that is missing or broken is an empty one: it holds nothing that cannot be made again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cuts = _read(path)
        self._saved = frozenset(self._cuts)

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Return the keys that have no cut."""
        return [key for key in keys if key not in self._cuts]

    def get(self, key: str) -> Cut:
        """Return a cut. Raises KeyError where there is none."""
        return self._cuts[key]

    def add(self, key: str, cut: Cut) -> None:
        """Take a cut in."""
        self._cuts[key] = cut

    def save(self, keys: Sequence[str]) -> None:
        """Write the cuts of some keys, and let go of all others; nothing is written where nothing changed.

        Raises:
            BadInputError: Nothing can be written there.
        """
        self._cuts = {key: self._cuts[key] for key in dict.fromkeys(keys) if key in self._cuts}
        if not self._cuts or frozenset(self._cuts) == self._saved:
            return
        cuts = list(self._cuts.values())
        arrays: dict[str, Any] = {  # savez takes no typed mapping
            "keys": np.array(list(self._cuts)),
            "shapes": np.array([cut.image.shape[:2] for cut in cuts], np.int64),
            "to_cut": np.stack([cut.to_cut for cut in cuts]),
            "pixels": np.concatenate([cut.image.reshape(-1) for cut in cuts]),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(self._path) as temporary:
            np.savez(temporary, **arrays)
        self._saved = frozenset(self._cuts)


def _read(path: Path) -> dict[str, Cut]:
    try:
        with path.open("rb") as file, np.load(file) as data:
            keys, shapes, to_cut, pixels = (data[name] for name in ("keys", "shapes", "to_cut", "pixels"))
        parts = np.split(pixels, np.cumsum(shapes.prod(axis=1) * 3)[:-1])
        return {
            str(key): Cut(part.reshape(h, w, 3), matrix)
            for key, part, (h, w), matrix in zip(keys, parts, shapes, to_cut, strict=True)
        }
    except (OSError, KeyError, ValueError, EOFError, BadZipFile):
        return {}
