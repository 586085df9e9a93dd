"""Continuous stretches of samples: no value missing and no pause of the clock inside."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from poseapp.core.spans import find_runs
from poseapp.core.types import Array, Float64

Bools = npt.NDArray[np.bool_]

# A step this many times the median is a pause of the camera, not motion that may be differentiated or smoothed.
PAUSE_FACTOR = 4.0


def find_present(values: Array) -> Bools:
    """Return (...) True where every one of the C values (..., C) is finite."""
    # One pass for each coordinate: numpy reduces a short last axis slowly.
    return np.asarray(np.logical_and.reduce([np.isfinite(values[..., c]) for c in range(values.shape[-1])]))


def find_pauses(time: Float64) -> Bools:
    """Return (T,) bool: True where the clock paused before a frame; the first frame is False."""
    pauses = np.zeros(len(time), dtype=np.bool_)
    if len(time) > 2:
        steps = np.diff(time)
        pauses[1:] = steps > PAUSE_FACTOR * np.median(steps)
    return pauses


def find_stretches(valid: Bools, pauses: Bools) -> list[tuple[int, int]]:
    """Return (start, stop) of each run of valid samples (T,), cut where the clock paused (T,)."""
    cuts = np.flatnonzero(pauses)
    stretches: list[tuple[int, int]] = []
    for start, stop in find_runs(valid):
        inside = cuts[(cuts > start) & (cuts < stop)].tolist()
        bounds = [start, *inside, stop]
        stretches += pairwise(bounds)
    return stretches
