"""What lies under the cursor: hit-testing as a function, outside the widget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poseapp.core.types import Float32
from poseapp.gui.canvas.view import CanvasView

GRAB_RADIUS = 12.0  # widget px


@dataclass(frozen=True)
class Hit:
    """A keypoint of a person under the cursor."""

    person: int
    keypoint: int


def find_keypoint(
    xy: Float32,
    view: CanvasView,
    at: tuple[float, float],
    *,
    preferred: int | None = None,
    hidden: frozenset[int] = frozenset(),
) -> Hit | None:
    """Return the nearest keypoint of xy (P, K, 2) px within reach of a widget point, None for nothing.

    A keypoint of the preferred person wins over nearer ones of others that are in reach, too. NaN is not found.
    """
    distance = np.linalg.norm(view.all_to_widget(xy) - at, axis=-1)
    distance = np.where(np.isfinite(distance) & (distance <= GRAB_RADIUS), distance, np.inf)
    for unseen in hidden:
        if unseen < len(distance):
            distance[unseen] = np.inf
    if not distance.size or not np.isfinite(distance).any():
        return None
    if preferred is not None and preferred < len(distance) and np.isfinite(distance[preferred]).any():
        return Hit(preferred, int(distance[preferred].argmin()))
    person, keypoint = np.unravel_index(int(distance.argmin()), distance.shape)
    return Hit(int(person), int(keypoint))
