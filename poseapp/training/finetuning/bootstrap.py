"""How sure a change of the median error is: a paired bootstrap over moments of time.

Keypoints of a frame, and frames shortly after each other, are wrong together. So whole moments are drawn, each with all
its marks and with both networks' errors on them (Efron & Tibshirani 1993, chapter 8; percentile interval).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float64

MOMENT_SECONDS = 0.25
_DRAWS = 2000
_DRAWS_AT_ONCE = 100
Index = npt.NDArray[np.int64]


def moments_of(clip: Index, frame: Index, times: Sequence[Float64]) -> Index:
    """Return which moment (N,) each of N poses belongs to: people and frames of the same quarter of a second are one.

    Args:
        clip, frame: (N,). times: Of each clip (T,) s.
    """
    seconds = np.array([times[c][f] for c, f in zip(clip, frame, strict=True)], np.float64)
    slot = np.floor(seconds / MOMENT_SECONDS).astype(np.int64)
    _, moment = np.unique(np.stack([clip, slot]), axis=1, return_inverse=True)
    return np.asarray(moment, np.int64).reshape(-1)


def compute_gain_interval(before: Float64, after: Float64, moment: Index, *, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of median(before) - median(after).

    Args:
        before, after: (M,) errors on the same M marks, finite.
        moment: (M,) of each mark.
        seed: The same seed gives the same interval.

    Raises:
        ValueError: No marks.
    """
    if not len(before):
        raise ValueError("no errors to compare")
    _, moment = np.unique(moment, return_inverse=True)
    n, rng = int(moment.max()) + 1, np.random.default_rng(seed)
    gains = []
    for _ in range(_DRAWS // _DRAWS_AT_ONCE):
        times = rng.multinomial(n, np.full(n, 1.0 / n), size=_DRAWS_AT_ONCE)[:, moment]
        gains.append(_medians(before, times) - _medians(after, times))
    low, high = np.percentile(np.concatenate(gains), [2.5, 97.5])
    return float(low), float(high)


def _medians(values: Float64, times: Index) -> Float64:
    """Return the medians (B,) of values (M,) each taken so many times (B, M)."""
    order = np.argsort(values, kind="stable")
    ranked, count = values[order], np.cumsum(times[:, order], axis=1)
    total = count[:, -1:]
    lower = (count >= (total + 1) // 2).argmax(axis=1)
    upper = (count >= total // 2 + 1).argmax(axis=1)
    return np.asarray((ranked[lower] + ranked[upper]) / 2)
