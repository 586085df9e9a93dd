"""Random poses a body can take: daily life, exercises, sport, upside down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from poseapp.training.render.body import Pose, Vector, X, Y, Z, rotation
from poseapp.training.render.gait import Manner, stride_pose

Maker = Callable[[np.random.Generator], Pose]


def _arms(rng: np.random.Generator) -> dict[str, Vector]:
    """Random arms within the ranges of healthy joints; half the time both sides do the same."""
    shoulder = np.column_stack([rng.uniform(-40, 175, 2), rng.uniform(0, 80, 2), rng.uniform(-60, 60, 2)])
    shoulder[shoulder[:, 0] > 90, 1] *= 0.4
    elbow = rng.uniform(0, 140, 2) * (rng.random(2) < 0.75)
    if rng.random() < 0.5:
        shoulder[1], elbow[1] = shoulder[0], elbow[0]
    return {"shoulder": shoulder, "elbow": elbow, "wrist": rng.uniform(-30, 40, 2)}


def _resting_arms(rng: np.random.Generator) -> dict[str, Vector]:
    shoulder = np.column_stack([rng.uniform(-20, 25, 2), rng.uniform(3, 18, 2), rng.uniform(-20, 40, 2)])
    return {"shoulder": shoulder, "elbow": rng.uniform(2, 45, 2), "wrist": rng.uniform(-10, 15, 2)}


def _head(rng: np.random.Generator) -> Vector:
    return rng.normal(0, (14, 7, 22))


def walking(rng: np.random.Generator) -> Pose:
    """A moment of a walk."""
    manner = Manner(
        stride=rng.uniform(0.5, 1.25), arms=rng.uniform(0, 1.8), knee=rng.uniform(0.7, 1.2), lean=rng.uniform(-2, 12),
        elbow=rng.uniform(0, 25),
    )  # fmt: skip
    pose = stride_pose(rng.random(), manner, effort=rng.uniform(0.3, 1))
    return replace(pose, head=_head(rng) * 0.5)


def running(rng: np.random.Generator) -> Pose:
    """A moment of a run: the walk's curves, larger, with bent arms."""
    manner = Manner(
        stride=rng.uniform(1.2, 2.1), arms=rng.uniform(1.5, 2.6), knee=rng.uniform(1.3, 2.0), lean=rng.uniform(4, 18)
    )
    pose = stride_pose(rng.random(), manner)
    return replace(pose, elbow=rng.uniform(60, 115, 2), head=_head(rng) * 0.5)


def standing(rng: np.random.Generator) -> Pose:
    """Standing, arms at rest or anywhere."""
    hip = np.column_stack([rng.uniform(-8, 12, 2), rng.uniform(0, 18, 2), rng.uniform(-15, 10, 2)])
    arms = _arms(rng) if rng.random() < 0.7 else _resting_arms(rng)
    return Pose(hip=hip, knee=rng.uniform(0, 15, 2), spine=rng.normal(0, (7, 5, 10)), head=_head(rng), **arms)


def squatting(rng: np.random.Generator) -> Pose:
    """A squat at any depth, or a sitting person."""
    depth = rng.uniform(15, 125)
    hip = np.column_stack([depth * rng.uniform(0.8, 1.1, 2), np.full(2, rng.uniform(2, 25)), np.full(2, -10.0)])
    tilt = rotation(Z, -depth * rng.uniform(0.1, 0.45))
    knee = np.full(2, depth) * rng.uniform(0.9, 1.1, 2)
    ankle = np.clip(knee * 0.25, 0, 35)
    return Pose(
        orientation=tilt, hip=hip, knee=knee, ankle=ankle, spine=rng.normal(8, 8, 3), head=_head(rng), **_arms(rng)
    )


def lunging(rng: np.random.Generator) -> Pose:
    """A step or lunge forward or to the side, either leg first."""
    deep = rng.uniform(20, 100)
    hip = np.array([[deep, rng.uniform(0, 15), 0], [-rng.uniform(5, 30), rng.uniform(0, 45), 0]])
    knee = np.array([deep * rng.uniform(0.7, 1.1), rng.uniform(0, 100)])
    order = [0, 1] if rng.random() < 0.5 else [1, 0]
    return Pose(
        hip=hip[order], knee=knee[order], ankle=rng.uniform(-10, 20, 2), toe=rng.uniform(0, 30, 2)[order],
        spine=rng.normal(6, 10, 3), head=_head(rng), **_arms(rng),
    )  # fmt: skip


