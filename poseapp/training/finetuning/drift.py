"""How much of what the parent knew a fine-tuned network still knows: both asked where nobody corrected anything."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from poseapp.core.finetune_report import GenericDrift
from poseapp.core.locations import resources_folder
from poseapp.core.schema import map_keypoints
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.core.types import Float32
from poseapp.inference.network import Network
from poseapp.storage.project import ProjectFile
from poseapp.training.finetuning.data import MarkedClip, MarkedPeople, has_extent
from poseapp.training.finetuning.looks import Looks, look_at, torso_of
from poseapp.training.finetuning.weak import SURE, Label
from poseapp.training.labelled import Index

FAR_SECONDS = 2.0  # from every mark
FRAMES = 12  # of the sample clip, and of the clips with marks
NEAR = 0.2  # of the torso: so far a keypoint may move
TOLERABLE = 0.9  # share of the parent's sure keypoints that must stay near


def measure_drift(
    parent: Network, tuned: Network, people: MarkedPeople, *, cancel: Callable[[], bool] = lambda: False
) -> GenericDrift | None:
    """Compare what two networks say of the sample clip, and of frames far from every mark.

    Only what the parent is sure of counts: elsewhere another answer may well be the better one.

    Returns:
        None where the parent is sure of nothing.

    Raises:
        BadInputError: A clip cannot be read. CancelledError: `cancel` said so.
    """
    parts = [part for part in (sample_people(people.skeleton), far_people(people)) if len(part)]
    looked = [(look_at([parent, tuned], part, cancel=cancel), part) for part in parts]
    distances, torsos = [], []
    for looks, part in looked:
        distance = _distances(looks)
        distances.append(distance[np.isfinite(distance)])
        torsos.append(np.broadcast_to(torso_of(part)[:, None], distance.shape)[np.isfinite(distance)])
    px, torso = np.concatenate(distances), np.concatenate(torsos)
    if not len(px):
        return None
    agreement = float((px <= NEAR * torso).mean())
    found = float(np.median(px)), float(100 * np.median(px / torso))
    return GenericDrift(sum(len(part) for part in parts), *found, agreement, tolerable=agreement >= TOLERABLE)


def _distances(looks: Looks) -> Float32:
    """Return (N, K) px between two networks where the first is sure; NaN elsewhere, far where the second is blind."""
    sure = looks.has[0] & looks.has[1] & (np.nan_to_num(looks.score[0], nan=0.0) >= SURE)
    distance = np.linalg.norm(looks.xy[0] - looks.xy[1], axis=-1)
    lost = np.isfinite(looks.xy[0, ..., 0]) & np.isnan(looks.xy[1, ..., 0])
    far = np.float32(1e4)  # px: off by more than any picture's person, and still a number
    return np.where(sure, np.where(lost, far, distance), np.float32(np.nan)).astype(np.float32)


def sample_people(skeleton: Skeleton, count: int = FRAMES) -> MarkedPeople:
    """Return frames of the sample clip that ships with the application, its person where they truly are."""
    folder = resources_folder() / "sample"
    with np.load(folder / "walk_truth.npz") as truth:
        xy, pts = truth["keypoints"], truth["pts"]
        names = tuple(str(name) for name in truth["keypoint_names"])
    body = load_skeleton("body18")
    known = xy[:, [names.index(name) for name in body.keypoints]]
    frames = np.linspace(0, len(pts) - 1, count).round().astype(np.int64)
    poses = map_keypoints(known[frames], body, skeleton).astype(np.float32)
    clip = MarkedClip(folder / "walk.mp4", folder / "walk.mp4", "", pts.astype(np.float64))
    return _unlabelled(skeleton, (clip,), np.zeros(count, np.int64), frames, np.zeros(count, np.int64), poses)


def far_people(people: MarkedPeople, count: int = FRAMES) -> MarkedPeople:
    """Return poses that projects show in frames far from every mark, of the people who were corrected.

    Args:
        count: At most so many frames, evenly from all that are far enough.
    """
    rows: list[tuple[int, int, int, Float32]] = []
    for c, clip in enumerate(people.clips):
        own = people.clip == c
        share = -(-count // len(people.clips))
        far = _far_frames(clip, people.frame[own], share)
        if len(far):
            rows += [(c, *row) for row in _poses(clip, far, np.unique(people.person[own]), people.skeleton)]
    k = people.skeleton.n_keypoints
    clips, frames, persons = (np.array([row[i] for row in rows], np.int64) for i in range(3))
    poses = np.array([row[3] for row in rows], np.float32).reshape(-1, k, 2)
    return _unlabelled(people.skeleton, people.clips, clips, frames, persons, poses)


def _far_frames(clip: MarkedClip, marked: Index, count: int) -> Index:
    times = np.sort(clip.pts[marked])
    after = np.searchsorted(times, clip.pts)
    gap = np.minimum(
        np.abs(clip.pts - times[np.clip(after - 1, 0, len(times) - 1)]),
        np.abs(clip.pts - times[np.clip(after, 0, len(times) - 1)]),
    )
    far = np.flatnonzero(gap >= FAR_SECONDS)
    chosen = np.linspace(0, len(far) - 1, min(count, len(far))).round().astype(np.int64)
    return np.asarray(far[chosen], np.int64)


def _poses(clip: MarkedClip, frames: Index, persons: Index, skeleton: Skeleton) -> list[tuple[int, int, Float32]]:
    with ProjectFile.open(clip.project, readonly=True) as project:
        loaded = project.load()
    poses = []
    for frame in frames.tolist():
        view = loaded.store.view(frame)
        for person in persons.tolist():
            pose = map_keypoints(view.xy[person], loaded.skeleton, skeleton).astype(np.float32)
            if has_extent(pose):
                poses.append((frame, person, pose))
    return poses


def _unlabelled(
    skeleton: Skeleton, clips: tuple[MarkedClip, ...], clip: Index, frame: Index, person: Index, pose: Float32
) -> MarkedPeople:
    labels = np.full(pose.shape[:2], Label.UNKNOWN, np.uint8)
    nothing = np.full_like(pose, np.nan)
    weights = np.zeros(labels.shape, np.float32)
    return MarkedPeople(skeleton, clips, clip, frame, person, nothing, labels, weights, pose)
