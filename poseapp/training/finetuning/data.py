"""Everything that people marked in some projects, cut out of the clips once and kept in the working folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from poseapp.core.errors import BadInputError, CancelledError
from poseapp.core.geometry import Affine, Box
from poseapp.core.own_keypoints import as_known_to
from poseapp.core.schema import keypoint_parts, map_keypoints
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32, Float64, ModelSpec, frozen_arrays
from poseapp.storage.project import LoadedProject, ProjectFile
from poseapp.training.finetuning.cuts import Cut, CutStore
from poseapp.training.finetuning.weak import HUMAN, Label, Labels, label_pose, weights_of
from poseapp.training.pack import OUTSIDE, Pack, UInt8
from poseapp.training.packing import bounds_around, cut_out
from poseapp.training.readers.project import ClipPictures

CUTS = "crops.npz"
# Of the longer side of a pose, on every side of the square about it: crops turned, shifted and zoomed out reach there.
_MARGIN = 0.45
_ZOOM = 1.3  # crops are zoomed in so far at most: finer pixels are never seen
_LEAST_EXTENT = 8.0  # px of a pose: a crop cannot be placed about less
_REMEDY = "Correct some frames first"

Progress = Callable[[int, int], None]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MarkedClip:
    """A clip with marks: its project, where the clip lies, its sha256, and the times of its frames (T,) s."""

    project: Path
    path: Path
    sha256: str
    pts: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class MarkedPeople:
    """N corrected poses: a person in a frame of which somebody marked a keypoint.

    Attributes:
        skeleton: K keypoints, those of the network.
        clips: Where they are from.
        clip, frame, person: (N,) indices.
        keypoints: (N, K, 2) px of the clip's picture; NaN where the label is unknown or absent.
        labels: (N, K) of `Label`. weights: (N, K), what they weigh in a loss; an absent keypoint counts fully, its
            heatmap should be empty.
        pose: (N, K, 2) px of the clip's picture: all that the project shows, marked or predicted; crops are placed
            about it, as it is whole where only few keypoints are labelled.
        images: N pictures (h, w, 3) cut out about the pose. to_cut: (N, 2, 3), maps px of the clip's picture to theirs.
    """

    skeleton: Skeleton
    clips: tuple[MarkedClip, ...]
    clip: Index
    frame: Index
    person: Index
    keypoints: Float32
    labels: Labels
    weights: Float32
    pose: Float32
    images: tuple[UInt8, ...] = ()
    to_cut: Float64 | None = None

    def __post_init__(self) -> None:
        frozen_arrays(self)

    def __len__(self) -> int:
        return len(self.clip)

    @property
    def n_frames(self) -> int:
        """How many frames were corrected, whoever in them."""
        return len(np.unique(np.stack([self.clip, self.frame]), axis=1).T)

    @property
    def n_marks(self) -> int:
        """How many keypoints a person marked."""
        return int(np.isin(self.labels, HUMAN).sum())

    @property
    def times(self) -> tuple[Float64, ...]:
        """Of each clip, the times (T,) of its frames, s."""
        return tuple(clip.pts for clip in self.clips)

    def chosen(self, keep: npt.NDArray[np.bool_]) -> MarkedPeople:
        """Return the poses where `keep` (N,) holds; clips keep their index."""
        rows = {name: getattr(self, name)[keep] for name in _PER_POSE}
        images = tuple(image for image, wanted in zip(self.images, keep, strict=False) if wanted)
        return replace(self, images=images, to_cut=None if self.to_cut is None else self.to_cut[keep], **rows)

    def in_cut(self, points: Float32) -> Float32:
        """Return points (N, ..., 2) of the clips' pictures in px of the cut-out ones. Needs the pictures."""
        if self.to_cut is None:
            raise ValueError("nothing was cut out")
        moved = [Affine(matrix)(part) for matrix, part in zip(self.to_cut, points, strict=True)]
        return np.stack(moved).astype(np.float32) if moved else points

    def to_pack(self) -> Pack:
        """Return pictures and keypoints in px of these: NaN unknown, `OUTSIDE` absent. `weights` go beside it."""
        keypoints = self.in_cut(self.keypoints)
        keypoints[self.labels == Label.ABSENT] = OUTSIDE
        return Pack(self.images, keypoints)


_PER_POSE = ("clip", "frame", "person", "keypoints", "labels", "weights", "pose")


