"""One person's row while tracking: where it was, how it moves, where to look next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Box
from poseapp.core.types import Float32, ModelSpec
from poseapp.inference.finder import Found
from poseapp.inference.merit import PRESENT, crop_around

_VELOCITY_GAIN = 0.5  # of a new step in the smoothed velocity
_CROWDED_VELOCITY_GAIN = 0.08  # the same beside another person, whose limbs may be mistaken for one's own
_COAST_DECAY = 0.8  # a frame, of the velocity of somebody out of sight
_CROWDED_DECAY = 0.98  # the same behind another person: whoever walks on comes out on the other side
_CROWDED = 0.5  # distance of two crops' centres over their mean side
_SHRINK = 0.25  # of the way, a frame: crops grow at once and shrink slowly, so that a limb missed once stays inside
_CENTRE_GAIN = 0.7
_CROWDED_CENTRE_GAIN = 0.25
_STOLEN = 0.1  # of the crop's side: a keypoint so far from its prediction may be another person's
_MERIT_GAIN = 0.2
COAST_FRAMES = 20  # so long the crop follows a person out of sight


class Row:
    """A person followed from frame to frame.

    Attributes:
        merit: Smoothed merit of what was read; 0 before anything was.
        lost: Frames since the person was last seen; 0 = seen in the last frame.
    """

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        self._xy: Float32 | None = None
        self._velocity = np.zeros(2)
        self._box: Box | None = None
        self.merit = 0.0
        self.lost = 0

    @property
    def used(self) -> bool:
        """Whether the row ever held a person."""
        return self._box is not None

    @property
    def seen(self) -> bool:
        """Whether the person was seen in the last frame."""
        return self.used and self.lost == 0

    @property
    def followed(self) -> bool:
        """Whether the crop still follows the person."""
        return self.used and self.lost <= COAST_FRAMES

    @property
    def last_box(self) -> Box:
        """The crop where the person was last read or expected. Raises ValueError for an unused row."""
        if self._box is None:
            raise ValueError("the row holds nobody yet")
        return self._box

    def predict_box(self) -> Box:
        """Return the next frame's crop, image px."""
        box = self.last_box
        return Box(box.x + float(self._velocity[0]), box.y + float(self._velocity[1]), box.width, box.height)

    def predict_xy(self) -> Float32:
        """Return where the keypoints (K, 2) should be in the next frame."""
        if self._xy is None:
            raise ValueError("the row holds nobody yet")
        return np.asarray(self._xy + self._velocity, np.float32)

    def accept(self, found: Found, *, crowded: bool = False) -> None:
        """Move on to what was read in this frame; `crowded` beside another person."""
        present = (np.nan_to_num(found.peak, nan=0.0) >= PRESENT)[:, None]
        xy = np.where(present, found.xy, np.nan).astype(np.float32)
        raw = crop_around(found.xy, found.peak, self._spec) or found.box
        if self._xy is None or self._box is None or self.lost > COAST_FRAMES:
            self._velocity = np.zeros(2)
            self._box, self._xy, self.merit = raw, xy, found.merit
        else:
            gain = _CROWDED_VELOCITY_GAIN if crowded else _VELOCITY_GAIN
            expected, box = self.predict_xy(), self.predict_box()
            self._velocity = self._velocity + gain * (self._step(xy) - self._velocity)
            self._box = _drift(box, raw) if crowded else _blend(box, raw)
            self._xy = np.where(np.isfinite(xy), xy, expected) if crowded else xy
            self.merit += _MERIT_GAIN * (found.merit - self.merit)
        self.lost = 0

    def replace(self, found: Found) -> None:
        """Hold another person from now on."""
        self._xy, self._box = None, None
        self.accept(found)

    def miss(self, width: int, height: int, *, crowded: bool = False) -> None:
        """Go on without having seen the person, inside the picture; `crowded` beside another person."""
        if self._box is None or self._xy is None:
            return
        self.lost += 1
        if self.lost > COAST_FRAMES:
            return
        self._box = self.predict_box()
        self._xy = self.predict_xy()
        cx, cy = self._box.centre
        if not Box.of_picture(width, height).contains(cx, cy):
            self._velocity = np.zeros(2)
        self._velocity = self._velocity * (_CROWDED_DECAY if crowded else _COAST_DECAY)

    def beside(self, other: Row) -> bool:
        """Tell whether another row's person stands so near that their limbs may be confused."""
        first, second = self.last_box, other.last_box
        (ax, ay), (bx, by) = first.centre, second.centre
        return float(np.hypot(ax - bx, ay - by)) < _CROWDED * (first.width + second.width) / 2

    def without_stolen(self, found: Found, others: Sequence[Row]) -> Found:
        """Return a find without the keypoints that are rather another row's: NaN, because one's own were not seen."""
        own = np.linalg.norm(found.xy - self.predict_xy(), axis=-1)
        own = np.where(np.isfinite(own), own, 0.0)
        stolen = np.zeros(len(own), bool)
        for other in others:
            theirs = np.linalg.norm(found.xy - other.predict_xy(), axis=-1)
            stolen |= (own > _STOLEN * self.last_box.width) & (np.nan_to_num(theirs, nan=np.inf) < own)
        if not stolen.any():
            return found
        values = (found.xy, found.peak, found.score, found.cov)
        xy, peak, score, cov = (np.where(_wide(stolen, a), np.nan, a) for a in values)
        return replace(found, xy=xy, peak=peak, score=score, cov=cov)

    def nearness(self, found: Found) -> float:
        """Return 0 .. 1: how well a find fits the person who was lost, by place, size and time."""
        if self._box is None:
            return 0.0
        (ax, ay), (bx, by) = self._box.centre, found.box.centre
        reach = self._box.width * (1.0 + self.lost / 15.0)
        size = abs(np.log(found.box.width / self._box.width))
        return float(np.exp(-np.hypot(ax - bx, ay - by) / reach - size))

    def _step(self, xy: Float32) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """Return the body's step (2,) since the last frame: the median over keypoints present in both."""
        assert self._xy is not None
        steps = (xy - self._xy)[np.isfinite(xy).all(axis=1) & np.isfinite(self._xy).all(axis=1)]
        if len(steps) < 3:
            return self._velocity
        return np.asarray(np.median(steps, axis=0), np.float64)


def _wide(mask: npt.NDArray[np.bool_], like: Float32) -> npt.NDArray[np.bool_]:
    return mask.reshape(mask.shape + (1,) * (like.ndim - 1))


def _drift(predicted: Box, raw: Box) -> Box:
    """Follow what was read only a little, and keep the size: it may hold another person's limbs."""
    (px, py), (rx, ry) = predicted.centre, raw.centre
    step = _CROWDED_CENTRE_GAIN
    return Box(predicted.x + step * (rx - px), predicted.y + step * (ry - py), predicted.width, predicted.height)


def _blend(predicted: Box, raw: Box) -> Box:
    side = raw.width if raw.width > predicted.width else predicted.width + _SHRINK * (raw.width - predicted.width)
    cx, cy = (p + _CENTRE_GAIN * (r - p) for p, r in zip(predicted.centre, raw.centre, strict=True))
    return Box(cx - side / 2, cy - side / 2, side, side)
