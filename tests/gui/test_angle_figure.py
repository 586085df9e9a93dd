"""The plots as PNG and SVG: what is on them, in which units, and that nothing tells which file they come from."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from fixtures.gait import build_walk
from poseapp.core.errors import BadInputError
from poseapp.core.items import Event
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source
from poseapp.gui.plots.angle_panel import AnglePanel
from poseapp.gui.plots.figure import WIDTH
from poseapp.gui.plots.figure_data import figure_of
from poseapp.gui.plots.figure_file import write_figure
from poseapp.gui.style.theme import DARK, LIGHT, apply_theme, font
from poseapp.services import settings
from poseapp.services.playback import Zone

pytestmark = pytest.mark.gui

SKELETON = load_skeleton("body18")
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def panel(qtbot, qapp):
    apply_theme(qapp, "dark")
    made = AnglePanel()
    qtbot.addWidget(made)
    made.set_skeleton(SKELETON)
    made.set_shown_angles(["knee_flexion", "velocity:knee_flexion", "y:knee"])
    measures, times = build_walk()
    points = measures.filtered.copy()
    points[:, SKELETON.index("right_knee")] = np.stack([np.arange(230), 400 + np.arange(230)], axis=1)
    source = measures.source.copy()
    source[100, SKELETON.index("right_knee")] = Source.CORRECTED
    made.set_measures(replace(measures, filtered=points, final=points, source=source), times)
    return made


@pytest.fixture
def face(qapp):
    made = font()
    made.setPixelSize(13)
    return made


def words_of(path):
    tree = ET.parse(path)
    return [element.text for element in tree.iter(f"{_SVG}text")]


def points_of(path):
    """All corners of lines and polygons of an SVG, within its groups' transforms."""
    found = []
    for group in ET.parse(path).iter(f"{_SVG}g"):
        matrix = re.search(r"matrix\(([^)]*)\)", group.get("transform", ""))
        a, b, c, d, e, f = (float(v) for v in matrix[1].split(",")) if matrix else (1, 0, 0, 1, 0, 0)
        for shape in (*group.findall(f"{_SVG}polyline"), *group.findall(f"{_SVG}polygon")):
            for pair in shape.get("points").split():
                x, y = (float(v) for v in pair.split(","))
                found.append((a * x + c * y + e, b * x + d * y + f))
    return np.array(found)


def test_an_svg_names_every_axis_with_its_unit(panel, face, tmp_path):
    path = write_figure(figure_of(panel), tmp_path / "secret_patient.svg", LIGHT, face)
    words = words_of(path)
    for wanted in ("Knee flexion (°)", "Knee flexion velocity (°/s)", "Knee y (px)", "Time (s)", "Right", "Left"):
        assert wanted in words
    assert any("Butterworth, order 4, zero phase, −3 dB at 5.9 Hz" in word for word in words)
    assert any("Ring: corrected by hand" in word for word in words)
    assert any(word.startswith("0° = thigh and shank in line; + = flexion: the heel moves") for word in words)
    assert not any("Dot:" in word for word in words)
    assert "secret" not in path.read_text(encoding="utf-8")
    assert str(tmp_path) not in path.read_text(encoding="utf-8")


def test_nothing_of_an_svg_lies_outside_it(panel, face, tmp_path):
    panel.set_visible_range(2.0, 3.0)
    panel.head.set_raw_shown(shown=True)
    figure = figure_of(panel)
    corners = points_of(write_figure(figure, tmp_path / "plots.svg", LIGHT, face))
    assert len(corners) > 100
    assert corners.min() >= 0
    assert corners[:, 0].max() <= WIDTH - 19
    assert corners[:, 1].max() <= figure.size.height()
    assert figure.x_span == (2.0, 3.0)
    assert [words for _, words in figure.x_ticks][:2] == ["2.0", "2.1"]


def test_a_png_is_twice_as_large_and_on_white_or_in_the_windows_colours(panel, face, tmp_path):
    figure = figure_of(panel)
    for palette in (LIGHT, DARK):
        image = QImage(str(write_figure(figure, tmp_path / "plots.png", palette, face)))
        assert (image.width(), image.height()) == (2 * WIDTH, 2 * figure.size.height())
        assert image.pixelColor(3, 3).name() == palette.surface
        found = {image.pixelColor(x, y).name() for x in range(200, 1900, 2) for y in range(80, 1200, 2)}
        assert {palette.right, palette.left} <= found


def test_up_is_up_in_the_figure_of_a_keypoint(panel, face, tmp_path):
    """The knee sinks from 400 to 629 px: the smaller number stands above."""
    path = write_figure(figure_of(panel), tmp_path / "plots.svg", LIGHT, face)
    texts = [e for e in ET.parse(path).iter(f"{_SVG}text") if e.text in ("400", "600")]
    heights = {e.text: float(e.get("y")) for e in texts}
    assert heights["400"] < heights["600"]


def test_the_working_zone_and_a_long_clip(panel):
    panel.set_zone(Zone(30, 60))
    figure = figure_of(panel)
    assert figure.shade == pytest.approx((1.0, 2.0))
    assert "Shaded: the working zone." in figure.note
    panel.set_measures(*build_walk(20_000))
    figure = figure_of(panel)
    assert figure.x_name == "Time (min:s)"
    assert figure.x_ticks[1][1] == "2:00"
    curve = figure.plots[0].curves[0]
    assert len(curve.line[0]) < 100 < len(curve.band[0]) <= WIDTH  # the extremes and the trend
    assert np.nanmax(curve.band[2]) == pytest.approx(60, abs=0.2)


