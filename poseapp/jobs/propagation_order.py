"""What goes to healing and what comes back: light enough for the thread that must not wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from poseapp.core.edit_builders import build_propagation
from poseapp.core.edits import MarksEdit
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Float64, Key, Mark, PoseChunk, Track
from poseapp.kinematics.propagation import PropagationSettings


@dataclass(frozen=True)
class PropagationOrder:
    """What to heal, frozen: the store goes on changing meanwhile.

    Attributes:
        keys: What was corrected or restored, all of one person.
        track: That person, far enough around them. predicted: The same without marks.
        time: (T,) s, of the track's frames.
        skeleton: The K keypoints.
        settings: How far a correction is trusted.
    """

    keys: tuple[Key, ...]
    track: Track
    predicted: PoseChunk
    time: Float64
    skeleton: Skeleton
    settings: PropagationSettings


def order_propagation(
    store: PoseStore, time: Float64, keys: tuple[Key, ...], *, settings: PropagationSettings | None = None
) -> PropagationOrder:
    """Take from the store what healing around some keys of one person needs; `time` (T,) s of the whole clip."""
    settings = settings or PropagationSettings()
    first, last = min(key.frame for key in keys), max(key.frame for key in keys)
    start = int(np.searchsorted(time, time[first] - settings.max_seconds - 1e-6))
    stop = int(np.searchsorted(time, time[last] + settings.max_seconds + 1e-6, side="right"))
    person = keys[0].person
    return PropagationOrder(
        keys,
        store.track(person, start, stop),
        store.predictions(person, start, stop),
        np.asarray(time[start:stop], float),
        store.skeleton,
        settings,
    )


def healed_keys(edit: MarksEdit) -> tuple[Key, ...]:
    """Return the keypoints of a person's edit whose neighbours may have to change: placed, called absent, restored.

    Of an edit over a stretch of frames these are the ends: in between there is nothing to heal.
    """
    touched = [
        change.key
        for change in edit.changes
        if any(mark is not None and mark.is_placed for mark in (change.before, change.after))
    ]
    known = set(touched)
    return tuple(
        key for key in touched if not {replace(key, frame=key.frame - 1), replace(key, frame=key.frame + 1)} <= known
    )


def propagation_edit(store: PoseStore, marks: Mapping[Key, Mark | None], follows: int) -> MarksEdit | None:
    """Return the edit that brings propagated marks into a store, as part of an earlier one; None when nothing is new.

    What a person marked meanwhile stays as it is.
    """
    free = {key: mark for key, mark in marks.items() if (held := store.mark(key)) is None or not held.is_placed}
    return build_propagation(store, free, follows)
