"""One person from keypoints to angles."""

from __future__ import annotations

import time as clock
from dataclasses import replace

import numpy as np
import pytest

from fixtures.figure import mirrored, track_of, walk
from poseapp.core.analysis import FacingStretch, MeasureSettings
from poseapp.core.circle import wrap_degrees
from poseapp.core.errors import BadInputError
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source, Track
from poseapp.kinematics.angles import compute_angles
from poseapp.kinematics.facing import facing_signs
from poseapp.kinematics.measure import measure_person

BODY = load_skeleton("body18")
TIME = np.arange(180) / 60
KNEE = BODY.index("right_knee")
NOTHING = {"xy": np.nan, "raw": np.nan, "score": np.nan, "cov": np.nan, "source": Source.MISSING}


def changed(track: Track, frames: slice, keypoint: int, **values: object) -> Track:
    """Return a track with other values of one keypoint in some frames."""
    arrays = {}
    for name, value in values.items():
        array = getattr(track, name).copy()
        array[frames, keypoint] = value
        arrays[name] = array
    return replace(track, **arrays)


def test_a_walk_is_measured() -> None:
    xy = walk(BODY, TIME)
    measures = measure_person(track_of(xy), TIME, BODY)
    angles = measures.angles
    knee = angles.column("right_knee_flexion")
    # The figure bends its right knee by 25 - 20 cos(2 pi t).
    truth = 25 - 20 * np.cos(2 * np.pi * TIME)
    assert angles.raw[:, knee] == pytest.approx(truth, abs=0.01)
    assert angles.values[10:-10, knee] == pytest.approx(truth[10:-10], abs=0.2)
    rate = 40 * np.pi * np.sin(2 * np.pi * TIME)
    assert angles.velocity[15:-15, knee] == pytest.approx(rate[15:-15], abs=1.5)
    assert [(s.start, s.stop, s.direction) for s in measures.facing] == [(0, 180, 1)]
    assert measures.filter.effective_hz == pytest.approx(6.0, abs=1e-3)
    assert (measures.source == Source.PREDICTED).all()
    # 1 px on both ends of an 80 px shank.
    assert angles.sigma[:, angles.column("right_shank_segment")] == pytest.approx(np.degrees(np.sqrt(2) / 80), rel=1e-3)


def test_mirrored_walk_measures_the_same() -> None:
    one, other = (
        measure_person(track_of(xy), TIME, BODY).angles for xy in (walk(BODY, TIME), mirrored(walk(BODY, TIME)))
    )
    sagittal = [i for i, angle in enumerate(BODY.angles) if angle.plane == "sagittal"]
    assert np.abs(wrap_degrees(one.values - other.values, 360.0)[:, sagittal]).max() < 1e-2


def test_angles_can_be_computed_again_from_what_is_returned() -> None:
    measures = measure_person(track_of(walk(BODY, TIME)), TIME, BODY)
    signs = facing_signs(measures.facing, 180)
    np.testing.assert_array_equal(compute_angles(measures.filtered, BODY, signs), measures.angles.values)
    np.testing.assert_array_equal(compute_angles(measures.final, BODY, signs), measures.angles.raw)


def test_short_gap_is_interpolated_and_flagged_without_a_made_up_sigma() -> None:
    track = changed(
        track_of(walk(BODY, TIME)), slice(60, 65), KNEE, xy=np.nan, raw=np.nan, score=np.nan, cov=np.nan, source=0
    )
    measures = measure_person(track, TIME, BODY)
    assert (measures.source[60:65, KNEE] == Source.INTERPOLATED).all()
    assert (measures.source[:, KNEE] == Source.INTERPOLATED).sum() == 5
    knee = measures.angles.column("right_knee_flexion")
    assert np.isfinite(measures.angles.values[:, knee]).all()
    assert np.flatnonzero(np.isnan(measures.angles.sigma[:, knee])).tolist() == [60, 61, 62, 63, 64]


def test_long_gap_stays_missing_and_parts_the_series() -> None:
    track = changed(
        track_of(walk(BODY, TIME)), slice(60, 80), KNEE, xy=np.nan, raw=np.nan, score=np.nan, cov=np.nan, source=0
    )
    measures = measure_person(track, TIME, BODY)
    knee = measures.angles.column("right_knee_flexion")
    for series in (measures.angles.values, measures.angles.raw, measures.angles.velocity):
        assert np.flatnonzero(np.isnan(series[:, knee])).tolist() == list(range(60, 80))
    assert (measures.source[60:80, KNEE] == Source.MISSING).all()


def test_unsure_predictions_count_as_missing_but_are_kept_in_the_track() -> None:
    track = changed(track_of(walk(BODY, TIME)), slice(60, 62), KNEE, score=0.1, xy=0.0, raw=0.0)
    measures = measure_person(track, TIME, BODY)
    assert (measures.source[60:62, KNEE] == Source.INTERPOLATED).all()
    assert np.abs(measures.final[60:62, KNEE]).min() > 100
    assert (measures.track.xy[60:62, KNEE] == 0).all()
    kept = measure_person(track, TIME, BODY, settings=MeasureSettings(min_score=0.05))
    assert (kept.final[60:62, KNEE] == 0).all()


