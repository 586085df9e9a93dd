"""Persons in the picture who are not the one being looked for."""

from __future__ import annotations

import numpy as np

from poseapp.core.geometry import Box
from poseapp.inference.finder import Found
from poseapp.inference.row import Row

_START_REACH = 0.7  # of the crop's side: how far a lost person may be at once
_STEP_REACH = 0.06  # more for every frame since: some 4 m/s at 30 frames/s
_ANYONE_AFTER = 60  # frames after which a lost row takes whoever is there
_SAME_PLACE = 0.6  # of the side: a find so near to a bystander is the bystander


class Bystanders:
    """Remembers who was seen where a lost person cannot be, so that the row waits instead of changing its person."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []

    def clear(self) -> None:
        """Forget everybody: nobody is missing."""
        self._boxes = []

    def may_be(self, row: Row, found: Found) -> bool:
        """Tell whether a find may be the person of a row; one who cannot be is remembered."""
        if not row.used or row.lost > _ANYONE_AFTER:
            return True
        known = next((i for i, box in enumerate(self._boxes) if _distance(box, found.box) < _SAME_PLACE), None)
        if known is not None:
            self._boxes[known] = found.box
            return False
        if _distance(row.last_box, found.box) <= _START_REACH + _STEP_REACH * row.lost:
            return True
        self._boxes.append(found.box)
        return False


def _distance(first: Box, second: Box) -> float:
    """Return the distance of two boxes' centres over the first one's side."""
    return float(np.hypot(*np.subtract(first.centre, second.centre)) / first.width)
