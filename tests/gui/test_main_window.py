"""The window with real events: analysis fills in while it stays responsive, corrections go through the session."""

from __future__ import annotations

import importlib
import re

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from fixtures.dot_person import SKELETON, truth
from fixtures.file_watch import FileWatch
from fixtures.gui_turns import Turns, waiting_for_turns
from poseapp.core.edit_builders import build_move
from poseapp.core.types import Key, MarkState, Source
from poseapp.gui.commands.cheat_sheet import CheatSheet
from poseapp.inference.network import Network
from poseapp.services import settings as names
from poseapp.services.analysing import AnalyzeOptions
from poseapp.services.types import Notice, NoticeAction
from poseapp.video.video_clip import VideoClip

pytestmark = pytest.mark.gui

KNEE = SKELETON.index("right_knee")
Left, NoModifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def analysed(window, dots, analyse, qtbot):
    """The window with the dot clip analysed, at frame 10."""
    analyse(window.session, dots)
    go_to(window, qtbot, 10)
    window.canvas.setFocus()
    return window


def go_to(window, qtbot, index):
    window.session.playback.seek(index)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == index, timeout=5000)


def trigger(window, name):
    action = window.actions_by_name[name]
    assert action.isEnabled(), name
    action.trigger()


def widget_point(window, keypoint):
    x, y = window.canvas.scene.poses.xy[0, keypoint]
    return QPoint(*(round(v) for v in window.canvas.view.to_widget(float(x), float(y))))


def position(window, keypoint, frame=10):
    return window.session.document.store.view(frame).xy[0, keypoint]


def drag_knee(window, by):
    start = widget_point(window, KNEE)
    QTest.mousePress(window.canvas, Left, NoModifier, start)
    QTest.mouseMove(window.canvas, start + by / 2)
    QTest.mouseMove(window.canvas, start + by)
    QTest.mouseRelease(window.canvas, Left, NoModifier, start + by)


def test_the_first_screen_says_what_to_do(window):
    assert window.pages.currentWidget() is window.welcome
    enabled = {name for name, action in window.actions_by_name.items() if action.isEnabled()}
    assert {"open", "sample", "quit", "cheat_sheet"} <= enabled
    assert not {"analyze", "export", "undo", "redo", "play", "visible"} & enabled


def test_opening_shows_picture_timeline_and_facts(window, dots, qtbot):
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        window.open_path(str(dots.clip))
    assert window.pages.currentWidget() is window.canvas
    assert window.windowTitle().startswith("dots.mp4")
    assert window.clip_facts.text().startswith("320 × 240 · 30 frames/s · ")
    assert window.actions_by_name["analyze"].isEnabled()
    assert window.settings.get(names.RECENT) == (str(dots.clip),)


def test_a_dropped_file_opens(window, dots, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(dots.clip))])
    arguments = (Qt.DropAction.CopyAction, data, Left, NoModifier)
    enter = QDragEnterEvent(QPoint(400, 300), *arguments)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), *arguments))
    assert window.session.document.name == "dots.mp4"


def test_the_file_dialog_does_not_stop_the_window(window, dots, qtbot):
    trigger(window, "open")
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        dialog.fileSelected.emit(str(dots.clip))
        dialog.close()


