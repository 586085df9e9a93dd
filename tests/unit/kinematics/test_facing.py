"""The side a person faces is decided for stretches, not frames."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.figure import LEG, SHANK, mirrored, pose, swing, upright, walk
from poseapp.core.analysis import FacingStretch
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.facing import compute_evidence, decide_facing, facing_signs, merge_user_facing

BODY = load_skeleton("body18")
MPII = load_skeleton("mpii16")


def scores(xy: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(xy[..., 0]), 0.9, np.nan)


def decide(xy: np.ndarray, time: np.ndarray, skeleton=BODY) -> list[tuple[int, int, int]]:
    stretches = decide_facing(xy, scores(xy), skeleton, time)
    assert [s.start for s in stretches[1:]] == [s.stop for s in stretches[:-1]]
    assert (stretches[0].start, stretches[-1].stop) == (0, len(xy))
    return [(s.start, s.stop, s.direction) for s in stretches]


def there_and_back(skeleton, rate: float, seconds: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Walk right for some seconds, then left."""
    time = np.arange(int(2 * seconds * rate)) / rate
    half = len(time) // 2
    out, back = walk(skeleton, time[:half]), walk(skeleton, time[:half])
    return np.concatenate([out, mirrored(back, 2 * out[-1, 0, 0])]), time


@pytest.mark.parametrize("skeleton", [BODY, MPII], ids=lambda s: s.name)
@pytest.mark.parametrize("rate", [25.0, 120.0])
def test_one_walk_is_one_stretch(skeleton, rate: float) -> None:
    time = np.arange(int(4 * rate)) / rate
    xy = walk(skeleton, time)
    assert decide(xy, time, skeleton) == [(0, len(time), 1)]
    assert decide(mirrored(xy), time, skeleton) == [(0, len(time), -1)]


@pytest.mark.parametrize("skeleton", [BODY, MPII], ids=lambda s: s.name)
@pytest.mark.parametrize("rate", [25.0, 60.0])
def test_walking_there_and_back_is_two_stretches(skeleton, rate: float) -> None:
    xy, time = there_and_back(skeleton, rate)
    (_, turn, first), (_, _, second) = decide(xy, time, skeleton)
    assert (first, second) == (1, -1)
    assert turn / rate == pytest.approx(3.0, abs=0.25)


def test_walking_on_the_spot_is_seen_by_feet_and_knees() -> None:
    time = np.arange(90) / 30
    assert decide(walk(BODY, time, speed=0), time) == [(0, 90, 1)]
    assert decide(walk(MPII, time, speed=0), time, MPII) == [(0, 90, 1)]


def test_walking_backwards_faces_forward() -> None:
    time = np.arange(90) / 30
    assert decide(walk(BODY, time, speed=-150), time) == [(0, 90, 1)]


def test_misplaced_feet_do_not_turn_anyone() -> None:
    rng = np.random.default_rng(0)
    time = np.arange(300) / 60
    xy = walk(BODY, time)
    toe, heel = BODY.index("right_big_toe"), BODY.index("right_heel")
    wrong = rng.random(300) < 0.3
    xy[np.ix_(wrong, [toe, heel])] = xy[np.ix_(wrong, [heel, toe])]
    xy += rng.normal(0, 4, xy.shape)
    assert decide(xy, time) == [(0, 300, 1)]


def test_half_a_second_of_wrong_evidence_is_outvoted() -> None:
    time = np.arange(180) / 60
    xy = walk(BODY, time, speed=0)
    xy[80:110] = mirrored(xy[80:110])
    assert decide(xy, time) == [(0, 180, 1)]


def test_no_stretch_is_shorter_than_a_second() -> None:
    time = np.arange(240) / 60
    xy = walk(BODY, time, speed=0)
    xy[:40] = mirrored(xy[:40])  # strong enough for Viterbi at the edge, too short to be a turn
    assert decide(xy, time) == [(0, 240, 1)]
    xy[:70] = mirrored(walk(BODY, time, speed=0))[:70]
    assert [d for _, _, d in decide(xy, time)] == [-1, 1]


def test_short_clip_is_one_stretch() -> None:
    time = np.arange(3) / 30
    assert decide(mirrored(walk(BODY, time)), time) == [(0, 3, -1)]
    assert decide(walk(BODY, time[:1]), time[:1]) == [(0, 1, 1)]


