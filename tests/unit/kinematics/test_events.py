"""Finding events by the kind of movement, with the sentence that goes with it."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.strides import Walked, jumping, squatting, standing, stepping
from poseapp.core.errors import UsageError
from poseapp.core.items import Event
from poseapp.core.movement import EventSearch, not_yet_known
from poseapp.core.types import Source, Track
from poseapp.kinematics.events import FoundEvents, find_events
from poseapp.kinematics.events_gait import STRIKE
from poseapp.kinematics.measure import measure_person


def measured(walk: Walked):
    xy = walk.xy.astype(np.float32)
    source = np.where(np.isfinite(xy[..., 0]), Source.PREDICTED, Source.MISSING).astype(np.uint8)
    score = np.where(source > 0, 0.9, np.nan).astype(np.float32)
    track = Track(0, xy, xy, score, np.full((*xy.shape[:2], 3), 1.0, np.float32), source)
    return measure_person(track, walk.time, walk.skeleton)


def find(walk: Walked, movement, **more) -> FoundEvents:
    return find_events(EventSearch(movement, 0, **more), measured(walk), walk.time, walk.skeleton)


def test_a_walk_is_told_in_a_sentence():
    found = find(stepping(30, facing=-1), "gait")
    words = "heel strikes and 10 toe-offs found, walking over ground, from heel and toe."
    assert found.words.endswith(words)
    assert find(stepping(30, belt=True), "gait-velocity").treadmill


def test_a_jump_is_told_in_a_sentence():
    found = find(jumping(0.5, 60, take_off=1.507), "jump")
    assert found.words.startswith("In the air for 0.")
    assert found.words.endswith("(g t²/8; 95 %, from 60 frames/s).")
    assert len(found.events) == 2


def test_squats_are_counted():
    found = find(squatting(), "squat")
    assert [e.name for e in found.events] == ["start", "bottom", "end"] * 3
    bottoms = [e.frame / 30 for e in found.events if e.name == "bottom"]
    assert bottoms == pytest.approx([2, 5, 8], abs=0.05)
    assert found.words.startswith("3 squats found, on average 1")


def test_repetitions_of_an_angle():
    found = find(squatting(), "repetitions", angle="right_hip_flexion")
    assert [e.frame / 30 for e in found.events if e.name == "peak"] == pytest.approx([2, 5, 8], abs=0.05)
    assert {e.side for e in found.events} == {"right"}
    with pytest.raises(UsageError, match="no angle"):
        find(squatting(), "repetitions", angle="tail")


@pytest.mark.parametrize("movement", ["gait", "gait-velocity", "jump", "squat"])
def test_who_stands_does_nothing(movement):
    found = find(standing(), movement)
    assert found.events == ()
    assert found.words.startswith("No ")
    assert found.words.endswith(".")


def test_an_unknown_movement_is_refused():
    with pytest.raises(UsageError, match="no movement"):
        find(standing(), "dance")


def test_events_are_looked_for_in_a_part_of_the_clip():
    walk = squatting()
    found = find(walk, "squat", span=(100, 190))
    assert [e.name for e in found.events] == ["start", "bottom", "end"]
    assert found.events[1].frame / 30 == pytest.approx(5, abs=0.05)
    assert found.words.startswith("One squat found")
    steps = find(stepping(60), "gait").events
    part = find(stepping(60), "gait", span=(100, 300)).events
    assert set(part) <= set(steps)
    assert len(part) >= sum(110 <= e.frame < 290 for e in steps)


def test_what_somebody_marked_already_is_left_alone():
    """The same name, side and person within 0.1 s: 3 frames of 30 a second."""
    time = np.arange(100) / 30
    found = tuple(Event(f, STRIKE, 0, "right") for f in (10, 40, 70))
    known = (Event(13, STRIKE, 0, "right"), Event(40, STRIKE, 0, "left"), Event(74, STRIKE, -1, "right"))
    assert [e.frame for e in not_yet_known(found, known, time)] == [40, 70]
