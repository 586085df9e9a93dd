"""Angles beside the picture: read, seek, choose, and see the curve heal."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QToolButton

from fixtures.gait import build_walk
from poseapp.core.skeleton import load_skeleton
from poseapp.gui.plots.angle_panel import AnglePanel
from poseapp.gui.style.theme import DARK, LIGHT, apply_theme
from poseapp.gui.timeline.timeline import Timeline
from poseapp.services.playback import Zone

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(qtbot, qapp):
    apply_theme(qapp, "dark")
    made = AnglePanel()
    qtbot.addWidget(made)
    made.resize(420, 720)
    made.show()
    yield made
    apply_theme(qapp, "dark")


@pytest.fixture
def walking(panel, qapp):
    measures, times = build_walk()
    panel.set_measures(measures, times)
    qapp.processEvents()
    return panel


def pixel(plot, seconds, degrees=40.0):
    """Where a value lies in the plot's viewport."""
    return plot.canvas.mapFromScene(plot._box.mapViewToScene(QPointF(seconds, degrees)))


def prepare(panel, skeleton):
    panel.set_skeleton(skeleton)
    panel.prepare()


def plots_of(panel):
    return panel.over_time.column.plots


def inks(plot) -> set[str]:
    image = plot.canvas.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_empty_state_says_what_to_do(panel):
    assert panel._stack.currentIndex() == 0
    assert panel._stack.currentWidget().text == "Press Analyze to measure"
    panel.set_playhead(3)


def test_default_plots_in_order(walking):
    assert list(plots_of(walking)) == ["knee_flexion", "hip_flexion", "elbow_flexion", "trunk_segment"]
    assert walking._stack.currentIndex() == 1
    assert walking.head.note.text() == "Butterworth 5.9 Hz"


def test_plots_that_were_prepared_are_used(panel, qtbot):
    measures, times = build_walk()
    prepare(panel, load_skeleton("body18"))
    assert len(plots_of(panel)) == 1
    qtbot.waitUntil(lambda: len(plots_of(panel)) == 4)
    assert panel._stack.currentIndex() == 0
    prepared = list(plots_of(panel).values())
    panel.set_measures(measures, times)
    assert list(plots_of(panel).values()) == prepared
    assert prepared[0]._box.viewRange()[0] == pytest.approx([times[0], panel.over_time.column.end])


def test_plots_of_another_skeleton_give_way(panel, qtbot):
    panel.set_shown_angles(["ankle_dorsiflexion", "knee_flexion"])
    prepare(panel, load_skeleton("mpii16"))
    assert list(plots_of(panel)) == ["knee_flexion"]
    first = plots_of(panel)["knee_flexion"]
    prepare(panel, load_skeleton("body18"))
    qtbot.waitUntil(lambda: len(plots_of(panel)) == 2)
    assert plots_of(panel)["knee_flexion"] is not first  # its keypoints are others


def test_plots_are_built_once_when_the_measures_come_first(panel, qtbot):
    measures, times = build_walk()
    prepare(panel, load_skeleton("body18"))
    panel.set_measures(measures, times)
    plots = list(plots_of(panel).values())
    qtbot.wait(20)
    assert list(plots_of(panel).values()) == plots
    assert list(plots_of(panel)) == ["knee_flexion", "hip_flexion", "elbow_flexion", "trunk_segment"]


def test_a_curve_is_painted_once_for_many_playheads(walking, monkeypatch):
    from poseapp.gui.plots import angle_curve

    calls = []
    monkeypatch.setattr(angle_curve, "_paint_shape", lambda *args: calls.append(args))
    walking.grab()
    walking.grab()  # what is painted a second time is kept
    calls.clear()
    for frame in range(5):
        walking.set_playhead(frame)
        walking.grab()
    assert calls == []


def test_read_outs_at_the_playhead(walking):
    walking.set_playhead(45)  # 1.5 s: sin(3 pi) = 0 on both sides
    knee = plots_of(walking)["knee_flexion"]
    assert knee.read_outs["right"].text == "40.0 ± 3.2°"
    assert knee._cursor.value() == pytest.approx(1.5)
    walking.set_playhead(11)
    assert knee.read_outs["left"].text == "–"
    walking.set_playhead(10**6)
    assert knee._cursor.value() == pytest.approx(229 / 30)


