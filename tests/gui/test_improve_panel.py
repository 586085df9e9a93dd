"""The panel with a real child process: set up, started, paused, stopped, killed, finished, judged, put away."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTabBar, QWidget

from fixtures.review import write_faulty_clip
from fixtures.stand_in_training import example_report, stand_in_command
from poseapp.core.edit_builders import build_move
from poseapp.core.types import Key
from poseapp.gui.improve import presenter as presenter_module
from poseapp.gui.improve.examples import PictureDialog, decode_examples
from poseapp.services import improve_memory
from poseapp.services import settings as names
from poseapp.services.improve_pictures import read_examples
from poseapp.services.improving import ImproveOrder
from poseapp.services.types import NoticeAction

pytestmark = pytest.mark.gui
PATIENCE = 30_000  # ms


@pytest.fixture
def opened(window, qtbot, tmp_path, monkeypatch):
    """The window with a clip that has a project, a stand-in for the training, and the panel."""
    window.session.improving._command = stand_in_command
    monkeypatch.setattr(presenter_module, "_SETTLE_MS", 20)
    window.improve_presenter._recount.setInterval(20)
    window.session.propagating.is_on = False
    clip = write_faulty_clip(tmp_path / "walk.mp4")
    with qtbot.waitSignal(window.session.frameReady, timeout=PATIENCE):
        window.open_path(str(clip))
    return window


@pytest.fixture
def ready(opened, qtbot):
    """The panel shown, with 15 corrected frames."""
    correct(opened, range(0, 60, 4))
    show(opened, qtbot)
    qtbot.waitUntil(lambda: opened.improve_panel.setup.outlook.frames == 15, timeout=PATIENCE)
    return opened


def correct(window, frames, keypoints=4):
    for frame in frames:
        for keypoint in range(keypoints):
            assert window.session.perform(build_move(window.session.document.store, Key(frame, 0, keypoint), (100, 90)))


def show(window, qtbot):
    window.actions_by_name["improve"].trigger()
    qtbot.waitUntil(lambda: window.improve_panel.setup.outlook is not None, timeout=PATIENCE)


def press(window, name):
    button = window.improve_panel.buttons.button(name)
    assert button.isVisible(), (name, window.improve_panel.buttons.shown)
    assert button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for(qtbot, window, phase):
    qtbot.waitUntil(lambda: window.session.improving.state.phase == phase, timeout=PATIENCE)


def train(window, qtbot, monkeypatch, *, steps=2000):
    monkeypatch.setenv("STAND_IN_STEPS", str(steps))
    press(window, "start")
    qtbot.waitUntil(lambda: len(window.session.improving.losses) > 5, timeout=PATIENCE)


def test_the_panel_is_hidden_until_it_is_asked_for(opened, qtbot):
    assert not opened.improve_dock.isVisible()
    show(opened, qtbot)
    assert opened.improve_dock.isVisible()
    QTest.keyClick(opened, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert not opened.improve_dock.isVisible()


def test_the_keyboard_reaches_the_tabs_only_while_there_are_two(opened, qtbot):
    (bar,) = opened.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert bar.focusPolicy() is Qt.FocusPolicy.NoFocus
    show(opened, qtbot)
    assert bar.focusPolicy() is Qt.FocusPolicy.TabFocus
    assert bar.accessibleName() != ""
    opened.actions_by_name["improve"].setChecked(False)
    assert bar.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_it_hides_with_the_other_panels_and_with_the_clip(ready):
    ready.actions_by_name["panels"].setChecked(True)
    assert not ready.improve_dock.isVisible()
    ready.actions_by_name["panels"].setChecked(False)
    assert ready.improve_dock.isVisible()
    ready.session.close_document()
    assert not ready.improve_dock.isVisible()


def test_it_says_what_is_missing_and_counts_again_after_corrections(opened, qtbot):
    correct(opened, range(3))
    show(opened, qtbot)
    setup = opened.improve_panel.setup
    qtbot.waitUntil(lambda: setup.outlook.frames == 3, timeout=PATIENCE)
    assert setup.words.text == "Correct at least 8 frames first: there are 3."
    assert not opened.improve_panel.buttons.button("start").isEnabled()
    assert not opened.actions_by_name["improve_start"].isEnabled()
    correct(opened, range(10, 50, 4))
    qtbot.waitUntil(lambda: setup.outlook.frames == 13, timeout=PATIENCE)
    assert setup.words.text == "13 corrected frames, 52 keypoints, in 1 clip; 4 frames are held out."
    assert opened.improve_panel.buttons.button("start").isEnabled()
    assert opened.actions_by_name["improve_start"].isEnabled()


def test_the_form_makes_the_order(ready, qtbot, tmp_path):
    setup = ready.improve_panel.setup
    assert setup.name.text() == "walk tuned"
    assert setup.parent_network.currentText() == setup.outlook.models[0]
    other = tmp_path / "other.poseapp"
    ready.session.document.project.save_copy(other)
    setup.projects.add_path(str(other))
    setup.projects.add_path(str(other))
    qtbot.waitUntil(lambda: setup.outlook.clips == 2, timeout=PATIENCE)
    assert setup.words.text.startswith("30 corrected frames, 120 keypoints, in 2 clips; ")
    ready.improve_presenter._add_project(ready.session.document.project.path)
    assert "learnt from already" in ready.notice_bar.text
    setup.minutes.setValue(12)
    setup.name.selectAll()
    QTest.keyClicks(setup.name, "Ann's")
    assert not setup.ready
    assert "cannot be the name" in setup._name_words.text
    setup.name.selectAll()
    QTest.keyClicks(setup.name, "Ann 2")
    assert not setup.order("walk.poseapp").specialise
    setup.specialise.setFocus()
    QTest.keyClick(setup.specialise, Qt.Key.Key_Space)
    order = setup.order("walk.poseapp")
    assert order.specialise
    assert order.projects == ("walk.poseapp", str(other))
    assert (order.name, order.minutes, order.model) == ("Ann 2", 12.0, setup.outlook.models[0])
    QTest.keyClick(setup.projects.list, Qt.Key.Key_Delete)
    assert setup.projects.paths == ()


def test_a_project_that_cannot_be_read_says_so(ready, qtbot, tmp_path):
    broken = tmp_path / "broken.poseapp"
    broken.write_bytes(b"no project")
    ready.improve_panel.setup.projects.add_path(str(broken))
    qtbot.waitUntil(lambda: bool(ready.improve_panel.setup.outlook.unreadable), timeout=PATIENCE)
    assert "broken.poseapp" in ready.improve_panel.setup.words.text
    assert not ready.improve_panel.buttons.button("start").isEnabled()


def test_without_the_training_extra_it_says_what_to_do(opened, qtbot, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    correct(opened, range(0, 60, 4))
    show(opened, qtbot)
    words = opened.improve_panel.setup.words
    qtbot.waitUntil(lambda: words.tone == "error", timeout=PATIENCE)
    assert words.text.startswith("Fine-tuning needs the training extra")
    assert "pip install 'poseapp[train]'" in words.text
    assert not opened.improve_panel.buttons.button("start").isEnabled()


def test_from_start_to_verdict(ready, qtbot, monkeypatch):
    train(ready, qtbot, monkeypatch, steps=60)
    panel = ready.improve_panel
    assert panel.buttons.shown == ("pause", "cancel")
    assert panel.progress.isVisible()
    assert not panel.setup.isVisible()
    qtbot.waitUntil(lambda: panel.curves is not None and len(panel.curves.loss.points) > 10, timeout=PATIENCE)
    assert ready.training_job.isVisible()
    assert "Training" in ready.training_job.text
    wait_for(qtbot, ready, "finished")
    assert panel.result.isVisible()
    assert panel.result.verdict.text.startswith("Better: ")
    assert panel.result.verdict.tone == "good"
    assert panel.buttons.button(panel.buttons.shown[0]).accessibleDescription() == panel.result.verdict.text
    assert panel.result.summary.texts()[0][:3] == ("Median error", "6.4\u00a0px", "3.9\u00a0px")
    assert not panel.result.keypoints.isVisible()
    QTest.mouseClick(panel.result.parts, Qt.MouseButton.LeftButton)
    assert panel.result.keypoints.isVisible()
    assert [row[0] for row in panel.result.keypoints.texts()] == ["Right wrist", "Right knee"]
    assert len(panel.curves.loss.points) == 60
    assert panel.curves.error.points[0] == (0.0, 6.4)
    assert not ready.training_job.isVisible()
    QTest.mouseClick(panel.buttons.button("again"), Qt.MouseButton.LeftButton)
    assert panel.setup.isVisible()


def test_pause_and_go_on(ready, qtbot, monkeypatch):
    train(ready, qtbot, monkeypatch)
    panel = ready.improve_panel
    panel.buttons.button("pause").setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.buttons.button("pause"), Qt.Key.Key_Space)
    wait_for(qtbot, ready, "paused")
    assert panel.buttons.shown == ("go_on", "cancel")
    assert panel.progress.words.text().startswith("Paused at step ")
    assert panel.buttons.button("go_on").hasFocus()
    stood = len(ready.session.improving.losses)
    press(ready, "go_on")
    qtbot.waitUntil(lambda: len(ready.session.improving.losses) > stood + 3, timeout=PATIENCE)
    assert panel.buttons.shown == ("pause", "cancel")


def test_cancel_at_once_and_start_over(ready, qtbot, monkeypatch):
    train(ready, qtbot, monkeypatch)
    press(ready, "cancel")
    assert not ready.improve_panel.buttons.button("cancel").isEnabled()
    wait_for(qtbot, ready, "stopped")
    assert ready.improve_panel.progress.words.text().endswith("What was learnt is kept.")
    assert ready.improve_panel.buttons.shown == ("go_on", "start_over", "settings")
    press(ready, "start_over")
    qtbot.waitUntil(lambda: bool(ready.session.improving.losses), timeout=PATIENCE)
    assert ready.session.improving.losses[0][0] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
def test_a_killed_training_goes_on(ready, qtbot, monkeypatch):
    train(ready, qtbot, monkeypatch)
    os.kill(ready.session.improving.pid, signal.SIGKILL)
    wait_for(qtbot, ready, "stopped")
    panel = ready.improve_panel
    assert panel.progress.problem.tone == "error"
    assert "signal 9" in panel.progress.problem.text
    stood = ready.session.improving.losses[-1][0]
    press(ready, "go_on")
    qtbot.waitUntil(lambda: ready.session.improving.losses[-1][0] > stood + 3, timeout=PATIENCE)
    assert panel.progress.problem.text == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
def test_with_the_panel_put_away_a_notice_tells_of_the_end(ready, qtbot, monkeypatch):
    train(ready, qtbot, monkeypatch)
    ready.actions_by_name["improve"].setChecked(False)
    os.kill(ready.session.improving.pid, signal.SIGKILL)
    wait_for(qtbot, ready, "stopped")
    assert "signal 9" in ready.notice_bar.text
    assert ready._notice.action is NoticeAction.IMPROVE
    ready.notice_bar.actionTriggered.emit()
    assert ready.improve_dock.isVisible()


def test_another_clip_does_not_end_the_training(ready, qtbot, monkeypatch, tmp_path):
    train(ready, qtbot, monkeypatch)
    (tmp_path / "other").mkdir()
    other = write_faulty_clip(tmp_path / "other" / "run.mp4")
    with qtbot.waitSignal(ready.session.frameReady, timeout=PATIENCE):
        ready.open_path(str(other))
    stood = len(ready.session.improving.losses)
    qtbot.waitUntil(lambda: len(ready.session.improving.losses) > stood + 3, timeout=PATIENCE)
    assert ready.session.improving.state.order.name == "walk tuned"


def test_closing_the_window_leaves_no_process(ready, qtbot, monkeypatch):
    train(ready, qtbot, monkeypatch)
    pid = ready.session.improving.pid
    assert pid
    ready.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_an_unfinished_training_is_offered_when_its_project_is_opened(opened, qtbot):
    correct(opened, range(0, 60, 4))
    path = opened.session.document.project.path
    opened.session.close_document()
    folder = path.with_suffix(".training")
    folder.mkdir()
    (folder / improve_memory.CHECKPOINT).write_text('{"step": 7}')
    asked = ImproveOrder((str(path),), "default", "Ann 3", 7.0)
    improve_memory.remember_order(asked)
    opened.open_path(str(path))
    qtbot.waitUntil(lambda: "stopped before it was done" in opened.notice_bar.text, timeout=PATIENCE)
    opened.notice_bar.actionTriggered.emit()
    qtbot.waitUntil(lambda: opened.improve_panel.buttons.shown == ("go_on", "start_over"), timeout=PATIENCE)
    press(opened, "go_on")
    wait_for(qtbot, opened, "finished")
    assert opened.session.improving.state.order == asked
    assert opened.session.improving.losses[0][0] == 8


def finish(window, qtbot, monkeypatch, **changes):
    """Run to a report that says something else."""
    train(window, qtbot, monkeypatch, steps=10)
    wait_for(qtbot, window, "finished")
    improving = window.session.improving
    improving._set(replace(improving.state, report=replace(example_report(), **changes)))


def test_use_go_back_and_analyse_again(ready, qtbot, monkeypatch, tmp_path, dots):
    models = tmp_path / "models"
    models.mkdir()
    shutil.copyfile(dots.network, models / "tuned.onnx")
    shutil.copyfile(dots.network, models / "old.onnx")
    monkeypatch.setenv("POSEAPP_MODELS", str(models))
    finish(ready, qtbot, monkeypatch, model="tuned", parent="old")
    panel = ready.improve_panel
    press(ready, "use")
    qtbot.waitUntil(lambda: panel.buttons.shown == ("analyze", "back", "again"), timeout=PATIENCE)
    assert panel.result.in_use.text == "In use now: tuned."
    assert ready.settings.get(names.MODEL) == names.MODEL.default
    qtbot.waitUntil(lambda: ready.analyze_controls.model == "tuned", timeout=PATIENCE)
    press(ready, "back")
    qtbot.waitUntil(lambda: panel.result.in_use.text == "In use now: old.", timeout=PATIENCE)
    assert panel.buttons.shown[0] == "use"
    press(ready, "use")
    qtbot.waitUntil(lambda: panel.buttons.shown[0] == "analyze", timeout=PATIENCE)
    marks = ready.session.document.store.marked_frames().tolist()
    press(ready, "analyze")
    assert ready.session.analysing.running
    qtbot.waitUntil(lambda: not ready.session.analysing.running, timeout=PATIENCE)
    assert ready.session.document.network == "tuned"
    assert ready.session.document.store.marked_frames().tolist() == marks


def test_keeping_the_old_one_is_one_click(ready, qtbot, monkeypatch):
    finish(ready, qtbot, monkeypatch, adopted=False, verdict="Not better beyond noise.")
    assert ready.improve_panel.result.verdict.tone == "warning"
    before = ready.settings.get(names.MODEL)
    press(ready, "keep")
    assert ready.improve_panel.setup.isVisible()
    assert ready.settings.get(names.MODEL) == before


def test_examples_are_shown_and_open_larger(ready, qtbot, tmp_path):
    folder = tmp_path / "walk.training"
    (folder / "examples").mkdir(parents=True)
    cv2.imwrite(str(folder / "examples" / "01-frame-9.png"), np.full((90, 300, 3), 120, np.uint8))
    (folder / "examples" / "broken.png").write_bytes(b"no picture")
    read = read_examples(folder, ("examples/01-frame-9.png", "examples/broken.png", "../walk.poseapp", "gone.png"))
    assert [title for title, _ in read] == ["Frame 9", "broken"]
    examples = ready.improve_panel.result.examples
    examples.set_pictures(decode_examples(read))
    assert len(examples.pictures) == 1
    assert examples.pictures[0].heightForWidth(200) == 60
    QTest.keyClick(examples.pictures[0], Qt.Key.Key_Return)
    dialog = ready.findChild(PictureDialog)
    assert dialog.windowTitle() == "Frame 9"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: ready.findChild(PictureDialog) is None)


def test_everything_has_a_name_and_can_be_reached_by_tab(ready):
    panel = ready.improve_panel
    widgets = panel.setup.findChildren(QWidget)
    inputs = [w for w in widgets if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert inputs
    named = [w for w in inputs if not (w.accessibleName() or (isinstance(w, QPushButton) and w.text()))]
    assert [type(w).__name__ for w in named if w.parent() is panel.setup or w.parent() is panel.setup.projects] == []
    panel.setup.parent_network.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _ in range(12):
        seen.append(QApplication.focusWidget())
        QTest.keyClick(seen[-1], Qt.Key.Key_Tab)
    wanted = [panel.setup.parent_network, panel.setup.name, panel.setup.minutes, panel.setup.specialise,
              panel.setup.projects.add,
              panel.buttons.button("start")]  # fmt: skip
    order = [seen.index(widget) for widget in wanted]
    assert order == sorted(order)


def test_what_was_asked_for_is_kept_for_the_next_time(ready, qtbot, monkeypatch):
    ready.improve_panel.setup.minutes.setValue(3)
    train(ready, qtbot, monkeypatch)
    order = ready.session.improving.state.order
    folder = order.folder
    qtbot.waitUntil(lambda: (folder / "asked.json").exists(), timeout=PATIENCE)
    press(ready, "cancel")
    wait_for(qtbot, ready, "stopped")
    assert improve_memory.unfinished_order(folder, order.projects[0]) == order
    assert order.minutes == 3.0
    (folder / "asked.json").write_text("no order")
    assert improve_memory.unfinished_order(folder, order.projects[0]) == ImproveOrder(order.projects)
    (folder / improve_memory.CHECKPOINT).unlink()
    assert improve_memory.unfinished_order(folder, order.projects[0]) is None
