"""Builders of edits of whole poses, in one frame or in a stretch of frames; they change nothing themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from poseapp.core.edit_builders import build_marks, build_moves
from poseapp.core.edits import EditGroup, HideEdit, MarksEdit
from poseapp.core.errors import BadInputError
from poseapp.core.pose_moves import PoseMove, mirrored_pose, moved_pose
from poseapp.core.skeleton import Skeleton
from poseapp.core.spans import spans_outside
from poseapp.core.store import PoseStore, marks_between
from poseapp.core.types import Key, Mark, MarkState, Source, mark_state

MOST_MARKS = 40_000  # in one edit: more of them keep the window waiting
_PLACED = (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT)

Marks = Mapping[Key, Mark | None]


@dataclass(frozen=True)
class CopiedPose:
    """The pose of a person as it is seen in a frame: keypoint -> x, y px (NaN where absent) and state."""

    skeleton: Skeleton
    frame: int
    points: Mapping[int, tuple[float, float, MarkState]]


def copy_pose(store: PoseStore, person: int, frame: int) -> CopiedPose:
    """Return what is seen of a person in a frame; keypoints that are missing there are left out.

    Raises:
        BadInputError: The person is not seen there.
    """
    seen = store.track(person, frame, frame + 1)
    points = {
        k: (float(seen.xy[0, k, 0]), float(seen.xy[0, k, 1]), mark_state(source))
        for k, source in enumerate(seen.source[0].tolist())
        if source != Source.MISSING
    }
    if not points:
        raise BadInputError(f"person {person + 1} has no pose to copy", where=f"frame {frame}")
    return CopiedPose(store.skeleton, frame, points)


def corrected_frame(store: PoseStore, person: int, frame: int, direction: int) -> int:
    """Return the nearest frame after (+1) or before (-1) a frame in which a keypoint of the person was placed by hand.

    Raises:
        BadInputError: There is none.
    """
    frames = store.marked_frames()
    ahead = frames[frames > frame] if direction > 0 else frames[frames < frame][::-1]
    for other in ahead.tolist():
        if np.isin(store.track(person, other, other + 1).source, _PLACED).any():
            return int(other)
    where = "after" if direction > 0 else "before"
    raise BadInputError(f"person {person + 1} has no corrected frame {where} this one", where=f"frame {frame}")


def build_paste(
    store: PoseStore, pose: CopiedPose, person: int, start: int, stop: int, *, time: float = 0.0
) -> MarksEdit:
    """Mark a person in the frames start .. stop as a pose says; keypoints that it does not have stay as they are.

    Raises:
        BadInputError: The pose has other keypoints, nothing would change, or these are too many frames at once.
    """
    if not store.skeleton.extends(pose.skeleton):
        raise BadInputError("the copied pose has other keypoints than this clip")
    _check_many((stop - start) * len(pose.points))
    marks = {
        Key(frame, person, k): Mark(x, y, state, time=time)
        for frame in range(start, stop)
        for k, (x, y, state) in pose.points.items()
    }
    return build_marks(store, marks, f"Paste the pose of frame {pose.frame} into {_frames(start, stop)}")


def build_pose_move(store: PoseStore, person: int, frame: int, move: PoseMove, *, time: float = 0.0) -> MarksEdit:
    """Move, turn and scale all of a person in a frame; occluded keypoints stay so, absent and missing ones, too.

    Raises:
        BadInputError: The person is not seen there, or nothing would change.
    """
    xy = store.track(person, frame, frame + 1).xy[0]
    moved = moved_pose(xy, move)
    places = {Key(frame, person, k): (x, y) for k, (x, y) in enumerate(moved.tolist()) if x == x}
    if not places:
        raise BadInputError(f"person {person + 1} is not seen", where=f"frame {frame}")
    verb = "Turn" if move.degrees else "Scale" if move.factor != 1 else "Move"
    edit = build_moves(store, places, time=time)
    return MarksEdit(edit.changes, f"{verb} person {person + 1}")


def build_mirror(store: PoseStore, person: int, start: int, stop: int, *, time: float = 0.0) -> MarksEdit:
    """Mirror a person in place, as `mirrored_pose` defines it, in the frames start .. stop.

    Whether a keypoint is occluded or absent comes along from its counterpart; one without a counterpart in the frame
    becomes absent. Frames without both hips and both shoulders stay as they are.

    Raises:
        BadInputError: There is no frame to mirror, or these are too many frames at once.
    """
    skeleton = store.skeleton
    if not (skeleton.has("mid_hip") and skeleton.has("mid_shoulder")):
        raise BadInputError(f"the skeleton {skeleton.name} has no hips or no shoulders to mirror about")
    _check_many((stop - start) * skeleton.n_keypoints)
    track = store.track(person, start, stop)
    mirrored = mirrored_pose(track.xy, skeleton)
    source = track.source[:, list(skeleton.mirror)]
    marks: dict[Key, Mark | None] = {}
    seen = np.asarray(np.isfinite(mirrored[..., 0]).any(axis=1))
    for row in np.flatnonzero(seen).tolist():
        for k, (x, y) in enumerate(mirrored[row].tolist()):
            if source[row, k] == Source.MISSING and track.source[row, k] == Source.MISSING:
                continue
            state = MarkState.ABSENT if x != x else mark_state(source[row, k])
            marks[Key(start + row, person, k)] = Mark(x, y, state, time=time)
    if not marks:
        what = f"person {person + 1} cannot be mirrored without both hips and both shoulders"
        raise BadInputError(what, where=_frames(start, stop))
    return build_marks(store, marks, f"Mirror person {person + 1} in {_frames(start, stop)}")


def build_absent_stretch(
    store: PoseStore, person: int, keypoint: int | None, start: int, stop: int, *, time: float = 0.0
) -> MarksEdit:
    """Say that a keypoint, or all of a person for None, is not in the picture in the frames start .. stop.

    Raises:
        BadInputError: It is so already, or these are too many frames at once.
    """
    keypoints = range(store.skeleton.n_keypoints) if keypoint is None else [keypoint]
    _check_many((stop - start) * len(keypoints))
    absent = Mark(np.nan, np.nan, MarkState.ABSENT, time=time)
    marks = {Key(frame, person, k): absent for frame in range(start, stop) for k in keypoints}
    title = _title(store.skeleton, keypoint, person)
    return build_marks(store, marks, f"Mark {title} as absent in {_frames(start, stop)}")


def build_restore_stretch(
    store: PoseStore, person: int, keypoint: int | None, start: int, stop: int
) -> MarksEdit | EditGroup:
    """Show the predictions of a keypoint, or of all of a person for None, again in the frames start .. stop.

    Marks go; of a whole person also hidden predictions come back.

    Raises:
        BadInputError: There is nothing to restore.
    """
    label = f"Restore {_title(store.skeleton, keypoint, person)} in {_frames(start, stop)}"
    marked: dict[Key, Mark | None] = {
        key: None
        for key, _ in marks_between(store, start, stop)
        if key.person == person and keypoint in (None, key.keypoint)
    }
    hidden = store.hidden.of(person)
    shown = spans_outside(hidden, start, stop)
    if keypoint is not None or shown == hidden:
        return build_marks(store, marked, label)
    parts = (build_marks(store, marked, label),) if marked else ()
    return EditGroup((*parts, HideEdit(person, hidden, shown, label)), label)


def _check_many(n_marks: int) -> None:
    if n_marks > MOST_MARKS:
        what = f"{n_marks} keypoints are too many for one edit, at most {MOST_MARKS}"
        raise BadInputError(what, remedy="Choose a shorter working zone")


def _frames(start: int, stop: int) -> str:
    return f"frame {start}" if stop == start + 1 else f"frames {start} to {stop - 1}"


def _title(skeleton: Skeleton, keypoint: int | None, person: int) -> str:
    return f"person {person + 1}" if keypoint is None else skeleton.keypoints[keypoint].replace("_", " ")