def drag(qtbot, plot, first, last, *, release=True):
    view = plot.canvas.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=pixel(plot, first))
    for share in (0.3, 0.6, 1.0):
        qtbot.mouseMove(view, pixel(plot, first + share * (last - first)))
        qtbot.wait(20)
    if release:
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=pixel(plot, last))


def shaded(plot):
    return plot._zone.getRegion() if plot._zone.isVisible() else None


def test_a_click_seeks(walking, qtbot):
    knee = plots_of(walking)["knee_flexion"]
    with qtbot.waitSignal(walking.seekRequested) as caught:
        qtbot.mouseClick(knee.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(knee, 3.0))
    assert caught.args[0] == pytest.approx(90, abs=1)


def test_a_drag_sweeps_over_a_zone_and_seeks_nothing(walking, qtbot):
    knee, hip = (plots_of(walking)[name] for name in ("knee_flexion", "hip_flexion"))
    zones, seeks = [], []
    walking.zoneChosen.connect(zones.append)
    walking.seekRequested.connect(seeks.append)
    drag(qtbot, knee, 5.0, 3.0)
    assert len(zones) > 1  # it follows the mouse
    assert zones[-1].start == pytest.approx(90, abs=1)
    assert zones[-1].stop == pytest.approx(151, abs=1)
    assert seeks == []
    for plot in (knee, hip):
        assert shaded(plot) == pytest.approx((zones[-1].start / 30, zones[-1].stop / 30))


def test_a_press_that_hardly_moves_is_a_click(walking, qtbot):
    knee = plots_of(walking)["knee_flexion"]
    seeks, zones = [], []
    walking.seekRequested.connect(seeks.append)
    walking.zoneChosen.connect(zones.append)
    view, start = knee.canvas.viewport(), pixel(knee, 3.0)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.wait(600)  # as long as a drag may take to begin
    qtbot.mouseMove(view, start + QPoint(3, 0))
    qtbot.wait(20)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(3, 0))
    assert zones == []
    assert len(seeks) == 1


def test_esc_puts_the_zone_back(walking, qtbot):
    knee = plots_of(walking)["knee_flexion"]
    walking.set_zone(Zone(10, 20))
    zones = []
    walking.zoneChosen.connect(zones.append)
    drag(qtbot, knee, 3.0, 5.0, release=False)
    assert zones[-1] != Zone(10, 20)
    qtbot.keyClick(walking, Qt.Key.Key_Escape)
    assert zones[-1] == Zone(10, 20)
    qtbot.mouseMove(knee.canvas.viewport(), pixel(knee, 6.0))
    qtbot.wait(20)
    qtbot.mouseRelease(knee.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(knee, 6.0))
    assert zones[-1] == Zone(10, 20)
    assert shaded(knee) == pytest.approx((10 / 30, 20 / 30))
    drag(qtbot, knee, 1.0, 2.0)
    assert zones[-1].start == pytest.approx(30, abs=1)


def test_a_double_click_on_the_zone_takes_it_away(walking, qtbot):
    knee = plots_of(walking)["knee_flexion"]
    walking.set_zone(Zone(60, 120))
    zones = []
    walking.zoneChosen.connect(zones.append)
    for seconds in (6.0, 3.0):
        qtbot.mouseClick(knee.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(knee, seconds))
        qtbot.mouseDClick(knee.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(knee, seconds))
        qtbot.mouseRelease(knee.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(knee, seconds))
    assert zones == [None]
    assert shaded(knee) is None


def test_the_zone_of_a_plot_that_comes_later_and_at_the_end(walking):
    walking.set_zone(Zone(200, 230))
    walking.set_shown_angles(["knee_flexion", "x:knee", "thigh_segment"])
    assert shaded(plots_of(walking)["thigh_segment"]) == pytest.approx((200 / 30, 230 / 30))
    walking.set_zone(None)
    assert shaded(plots_of(walking)["thigh_segment"]) is None


