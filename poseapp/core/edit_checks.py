"""What an edit may name."""

from __future__ import annotations

from collections.abc import Sequence

from poseapp.core.errors import EditConflictError

MAX_PERSONS = 100


def check_span(start: int, stop: int, n_frames: int) -> None:
    """Raise EditConflictError where frames start .. stop are not all in a clip, or none."""
    if not 0 <= start < stop <= n_frames:
        raise EditConflictError(f"frames {start} to {stop} are not all in this clip of {n_frames}")


def check_persons(*persons: int) -> None:
    """Raise EditConflictError where a clip has no room for a person."""
    if min(persons) < 0 or max(persons) >= MAX_PERSONS:
        raise EditConflictError(f"there is no room for person {max(persons) + 1}")


def check_keypoints(keypoints: Sequence[int], n_keypoints: int) -> None:
    """Raise EditConflictError where a skeleton has not all of some keypoints."""
    if not 0 <= min(keypoints) <= max(keypoints) < n_keypoints:
        raise EditConflictError(f"the skeleton has {n_keypoints} keypoints, the edit names others")
