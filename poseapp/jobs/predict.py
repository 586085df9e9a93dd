"""A network run over labelled pictures: each picture read once, the people of several in one batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

import numpy as np
import numpy.typing as npt

from poseapp.core.errors import CancelledError
from poseapp.core.geometry import Box
from poseapp.core.schema import map_keypoints
from poseapp.core.types import Crop, Float32, frozen_arrays
from poseapp.inference.crops import cut_crop, make_crop
from poseapp.inference.estimate import Estimate, empty_estimate, estimate_crops
from poseapp.inference.finder import find_persons
from poseapp.inference.matching import assign, compute_oks
from poseapp.inference.multi_scale import estimate_zooms, zoom_crop
from poseapp.inference.network import Network
from poseapp.training.labelled import LabelledSet
from poseapp.training.measuring.coco_metrics import Detections

UInt8 = npt.NDArray[np.uint8]
CropRule = Literal["extent", "box", "frame"]

EXTENT_FACTOR = 1.5  # side of the square crop over the longer side of the labelled keypoints' box
BOX_FACTOR = 1.25  # of the data set's own box (SimpleBaseline, and LPN and FasterPose after it)
_BATCH = 16


@dataclass(frozen=True)
class Look:
    """How people are looked at.

    Attributes:
        rule: "extent", the square of 1.5 x the labelled extent; "box", 1.25 x the data set's own box, or the extent
            where it gives none; "frame", the person finder on the whole picture, which is told only how many people
            are labelled.
        flip: Average with the mirrored crop.
        zooms: Of the multi-scale test; (1.0,) for a single look.
    """

    rule: CropRule = "extent"
    flip: bool = False
    zooms: tuple[float, ...] = (1.0,)


@dataclass(frozen=True)
class Predictions:
    """What a network said of N labelled people.

    Attributes:
        keypoints: (N, K, 2) px in the order of the labels; NaN = not found, or unknown to the network.
        estimate: The same people in the order of the network's own keypoints, with peaks, scores and covariances; NaN
            where a person was not found.
        side: (N,) image px of the crop that each was read from; NaN where a person was not found.
        detections: Everybody that was found, labelled or not, in the order of the labels.
        ms: Median milliseconds of a crop from the decoded picture to keypoints, or with the rule "frame" of a
            picture; NaN where nobody was looked at.
    """

    keypoints: Float32
    estimate: Estimate
    side: Float32
    detections: Detections
    ms: float

    def __post_init__(self) -> None:
        frozen_arrays(self)


def predict_labelled(
    network: Network,
    labelled: LabelledSet,
    pictures: Iterable[int],
    look: Look,
    *,
    on_picture: Callable[[int], None] = lambda _done: None,
    cancel: Callable[[], bool] = lambda: False,
) -> Predictions:
    """Return what a network says of the people of some pictures; those of the others stay NaN.

    Raises:
        BadInputError: A picture cannot be read.
        CancelledError: `cancel` said so.
    """
    taker = _WholePictures(network, labelled, look) if look.rule == "frame" else _Crops(network, labelled, look)
    rows_of: dict[int, list[int]] = {}
    for row in np.flatnonzero(~labelled.crowd).tolist():
        rows_of.setdefault(int(labelled.picture[row]), []).append(row)
    for done, picture in enumerate(pictures, start=1):
        if cancel():
            raise CancelledError
        taker.take(picture, rows_of.get(picture, []))
        on_picture(done)
    return taker.finish()


def place_crop(labelled: LabelledSet, row: int, rule: CropRule) -> Box | None:
    """Return the box of one labelled person to look at, px; None where the labels do not say where to look."""
    known = np.isfinite(labelled.keypoints[row]).all(axis=-1)
    x, y, width, height = labelled.box[row].tolist()
    boxed = np.isfinite([x, y, width, height]).all() and width > 0 and height > 0
    if boxed and (rule == "box" or known.sum() == 1):  # one keypoint has no extent
        box = Box(x, y, width, height)
        cx, cy = box.centre
        width, height = BOX_FACTOR * width, BOX_FACTOR * height
        return Box(cx - width / 2, cy - height / 2, width, height)
    return Box.around(labelled.keypoints[row]).squared(EXTENT_FACTOR) if known.sum() > 1 else None


def read_looks(network: Network, pixels: Sequence[UInt8], crops: Sequence[Crop], look: Look) -> Estimate:
    """Return the keypoints in N crops, whose pixels (N, h, w, 3) are given at each zoom of the look."""
    if look.zooms == (1.0,):
        return estimate_crops(network, pixels[0], crops, flip_test=look.flip)
    return estimate_zooms(network, pixels, look.zooms, crops, flip_test=look.flip)


def cut_looks(rgb: UInt8, crop: Crop, look: Look) -> list[UInt8]:
    """Return the pixels (h, w, 3) of a crop at each zoom of the look."""
    return [cut_crop(rgb, crop if zoom == 1.0 else zoom_crop(crop, zoom)) for zoom in look.zooms]


@dataclass
class _Taker:
    """Collects what a network says, in the order of the labels."""

    network: Network
    labelled: LabelledSet
    look: Look
    keypoints: Float32 = field(init=False)
    side: Float32 = field(init=False)
    said: dict[str, Float32] = field(init=False)  # the arrays of an `Estimate`, by name
    found: list[tuple[int, Float32, float]] = field(default_factory=list)  # picture, keypoints (K, 2), score
    ms: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = len(self.labelled)
        self.keypoints = np.full(self.labelled.keypoints.shape, np.nan, np.float32)
        self.side = np.full(n, np.nan, np.float32)
        blank = empty_estimate(n, self.network.spec.skeleton.n_keypoints)
        self.said = {part.name: getattr(blank, part.name).copy() for part in fields(blank)}

    def translate(self, result: Estimate) -> Float32:
        """Return an estimate's keypoints (N, K, 2) in the order of the labels."""
        mapped = map_keypoints(result.xy, self.network.spec.skeleton, self.labelled.skeleton)
        return np.asarray(mapped, np.float32)

    def assign(self, row: int, i: int, result: Estimate, *, side: float) -> None:
        """Take the i-th person of an estimate, read from a crop of `side` px, for the labelled person of a row."""
        self.side[row] = side
        for name, values in self.said.items():
            values[row] = getattr(result, name)[i]

    def keep(self, picture: int, xy: Float32, score: Float32) -> None:
        """Add a found person (K, 2); how sure is the mean of the network's own scores, a missing one being 0."""
        self.found.append((picture, xy, float(np.nan_to_num(score, nan=0.0).mean())))

    def finish(self) -> Predictions:
        """Return everything taken."""
        shape = (len(self.found), *self.labelled.keypoints.shape[1:])
        detections = Detections(
            np.array([picture for picture, _, _ in self.found], np.int64),
            np.array([xy for _, xy, _ in self.found], np.float32).reshape(shape),
            np.array([score for _, _, score in self.found], np.float64),
        )
        steady = self.ms[1:] or self.ms  # the first run of a network sets its memory up
        ms = float(np.median(steady)) if steady else float("nan")
        return Predictions(self.keypoints, Estimate(**self.said), self.side, detections, ms)


