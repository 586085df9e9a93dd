"""The counted frames are those of a plain count, whatever was added, dropped and asked in between."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.frame_counts import FrameCounts


@given(st.lists(st.tuples(st.sampled_from(["add", "drop", "ask"]), st.integers(0, 12)), max_size=60))
def test_frames_follow_every_change(steps):
    counts, plain = FrameCounts(), Counter()
    for verb, frame in steps:
        if verb == "add":
            counts.add(frame)
            plain[frame] += 1
        elif verb == "drop" and plain[frame]:
            counts.drop(frame)
            plain[frame] -= 1
        elif verb == "ask":
            assert counts.frames().tolist() == sorted(key for key, n in plain.items() if n)
    assert counts.frames().tolist() == sorted(key for key, n in plain.items() if n)


def test_what_was_handed_out_does_not_change():
    counts = FrameCounts()
    counts.add(4)
    before = counts.frames()
    counts.add(2)
    counts.frames()
    assert before.tolist() == [4]
    assert not before.flags.writeable
    with pytest.raises(KeyError):
        counts.drop(7)


def test_one_more_among_many_lies_in_order():
    counts = FrameCounts()
    for frame in range(0, 200_000, 2):
        counts.add(frame)
    counts.frames()
    counts.add(77_777)
    frames = counts.frames()
    assert len(frames) == 100_001
    assert frames[np.searchsorted(frames, 77_777)] == 77_777
    assert (np.diff(frames) > 0).all()
