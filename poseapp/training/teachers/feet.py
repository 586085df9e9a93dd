"""Heels and toes that MediaPipe Pose sees, to learn from: the other teacher and the labels have no feet.

Its landmark network alone is run, on an upright crop about a person who is already known, as MediaPipe crops people
(centre between the hips, 2.5 times the body's reach; modules/pose_landmark in google-ai-edge/mediapipe). The network's
file is no part of this project and none of its weights are learnt from: take `pose_landmark_full.tflite` out of the
package mediapipe 0.10.21, installed anywhere. Run after the other teacher, for its keypoints of the photographs:
`python -m poseapp.training.teachers.feet --data DATA --out FOLDER --model FILE`; it may be stopped at any time and goes
on where it was. What it says is used by `labels.py`.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Affine, Box
from poseapp.core.types import Float64
from poseapp.training.pack import UInt8
from poseapp.training.readers import lsp
from poseapp.training.readers.pictures import read_all_of_zip
from poseapp.training.teachers.answers import LANDMARKS, read_answers, read_landmarks, write_said
from poseapp.training.teachers.teacher import mirrored, turned, upright_turn

log = logging.getLogger(__name__)
SIZE = 256
_FLIP = (0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + 1 if i % 2 else i - 1 for i in range(11, 33)))
REACH = 2.5  # side of the crop over the distance from the middle of the hips to the farthest keypoint
SURE_POINT = 0.2  # peak of the other teacher's keypoint that may guide the crop
REFINE_RADIUS, REFINE_LEAST = 3, 0.5  # px of its heatmap and probability (RefineLandmarksFromHeatmapCalculator)
SAVE_EVERY = 500  # pictures
Guide = Callable[[int], tuple[UInt8, npt.NDArray[np.floating]]]


class LandmarkNetwork:
    """MediaPipe's landmark network in a TFLite interpreter.

    Raises:
        BadInputError: The file is not there or is another network.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        if not path.is_file():
            raise BadInputError("the landmark network is missing", where=str(path), remedy=_REMEDY)
        self._net = Interpreter(str(path), num_threads=threads)
        self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]["index"]
        by_size = {int(np.prod(d["shape"])): d["index"] for d in self._net.get_output_details()}
        try:
            self._points, self._presence, self._maps = by_size[39 * 5], by_size[1], by_size[64 * 64 * 39]
            self._mask = by_size[SIZE * SIZE]
        except KeyError as error:
            raise BadInputError("not MediaPipe's landmark network", where=str(path), remedy=_REMEDY) from error

    def look(self, crop: UInt8) -> tuple[Float64, Float64, float]:
        """Return landmarks (33, 2), crop px, their visibility (33,) and the presence, 0..1, in a crop (256, 256, 3)."""
        self._net.set_tensor(self._input, (crop / np.float32(255))[None].astype(np.float32))
        self._net.invoke()
        points = self._net.get_tensor(self._points).reshape(39, 5)[:LANDMARKS].astype(np.float64)
        maps = self._net.get_tensor(self._maps)[0][..., :LANDMARKS]
        xy = refine(points[:, :2] - 0.5, _sigmoid(maps))  # it counts pixels from their corner
        return xy, _sigmoid(points[:, 3]), float(self._net.get_tensor(self._presence).item())

    def outline(self, crop: UInt8) -> Float64:
        """Return how likely each pixel of a crop (256, 256, 3) is the person: (256, 256), 0..1."""
        self.look(crop)
        return _sigmoid(self._net.get_tensor(self._mask).reshape(SIZE, SIZE))

    def look_twice(self, rgb: UInt8, to_input: Affine) -> tuple[Float64, Float64, Float64, float]:
        """Look at a crop of a picture and at its mirror image.

        Returns:
            Mean landmarks (33, 2) px of the picture, the lower visibility (33,), the distance (33,) px between the
            two looks, and the lower presence.
        """
        mirror = mirrored(SIZE, 1.0)
        looks = []
        for placed in (to_input, mirror.after(to_input)):
            crop = np.asarray(cv2.warpAffine(rgb, placed.matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR), np.uint8)
            xy, visibility, presence = self.look(crop)
            looks.append((placed.inverse(xy), visibility, presence))
        (first, seen, there), (second, seen_too, there_too) = looks
        order = list(_FLIP)
        second, seen_too = second[order], seen_too[order]
        apart: Float64 = np.linalg.norm(first - second, axis=1)
        return (first + second) / 2, np.minimum(seen, seen_too), apart, min(there, there_too)


