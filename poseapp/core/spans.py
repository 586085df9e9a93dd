"""Spans of frames: start .. stop, half open, in one canonical form, so that equal coverings are equal data."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Span = tuple[int, int]  # frames start .. stop
Spans = tuple[Span, ...]


def check_spans(spans: Spans) -> None:
    """Raise ValueError unless the spans are non-empty, in order, and apart."""
    ends = [-1, *(end for span in spans for end in span)]
    if any(a >= b for a, b in pairwise(ends)):
        raise ValueError("stretches of hidden predictions must be in order and apart")


def joined_spans(spans: Iterable[Span]) -> Spans:
    """Return what spans cover, in the one form in which equal coverings are equal data."""
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(stop, joined[-1][1])
        elif start < stop:
            joined.append((start, stop))
    return tuple(joined)


def spans_inside(spans: Spans, start: int, stop: int) -> Spans:
    """Return the parts of spans within start .. stop."""
    cut = ((max(a, start), min(b, stop)) for a, b in spans)
    return tuple((a, b) for a, b in cut if a < b)


def spans_outside(spans: Spans, start: int, stop: int) -> Spans:
    """Return the parts of spans that are not within start .. stop."""
    last = max((b for _, b in spans), default=0)
    return spans_inside(spans, 0, start) + spans_inside(spans, stop, max(last, stop))


def find_runs(mask: npt.NDArray[np.bool_]) -> Spans:
    """Return the runs of True in a mask (T,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return tuple(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
