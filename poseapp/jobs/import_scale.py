"""From the positions of a file, in px or in lengths of a room, to px of a clip's picture, y down."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.scene import Scene
from poseapp.core.types import ClipInfo, Float64
from poseapp.formats.tracks import Tracks

_METRES = {"m": 1.0, "cm": 1e-2, "mm": 1e-3}
_LEAST_INSIDE = 0.5  # of all keypoints that have to lie in the picture


@dataclass(frozen=True)
class FileScale:
    """How positions in metres, x to the right and y up, lie in the picture.

    Attributes:
        px_per_metre: None: as the scene of the project says.
        origin: px in the picture, y down, of the file's (0, 0); None: the middle of the lower left pixel, as in files
            that poseapp writes.
    """

    px_per_metre: float | None = None
    origin: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.px_per_metre is not None and not 0 < self.px_per_metre < math.inf:
            raise UsageError("px per metre have to be a number above 0", remedy="Give one such as 312.5")
        if self.origin is not None and not all(math.isfinite(value) for value in self.origin):
            raise UsageError("the origin has to be two numbers of px", remedy="Give them as X,Y such as 40,700")


def in_pixels(tracks: Tracks, clip: ClipInfo, scene: Scene, scale: FileScale | None) -> Tracks:
    """Return positions in px of the picture, y down.

    Raises:
        BadInputError: They are lengths and nobody said how large a metre is, or would lie outside of the picture.
        UsageError: They are in px, and a scale was given.
    """
    if tracks.unit in _METRES:
        return _scaled(tracks, clip, scene, scale or FileScale())
    if tracks.unit != "px":
        what = f"positions are in {tracks.unit or 'an unknown unit'}, not in px of a picture"
        raise BadInputError(what, remedy="Choose a file in px, m, cm or mm")
    if scale is not None:
        raise UsageError("positions of this file are in px already", remedy="Leave out --px-per-metre and --origin")
    notes = tracks.notes
    if tracks.size != (0, 0) and tracks.size != (clip.width, clip.height):
        wide, high = tracks.size
        notes += (f"The file is about pictures of {wide} x {high} px, the clip has {clip.width} x {clip.height}.",)
    xy = tracks.xy
    if tracks.y_up:
        xy = np.stack([xy[..., 0], clip.height - 1 - xy[..., 1]], axis=-1)
    return replace(tracks, xy=xy, y_up=False, notes=notes)


def _scaled(tracks: Tracks, clip: ClipInfo, scene: Scene, scale: FileScale) -> Tracks:
    if tracks.tool == "Sports2D" and scale.origin is None:
        what = f"positions are in {tracks.unit} from where the person first touched the floor, not in px of a picture"
        remedy = "Choose the file in px beside it, or say where that is with --origin X,Y"
        raise BadInputError(what, remedy=remedy)
    metres = tracks.xy * _METRES[tracks.unit]
    xy = _by_hand(metres, clip, scale) if scale.px_per_metre is not None else _by_scene(metres, clip, scene, scale)
    if xy is None:
        what = f"positions are in {tracks.unit}, not in px of a picture, and the recording has no scale"
        remedy = "Give it one (Measure › Scale and time of the recording), or say it with --px-per-metre NUMBER "
        remedy += "[--origin X,Y], or choose a file in px"
        raise BadInputError(what, remedy=remedy)
    _check_inside(xy, clip, tracks.unit)
    how = "by the scale of the recording"
    if scale.px_per_metre is not None:
        how = f"by {scale.px_per_metre:g} px to a metre"
    where = "the lower left corner of the picture"
    if scale.origin is not None:
        where = f"{scale.origin[0]:g}, {scale.origin[1]:g} px"
    elif scale.px_per_metre is None and scene.plane is not None and not scene.plane.is_floor:
        where = "the first corner of its rectangle"
    note = f"Positions in {tracks.unit} were brought to px {how}, from {where}."
    return replace(tracks, xy=xy, unit="px", y_up=False, notes=(*tracks.notes, note))


def _by_hand(metres: Float64, clip: ClipInfo, scale: FileScale) -> Float64:
    x, y = (0.0, clip.height - 1.0) if scale.origin is None else scale.origin
    size = scale.px_per_metre or math.nan
    return np.stack([x + metres[..., 0] * size, y - metres[..., 1] * size], axis=-1)


def _by_scene(metres: Float64, clip: ClipInfo, scene: Scene, scale: FileScale) -> Float64 | None:
    from poseapp.core.skeleton import load_skeleton
    from poseapp.kinematics.scene_scale import to_metres, to_pixels

    xy = to_pixels(metres, scene, clip.height)
    if xy is None or scale.origin is None:
        return xy
    start = to_metres(np.array([scale.origin]), load_skeleton("body21"), scene, clip.height)
    return None if start is None else to_pixels(metres + start, scene, clip.height)


def _check_inside(xy: Float64, clip: ClipInfo, unit: str) -> None:
    seen = xy[np.isfinite(xy).all(axis=-1)]
    inside = (seen >= -0.5).all(axis=-1) & (seen < (clip.width - 0.5, clip.height - 0.5)).all(axis=-1)
    if len(seen) and inside.mean() < _LEAST_INSIDE:
        what = f"brought to px, {1 - inside.mean():.0%} of its positions in {unit} lie outside of the picture"
        raise BadInputError(what, remedy="Say where the file's origin lies in the picture with --origin X,Y")
