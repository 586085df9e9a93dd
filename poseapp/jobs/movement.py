"""What events and what was said of the recording make of a measured person: cycles, gait, jumps, metres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from poseapp.core.analysis import PersonMeasures
from poseapp.core.items import Event
from poseapp.core.movement import CycleSet, GaitNumbers, PersonMovement
from poseapp.core.scene import Scene
from poseapp.core.skeleton import Side, Skeleton
from poseapp.core.types import Array, ClipInfo, Float64
from poseapp.kinematics.cycles import (
    N_POINTS,
    Cycle,
    clear_of_turns,
    cut_cycles,
    event_frames,
    mean_and_sd,
    normalise_cycles,
    turn_frames,
)
from poseapp.kinematics.derivatives import compute_velocity
from poseapp.kinematics.events_gait import SIDES, STRIKE, walks_on_belt
from poseapp.kinematics.facing import facing_signs
from poseapp.kinematics.gait_numbers import FootTravel, compute_gait_numbers, travel_of
from poseapp.kinematics.jumps import jumps_of
from poseapp.kinematics.scene_scale import to_floor, to_metres

_BODY_SIDES: tuple[Side, ...] = ("right", "left", "middle")


def describe_movement(
    measures: PersonMeasures,
    clip: ClipInfo,
    skeleton: Skeleton,
    *,
    person: int,
    events: Sequence[Event] = (),
    scene: Scene | None = None,
) -> PersonMovement:
    """Describe a person's movement.

    Args:
        measures: Over the T frames of the clip.
        clip: With the times at which its frames were recorded (`core.scene.scene_clip`).
        skeleton: Of the keypoints.
        person: Index.
        events: All of the clip.
        scene: What was said of the recording; None for nothing.
    """
    scene = scene or Scene()
    time = np.asarray(clip.pts, dtype=np.float64)
    mine = [event for event in events if event.person in (person, -1) and event.frame < len(time)]
    position = to_metres(measures.filtered, skeleton, scene, clip.height)
    velocity = None if position is None or len(time) < 2 else compute_velocity(position, time)
    walked = any(event.name == STRIKE and event.side for event in mine)
    return PersonMovement(
        cycles=tuple(cut_sets(measures, time, mine, person)),
        gait=gait_of(measures, clip, skeleton, person=person, events=mine, scene=scene) if walked else None,
        jumps=jumps_of(mine, time, person),
        position=position,
        velocity=velocity,
    )


def gait_of(
    measures: PersonMeasures,
    clip: ClipInfo,
    skeleton: Skeleton,
    *,
    person: int,
    events: Sequence[Event],
    scene: Scene,
) -> GaitNumbers:
    """Return the numbers of a person's walk; lengths where the scene has a scale or a floor."""
    time = np.asarray(clip.pts, dtype=np.float64)
    signs = facing_signs(measures.facing, len(time))
    strikes = {side: event_frames(events, STRIKE, side, person) for side in SIDES}
    belt = walks_on_belt(measures.filtered, skeleton, list(strikes.values()))
    travel = _travel(measures.filtered, skeleton, scene, clip.height, signs)
    return compute_gait_numbers(events, time, person, travel=travel, treadmill=belt, turns=turn_frames(measures.facing))


def cut_sets(measures: PersonMeasures, time: Float64, events: Sequence[Event], person: int) -> list[CycleSet]:
    """Return the cycles of all angles, for every name of events that cuts any."""
    made, turns = [], turn_frames(measures.facing)
    for name in sorted({event.name for event in events}):
        for side in _BODY_SIDES:
            every = cut_cycles(event_frames(events, name, side, person), stop=len(time))
            cycles = clear_of_turns(every, time, turns)
            if cycles:
                made.append(_cut(measures, time, cycles, name, side))
    return made


def _cut(measures: PersonMeasures, time: Float64, cycles: tuple[Cycle, ...], name: str, side: Side) -> CycleSet:
    definitions = measures.angles.definitions
    mean, sd = (np.full((N_POINTS, len(definitions)), np.nan) for _ in range(2))
    n = np.zeros(len(definitions), dtype=np.int64)
    for column, definition in enumerate(definitions):
        if definition.side == side:
            values = measures.angles.values[:, column]
            found = mean_and_sd(normalise_cycles(values, time, cycles, period=definition.period))
            mean[:, column], sd[:, column], n[column] = found.mean, found.sd, found.n
    spans = np.array([(cycle.start, cycle.stop) for cycle in cycles], dtype=np.int64)
    return CycleSet(name, side, spans, mean, sd, n)  # type: ignore[arg-type]


def _travel(xy: Array, skeleton: Skeleton, scene: Scene, height: int, signs: Array) -> FootTravel | None:
    """Return where feet and hips are in metres, None without a scale; feet by a floor where there is one."""
    position = to_metres(xy, skeleton, scene, height)
    floor = to_floor(xy, skeleton, scene)
    name = "heel" if skeleton.has("right_heel") else "ankle"
    if position is None or not (skeleton.has("mid_hip") and skeleton.has(f"right_{name}")):
        return None
    feet = position if floor is None else floor
    places = {side: skeleton.point(feet, f"{side}_{name}") for side in SIDES}
    hip = skeleton.point(position, "mid_hip")
    if not np.isfinite(hip).any():  # only the floor is known: the hips go where the feet go
        hip = (places["right"] + places["left"]) / 2
    return travel_of(places, hip, signs)
