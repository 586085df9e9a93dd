"""What measuring a clip yields: the values that plots show and files hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from poseapp.core.circle import unwrap_degrees
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import AngleDefinition, Skeleton
from poseapp.core.types import ClipInfo, Float32, Float64, ModelSpec, Track, frozen_arrays

FILTER_KINDS = ("butterworth", "none")
FILTER_ORDERS = (2, 4, 6, 8)


@dataclass(frozen=True)
class MeasureSettings:
    """How keypoints become angles; written to every analysis file.

    Attributes:
        filter_kind: "butterworth" or "none".
        cutoff_hz: -3 dB frequency of the whole zero-phase filter.
        order: Of the whole filter: 2, 4, 6 or 8.
        max_gap_seconds: Missing keypoints are interpolated where the samples around lie no further apart.
        min_score: Predictions with a lower score count as missing; marks always count.

    Raises:
        BadInputError: A value that cannot be used.
    """

    filter_kind: str = "butterworth"
    cutoff_hz: float = 6.0
    order: int = 4
    max_gap_seconds: float = 0.25
    min_score: float = 0.3

    def __post_init__(self) -> None:
        if self.filter_kind not in FILTER_KINDS:
            _refuse("filter", self.filter_kind, "Choose " + " or ".join(FILTER_KINDS))
        if not 0 < self.cutoff_hz < math.inf:
            _refuse("cut-off", self.cutoff_hz, "Give a frequency above 0 Hz")
        if self.order not in FILTER_ORDERS:
            _refuse("filter order", self.order, "Choose 2, 4, 6 or 8")
        if not 0 <= self.max_gap_seconds < math.inf:
            _refuse("longest gap", self.max_gap_seconds, "Give 0 s or more")
        if not 0 <= self.min_score <= 1:
            _refuse("lowest score", self.min_score, "Give a number from 0 to 1")


def _refuse(name: str, value: object, remedy: str) -> NoReturn:
    raise BadInputError(f"the {name} cannot be {value}", remedy=remedy)


@dataclass(frozen=True)
class FilterReport:
    """How keypoints were smoothed, with the cut-off that really holds.

    Attributes:
        kind: "butterworth" or "none" (nothing was smoothed; `note` says why).
        order: Of the whole zero-phase filter (twice the order of one pass).
        requested_hz: The -3 dB frequency asked for.
        effective_hz: The -3 dB frequency of the whole filter as applied, on this clip's clock; NaN for "none".
        rate_hz: Frames/s at which it ran (uneven timestamps are resampled to it and back).
        note: What a reader must know, such as "not filtered: too short"; "" when nothing.
    """

    kind: str
    order: int
    requested_hz: float
    effective_hz: float
    rate_hz: float
    note: str = ""


@dataclass(frozen=True)
class FacingStretch:
    """Frames start .. stop in which a person faces one way: direction +1 = picture right, -1 = left.

    `support` is the share of the vote for it (0.5 .. 1); 1 and `by_user` when a person set it.
    """

    start: int
    stop: int
    direction: int
    support: float
    by_user: bool = False


@dataclass(frozen=True)
class AngleSeries:
    """Angles of one person: arrays (T, A), degrees; NaN where a point is missing.

    Attributes:
        definitions: A definitions, in column order.
        values: From the filtered keypoints. raw: From the final, unfiltered ones.
        sigma: Standard deviation from the keypoint covariances. velocity: degrees/s, of `values`.
    """

    definitions: tuple[AngleDefinition, ...]
    values: Float64
    raw: Float64
    sigma: Float64
    velocity: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)

    def column(self, name: str) -> int:
        """Return the column of an angle. Raises KeyError when it is not there."""
        for i, definition in enumerate(self.definitions):
            if definition.name == name:
                return i
        raise KeyError(name)

    def extremes(self) -> tuple[Float64, Float64, Float64]:
        """Return minimum, maximum and range (A,) of `values`, degrees; NaN for an angle that was never seen.

        Taken from values unwrapped by whole turns, so an arm that passes overhead has a range of its movement, not of
        the circle; a maximum may then lie above half a period.
        """
        series = unwrap_degrees(self.values, np.array([d.period for d in self.definitions]))
        seen = np.isfinite(series)
        known = seen.any(axis=0)
        low = np.where(known, np.where(seen, series, np.inf).min(axis=0, initial=np.inf), np.nan)
        high = np.where(known, np.where(seen, series, -np.inf).max(axis=0, initial=-np.inf), np.nan)
        return low, high, high - low


@dataclass(frozen=True)
class PersonMeasures:
    """Everything measured of one person.

    Attributes:
        track: Predictions and marks as they were measured.
        final: (T, K, 2) px, marks on top, short gaps interpolated.
        filtered: (T, K, 2) px.
        source: (T, K) uint8 of `Source`, with INTERPOLATED where a gap was filled.
        facing: Stretches that cover 0 .. T.
    """

    track: Track
    final: Float32
    filtered: Float32
    source: npt.NDArray[np.uint8]
    facing: tuple[FacingStretch, ...]
    angles: AngleSeries
    filter: FilterReport

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class Analysis:
    """A measured clip, ready to be written.

    Attributes:
        clip: With the timestamps (T,).
        source_sha256: Of the media file ("" when it could not be read).
        model: The network that predicted, None when nothing was predicted.
        journal: The edits, one JSON text each, oldest first.
        settings: How the persons were measured.
    """

    clip: ClipInfo
    source_sha256: str
    skeleton: Skeleton
    model: ModelSpec | None
    persons: tuple[PersonMeasures, ...]
    journal: tuple[str, ...] = ()
    settings: MeasureSettings = MeasureSettings()