def test_shift_and_the_wheel_pan(walking, qapp):
    walking.set_visible_range(2.0, 4.0)
    knee = plots_of(walking)["knee_flexion"]
    here = QPointF(pixel(knee, 3.0))
    view, shift = knee.canvas.viewport(), Qt.KeyboardModifier.ShiftModifier
    turned, inverted = QPoint(0, -120), False
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    wheel = QWheelEvent(here, view.mapToGlobal(here), QPoint(), turned, none, shift, phase, inverted)
    qapp.sendEvent(knee.canvas.viewport(), wheel)
    assert knee._box.viewRange()[0] == pytest.approx([2.25, 4.25])


def test_arrow_keys_seek(walking, qtbot):
    walking.set_playhead(7)
    with qtbot.waitSignal(walking.seekRequested) as caught:
        qtbot.keyClick(walking.over_time.facing, Qt.Key.Key_Right)
    assert caught.args == [8]
    with qtbot.waitSignal(walking.seekRequested) as caught:
        qtbot.keyClick(walking.over_time.facing, Qt.Key.Key_End)
    assert caught.args == [229]


def test_the_list_chooses_plots(walking, qtbot):
    items = {item.data(Qt.ItemDataRole.UserRole): item for item in walking.head.chooser._items()}
    kept = plots_of(walking)["hip_flexion"]
    with qtbot.waitSignal(walking.shownChanged):
        items["thigh_segment"].setCheckState(Qt.CheckState.Checked)
    assert "thigh_segment" in plots_of(walking)
    items["knee_flexion"].setCheckState(Qt.CheckState.Unchecked)
    items["velocity:knee_flexion"].setCheckState(Qt.CheckState.Checked)
    assert list(plots_of(walking)) == [
        "hip_flexion", "elbow_flexion", "trunk_segment", "thigh_segment", "velocity:knee_flexion"
    ]  # fmt: skip
    assert plots_of(walking)["hip_flexion"] is kept
    assert set(walking.shown_angles()) == set(plots_of(walking))


def test_chosen_angles_are_remembered_before_there_are_measures(panel, qapp):
    panel.set_shown_angles(["trunk_segment", "no_such_angle"])
    panel.set_measures(*build_walk())
    assert list(plots_of(panel)) == ["trunk_segment"]
    chooser = panel.head.chooser
    chooser._items()[0].setCheckState(Qt.CheckState.Checked)
    assert "no_such_angle" in panel.shown_angles()


def test_right_and_left_differ_by_more_than_colour(walking):
    knee = plots_of(walking)["knee_flexion"]
    assert {DARK.right, DARK.left} <= inks(knee)
    from poseapp.gui.plots.angle_curve import DASHES

    assert DASHES["right"] == [] != DASHES["left"]


def test_facing_is_shown_and_set(walking, qtbot):
    assert plots_of(walking)["knee_flexion"]._turns.times == pytest.approx([115 / 30])
    menu = walking.over_time.facing.build_menu(walking.measures.facing[1])
    with qtbot.waitSignal(walking.facingChosen) as caught:
        menu.actions()[0].trigger()
    assert caught.args == [115, 230, 1]


def test_zoom_is_shared_by_all_plots_and_the_strip(walking, qtbot, qapp):
    with qtbot.waitSignal(walking.visibleRangeChanged):
        plots_of(walking)["hip_flexion"]._box.setXRange(2.0, 4.0, padding=0)
    for plot in plots_of(walking).values():
        assert plot._box.viewRange()[0] == pytest.approx([2.0, 4.0])
    assert walking.over_time.facing._axis.first == pytest.approx(2.0)
    qtbot.mouseClick(walking.findChild(QToolButton, "whole_clip"), Qt.MouseButton.LeftButton)
    assert plots_of(walking)["knee_flexion"]._box.viewRange()[0] == pytest.approx([0, 230 / 30])


def test_an_edit_keeps_the_view(walking, qapp):
    walking.set_visible_range(2.0, 4.0)
    kept = plots_of(walking)["knee_flexion"]
    measures, times = build_walk()
    series = replace(measures.angles, values=measures.angles.values + 5)
    walking.set_measures(replace(measures, angles=series), times)
    assert plots_of(walking)["knee_flexion"] is kept
    assert kept._box.viewRange()[0] == pytest.approx([2.0, 4.0])
    walking.set_playhead(45)
    assert kept.read_outs["right"].text == "45.0 ± 3.2°"


