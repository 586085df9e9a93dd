"""What is held out of learning: whole clips or stretches of time, never a neighbour of what is learnt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.training.finetuning.split import LEAST_FRAMES, split_frames

TIME = np.arange(9000) / 30


def split(frames, clips=None):
    return split_frames(np.zeros(len(frames), int) if clips is None else clips, frames, [TIME] * 6)


@pytest.mark.parametrize(("n", "words"), [(1, "1 corrected frame is"), (3, "3 corrected frames are"), (5, "takes 10")])
def test_few_frames_are_all_learnt_from_and_it_says_so(n, words):
    made = split(np.arange(n) * 40)
    assert made.learnt.all()
    assert not made.measurable
    assert words in made.words


def test_a_quarter_of_twenty_spread_frames_in_two_stretches():
    frames = np.arange(20) * 22
    made = split(frames)
    assert frames[made.held_out].tolist() == [22 * i for i in (4, 5, 13, 14, 15)]
    assert made.learnt.sum() == 15  # 22 frames are 0.73 s: none is too near
    assert made.words == "Measured on stretches of the clip that nothing was learnt from."


def test_of_frames_in_a_row_those_beside_are_left_out():
    made = split(np.arange(100, 140))  # 1.3 s; ten held out in three stretches, 3 frames of 0.1 s guarded
    assert made.held_out.sum() == 10
    assert made.learnt.sum() == 40 - 10 - 3 * 2 * 2  # at a distance of exactly 0.1 s it is far enough
    assert made.words.endswith("; 12 beside them left out.")


def test_of_very_few_frames_in_a_row_the_end_is_held_out():
    made = split(np.arange(10))
    assert np.flatnonzero(made.held_out).tolist() == [6, 7, 8, 9]
    assert np.flatnonzero(made.learnt).tolist() == [0, 1, 2, 3]


def test_a_thousand_frames_give_a_hundred():
    made = split(np.arange(1000) * 9)
    assert made.held_out.sum() == 100
    assert made.learnt.sum() > 800


def test_whole_clips_where_there_are_several():
    clips, frames = np.repeat(np.arange(5), 8), np.tile(np.arange(8) * 30, 5)
    made = split(frames, clips)
    assert np.unique(clips[made.held_out]).tolist() == [3, 4]
    assert np.unique(clips[made.learnt]).tolist() == [0, 1, 2]
    assert made.words == "Measured on 2 of 5 clips, of which nothing was learnt."


def test_of_two_clips_each_gives_its_share():
    clips = np.repeat([0, 1], [12, 28])
    made = split(np.concatenate([np.arange(12), np.arange(28)]) * 60, clips)
    assert [int(made.held_out[clips == c].sum()) for c in (0, 1)] == [3, 7]


def test_people_of_a_frame_stay_together():
    frames = np.repeat(np.arange(12) * 60, 2)
    made = split(frames)
    np.testing.assert_array_equal(made.held_out[::2], made.held_out[1::2])


@given(st.lists(st.integers(0, 8999), min_size=1, max_size=60, unique=True), st.randoms())
def test_sides_never_touch_and_the_order_does_not_matter(frames, random):
    made = split(frames)
    assert not (made.learnt & made.held_out).any()
    assert made.learnt.any()
    assert made.measurable == (len(frames) >= LEAST_FRAMES)
    learnt, held = np.array(frames)[made.learnt], np.array(frames)[made.held_out]
    if made.measurable:
        assert np.abs(learnt[:, None] - held[None]).min() > 1
    shuffled = list(frames)
    random.shuffle(shuffled)
    again = split(shuffled)
    assert sorted(np.array(shuffled)[again.held_out]) == sorted(held)
