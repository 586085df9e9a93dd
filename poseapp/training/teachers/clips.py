"""A person followed through a real clip by both teachers: everyday movement to learn from, with feet.

python -m poseapp.training.teachers.clips CLIP OUT.npz --data DATA --model pose_landmark_full.tflite \\
    --follow 60 1150 560 260 440

Follows whoever is in the box (x, y, width, height, px) at the frame, until the person is lost; `--follow` may be given
again for others. What both teachers dispute is left unknown. Never follow anybody in a clip that is measured on.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Affine, Box
from poseapp.core.types import Float32
from poseapp.training.pack import Pack, UInt8, write_pack
from poseapp.training.packing import squeeze
from poseapp.training.sources import MARGIN
from poseapp.training.teachers.agreement import VISIBLE, Points, SecondOpinion, beyond_body, combine
from poseapp.training.teachers.feet import SIZE, LandmarkNetwork, crop_of
from poseapp.training.teachers.labels import ENOUGH, keep_sure
from poseapp.training.teachers.teacher import CROP_FACTOR, MPII_OF_BODY, ZOOM, Teacher, turned, upright_turn
from poseapp.video import open_clip

log = logging.getLogger(__name__)
FIRST_CROP = 1.3  # side of the first crop over the longer side of the given box
PERSON_SIDE = 240  # px of a person in the pack at most


@dataclass(frozen=True)
class Teachers:
    """Both of them. Attributes: first (14 keypoints of the body), second (limbs and feet)."""

    first: Teacher
    second: LandmarkNetwork

    def see(self, rgb: UInt8, to_input: Affine) -> tuple[Float32, Points] | None:
        """Return keypoints (21, 2) of body21, px, NaN = not sure, and a guide (14, 2) to the person; None = nobody.

        Args:
            rgb: (H, W, 3).
            to_input: Places the person in the second teacher's input.
        """
        xy, visibility, spread, presence = self.second.look_twice(rgb, to_input)
        opinion = SecondOpinion(xy, visibility, spread, presence)
        body, seen = opinion.of_body()
        guide = np.where((seen > VISIBLE)[:, None], body, np.nan)
        if presence < VISIBLE or np.isfinite(guide[:, 0]).sum() < ENOUGH or np.isnan(guide[[2, 3], 0]).all():
            return None
        placed = turned(Box.around(guide).squared(CROP_FACTOR), self.first.size, upright_turn(guide))
        looked, peak = self.first.look(rgb, placed, again=ZOOM)
        order = list(MPII_OF_BODY)
        points, peak = combine(looked[order].astype(np.float32), peak[order], opinion)
        sure, _ = keep_sure(points[None], peak[None])
        keypoints = np.concatenate([sure[0], beyond_body(sure[0], opinion, rgb.shape)])
        return keypoints, np.where(np.isfinite(sure[0]), sure[0], guide)


def follow(pictures: Iterable[UInt8], box: Box, teachers: Teachers) -> Iterator[tuple[UInt8, Float32]]:
    """Yield every picture (H, W, 3) with the keypoints (21, 2), px, of the person in `box` at the first, until lost."""
    to_input: Affine | None = turned(box.squared(FIRST_CROP), SIZE, 0.0)
    for rgb in pictures:
        seen = None if to_input is None else teachers.see(rgb, to_input)
        if seen is None:
            return
        keypoints, guide = seen
        yield rgb, keypoints
        to_input = crop_of(guide)


def gather(found: Iterable[tuple[UInt8, Float32]], every: int) -> Pack:
    """Return every so many-th of the followed pictures, cut about the person, but those with too few keypoints."""
    images: list[UInt8] = []
    points: list[npt.NDArray[np.float32]] = []
    for n, (rgb, keypoints) in enumerate(found):
        if n % every == 0 and np.isfinite(keypoints[:14, 0]).sum() >= ENOUGH:
            small = squeeze(Pack((rgb,), keypoints[None]), margin=MARGIN, person_side=PERSON_SIDE)
            images.append(small.images[0])
            points.append(small.keypoints[0])
    return Pack(tuple(images), np.stack(points) if points else np.empty((0, 21, 2), np.float32))


def main() -> None:
    """Write a pack of people followed through a clip."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="pose_landmark_full.tflite")
    parser.add_argument(
        "--follow", type=float, nargs=5, action="append", required=True, metavar=("F", "X", "Y", "W", "H")
    )
    parser.add_argument("--every", type=int, default=2, help="keep one of so many frames")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cv2.setNumThreads(1)
    teachers = Teachers(Teacher(args.data / "upstream" / "EfficientPoseII.tflite", 1), LandmarkNetwork(args.model))
    packs = []
    for frame, *edges in args.follow:
        with open_clip(args.clip) as clip:
            pictures = (frame.rgb for frame in clip.frames(int(frame)))
            packs.append(gather(follow(pictures, Box(*edges), teachers), args.every))
        log.info("followed from frame %d: %d pictures", int(frame), len(packs[-1]))
    whole = Pack(tuple(i for p in packs for i in p.images), np.concatenate([p.keypoints for p in packs]))
    if not len(whole):
        raise BadInputError("nobody was found in the boxes", where=str(args.clip), remedy="Look at frame and box")
    write_pack(args.out, whole)


if __name__ == "__main__":
    main()
