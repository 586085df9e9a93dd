"""Cycles beside time: cut at events, mean and spread, linked with the playhead."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QToolButton

from fixtures.gait import build_walk
from poseapp.core.analysis import FacingStretch
from poseapp.core.items import Event
from poseapp.core.skeleton import load_skeleton
from poseapp.gui.plots.angle_panel import AnglePanel
from poseapp.gui.plots.cycle_data import MOST_LINES, cycles_of, event_names
from poseapp.gui.style.theme import DARK, apply_theme
from poseapp.kinematics.cycles import Cycle
from poseapp.services.job_runner import JobRunner
from poseapp.services.playback import Zone

pytestmark = pytest.mark.gui

STRIKE = "heel strike"
# The walk has one cycle a second of 30 frames; the right strikes at 30, 60 .., the left half a cycle later.
RIGHT = tuple(Event(frame, STRIKE, 0, "right") for frame in range(30, 181, 30))
LEFT = tuple(Event(frame, STRIKE, 0, "left") for frame in range(45, 166, 30))


@pytest.fixture
def panel(qtbot, qapp):
    apply_theme(qapp, "dark")
    made = AnglePanel()
    qtbot.addWidget(made)
    made.resize(420, 720)
    made.set_skeleton(load_skeleton("body18"))
    measures, time = build_walk()
    made.set_measures(replace(measures, facing=(FacingStretch(0, len(time), 1, 0.9),)), time)
    made.show()
    return made


@pytest.fixture
def cycling(panel):
    panel.set_events(RIGHT + LEFT, 0)
    panel.head.set_cycles_shown(True)
    QApplication.processEvents()
    return panel


def knee(panel):
    return panel.over_cycles.plots["knee_flexion"]


def data(panel, side="right"):
    return next(d for d in knee(panel).cycles if d.member.side == side)


def test_a_button_changes_between_time_and_cycles(panel, qtbot):
    buttons = {b.text(): b for b in panel.head.findChildren(QToolButton)}
    assert buttons["Time"].isChecked()
    qtbot.keyClick(buttons["Cycles"], Qt.Key.Key_Space)
    assert panel._modes.currentWidget() is panel.over_cycles
    assert "at least twice" in panel.over_cycles._pages.currentWidget().text
    panel.set_events(RIGHT, 0)
    assert panel.over_cycles._pages.currentIndex() == 1
    qtbot.mouseClick(buttons["Time"], Qt.MouseButton.LeftButton)
    assert panel._modes.currentWidget() is panel.over_time


def test_no_cycle_reaches_over_a_turn_or_near_it(cycling):
    cycling.set_measures(*build_walk())  # who turns in frame 115, 30 of them a second
    assert data(cycling).mean.n == 3  # the cycle from frame 120 on begins within 0.3 s
    assert data(cycling, "left").mean.n == 3


def test_the_mean_of_equal_cycles_is_the_cycle(cycling):
    mean = data(cycling).mean
    assert (mean.n, mean.n_left_out) == (5, 0)
    assert mean.mean == pytest.approx(40 + 20 * np.sin(2 * np.pi * np.linspace(0, 1, 101)), abs=0.2)
    assert mean.sd == pytest.approx(np.zeros(101), abs=1e-3)
    left = data(cycling, "left").mean
    assert left.n == 4
    assert left.mean == pytest.approx(mean.mean, abs=0.01)  # each side is cut at its own events
    assert knee(cycling)._title.text() == "Knee flexion · n = 5 R, 4 L"


def test_a_cycle_with_a_gap_is_told(cycling):
    cycling.set_events((Event(0, STRIKE, 0, "right"), *RIGHT), 0)
    assert (data(cycling).mean.n, data(cycling).mean.n_left_out) == (5, 1)
    assert "Knee flexion R: 5 cycles, 1 left out because of a gap" in knee(cycling)._title.toolTip()
    assert "Knee flexion L: 0 cycles" in knee(cycling)._title.toolTip()


def test_only_cycles_in_the_zone_count(cycling):
    cycling.set_zone(Zone(60, 121))
    assert data(cycling).mean.n == 2
    assert cycling.over_cycles._note.text() == "in the working zone"
    cycling.set_zone(None)
    assert data(cycling).mean.n == 5


def test_the_event_that_cuts_is_chosen(cycling, qtbot):
    cycling.set_events((*RIGHT, *LEFT, Event(40, "toe off", 0, "right"), Event(70, "toe off", 0, "right")), 0)
    page = cycling.over_cycles
    assert [page.events.itemText(i) for i in range(page.events.count())] == [STRIKE, "toe off"]
    page.events.setFocus()
    qtbot.keyClick(page.events, Qt.Key.Key_Down)
    assert page.events.currentText() == "toe off"
    assert data(cycling).mean.n == 1
    assert knee(cycling)._title.text() == "Knee flexion · n = 1 R, 0 L"
    cycling.set_events((*RIGHT, Event(40, "toe off", 0, "right"), Event(70, "toe off", 0, "right")), 0)
    assert page.events.currentText() == "toe off"  # an event more changes nothing of the choice


def test_events_of_others_do_not_cut():
    events = (Event(1, "jump", 1), Event(2, "jump", -1), Event(5, "step", 0), Event(7, "step", 0))
    assert event_names(events, 0) == ("step", "jump")
    assert cycles_of(events, "step", 0, None, np.arange(10.0))["left"] == (Cycle(5, 7),)
    assert cycles_of(events, "step", 0, Zone(6, 10), np.arange(10.0))["left"] == ()


def test_the_playhead_is_seen_in_its_cycle(cycling):
    cycling.set_playhead(75)  # half of the right cycle 60 .. 90, the beginning of the left one
    plot = knee(cycling)
    assert plot._cursors["right"].value() == pytest.approx(50)
    assert plot._cursors["left"].value() == pytest.approx(0)
    assert plot.read_outs["right"].text == "40.0°"
    cycling.set_playhead(5)
    assert not plot._cursors["right"].isVisible()
    assert plot.read_outs["right"].text == "–"


def test_a_click_goes_to_that_part_of_the_cycle(cycling, qtbot):
    cycling.set_playhead(75)
    plot = knee(cycling)
    at = plot.canvas.mapFromScene(plot._box.mapViewToScene(QPointF(80.0, 40.0)))
    with qtbot.waitSignal(cycling.seekRequested) as caught:
        qtbot.mouseClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == [84]


def test_right_and_left_are_painted_apart_and_once(cycling, monkeypatch):
    cycling.set_events([Event(event.frame, STRIKE) for event in RIGHT], 0)
    plot = knee(cycling)
    image = plot.canvas.grab().toImage()
    inks = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {DARK.right, DARK.left} <= inks
    plot.canvas.grab()
    calls = []
    monkeypatch.setattr(type(plot._curves["right"]), "_draw", lambda *args: calls.append(args))
    for frame in range(60, 65):
        cycling.set_playhead(frame)
        plot.canvas.grab()
    assert calls == []


def test_many_cycles_are_made_beside_the_gui_thread_and_not_all_drawn(panel, qtbot):
    runner = JobRunner()
    panel.over_cycles.maker.set_runner(runner)
    measures, times = build_walk(9000)  # with one turn, which costs two cycles
    panel.set_measures(measures, times)
    panel.head.set_cycles_shown(True)
    events = tuple(Event(frame, STRIKE, 0) for frame in range(30, 8900, 30))
    started = time.process_time()
    panel.set_events(events, 0)
    assert time.process_time() - started < 0.05
    qtbot.waitUntil(lambda: knee(panel).cycles != () and data(panel).mean.n == 293, timeout=10_000)
    assert len(data(panel).single) == MOST_LINES
    panel.set_measures(None, np.zeros(0))
    runner.close()
    runner.deleteLater()
