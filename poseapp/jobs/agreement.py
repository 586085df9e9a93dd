"""How well two readings of one clip agree: two annotators, two sessions, or a person and a network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from poseapp.core.agreement import AgreementRow, AgreementTable
from poseapp.core.errors import BadInputError
from poseapp.core.readings import PosesOf
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array
from poseapp.jobs.agreement_poses import SeenPoses, read_poses
from poseapp.jobs.following import matched_persons
from poseapp.kinematics.agreement import compute_agreement

Bools = npt.NDArray[np.bool_]


def compare_projects(first: Path, second: Path, *, marked_only: bool = False) -> AgreementTable:
    """Return how well the poses of two projects of the same clip agree, see `compare`."""
    return compare(PosesOf(first), PosesOf(second), marked_only=marked_only)


def compare(first: PosesOf, second: PosesOf, *, marked_only: bool = False) -> AgreementTable:
    """Return how well two sets of poses of the same clip agree, person by person, frame by frame.

    Both are measured as the project of the first says, but from unfiltered keypoints and without filling gaps:
    smoothing would make two annotators more alike than they are. People are matched by where they are.

    Args:
        first, second: What is compared; differences are second minus first.
        marked_only: Only what both placed by hand: a keypoint where both placed it, an angle where both placed
            everything that it is made of. In a run nobody places anything: then it is up to the other.

    Raises:
        BadInputError: They are not of the same clip, or have no keypoint or nothing placed in common.
    """
    one = read_poses(first)
    other = read_poses(second, one.settings)
    if one.n_frames != other.n_frames or one.sha256 != other.sha256:
        what = f"{first.project.name} and {second.project.name} are of different clips"
        raise BadInputError(what, remedy="Choose two projects of one clip")
    if first.project != second.project:
        other = replace(other, title="Another project")
    seen = _as_first(one, other)
    compared = _Compared(one, seen, _placed(one, seen) if marked_only else None)
    rows = tuple(row for person in range(one.n_persons) for row in compared.rows(person))
    if not any(row.agreement.n for row in rows):
        if marked_only:
            remedy = "Compare all frames instead"
            raise BadInputError("there is no frame in which both placed the same keypoint by hand",
                                where=second.project.name, remedy=remedy)  # fmt: skip
        raise BadInputError("nobody is seen in both at the same time", where=second.project.name)
    frames = np.zeros(one.n_frames, np.bool_)
    for row in rows:
        frames[row.frames] = True
        _ = row.worst  # found here, where it may take a while
    return AgreementTable(rows, int(frames.sum()), marked_only, one.title, other.title, seen.xy)


def _as_first(one: SeenPoses, other: SeenPoses) -> SeenPoses:
    """Return the other's poses with the persons, keypoints and angles of the first, NaN where it has none of them.

    Raises:
        BadInputError: They have no keypoint in common.
    """
    mine, theirs = one.skeleton, other.skeleton
    pairs = [(k, theirs.index(name)) for k, name in enumerate(mine.keypoints) if name in theirs.keypoints]
    if not pairs:
        raise BadInputError(f"{mine.title} and {theirs.title} have no keypoint in common")
    here, there = (np.array(column) for column in zip(*pairs, strict=True))
    persons = matched_persons(np.asarray(one.xy[:, :, here], np.float64), np.asarray(other.xy[:, :, there], np.float64))
    angles = [(a, theirs.angles.index(angle)) for a, angle in enumerate(mine.angles) if angle in theirs.angles]
    xy = np.full(one.xy.shape, np.nan, np.float32)
    values = np.full(one.angles.shape, np.nan, np.float32)
    placed = None if other.placed is None else np.zeros(one.xy.shape[:3], np.bool_)
    for p, q in enumerate(persons):
        if q >= other.n_persons:
            continue
        xy[:, p, here] = other.xy[:, q, there]
        for a, b in angles:
            values[:, p, a] = other.angles[:, q, b]
        if placed is not None and other.placed is not None:
            placed[:, p, here] = other.placed[:, q, there]
    return SeenPoses(other.title, other.sha256, other.settings, mine, xy, values, placed)


def _placed(one: SeenPoses, other: SeenPoses) -> Bools:
    """Return (T, P, K): where both placed a keypoint, as far as they place any."""
    placed = np.ones(one.xy.shape[:3], np.bool_)
    for poses in (one, other):
        if poses.placed is not None:
            placed &= poses.placed
    return placed if one.placed is not None or other.placed is not None else np.zeros_like(placed)


@dataclass(frozen=True, eq=False)
class _Compared:
    """Two sets of poses by the same persons, keypoints and angles, and what may be used of them; None for all."""

    one: SeenPoses
    other: SeenPoses
    use: Bools | None

    def rows(self, person: int) -> list[AgreementRow]:
        skeleton, rows = self.one.skeleton, []
        for a, angle in enumerate(skeleton.angles):
            first = np.asarray(self.one.angles[:, person, a], np.float64)
            second = np.asarray(self.other.angles[:, person, a], np.float64)
            half = angle.period / 2
            second = first + (second - first + half) % angle.period - half  # 179 and -179 degrees are 2 apart
            keypoints = sorted({k for point in angle.points for k in parts_of(skeleton, point)})
            rows.append(self._row((angle.name, angle.title, "degrees"), person, keypoints, (first, second)))
        for k, keypoint in enumerate(skeleton.keypoints):
            for axis, letter in enumerate("xy"):
                pair = self.one.xy[:, person, k, axis], self.other.xy[:, person, k, axis]
                title = f"{keypoint.replace('_', ' ').capitalize()} {letter}"
                rows.append(self._row((f"{keypoint}_{letter}", title, "px"), person, [k], pair))
        return rows

    def _row(
        self, names: tuple[str, str, str], person: int, keypoints: list[int], pair: tuple[Array, Array]
    ) -> AgreementRow:
        first, second = (np.asarray(values, np.float64) for values in pair)
        known = np.isfinite(first) & np.isfinite(second)
        if self.use is not None:
            known &= self.use[:, person, keypoints].all(axis=1)
        frames = np.flatnonzero(known)
        first, second = first[frames], second[frames]
        return AgreementRow(*names, person, compute_agreement(first, second), frames, first, second)


def parts_of(skeleton: Skeleton, point: str) -> list[int]:
    """Return the keypoints that a point is made of: itself, or those of a virtual one."""
    if point in skeleton.keypoints:
        return [skeleton.index(point)]
    return [k for part in dict(skeleton.virtual)[point] for k in parts_of(skeleton, part)]
