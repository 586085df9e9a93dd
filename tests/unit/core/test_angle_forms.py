"""Angles as they are filled in: what they come to is worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.angle_forms import POINTS, AngleForm, Range, Shape, definition_of, form_of, other_side
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_angles, load_skeleton
from poseapp.kinematics.angles import compute_angles

BASE = load_skeleton("coco17")
PLACES = {
    # y points down: the ankle is below the knee and 100 behind it, the hip straight above.
    "right_hip": (0, -100), "right_knee": (0, 0), "right_ankle": (-100, 100), "nose": (100, -300),
}  # fmt: skip


def value(form: AngleForm, facing: int = 1) -> float:
    xy = np.full((1, 17, 2), np.nan)
    for name, place in PLACES.items():
        xy[0, BASE.index(name)] = place
    definition = definition_of(form, BASE)
    return float(compute_angles(xy, BASE.with_angles((definition,)), np.array([facing]))[0, -1])


KNEE = AngleForm("Knee", "joint", ("right_ankle", "right_knee", "right_hip"))
LEAN = AngleForm("Lean", "vertical", ("right_hip", "right_ankle"), "turn")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (KNEE, 135),
        # The ankle turns clockwise to the hip by 135: theta = -(+135) as the hip lies clockwise of the ankle.
        (replace(KNEE, range="turn"), -135),
        (replace(KNEE, range="turn", reversed=True), 135),
        (replace(KNEE, range="line"), 45),
        # A flexion: 0 in line, growing when it bends.
        (replace(KNEE, offset=180), 45),
        (replace(KNEE, range="turn", offset=180), 45),
        # hip over ankle: 100 forward, 200 up.
        (LEAN, math.degrees(math.atan2(100, 200))),
        (replace(LEAN, reversed=True), -math.degrees(math.atan2(100, 200))),
        (replace(LEAN, shape="horizontal"), math.degrees(math.atan2(200, 100))),
        (replace(LEAN, shape="horizontal", offset=-90), math.degrees(math.atan2(200, 100)) - 90),
        (replace(LEAN, shape="horizontal", reversed=True), -math.degrees(math.atan2(200, 100))),
        # The shank points 135 from forward (back and down), the thigh 90 (down): it is turned clockwise by 45.
        (AngleForm("Bend", "segments", ("right_knee", "right_ankle", "right_hip", "right_knee"), "turn"), 45),
    ],
)
def test_what_is_filled_in_comes_to_what_it_says(form: AngleForm, expected: float) -> None:
    assert value(form) == pytest.approx(expected, abs=1e-9)
    mirrored = value(form, -1)
    if form.range == "size" or form.shape == "horizontal":
        return
    if not form.offset and form.range == "turn":
        assert mirrored == pytest.approx(-expected, abs=1e-9), "the other facing mirrors it"


@pytest.mark.parametrize("shape", get_args(Shape))
@pytest.mark.parametrize("range_", get_args(Range))
@given(offset=st.floats(-170, 170), is_reversed=st.booleans())
def test_a_definition_is_filled_in_again_as_it_was(
    shape: Shape, range_: Range, offset: float, is_reversed: bool
) -> None:
    points = ("right_ankle", "right_knee", "right_hip", "nose")[: POINTS[shape]]
    form = AngleForm("My angle", shape, points, range_, offset, is_reversed, "here", "there", "frontal")
    definition = definition_of(form, BASE)
    again = form_of(definition)
    assert again is not None
    assert definition_of(again, BASE).scale == definition.scale
    difference = definition_of(again, BASE).offset - definition.offset
    assert (difference + 180) % 360 - 180 == pytest.approx(0, abs=1e-9), "the same angle, whichever way it is said"
    if len(points) > 2:
        assert again == replace(form, offset=pytest.approx(offset, abs=1e-9))


def test_shipped_angles_can_be_filled_in() -> None:
    for definition in load_angles():
        form = form_of(definition)
        if form is not None and all(BASE.has(point) for point in form.points):
            again = definition_of(form, BASE, name=definition.name)
            turned = (again.offset - definition.offset + 180) % 360 - 180
            assert (turned, again.scale) == (pytest.approx(0, abs=1e-9), definition.scale), definition.name
    assert form_of(replace(load_angles()[0], scale=0.5)) is None


def test_the_words_say_what_zero_and_growing_mean() -> None:
    definition = definition_of(replace(KNEE, range="turn"), BASE)
    assert definition.zero == "right ankle and right hip in one direction from right knee"
    assert definition.positive == "right ankle turns clockwise about right knee, the person facing right"
    assert definition_of(replace(KNEE, offset=180), BASE).zero == "-180 degrees in the angle without its zero offset"
    assert definition_of(KNEE, BASE).positive == "the two open"
    assert definition_of(LEAN, BASE).positive == "right hip moves forward of right ankle"
    said = definition_of(replace(KNEE, zero=" straight ", positive="bending"), BASE)
    assert (said.zero, said.positive, said.name) == ("straight", "bending", "knee")


def test_the_other_side() -> None:
    assert other_side(KNEE).points == ("left_ankle", "left_knee", "left_hip")
    assert other_side(replace(KNEE, points=("nose", "mid_hip", "mid_shoulder"))) is None


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (replace(KNEE, title=" "), "needs a title"),
        (replace(KNEE, title="é"), "title with letters"),
        (replace(KNEE, points=("nose", "", "right_hip")), "has to be chosen"),
        (replace(KNEE, points=("nose", "racket_tip", "right_hip")), "no keypoint racket tip"),
        (replace(KNEE, points=("nose", "nose", "right_hip")), "names a keypoint twice"),
        (replace(KNEE, offset=math.nan), "not a number"),
    ],
)
def test_what_is_missing_is_said(form: AngleForm, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        definition_of(form, BASE)
