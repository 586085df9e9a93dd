"""What the tables are measured on is kept away from what is learnt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from poseapp.core.skeleton import load_skeleton
from poseapp.training.finetuning.data import MarkedClip, MarkedPeople
from poseapp.training.finetuning.experiment import GUARD_SECONDS, carve, parse_settings, spread_over

N, RATE = 300, 30.0


def people() -> MarkedPeople:
    clip = MarkedClip(Path("a.poseapp"), Path("a.mp4"), "", np.arange(N) / RATE)
    zeros, points = np.zeros(N, np.int64), np.zeros((N, 21, 2), np.float32)
    weights = np.ones((N, 21), np.float32)
    return MarkedPeople(
        load_skeleton("body21"),
        (clip,),
        zeros,
        np.arange(N),
        zeros,
        points,
        np.ones((N, 21), np.uint8),
        weights,
        points,
    )


def test_stretches_lie_half_a_second_from_everything_learnt() -> None:
    pool, test = carve(people())
    frames = np.arange(N)
    assert test.sum() == 3 * 13  # every third of 39 frames, in three stretches
    assert pool.sum() > 0.3 * N
    apart = np.abs(frames[pool][:, None] - frames[test][None]).min() / RATE
    assert apart >= GUARD_SECONDS - 1e-9
    assert np.diff(frames[test]).max() > 50  # not all in one place


def test_corrected_frames_are_spread_over_the_pool() -> None:
    whole = people()
    few = spread_over(whole.chosen(carve(whole)[0]), 20)
    assert few.n_frames == 20
    assert np.ptp(few.frame) > 200


def test_settings_are_read_from_words_and_unknown_ones_refused() -> None:
    settings = parse_settings(["learning_rate=3e-4", "marked=4", "full_turns=0"])
    assert (settings.learning_rate, settings.marked, settings.augment.full_turns) == (3e-4, 4, 0.0)
    assert isinstance(settings.marked, int)
    with pytest.raises(ValueError, match="there is no setting 'speed'"):
        parse_settings(["speed=3"])
