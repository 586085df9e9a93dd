"""Following persons from frame to frame: P rows, each the same person as long as the pictures allow.

The next crop of a row lies about its keypoints, moved on at constant velocity; what the network reads there is given to
rows by likeness (OKS) to those predictions, so that two persons who cross do not become one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Box
from poseapp.core.types import Float32, frozen_arrays
from poseapp.inference.bystanders import Bystanders
from poseapp.inference.finder import Found, find_persons, read_box, split_estimate
from poseapp.inference.matching import assign, compute_oks, suppress_doubles
from poseapp.inference.merit import PERSON, PRESENT
from poseapp.inference.network import Network
from poseapp.inference.row import Row
from poseapp.inference.scanner import Scanner, is_known
from poseapp.inference.upright import estimate_upright

UInt8 = npt.NDArray[np.uint8]

KEEP = 0.32  # merit below which a row's keypoints are not believed
_SAME = 0.5  # OKS from which two rows hold the same person
_OWN = 0.15  # gain of a row for what its own crop shows
_CROWDED_LIKENESS = 0.35  # OKS with its prediction that a pose needs beside another person
_LEAST_OWN = 0.5  # share of a pose's keypoints that must be the row's own
_LEAST_GAIN = 0.12
_WEAK = 0.48  # smoothed merit below which a better find elsewhere takes a row over
_BETTER = 0.2  # by so much merit
_LOCAL = (1.0, 1.5, 2.2)  # scales of the boxes looked at when a row is lost
_NEW_ROW = 0.25  # gain of an unused row for a find, against rows that were lost nearby
_WIDEN_EVERY = 10  # frames between looks beyond a crop that does not show every keypoint
_COMPLETE = 0.9  # share of the keypoints present from which there is no need to
_WIDER = 1.4
_FULLER = 0.05  # gain of the mean peak for which the wider crop is taken
_SCAN = 1  # crops a frame spent on finding missing persons
_SCAN_ALONE = 4  # the same while nobody at all is followed


@dataclass(frozen=True)
class TrackedPoses:
    """One frame: xy (P, K, 2) px, score (P, K), cov (P, K, 3) px^2; a person not seen is a row of NaN."""

    xy: Float32
    score: Float32
    cov: Float32

    def __post_init__(self) -> None:
        frozen_arrays(self)


class Tracker:
    """Follows up to P persons through the frames of a clip, given in order.

    Rows keep their person: somebody who leaves and comes back near by gets the old row, a new face an unused one. A
    row not seen is NaN; it is looked for again, first where it should be, then everywhere, a few crops a frame.
    """

    def __init__(
        self, network: Network, persons: int = 1, *, boxes: tuple[Box, ...] = (), flip_test: bool = False
    ) -> None:
        """Follow `persons` people; `boxes` (image px) say where the first of them are in the first frame."""
        self._network = network
        self._flip_test = flip_test
        self._hints = boxes
        self._rows = [Row(network.spec) for _ in range(persons)]
        self._scanner = Scanner(network)
        self._bystanders = Bystanders()
        self._started = False
        self._frame = 0

    @property
    def boxes(self) -> tuple[Box | None, ...]:
        """The crop of each row as last used; None for a row that holds nobody."""
        return tuple(row.last_box if row.followed else None for row in self._rows)

    def step(self, rgb: UInt8, *, neighbour: UInt8 | None = None) -> TrackedPoses:
        """Return the poses of the next frame `rgb` (H, W, 3).

        `neighbour`, a picture just before or after, helps to find moving persons in the first frame.
        """
        self._scanner.watch(rgb)
        if not self._started:
            self._started = True
            given = self._start(rgb, neighbour)
        else:
            given = self._follow(rgb)
            self._recover(rgb, given)
            self._widen(rgb, given)
            self._search(rgb, given)
        return self._collect(given, rgb)

    def _start(self, rgb: UInt8, neighbour: UInt8 | None) -> dict[int, Found]:
        given: dict[int, Found] = {}
        for row, hint in enumerate(self._hints[: len(self._rows)]):
            given[row] = read_box(self._network, rgb, hint)
        missing = [row for row in range(len(self._rows)) if row not in given]
        if missing and len(self._hints) < len(self._rows):
            known = [found.box for found in given.values()]
            count = len(self._rows)
            found = find_persons(self._network, rgb, count, previous_rgb=neighbour)
            fresh = [item for item in found if not is_known(item, known)]
            given.update(zip(missing, fresh, strict=False))
        return given

    def _follow(self, rgb: UInt8) -> dict[int, Found]:
        """Read every followed row's crop and give what is there to the rows it fits best."""
        rows = [i for i, row in enumerate(self._rows) if row.followed]
        boxes = [self._rows[i].predict_box() for i in rows]
        seen = self._look(rgb, boxes)
        poses = np.stack([item.xy for item in seen]) if seen else np.empty((0, 0, 2), np.float32)
        good = [c for c, item in enumerate(seen) if item.merit >= (KEEP if self._rows[rows[c]].seen else PERSON)]
        if not good:
            return {}
        sigmas = self._network.spec.skeleton.sigmas
        merits = [seen[c].merit for c in good]
        good = [good[c] for c in suppress_doubles(poses[good], merits, sigmas, limit=_SAME)]
        predicted = np.stack([self._rows[i].predict_xy() for i in rows])
        gain = compute_oks(predicted, poses[good], sigmas)
        for r, i in enumerate(rows):
            if self._beside(i):  # a pose made of two persons' limbs is like neither
                gain[r] = np.where(gain[r] >= _CROWDED_LIKENESS, gain[r], 0.0)
        for column, c in enumerate(good):
            gain[c, column] += 0.0 if self._beside(rows[c]) else _OWN
        given = {rows[r]: seen[good[c]] for r, c in assign(gain, least=_LEAST_GAIN)}
        return self._give_back(given)

    def _give_back(self, given: dict[int, Found]) -> dict[int, Found]:
        """Take from each row the keypoints that are rather those of a person beside it."""
        result: dict[int, Found] = {}
        for i, found in given.items():
            row = self._rows[i]
            own = row.without_stolen(found, self._beside(i))
            if np.isfinite(own.peak).mean() >= _LEAST_OWN * np.isfinite(found.peak).mean():
                result[i] = own
        return result

    def _recover(self, rgb: UInt8, given: dict[int, Found]) -> None:
        """Look again, wider, about rows lost in this very frame."""
        for i, row in enumerate(self._rows):
            if i in given or not row.seen or self._beside(i):
                continue
            self._scanner.hurry()
            boxes = [row.predict_box().shaped(*self._network.spec.input_size, scale) for scale in _LOCAL[1:]]
            known = [found.box for found in given.values()]
            fresh = [item for item in self._look(rgb, boxes) if item.merit >= PERSON and not is_known(item, known)]
            if fresh:
                given[i] = max(fresh, key=lambda item: item.merit)

    def _widen(self, rgb: UInt8, given: dict[int, Found]) -> None:
        """Look now and then whether what a crop does not show lies just outside it: feet that came into the picture."""
        self._frame += 1
        for i, found in given.items():
            due = (self._frame + i) % _WIDEN_EVERY == 0
            if not due or (np.nan_to_num(found.peak, nan=0.0) >= PRESENT).mean() > _COMPLETE:
                continue
            [wider] = self._look(rgb, [found.box.shaped(*self._network.spec.input_size, _WIDER)])
            if wider.fullness > found.fullness + _FULLER and wider.merit >= found.merit - _FULLER:
                given[i] = wider

    def _search(self, rgb: UInt8, given: dict[int, Found]) -> None:
        """Spend a few crops on persons who are missing."""
        missing = [i for i in range(len(self._rows)) if i not in given]
        weak = [i for i in given if self._rows[i].merit < _WEAK]
        if not missing:
            self._bystanders.clear()
            if not weak:
                return
        known = [found.box for i, found in given.items() if i not in weak]
        for found in self._scanner.search(rgb, known, budget=_SCAN if known else _SCAN_ALONE):
            if missing:
                fitting = [i for i in missing if self._bystanders.may_be(self._rows[i], found)]
                if fitting:
                    given[self._row_for(found, fitting)] = found
            elif weak and found.merit > given[weak[0]].merit + _BETTER:
                given[weak[0]] = found
                self._rows[weak[0]].replace(found)

    def _row_for(self, found: Found, missing: list[int]) -> int:
        gains = {i: self._rows[i].nearness(found) if self._rows[i].used else _NEW_ROW for i in missing}
        return max(gains, key=lambda i: gains[i])

    def _beside(self, i: int) -> list[Row]:
        """Return the other rows whose persons stand so near to row i's that limbs may be confused."""
        row = self._rows[i]
        others = [other for other in self._rows if other is not row and other.followed] if row.followed else []
        return [other for other in others if row.beside(other)]

    def _look(self, rgb: UInt8, boxes: list[Box]) -> list[Found]:
        if not boxes:
            return []
        return split_estimate(estimate_upright(self._network, rgb, boxes, flip_test=self._flip_test), boxes)

    def _collect(self, given: dict[int, Found], rgb: UInt8) -> TrackedPoses:
        p, k = len(self._rows), self._network.spec.skeleton.n_keypoints
        xy = np.full((p, k, 2), np.nan, np.float32)
        score = np.full((p, k), np.nan, np.float32)
        cov = np.full((p, k, 3), np.nan, np.float32)
        crowded = [bool(self._beside(i)) for i in range(p)]
        for i, row in enumerate(self._rows):
            found = given.get(i)
            if found is None:
                row.miss(rgb.shape[1], rgb.shape[0], crowded=crowded[i])
                continue
            row.accept(found, crowded=crowded[i])
            xy[i], score[i], cov[i] = found.xy, found.score, found.cov
        return TrackedPoses(xy, score, cov)
