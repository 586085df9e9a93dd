"""Rendered people to remember by: on them the network should go on answering what it answered before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from poseapp.core.errors import BadInputError, CancelledError
from poseapp.training.pack import Pack, read_pack, write_pack
from poseapp.training.render.people import random_person

FILE = "replay.npz"
_SEED = 9_000_000  # of the first: none that the shipped network was trained on


def rendered_people(count: int, keypoints: int, file: Path, *, cancel: Callable[[], bool] = lambda: False) -> Pack:
    """Return pictures of people of whom nothing is known but where they are; a second call reads them from the file.

    Args:
        count: How many.
        keypoints: Of the network's skeleton, all unknown.
        file: Where they are kept.

    Raises:
        CancelledError: `cancel` said so.
    """
    pack = _read(file)
    if pack is None or len(pack) < count:
        made = []
        for seed in range(_SEED, _SEED + count):
            if cancel():
                raise CancelledError
            made.append(random_person(seed))
        pack = Pack(tuple(picture for picture, _ in made), np.stack([points for _, points in made]))
        write_pack(file, pack, quality=90)
    pack = pack.subset(0, count)
    unknown = np.full((len(pack), keypoints, 2), np.nan, np.float32)
    return replace(pack, keypoints=unknown, about=pack.keypoints)


def _read(file: Path) -> Pack | None:
    try:
        return read_pack(file) if file.exists() else None
    except BadInputError:
        return None
