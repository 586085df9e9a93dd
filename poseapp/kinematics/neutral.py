"""Takes the posture of a static stretch as zero: what a camera and a body bring along is subtracted.

A constant error of a joint angle, from where keypoints lie on a body or from a camera that looks at a slant, is the
greatest part of the error of video (Van Hooren 2023); a stretch of standing still at the beginning of a trial shows
it. Only joint angles change: a segment angle is measured against the picture's axes, which have a zero already.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from poseapp.core.analysis import AngleSeries, NeutralPose
from poseapp.core.circle import unwrap_degrees, wrap_degrees
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64

STILL_DEGREES = 3.0  # standard deviation of a joint angle in a stretch that is still


def take_neutral(angles: AngleSeries, person: int, start: int, stop: int) -> NeutralPose:
    """Return the mean of each joint angle in the frames start .. stop, as they are defined.

    Means are taken on the circle; an angle that is missing throughout has no offset.

    Raises:
        BadInputError: No joint angle was seen there.
    """
    stretch, periods = _as_defined(angles, slice(start, stop)), _periods(angles)
    offsets = []
    for column, definition in enumerate(angles.definitions):
        part = unwrap_degrees(stretch[:, column : column + 1], periods[column : column + 1])
        if definition.kind == "joint" and np.isfinite(part).any():
            mean = wrap_degrees(np.asarray(np.nanmean(part)), definition.period)
            offsets.append((definition.name, round(float(mean), 4)))
    if not offsets:
        raise BadInputError(
            "no joint angle is measured in this stretch", remedy="Choose a stretch in which the person is seen"
        )
    return NeutralPose(person, start, stop, tuple(offsets))


def most_movement(angles: AngleSeries, start: int, stop: int) -> tuple[str, float]:
    """Return the title of the joint angle that moves most in start .. stop, and its standard deviation, degrees.

    ("", 0) where nothing is measured.
    """
    series = unwrap_degrees(angles.values[start:stop], _periods(angles))
    found = [("", 0.0)]
    for definition, column in zip(angles.definitions, series.T, strict=True):
        if definition.kind == "joint" and definition.plane == "sagittal" and np.isfinite(column).sum() > 1:
            found.append((definition.title, float(np.nanstd(column))))
    return max(found, key=lambda one: one[1])


def with_neutral(angles: AngleSeries, neutral: NeutralPose | None) -> AngleSeries:
    """Return angles whose `values` are less those of a posture; `raw` and velocities stay as they are."""
    if neutral is None:
        return angles
    offsets = neutral.of(angles.definitions)
    less = _as_defined(angles, slice(None)) - np.array(offsets)
    unsigned = np.array([definition.unsigned for definition in angles.definitions])
    values = np.where(unsigned, less, wrap_degrees(less, _periods(angles)))
    return replace(angles, values=values, neutral=offsets)


def _as_defined(angles: AngleSeries, frames: slice) -> Float64:
    values = np.asarray(angles.values[frames], dtype=np.float64)
    if not angles.neutral:
        return values
    return wrap_degrees(values + np.array(angles.neutral), _periods(angles))


def _periods(angles: AngleSeries) -> Float64:
    return np.array([definition.period for definition in angles.definitions], dtype=np.float64)