def test_facing_is_of_the_body_not_the_picture() -> None:
    """A crouching figure turned upside down about its middle, as in a flip, keeps its front."""
    points = swing(swing(upright(), "hip", LEG, 60), "knee", SHANK, -90)
    xy = pose(points, BODY)
    upside_down = np.array([400.0, 400.0]) - xy
    time = np.arange(60) / 30
    assert decide(np.tile(upside_down, (60, 1, 1)), time) == [(0, 60, 1)]
    assert decide(np.tile(mirrored(upside_down), (60, 1, 1)), time) == [(0, 60, -1)]


def test_nobody_says_nothing() -> None:
    xy = np.full((30, 18, 2), np.nan)
    assert decide_facing(xy, scores(xy), BODY, np.arange(30) / 30) == (FacingStretch(0, 30, 1, 0.5),)
    assert decide_facing(xy[:0], scores(xy)[:0], BODY, np.empty(0)) == ()


def test_standing_straight_from_the_front_says_nothing() -> None:
    xy = pose(upright() | {f"{s}_{p}": (200.0, 370.0) for s in ("left", "right") for p in ("heel", "big_toe")}, BODY)
    evidence = compute_evidence(xy[None], scores(xy[None]), BODY, np.zeros(1))
    assert evidence == pytest.approx([0.0])


def test_support_is_the_share_of_the_vote_and_falls_with_doubt() -> None:
    time = np.arange(300) / 60
    sure = walk(BODY, time, speed=0)
    doubtful = sure.copy()
    doubtful[100:125] = mirrored(doubtful[100:125])
    first, second = (decide_facing(xy, scores(xy), BODY, time)[0] for xy in (sure, doubtful))
    assert first.support == pytest.approx(1.0, abs=0.02)
    assert second.support == pytest.approx(275 / 300, abs=0.04)
    assert not first.by_user


def test_low_scores_count_less() -> None:
    time = np.arange(60) / 30
    xy = walk(BODY, time, speed=0)
    full = compute_evidence(xy, np.full((60, 18), 0.4), BODY, time)
    half = compute_evidence(xy, np.full((60, 18), 0.2), BODY, time)
    free = np.abs(full) < 1
    assert half[free] == pytest.approx(full[free] / 2)


def test_a_nose_is_enough() -> None:
    from dataclasses import replace

    face = replace(BODY, keypoints=("right_ear", "nose", *BODY.keypoints[2:]))
    xy = np.full((60, 18, 2), np.nan)
    for name, at in {"right_ear": (200, 30), "nose": (215, 32), **upright()}.items():
        if name in face.keypoints and any(part in name for part in ("ear", "nose", "hip", "shoulder")):
            xy[:, face.index(name)] = at
    assert decide(xy, np.arange(60) / 30, face) == [(0, 60, 1)]


def test_user_stretches_win_and_the_rest_stays() -> None:
    auto = (FacingStretch(0, 100, 1, 0.9), FacingStretch(100, 200, -1, 0.8))
    user = (FacingStretch(80, 120, 1, 1.0, by_user=True),)
    assert merge_user_facing(auto, user) == (
        FacingStretch(0, 80, 1, 0.9),
        FacingStretch(80, 120, 1, 1.0, by_user=True),
        FacingStretch(120, 200, -1, 0.8),
    )
    assert merge_user_facing(auto, ()) == auto
    assert merge_user_facing((), user) == ()


def test_user_stretches_are_cut_to_the_clip_and_later_ones_win() -> None:
    auto = (FacingStretch(0, 50, 1, 0.9),)
    user = (FacingStretch(-10, 30, -1, 0.5), FacingStretch(20, 400, 1, 0.5))
    assert merge_user_facing(auto, user) == (
        FacingStretch(0, 20, -1, 1.0, by_user=True),
        FacingStretch(20, 50, 1, 1.0, by_user=True),
    )


def test_signs() -> None:
    stretches = (FacingStretch(0, 2, -1, 0.9), FacingStretch(2, 4, 1, 0.8))
    assert facing_signs(stretches, 5).tolist() == [-1, -1, 1, 1, 1]
    assert facing_signs((), 2).tolist() == [1, 1]