def test_cycles_are_told_with_their_number(panel, face, tmp_path):
    panel.set_events([Event(frame, "heel strike") for frame in range(30, 200, 30)], 0)
    panel.head.set_cycles_shown(shown=True)
    path = write_figure(figure_of(panel), tmp_path / "cycles.svg", LIGHT, face)
    words = words_of(path)
    assert "Cycle from heel strike to heel strike (%)" in words
    assert words.count("n = 3") == 3  # five, less the one in which the walker turns and the one right after
    assert any("Mean ± one standard deviation; single cycles thin" in word for word in words)


def test_there_is_no_figure_of_nothing(panel):
    panel.set_shown_angles([])
    assert figure_of(panel) is None
    panel.set_shown_angles(["knee_flexion"])
    panel.head.set_cycles_shown(shown=True)  # without events
    assert figure_of(panel).plots[0].curves[0].thin == ()
    panel.set_measures(None, np.zeros(0))
    assert figure_of(panel) is None


def test_values_that_are_not_there_at_all_are_no_figure_of_their_own(panel, face, tmp_path):
    measures, times = build_walk(50)
    empty = replace(measures.angles, values=np.full_like(measures.angles.values, math.nan))
    panel.set_measures(replace(measures, angles=empty), times)
    write_figure(figure_of(panel), tmp_path / "plots.svg", LIGHT, face)


def test_a_file_that_cannot_be_written_is_told(panel, face, tmp_path):
    figure = figure_of(panel)
    with pytest.raises(BadInputError, match=r"saved as \.png or \.svg"):
        write_figure(figure, tmp_path / "plots.pdf", LIGHT, face)
    with pytest.raises(BadInputError, match="cannot be saved"):
        write_figure(figure, tmp_path / "nowhere" / "plots.png", LIGHT, face)


def trigger(window, name):
    assert window.actions_by_name[name].isEnabled(), name
    window.actions_by_name[name].trigger()


def test_the_menu_saves_the_plots(window, dots, analyse, qtbot, tmp_path):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.angle_panel.measures is not None)
    trigger(window, "save_plots")
    dialog = window.findChild(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "dots plots.png"
    dialog.reject()
    path = tmp_path / "plots.svg"
    with qtbot.waitSignal(window.session.noticeRaised, timeout=10_000) as caught:
        window.topics.measure.save_to(str(path))
    assert caught.args[0].text == "The plots are saved in plots.svg."
    assert "Knee flexion (°)" in words_of(path)
    with qtbot.waitSignal(window.session.noticeRaised, timeout=10_000) as caught:
        window.topics.measure.save_to(str(tmp_path / "plots.pdf"))
    assert caught.args[0].kind == "error"


def test_the_menu_changes_what_is_plotted(window, dots, analyse, qtbot):
    analyse(window.session, dots)
    panel = window.angle_panel
    qtbot.waitUntil(lambda: panel.measures is not None)
    trigger(window, "choose_plots")
    assert panel.head.chooser.isVisible()
    panel.head.chooser.search.setText("knee y")
    qtbot.keyClick(panel.head.chooser.search, "\r")
    panel.head.chooser.close()
    assert "y:knee" in panel.shown_angles()
    assert "y:knee" in panel.curves
    trigger(window, "raw_curves")
    assert panel.head.raw_shown
    assert window.settings.get(settings.RAW_CURVES)
    trigger(window, "cycles")
    assert panel.head.cycles_shown
    panel.head.set_cycles_shown(shown=False)
    assert not window.actions_by_name["cycles"].isChecked()
    trigger(window, "white_plots")
    assert not window.settings.get(settings.WHITE_PLOTS)


def test_a_sweep_in_a_plot_sets_the_zone_of_the_session_and_follows_it(window, dots, analyse, qtbot):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.angle_panel.measures is not None)
    column, finished = window.angle_panel.over_time.column, True
    column.swept.emit(float(window.angle_panel.time[5]), float(window.angle_panel.time[9]), finished)
    assert window.session.playback.zone == Zone(5, 10)
    window.session.playback.set_zone(Zone(20, 30))
    assert column.shade == pytest.approx((window.angle_panel.time[20], window.angle_panel.time[30]))
    window.session.playback.set_zone(None)
    assert column.shade is None


def test_what_leaves_the_plane_is_hatched_and_an_own_zero_told(panel, face, tmp_path):
    measures, times = build_walk()
    plane = np.zeros(measures.angles.values.shape, np.uint8)
    plane[30:60, measures.angles.column("left_knee_flexion")] = 1
    angles = replace(measures.angles, plane=plane, neutral=(2.0,) * plane.shape[1])
    panel.set_measures(replace(measures, angles=angles), times)
    figure = figure_of(panel)
    knee = next(plot for plot in figure.plots if plot.name == "Knee flexion")
    assert [curve.off_plane for curve in knee.curves] == [(), ((pytest.approx(1.0), pytest.approx(2.0)),)]
    words = " ".join(words_of(write_figure(figure, tmp_path / "a.svg", LIGHT, face)))
    assert "Hatched: not in the plane of the picture" in words
    assert "Joint angles are less those of a posture that was taken as zero." in words
    assert "0° = a posture that was taken as zero; + = flexion" in words
    panel.set_visible_range(3.0, 4.0)
    knee = next(plot for plot in figure_of(panel).plots if plot.name == "Knee flexion")
    assert knee.curves[1].off_plane == ()
