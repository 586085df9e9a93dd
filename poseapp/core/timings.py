"""How long things take: rows of a benchmark, the same for every suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Timing:
    """One thing that was timed many times.

    Attributes:
        suite, name: What was timed. backend: By what means, such as the platform that shows the window.
        n_frames: Length of the clip.
        n: How often it was timed.
        ms_median, ms_p95: Of the clock on the wall.
        cpu_p95: ms of the processor that the thread itself took: what other programs do does not count.
        ratio: Of cpu_p95 to that of `reference`, None where there is none.
        floor_multiple: ms_p95 in loops that take one ms of processor, timed at the same moments: about the ms that it
            would take if nothing else ran.
        peak_mb: The most memory that the process had until then, MiB; NaN where unknown.
    """

    suite: str
    name: str
    backend: str
    n_frames: int
    n: int
    ms_median: float
    ms_p95: float
    cpu_p95: float
    floor_multiple: float
    peak_mb: float = float("nan")
    ratio: float | None = None
    reference: str = ""


@dataclass(frozen=True)
class Sample:
    """One measurement: ms on the wall, ms of the thread's processor, and ms of the loop that was timed with it."""

    wall: float
    cpu: float
    loop: float


def summarise(suite: str, name: str, backend: str, n_frames: int, samples: Sequence[Sample]) -> Timing:
    """Return the row of some samples. Raises ValueError without any."""
    if not samples:
        raise ValueError(f"{name} was never timed")
    wall, cpu, loop = (np.array([getattr(s, field) for s in samples]) for field in ("wall", "cpu", "loop"))
    p95 = float(np.percentile(wall, 95))
    return Timing(
        suite,
        name,
        backend,
        n_frames,
        len(samples),
        float(np.median(wall)),
        p95,
        float(np.percentile(cpu, 95)),
        p95 / float(np.percentile(loop, 95)),
    )


def compare(rows: Sequence[Timing]) -> tuple[Timing, ...]:
    """Return the rows with their ratio to the row of the same name with the shortest clip."""
    shortest = {row.name: row for row in sorted(rows, key=lambda row: -row.n_frames)}
    compared = []
    for row in rows:
        least = shortest[row.name]
        is_own = least.n_frames == row.n_frames
        named = replace(row, reference="" if is_own else f"{least.n_frames} frames")
        compared.append(named if is_own else replace(named, ratio=row.cpu_p95 / max(least.cpu_p95, 1e-3)))
    return tuple(compared)
