"""Two teachers heard together: believed where they agree, doubted where they do not.

The first teacher (`teacher.py`) knows the 14 keypoints of Leeds Sports Pose, the second (`feet.py`) 12 of them and the
feet. Their mistakes have little in common, so agreement is worth more than either's confidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float32
from poseapp.training.teachers.answers import FACE_LANDMARKS, LANDMARK_OF_BODY, Landmarks

Points = npt.NDArray[np.floating]
AGREE, DIFFER = 0.15, 0.3  # torso: closer is the same place, farther another one
VISIBLE = 0.5  # visibility from which the second teacher is asked at all
FOOT_VISIBLE = 0.7  # of ankle, heel and toe, in the worse of its two looks
STEADY = 0.15  # torso: most that its two looks may lie apart on a foot
LONGEST_FOOT = 0.8  # torso
LARGEST_HEAD = 0.6  # torso: the face is not farther from the middle of head top and neck
CONFIRMED, DOUBTED = 0.6, 0.1  # peak that an agreed keypoint has at least, and a disputed one at most
_LIMB_LANDMARKS = [n for n in LANDMARK_OF_BODY[:12] if n is not None]
# Ankle of body18 and its landmarks: ankle, heel, toe. Heels and toes of body18 are 14 (right), 15 and 16, 17.
_FEET = ((0, (28, 30, 32)), (5, (27, 29, 31)))


@dataclass(frozen=True)
class SecondOpinion:
    """The second teacher on one picture; fields as one row of `Landmarks`."""

    xy: Points
    visibility: Points
    spread: Points
    presence: float

    @classmethod
    def of(cls, landmarks: Landmarks, n: int) -> SecondOpinion | None:
        """Return row n; None where it saw nobody."""
        presence = float(landmarks.presence[n])
        if presence < VISIBLE or not np.isfinite(landmarks.xy[n]).all():
            return None
        return cls(landmarks.xy[n], landmarks.visibility[n], landmarks.spread[n], presence)

    def of_body(self) -> tuple[Points, Points]:
        """Return its keypoints (14, 2), px, and their visibility (14,); neck and head top are NaN and 0."""
        xy, visibility = np.full((14, 2), np.nan), np.zeros(14)
        xy[:12], visibility[:12] = self.xy[_LIMB_LANDMARKS], self.visibility[_LIMB_LANDMARKS]
        return xy, visibility


def body_scale(points: Points) -> float:
    """Return the torso (left shoulder to right hip) of keypoints (14, 2), px; 0.3 of their extent where it is short.

    NaN = unknown; NaN when nothing is known.
    """
    known = np.isfinite(points[:, 0])
    if not known.any():
        return float("nan")
    extent = float(np.ptp(points[known], axis=0).max())
    torso = float(np.linalg.norm(points[9] - points[2]))
    return torso if np.isfinite(torso) and torso > 0.1 * extent else 0.3 * extent


def combine(
    xy: Float32, peak: Float32, second: SecondOpinion | None, *, label: Points | None = None
) -> tuple[Float32, Float32]:
    """Return the first teacher's keypoints (14, 2), px, and peaks (14,) after hearing the second.

    Where both agree the place is the mean and the peak at least `CONFIRMED`; where they dispute it the peak is at most
    `DOUBTED`, unless the second sees the keypoint where a label is: then its place holds, confirmed.

    Args:
        label: (14, 2) px, NaN = not labelled.
    """
    if second is None:
        return xy, peak
    torso = body_scale(xy if label is None else label)
    xy, peak = xy.copy(), peak.copy()
    other, visibility = second.of_body()
    asked, same = visibility > VISIBLE, sees(second, xy, torso)
    disputed = asked & (np.linalg.norm(xy - other, axis=1) > DIFFER * torso)
    peak[disputed] = np.minimum(peak[disputed], DOUBTED)
    if label is not None:
        beside = asked & ~same & (np.linalg.norm(other - label, axis=1) < AGREE * torso)
        first_beside = np.linalg.norm(xy - label, axis=1) < AGREE * torso
        xy[beside & ~first_beside] = other[beside & ~first_beside]
        peak[beside] = np.maximum(peak[beside], CONFIRMED)
    xy[same] = (xy[same] + other[same]) / 2
    peak[same] = np.maximum(peak[same], CONFIRMED)
    return xy, peak


def sees(second: SecondOpinion | None, xy: Points, torso: float) -> npt.NDArray[np.bool_]:
    """Return which of keypoints (14, 2), px, the second teacher sees in the same place (14,)."""
    if second is None:
        return np.zeros(14, bool)
    other, visibility = second.of_body()
    near = np.linalg.norm(xy - other, axis=1) < AGREE * torso
    return np.asarray((visibility > VISIBLE) & near, bool)


def feet_of(points: Points, second: SecondOpinion | None, shape: tuple[int, ...]) -> Float32:
    """Return right and left heel, right and left big toe (4, 2), px, as the second teacher sees them; NaN = not sure.

    A foot is believed where its ankle lies within `AGREE` torsos of the known one, ankle, heel and toe are visible in
    both looks, both looks agree, the foot is not longer than feet are, and it lies in the picture: beyond its edge the
    second teacher only guesses.

    Args:
        points: (14, 2) the best keypoints known without it, px, NaN = unknown.
        shape: (height, width, ...) of the picture.
    """
    feet = np.full((4, 2), np.nan, np.float32)
    torso = body_scale(points)
    if second is None or not np.isfinite(torso):
        return feet
    for side, (ankle, landmarks) in enumerate(_FEET):
        at, seen, spread = (getattr(second, name)[list(landmarks)] for name in ("xy", "visibility", "spread"))
        near = np.linalg.norm(at[0] - points[ankle]) < AGREE * torso  # False for an unknown ankle
        length = np.linalg.norm(at[2] - at[1])
        sure = seen.min() > FOOT_VISIBLE and spread.max() < STEADY * torso and length < LONGEST_FOOT * torso
        if near and sure and _inside(at[1:], shape).all():
            feet[side], feet[2 + side] = at[1], at[2]
    return feet


def face_of(points: Points, second: SecondOpinion | None, shape: tuple[int, ...]) -> Float32:
    """Return nose, right and left ear (3, 2), px, as the second teacher sees them; NaN = not sure.

    Each is believed where it is visible in both looks, both looks agree, it lies at the known head and in the picture.

    Args:
        points, shape: As of `feet_of`.
    """
    face = np.full((3, 2), np.nan, np.float32)
    torso, head = body_scale(points), points[12:14].mean(axis=0)
    if second is None or not np.isfinite(torso) or not np.isfinite(head).all():
        return face
    at, seen, spread = (getattr(second, name)[list(FACE_LANDMARKS)] for name in ("xy", "visibility", "spread"))
    near = np.linalg.norm(at - head, axis=1) < LARGEST_HEAD * torso
    sure = near & (seen > VISIBLE) & (spread < STEADY * torso) & _inside(at, shape)
    face[sure] = at[sure]
    return face


def beyond_body(points: Points, second: SecondOpinion | None, shape: tuple[int, ...]) -> Float32:
    """Return what body21 has beyond the 14 keypoints of the body (7, 2), px: `feet_of`, then `face_of`."""
    return np.concatenate([feet_of(points, second, shape), face_of(points, second, shape)])


def _inside(xy: Points, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    return np.asarray(((xy > -0.5) & (xy < np.array(shape[1::-1]) - 0.5)).all(axis=-1), bool)
