"""Finds events of a person by the kind of movement, and says in a sentence what was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from poseapp.core.analysis import PersonMeasures
from poseapp.core.errors import UsageError
from poseapp.core.items import Event
from poseapp.core.movement import EventSearch, Movement
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float64
from poseapp.kinematics.events_gait import STRIKE, TOE_OFF, GaitEvents, find_gait_events
from poseapp.kinematics.facing import facing_signs
from poseapp.kinematics.jumps import describe_jump, find_jumps, jumps_of
from poseapp.kinematics.measure_pieces import cut_angles
from poseapp.kinematics.repetitions import BOTTOM, PEAK, Repetition, events_of, find_repetitions

# Movement -> how it is offered to people.
MOVEMENTS: dict[Movement, str] = {
    "gait": "Walking or running: heel strikes and toe-offs (Zeni 2008, coordinates)",
    "gait-velocity": "Walking or running: heel strikes and toe-offs (Zeni 2008, velocities)",
    "jump": "Jumps: take-offs and landings",
    "squat": "Squats: start, bottom and end of each",
    "repetitions": "Repetitions of an angle: start, peak and end of each",
}
_SQUAT = "knee_flexion"
_LEAST_SQUAT = 30.0  # degrees of knee flexion
CYCLE_EVENT: dict[Movement, str] = {
    "gait": STRIKE, "gait-velocity": STRIKE, "jump": "take-off", "squat": BOTTOM, "repetitions": PEAK,
}  # fmt: skip


@dataclass(frozen=True)
class FoundEvents:
    """Events of a person, and a sentence that says what they are or why there are none.

    Attributes:
        treadmill: Of a walk: the person does not travel in the picture.
    """

    events: tuple[Event, ...]
    words: str
    treadmill: bool = False


def find_events(search: EventSearch, measures: PersonMeasures, time: Float64, skeleton: Skeleton) -> FoundEvents:
    """Find the events of a movement.

    Args:
        search: What is looked for.
        measures: Of the person, over the T frames of a clip.
        time: (T,) s, as recorded.
        skeleton: Of the keypoints.

    Raises:
        UsageError: There is no such movement or angle.
    """
    movement, person = search.movement, search.person
    start, stop = search.span or (0, len(time))
    part, when = _cut(measures, start, stop), time[start:stop]
    if movement in ("gait", "gait-velocity"):
        signs = facing_signs(measures.facing, len(time))[start:stop]
        method: Literal["coordinate", "velocity"] = "coordinate" if movement == "gait" else "velocity"
        found = _walk(find_gait_events(part.filtered, when, skeleton, signs, person=person, method=method))
    elif movement == "jump":
        found = _jumps(find_jumps(part.final, when, skeleton, person=person), when, person)
    elif movement == "squat":
        found = _squats(part, when, person)
    elif movement == "repetitions":
        found = _repetitions(part, when, search)
    else:
        raise UsageError(f"there is no movement {movement!r}", remedy=f"Choose one of {', '.join(MOVEMENTS)}")
    return replace(found, events=tuple(replace(event, frame=event.frame + start) for event in found.events))


def _cut(measures: PersonMeasures, start: int, stop: int) -> PersonMeasures:
    """Return the rows start .. stop of what events are found in."""
    frames = slice(start, stop)
    angles = cut_angles(measures.angles, start, stop)
    return replace(measures, final=measures.final[frames], filtered=measures.filtered[frames], angles=angles)


def counted(n: int, name: str) -> str:
    """Return "one heel strike" or "6 heel strikes"."""
    return f"one {name}" if n == 1 else f"{n or 'no'} {name}s"


def _walk(found: GaitEvents) -> FoundEvents:
    if not found.events:
        return FoundEvents((), _sentence(found.note))
    strikes = sum(event.name == STRIKE for event in found.events)
    offs = sum(event.name == TOE_OFF for event in found.events)
    where = "on a treadmill or on the spot" if found.treadmill else "over ground"
    words = f"{counted(strikes, STRIKE)} and {counted(offs, TOE_OFF)} found, walking {where}, from {found.used}"
    note = f" {_sentence(found.note)}" if found.note else ""
    return FoundEvents(found.events, _sentence(words) + note, found.treadmill)


def _jumps(events: tuple[Event, ...], time: Float64, person: int) -> FoundEvents:
    jumps = jumps_of(events, time, person)
    if not jumps:
        return FoundEvents((), "No jump was found: both feet are never off the floor together.")
    head = "" if len(jumps) == 1 else f"{len(jumps)} jumps; the highest: "
    return FoundEvents(events, head + describe_jump(max(jumps, key=lambda jump: jump.height), time))


def _squats(measures: PersonMeasures, time: Float64, person: int) -> FoundEvents:
    columns = [c for c, d in enumerate(measures.angles.definitions) if d.name.endswith(_SQUAT)]
    if not columns:
        return FoundEvents((), "No squat can be found: the keypoints have no knees.")
    knees = measures.angles.values[:, columns]
    known = np.isfinite(knees)
    count = known.sum(axis=1)
    mean = np.where(count > 0, np.where(known, knees, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
    found = find_repetitions(mean, time, least=_LEAST_SQUAT)
    words = f"No squat was found: the knees never bend by {_LEAST_SQUAT:.0f}° and back."
    return FoundEvents(events_of(found, person=person, peak=BOTTOM), _told(found, "squat", time) or words)


def _repetitions(measures: PersonMeasures, time: Float64, search: EventSearch) -> FoundEvents:
    angle = search.angle
    definitions = measures.angles.definitions
    column = next((c for c, d in enumerate(definitions) if d.name == angle), -1)
    if column < 0:
        choices = ", ".join(d.name for d in definitions)
        raise UsageError(f"there is no angle {angle!r}", remedy=f"Choose one of {choices}")
    chosen = definitions[column]
    found = find_repetitions(measures.angles.values[:, column], time, period=chosen.period)
    side = "" if chosen.side == "middle" else chosen.side
    words = f"No repetition was found: {chosen.title} has no peak that stands out."
    return FoundEvents(events_of(found, person=search.person, side=side), _told(found, "repetition", time) or words)


def _told(found: tuple[Repetition, ...], name: str, time: Float64) -> str:
    if not found:
        return ""
    depth = np.array([one.depth for one in found])
    seconds = float(np.mean([time[one.stop] - time[one.start] for one in found]))
    each = "" if len(found) == 1 else "on average "
    return _sentence(f"{counted(len(found), name)} found, {each}{depth.mean():.0f}° deep and {seconds:.2f} s long")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
