"""Agreement and readings in the window, on a real clip with a real project."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from fixtures.dot_person import SKELETON, truth, write_dot_clip
from poseapp.core.agreement import AgreementRow
from poseapp.core.edit_builders import build_moves
from poseapp.core.number_text import told
from poseapp.core.readings import PosesOf
from poseapp.core.types import Key, ModelSpec, PoseChunk, Source
from poseapp.gui.agreement.plot import drawn_points
from poseapp.gui.agreement.words import icc_words, limits_words, point_words, with_unit
from poseapp.kinematics.agreement import compute_agreement
from poseapp.storage.project import ProjectFile
from poseapp.video import fingerprint, open_clip

pytestmark = pytest.mark.gui

N = 60
SPEC = ModelSpec("dots", "Dots", "none", SKELETON, (96, 96), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
WRIST = "left_wrist"
WAIT = 20_000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A clip, and a project in which a network saw every keypoint where it is."""
    folder = tmp_path_factory.mktemp("agreement")
    clip = write_dot_clip(folder / "dots.mp4")
    return clip, write_project(clip, clip.with_suffix(".poseapp"))


def write_project(clip, path, shift=0.0):
    xy = truth(N)[:, None].astype(np.float32) + np.float32([shift, 0.0])
    with open_clip(clip) as opened:
        info = opened.info
    with ProjectFile.create(path, info, SKELETON, sha256=fingerprint(clip)) as project:
        run = project.begin_run(SPEC)
        score, cov = np.full((N, 1, 16), 0.9, np.float32), np.ones((N, 1, 16, 3), np.float32)
        project.write_chunk(run, PoseChunk(0, xy, score, cov))
        project.end_run(run)
    return path


@pytest.fixture
def opened(window, qtbot, made, tmp_path):
    """The window with a copy of that project."""
    for file in made:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with qtbot.waitSignal(window.session.frameReady, timeout=WAIT):
        window.session.open(tmp_path / made[0].name)
    qtbot.waitUntil(lambda: not window.session.measuring.busy, timeout=WAIT)
    return window


def move(window, frames, dx):
    """Move the left wrist by hand in some frames."""
    store, k = window.session.document.store, SKELETON.index(WRIST)
    window.session.propagating.is_on = False
    at = {f: store.view(f).xy[0, k] for f in frames}
    moves = {Key(f, 0, k): (float(x) + dx, float(y)) for f, (x, y) in at.items()}
    assert window.session.perform(build_moves(store, moves))


def show(window, qtbot):
    window.actions_by_name["agreement"].trigger()
    dialog = window.topics.agreement.shown
    qtbot.waitUntil(lambda: "differences are" in dialog.about.text() or "nothing" in dialog.about.text(), timeout=WAIT)
    return dialog


def choose_keypoint(dialog, name=f"{WRIST}_x"):
    dialog.head.kind.setCurrentIndex(1)
    dialog.table.choose(name)
    return dialog.table.current


def test_corrections_are_compared_with_the_run_beneath(opened, qtbot):
    move(opened, range(10, 13), 6.0)
    move(opened, [40], -9.0)
    dialog = show(opened, qtbot)
    assert dialog.head.against.currentText().startswith("Run 1, predicted by Dots on ")
    assert dialog.head.against.itemText(1) == "Another project…"
    row = choose_keypoint(dialog)
    assert row.agreement.n == N
    assert row.agreement.bias == pytest.approx((3 * -6 + 9) / N, abs=1e-3)  # second minus first: the run minus ours
    assert dialog.difference.words.text().startswith("Largest difference: 9.0\u00a0px\nin frame 40, ")
    dialog.head.marked.setChecked(True)
    qtbot.waitUntil(lambda: "placed by hand" in dialog.about.text(), timeout=WAIT)
    assert dialog.table.current.name == f"{WRIST}_x"  # stays chosen
    assert dialog.table.current.frames.tolist() == [10, 11, 12, 40]
    assert dialog.table.rows.rowCount() == 2  # x and y of the one keypoint that somebody placed
    opened.topics.agreement.close()


