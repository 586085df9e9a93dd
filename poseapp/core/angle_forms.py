"""An angle as a person describes it, and as it is computed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from poseapp.core.angle_table import angle_name
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import AngleDefinition, Skeleton, counterpart, side_of

Shape = Literal["joint", "segments", "vertical", "horizontal"]
Range = Literal["size", "turn", "line"]  # 0 to 180, -180 to 180, and -90 to 90 where a line has no direction

POINTS: dict[Shape, int] = {"joint": 3, "segments": 4, "vertical": 2, "horizontal": 2}
# In front of the zero offset: value = direction * (sign * theta + shift), see `kinematics.angles` for theta.
_SIGN: dict[Shape, float] = {"joint": 1.0, "segments": 1.0, "vertical": 1.0, "horizontal": -1.0}
_SHIFT: dict[Shape, float] = {"joint": 0.0, "segments": 0.0, "vertical": 90.0, "horizontal": 0.0}


@dataclass(frozen=True)
class AngleForm:
    """What is filled in to define an angle.

    Attributes:
        title: For people.
        shape: "joint", the angle at the second of three keypoints; "segments", from the segment of the first two to
            that of the last two; "vertical", 0 where the first keypoint is straight above the second and positive
            where it is forward of it; "horizontal", 0 where the first is straight ahead of the second and positive
            where it is above.
        points: As many names as the shape has.
        range: "size" without a sign, 0 to 180; "turn", -180 to 180; "line", modulo 180.
        offset: Added at the end, degrees.
        reversed: The other way round, before the offset.
        zero, positive: In words.
        plane: Which mirror it knows, see `AngleDefinition`.
    """

    title: str
    shape: Shape
    points: tuple[str, ...]
    range: Range = "size"
    offset: float = 0.0
    reversed: bool = False
    zero: str = ""
    positive: str = ""
    plane: str = "sagittal"


def definition_of(form: AngleForm, skeleton: Skeleton, *, name: str = "") -> AngleDefinition:
    """Return the definition of an angle.

    Args:
        form: What was filled in; words left empty are written for it.
        skeleton: Which has all its points.
        name: In files; made from the title where it is "".

    Raises:
        BadInputError: What is still to be filled in.
    """
    _check(form, skeleton)
    name = name or angle_name(form.title)
    if not name:
        raise BadInputError("the angle needs a title with letters")
    direction = -1.0 if form.reversed else 1.0
    scale = direction * _SIGN[form.shape]
    # value = direction * (sign * theta + shift) + offset, as (theta + o) * scale
    offset = (direction * _SHIFT[form.shape] + form.offset) / scale
    return AngleDefinition(
        name=name,
        title=form.title.strip(),
        kind="segment" if POINTS[form.shape] == 2 else "joint",
        side=side_of(name),
        points=form.points,
        offset=offset + 0.0,  # no -0
        scale=scale,
        period=180.0 if form.range == "line" else 360.0,
        zero=form.zero.strip() or zero_words(form),
        positive=form.positive.strip() or positive_words(form),
        unsigned=form.range == "size",
        plane=form.plane,
    )


def form_of(definition: AngleDefinition) -> AngleForm | None:
    """Return what defines an angle as it is filled in; None where a file says more than the form can."""
    n, scale = len(definition.points), definition.scale
    period = definition.period
    if abs(scale) != 1 or period not in (180, 360) or (definition.unsigned and period == 180):
        return None
    shapes = [shape for shape in POINTS if POINTS[shape] == n]
    forms = [
        AngleForm(
            title=definition.title,
            shape=shape,
            points=definition.points,
            range="size" if definition.unsigned else "line" if definition.period == 180 else "turn",
            offset=_wrapped(definition.offset * scale - scale * _SIGN[shape] * _SHIFT[shape]),
            reversed=scale * _SIGN[shape] < 0,
            zero=definition.zero,
            positive=definition.positive,
            plane=definition.plane,
        )
        for shape in shapes
    ]
    return min(forms, key=lambda form: abs(form.offset))


def other_side(form: AngleForm) -> AngleForm | None:
    """Return the same angle of the other side; None where it has no side."""
    points = tuple(counterpart(point) for point in form.points)
    return None if points == form.points else replace(form, points=points)


def zero_words(form: AngleForm) -> str:
    """Return what the value 0 means, as far as the form tells."""
    if form.offset:
        return f"{-form.offset:g} degrees in the angle without its zero offset"
    a, b, c, d = (*(point.replace("_", " ") for point in form.points), "", "", "")[:4]
    return {
        "joint": f"{a} and {c} in one direction from {b}",
        "segments": f"{a} to {b} in the direction of {c} to {d}",
        "vertical": f"{a} straight above {b}",
        "horizontal": f"{a} straight ahead of {b}",
    }[form.shape]


def positive_words(form: AngleForm) -> str:
    """Return what a growing value means, as far as the form tells."""
    a, b, c, d = (*(point.replace("_", " ") for point in form.points), "", "", "")[:4]
    if form.range == "size":
        return "the two open"
    forward = {
        "joint": f"{a} turns clockwise about {b}, the person facing right",
        "segments": f"{a} to {b} turns clockwise against {c} to {d}, the person facing right",
        "vertical": f"{a} moves forward of {b}",
        "horizontal": f"{a} rises above {b}",
    }[form.shape]
    back = {
        "joint": f"{a} turns counter-clockwise about {b}, the person facing right",
        "segments": f"{a} to {b} turns counter-clockwise against {c} to {d}, the person facing right",
        "vertical": f"{a} moves back of {b}",
        "horizontal": f"{a} sinks below {b}",
    }[form.shape]
    return back if form.reversed else forward


def _check(form: AngleForm, skeleton: Skeleton) -> None:
    if not form.title.strip():
        raise BadInputError("the angle needs a title")
    if len(form.points) != POINTS[form.shape] or not all(form.points):
        raise BadInputError("every keypoint of the angle has to be chosen")
    missing = [point for point in form.points if not skeleton.has(point)]
    if missing:
        raise BadInputError(f"there is no keypoint {missing[0].replace('_', ' ')} here")
    pairs = [form.points[:2], form.points[2:]] if form.shape == "segments" else [form.points]
    if any(len(set(pair)) < len(pair) for pair in pairs):
        raise BadInputError("the angle names a keypoint twice", remedy="Choose different ones")
    if not math.isfinite(form.offset):
        raise BadInputError("the zero offset is not a number of degrees")


def _wrapped(degrees: float) -> float:
    """Return degrees in (-180, 180]."""
    return 180.0 - (180.0 - degrees) % 360.0
