"""From another tool's file to what it brings to a clip: a layer of predictions, and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from poseapp.core.edit_checks import MAX_PERSONS
from poseapp.core.edits import KeypointsEdit
from poseapp.core.errors import BadInputError
from poseapp.core.items import scene_of
from poseapp.core.metadata import IMPORTED
from poseapp.core.own_builders import build_add_keypoints
from poseapp.core.own_keypoints import OwnKeypoint, extended
from poseapp.core.scene import Scene, scene_clip
from poseapp.core.skeleton import Skeleton
from poseapp.core.spec_check import check_spec
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, Float64, Key, Mark, MarkState, ModelSpec, PoseChunk, Source
from poseapp.formats.names import our_names, skeleton_for
from poseapp.formats.tracks import Tracks
from poseapp.jobs.following import followed, matched_persons
from poseapp.jobs.import_frames import place_rows
from poseapp.jobs.import_scale import FileScale, in_pixels

_STATES = {
    Source.CORRECTED: MarkState.VISIBLE,
    Source.OCCLUDED: MarkState.OCCLUDED,
    Source.ABSENT: MarkState.ABSENT,
    Source.PROPAGATED: MarkState.PROPAGATED,
}
_PROPAGATED_SIGMA = 2.0  # px, where the file does not say: that of a keypoint a few frames from a correction
_CHUNK = 256


@dataclass(frozen=True)
class Brought:
    """What a file brings to a clip.

    Attributes:
        model: In whose name the predictions stand, with the skeleton that the marks are on, too.
        added: Puts keypoints into the poses that they do not have yet: to be performed first; None for none.
        chunks: Predictions in order of frames; () for none.
        marks: What people placed, or what followed from it.
        notes: What a person must know, a sentence each.
    """

    model: ModelSpec
    added: KeypointsEdit | None = None
    chunks: tuple[PoseChunk, ...] = ()
    marks: Mapping[Key, Mark] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def n_frames(self) -> int:
        """How many frames have something."""
        predicted = sum(len(chunk.xy) for chunk in self.chunks)
        return max(predicted, len({key.frame for key in self.marks}))

    @property
    def n_persons(self) -> int:
        """How many people there are."""
        shown = {int(p) for chunk in self.chunks for p in np.flatnonzero(np.isfinite(chunk.xy).any(axis=(0, 2, 3)))}
        return len(shown | {key.person for key in self.marks})


def bring(
    tracks: Tracks,
    clip: ClipInfo,
    store: PoseStore | None,
    *,
    pictures: Sequence[str] = (),
    scale: FileScale | None = None,
) -> Brought:
    """Return what a file brings to a clip.

    Args:
        store: What is there already: keypoints that it does not have are added to its own, and people are matched
            with those in it. None for a clip of which nothing is known.
        pictures: File names of the clip's pictures, where it is made of such.
        scale: How large a metre of the file is in the picture; None: as the scene of the store says.

    Raises:
        BadInputError: Positions are not in px and there is no scale, nothing belongs to the clip, or no keypoint to
            the store's skeleton.
    """
    scene = Scene() if store is None else scene_of(store.items)[1]
    clip = scene_clip(clip, scene)  # files tell when frames were recorded, also of slow motion
    tracks = place_rows(in_pixels(tracks, clip, scene, scale), clip, pictures)
    if not tracks.follows:
        tracks = followed(tracks)
        if len(tracks.frame) > 1:
            note = "The file does not say who is who from frame to frame: each was followed to whoever is nearest."
            tracks = replace(tracks, notes=(*tracks.notes, note))
    names = our_names(tracks.keypoints)
    tracks = replace(tracks, keypoints=names)
    added = None if store is None else _missing(tracks, store)
    skeleton = skeleton_for(names, tracks.bones) if store is None else extended(store.base, _own(store, added))
    tracks = _on_skeleton(tracks, skeleton)
    if not (tracks.seen | tracks.placed).any():
        raise BadInputError("there is no keypoint in the file", where=tracks.clip)
    tracks = _numbered(tracks, store)
    marks = _marks(tracks)
    return Brought(_model(tracks.tool or "labels", skeleton), added, _chunks(tracks), marks, tracks.notes)


def _missing(tracks: Tracks, store: PoseStore) -> KeypointsEdit | None:
    """Return the edit that adds the keypoints of a file that a store does not have, None where none is to be added.

    Raises:
        BadInputError: None of the file's is among those of the store: it is about another kind of body.
    """
    is_there = np.asarray((tracks.seen | tracks.placed).any(axis=(0, 1)))
    lost = [name for k, name in enumerate(tracks.keypoints) if is_there[k] and name not in store.skeleton.keypoints]
    if not set(tracks.keypoints) & set(store.skeleton.keypoints):
        what = f"none of its keypoints ({', '.join(lost[:4])}) is among those of this project ({store.skeleton.title})"
        raise BadInputError(what, remedy="Import it into a new project")
    added = None
    for name in lost:
        with suppress(BadInputError):  # a name that a project cannot take is told of in `_on_skeleton`
            points = (*(() if added is None else added.after[len(store.own) :]), OwnKeypoint(name))
            added = build_add_keypoints(store, points)
    return added


def _own(store: PoseStore, added: KeypointsEdit | None) -> tuple[OwnKeypoint, ...]:
    return store.own if added is None else added.after


def _on_skeleton(tracks: Tracks, skeleton: Skeleton) -> Tracks:
    """Return the same with the keypoints of a skeleton, and a note about those that it does not have."""
    held = [name for name in tracks.keypoints if name in skeleton.keypoints]
    lost = [
        name
        for k, name in enumerate(tracks.keypoints)
        if name not in skeleton.keypoints and (tracks.seen | tracks.placed)[:, :, k].any()
    ]
    shape = (*tracks.xy.shape[:2], skeleton.n_keypoints)
    xy, score, source = np.full((*shape, 2), np.nan), np.full(shape, np.nan), np.zeros(shape, np.uint8)
    columns = [tracks.keypoints.index(name) for name in held]
    places = [skeleton.index(name) for name in held]
    xy[:, :, places], score[:, :, places] = tracks.xy[:, :, columns], tracks.score[:, :, columns]
    source[:, :, places] = tracks.source[:, :, columns]
    notes = tracks.notes
    if lost:
        words = ", ".join(name.replace("_", " ") for name in lost)
        notes += (f"Left out, because the project has no place for them: {words}.",)
    return replace(tracks, keypoints=skeleton.keypoints, xy=xy, score=score, source=source, bones=(), notes=notes)


def _numbered(tracks: Tracks, store: PoseStore | None) -> Tracks:
    """Return people in the columns of those that they are in a store; without one as they come.

    Raises:
        BadInputError: There are more people than a clip has room for.
    """
    seen = (tracks.seen | tracks.placed).any(axis=(0, 2))
    tracks = tracks.columns(np.flatnonzero(seen).tolist())
    P = len(tracks.persons)
    numbers = list(range(P))
    if store is not None and store.n_persons:
        others = [store.track(person).xy[tracks.frame].astype(np.float64) for person in range(store.n_persons)]
        K = store.skeleton.n_keypoints  # those that are to be added come after them
        numbers = matched_persons(tracks.xy[:, :, :K], np.stack(others, axis=1))
    if max(numbers) >= MAX_PERSONS:
        raise BadInputError(f"there are {P} people in the file, a clip has room for {MAX_PERSONS}")
    order = {number: column for column, number in enumerate(numbers)}
    padded = _padded(tracks)
    return padded.columns([order.get(number, P) for number in range(max(numbers) + 1)])


def _padded(tracks: Tracks) -> Tracks:
    """Return the same with one person more, who is nowhere."""
    one = [(0, 0), (0, 1), (0, 0)]
    return replace(
        tracks,
        xy=np.pad(tracks.xy, [*one, (0, 0)], constant_values=np.nan),
        score=np.pad(tracks.score, one, constant_values=np.nan),
        source=np.pad(tracks.source, one),
        persons=(*tracks.persons, ""),
        metres=None,
        angles=None,
    )


def _marks(tracks: Tracks) -> dict[Key, Mark]:
    marks: dict[Key, Mark] = {}
    for row, person, keypoint in np.argwhere(np.isin(tracks.source, list(_STATES))).tolist():
        x, y = tracks.xy[row, person, keypoint].tolist()
        state = _STATES[Source(int(tracks.source[row, person, keypoint]))]
        if state is MarkState.ABSENT or (x == x and y == y):
            sigma = _PROPAGATED_SIGMA if state is MarkState.PROPAGATED else 0.0
            marks[Key(int(tracks.frame[row]), person, keypoint)] = Mark(x, y, state, sigma=sigma)
    return marks


def _chunks(tracks: Tracks) -> tuple[PoseChunk, ...]:
    """Return the predictions, frames that follow each other together; their covariance is not known: NaN."""
    predicted = tracks.source == Source.PREDICTED
    if not predicted.any():
        return ()
    xy = np.where(predicted[..., None], tracks.xy, np.nan).astype(np.float32)
    score = np.where(predicted, np.clip(_known_scores(tracks.score), 0.0, 1.0), np.nan).astype(np.float32)
    cov = np.full((*score.shape, 3), np.nan, np.float32)
    ends = np.flatnonzero(np.diff(tracks.frame) != 1) + 1
    edges = sorted({0, len(tracks.frame), *ends.tolist()})
    pieces = [(at, min(at + _CHUNK, b)) for a, b in pairwise(edges) for at in range(a, b, _CHUNK)]
    return tuple(PoseChunk(int(tracks.frame[a]), xy[a:b], score[a:b], cov[a:b]) for a, b in pieces)


def _known_scores(score: Float64) -> Float64:
    """Return scores, 1 where a file that places a keypoint does not say how sure it is."""
    return np.where(np.isfinite(score), score, 1.0)


def _model(tool: str, skeleton: Skeleton) -> ModelSpec:
    """Return the network in whose name predictions stand: that of the tool.

    Raises:
        BadInputError: The names of the keypoints cannot be used.
    """
    name = (
        "".join(letter if letter.isalnum() or letter in "-_ " else "-" for letter in tool)[:60].strip(" -")
        or "imported"
    )
    spec = ModelSpec(
        name=name,
        title=f"Imported: {name}",
        architecture=IMPORTED,
        skeleton=skeleton,
        input_size=(1, 1),
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
        source="a file of another tool",
    )
    try:
        check_spec(spec)
    except ValueError as error:
        raise BadInputError(f"the keypoints of the file cannot be used ({error})") from error
    return spec
