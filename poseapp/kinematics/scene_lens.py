"""Lens distortion: found from pictures of a checkerboard, kept in a small file of its own, and taken out of points."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.scene import Lens
from poseapp.core.types import Array, Float64
from poseapp.kinematics.stretches import find_present

LEAST_PICTURES = 4
MOST_PICTURES = 40  # more take long and teach nothing
_SHOW_IT = "Film it from all sides, near and tilted, until it has been in every corner of the picture"


def straighten(xy: Float64, lens: Lens | None) -> Float64:
    """Return where points (..., 2) px would be seen by a lens that bends nothing, px of the same picture.

    NaN stays NaN; without a lens the points are returned as they are.
    """
    if lens is None or not xy.size:
        return xy
    import cv2

    flat = np.ascontiguousarray(xy.reshape(-1, 1, 2))
    known = find_present(flat[:, 0])
    made = np.full_like(flat, np.nan)
    if known.any():
        matrix = _matrix(lens)
        # The iteration of OpenCV's default stops after five steps, a tenth of a pixel away at the corners.
        done = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 100, 1e-10)
        bent = np.array(lens.distortion)
        made[known] = cv2.undistortPoints(flat[known], matrix, bent, R=np.eye(3), P=matrix, criteria=done)
    return np.asarray(made.reshape(xy.shape))


def bend(xy: Float64, lens: Lens | None) -> Float64:
    """Return where a lens shows points (..., 2) px that one which bends nothing shows there: undoes `straighten`."""
    if lens is None or not xy.size:
        return xy
    import cv2

    fx, fy, cx, cy = lens.matrix
    flat = np.ascontiguousarray(xy.reshape(-1, 2))
    known = find_present(flat)
    made = np.full_like(flat, np.nan)
    if known.any():
        rays = np.column_stack([(flat[known] - (cx, cy)) / (fx, fy), np.ones(int(known.sum()))])
        shown, _ = cv2.projectPoints(rays[:, None], np.zeros(3), np.zeros(3), _matrix(lens), np.array(lens.distortion))
        made[known] = shown[:, 0]
    return np.asarray(made.reshape(xy.shape))


def find_lens(pictures: Iterable[Array], columns: int, rows: int) -> Lens:
    """Compute a lens from pictures (H, W, 3) uint8 RGB of a checkerboard with columns x rows inner corners.

    Zhang, IEEE TPAMI 22(11), 2000, as in OpenCV. Pictures in which the board is not found are left out.

    Raises:
        BadInputError: The board is found in fewer than four pictures, or they are of different sizes.
    """
    import cv2

    board = np.zeros((columns * rows, 3), np.float32)
    board[:, :2] = np.mgrid[0:columns, 0:rows].T.reshape(-1, 2)
    found: list[Array] = []
    size: tuple[int, int] | None = None
    for picture in pictures:
        if size is not None and size != (picture.shape[1], picture.shape[0]):
            raise BadInputError("the pictures of the checkerboard are of different sizes", remedy="Use one camera")
        size = (picture.shape[1], picture.shape[0])
        grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
        there, corners = cv2.findChessboardCornersSB(grey, (columns, rows))
        if there:
            found.append(corners)
        if len(found) == MOST_PICTURES:
            break
    if size is None or len(found) < LEAST_PICTURES:
        what = f"a checkerboard with {columns} x {rows} inner corners was found in {len(found)} pictures"
        raise BadInputError(f"{what}, {LEAST_PICTURES} are needed", remedy=_SHOW_IT)
    error, matrix, bent, _, _ = cv2.calibrateCamera([board] * len(found), found, size, None, None)
    values = tuple(float(matrix[i, j]) for i, j in ((0, 0), (1, 1), (0, 2), (1, 2)))
    return Lens(*size, values, tuple(float(value) for value in bent.ravel()[:5]), float(error))


def lens_to_toml(lens: Lens) -> str:
    """Return the text of a camera file."""
    lines = [
        "# How a camera bends what it sees, by the model of OpenCV; px of pictures of this size.",
        f"width = {lens.width}",
        f"height = {lens.height}",
        f"matrix = {json.dumps(list(lens.matrix))}  # fx, fy, cx, cy",
        f"distortion = {json.dumps(list(lens.distortion))}  # k1, k2, p1, p2, k3",
        f"error = {lens.error!r}  # px, root mean square",
    ]
    return "\n".join(lines) + "\n"


def read_lens(path: Path, width: int, height: int) -> Lens:
    """Read a camera file for pictures of width x height px; that of another size of the same shape is scaled.

    Raises:
        BadInputError: It cannot be read, or is of pictures of another shape.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        numbers = {name: tuple(float(v) for v in data[name]) for name in ("matrix", "distortion")}
        lens = Lens(int(data["width"]), int(data["height"]), numbers["matrix"], numbers["distortion"],
                    float(data.get("error", 0.0)))  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"the camera file cannot be read ({error})", where=path.name) from error
    factor = width / lens.width
    if not math.isclose(factor, height / lens.height, rel_tol=0.01):
        what = f"the camera file is for pictures of {lens.width} x {lens.height} px, the clip has {width} x {height}"
        raise BadInputError(what, where=path.name, remedy="Film the checkerboard as the clip was filmed")
    fx, fy, cx, cy = lens.matrix
    # Pixel centres lie at integers, so the picture begins at -0.5.
    moved = (fx * factor, fy * factor, (cx + 0.5) * factor - 0.5, (cy + 0.5) * factor - 0.5)
    return Lens(width, height, moved, lens.distortion, lens.error * factor)


def _matrix(lens: Lens) -> Float64:
    fx, fy, cx, cy = lens.matrix
    return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])