def test_a_folder_of_images_is_a_clip_and_a_picture_has_no_time(window, qtbot, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(3):
        picture = QImage(64, 48, QImage.Format.Format_RGB32)
        picture.fill(QColor(10 * i, 100, 50))
        assert picture.save(str(folder / f"frame_{i}.png"))
    trigger(window, "open_folder")
    dialog = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        dialog.fileSelected.emit(str(folder))
        dialog.close()
    assert window.session.document.clip.n_frames == 3
    assert window.bottom.isVisible()
    go_to(window, qtbot, 2)
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        window.open_path(str(folder / "frame_1.png"))
    assert window.session.document.clip.n_frames == 1
    assert not window.bottom.isVisible()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    assert not window.session.playback.playing


def test_analysis_fills_in_while_the_window_stays_responsive(window, dots, qtbot, tmp_path, own_home, monkeypatch):
    importlib.import_module("poseapp.gui.plots.angle_plot")  # which the application does beside, at its start
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        window.open_path(str(dots.clip))
    turns, stood_still, done = Turns(), [], []
    for place, name in ((Network, "heatmaps"), (VideoClip, "frame_at"), (VideoClip, "frames")):
        monkeypatch.setattr(place, name, waiting_for_turns(getattr(place, name), turns, stood_still))
    watch = FileWatch((tmp_path, own_home), monkeypatch)
    window.session.analysing.doneChanged.connect(done.append)
    finished = window.session.analysing.statusChanged
    with watch.watching(), qtbot.waitSignal(finished, timeout=60_000, check_params_cb=lambda s: s is None):
        window.session.analyze(AnalyzeOptions(model=str(dots.network)))
    turns.stop()
    assert stood_still == [], "frames are decoded and estimated beside the window"
    assert [what for what, _ in watch.seen if what != "sql"] == [], "the window waits for nothing"
    assert turns.longest < 0.1, "s of the processor in one turn"
    assert len([ranges for ranges in done if ranges]) >= 1
    assert done[-1] == ()
    qtbot.waitUntil(lambda: not window.session.measuring.busy, timeout=60_000)
    np.testing.assert_allclose(window.canvas.scene.poses.xy[0], truth(1)[0], atol=1.0)
    assert window.model_name.text() == "Dots"
    assert re.fullmatch(r"Saved \d\d:\d\d:\d\d", window.saved.text())


def test_a_person_can_be_marked_with_a_box(window, dots, qtbot, monkeypatch):
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        window.open_path(str(dots.clip))
    asked = []
    monkeypatch.setattr(window.session, "analyze", asked.append)
    trigger(window, "analyze_box")
    assert "Draw a box" in window.hint.text()
    corners = [QPoint(*(round(v) for v in window.canvas.view.to_widget(*at))) for at in ((60, 40), (160, 220))]
    QTest.mousePress(window.canvas, Left, NoModifier, corners[0])
    QTest.mouseMove(window.canvas, corners[1])
    assert window.canvas.scene.box is not None
    QTest.mouseRelease(window.canvas, Left, NoModifier, corners[1])
    (options,) = asked
    assert options.box.centre == pytest.approx((110, 130), abs=1)
    assert window.canvas.scene.box is None
    assert not window.canvas.box_wanted
    trigger(window, "analyze_box")
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not window.canvas.box_wanted


def test_a_drag_is_one_edit_and_undo_restores(analysed):
    window = analysed
    before = position(window, KNEE).copy()
    drag_knee(window, QPoint(60, -40))
    scale = window.canvas.view.scale
    np.testing.assert_allclose(position(window, KNEE), before + np.array([60, -40]) / scale, atol=1.0 / scale)
    assert len(window.session.document.project.journal()) == 1
    assert window.canvas.scene.poses.source[0, KNEE] == Source.CORRECTED
    assert window.actions_by_name["undo"].text() == "&Undo move right knee"
    trigger(window, "undo")
    np.testing.assert_array_equal(position(window, KNEE), before)
    np.testing.assert_array_equal(window.canvas.scene.poses.xy[0, KNEE], before)
    trigger(window, "redo")
    assert position(window, KNEE)[0] > before[0]


def test_the_curve_heals_while_dragging_and_comes_back_with_escape(analysed, qtbot):
    window, measuring = analysed, analysed.session.measuring
    column = measuring.measures(0).angles.column("right_knee_flexion")

    def angle():
        return measuring.measures(0).angles.raw[10, column]

    before, start = angle(), widget_point(window, KNEE)
    QTest.mousePress(window.canvas, Left, NoModifier, start)
    QTest.mouseMove(window.canvas, start + QPoint(60, -10))
    qtbot.waitUntil(lambda: abs(angle() - before) > 5, timeout=5000)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: angle() == pytest.approx(before), timeout=5000)
    QTest.mouseRelease(window.canvas, Left, NoModifier, start + QPoint(60, -10))
    assert window.session.document.project.journal() == []


def test_the_keyboard_alone_corrects(analysed):
    window, canvas = analysed, analysed.canvas
    place = SKELETON.order.index(KNEE)
    QTest.keyClick(canvas, Qt.Key(Qt.Key.Key_1 + place))
    assert window.session.selection.keypoint == KNEE
    before = position(window, KNEE).copy()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    np.testing.assert_allclose(position(window, KNEE) - before, (1, 10), atol=1e-4)
    QTest.keyClick(canvas, Qt.Key.Key_B)
    assert window.session.document.store.mark(Key(10, 0, KNEE)).state is MarkState.OCCLUDED
    QTest.keyClick(canvas, Qt.Key.Key_X)
    assert np.isnan(position(window, KNEE)).all()
    QTest.keyClick(canvas, Qt.Key.Key_R)
    np.testing.assert_array_equal(position(window, KNEE), before)
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert window.session.selection.keypoint == SKELETON.order[place + 1]
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert window.session.selection.keypoint is None
    assert window.session.playback.playhead == 10


