"""Makes of true keypoints what a network might have said: noise, swaps of sides, jumps, and drop-outs, at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float64, PoseChunk


@dataclass(frozen=True)
class DamageSettings:
    """What goes wrong, and how often. Lengths are shares of the person's height.

    Attributes:
        noise: Standard deviation of either axis, half of its variance white, half lasting (first order, `memory`).
        memory: Correlation of the lasting half from one frame to the next.
        swaps: A pair of sides, a limb (or every other pair by itself), and a minute.
        jumps: A keypoint and a minute: it sits elsewhere, `jump` away, and moves along.
        drop_outs: A keypoint and a minute: nothing is seen.
        frames: Shortest and longest, of all three.
    """

    noise: float = 0.007
    memory: float = 0.8
    swaps: float = 20.0
    jumps: float = 12.0
    drop_outs: float = 12.0
    jump: tuple[float, float] = (0.08, 0.35)
    frames: tuple[int, int] = (3, 20)


def damage(
    truth: Float64, time: Float64, skeleton: Skeleton, rng: np.random.Generator, settings: DamageSettings
) -> PoseChunk:
    """Return predictions (T, 1, K) of one person from true keypoints (T, K, 2) px; what is NaN stays so.

    Scores say which keypoints are right, roughly, as those of a calibrated network; covariances are those of the noise.
    """
    T, K = truth.shape[:2]
    height = float(np.nanmedian(np.ptp(np.nan_to_num(truth, nan=np.nan), axis=1).max(axis=1)))
    xy = truth + _noise((T, K, 2), settings, rng) * height
    for pairs in _groups(skeleton):
        for a, b in _spells(T, time, settings.swaps, settings, rng):
            for one, other in pairs:
                xy[a:b, [one, other]] = xy[a:b, [other, one]]
    for k in range(K):
        for a, b in _spells(T, time, settings.jumps, settings, rng):
            angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(*settings.jump) * height
            xy[a:b, k] += far * np.array([np.cos(angle), np.sin(angle)])
        for a, b in _spells(T, time, settings.drop_outs, settings, rng):
            xy[a:b, k] = np.nan
    is_right = np.linalg.norm(xy - truth, axis=-1) < 4 * settings.noise * height
    score = np.where(is_right, rng.uniform(0.5, 1.0, (T, K)), rng.uniform(0.2, 0.9, (T, K)))
    seen = np.isfinite(xy[..., 0])
    cov = np.where(seen[..., None], np.array([1.0, 0.0, 1.0]) * (settings.noise * height) ** 2, np.nan)
    score = np.where(seen, score, np.nan)
    return PoseChunk(
        0, xy[:, None].astype(np.float32), score[:, None].astype(np.float32), cov[:, None].astype(np.float32)
    )


def _noise(shape: tuple[int, int, int], settings: DamageSettings, rng: np.random.Generator) -> Float64:
    """Return noise of standard deviation `settings.noise`, (T, K, 2)."""
    lasting, fresh = rng.standard_normal(shape), rng.standard_normal(shape)
    for t in range(1, shape[0]):
        lasting[t] = settings.memory * lasting[t - 1] + np.sqrt(1 - settings.memory**2) * lasting[t]
    noise: Float64 = settings.noise * np.sqrt(0.5) * (lasting + fresh)
    return noise


def _groups(skeleton: Skeleton) -> list[list[tuple[int, int]]]:
    """Return which pairs of sides are exchanged together: the limbs, and every other pair by itself."""
    groups, taken = [], set()
    for _, names in skeleton.limbs:
        pairs = [tuple(sorted((k, skeleton.mirror[k]))) for k in (skeleton.index(name) for name in names)]
        groups.append(sorted({(a, b) for a, b in pairs if a != b}))
        taken |= {k for pair in groups[-1] for k in pair}
    rest = [(k, other) for k, other in enumerate(skeleton.mirror) if k < other and k not in taken]
    return [*groups, *([pair] for pair in rest)]


def _spells(
    T: int, time: Float64, per_minute: float, settings: DamageSettings, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Return stretches of frames (start, stop), as many as a Poisson process of that rate gives."""
    count = rng.poisson(per_minute * float(time[-1] - time[0]) / 60)
    starts = rng.integers(0, T, count)
    lengths = rng.integers(settings.frames[0], settings.frames[1] + 1, count)
    return [(int(a), min(T, int(a + n))) for a, n in zip(starts, lengths, strict=True)]
