"""The data that crosses a border: frozen, with read-only arrays.

Letters: T frames, P persons, K keypoints, A angles. Coordinates are image px, x right, y down, pixel centres
at integers, float32; NaN = missing. Times are seconds of the container's clock, float64.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from poseapp.core.calibration import Calibration
from poseapp.core.geometry import Affine, Box
from poseapp.core.lineage import Lineage
from poseapp.core.skeleton import Skeleton

Array = npt.NDArray[Any]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]


def frozen_arrays(instance: object) -> None:
    """Make the arrays of a frozen dataclass read-only; call in `__post_init__`."""
    for part in fields(instance):  # type: ignore[arg-type]
        value = getattr(instance, part.name)
        if isinstance(value, np.ndarray) and value.flags.writeable:
            view = value.view()
            view.setflags(write=False)
            object.__setattr__(instance, part.name, view)


class Source(IntEnum):
    """Who placed a keypoint. The numbers are written to files: never renumber."""

    MISSING = 0
    PREDICTED = 1
    CORRECTED = 2
    INTERPOLATED = 3
    PROPAGATED = 4
    OCCLUDED = 5  # placed by a person, but behind something
    ABSENT = 6  # a person said: not in the picture


def _is_bridged(score: Float32) -> npt.NDArray[np.bool_]:
    return np.asarray(np.signbit(score) & np.isfinite(score))


def predicted_sources(xy: Float32, score: Float32) -> npt.NDArray[np.uint8]:
    """Return (...) uint8 of `Source` of predictions xy (..., 2) and scores (...) as `PoseChunk` has them."""
    source = np.where(np.isfinite(xy[..., 0]), np.uint8(Source.PREDICTED), np.uint8(Source.MISSING))
    source[_is_bridged(score)] = Source.INTERPOLATED
    return source


class MarkState(IntEnum):
    """What was said of a keypoint, by a person unless propagated. The numbers are written to files: never renumber."""

    VISIBLE = 0
    OCCLUDED = 1
    ABSENT = 2
    PROPAGATED = 3  # follows from a correction nearby


def mark_state(source: int) -> MarkState:
    """Return the state of a mark that says of a keypoint what is seen of it, whoever placed it."""
    return {Source.OCCLUDED: MarkState.OCCLUDED, Source.ABSENT: MarkState.ABSENT}.get(Source(source), MarkState.VISIBLE)


@dataclass(frozen=True)
class Frame:
    """One picture of a clip: `rgb` (H, W, 3) uint8, index in presentation order, `pts` s."""

    index: int
    pts: float
    rgb: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a clip without decoding it.

    Attributes:
        path: The file or folder, as opened.
        kind: "video", "image" or "images".
        width, height: Of the picture as shown: rotation and sample aspect ratio applied, px.
        pts: (T,) s, strictly increasing, of the container's clock.
        fps: Nominal frames/s (median of the steps; 0.0 for a single picture).
        variable_rate: Steps differ by more than the container's rounding.
        rotation: Degrees clockwise that were applied for display: 0, 90, 180 or 270.
        sample_aspect: Width of a coded pixel over its height.
        codec: Name of the codec or image format.
        problems: What was found wrong and what is done about it, a sentence each.
        capture_fps: Frames/s at which the file itself says that it was recorded; 0 where it says nothing.
    """

    path: str
    kind: str
    width: int
    height: int
    pts: Float64
    fps: float
    variable_rate: bool = False
    rotation: int = 0
    sample_aspect: float = 1.0
    codec: str = ""
    problems: tuple[str, ...] = ()
    capture_fps: float = 0.0

    def __post_init__(self) -> None:
        frozen_arrays(self)

    @property
    def n_frames(self) -> int:
        """T, the number of frames."""
        return len(self.pts)

    def index_at(self, seconds: float) -> int:
        """Return the frame shown at a time: the last with pts <= seconds, clamped to the clip."""
        return int(np.clip(np.searchsorted(self.pts, seconds, side="right") - 1, 0, self.n_frames - 1))


@dataclass(frozen=True)
class Crop:
    """A part of the picture as a network sees it: `to_input` maps image px to input px of `size` (h, w)."""

    box: Box
    to_input: Affine
    size: tuple[int, int]


