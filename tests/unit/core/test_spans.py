"""Spans of frames."""

from __future__ import annotations

import numpy as np

from poseapp.core.spans import find_runs


def test_runs() -> None:
    assert find_runs(np.array([True, True, False, True])) == ((0, 2), (3, 4))
    assert find_runs(np.zeros(3, bool)) == ()
    assert find_runs(np.zeros(0, bool)) == ()
