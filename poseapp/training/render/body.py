"""An articulated body: proportions, joint angles, and where they put every keypoint.

World: metres, x to the picture's right, y up, z towards the viewer. A body at heading 0 faces +x and so shows its
right side. Segment lengths are shares of stature after Drillis & Contini (1966), as printed in Winter,
Biomechanics and Motor Control of Human Movement, 4th ed. 2009, figure 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
RIGHT, LEFT = 0, 1
SIDE_SIGN = (1.0, -1.0)  # z of the right and of the left side
X, Y, Z = np.eye(3)


def rotation(axis: Vector, degrees: float) -> Matrix:
    """Return the rotation (3, 3) about a unit axis, right-handed."""
    a = np.deg2rad(degrees)
    cross = np.cross(np.eye(3), axis)
    turn: Matrix = np.eye(3) * np.cos(a) + (1 - np.cos(a)) * np.outer(axis, axis) + np.sin(a) * cross
    return turn


@dataclass(frozen=True)
class Proportions:
    """Sizes of a body, m. Attributes besides `stature` are shares of it unless said otherwise.

    Attributes:
        girth: Factor on all thicknesses.
        hip, shoulder: Half distances between the joints of the two sides.
    """

    stature: float = 1.75
    girth: float = 1.0
    hip: float = 0.052
    shoulder: float = 0.106
    trunk: float = 0.288
    thigh: float = 0.245
    shank: float = 0.246
    upper_arm: float = 0.18
    forearm: float = 0.146
    foot: float = 0.152
    ankle_height: float = 0.039
    neck: float = 0.044
    head: float = 0.132

    def length(self, name: str) -> float:
        """Return one of the shares in metres."""
        return float(getattr(self, name)) * self.stature


def _pair() -> Vector:
    return np.zeros(2)


@dataclass(frozen=True)
class Pose:
    """Joint angles, degrees; rows are right, left. 0 everywhere = standing upright with hanging arms.

    Attributes:
        root: (3,) middle of the hips, m.
        orientation: (3, 3) of the pelvis.
        spine, head: (forward, towards the right, turned to the left).
        hip, shoulder: (2, 3) flexion, abduction, inward rotation.
        knee, ankle, elbow, wrist, toe: (2,) flexion; ankle: dorsiflexion; toe: bent up.
    """

    root: Vector = field(default_factory=lambda: np.zeros(3))
    orientation: Matrix = field(default_factory=lambda: np.eye(3))
    spine: Vector = field(default_factory=lambda: np.zeros(3))
    head: Vector = field(default_factory=lambda: np.zeros(3))
    hip: Vector = field(default_factory=lambda: np.zeros((2, 3)))
    knee: Vector = field(default_factory=_pair)
    ankle: Vector = field(default_factory=_pair)
    toe: Vector = field(default_factory=_pair)
    shoulder: Vector = field(default_factory=lambda: np.zeros((2, 3)))
    elbow: Vector = field(default_factory=_pair)
    wrist: Vector = field(default_factory=_pair)


@dataclass(frozen=True)
class Segment:
    """A rigid part: `origin` (3,) of its upper joint, `axes` (3, 3) columns forward, up, right."""

    origin: Vector
    axes: Matrix

    def at(self, forward: float, up: float, right: float) -> Vector:
        """Return a point of the part in world coordinates."""
        point: Vector = self.origin + self.axes @ np.array([forward, up, right])
        return point


Body = dict[str, Segment]


def _limb_turn(angles: Vector, side: int) -> Matrix:
    flexion, abduction, inward = angles
    sign = SIDE_SIGN[side]
    return rotation(Z, flexion) @ rotation(X, -sign * abduction) @ rotation(Y, sign * inward)


def _bend(angles: Vector, share: float) -> Matrix:
    forward, right, turn = angles * share
    return rotation(Y, turn) @ rotation(X, right) @ rotation(Z, -forward)


def assemble(size: Proportions, pose: Pose) -> Body:
    """Return the segments of a body in a pose, by name: pelvis, chest, head, and right_/left_ limb parts."""
    pelvis = Segment(pose.root, pose.orientation)
    chest_axes = pose.orientation @ _bend(pose.spine, 0.5)
    waist = pelvis.at(0, 0.42 * size.length("trunk"), 0)
    upper_axes = chest_axes @ _bend(pose.spine, 0.5)
    chest = Segment(waist, upper_axes)
    rise = 0.58 * size.length("trunk")
    neck = Segment(chest.at(-0.004, rise + 0.012 * size.stature, 0), upper_axes @ _bend(pose.head, 0.4))
    head = Segment(neck.at(0.008 * size.stature, size.length("neck"), 0), neck.axes @ _bend(pose.head, 0.6))
    body: Body = {"pelvis": pelvis, "chest": chest, "neck": neck, "head": head}
    for side, name in enumerate(("right", "left")):
        _add_leg(body, size, pose, side, name)
        _add_arm(body, size, pose, side, name)
    return body


def _add_leg(body: Body, size: Proportions, pose: Pose, side: int, name: str) -> None:
    hip = body["pelvis"].at(0, 0, SIDE_SIGN[side] * size.length("hip"))
    thigh = Segment(hip, pose.orientation @ _limb_turn(pose.hip[side], side))
    shank = Segment(thigh.at(0, -size.length("thigh"), 0), thigh.axes @ rotation(Z, -pose.knee[side]))
    foot = Segment(shank.at(0, -size.length("shank"), 0), shank.axes @ rotation(Z, pose.ankle[side]))
    ball = foot.at(0.47 * size.length("foot"), -0.75 * size.length("ankle_height"), 0)
    toes = Segment(ball, foot.axes @ rotation(Z, pose.toe[side]))
    body |= {f"{name}_thigh": thigh, f"{name}_shank": shank, f"{name}_foot": foot, f"{name}_toes": toes}


def _add_arm(body: Body, size: Proportions, pose: Pose, side: int, name: str) -> None:
    flexion, abduction, _ = pose.shoulder[side]
    # The shoulder girdle rises and closes in as the arm goes up.
    lift = np.clip((max(abs(flexion), abs(abduction)) - 30) / 150, 0, 1)
    shoulder = body["chest"].at(
        0.012 * size.stature * np.sin(np.deg2rad(flexion)),
        0.545 * size.length("trunk") + 0.028 * size.stature * lift,
        SIDE_SIGN[side] * (size.length("shoulder") - 0.016 * size.stature * lift),
    )
    upper = Segment(shoulder, body["chest"].axes @ _limb_turn(pose.shoulder[side], side))
    fore = Segment(upper.at(0, -size.length("upper_arm"), 0), upper.axes @ rotation(Z, pose.elbow[side]))
    hand = Segment(fore.at(0, -size.length("forearm"), 0), fore.axes @ rotation(Z, pose.wrist[side]))
    body |= {f"{name}_upper_arm": upper, f"{name}_forearm": fore, f"{name}_hand": hand}


def keypoints_3d(body: Body, size: Proportions) -> Vector:
    """Return the keypoints (18, 3) of skeleton body18, m."""

    def leg(name: str) -> list[Vector]:
        return [body[f"{name}_foot"].origin, body[f"{name}_shank"].origin, body[f"{name}_thigh"].origin]

    def arm(name: str) -> list[Vector]:
        return [body[f"{name}_hand"].origin, body[f"{name}_forearm"].origin, body[f"{name}_upper_arm"].origin]

    foot, high = size.length("foot"), size.length("ankle_height")
    points = leg("right") + leg("left")[::-1] + arm("right") + arm("left")[::-1]
    points += [body["neck"].at(0, 0.35 * size.length("neck"), 0), body["head"].at(0, size.length("head"), 0)]
    points += [body[f"{n}_foot"].at(-0.27 * foot, -0.72 * high, 0) for n in ("right", "left")]
    points += [
        body[f"{n}_toes"].at(0.25 * foot, 0.05 * high, -SIDE_SIGN[s] * 0.006 * size.stature)
        for s, n in enumerate(("right", "left"))
    ]
    return np.array(points)


def lowest_point(body: Body, size: Proportions) -> float:
    """Return the height of the lowest sole, m: what to subtract from the root to stand on the floor."""
    low = [
        segment.at(forward * size.length("foot"), drop, 0)[1]
        for name in ("right", "left")
        for segment, forward, drop in (
            (body[f"{name}_foot"], -0.2, -size.length("ankle_height")),
            (body[f"{name}_toes"], 0.0, -0.25 * size.length("ankle_height")),
            (body[f"{name}_toes"], 0.2, -0.25 * size.length("ankle_height")),
        )
    ]
    return float(min(low))