_REMEDY = "Install mediapipe==0.10.21 in an environment of its own and name its pose_landmark_full.tflite with --model"


def _sigmoid(values: npt.NDArray[np.floating]) -> Float64:
    return np.asarray(1 / (1 + np.exp(-np.clip(values.astype(np.float64), -60, 60))))


def refine(xy: Float64, maps: Float64) -> Float64:
    """Return landmarks moved to the weighted mean of their heatmap around them, where that is sure of itself.

    Args:
        xy: (L, 2) px of the input (256, 256).
        maps: (h, w, L) probabilities.
    """
    height, width, count = maps.shape
    refined, scale = xy.copy(), width / SIZE
    for n in range(count):
        column, row = ((xy[n] + 0.5) * scale).astype(int)
        if not (0 <= column < width and 0 <= row < height):
            continue
        top, left = max(row - REFINE_RADIUS, 0), max(column - REFINE_RADIUS, 0)
        window = maps[top : row + REFINE_RADIUS + 1, left : column + REFINE_RADIUS + 1, n]
        if window.max() < REFINE_LEAST:
            continue
        rows, columns = np.mgrid[0 : window.shape[0], 0 : window.shape[1]]
        at = np.array([(window * columns).sum(), (window * rows).sum()]) / window.sum() + (left, top)
        refined[n] = (at + 0.5) / scale - 0.5
    return refined


def crop_of(guide: npt.NDArray[np.floating]) -> Affine | None:
    """Return the map from picture px to its input about a person of known keypoints (14, 2); None without a hip."""
    hips = guide[[2, 3]][np.isfinite(guide[[2, 3], 0])]
    if not len(hips):
        return None
    middle = hips.mean(axis=0)
    reach = float(np.nanmax(np.linalg.norm(guide - middle, axis=1)))
    side = max(REACH * reach, 8.0)
    box = Box(float(middle[0]) - side / 2, float(middle[1]) - side / 2, side, side)
    return turned(box, SIZE, upright_turn(guide))


def mark(path: Path, network: LandmarkNetwork, count: int, guide: Guide) -> None:
    """Look at every picture not looked at yet and store the landmarks every few hundred pictures.

    Args:
        path: Of the landmarks; what it holds already is kept.
        count: N.
        guide: Index of a picture to the picture (H, W, 3) and keypoints (14, 2) that place the person, NaN = unknown.
    """
    found = read_landmarks(path, count)
    waiting = np.flatnonzero(~found.asked)
    for done, n in enumerate(waiting, start=1):
        rgb, keypoints = guide(int(n))
        to_input = crop_of(keypoints)
        if to_input is not None:
            seen = network.look_twice(rgb, to_input)
            found.xy[n], found.visibility[n], found.spread[n], found.presence[n] = seen
        found.asked[n] = True
        if done % SAVE_EVERY == 0 or done == len(waiting):
            write_said(path, found)
            log.info("%s: %d of %d", path.name, done, len(waiting))


def find_network() -> Path:
    """Return the landmark network of an installed mediapipe. Raises BadInputError when there is none."""
    spec = importlib.util.find_spec("mediapipe")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        path = Path(place) / "modules" / "pose_landmark" / "pose_landmark_full.tflite"
        if path.is_file():
            return path
    raise BadInputError("the landmark network is missing", where="mediapipe", remedy=_REMEDY)


def main() -> None:
    """Mark the exercise photographs and LSPET's training part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder with the other teacher's answers")
    parser.add_argument("--model", type=Path, help="pose_landmark_full.tflite; of an installed mediapipe if left out")
    parser.add_argument("--lspet", type=int, default=8000, help="the first so many pictures")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cv2.setNumThreads(1)
    network = LandmarkNetwork(args.model or find_network())
    read_picture, names = read_all_of_zip(args.data / "exercises" / "images.zip")
    answers = read_answers(args.out / "teacher_exercises.npz", len(names))
    guides = np.where((answers.peak > SURE_POINT)[..., None], answers.xy, np.float32(np.nan))
    mark(args.out / "feet_exercises.npz", network, len(names), lambda n: (read_picture(n), guides[n]))
    labelled = lsp.read_lspet(args.data / "lspet")
    count = min(args.lspet, len(labelled))
    mark(
        args.out / "feet_lspet.npz", network, count, lambda n: (labelled.read_picture(n), labelled.keypoints[n])
    )  # fmt: skip


if __name__ == "__main__":
    main()
