"""The numbers behind one curve, made from what was measured; long clips are made ready beside the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import PersonMeasures
from poseapp.core.scene import Scene
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32, Float64, Source
from poseapp.gui.plots.angle_groups import Member, PlotGroup
from poseapp.gui.plots.decimation import Pyramid

_Arrays = tuple[npt.NDArray[np.floating], npt.NDArray[np.floating], npt.NDArray[np.floating] | None]
_PLACED = (Source.CORRECTED, Source.OCCLUDED)


@dataclass(frozen=True)
class CurveData:
    """One curve over T frames.

    Attributes:
        member: What it is.
        values: With block summaries. sigma: (T,) standard deviation, NaN where not known.
        raw: (T,) before smoothing; None where nobody wants to see it.
        placed, propagated: Frames (n,) in which a person placed, or a correction healed, a keypoint of it.
        extent: Least and greatest value; (NaN, NaN) where there is none.
        off_plane: (n, 2) first frame and the one after the last of each stretch in which the angle does not lie in
            the plane of the picture.
        own_zero: 0 is not as the angle is defined, but a posture that was taken as zero.
    """

    member: Member
    values: Pyramid
    sigma: Float32
    raw: Float32 | None
    placed: npt.NDArray[np.intp]
    propagated: npt.NDArray[np.intp]
    extent: tuple[float, float]
    off_plane: npt.NDArray[np.intp] = field(default_factory=lambda: np.zeros((0, 2), np.intp))
    own_zero: bool = False

    def is_off_plane(self, frame: int) -> bool:
        """Tell whether the angle leaves the plane of the picture in a frame."""
        return bool(((self.off_plane[:, 0] <= frame) & (frame < self.off_plane[:, 1])).any())


@dataclass(frozen=True)
class Metres:
    """What turns px into metres: a scene with a scale, in a picture of some height, px, for keypoints of a skeleton."""

    scene: Scene
    height: int
    skeleton: Skeleton


def make_curves(
    measures: PersonMeasures, time: Float64, group: PlotGroup, *, raw: bool = False, metres: Metres | None = None
) -> tuple[CurveData, ...]:
    """Return the curves of a plot: O(T), to be run beside the GUI thread for long clips. `time` is (T,) s.

    `metres` is needed for quantities in metres.
    """
    made = []
    for member in group.members:
        if metres is not None and group.quantity in ("x_m", "y_m", "speed_m"):
            arrays = _metric_arrays(measures, time, group, member, metres)
        else:
            arrays = _arrays(measures, time, group, member, raw)
        made.append(_make_curve(measures, group, member, arrays))
    return tuple(made)


def _make_curve(measures: PersonMeasures, group: PlotGroup, member: Member, arrays: _Arrays) -> CurveData:
    values, sigma, raw = arrays
    pyramid = Pyramid(values).prepared()
    placed, propagated = _marked(measures.source, member.keypoints)
    whole = pyramid.columns(np.array([0, len(pyramid)], dtype=np.intp))
    extent = (float(whole.low[0]), float(whole.high[0]))
    is_angle = group.quantity in ("angle", "velocity")
    off_plane = _stretches(measures.angles.plane[:, member.column] != 0) if is_angle else np.zeros((0, 2), np.intp)
    return CurveData(member, pyramid, _float32(sigma), None if raw is None else _float32(raw), placed, propagated,
                     extent, off_plane, group.quantity == "angle" and _has_own_zero(measures, member))  # fmt: skip


def _has_own_zero(measures: PersonMeasures, member: Member) -> bool:
    angles = measures.angles
    return bool(angles.neutral) and angles.definitions[member.column].kind == "joint"


def _stretches(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return edges.reshape(-1, 2).astype(np.intp)


def _metric_arrays(
    measures: PersonMeasures, time: Float64, group: PlotGroup, member: Member, metres: Metres
) -> _Arrays:
    """Return position or speed of a keypoint, m or m/s; sigma where one scale holds for the whole picture."""
    from poseapp.kinematics.derivatives import compute_velocity
    from poseapp.kinematics.scene_scale import to_metres
    from poseapp.kinematics.velocity_sigma import compute_velocity_sigma

    c = member.column
    only = np.full_like(measures.filtered, np.nan)
    only[:, c] = measures.filtered[:, c]
    position = to_metres(only, metres.skeleton, metres.scene, metres.height)
    assert position is not None
    known = measures.source[:, c] != Source.INTERPOLATED
    variance = np.where(known, (measures.track.cov[:, c, 0] + measures.track.cov[:, c, 2]) / 2, np.nan)
    sigma = np.sqrt(variance) * metres.scene.metres_per_px
    if group.quantity != "speed_m":
        return position[:, c, 0 if group.quantity == "x_m" else 1], sigma, None
    speed = np.linalg.norm(compute_velocity(position[:, c], time), axis=1)
    return speed, compute_velocity_sigma(sigma, time, measures.filter), None


def _arrays(measures: PersonMeasures, time: Float64, group: PlotGroup, member: Member, with_raw: bool) -> _Arrays:
    angles, c = measures.angles, member.column
    if group.quantity == "angle":
        zero = angles.neutral[c] if angles.neutral else 0.0  # beneath the curve, not beside it
        return angles.values[:, c], angles.sigma[:, c], angles.raw[:, c] - zero if with_raw else None
    if group.quantity == "velocity":
        from poseapp.kinematics.derivatives import compute_angular_velocity
        from poseapp.kinematics.velocity_sigma import compute_velocity_sigma  # scipy takes a while to import

        period = np.array([angles.definitions[c].period])
        raw = compute_angular_velocity(angles.raw[:, c : c + 1], time, period)[:, 0] if with_raw else None
        sigma = np.where(np.isfinite(angles.values[:, c]), angles.sigma[:, c], np.nan)
        return angles.velocity[:, c], compute_velocity_sigma(sigma, time, measures.filter), raw
    axis = "xy".index(group.quantity)
    variance = measures.track.cov[:, c, 2 * axis]
    known = measures.source[:, c] != Source.INTERPOLATED
    sigma = np.sqrt(np.where(known, variance, np.nan))
    return measures.filtered[:, c, axis], sigma, measures.final[:, c, axis] if with_raw else None


def _marked(
    source: npt.NDArray[np.uint8], keypoints: Sequence[int]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the frames in which a person placed one of the keypoints, and those in which one was only propagated."""
    placed, healed = np.zeros(len(source), dtype=np.bool_), np.zeros(len(source), dtype=np.bool_)
    for keypoint in keypoints:
        column = source[:, keypoint]
        for kind in _PLACED:  # np.isin takes thirty times as long for a short clip
            placed |= column == kind
        healed |= column == Source.PROPAGATED
    return np.flatnonzero(placed), np.flatnonzero(healed & ~placed)


def _float32(values: npt.NDArray[np.floating]) -> Float32:
    return np.ascontiguousarray(values, dtype=np.float32)
