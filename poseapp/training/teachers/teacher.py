"""Keypoints that a stronger published network sees, to learn from: EfficientPose II, run upright.

It was trained on people who stand; upside down it fails, so each picture is turned before it looks. Run
`python -m poseapp.training.teachers.teacher --data DATA --out FOLDER`; it may be stopped at any time and goes on where
it was. What it says is used by `labels.py`.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Affine, Box, letterbox
from poseapp.core.types import Float32, Float64
from poseapp.training.pack import UInt8
from poseapp.training.readers import lsp
from poseapp.training.readers.pictures import read_all_of_zip
from poseapp.training.teachers.answers import read_answers, write_said

log = logging.getLogger(__name__)
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
# MPII channel of each of the first 14 keypoints of body18; neck is MPII's upper neck.
MPII_OF_BODY = (12, 11, 10, 13, 14, 15, 4, 3, 2, 6, 7, 8, 1, 0)
_FLIP = (0, 1, 6, 7, 8, 5, 2, 3, 4, 9, 13, 14, 15, 10, 11, 12)
SURE = 0.3  # mean peak below which another turn is tried
CROP_FACTOR = 1.4  # of a crop about labels; the second look is wider by ZOOM, so that scale is averaged too
ZOOM = 1 / 1.2
SAVE_EVERY = 100  # pictures
Seen = tuple[Float64, Float32]  # MPII keypoints (16, 2), picture px, and their peaks (16,)


class Teacher:
    """EfficientPose in a TFLite interpreter. Attributes: size, its input side, px.

    Raises:
        BadInputError: There is no such file.
    """

    def __init__(self, path: Path, threads: int = 2) -> None:
        if not path.is_file():
            raise BadInputError("the teacher's network is missing", where=str(path), remedy="See data/README")
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

    def look(self, rgb: UInt8, to_input: Affine, *, again: float = 0.0) -> Seen:
        """Return what it sees in a picture (H, W, 3) through one crop.

        Args:
            to_input: Picture px to its input px.
            again: Average in a second look at the mirrored picture, zoomed by this about the middle; 0 looks once.
        """
        side = (self.size, self.size)
        maps = self.heatmaps(cv2.warpAffine(rgb, to_input.matrix, side, flags=cv2.INTER_LINEAR))
        if again:
            mirror = mirrored(self.size, again)
            second = mirror.after(to_input)
            other = self.heatmaps(cv2.warpAffine(rgb, second.matrix, side, flags=cv2.INTER_LINEAR))
            maps = 0.5 * (maps + bring_back(other, mirror)[..., list(_FLIP)])
        xy, peak = _peaks(maps)
        return to_input.inverse(xy), peak


def mirrored(size: int, zoom: float) -> Affine:
    """Return the map that mirrors an input (size, size) left to right and zooms it about its middle."""
    middle = (size - 1) / 2
    return Affine(np.array([[-zoom, 0.0, middle + zoom * middle], [0.0, zoom, middle - zoom * middle]]))


def bring_back(maps: Float32, moved: Affine) -> Float32:
    """Return heatmaps (S, S, C) of a moved input in the frame of the unmoved one; 0 where it did not look."""
    size = maps.shape[1::-1]
    channels = [
        cv2.warpAffine(np.ascontiguousarray(maps[..., c]), moved.inverse.matrix, size) for c in range(maps.shape[2])
    ]
    return np.stack(channels, axis=-1)


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


def look_for_person(teacher: Teacher, rgb: UInt8, again: float) -> Seen:
    """Find the person of an unlabelled picture: try the turns if need be, then crop closer. As `Teacher.look`."""
    box, degrees = Box.of_picture(rgb.shape[1], rgb.shape[0]), 0.0
    xy, peak = teacher.look(rgb, turned(box, teacher.size, degrees))
    if peak.mean() < SURE:
        tries = [(d, *teacher.look(rgb, turned(box, teacher.size, d))) for d in (90.0, -90.0)]
        best = max(tries, key=lambda t: t[2].mean())
        if best[2].mean() > peak.mean() + 0.08:
            degrees, xy, peak = best
    sure = peak > 0.15
    box = Box.around(xy[sure], factor=1.0).squared(1.45) if sure.sum() >= 4 else box
    return teacher.look(rgb, turned(box, teacher.size, degrees), again=again)


def look_at_labelled(teacher: Teacher, rgb: UInt8, labels: npt.NDArray[np.floating], again: float) -> Seen:
    """Look at the person whose labels (14, 2) are known, turned upright by them. As `Teacher.look`.

    Where it is not sure of itself so, the other turns are tried, and the most confident one is looked at.
    """
    box, turn = Box.around(labels).squared(CROP_FACTOR), upright_turn(labels)
    seen = teacher.look(rgb, turned(box, teacher.size, turn), again=again)
    if seen[1].mean() >= SURE:
        return seen
    others = (0.0,) if abs(turn) > 30 else (turn + 90, turn - 90)
    tries = [seen, *(teacher.look(rgb, turned(box, teacher.size, d), again=again) for d in others)]
    return max(tries, key=lambda t: float(t[1].mean()))


def upright_turn(xy: npt.NDArray[np.floating]) -> float:
    """Return the degrees that bring the labelled trunk (neck, head, shoulders over hips) upright; 0 if unknown."""
    with np.errstate(invalid="ignore"):
        upper = xy[[8, 9, 12, 13]][np.isfinite(xy[[8, 9, 12, 13], 0])]
        lower = xy[[2, 3]][np.isfinite(xy[[2, 3], 0])]
    if not len(upper) or not len(lower):
        return 0.0
    dx, dy = upper.mean(axis=0) - lower.mean(axis=0)
    return float(-np.rad2deg(np.arctan2(dx, -dy)))


def ask(path: Path, count: int, look: Callable[[int, float], Seen]) -> None:
    """Look once at every picture not seen yet, then at each a second time, and store every hundredth time.

    Args:
        path: Of the answers; what it holds already is kept.
        count: N.
        look: Index of a picture and `again` of `Teacher.look` to what the teacher sees: 0 looks once, `ZOOM` twice.
    """
    answers = read_answers(path, count)
    for looks, again in ((1, 0.0), (2, ZOOM)):
        waiting = np.flatnonzero(answers.looks < looks)
        for done, n in enumerate(waiting, start=1):
            xy, peak = look(int(n), again)
            answers.xy[n], answers.peak[n] = xy[list(MPII_OF_BODY)], peak[list(MPII_OF_BODY)]
            answers.looks[n] = looks
            if done % SAVE_EVERY == 0 or done == len(waiting):
                write_said(path, answers)
                log.info("%s, look %d: %d of %d, mean peak %.2f", path.name, looks, done, len(waiting), peak.mean())


def main() -> None:
    """Ask the teacher about the exercise photographs and LSPET's training part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lspet", type=int, default=8000, help="the first so many pictures")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cv2.setNumThreads(args.threads)
    teacher = Teacher(args.data / "upstream" / "EfficientPoseII.tflite", args.threads)
    read_picture, names = read_all_of_zip(args.data / "exercises" / "images.zip")
    ask(
        args.out / "teacher_exercises.npz",
        len(names),
        lambda n, again: look_for_person(teacher, read_picture(n), again),
    )
    labelled = lsp.read_lspet(args.data / "lspet")
    ask(
        args.out / "teacher_lspet.npz",
        min(args.lspet, len(labelled)),
        lambda n, again: look_at_labelled(teacher, labelled.read_picture(n), labelled.keypoints[n], again),
    )


if __name__ == "__main__":
    main()
