"""What measuring a clip yields: the values that plots show and files hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from poseapp.core.circle import unwrap_degrees
from poseapp.core.filter_settings import FILTER_TITLES, FilterSettings, refuse
from poseapp.core.items import Event
from poseapp.core.movement import PersonMovement
from poseapp.core.scene import Scene
from poseapp.core.skeleton import AngleDefinition, Skeleton
from poseapp.core.types import ClipInfo, Float32, Float64, ModelSpec, Track, frozen_arrays

VIEWS = ("auto", "front", "back", "side")


@dataclass(frozen=True)
class NeutralPose:
    """The angles of one person in a static stretch, which are subtracted so that this posture reads 0.

    Attributes:
        person: Row of the person.
        start, stop: Frames of the static stretch.
        offsets: (name of an angle, degrees) of each angle that was seen there.
    """

    person: int
    start: int
    stop: int
    offsets: tuple[tuple[str, float], ...]

    def of(self, definitions: Sequence[AngleDefinition]) -> tuple[float, ...]:
        """Return what is subtracted from each angle, degrees; 0 for one that was not seen in the stretch."""
        known = dict(self.offsets)
        return tuple(known.get(definition.name, 0.0) for definition in definitions)


@dataclass(frozen=True)
class MeasureSettings:
    """How keypoints become angles; written to every analysis file.

    Attributes:
        filter: How keypoints are smoothed.
        max_gap_seconds: Missing keypoints are interpolated where the samples around lie no further apart.
        min_score: Predictions with a lower score count as missing; marks always count.
        view: What the camera sees, for angles in the frontal plane: "front", "back", "side", or "auto" to read it from
            the keypoints.
        neutral: Postures that read 0, one for each person at most; () to leave angles as they are defined.

    Raises:
        BadInputError: A value that cannot be used.
    """

    filter: FilterSettings = field(default_factory=FilterSettings)
    max_gap_seconds: float = 0.25
    min_score: float = 0.3
    view: str = "auto"
    neutral: tuple[NeutralPose, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.max_gap_seconds < math.inf:
            refuse("longest gap", self.max_gap_seconds, "Give 0 s or more")
        if not 0 <= self.min_score <= 1:
            refuse("lowest score", self.min_score, "Give a number from 0 to 1")
        if self.view not in VIEWS:
            refuse("view", self.view, "Choose auto, front, back or side")

    def neutral_of(self, person: int) -> NeutralPose | None:
        """Return the posture that reads 0 for a person, None where there is none."""
        return next((pose for pose in self.neutral if pose.person == person), None)

    def with_cutoff(self, found_hz: float) -> MeasureSettings:
        """Return the same with the cut-off that was found in the data as one that is given."""
        return replace(self, filter=replace(self.filter, cutoff_rule="given", cutoff_hz=found_hz))

    def with_neutral(self, person: int, pose: NeutralPose | None) -> MeasureSettings:
        """Return the same with another neutral posture for a person, or with none."""
        others = tuple(known for known in self.neutral if known.person != person)
        return replace(self, neutral=others if pose is None else (*others, pose))


@dataclass(frozen=True)
class FilterReport:
    """How keypoints were smoothed, with the cut-off that really holds.

    Attributes:
        kind: One of `FILTER_KINDS`; "none": nothing was smoothed, and `note` says why.
        order: Of the whole zero-phase Butterworth filter (twice the order of one pass); Kalman: of the Wiener smoother
            that its model makes, 4 for a constant velocity, 6 for a constant acceleration.
        requested_hz: The -3 dB frequency asked for, or found where the rule for the cut-off says so; NaN for a filter
            that has none.
        effective_hz: The -3 dB frequency of the whole filter as applied, on this clip's clock; NaN for "none" and for
            filters without one (median, Hampel).
        rate_hz: Frames/s at which it ran (uneven timestamps are resampled to it and back where the filter needs it).
        note: What a reader must know, such as "not filtered: too short"; "" when nothing.
        detail: The other parameters in words, such as "order 4, zero phase".
        window: Frames of the window of a filter that has one, else 0.
        degree: Of the polynomial of a Savitzky-Golay filter.
    """

    kind: str
    order: int
    requested_hz: float
    effective_hz: float
    rate_hz: float
    note: str = ""
    detail: str = ""
    window: int = 0
    degree: int = 0

    @property
    def title(self) -> str:
        """Name of the filter for people."""
        return FILTER_TITLES[self.kind]

    def describe(self) -> str:
        """Return the whole of it in words, such as "Butterworth, order 4, zero phase, -3 dB at 6.0 Hz"."""
        if self.kind == "none":
            return "Not filtered"
        words = [self.title, self.detail or (f"order {self.order}, zero phase" if self.kind == "butterworth" else "")]
        words.append(f"−3 dB at {self.effective_hz:.1f} Hz" if math.isfinite(self.effective_hz) else "")
        return ", ".join(word for word in words if word)


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
class ViewStretch:
    """Frames start .. stop in which a person is seen from one side.

    `direction` is +1 from the front, -1 from behind, 0 from the side; `support` as of a `FacingStretch`.
    """

    start: int
    stop: int
    direction: int
    support: float


class PlaneFlag(IntEnum):
    """Why an angle is not what the joint does: the movement leaves the plane of the picture. Written to files."""

    IN_PLANE = 0
    SHORTENED = 1  # a segment of it looks shorter than it is: it points towards the camera or away
    WRONG_VIEW = 2  # an angle of the frontal plane seen from the side, or one of the sagittal plane from the front


@dataclass(frozen=True)
class AngleSeries:
    """Angles of one person: arrays (T, A), degrees; NaN where a point is missing.

    Attributes:
        definitions: A definitions, in column order.
        values: From the filtered keypoints, less `neutral`. raw: From the final, unfiltered ones, as they are defined.
        sigma: Standard deviation from the keypoint covariances. velocity: degrees/s, of `values`.
        plane: (T, A) uint8 of `PlaneFlag`.
        neutral: A values, degrees, that were subtracted from `values`; () where nothing was.
    """

    definitions: tuple[AngleDefinition, ...]
    values: Float64
    raw: Float64
    sigma: Float64
    velocity: Float64
    plane: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    neutral: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.plane.shape != self.values.shape:
            object.__setattr__(self, "plane", np.zeros(self.values.shape, np.uint8))
        frozen_arrays(self)

    def column(self, name: str) -> int:
        """Return the column of an angle. Raises KeyError when it is not there."""
        for i, definition in enumerate(self.definitions):
            if definition.name == name:
                return i
        raise KeyError(name)

    def zero_of(self, column: int) -> str:
        """Return in words where an angle is 0: as it is defined, or at a posture that was taken as zero."""
        definition = self.definitions[column]
        own = bool(self.neutral) and definition.kind == "joint"
        return "a posture that was taken as zero" if own else definition.zero

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
        view: Stretches that cover 0 .. T; () where nobody looked.
    """

    track: Track
    final: Float32
    filtered: Float32
    source: npt.NDArray[np.uint8]
    facing: tuple[FacingStretch, ...]
    angles: AngleSeries
    filter: FilterReport
    view: tuple[ViewStretch, ...] = ()

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
        scene: What was said of the recording; `clip` has the true times already.
        events: Marked by people or found, in order of time.
        movement: Of each person, what events and a scale tell; () where nobody computed it.
    """

    clip: ClipInfo
    source_sha256: str
    skeleton: Skeleton
    model: ModelSpec | None
    persons: tuple[PersonMeasures, ...]
    journal: tuple[str, ...] = ()
    settings: MeasureSettings = MeasureSettings()
    scene: Scene = field(default_factory=Scene)
    events: tuple[Event, ...] = ()
    movement: tuple[PersonMovement, ...] = ()