@dataclass(frozen=True)
class ModelSpec:
    """Everything needed to run a network and to say where it came from; travels in the ONNX file's metadata.

    Attributes:
        name: As used by `--model`, such as `efficientpose-i`.
        title: For people.
        architecture: Family and variant.
        skeleton: Keypoints in the order of the heatmaps.
        input_size: (h, w) px.
        mean, std: RGB in 0..1 is normalised by (rgb - mean) / std.
        activation: "none" or "sigmoid", applied to the heatmaps before decoding.
        decode: "soft-argmax" (beta-Soft-Argmax, LPN eq. 4-6) or "argmax".
        beta: Of the soft-argmax, on heatmaps scaled to a peak of 1.
        crop_factor: Side of the square crop over the longer side of the box of the keypoints.
        confidence_gain: What heatmap peaks are multiplied with, up to 1, so that a sure keypoint is near 1 with every
            network: the unit in which people are found and followed. It ranks, it is no probability.
        offset: (x, y) input px added to every point: undoes a constant shift of the network's own making.
        flip_test: Heatmaps are averaged with those of the mirrored crop, unless somebody asks for the single look:
            surer, half as fast.
        calibration: What these peaks and the covariances are worth; None where nobody measured it.
        source, licence: Of the weights.
        sha256: Of the weights they were converted from, or of the training log; "" when unknown.
        lineage: Of a fine-tuned network, what it came from; None of every other.
        file_sha256: Of the ONNX file that it was read from, put in by `inference.network`; "" where nobody read one.
    """

    name: str
    title: str
    architecture: str
    skeleton: Skeleton
    input_size: tuple[int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    activation: str = "none"
    decode: str = "soft-argmax"
    beta: float = 160.0
    crop_factor: float = 1.5
    confidence_gain: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)
    flip_test: bool = False
    calibration: Calibration | None = None
    source: str = ""
    licence: str = ""
    sha256: str = ""
    lineage: Lineage | None = None
    file_sha256: str = field(default="", compare=False)  # says which file, not what it does


@dataclass(frozen=True)
class PoseChunk:
    """Keypoints of n consecutive frames from `start`: what a network said.

    Attributes:
        start: Index of the first frame.
        xy: (n, P, K, 2) float32 px; NaN = no person or no keypoint.
        score: (n, P, K) float32 in 0..1, how sure a keypoint is, calibrated where the network carries a calibration;
            NaN where xy is NaN. With a minus sign where the keypoint was bridged (`kinematics.strays`): the network
            saw it elsewhere. Projects keep six numbers a keypoint, so the sign is where that is kept.
        cov: (n, P, K, 3) float32 px^2, covariance (xx, xy, yy) of a right keypoint (`core.calibration`).
    """

    start: int
    xy: Float32
    score: Float32
    cov: Float32

    def __post_init__(self) -> None:
        frozen_arrays(self)

    @property
    def stop(self) -> int:
        """Index after the last frame."""
        return self.start + len(self.xy)

    @property
    def bridged(self) -> npt.NDArray[np.bool_]:
        """(n, P, K) True where a keypoint was astray and put where the motion leads."""
        return _is_bridged(self.score)


@dataclass(frozen=True, order=True)
class Key:
    """Names one keypoint of one person in one frame."""

    frame: int
    person: int
    keypoint: int


@dataclass(frozen=True)
class Mark:
    """One human decision about one keypoint, or what follows from one nearby.

    `x`, `y` image px (NaN when absent); `time` Unix s; `sigma` px, standard deviation of either axis, 0 for what a
    person placed.

    Raises:
        ValueError: A keypoint that is not absent has no finite position, or sigma is not one.
    """

    x: float
    y: float
    state: MarkState = MarkState.VISIBLE
    author: str = ""
    time: float = 0.0
    sigma: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.sigma < math.inf:
            raise ValueError("the standard deviation of a mark must be finite and not negative")
        if self.state is not MarkState.ABSENT and not (math.isfinite(self.x) and math.isfinite(self.y)):
            raise ValueError("a mark needs a position unless the keypoint is absent")
        absent = self.state is MarkState.ABSENT
        # One NaN object for all: comparing tuples looks at identity first, so equal absent marks compare equal.
        object.__setattr__(self, "x", math.nan if absent else float(self.x))
        object.__setattr__(self, "y", math.nan if absent else float(self.y))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mark) and self._values() == other._values()

    @property
    def is_placed(self) -> bool:
        """Tell whether a person said this; else it follows from what a person said nearby."""
        return self.state is not MarkState.PROPAGATED

    def _values(self) -> tuple[float, float, MarkState, str, float, float]:
        return self.x, self.y, self.state, self.author, self.time, self.sigma


@dataclass(frozen=True)
class PoseView:
    """The poses of one frame with marks on top of predictions.

    Attributes:
        xy: (P, K, 2) float32 px.
        score: (P, K) float32; 1 for what a person placed.
        sigma: (P, K) float32 px, standard deviation, root mean of the two axes; 0 for what a person placed.
        source: (P, K) uint8 of `Source`.
    """

    xy: Float32
    score: Float32
    sigma: Float32
    source: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class Track:
    """One person over the frames `start` .. `start + T`, marks on top of predictions.

    Attributes:
        xy: (T, K, 2) float32 px, marks on top.
        raw: (T, K, 2) px, predictions alone (side and person swaps applied).
        score: (T, K). cov: (T, K, 3) px^2. source: (T, K) uint8 of `Source`.
    """

    start: int
    xy: Float32
    raw: Float32
    score: Float32
    cov: Float32
    source: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        frozen_arrays(self)
