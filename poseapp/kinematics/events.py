"""Finds events of a person by the kind of movement, and says in a sentence what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from poseapp.core.analysis import PersonMeasures
from poseapp.core.errors import UsageError
from poseapp.core.items import Event
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float64
from poseapp.kinematics.events_gait import STRIKE, TOE_OFF, GaitEvents, find_gait_events
from poseapp.kinematics.facing import facing_signs
from poseapp.kinematics.jumps import describe_jump, find_jumps, jumps_of
from poseapp.kinematics.repetitions import BOTTOM, PEAK, Repetition, events_of, find_repetitions

Movement = Literal["gait", "gait-velocity", "jump", "squat", "repetitions"]
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


def find_events(
    movement: Movement,
    measures: PersonMeasures,
    time: Float64,
    skeleton: Skeleton,
    *,
    person: int = -1,
    angle: str = "",
) -> FoundEvents:
    """Find the events of a movement.

    Args:
        movement: Of `MOVEMENTS`.
        measures: Of the person, over the T frames of a clip.
        time: (T,) s, as recorded.
        skeleton: Of the keypoints.
        person: Whom the events are about.
        angle: Name of the angle for "repetitions".

    Raises:
        UsageError: There is no such movement or angle.
    """
    if movement in ("gait", "gait-velocity"):
        signs = facing_signs(measures.facing, len(time))
        method: Literal["coordinate", "velocity"] = "coordinate" if movement == "gait" else "velocity"
        return _walk(find_gait_events(measures.filtered, time, skeleton, signs, person=person, method=method))
    if movement == "jump":
        return _jumps(find_jumps(measures.final, time, skeleton, person=person), time, person)
    if movement == "squat":
        return _squats(measures, time, person)
    if movement == "repetitions":
        return _repetitions(measures, time, person, angle)
    raise UsageError(f"there is no movement {movement!r}", remedy=f"Choose one of {', '.join(MOVEMENTS)}")


def without_known(found: FoundEvents, known: tuple[Event, ...], time: Float64, *, within: float = 0.1) -> FoundEvents:
    """Leave out events that are known already: the same name, side and person within a tenth of a second."""
    new = tuple(event for event in found.events if not any(_is_same(event, old, time, within) for old in known))
    return FoundEvents(new, found.words, found.treadmill)


def _is_same(event: Event, old: Event, time: Float64, within: float) -> bool:
    same = (event.name, event.side) == (old.name, old.side) and old.person in (event.person, -1)
    return bool(same and old.frame < len(time) and abs(time[event.frame] - time[old.frame]) <= within + 1e-6)


def counted(n: int, name: str) -> str:
    """Return "one heel strike" or "6 heel strikes"."""
    return f"one {name}" if n == 1 else f"{n or 'no'} {name}s"


def _walk(found: GaitEvents) -> FoundEvents:
    if not found.events:
        return FoundEvents((), _sentence(found.note))
    strikes = sum(event.name == STRIKE for event in found.events)
    offs = sum(event.name == TOE_OFF for event in found.events)
    where = "on a treadmill" if found.treadmill else "over ground"
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


def _repetitions(measures: PersonMeasures, time: Float64, person: int, angle: str) -> FoundEvents:
    definitions = measures.angles.definitions
    column = next((c for c, d in enumerate(definitions) if d.name == angle), -1)
    if column < 0:
        choices = ", ".join(d.name for d in definitions)
        raise UsageError(f"there is no angle {angle!r}", remedy=f"Choose one of {choices}")
    chosen = definitions[column]
    found = find_repetitions(measures.angles.values[:, column], time, period=chosen.period)
    side = "" if chosen.side == "middle" else chosen.side
    words = f"No repetition was found: {chosen.title} has no peak that stands out."
    return FoundEvents(events_of(found, person=person, side=side), _told(found, "repetition", time) or words)


def _told(found: tuple[Repetition, ...], name: str, time: Float64) -> str:
    if not found:
        return ""
    depth = np.array([one.depth for one in found])
    seconds = float(np.mean([time[one.stop] - time[one.start] for one in found]))
    each = "" if len(found) == 1 else "on average "
    return _sentence(f"{counted(len(found), name)} found, {each}{depth.mean():.0f}° deep and {seconds:.2f} s long")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
