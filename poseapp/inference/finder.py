"""Finding the persons in a picture with the pose network itself, which knows best what it can read.

Fed the whole picture, a crop-based network sees a person of a third of the height as noise (EfficientPose: no usable
keypoint on a high-definition clip). So square crops are tried from coarse to fine, each is judged by the peaks of its
own keypoints, and the best are re-centred on what they found. A network that takes pictures of any size is shown the
whole picture instead (`survey`), which says where crops are worth it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Box
from poseapp.core.types import Float32, frozen_arrays
from poseapp.inference.estimate import Estimate, estimate
from poseapp.inference.matching import suppress_doubles
from poseapp.inference.merit import PERSON, PRESENT, PROMISING, SURE, compute_merit, crop_around
from poseapp.inference.motion import propose_moving
from poseapp.inference.network import Network
from poseapp.inference.survey import ZOOMS, survey
from poseapp.inference.upright import estimate_upright

UInt8 = npt.NDArray[np.uint8]

DOUBLE = 0.4  # OKS from which two poses are the same person
_LEVELS = (1.0, 0.7, 0.5)  # crop side over the shorter side of the picture
_FINE_LEVEL = 0.35
_OVERLAP = 0.5  # step of the crops over their side
_WIDER = (1.4, 2.0)  # a part of a person is looked at again in boxes so much wider
_PART = 0.05  # merit that the whole person may cost against a part, or must gain
_GROWN = 1.2
_DRAWN = (1.0, 1.3)  # crop sides tried about a drawn box, which may be tight or generous
_REFINED = 4  # crops re-centred a level
_BATCH = 8
_INSIDE = 0.7  # share of the smaller box within the larger from which a search takes two finds for one person


@dataclass(frozen=True)
class Found:
    """A person in a picture.

    Attributes:
        box: The square it was read from, image px.
        xy: (K, 2) px. peak, score: (K,). cov: (K, 3) px^2; all as in `Estimate`.
        merit: Mean peak of the surest three quarters of the keypoints.
    """

    box: Box
    xy: Float32
    peak: Float32
    score: Float32
    cov: Float32
    merit: float

    def __post_init__(self) -> None:
        frozen_arrays(self)

    @property
    def fullness(self) -> float:
        """Mean peak of all keypoints, missing ones counting 0: how much of a person is there."""
        return float(np.nan_to_num(self.peak, nan=0.0).mean())


def find_persons(
    network: Network,
    rgb: UInt8,
    count: int,
    *,
    previous_rgb: UInt8 | None = None,
) -> list[Found]:
    """Return up to `count` persons of a picture (H, W, 3): large, central and sure ones first.

    With one sure person found by crops, the fine levels are left out: they cost three times as much as the coarse ones
    together, and who follows a clip has a `Scanner` for the others.

    Args:
        network: Any network; its peaks decide.
        rgb: The picture.
        count: Stop when so many are found.
        previous_rgb: A picture just before or after, same size: what moved is looked at first.
    """
    found: list[Found] = []
    for boxes, thorough in _levels(network, rgb, previous_rgb):
        found = _add_persons(network, rgb, boxes, found, enough=count if network.any_size else None)
        sure = sum(item.merit >= SURE for item in found)
        if sure >= count or (sure and thorough):
            break
    found.sort(key=lambda item: -_rank(item, rgb.shape))
    return found[:count]


def _add_persons(
    network: Network, rgb: UInt8, boxes: Sequence[Box], found: list[Found], *, enough: int | None
) -> list[Found]:
    """Return `found` and the persons in some boxes; the best boxes alone are looked at until `enough` are sure."""
    seen = [item for item in look(network, rgb, boxes) if item.merit >= PROMISING]
    seen.sort(key=lambda item: -(item.merit if enough is None else _rank(item, rgb.shape)))
    promising = [item for item in seen if not _covered(item, found)]
    for item in promising[:_REFINED]:
        if enough is not None and (_covered(item, found) or sum(f.merit >= SURE for f in found) >= enough):
            continue
        person = complete(network, rgb, refine(network, rgb, item))
        if person.merit >= PERSON and confirm(network, rgb, person):
            found = keep_distinct(network, [*found, person])
    return found


def read_box(network: Network, rgb: UInt8, box: Box) -> Found:
    """Return the person in a box that somebody drew (image px), however unsure the network is.

    The crop is re-centred on the keypoints as long as it stays in the box: a neighbour must not take over.
    """
    best = max(
        look(network, rgb, [box.shaped(*network.spec.input_size, factor) for factor in _DRAWN]),
        key=lambda item: item.merit,
    )
    refined = refine(network, rgb, best)
    return refined if box.contains(*refined.box.centre) else best


def look(network: Network, rgb: UInt8, boxes: Sequence[Box]) -> list[Found]:
    """Return what the network sees in each box, in batches."""
    result: list[Found] = []
    for start in range(0, len(boxes), _BATCH):
        batch = boxes[start : start + _BATCH]
        result.extend(split_estimate(estimate_upright(network, rgb, batch), batch))
    return result


def refine(network: Network, rgb: UInt8, found: Found, *, rounds: int = 2) -> Found:
    """Return the best of a find and its re-centrings on its own keypoints."""
    best = current = found
    for _ in range(rounds):
        box = crop_around(current.xy, current.peak, network.spec)
        if box is None:
            break
        current = look(network, rgb, [box])[0]
        if current.merit + current.fullness > best.merit + best.fullness:
            best = current
    return best


def complete(network: Network, rgb: UInt8, found: Found) -> Found:
    """Return the whole person where a find is only a part, such as two legs read as a body, or a body without feet.

    A wider crop wins when it shows more of a person (mean over all keypoints), or as much of a clearly larger one. One
    that is wider than its person needs is made as narrow again as that (`tighten`).
    """
    if found.merit < PERSON:
        return found
    wider = look(network, rgb, [found.box.shaped(*network.spec.input_size, factor) for factor in _WIDER])
    larger = refine(network, rgb, max(wider, key=lambda item: item.fullness), rounds=1)
    grown = larger.box.width > _GROWN * found.box.width and larger.merit >= found.merit - _PART
    return tighten(network, rgb, larger if grown or larger.fullness > found.fullness + _PART else found)


def tighten(network: Network, rgb: UInt8, found: Found) -> Found:
    """Return the person in the crop that belongs to the keypoints, where a find is in a wider one than they need.

    A small person in a wide crop may look as sure, or surer, but is read from fewer pixels.
    """
    box = crop_around(found.xy, found.peak, network.spec)
    if box is None or _GROWN * box.width > found.box.width:
        return found
    (closer,) = look(network, rgb, [box])
    kept = min(closer.merit - found.merit, closer.fullness - found.fullness) >= -_PART
    return closer if kept else found


def confirm(network: Network, rgb: UInt8, found: Found) -> bool:
    """Tell whether a find is a person: a sure one is, an unsure one when its mirror image shows the same."""
    if found.merit >= SURE:
        return True
    both = estimate(network, rgb, [found.box], flip_test=True)
    return bool(compute_merit(both.peak)[0] >= PERSON)


def split_estimate(result: Estimate, boxes: Sequence[Box]) -> list[Found]:
    """Return the N rows of an estimate as finds."""
    merits = compute_merit(result.peak).tolist()
    rows = zip(boxes, result.xy, result.peak, result.score, result.cov, merits, strict=True)
    return [Found(*row) for row in rows]


def keep_distinct(network: Network, found: Sequence[Found]) -> list[Found]:
    """Return finds without doubles, surest first: by OKS, and by one box lying in another (half a body)."""
    if not found:
        return []
    sigmas = network.spec.skeleton.sigmas
    poses = np.stack([item.xy for item in found])
    kept: list[Found] = []
    for i in suppress_doubles(poses, [item.merit for item in found], sigmas, limit=DOUBLE):
        if all(_share_inside(found[i].box, other.box) < _INSIDE for other in kept):
            kept.append(found[i])
    return kept


def scan_boxes(width: int, height: int) -> list[Box]:
    """Return the crops of a patient search, coarse to fine, for looking at a few in every frame."""
    return [box for level in (*_LEVELS, _FINE_LEVEL) for box in _grid(width, height, level)]


def _levels(network: Network, rgb: UInt8, previous_rgb: UInt8 | None) -> Iterator[tuple[list[Box], bool]]:
    """Yield crops to look at together, and whether all coarse ones have been looked at after these."""
    height, width = rgb.shape[:2]
    if previous_rgb is not None:
        moving = propose_moving(rgb, previous_rgb)
        if moving:
            yield moving, False
    if network.any_size:
        for zoom in ZOOMS:
            yield survey(network, rgb, zoom), False
        return
    whole = Box.of_picture(width, height).squared()
    yield [whole, *_grid(width, height, _LEVELS[0])], False
    for level in _LEVELS[1:]:
        yield _grid(width, height, level), True


def _grid(width: int, height: int, level: float) -> list[Box]:
    side = level * min(width, height)
    return [Box(x - 0.5, y - 0.5, side, side) for y in _starts(height, side) for x in _starts(width, side)]


def _starts(length: int, side: float) -> Iterable[float]:
    steps = max(0, int(np.ceil((length - side) / (side * _OVERLAP) - 1e-6)))
    return [float(start) for start in np.linspace(0.0, max(length - side, 0.0), steps + 1)]


def _covered(item: Found, found: Sequence[Found]) -> bool:
    """Tell whether most of a find's keypoints lie where a person is already known."""
    present = item.xy[np.nan_to_num(item.peak, nan=0.0) >= PRESENT]
    for other in found:
        inside = [other.box.contains(x, y) for x, y in present.tolist()]
        if inside and np.mean(inside) > _INSIDE and item.merit < other.merit:
            return True
    return False


def _share_inside(first: Box, second: Box) -> float:
    overlap_x = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    overlap_y = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    return max(overlap_x, 0.0) * max(overlap_y, 0.0) / min(first.area, second.area)


def _rank(item: Found, shape: tuple[int, ...]) -> float:
    """Weigh merit with size and centrality in a picture (height, width, ...): a bystander at the edge is sharp, too."""
    height, width = shape[:2]
    cx, cy = item.box.centre
    off = np.hypot((cx - width / 2) / width, (cy - height / 2) / height)
    share = min(item.box.width / min(width, height), 1.0)
    return float(item.merit * (1.0 - 0.5 * off) * (0.5 + 0.5 * share))
