"""Reports of what was measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.dot_person import SKELETON as DOTS
from fixtures.dot_person import truth, write_dot_clip
from fixtures.figure import track_of, walk
from poseapp.core.analysis import Analysis, MeasureSettings, NeutralPose
from poseapp.core.edits import ItemsEdit
from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.items import Event, ItemChange
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, PoseChunk
from poseapp.jobs.measure import build_analysis
from poseapp.jobs.reporting.content import _method, _plot, build_content
from poseapp.jobs.reporting.pictures import choose_frames
from poseapp.jobs.reporting.ranges import NEVER, measure_range, range_table, sides_of, with_sigma
from poseapp.jobs.reporting.report import write_report
from poseapp.jobs.reporting.request import Measured, ReportRequest
from poseapp.video import open_clip

BODY = load_skeleton("body21")
TIME = np.arange(0.0, 3.0, 1 / 60)


def analysis_of(xy: np.ndarray, info: ClipInfo, skeleton=BODY, events: tuple[Event, ...] = ()) -> Analysis:
    track = track_of(xy)
    store = PoseStore(skeleton, len(xy))
    store.add_chunk(PoseChunk(0, track.xy[:, None], track.score[:, None], track.cov[:, None]))
    if events:
        store.apply(
            ItemsEdit(
                tuple(ItemChange(store.items.next_id + i, None, event) for i, event in enumerate(events)), "Find events"
            )
        )
    return build_analysis(store, info, source_sha256="ab" * 32)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analysis_of(walk(BODY, TIME), ClipInfo("walk.mp4", "video", 1280, 720, TIME, 60.0))


def test_ranges_are_those_of_the_figure_and_their_errors_add(analysis: Analysis) -> None:
    # The knee of the figure bends from 5 to 45 degrees, once a second; the filter takes off a little.
    one = measure_range(analysis.persons[0].angles, "right_knee_flexion", 0, len(TIME))
    assert (one.low, one.high) == pytest.approx((5, 45), abs=1.0)
    assert one.size == one.high - one.low
    assert one.sigma == pytest.approx(np.hypot(one.low_sigma, one.high_sigma))
    assert TIME[one.high_frame] % 1 == pytest.approx(0.5, abs=0.05)


def test_only_the_frames_that_were_asked_for_count(analysis: Analysis) -> None:
    one = measure_range(analysis.persons[0].angles, "right_knee_flexion", 0, 8)
    assert one.high < 20
    assert 0 <= one.low_frame < 8


def test_an_angle_that_was_never_seen_has_no_range() -> None:
    xy = walk(BODY, TIME)
    xy[:, BODY.index("left_ankle")] = np.nan
    angles = analysis_of(xy, ClipInfo("a", "video", 9, 9, TIME, 60.0)).persons[0].angles
    assert measure_range(angles, "left_knee_flexion", 0, 90) == NEVER
    assert with_sigma(NEVER.size, NEVER.sigma) == "–"


def test_the_table_names_sides_asymmetry_and_units(analysis: Analysis) -> None:
    table = range_table(analysis, 0, ("knee_flexion", "trunk_segment"), (0, len(TIME)))
    assert table.head == ("", "R min", "R max", "R range", "L min", "L max", "L range", "Asymmetry")
    knee, trunk = table.rows
    assert knee[0] == "Knee flexion"
    assert abs(int(knee[7].removesuffix(" %").replace("−", "-"))) <= 3  # both legs do the same
    assert trunk[4:] == ("–", "–", "–", "–")
    assert "degrees" in table.title
    assert "standard deviation" in table.note


def test_a_change_is_marked_only_where_chance_does_not_explain_it(analysis: Analysis) -> None:
    stiff = walk(BODY, TIME)
    stiff[:] = stiff[:1]  # the earlier session: no movement at all
    earlier = analysis_of(stiff, analysis.clip)
    for before, marked in ((earlier, True), (analysis, False)):
        table = range_table(analysis, 0, ("knee_flexion",), (0, len(TIME)), before)
        assert table.head[3] == "R change"
        assert table.rows[0][3].endswith("*") == marked
    person = analysis.persons[0]
    wide = replace(person.angles, sigma=np.full_like(person.angles.sigma, 40.0))
    vague = replace(analysis, persons=(replace(person, angles=wide),))
    unsure = range_table(vague, 0, ("knee_flexion",), (0, len(TIME)), earlier)
    assert not unsure.rows[0][3].endswith("*")


def test_key_frames_are_events_first_then_the_ends_of_ranges(analysis: Analysis) -> None:
    person, span = analysis.persons[0], (0, len(TIME))
    events = (
        Event(20, "heel strike", 0, "right"),
        Event(80, "heel strike", 0, "right"),
        Event(50, "toe-off", 0, "left"),
        Event(60, "toe-off", 1, "left"),
    )
    chosen = choose_frames(person, events, ReportRequest(), span)
    assert (20, "right heel strike") in chosen
    assert (50, "left toe-off") in chosen
    assert not {80, 60} & {frame for frame, _ in chosen}
    assert len(chosen) == 4
    assert chosen == sorted(chosen)
    alone = choose_frames(person, (), ReportRequest(angles=("knee_flexion",)), span)
    assert any(words.startswith("right knee flexion 4") for _, words in alone)


@pytest.fixture(scope="module")
def dots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Analysis]:
    path = write_dot_clip(tmp_path_factory.mktemp("dots") / "private name.mp4", 40)
    with open_clip(path) as clip:
        return path, analysis_of(truth(40), clip.info, DOTS)


def test_with_cycles_the_mean_cycle_counts_and_the_earlier_one_lies_behind_it() -> None:
    info = ClipInfo("walk.mp4", "video", 1280, 720, TIME, 60.0)
    strikes = tuple(Event(30 * i, "heel strike", 0, ("right", "left")[i % 2]) for i in range(6))
    xy = walk(BODY, TIME)
    xy[140:142, BODY.index("right_ankle")] -= 90  # a spike outside of every cycle of the right leg
    now = analysis_of(xy, info, events=strikes)
    table = range_table(now, 0, ("knee_flexion",), (0, len(TIME)))
    assert table.title == "Range of motion in the mean cycle (degrees)"
    assert "between cycles" in table.note
    assert float(table.rows[0][2].split(" ")[0]) == pytest.approx(45, abs=2)
    assert "mean cycle" not in range_table(now, 0, ("knee_flexion",), (0, 100)).title
    plot = _plot("knee_flexion", Measured(now, now), 0, (0, len(TIME)))
    assert plot.x_title == "From heel strike to heel strike (%), mean ± standard deviation of 2 / 2 cycles"
    assert [curve.side for curve in plot.curves] == [curve.side for curve in plot.earlier] == ["right", "left"]
    assert len(plot.x) == 101


def test_the_page_says_how_it_was_measured_and_not_whose_file_it_was(dots: tuple[Path, Analysis]) -> None:
    path, analysis = dots
    events = tuple(Event(frame, "heel strike", 0, side) for frame, side in ((2, "right"), (16, "left"), (30, "right")))
    analysis = analysis_of(truth(40), analysis.clip, DOTS, events)
    with open_clip(path) as clip:
        content = build_content(clip, Measured(analysis), ReportRequest(subject="A. B."))
    method = dict(content.method)
    assert "Butterworth" in method["Smoothing"]
    assert "effective" in method["Smoothing"]
    assert method["Network"] == "none: placed by hand"
    assert "sha256 abababababababab" in method["Made by"]
    assert content.subject == "A. B."
    assert "private" not in repr([content.facts, content.findings, content.warnings, content.method, content.tables])
    assert [plot.title for plot in content.plots] == ["Knee flexion", "Hip flexion", "Trunk"]  # no feet, no ankle
    assert [mark[1] for mark in content.plots[0].marks] == ["R heel strike", "L heel strike", "R heel strike"]
    walk_table = content.tables[1]
    assert walk_table.rows[0][:2] == ("Cadence (steps/min)", f"{60 / (14 / 30):.0f}")
    assert 1 <= len(content.key_frames) <= 4


def test_limits_are_told_in_sentences(dots: tuple[Path, Analysis]) -> None:
    path, _ = dots
    xy = truth(40)
    xy[10:30, DOTS.index("right_ankle")] = np.nan
    with open_clip(path) as clip:
        content = build_content(clip, Measured(analysis_of(xy, clip.info, DOTS)), ReportRequest())
    assert any(sentence == "Knee flexion R is missing in 50% of the frames." for sentence in content.warnings)


def test_files_of_both_kinds(dots: tuple[Path, Analysis], tmp_path: Path) -> None:
    path, analysis = dots
    for name in ("report.pdf", "report.html"):
        write_report(path, Measured(analysis), tmp_path / name, ReportRequest(hide_faces=True))
        assert b"private" not in (tmp_path / name).read_bytes()
    with pytest.raises(UsageError, match=r"no report has the suffix '\.doc'"):
        write_report(path, Measured(analysis), tmp_path / "report.doc", ReportRequest())


def test_what_cannot_be_reported_is_one_clear_line(dots: tuple[Path, Analysis]) -> None:
    path, analysis = dots
    with open_clip(path) as clip:
        with pytest.raises(BadInputError, match="there is no person 3"):
            build_content(clip, Measured(analysis), ReportRequest(person=2))
        with pytest.raises(BadInputError, match="none of these angles"):
            build_content(clip, Measured(analysis), ReportRequest(angles=("ankle_dorsiflexion",)))
    with pytest.raises(BadInputError, match="room for 4"):
        ReportRequest(angles=("a",) * 5)


def test_sides_of_an_angle_without_sides(analysis: Analysis) -> None:
    angles = analysis.persons[0].angles
    assert sides_of(angles, "knee_flexion") == {"right": "right_knee_flexion", "left": "left_knee_flexion"}
    assert sides_of(angles, "trunk_segment") == {"middle": "trunk_segment"}
    assert sides_of(angles, "tail_wag") == {}


def test_another_filter_and_an_own_zero_are_in_the_method_and_over_the_curves(analysis: Analysis) -> None:
    track, info = track_of(walk(BODY, TIME)), analysis.clip
    store = PoseStore(BODY, len(TIME))
    store.add_chunk(PoseChunk(0, track.xy[:, None], track.score[:, None], track.cov[:, None]))
    pose = NeutralPose(0, 0, 5, (("right_knee_flexion", 5.0),))
    settings = MeasureSettings(FilterSettings("savitzky-golay"), neutral=(pose,))
    measured = Measured(build_analysis(store, info, settings))
    method = dict(_method(measured, measured.analysis.persons[0]))
    assert "Savitzky-Golay, 13 frames" in method["Smoothing"]
    assert "nan" not in method["Smoothing"]
    assert "posture that was taken as zero" in method["Angles"]
    assert _plot("knee_flexion", measured, 0, (0, len(TIME))).zero == "a posture that was taken as zero"
    assert _plot("trunk_segment", measured, 0, (0, len(TIME))).zero.startswith("horizontal")