def read_marked(
    projects: Sequence[Path],
    spec: ModelSpec,
    folder: Path,
    *,
    on_progress: Progress = lambda _done, _total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> MarkedPeople:
    """Return all marks of some projects, with pictures; a second call decodes only what is new.

    Args:
        projects: `.poseapp` files; none is changed, and any may be open elsewhere. One without marks adds nothing.
        spec: The network to be taught: its keypoints, and how large it sees people.
        folder: Where the cut-out pictures are kept, `CUTS`; it is made.
        on_progress: Told how many of how many poses have their picture.

    Raises:
        BadInputError: Not a project, a clip cannot be found or read, the folder cannot be written, or nobody has
            marked anything.
        CancelledError: `cancel` said so; pictures cut out until then are kept.
    """
    people = read_labels(projects, spec.skeleton)
    store = CutStore(folder / CUTS)
    person_side = _ZOOM * max(spec.input_size) / spec.crop_factor
    keys = [_key(people, n, person_side) for n in range(len(people))]
    try:
        for done, (n, cut) in enumerate(_missing_cuts(people, keys, store, person_side), start=1):
            store.add(keys[n], cut)
            on_progress(len(people) - len(store.missing(keys)), len(people))
            if cancel() and done:
                raise CancelledError
    finally:
        store.save(keys)
    cuts = [store.get(key) for key in keys]
    return replace(people, images=tuple(cut.image for cut in cuts), to_cut=np.stack([cut.to_cut for cut in cuts]))


def read_labels(projects: Sequence[Path], skeleton: Skeleton) -> MarkedPeople:
    """Return all marks of some projects without pictures, in keypoints of a skeleton. Raises as `read_marked`."""
    parts = [_read_project(Path(path), skeleton) for path in dict.fromkeys(Path(p).absolute() for p in projects)]
    marked = [(clip, poses) for clip, poses in parts if poses]
    if not marked:
        where = str(projects[0]) if len(projects) == 1 else f"{len(projects)} projects"
        raise BadInputError("nobody has marked a keypoint", where=where, remedy=_REMEDY)
    rows = [(c, *pose) for c, (_, poses) in enumerate(marked) for pose in poses]
    clip, frame, person, keypoints, labels, pose = zip(*rows, strict=True)
    stacked = np.stack(labels)
    return MarkedPeople(
        skeleton,
        tuple(clip for clip, _ in marked),
        np.array(clip, np.int64),
        np.array(frame, np.int64),
        np.array(person, np.int64),
        np.stack(keypoints),
        stacked,
        weights_of(stacked),
        np.stack(pose),
    )


_Pose = tuple[int, int, Float32, Labels, Float32]  # frame, person, keypoints, labels, pose


def _read_project(path: Path, skeleton: Skeleton) -> tuple[MarkedClip, list[_Pose]]:
    with ProjectFile.open(path, readonly=True) as project:
        loaded = project.load()
        poses = list(_poses(loaded, skeleton))
        media = project.media()
        clip = project.find_media() if poses else Path(media.absolute)
    return MarkedClip(path, clip, media.sha256, media.pts), poses


def _poses(loaded: LoadedProject, skeleton: Skeleton) -> Iterator[_Pose]:
    run = next((run for run in loaded.runs if run.id == loaded.run_id), None)
    calibrated = run is not None and run.model.calibration is not None
    known = as_known_to(skeleton, loaded.skeleton, loaded.store.own)
    parts = keypoint_parts(known, skeleton)
    for frame in loaded.store.marked_frames().tolist():
        view = loaded.store.view(frame)
        labels = label_pose(view.source, view.score, calibrated=calibrated)
        for person in np.flatnonzero(np.isin(labels, HUMAN).any(axis=1)).tolist():
            pose = map_keypoints(view.xy[person], known, skeleton).astype(np.float32)
            mapped = np.array([_joined([labels[person][i] for i in own]) for own in parts], np.uint8)
            placed = (mapped != Label.UNKNOWN) & (mapped != Label.ABSENT)
            # What is absent is still shown nowhere: a pose of one point has no place to put a crop.
            if np.isin(mapped, HUMAN).any() and has_extent(pose):
                yield frame, person, np.where(placed[:, None], pose, np.float32(np.nan)), mapped, pose


def _joined(labels: Sequence[np.uint8]) -> Label:
    """Return the label of a keypoint that is the mean of others: as unsure as the least sure of them."""
    kinds = {Label(int(label)) for label in labels}
    for weakest in (Label.UNKNOWN, Label.ABSENT, Label.WEAK, Label.OCCLUDED):
        if weakest in kinds:
            return weakest
    return Label.VISIBLE if kinds else Label.UNKNOWN


def has_extent(pose: Float32) -> bool:
    """Tell whether a pose (K, 2) px reaches far enough for a crop to be placed about it."""
    known = np.isfinite(pose).all(axis=-1)
    return bool(known.any()) and float(np.ptp(pose[known], axis=0).max()) >= _LEAST_EXTENT


def _extent(pose: Float32) -> Box:
    return Box.around(pose).squared()


def _key(people: MarkedPeople, n: int, person_side: float) -> str:
    """Name what a cut depends on: the clip's contents, the frame, the square about the pose, how fine it is."""
    clip, box = people.clips[people.clip[n]], _extent(people.pose[n])
    place = [round(float(v), 2) for v in (box.x, box.y, box.width, person_side)]
    text = f"{clip.sha256 or clip.path} {people.frame[n]} {place} {_MARGIN}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _missing_cuts(
    people: MarkedPeople, keys: list[str], store: CutStore, person_side: float
) -> Iterator[tuple[int, Cut]]:
    """Yield the cuts that are not in store, clip by clip and frame after frame, so that decoding goes forwards."""
    missing = set(store.missing(keys))
    order = np.lexsort((people.frame, people.clip))
    pictures: ClipPictures | None = None
    of, frame = (-1, -1), np.empty((0, 0, 3), np.uint8)
    for n in (int(n) for n in order if keys[n] in missing):
        where = int(people.clip[n]), int(people.frame[n])
        if pictures is None or where[0] != of[0]:
            pictures = ClipPictures(people.clips[where[0]].path)
        if where != of:
            of, frame = where, pictures.frame(where[1])
        yield n, _cut(frame, _extent(people.pose[n]), person_side, where=str(people.clips[where[0]].path))


def _cut(picture: UInt8, extent: Box, person_side: float, *, where: str) -> Cut:
    bounds = bounds_around(extent, _MARGIN, picture.shape[:2])
    if bounds is None:
        raise BadInputError("a marked person lies outside the picture", where=where, remedy="Correct the marks")
    image, to_cut = cut_out(picture, bounds, max(1, round(person_side * (1 + 2 * _MARGIN))))
    return Cut(image, to_cut.matrix)
