"""Photographed people put before other backgrounds, in other colours: few people in one gym become many anywhere.

python -m poseapp.training.composites OUT.npz --people A.npz B.npz --outlines A_outlines.npz B_outlines.npz
    --backgrounds NEGATIVES.npz --count 4000 --seed 1

The people are those of packs with known keypoints, cut out along the masks of `poseapp.training.teachers.outlines`.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.errors import UsageError
from poseapp.core.types import Float32
from poseapp.training.augment import change_tones
from poseapp.training.negatives import drawn_scene
from poseapp.training.pack import Pack, UInt8, read_pack, write_pack
from poseapp.training.teachers.outlines import read_outlines

log = logging.getLogger(__name__)
DRAWN = 0.25  # of the backgrounds are drawn, the others are photographs of nobody
COMPANY = 0.35  # of the pictures have somebody else in them, behind the person and smaller
COMPANY_SIZE = (0.35, 0.8)  # of the other person, in shares of the picture
SHADE = (0.6, 1.3)  # light on a background, against its own


@dataclass(frozen=True)
class CutOut:
    """A person: picture (H, W, 3), how much of each pixel is the person (H, W) 0..255, keypoints (K, 2) px."""

    image: UInt8
    mask: UInt8
    keypoints: Float32


def cut_outs(pack: Pack, masks: list[UInt8 | None]) -> list[CutOut]:
    """Return the people of a pack who have a mask.

    Raises:
        UsageError: The masks are of another pack.
    """
    if len(masks) != len(pack) or any(
        mask is not None and mask.shape != image.shape[:2] for mask, image in zip(masks, pack.images, strict=True)
    ):
        raise UsageError("these outlines belong to other pictures", remedy="Give one file of outlines for each pack")
    people = zip(pack.images, masks, pack.keypoints, strict=True)
    return [CutOut(image, mask, points) for image, mask, points in people if mask is not None]


def compose(person: CutOut, background: UInt8, company: CutOut | None, rng: np.random.Generator) -> UInt8:
    """Return the person (H, W, 3) before a background of any size, with other colours; keypoints stay where they are.

    Args:
        company: Somebody who stands behind, smaller; None: nobody.
    """
    height, width = person.mask.shape
    scene = cv2.resize(background, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    scene *= rng.uniform(*SHADE)
    if company is not None:
        scene = _behind(scene, company, rng)
    colours = change_tones(person.image, rng) if rng.random() < 0.7 else person.image
    return _blend(np.clip(scene, 0, 255), colours, person.mask, rng)


def _blend(scene: npt.NDArray[np.floating], front: UInt8, mask: UInt8, rng: np.random.Generator) -> UInt8:
    """Lay a person over a scene along a mask whose edge is a little soft."""
    alpha = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), rng.uniform(0.5, 1.2))[..., None]
    mixed = front.astype(np.float32) * alpha + scene * (1 - alpha)
    return np.asarray(np.clip(mixed, 0, 255), np.uint8)


def _behind(scene: npt.NDArray[np.floating], other: CutOut, rng: np.random.Generator) -> npt.NDArray[np.floating]:
    """Put somebody else into a scene (H, W, 3): smaller, mirrored by chance, anywhere."""
    height, width = scene.shape[:2]
    rows, columns = np.nonzero(other.mask > 127)
    if not len(rows):
        return scene
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    zoom = rng.uniform(*COMPANY_SIZE) * max(height, width) / extent
    side = -1.0 if rng.random() < 0.5 else 1.0
    at = rng.uniform(0.05, 0.95, 2) * (width, height)
    linear = np.diag([side * zoom, zoom])
    matrix = np.column_stack([linear, at - linear @ (columns.mean(), rows.mean())])
    mask = cv2.warpAffine(other.mask, matrix, (width, height), flags=cv2.INTER_LINEAR)
    image = cv2.warpAffine(other.image, matrix, (width, height), flags=cv2.INTER_LINEAR)
    return _blend(scene, np.asarray(image, np.uint8), np.asarray(mask, np.uint8), rng).astype(np.float32)


def make_composites(
    people: list[list[CutOut]], backgrounds: tuple[UInt8, ...], count: int, seed: int, keypoints: int
) -> Pack:
    """Return `count` pictures of people of each list in turn; same arguments, same pictures.

    Raises:
        UsageError: Nobody or no background to choose from.
    """
    if not backgrounds or not people or not all(people):
        raise UsageError("nobody to put before a background", remedy="Give packs with outlines, and backgrounds")
    rng = np.random.default_rng([47, seed])
    images, points = [], []
    for n in range(count):
        mine = people[n % len(people)]
        person, other = (mine[int(rng.integers(len(mine)))] for _ in range(2))
        drawn = rng.random() < DRAWN
        scene = drawn_scene(rng, person.mask.shape) if drawn else backgrounds[int(rng.integers(len(backgrounds)))]
        images.append(compose(person, scene, other if rng.random() < COMPANY else None, rng))
        points.append(person.keypoints[:keypoints])
    return Pack(tuple(images), np.stack(points))


def main() -> None:
    """Write a pack of people before other backgrounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=Path, nargs="+", required=True)
    parser.add_argument("--outlines", type=Path, nargs="+", required=True, help="one for each of --people")
    parser.add_argument("--backgrounds", type=Path, required=True, help="pack of pictures of nobody")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    packs = [read_pack(path) for path in args.people]
    people = [cut_outs(pack, read_outlines(path)) for pack, path in zip(packs, args.outlines, strict=True)]
    keypoints = min(pack.keypoints.shape[1] for pack in packs)
    pack = make_composites(people, read_pack(args.backgrounds).images, args.count, args.seed, keypoints)
    write_pack(args.out, pack)
    log.info("%d pictures of %d people", len(pack), sum(len(of) for of in people))


if __name__ == "__main__":
    main()
