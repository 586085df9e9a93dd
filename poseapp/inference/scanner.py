"""A patient search for persons who are not in the picture yet, or were lost: a few crops in every frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Box
from poseapp.inference.finder import (
    Found,
    complete,
    confirm,
    look,
    refine,
    scan_boxes,
)
from poseapp.inference.merit import PERSON, PRESENT, PROMISING
from poseapp.inference.motion import propose_moving
from poseapp.inference.network import Network
from poseapp.inference.survey import ZOOMS, survey

UInt8 = npt.NDArray[np.uint8]

_MOTION_EVERY = 4  # frames between looks at what moved
_EAGER_FRAMES = 90  # so long after a loss every frame is searched, then one in four
_SLOW_STEP = 4
_SURVEY_EVERY, _SURVEY_AT = 4, 2  # frames between looks at the whole picture while others are followed
_KNOWN_SHARE = 0.5  # of the keypoints within a known person's box: the find is that person


class Scanner:
    """Looks for persons besides the known ones at a bounded cost a frame.

    What moved comes first, then the crops of a full search in turn, so that a person who enters and stands still is
    found, too. A network that takes pictures of any size looks at the whole picture instead, at one zoom at a time.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._boxes: list[Box] = []
        self._next = 0
        self._age = 0
        self._frame = 0
        self._recent: list[UInt8] = []

    def watch(self, rgb: UInt8) -> None:
        """Take note of a frame; call for every frame so that motion can be seen."""
        self._frame += 1
        self._recent = [*self._recent[-2:], rgb]

    def hurry(self) -> None:
        """Search every frame again: somebody was just lost."""
        self._age = 0

    def search(self, rgb: UInt8, known: Sequence[Box], *, budget: int) -> list[Found]:
        """Return at most one person of `rgb` outside the boxes of known ones, having looked at about `budget` crops."""
        self._age += 1
        if self._age > _EAGER_FRAMES and self._frame % _SLOW_STEP:
            return []
        boxes = self._pick(rgb, known, budget)
        seen = [item for item in look(self._network, rgb, boxes) if item.merit >= PROMISING]
        fresh = [item for item in seen if not is_known(item, known)]
        if not fresh:
            return []
        best = refine(self._network, rgb, max(fresh, key=lambda item: item.merit))
        if best.merit < PERSON:
            return []
        best = complete(self._network, rgb, best)
        if is_known(best, known) or not confirm(self._network, rgb, best):
            return []
        return [best]

    def _pick(self, rgb: UInt8, known: Sequence[Box], budget: int) -> list[Box]:
        picked: list[Box] = []
        if len(self._recent) > 1 and self._frame % _MOTION_EVERY == 0:
            moving = propose_moving(self._recent[-1], self._recent[0])
            picked = [box for box in moving if not any(k.contains(*box.centre) for k in known)][:budget]
        if self._network.any_size:
            free = budget - len(picked)
            return picked + (self._survey(rgb, known)[:free] if free else [])
        if not self._boxes:
            self._boxes = scan_boxes(rgb.shape[1], rgb.shape[0])
        for _ in range(budget - len(picked)):
            picked.append(self._boxes[self._next % len(self._boxes)])
            self._next += 1
        return picked

    def _survey(self, rgb: UInt8, known: Sequence[Box]) -> list[Box]:
        """Look at the whole picture at the next zoom; beside people who are followed, in one frame of a few."""
        if known and self._frame % _SURVEY_EVERY != _SURVEY_AT:  # not when it is the turn of what moved
            return []
        self._next += 1
        seen = survey(self._network, rgb, ZOOMS[self._next % len(ZOOMS)])
        return [box for box in seen if not any(k.contains(*box.centre) for k in known)]


def is_known(found: Found, known: Sequence[Box]) -> bool:
    """Tell whether most present keypoints of a find lie within one known person's box."""
    present = found.xy[np.nan_to_num(found.peak, nan=0.0) >= PRESENT]
    if not len(present):
        return True
    return any(np.mean([box.contains(x, y) for x, y in present.tolist()]) > _KNOWN_SHARE for box in known)
