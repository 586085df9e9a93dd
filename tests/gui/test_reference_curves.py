"""Curves of another system in the plots of the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor

from fixtures.clips import write_clip
from fixtures.strides import stepping
from poseapp.core.scene import Scene
from poseapp.core.types import PoseChunk
from poseapp.gui.plots.angle_plot import AnglePlot
from poseapp.gui.plots.figure_data import figure_of
from poseapp.gui.plots.figure_file import write_figure
from poseapp.gui.style.theme import LIGHT
from poseapp.services.types import Notice

pytestmark = pytest.mark.gui
N = 60


@pytest.fixture(scope="module")
def clip_file(tmp_path_factory):
    return write_clip(tmp_path_factory.mktemp("walk") / "walk.mp4", N, options={"preset": "ultrafast"})


@pytest.fixture
def walking(window, qtbot, clip_file, tmp_path):
    """A window with a clip of 2 s, 30 frames/s, in which a person walks."""
    clip = tmp_path / "walk.mp4"
    clip.write_bytes(clip_file.read_bytes())
    with qtbot.waitSignal(window.session.frameReady, timeout=60_000):
        window.session.open(clip)
    xy = np.full((N, 1, 21, 2), np.nan, np.float32)
    xy[:, 0, :18] = stepping(30, 2.0).xy
    seen = np.isfinite(xy[..., 0])
    score = np.where(seen, np.float32(0.9), np.float32(np.nan))
    window.session._change(lambda d: d.store.add_chunk(PoseChunk(0, xy, score, np.ones((N, 1, 21, 3), np.float32))))
    qtbot.waitUntil(lambda: window.session.measuring.measures(0) is not None and not window.session.measuring.busy)
    return window


def write(path: Path, columns: dict[str, float], *, n: int = 150, step: float = 0.01, start: float = 0.0) -> Path:
    """A motion file in which every column rises by so many degrees from row to row."""
    lines = [f"nRows={n}", f"nColumns={len(columns) + 1}", "inDegrees=yes", "endheader", "\t".join(["time", *columns])]
    for i in range(n):
        lines.append("\t".join([f"{start + i * step:.3f}", *(f"{-slope * i:.3f}" for slope in columns.values())]))
    path.write_text("\n".join(lines) + "\n")
    return path


def plot_of(window, name: str) -> AnglePlot:
    return window.angle_panel.over_time.column.plots[name]


def test_import_draws_the_angles_of_a_motion_file(walking, qtbot, tmp_path):
    plot = plot_of(walking, "knee_flexion")
    before = plot._box.viewRange()[1]
    file = write(tmp_path / "ik.mot", {"knee_angle_r": 1.0, "ankle_angle_l": 0.1})  # 149 degrees at the end
    walking.topics.exchange.import_path(str(file))
    qtbot.waitUntil(lambda: "Dash-dotted in the plots: 2 angles of ik.mot." in walking.notice_bar.text)
    assert list(plot.reference_lines) == ["right"]
    line = plot.reference_lines["right"]
    assert line.isVisible()
    first = walking.angle_panel.time[0]
    np.testing.assert_allclose(line._time[[0, -1]], [first, first + 1.49])
    np.testing.assert_allclose(line._data.values.values[[0, -1]], [0.0, 149.0])  # flexion is negative in the file
    assert "Dash-dotted: -knee_angle_r of ik.mot" in plot.accessibleDescription()
    assert plot._box.viewRange()[1][1] >= 149 > before[1]
    assert plot_of(walking, "hip_flexion").reference_lines == {}
    walking.actions_by_name["no_reference"].trigger()
    assert not line.isVisible()
    assert "Dash-dotted" not in plot.accessibleDescription()
    assert plot._box.viewRange()[1] == before


def test_the_line_is_seen(walking, qtbot, tmp_path):
    plot = plot_of(walking, "knee_flexion")
    walking.topics.references.read(str(write(tmp_path / "ik.mot", {"right knee": -0.5})))
    qtbot.waitUntil(lambda: bool(plot.reference_lines))
    plot.show()
    with_line = plot.canvas.grab().toImage()
    plot.reference_lines["right"].hide()
    without = plot.canvas.grab().toImage()
    differ = sum(
        QColor(with_line.pixel(x, y)) != QColor(without.pixel(x, y))
        for x in range(0, with_line.width(), 2)
        for y in range(with_line.height())
    )
    assert differ > 20


def test_saved_plots_have_it_too(walking, qtbot, tmp_path):
    panel = walking.angle_panel
    before = figure_of(panel)
    walking.topics.references.read(str(write(tmp_path / "ik.mot", {"right knee": -0.5})))  # 74.5 degrees at the end
    qtbot.waitUntil(lambda: panel.over_time.column.reference is not None)
    figure = figure_of(panel)
    knee, hip = (next(p for p in figure.plots if p.name == name) for name in ("Knee flexion", "Hip flexion"))
    lines = {curve.side: curve.reference for curve in knee.curves}
    assert lines["left"] is None
    np.testing.assert_allclose(lines["right"][0][[0, -1]], panel.time[0] + np.array([0, 1.49]))
    np.testing.assert_allclose(lines["right"][1][-1], 74.5)
    assert knee.span[1] > 74.5
    assert all(curve.reference is None for curve in hip.curves)
    assert figure.note == f"{before.note} Dash-dotted: ik.mot."
    bare = [replace(p, curves=tuple(replace(c, reference=None) for c in p.curves)) for p in figure.plots]
    for suffix in (".png", ".svg"):
        one, other = (tmp_path / f"{name}{suffix}" for name in ("with", "without"))
        write_figure(figure, one, LIGHT, walking.font())
        write_figure(replace(figure, plots=tuple(bare)), other, LIGHT, walking.font())
        assert one.read_bytes() != other.read_bytes()


def test_plots_that_are_chosen_later_have_it_too(walking, qtbot, tmp_path):
    walking.topics.references.read(str(write(tmp_path / "ik.mot", {"ankle_angle_l": 0.1})))
    qtbot.waitUntil(lambda: walking.angle_panel.over_time.column.reference is not None)
    walking.angle_panel.set_shown_angles(("ankle_dorsiflexion", "velocity:ankle_dorsiflexion"))
    assert list(plot_of(walking, "ankle_dorsiflexion").reference_lines) == ["left"]
    assert plot_of(walking, "velocity:ankle_dorsiflexion").reference_lines == {}


def test_it_begins_at_the_playhead(walking, qtbot, tmp_path):
    notices: list[Notice] = []
    walking.session.noticeRaised.connect(notices.append)
    walking.actions_by_name["reference_here"].trigger()
    assert "There are no reference curves" in notices[-1].text
    walking.topics.references.read(str(write(tmp_path / "ik.mot", {"right knee": 0.5}, start=7.0)))
    column = walking.angle_panel.over_time.column
    qtbot.waitUntil(lambda: column.reference is not None)
    walking.session.playback.seek(15)
    walking.actions_by_name["reference_here"].trigger()
    time = walking.angle_panel.time
    assert plot_of(walking, "knee_flexion").reference_lines["right"]._time[0] == pytest.approx(time[15])
    assert "-6.500 s from its own clock: poseapp agree --offset -6.500" in notices[-1].text


def test_it_is_shifted_to_where_it_fits_best(walking, qtbot, tmp_path):
    notices: list[Notice] = []
    walking.session.noticeRaised.connect(notices.append)
    walking.actions_by_name["reference_fit"].trigger()
    assert "There are no reference curves" in notices[-1].text
    measures, time = walking.session.measuring.measures(0), walking.angle_panel.time
    hip = measures.angles.values[:, measures.angles.column("right_hip_flexion")]
    rows = [f"{t + 5.5:.4f}\t{v:.4f}" for t, v in zip(time - time[0], hip, strict=True)]
    file = tmp_path / "ik.mot"
    file.write_text("\n".join(["inDegrees=yes", "endheader", "time\tright hip", *rows]) + "\n")
    walking.topics.references.read(str(file))
    column = walking.angle_panel.over_time.column
    qtbot.waitUntil(lambda: column.reference is not None)
    assert "It lies at 5.50 to 7.47 s, outside of the clip: shift it with" in notices[-1].text
    walking.actions_by_name["reference_here"].trigger()  # whatever it was shifted by before
    walking.actions_by_name["reference_fit"].trigger()
    qtbot.waitUntil(lambda: any("where both fit best" in notice.text for notice in notices))
    assert column.reference.offset == pytest.approx(-5.5, abs=1 / 240)
    line = plot_of(walking, "hip_flexion").reference_lines["right"]
    np.testing.assert_allclose(line._time, time, atol=1 / 240)


def test_what_cannot_be_read_is_said_and_another_clip_forgets(walking, qtbot, tmp_path, clip_file):
    walking.topics.references.read(str(write(tmp_path / "a.mot", {"toe_angle": 1.0})))
    qtbot.waitUntil(lambda: "none of its angles (toe_angle) is measured here" in walking.notice_bar.text)
    walking.topics.references.read(str(write(tmp_path / "b.mot", {"right knee": 1.0})))
    column = walking.angle_panel.over_time.column
    qtbot.waitUntil(lambda: column.reference is not None)
    other = tmp_path / "other.mp4"
    other.write_bytes(clip_file.read_bytes() + b"\0")
    with qtbot.waitSignal(walking.session.clipChanged, timeout=60_000):
        walking.session.open(other)
    qtbot.waitUntil(lambda: column.reference is None)


TRC = """PathFileType\t4\t(X/Y/Z)\ta.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits
30\t30\t2\t1\tmm
Frame#\tTime\tRKnee
\t\tX1\tY1\tZ1

1\t0.0\t1000\t500\t0
2\t0.0333\t1100\t500\t0
"""


def test_metres_come_into_the_window_by_the_scale_of_the_recording(walking, qtbot, tmp_path):
    """50 px to a metre: 1000 mm to the right and 500 mm up from the lowest row, h - 1, are (50, h - 26) px."""
    (tmp_path / "a.trc").write_text(TRC)
    walking.session.import_file(tmp_path / "a.trc")
    qtbot.waitUntil(lambda: "the recording has no scale" in walking.notice_bar.text)
    assert "Scale and time of the recording" in walking.notice_bar.text
    walking.topics.movement.say(Scene("line", 50.0, 1.0, 0.01))
    walking.session.import_file(tmp_path / "a.trc")
    qtbot.waitUntil(lambda: "by the scale of the recording" in walking.notice_bar.text)
    document = walking.session.document
    knee = document.store.skeleton.index("right_knee")
    track = document.store.track(document.store.n_persons - 1)
    np.testing.assert_allclose(track.xy[0, knee], [50, document.clip.height - 26], atol=0.01)
