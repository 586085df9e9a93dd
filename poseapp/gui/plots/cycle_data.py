"""The numbers behind the plots of cycles: each curve cut at events, in percent of a cycle."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from poseapp.core.items import Event
from poseapp.core.skeleton import Side
from poseapp.core.types import Float64
from poseapp.gui.plots.angle_groups import Member
from poseapp.gui.plots.curve_data import CurveData
from poseapp.kinematics.cycles import (
    Cycle,
    CycleMean,
    clear_of_turns,
    cut_cycles,
    event_frames,
    mean_and_sd,
    normalise_cycles,
)
from poseapp.services.playback import Zone

MOST_LINES = 40  # single cycles that are drawn; the mean is that of all

Cycles = Mapping[Side, tuple[Cycle, ...]]


@dataclass(frozen=True)
class CycleData:
    """One curve over its cycles.

    Attributes:
        member: What it is.
        single: (n, 101) complete cycles, at most `MOST_LINES` of them, evenly chosen.
        mean: Of all complete ones.
    """

    member: Member
    single: Float64
    mean: CycleMean

    @property
    def extent(self) -> tuple[float, float]:
        """Least and greatest value to be drawn; (NaN, NaN) where there is none."""
        drawn = np.concatenate([self.single.ravel(), self.mean.mean + self.mean.sd, self.mean.mean - self.mean.sd])
        known = drawn[np.isfinite(drawn)]
        return (float(known.min()), float(known.max())) if len(known) else (math.nan, math.nan)


def event_names(events: Sequence[Event], person: int) -> tuple[str, ...]:
    """Return the names of a person's events, those that happen most often first."""
    names = [event.name for event in events if event.person in (person, -1)]
    return tuple(sorted(set(names), key=lambda name: (-names.count(name), name)))


def cycles_of(
    events: Sequence[Event], name: str, person: int, zone: Zone | None, time: Float64, *, turns: Sequence[int] = ()
) -> Cycles:
    """Return the cycles of each side within the zone, where there is one.

    Frames are at `time` (T,) s. None reaches over one of the frames `turns` in which the person turns, or near it, as
    in a report (`kinematics.cycles.clear_of_turns`).
    """
    start, stop = (0, len(time)) if zone is None else (zone.start, min(zone.stop, len(time)))
    sides: tuple[Side, ...] = ("right", "left", "middle")
    made = {side: cut_cycles(event_frames(events, name, side, person), start, stop) for side in sides}
    return {side: clear_of_turns(cycles, time, turns) for side, cycles in made.items()}


def make_cycles(curves: Sequence[CurveData], time: Float64, cycles: Cycles) -> tuple[CycleData, ...]:
    """Cut the curves of a plot over frames at `time` (T,) s."""
    return tuple(_make(data, time, cycles[data.member.side]) for data in curves)


def _make(data: CurveData, time: Float64, cycles: tuple[Cycle, ...]) -> CycleData:
    normal = normalise_cycles(data.values.values, time, cycles, period=data.member.period)
    complete = normal[np.isfinite(normal).all(axis=1)]
    if len(complete) > MOST_LINES:
        complete = complete[np.linspace(0, len(complete) - 1, MOST_LINES).round().astype(np.intp)]
    return CycleData(data.member, complete, mean_and_sd(normal))
