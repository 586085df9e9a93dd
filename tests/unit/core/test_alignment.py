"""One body over another: by the trunk, whatever the limbs do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.alignment import align_trunks
from poseapp.core.skeleton import load_skeleton

BODY = load_skeleton("body21")
OTHER = load_skeleton("mpii16")
TRUNK = {"left_hip": (12, 100), "right_hip": (8, 100), "left_shoulder": (20, 40), "right_shoulder": (0, 40)}


def body(skeleton, points=TRUNK, seed=0):
    xy = np.random.default_rng(seed).uniform(0, 300, (skeleton.n_keypoints, 2)).astype(np.float32)
    for name, at in points.items():
        xy[skeleton.index(name)] = at
    return xy


@given(st.floats(0.2, 5.0), st.floats(-500, 500), st.floats(-500, 500))
def test_a_moved_and_resized_trunk_comes_back(scale, dx, dy):
    moved = body(BODY, {name: (scale * x + dx, scale * y + dy) for name, (x, y) in TRUNK.items()}, seed=1)
    lay = align_trunks((body(BODY), BODY), (moved, BODY))
    assert lay is not None
    assert lay.matrix[0, 1] == lay.matrix[1, 0] == 0
    for name, at in TRUNK.items():
        assert lay(moved[BODY.index(name)]) == pytest.approx(at, abs=0.02)


def test_networks_with_other_keypoints_agree_by_name():
    lay = align_trunks((body(BODY), BODY), (body(OTHER, seed=3), OTHER))
    assert lay is not None
    assert lay.matrix == pytest.approx(np.array([[1, 0, 0], [0, 1, 0]]), abs=1e-6)


def test_facing_the_other_way_changes_neither_size_nor_hips():
    turned = {name: (100 - x, y) for name, (x, y) in TRUNK.items()}
    lay = align_trunks((body(BODY), BODY), (body(BODY, turned), BODY))
    assert lay is not None
    assert lay.scale == pytest.approx(1.0)
    assert lay((90, 100)) == pytest.approx((10, 100))
    mirrored = align_trunks((body(BODY), BODY), (body(BODY, turned), BODY), mirrored=True)
    assert mirrored is not None
    for name, at in TRUNK.items():
        assert mirrored(turned[name]) == pytest.approx(at)


def test_one_hidden_side_counts_in_neither():
    hidden = body(BODY)
    for name in ("left_hip", "left_shoulder"):
        hidden[BODY.index(name)] = np.nan
    lay = align_trunks((body(BODY), BODY), (hidden, BODY))
    assert lay is not None
    assert lay((8, 100)) == pytest.approx((8, 100))
    assert lay.scale == pytest.approx(1.0)


@pytest.mark.parametrize("lost", [("left_hip", "right_hip"), ("left_shoulder", "right_shoulder")])
def test_without_hips_or_shoulders_there_is_no_map(lost):
    xy = body(BODY)
    for name in lost:
        xy[BODY.index(name)] = np.nan
    assert align_trunks((body(BODY), BODY), (xy, BODY)) is None
    assert align_trunks((xy, BODY), (body(BODY), BODY)) is None


def test_a_trunk_of_no_size_says_nothing():
    point = dict.fromkeys(TRUNK, (5.0, 5.0))
    assert align_trunks((body(BODY), BODY), (body(BODY, point), BODY)) is None
