"""Frames for fine-tuning: unlike each other, unsure, apart in time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.figure import LEG, pose, swing, track_of, upright
from poseapp.core.moments import Moment, MomentKind
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source, Track
from poseapp.kinematics.frame_choice import choose_frames, compute_uncertainty, normalise_poses, suggest_moments

BODY = load_skeleton("body18")
TIME = np.arange(120) / 30


def standing(n: int = 120) -> np.ndarray:
    return np.repeat(pose(upright(), BODY)[None], n, axis=0)


def scored(track: Track, frames: list[int] | slice, score: float) -> Track:
    scores = track.score.copy()
    scores[frames] = score
    return replace(track, score=scores)


def frames_of(track: Track, n: int, apart: tuple[float, ...] = (0.5,)) -> list[int]:
    return [choice.frame for choice in choose_frames(track, TIME, BODY, n, apart_seconds=apart)]


def test_a_pose_is_compared_without_place_and_size() -> None:
    poses = normalise_poses(np.concatenate([standing(64), 2 * standing(64) + 50]), BODY)
    assert poses[0] == pytest.approx(poses[-1])
    half = standing(4)
    half[1, 3] = np.nan
    assert np.isfinite(normalise_poses(half, BODY)).all()


def test_uncertainty_is_what_the_mean_score_lacks() -> None:
    track = scored(track_of(standing(3)), [1], 0.5)
    score = track.score.copy()
    score[2, :9] = np.nan
    source = track.source.copy()
    source[2, :9] = Source.MISSING
    assert compute_uncertainty(replace(track, score=score, source=source)) == pytest.approx([0.1, 0.5, 0.55])


def test_the_least_sure_frame_is_first_and_the_others_are_apart() -> None:
    track = scored(track_of(standing()), [60, 61, 62], 0.3)
    choices = choose_frames(scored(track, [61], 0.1), TIME, BODY, 3)
    assert choices[0].frame == 61
    assert choices[0].uncertainty == pytest.approx(0.9)
    frames = sorted(choice.frame for choice in choices)
    assert np.diff(TIME[frames]).min() >= 0.5


def test_unlike_poses_win_over_more_of_the_same() -> None:
    xy = standing()
    xy[90:100] = pose(swing(upright(), "hip", LEG, 80), BODY)
    track = scored(track_of(xy), [10], 0.1)
    first, second = frames_of(track, 2)
    assert first == 10
    assert 90 <= second < 100


def test_what_is_common_comes_before_what_is_rare() -> None:
    xy = standing()
    xy[40:60] = pose(swing(upright(), "hip", LEG, 40), BODY)
    xy[90] = pose(swing(upright(), "hip", LEG, 120), BODY)  # farthest from all, and least sure
    first, second, *_ = frames_of(scored(track_of(xy), [90], 0.2), 3)
    assert first not in range(40, 60)
    assert first != 90
    assert 40 <= second < 60


def test_corrected_frames_are_known_already() -> None:
    xy = standing()
    xy[90:100] = pose(swing(upright(), "hip", LEG, 80), BODY)
    track = track_of(xy)
    source = track.source.copy()
    source[[30, 95]] = Source.CORRECTED
    chosen = frames_of(replace(track, source=source), 50)
    assert not {30, 95} & set(chosen)
    assert all(abs(TIME[frame] - TIME[95]) >= 0.5 for frame in chosen)


def test_as_many_as_there_are_room_for() -> None:
    assert len(frames_of(track_of(standing()), 50)) == 8  # four seconds, half a second apart
    assert frames_of(track_of(standing()), 0) == []
    assert frames_of(track_of(np.full((120, 18, 2), np.nan)), 5) == []
    with pytest.raises(ValueError, match="timestamps"):
        choose_frames(track_of(standing(5)), TIME, BODY, 1)


def test_where_there_is_too_little_room_frames_lie_nearer() -> None:
    track = scored(track_of(standing()), [61], 0.1)
    chosen = frames_of(track, 20, (0.5, 0.2))
    assert len(chosen) >= 15  # between any two that are half a second apart there is room for one
    assert chosen[:8] == frames_of(track, 8)
    assert np.diff(TIME[sorted(chosen)]).min() >= 0.2 - 1e-9


def test_beside_many_corrections_something_is_still_suggested() -> None:
    track = track_of(standing())
    source = track.source.copy()
    source[::20] = Source.CORRECTED  # 0.67 s apart: no frame is 0.5 s from all of them
    choices = choose_frames(replace(track, source=source), TIME, BODY, 4)
    assert len(choices) == 4
    assert all(choice.frame % 20 in range(3, 18) for choice in choices)


def test_a_long_clip_is_thinned_to_its_least_sure_frames() -> None:
    n = 20_000
    track = scored(track_of(standing(n)), [12_345], 0.05)
    choices = choose_frames(track, np.arange(n) / 30, BODY, 2)
    assert choices[0].frame == 12_345


def test_frames_are_those_of_the_clip() -> None:
    assert frames_of(replace(scored(track_of(standing()), [61], 0.1), start=500), 1) == [561]


def test_suspicion_makes_a_frame_less_sure() -> None:
    track = track_of(standing(5))
    jump = Moment(MomentKind.JUMP, 0, 1, 3, 1, (0,), ((0.0, 0.0),), 0.8, 1.0, 1.0)
    worse = replace(jump, start=2, stop=3, severity=1.0)
    suggested = replace(jump, kind=MomentKind.SUGGESTED, start=4, stop=5)
    found = [jump, worse, worse, suggested]
    # 0.1 + 0.15 x 0.8; 0.1 + 0.15 x min(0.8 + 1 + 1, 2)
    assert compute_uncertainty(track, found) == pytest.approx([0.1, 0.22, 0.4, 0.1, 0.1])


def test_a_suspicious_frame_is_chosen_before_one_that_is_only_unlike() -> None:
    track = track_of(standing())
    jump = Moment(MomentKind.JUMP, 0, 70, 71, 70, (0,), ((0.0, 0.0),), 1.0, 1.0, 1.0)
    assert choose_frames(track, TIME, BODY, 1, found=[jump])[0].frame == 70
    [moment] = suggest_moments(track, TIME, BODY, 1, found=[jump])
    assert (moment.peak, moment.value) == (70, pytest.approx(0.9))  # sure of, as everywhere
