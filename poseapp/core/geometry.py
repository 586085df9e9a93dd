"""Coordinate maps. Pixel centres lie at integers, x right, y down; every map ships with its inverse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Affine:
    """A map of the plane, p -> A p + b.

    Attributes:
        matrix: (2, 3) float64, [A | b], as `cv2.warpAffine` reads it with WARP_INVERSE_MAP off.
    """

    matrix: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        matrix = np.array(self.matrix, dtype=np.float64).reshape(2, 3)
        matrix.setflags(write=False)
        object.__setattr__(self, "matrix", matrix)

    @classmethod
    def identity(cls) -> Affine:
        """Return the map that changes nothing."""
        return cls(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))

    @cached_property
    def inverse(self) -> Affine:
        """The map back. Raises `numpy.linalg.LinAlgError` for a map that flattens the plane."""
        linear = np.linalg.inv(self.matrix[:, :2])
        return Affine(np.column_stack([linear, -linear @ self.matrix[:, 2]]))

    def __call__(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Map points (..., 2), px; NaN stays NaN."""
        points = np.asarray(points, dtype=np.float64)
        return points @ self.matrix[:, :2].T + self.matrix[:, 2]

    def after(self, first: Affine) -> Affine:
        """Return the map that applies `first` and then this one."""
        linear = self.matrix[:, :2] @ first.matrix[:, :2]
        return Affine(np.column_stack([linear, self(first.matrix[:, 2])]))

    def covariance(self, cov: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Map covariances (..., 3) of (xx, xy, yy), px^2, by A C A^T; NaN stays NaN."""
        cov = np.asarray(cov, dtype=np.float64)
        (a, b), (c, d) = self.matrix[:, :2]
        xx, xy, yy = cov[..., 0], cov[..., 1], cov[..., 2]
        return np.stack(
            [
                a * a * xx + 2 * a * b * xy + b * b * yy,
                a * c * xx + (a * d + b * c) * xy + b * d * yy,
                c * c * xx + 2 * c * d * xy + d * d * yy,
            ],
            axis=-1,
        )

    @property
    def scale(self) -> float:
        """How many output px one input px becomes (square root of |det A|)."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture, px.

    `x`, `y` is the outer top-left corner, so the box of a whole W x H picture is (-0.5, -0.5, W, H).
    """

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of_picture(cls, width: int, height: int) -> Box:
        """Return the box that covers every pixel of a picture."""
        return cls(-0.5, -0.5, float(width), float(height))

    @classmethod
    def around(cls, points: npt.ArrayLike, *, factor: float = 1.0) -> Box:
        """Return the box of points (..., 2), grown about its centre; NaN points are left out.

        Raises:
            ValueError: No finite point.
        """
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            raise ValueError("no finite point to put a box around")
        low, high = points.min(axis=0), points.max(axis=0)
        size = np.maximum((high - low) * factor, 1.0)
        x, y = (low + high) / 2 - size / 2
        return cls(float(x), float(y), float(size[0]), float(size[1]))

    @property
    def centre(self) -> tuple[float, float]:
        """Centre (x, y), px."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def area(self) -> float:
        """Area, px^2."""
        return self.width * self.height

    def squared(self, factor: float = 1.0) -> Box:
        """Return the square about the same centre with `factor` x the longer side."""
        side = max(self.width, self.height) * factor
        cx, cy = self.centre
        return Box(cx - side / 2, cy - side / 2, side, side)

    def shaped(self, height: int, width: int, factor: float = 1.0) -> Box:
        """Return the smallest box of the shape height : width about the same centre that holds `factor` x this one."""
        scale = max(self.height / height, self.width / width) * factor
        cx, cy = self.centre
        return Box(cx - scale * width / 2, cy - scale * height / 2, scale * width, scale * height)

    def contains(self, x: float, y: float) -> bool:
        """Tell whether a point lies inside."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


def letterbox(box: Box, height: int, width: int) -> Affine:
    """Return the map that fits a box, centred and undistorted, into a (height, width) network input.

    The box's outer edges meet the input's outer edges (-0.5 .. size - 0.5) on the tighter axis.
    """
    scale = min(width / box.width, height / box.height)
    cx, cy = box.centre
    return Affine(np.array([[scale, 0.0, (width - 1) / 2 - scale * cx], [0.0, scale, (height - 1) / 2 - scale * cy]]))


def resize_map(source: tuple[int, int], target: tuple[int, int]) -> Affine:
    """Return the map of pixel centres when (height, width) `source` is stretched onto `target`.

    u' + 0.5 = (u + 0.5) * target / source on each axis: the one rule for heatmap px <-> input px.
    """
    sy, sx = target[0] / source[0], target[1] / source[1]
    return Affine(np.array([[sx, 0.0, (sx - 1) / 2], [0.0, sy, (sy - 1) / 2]]))