def test_another_clip_shows_its_whole(walking):
    measures, times = build_walk(90)
    walking.set_playhead(200)
    walking.set_measures(measures, times)
    assert plots_of(walking)["knee_flexion"]._box.viewRange()[0] == pytest.approx([0, 3.0])
    walking.set_measures(None, np.zeros(0))
    assert walking._stack.currentIndex() == 0


@pytest.mark.parametrize("n_frames", [1, 2, 3])
def test_very_short_clips(panel, qapp, n_frames):
    panel.set_measures(*build_walk(n_frames))
    qapp.processEvents()
    panel.set_playhead(n_frames - 1)
    panel.grab()


def test_theme_reaches_the_plots(walking, qapp):
    apply_theme(qapp, "light")
    qapp.processEvents()
    found = inks(plots_of(walking)["knee_flexion"])
    assert QColor(LIGHT.surface).name() in found
    assert LIGHT.right in found
    assert DARK.right not in found


def test_meaning_is_one_hover_away(walking):
    words = plots_of(walking)["knee_flexion"].read_outs["right"].toolTip()
    assert "degrees" in words
    assert "0° = thigh and shank in line" in words
    assert "Positive = flexion: the heel moves towards the buttock" in words


def test_an_edit_shows_at_once(panel, qapp):
    """New measures of 10 000 frames x 8 angles reach the plots within a 60th of a second (median CPU time)."""
    measures, times = build_walk(10_000)
    panel.set_shown_angles(["knee_flexion", "hip_flexion", "elbow_flexion", "shoulder_flexion"])
    panel.set_measures(measures, times)
    assert sum(len(p.group.members) for p in plots_of(panel).values()) == 8
    panel.grab()
    spent = []
    for _ in range(9):
        started = time.process_time()
        panel.set_measures(measures, times)
        spent.append(time.process_time() - started)
        panel.grab()
    assert np.median(spent) < 0.016


def test_painting_does_not_grow_with_the_clip(panel, qapp):
    def cost(n_frames: int) -> float:
        panel.set_measures(*build_walk(n_frames))
        panel.grab()
        spent = []
        for _ in range(7):
            started = time.process_time()
            panel.grab()
            spent.append(time.process_time() - started)
        return float(np.median(spent))

    assert cost(300_000) < 3 * cost(300)


def test_the_window_starts_without_pyqtgraph():
    code = (
        "import sys, poseapp.gui.plots.angle_panel, poseapp.gui.timeline.timeline; sys.exit('pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_clip_first_measures_later_shows_the_whole(panel, qapp):
    measures, times = build_walk()
    panel.set_measures(None, times)
    panel.set_measures(measures, times)
    qapp.processEvents()
    assert plots_of(panel)["knee_flexion"]._box.viewRange()[0] == pytest.approx([0, 230 / 30])
    assert panel.over_time.facing._axis.last == pytest.approx(230 / 30)


@pytest.mark.parametrize("width", [300, 330, 420, 700])
def test_values_are_never_cut(walking, qapp, width):
    walking.resize(width, 720)
    qapp.processEvents()
    for plot in plots_of(walking).values():
        for read_out in plot.read_outs.values():
            right = read_out.mapTo(walking, read_out.rect().topRight()).x()
            assert right < walking.width()  # which the layout holds above what the values need
            assert read_out.width() >= read_out.sizeHint().width()


def test_linked_with_the_timeline_both_come_to_rest(walking, qtbot, qapp):
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(900, 96)
    timeline.set_clip(walking.time)
    timeline.show()
    timeline.visibleRangeChanged.connect(walking.set_visible_range)
    walking.visibleRangeChanged.connect(timeline.set_visible_range)
    told = []
    timeline.visibleRangeChanged.connect(lambda *_: told.append(1))
    timeline.set_visible_frames(60, 120)
    assert plots_of(walking)["knee_flexion"]._box.viewRange()[0] == pytest.approx([2.0, 4.0])
    plots_of(walking)["knee_flexion"]._box.setXRange(1.0, 2.0, padding=0)
    assert timeline.visible_frames() == (30, 60)
    qtbot.mouseClick(walking.findChild(QToolButton, "whole_clip"), Qt.MouseButton.LeftButton)
    assert timeline.visible_frames() == (0, 230)
    assert len(told) <= 4
