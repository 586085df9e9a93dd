"""Checks a recording: what was found in it, and some of its pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from poseapp.core.analysis import PersonMeasures
from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Box
from poseapp.core.quality import Finding, Sharpness
from poseapp.core.scene import Scene, scene_clip
from poseapp.core.skeleton import Skeleton
from poseapp.kinematics.quality import check_recording
from poseapp.video import Clip, open_clip
from poseapp.video.sharpness import measure_sharpness

N_PICTURES = 9  # looked at, evenly along what is seen of the person


def check_clip(
    clip: Clip,
    measures: PersonMeasures,
    skeleton: Skeleton,
    *,
    scene: Scene | None = None,
    cancel: Callable[[], bool] = lambda: False,
) -> tuple[Finding, ...]:
    """Check a clip in which a person was measured; some of its pictures are decoded.

    Returns:
        As `kinematics.quality.check_recording`.
    """
    scene = scene or Scene()
    sharpness = []
    for frame in _frames(measures):
        if cancel():
            return ()
        try:
            rgb = clip.frame_at(frame).rgb
        except BadInputError:
            continue
        sharpness.append(Sharpness(frame, measure_sharpness(rgb, _box(measures, frame))))
    return check_recording(scene_clip(clip.info, scene), measures, skeleton, scene=scene, sharpness=sharpness)


def check_file(
    path: str, measures: PersonMeasures, skeleton: Skeleton, scene: Scene | None = None
) -> tuple[Finding, ...]:
    """Open a clip and check it. Raises BadInputError where it cannot be read."""
    with open_clip(path) as clip:
        return check_clip(clip, measures, skeleton, scene=scene)


def _frames(measures: PersonMeasures) -> list[int]:
    seen = np.flatnonzero(np.isfinite(measures.final[..., 0]).sum(axis=1) >= 2)
    if not len(seen):
        return []
    places = np.unique(np.linspace(0, len(seen) - 1, min(N_PICTURES, len(seen))).round().astype(int))
    return [int(seen[place]) for place in places]


def _box(measures: PersonMeasures, frame: int) -> Box:
    points = np.asarray(measures.final[frame], dtype=np.float64)
    points = points[np.isfinite(points[:, 0])]
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.04 * float((high - low).max())
    x, y = low - margin
    return Box(float(x), float(y), float(high[0] + margin - x), float(high[1] + margin - y))
