"""What was said of a recording: how large things are, where the floor is, what the lens bends, how fast it was filmed.

A clip has at most one `Scene`, an item of its project: it is changed by an edit, undone and kept in the journal like
everything else. (What a network's scores are worth is another thing: `core.calibration`.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from poseapp.core.types import ClipInfo, Float64

ScaleKind = Literal["", "line", "height"]
Corner = tuple[float, float]


@dataclass(frozen=True)
class Lens:
    """A camera by the model of OpenCV (Brown-Conrady), for pictures of `width` x `height` px.

    Attributes:
        matrix: (fx, fy, cx, cy) px.
        distortion: (k1, k2, p1, p2, k3).
        error: px, root mean square distance of the checkerboard's corners from where the model puts them.
    """

    width: int
    height: int
    matrix: tuple[float, ...]
    distortion: tuple[float, ...]
    error: float = 0.0

    def __post_init__(self) -> None:
        if len(self.matrix) != 4 or len(self.distortion) != 5 or min(self.matrix[:2]) <= 0:
            raise ValueError("a lens has fx, fy, cx, cy and k1, k2, p1, p2, k3")


@dataclass(frozen=True)
class Plane:
    """A rectangle of known size in the scene.

    Attributes:
        corners: Image px, in order: origin, along the width, opposite, along the depth.
        width, depth: m.
        is_floor: It lies on the floor, so that only what touches the floor is measured in it; else it is the plane of
            the motion, and everything is.
    """

    corners: tuple[Corner, ...]
    width: float
    depth: float
    is_floor: bool = True

    def __post_init__(self) -> None:
        if len(self.corners) != 4 or not (self.width > 0 and self.depth > 0):
            raise ValueError("a plane has four corners, a width and a depth")


@dataclass(frozen=True)
class Scene:
    """What was said; the default says nothing.

    Attributes:
        scale_by: How the scale was found: by a "line" of known length, by the body "height", or "" for none.
        scale_px, scale_metres: The same length in the picture and in the world.
        scale_sigma: Standard deviation of the scale, as a share of it.
        floor_degrees: By which the floor rises to the right in the picture; positions in metres are turned back by it.
        capture_fps: Frames/s at which the scene was recorded; 0 where the file's times are the true ones.
        playback_fps: Frames/s of the file, with which the times of its clock belong.
        plane: None for none. lens: None for none.
    """

    scale_by: ScaleKind = ""
    scale_px: float = 0.0
    scale_metres: float = 0.0
    scale_sigma: float = 0.0
    floor_degrees: float = 0.0
    capture_fps: float = 0.0
    playback_fps: float = 0.0
    plane: Plane | None = None
    lens: Lens | None = None

    def __post_init__(self) -> None:
        numbers = (self.scale_px, self.scale_metres, self.scale_sigma, self.capture_fps, self.playback_fps)
        if not all(0 <= value < math.inf for value in numbers) or not abs(self.floor_degrees) < 45:
            raise ValueError("lengths and rates of a scene are finite and not negative, its floor lies below")
        if bool(self.scale_by) != (self.scale_px > 0 and self.scale_metres > 0):
            raise ValueError("a scale has a length in px and in metres")
        if bool(self.capture_fps) != bool(self.playback_fps):
            raise ValueError("a capture rate goes with the rate of the file")

    @property
    def metres_per_px(self) -> float:
        """m of a pixel in the plane of motion; NaN where nobody said so."""
        return self.scale_metres / self.scale_px if self.scale_by else math.nan

    @property
    def is_metric(self) -> bool:
        """Tell whether positions in metres are known, of some keypoints at least."""
        return bool(self.scale_by) or self.plane is not None

    @property
    def time_scale(self) -> float:
        """True seconds in a second of the file: below 1 for slow motion, 1 where nothing else was said."""
        return self.playback_fps / self.capture_fps if self.capture_fps else 1.0

    def true_time(self, pts: Float64) -> Float64:
        """Return when frames at `pts` (T,) s of the file's clock were recorded, s; the first keeps its time."""
        if self.time_scale == 1.0 or not len(pts):
            return pts
        return np.asarray(pts[0] + (pts - pts[0]) * self.time_scale)


def scene_clip(clip: ClipInfo, scene: Scene) -> ClipInfo:
    """Return a clip with the times at which its frames were recorded, and a sentence about it among its problems."""
    if scene.time_scale == 1.0:
        return clip
    return replace(
        clip,
        pts=scene.true_time(clip.pts),
        fps=clip.fps / scene.time_scale,
        problems=(*clip.problems, rate_words(scene)),
    )


def rate_words(scene: Scene) -> str:
    """Return a sentence about a capture rate that differs from the file's, "" for none."""
    if scene.time_scale == 1.0:
        return ""
    told = f"Recorded at {scene.capture_fps:.4g} frames/s, played at {scene.playback_fps:.4g}"
    return f"{told}: all times are those of the recording."


def scale_words(scene: Scene) -> str:
    """Return a sentence about the scale, "" for none."""
    parts = []
    if scene.scale_by:
        how = {"line": "a line of known length", "height": "the body height"}[scene.scale_by]
        mm = 1000 * scene.metres_per_px
        told = f"1 px = {mm:.2f} ± {mm * scene.scale_sigma:.2f} mm in the plane of motion"
        parts.append(f"{told}, from {how} ({scene.scale_metres:.3g} m = {scene.scale_px:.0f} px)")
    if scene.floor_degrees:
        parts.append(f"the floor rises by {scene.floor_degrees:+.1f}° to the right, which is taken out")
    if scene.plane is not None:
        where = "on the floor" if scene.plane.is_floor else "in the plane of motion"
        parts.append(f"a rectangle of {scene.plane.width:.3g} × {scene.plane.depth:.3g} m {where}")
    if scene.lens is not None:
        parts.append(f"the lens is straightened (error {scene.lens.error:.2f} px)")
    words = "; ".join(parts)
    return f"{words[:1].upper()}{words[1:]}." if words else ""
