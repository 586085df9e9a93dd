"""The dialog of how a clip is measured, the posture that reads zero, and what plots say of the picture's plane."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QTransform

from fixtures.gait import build_walk
from poseapp.core.analysis import FilterReport, MeasureSettings, PlaneFlag
from poseapp.core.filter_settings import FILTER_KINDS, FilterSettings
from poseapp.gui.measure_dialog import MeasureDialog
from poseapp.gui.plots.angle_curve import _hatched
from poseapp.gui.plots.angle_groups import group_angles, range_words
from poseapp.gui.plots.angle_plot import AnglePlot
from poseapp.gui.plots.curve_data import make_curves
from poseapp.services.playback import Zone

pytestmark = pytest.mark.gui


def shown(dialog: MeasureDialog) -> set[str]:
    names = ("rule", "cutoff", "order", "window_s", "degree", "threshold", "beta", "motion", "despike")
    return {name for name in names if dialog.form.isRowVisible(getattr(dialog, name))}


def test_the_form_shows_what_the_filter_looks_at(qtbot):
    dialog = MeasureDialog(MeasureSettings(), FilterReport("butterworth", 4, 6.0, 6.0, 30.0, "a note"))
    qtbot.addWidget(dialog)
    assert dialog.now.text() == "Now: Butterworth, order 4, zero phase, −3 dB at 6.0 Hz. A note."
    wanted = {
        "butterworth": {"rule", "cutoff", "order", "despike"},
        "savitzky-golay": {"window_s", "degree", "despike"},
        "median": {"window_s", "despike"},
        "hampel": {"window_s", "threshold"},
        "gcv-spline": {"despike"},
        "kalman": {"cutoff", "motion", "despike"},
        "one-euro": {"cutoff", "beta", "despike"},
        "none": set(),
    }
    for kind in FILTER_KINDS:
        dialog.kind.setCurrentIndex(FILTER_KINDS.index(kind))
        assert shown(dialog) == wanted[kind]
        assert dialog.settings().filter.kind == kind
    dialog.kind.setCurrentIndex(0)
    dialog.rule.setCurrentIndex(1)
    assert "cutoff" not in shown(dialog)
    assert dialog.settings().filter.cutoff_rule == "residual"


def test_what_goes_in_comes_out(qtbot):
    made = FilterSettings("kalman", 4.5, "residual", 6, 0.4, 2, 2.5, 0.02, "acceleration", despike=True)
    settings = MeasureSettings(made, 0.4, 0.5, "back")
    dialog = MeasureDialog(settings)
    qtbot.addWidget(dialog)
    assert dialog.settings() == settings
    heard = []
    dialog.chosen.connect(lambda *said: heard.append(said))
    dialog.cutoff.setValue(5.0)
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert heard == [(replace(settings, filter=replace(made, cutoff_hz=5.0)), False)]


def test_the_menu_opens_the_form_and_new_clips_take_it_over(window, dots, qtbot):
    session = window.session
    with qtbot.waitSignal(session.frameReady, timeout=10_000):
        session.open(dots.clip)
    window.actions_by_name["measure_settings"].trigger()
    dialog = window.findChild(MeasureDialog)
    dialog.kind.setCurrentIndex(FILTER_KINDS.index("median"))
    dialog.usual.setChecked(True)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert session.measure_choice.current.filter.kind == "butterworth"
    window.actions_by_name["measure_settings"].trigger()
    dialog = [d for d in window.findChildren(MeasureDialog) if d.isVisible()][-1]
    dialog.kind.setCurrentIndex(FILTER_KINDS.index("median"))
    dialog.usual.setChecked(True)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert session.measure_choice.current.filter.kind == "median"
    assert session.measure_choice.usual.filter.kind == "median"


def test_zero_at_a_posture_needs_a_zone_and_says_what_it_did(window, dots, qtbot, analyse):
    session, said = window.session, []
    session.noticeRaised.connect(lambda notice: said.append(notice.text))
    with qtbot.waitSignal(session.frameReady, timeout=10_000):
        session.open(dots.clip)
    analyse(session, dots)
    qtbot.waitUntil(lambda: not session.measuring.busy and session.measuring.measures(0) is not None, timeout=20_000)
    window.actions_by_name["neutral"].trigger()
    assert "working zone first" in said[-1]
    session.playback.set_zone(Zone(0, 6))
    window.actions_by_name["neutral"].trigger()
    assert "the posture in frames 0 to 5" in said[-1]
    qtbot.waitUntil(lambda: "own posture" in window.angle_panel.head.note.text(), timeout=20_000)
    window.actions_by_name["neutral_off"].trigger()
    assert "as they are defined again" in said[-1]
    qtbot.waitUntil(lambda: "own posture" not in window.angle_panel.head.note.text(), timeout=20_000)


def off_plane_walk():
    measures, time = build_walk(60)
    plane = np.zeros(measures.angles.values.shape, np.uint8)
    plane[20:30, measures.angles.column("right_knee_flexion")] = PlaneFlag.SHORTENED
    return replace(measures, angles=replace(measures.angles, plane=plane)), time


def test_a_value_out_of_the_plane_is_marked_and_spoken(qtbot):
    measures, time = off_plane_walk()
    group = next(g for g in group_angles(measures.angles.definitions) if g.name == "knee_flexion")
    plot = AnglePlot(group)
    qtbot.addWidget(plot)
    curves = make_curves(measures, time, group)
    plot.set_curves(curves, time)
    assert "0° = thigh and shank in line" in plot.accessibleDescription()
    plot.set_playhead(25, float(time[25]))
    right, left = plot.read_outs["right"], plot.read_outs["left"]
    assert right.text.startswith("~")
    assert "not in the plane" in right.accessibleDescription()
    assert not left.text.startswith("~")
    plot.set_playhead(30, float(time[30]))
    assert not right.text.startswith("~")
    assert "Hatched" in right.toolTip()
    assert "From −180° to 180°" in right.toolTip()
    assert "Knee flexion R: 17 % of the frames are not in the plane" in right.toolTip().replace("\u00a0", " ")
    assert "Knee flexion L:" not in plot.accessibleDescription()
    assert (range_words(180.0), range_words(720.0)) == ("From −90° to 90°", "From 0° to 360°")


def test_a_plot_says_where_its_zero_is_a_posture(qtbot):
    measures, time = build_walk(60)
    measures = replace(measures, angles=replace(measures.angles, neutral=(1.0,) * len(measures.angles.definitions)))
    for name, words in (
        ("knee_flexion", "0° = a posture that was taken as zero"),
        ("trunk_segment", "0° = horizontal"),
    ):
        group = next(g for g in group_angles(measures.angles.definitions) if g.name == name)
        plot = AnglePlot(group)
        qtbot.addWidget(plot)
        plot.set_curves(make_curves(measures, time, group), time)
        assert words in plot.accessibleDescription()


def test_the_hatched_strip_lies_under_the_flagged_frames(qtbot):
    measures, time = off_plane_walk()
    group = next(g for g in group_angles(measures.angles.definitions) if g.name == "knee_flexion")
    right, left = make_curves(measures, time, group)
    assert right.off_plane.tolist() == [[20, 30]]
    to_px = QTransform(100.0, 0, 0, -1.0, 0, 200.0)  # 100 px a second, up is up
    (strip,) = _hatched(right, time, QRectF(0, 0, 2, 100), to_px)
    assert (strip.left(), strip.right()) == pytest.approx((100 * time[20], 100 * time[30]))
    assert strip.bottom() == pytest.approx(200)
    assert _hatched(left, time, QRectF(0, 0, 2, 100), to_px) == []