def bending(rng: np.random.Generator) -> Pose:
    """Bent forward from the hips and the spine, as in lifting."""
    bend, spine = rng.uniform(20, 90), rng.uniform(0, 50)
    hip = np.column_stack([np.full(2, bend), rng.uniform(0, 15, 2), np.zeros(2)])
    return Pose(
        orientation=rotation(Z, -bend),
        hip=hip,
        knee=rng.uniform(0, 50, 2),
        spine=np.array([spine, 0, 0]) + rng.normal(0, 6, 3),
        head=_head(rng) - (15, 0, 0),
        **_arms(rng),
    )


def sporting(rng: np.random.Generator) -> Pose:
    """Any limbs within their limits, the body leaning any way."""
    hip = np.column_stack([rng.uniform(-30, 120, 2), rng.uniform(0, 55, 2), rng.uniform(-30, 30, 2)])
    knee = rng.uniform(0, 130, 2) * (rng.random(2) < 0.8)
    lean = rotation(Z, rng.normal(0, 30)) @ rotation(X, rng.normal(0, 25))
    return Pose(
        orientation=lean,
        hip=hip,
        knee=knee,
        ankle=rng.uniform(-40, 20, 2),
        toe=rng.uniform(0, 25, 2),
        spine=rng.normal(10, 15, 3),
        head=_head(rng),
        **_arms(rng),
    )


def lying(rng: np.random.Generator) -> Pose:
    """On the back, the front or in a plank."""
    pose = standing(rng) if rng.random() < 0.5 else sporting(rng)
    return replace(
        pose, orientation=rotation(Z, rng.choice([-90, 90]) + rng.normal(0, 12)) @ rotation(Y, rng.normal(0, 25))
    )


def inverted(rng: np.random.Generator) -> Pose:
    """A handstand or a somersault: upside down, arms mostly overhead."""
    pose = sporting(rng) if rng.random() < 0.6 else standing(rng)
    arms = {
        "shoulder": np.column_stack([rng.uniform(140, 185, 2), rng.uniform(0, 20, 2), np.zeros(2)]),
        "elbow": rng.uniform(0, 30, 2),
    }
    return replace(pose, orientation=rotation(Z, 180 + rng.normal(0, 25)) @ rotation(X, rng.normal(0, 15)), **arms)


def arms_before_body(rng: np.random.Generator) -> Pose:
    """Standing, leaning, squatting or stepping with an arm or both before the trunk or the face, seen from the front.

    Such arms are foreshortened, and skin often lies before skin.
    """
    base = (standing, squatting, lunging, sporting)[int(rng.integers(4))](rng)
    shoulder, elbow = base.shoulder.copy(), base.elbow.copy()
    sides = [0, 1] if rng.random() < 0.4 else [int(rng.integers(2))]
    for side in sides:
        shoulder[side] = rng.uniform(15, 115), rng.uniform(-10, 60), rng.uniform(0, 85)
        elbow[side] = rng.uniform(20, 140)
    facing = rotation(Y, -90 + rng.normal(0, 35))
    return replace(base, shoulder=shoulder, elbow=elbow, orientation=facing @ base.orientation)


MAKERS: tuple[tuple[Maker, float], ...] = (
    (walking, 0.28),
    (running, 0.12),
    (standing, 0.16),
    (squatting, 0.12),
    (lunging, 0.09),
    (bending, 0.08),
    (sporting, 0.08),
    (lying, 0.03),
    (inverted, 0.04),
)


def random_pose(rng: np.random.Generator) -> Pose:
    """Return a pose turned to a random heading: side views twice as likely as each other view."""
    makers, shares = zip(*MAKERS, strict=True)
    pose: Pose = makers[rng.choice(len(makers), p=np.array(shares) / sum(shares))](rng)
    heading = rng.choice([0.0, 180.0]) + rng.normal(0, 18) if rng.random() < 0.5 else rng.uniform(-180, 180)
    return replace(pose, orientation=rotation(Y, heading) @ pose.orientation)