def test_arrows_step_when_no_keypoint_is_chosen(analysed, qtbot):
    QTest.keyClick(analysed.canvas, Qt.Key.Key_Right)
    QTest.keyClick(analysed.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert analysed.session.playback.playhead == 21
    QTest.keyClick(analysed.canvas, Qt.Key.Key_Home)
    assert analysed.session.playback.playhead == 0


def test_swapping_here_twice_is_nothing(analysed):
    other = SKELETON.mirror[KNEE]
    before = position(analysed, KNEE).copy(), position(analysed, other).copy()
    ahead = position(analysed, KNEE, frame=11).copy()
    QTest.keyClick(analysed.canvas, Qt.Key.Key_S)
    np.testing.assert_array_equal(position(analysed, KNEE), before[1])
    np.testing.assert_array_equal(position(analysed, KNEE, frame=11), ahead)
    QTest.keyClick(analysed.canvas, Qt.Key.Key_S)
    np.testing.assert_array_equal(position(analysed, KNEE), before[0])


def test_copying_the_previous_pose(analysed):
    QTest.keyClick(analysed.canvas, Qt.Key.Key_C)
    np.testing.assert_array_equal(position(analysed, KNEE, 10), position(analysed, KNEE, 9))


def test_persons_are_swapped_only_when_there_are_two(analysed):
    QTest.keyClick(analysed.canvas, Qt.Key.Key_P)
    assert "there is nobody else in this clip" in analysed.notice_bar.text
    assert not analysed.session.document.history.can_undo


def test_two_persons_trade_places_from_here_on(analysed):
    analysed.session.perform(build_move(analysed.session.document.store, Key(30, 1, KNEE), (5.0, 6.0)))
    before = analysed.session.document.store.view(30).xy.copy()
    QTest.keyClick(analysed.canvas, Qt.Key.Key_P)
    after = analysed.session.document.store.view(30).xy
    np.testing.assert_array_equal(after[0], before[1])
    np.testing.assert_array_equal(after[1], before[0])
    assert np.isfinite(analysed.session.document.store.view(9).xy[0, KNEE]).all()


def test_the_menu_names_the_keypoints(analysed):
    first = SKELETON.keypoints[SKELETON.order[0]].replace("_", " ")
    assert analysed.actions_by_name["keypoint1"].text() == first.capitalize()


def test_corrected_frames_are_visited(analysed, qtbot):
    drag_knee(analysed, QPoint(30, 0))
    go_to(analysed, qtbot, 40)
    trigger(analysed, "previous_marked")
    assert analysed.session.playback.playhead == 10


def test_facing_is_shown_and_can_be_set(analysed, qtbot):
    assert analysed.facing.text() in ("Faces right", "Faces left")
    with qtbot.waitSignal(analysed.session.measuring.measured):
        analysed.facing.chosen.emit(-1)
    assert analysed.facing.text() == "Faces left"
    assert "set by you" in analysed.facing.toolTip()
    with qtbot.waitSignal(analysed.session.measuring.measured):
        trigger(analysed, "undo")
    assert "set by you" not in analysed.facing.toolTip()


def test_the_heatmap_of_the_chosen_keypoint_shows(analysed, qtbot):
    analysed.session.select(0, KNEE)
    trigger(analysed, "heatmap")
    qtbot.waitUntil(lambda: analysed.canvas.scene.heatmap is not None, timeout=10_000)
    trigger(analysed, "heatmap")
    assert analysed.canvas.scene.heatmap is None


def test_angle_arcs_lie_at_the_chosen_joint(analysed):
    assert len(analysed.canvas.scene.arcs) == 2  # both knees
    analysed.session.select(0, KNEE)
    (arc,) = analysed.canvas.scene.arcs
    assert arc.vertex == pytest.approx(tuple(position(analysed, KNEE)))
    assert "°" in arc.text
    trigger(analysed, "arcs")
    assert analysed.canvas.scene.arcs == ()


def test_playing_moves_the_picture(analysed, qtbot):
    QTest.keyClick(analysed.canvas, Qt.Key.Key_Space)
    assert analysed.session.playback.playing
    qtbot.waitUntil(lambda: analysed.overlays.shown_frame > 15, timeout=5000)
    QTest.keyClick(analysed.canvas, Qt.Key.Key_Space)
    assert not analysed.session.playback.playing


def test_the_timeline_seeks(analysed, qtbot):
    analysed.timeline.seekRequested.emit(33)
    qtbot.waitUntil(lambda: analysed.overlays.shown_frame == 33, timeout=5000)
    assert "33" in analysed.transport.findChildren(type(analysed.saved))[1].text()


def test_hiding_a_person_hides_the_poses(analysed):
    analysed.people.visibilityChanged.emit(0, bool(0))
    assert analysed.canvas.scene.hidden == {0}
    assert analysed.canvas.scene.arcs == ()


def test_an_error_is_a_sentence_in_the_bar_with_its_action(window, qtbot):
    window.show_notice(Notice("The clip was moved.", NoticeAction.LOCATE, "error"))
    assert window.notice_bar.text == "The clip was moved."
    window.notice_bar.actionTriggered.emit()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.close()
    assert window.notice_bar.text == ""


def test_the_cheat_sheet_opens_and_does_not_stop_the_window(window):
    trigger(window, "cheat_sheet")
    sheet = window.findChild(CheatSheet)
    assert sheet is not None
    sheet.close()


def test_a_copy_of_a_read_only_project_can_be_worked_on(window, session, dots, analyse, qtbot, tmp_path):
    analyse(session, dots)
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        window.open_path(str(dots.clip))
    assert "reading only" in window.notice_bar.text
    assert window.saved.text() == "Read only"
    window.notice_bar.actionTriggered.emit()
    dialog = window.findChild(QFileDialog)
    copy = tmp_path / "mine.poseapp"
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        dialog.fileSelected.emit(str(copy))
        dialog.close()
    assert not window.session.document.read_only
    assert window.session.document.project.path == copy
    assert window.session.document.store.n_persons == 1
    trigger(window, "save_copy")
    window.findChild(QFileDialog).fileSelected.emit(str(tmp_path / "second.poseapp"))
    qtbot.waitUntil(lambda: "second.poseapp" in window.notice_bar.text)
    assert (tmp_path / "second.poseapp").is_file()
    window.findChild(QFileDialog).close()


def test_closing_the_clip_goes_back_to_the_first_screen(analysed, dots):
    trigger(analysed, "close")
    assert analysed.pages.currentWidget() is analysed.welcome
    assert analysed.windowTitle() == "poseapp"
    assert not analysed.actions_by_name["export"].isEnabled()


def test_the_window_is_gone_before_it_waits_for_the_disk(analysed, monkeypatch):
    seen, close = [], analysed.session.close
    monkeypatch.setattr(analysed.session, "close", lambda: (seen.append(analysed.isVisible()), close()))
    assert analysed.close()
    assert seen == [False]


def test_themes_change_while_the_window_is_open(window):
    dark = window.grab().toImage().pixelColor(5, 5).lightness()
    trigger(window, "theme_light")
    light = window.grab().toImage().pixelColor(5, 5).lightness()
    assert dark < 80 < 180 < light
    assert window.settings.get(names.THEME) == "light"
    trigger(window, "theme_dark")


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_the_picture_is_the_largest_thing(analysed, size):
    analysed.resize(*size)
    canvas = analysed.canvas.width() * analysed.canvas.height()
    others = [analysed.angle_panel, analysed.people, analysed.timeline]
    assert all(canvas > 2 * widget.width() * widget.height() for widget in others if widget.isVisible())
    assert analysed.width() == size[0]
    assert analysed.height() == size[1]


def test_everything_that_takes_the_focus_has_a_name(analysed):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

    nameless = [
        f"{type(w).__name__} {w.objectName()} in {type(w.parent()).__name__}"
        for w in analysed.findChildren(QWidget)
        if w.isVisible()
        and w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and w.focusProxy() is None
        and not w.accessibleName()
        and not (isinstance(w, QAbstractButton) and w.text())
        and not isinstance(w, QComboBox)
    ]
    assert nameless == []
