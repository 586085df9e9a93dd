"""What the curves are made of: angles, velocities and keypoints with their uncertainty, raw values, marks."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fixtures.gait import build_walk
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source
from poseapp.gui.plots.angle_groups import group_plots
from poseapp.gui.plots.angle_panel import AT_ONCE, AnglePanel
from poseapp.gui.plots.curve_data import make_curves
from poseapp.gui.plots.plot_axes import ValueAxisItem, value_label, value_range, value_ticks
from poseapp.gui.style.theme import DARK, apply_theme
from poseapp.services.job_runner import JobRunner

pytestmark = pytest.mark.gui

SKELETON = load_skeleton("body18")
GROUPS = {group.name: group for group in group_plots(SKELETON.angles, SKELETON)}
KNEE = SKELETON.index("right_knee")
_NAME = Qt.ItemDataRole.UserRole


def moving(n_frames=230):
    """The walk with the right knee on a straight line, 2 px a frame to the right and 1 px up; sigma 3 and 4 px."""
    measures, times = build_walk(n_frames)
    frames = np.arange(n_frames, dtype=np.float32)
    filtered, cov = measures.filtered.copy(), measures.track.cov.copy()
    filtered[:, KNEE] = np.stack([100 + 2 * frames, 500 - frames], axis=1)
    cov[:, KNEE] = 9.0, 0.0, 16.0
    velocity = np.gradient(measures.angles.values, times, axis=0)
    return replace(
        measures,
        filtered=filtered,
        final=filtered + np.float32(1.5),
        track=replace(measures.track, cov=cov),
        angles=replace(measures.angles, velocity=velocity),
    ), times


@pytest.fixture
def panel(qtbot, qapp):
    apply_theme(qapp, "dark")
    made = AnglePanel()
    qtbot.addWidget(made)
    made.resize(420, 720)
    made.set_skeleton(SKELETON)
    made.show()
    return made


def plots_of(panel):
    return panel.over_time.column.plots


def shape_of(plot, side="right"):
    """What was painted of a curve."""
    QApplication.processEvents()
    plot.grab()
    return plot._curves[side].keeper.shape


def inks(plot):
    image = plot.canvas.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_keypoint_has_its_position_and_its_sigma():
    measures, times = moving()
    right, left = make_curves(measures, times, GROUPS["x:knee"], raw=True)
    assert right.values.values[10] == pytest.approx(120)
    assert right.sigma[10] == pytest.approx(3)
    assert right.raw[10] == pytest.approx(121.5)
    assert right.extent == pytest.approx((100, 558))
    assert left.member.side == "left"
    right, _ = make_curves(measures, times, GROUPS["y:knee"])
    assert right.values.values[10] == pytest.approx(490)
    assert right.sigma[10] == pytest.approx(4)
    assert right.raw is None


def test_an_interpolated_keypoint_has_no_sigma():
    measures, times = moving()
    source = measures.source.copy()
    source[20, KNEE] = Source.INTERPOLATED
    right, _ = make_curves(replace(measures, source=source), times, GROUPS["x:knee"])
    assert np.isnan(right.sigma[20])
    assert right.values.values[20] == pytest.approx(140)


def test_a_velocity_comes_with_the_sigma_of_its_own():
    measures, times = moving()
    right, _ = make_curves(measures, times, GROUPS["velocity:knee_flexion"], raw=True)
    assert right.values.values[60] == pytest.approx(2 * np.pi * 20, rel=0.01)  # 2 s: 20 sin(2 pi t) rises fastest
    assert right.raw[60] == pytest.approx(2 * np.pi * 20, rel=0.01)
    assert 20 < right.sigma[60] < 90  # 3.2 degrees, 6 Hz, 30 frames/s; by itself the difference would be 68
    assert np.isnan(right.sigma[[0, 9, 13, -1]]).all()  # the frames beside the gap and at the ends


def test_rings_where_a_person_placed_and_dots_where_it_healed():
    measures, times = moving()
    source = measures.source.copy()
    hip = SKELETON.index("right_hip")
    source[50, hip], source[51, KNEE], source[51, hip] = Source.CORRECTED, Source.PROPAGATED, Source.PROPAGATED
    source[52, KNEE], source[53, KNEE], source[53, hip] = Source.OCCLUDED, Source.PROPAGATED, Source.CORRECTED
    right, left = make_curves(replace(measures, source=source), times, GROUPS["knee_flexion"])
    assert right.placed.tolist() == [50, 52, 53]
    assert right.propagated.tolist() == [51]
    assert left.placed.tolist() == left.propagated.tolist() == []


def test_marks_are_painted_and_never_more_than_fit(panel):
    measures, times = moving(20_000)
    source = measures.source.copy()
    source[:, KNEE] = Source.PROPAGATED
    source[300, KNEE] = Source.CORRECTED
    panel.set_shown_angles(["x:knee"])
    panel.set_measures(replace(measures, source=source), times)
    plot = plots_of(panel)["x:knee"]
    shape = shape_of(plot)
    assert len(shape.rings) == 1
    assert 30 < len(shape.dots) < 60  # one in 8 px of some 370
    assert DARK.propagated in inks(plot)
    assert len(shape_of(plot, "left").dots) == 0
    panel.set_visible_range(9.8, 10.2)
    close = shape_of(plot)
    assert len(close.rings) == 1
    assert 11 <= len(close.dots) <= 13  # every frame, where there is room


def test_up_in_the_picture_is_up_in_the_plot(panel):
    measures, times = moving()
    panel.set_shown_angles(["x:knee", "y:knee"])
    panel.set_measures(measures, times)
    panel.grab()
    x, y = plots_of(panel)["x:knee"], plots_of(panel)["y:knee"]
    assert x._box.viewRect().height() > 0

    def screen(plot, value):
        return plot._box.mapViewToScene(plot._box.viewRect().center().__class__(0.0, value)).y()

    assert screen(x, 100) > screen(x, 300)  # further right in the picture is further up
    assert screen(y, 300) < screen(y, 500)
    panel.set_playhead(10)
    assert y.read_outs["right"].text == "490.0 ± 4.0\u00a0px"
    assert x.read_outs["right"].text == "120.0 ± 3.0\u00a0px"


def test_the_band_of_an_axis_that_points_down_is_as_high_as_it_is_wide(panel):
    measures, times = moving()
    panel.set_shown_angles(["y:knee"])
    panel.set_measures(measures, times)
    plot = plots_of(panel)["y:knee"]
    band = shape_of(plot).band
    px_per_value = plot._box.height() / plot._box.viewRect().height()
    assert {round(rect.height() / px_per_value, 1) for rect in band} == {8.0}  # twice 4 px


def test_raw_curves_are_off_until_they_are_wanted(panel, qtbot):
    measures, times = moving()
    panel.set_measures(measures, times)
    plot = plots_of(panel)["knee_flexion"]
    assert shape_of(plot).raw == []
    with qtbot.waitSignal(panel.head.rawToggled):
        qtbot.mouseClick(panel.head.chooser.raw, Qt.MouseButton.LeftButton)
    assert shape_of(plot).raw != []


def test_a_unit_on_every_axis():
    assert value_label("angle", -30.0) == "−30°"
    assert value_label("velocity", 400.0) == "400°/s"
    assert value_label("y", 640.0) == "640\u202fpx"
    assert value_range("velocity", -210.0, 333.0) == (-250.0, 400.0)
    assert value_range("x", float("nan"), float("nan")) == (0.0, 100.0)
    assert value_ticks("velocity", -250.0, 400.0, 88.0) == [-200.0, 0.0, 200.0, 400.0]
    assert value_ticks("y", 380.0, 620.0, 30.0) == [400.0, 600.0]
    assert value_ticks("angle", -90.0, 160.0, 46.0) == [-90.0, 0.0, 90.0]
    assert ValueAxisItem("y").tickValues(620.0, 380.0, 30.0)[0][1] == [400.0, 600.0]  # an axis that points down
    assert value_ticks("y", 410.0, 490.0, 30.0) == [450.0]
    assert value_ticks("angle", -10.0, 70.0, 66.0) == [0.0, 30.0, 60.0]


def test_zero_and_positive_direction_are_one_hover_away(panel):
    panel.set_shown_angles(["velocity:knee_flexion", "y:knee"])
    panel.set_measures(*moving())
    words = plots_of(panel)["velocity:knee_flexion"]._title.toolTip()
    assert "degrees per second" in words
    assert "0 °/s = no turning" in words
    assert "Positive = flexion: the heel moves towards the buttock" in words
    assert "independent" in words
    assert "upper edge of the picture" in plots_of(panel)["y:knee"]._title.toolTip()


def test_all_plots_leave_the_same_room_for_their_numbers(panel):
    panel.set_shown_angles(["knee_flexion", "velocity:knee_flexion", "x:knee"])
    panel.set_measures(*moving())
    panel.grab()
    lefts = {round(plot._box.mapToScene(plot._box.boundingRect().topLeft()).x()) for plot in plots_of(panel).values()}
    assert len(lefts) == 1


def test_the_list_is_usable_by_keyboard_alone(panel, qtbot):
    panel.set_measures(*moving())
    chooser = panel.head.chooser
    panel.head.open_chooser()
    qtbot.waitUntil(chooser.isVisible)
    qtbot.keyClicks(chooser.search, "knee flexion vel")
    shown = [item.text() for item in chooser._items() if not item.isHidden()]
    assert shown == ["Knee flexion velocity"]
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert "velocity:knee_flexion" in plots_of(panel)
    qtbot.keyClick(chooser.search, Qt.Key.Key_Down)
    assert chooser.list.currentItem().data(_NAME) == "velocity:knee_flexion"
    qtbot.keyClick(chooser.list, Qt.Key.Key_Space)
    assert "velocity:knee_flexion" not in plots_of(panel)
    chooser.search.setText("px wrist")  # the heading counts
    assert [item.text() for item in chooser._items() if not item.isHidden()] == ["Wrist x", "Wrist y"]
    qtbot.keyClick(chooser, Qt.Key.Key_Escape)
    assert not chooser.isVisible()


def test_without_a_skeleton_there_are_no_keypoints_but_angles(qtbot):
    panel = AnglePanel()
    qtbot.addWidget(panel)
    panel.set_measures(*moving())
    assert {item.data(_NAME) for item in panel.head.chooser._items()} == {
        name for name in GROUPS if not name.startswith(("x:", "y:"))
    }


def test_a_long_clip_is_made_ready_beside_the_gui_thread(panel, qtbot):
    runner = JobRunner()
    panel.maker.set_runner(runner)
    measures, times = moving(AT_ONCE + 1)
    panel.set_shown_angles(["knee_flexion", "velocity:knee_flexion", "x:knee"])
    panel.set_measures(measures, times)  # which also builds the plots
    assert plots_of(panel)["x:knee"]._data == ()
    qtbot.waitUntil(lambda: plots_of(panel)["x:knee"]._data != (), timeout=10_000)
    panel.grab()
    spent = []
    for _ in range(5):
        started = time.thread_time()  # of the GUI thread alone
        panel.set_measures(measures, times)
        spent.append(time.thread_time() - started)
        qtbot.waitUntil(lambda: not runner.is_running(panel.maker._job), timeout=10_000)
    assert np.median(spent) < 0.008
    panel.set_playhead(1000)
    assert plots_of(panel)["x:knee"].read_outs["right"].text == "2100.0 ± 3.0\u00a0px"
    panel.set_measures(None, np.zeros(0))  # nothing comes late
    runner.close()
    runner.deleteLater()