@pytest.mark.parametrize("source", [Source.CORRECTED, Source.OCCLUDED, Source.PROPAGATED])
def test_what_a_person_placed_is_kept_whatever_its_score(source: Source) -> None:
    track = changed(track_of(walk(BODY, TIME)), slice(60, 61), KNEE, score=0.0, xy=(250.0, 260.0), source=source)
    measures = measure_person(track, TIME, BODY)
    assert measures.final[60, KNEE].tolist() == [250.0, 260.0]
    assert measures.source[60, KNEE] == source


def test_absent_keypoint_is_never_invented() -> None:
    track = track_of(walk(BODY, TIME))
    track = changed(track, slice(58, 63), KNEE, **NOTHING)
    track = changed(track, slice(60, 61), KNEE, source=Source.ABSENT)
    measures = measure_person(track, TIME, BODY)
    assert np.isnan(measures.final[58:63, KNEE]).all()
    assert np.isnan(measures.filtered[58:63, KNEE]).all()
    assert measures.source[58:63, KNEE].tolist() == [0, 0, Source.ABSENT, 0, 0]


def test_user_facing_wins() -> None:
    track = track_of(walk(BODY, TIME))
    user = (FacingStretch(60, 120, -1, 1.0, by_user=True),)
    measures = measure_person(track, TIME, BODY, user_facing=user)
    assert [(s.start, s.stop, s.direction, s.by_user) for s in measures.facing] == [
        (0, 60, 1, False),
        (60, 120, -1, True),
        (120, 180, 1, False),
    ]
    knee = measures.angles.column("right_knee_flexion")
    assert (measures.angles.values[70:110, knee] < 0).all()


def test_user_facing_counts_frames_of_the_clip() -> None:
    track = replace(track_of(walk(BODY, TIME)), start=1000)
    user = (FacingStretch(1060, 1180, -1, 1.0, by_user=True),)
    measures = measure_person(track, TIME, BODY, user_facing=user)
    assert [(s.start, s.stop, s.direction) for s in measures.facing] == [(0, 60, 1), (60, 180, -1)]


def test_filter_can_be_switched_off() -> None:
    measures = measure_person(
        track_of(walk(BODY, TIME)), TIME, BODY, settings=MeasureSettings(filter=FilterSettings("none"))
    )
    np.testing.assert_array_equal(measures.filtered, measures.final)
    np.testing.assert_array_equal(measures.angles.values, measures.angles.raw)
    assert (measures.filter.kind, measures.filter.note) == ("none", "no filter was asked for")


def test_nobody_and_a_single_picture_are_measured_too() -> None:
    nobody = measure_person(track_of(np.full((180, 18, 2), np.nan)), TIME, BODY)
    assert np.isnan(nobody.angles.values).all()
    picture = measure_person(track_of(walk(BODY, TIME[:1])), TIME[:1], BODY)
    assert picture.angles.values[0, picture.angles.column("trunk_segment")] == pytest.approx(90)
    assert np.isnan(picture.angles.velocity).all()


def test_extremes_of_an_arm_that_passes_overhead() -> None:
    angles = measure_person(track_of(walk(BODY, TIME)), TIME, BODY).angles
    values = np.full((5, 32), np.nan)
    arm, knee = angles.column("right_shoulder_flexion"), angles.column("right_knee_flexion")
    values[:, arm] = [150, 170, -170, -160, 170]
    values[:, knee] = [10, np.nan, 60, 5, 20]
    low, high, span = replace(angles, values=values).extremes()
    assert (low[arm], high[arm], span[arm]) == (150, 200, 50)
    assert (low[knee], high[knee], span[knee]) == (5, 60, 55)
    others = np.delete(np.arange(32), [arm, knee])
    assert np.isnan([low[others], high[others], span[others]]).all()


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="timestamps"):
        measure_person(track_of(walk(BODY, TIME)), TIME[:-1], BODY)
    with pytest.raises(ValueError, match="keypoints"):
        measure_person(track_of(walk(BODY, TIME)), TIME, load_skeleton("mpii16"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"view": "above"},
        {"max_gap_seconds": -0.1},
        {"min_score": 1.5},
    ],
)
def test_settings_that_make_no_sense_are_told(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInputError, match="cannot be"):
        MeasureSettings(**wrong)


@pytest.mark.benchmark
def test_ten_thousand_frames_are_measured_within_a_drag() -> None:
    rng = np.random.default_rng(0)
    time = np.arange(10_000) / 60
    xy = np.tile(walk(BODY, TIME), (56, 1, 1))[:10_000] + rng.normal(0, 1, (10_000, 18, 2))
    xy[rng.random((10_000, 18)) < 0.02] = np.nan
    track = track_of(xy)
    measure_person(track, time, BODY)
    spent = []
    for _ in range(5):
        start = clock.process_time()
        measure_person(track, time, BODY)
        spent.append(clock.process_time() - start)
    assert min(spent) < 0.15