@dataclass
class _Crops(_Taker):
    """Looks at labelled people where the labels say they are."""

    rows: list[int] = field(default_factory=list)
    crops: list[Crop] = field(default_factory=list)
    pixels: list[list[UInt8]] = field(default_factory=list)
    cutting: float = 0.0

    def take(self, picture: int, rows: Sequence[int]) -> None:
        """Cut the people of a picture out, and read them as soon as there are enough."""
        placed = [(row, box) for row in rows if (box := place_crop(self.labelled, row, self.look.rule)) is not None]
        if not placed:
            return
        rgb = self.labelled.read_picture(picture)
        for row, box in placed:
            began = time.perf_counter()
            crop = make_crop(box, self.network.spec.input_size)
            self.pixels.append(cut_looks(rgb, crop, self.look))
            self.cutting += time.perf_counter() - began
            self.rows.append(row)
            self.crops.append(crop)
            if len(self.rows) == _BATCH:
                self._read()

    def finish(self) -> Predictions:
        """Read what is left, and return everything."""
        if self.rows:
            self._read()
        return super().finish()

    def _read(self) -> None:
        began = time.perf_counter()
        by_zoom = [np.stack(views) for views in zip(*self.pixels, strict=True)]
        result = read_looks(self.network, by_zoom, self.crops, self.look)
        self.ms.append(1e3 * (self.cutting + time.perf_counter() - began) / len(self.rows))
        mapped = self.translate(result)
        self.keypoints[self.rows] = mapped
        for i, (row, crop) in enumerate(zip(self.rows, self.crops, strict=True)):
            self.assign(row, i, result, side=crop.box.width)
            self.keep(int(self.labelled.picture[row]), mapped[i], result.score[i])
        self.rows, self.crops, self.pixels, self.cutting = [], [], [], 0.0


@dataclass
class _WholePictures(_Taker):
    """Finds people in whole pictures, and assigns them to the labelled ones by likeness."""

    def take(self, picture: int, rows: Sequence[int]) -> None:
        """Find as many people as are labelled, at least one, and give each labelled one the likest of them."""
        rgb = self.labelled.read_picture(picture)
        began = time.perf_counter()
        result, sides = self._find(rgb, max(1, len(rows)))
        self.ms.append(1e3 * (time.perf_counter() - began))
        mapped = self.translate(result)
        for xy, score in zip(mapped, result.score, strict=True):
            self.keep(picture, xy, score)
        likeness = compute_oks(mapped, self.labelled.keypoints[list(rows)], self.labelled.skeleton.sigmas)
        for i, j in assign(likeness, least=0.0):
            self.keypoints[rows[j]] = mapped[i]
            self.assign(rows[j], i, result, side=sides[i])

    def _find(self, rgb: UInt8, count: int) -> tuple[Estimate, list[float]]:
        """Return up to `count` people, and the sides of their crops."""
        found = find_persons(self.network, rgb, count)
        if not found:
            return empty_estimate(0, self.network.spec.skeleton.n_keypoints), []
        sides = [item.box.width for item in found]
        if self.look.zooms == (1.0,) and not self.look.flip:
            rows = {part.name: np.stack([getattr(item, part.name) for item in found]) for part in fields(Estimate)}
            return Estimate(**rows), sides
        crops = [make_crop(item.box, self.network.spec.input_size) for item in found]
        views = zip(*(cut_looks(rgb, crop, self.look) for crop in crops), strict=True)
        return read_looks(self.network, [np.stack(view) for view in views], crops, self.look), sides
