"""The plot of a comparison: lines that differ in more than colour, a playhead, and going to a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from poseapp.gui.compare import plot as compare_plot
from poseapp.gui.compare.plot import ComparePlot
from poseapp.gui.compare.trace import Trace
from poseapp.gui.compare.values import CompareValues
from poseapp.gui.plots.decimation import Pyramid
from poseapp.gui.style.theme import LIGHT, apply_theme

pytestmark = pytest.mark.gui


def make(place, side="right", *, level=30.0, n=90, sigma=0.0):
    values = np.full(n, level)
    return Trace(place, side, np.arange(n) / 30, Pyramid(values), np.full(n, sigma))


@pytest.fixture
def plot(qtbot, qapp):
    apply_theme(qapp, "light")
    made = ComparePlot()
    qtbot.addWidget(made)
    made.resize(700, 240)
    made.show()
    yield made
    apply_theme(qapp, "dark")


def show(plot, *traces, zero="both starts"):
    plot.set_traces(traces, legend=("A one: thick", "B two: thin, with markers"), zero_name=zero)
    QApplication.processEvents()
    return plot.grab().toImage()


def inked(image, x, y, reach=12):
    """How many px in a column about a point differ from the plot's ground."""
    ground = QColor(LIGHT.surface).rgb()
    return sum(image.pixel(round(x), row) != ground for row in range(round(y) - reach, round(y) + reach + 1))


def test_the_first_clip_is_thick_and_the_second_thin_with_markers(plot):
    only_a, only_b = show(plot, make(0, level=33.0)), show(plot, make(1, level=33.0))
    y = plot.y_of(33.0)
    room = plot.room()
    columns = range(round(room.left()) + 20, round(room.right()) - 20)
    thick = [inked(only_a, x, y) for x in columns]
    thin = [inked(only_b, x, y) for x in columns]
    assert np.median(thick) >= 3
    assert np.median(thin) < np.median(thick)
    assert max(thin) >= 7  # a marker
    assert max(thick) < 7


def test_left_is_dashed_in_both_clips(plot):
    for place in (0, 1):
        solid, dashed = (show(plot, make(place, side, level=33.0)) for side in ("right", "left"))
        y = plot.y_of(33.0)
        columns = range(round(plot.room().left()) + 30, round(plot.room().right()) - 10)
        gaps = [sum(inked(image, x, y, reach=1) == 0 for x in columns) for image in (solid, dashed)]
        assert gaps[0] < 40  # the insides of the markers
        assert gaps[1] > gaps[0] + 100


def test_the_band_shows_the_uncertainty(plot):
    narrow, wide = (show(plot, make(0, level=33.0, sigma=sigma)) for sigma in (0.5, 5.0))
    y, x = plot.y_of(33.0), plot.room().center().x() + 7
    assert inked(wide, x, y, reach=15) > inked(narrow, x, y, reach=15)


def test_a_click_and_a_drag_go_to_a_time(plot, qtbot):
    plot.set_traces([make(0)], legend=("A", "B"), zero_name="jump")
    plot.set_origins((1.0, 0.0), zero_name="jump")
    times = []
    plot.timeChosen.connect(times.append)
    at = QPoint(round(plot.x_of(0.5)), 100)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(plot, at + QPoint(60, 0))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=at + QPoint(60, 0))
    assert times[0] == pytest.approx(0.5, abs=0.01)
    assert plot.seconds_at(plot.x_of(-0.3)) == pytest.approx(-0.3)


def test_the_wheel_zooms_and_a_double_click_shows_everything(plot, qtbot):
    show(plot, make(0))
    at = QPointF(plot.x_of(1.0), 100)
    before = plot.seconds_at(plot.room().right()) - plot.seconds_at(plot.room().left())
    event = QWheelEvent(
        at, plot.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003
    )  # fmt: skip
    QApplication.sendEvent(plot, event)
    assert plot.seconds_at(at.x()) == pytest.approx(1.0)
    assert plot.seconds_at(plot.room().right()) - plot.seconds_at(plot.room().left()) == pytest.approx(0.64 * before)
    plot.set_playhead(2.9)
    assert plot.view[0] <= 2.9 <= plot.view[1]  # what is zoomed follows
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    assert plot.view is None


def test_the_playhead_moves_without_painting_the_curves_again(plot, monkeypatch):
    show(plot, make(0), make(1))
    calls = []
    monkeypatch.setattr(compare_plot, "draw_trace", lambda *args: calls.append(args))
    first = plot.grab().toImage()
    for second in (0.5, 1.0, 1.5):
        plot.set_playhead(second)
        last = plot.grab().toImage()
    assert calls == []
    assert first != last
    plot.set_traces([make(0)], legend=("A", "B"), zero_name="")
    plot.grab()
    assert len(calls) == 1


def test_a_clip_of_many_hours_is_painted_as_quickly(plot, monkeypatch):
    sizes = []
    monkeypatch.setattr(compare_plot, "draw_trace", lambda _p, _t, points, _b: sizes.append(len(points)))
    show(plot, make(0, n=1_000_000))
    assert sizes == [2 * round(plot.room().width())]


def test_values_and_their_difference_with_both_sigmas(qtbot, qapp):
    apply_theme(qapp, "dark")
    values = CompareValues()
    qtbot.addWidget(values)
    values.set_sides(("right", "left"))
    traces = [
        make(0, level=42.0, sigma=3.0),
        make(1, level=40.0, sigma=4.0),
        replace(make(0, "left", level=170.0, sigma=1.0)),
        make(1, "left", level=-170.0, sigma=1.0),
    ]
    values.show_values(traces, (3, 5), period=360.0)
    assert [values.text("right", column) for column in (1, 2, 3)] == ["42.0 ± 3.0°", "40.0 ± 4.0°", "2.0 ± 5.0°"]
    assert values.text("left", 3) == "−20.0 ± 1.4°"
    # SEM = sqrt((3^2 + 4^2) / 2 + 1.6^2) = 3.88, MDC = 1.96 sqrt(2) SEM = 10.8; left sqrt(1 + 1.6^2) = 1.89, 5.2.
    assert [values.text(side, 4) for side in ("right", "left")] == ["no, ≤ 10.8°", "yes, > 5.2°"]
    values.show_values(traces, (3, None))
    assert [values.text("right", column) for column in (1, 2, 3)] == ["42.0 ± 3.0°", "–", "–"]
    values.set_sides(("middle",))
    values.show_values(traces, (3, 5))
    assert values.text("middle", 3) == "–"