def test_a_difference_is_seen_clicked_and_looked_at(opened, qtbot):
    move(opened, range(10, 13), 6.0)
    move(opened, [40], -9.0)
    dialog = show(opened, qtbot)
    row = choose_keypoint(dialog)
    session = opened.session
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert (session.playback.playhead, session.selection.person) == (40, 0)
    assert session.selection.keypoint == SKELETON.index(WRIST)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert session.playback.playhead == 10
    qtbot.mouseClick(dialog.difference.buttons["smaller"], Qt.MouseButton.LeftButton)
    assert session.playback.playhead == 11
    assert "3rd largest difference: −6.0" in dialog.difference.words.text()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Enter, Qt.KeyboardModifier.ShiftModifier)
    assert session.playback.playhead == 10
    plot = dialog.difference.plot
    place = row.frames.tolist().index(40)
    at = plot._box.mapViewToScene(QPointF(float(row.mean[place]), float(row.difference[place])))
    qtbot.mouseClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=plot.canvas.mapFromScene(at))
    qtbot.waitUntil(lambda: session.playback.playhead == 40)
    ring = plot.ring.getData()
    assert (ring[0].tolist(), ring[1].tolist()) == ([row.mean[place]], [row.difference[place]])
    session.playback.seek(3)  # the main window leads, too
    assert plot.ring.getData()[1].tolist() == pytest.approx([0.0], abs=1e-3)
    opened.topics.agreement.close()


def test_what_is_compared_with_is_drawn_in_the_picture(opened, qtbot):
    move(opened, [20], 8.0)
    dialog = show(opened, qtbot)
    opened.session.playback.seek(20)
    qtbot.waitUntil(lambda: opened.canvas.scene.index == 20)
    (ghost,) = opened.canvas.scene.motion.ghosts
    assert ghost.name == "compared"
    np.testing.assert_allclose(ghost.xy, truth(N)[20], atol=1e-3)
    dialog.head.drawn.setChecked(False)
    assert opened.canvas.scene.motion.ghosts == ()
    dialog.head.drawn.setChecked(True)
    assert len(opened.canvas.scene.motion.ghosts) == 1
    opened.topics.agreement.close()
    assert opened.canvas.scene.motion.ghosts == ()
    assert opened.topics.agreement.shown is None


