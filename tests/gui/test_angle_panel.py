"""Angles beside the picture: read, seek, choose, and see the curve heal."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolButton

from fixtures.gait import build_walk
from poseapp.gui.angle_panel import AnglePanel
from poseapp.gui.theme import DARK, LIGHT, apply_theme
from poseapp.gui.timeline import Timeline

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


def inks(plot) -> set[str]:
    image = plot.canvas.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_empty_state_says_what_to_do(panel):
    assert panel._stack.currentIndex() == 0
    assert panel._stack.currentWidget().text == "Press Analyze to measure"
    panel.set_playhead(3)


def test_default_plots_in_order(walking):
    assert list(walking._plots) == ["knee_flexion", "hip_flexion", "elbow_flexion", "trunk_segment"]
    assert walking._stack.currentIndex() == 1
    assert walking._head.note.text() == "Butterworth 5.9 Hz"


def test_plots_that_were_prepared_are_used(panel, qtbot):
    measures, times = build_walk()
    panel.prepare(measures.angles.definitions)
    assert len(panel._plots) == 1
    qtbot.waitUntil(lambda: len(panel._plots) == 4)
    assert panel._stack.currentIndex() == 0
    prepared = list(panel._plots.values())
    panel.set_measures(measures, times)
    assert list(panel._plots.values()) == prepared
    assert prepared[0]._box.viewRange()[0] == pytest.approx([times[0], panel._end()])


def test_plots_of_another_skeleton_give_way(panel, qtbot):
    measures, _ = build_walk()
    panel.prepare(measures.angles.definitions[::-1])
    qtbot.waitUntil(lambda: len(panel._plots) == 4)
    panel.prepare(measures.angles.definitions)
    qtbot.waitUntil(lambda: list(panel._plots)[:1] == ["knee_flexion"] and len(panel._plots) == 4)


def test_plots_are_built_once_when_the_measures_come_first(panel, qtbot):
    measures, times = build_walk()
    panel.prepare(measures.angles.definitions)
    panel.set_measures(measures, times)
    plots = list(panel._plots.values())
    qtbot.wait(20)
    assert list(panel._plots.values()) == plots
    assert list(panel._plots) == ["knee_flexion", "hip_flexion", "elbow_flexion", "trunk_segment"]


def test_a_curve_is_painted_once_for_many_playheads(walking, monkeypatch):
    from poseapp.gui import angle_curve

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
    knee = walking._plots["knee_flexion"]
    assert knee.read_outs["right"].text == "40.0 ± 3.2°"
    assert knee._cursor.value() == pytest.approx(1.5)
    walking.set_playhead(11)
    assert knee.read_outs["left"].text == "–"
    walking.set_playhead(10**6)
    assert knee._cursor.value() == pytest.approx(229 / 30)


def test_click_and_drag_seek(walking, qtbot):
    knee = walking._plots["knee_flexion"]
    with qtbot.waitSignal(walking.seekRequested) as caught:
        qtbot.mouseClick(knee.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(knee, 3.0))
    assert caught.args[0] == pytest.approx(90, abs=1)
    seen = []
    walking.seekRequested.connect(seen.append)
    view = knee.canvas.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=pixel(knee, 3.0))
    for seconds in (3.5, 4.0, 5.0):
        qtbot.mouseMove(view, pixel(knee, seconds))
        qtbot.wait(20)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=pixel(knee, 5.0))
    assert seen
    assert seen[-1] == pytest.approx(150, abs=3)


def test_arrow_keys_seek(walking, qtbot):
    walking.set_playhead(7)
    with qtbot.waitSignal(walking.seekRequested) as caught:
        qtbot.keyClick(walking._facing, Qt.Key.Key_Right)
    assert caught.args == [8]
    with qtbot.waitSignal(walking.seekRequested) as caught:
        qtbot.keyClick(walking._facing, Qt.Key.Key_End)
    assert caught.args == [229]


def test_menu_chooses_plots(walking, qtbot):
    actions = {a.data(): a for a in walking._head.menu.actions() if a.data()}
    with qtbot.waitSignal(walking.shownChanged):
        actions["thigh_segment"].trigger()
    assert "thigh_segment" in walking._plots
    actions["knee_flexion"].trigger()
    assert "knee_flexion" not in walking._plots
    assert walking.shown_angles() == tuple(n for n, a in actions.items() if a.isChecked())


def test_chosen_angles_are_remembered_before_there_are_measures(panel, qapp):
    panel.set_shown_angles(["trunk_segment", "no_such_angle"])
    panel.set_measures(*build_walk())
    assert list(panel._plots) == ["trunk_segment"]


def test_right_and_left_differ_by_more_than_colour(walking):
    knee = walking._plots["knee_flexion"]
    assert {DARK.right, DARK.left} <= inks(knee)
    from poseapp.gui.angle_curve import _DASHES

    assert _DASHES["right"] == [] != _DASHES["left"]


def test_facing_is_shown_and_set(walking, qtbot):
    assert [line.value() for line in walking._plots["knee_flexion"]._turns] == [pytest.approx(115 / 30)]
    menu = walking._facing.build_menu(walking._measures.facing[1])
    with qtbot.waitSignal(walking.facingChosen) as caught:
        menu.actions()[0].trigger()
    assert caught.args == [115, 230, 1]


def test_zoom_is_shared_by_all_plots_and_the_strip(walking, qtbot, qapp):
    with qtbot.waitSignal(walking.visibleRangeChanged):
        walking._plots["hip_flexion"]._box.setXRange(2.0, 4.0, padding=0)
    for plot in walking._plots.values():
        assert plot._box.viewRange()[0] == pytest.approx([2.0, 4.0])
    assert walking._facing._axis.first == pytest.approx(2.0)
    qtbot.mouseClick(walking.findChild(QToolButton, "whole_clip"), Qt.MouseButton.LeftButton)
    assert walking._plots["knee_flexion"]._box.viewRange()[0] == pytest.approx([0, 230 / 30])


def test_an_edit_keeps_the_view(walking, qapp):
    walking.set_visible_range(2.0, 4.0)
    kept = walking._plots["knee_flexion"]
    measures, times = build_walk()
    series = replace(measures.angles, values=measures.angles.values + 5)
    walking.set_measures(replace(measures, angles=series), times)
    assert walking._plots["knee_flexion"] is kept
    assert kept._box.viewRange()[0] == pytest.approx([2.0, 4.0])
    walking.set_playhead(45)
    assert kept.read_outs["right"].text == "45.0 ± 3.2°"


def test_another_clip_shows_its_whole(walking):
    measures, times = build_walk(90)
    walking.set_playhead(200)
    walking.set_measures(measures, times)
    assert walking._plots["knee_flexion"]._box.viewRange()[0] == pytest.approx([0, 3.0])
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
    found = inks(walking._plots["knee_flexion"])
    assert QColor(LIGHT.surface).name() in found
    assert LIGHT.right in found
    assert DARK.right not in found


def test_meaning_is_one_hover_away(walking):
    words = walking._plots["knee_flexion"].read_outs["right"].toolTip()
    assert "degrees" in words
    assert "0° = thigh and shank in line" in words
    assert "Positive = flexion: the heel moves towards the buttock" in words


def test_an_edit_shows_at_once(panel, qapp):
    """New measures of 10 000 frames x 8 angles reach the plots within a 60th of a second (median CPU time)."""
    measures, times = build_walk(10_000)
    panel.set_shown_angles(["knee_flexion", "hip_flexion", "elbow_flexion", "shoulder_flexion"])
    panel.set_measures(measures, times)
    assert sum(len(p.group.columns) for p in panel._plots.values()) == 8
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
    code = "import sys, poseapp.gui.angle_panel, poseapp.gui.timeline; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_clip_first_measures_later_shows_the_whole(panel, qapp):
    measures, times = build_walk()
    panel.set_measures(None, times)
    panel.set_measures(measures, times)
    qapp.processEvents()
    assert panel._plots["knee_flexion"]._box.viewRange()[0] == pytest.approx([0, 230 / 30])
    assert panel._facing._axis.last == pytest.approx(230 / 30)


@pytest.mark.parametrize("width", [300, 330, 420, 700])
def test_values_are_never_cut(walking, qapp, width):
    walking.resize(width, 720)
    qapp.processEvents()
    for plot in walking._plots.values():
        for read_out in plot.read_outs.values():
            right = read_out.mapTo(walking, read_out.rect().topRight()).x()
            assert right < walking.width()  # which the layout holds above what the values need
            assert read_out.width() >= read_out.sizeHint().width()


def test_linked_with_the_timeline_both_come_to_rest(walking, qtbot, qapp):
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(900, 96)
    timeline.set_clip(walking._time)
    timeline.show()
    timeline.visibleRangeChanged.connect(walking.set_visible_range)
    walking.visibleRangeChanged.connect(timeline.set_visible_range)
    told = []
    timeline.visibleRangeChanged.connect(lambda *_: told.append(1))
    timeline.set_visible_frames(60, 120)
    assert walking._plots["knee_flexion"]._box.viewRange()[0] == pytest.approx([2.0, 4.0])
    walking._plots["knee_flexion"]._box.setXRange(1.0, 2.0, padding=0)
    assert timeline.visible_frames() == (30, 60)
    qtbot.mouseClick(walking.findChild(QToolButton, "whole_clip"), Qt.MouseButton.LeftButton)
    assert timeline.visible_frames() == (0, 230)
    assert len(told) <= 4
