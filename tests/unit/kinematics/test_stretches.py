"""Where a series may be smoothed and differentiated, and where not."""

from __future__ import annotations

import numpy as np

from poseapp.kinematics.stretches import find_pauses, find_stretches


def test_a_dropped_frame_is_no_pause_but_a_long_stop_is() -> None:
    time = np.array([0.0, 0.1, 0.3, 0.4, 1.4, 1.5, 1.6])
    assert find_pauses(time).tolist() == [False, False, False, False, True, False, False]
    assert not find_pauses(np.array([0.0, 5.0])).any()


def test_stretches_are_cut_at_missing_samples_and_pauses() -> None:
    valid = np.array([False, True, True, True, True, False, True])
    pauses = np.array([False, True, False, True, False, False, True])
    assert find_stretches(valid, pauses) == [(1, 3), (3, 5), (6, 7)]
