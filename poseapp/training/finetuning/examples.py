"""Pictures that show what a fine-tuning changed: a person as corrected, as seen before, as seen after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.side_colors import bone_side, side_rgb
from poseapp.core.skeleton import Side, Skeleton
from poseapp.core.types import Float32, Float64, frozen_arrays
from poseapp.training.pack import UInt8

FOLDER = "examples"
COUNT = 6
_TITLES = ("Corrected by you", "Before", "After")
_GAP, _BAND = 8, 34  # px, between the three, and for the title above each
_BACKGROUND, _TEXT, _HALO = (27, 31, 35), (232, 235, 238), (10, 12, 14)
_MISS = (255, 143, 135)  # RGB of the line from where a keypoint is to where it should be
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_SHIFT = 4  # bits of a pixel's fraction in cv2's drawing


@dataclass(frozen=True)
class Example:
    """A person in a frame.

    Attributes:
        picture: (H, W, 3) about the person.
        truth, before, after: (K, 2) px of the picture, NaN = none: as marked, and what two networks see.
        frame: Of the clip.
        off_px: Median error of both networks in px of the clip; NaN where there is none.
    """

    skeleton: Skeleton
    picture: UInt8
    truth: Float32
    before: Float32
    after: Float32
    frame: int
    off_px: tuple[float, float]

    def __post_init__(self) -> None:
        frozen_arrays(self)


def choose_examples(before: Float64, after: Float64, count: int = COUNT) -> list[int]:
    """Return the rows worth looking at: most gained first, but always the one that lost most, where one did.

    Args:
        before, after: (N, K) px, NaN without a mark.
    """
    known = np.isfinite(before) & np.isfinite(after)
    gain = np.where(known, before - after, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    order = [int(n) for n in np.argsort(-gain, kind="stable")]
    if len(order) <= count:
        return order
    worst = order[-1]
    return [*order[: count - 1], worst if gain[worst] < 0 else order[count - 1]]


def write_examples(folder: Path, examples: Sequence[Example]) -> tuple[str, ...]:
    """Write the pictures of examples as PNG, in place of those of an earlier training.

    Returns:
        Their names relative to the folder, with a forward slash.

    Raises:
        BadInputError: Nothing can be written there.
    """
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        for old in (folder / FOLDER).glob("[0-9][0-9]-frame-*.png"):
            old.unlink()
    except OSError as error:
        raise BadInputError(f"pictures cannot be written ({error})", where=str(folder / FOLDER)) from error
    names = tuple(f"{FOLDER}/{number:02d}-frame-{one.frame}.png" for number, one in enumerate(examples, start=1))
    for name, example in zip(names, examples, strict=True):
        done, data = cv2.imencode(".png", np.ascontiguousarray(draw_example(example)[..., ::-1]))
        if not done:
            raise BadInputError("a picture cannot be written", where=name)
        with atomic_path(folder / name) as temporary:
            temporary.write_bytes(data.tobytes())
    return names


def draw_example(example: Example) -> UInt8:
    """Return the three views of a person side by side (H, W, 3), with titles.

    Right is drawn with discs, left with squares, in the colours of the window; what a network sees has a thin line to
    where the keypoint should be.
    """
    height, width = example.picture.shape[:2]
    sheet = np.full((height + _BAND, 3 * width + 2 * _GAP, 3), _BACKGROUND, np.uint8)
    notes = (f", frame {example.frame}", *("" if np.isnan(px) else f": {px:.1f} px off" for px in example.off_px))
    for i, xy in enumerate((example.truth, example.before, example.after)):
        view = example.picture.copy()
        if i:
            _draw_misses(view, xy, example.truth)
        draw_skeleton(view, xy, example.skeleton)
        left = i * (width + _GAP)
        sheet[_BAND:, left : left + width] = view
        at = (left + 4, _BAND - 11)
        cv2.putText(sheet, _TITLES[i] + notes[i], at, _FONT, 0.55, _TEXT, 1, cv2.LINE_AA)
    return sheet


def draw_skeleton(picture: UInt8, xy: Float32, skeleton: Skeleton) -> None:
    """Draw keypoints (K, 2) px and bones into a picture (H, W, 3), in place; sizes go with the picture."""
    size = picture.shape[0] / 420
    sides, known = skeleton.sides, np.isfinite(xy[:, 0])
    for width, halo in ((5.0, True), (2.4, False)):
        for a, b in skeleton.bones:
            if known[a] and known[b]:
                ink = _HALO if halo else side_rgb(bone_side(sides[a], sides[b]))
                cv2.line(picture, _at(xy[a]), _at(xy[b]), ink, max(1, round(width * size)), cv2.LINE_AA, _SHIFT)
    for k in np.flatnonzero(known).tolist():
        for radius, ink in ((5.6, _HALO), (4.2, side_rgb(sides[k]))):
            _draw_point(picture, xy[k], radius * size, ink, sides[k])


def _draw_point(picture: UInt8, at: Float32, radius: float, ink: tuple[int, int, int], side: Side) -> None:
    if side == "left":
        low, high = (_at(at + offset * 0.886 * radius) for offset in (-1, 1))
        cv2.rectangle(picture, low, high, ink, -1, cv2.LINE_AA, _SHIFT)
    else:
        cv2.circle(picture, _at(at), round(radius * 2**_SHIFT), ink, -1, cv2.LINE_AA, _SHIFT)


def _draw_misses(picture: UInt8, xy: Float32, truth: Float32) -> None:
    for seen, right in zip(xy, truth, strict=True):
        if np.isfinite(seen).all() and np.isfinite(right).all() and np.linalg.norm(seen - right) >= 3:
            for width, ink in ((4, _HALO), (2, _MISS)):
                cv2.line(picture, _at(seen), _at(right), ink, width, cv2.LINE_AA, _SHIFT)


def _at(point: Float32) -> tuple[int, int]:
    x, y = (float(v) * 2**_SHIFT for v in np.clip(point, -1e4, 1e4))
    return round(x), round(y)