def test_keys_stay_with_the_table_and_escape_leaves_it(opened, qtbot):
    dialog = show(opened, qtbot)
    opened.activateWindow()
    qtbot.waitUntil(dialog.table.hasFocus)
    before = dialog.table.currentIndex().row()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    assert dialog.table.currentIndex().row() == before + 1
    qtbot.keyClick(dialog.table, Qt.Key.Key_Escape)
    assert opened.canvas.hasFocus()
    assert opened.topics.agreement.shown is dialog
    qtbot.keyClick(opened.canvas, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert dialog.table.hasFocus()
    opened.topics.agreement.close()


def test_the_panel_may_have_a_window_of_its_own(opened, qtbot):
    dialog = show(opened, qtbot)
    dock = opened.topics.agreement._dock
    qtbot.mouseClick(dialog.buttons["window"], Qt.MouseButton.LeftButton)
    assert dock.isFloating()
    assert dialog.buttons["window"].text() == "Into the main window"
    qtbot.mouseClick(dialog.buttons["window"], Qt.MouseButton.LeftButton)
    assert not dock.isFloating()
    qtbot.mouseClick(dialog.buttons["close"], Qt.MouseButton.LeftButton)
    assert opened.topics.agreement.shown is None


def test_an_edit_is_compared_again_by_itself(opened, qtbot):
    dialog = show(opened, qtbot)
    assert choose_keypoint(dialog).agreement.spread == 0.0
    move(opened, [5], 4.0)
    assert "changed since" in dialog.about.text()
    qtbot.waitUntil(lambda: dialog.table.current.agreement.spread > 0, timeout=WAIT)
    assert dialog.table.current.worst_first[0] == 5
    opened.topics.agreement.close()


def test_another_project_is_compared_with(opened, qtbot, tmp_path):
    other = write_project(tmp_path / "dots.mp4", tmp_path / "other.poseapp", shift=3.0)
    dialog = show(opened, qtbot)
    dialog.head.against.setCurrentIndex(1)
    dialog.head.against.activated.emit(1)
    (asked,) = dialog.findChildren(QFileDialog)
    assert dialog.head.poses.run == 1  # until one is chosen
    asked.fileSelected.emit(str(other))
    asked.close()
    qtbot.waitUntil(lambda: "Another project" in dialog.about.text(), timeout=WAIT)
    assert dialog.head.against.currentText() == "Project other.poseapp"
    assert choose_keypoint(dialog).agreement.bias == pytest.approx(3.0, abs=1e-3)
    opened.topics.readings.keep("Anna", begin=False)  # the list grows, the choice stays
    qtbot.waitUntil(lambda: dialog.head.against.count() == 4, timeout=WAIT)
    assert dialog.head.poses == PosesOf(other)
    opened.topics.agreement.close()


def test_what_cannot_be_compared_is_said_in_the_window(opened, qtbot, tmp_path):
    dialog = show(opened, qtbot)
    opened.topics.agreement.add_project(str(tmp_path / "none.poseapp"))
    qtbot.waitUntil(lambda: "none.poseapp" in dialog.problem.text(), timeout=WAIT)
    assert dialog.problem.isVisible()
    assert dialog.table.rows.rowCount() == 0
    assert not dialog.buttons["export"].isEnabled()
    assert not dialog.difference.buttons["worst"].isEnabled()
    dialog.head.against.setCurrentIndex(0)
    dialog.head.against.activated.emit(0)
    qtbot.waitUntil(lambda: dialog.table.isVisible() and dialog.table.rows.rowCount() > 0, timeout=WAIT)
    opened.topics.agreement.close()


def test_the_table_sorts_and_goes_out(opened, qtbot, tmp_path):
    move(opened, [40], -9.0)
    dialog = show(opened, qtbot)
    choose_keypoint(dialog)
    assert dialog.head.order.currentText() == "Body"
    dialog.head.order.setFocus()
    qtbot.keyClick(dialog.head.order, Qt.Key.Key_Down)
    assert dialog.head.order.currentText() == "Largest difference"
    assert dialog.table.horizontalHeader().sortIndicatorSection() == 7
    dialog.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert dialog.head.order.currentText() == ""
    dialog.table.sortByColumn(7, Qt.SortOrder.DescendingOrder)
    assert dialog.head.order.currentText() == "Largest difference"
    lines = dialog.table.lines()
    assert lines[0][:3] == ("Keypoint", "n", "Bias, px")
    assert lines[1][0] == "Left wrist x"
    assert lines[1][7:] == ("9.0", "40")
    assert lines[1][3].count(" to ") == 1
    dialog.copy()
    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines()[1].split("\t")[0] == "Left wrist x"
    assert "Shrout" in copied
    opened.topics.agreement.write(dialog._compared, str(tmp_path / "t.csv"), "")
    qtbot.waitUntil(lambda: "Written: t.csv" in opened.notice_bar.text, timeout=WAIT)
    rows = {row["name"]: row for row in csv.DictReader((tmp_path / "t.csv").read_text().splitlines())}
    assert rows[f"{WRIST}_x"]["largest_difference_frame"] == "40"
    opened.topics.agreement.close()


def test_a_second_reading_begins_blind_and_is_compared_with_the_first(opened, qtbot):
    session = opened.session
    move(opened, range(6), 5.0)
    opened.actions_by_name["readings"].trigger()
    listed = opened.topics.readings.shown
    assert listed.name.text().startswith("Reading 1, ")
    listed.name.setText("Anna")
    listed.begin.setChecked(True)
    qtbot.keyClick(listed.name, Qt.Key.Key_Return)
    assert listed.words.text().startswith("Kept as reading Anna. Another one begins")
    assert listed.chosen == "Anna"
    store, k = session.document.store, SKELETON.index(WRIST)
    assert not len(store.marked_frames())  # nothing of the first is to be seen
    np.testing.assert_allclose(store.view(0).xy[0, k], truth(N)[0, k], atol=1e-3)
    move(opened, range(4), 7.0)
    qtbot.mouseClick(listed.buttons["compare"], Qt.MouseButton.LeftButton)
    dialog = opened.topics.agreement.shown
    qtbot.waitUntil(lambda: "Reading Anna" in dialog.about.text(), timeout=WAIT)
    dialog.head.marked.setChecked(True)
    qtbot.waitUntil(lambda: "by hand" in dialog.about.text(), timeout=WAIT)
    row = choose_keypoint(dialog)
    assert row.frames.tolist() == [0, 1, 2, 3]
    assert row.agreement.bias == pytest.approx(-2.0, abs=1e-3)
    opened.topics.agreement.close()


def test_no_reading_is_kept_while_a_correction_still_heals_its_neighbours(opened, qtbot, monkeypatch):
    readings = opened.topics.readings
    readings.open()
    monkeypatch.setattr(type(opened.session.propagating), "busy", property(lambda _self: True))
    readings.keep("Anna", begin=True)
    assert "still heals the frames around it" in readings.shown.words.text()
    assert readings.shown.list.topLevelItemCount() == 0
    monkeypatch.undo()
    readings.close()


def test_one_goes_on_with_a_reading_and_undo_goes_back(opened, qtbot):
    session, readings = opened.session, opened.topics.readings
    move(opened, range(6), 5.0)
    readings.keep("Anna", begin=True)
    move(opened, range(20, 24), 7.0)
    readings.go_on("Anna")
    store = session.document.store
    qtbot.waitUntil(lambda: store.marked_frames().tolist() == list(range(6)), timeout=WAIT)
    assert store.view(2).source[0, SKELETON.index(WRIST)] == Source.CORRECTED
    assert session.document.history.undo_label == "Go on with reading Anna"
    session.undo()
    assert store.marked_frames().tolist() == list(range(20, 24))


def test_readings_are_renamed_deleted_and_brought_back(opened, qtbot, tmp_path):
    readings = opened.topics.readings
    for name in ("Anna", "Ben"):
        readings.keep(name, begin=False)
    readings.open()
    listed = readings.shown
    items = lambda: [listed.list.topLevelItem(i).text(0) for i in range(listed.list.topLevelItemCount())]  # noqa: E731
    assert items() == ["Ben", "Anna"]
    listed.list.topLevelItem(0).setText(0, "Anna")
    qtbot.waitUntil(lambda: "called 'Anna' already" in listed.words.text())
    assert items() == ["Ben", "Anna"]
    listed.list.topLevelItem(0).setText(0, "Ben, Tuesday")
    qtbot.waitUntil(lambda: "is called" in listed.words.text())
    assert items() == ["Ben, Tuesday", "Anna"]
    listed.list.setCurrentItem(listed.list.topLevelItem(1))
    listed.list.setFocus()
    qtbot.waitUntil(listed.list.hasFocus)
    qtbot.keyClick(listed.list, Qt.Key.Key_Delete)
    assert items() == ["Ben, Tuesday"]
    qtbot.mouseClick(listed.buttons["restore"], Qt.MouseButton.LeftButton)
    assert items() == ["Ben, Tuesday", "Anna"]
    assert not listed.buttons["restore"].isVisible()
    listed.close()
    opened.session.close_document()
    with ProjectFile.open(tmp_path / "dots.poseapp", readonly=True) as project:
        assert "Ben, Tuesday" in project.settings()["readings"]


def test_of_a_long_clip_the_largest_differences_are_drawn_and_others_evenly():
    first = np.arange(50_000.0)
    second = first + np.where(np.arange(50_000) % 9973 == 5, 40.0, 1.0)
    row = AgreementRow("a", "A", "px", 0, compute_agreement(first, second), np.arange(50_000), first, second)
    drawn = drawn_points(row)
    assert len(drawn) <= 4000
    assert {5, 9978, 19951, 29924, 39897, 49870} <= set(drawn.tolist())
    assert np.diff(drawn).max() <= 26
    assert row.worst == 5


def test_words_of_numbers():
    assert (told(-0.04), told(-3.25, 2), told(float("nan"))) == ("0.0", "−3.25", "–")
    assert with_unit(-4.06, "degrees") == "−4.1°"
    assert with_unit(12.0, "px") == "12.0\u00a0px"


def test_words_of_a_point():
    first, second = np.array([10.0, 20.0, 30.0, 40.0]), np.array([11.0, 18.0, 30.0, 40.5])
    row = AgreementRow("a", "A", "degrees", 0, compute_agreement(first, second), np.arange(5, 9), first, second)
    assert row.worst_first.tolist() == [1, 0, 3, 2]
    told = "2nd largest difference: 1.0°\nin frame 5, 0:00.100\nFirst 10.0°\nSecond 11.0°"
    assert point_words(row, 0, 1, "0:00.100") == told
    # differences 1, -2, 0, 0.5: mean -0.125, standard deviation sqrt(5.1875 / 3) = 1.315
    assert limits_words(row) == "−2.7 to 2.5"
    assert icc_words(row).startswith("1.00 [0.9")
