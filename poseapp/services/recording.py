"""What the window needs to know of a recording, without importing what takes long before it is needed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from poseapp.core.analysis import PersonMeasures
from poseapp.core.errors import BadInputError
from poseapp.core.norms import Norms, read_norms
from poseapp.core.quality import Finding
from poseapp.core.reference import Reference
from poseapp.core.scene import Lens, Scene
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float64

_MOST_FRAMES = 6000  # that are looked at: enough for anything that does not change along a clip


def read_camera_file(path: Path, width: int, height: int) -> Lens:
    """Read a camera file for pictures of a size. Raises BadInputError where it cannot be used."""
    from poseapp.kinematics.scene_lens import read_lens

    return read_lens(path, width, height)


def height_and_floor(
    measures: PersonMeasures | None, time: Float64, skeleton: Skeleton, *, around: int
) -> tuple[float, float]:
    """Return (body height px, degrees by which the floor rises) as a person's keypoints tell; NaN where they do not.

    Long clips are looked at around a frame.
    """
    if measures is None or len(time) < 2:
        return math.nan, math.nan
    from poseapp.kinematics.scene_scale import body_height_px, floor_degrees

    start = max(0, min(around - _MOST_FRAMES // 2, len(time) - _MOST_FRAMES))
    part = slice(start, start + _MOST_FRAMES)
    xy = np.asarray(measures.filtered[part], dtype=np.float64)
    return body_height_px(xy, skeleton), floor_degrees(xy, time[part], skeleton)


def check_recording(path: str, measures: PersonMeasures, skeleton: Skeleton, scene: Scene) -> tuple[Finding, ...]:
    """Open a clip and say what is weak about it. Raises BadInputError where it cannot be read."""
    from poseapp.jobs.quality import check_file

    return check_file(path, measures, skeleton, scene)


def read_norm_file(path: Path, angles: tuple[str, ...]) -> Norms:
    """Read a table of normal values of angles by full name. Raises BadInputError where it cannot be used."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"the table of normal values cannot be read ({error})", where=path.name) from error
    return read_norms(text.splitlines(), path.name, angles)


def read_reference_file(path: Path, angles: tuple[str, ...]) -> Reference:
    """Read a motion file of another system, angles by full name. Raises BadInputError where it cannot be used."""
    from poseapp.jobs.reference_curves import read_reference

    return read_reference(path, angles)


def fit_reference(reference: Reference, measures: PersonMeasures, time: Float64) -> tuple[float, tuple[str, ...]]:
    """Return the s to be added to a reference so that it fits best what was measured, and what is to be said of it.

    `time` is (T,) s of the frames. Raises BadInputError where the curves do not tell.
    """
    from poseapp.jobs.reference_curves import fit_offset, fit_words

    fit = fit_offset(reference, measures, np.asarray(time - time[0]))
    return fit.offset, fit_words(fit)
