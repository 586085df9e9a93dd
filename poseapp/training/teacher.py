"""Keypoints that a stronger published network sees, to learn from: EfficientPose II, run upright.

It was trained on people who stand; upside down it fails, so each picture is turned before it looks. Run
`python -m poseapp.training.teacher --data DATA --out FOLDER`; what it says is used by `labels.py`.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from poseapp.core.geometry import Affine, Box, letterbox
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Float32, Float64
from poseapp.training.pack import UInt8, read_lspet, read_unlabelled

log = logging.getLogger(__name__)
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
# MPII channel of each of the first 14 keypoints of body18; neck is MPII's upper neck.
MPII_OF_BODY = (12, 11, 10, 13, 14, 15, 4, 3, 2, 6, 7, 8, 1, 0)
_FLIP = (0, 1, 6, 7, 8, 5, 2, 3, 4, 9, 13, 14, 15, 10, 11, 12)


class Teacher:
    """EfficientPose in a TFLite interpreter. Attributes: size, its input side, px."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        self._net = Interpreter(str(path), num_threads=threads)
        self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]
        self._output = self._net.get_output_details()[-1]["index"]
        self.size = int(self._input["shape"][1])

    def heatmaps(self, rgb: UInt8) -> Float32:
        """Return (S, S, 16) of an RGB picture (S, S, 3)."""
        self._net.set_tensor(self._input["index"], ((rgb / 255.0 - MEAN) / STD).astype(np.float32)[None])
        self._net.invoke()
        maps: Float32 = self._net.get_tensor(self._output)[0]
        return maps

    def look(self, rgb: UInt8, to_input: Affine, *, flip: bool) -> tuple[Float64, Float32]:
        """Return MPII keypoints (16, 2), picture px, and their peaks (16,), the flipped look averaged in."""
        side = (self.size, self.size)
        crop: UInt8 = cv2.warpAffine(rgb, to_input.matrix, side, flags=cv2.INTER_LINEAR)
        maps = self.heatmaps(crop)
        if flip:
            maps = 0.5 * (maps + self.heatmaps(np.ascontiguousarray(crop[:, ::-1]))[:, ::-1][..., list(_FLIP)])
        xy, peak = _peaks(maps)
        return to_input.inverse(xy), peak


def _peaks(maps: Float32, radius: int = 8) -> tuple[Float64, Float32]:
    count = maps.shape[2]
    xy, peak = np.zeros((count, 2)), np.zeros(count, np.float32)
    for k in range(count):
        smooth = cv2.GaussianBlur(maps[..., k], (0, 0), 2.0)
        y, x = np.unravel_index(smooth.argmax(), smooth.shape)
        top, left = max(y - radius, 0), max(x - radius, 0)
        window = np.clip(smooth[top : y + radius + 1, left : x + radius + 1], 0, None) ** 2 + 1e-12
        rows, columns = np.mgrid[0 : window.shape[0], 0 : window.shape[1]]
        xy[k] = left + (columns * window).sum() / window.sum(), top + (rows * window).sum() / window.sum()
        peak[k] = smooth[y, x]
    return xy, peak


def turned(box: Box, size: int, degrees: float) -> Affine:
    """Return the map that fits a box's square into (size, size) after turning the picture about its centre."""
    angle, (cx, cy) = np.deg2rad(degrees), box.centre
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    about = Affine(np.column_stack([turn, np.array([cx, cy]) - turn @ [cx, cy]]))
    return letterbox(box.squared(), size, size).after(about)


def look_for_person(teacher: Teacher, rgb: UInt8) -> tuple[Float64, Float32]:
    """Find the person of an unlabelled picture: try the turns if need be, then crop closer. Shapes as `look`."""
    box, degrees = Box.of_picture(rgb.shape[1], rgb.shape[0]), 0.0
    xy, peak = teacher.look(rgb, turned(box, teacher.size, degrees), flip=False)
    if peak.mean() < 0.3:
        tries = [(d, *teacher.look(rgb, turned(box, teacher.size, d), flip=False)) for d in (90.0, -90.0)]
        best = max(tries, key=lambda t: t[2].mean())
        if best[2].mean() > peak.mean() + 0.08:
            degrees, xy, peak = best
    sure = peak > 0.15
    box = Box.around(xy[sure], factor=1.0).squared(1.45) if sure.sum() >= 4 else box
    return teacher.look(rgb, turned(box, teacher.size, degrees), flip=True)


def upright_turn(xy: npt.NDArray[np.floating]) -> float:
    """Return the degrees that bring the labelled trunk (neck, head, shoulders over hips) upright; 0 if unknown."""
    with np.errstate(invalid="ignore"):
        upper = xy[[8, 9, 12, 13]][np.isfinite(xy[[8, 9, 12, 13], 0])]
        lower = xy[[2, 3]][np.isfinite(xy[[2, 3], 0])]
    if not len(upper) or not len(lower):
        return 0.0
    dx, dy = upper.mean(axis=0) - lower.mean(axis=0)
    return float(-np.rad2deg(np.arctan2(dx, -dy)))


def main() -> None:
    """Ask the teacher about the exercise photographs and LSPET's training part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lspet", type=int, default=8000, help="the first so many pictures")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    teacher = Teacher(args.data / "upstream" / "EfficientPoseII.tflite", args.threads)
    keypoints = load_skeleton("body18").n_keypoints
    pack, _ = read_unlabelled(args.data / "exercises" / "images.zip", keypoints)
    _ask(args.out / "teacher_exercises.npz", (partial(look_for_person, teacher, m) for m in pack.images))
    pack = read_lspet(args.data / "lspet", keypoints).subset(0, args.lspet)
    looks = (
        partial(teacher.look, rgb, turned(Box.around(xy).squared(1.4), teacher.size, upright_turn(xy)), flip=False)
        for rgb, xy in zip(pack.images, pack.keypoints, strict=True)
    )
    _ask(args.out / "teacher_lspet.npz", looks)


def _ask(path: Path, looks: Iterable[Callable[[], tuple[Float64, Float32]]]) -> None:
    """Call every look that the file does not hold yet; store xy (N, 14, 2) and peak (N, 14) as they grow."""
    xy, peak = [], []
    if path.exists():
        with np.load(path) as data:
            xy, peak = list(data["xy"]), list(data["peak"])
    for look in islice(looks, len(xy), None):
        points, peaks = look()
        xy.append(points[list(MPII_OF_BODY)].astype(np.float32))
        peak.append(peaks[list(MPII_OF_BODY)])
        if len(xy) % 50 == 0:
            np.savez(path, xy=np.array(xy), peak=np.array(peak))
            log.info("%s: %d, mean peak %.2f", path.name, len(xy), peak[-1].mean())
    np.savez(path, xy=np.array(xy), peak=np.array(peak))


if __name__ == "__main__":
    main()
