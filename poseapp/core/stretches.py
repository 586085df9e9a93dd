"""Arithmetic on facing stretches: one canonical form, so that equal facings compare equal."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from poseapp.core.analysis import FacingStretch

Stretches = tuple[FacingStretch, ...]


def user_stretch(start: int, stop: int, direction: int) -> FacingStretch:
    """Return a stretch as a person sets it: no vote, full support."""
    return FacingStretch(start, stop, direction, support=1.0, by_user=True)


def check_stretches(stretches: Stretches) -> None:
    """Raise ValueError unless the stretches are non-empty, in order, do not overlap and face +1 or -1."""
    stop = 0
    for stretch in stretches:
        if not stop <= stretch.start < stretch.stop or stretch.direction not in (1, -1):
            raise ValueError("facing stretches must be in order, apart, and face +1 or -1")
        stop = stretch.stop


def user_stretches(stretches: Iterable[FacingStretch]) -> Stretches:
    """Return stretches as a person set them: sorted, neighbours of one direction joined, support 1."""
    joined: list[FacingStretch] = []
    for one in sorted(stretches, key=lambda stretch: stretch.start):
        last = joined[-1] if joined else None
        if last is not None and last.stop == one.start and last.direction == one.direction:
            joined[-1] = user_stretch(last.start, one.stop, one.direction)
        else:
            joined.append(user_stretch(one.start, one.stop, one.direction))
    return tuple(joined)


def inside(stretches: Stretches, start: int, stop: int) -> Stretches:
    """Return the parts of stretches within start .. stop."""
    cut = ((max(s.start, start), min(s.stop, stop), s.direction) for s in stretches)
    return tuple(user_stretch(a, b, direction) for a, b, direction in cut if a < b)


def outside(stretches: Stretches, start: int, stop: int) -> Stretches:
    """Return the parts of stretches that are not within start .. stop."""
    last = max((s.stop for s in stretches), default=0)
    return inside(stretches, 0, start) + inside(stretches, stop, max(last, stop))


def differing_range(first: Stretches, second: Stretches) -> tuple[int, int]:
    """Return the smallest start .. stop that holds every frame where two facings differ; (0, 0) for none."""
    ends = {0} | {end for s in first + second for end in (s.start, s.stop)}
    edges = sorted(ends)
    differing = [(a, b) for a, b in pairwise(edges) if _direction(first, a) != _direction(second, a)]
    return (differing[0][0], differing[-1][1]) if differing else (0, 0)


def _direction(stretches: Stretches, frame: int) -> int:
    return next((s.direction for s in stretches if s.start <= frame < s.stop), 0)
