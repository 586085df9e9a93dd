"""The simulated damage is what it says, and the simulated annotator stops when the clip is right."""

import numpy as np
import pytest

from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import PoseChunk
from poseapp.jobs.annotator import Annotator, correct_clip
from poseapp.jobs.damage import DamageSettings, damage

SKELETON = load_skeleton("mpii16")
T, K = 60, SKELETON.n_keypoints
TRUTH = np.stack(np.broadcast_arrays(20.0 * np.arange(K), 10.0 * np.arange(K) ** 1.2), axis=-1) + np.zeros((T, 1, 1))
TIME = np.arange(T) / 30
NOTHING = DamageSettings(noise=0.0, swaps=0.0, jumps=0.0, drop_outs=0.0)


def test_no_damage_is_the_truth() -> None:
    chunk = damage(TRUTH, TIME, SKELETON, np.random.default_rng(0), NOTHING)
    assert chunk.xy[:, 0] == pytest.approx(TRUTH, abs=1e-4)


def test_noise_is_as_large_as_it_says() -> None:
    rng, settings = np.random.default_rng(0), DamageSettings(noise=0.01, swaps=0.0, jumps=0.0, drop_outs=0.0)
    off = damage(TRUTH, TIME, SKELETON, rng, settings).xy[:, 0] - TRUTH
    assert off.std() == pytest.approx(0.01 * 300, rel=0.1)


def test_swaps_exchange_sides_and_drop_outs_leave_nothing() -> None:
    rng = np.random.default_rng(1)
    swapped = damage(TRUTH, TIME, SKELETON, rng, DamageSettings(0.0, 0.8, 200.0, 0.0, 0.0)).xy[:, 0]
    wrong = np.abs(swapped - TRUTH).max(axis=-1) > 1
    assert wrong.any()
    assert swapped[wrong] == pytest.approx(TRUTH[:, list(SKELETON.mirror)][wrong], abs=1e-3)
    gone = damage(TRUTH, TIME, SKELETON, rng, DamageSettings(0.0, 0.8, 0.0, 0.0, 200.0))
    missing = np.isnan(gone.xy[:, 0, :, 0])
    assert missing.any()
    assert (np.isnan(gone.score[:, 0]) == missing).all()
    assert gone.xy[:, 0][~missing] == pytest.approx(TRUTH[~missing], abs=1e-3)


def test_an_annotator_alone_drags_each_wrong_keypoint_once_the_worst_first() -> None:
    xy = np.array(TRUTH, np.float32)
    xy[3, 5, 0] += 900.0
    xy[4:7, 5, 0] += 300.0
    store = PoseStore(SKELETON, T)
    ones = np.ones((T, 1, K), np.float32)
    store.add_chunk(PoseChunk(0, xy[:, None], ones, np.repeat(ones[..., None], 3, -1)))
    work = correct_clip(store, TRUTH, TIME, Annotator(goal=0.5, hand=0.0))
    assert work.errors[0] == pytest.approx(1800 / (T * K), rel=1e-5)
    assert work.errors[1] == pytest.approx(900 / (T * K), rel=1e-5)
    assert work.drags == 3  # 1800 -> 900 -> 600 -> 300 of 960 keypoints
    assert store.marked_frames().tolist() == [3, 4, 5]
