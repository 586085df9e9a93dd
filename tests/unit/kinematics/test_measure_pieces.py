"""A clip measured piece by piece says what the whole says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.figure import mirrored, track_of, walk
from poseapp.core.analysis import FacingStretch, MeasureSettings, NeutralPose
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source, Track
from poseapp.kinematics.facing import facing_signs
from poseapp.kinematics.measure import measure_person
from poseapp.kinematics.measure_pieces import GrowingMeasures, PersonSettings, measure_piece
from poseapp.services.measure_plan import reach_of

BODY = load_skeleton("body18")
SAGITTAL = [i for i, angle in enumerate(BODY.angles) if angle.plane == "sagittal"]
TIME = np.arange(3000) / 30
PIECE = 700


def there_and_back() -> Track:
    """Somebody walks right for 40 s, then left, with gaps and noise."""
    xy = walk(BODY, TIME, speed=10.0)
    xy[1200:] = mirrored(xy)[1200:]
    xy += np.random.default_rng(2).normal(0, 1.0, xy.shape)
    xy[500:512, 3] = np.nan
    xy[690:720, 5] = np.nan  # longer than what is filled, across a border
    track = track_of(xy)
    source = track.source.copy()
    source[1500, 2] = Source.CORRECTED
    return replace(track, source=source)


def cut(track: Track, start: int, stop: int) -> Track:
    parts = {name: getattr(track, name)[start:stop] for name in ("xy", "raw", "score", "cov", "source")}
    return Track(start, **parts)


def grown(track: Track, user=()) -> GrowingMeasures:
    growing = GrowingMeasures(len(TIME), BODY)
    for start in (2100, 0, 1400, 700, 2800):
        stop = min(start + PIECE, len(TIME))
        how = PersonSettings(user_facing=user)
        piece = measure_piece(lambda a, b: cut(track, a, b), start, stop, TIME, BODY, how=how)
        assert (piece.start, piece.stop, piece.measures.track.start) == (start, stop, start)
        growing.put(piece)
    return growing


def assert_same(one, other) -> None:
    np.testing.assert_array_equal(one.source, other.source)
    for name in ("final", "filtered"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=2e-3)
    for name in ("xy", "raw", "score", "cov", "source"):
        np.testing.assert_array_equal(getattr(one.track, name), getattr(other.track, name))
    for name in ("values", "raw", "sigma"):
        mine, theirs = (getattr(each.angles, name)[:, SAGITTAL] for each in (one, other))
        np.testing.assert_allclose(mine, theirs, atol=0.01)
    assert (one.angles.plane[:, SAGITTAL] != other.angles.plane[:, SAGITTAL]).mean() < 0.01
    signs = [facing_signs(each.facing, len(TIME)) for each in (one, other)]
    np.testing.assert_array_equal(*signs)
    assert [(s.start, s.stop, s.direction, s.by_user) for s in one.facing] == [
        (s.start, s.stop, s.direction, s.by_user) for s in other.facing
    ]


def test_pieces_agree_with_the_whole():
    track = there_and_back()
    whole = measure_person(track, TIME, BODY)
    assert [s.direction for s in whole.facing] == [1, -1]
    assert_same(grown(track).measures(), whole)


def test_what_a_person_said_of_the_facing_holds_across_pieces():
    user = (FacingStretch(600, 900, -1, 1.0, by_user=True),)
    track = there_and_back()
    assert_same(grown(track, user).measures(), measure_person(track, TIME, BODY, user_facing=user))


def test_a_change_needs_only_its_surroundings_measured_again():
    track = there_and_back()
    growing = grown(track)
    xy, source = track.xy.copy(), track.source.copy()
    xy[1000, BODY.index("right_knee")] += 30
    source[1000, BODY.index("right_knee")] = Source.CORRECTED
    moved = replace(track, xy=xy, source=source)
    start, stop = reach_of(1000, 1001, TIME)
    assert stop - start == pytest.approx(300, abs=3)
    growing.put(measure_piece(lambda a, b: cut(moved, a, b), start, stop, TIME, BODY))
    assert_same(growing.measures(), measure_person(moved, TIME, BODY))


def test_what_was_not_measured_yet_is_missing():
    growing = GrowingMeasures(len(TIME), BODY)
    assert growing.measures() is None
    track = there_and_back()
    growing.put(measure_piece(lambda a, b: cut(track, a, b), 700, 1400, TIME, BODY))
    measures = growing.measures()
    assert np.isnan(measures.angles.values[:700]).all()
    assert np.isfinite(measures.angles.raw[800:1400, 0]).all()
    assert measures.facing[0].start == 0
    assert measures.facing[-1].stop == len(TIME)
    with pytest.raises(ValueError, match="read-only"):
        measures.angles.values[0] = 0


def test_pieces_have_the_filter_the_view_and_the_neutral_posture_that_were_asked_for():
    track = there_and_back()
    settings = MeasureSettings(FilterSettings("savitzky-golay"), view="side")
    neutral = NeutralPose(0, 0, 30, (("right_knee_flexion", 7.0), ("right_elbow_flexion", -3.0)))
    growing = GrowingMeasures(len(TIME), BODY)
    for start in range(0, len(TIME), PIECE):
        stop = min(start + PIECE, len(TIME))
        how = PersonSettings(settings, (), neutral)
        growing.put(measure_piece(lambda a, b: cut(track, a, b), start, stop, TIME, BODY, how=how))
    whole = measure_person(track, TIME, BODY, settings=settings, neutral=neutral)
    measures = growing.measures()
    assert_same(measures, whole)
    assert measures.angles.neutral == whole.angles.neutral
    assert measures.angles.neutral[measures.angles.column("right_knee_flexion")] == 7.0
    assert measures.filter.kind == "savitzky-golay"
    assert measures.view == whole.view
