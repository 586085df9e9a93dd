"""Finds events and computes what follows from them, to be run beside the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poseapp.core.analysis import PersonMeasures
from poseapp.core.items import Event
from poseapp.core.movement import EventSearch, GaitNumbers, Jump
from poseapp.core.scene import Scene
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import ClipInfo, Float64


@dataclass(frozen=True)
class Found:
    """Events of a person in the frames `start` .. `stop`, and a sentence about them."""

    events: tuple[Event, ...]
    words: str
    start: int
    stop: int

    def replaces(self, event: Event) -> bool:
        """Tell whether an event that was there is of a kind that was looked for, where it was looked for."""
        kinds = {(one.name, one.side, one.person) for one in self.events}
        return (event.name, event.side, event.person) in kinds and self.start <= event.frame < self.stop


@dataclass(frozen=True)
class Numbers:
    """What the events of a person come to."""

    gait: GaitNumbers | None
    jumps: tuple[Jump, ...]
    jump_rows: tuple[tuple[str, str, str], ...]
    jump_words: str


def find_movement(search: EventSearch, measures: PersonMeasures, time: Float64, skeleton: Skeleton) -> Found:
    """Find the events of a movement. Raises UsageError for an angle that there is not."""
    from poseapp.kinematics.events import find_events

    found = find_events(search, measures, np.asarray(time), skeleton)
    return Found(found.events, found.words, *(search.span or (0, len(time))))


def compute_numbers(
    measures: PersonMeasures,
    clip: ClipInfo,
    skeleton: Skeleton,
    *,
    person: int,
    events: tuple[Event, ...],
    scene: Scene,
) -> Numbers:
    """Compute the numbers of a walk and of jumps from events; `clip` has the times of its file."""
    from poseapp.core.scene import scene_clip
    from poseapp.jobs.movement import gait_of
    from poseapp.kinematics.events_gait import STRIKE
    from poseapp.kinematics.jumps import describe_jump, jumps_of

    real = scene_clip(clip, scene)
    mine = [event for event in events if event.person in (person, -1) and event.frame < real.n_frames]
    walked = any(event.name == STRIKE and event.side for event in mine)
    gait = gait_of(measures, real, skeleton, person=person, events=mine, scene=scene) if walked else None
    jumps = jumps_of(mine, real.pts, person)
    rows = tuple(
        (f"Jump {i + 1}", f"{jump.flight:.3f} s", f"{100 * jump.height:.1f} ± {196 * jump.sigma:.1f} cm")
        for i, jump in enumerate(jumps)
    )
    words = describe_jump(max(jumps, key=lambda jump: jump.height), real.pts) if jumps else ""
    return Numbers(gait, jumps, rows, words)
