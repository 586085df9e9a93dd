"""What networks say of marked people, read as an analysis would read them: from the ONNX file, in its own crops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from poseapp.core.errors import CancelledError
from poseapp.core.geometry import Affine, Box
from poseapp.core.schema import keypoint_parts, map_keypoints
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32, Float64, frozen_arrays
from poseapp.inference.crops import cut_crop, make_crop
from poseapp.inference.merit import crop_around
from poseapp.inference.network import Network
from poseapp.inference.upright import estimate_upright
from poseapp.training.finetuning.data import MarkedPeople
from poseapp.training.labelled import Bool
from poseapp.training.measuring.metrics import torso_length
from poseapp.training.pack import UInt8
from poseapp.training.readers.project import ClipPictures

VIEW = 420  # px, height of the picture of a person that is kept to be looked at
NARROWEST = 0.62  # its width over its height, of somebody upright; somebody who lies is shown in a square
_VIEW_FACTOR = 1.35  # of it over the pose
_LOOKS = 2  # a network places the second crop by what it saw in the first, as it does from frame to frame

Read = Callable[[int, int], UInt8]  # clip and frame to picture (H, W, 3)


@dataclass(frozen=True)
class Looks:
    """What M networks say of N people.

    Attributes:
        xy: (M, N, K, 2) px of the clip's picture; NaN = not seen.
        score: (M, N, K).
        has: (M, K) whether the network has the keypoint.
        views: N pictures (VIEW, at most VIEW, 3) about the person.
        to_view: N maps from px of the clip's picture to theirs.
    """

    xy: Float32
    score: Float32
    has: Bool
    views: tuple[UInt8, ...]
    to_view: tuple[Affine, ...]

    def __post_init__(self) -> None:
        frozen_arrays(self)


def look_at(
    networks: Sequence[Network],
    people: MarkedPeople,
    *,
    read: Read | None = None,
    cancel: Callable[[], bool] = lambda: False,
) -> Looks:
    """Return what networks say of people; each picture is decoded once.

    The first crop lies about the pose that the project shows, the second about what the network saw in it: the same
    start for all networks, but each bears what its own crop does to it.

    Args:
        read: Where pictures come from; None for the clips of `people`.

    Raises:
        BadInputError: A clip cannot be read, or a network not run.
        CancelledError: `cancel` said so.
    """
    k = people.skeleton.n_keypoints
    xy = np.full((len(networks), len(people), k, 2), np.nan, np.float32)
    score = np.full(xy.shape[:-1], np.nan, np.float32)
    views: dict[int, tuple[UInt8, Affine]] = {}
    for n, picture in _pictures(people, read or _clip_reader(people)):
        if cancel():
            raise CancelledError
        for m, network in enumerate(networks):
            xy[m, n], score[m, n] = _see(network, picture, people.pose[n], people.skeleton)
        views[n] = _view(picture, people.pose[n])
    order = range(len(people))
    has = np.array([[bool(own) for own in keypoint_parts(n.spec.skeleton, people.skeleton)] for n in networks])
    return Looks(xy, score, has.reshape(-1, k), tuple(views[n][0] for n in order), tuple(views[n][1] for n in order))


def _view(picture: UInt8, pose: Float32) -> tuple[UInt8, Affine]:
    box = Box.around(pose)
    size = VIEW, round(VIEW * float(np.clip(box.width / box.height, NARROWEST, 1.0)))
    view = make_crop(box.shaped(*size, _VIEW_FACTOR), size)
    return cut_crop(picture, view), view.to_input


def _see(network: Network, picture: UInt8, pose: Float32, skeleton: Skeleton) -> tuple[Float32, Float32]:
    """Return keypoints (K, 2) px and scores (K,) in the order of a skeleton."""
    spec = network.spec
    box = Box.around(pose).shaped(*spec.input_size, spec.crop_factor)
    for look in range(_LOOKS):
        found = estimate_upright(network, picture, [box], flip_test=spec.flip_test)
        own = crop_around(found.xy[0], found.peak[0], spec)
        if own is None or look == _LOOKS - 1:
            break
        box = own
    xy = map_keypoints(found.xy[0], spec.skeleton, skeleton).astype(np.float32)
    parts = keypoint_parts(spec.skeleton, skeleton)
    score = np.array([found.score[0, list(own)].min() if own else np.nan for own in parts], np.float32)
    return xy, score


def _pictures(people: MarkedPeople, read: Read) -> Iterator[tuple[int, UInt8]]:
    last, picture = (-1, -1), np.empty((0, 0, 3), np.uint8)
    for n in np.lexsort((people.frame, people.clip)).tolist():
        at = int(people.clip[n]), int(people.frame[n])
        if at != last:
            last, picture = at, read(*at)
        yield n, picture


def _clip_reader(people: MarkedPeople) -> Read:
    readers: dict[int, ClipPictures] = {}

    def read(clip: int, frame: int) -> UInt8:
        if clip not in readers:
            readers.clear()  # one clip open at a time
            readers[clip] = ClipPictures(people.clips[clip].path)
        return readers[clip].frame(frame)

    return read


def torso_of(people: MarkedPeople) -> Float64:
    """Return how long the torso of each of N people is in its clip, px: the median over the person's frames.

    From the left shoulder to the right hip of the poses that the project shows; of a person or a skeleton without
    either, a quarter of the pose's extent.
    """
    extent = np.array([max(Box.around(pose).width, Box.around(pose).height) for pose in people.pose])
    own = torso_length(people.pose, people.skeleton)
    torso = np.where(np.isfinite(own) & (own > 0), own, np.nan)
    result = np.empty(len(people))
    for key in {(int(c), int(p)) for c, p in zip(people.clip, people.person, strict=True)}:
        rows = (people.clip == key[0]) & (people.person == key[1])
        known = torso[rows][np.isfinite(torso[rows])]
        result[rows] = np.median(known) if len(known) else 0.25 * np.median(extent[rows])
    return result
