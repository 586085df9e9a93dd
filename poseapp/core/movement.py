"""What events and a scale make of measures: cycles, the numbers of a walk, jumps, and positions in metres."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from poseapp.core.items import Event
from poseapp.core.types import Float64, frozen_arrays

BodySide = Literal["right", "left"]
SYMMETRY_FORMULA = "(R − L) / (0.5 (R + L)) × 100 % (Robinson et al. 1987)"
GaitName = Literal["step_time", "stride_time", "stance", "swing", "double_support", "step_length", "stride_length"]
# Name -> (title, unit, decimals); the order of tables and files.
GAIT_MEASURES: dict[GaitName, tuple[str, str, int]] = {
    "step_time": ("Step time", "s", 2),
    "stride_time": ("Stride time", "s", 2),
    "stance": ("Stance", "%", 1),
    "swing": ("Swing", "%", 1),
    "double_support": ("Double support", "%", 1),
    "step_length": ("Step length", "m", 2),
    "stride_length": ("Stride length", "m", 2),
}


Movement = Literal["gait", "gait-velocity", "jump", "squat", "repetitions"]


@dataclass(frozen=True)
class EventSearch:
    """Which events are looked for.

    Attributes:
        movement: Which kind of movement. person: Whom the events are about, -1: nobody in particular.
        angle: Name of the angle whose repetitions are looked for.
        span: Frames start .. stop to look at; None for all.
    """

    movement: Movement
    person: int = -1
    angle: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation (of a sample; NaN for fewer than two) of n values; NaN for none."""

    mean: float
    sd: float
    n: int


@dataclass(frozen=True)
class GaitNumbers:
    """The numbers of a walk.

    Attributes:
        right, left: Of each side by name of `GAIT_MEASURES`; a step is named after the foot that strikes at its end.
        cadence: Steps/min, 60 over the mean time of all steps; NaN for none.
        speed: m/s of the middle of the hips over ground, or of the belt; NaN where nothing gives metres.
        treadmill: Step lengths hold for a belt.
        time_sigma: s, standard deviation of one time between two events that comes from the frame rate alone.
    """

    right: dict[GaitName, Spread]
    left: dict[GaitName, Spread]
    cadence: float
    speed: float
    treadmill: bool
    time_sigma: float

    def of(self, side: BodySide) -> dict[GaitName, Spread]:
        """Return the measures of a side."""
        return self.right if side == "right" else self.left

    def symmetry(self, name: GaitName) -> float:
        """Return the symmetry index of a measure, %; NaN where a side has none."""
        return symmetry_index(self.right[name].mean, self.left[name].mean)


def symmetry_index(right: float, left: float) -> float:
    """Return how much larger the right side is, % of the mean of both: 0 = alike, positive = right larger.

    Robinson, Herzog & Nigg, J Manipulative Physiol Ther 10(4), 1987, 172-176: SI = (XR - XL) / (0.5 (XR + XL)) 100.
    NaN where either is missing or the mean is not positive, since a share of nothing says nothing.
    """
    mean = 0.5 * (right + left)
    return (right - left) / mean * 100 if mean > 0 else math.nan


@dataclass(frozen=True)
class Jump:
    """One jump, from the first frame in the air to the first on the floor.

    Attributes:
        take_off, landing: Frames. flight: s in the air. height: m. sigma: m, standard deviation of the height that
            comes from the frame rate and the noise of keypoints; not from how somebody lands.
    """

    take_off: int
    landing: int
    flight: float
    height: float
    sigma: float


@dataclass(frozen=True)
class CycleSet:
    """The cycles of all angles that lie between events of a kind.

    Attributes:
        event, side: Which events: those that cut the curves of a side of the body, or of its "middle".
        spans: (n, 2) first and last frame of each cycle.
        mean, sd: (101, A) degrees at 0 .. 100 % of the cycle; NaN where there is none, and for angles of another side.
        n: (A,) complete cycles, those that were averaged.
    """

    event: str
    side: str
    spans: Float64
    mean: Float64
    sd: Float64
    n: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class PersonMovement:
    """What is known of a person besides angles.

    Attributes:
        cycles: By event and side. gait: None without steps. jumps: In order of time.
        position: (T, K, 2) m, smoothed; None where the recording has no scale. velocity: (T, K, 2) m/s, as well.
    """

    cycles: tuple[CycleSet, ...] = ()
    gait: GaitNumbers | None = None
    jumps: tuple[Jump, ...] = ()
    position: Float64 | None = None
    velocity: Float64 | None = None

    def __post_init__(self) -> None:
        frozen_arrays(self)


def not_yet_known(
    events: Iterable[Event], held: Iterable[Event], time: Float64, *, within: float = 0.1
) -> tuple[Event, ...]:
    """Return events without those that are held already: the same name, side and person within a tenth of a second."""
    known = [event for event in held if event.frame < len(time)]
    return tuple(event for event in events if not any(_is_same(event, old, time, within) for old in known))


def _is_same(event: Event, old: Event, time: Float64, within: float) -> bool:
    same = (event.name, event.side) == (old.name, old.side) and old.person in (event.person, -1)
    return bool(same and abs(time[event.frame] - time[old.frame]) <= within + 1e-6)
