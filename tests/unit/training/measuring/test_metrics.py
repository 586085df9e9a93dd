"""PCK and PCKh by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from fixtures.dots import DOTS
from poseapp.core.skeleton import load_skeleton
from poseapp.training.measuring.metrics import (
    LIMB_JOINTS,
    Hits,
    PckScore,
    compute_pck,
    count_hits,
    summarise_hits,
    torso_length,
)


def test_pck_counts_labelled_keypoints_within_a_share_of_the_torso() -> None:
    truth = np.array([[[0.0, 0.0], [10.0, 0.0], [np.nan, np.nan]], [[0.0, 0.0], [5.0, 5.0], [1.0, 1.0]]])
    predicted = truth.copy()
    predicted[0, 0] = [1.9, 0.0]  # within 0.2 x 10
    predicted[0, 1] = [12.1, 0.0]  # not within
    predicted[1, 1] = np.nan  # a missing answer is wrong
    predicted[1, 2] = [1.0, 5.0]  # within 0.2 x 20 exactly
    pck = compute_pck(predicted, truth, np.array([10.0, 20.0]))
    assert pck.tolist() == [1.0, 0.0, 1.0]


def test_pck_of_a_keypoint_never_labelled_is_nan_and_of_people_without_torso_not_counted() -> None:
    truth = np.array([[[0.0, 0.0], [np.nan, np.nan]], [[0.0, 0.0], [np.nan, np.nan]]])
    predicted = np.array([[[0.0, 0.0], [0.0, 0.0]], [[9.0, 9.0], [0.0, 0.0]]])
    pck = compute_pck(predicted, truth, np.array([10.0, np.nan]))
    assert pck[0] == 1.0
    assert np.isnan(pck[1])


def test_torso_runs_from_left_shoulder_to_right_hip() -> None:
    truth = np.full((1, 14, 2), np.nan)
    truth[0, 9], truth[0, 2] = (3.0, 0.0), (0.0, 4.0)
    assert torso_length(truth)[0] == pytest.approx(5.0)


def test_torso_is_found_by_name_in_any_skeleton() -> None:
    coco = load_skeleton("coco17")
    truth = np.full((2, 17, 2), np.nan)
    truth[0, coco.index("left_shoulder")], truth[0, coco.index("right_hip")] = (6.0, 0.0), (0.0, 8.0)
    lengths = torso_length(truth, coco)
    assert lengths[0] == pytest.approx(10.0)
    assert np.isnan(lengths[1])
    assert np.isnan(torso_length(truth[:, :6], DOTS)).all()


@pytest.mark.parametrize("name", ["lsp14", "body18"])
def test_torso_without_a_skeleton_is_that_of_lsp(name: str) -> None:
    skeleton = load_skeleton(name)
    truth = np.random.default_rng(1).uniform(0, 100, (3, skeleton.n_keypoints, 2))
    np.testing.assert_array_equal(torso_length(truth), torso_length(truth, skeleton))


def test_pckh_is_a_share_of_six_tenths_of_the_heads_diagonal() -> None:
    """EfficientPose, section 4.1: right within tau l, l = 0.6 d. Head of 30 x 40: d = 50, l = 30; tau l = 15 and 3."""
    head_size = np.array([0.6 * np.hypot(30, 40)])
    truth = np.zeros((1, 4, 2))
    predicted = np.array([[[3.0, 0.0], [0.0, 3.1], [9.0, 12.0], [15.1, 0.0]]])
    assert count_hits(predicted, truth, head_size, threshold=0.1).right.tolist() == [[True, False, False, False]]
    assert count_hits(predicted, truth, head_size, threshold=0.5).right.tolist() == [[True, True, True, False]]


def summary_of(right: list[list[int]], names: Sequence[str], *, pooled: bool) -> PckScore:
    """1 right, 0 wrong, -1 not counted; each person in a picture of its own."""
    table = np.array(right)
    return summarise_hits(Hits(table == 1, table >= 0), names, np.arange(len(table)), pooled=pooled)


def test_mean_of_keypoints_and_pooled_mean_differ_where_labels_are_missing() -> None:
    rows = [[1, 1, 0], [0, -1, 0], [0, -1, 0], [0, -1, -1]]
    names = ("neck", "right_hip", "pelvis")
    plain = summary_of(rows, names, pooled=False)
    assert plain.per_keypoint.tolist() == [25.0, 100.0, 0.0]
    assert plain.mean == pytest.approx((25 + 100 + 0) / 3)
    pooled = summary_of(rows, names, pooled=True)
    assert pooled.mean == pytest.approx(100 * 2 / 5)  # neck 1 of 4, hip 1 of 1; the pelvis is left out
    assert pooled.per_keypoint.tolist() == [25.0, 100.0, 0.0]
    assert plain.people == 4
    assert np.isnan(plain.mean12)  # there are not twelve


def test_mpii_mean_leaves_out_pelvis_and_thorax() -> None:
    names = load_skeleton("mpii16").keypoints
    row = [0 if name in ("pelvis", "thorax") else 1 for name in names]
    assert summary_of([row], names, pooled=True).mean == 100.0
    assert summary_of([row], names, pooled=False).mean == pytest.approx(100 * 14 / 16)


def test_mean12_is_of_the_limbs_by_name() -> None:
    for name in ("lsp14", "coco17", "body18"):
        names = load_skeleton(name).keypoints
        row = [1 if point.endswith(("_ankle", "_knee", "_hip")) else 0 for point in names]
        assert summary_of([row], names, pooled=False).mean12 == 50.0
    assert len(LIMB_JOINTS) == len(set(LIMB_JOINTS)) == 12


def test_keypoint_never_labelled_is_nan_and_weighs_nothing() -> None:
    score = summary_of([[1, -1], [1, -1]], ("neck", "head_top"), pooled=False)
    assert score.per_keypoint[0] == 100.0
    assert np.isnan(score.per_keypoint[1])
    assert score.mean == 100.0
    nothing = summary_of([[-1, -1]], ("neck", "head_top"), pooled=False)
    assert np.isnan(nothing.mean)
    assert nothing.people == 0


def test_interval_is_that_of_a_binomial_share() -> None:
    """400 pictures, half right: sd = sqrt(0.25 / 400) = 2.5 points, 95 % interval 50 +- 4.9."""
    score = summary_of([[i % 2] for i in range(400)], ("neck",), pooled=False)
    assert score.mean == 50.0
    assert score.interval[0] == pytest.approx(45.1, abs=0.6)
    assert score.interval[1] == pytest.approx(54.9, abs=0.6)
    assert score.interval == summary_of([[i % 2] for i in range(400)], ("neck",), pooled=False).interval


def test_interval_draws_pictures_not_people() -> None:
    """Four people a picture, all right or all wrong: no more is known than from one a picture."""
    right = np.repeat(np.arange(100) % 2 == 0, 4)[:, None]
    hits = Hits(right, np.ones_like(right))
    grouped = summarise_hits(hits, ("neck",), np.repeat(np.arange(100), 4))
    alone = summarise_hits(hits, ("neck",), np.arange(400))
    assert np.subtract(*grouped.interval[::-1]) == pytest.approx(2 * np.subtract(*alone.interval[::-1]), rel=0.15)
