"""From one person's keypoints to angles: gaps, smoothing, facing, angles, uncertainty, velocity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import AngleSeries, FacingStretch, MeasureSettings, NeutralPose, PersonMeasures, PlaneFlag
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float32, Float64, Source, Track
from poseapp.kinematics.angles import compute_angle_sigma, compute_angles, periods_of
from poseapp.kinematics.derivatives import compute_angular_velocity
from poseapp.kinematics.facing import decide_facing, facing_signs, merge_user_facing
from poseapp.kinematics.gaps import fill_gaps
from poseapp.kinematics.neutral import with_neutral
from poseapp.kinematics.plane import compute_plane_flags
from poseapp.kinematics.smoothing import Keypoints, smooth_keypoints
from poseapp.kinematics.view import decide_view, signed_breadth, steady_breadth, view_signs

__all__ = ["MeasureSettings", "measure_person"]


def measure_person(
    track: Track,
    time: Float64,
    skeleton: Skeleton,
    *,
    settings: MeasureSettings | None = None,
    user_facing: Sequence[FacingStretch] = (),
    neutral: NeutralPose | None = None,
) -> PersonMeasures:
    """Measure one person over the frames of a track; fast enough to be called after every drag.

    Predictions below `settings.min_score` count as missing, marks never do. A keypoint that a person called absent
    stays missing, and no gap is interpolated across it. The angles come from the arrays that are returned, so a
    reader of the file can compute them again.

    Args:
        track: T frames of K keypoints.
        time: (T,) s, the timestamps of these frames, increasing.
        skeleton: The K keypoints.
        settings: None for the defaults.
        user_facing: Stretches a person set, in frames of the clip; they win over the vote.
        neutral: The posture that reads 0; None to leave angles as they are defined.

    Raises:
        ValueError: Lengths that do not agree.
    """
    settings = settings or MeasureSettings()
    if len(time) != len(track.xy) or track.xy.shape[1] != skeleton.n_keypoints:
        raise ValueError(f"{len(time)} timestamps and {skeleton.n_keypoints} keypoints for {track.xy.shape}")
    final, source = _finish(track, time, settings)
    cov = _known_cov(track, source)
    smooth, report = smooth_keypoints(Keypoints(final, time, cov, _measured(source)), settings.filter)
    filtered = final if report.kind == "none" else smooth.astype(np.float32)
    user = [replace(s, start=s.start - track.start, stop=s.stop - track.start) for s in user_facing]
    facing = merge_user_facing(decide_facing(final, track.score, skeleton, time), user)
    breadth = steady_breadth(final, skeleton, time)
    view = decide_view(breadth, settings.view)
    turns = _Turns(facing_signs(facing, len(final)), view_signs(view, len(final)))
    angles = _measure_angles(final, filtered, cov, skeleton, turns, time)
    seen = signed_breadth(filtered.astype(np.float64), skeleton)
    plane = compute_plane_flags(filtered, cov, skeleton, seen, settings.view)
    plane[np.isnan(angles.values)] = PlaneFlag.IN_PLANE
    angles = with_neutral(replace(angles, plane=plane), neutral)
    return PersonMeasures(track, final, filtered, source, facing, angles, report, view)


@dataclass(frozen=True)
class _Turns:
    """Which way the person faces, and from which side the person is seen, (T,) each."""

    facing: Array
    view: Array


def _finish(track: Track, time: Float64, settings: MeasureSettings) -> tuple[Float32, npt.NDArray[np.uint8]]:
    """Return final keypoints (T, K, 2) and who placed each (T, K)."""
    source = np.array(track.source)
    dropped = (source == Source.PREDICTED) & (track.score < settings.min_score)
    source[dropped] = Source.MISSING
    kept = np.where((dropped | (source == Source.ABSENT))[..., None], np.nan, track.xy)
    final, filled = fill_gaps(kept, time, settings.max_gap_seconds, blocked=source == Source.ABSENT)
    source[filled] = Source.INTERPOLATED
    return final.astype(np.float32), source


def _known_cov(track: Track, source: npt.NDArray[np.uint8]) -> Array:
    """Return (T, K, 3) with NaN where a keypoint was interpolated: how far off it may be is not known."""
    return np.where((source == Source.INTERPOLATED)[..., None], np.nan, track.cov)


def _measured(source: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return (T, K) True where a keypoint was seen or placed, not interpolated."""
    return np.asarray((source != Source.INTERPOLATED) & (source != Source.MISSING) & (source != Source.ABSENT))


def _measure_angles(
    final: Float32,
    filtered: Float32,
    cov: Array,
    skeleton: Skeleton,
    turns: _Turns,
    time: Float64,
) -> AngleSeries:
    values = compute_angles(filtered, skeleton, turns.facing, turns.view)
    return AngleSeries(
        definitions=skeleton.angles,
        values=values,
        raw=compute_angles(final, skeleton, turns.facing, turns.view),
        sigma=compute_angle_sigma(final, cov, skeleton),
        velocity=compute_angular_velocity(values, time, periods_of(skeleton)),
    )
